/*
 * CircleCI: the jobs of each workflow with the parameters that they are given there, one instance for each entry of a
 * matrix. Every `run` is a shell of its own. `<< parameters.x >>` is replaced before any shell sees the text.
 */
import type { Caller, Evidence, Link } from '../../model/delivery.js';
import { yamlEntries, yamlGet, yamlItems, yamlMap, yamlText } from '../../syntax/yaml/read.js';
import type { YamlMap, YamlNode } from '../../syntax/yaml/tree.js';
import { type Files, normalizePath } from '../../text/files.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import { bounded, callerOf, INSTANCE_LIMIT, type Pipeline } from './caller.js';
import { type Holes, withTemplates } from './commands.js';
import { bound, chosenOf, outside } from './environment.js';
import { evidenceBy, evidenceByBranch } from './evidence.js';
import { matchReference } from './reference.js';
import { assignmentsOf, filled, partsOf, pipelineFrom, placeIn, type Runner, runnerOf, runShell } from './runner.js';

/** Evaluates a CircleCI configuration. */
export function evaluateCircle(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readCircle(file, text, files));
}

type Parameters = ReadonlyMap<string, Text>;

const TEMPLATE = /<<\s*([\w.-]+)\s*>>/g;
const FACTS = /^(?:CIRCLE(?:CI|_\w+)|CI)$/;
const COMMAND_DEPTH = 10;

/** The commands of a CircleCI configuration, before they are followed. */
export function readCircle(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  const [root] = runner.roots;
  if (root?.kind !== 'map') return pipelineFrom(runner);
  const { texts } = runner;
  const { space } = texts;
  const pipeline = new Map<string, Text>();
  for (const { key, value } of yamlEntries(yamlGet(root, 'parameters'))) {
    const options =
      yamlText(yamlGet(value, 'type')) === 'boolean'
        ? ['true', 'false']
        : yamlItems(yamlGet(value, 'enum')).map((item) => yamlText(item) ?? '');
    pipeline.set(key.text.text, chosenOf(texts, key.text.text, options, yamlText(yamlGet(value, 'default')) ?? ''));
  }
  const context: Context = { runner, root, pipeline };
  const workflows = yamlEntries(yamlGet(root, 'workflows')).filter(({ value }) => value.kind === 'map');
  if (workflows.length === 0) {
    for (const { key } of yamlEntries(yamlGet(root, 'jobs')))
      bounded(placeIn(runner, key), runner.notes, () =>
        runJob(context, key.text.text, key, undefined, new Map(), space.true, []),
      );
    return pipelineFrom(runner);
  }
  for (const { key, value } of workflows) {
    const chain = [{ place: placeIn(runner, key), message: `workflow ${key.text.text}` }];
    for (const item of yamlItems(yamlGet(value, 'jobs'))) {
      const entry = item.kind === 'map' ? item.entries[0] : undefined;
      const name = entry === undefined ? yamlText(item) : entry.key.text.text;
      if (name === undefined) continue;
      const at = entry?.key ?? item;
      bounded(placeIn(runner, at), runner.notes, () => readInstances(context, name, at, yamlMap(entry?.value), chain));
    }
  }
  return pipelineFrom(runner);
}

interface Context {
  readonly runner: Runner;
  readonly root: YamlMap;
  readonly pipeline: Parameters;
}

/** What a workflow says about a job besides its parameters. */
const WORKFLOW_KEYS = new Set(['name', 'requires', 'context', 'filters', 'matrix', 'type', 'pre-steps', 'post-steps']);

function readInstances(
  context: Context,
  name: string,
  at: YamlNode,
  settings: YamlMap | undefined,
  chain: readonly Link[],
): void {
  const { runner } = context;
  const { texts } = runner;
  const given = new Map<string, Text>();
  for (const { key, value } of settings?.entries ?? [])
    if (!WORKFLOW_KEYS.has(key.text.text))
      given.set(key.text.text, templated(context, new Map(), yamlText(value) ?? ''));
  let instances: ReadonlyMap<string, string>[] = [new Map()];
  for (const { key, value } of yamlEntries(yamlGet(settings, 'matrix', 'parameters'))) {
    const values = yamlItems(value).map((item) => yamlText(item) ?? '');
    instances = instances.flatMap((one) => values.map((text) => new Map([...one, [key.text.text, text]])));
    if (instances.length > INSTANCE_LIMIT) {
      runner.notes.push({
        place: placeIn(runner, key),
        message: `only the first ${INSTANCE_LIMIT} jobs of this matrix are evaluated`,
      });
      instances = instances.slice(0, INSTANCE_LIMIT);
    }
  }
  const when = filtersOf(context, yamlGet(settings, 'filters'));
  for (const instance of instances) {
    const all = new Map(given);
    for (const [key, value] of instance) all.set(key, texts.literal(value));
    runJob(context, name, at, settings, all, when, chain);
  }
}

