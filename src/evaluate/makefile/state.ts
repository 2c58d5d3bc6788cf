/*
 * The state of a make run, for every environment at once.
 *
 * A makefile is read once, statement by statement. `live` is the condition under which the next statement is read: both
 * bodies of an `ifeq` are, each under its part of it. An assignment forks nothing: it picks the new value where it is read
 * and the priority of its origin allows it, and leaves the old one elsewhere. So a variable is one origin, one flavor and
 * one text, each variational on its own, and n conditional `+=` are n small choices in a row.
 *
 * A recursive variable's text is a template. It may be a rope too: choices and unknown pieces stand between literals
 * that make would expand. What an environment answers is taken to have no `$` in it.
 *
 * `live` also follows what is expanded: only where the condition of `$(if …)` holds is its second argument expanded.
 * Where make stops (`$(error …)`, a missing file), `feasible` loses the environments.
 */

import type { Test } from '../../syntax/makefile/tree.js';
import type { Files } from '../../text/files.js';
import type { MappedText } from '../../text/mapped.js';
import type { Place, Problem } from '../../text/span.js';
import type { Condition, Guarded, Space, Variational } from '../../value/diagram.js';
import type { Text, TextSymbol, Texts } from '../../value/text.js';
import type { Splitter } from '../shell/fields.js';
import type { Later } from './second.js';
import type { SearchFolders } from './vpath.js';

export type Origin = 'undefined' | 'default' | 'environment' | 'file' | 'command line' | 'override' | 'automatic';

/** Which origin an assignment must have at least to replace a value: make's enum variable_origin. */
export const RANK: Readonly<Record<Origin, number>> = {
  undefined: -1,
  default: 0,
  environment: 1,
  file: 2,
  'command line': 4,
  override: 5,
  automatic: 6,
};

/** A variable in every environment. */
export interface Variable {
  /** `undefined` where it is not defined; its text is empty there. */
  readonly origin: Variational<Origin>;
  readonly text: Text;
  /** Where the text is expanded when it is used. */
  readonly recursive: Condition;
  /** What `export` and `unexport` said. */
  readonly exporting: Variational<'default' | 'yes' | 'no'>;
  /** For a target-specific `+=`: where its text is added to the value around it. */
  readonly append: Condition;
  /** Where prerequisites do not inherit it. */
  readonly private: Condition;
  readonly places: readonly Place[];
}

/** The variables of a target, and where any of them is read. */
export interface TargetScope {
  readonly target: Text;
  readonly scope: Scope;
  when: Condition;
}

/** A set of variables and the one around it (make's variable_set_list). */
export interface Scope {
  readonly id: number;
  readonly set: Map<string, Variable>;
  readonly next: Scope | undefined;
  /** True when the next scope is that of the target that needs this one, so that `private` variables are not seen. */
  readonly nextIsParent: boolean;
  /** True for the arguments of `call` and `foreach`. */
  readonly dynamic: boolean;
}

/** A value that a caller gives: where it is set, and its text there. */
export interface Given {
  readonly set: Condition;
  readonly text: Text;
}

/** A word of a list; `many` marks an unknown that may be no word or several. */
export interface Word {
  readonly text: Text;
  readonly many: boolean;
}

export type Words = readonly Guarded<Word>[];

/** A line of a recipe as it is written. */
export interface RecipeLine {
  readonly when: Condition;
  readonly text: MappedText;
  /** The place of a range of the file. */
  place(span: { readonly start: number; readonly end: number }): Place;
}

/** A rule; one for all its targets. */
export interface Rule {
  readonly when: Condition;
  readonly targets: Words;
  /** The target pattern of a static pattern rule. */
  readonly pattern: Words | undefined;
  readonly prerequisites: Words;
  readonly orderOnly: Words;
  /** Prerequisites that are expanded once more for each target, and where they are. */
  readonly later: Later | undefined;
  readonly doubleColon: boolean;
  readonly grouped: boolean;
  readonly recipe: RecipeLine[];
  /** Where it has a recipe, which may be empty. */
  hasRecipe: Condition;
  readonly place: Place;
  /** The place of each target that is written as one word, by its name. */
  readonly targetPlaces: ReadonlyMap<string, Place>;
}

/** A pattern-specific variable, to be defined anew for each target that matches. */
export interface PatternVariable {
  readonly when: Condition;
  readonly pattern: string;
  readonly define: () => void;
}

