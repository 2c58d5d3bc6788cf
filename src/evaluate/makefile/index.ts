/*
 * Makefiles, evaluated for every environment at once.
 *
 * `evaluateMakefile` reads a makefile and all that it includes (make's first phase); `runGoals` walks a goal and gives the
 * lines that make would hand to shells; `executeLines` hands them to the shell evaluator. What a caller gives (the
 * variables of an environment, those of the command line) may itself differ between environments, so that a makefile that
 * a Dockerfile's RUN or another makefile calls is evaluated with the caller's values.
 *
 * Inputs: unless `open` is false, a name that is read and that nothing defines there comes from the environment (unset
 * means not given). A name that a plain `=` or `:=` defines in every environment before it is read is no input, since the
 * environment loses to it; `overrides` makes a name an input of the command line, which wins.
 */
import type { Files } from '../../text/files.js';
import { folderOf } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Answer, Condition, Guarded, Variational } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { Splitter } from '../shell/fields.js';
import { type Executed, type ExecuteOptions, executeLines } from './execute.js';
import { expandVariable } from './expand.js';
import { type RecipeRun, walkGoals } from './goal.js';
import { readText } from './read.js';
import {
  type Given,
  LIMITS,
  type Machine,
  type MakeDecision,
  type MakeNote,
  type MissingInclude,
  type Origin,
  type Rule,
  type Scope,
  stillRunning,
} from './state.js';
import { dropDefaults } from './switches.js';
import { indexTargets, type Targets } from './targets.js';
import { isDefined, lookup, undefinedVariable } from './variables.js';

export type { Executed, ExecuteOptions } from './execute.js';
export type { RecipeRun } from './goal.js';
export type { Given, MakeDecision, MakeNote, MissingInclude, Origin, Rule } from './state.js';

/** What a makefile is evaluated with. */
export interface MakefileInput {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
  readonly texts: Texts;
  /** The folder that make runs in, relative to the project's root; the makefile's own when absent. */
  readonly folder?: string;
  /** The makefile's name as make got it (`-f`); its base name when absent. */
  readonly name?: string;
  /** Variables of the environment whose values the caller knows. */
  readonly environment: ReadonlyMap<string, Given>;
  /** Variables of the command line. */
  readonly commandLine: ReadonlyMap<string, Given>;
  /** Whether all other names may come from the environment. */
  readonly open: boolean;
  /** Names that a caller may set on the command line, as inputs. */
  readonly overrides?: ReadonlySet<string>;
  /** The goals as they are given: MAKECMDGOALS. */
  readonly goals: readonly string[];
  /** The letters of `-r` and `-R`, where they are given. */
  readonly switches?: string;
  /** Where make is run at all. */
  readonly when?: Condition;
  /** CURDIR, when the host's path is known. */
  readonly directory?: string;
}

/** A target that the makefile names. */
export interface MakeTarget {
  readonly name: string;
  readonly place: Place;
  readonly when: Condition;
  readonly rule: Rule;
  readonly phony: boolean;
}

/** What a variable is, in every environment. */
export interface MakeVariable {
  readonly origin: Variational<Origin>;
  readonly flavor: Variational<'undefined' | 'recursive' | 'simple'>;
  /** As it is written. */
  readonly raw: Text;
  /** Expanded. */
  readonly value: Text;
  /** The assignments that may have given it. */
  readonly places: readonly Place[];
}

/** A makefile after make's first phase. */
export interface Makefile {
  readonly machine: Machine;
  readonly targets: readonly MakeTarget[];
  readonly index: Targets;
  /** The goal of `make` without arguments; empty where there is none. */
  readonly defaultGoal: Text;
  /** A global variable. */
  readonly variable: (name: string) => MakeVariable;
  /** Global variables that the makefile defines. */
  readonly names: readonly string[];
  /** Names that were read so far and that callers decide. */
  readonly inputs: ReadonlySet<string>;
  /** The environments in which make gets through the makefile. */
  readonly feasible: () => Condition;
  readonly notes: readonly MakeNote[];
  readonly decisions: readonly MakeDecision[];
  readonly missing: readonly MissingInclude[];
}

/** Values that a caller knows: an answer for each name. */
export function given(texts: Texts, answers: ReadonlyMap<string, Answer>): ReadonlyMap<string, Given> {
  const { space } = texts;
  return new Map(
    [...answers].map(([name, answer]) => [
      name,
      { set: answer === undefined ? space.false : space.true, text: texts.literal(answer ?? '') },
    ]),
  );
}

/** Reads a makefile and what it includes, for all environments at once. */
export function evaluateMakefile(input: MakefileInput): Makefile {
  const machine = start(input);
  readText(machine, input.text, { file: input.file, place: (span) => ({ file: input.file, ...span }) });
  machine.live = stillRunning(machine, machine.space.true);
  dropDefaults(machine);
  const { texts, space } = machine;
  const targets: MakeTarget[] = [];
  const index = indexTargets(machine);
  const phony = new Set(
    (index.named.get('.PHONY') ?? []).flatMap(({ rule }) => rule.prerequisites.map(({ item }) => item.text)),
  );
  for (const [name, entries] of index.named) {
    for (const { rule, when } of entries) {
      targets.push({
        name,
        place: rule.targetPlaces.get(name) ?? rule.place,
        when,
        rule,
        phony: phony.has(texts.literal(name)),
      });
    }
  }
  const variable = (name: string): MakeVariable => {
    machine.live = stillRunning(machine, space.true);
    const found = lookup(machine, name);
    const flavor = space.map(found.recursive, (recursive): 'undefined' | 'recursive' | 'simple' =>
      recursive ? 'recursive' : 'simple',
    );
    return {
      origin: found.origin,
      flavor: space.pick(
        isDefined(machine, found),
        flavor,
        space.one<'undefined' | 'recursive' | 'simple'>('undefined'),
      ),
      raw: found.text,
      value: expandVariable(machine, name),
      places: found.places,
    };
  };
  return {
    machine,
    targets,
    index,
    defaultGoal: expandVariable(machine, '.DEFAULT_GOAL'),
    variable,
    names: [...machine.global.set].filter(([, { places }]) => places.length > 0).map(([name]) => name),
    inputs: machine.inputs,
    feasible: () => machine.feasible,
    notes: machine.notes,
    decisions: machine.decisions,
    missing: machine.missing,
  };
}