/** Branches are built unless a filter says otherwise, tags only when one says so. */
function filtersOf({ runner }: Context, filters: YamlNode | undefined): Condition {
  const { texts } = runner;
  const { space } = texts;
  const noTag = space.is(space.input('CIRCLE_TAG'), undefined);
  const matching = (input: string, node: YamlNode | undefined): Condition => {
    const any = (list: YamlNode | undefined): Condition =>
      yamlItems(list).reduce(
        (all, item) => space.or(all, matchReference(texts, space.input(input), yamlText(item) ?? '')),
        space.false,
      );
    const [only, ignore] = [yamlGet(node, 'only'), yamlGet(node, 'ignore')];
    return space.and(only === undefined ? space.true : any(only), space.not(any(ignore)));
  };
  const tags = yamlGet(filters, 'tags');
  const onTag = tags === undefined ? space.false : matching('CIRCLE_TAG', tags);
  const hasBranch = space.not(space.is(space.input('CIRCLE_BRANCH'), undefined));
  return space.pick(noTag, space.and(hasBranch, matching('CIRCLE_BRANCH', yamlGet(filters, 'branches'))), onTag);
}

function templated(context: Context, parameters: Parameters, written: string): Text {
  return filled(context.runner.texts, written, TEMPLATE, (found) => templateOf(context, parameters, found[1] ?? ''));
}

function templateOf({ runner, pipeline }: Context, parameters: Parameters, name: string): Text | undefined {
  const { texts } = runner;
  const [, own] = /^(?:parameters|matrix)\.([\w-]+)$/.exec(name) ?? [];
  if (own !== undefined) return parameters.get(own);
  const [, shared] = /^pipeline\.parameters\.([\w-]+)$/.exec(name) ?? [];
  if (shared !== undefined) return pipeline.get(shared);
  if (name === 'pipeline.git.branch') return texts.answer(texts.space.input('CIRCLE_BRANCH'));
  if (name === 'pipeline.git.tag') return texts.answer(texts.space.input('CIRCLE_TAG'));
  if (name === 'pipeline.git.revision') return texts.symbol('$CIRCLE_SHA1', undefined, 'checkout');
  return texts.symbol(`<< ${name} >>`);
}

function withDefaults(context: Context, definition: YamlNode | undefined, given: Parameters): Parameters {
  const all = new Map<string, Text>();
  for (const { key, value } of yamlEntries(yamlGet(definition, 'parameters'))) {
    const fallback = yamlText(yamlGet(value, 'default'));
    if (fallback !== undefined) all.set(key.text.text, templated(context, given, fallback));
  }
  for (const [name, text] of given) all.set(name, text);
  return all;
}

interface Position {
  readonly parameters: Parameters;
  readonly variables: ReadonlyMap<string, Binding>;
  readonly folder: string;
  readonly when: Condition;
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  readonly depth: number;
}

function runJob(
  context: Context,
  name: string,
  at: YamlNode,
  settings: YamlMap | undefined,
  given: Parameters,
  when: Condition,
  chain: readonly Link[],
): void {
  const { runner, root } = context;
  const { texts } = runner;
  const { space } = texts;
  const job = yamlMap(yamlGet(root, 'jobs', name));
  const place = placeIn(runner, at);
  if (job === undefined || when === space.false) return;
  const parameters = withDefaults(context, job, given);
  const called = yamlText(yamlGet(settings, 'name'));
  const title = called === undefined ? name : (texts.constant(templated(context, parameters, called)) ?? name);
  const labels = [title, ...[...given.values()].flatMap((text) => texts.constant(text) ?? [])];
  const evidence = [
    ...evidenceBy('job', title, place),
    ...yamlItems(yamlGet(settings, 'context')).flatMap((item) =>
      evidenceBy('job', yamlText(item) ?? '', placeIn(runner, item)),
    ),
    ...evidenceByBranch(texts, when, space.input('CIRCLE_BRANCH'), space.input('CIRCLE_TAG'), place),
  ];
  const variables = environmentOf(context, yamlGet(job, 'environment'), parameters, new Map());
  const position: Position = {
    parameters,
    variables,
    folder: folderFrom(context, '', yamlGet(job, 'working_directory'), parameters),
    when,
    chain: [
      ...chain,
      {
        place,
        message: `job ${labels.length > 1 && called === undefined ? `${title} (${labels.slice(1).join(', ')})` : title}`,
      },
    ],
    evidence,
    depth: 0,
  };
  const steps = [
    ...yamlItems(yamlGet(settings, 'pre-steps')),
    ...yamlItems(yamlGet(job, 'steps')),
    ...yamlItems(yamlGet(settings, 'post-steps')),
  ];
  runSteps(context, steps, position);
}

function environmentOf(
  context: Context,
  node: YamlNode | undefined,
  parameters: Parameters,
  under: ReadonlyMap<string, Binding>,
): ReadonlyMap<string, Binding> {
  const variables = new Map(under);
  for (const { name, value } of assignmentsOf(node))
    variables.set(name, bound(context.runner.texts, templated(context, parameters, value)));
  return variables;
}

