/*
 * Platforms and tools whose files say by themselves which image to build: devcontainers, Heroku, Fly and Render.
 */
import type { Caller } from '../../model/delivery.js';
import { parseJson } from '../../syntax/json/parse.js';
import { parseToml } from '../../syntax/toml/parse.js';
import { yamlEntries, yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import { type Files, folderOf } from '../../text/files.js';
import type { Text } from '../../value/text.js';
import { type Artifact, addBuild, pathBelow } from './artifact.js';
import { callerOf, type Pipeline } from './caller.js';
import { outside } from './environment.js';
import { evidenceBy } from './evidence.js';
import { filled, pipelineFrom, placeIn, type Runner, runnerOf, runnerWith } from './runner.js';

function artifactOf(runner: Runner, at: YamlNode, by: string, dockerfile: Text, context: Text | undefined): Artifact {
  return {
    at,
    by,
    when: runner.texts.space.true,
    dockerfile,
    context,
    target: undefined,
    arguments: [],
    tags: [],
    evidence: [],
    development: false,
    pushed: true,
    chain: [],
  };
}

function argumentsOf(runner: Runner, node: YamlNode | undefined): Artifact['arguments'] {
  return yamlEntries(node).map(({ key, value }) => ({
    name: key.text.text,
    node: key,
    text: runner.texts.literal(yamlText(value) ?? ''),
  }));
}

/** Evaluates a devcontainer.json: an image for developers. */
export function evaluateDevcontainer(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readDevcontainer(file, text, files));
}

/** The build of a devcontainer.json. */
export function readDevcontainer(file: string, text: string, files: Files): Pipeline {
  const runner = runnerWith(file, files, parseJson(text));
  const { texts } = runner;
  const [root] = runner.roots;
  const build = yamlGet(root, 'build');
  const dockerfile = yamlGet(build, 'dockerfile') ?? yamlGet(root, 'dockerFile');
  const written = yamlText(dockerfile);
  if (dockerfile === undefined || written === undefined) return pipelineFrom(runner);
  const local = (node: YamlNode): Text =>
    filled(texts, yamlText(node) ?? '', /\$\{localEnv:(\w+)(?::([^}]*))?\}|\$\{[^}]*\}/g, (found) => {
      const [whole, name, fallback] = found;
      if (name === undefined) return texts.symbol(whole);
      const known = outside(texts, name, /^$/);
      if (known === undefined) return undefined;
      return fallback === undefined ? known.text : texts.pick(known.set, known.text, texts.literal(fallback));
    });
  const target = yamlGet(build, 'target');
  const context = yamlGet(build, 'context') ?? yamlGet(root, 'context');
  const folder = folderOf(file);
  addBuild(runner, {
    ...artifactOf(
      runner,
      dockerfile,
      'devcontainer',
      pathBelow(runner, folder, texts.literal(written)),
      pathBelow(runner, folder, context === undefined ? texts.literal('.') : local(context)),
    ),
    target: target === undefined ? undefined : local(target),
    arguments: yamlEntries(yamlGet(build, 'args')).map(({ key, value }) => ({
      name: key.text.text,
      node: key,
      text: local(value),
    })),
    development: true,
    pushed: false,
  });
  return pipelineFrom(runner);
}

/** Evaluates a heroku.yml. */
export function evaluateHeroku(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readHeroku(file, text, files));
}

/** The builds of a heroku.yml. */
export function readHeroku(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  const { texts } = runner;
  const build = yamlGet(runner.roots[0], 'build');
  for (const { key, value } of yamlEntries(yamlGet(build, 'docker'))) {
    const described = value.kind === 'map' ? yamlGet(value, 'dockerfile') : value;
    const target = yamlGet(value, 'target');
    const dockerfile = yamlText(described) ?? 'Dockerfile';
    // Heroku builds in the folder of the Dockerfile.
    const path = pathBelow(runner, folderOf(file), texts.literal(dockerfile));
    addBuild(runner, {
      ...artifactOf(runner, key, `process ${key.text.text}`, path, texts.literal(folderOf(texts.constant(path) ?? ''))),
      target: target === undefined ? undefined : texts.literal(yamlText(target) ?? ''),
      arguments: argumentsOf(runner, yamlGet(build, 'config')),
    });
  }
  return pipelineFrom(runner);
}

