/*
 * The state of a shell, for every environment at once.
 *
 * A script is interpreted once, statement by statement. `live` is the condition under which the next statement runs:
 * an `if` narrows it for its branches and unites them after, `exit` and a failing command under `set -e` take their part
 * away for good, `break` and `return` until the loop or function ends. An assignment never forks anything: it picks the
 * new text where the shell is live and the old one elsewhere. That is what keeps n independent conditions at a cost of n.
 *
 * Statuses are variational numbers. The status of a command that is not evaluated is assumed to be 0 where the script
 * goes on after it (a build whose commands fail has no image), and an opaque fact where the script asks for it.
 */
import type { Script, SyntaxNode } from '../../syntax/shell/parse.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition, Guarded, Selector, Space, Variational } from '../../value/diagram.js';
import type { Text, TextSymbol, Texts } from '../../value/text.js';
import type { PieceMap, Splitter } from './fields.js';

export type Dialect = 'dash' | 'bash' | 'ash';

/** A variable: where it is set, its text there (empty elsewhere), and where it is in the environment of commands. */
export interface Binding {
  readonly set: Condition;
  readonly text: Text;
  readonly exported: Condition;
}

export type Bindings = ReadonlyMap<string, Binding>;

/** A variable that is looked at only when somebody asks for it. */
export function lazyBinding(make: () => Binding): Binding {
  let made: Binding | undefined;
  const binding = (): Binding => {
    made ??= make();
    return made;
  };
  return {
    get set() {
      return binding().set;
    },
    get text() {
      return binding().text;
    },
    get exported() {
      return binding().exported;
    },
  };
}

/** One word as a program gets it; `many` marks an unquoted unknown, which may be no word or several. */
export interface Field {
  readonly text: Text;
  readonly many: boolean;
  readonly span: Span;
  /** Where the word stands in a file of the project, exactly as it is written; only in what was executed. */
  readonly place?: Place;
}

/** The words of a command. */
export type Fields = readonly Guarded<Field>[];

/** Where a node of the tree stands in the text of its script. */
export interface NodeSpan {
  readonly pos: number;
  readonly end: number;
}

/** A command that a script runs, with guarded words, under a condition. */
export interface Execution {
  readonly words: readonly Guarded<Field>[];
  readonly when: Condition;
  readonly environment: Bindings;
  /** The variables that are assigned before this command, for it alone (`X=1 cmd`). */
  readonly prefixed: ReadonlySet<string>;
  readonly cwd: Text;
  readonly place: Place;
  /** The calls that led here, outermost first: a function, or a script of the project. */
  readonly chain: readonly Place[];
  /** True when its output is captured by a command substitution. */
  readonly captured: boolean;
  /** Files that standard output goes to. */
  readonly outputs: readonly Text[];
  /** True when the output is added to what the file has. */
  readonly appends: boolean;
  /** What it writes to these files, where that is known. */
  readonly written: Text | undefined;
  /** True for a builtin (`echo … > file`), which is a step only because of where its output goes. */
  readonly builtin: boolean;
  /** True when standard input comes from another command of a pipeline. */
  readonly piped: boolean;
  /** What it reads from a pipeline, here-document or file, where that is known. */
  readonly input: Text | undefined;
}

/** A read of a variable. */
export interface Read {
  readonly name: string;
  readonly place: Place;
  readonly when: Condition;
  /** Where the variable was set at that moment. */
  readonly set: Condition;
  /** True when the read has a default of its own (`${X:-d}`) or asks whether the variable is set. */
  readonly guarded: boolean;
  /** True inside the condition of an `if`, `case`, `while`, `&&` or `||`. */
  readonly decides: boolean;
  /** True when the script itself assigned the variable before. */
  readonly local: boolean;
  /** What it gave, where it was set. */
  readonly text: Text;
}

/** Something that a shell does otherwise than its text suggests. */
export interface Trap {
  readonly kind:
    | 'double-equals'
    | 'double-bracket'
    | 'unquoted-empty'
    | 'one-argument-n'
    | 'boolean-text'
    | 'quoted-empty-word'
    | 'quotes-in-value';
  readonly place: Place;
  readonly when: Condition;
  /** The environments in which the trap decides otherwise than it reads. */
  readonly wrong: Condition;
  /** The text that the trap is about, e.g. `[ $ENV = prod ]`. */
  readonly text: string;
  /** What would make the shell do what the text says; absent where that is not known. */
  readonly repair?: readonly { readonly place: Place; readonly text: string }[];
}

