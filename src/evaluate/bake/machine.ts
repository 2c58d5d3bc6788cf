import type { Note } from '../../model/build.js';
import type { Attribute, Block, Expression } from '../../syntax/bake/tree.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition, Space } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { EnvironmentOf } from '../delivery/delivered.js';
import { type BakeValue, Data } from './value.js';

/** Something of a file, with the file. */
export interface In<T> {
  readonly file: string;
  readonly item: T;
}

/** The state of one evaluation of bake files that belong together. */
export interface Machine {
  readonly texts: Texts;
  readonly space: Space;
  readonly data: Data;
  readonly environment: EnvironmentOf;
  /** Values that the command line gives to variables. */
  readonly given: ReadonlyMap<string, Text>;
  /** Attributes outside blocks, the last of each name. */
  readonly attributes: Map<string, In<Attribute>>;
  readonly variables: Map<string, In<Block>>;
  readonly functions: Map<string, In<Block>>;
  /** Blocks by `type label`, for `target.app.tags`. */
  readonly blocks: Map<string, In<Block>[]>;
  readonly values: Map<string, BakeValue>;
  /** What is being evaluated: seen again, it depends on itself. */
  readonly open: Set<string>;
  /** The environments in which bake does not fail. */
  alive: Condition;
  /** Where what `try` and `can` evaluate fails; undefined outside of them. */
  caught: Condition | undefined;
  readonly notes: Note[];
  steps: number;
  depth: number;
}

/** Names that an expression sees besides the variables, and where it is evaluated at all. */
export interface Scope {
  readonly file: string;
  readonly names: ReadonlyMap<string, BakeValue>;
  readonly when: Condition;
}

/** Evaluating stops after so many expressions. */
export const STEP_LIMIT = 200_000;

/** Functions of the file call each other this deep. */
export const CALL_LIMIT = 40;

/** A machine that knows no file yet. */
export function newMachine(
  texts: Texts,
  environment: EnvironmentOf,
  given: ReadonlyMap<string, Text>,
  when: Condition,
): Machine {
  return {
    texts,
    space: texts.space,
    data: new Data(texts),
    environment,
    given,
    attributes: new Map(),
    variables: new Map(),
    functions: new Map(),
    blocks: new Map(),
    values: new Map(),
    open: new Set(),
    alive: when,
    caught: undefined,
    notes: [],
    steps: 0,
    depth: 0,
  };
}

/** Says something about a place, once. */
export function note(machine: Machine, place: Place, message: string): void {
  const isKnown = machine.notes.some(
    (other) => other.message === message && other.place.file === place.file && other.place.start === place.start,
  );
  if (!isKnown) machine.notes.push({ place, message });
}

/** Bake fails here: a note when it always does, else those environments get no image. */
export function fail(machine: Machine, scope: Scope, span: Span, message: string, failing?: Condition): void {
  const { space } = machine;
  const bad = failing === undefined ? scope.when : space.and(scope.when, failing);
  if (bad === space.false) return;
  if (machine.caught !== undefined) {
    machine.caught = space.or(machine.caught, bad);
    return;
  }
  const rest = space.and(machine.alive, space.not(bad));
  if (rest === space.false) note(machine, { file: scope.file, start: span.start, end: span.end }, message);
  else machine.alive = rest;
}

/** The value of what bake cannot evaluate: unknown. */
export function broken(machine: Machine, scope: Scope, expression: Expression): BakeValue {
  const { start } = expression.span;
  return machine.data.unknown(machine.texts.symbol(`${scope.file}:${start}`));
}
