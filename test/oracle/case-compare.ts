/** Compares one makefile of others with GNU make, in every environment that the evaluation tells apart and for every target. */
import type { Makefile, RecipeRun } from '../../src/evaluate/makefile/index.js';
import { readPattern, stemOf } from '../../src/evaluate/makefile/strings.js';
import { parseMakefile } from '../../src/syntax/makefile/parse.js';
import { print } from '../../src/syntax/makefile/print.js';
import { type Files, normalizePath } from '../../src/text/files.js';
import type { Answer } from '../../src/value/diagram.js';
import { render, type Text } from '../../src/value/text.js';
import { type Environment, linesOf, mayBe, patternOf, readCase, restricted, valueIn } from './case-model.js';
import { type CaseRun, type Lab, observeCase, START } from './case-real.js';

export interface CaseCounts {
  runs: number;
  compared: number;
  /** Known to be possible only. */
  unknown: number;
  /** Whole runs that could not be compared, by the reason. */
  readonly skipped: Map<string, number>;
}

export interface CaseLimits {
  readonly environments: number;
  readonly runs: number;
}

export interface CaseResult {
  /** False when make itself refuses it. */
  readonly accepted: boolean;
  readonly differences: readonly string[];
}

/** Make's own, and what the probe changes. */
const NOT_COMPARED =
  /^(?:SHELL|MAKE|MAKEFLAGS|MAKE_\w+|MAKEFILE_LIST|MAKEFILES|MAKEOVERRIDES|\.VARIABLES|\.DEFAULT_GOAL|MAKECMDGOALS|MFLAGS|SUFFIXES)$/;
const PLAIN_NAME = /^[\w.\-/+~@!]+$/;

/** Compares a makefile, `makefile` being its path in the project. */
export async function compareCase(
  lab: Lab,
  files: Files,
  makefile: string,
  text: string,
  limits: CaseLimits,
  counts: CaseCounts,
): Promise<CaseResult> {
  const differences: string[] = [];
  const parsed = parseMakefile(text);
  if (print(parsed) !== text) differences.push('the printed tree is another text');
  const overrides = overridesOf(text);
  const read = (goals: readonly string[]): Makefile =>
    readCase({ lab, files, makefile, text, overrides, goals: [START, ...goals] });
  const model = read([]);
  const names = namesOf(model, () => read([]));
  const environments = environmentsOf(model, limits.environments);
  const observe = (
    environment: Environment,
    goals: readonly string[],
    own: Makefile,
    probed: boolean,
  ): Promise<CaseRun> => {
    const set = [...environment].flatMap(([name, answer]) => (answer === undefined ? [] : [[name, answer] as const]));
    return observeCase(lab, {
      makefile,
      names: probed ? names : new Map(),
      environment: Object.fromEntries(set.filter(([name]) => !overrides.includes(name))),
      overrides: Object.fromEntries(set.filter(([name]) => overrides.includes(name))),
      goals,
      answers: answersOf(own, environment),
    });
  };
  let accepted = false;
  const usable: Environment[] = [];
  // Commands that only the value of a variable asks for are known when it has been expanded.
  const global = read([]);
  for (const name of names.keys()) if (names.get(name) === true) global.variable(name);
  for (const [i, environment] of environments.entries()) {
    const real = await observe(environment, [], global, true);
    counts.runs += 1;
    if (real.late)
      return {
        accepted: true,
        differences: [...differences, `make takes too long with ${shownEnvironment(environment)}`],
      };
    if (i === 0 && !real.read && valueIn(model, global.feasible(), environment) !== true)
      return { accepted: false, differences };
    if (real.read) accepted = true;
    const found = compareVariables(global, names, environment, real, counts);
    if (found.length > 0) differences.push(...found.map((one) => `${one}\n  with ${shownEnvironment(environment)}`));
    if (real.read) usable.push(environment);
    // What make refuses where nothing is given is not accepted, whatever the evaluation thinks of it.
    else if (i === 0) return { accepted: false, differences };
  }
  if (accepted && parsed.problems.length > 0)
    differences.push(...parsed.problems.map(({ message, at }) => `problem at ${at.start}: ${message}`));
  differences.push(...(await compareGoals(global, read, usable, observe, limits, counts)));
  return { accepted, differences };
}