/** A condition of the script, with the place of its test. */
export interface Decision {
  readonly place: Place;
  readonly when: Condition;
  readonly holds: Condition;
}

/** What the shell can ask of the world around it: the files that exist where the script runs. */
export interface ShellHost {
  /** The text of a script at an absolute path, if the build put a known file of the project there. */
  script(path: string): { readonly file: string; readonly text: string } | undefined;
  /** Whether a path exists, where that is certain. */
  exists(path: string): boolean | undefined;
  /** True when no program of that name can be there, so that running it ends with status 127. */
  missing(name: string): boolean;
}

/** Where the text of a running script stands. */
export interface Source {
  readonly file: string;
  readonly text: string;
  place(span: Span): Place;
}

/** A function's body, with the source that its positions are in. */
export interface FunctionDefinition {
  readonly body: SyntaxNode;
  readonly source: Source;
}

/** What all shells of one evaluation share. */
export interface Machine {
  readonly space: Space;
  readonly texts: Texts;
  readonly host: ShellHost;
  readonly executions: Execution[];
  readonly reads: Read[];
  readonly traps: Trap[];
  readonly decisions: Decision[];
  readonly notes: { readonly place: Place; readonly message: string }[];
  /** The commands that unknowns of the build machine come from. */
  readonly origins: Map<TextSymbol, readonly Place[]>;
  /** Statements that may still be run before the evaluation gives up. */
  fuel: number;
  /** Where the script, or one that it runs, ended itself: by `exit`, `${X:?}` or a failing command under `set -e`. */
  ended: Condition;
  depth: number;
  readonly words: WordTools;
  /** What `sh` is in the image. */
  readonly sh: Variational<Dialect>;
  /** A variable of the environment that nobody has listed: an input of a script that stands alone. */
  readonly inherited: (name: string) => Binding | undefined;
  /** Runs a list of commands in a shell; set once, so that words and control flow need not import each other. */
  readonly run: (shell: Shell, script: Script) => void;
}

/** What turns expanded words into fields, with its tables. */
export interface WordTools {
  readonly splitter: Splitter;
  readonly protect: PieceMap;
  readonly pattern: PieceMap;
}

/** A running shell; a subshell is a copy. */
export interface Shell {
  readonly machine: Machine;
  dialect: Variational<Dialect>;
  source: Source;
  variables: Map<string, Binding>;
  /** True in a subshell, which an error in an expansion ends. */
  subshell: boolean;
  /** True when `variables` is shared with a snapshot and must be copied before it is changed. */
  shared: boolean;
  functions: Map<string, readonly Guarded<FunctionDefinition>[]>;
  positional: Fields;
  /** Arrays of bash, without gaps. */
  arrays: Map<string, Fields>;
  zero: Text;
  cwd: Text;
  live: Condition;
  status: Variational<number>;
  exited: Condition;
  exitStatus: Variational<number>;
  returned: Condition;
  /** Where bash has dropped the rest of the line after an error in an expansion. */
  discarded: Condition;
  /** The status with which bash ends when an expansion must not be: 127 for `bash -c`, 1 elsewhere. */
  fatal: number;
  /** How many loops `break` still has to leave, where it has run; 0 elsewhere. */
  broken: Variational<number>;
  /** The same for `continue`, whose last loop goes on. */
  continued: Variational<number>;
  /** How many loops of this function are running. */
  loops: number;
  errexit: Condition;
  nounset: Condition;
  pipefail: Condition;
  /** Greater than 0 where a failing command does not end the shell under `set -e`. */
  tested: number;
  /** Greater than 0 where the status decides what runs, so that one that is not known is an opaque fact. */
  asked: number;
  /** Greater than 0 inside the test of an `if`, `while` or `&&`. */
  deciding: number;
  output: Text | undefined;
  outputs: readonly Text[];
  appends: boolean;
  input: Text | undefined;
  piped: boolean;
  files: Map<string, { readonly exists: Condition; readonly content: Text | undefined }>;
  chain: readonly Place[];
  /** Names that the script itself assigned. */
  local: Set<string>;
  /** The status of the last command substitution, which is that of `X=$(…)`. */
  substitution: Variational<number> | undefined;
  /** Set when a file that is not known was sourced: any variable may be set since; holds what decides which file it was. */
  blurred: ReadonlySet<Selector> | undefined;
  /** The variables that are assigned before the command that is about to run (`X=1 f`). */
  prefixed: ReadonlySet<string>;
  /** The variables that were assigned before the call of the running function; `local` keeps their values. */
  given: ReadonlySet<string>;
  /** What `local` hid in the running function. */
  hidden: Map<string, Binding> | undefined;
  /** How deep scripts have called scripts. */
  scripts: number;
}

