/*
 * Make that is called by a command: by a recipe (`$(MAKE) -C lib CFLAGS=-O0`), or by RUN in a Dockerfile.
 *
 * The called makefile is evaluated with what the caller gives it: words `NAME=value` are variables of the command line,
 * which win over its own assignments, and the environment of the command is its environment, which loses to them (all but
 * `?=`). Both may differ between environments, so that its recipes differ by the caller's selectors. Nothing else is an
 * input of it: what the makefile itself leaves open is told where it is linted on its own.
 */
import { describeCall, isCompilerFlags } from '../../knowledge/tools.js';
import type { CommandStep, Note, Variable, Word } from '../../model/build.js';
import { type Files, folderOf, normalizePath } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import { type Piece, render, type Text, type Texts } from '../../value/text.js';
import { representative } from '../dockerfile/script.js';
import { Splitter } from '../shell/fields.js';
import { lazyBinding } from '../shell/index.js';
import { attempt, evaluateMakefile, executeRun, type Given, type Makefile, runGuardedGoals } from './index.js';
import type { Origin } from './state.js';
import { switchesIn } from './switches.js';

/** A call of make, as its words say it. */
export interface MakeCall {
  /** The folders of `-C`, joined; relative to where the command is run, or absolute. */
  readonly folder: string;
  /** The makefile of `-f`; undefined for the usual names. */
  readonly file: string | undefined;
  /** The goals, in order; none means the default goal. */
  readonly goals: readonly Guarded<Text>[];
  /** Variables of the command line. */
  readonly variables: ReadonlyMap<string, Given>;
  /** Variables of the environment that are exported. */
  readonly environment: ReadonlyMap<string, Given>;
  /** The letters of `-r` and `-R`. */
  readonly switches: string;
  /** Whether the environment wins over the makefile (`-e`). */
  readonly environmentWins: boolean;
}

/** Options whose value is the next word. */
const VALUED = new Set(['-I', '--include-dir', '-o', '-W', '--old-file', '--new-file', '--what-if', '--eval']);
const FOLDER = /^(?:-C|--directory=)(.+)$/;
const FILE = /^(?:-f|--file=|--makefile=)(.+)$/;

/** What a command asks make for; undefined when it does not run make, or only asks what make would do. */
export function makeCallOf(texts: Texts, step: CommandStep): MakeCall | undefined {
  const { space } = texts;
  const [first, ...words] = step.words;
  const program = first === undefined ? undefined : texts.constant(first.item.text);
  if (program === undefined || !/^(?:.*\/)?g?make$/.test(program) || step.call?.role === 'check') return undefined;
  let folder = '';
  let file: string | undefined;
  let environmentWins = false;
  let switches = '';
  const goals: Guarded<Text>[] = [];
  const variables = new Map<string, Given>();
  const enter = (path: string): void => {
    folder = path.startsWith('/') || folder === '' ? path : `${folder}/${path}`;
  };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    const { text } = word.item;
    const constant = texts.constant(text);
    const assigned = assignmentOf(texts, text);
    if (assigned !== undefined) {
      const before = variables.get(assigned.name) ?? { set: space.false, text: texts.empty };
      variables.set(assigned.name, {
        set: space.or(before.set, word.when),
        text: texts.pick(word.when, assigned.value, before.text),
      });
    } else if (constant === undefined || !constant.startsWith('-')) {
      if (!/^-/.test(render(text))) goals.push({ when: word.when, item: text });
    } else if (constant === '-C' || constant === '--directory' || constant === '-f' || constant === '--file') {
      at += 1;
      const value = words[at] === undefined ? undefined : texts.constant(words[at]?.item.text ?? texts.empty);
      // A makefile whose name differs is another call for each name; that is not followed.
      if (value === undefined) return undefined;
      if (constant.includes('f') && constant !== '--directory') file = value;
      else enter(value);
    } else if (VALUED.has(constant)) at += 1;
    else if (constant === '-j' || constant === '-l') {
      if (/^[\d.]+$/.test(render(words[at + 1]?.item.text ?? texts.empty))) at += 1;
    } else {
      const inFolder = FOLDER.exec(constant)?.[1];
      if (inFolder !== undefined) enter(inFolder);
      file = FILE.exec(constant)?.[1] ?? file;
      const letters = switchesIn(constant);
      environmentWins ||= letters.includes('e');
      switches += letters.replace(/[^rR]/g, '');
    }
  }
  const environment = new Map<string, Given>();
  for (const [name, variable] of step.environment)
    environment.set(
      name,
      lazyBinding(() => exported(texts, variable)),
    );
  return { folder, file, goals, variables, environment, switches, environmentWins };
}

