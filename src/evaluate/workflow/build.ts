/*
 * Actions that build images.
 *
 * Their inputs may differ between environments, each on its own; a build has flat texts. So all of them are flattened as
 * one, and each row is a build.
 */
import type { ImageBuild, ImageTag, PassedArgument } from '../../model/delivery.js';
import { normalizePath } from '../../text/files.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { type ActionCall, entryOf, inputOf, lineAt, type Outputs, outputs, placeOfInput, symbolOf } from './action.js';
import { linesOf, listOf, pairOf, rowsOf, trimmed } from './lines.js';
import { note } from './state.js';

/** What an action says about a build; undefined for what it does not say. */
export interface BuildInputs {
  readonly context: Text | undefined;
  readonly file: Text | undefined;
  readonly target: Text | undefined;
  /** Lines of `NAME=value`. */
  readonly arguments: Text | undefined;
  readonly argumentsInput: string;
  /** Names, one a line or with commas between them. */
  readonly tags: Text;
  readonly tagsInput: string;
  readonly contexts: Text | undefined;
  /** `true` where it is pushed. */
  readonly push: Text;
}

/** Delivers a build for each combination of what the inputs may be. */
export function build(call: ActionCall, inputs: BuildInputs): Outputs {
  const { machine, standing } = call;
  const { texts } = machine;
  const { empty } = texts;
  const digest = call.step.id === undefined ? undefined : symbolOf(call, 'digest');
  const columns = [
    inputs.context ?? empty,
    inputs.file ?? empty,
    inputs.target ?? empty,
    inputs.arguments ?? empty,
    inputs.tags,
    inputs.contexts ?? empty,
    inputs.push,
  ];
  const { rows, complete } = rowsOf(texts, columns, standing.when);
  if (!complete)
    note(
      machine,
      call.place,
      'this build differs in too many ways between environments; what differs is taken as unknown',
    );
  const builds = rows.map(({ when, item }): ImageBuild => {
    const [context = empty, file = empty, target = empty, args = empty, tags = empty, contexts = empty, push = empty] =
      item;
    const folder = contextOf(texts, trimmed(texts, context), standing.folder);
    return {
      place: call.place,
      when,
      dockerfile: dockerfileOf(texts, trimmed(texts, file), folder, standing.folder, context),
      context: folder,
      target: trimmed(texts, target) === empty ? undefined : trimmed(texts, target),
      arguments: argumentsOf(call, args, when, inputs.argumentsInput),
      tags: tagsOf(call, tags, inputs.tagsInput),
      contexts: listOf(texts, contexts).flatMap((line) => pairOf(texts, line) ?? []),
      digest,
      evidence: standing.evidence,
      development: standing.development,
      pushed: texts.constant(push)?.trim().toLowerCase() === 'true',
      chain: standing.chain,
      by: call.action,
    };
  });
  machine.parts.push({ builds, deployments: [], promotions: [], notes: [], files: [] });
  return outputs({ digest });
}

function contextOf(texts: Texts, context: Text, folder: string): Text | undefined {
  const constant = texts.constant(context);
  if (constant === undefined) {
    const [first] = context.pieces;
    return first?.kind === 'literal' && isRemote(first.text) ? undefined : within(texts, folder, context);
  }
  const inner = constant.replace(/^\{\{\s*defaultContext\s*\}\}:?/, '');
  if (isRemote(inner)) return undefined;
  const path = normalizePath(inner.startsWith('/') ? inner : `${folder}/${inner}`);
  return path === undefined ? undefined : texts.literal(path);
}

function isRemote(context: string): boolean {
  return /^(?:https?:\/\/|git@|git:\/\/|ssh:\/\/|github\.com\/|-$)/.test(context);
}