/** The lines that making some goals gives to shells, in order; the default goal when there are none. */
export function runGoals(makefile: Makefile, goals: readonly (string | Text)[]): readonly RecipeRun[] {
  const { machine, index, defaultGoal } = makefile;
  const { texts, space } = machine;
  const wanted: readonly Guarded<Text>[] =
    goals.length === 0
      ? [{ when: space.not(texts.isEmpty(defaultGoal)), item: defaultGoal }]
      : goals.map((goal) => ({ when: space.true, item: typeof goal === 'string' ? texts.literal(goal) : goal }));
  return walkGoals(machine, index, wanted);
}

/** The lines of goals that are asked for under conditions; the default goal where none is. */
export function runGuardedGoals(makefile: Makefile, goals: readonly Guarded<Text>[]): readonly RecipeRun[] {
  const { machine, index } = makefile;
  const { space } = machine;
  let none: Condition = space.true;
  for (const { when } of goals) none = space.and(none, space.not(when));
  const byDefault: Guarded<Text> = {
    when: space.and(none, space.not(machine.texts.isEmpty(makefile.defaultGoal))),
    item: makefile.defaultGoal,
  };
  return walkGoals(machine, index, none === space.false ? goals : [byDefault, ...goals]);
}

/**
 * Does something that may ask for so many diagram nodes; false when it asked for more. The machine is as it was before,
 * but for what it has learned.
 */
export function attempt(makefile: Makefile, work: number, run: () => void): boolean {
  const { machine } = makefile;
  const { space } = machine;
  try {
    return space.attempt(work, run) !== undefined;
  } finally {
    machine.scope = machine.global;
    machine.live = stillRunning(machine, space.true);
    machine.reads = new Set();
    machine.depth = 0;
    machine.expanding.clear();
    machine.calling.clear();
    machine.origin = undefined;
  }
}

/** Gives the lines of a run to the shell evaluator. */
export function executeRun(makefile: Makefile, lines: readonly RecipeRun[], options?: ExecuteOptions): Executed {
  return executeLines(makefile.machine, lines, options);
}

function start(input: MakefileInput): Machine {
  const { texts } = input;
  const { space } = texts;
  const global: Scope = { id: 0, set: new Map(), next: undefined, nextIsParent: false, dynamic: false };
  const folder = input.folder ?? folderOf(input.file);
  const machine: Machine = {
    space,
    texts,
    splitter: new Splitter(texts),
    files: input.files,
    folder,
    environment: input.environment,
    commandLine: input.commandLine,
    open: input.open,
    overrides: input.overrides ?? new Set(),
    global,
    scope: global,
    live: input.when ?? space.true,
    feasible: input.when ?? space.true,
    at: { file: input.file, start: 0, end: 0 },
    rules: [],
    vpaths: [],
    switches: input.switches ?? '',
    secondExpansion: space.false,
    openRules: [],
    targetScopes: new Map(),
    patternVariables: [],
    exportAll: space.false,
    holes: new Map(),
    expanding: new Map(),
    cache: new Map(),
    reads: new Set(),
    hasPrivate: false,
    shellOutputs: new Map(),
    version: 0,
    lastVersion: 0,
    volatile: 0,
    cacheVersion: 0,
    notes: [],
    decisions: [],
    missing: [],
    included: new Set(),
    origin: undefined,
    origins: new Map(),
    inputs: new Set(),
    fuel: LIMITS.fuel,
    depth: 0,
    includes: 0,
    nextScope: 0,
    calling: new Set(),
    callArguments: 0,
    evaluate: readText,
  };
  const set = (name: string, value: string, origin: Origin, recursive: boolean): void => {
    if (machine.commandLine.has(name)) return;
    global.set.set(name, {
      ...undefinedVariable(machine),
      origin: space.one(origin),
      text: texts.literal(value),
      recursive: recursive ? space.true : space.false,
    });
  };
  set('CURDIR', input.directory ?? `/${folder}`, 'file', false);
  set('MAKEFILE_LIST', input.name ?? input.file.slice(input.file.lastIndexOf('/') + 1), 'file', false);
  set('SHELL', '/bin/sh', 'file', true);
  set('.DEFAULT_GOAL', '', 'file', false);
  set('.RECIPEPREFIX', '', 'default', false);
  set('MAKEFLAGS', overridesOf(machine), 'file', true);
  if (input.goals.length > 0) set('MAKECMDGOALS', input.goals.join(' '), 'default', false);
  if (!machine.environment.has('MAKELEVEL')) set('MAKELEVEL', '0', 'environment', true);
  return machine;
}

/** Switches and the command line's variables as MAKEFLAGS hands them on, where their values are known. */
function overridesOf({ commandLine, texts, switches }: Machine): string {
  const words = [...commandLine].flatMap(([name, { text }]) => {
    const value = texts.constant(text);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return words.length === 0 ? switches : `${switches} -- ${words.join(' ')}`;
}
