/*
 * Configurations of bundlers, for all environments at once.
 *
 * A configuration is a program: what it gives depends on `process.env`, on the words of the command (`--mode`, `--env`) and on
 * what the tool hands to it (`({ mode, command }) => …`). It is evaluated without being run: once with everything open, to
 * see whether anything differs at all; and if so, once for each command that builds with it, in the environment that the
 * package script or the Dockerfile gives that command. What those pin is constant, and what they leave open differs.
 */
import { type Bundler, bundlerOf, isPartOrLocal, mayVary } from '../../knowledge/bundlers.js';
import type { Note } from '../../model/build.js';
import type { Bundle, BundleSetting } from '../../model/bundle.js';
import type { Caller } from '../../model/delivery.js';
import type { ParseScript } from '../../syntax/script/tree.js';
import type { Files } from '../../text/files.js';
import { type Condition, supportOf, type Variational } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { evaluateAngular, namesConfiguration, readWorkspace } from './angular.js';
import { apply } from './call.js';
import { type Invocation, type Openness, readInvocation } from './invocation.js';
import { defaultOf, Modules } from './module.js';
import { findRuns, type Run, type RunGroup, runsOfCommands } from './runs.js';
import { FUEL, type Machine, newFrame, type Source } from './scope.js';
import { settingsOf } from './settings.js';
import { type JsObject, reference, type Value, Values } from './value.js';

export interface BundlerInput {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
  readonly texts: Texts;
  /** Dockerfiles that may build with it. */
  readonly dockerfiles: readonly string[];
  /** Pipelines, whose steps may build with it. */
  readonly pipelines: () => readonly Caller[];
  /** Loads the parser; undefined when the host has none. */
  readonly parseScript: ParseScript | undefined;
}

/** What the builds of a project do with a configuration: a bundle for each that may ship, and what could not be read. */
export interface EvaluatedBundler {
  readonly bundles: readonly Bundle[];
  readonly notes: readonly Note[];
}

/** Evaluates a configuration for every build of the project that reads it. */
export function evaluateBundler(input: BundlerInput): EvaluatedBundler {
  const { file, text, parseScript } = input;
  const bundler = bundlerOf(file);
  if (bundler === undefined || !mayVary(text)) return { bundles: [], notes: [] };
  const notes: Note[] = [];
  const place = { file, start: 0, end: 0 };
  try {
    if (bundler.calling === 'angular') return { bundles: bundlesOf(input, bundler, angularReader(input)), notes };
    if (parseScript === undefined)
      return {
        bundles: [],
        notes: [{ place, message: 'this configuration is not evaluated: no parser was handed in' }],
      };
    const reader = programReader(input, bundler, parseScript, notes);
    return { bundles: reader === undefined ? [] : bundlesOf(input, bundler, reader), notes };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const isStack = error.message.includes('call stack');
    const reason = isStack ? 'this configuration is nested too deeply' : error.message;
    notes.push({ place, message: `${reason}; it is not evaluated` });
    return { bundles: [], notes };
  }
}

/** How a configuration is read by one command. */
interface Reader {
  read(texts: Texts, run: Run, openness: Openness): Once;
  /** Whether the command of a pipeline gives it anything that decides. */
  isGiven(texts: Texts, run: Run): boolean;
}

/** A configuration that is a program; undefined when it is the same everywhere. */
function programReader(input: BundlerInput, bundler: Bundler, parse: ParseScript, notes: Note[]): Reader | undefined {
  const { space } = input.texts;
  const free: Run = { when: space.true, environment: openEnvironment(input.texts), words: [], texts: [], chain: [] };
  const { settings } = runOnce(input, bundler, parse, free, 'free', notes);
  if (!settings.some(({ value }) => isVarying(value))) return undefined;
  const names = decidingNames(settings);
  return {
    read: (texts, run, openness) => runOnce({ ...input, texts }, bundler, parse, run, openness, []),
    isGiven: (texts, { environment }) =>
      [...names].some((name) => (environment(name)?.set ?? texts.space.false) !== texts.space.false),
  };
}

/** angular.json, where the command's words decide. */
function angularReader({ file, text }: BundlerInput): Reader {
  const workspace = readWorkspace(file, text);
  return {
    read: (texts, run) => evaluateAngular(texts, workspace, file, text, run),
    isGiven: (_, { words }) => namesConfiguration(words),
  };
}

/** A bundle for each build that may ship. */
function bundlesOf(input: BundlerInput, bundler: Bundler, reader: Reader): readonly Bundle[] {
  const { file, texts, files, dockerfiles } = input;
  const groups = findRuns({ config: file, bundler, texts, files, dockerfiles, notes: [] });
  // What a Dockerfile builds ships; else a pipeline that gives the build its environment says more than the scripts.
  const isOpen = groups.every(({ open, supposed }) => open || supposed);
  const ofPipelines = isOpen ? pipelineBundles(input, bundler, reader) : [];
  if (ofPipelines.length > 0) return ofPipelines;
  return groups
    .filter(({ supposed }) => !supposed || !isPartOrLocal(file))
    .map((group) => bundleOf(file, bundler, reader, texts, group));
}

/** Variables that decide about what a configuration gives. */
function decidingNames(settings: readonly BundleSetting[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { value } of settings) {
    for (const selector of supportOf(value)) names.add((selector.about?.selector ?? selector).name);
    if (value.kind === 'one') for (const selector of value.value?.holds ?? []) names.add(selector.name);
  }
  return names;
}

