/*
 * The steps of a job, and those of the composite actions that it uses.
 */
import type { Evidence, Link } from '../../model/delivery.js';
import { callsAny } from '../../syntax/workflow/expression.js';
import { parseAction } from '../../syntax/workflow/parse.js';
import type { Template } from '../../syntax/workflow/template.js';
import type { RunDefaults, Step, WorkflowEntry, WorkflowValue } from '../../syntax/workflow/tree.js';
import { normalizePath } from '../../text/files.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import type { EnvironmentValue, Standing } from '../delivery/delivered.js';
import type { ActionCall, Outputs } from './action.js';
import { boundInputs, stepScope } from './contexts.js';
import { runAction } from './deploy.js';
import { kindOfTitle } from './evidence.js';
import { type Scope, scalarText, spanOf, templateText, templateValue, valueOf } from './expression.js';
import { mentionAction } from './mentions.js';
import { setValue } from './outputs.js';
import { folderName, folderText, runnerVariables, runScript, shellOf } from './script.js';
import { LIMITS, note, outputSymbol, placeIn, type Seat } from './state.js';
import { NULL, pickValue, textOf, textValue, truth, type Value } from './value.js';

const STATUS: ReadonlySet<string> = new Set(['success', 'failure', 'always', 'cancelled']);

/** Where an `if` holds; without a status function it is also one for what ran before. */
export function conditionOf(scope: Scope, condition: Template | undefined, succeeded: Condition): Condition {
  const { texts } = scope.terms;
  if (condition === undefined) return succeeded;
  const holds = truth(texts, templateValue(scope, condition));
  const says = condition.parts.some(
    (part) => part.kind === 'expression' && part.tree !== undefined && callsAny(part.tree, STATUS),
  );
  return says ? holds : texts.space.and(succeeded, holds);
}

/** Runs steps in order. */
export function runSteps(seat: Seat, steps: readonly Step[], defaults: readonly RunDefaults[]): void {
  const { machine } = seat.unit;
  for (const step of steps) {
    machine.fuel -= 1;
    if (machine.fuel < 0) {
      note(machine, placeIn(seat.file, step.span), 'this workflow has too many steps; the rest is not evaluated');
      return;
    }
    runStep(seat, step, defaults);
  }
}

/** The variables of an `env` map over others. */
export function withEnv(
  scope: Scope,
  variables: ReadonlyMap<string, EnvironmentValue>,
  env: WorkflowValue | undefined,
): Map<string, EnvironmentValue> {
  const { texts } = scope.terms;
  const made = new Map(variables);
  if (env?.kind === 'map')
    for (const { name, value } of env.entries)
      made.set(name, { set: texts.space.true, text: scalarText(scope, value) });
  else if (env !== undefined) {
    const value = valueOf(scope, env);
    if (value.kind === 'map')
      for (const entry of value.entries.values())
        made.set(entry.name, { set: texts.space.true, text: textOf(scope.terms.texts, entry.value) });
  }
  return made;
}

