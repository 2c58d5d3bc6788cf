/*
 * How a configuration is run: which commands of Dockerfiles and of package.json lead to it, and in what environment.
 *
 * Commands that may run in one build, under conditions of that build, are one *group*: the RUN steps of a Dockerfile. Where
 * no Dockerfile leads to the configuration, each script of package.json that may ship and that no other script calls is a
 * group of its own. Where there is no package.json at all, nothing is known about the command: the environments of the steps that
 * run a package script are taken, and confidence is less. A configuration that no script runs is no build, and has no group.
 */
import { BUNDLERS, type Bundler } from '../../knowledge/bundlers.js';
import { scriptCall } from '../../knowledge/package-scripts.js';
import type { CommandStep } from '../../model/build.js';
import { type Files, folderOf, normalizePath } from '../../text/files.js';
import { spanToSource } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import { render, type Text, type Texts } from '../../value/text.js';
import { evaluateDockerfile } from '../dockerfile/index.js';
import { type Package, type PackageScript, packageIn, packagesAround, withHooks } from '../package.js';
import { type Binding, type Execution, evaluateScript } from '../shell/index.js';
import { appendedWords, bare, isShippingScript, matchingScripts, runsOn } from './command.js';

/** A variable of the environment that a command is run in; undefined where it is certainly unset. */
export type EnvironmentOf = (name: string) => Binding | undefined;

/** One command that runs the tool. */
export interface Run {
  readonly when: Condition;
  readonly environment: EnvironmentOf;
  /** The tool's own words; none when nothing is known about the command. */
  readonly words: readonly string[];
  /** The same words as texts, for those that differ between environments (`--mode $MODE`). */
  readonly texts: readonly Text[];
  readonly chain: readonly { readonly at: Place; readonly message: string }[];
}

/** Commands that may run in one build. */
export interface RunGroup {
  readonly runs: readonly Run[];
  /** True when it is only supposed that the configuration is run so. */
  readonly supposed: boolean;
  /** True when variables that nothing sets are inputs: the host's environment. */
  readonly open: boolean;
}

export interface RunSearch {
  readonly config: string;
  readonly bundler: Bundler;
  readonly texts: Texts;
  readonly files: Files;
  readonly dockerfiles: readonly string[];
  readonly notes: { readonly place: Place; readonly message: string }[];
}

/** Scripts call scripts at most this deep. */
const DEPTH_LIMIT = 6;

interface Standing {
  readonly search: RunSearch;
  readonly pack: Package;
  readonly folder: string;
  readonly when: Condition;
  readonly environment: EnvironmentOf;
  readonly chain: Run['chain'];
  readonly depth: number;
  readonly runs: Run[];
  /** Words that whoever calls the script puts behind its last command. */
  readonly appended?: readonly Text[];
  /** Scripts that were called on the way, as `package.json name`. */
  readonly called: Set<string>;
}

/** Everything that runs a configuration. */
export function findRuns(search: RunSearch): readonly RunGroup[] {
  const packages = packagesAround(search.files, folderOf(search.config)).filter(({ scripts }) => scripts.size > 0);
  const steps = search.dockerfiles.map((file) => ({ file, steps: stepsOf(search, file) }));
  const groups: RunGroup[] = [];
  for (const { steps: own } of steps) {
    const runs: Run[] = [];
    for (const step of own) for (const pack of packages) followStep(search, step, pack, runs);
    if (runs.length > 0) groups.push({ runs: unique(runs), supposed: false, open: false });
  }
  if (groups.length > 0) return groups;
  // Whatever compiles with Babel hands it an environment of its own.
  if (packages.length === 0 && search.bundler.calling === 'babel') return [];
  if (packages.length === 0)
    return supposedRuns(
      search,
      steps.flatMap(({ steps: own }) => own),
    );
  for (const pack of packages) {
    const own = scriptGroups(search, pack);
    if (own.length > 0) return own;
  }
  return [];
}

/**
 * What commands of a pipeline run, each by itself: such a command has the variables of its step and of nobody else. That the
 * step is run at all is taken as given.
 */
export function runsOfCommands(search: RunSearch, steps: readonly CommandStep[]): readonly RunGroup[] {
  const { texts } = search;
  const { space } = texts;
  const packages = packagesAround(search.files, folderOf(search.config)).filter(({ scripts }) => scripts.size > 0);
  return steps.flatMap((step): readonly RunGroup[] => {
    const folder = normalizePath(texts.constant(step.cwd) ?? '') ?? '';
    const words = step.words
      .filter(({ when }) => space.and(when, step.when) !== space.false)
      .map(({ item }) => texts.assume(item.text, step.when));
    const call = scriptCall(bare(words.map((word) => texts.constant(word) ?? render(word))).words);
    const isElsewhere = call?.folder !== undefined || call?.elsewhere === true;
    const pack = packages.find((one) => one.folder === folder) ?? (isElsewhere ? packages[0] : undefined);
    if (pack === undefined) return [];
    const environment: EnvironmentOf = (name) => {
      const own = step.environment.get(name);
      if (own === undefined) return undefined;
      const [set, exported] = [own.set, own.exported].map((one) => space.assume(space.and(one, step.when), step.when));
      return { set: set ?? space.false, text: texts.assume(own.text, step.when), exported: exported ?? space.false };
    };
    const runs: Run[] = [];
    const chain = [{ at: step.place, message: 'it is run here' }];
    followWords(
      { search, pack, folder, when: space.true, environment, chain, depth: 0, runs, called: new Set() },
      words,
    );
    return runs.length === 0 ? [] : [{ runs: unique(runs), supposed: false, open: false }];
  });
}

