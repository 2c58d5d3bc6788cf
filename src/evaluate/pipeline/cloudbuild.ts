/*
 * Google Cloud Build: each step is a program of an image with its arguments. Substitutions are put into them before any
 * program sees them: `_NAME` is an input with the file's default, those without an underscore are Cloud Build's own.
 */
import type { Caller } from '../../model/delivery.js';
import { yamlEntries, yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import { type Files, normalizePath } from '../../text/files.js';
import type { Text } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import { bounded, callerOf, type Pipeline } from './caller.js';
import { type Holes, joinedBy, type Part, quoted, withTemplates } from './commands.js';
import { bound, chosenOf, outside } from './environment.js';
import { evidenceBy } from './evidence.js';
import {
  assignmentsOf,
  filled,
  partsOf,
  pipelineFrom,
  placeIn,
  type Runner,
  runnerOf,
  runShell,
  wordsFor,
} from './runner.js';

/** Evaluates a Cloud Build configuration. */
export function evaluateCloudBuild(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readCloudBuild(file, text, files));
}

const TEMPLATE = /\$\$|\$\{(\w+)\}|\$(\w+)/g;
/** Substitutions that Cloud Build fills in from the project and the commit. */
const FACTS =
  /^(?:PROJECT_ID|PROJECT_NUMBER|BUILD_ID|LOCATION|TRIGGER_NAME|TRIGGER_BUILD_CONFIG_PATH|COMMIT_SHA|REVISION_ID|SHORT_SHA|REPO_NAME|REPO_FULL_NAME|REF_NAME|SERVICE_ACCOUNT_EMAIL|SERVICE_ACCOUNT|_HEAD_\w+|_BASE_BRANCH|_PR_NUMBER)$/;

/** The commands of a Cloud Build configuration, before they are followed. */
export function readCloudBuild(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  const [root] = runner.roots;
  if (root === undefined) return pipelineFrom(runner);
  const context = contextOf(runner, root);
  for (const step of yamlItems(yamlGet(root, 'steps')))
    bounded(placeIn(runner, step), runner.notes, () => runStep(context, step));
  const images = yamlItems(yamlGet(root, 'images'));
  for (const image of images)
    bounded(placeIn(runner, image), runner.notes, () =>
      run(context, image, [[wordsFor('docker push', image, file)], word(context, image)]),
    );
  return pipelineFrom(runner);
}

interface Context {
  readonly runner: Runner;
  readonly substitutions: ReadonlyMap<string, Text>;
  readonly holes: Holes;
}

function contextOf(runner: Runner, root: YamlNode): Context {
  const { texts } = runner;
  const substitutions = new Map<string, Text>();
  const context: Context = { runner, substitutions, holes: new Map() };
  for (const { key, value } of yamlEntries(yamlGet(root, 'substitutions'))) {
    const name = key.text.text;
    const fallback = filled(texts, yamlText(value) ?? '', TEMPLATE, (found) => substitute(context, found));
    const constant = texts.constant(fallback);
    substitutions.set(
      name,
      constant === undefined
        ? texts.pick(
            texts.space.is(texts.space.input(name), undefined),
            fallback,
            texts.answer(texts.space.input(name)),
          )
        : chosenOf(texts, name, [], constant),
    );
  }
  return context;
}

function substitute({ runner, substitutions }: Context, found: RegExpExecArray): Text | undefined {
  const { texts } = runner;
  const name = found[1] ?? found[2];
  if (name === undefined) return texts.literal('$');
  const known = substitutions.get(name);
  if (known !== undefined) return known;
  if (name === 'BRANCH_NAME' || name === 'TAG_NAME') return texts.answer(texts.space.input(name));
  if (FACTS.test(name)) return texts.symbol(`$${name}`, undefined, /SHA|REVISION/.test(name) ? 'checkout' : '');
  return name.startsWith('_') ? texts.answer(texts.space.input(name)) : undefined;
}

/** The parts of a scalar with substitutions replaced. */
function substituted(context: Context, node: YamlNode): readonly Part[] {
  const { runner, holes } = context;
  return partsOf(node, runner.file).flatMap((part) =>
    withTemplates(part, TEMPLATE, (found) => substitute(context, found), runner.texts, holes),
  );
}

/** One word of a command. */
function word(context: Context, node: YamlNode): readonly Part[] {
  const parts = quoted(substituted(context, node));
  return parts.length === 0 ? [wordsFor("''", node, context.runner.file)] : parts;
}

/** What the images of Cloud Build run when a step does not say. */
function programOf(image: string): string | undefined {
  const [, builder] = /^(?:gcr\.io\/cloud-builders|[\w.-]+\.pkg\.dev\/cloud-builders\/\w+)\/([\w-]+)/.exec(image) ?? [];
  if (builder === 'kubectl' || builder === 'docker' || builder === 'gcloud' || builder === 'git') return builder;
  if (builder !== undefined) return builder;
  if (/(?:^|\/)kaniko-project\/executor/.test(image)) return '/kaniko/executor';
  if (/(?:^|\/)kaniko-project\/warmer/.test(image)) return undefined;
  return /^(?:docker|docker\.io\/library\/docker)(?::|$)/.test(image) ? 'docker' : undefined;
}

function runStep(context: Context, step: YamlNode): void {
  const { runner } = context;
  const image = yamlText(yamlGet(step, 'name'));
  const script = yamlGet(step, 'script');
  if (script !== undefined) {
    // A script is no argument: substitutions reach it as variables only.
    run(context, step, [partsOf(script, runner.file)]);
    return;
  }
  const name = yamlGet(step, 'name');
  const entrypoint = yamlGet(step, 'entrypoint');
  const args = yamlItems(yamlGet(step, 'args'));
  if (image === undefined || name === undefined) return;
  const program = entrypoint === undefined ? programOf(image) : undefined;
  const parts: (readonly Part[])[] = [];
  if (entrypoint !== undefined) parts.push(word(context, entrypoint));
  else if (program !== undefined) parts.push([wordsFor(program, name, runner.file)]);
  else return;
  for (const arg of args) parts.push(word(context, arg));
  run(context, step, parts);
}

function run(context: Context, step: YamlNode, words: readonly (readonly Part[])[]): void {
  const { runner, holes, substitutions } = context;
  const { texts } = runner;
  const at = placeIn(runner, step);
  const variables = new Map<string, Binding>();
  for (const { name, value } of assignmentsOf(yamlGet(step, 'env')))
    variables.set(
      name,
      bound(
        texts,
        filled(texts, value, TEMPLATE, (found) => substitute(context, found)),
      ),
    );
  const id = yamlGet(step, 'id');
  const title = yamlText(id);
  const folder = yamlText(yamlGet(step, 'dir')) ?? '';
  runShell(runner, {
    script: joinedBy(' ', words),
    variables,
    inherited: (name) => {
      const known = substitutions.get(name);
      return known === undefined ? outside(texts, name, FACTS) : bound(texts, known);
    },
    holes,
    options: [],
    folder: normalizePath(folder.replace(/^\/workspace\/?/, '')) ?? '',
    when: texts.space.true,
    at,
    chain: title === undefined || id === undefined ? [] : [{ place: placeIn(runner, id), message: `step ${title}` }],
    evidence: title === undefined || id === undefined ? [] : evidenceBy('job', title, placeIn(runner, id)),
  });
}
