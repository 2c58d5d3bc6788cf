/*
 * GitLab pipelines as callers: each job is evaluated in the environments in which it runs, one instance for each entry of
 * its matrix and each name of its environment, with the variables that it sees there.
 */
import { shellOf } from '../../knowledge/base-images.js';
import type { Note } from '../../model/build.js';
import type { Caller, Link } from '../../model/delivery.js';
import { yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlMap, YamlNode } from '../../syntax/yaml/tree.js';
import { type Files, normalizePath } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import { type Condition, Space } from '../../value/diagram.js';
import { render, Texts } from '../../value/text.js';
import { DEPTH_LIMIT } from '../delivery/delivered.js';
import { bounded, callerOf, INSTANCE_LIMIT, type Pipeline, splitTexts, type Work } from '../pipeline/caller.js';
import { joinedBy, type Part, type Ran, runCommands } from '../pipeline/commands.js';
import { SYSTEM } from '../pipeline/environment.js';
import { evidenceByBranch } from '../pipeline/evidence.js';
import type { Binding, Dialect } from '../shell/index.js';
import { type Config, readConfig } from './config.js';
import { environmentEvidence, environmentName, nameEvidence } from './environment.js';
import { evaluateOnly, evaluateRules, startOf } from './rules.js';
import { matrixOf, type Settings, settingsOf } from './settings.js';
import {
  constantBinding,
  type Definitions,
  definitionsOf,
  expanded,
  type Lookup,
  layered,
  lookupOf,
  slugOf,
  type World,
  worldOf,
} from './variables.js';

/** A file of a CI system, and the project that it stands in. */
export interface GitlabInput {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
}

/** Evaluates a GitLab pipeline with its local includes and child pipelines. */
export function evaluateGitlab(input: GitlabInput): Caller {
  return callerOf('gitlab', input.file, readGitlab(input));
}

/** The commands of a GitLab pipeline, before they are followed. */
export function readGitlab(input: GitlabInput): Pipeline {
  const texts = new Texts(new Space());
  const found: Found = { work: [], notes: [], files: new Set() };
  readPipeline(found, { ...input, texts, given: new Map(), when: texts.space.true, chain: [], open: [], depth: 0 });
  return { texts, work: found.work, builds: [], notes: found.notes, files: [...found.files] };
}

interface Found {
  readonly work: Work[];
  readonly notes: Note[];
  readonly files: Set<string>;
}

interface PipelineInput extends GitlabInput {
  readonly texts: Texts;
  readonly given: ReadonlyMap<string, Binding>;
  readonly when: Condition;
  readonly chain: readonly Link[];
  /** The pipelines that led to this one. */
  readonly open: readonly string[];
  readonly depth: number;
}

/** What all jobs of a pipeline have in common. */
interface Context {
  readonly found: Found;
  readonly input: PipelineInput;
  readonly config: Config;
  readonly world: World;
  readonly files: Files;
  readonly globals: Definitions;
  readonly ruled: Definitions;
  /** Where there is a pipeline at all. */
  readonly runs: Condition;
  readonly hasWorkflow: boolean;
  /** What earlier jobs hand on in dotenv reports. */
  readonly handed: Map<string, Binding>;
}

const KEYWORDS = new Set([
  'default',
  'include',
  'stages',
  'variables',
  'workflow',
  'image',
  'services',
  'cache',
  'before_script',
  'after_script',
  'spec',
  'types',
]);