function runStep(seat: Seat, step: Step, defaults: readonly RunDefaults[]): void {
  const { machine } = seat.unit;
  const { texts } = machine;
  const { space } = texts;
  const outer = stepScope(seat, seat.variables);
  const environment = withEnv(outer, seat.variables, step.env);
  const scope = stepScope(seat, environment);
  const when = space.and(seat.when, conditionOf(scope, step.condition, seat.alive));
  const done = (succeeded: Condition, output: (name: string) => Value): void => {
    if (step.id !== undefined) seat.steps.set(step.id.toLowerCase(), { ran: when, succeeded, output });
    if (step.forgives) return;
    seat.alive = space.and(seat.alive, space.or(space.not(when), succeeded));
  };
  if (when === space.false) {
    done(space.false, () => NULL);
    return;
  }
  const symbol = (name: string): Value => {
    const id = step.id ?? '';
    const signature = `${seat.file} ${step.uses === undefined ? `${seat.job.id} ${step.span.start}` : signatureOf(scope, step)}`;
    return textValue(outputSymbol(machine, `steps.${id}.outputs.${name}`, signature));
  };
  const name = step.name === undefined ? undefined : texts.constant(templateText(scope, step.name));
  const standing = standingOf(seat, step, name, when);
  const all = new Map([...runnerVariables(machine, seat.unit.github), ...environment]);
  if (step.run !== undefined) {
    const result = runShell(seat, step, step.run, scope, all, defaults, standing);
    done(result?.succeeded ?? when, (output) => {
      const value = result?.outputs.get(output);
      return value === undefined ? symbol(output) : pickValue(texts, value.set, textValue(value.text), NULL);
    });
    return;
  }
  const uses = step.uses === undefined ? undefined : texts.constant(templateText(scope, step.uses));
  if (uses === undefined) {
    done(when, symbol);
    return;
  }
  if (uses.startsWith('./')) {
    const outputs = composite(seat, step, uses, scope, standing, environment);
    done(outputs?.succeeded ?? when, (output) => outputs?.output(output) ?? symbol(output));
    return;
  }
  const call: ActionCall = {
    machine,
    seat,
    step,
    action: uses.replace(/@.*$/s, ''),
    scope,
    standing,
    environment: all,
    place: step.uses === undefined ? placeIn(seat.file, step.span) : placeIn(seat.file, spanOf(step.uses)),
  };
  const outputs: Outputs | undefined = runAction(call);
  done(when, (output) => outputs?.(output) ?? symbol(output));
}

/** What two calls of an action have in common when they give the same. */
function signatureOf(scope: Scope, step: Step): string {
  const { texts } = scope.terms;
  const inputs = step.with.map(({ name, value }) => `${name}=${scalarText(scope, value).id}`);
  return `${step.uses === undefined ? '' : (texts.constant(templateText(scope, step.uses)) ?? '')} ${inputs.join(' ')}`;
}

function standingOf(seat: Seat, step: Step, name: string | undefined, when: Condition): Standing {
  const { machine } = seat.unit;
  const at = step.name ?? step.uses ?? step.run;
  const place = placeIn(seat.file, at === undefined || at === step.run ? step.span : spanOf(at));
  const link: Link = { place, message: `step ${name ?? describe(step)}` };
  const kind = name === undefined ? undefined : kindOfTitle(name);
  const own: readonly Evidence[] =
    name === undefined || kind === undefined ? [] : [{ name, kind, source: 'job', place }];
  // The name of a step says more than that of its job.
  const others = own.length === 0 ? seat.evidence : seat.evidence.filter(({ source }) => source !== 'job');
  return {
    texts: machine.texts,
    files: machine.files,
    folder: machine.root,
    when,
    chain: [...seat.chain, link],
    evidence: [...others, ...own],
    development: false,
    depth: seat.depth,
  };
}

/** An action, or the words of a command before its first option: `docker build`. */
function describe(step: Step): string {
  if (step.uses !== undefined) return step.uses.text.text.trim();
  const [line = ''] = (step.run?.text.text ?? '').trim().split('\n');
  const [first = '', ...words] = line.trim().split(/\s+/);
  const end = words.findIndex((word) => !/^\w[\w./:-]*$/.test(word));
  return [first, ...words.slice(0, end === -1 ? 3 : Math.min(end, 3))].join(' ');
}