function exported({ space }: Texts, { set, exported: out, text }: Variable): Variable {
  const here = space.and(set, out);
  return { set: here, text, exported: here };
}

/** `NAME=value`, also with the other assignment operators. */
function assignmentOf(texts: Texts, text: Text): { readonly name: string; readonly value: Text } | undefined {
  const [first, ...rest] = text.pieces;
  if (first?.kind !== 'literal') return undefined;
  const [whole, name] = /^([A-Za-z_][\w.-]*)(?:::?|\+|\?)?=/.exec(first.text) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  const head: Piece = { kind: 'literal', text: first.text.slice(whole.length) };
  return { name, value: texts.join([head, ...rest]) };
}

/** Whether a call gives the makefile anything that differs between environments. */
export function givesChoices({ variables, environment, goals }: MakeCall): boolean {
  const differs = ({ set, text }: Given): boolean => text.mask !== 0n || set.kind === 'choice';
  return [...variables.values(), ...environment.values()].some(differs) || goals.some(({ item }) => item.mask !== 0n);
}

/** How a call finds the makefile and what it may cost. */
export interface MakeCallHost {
  readonly texts: Texts;
  readonly files: Files;
  /** The project's file behind a path that the command sees. */
  readonly find: (path: string) => { readonly file: string; readonly text: string } | undefined;
  /** How many calls of make lead here. */
  readonly depth: number;
  /** Whether the calls of the called makefile are followed as well; who follows steps by themselves does that. */
  readonly inner: boolean;
  /** A makefile that is not followed, since it is what calls: what it does for its own goals is told there. */
  readonly caller: string | undefined;
  /** What the command line of the calling make gives: MAKEFLAGS hands it on, and it wins as the call's own words do. */
  readonly inherited?: ReadonlyMap<string, Given>;
  /** Diagram nodes that the call may ask for, where it is not the usual number. */
  readonly work?: number;
}

/** What a called makefile does. */
export interface CalledMake {
  /** The steps of its recipes, under the caller's conditions, with the calls that lead to them. */
  readonly steps: readonly (CommandStep & { readonly instruction: Place })[];
  readonly file: string;
  readonly included: readonly string[];
  readonly notes: readonly Note[];
  /** Where all recipes succeed, as far as it is known. */
  readonly succeeds: Condition;
  /** A global variable that the makefile gives its value in every environment, and where; undefined for all others. */
  readonly assigned: (name: string) => AssignedVariable | undefined;
}

/** A variable of a makefile's own. */
export interface AssignedVariable {
  readonly value: Text;
  readonly place: Place;
}

/** A call of which nothing is followed. */
function notFollowed({ space }: Texts, file: string, notes: readonly Note[] = []): CalledMake {
  return { steps: [], file, included: [], notes, succeeds: space.true, assigned: () => undefined };
}

function assignedIn(makefile: Makefile, name: string): AssignedVariable | undefined {
  const { space, global } = makefile.machine;
  // To ask for a variable expands it.
  if ((global.set.get(name)?.places.length ?? 0) === 0) return undefined;
  let found: AssignedVariable | undefined;
  attempt(makefile, WORK, () => {
    const { origin, value, places } = makefile.variable(name);
    const place = places[places.length - 1];
    if (origin === space.one<Origin>('file') && place !== undefined) found = { value, place };
  });
  return found;
}