function readPipeline(found: Found, input: PipelineInput): void {
  const { texts } = input;
  const { space } = texts;
  const config = readConfig(input);
  for (const file of config.files) found.files.add(file);
  const world = worldOf(texts, config.source, input.given);
  const globals = definitionsOf(config.resolved(yamlGet(config.root, 'variables')), space.true);
  const workflow = config.resolved(yamlGet(config.root, 'workflow', 'rules'));
  const start = { file: input.file, start: 0, end: 0 };
  const ruled = bounded(start, found.notes, () =>
    workflow === undefined
      ? undefined
      : evaluateRules(config, world, workflow, lookupOf(world, globals, new Map()), undefined),
  );
  const context: Context = {
    found,
    input,
    config,
    world,
    files: input.files,
    globals,
    ruled: ruled?.definitions ?? new Map(),
    runs: space.and(space.and(input.when, world.possible), ruled?.runs ?? space.true),
    hasWorkflow: workflow !== undefined,
    handed: new Map(),
  };
  const stages = ['.pre', ...stageNames(config), '.post'];
  const jobs = config.root.entries.flatMap(({ key }, index) => {
    const name = key.text.text;
    const job = name.startsWith('.') || KEYWORDS.has(name) ? undefined : config.job(name);
    const runnable = job?.entries.some((entry) => /^(?:script|trigger|run|needs|extends)$/.test(entry.key.text.text));
    if (job === undefined || runnable !== true) return [];
    const stage = stages.indexOf(yamlText(config.resolved(yamlGet(job, 'stage'))) ?? 'test');
    return [{ name, job, at: config.place(key), order: stage === -1 ? stages.length : stage, index }];
  });
  jobs.sort((a, b) => a.order - b.order || a.index - b.index);
  for (const { name, job, at } of jobs) bounded(at, found.notes, () => readJob(context, name, job, at));
  found.notes.push(...config.notes);
}

function stageNames(config: Config): readonly string[] {
  const stages = config.resolved(yamlGet(config.root, 'stages'));
  if (stages === undefined) return ['build', 'test', 'deploy'];
  return config.items(stages).map((stage) => yamlText(stage) ?? '');
}

function readJob(context: Context, name: string, job: YamlMap, at: Place): void {
  const { config, world, found } = context;
  const { space } = world.texts;
  const settings = settingsOf(config, layered(context.globals, context.ruled), job);
  const own = definitionsOf(config.resolved(yamlGet(job, 'variables')), space.true);
  const matrix = matrixOf(config, job);
  if (matrix.length > INSTANCE_LIMIT)
    found.notes.push({ place: at, message: `only the first ${INSTANCE_LIMIT} jobs of this matrix are evaluated` });
  for (const entry of matrix.slice(0, INSTANCE_LIMIT)) {
    const chosen: Definitions = new Map(
      [...entry].map(([key, value]) => [key, [{ when: space.true, value, expand: true, options: undefined }]] as const),
    );
    const label = entry.size === 0 ? name : `${name}: [${[...entry.values()].join(', ')}]`;
    readInstance(context, { name: label, job, at, settings, own, matrix: chosen });
  }
}

interface Instance {
  readonly name: string;
  readonly job: YamlMap;
  readonly at: Place;
  readonly settings: Settings;
  readonly own: Definitions;
  readonly matrix: Definitions;
}

