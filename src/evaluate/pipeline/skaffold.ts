/*
 * Skaffold: the artifacts of the file, and those of each profile, which replace them. Profiles are chosen by whoever runs
 * Skaffold, so which one it is is an input. Values are Go templates over the environment.
 */
import type { Caller, Evidence } from '../../model/delivery.js';
import { yamlEntries, yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlMap, YamlNode } from '../../syntax/yaml/tree.js';
import { type Files, folderOf } from '../../text/files.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { addBuild, pathBelow } from './artifact.js';
import { bounded, callerOf, type Pipeline } from './caller.js';
import { outside } from './environment.js';
import { evidenceBy } from './evidence.js';
import { filled, pipelineFrom, placeIn, type Runner, runnerOf } from './runner.js';

/** Evaluates a Skaffold configuration. */
export function evaluateSkaffold(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readSkaffold(file, text, files));
}

const TEMPLATE = /\{\{\s*\.(\w+)\s*\}\}|\{\{.*?\}\}/g;

/** The builds of a Skaffold configuration. */
export function readSkaffold(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  const { space } = runner.texts;
  const profile = space.input('SKAFFOLD_PROFILE');
  for (const root of runner.roots) {
    const base = yamlItems(yamlGet(root, 'build', 'artifacts'));
    let none = space.true;
    for (const node of yamlItems(yamlGet(root, 'profiles'))) {
      const naming = yamlGet(node, 'name');
      const name = yamlText(naming);
      if (name === undefined || naming === undefined) continue;
      const when = space.is(profile, name);
      none = space.and(none, space.not(when));
      const own = yamlGet(node, 'build', 'artifacts');
      const patches = yamlItems(yamlGet(node, 'patches'));
      const chain = [{ place: placeIn(runner, naming), message: `profile ${name}` }];
      const evidence = evidenceBy('profile', name, placeIn(runner, naming));
      const artifacts = own === undefined ? base.map((one, i) => patched(one, i, patches)) : yamlItems(own);
      bounded(placeIn(runner, naming), runner.notes, () => {
        for (const artifact of artifacts) readArtifact(runner, artifact, when, evidence, chain);
      });
    }
    bounded({ file, start: 0, end: 0 }, runner.notes, () => {
      for (const artifact of base) readArtifact(runner, artifact, none, [], []);
    });
  }
  return pipelineFrom(runner);
}

/** An artifact with the JSON patches of a profile that name a part of it. */
function patched(artifact: YamlNode, index: number, patches: readonly YamlNode[]): YamlNode {
  let result = artifact;
  for (const patch of patches) {
    const path = (yamlText(yamlGet(patch, 'path')) ?? '').split('/').slice(1);
    const value = yamlGet(patch, 'value');
    const at = yamlGet(patch, 'path');
    if (path[0] !== 'build' || path[1] !== 'artifacts' || path[2] !== String(index)) continue;
    if (at?.kind === 'scalar') result = set(result, path.slice(3), value, at);
  }
  return result;
}

function set(node: YamlNode, path: readonly string[], value: YamlNode | undefined, at: YamlNode): YamlNode {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? node;
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item, i) => (String(i) === key ? set(item, rest, value, at) : item)) };
  if (node.kind !== 'map' || at.kind !== 'scalar') return node;
  const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
  const known = node.entries.find((entry) => entry.key.text.text === name);
  const others = node.entries.filter((entry) => entry !== known);
  if (value === undefined && rest.length === 0) return { ...node, entries: others };
  const empty: YamlMap = { kind: 'map', span: at.span, tag: '', entries: [] };
  const below = set(known?.value ?? empty, rest, value, at);
  const written = known?.key ?? {
    ...at,
    text: { text: name, segments: [{ at: 0, source: at.span.start }] },
    value: name,
  };
  return { ...node, entries: [...others, { key: written, value: below }] };
}

function readArtifact(
  runner: Runner,
  node: YamlNode,
  when: Condition,
  evidence: readonly Evidence[],
  chain: Parameters<typeof addBuild>[1]['chain'],
): void {
  const { texts } = runner;
  const image = yamlGet(node, 'image');
  const name = yamlText(image);
  const docker = yamlGet(node, 'docker') ?? yamlGet(node, 'kaniko');
  const others = ['bazel', 'jib', 'ko', 'buildpacks', 'custom'].some((key) => yamlGet(node, key) !== undefined);
  if (name === undefined || image === undefined || (docker === undefined && others)) return;
  const value = (one: YamlNode | undefined, fallback: string): Text =>
    filled(texts, yamlText(one) ?? fallback, TEMPLATE, (found) => {
      const variable = found[1];
      if (variable === undefined) return texts.symbol(found[0]);
      return outside(texts, variable, /^IMAGE_\w+$/)?.text;
    });
  const context = pathBelow(runner, folderOf(runner.file), value(yamlGet(node, 'context'), '.'));
  const dockerfile = value(yamlGet(docker, 'dockerfile'), 'Dockerfile');
  const target = yamlGet(docker, 'target');
  addBuild(runner, {
    at: image,
    by: `artifact ${name}`,
    when,
    dockerfile: pathBelow(runner, texts.constant(context) ?? '', dockerfile),
    context,
    target: target === undefined ? undefined : value(target, ''),
    arguments: yamlEntries(yamlGet(docker, 'buildArgs')).map((entry) => ({
      name: entry.key.text.text,
      node: entry.key,
      text: value(entry.value, ''),
    })),
    // Skaffold's tag policy gives each run a tag of its own, and manifests get that tag with its digest.
    tags: [{ text: texts.literal(name), node: image, fresh: true }],
    evidence,
    development: false,
    pushed: true,
    chain,
  });
}