/** A variable's binding; a name that nobody set is unset everywhere. */
export function lookup(shell: Shell, name: string): Binding {
  const { space, texts } = shell.machine;
  const known = shell.variables.get(name);
  if (known !== undefined) return known;
  const inherited = shell.machine.inherited(name);
  if (inherited !== undefined) return inherited;
  if (shell.blurred === undefined) return { set: space.false, text: texts.empty, exported: space.false };
  const set = space.holds(space.opaque(`${name} is set by a sourced file`, shell.blurred));
  return { set, text: texts.pick(set, texts.symbol(`$${name}`, shell.blurred), texts.empty), exported: space.false };
}

/** Sets a variable where the shell is live; keeps it as it was elsewhere. */
export function assign(shell: Shell, name: string, text: Text, exported?: Condition): void {
  const { space, texts } = shell.machine;
  const old = lookup(shell, name);
  shell.local.add(name);
  write(shell, name, {
    set: space.or(old.set, shell.live),
    text: texts.pick(shell.live, text, old.text),
    exported: exported === undefined ? old.exported : space.or(old.exported, exported),
  });
}

/** Unsets a variable where the shell is live. */
export function unset(shell: Shell, name: string): void {
  const { space, texts } = shell.machine;
  const old = lookup(shell, name);
  const kept = space.not(shell.live);
  const array = shell.arrays.get(name);
  if (array !== undefined)
    shell.arrays.set(
      name,
      array.map(({ when, item }) => ({ when: space.and(when, kept), item })),
    );
  write(shell, name, {
    set: space.and(old.set, kept),
    text: texts.pick(shell.live, texts.empty, old.text),
    exported: space.and(old.exported, kept),
  });
}

/** Marks a variable for the environment of commands where the shell is live. */
export function exportName(shell: Shell, name: string): void {
  const old = lookup(shell, name);
  write(shell, name, { ...old, exported: shell.machine.space.or(old.exported, shell.live) });
}

/** Replaces a binding outright. */
export function write(shell: Shell, name: string, binding: Binding): void {
  if (shell.shared) {
    shell.variables = new Map(shell.variables);
    shell.shared = false;
  }
  shell.variables.set(name, binding);
}

/** The variables as they are now; later changes to the shell do not touch them. */
export function snapshot(shell: Shell): Bindings {
  shell.shared = true;
  return shell.variables;
}

/** A copy of the shell as a subshell gets it. */
export function fork(shell: Shell): Shell {
  const { space } = shell.machine;
  // The loops around a subshell of bash are not its own.
  const loops = inDialect(shell, 'bash') === space.true ? 0 : shell.loops;
  return {
    ...shell,
    loops,
    variables: new Map(shell.variables),
    subshell: true,
    shared: false,
    functions: new Map(shell.functions),
    arrays: new Map(shell.arrays),
    files: new Map(shell.files),
    local: new Set(shell.local),
    exited: space.false,
    exitStatus: space.one(0),
    returned: space.false,
    discarded: space.false,
    fatal: 1,
    broken: space.one(0),
    continued: space.one(0),
  };
}

/** Sets `$?` where the shell is live. */
export function setStatus(shell: Shell, status: Variational<number>): void {
  shell.status = shell.machine.space.pick(shell.live, status, shell.status);
}