function dockerfileOf(texts: Texts, file: Text, folder: Text | undefined, working: string, context: Text): Text {
  const constant = texts.constant(file);
  if (constant === '') {
    if (folder === undefined) return texts.symbol('the Dockerfile of another repository');
    return folder === texts.empty ? texts.literal('Dockerfile') : texts.concat(folder, texts.literal('/Dockerfile'));
  }
  if (constant === undefined) return within(texts, working, withoutDot(texts, file));
  // In a git context the file is one of the context, else one of the working folder.
  const [first] = context.pieces;
  const git = first?.kind === 'literal' && /^\{\{\s*defaultContext/.test(first.text);
  const base = git ? (folder === undefined ? undefined : texts.constant(folder)) : working;
  const path =
    base === undefined ? undefined : normalizePath(constant.startsWith('/') ? constant : `${base}/${constant}`);
  return path === undefined ? file : texts.literal(path);
}

/** A path that is not fully known, in a folder. */
function within(texts: Texts, folder: string, path: Text): Text {
  return folder === '' ? path : texts.concat(texts.literal(`${folder}/`), path);
}

function withoutDot(texts: Texts, path: Text): Text {
  const [first, ...rest] = path.pieces;
  if (first?.kind !== 'literal') return path;
  return texts.join([{ kind: 'literal', text: first.text.replace(/^\.?\/+/, '') }, ...rest]);
}

function argumentsOf(call: ActionCall, lines: Text, when: Condition, input: string): readonly PassedArgument[] {
  const { texts } = call.machine;
  const found = new Map<string, PassedArgument>();
  for (const line of listOf(texts, lines)) {
    const pair = pairOf(texts, line);
    const name = pair?.name ?? texts.constant(line);
    if (name === undefined || !/^[A-Za-z_][\w.-]*$/.test(name)) continue;
    const written = lineAt(call, input, (one) => one === name || one.startsWith(`${name}=`));
    // A name without a value takes the one of the step's environment.
    const own = call.environment.get(name);
    const text = pair === undefined ? (own?.text ?? texts.empty) : pair.value;
    const set = pair === undefined ? (own?.set ?? texts.space.false) : texts.space.true;
    if (texts.space.and(set, when) !== texts.space.false)
      found.set(name, {
        name,
        place: written ?? placeOfInput(call, input),
        set,
        text,
        ...(written === undefined ? {} : { written: { as: 'line', place: written } }),
      });
  }
  return [...found.values()];
}

function tagsOf(call: ActionCall, tags: Text, input: string): readonly ImageTag[] {
  const { texts } = call.machine;
  return listOf(texts, tags, /\r?\n|,/).map((text) => {
    const [first] = text.pieces;
    const beginning = first?.kind === 'literal' ? first.text : '${{';
    return { text, place: lineAt(call, input, (line) => line.startsWith(beginning)) ?? placeOfInput(call, input) };
  });
}

/** docker/build-push-action. */
export function buildAndPush(call: ActionCall): Outputs {
  const { texts } = call.machine;
  const output = inputOf(call, 'outputs');
  const push = inputOf(call, 'push') ?? texts.empty;
  const exports = output === undefined ? undefined : texts.constant(output);
  const pushes = exports !== undefined && (/\bpush=true\b/.test(exports) || /\btype=registry\b/.test(exports));
  return build(call, {
    context: inputOf(call, 'context'),
    file: inputOf(call, 'file'),
    target: inputOf(call, 'target'),
    arguments: inputOf(call, 'build-args'),
    argumentsInput: 'build-args',
    tags: inputOf(call, 'tags') ?? texts.empty,
    tagsInput: 'tags',
    contexts: inputOf(call, 'build-contexts'),
    push: pushes ? texts.literal('true') : push,
  });
}

/** mr-smithers-excellent/docker-build-push: `image`, `tags`, `registry`, `buildArgs`. */
export function smithers(call: ActionCall): Outputs {
  const { texts } = call.machine;
  const image = inputOf(call, 'image') ?? texts.empty;
  const registry = inputOf(call, 'registry');
  const owner = inputOf(call, 'githuborg', 'githubowner');
  const name = texts.concat(
    ...[registry, owner].flatMap((part) =>
      part === undefined || part === texts.empty ? [] : [part, texts.literal('/')],
    ),
    image,
  );
  const tags = inputOf(call, 'tags') ?? texts.symbol('${{ github.ref_name }}');
  return build(call, {
    context: inputOf(call, 'directory') ?? texts.literal('.'),
    file: inputOf(call, 'dockerfile') ?? texts.literal('Dockerfile'),
    target: inputOf(call, 'target'),
    arguments: commas(texts, inputOf(call, 'buildargs')),
    argumentsInput: 'buildargs',
    tags: named(texts, name, tags),
    tagsInput: 'tags',
    contexts: undefined,
    push: inputOf(call, 'pushimage') ?? texts.literal('true'),
  });
}

/** elgohr/Publish-Docker-Github-Action: `name`, `tags`, `buildargs`, which are names of variables. */
export function elgohr(call: ActionCall): Outputs {
  const { texts } = call.machine;
  const given = inputOf(call, 'name') ?? texts.empty;
  const registry = inputOf(call, 'registry');
  const name = registry === undefined ? given : texts.concat(registry, texts.literal('/'), given);
  const tags = inputOf(call, 'tags') ?? texts.literal('latest');
  const folder = inputOf(call, 'workdir');
  return build(call, {
    context: inputOf(call, 'context') ?? folder ?? texts.literal('.'),
    file: inputOf(call, 'dockerfile'),
    target: inputOf(call, 'target'),
    arguments: commas(texts, inputOf(call, 'buildargs')),
    argumentsInput: 'buildargs',
    tags: named(texts, name, tags),
    tagsInput: entryOf(call, 'tags') === undefined ? 'name' : 'tags',
    contexts: undefined,
    push:
      texts.equal(inputOf(call, 'no_push') ?? texts.empty, texts.literal('true')) === texts.space.true
        ? texts.empty
        : texts.literal('true'),
  });
}

/** whoan/docker-build-with-cache-action: `image_name`, `image_tag`, `build_extra_args`. */
export function whoan(call: ActionCall): Outputs {
  const { texts } = call.machine;
  const image = inputOf(call, 'image_name') ?? texts.empty;
  const registry = inputOf(call, 'registry');
  const name = registry === undefined ? image : texts.concat(registry, texts.literal('/'), image);
  const extra = inputOf(call, 'build_extra_args');
  const words = extra === undefined ? undefined : texts.constant(extra);
  const passed = [...(words ?? '').matchAll(/--build-arg[= ]+(?:"([^"]*)"|'([^']*)'|(\S+))/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  return build(call, {
    context: inputOf(call, 'context') ?? texts.literal('.'),
    file: inputOf(call, 'dockerfile'),
    target: undefined,
    arguments: texts.literal(passed.join('\n')),
    argumentsInput: 'build_extra_args',
    tags: named(texts, name, inputOf(call, 'image_tag') ?? texts.literal('latest')),
    tagsInput: 'image_tag',
    contexts: undefined,
    push: inputOf(call, 'push_image_and_stages') ?? texts.literal('true'),
  });
}

/** akhileshns/heroku-deploy with `usedocker`: builds the application's Dockerfile and runs it. */
export function heroku(call: ActionCall, image: Text): void {
  const { texts } = call.machine;
  const folder = inputOf(call, 'appdir') ?? texts.literal('.');
  build(call, {
    context: folder,
    file: undefined,
    target: undefined,
    // Names of variables of the step.
    arguments: inputOf(call, 'docker_build_args'),
    argumentsInput: 'docker_build_args',
    tags: image,
    tagsInput: 'heroku_app_name',
    contexts: undefined,
    push: texts.literal('true'),
  });
}

function commas(texts: Texts, list: Text | undefined): Text | undefined {
  if (list === undefined) return undefined;
  const items = listOf(texts, list, /\r?\n|,/);
  return texts.concat(...items.flatMap((item) => [item, texts.literal('\n')]));
}

/** Names of an image with each of some tags. */
function named(texts: Texts, name: Text, tags: Text): Text {
  const lines = linesOf(texts, tags).flatMap((line) => listOf(texts, line, /,/));
  return texts.concat(...lines.flatMap((tag) => [name, texts.literal(':'), tag, texts.literal('\n')]));
}
