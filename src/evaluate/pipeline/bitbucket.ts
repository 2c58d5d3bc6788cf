/*
 * Bitbucket Pipelines: the steps of branches, tags and pull requests. A step's `deployment` is its environment, which
 * must be one that the repository's settings know.
 */
import type { Caller, Evidence, Link } from '../../model/delivery.js';
import { yamlEntries, yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import type { Files } from '../../text/files.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import { bounded, callerOf, type Pipeline } from './caller.js';
import { joinedBy } from './commands.js';
import { bound, chosenOf, outside } from './environment.js';
import { evidenceBy, evidenceByBranch } from './evidence.js';
import { matchGlob } from './reference.js';
import { partsOf, pipelineFrom, placeIn, type Runner, runnerOf, runShell } from './runner.js';

/** Evaluates a Bitbucket pipeline. */
export function evaluateBitbucket(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readBitbucket(file, text, files));
}

const FACTS = /^(?:BITBUCKET_\w+|CI)$/;

/** The commands of a Bitbucket pipeline, before they are followed. */
export function readBitbucket(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  const { space } = runner.texts;
  const [branch, tag, request, custom] = ['BITBUCKET_BRANCH', 'BITBUCKET_TAG', 'BITBUCKET_PR_ID', 'pipeline'].map(
    (name) => space.input(name),
  );
  if (branch === undefined || tag === undefined || request === undefined || custom === undefined)
    return pipelineFrom(runner);
  const unset = (...inputs: readonly (typeof branch)[]): Condition =>
    inputs.reduce((all, input) => space.and(all, space.is(input, undefined)), space.true);
  for (const { key, value } of yamlEntries(yamlGet(runner.roots[0], 'pipelines'))) {
    const kind = key.text.text;
    const chain = [{ place: placeIn(runner, key), message: `pipeline ${kind}` }];
    const steps = (node: YamlNode, when: Condition, links: readonly Link[]): void => {
      bounded(links[links.length - 1]?.place ?? placeIn(runner, key), runner.notes, () =>
        readSteps(runner, node, { when, chain: links, evidence: [], variables: new Map() }),
      );
    };
    const sections = yamlEntries(value);
    // The first pattern that matches decides, and `default` is for branches that none of them has.
    if (kind === 'default') {
      const patterns = yamlEntries(yamlGet(runner.roots[0], 'pipelines', 'branches'));
      const none = patterns.reduce<Condition>(
        (all, entry) => space.and(all, space.not(matchGlob(runner.texts, branch, entry.key.text.text))),
        unset(tag, request, custom),
      );
      steps(value, none, chain);
      continue;
    }
    for (const entry of sections) {
      const name = entry.key.text.text;
      const links = [{ place: placeIn(runner, entry.key), message: `pipeline ${name}` }];
      if (kind === 'branches')
        steps(entry.value, space.and(unset(tag, request, custom), matchGlob(runner.texts, branch, name)), links);
      else if (kind === 'tags') steps(entry.value, space.and(unset(custom), matchGlob(runner.texts, tag, name)), links);
      else if (kind === 'pull-requests')
        steps(
          entry.value,
          space.and(
            unset(custom, tag),
            space.and(space.not(unset(request)), name === '**' ? space.true : matchGlob(runner.texts, branch, name)),
          ),
          links,
        );
      else if (kind === 'custom') steps(entry.value, space.is(custom, name), links);
    }
  }
  return pipelineFrom(runner);
}

interface Scope {
  readonly when: Condition;
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  readonly variables: ReadonlyMap<string, Text>;
}

function readSteps(runner: Runner, node: YamlNode, outer: Scope): void {
  let scope = outer;
  for (const item of yamlItems(node)) {
    for (const { key, value } of yamlEntries(item)) {
      const kind = key.text.text;
      if (kind === 'step') readStep(runner, key, value, scope);
      else if (kind === 'parallel') readSteps(runner, yamlGet(value, 'steps') ?? value, scope);
      else if (kind === 'stage')
        readSteps(runner, yamlGet(value, 'steps') ?? value, withDeployment(runner, value, scope));
      else if (kind === 'variables') scope = withVariables(runner, value, scope);
    }
  }
}

function withVariables(runner: Runner, node: YamlNode, scope: Scope): Scope {
  const variables = new Map(scope.variables);
  for (const item of yamlItems(node)) {
    const name = yamlText(yamlGet(item, 'name'));
    const values = yamlItems(yamlGet(item, 'allowed-values')).map((value) => yamlText(value) ?? '');
    const fallback = yamlText(yamlGet(item, 'default')) ?? values[0] ?? '';
    if (name !== undefined) variables.set(name, chosenOf(runner.texts, name, values, fallback));
  }
  return { ...scope, variables };
}

function withDeployment(runner: Runner, node: YamlNode, scope: Scope): Scope {
  const deployment = yamlGet(node, 'deployment') ?? yamlGet(node, 'environment');
  const name = yamlText(deployment);
  if (deployment === undefined || name === undefined) return scope;
  return { ...scope, evidence: evidenceBy('environment key', name, placeIn(runner, deployment)) };
}

function readStep(runner: Runner, at: YamlNode, node: YamlNode, outer: Scope): void {
  const { texts, file } = runner;
  const { space } = texts;
  const scope = withDeployment(runner, node, outer);
  const naming = yamlGet(node, 'name');
  const title = yamlText(naming) ?? 'step';
  const place = placeIn(runner, naming ?? at);
  // A pipe is a map among the commands; what it does is not known.
  const commands = ['script', 'after-script'].map((key) =>
    joinedBy(
      '\n',
      yamlItems(yamlGet(node, key)).map((item) => partsOf(item, file)),
    ),
  );
  const variables = new Map<string, Binding>();
  for (const [name, text] of scope.variables) variables.set(name, bound(texts, text));
  for (const script of commands)
    runShell(runner, {
      script,
      variables,
      inherited: (name) => predefined(runner, name),
      options: ['-e'],
      when: scope.when,
      at: place,
      chain: [...scope.chain, { place, message: `step ${title}` }],
      evidence: [
        ...scope.evidence,
        ...evidenceBy('job', title, place),
        ...evidenceByBranch(texts, scope.when, space.input('BITBUCKET_BRANCH'), space.input('BITBUCKET_TAG'), place),
      ],
    });
}

function predefined({ texts }: Runner, name: string): Binding | undefined {
  if (name === 'BITBUCKET_CLONE_DIR') return bound(texts, texts.literal('/'));
  if (name !== 'BITBUCKET_BRANCH' && name !== 'BITBUCKET_TAG') return outside(texts, name, FACTS);
  const selector = texts.space.input(name);
  const set = texts.space.not(texts.space.is(selector, undefined));
  return { set, text: texts.answer(selector), exported: set };
}