/** The commands of a Dockerfile whose result ships. */
function stepsOf(search: RunSearch, file: string): readonly CommandStep[] {
  const { texts, files } = search;
  const read = files.read(file);
  if (read?.kind !== 'text') return [];
  const build = evaluateDockerfile({ file, text: read.text, files, texts, fixed: new Map(), target: undefined });
  return build.steps.flatMap((step) =>
    step.kind === 'command' && step.ships !== texts.space.false
      ? [{ ...step, when: texts.space.and(build.feasible, texts.space.and(step.ships, step.when)) }]
      : [],
  );
}

// -------------------------------------------------------------------------------------------------- package scripts

function scriptGroups(search: RunSearch, pack: Package): readonly RunGroup[] {
  const { texts } = search;
  const { space } = texts;
  const environment: EnvironmentOf = (name) => {
    const selector = space.input(name);
    const set = space.not(space.is(selector, undefined));
    return { set, text: texts.answer(selector), exported: set };
  };
  const called = new Set<string>();
  const found: { script: PackageScript; runs: Run[] }[] = [];
  for (const script of pack.scripts.values()) {
    const runs: Run[] = [];
    const inside = new Set<string>();
    followScript(
      { search, pack, folder: pack.folder, when: space.true, environment, chain: [], depth: 0, runs, called: inside },
      script,
    );
    for (const name of inside) called.add(name);
    if (runs.length > 0 && isShippingScript(script.name)) found.push({ script, runs });
  }
  return found
    .filter(({ script }) => !called.has(`${pack.file} ${script.name}`))
    .map(({ runs }) => ({ runs: unique(runs), supposed: false, open: true }));
}

/** Evaluates a script and follows what it runs. */
function followScript(standing: Standing, script: PackageScript): void {
  const { search, pack } = standing;
  if (standing.depth >= DEPTH_LIMIT) return;
  const { texts } = search;
  const { space } = texts;
  const place = (span: { readonly start: number; readonly end: number }): Place => ({
    file: pack.file,
    ...spanToSource(script.text, span),
  });
  const outcome = evaluateScript({
    text: script.text.text,
    file: pack.file,
    place,
    texts,
    host: { script: () => undefined, exists: () => undefined, missing: () => false },
    variables: new Map(),
    inherited: (name) => (/^[A-Za-z_]\w*$/.test(name) && name !== 'IFS' ? standing.environment(name) : undefined),
    dialect: space.one('dash'),
    sh: space.one('dash'),
    cwd: texts.literal(`/${standing.folder}`),
    options: [],
    when: standing.when,
    positional: [],
    zero: 'sh',
    capture: false,
  });
  search.notes.push(...outcome.notes);
  const chain = [...standing.chain, { at: script.place, message: `the script ${script.name} runs it` }];
  const lifecycle = literalBinding(texts, script.name);
  const environment: EnvironmentOf = (name) =>
    name === 'npm_lifecycle_event' ? lifecycle : standing.environment(name);
  const inner: Standing = { ...standing, chain, environment, appended: [], depth: standing.depth + 1 };
  for (const [i, execution] of outcome.executions.entries())
    followExecution(inner, execution, i === outcome.executions.length - 1 ? (standing.appended ?? []) : []);
}

function literalBinding(texts: Texts, text: string): Binding {
  return { set: texts.space.true, text: texts.literal(text), exported: texts.space.true };
}

function followExecution(
  standing: Standing,
  execution: Pick<Execution, 'words' | 'when' | 'environment' | 'cwd'>,
  appended: readonly Text[],
): void {
  const { texts } = standing.search;
  const { space } = texts;
  const words = execution.words
    .filter(({ when }) => space.and(when, execution.when) !== space.false)
    .map(({ item }) => texts.assume(item.text, execution.when));
  const cwd = texts.constant(execution.cwd);
  const folder = cwd === undefined ? standing.folder : (normalizePath(cwd) ?? standing.folder);
  const environment: EnvironmentOf = (name) => execution.environment.get(name) ?? standing.environment(name);
  followWords({ ...standing, folder, when: execution.when, environment }, [...words, ...appended]);
}

/** A step of a Dockerfile: whatever folder of the image it runs in, a package script is taken to be one of this package. */
function followStep(search: RunSearch, step: CommandStep, pack: Package, runs: Run[]): void {
  const environment: EnvironmentOf = (name) => step.environment.get(name);
  const { space } = search.texts;
  const words = step.words
    .filter(({ when }) => space.and(when, step.when) !== space.false)
    .map(({ item }) => search.texts.assume(item.text, step.when));
  followWords(
    {
      search,
      pack,
      folder: pack.folder,
      when: step.when,
      environment,
      chain: [
        { at: step.place, message: 'it is run here' },
        ...step.chain.map((at) => ({ at, message: 'a script on the way' })),
      ],
      depth: 0,
      runs,
      called: new Set(),
    },
    words,
  );
}