/** A bundle for each command of a pipeline that builds with the configuration and gives it something that decides. */
function pipelineBundles(input: BundlerInput, bundler: Bundler, reader: Reader): readonly Bundle[] {
  const { file: config, files } = input;
  return input.pipelines().flatMap(({ texts, scripts = [] }) =>
    runsOfCommands({ config, bundler, texts, files, dockerfiles: [], notes: [] }, scripts)
      .filter(({ runs }) => runs.some((run) => reader.isGiven(texts, run)))
      .map((group) => bundleOf(config, bundler, reader, texts, group)),
  );
}

function openEnvironment(texts: Texts): Run['environment'] {
  const { space } = texts;
  return (name) => {
    const set = space.not(space.is(space.input(name), undefined));
    return { set, text: texts.answer(space.input(name)), exported: set };
  };
}

function isVarying(value: Variational<Text | undefined>): boolean {
  return value.kind === 'choice' || (value.value?.mask ?? 0n) !== 0n;
}

/** Puts the runs of one build together: each holds under its own condition. */
function bundleOf(file: string, bundler: Bundler, reader: Reader, texts: Texts, group: RunGroup): Bundle {
  const { space } = texts;
  const settings = new Map<string, BundleSetting>();
  const decisions: Bundle['decisions'][number][] = [];
  let feasible: Condition = space.false;
  for (const run of group.runs) {
    const once = reader.read(texts, run, group.open ? 'host' : 'closed');
    // A later run of the same build writes over what an earlier one made.
    for (const path of new Set([...settings.keys(), ...once.settings.map((setting) => setting.path)])) {
      const own = once.settings.find((setting) => setting.path === path);
      const old = settings.get(path);
      const none = space.one<Text | undefined>(undefined);
      const value = space.pick(run.when, own?.value ?? none, old?.value ?? none);
      const place = own?.place ?? old?.place;
      if (place !== undefined) settings.set(path, { path, place, value });
    }
    decisions.push(...once.decisions);
    feasible = space.or(feasible, once.feasible ?? run.when);
  }
  const [first] = group.runs;
  return {
    file,
    tool: bundler.name,
    texts,
    feasible,
    settings: [...settings.values()],
    decisions,
    chain: group.runs.flatMap(({ chain }) => chain),
    command: group.supposed ? undefined : first?.words.join(' '),
    notes: [],
  };
}

/** Diagram nodes that one run of a configuration may ask for; those of people ask for some hundreds. */
const WORK_LIMIT = 300_000;

interface Once {
  readonly settings: readonly BundleSetting[];
  readonly decisions: Bundle['decisions'];
  /** Where the command succeeds, if that is not everywhere. */
  readonly feasible?: Condition;
}

/** Evaluates the configuration as one command does. */
function runOnce(
  input: BundlerInput,
  bundler: Bundler,
  parse: ParseScript,
  run: Run,
  openness: Openness,
  notes: Note[],
): Once {
  const values = new Values(input.texts);
  const invocation = readInvocation(values, bundler, run, openness);
  const modules = new Modules(input.files, parse);
  const machine: Machine = {
    values,
    environment: invocation.environment,
    flag: invocation.flag,
    module: (from, specifier) => modules.import(machine, from, specifier),
    decisions: [],
    starts: [],
    notes,
    fuel: FUEL,
    depth: 0,
  };
  const source: Source = { file: input.file, text: input.text };
  const place = { file: input.file, start: 0, end: 0 };
  const { space } = values;
  return space.limited(WORK_LIMIT, () => {
    const exported = modules.evaluate(machine, source);
    const root = rootOf(machine, bundler, defaultOf(machine, exported), invocation);
    return { settings: settingsOf(machine, root, place, space.true), decisions: machine.decisions };
  });
}

/** The configuration itself: what the module exports, called as the tool calls it, or what a script starts a bundler with. */
function rootOf(machine: Machine, bundler: Bundler, exported: Value, invocation: Invocation): Value {
  const { values } = machine;
  const { space } = values;
  if (machine.starts.length > 0 && bundler.calling === 'script') {
    // Starts in environments that exclude each other are one; a second one in the same is another bundle.
    const root: JsObject = { kind: 'object', properties: new Map(), rest: undefined };
    const taken: Condition[] = [];
    const lanes: Value[] = [];
    for (const { when, item } of machine.starts) {
      let lane = taken.findIndex((other) => space.and(other, when) === space.false);
      if (lane === -1) lane = taken.push(space.false) - 1;
      taken[lane] = space.or(taken[lane] ?? space.false, when);
      lanes[lane] = space.pick(when, item.value, lanes[lane] ?? values.undefined);
    }
    const [only] = lanes;
    if (lanes.length === 1 && only !== undefined) return only;
    for (const [i, value] of lanes.entries()) {
      const place = machine.starts[i]?.item.place ?? { file: '', start: 0, end: 0 };
      root.properties.set(`build${i + 1}`, { value, place });
    }
    return values.one(root);
  }
  const frame = newFrame(values, space.true);
  return space.bind(exported, (leaf): Value => {
    const ref = reference(leaf);
    if (ref?.kind === 'list' && ref.items.length === 1) return ref.items[0]?.item.value ?? values.undefined;
    if (ref?.kind !== 'function') return values.one(leaf);
    return apply(machine, frame, ref, invocation.arguments);
  });
}