async function compareGoals(
  first: Makefile,
  read: (goals: readonly string[]) => Makefile,
  environments: readonly Environment[],
  observe: (environment: Environment, goals: readonly string[], own: Makefile, probed: boolean) => Promise<CaseRun>,
  limits: CaseLimits,
  counts: CaseCounts,
): Promise<readonly string[]> {
  const differences: string[] = [];
  const outOfScope = beyond(first);
  if (outOfScope !== undefined) {
    skip(counts, outOfScope);
    return differences;
  }
  const goals = [...new Set(first.targets.map(({ name }) => name))].filter(
    (name) => PLAIN_NAME.test(name) && !/^\.(?!\.?\/)/.test(name) && !name.startsWith('-'),
  );
  const each = Math.max(1, Math.min(environments.length, Math.floor(limits.runs / Math.max(1, goals.length))));
  const everyNth = Math.max(1, Math.ceil((goals.length * each) / limits.runs));
  let shared: Makefile | undefined;
  let at = 0;
  for (const goal of goals.filter((_, i) => i % everyNth === 0)) {
    const model: Makefile = shared ?? read([goal]);
    const { version } = model.machine;
    const lines = linesOf(model, goal);
    // A makefile that does not ask for the goals, and does not change while they are made, is the same for all of them.
    shared = model.machine.version === version && !asksForGoals(model) ? model : undefined;
    if (lines === undefined) {
      skip(counts, 'a goal that asks for too much');
      continue;
    }
    for (let i = 0; i < each; i += 1) {
      const environment = environments[(at + i) % environments.length];
      if (environment === undefined) break;
      const real = await observe(environment, [goal], model, false);
      counts.runs += 1;
      const found = real.late ? 'make takes too long' : compareLines(model, lines, environment, real, counts);
      if (found !== undefined) {
        differences.push(`make ${goal}: ${found}\n  with ${shownEnvironment(environment)}`);
        break;
      }
    }
    at += each;
  }
  return differences;
}

function skip(counts: CaseCounts, reason: string): void {
  counts.skipped.set(reason, (counts.skipped.get(reason) ?? 0) + 1);
}

const asking = new WeakMap<Makefile, boolean>();

function asksForGoals(model: Makefile): boolean {
  let asks = asking.get(model);
  if (asks === undefined) {
    asks = [...model.machine.global.set.values()].some(({ text }) => render(text).includes('MAKECMDGOALS'));
    asks ||= model.machine.decisions.some(({ names }) => names.includes('MAKECMDGOALS'));
    asks ||= [...model.machine.included, model.machine.at.file].some((file) => {
      const found = model.machine.files.read(file);
      return found?.kind === 'text' && found.text.includes('MAKECMDGOALS');
    });
    asking.set(model, asks);
  }
  return asks;
}

/** Why the recipes of a makefile are not compared. */
function beyond(model: Makefile): string | undefined {
  for (const name of model.index.named.keys()) {
    if (name === '.SECONDEXPANSION') return name;
    if (name === '.DEFAULT' || name === '.POSIX') return name;
    if (/^\.[^./%]+(?:\.[^./%]+)?$/.test(name) && !/^\.[A-Z_]+$/.test(name)) return 'suffix rules';
  }
  return undefined;
}

function compareVariables(
  model: Makefile,
  names: ReadonlyMap<string, boolean>,
  environment: Environment,
  real: CaseRun,
  counts: CaseCounts,
): readonly string[] {
  counts.compared += 1;
  const read = valueIn(model, model.feasible(), environment);
  if (read === undefined) counts.unknown += 1;
  else if (read !== real.read) return [`read ${read}, make ${real.read}: ${real.stderr.slice(0, 400)}`];
  if (!real.read) return [];
  const differences: string[] = [];
  for (const [name, expand] of names) {
    const variable = model.variable(name);
    const theirs = real.variables.get(name);
    const [origin = '', flavor = ''] = theirs?.facts.split('|') ?? [];
    const raw = theirs?.facts.slice(origin.length + flavor.length + 2) ?? '';
    const say = (what: string, own: string, their: string | undefined): void => {
      differences.push(
        `${what} of ${name}\n  ours: ${JSON.stringify(own.slice(0, 600))}\n  make: ${JSON.stringify(their?.slice(0, 600))}`,
      );
    };
    counts.compared += 1;
    const before = differences.length;
    const known = [
      mayBe<string>(model, variable.origin, environment, origin) ||
        say('origin', JSON.stringify(valueIn(model, variable.origin, environment)), origin),
      mayBe<string>(model, variable.flavor, environment, flavor) ||
        say('flavor', JSON.stringify(valueIn(model, variable.flavor, environment)), flavor),
      compareText(model, variable.raw, environment, raw, (own) => say('raw value', own, raw)),
      !expand ||
        compareText(model, variable.value, environment, theirs?.value ?? '', (own) => say('value', own, theirs?.value)),
    ];
    if (differences.length === before && known.includes(false)) counts.unknown += 1;
  }
  return differences;
}