function readInstance(context: Context, instance: Instance): void {
  const { config, world } = context;
  const { texts } = world;
  const { space } = texts;
  const { name, job, at, settings, own, matrix } = instance;
  const stage = config.resolved(yamlGet(job, 'stage'));
  const facts = new Map<string, Binding>([
    ...context.handed,
    ['CI_JOB_NAME', constantBinding(texts, texts.literal(name))],
    ['CI_JOB_STAGE', constantBinding(texts, texts.literal(yamlText(stage) ?? 'test'))],
  ]);
  const usually = yamlText(config.resolved(yamlGet(job, 'when')));
  const plain = layered(settings.variables, own, matrix);
  const asked = lookupOf(world, plain, facts);
  const rules = config.resolved(yamlGet(job, 'rules'));
  const ruled = rules === undefined ? undefined : evaluateRules(config, world, rules, asked, usually);
  const limited = yamlGet(job, 'only') !== undefined || yamlGet(job, 'except') !== undefined;
  const runs =
    ruled?.runs ??
    space.and(
      limited || !context.hasWorkflow ? evaluateOnly(config, world, job, asked) : space.true,
      startOf(world, usually),
    );
  const when = space.and(context.runs, runs);
  if (when === space.false) return;
  const all = layered(settings.variables, own, ruled?.definitions ?? new Map(), matrix);
  const environment = config.resolved(yamlGet(job, 'environment'));
  const written = yamlText(environmentName(environment));
  const named = written === undefined ? undefined : expanded(texts, written, lookupOf(world, all, facts));
  const { cut, variants } = splitTexts(texts, when, named === undefined ? [] : [named]);
  if (cut) context.found.notes.push({ place: at, message: 'this environment has more names than are told apart here' });
  for (const variant of variants) {
    const [environmentText] = variant.values;
    const facing = new Map(facts);
    if (environmentText !== undefined) {
      facing.set('CI_ENVIRONMENT_NAME', constantBinding(texts, environmentText));
      const slug = texts.transform(environmentText, 'slug', slugOf);
      if (slug !== undefined) facing.set('CI_ENVIRONMENT_SLUG', constantBinding(texts, slug));
    }
    const evidence = [
      ...environmentEvidence(environment, environmentText, config.place),
      ...nameEvidence(name, at, stage, stage === undefined ? undefined : config.place(stage)),
      ...evidenceByBranch(texts, variant.when, world.branch, world.tag, at),
    ];
    const lookup = lookupOf(world, all, facing);
    const standing = {
      texts,
      files: context.files,
      folder: '',
      when: variant.when,
      chain: [...context.input.chain, { place: at, message: `job ${name}` }],
      evidence,
      development: false,
      depth: context.input.depth,
    };
    const names = new Set([...all.keys(), ...facing.keys(), ...USUAL, ...world.given.keys()]);
    runJob(context, instance, standing, lookup, names);
    followTrigger(context, instance, standing, lookup, all);
  }
}

/** Predefined variables that tools read from the environment themselves (compose, bake, make). */
const USUAL = [
  'CI',
  'CI_COMMIT_SHA',
  'CI_COMMIT_SHORT_SHA',
  'CI_COMMIT_TAG',
  'CI_COMMIT_BRANCH',
  'CI_COMMIT_REF_NAME',
  'CI_COMMIT_REF_SLUG',
  'CI_DEFAULT_BRANCH',
  'CI_PIPELINE_SOURCE',
  'CI_PROJECT_DIR',
  'CI_PROJECT_NAME',
  'CI_PROJECT_PATH',
  'CI_REGISTRY',
  'CI_REGISTRY_IMAGE',
  'CI_PIPELINE_ID',
  'CI_PIPELINE_IID',
  'CI_JOB_ID',
];

function runJob(
  context: Context,
  { job, at, settings }: Instance,
  standing: Work['standing'],
  lookup: Lookup,
  names: ReadonlySet<string>,
): void {
  const { config, found, world } = context;
  if (settings.windows) return;
  const { texts } = world;
  const variables = new Map<string, Binding>();
  for (const name of names) {
    const binding = lookup(name);
    if (binding !== undefined && !SYSTEM.test(name)) variables.set(name, binding);
  }
  const image = settings.image === undefined ? undefined : expanded(texts, settings.image, lookup);
  const shell = image === undefined ? undefined : shellOf(texts.constant(image) ?? render(image));
  const dialect: Dialect =
    shell === 'ash' || /^(?:docker|gcr\.io\/kaniko-project\/\w+)(?::|$)/.test(settings.image ?? '') ? 'ash' : 'bash';
  const run = (script: readonly Part[]): Ran =>
    runCommands({
      texts,
      files: context.files,
      script,
      variables,
      inherited: lookup,
      dialect: texts.space.one<Dialect>(dialect),
      options: ['-e', 'pipefail'],
      folder: '',
      when: standing.when,
      at,
    });
  const setting = (key: string): YamlNode | undefined => yamlGet(job, key) ?? settings.defaults.get(key);
  const before = scriptParts(config, setting('before_script'));
  const script = scriptParts(config, yamlGet(job, 'script'));
  // One shell runs both, and another one what comes after.
  const main = script.length === 0 ? run([]) : run(joinedBy('\n', [...before, ...script]));
  const after = run(joinedBy('\n', scriptParts(config, setting('after_script'))));
  found.notes.push(...main.notes, ...after.notes);
  const steps = [...main.steps, ...after.steps];
  if (steps.length > 0) found.work.push({ steps, standing });
  handOn(context, job, main);
}