/** Make calls make at most so deep. */
const DEPTH = 4;
/** Diagram nodes that one call may ask for. */
const WORK = 120_000;
/** So many calls are followed in one space: each reads a makefile anew. */
const CALLS = 250;

const followed = new WeakMap<Texts, number>();

/** Nodes that all calls of one evaluation together may ask for; a makefile that calls itself ten times is not read ten times over. */
const ALL_WORK = 150_000;

const spent = new WeakMap<Texts, number>();

/** Makefiles that a call could not read for all the work there was: the next call would not either. */
const tooLarge = new WeakMap<Texts, Set<string>>();

/** The makefile that a call reads, and the folder that make runs in; undefined when the project does not have it. */
export function calledMakefile(
  { texts, find }: Pick<MakeCallHost, 'texts' | 'find'>,
  call: MakeCall,
  step: CommandStep,
): { readonly file: string; readonly text: string; readonly directory: string } | undefined {
  const cwd = texts.constant(step.cwd);
  if (cwd === undefined) return undefined;
  const directory = `/${normalizePath(call.folder.startsWith('/') ? call.folder : `${cwd}/${call.folder}`) ?? ''}`;
  const names = call.file === undefined ? ['GNUmakefile', 'makefile', 'Makefile'] : [call.file];
  const [found] = names.flatMap((name) => find(name.startsWith('/') ? name : `${directory}/${name}`) ?? []);
  return found === undefined ? undefined : { ...found, directory };
}

/** The variables of the called make's command line: the words of the call, and what is handed on. */
export function commandLineOf(
  { texts, inherited }: Pick<MakeCallHost, 'texts' | 'inherited'>,
  call: MakeCall,
): ReadonlyMap<string, Given> {
  // `MAKEFLAGS= $(MAKE) …` hands nothing on.
  const flags = call.environment.get('MAKEFLAGS');
  if (inherited === undefined || (flags !== undefined && flags.set !== texts.space.false)) return call.variables;
  const variables = new Map(inherited);
  for (const [name, own] of call.variables) {
    const outer = inherited.get(name);
    variables.set(
      name,
      outer === undefined
        ? own
        : { set: texts.space.or(own.set, outer.set), text: texts.pick(own.set, own.text, outer.text) },
    );
  }
  return variables;
}

/** Runs a call; undefined when the project does not have the makefile. */
export function runMakeCall(host: MakeCallHost, call: MakeCall, step: CommandStep): CalledMake | undefined {
  const { texts, files } = host;
  const { space } = texts;
  const found = host.depth >= DEPTH ? undefined : calledMakefile(host, call, step);
  if (found === undefined) return undefined;
  const { directory } = found;
  const { work = WORK } = host;
  const commandLine = commandLineOf(host, call);
  if (found.file === host.caller) return notFollowed(texts, found.file);
  const count = (followed.get(texts) ?? 0) + 1;
  followed.set(texts, count);
  if (count > CALLS) {
    const message = `only the first ${CALLS} calls of make are followed`;
    const limit = count === CALLS + 1 ? [{ place: step.place, message }] : [];
    return notFollowed(texts, found.file, limit);
  }
  const folder = folderOf(found.file);
  const notes: Note[] = [];
  const steps: CommandStep[] = [];
  const tooMuch = (): void => {
    notes.push({
      place: step.place,
      message: 'what make does here depends on too many things at once to be evaluated',
    });
  };
  const large = tooLarge.get(texts) ?? new Set<string>();
  tooLarge.set(texts, large);
  if (large.has(found.file)) return notFollowed(texts, found.file);
  const start = space.work;
  const before = spent.get(texts) ?? 0;
  const left = Math.min(work, ALL_WORK - before);
  const made = space.attempt(left, () =>
    evaluateMakefile({
      file: found.file,
      text: found.text,
      files,
      texts,
      folder,
      environment: call.environmentWins ? new Map() : call.environment,
      // What the environment gives wins like the command line then.
      commandLine: call.environmentWins ? new Map([...call.environment, ...commandLine]) : commandLine,
      switches: call.switches,
      open: false,
      goals: call.goals.flatMap(({ item }) => texts.constant(item) ?? []),
    }),
  );
  if (made === undefined) {
    tooMuch();
    large.add(found.file);
  }
  let succeeds: Condition = space.true;
  const read = made?.value;
  if (read !== undefined) {
    const done = attempt(read, left, () => {
      const executed = executeRun(read, runGuardedGoals(read, call.goals));
      succeeds = executed.succeeds;
      for (const inner of executed.steps) {
        const own = withinCall(texts, step, inner, inner.run.place, folder, directory);
        if (own.when === space.false) continue;
        steps.push(own, ...(host.inner ? innerCalls({ ...host, inherited: commandLine }, own, notes) : []));
      }
      for (const { place, message } of executed.notes) notes.push({ place, message });
    });
    if (!done) tooMuch();
  }
  spent.set(texts, before + space.work - start);
  const included = read === undefined ? [] : [...read.machine.included];
  const assigned = (name: string): AssignedVariable | undefined =>
    read === undefined ? undefined : assignedIn(read, name);
  return { steps, file: found.file, included, notes, succeeds, assigned };
}