function followWords(standing: Standing, texts: readonly Text[]): void {
  const { search } = standing;
  const known = texts.map((text) => search.texts.constant(text) ?? render(text));
  const { words, environment: given } = bare(known);
  const environment: EnvironmentOf = (name) => {
    const value = given.get(name);
    return value === undefined ? standing.environment(name) : literalBinding(search.texts, value);
  };
  if (/^concurrently$/.test(words[0] ?? '')) return;
  const call = scriptCall(words);
  if (call === undefined) {
    if (runsOn(words, search.bundler, search.config, standing.folder)) {
      const own = texts.slice(texts.length - words.length);
      standing.runs.push({ when: standing.when, environment, words, texts: own, chain: standing.chain });
    }
    return;
  }
  const pack = call.elsewhere
    ? packagesAround(search.files, folderOf(search.config))[0]
    : call.folder === undefined
      ? standing.pack
      : packageIn(search.files, normalizePath(`${standing.folder}/${call.folder}`) ?? '');
  if (pack === undefined) return;
  // What stands before the command was taken away: words are counted from the end.
  const shift = texts.length - words.length;
  for (const index of call.names) {
    const text = texts[index + shift];
    const name = words[index];
    if (text === undefined || name === undefined) continue;
    const appended = appendedWords(words, index).flatMap((at) => texts[at + shift] ?? []);
    for (const { script, when } of scriptsNamed(search.texts, pack, text, name))
      followCalled({ ...standing, pack, folder: pack.folder, environment, appended }, script, when);
  }
}

function followCalled(standing: Standing, script: PackageScript, when: Condition): void {
  const { space } = standing.search.texts;
  const holds = space.and(standing.when, when);
  if (holds === space.false) return;
  standing.called.add(`${standing.pack.file} ${script.name}`);
  for (const one of withHooks(standing.pack, script.name)) {
    const appended = one.name === script.name ? (standing.appended ?? []) : [];
    followScript({ ...standing, when: holds, appended, depth: standing.depth + 1 }, one);
  }
}

/** The scripts that a word names, each with where it does: `build:$ENV` is one of several. */
function scriptsNamed(
  texts: Texts,
  pack: Package,
  text: Text,
  name: string,
): readonly { readonly script: PackageScript; readonly when: Condition }[] {
  const { space } = texts;
  if (texts.constant(text) !== undefined)
    return matchingScripts(name, pack.scripts.keys()).flatMap((found) => {
      const script = pack.scripts.get(found);
      return script === undefined ? [] : [{ script, when: space.true }];
    });
  return [...pack.scripts.values()].flatMap((script) => {
    const when = texts.equal(text, texts.literal(script.name)) ?? space.false;
    // An unknown name may be that of any script; only what inputs decide is told apart.
    return when === space.false || !isDecided(when) ? [] : [{ script, when }];
  });
}

function isDecided(condition: Condition): boolean {
  return condition.kind === 'one' || [...condition.support].every(({ kind }) => kind !== 'opaque');
}

// ------------------------------------------------------------------------------------------------------- supposition

const RUNNERS = new RegExp(
  `(?:^|[\\s/;&|:])(?:npm|yarn|pnpm|bun|npx|node|${BUNDLERS.flatMap(({ commands }) => commands).join('|')}|esbuild)(?=$|[\\s:])`,
);

/** Without a package.json: the environments of the steps that may run it, or one of which nothing is known. */
function supposedRuns(search: RunSearch, steps: readonly CommandStep[]): readonly RunGroup[] {
  const { texts } = search;
  const { space } = texts;
  const likely = steps.filter(
    (step) =>
      !/^install|^configure$|^clean$/.test(step.call?.role ?? '') &&
      RUNNERS.test(step.words.map(({ item }) => texts.constant(item.text) ?? '').join(' ')),
  );
  const environment: EnvironmentOf = (name) => {
    const selector = space.input(name);
    const set = space.not(space.is(selector, undefined));
    return { set, text: texts.answer(selector), exported: set };
  };
  if (likely.length === 0) {
    const run: Run = { when: space.true, environment, words: [], texts: [], chain: [] };
    return [{ runs: [run], supposed: true, open: true }];
  }
  return likely.map((step) => ({
    runs: [
      {
        when: step.when,
        environment: (name) => step.environment.get(name),
        words: [],
        texts: [],
        chain: [{ at: step.place, message: 'it is taken to be run here' }],
      },
    ],
    supposed: true,
    open: false,
  }));
}

function unique(runs: readonly Run[]): readonly Run[] {
  const seen = new Set<string>();
  return runs.filter(({ chain, words }) => {
    const key = `${chain.map(({ at }) => `${at.file}:${at.start}`).join()} ${words.join(' ')}`;
    return !seen.has(key) && seen.add(key);
  });
}
