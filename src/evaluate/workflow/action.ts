import { environmentOf } from '../../knowledge/environments.js';
import type { Evidence, EvidenceSource } from '../../model/delivery.js';
import type { Step, WorkflowEntry } from '../../syntax/workflow/tree.js';
import type { Place } from '../../text/span.js';
import type { Text } from '../../value/text.js';
import type { EnvironmentValue, Standing } from '../delivery/delivered.js';
import { type Scope, scalarText } from './expression.js';
import { rowsOf } from './lines.js';
import { type Machine, note, outputSymbol, placeIn, type Seat } from './state.js';
import { textValue, type Value } from './value.js';

/** A step that uses an action. */
export interface ActionCall {
  readonly machine: Machine;
  readonly seat: Seat;
  readonly step: Step;
  /** `owner/name` as it is written, without the version. */
  readonly action: string;
  readonly scope: Scope;
  readonly standing: Standing;
  readonly environment: ReadonlyMap<string, EnvironmentValue>;
  /** The place of the step's `uses`. */
  readonly place: Place;
}

/** What an action hands on: the value of an output, undefined where nothing is known about it. */
export type Outputs = (name: string) => Value | undefined;

/** The entry of an input; names ignore case. */
export function entryOf(call: ActionCall, name: string): WorkflowEntry | undefined {
  return call.step.with.find((entry) => entry.name.toLowerCase() === name);
}

/** The text of an input; undefined when it is not given. */
export function inputOf(call: ActionCall, ...names: readonly string[]): Text | undefined {
  for (const name of names) {
    const entry = entryOf(call, name);
    if (entry !== undefined) return scalarText(call.scope, entry.value);
  }
  return undefined;
}

/** The place of an input's value, or of the step. */
export function placeOfInput(call: ActionCall, ...names: readonly string[]): Place {
  for (const name of names) {
    const entry = entryOf(call, name);
    if (entry !== undefined) return placeIn(call.seat.file, entry.value.span);
  }
  return call.place;
}

/** The place of the first line of an input that begins so, which stands there as it is; undefined when there is none. */
export function lineAt(call: ActionCall, name: string, begins: (line: string) => boolean): Place | undefined {
  const entry = entryOf(call, name);
  if (entry?.value.kind !== 'text') return undefined;
  const { text, segments } = entry.value.template.text;
  let at = 0;
  for (const line of text.split('\n')) {
    const skipped = line.length - line.trimStart().length;
    if (begins(line.slice(skipped))) {
      const start = sourceOf(segments, at + skipped);
      return placeIn(call.seat.file, { start, end: start + line.trim().length });
    }
    at += line.length + 1;
  }
  return undefined;
}

function sourceOf(segments: readonly { readonly at: number; readonly source: number }[], offset: number): number {
  let found = 0;
  for (const { at, source } of segments) if (at <= offset) found = source + offset - at;
  return found;
}

/** An output of this step as a symbol. */
export function symbolOf(call: ActionCall, output: string): Text {
  const { machine, seat, step } = call;
  const id = step.id ?? call.action;
  const signature = `${seat.file} ${seat.job.id} ${step.span.start} ${call.action} ${output}`;
  return outputSymbol(machine, `steps.${id}.outputs.${output}`, signature);
}

/** Evidence from a name that an action is given: a cluster, a namespace, a service. */
export function namedEvidence(
  call: ActionCall,
  source: EvidenceSource,
  ...names: readonly string[]
): readonly Evidence[] {
  return names.flatMap((name): readonly Evidence[] => {
    const text = inputOf(call, name);
    const constant = text === undefined ? undefined : call.machine.texts.constant(text);
    const kind = constant === undefined ? undefined : environmentOf(constant);
    if (constant === undefined || kind === undefined) return [];
    return [{ name: constant, kind, source, place: placeOfInput(call, name) }];
  });
}

/** An image that an action deploys: one deployment for each text that it may be. */
export function deploy(
  call: ActionCall,
  image: Text,
  place: Place,
  by: string,
  evidence: readonly Evidence[] = [],
): void {
  const { machine, standing } = call;
  const { rows, complete } = rowsOf(machine.texts, [image], standing.when);
  if (!complete)
    note(machine, place, 'this image differs in too many ways between environments; it is taken as unknown');
  const deployments = rows.flatMap(({ when, item: [text] }) =>
    text === undefined || text === machine.texts.empty
      ? []
      : [
          {
            place,
            when,
            image: text,
            evidence: [...standing.evidence, ...evidence],
            development: standing.development,
            chain: standing.chain,
            by,
          },
        ],
  );
  machine.parts.push({ builds: [], deployments, promotions: [], notes: [], files: [] });
}

/** An output that is this text, whatever the others are. */
export function outputs(known: Readonly<Record<string, Text | undefined>>): Outputs {
  return (name) => {
    const text = Object.hasOwn(known, name) ? known[name] : undefined;
    return text === undefined ? undefined : textValue(text);
  };
}