/** Evaluates a fly.toml. */
export function evaluateFly(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readFly(file, text, files));
}

/** The build of a fly.toml. */
export function readFly(file: string, text: string, files: Files): Pipeline {
  const runner = runnerWith(file, files, parseToml(text));
  const { texts } = runner;
  const [root] = runner.roots;
  const build = yamlGet(root, 'build');
  const folder = folderOf(file);
  const written = yamlText(yamlGet(build, 'dockerfile')) ?? 'Dockerfile';
  const path = pathBelow(runner, folder, texts.literal(written));
  const prebuilt = ['image', 'builder', 'builtin'].some((key) => yamlGet(build, key) !== undefined);
  const dockerfile = texts.constant(path) ?? '';
  // Without a Dockerfile Fly makes one, or asks for a buildpack.
  if (prebuilt || root === undefined || (build === undefined && files.read(dockerfile) === undefined))
    return pipelineFrom(runner);
  const app = yamlGet(root, 'app');
  const name = yamlText(app);
  const target = yamlGet(build, 'build-target');
  addBuild(runner, {
    ...artifactOf(runner, build ?? root, name === undefined ? 'fly' : `app ${name}`, path, texts.literal(folder)),
    target: target === undefined ? undefined : texts.literal(yamlText(target) ?? ''),
    arguments: argumentsOf(runner, yamlGet(build, 'args')),
    evidence: [
      ...(name === undefined || app === undefined ? [] : evidenceBy('namespace', name, placeIn(runner, app))),
      ...evidenceBy('values file', file.slice(file.lastIndexOf('/') + 1).replace(/\.toml$/, ''), placeIn(runner, root)),
    ],
  });
  return pipelineFrom(runner);
}

/** Evaluates a render.yaml. */
export function evaluateRender(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readRender(file, text, files));
}

/** The builds of a render.yaml: Render passes the variables of a service as build arguments. */
export function readRender(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  const { texts } = runner;
  for (const service of yamlItems(yamlGet(runner.roots[0], 'services'))) {
    const runtime = yamlText(yamlGet(service, 'runtime') ?? yamlGet(service, 'env'));
    if (runtime !== 'docker') continue;
    const naming = yamlGet(service, 'name');
    const name = yamlText(naming) ?? 'service';
    const at = naming ?? service;
    const passed = yamlItems(yamlGet(service, 'envVars')).flatMap((variable) => {
      const key = yamlGet(variable, 'key');
      const value = yamlText(yamlGet(variable, 'value'));
      const called = yamlText(key);
      if (key === undefined || called === undefined) return [];
      return [
        {
          name: called,
          node: key,
          text: value === undefined ? texts.symbol(`$${called} of ${name}`) : texts.literal(value),
        },
      ];
    });
    const branch = yamlGet(service, 'branch');
    addBuild(runner, {
      ...artifactOf(
        runner,
        at,
        `service ${name}`,
        pathBelow(runner, '', texts.literal(yamlText(yamlGet(service, 'dockerfilePath')) ?? 'Dockerfile')),
        pathBelow(runner, '', texts.literal(yamlText(yamlGet(service, 'dockerContext')) ?? '.')),
      ),
      arguments: passed,
      evidence: [
        ...evidenceBy('job', name, placeIn(runner, at)),
        ...(branch === undefined ? [] : evidenceBy('branch', yamlText(branch) ?? '', placeIn(runner, branch))),
      ],
    });
  }
  return pipelineFrom(runner);
}