/** The checkout is in the working folder of the job (`~/project`), so that only what stands below it matters. */
function folderFrom(context: Context, under: string, node: YamlNode | undefined, parameters: Parameters): string {
  const written = yamlText(node);
  const path =
    written === undefined ? undefined : context.runner.texts.constant(templated(context, parameters, written));
  if (path === undefined) return under;
  const rest = path.replace(/^~\/(?:project|repo|\w+)(?:\/|$)/, '');
  return normalizePath(/^[~/]/.test(rest) ? '' : `${under}/${rest}`) ?? under;
}

function runSteps(context: Context, steps: readonly YamlNode[], position: Position): void {
  for (const step of steps) {
    if (step.kind === 'scalar') runCommand(context, yamlText(step) ?? '', undefined, step, position);
    if (step.kind !== 'map') continue;
    for (const { key, value } of step.entries) {
      const name = key.text.text;
      if (name === 'run') runRun(context, value, position);
      else if (name === 'when' || name === 'unless') {
        const holds = conditionOf(context, yamlGet(value, 'condition'), position.parameters);
        const { space } = context.runner.texts;
        const when = space.and(position.when, name === 'when' ? holds : space.not(holds));
        runSteps(context, yamlItems(yamlGet(value, 'steps')), { ...position, when });
      } else runCommand(context, name, value, key, position);
    }
  }
}

/** A step that the file defines itself, with its parameters; those of orbs are not known. */
function runCommand(
  context: Context,
  name: string,
  settings: YamlNode | undefined,
  at: YamlNode,
  position: Position,
): void {
  const command = yamlMap(yamlGet(context.root, 'commands', name));
  if (command === undefined || position.depth >= COMMAND_DEPTH) return;
  const given = new Map<string, Text>();
  for (const { key, value } of yamlEntries(settings))
    given.set(key.text.text, templated(context, position.parameters, yamlText(value) ?? ''));
  runSteps(context, yamlItems(yamlGet(command, 'steps')), {
    ...position,
    parameters: withDefaults(context, command, given),
    chain: [...position.chain, { place: placeIn(context.runner, at), message: `command ${name}` }],
    depth: position.depth + 1,
  });
}

function conditionOf(context: Context, node: YamlNode | undefined, parameters: Parameters): Condition {
  const { texts } = context.runner;
  const { space } = texts;
  const text = (item: YamlNode): Text => templated(context, parameters, yamlText(item) ?? '');
  if (node?.kind === 'map') {
    let all = space.true;
    for (const { key, value } of node.entries) {
      const items = yamlItems(value);
      const [first, ...rest] = items;
      const name = key.text.text;
      if (name === 'and') for (const item of items) all = space.and(all, conditionOf(context, item, parameters));
      else if (name === 'or')
        all = space.and(
          all,
          items.reduce<Condition>((any, item) => space.or(any, conditionOf(context, item, parameters)), space.false),
        );
      else if (name === 'not') all = space.and(all, space.not(conditionOf(context, value, parameters)));
      else if (name === 'equal' && first !== undefined)
        for (const item of rest)
          all = space.and(all, texts.equal(text(first), text(item)) ?? texts.unknown('==', text(first), text(item)));
      else all = space.and(all, space.holds(space.opaque(`${name} holds`)));
    }
    return all;
  }
  if (node === undefined) return space.true;
  const value = text(node);
  return space.not(space.or(texts.isEmpty(value), texts.equal(value, texts.literal('false')) ?? space.false));
}

function runRun(context: Context, node: YamlNode, position: Position): void {
  const { runner } = context;
  const { texts } = runner;
  const command = node.kind === 'map' ? yamlGet(node, 'command') : node;
  const shell = yamlText(yamlGet(node, 'shell')) ?? '';
  if (command === undefined || /powershell|pwsh|cmd\.exe|python/.test(shell)) return;
  const holes: Holes = new Map();
  const script = partsOf(command, runner.file).flatMap((part) =>
    withTemplates(part, TEMPLATE, (found) => templateOf(context, position.parameters, found[1] ?? ''), texts, holes),
  );
  const variables = environmentOf(context, yamlGet(node, 'environment'), position.parameters, position.variables);
  runShell(runner, {
    script,
    variables,
    inherited: (name) => inherited(context, name),
    holes,
    dialect: /\/sh\b/.test(shell) ? 'ash' : 'bash',
    folder: folderFrom(context, position.folder, yamlGet(node, 'working_directory'), position.parameters),
    when: position.when,
    at: placeIn(runner, command),
    chain: position.chain,
    evidence: position.evidence,
  });
}

function inherited({ runner }: Context, name: string): Binding | undefined {
  const { texts } = runner;
  const { space } = texts;
  if (name === 'CIRCLE_BRANCH' || name === 'CIRCLE_TAG') {
    const selector = space.input(name);
    const set = space.not(space.is(selector, undefined));
    return { set, text: texts.answer(selector), exported: set };
  }
  return outside(texts, name, FACTS);
}