/** Something about the makefile that users should see. */
export interface MakeNote {
  readonly place: Place;
  readonly message: string;
  readonly when: Condition;
  /** stop: make ends there. limit: the evaluation gave up. warning: make or the evaluation goes on. */
  readonly kind: 'stop' | 'limit' | 'warning';
}

/** A condition of the makefile or of `$(if …)` that decides something. */
export interface MakeDecision {
  readonly place: Place;
  readonly when: Condition;
  readonly holds: Condition;
  /** The two sides of `ifeq` or `ifneq` as they are written. */
  readonly sides: readonly [string, string] | undefined;
  /** The names of the variables that the test reads directly. */
  readonly names: readonly string[];
  /** The test of a conditional; absent for `$(if …)`, which is decided wherever it is expanded. */
  readonly test?: Test;
}

/** A file that an `include` names and that is not there. */
export interface MissingInclude {
  readonly file: string;
  readonly optional: boolean;
  readonly when: Condition;
  readonly place: Place;
}

/** Where the text that is being read stands. */
export interface Source {
  readonly file: string;
  /** What make refuses in it, with spans of the text. */
  readonly problems?: readonly Problem[];
  place(span: { readonly start: number; readonly end: number }): Place;
}

/** An expansion that holds as long as no name that it has looked up is another variable. */
export interface CachedExpansion {
  readonly live: Condition;
  /** The only scope that it holds in; undefined where all that it looked up is global. */
  readonly scope: number | undefined;
  readonly reads: ReadonlySet<string>;
  readonly text: Text;
}

/** Among the names that were looked up: any of them may have been. */
export const ANY_NAME = '\0any';

/** Whether a scope that is not the global one defines a name that was looked up. */
export function readsLocals(machine: Machine, reads: ReadonlySet<string>, from: Scope = machine.scope): boolean {
  if (machine.hasPrivate || reads.has(ANY_NAME)) return from.next !== undefined;
  for (let scope = from; scope.next !== undefined; scope = scope.next) {
    if (scope.set.size > reads.size) {
      for (const name of reads) if (scope.set.has(name)) return true;
    } else for (const name of scope.set.keys()) if (reads.has(name)) return true;
  }
  return false;
}

/** Does something and tells which names it looked up. */
export function tracked<T>(machine: Machine, f: () => T): { readonly result: T; readonly reads: ReadonlySet<string> } {
  const outer = machine.reads;
  const reads = new Set<string>();
  machine.reads = reads;
  const result = f();
  machine.reads = outer;
  for (const name of reads) outer.add(name);
  return { result, reads };
}

