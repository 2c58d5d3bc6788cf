/*
 * Drone and Woodpecker: steps with commands, and steps that are a plugin with settings. The docker plugins run
 * `docker build` with what their settings say; here they are just that command.
 */
import type { Caller, Evidence } from '../../model/delivery.js';
import { yamlEntries, yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlEntry, YamlNode } from '../../syntax/yaml/tree.js';
import type { Files } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Binding } from '../shell/index.js';
import { bounded, callerOf, type Pipeline } from './caller.js';
import { constantPart, expandable, type Holes, joinedBy, type Part, withTemplates } from './commands.js';
import { bound, outside } from './environment.js';
import { evidenceBy, evidenceByBranch } from './evidence.js';
import { matchGlob } from './reference.js';
import { filled, partsOf, pipelineFrom, placeIn, type Runner, runnerOf, runShell } from './runner.js';

/** Evaluates a Drone or Woodpecker configuration. */
export function evaluateDrone(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readDrone(file, text, files));
}

const FACTS = /^(?:DRONE_\w+|CI|CI_\w+)$/;
const PLUGIN =
  /(?:^|\/)(?:plugins\/(?:docker|ecr|gcr|gar|acr|heroku|kaniko(?:-\w+)?|buildx(?:-\w+)?)|drone-kaniko|drone-docker\w*|plugin-docker-buildx|plugin-kaniko|plugin-docker|kaniko)(?::|$|@)/;

/** The commands of a Drone or Woodpecker configuration, before they are followed. */
export function readDrone(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  for (const root of runner.roots) {
    const kind = yamlText(yamlGet(root, 'kind'));
    if (kind !== undefined && kind !== 'pipeline') continue;
    const outer = whenOf(runner, yamlGet(root, 'trigger') ?? yamlGet(root, 'when'));
    const environment = yamlGet(root, 'environment');
    for (const step of stepsOf(yamlGet(root, 'steps') ?? yamlGet(root, 'pipeline')))
      bounded(placeIn(runner, step.at), runner.notes, () => runStep(runner, step, outer, environment));
  }
  return pipelineFrom(runner);
}

interface Step {
  readonly name: string;
  readonly at: YamlNode;
  readonly node: YamlNode;
}

function stepsOf(node: YamlNode | undefined): readonly Step[] {
  if (node?.kind === 'map')
    return node.entries.map(({ key, value }) => ({ name: key.text.text, at: key, node: value }));
  return yamlItems(node).map((item) => {
    const name = yamlGet(item, 'name');
    return { name: yamlText(name) ?? '', at: name ?? item, node: item };
  });
}

/** Where a step runs: any of the entries of `when`, each of which wants all that it says. */
function whenOf(
  runner: Runner,
  node: YamlNode | undefined,
): { readonly holds: Condition; readonly evidence: readonly Evidence[] } {
  const { space } = runner.texts;
  const evidence: Evidence[] = [];
  if (node === undefined) return { holds: space.true, evidence };
  const entries = yamlItems(node);
  const holds = entries.reduce<Condition>((any, entry) => {
    let all = space.true;
    for (const { key, value } of yamlEntries(entry)) all = space.and(all, factOf(runner, key.text.text, value));
    const target = yamlGet(entry, 'target') ?? yamlGet(entry, 'environment');
    const only = yamlItems(target);
    if (target !== undefined && entries.length === 1 && only.length === 1 && only[0]?.kind === 'scalar')
      evidence.push(...evidenceBy('environment key', yamlText(only[0]) ?? '', placeIn(runner, target)));
    return space.or(any, all);
  }, space.false);
  return { holds, evidence };
}

const INPUTS: Readonly<Record<string, string>> = {
  branch: 'CI_COMMIT_BRANCH',
  event: 'CI_PIPELINE_EVENT',
  target: 'CI_PIPELINE_DEPLOY_TARGET',
  environment: 'CI_PIPELINE_DEPLOY_TARGET',
};