/** Leaves the shell where `condition` holds, with a status. */
export function leave(shell: Shell, condition: Condition, status: Variational<number>): void {
  const { space } = shell.machine;
  const gone = space.and(shell.live, condition);
  if (gone === space.false) return;
  shell.exitStatus = space.pick(gone, status, shell.exitStatus);
  shell.exited = space.or(shell.exited, gone);
  shell.machine.ended = space.or(shell.machine.ended, gone);
  shell.live = space.and(shell.live, space.not(gone));
}

/** Drops the rest of the line where `condition` holds, as bash does after an error in an expansion. */
export function discard(shell: Shell, condition: Condition): void {
  const { space } = shell.machine;
  const gone = space.and(shell.live, condition);
  if (gone === space.false) return;
  shell.status = space.pick(gone, space.one(1), shell.status);
  shell.discarded = space.or(shell.discarded, gone);
  shell.live = space.and(shell.live, space.not(gone));
}

/** The status of a subshell that has run to its end. */
export function statusOfFork(inner: Shell): Variational<number> {
  const { space } = inner.machine;
  return space.pick(inner.exited, inner.exitStatus, inner.status);
}

/** Runs something only where a condition holds; the shell goes on elsewhere as it was. */
export function only(shell: Shell, condition: Condition, run: () => void): void {
  const { space } = shell.machine;
  const before = shell.live;
  const inside = space.and(before, condition);
  if (inside === space.false) return;
  shell.live = inside;
  run();
  shell.live = inside === before ? shell.live : space.or(shell.live, space.and(before, space.not(condition)));
}

/** The place of a span of the running script. */
export function placeOf(shell: Shell, span: NodeSpan): Place {
  return shell.source.place({ start: span.pos, end: span.end });
}

/** The place of a span if it stands in a file just as the script has it, so that it may be replaced there. */
export function exactPlaceOf(shell: Shell, { start, end }: Span): Place | undefined {
  const { source } = shell;
  const place = source.place({ start, end });
  if (place.end - place.start !== end - start || end <= start) return undefined;
  // A text that stands nowhere (of `eval`, of `sh -c`) has one place for all of its parts.
  const [first, last] = [source.place({ start, end: start + 1 }), source.place({ start: end - 1, end })];
  const isExact = first.end === place.start + 1 && last.start === place.end - 1 && first.start === place.start;
  return isExact ? place : undefined;
}

/**
 * The place that gives a word and nothing else, so that the word may be taken away there. `X=$(V)` of make stands there
 * otherwise than in the script; but of several words that come out of one variable, each has the place of all.
 */
export function wordPlaceOf(shell: Shell, span: Span): Place | undefined {
  const exact = exactPlaceOf(shell, span);
  if (exact !== undefined) return exact;
  const { source } = shell;
  const { start, end } = span;
  const place = source.place(span);
  const before = start === 0 ? undefined : source.place({ start: start - 1, end: start });
  const after = end >= source.text.length ? undefined : source.place({ start: end, end: end + 1 });
  if (end <= start || place.end <= place.start || (before === undefined && after === undefined)) return undefined;
  const isApart = (before?.end ?? 0) <= place.start && (after?.start ?? place.end) >= place.end;
  return isApart ? place : undefined;
}

/** Records a limit or a construct that could not be evaluated. */
export function note(shell: Shell, span: NodeSpan, message: string): void {
  shell.machine.notes.push({ place: placeOf(shell, span), message });
}

/** The value of each dialect, chosen by the shell's dialect, which may itself be unknown. */
export function byDialect<T>(shell: Shell, values: Readonly<Record<Dialect, T>>): Variational<T> {
  return shell.machine.space.map(shell.dialect, (dialect) => values[dialect]);
}

/** Holds where the shell is one of these dialects. */
export function inDialect(shell: Shell, ...dialects: readonly Dialect[]): Condition {
  return shell.machine.space.map(shell.dialect, (dialect) => dialects.includes(dialect));
}

/** The union of the selectors of several texts. */
export function unite(...sets: readonly ReadonlySet<Selector>[]): ReadonlySet<Selector> {
  const all = new Set<Selector>();
  for (const set of sets) for (const selector of set) all.add(selector);
  return all;
}