/** Whether a text is known and right; what is not possible is told. */
function compareText(
  model: Makefile,
  text: Text,
  environment: Environment,
  real: string,
  say: (own: string) => void,
): boolean {
  const own = restricted(model, text, environment);
  const constant = model.machine.texts.constant(own);
  if (constant !== undefined) {
    if (!sameIn(model, constant, real)) say(constant);
    return true;
  }
  const pattern = patternOf(model, own);
  if (!pattern.test(real) && !pattern.test(withoutRoot(model, real))) say(render(own));
  return false;
}

function withoutRoot({ machine }: Makefile, text: string): string {
  const root = rootOf(machine.global.set.get('CURDIR')?.text, machine.folder, machine.texts);
  return root === undefined ? text : text.replaceAll(root, '');
}

function rootOf(text: Text | undefined, folder: string, texts: Makefile['machine']['texts']): string | undefined {
  const directory = text === undefined ? undefined : texts.constant(text);
  return directory?.endsWith(folder) === true
    ? directory.slice(0, directory.length - folder.length).replace(/\/$/, '')
    : undefined;
}

/** The project's root is `/` for the evaluation. */
function sameIn(model: Makefile, own: string, real: string): boolean {
  if (own === real) return true;
  const [a, b] = [withoutRoot(model, own), withoutRoot(model, real)];
  return a === b || a.replace(/\/+(?=\s|\/|$)/g, '') === b.replace(/\/+(?=\s|\/|$)/g, '');
}

// ------------------------------------------------------------------------------------------------ recipes

/** A line that is handed to a shell, or may be. */
interface OwnLine {
  readonly run: RecipeRun;
  /** Undefined when it is not known; then it may be several. */
  readonly command: string | undefined;
  readonly text: Text;
  readonly sure: boolean;
}

function ownLines(model: Makefile, lines: readonly RecipeRun[], environment: Environment): readonly OwnLine[] {
  return lines.flatMap((run): readonly OwnLine[] => {
    const when = valueIn(model, run.when, environment);
    if (when === false) return [];
    const text = restricted(model, run.text, environment);
    const constant = model.machine.texts.constant(text);
    const sure = when === true && !isGuess(model, run);
    if (constant === undefined)
      return linesIn(model, text).map((line) => ({ run, command: undefined, text: line, sure }));
    return constant
      .split(/(?<!\\)\n/)
      .map((line) => line.replace(/^[@+\- \t]*/, ''))
      .filter((line) => line.trim() !== '')
      .map((command) => ({ run, command, text, sure }));
  });
}

/** Whether the evaluation takes a pattern rule although the project lacks what it needs, which make does not. */
function isGuess({ machine }: Makefile, { rule, target }: RecipeRun): boolean {
  if (rule.targetPlaces.has(target) || rule.pattern !== undefined) return false;
  const { texts, files, folder } = machine;
  return rule.prerequisites.some(({ item }) => {
    const needed = texts.constant(item.text);
    if (needed === undefined) return true;
    const stems = rule.targets.flatMap(({ item: { text } }) => {
      const constant = texts.constant(text);
      const stem = constant === undefined ? undefined : stemOf(readPattern(constant), target);
      return stem === undefined ? [] : [stem];
    });
    const path = normalizePath(`${folder}/${needed.replace('%', stems[0] ?? '')}`);
    return path === undefined || files.read(path) === undefined;
  });
}

/** An unknown text, cut where its literals end a line, without the prefix characters of the lines. */
function linesIn({ machine: { texts } }: Makefile, text: Text): readonly Text[] {
  const lines: Text[] = [];
  let open: Text['pieces'][number][] = [];
  const put = (literal: string): void => {
    const plain = open.length === 0 ? literal.replace(/^[@+\- \t]*/, '') : literal;
    if (plain !== '') open.push({ kind: 'literal', text: plain });
  };
  for (const piece of text.pieces) {
    if (piece.kind !== 'literal') {
      open.push(piece);
      continue;
    }
    for (const [i, part] of piece.text.split(/(?<!\\)\n/).entries()) {
      if (i > 0) {
        if (open.length > 0) lines.push(texts.join(open));
        open = [];
      }
      put(part);
    }
  }
  return open.length > 0 ? [...lines, texts.join(open)] : lines;
}