function innerCalls(host: MakeCallHost, step: CommandStep, notes: Note[]): readonly CommandStep[] {
  const call = makeCallOf(host.texts, step);
  if (call === undefined) return [];
  const called = runMakeCall({ ...host, depth: host.depth + 1 }, call, step);
  notes.push(...(called?.notes ?? []));
  return called?.steps ?? [];
}

/** A step of a called makefile, as one of the caller's: where the caller runs it, in the folder that the caller sees. */
function withinCall(
  texts: Texts,
  caller: CommandStep,
  step: CommandStep,
  instruction: Place,
  folder: string,
  directory: string,
): CommandStep {
  const { space } = texts;
  const when = space.and(caller.when, step.when);
  const root = `/${folder}`;
  const path = texts.constant(step.cwd);
  const below =
    path === root ? '' : path?.startsWith(`${root === '/' ? '' : root}/`) ? path.slice(root.length) : undefined;
  return {
    ...step,
    stage: caller.stage,
    instruction,
    when,
    runs: space.and(caller.runs, step.when),
    cwd: below === undefined ? step.cwd : texts.literal(`/${normalizePath(`${directory}/${below}`) ?? ''}`),
    chain: [...caller.chain, caller.place, ...step.chain],
    captured: caller.captured || step.captured,
  };
}

/**
 * A call of a makefile that is not in the project as the compiler that it stands for, with the options that its words give
 * (`CFLAGS="$(FLAGS)"`); undefined when it gives none.
 */
export function asCompiler(texts: Texts, step: CommandStep, { variables }: MakeCall): CommandStep | undefined {
  const { space } = texts;
  const [program, ...words] = step.words;
  if (program === undefined) return undefined;
  const splitter = new Splitter(texts);
  const head: Guarded<Word>[] = [];
  const options: Guarded<Word>[] = [];
  for (const word of words) {
    const assigned = assignmentOf(texts, word.item.text);
    if (assigned === undefined) head.push(word);
    if (assigned === undefined || !isCompilerFlags(assigned.name)) continue;
    for (const { when, item } of splitter.split(assigned.value, ' \t\n', { start: 0, end: 0 })) {
      const both = space.and(when, word.when);
      if (both !== space.false) options.push({ when: both, item: { ...word.item, text: item.text, many: item.many } });
    }
  }
  const compiler = [...variables.keys()].some((name) => isCompilerFlags(name)) ? 'cc' : undefined;
  if (compiler === undefined) return undefined;
  const call = describeCall(
    [compiler, ...options.map(({ item }) => representative(texts, item.text))],
    () => undefined,
  );
  if (call === undefined) return undefined;
  return { ...step, words: [program, ...head, ...options], call: { ...call, role: 'compile' } };
}