/** What one evaluation of a makefile shares. */
export interface Machine {
  readonly space: Space;
  readonly texts: Texts;
  readonly splitter: Splitter;
  /** The words of texts that differ, which do not depend on where make is; undefined for those that differ in too many ways. */
  readonly words: Map<Text, Words | undefined>;
  readonly files: Files;
  /** What `exists` says of paths. */
  readonly existing: Map<string, boolean | undefined>;
  /** The folder that make runs in, relative to the project's root. */
  readonly folder: string;
  readonly environment: ReadonlyMap<string, Given>;
  readonly commandLine: ReadonlyMap<string, Given>;
  /** Whether names that nobody defines are inputs from the environment. */
  readonly open: boolean;
  /** Names that the command line may set, as inputs. */
  readonly overrides: Set<string>;
  /** Such names of a makefile that is included. */
  readonly switchesOf: (text: string) => readonly string[];
  readonly global: Scope;
  scope: Scope;
  live: Condition;
  feasible: Condition;
  /** Where the statement stands that is being read or expanded. */
  at: Place;
  readonly rules: Rule[];
  /** What `vpath` says, in file order. */
  readonly vpaths: Guarded<SearchFolders>[];
  /** Letters of make's switches (`r`, `R`) that a caller gives. */
  readonly switches: string;
  /** Where make's own variables have been taken away. */
  noDefaults: Condition;
  /** Whether the list of files has all that there are. */
  readonly complete: boolean;
  /** Where `.SECONDEXPANSION` has been read. */
  secondExpansion: Condition;
  /** Rules that the next recipe line belongs to. */
  openRules: readonly Guarded<Rule>[];
  readonly targetScopes: Map<number, TargetScope>;
  readonly patternVariables: PatternVariable[];
  /** Where `export` without names is in force. */
  exportAll: Condition;
  /** Unknown texts inside templates, by the name that stands for them. */
  readonly holes: Map<string, Text>;
  /** Recursive variables that are being expanded, and where. */
  readonly expanding: Map<string, Condition>;
  /** What recursive variables were expanded to, by the id of their text. */
  readonly cache: Map<number, CachedExpansion[]>;
  /** The names that the expansion at hand has looked up. */
  reads: Set<string>;
  /** Whether any variable is `private`, so that what a name means depends on who asks. */
  hasPrivate: boolean;
  /** What commands of `$(shell …)` print: it does not depend on where make is. */
  readonly shellOutputs: Map<Text, Text>;
  /** Grows with every assignment, and with every expansion that does more than give a text. */
  version: number;
  /** The last version that there was: versions are not used twice. */
  lastVersion: number;
  /** Grows with every expansion that would be another one the next time (`$(shell date)`). */
  volatile: number;
  cacheVersion: number;
  readonly notes: MakeNote[];
  readonly decisions: MakeDecision[];
  readonly missing: MissingInclude[];
  /** The assignments that made the variable whose text is being expanded. */
  assignments: readonly Place[];
  /** What each assignment gives, as it is written. */
  readonly written: Map<Place, string>;
  /** The assignments and commands that unknowns of the build machine come from. */
  readonly origins: Map<TextSymbol, readonly Place[]>;
  /** Scripts of the project that `$(shell …)` has run: what they write is there before anything is made. */
  readonly scripts: Set<string>;
  /** The texts of all makefiles that were read. */
  readonly sources: string[];
  /** Files that were read by `include`. */
  readonly included: Set<string>;
  /** Names that were read and come from outside. */
  readonly inputs: Set<string>;
  /** Names that a plain assignment gives a value everywhere, so that only a command line gives them another one. */
  readonly settled: Set<string>;
  /** Expansions that may still be made before the evaluation gives up. */
  fuel: number;
  depth: number;
  includes: number;
  nextScope: number;
  /** Variables that `call` is expanding: they may expand themselves again. */
  readonly calling: Set<string>;
  /** The number of arguments of the `call` that is being expanded. */
  callArguments: number;
  /** Reads text as a part of the makefile; set once, so that functions and statements need not import each other. */
  readonly evaluate: (machine: Machine, text: string, source: Source) => void;
}

/** How much one makefile may cost. */
export const LIMITS = {
  fuel: 400_000,
  depth: 120,
  includes: 60,
  text: 1_000_000,
  words: 5_000,
  /** Diagram nodes that one list may ask for to be divided into words. */
  split: 6_000,
  /** Where more words or selectors than this decide whether anything stands before a word, a blank is put there in any case. */
  separators: 40,
};

/**
 * A condition as it was before make stopped in some environments. Those count nowhere (`Makefile.feasible` takes them out
 * of all that is said), so that what is read there does no harm, while to carry them along would make every later
 * assignment a choice. Where make has stopped everywhere, nothing is left.
 */
export function stillRunning({ space, feasible }: Machine, condition: Condition): Condition {
  return feasible === space.false ? space.false : condition;
}

/** What was expanded so far may be something else from now on. */
export function changed(machine: Machine): void {
  machine.lastVersion += 1;
  machine.version = machine.lastVersion;
}

/** Does something where a condition holds only. */
export function only<T>(machine: Machine, condition: Condition, f: () => T): T {
  const { space } = machine;
  const before = machine.live;
  machine.live = space.and(before, condition);
  const result = f();
  machine.live = stillRunning(machine, before);
  return result;
}

/** Notes something where make is now. */
export function note(machine: Machine, kind: MakeNote['kind'], message: string, place = machine.at): void {
  const known = machine.notes.some(
    (n) => n.message === message && n.place.start === place.start && n.place.file === place.file,
  );
  if (known || machine.live === machine.space.false) return;
  machine.notes.push({ place, message, when: machine.live, kind });
}

/** Make ends here. */
export function stop(machine: Machine, message: string, place = machine.at): void {
  note(machine, 'stop', message, place);
  changed(machine);
  machine.feasible = machine.space.and(machine.feasible, machine.space.not(machine.live));
  machine.live = machine.space.false;
}

/** A new scope around another. */
export function newScope(machine: Machine, next: Scope | undefined, nextIsParent: boolean, dynamic = false): Scope {
  machine.nextScope += 1;
  return { id: machine.nextScope, set: new Map(), next, nextIsParent, dynamic };
}

/** Runs something in another scope. */
export function within<T>(machine: Machine, scope: Scope, f: () => T): T {
  const before = machine.scope;
  machine.scope = scope;
  const result = f();
  machine.scope = before;
  return result;
}
