/*
 * What the evaluation of one workflow shares.
 *
 * A workflow is a graph of jobs, each a list of steps. Nothing forks: a job or step that may be skipped has a condition,
 * an output that a step sets in some environments is a choice. A *unit* is one workflow file as it is run: the entry
 * itself, or one that a job of it calls, with its inputs bound. A *seat* is one instance of a job: one row of its matrix,
 * in one environment.
 */

import type { CommandStep } from '../../model/build.js';
import type { Evidence, Link } from '../../model/delivery.js';
import type { Job, Workflow } from '../../syntax/workflow/tree.js';
import type { Files } from '../../text/files.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { Delivered, EnvironmentOf, EnvironmentValue, GivenSetting, Standing } from '../delivery/delivered.js';
import type { Terms, Value } from './value.js';

/** What `docker/bake-action` is asked for; every text may differ between environments. */
export interface BakeRequest {
  readonly place: Place;
  /** Names of files as they are given, relative to the folder; none for those that bake finds itself. */
  readonly files: readonly Text[];
  readonly targets: readonly Text[];
  /** Lines of `set`: `pattern.key=value`. */
  readonly set: readonly GivenSetting[];
  readonly environment: EnvironmentOf;
  readonly pushed: boolean;
}

/** Evaluates a bake file for a caller. */
export type Bake = (request: BakeRequest, standing: Standing) => Delivered;

/** What commands deliver. */
export type Follow = (steps: readonly CommandStep[], standing: Standing) => Delivered;

/** What the evaluation of one workflow shares. */
export interface Machine {
  readonly texts: Texts;
  readonly terms: Terms;
  readonly files: Files;
  /** The folder that is checked out, the one around `.github`; '' for the project's root. */
  readonly root: string;
  readonly bake: Bake | undefined;
  readonly follow: Follow;
  readonly parts: Delivered[];
  readonly notes: { readonly place: Place; readonly message: string }[];
  readonly read: Set<string>;
  /** Names of symbols for outputs, with what they stand for: one name is not given to two unknowns. */
  readonly names: Map<string, string>;
  /** Strings that expressions ask texts to begin with. */
  readonly prefixes: Set<string>;
  /** Steps that may still be evaluated. */
  fuel: number;
}

/** A workflow file as it is run. */
export interface Unit {
  readonly machine: Machine;
  readonly file: string;
  readonly workflow: Workflow;
  readonly when: Condition;
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  readonly github: Value;
  readonly inputs: Value;
  /** How many workflows and actions lead here. */
  readonly depth: number;
}

/** What a job did, for the jobs that need it. */
export interface JobResult {
  readonly ran: Condition;
  readonly succeeded: Condition;
  readonly outputs: ReadonlyMap<string, Value>;
}

/** What a step did, for the steps after it. */
export interface StepResult {
  readonly ran: Condition;
  readonly succeeded: Condition;
  readonly output: (name: string) => Value;
}

/** One instance of a job while its steps are evaluated. */
export interface Seat {
  readonly unit: Unit;
  readonly job: Job;
  readonly file: string;
  readonly when: Condition;
  readonly matrix: Value;
  readonly needs: Value;
  readonly inputs: Value;
  readonly environment: Text | undefined;
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  /** Variables of the workflow and the job; steps add to them through `GITHUB_ENV`. */
  readonly variables: Map<string, EnvironmentValue>;
  readonly steps: Map<string, StepResult>;
  /** Images of rendered task definitions, by the text of the output that names them. */
  readonly tasks: Map<Text, Text>;
  readonly depth: number;
  /** Where no step has failed. */
  alive: Condition;
}

/** How much one workflow may cost. */
export const LIMITS = {
  instances: 64,
  depth: 6,
  steps: 4_000,
  environments: 8,
};

/** A place in a file. */
export function placeIn(file: string, { start, end }: Span): Place {
  return { file, start, end };
}

/** Notes something once. */
export function note(machine: Machine, place: Place, message: string): void {
  const known = machine.notes.some(
    (n) => n.message === message && n.place.start === place.start && n.place.file === place.file,
  );
  if (!known) machine.notes.push({ place, message });
}

/** A symbol for an output that nothing says more about; different unknowns get different names. */
export function outputSymbol(machine: Machine, expression: string, signature: string): Text {
  let name = `\${{ ${expression} }}`;
  for (let i = 2; ; i += 1) {
    const known = machine.names.get(name);
    if (known === undefined) machine.names.set(name, signature);
    if (known === undefined || known === signature) return machine.texts.symbol(name);
    name = `\${{ ${expression} }} (${i})`;
  }
}
