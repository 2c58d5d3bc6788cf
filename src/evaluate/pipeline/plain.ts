/*
 * CI systems whose files are lists of commands: Travis, AWS CodeBuild and Buildkite. The commands are evaluated as scripts;
 * what else these files say is not.
 */
import type { Caller } from '../../model/delivery.js';
import { yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import type { Files } from '../../text/files.js';
import type { Binding } from '../shell/index.js';
import { bounded, callerOf, type Pipeline } from './caller.js';
import { joinedBy } from './commands.js';
import { bound, outside } from './environment.js';
import { evidenceBy } from './evidence.js';
import { assignmentsOf, partsOf, pipelineFrom, placeIn, type Runner, runnerOf, runShell } from './runner.js';

/** Evaluates a Travis, CodeBuild or Buildkite file. */
export function evaluatePlain(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readPlain(file, text, files));
}

const FACTS = /^(?:TRAVIS\w*|CODEBUILD_\w+|BUILDKITE\w*|CI)$/;

const TRAVIS = [
  'before_install',
  'install',
  'before_script',
  'script',
  'after_success',
  'before_deploy',
  'after_deploy',
  'after_script',
];
const PHASES = ['install', 'pre_build', 'build', 'post_build'];

/** The commands of a Travis, CodeBuild or Buildkite file, before they are followed. */
export function readPlain(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  const [root] = runner.roots;
  if (root === undefined) return pipelineFrom(runner);
  const phases = yamlGet(root, 'phases');
  const shared = [
    yamlGet(root, 'env', 'variables'),
    yamlGet(root, 'env', 'global'),
    phases === undefined ? yamlGet(root, 'env') : undefined,
  ];
  if (phases !== undefined)
    runList(
      runner,
      root,
      PHASES.flatMap((phase) => yamlItems(yamlGet(phases, phase, 'commands'))),
      shared,
      undefined,
    );
  const steps = yamlGet(root, 'steps');
  for (const step of yamlItems(steps)) {
    const commands = [...yamlItems(yamlGet(step, 'command')), ...yamlItems(yamlGet(step, 'commands'))];
    const label = yamlGet(step, 'label');
    runList(runner, step, commands, [...shared, yamlGet(step, 'env')], label);
  }
  if (phases !== undefined || steps !== undefined) return pipelineFrom(runner);
  runList(
    runner,
    root,
    TRAVIS.flatMap((key) => yamlItems(yamlGet(root, key))),
    shared,
    undefined,
  );
  for (const job of yamlItems(yamlGet(root, 'jobs', 'include') ?? yamlGet(root, 'matrix', 'include'))) {
    // A job has the commands of the file, but for those that it says itself.
    const commands = TRAVIS.flatMap((key) => yamlItems(yamlGet(job, key) ?? yamlGet(root, key)));
    runList(runner, job, commands, [...shared, yamlGet(job, 'env')], yamlGet(job, 'name') ?? yamlGet(job, 'stage'));
  }
  return pipelineFrom(runner);
}

function runList(
  runner: Runner,
  at: YamlNode,
  commands: readonly YamlNode[],
  environment: readonly (YamlNode | undefined)[],
  label: YamlNode | undefined,
): void {
  const { texts, file } = runner;
  const place = placeIn(runner, label ?? at);
  const variables = new Map<string, Binding>();
  for (const node of environment)
    for (const { name, value } of assignmentsOf(node))
      if (/^\w+$/.test(name)) variables.set(name, bound(texts, texts.literal(value.replace(/^(["'])(.*)\1$/, '$2'))));
  const title = yamlText(label);
  bounded(place, runner.notes, () =>
    runShell(runner, {
      script: joinedBy(
        '\n',
        commands.map((command) => partsOf(command, file)),
      ),
      variables,
      inherited: (name) => outside(texts, name, FACTS),
      options: [],
      when: texts.space.true,
      at: place,
      chain: title === undefined ? [] : [{ place, message: `job ${title}` }],
      evidence: title === undefined ? [] : evidenceBy('job', title, place),
    }),
  );
}