function runShell(
  seat: Seat,
  step: Step,
  run: Template,
  scope: Scope,
  environment: ReadonlyMap<string, EnvironmentValue>,
  defaults: readonly RunDefaults[],
  standing: Standing,
): ReturnType<typeof runScript> | undefined {
  const { machine } = seat.unit;
  const { texts } = machine;
  const text = (template: Template | undefined): Text | undefined =>
    template === undefined ? undefined : templateText(scope, template);
  const named = text(step.shell ?? defaults.find(({ shell }) => shell !== undefined)?.shell);
  const runner = text(seat.job.runsOn);
  const windows = runner !== undefined && /^windows/i.test(texts.constant(runner) ?? '');
  const name = named === undefined ? (windows ? 'pwsh' : undefined) : (texts.constant(named) ?? 'unknown');
  const shell = shellOf(name, seat.job.container);
  if (shell === undefined) {
    // A script for python is a program like others that are not followed; one for a shell could build.
    if (/^(?:pwsh|powershell|cmd|unknown)\b/.test(name ?? ''))
      note(machine, placeIn(seat.file, spanOf(run)), `scripts for the shell ${name} are not evaluated`);
    return undefined;
  }
  const written = step.workingDirectory ?? defaults.find((one) => one.workingDirectory !== undefined)?.workingDirectory;
  const folder = folderText(machine, text(written));
  const result = runScript(machine, seat.file, run, scope, shell, folder, environment, {
    ...standing,
    folder: folderName(machine, folder),
  });
  for (const [variable, { set, text: value }] of result.variables)
    setValue(texts, seat.variables, variable, value, texts.space.and(set, standing.when));
  return result;
}

/** A composite action of the repository. */
function composite(
  seat: Seat,
  step: Step,
  uses: string,
  scope: Scope,
  standing: Standing,
  environment: ReadonlyMap<string, EnvironmentValue>,
): { readonly succeeded: Condition; readonly output: (name: string) => Value | undefined } | undefined {
  const { machine } = seat.unit;
  const { texts } = machine;
  const { space } = texts;
  const folder = normalizePath(`${machine.root}/${uses}`);
  const place = step.uses === undefined ? placeIn(seat.file, step.span) : placeIn(seat.file, spanOf(step.uses));
  if (folder === undefined) return undefined;
  if (seat.depth >= LIMITS.depth) {
    note(machine, place, 'actions call each other too deeply here; this one is not followed');
    return undefined;
  }
  const file = ['action.yml', 'action.yaml']
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
    .find((name) => machine.files.read(name)?.kind === 'text');
  const read = file === undefined ? undefined : machine.files.read(file);
  if (file === undefined || read?.kind !== 'text') return undefined;
  const action = parseAction(read.text);
  machine.read.add(file);
  for (const { at, message } of action.problems) note(machine, placeIn(file, at), message);
  if (action.using !== 'composite') return undefined;
  mentionAction(machine, action);
  const given = new Map(step.with.map((entry) => [entry.name.toLowerCase(), givenValue(scope, entry)] as const));
  const inner: Seat = {
    ...seat,
    file,
    when: standing.when,
    // Inputs of actions are texts, also those that look like booleans.
    inputs: boundInputs(
      machine,
      action.inputs.map((input) => ({ ...input, type: 'string' })),
      given,
      scope,
    ),
    chain: standing.chain,
    evidence: standing.evidence,
    variables: new Map(environment),
    steps: new Map(),
    depth: seat.depth + 1,
    alive: space.true,
  };
  const before = new Map(inner.variables);
  runSteps(inner, action.steps, []);
  // What the action wrote to GITHUB_ENV stays; the step's own `env` does not.
  for (const [name, value] of inner.variables) if (before.get(name) !== value) seat.variables.set(name, value);
  const final = stepScope(inner, inner.variables);
  const outputs = new Map(action.outputs.map((entry) => [entry.name.toLowerCase(), entry.value] as const));
  return {
    succeeded: space.and(standing.when, inner.alive),
    output: (name) => {
      const value = outputs.get(name.toLowerCase());
      return value === undefined ? NULL : valueOf(final, value);
    },
  };
}

/** The value that a `with` entry gives. */
export function givenValue(scope: Scope, entry: WorkflowEntry): Value {
  if (entry.value.kind !== 'text') return valueOf(scope, entry.value);
  const [part, another] = entry.value.template.parts;
  if (part?.kind === 'expression' && another === undefined) return valueOf(scope, entry.value);
  return textValue(scalarText(scope, entry.value));
}