function factOf(runner: Runner, key: string, node: YamlNode): Condition {
  const { texts } = runner;
  const { space } = texts;
  const any = (list: YamlNode | undefined, of: (text: string) => Condition): Condition =>
    yamlItems(list).reduce<Condition>((all, item) => space.or(all, of(yamlText(item) ?? '')), space.false);
  const selected = (of: (text: string) => Condition): Condition => {
    if (node.kind !== 'map') return any(node, of);
    const [include, exclude] = [yamlGet(node, 'include'), yamlGet(node, 'exclude')];
    return space.and(include === undefined ? space.true : any(include, of), space.not(any(exclude, of)));
  };
  const input = Object.hasOwn(INPUTS, key) ? INPUTS[key] : undefined;
  if (input !== undefined) return selected((text) => matchGlob(texts, space.input(input), text));
  if (key === 'ref')
    return selected((text) => {
      const [, kind, name = ''] = /^refs\/(heads|tags)\/(.*)$/.exec(text) ?? [];
      if (kind === undefined) return space.holds(space.opaque(`the ref matches ${text}`));
      return matchGlob(texts, space.input(kind === 'tags' ? 'CI_COMMIT_TAG' : 'CI_COMMIT_BRANCH'), name);
    });
  if (key === 'status') return any(node, (text) => (text === 'failure' ? space.false : space.true));
  // Repositories, platforms and the like are the same for all environments; paths and expressions are not known.
  if (!/^(?:path|evaluate|cron|matrix)$/.test(key)) return space.true;
  const text = node.kind === 'scalar' ? node.text.text : `at ${node.span.start}`;
  return space.holds(space.opaque(`${key} ${text.slice(0, 300)}`));
}

function runStep(runner: Runner, step: Step, outer: ReturnType<typeof whenOf>, shared: YamlNode | undefined): void {
  const { texts, file } = runner;
  const { space } = texts;
  const image = yamlText(yamlGet(step.node, 'image')) ?? '';
  const commands = yamlItems(yamlGet(step.node, 'commands'));
  const own = whenOf(runner, yamlGet(step.node, 'when'));
  const when = space.and(outer.holds, own.holds);
  const settings = yamlGet(step.node, 'settings') ?? step.node;
  const isPlugin = PLUGIN.test(image);
  const holes: Holes = new Map();
  const script = isPlugin
    ? pluginScript(runner, step, settings)
    : joinedBy(
        '\n',
        commands.map((command) => partsOf(command, file).flatMap((part) => substituted(runner, part, holes))),
      );
  if (script.length === 0 || when === space.false || /powershell|pwsh|windows/.test(image)) return;
  const at = placeIn(runner, step.at);
  const variables = new Map<string, Binding>();
  const inherited = (name: string): Binding | undefined => variables.get(name) ?? predefined(runner, name);
  for (const { key, value } of [...yamlEntries(shared), ...yamlEntries(yamlGet(step.node, 'environment'))]) {
    const written = yamlText(value);
    const text =
      written === undefined
        ? texts.symbol(`$${key.text.text}`)
        : filled(texts, written, /\$\{(\w+)\}/g, (found) => inherited(found[1] ?? '')?.text);
    variables.set(key.text.text, bound(texts, text));
  }
  runShell(runner, {
    script,
    variables,
    inherited,
    holes,
    dialect: 'ash',
    options: ['-e'],
    when,
    at,
    chain: [{ place: at, message: `step ${step.name}` }],
    evidence: [
      ...outer.evidence,
      ...own.evidence,
      ...evidenceBy('job', step.name, at),
      ...evidenceByBranch(texts, when, space.input('CI_COMMIT_BRANCH'), space.input('CI_COMMIT_TAG'), at),
    ],
  });
}