function compareLines(
  model: Makefile,
  lines: readonly RecipeRun[],
  environment: Environment,
  real: CaseRun,
  counts: CaseCounts,
): string | undefined {
  counts.compared += 1;
  const feasible = valueIn(model, model.feasible(), environment);
  const stopped = real.stderr.includes('***');
  if (feasible === false) return stopped ? undefined : 'the run ends for us, and not for make';
  if (lines.some(({ oneShell }) => oneShell !== model.machine.space.false)) {
    skip(counts, '.ONESHELL');
    return undefined;
  }
  if (stopped) {
    if (feasible === true) return `the run ends for make, and not for us: ${real.stderr.slice(0, 300)}`;
    counts.unknown += 1;
    return undefined;
  }
  const own = ownLines(model, lines, environment);
  const known = own.every(({ command, sure }) => command !== undefined && sure);
  if (!known) {
    counts.unknown += 1;
    return aligned(model, own, real);
  }
  for (let i = 0; i < Math.max(own.length, real.lines.length); i += 1) {
    const [mine, theirs] = [own[i], real.lines[i]];
    counts.compared += 1;
    if (mine?.command === undefined || theirs === undefined || !sameIn(model, mine.command, theirs.command))
      return `command ${i} of ${mine?.run.target ?? '(none)'}\n  ours: ${JSON.stringify(mine?.command?.slice(0, 600))}\n  make: ${JSON.stringify(theirs?.command.slice(0, 600))}`;
    const found = compareEnvironment(model, mine.run, environment, theirs.environment, counts);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the lines that make gave to shells are an order of those that may be run: longest reach first. */
function aligned(model: Makefile, own: readonly OwnLine[], real: CaseRun): string | undefined {
  const lines = real.lines.map(({ command }) => command);
  const seen = new Set<string>();
  const patterns = new Map<OwnLine, RegExp>();
  let furthest = { i: 0, j: -1 };
  const fits = (line: OwnLine, text: string): boolean => {
    if (line.command !== undefined) return sameIn(model, line.command, text);
    let pattern = patterns.get(line);
    if (pattern === undefined) {
      pattern = patternOf(model, line.text);
      patterns.set(line, pattern);
    }
    // Behind what is empty here, a prefix character counts.
    const found = pattern;
    return ['', '@', '-', '@-', '-@', '+'].some(
      (c) => found.test(c + text) || found.test(c + withoutRoot(model, text)),
    );
  };
  const stack: { readonly i: number; readonly j: number }[] = [{ i: 0, j: 0 }];
  while (stack.length > 0) {
    const { i, j } = stack.pop() ?? { i: 0, j: 0 };
    if (seen.has(`${i}:${j}`)) continue;
    seen.add(`${i}:${j}`);
    if (j > furthest.j) furthest = { i, j };
    const line = own[i];
    if (line === undefined) {
      if (j === lines.length) return undefined;
      continue;
    }
    if (!line.sure || line.command === undefined) stack.push({ i: i + 1, j });
    for (let n = 1; n <= (line.command === undefined ? 12 : 1) && j + n <= lines.length; n += 1)
      if (fits(line, lines.slice(j, j + n).join('\n'))) stack.push({ i: i + 1, j: j + n });
  }
  const next = own[furthest.i];
  return `no order of what may be run gives command ${furthest.j} of ${lines.length}\n  ours: ${JSON.stringify((next === undefined ? undefined : (next.command ?? render(next.text)))?.slice(0, 600))} of ${next?.run.target}\n  make: ${JSON.stringify(lines[furthest.j]?.slice(0, 600))}`;
}

const SYSTEM =
  /^(?:PATH|HOME|PWD|OLDPWD|TERM|USER|LOGNAME|HOSTNAME|LANG|LC_\w+|TMPDIR|UID|_|SHELL|MAKEFLAGS|MFLAGS|MAKE_TERM\w+|MAKEOVERRIDES)$/;

function compareEnvironment(
  model: Makefile,
  run: RecipeRun,
  environment: Environment,
  real: ReadonlyMap<string, string>,
  counts: CaseCounts,
): string | undefined {
  let found: string | undefined;
  for (const [name, binding] of run.environment) {
    if (SYSTEM.test(name) || found !== undefined) continue;
    const set = valueIn(model, binding.set, environment);
    const theirs = real.get(name);
    counts.compared += 1;
    const say = (own: string): void => {
      found = `environment ${name} of ${run.target}\n  ours: ${JSON.stringify(own.slice(0, 600))}\n  make: ${JSON.stringify(theirs?.slice(0, 600))}`;
    };
    if (set === undefined) counts.unknown += 1;
    else if (set !== (theirs !== undefined)) say(set ? render(binding.text) : '(not set)');
    else if (theirs !== undefined && !compareText(model, binding.text, environment, theirs, say)) counts.unknown += 1;
  }
  return found;
}

// ------------------------------------------------------------------------------------------------ what is asked

/** Names to compare; those are not expanded that do more than give a text. */
function namesOf(model: Makefile, again: () => Makefile): ReadonlyMap<string, boolean> {
  const names = new Map<string, boolean>();
  const all = [...new Set([...model.names, ...model.inputs])].filter(
    (name) => PLAIN_NAME.test(name) && !NOT_COMPARED.test(name),
  );
  let trial = again();
  for (const name of all) {
    const { version, feasible } = trial.machine;
    trial.variable(name);
    const acts = trial.machine.version !== version || trial.machine.feasible !== feasible;
    names.set(name, !acts);
    if (acts) trial = again();
  }
  return names;
}

/** Some names that the makefile assigns, as what the command line may set. */
function overridesOf(text: string): readonly string[] {
  const names = [...text.matchAll(/^([A-Za-z_]\w*)[ \t]*[:?]?=/gm)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !NOT_COMPARED.test(name)).slice(0, 4);
}

/** Nothing given; each mentioned answer by itself; then some of them together. */
export function environmentsOf(model: Makefile, count: number): readonly Environment[] {
  const { space } = model.machine;
  const inputs = [...model.inputs];
  const mentioned = (name: string): readonly Answer[] =>
    [...space.input(name).mentioned].filter((answer) => answer !== undefined && /^[\w.%/-]*$/.test(answer));
  const environments = new Map<string, Environment>();
  const add = (answers: ReadonlyMap<string, Answer>): void => {
    if (environments.size < count)
      environments.set(JSON.stringify([...answers].filter(([, a]) => a !== undefined)), answers);
  };
  const none = new Map<string, Answer>(inputs.map((name) => [name, undefined]));
  add(none);
  const asked = inputs.filter((name) => mentioned(name).length > 0);
  for (let i = 1; i <= 4; i += 1) {
    const answers = new Map(none);
    for (const [at, name] of inputs.entries()) {
      const pool = [...new Set<Answer>([undefined, undefined, ...mentioned(name), 'zz', ...(i > 2 ? [''] : [])])];
      answers.set(name, pool[(i * (at + 1) + ((i * at * 7) >> 1)) % pool.length]);
    }
    add(answers);
  }
  for (const name of asked)
    for (const answer of [...mentioned(name).slice(0, 4), 'zz']) add(new Map([...none, [name, answer]]));
  return [...environments.values()];
}

function shownEnvironment(environment: Environment): string {
  return JSON.stringify(Object.fromEntries([...environment].filter(([, answer]) => answer !== undefined)));
}

/** What the evaluation knows of the commands that make asks shells for while it expands. */
function answersOf(model: Makefile, environment: Environment): ReadonlyMap<string, string> {
  const answers = new Map<string, string>();
  const { texts, shellOutputs } = model.machine;
  for (const [command, output] of shellOutputs) {
    const asked = texts.constant(restricted(model, command, environment));
    if (asked !== undefined) answers.set(asked, oneOf(model, restricted(model, output, environment)));
  }
  return answers;
}

/** One of the texts that a text may be; what is not known is empty. */
function oneOf(model: Makefile, text: Text): string {
  return text.pieces
    .map((piece) => {
      if (piece.kind === 'literal') return piece.text;
      if (piece.kind !== 'choice') return '';
      const [first] = model.machine.space.leaves(piece.value);
      return first === undefined ? '' : oneOf(model, first.item);
    })
    .join('');
}
