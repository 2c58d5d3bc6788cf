import type { Place, Span } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Item, Value, Values } from './value.js';

/** A file whose code is evaluated. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** The names of a block, inside those of the blocks around it. */
export interface Scope {
  readonly names: Map<string, Value>;
  readonly parent: Scope | undefined;
  readonly source: Source;
  /** The function that is being run. */
  readonly frame: Frame;
}

/** How far a function has come: where it goes on, and what it has returned where it does not. */
export interface Frame {
  live: Condition;
  returned: Value;
  /** Where `break` left the innermost loop or switch. */
  broken: Condition;
  /** Where `continue` ended a turn of the innermost loop. */
  skipped: Condition;
  /** Where something was thrown. */
  thrown: Condition;
}

/** A call that starts the bundler from a script. */
export interface Start {
  readonly callee: string;
  readonly when: Condition;
  readonly item: Item;
}

/** What all code of one evaluation shares. */
export interface Machine {
  readonly values: Values;
  /** A variable of the environment. */
  readonly environment: (name: string) => Value;
  /** Whether a word stands on the command line of a script. */
  readonly flag: (word: string) => Value;
  /** The value of a module of the project; undefined for packages and what cannot be read. */
  readonly module: (from: string, specifier: string) => Value | undefined;
  readonly decisions: { readonly place: Place; readonly holds: Condition }[];
  readonly starts: Start[];
  readonly notes: { readonly place: Place; readonly message: string }[];
  /** Steps that are left. */
  fuel: number;
  depth: number;
}

/** A function that has just begun, where it is run at all. */
export function newFrame(values: Values, live: Condition): Frame {
  const { false: never } = values.space;
  return { live, returned: values.undefined, broken: never, skipped: never, thrown: never };
}

/** Evaluating a configuration stops after so many steps. */
export const FUEL = 60_000;

/** Calls of functions nest at most this deep. */
export const CALL_DEPTH = 24;

/** Loops over known lists run at most so often. */
export const LOOP_LIMIT = 64;

/** A scope inside another one. */
export function inner(scope: Scope, frame: Frame = scope.frame): Scope {
  return { names: new Map(), parent: scope, source: scope.source, frame };
}

/** The value of a name; undefined when no scope has it. */
export function lookUp(scope: Scope, name: string): Value | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Gives a name a value where the code is run; elsewhere it keeps what it has. */
export function assign(machine: Machine, scope: Scope, name: string, value: Value): void {
  let at: Scope = scope;
  while (!at.names.has(name) && at.parent !== undefined) at = at.parent;
  const { space, undefined: none } = machine.values;
  at.names.set(name, space.pick(scope.frame.live, value, at.names.get(name) ?? none));
}

/** Runs something where a condition holds, too. */
export function under<T>(machine: Machine, frame: Frame, condition: Condition, run: () => T): T {
  const { space } = machine.values;
  const before = frame.live;
  frame.live = space.and(before, condition);
  const narrowed = frame.live;
  try {
    return run();
  } finally {
    // What an expression ended (a call that exits) stays ended.
    frame.live = frame.live === narrowed ? before : space.or(frame.live, space.and(before, space.not(condition)));
  }
}

/** The place of a node. */
export function placeOf(source: Source, node: { readonly start?: number | null; readonly end?: number | null }): Place {
  const span: Span = { start: node.start ?? 0, end: node.end ?? node.start ?? 0 };
  return { file: source.file, ...span };
}

/** The text of a node on one line, shortened. */
export function textOf(
  source: Source,
  node: { readonly start?: number | null; readonly end?: number | null },
  limit = 120,
): string {
  const text = source.text
    .slice(node.start ?? 0, node.end ?? 0)
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