function scriptParts(config: Config, node: YamlNode | undefined): readonly (readonly Part[])[] {
  return config.items(node).flatMap((item): readonly (readonly Part[])[] => {
    if (item.kind === 'scalar') return [[{ text: item.text, file: config.place(item).file }]];
    const message = 'this is a map where a command is expected; quote it when it has a colon';
    config.notes.push({ place: config.place(item), message });
    return [];
  });
}

/** Variables that the job writes to its dotenv report: later jobs have them in their environment. */
function handOn(context: Context, job: YamlMap, ran: Ran): void {
  const { config, world } = context;
  const { texts } = world;
  const reports = config
    .items(yamlGet(config.resolved(yamlGet(job, 'artifacts')), 'reports', 'dotenv'))
    .map((item) => normalizePath(yamlText(item) ?? ''));
  if (reports.length === 0) return;
  for (const step of ran.steps) {
    const [command, ...words] = step.words;
    const writes = step.outputs.some((output) => reports.includes(normalizePath(texts.constant(output) ?? '/')));
    if (command === undefined || !writes || !/^(?:echo|printf)$/.test(texts.constant(command.item.text) ?? ''))
      continue;
    for (const { when, item } of words) {
      const [first, ...rest] = item.text.pieces;
      const [, name, value = ''] =
        (first?.kind === 'literal' ? /^([A-Za-z_]\w*)=([^\n]*)/.exec(first.text) : null) ?? [];
      if (name === undefined) continue;
      const set = texts.space.and(step.when, when);
      const text = texts.join([{ kind: 'literal', text: value }, ...rest]);
      const known = context.handed.get(name) ?? { set: texts.space.false, text: texts.empty };
      const both = texts.space.or(set, known.set);
      context.handed.set(name, { set: both, text: texts.pick(set, text, known.text), exported: both });
    }
  }
}

function followTrigger(
  context: Context,
  { job }: Instance,
  standing: Work['standing'],
  lookup: Lookup,
  passed: Definitions,
): void {
  const { config, input, found, world } = context;
  const trigger = config.resolved(yamlGet(job, 'trigger'));
  if (trigger?.kind !== 'map') return;
  for (const include of yamlItems(yamlGet(trigger, 'include'))) {
    const written = include.kind === 'map' ? yamlGet(include, 'local') : include;
    const path = yamlText(written);
    if (written === undefined || path === undefined || /\$|^https?:/.test(path)) continue;
    const target = normalizePath(path) ?? '';
    const read = context.files.read(target);
    const open = [...input.open, input.file];
    if (standing.depth >= DEPTH_LIMIT || open.includes(target)) continue;
    if (read?.kind !== 'text') {
      const reason = read === undefined ? `the project has no file ${path}` : `${path} cannot be read: ${read.reason}`;
      found.notes.push({ place: config.place(written), message: reason });
      continue;
    }
    const given = new Map<string, Binding>(input.given);
    for (const name of passed.keys()) {
      const binding = lookup(name);
      if (binding !== undefined) given.set(name, binding);
    }
    given.set('CI_PIPELINE_SOURCE', constantBinding(world.texts, world.texts.literal('parent_pipeline')));
    readPipeline(found, {
      file: target,
      text: read.text,
      files: context.files,
      texts: world.texts,
      given,
      when: standing.when,
      chain: standing.chain,
      open,
      depth: standing.depth + 1,
    });
  }
}