/** `${CI_COMMIT_TAG}` is replaced in all of the file before any shell sees it; `$$` is a dollar. */
function substituted(runner: Runner, part: Part, holes: Holes): readonly Part[] {
  const { texts } = runner;
  const of = (found: RegExpExecArray) =>
    found[1] === undefined ? texts.literal('$') : predefined(runner, found[1])?.text;
  return withTemplates(part, /\$\$(?=[{\w])|\$\{((?:CI|DRONE)_\w+)\}/g, of, texts, holes);
}

/** Names of the same fact in both systems. */
const SAME: Readonly<Record<string, string>> = {
  DRONE_BRANCH: 'CI_COMMIT_BRANCH',
  DRONE_COMMIT_BRANCH: 'CI_COMMIT_BRANCH',
  CI_COMMIT_BRANCH: 'CI_COMMIT_BRANCH',
  DRONE_TAG: 'CI_COMMIT_TAG',
  CI_COMMIT_TAG: 'CI_COMMIT_TAG',
  DRONE_BUILD_EVENT: 'CI_PIPELINE_EVENT',
  CI_PIPELINE_EVENT: 'CI_PIPELINE_EVENT',
  CI_BUILD_EVENT: 'CI_PIPELINE_EVENT',
  DRONE_DEPLOY_TO: 'CI_PIPELINE_DEPLOY_TARGET',
  CI_PIPELINE_DEPLOY_TARGET: 'CI_PIPELINE_DEPLOY_TARGET',
};

function predefined({ texts }: Runner, name: string): Binding | undefined {
  const { space } = texts;
  if (/^(?:DRONE_WORKSPACE|CI_WORKSPACE)$/.test(name)) return bound(texts, texts.literal('/'));
  const input = Object.hasOwn(SAME, name) ? SAME[name] : undefined;
  if (input === undefined) return outside(texts, name, FACTS);
  const selector = space.input(input);
  const set = space.not(space.is(selector, undefined));
  return { set, text: texts.answer(selector), exported: set };
}

/** `docker build` and `docker push` with the settings of a plugin. */
function pluginScript({ file }: Runner, step: Step, settings: YamlNode): readonly Part[] {
  const at: Place = { file, ...step.at.span };
  const constant = (text: string): Part => constantPart(text, at);
  const words: (readonly Part[])[] = [[constant('docker build')]];
  const word = (node: YamlNode): readonly Part[] => [
    constant('"'),
    ...partsOf(node, file).flatMap(expandable),
    constant('"'),
  ];
  const listed = (key: string): readonly YamlNode[] => settingOf(settings, key).flatMap((node) => yamlItems(node));
  const [dockerfile] = listed('dockerfile');
  if (dockerfile !== undefined) words.push([constant('-f ')].concat(word(dockerfile)));
  const [target] = listed('target');
  if (target !== undefined) words.push([constant('--target ')].concat(word(target)));
  const argument = ({ key, value }: YamlEntry): readonly Part[] => [
    constant('--build-arg "'),
    ...partsOf(key, file),
    constant('='),
    ...partsOf(value, file).flatMap(expandable),
    constant('"'),
  ];
  for (const node of [...settingOf(settings, 'build_args'), ...settingOf(settings, 'build-args')]) {
    if (node.kind === 'map') words.push(...node.entries.map(argument));
    else
      for (const item of yamlItems(node)) {
        if (item.kind === 'map') words.push(...item.entries.map(argument));
        else words.push([constant('--build-arg ')].concat(word(item)));
      }
  }
  for (const item of listed('build_args_from_env')) words.push([constant('--build-arg '), ...partsOf(item, file)]);
  const repositories = [...listed('repo'), ...listed('destinations')];
  const tags = [...listed('tags'), ...listed('tag')];
  const names: (readonly Part[])[] = [];
  for (const repository of repositories) {
    const base = partsOf(repository, file).flatMap(expandable);
    if (tags.length === 0 && yamlText(settingOf(settings, 'auto_tag')[0]) !== 'true')
      names.push([constant('"'), ...base, constant('"')]);
    for (const tag of tags)
      for (const part of splitTags(partsOf(tag, file)))
        names.push([constant('"'), ...base, constant(':'), ...expandable(part), constant('"')]);
  }
  for (const name of names) words.push([constant('-t '), ...name]);
  const [context] = listed('context');
  words.push(context === undefined ? [constant('.')] : word(context));
  const dry = yamlText(settingOf(settings, 'dry_run')[0] ?? settingOf(settings, 'dry-run')[0]) === 'true';
  const pushes = dry ? [] : names.map((name) => [constant('docker push '), ...name]);
  return joinedBy('\n', [joinedBy(' ', words), ...pushes]);
}

function settingOf(settings: YamlNode, key: string): readonly YamlNode[] {
  const node = yamlGet(settings, key);
  // A secret is not known, and it is a map.
  return node === undefined || yamlGet(node, 'from_secret') !== undefined ? [] : [node];
}

function splitTags(parts: readonly Part[]): readonly Part[] {
  return parts.flatMap((part) => {
    const found: Part[] = [];
    for (const match of part.text.text.matchAll(/[^,\s]+/g)) {
      const { text, ...rest } = part;
      const sliced = { text: match[0], segments: [{ at: 0, source: (text.segments[0]?.source ?? 0) + match.index }] };
      found.push({ ...rest, text: sliced });
    }
    return found;
  });
}
