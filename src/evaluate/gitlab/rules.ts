/*
 * When a job is part of a pipeline: `rules`, or `only` and `except`, or neither.
 *
 * The first rule whose conditions hold decides, so each rule holds where its own conditions do and no earlier rule's did.
 * What changed or exists in a commit is not known: such a fact is opaque and equals itself.
 */
import { isNull, yamlGet, yamlText } from '../../syntax/yaml/read.js';
import type { YamlMap, YamlNode } from '../../syntax/yaml/tree.js';
import type { Condition } from '../../value/diagram.js';
import type { Config } from './config.js';
import { evaluateExpression, matchesPattern } from './expression.js';
import { type Definitions, definitionsOf, type Lookup, layered, type World } from './variables.js';

/** What rules say about a job or a pipeline. */
export interface Ruled {
  readonly runs: Condition;
  /** The variables of the rules, each where its rule is the one that decides. */
  readonly definitions: Definitions;
}

/** Evaluates `rules:`; `usually` is the job's own `when`. */
export function evaluateRules(
  config: Config,
  world: World,
  rules: YamlNode,
  lookup: Lookup,
  usually: string | undefined,
): Ruled {
  const { space } = world.texts;
  let rest = space.true;
  let runs = space.false;
  let definitions: Definitions = new Map();
  for (const rule of config.items(rules)) {
    if (rule.kind !== 'map') continue;
    let holds = rest;
    const condition = config.resolved(yamlGet(rule, 'if'));
    if (condition !== undefined && !isNull(condition))
      holds = space.and(holds, expressionOf(config, world, condition, lookup));
    for (const key of ['changes', 'exists']) {
      const node = yamlGet(rule, key);
      if (node !== undefined && holds !== space.false) holds = space.and(holds, factOf(config, world, key, node));
    }
    const when = yamlText(yamlGet(rule, 'when')) ?? usually;
    if (when !== 'never') {
      runs = space.or(runs, space.and(holds, startOf(world, when)));
      definitions = layered(definitions, definitionsOf(config.resolved(yamlGet(rule, 'variables')), holds));
    }
    rest = space.and(rest, space.not(holds));
  }
  return { runs, definitions };
}

/** Whether a job that is part of a pipeline is started: one for failures only where there is one. */
export function startOf(world: World, when: string | undefined): Condition {
  const { space } = world.texts;
  if (when === 'never') return space.false;
  return when === 'on_failure' ? space.holds(space.opaque('an earlier job fails')) : space.true;
}

function expressionOf(config: Config, world: World, node: YamlNode, lookup: Lookup): Condition {
  const { space } = world.texts;
  const text = yamlText(node) ?? '';
  const condition = evaluateExpression(text, world.texts, lookup);
  if (condition !== undefined) return condition;
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value ? space.true : space.false;
  config.notes.push({ place: config.place(node), message: `this expression cannot be read: ${text}` });
  return space.holds(space.opaque(`the expression ${text} holds`));
}

function factOf(config: Config, world: World, key: string, node: YamlNode): Condition {
  const { space } = world.texts;
  const paths = config.items(yamlGet(node, 'paths') ?? node).map((item) => yamlText(item) ?? '');
  const name = `${paths.join(' ')} ${key === 'changes' ? 'changed' : 'exists'}`;
  return space.holds(space.opaque(name.length > 400 ? `${name.slice(0, 400)}…#${node.span.start}` : name));
}

/** Evaluates `only` and `except`; a job with neither runs for branches and tags. */
export function evaluateOnly(config: Config, world: World, job: YamlMap, lookup: Lookup): Condition {
  const { space } = world.texts;
  const only = config.resolved(yamlGet(job, 'only'));
  const except = config.resolved(yamlGet(job, 'except'));
  const refs = space.not(world.mergeRequest);
  const runs = only === undefined ? refs : limited(config, world, only, lookup, refs);
  if (except === undefined) return runs;
  return space.and(runs, space.not(limited(config, world, except, lookup, space.true)));
}

function limited(config: Config, world: World, node: YamlNode, lookup: Lookup, usually: Condition): Condition {
  const { space } = world.texts;
  if (node.kind !== 'map') return anyOf(world, config.items(node), (item) => referenceOf(world, yamlText(item) ?? ''));
  const refs = yamlGet(node, 'refs');
  let holds =
    refs === undefined ? usually : anyOf(world, config.items(refs), (item) => referenceOf(world, yamlText(item) ?? ''));
  const variables = yamlGet(node, 'variables');
  if (variables !== undefined)
    holds = space.and(
      holds,
      anyOf(world, config.items(variables), (item) => expressionOf(config, world, item, lookup)),
    );
  const changes = yamlGet(node, 'changes');
  return changes === undefined ? holds : space.and(holds, factOf(config, world, 'changes', changes));
}

function anyOf(world: World, nodes: readonly YamlNode[], of: (node: YamlNode) => Condition): Condition {
  const { space } = world.texts;
  return nodes.reduce<Condition>((all, node) => space.or(all, of(node)), space.false);
}

const SOURCES: Readonly<Record<string, string>> = {
  schedules: 'schedule',
  web: 'web',
  api: 'api',
  pipelines: 'pipeline',
  triggers: 'trigger',
  pushes: 'push',
  chat: 'chat',
  external: 'external',
};

function referenceOf(world: World, written: string): Condition {
  const { texts, branch, tag } = world;
  const { space } = texts;
  const text = written.replace(/@[^/]+\/.*$/, '');
  switch (text) {
    case 'branches':
      return world.hasBranch;
    case 'tags':
      return world.hasTag;
    case 'merge_requests':
      return world.mergeRequest;
    default:
      break;
  }
  const source = Object.hasOwn(SOURCES, text) ? SOURCES[text] : undefined;
  if (source !== undefined) return space.is(world.source, source);
  if (/^\/.*\/[a-z]*$/s.test(text))
    return space.or(
      space.and(world.hasBranch, matchesPattern(texts, texts.answer(branch), text)),
      space.and(world.hasTag, matchesPattern(texts, texts.answer(tag), text)),
    );
  return space.or(space.is(branch, text), space.is(tag, text));
}
