/*
 * The command lines that build images: docker and its kin, kaniko, buildctl, the clouds' remote builders (semantics 5.1).
 * Paths become relative to the project's root; a part that is not known stays in the text.
 */
import type { ImageBuild, PassedArgument } from '../../model/delivery.js';
import { normalizePath } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';
import type { ArgvWord } from './argv.js';
import type { EnvironmentOf } from './delivered.js';
import { assignmentOf, type SortedWords, sortOptions } from './options.js';

/** What a build command says; who calls it adds where it stands. */
export type DockerBuild = Pick<
  ImageBuild,
  'dockerfile' | 'context' | 'target' | 'arguments' | 'tags' | 'contexts' | 'pushed' | 'by'
> & {
  /** True when the Dockerfile is what the command reads: `docker build - <<EOF`. */
  readonly stdin?: true;
};

/** What a command line is read with. */
export interface DockerContext {
  readonly texts: Texts;
  readonly place: Place;
  /** The working folder, relative to the project's root. */
  readonly folder: string;
  readonly environment: EnvironmentOf;
}

const names = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** `docker build --help` of 28.2, `buildx build`, `podman build`, `buildah bud`. */
const BUILD_VALUED = names(
  '-f --file -t --tag --build-arg --target --platform --build-context -o --output --label --annotation --cache-from --cache-to ' +
    '--secret --ssh --network --progress --iidfile --metadata-file --builder --add-host --allow --attest --cgroup-parent --cpu-period ' +
    '--cpu-quota -c --cpu-shares --cpuset-cpus --cpuset-mems -m --memory --memory-swap --shm-size --ulimit --no-cache-filter --isolation ' +
    '--security-opt --sbom --provenance --call --format --arch --os --variant --layer-label --manifest --authfile --cert-dir --creds ' +
    '--runtime --volume -v --build-arg-file --ignorefile --jobs --retry --retry-delay --sign-by --timestamp --userns --env --project --token',
);
const GLOBAL_VALUED = names(
  '-c --context -H --host --config -l --log-level --tlscacert --tlscert --tlskey --connection --url --root --runroot --namespace -n --address -a',
);

const KANIKO_VALUED = names(
  '--context -c --dockerfile -f --destination -d --build-arg --target --context-sub-path --cache-repo --cache-dir --digest-file ' +
    '--image-name-with-digest-file --registry-mirror --snapshot-mode --verbosity -v --label --custom-platform --customPlatform --git ' +
    '--registry-certificate --registry-client-cert --tar-path --tarPath --oci-layout-path --log-format --ignore-path --cache-ttl',
);
const AZ_VALUED = names(
  '--image -t --file -f --build-arg --registry -r --target --platform --secret-build-arg --agent-pool --resource-group -g --timeout --auth-mode --os --source-acr-auth-id --subscription',
);
const BUILDCTL_VALUED = names(
  '--frontend --opt --local --output -o --export-cache --import-cache --secret --ssh --metadata-file --progress --trace --allow',
);

/** The subcommand of docker or one of its kin behind its global options, with the words after it. */
export function dockerCommand(
  texts: Texts,
  words: readonly ArgvWord[],
): { readonly name: string; readonly rest: readonly ArgvWord[] } | undefined {
  const constantAt = (at: number): string | undefined => texts.constant(words[at]?.text ?? texts.empty);
  const program = constantAt(0)?.replace(/^.*\//, '');
  if (program === 'docker-compose' || program === 'podman-compose') return { name: 'compose', rest: words.slice(1) };
  if (program === undefined || !/^(?:docker|podman|nerdctl|buildah|depot|img|finch|lima)$/.test(program))
    return undefined;
  let at = 1;
  for (; at < words.length; at += 1) {
    const word = constantAt(at);
    if (word === undefined || !word.startsWith('-')) break;
    if (GLOBAL_VALUED.has(word)) at += 1;
  }
  const first = constantAt(at) ?? '';
  if (first === 'image' || first === 'buildx' || first === 'builder') {
    // `docker buildx --builder x build`
    let next = at + 1;
    while (/^-/.test(constantAt(next) ?? '')) next += constantAt(next) === '--builder' ? 2 : 1;
    const name = constantAt(next) ?? '';
    return { name, rest: words.slice(next + 1) };
  }
  if (program === 'depot' && first === 'bake') return { name: 'bake', rest: words.slice(at + 1) };
  if (first === 'bud' || first === 'build-using-dockerfile') return { name: 'build', rest: words.slice(at + 1) };
  return first === '' ? undefined : { name: first, rest: words.slice(at + 1) };
}

/** The build that a command line asks for; undefined when it is none. */
export function dockerBuild(context: DockerContext, words: readonly ArgvWord[]): DockerBuild | undefined {
  const { texts } = context;
  const docker = dockerCommand(texts, words);
  if (docker?.name === 'build')
    return imageBuild(context, sortOptions(texts, docker.rest, BUILD_VALUED), 'docker build');
  const program = texts.constant(words[0]?.text ?? texts.empty) ?? '';
  const rest = words.slice(1);
  if (/(?:^|\/)(?:kaniko\/executor|executor|kaniko)$/.test(program))
    return kaniko(context, sortOptions(texts, rest, KANIKO_VALUED));
  const second = texts.constant(words[1]?.text ?? texts.empty);
  const third = texts.constant(words[2]?.text ?? texts.empty);
  if (program === 'az' && second === 'acr' && third === 'build')
    return imageBuild(context, renamed(sortOptions(texts, words.slice(3), AZ_VALUED)), 'az acr build', true);
  if (program === 'buildctl' && second === 'build')
    return buildctl(context, sortOptions(texts, words.slice(2), BUILDCTL_VALUED));
  if (program === 'gcloud' && second === 'builds' && third === 'submit') return submit(context, words.slice(3));
  return undefined;
}

function imageBuild(
  context: DockerContext,
  { options, operands }: SortedWords,
  by: string,
  pushes = false,
): DockerBuild {
  const { texts } = context;
  const folder = operands[operands.length - 1];
  const where = folder === undefined ? undefined : texts.constant(folder);
  const isFolder =
    where === undefined ? folder !== undefined : !/^-$|^(?:https?|git|ssh):|^git@|\.git(?:#|$)/.test(where);
  const root = !isFolder || folder === undefined ? undefined : pathFrom(context, folder);
  const file = lastOf(options, '-f', '--file');
  const isRead = file === undefined ? where === '-' : texts.constant(file) === '-';
  const dockerfile = isRead
    ? texts.symbol('the standard input')
    : file !== undefined
      ? pathFrom(context, file)
      : root === undefined
        ? texts.symbol('the Dockerfile')
        : joined(texts, root, texts.literal('Dockerfile'));
  const output = lastOf(options, '-o', '--output');
  const pushed =
    pushes ||
    options.some(({ name }) => name === '--push') ||
    (output !== undefined && /push=true|type=registry/.test(texts.constant(output) ?? ''));
  return {
    dockerfile,
    context: root,
    target: lastOf(options, '--target'),
    arguments: argumentsOf(context, options),
    tags: allOf(options, '-t', '--tag').map((text) => ({ text, place: context.place })),
    contexts: allOf(options, '--build-context').flatMap((text) => {
      const pair = assignmentOf(texts, text);
      return pair?.value === undefined ? [] : [{ name: pair.name, value: pair.value }];
    }),
    pushed,
    by,
    ...(isRead ? { stdin: true } : {}),
  };
}

/** `az acr build` calls a tag an image. */
function renamed({ options, operands }: SortedWords): SortedWords {
  return {
    operands,
    options: options.map((option) => (option.name === '--image' ? { ...option, name: '--tag' } : option)),
  };
}

function kaniko(context: DockerContext, { options }: SortedWords): DockerBuild {
  const { texts } = context;
  const given = lastOf(options, '--context', '-c');
  const folder = given === undefined ? texts.literal('.') : stripScheme(texts, given);
  const sub = lastOf(options, '--context-sub-path');
  const base = pathFrom(context, folder);
  const root = sub === undefined ? base : joined(texts, base, sub);
  const file = lastOf(options, '--dockerfile', '-f');
  return {
    // Kaniko looks for the file in the context, and then in the working folder.
    dockerfile: file === undefined ? joined(texts, root, texts.literal('Dockerfile')) : kanikoFile(context, root, file),
    context: root,
    target: lastOf(options, '--target'),
    arguments: argumentsOf(context, options),
    tags: allOf(options, '--destination', '-d').map((text) => ({ text, place: context.place })),
    contexts: [],
    pushed: !options.some(({ name }) => name === '--no-push' || name === '--no-push=true'),
    by: 'kaniko',
  };
}

function kanikoFile(context: DockerContext, root: Text, file: Text): Text {
  const { texts } = context;
  const [first] = file.pieces;
  if (first?.kind === 'literal' && first.text.startsWith('/')) return pathFrom(context, file);
  return first?.kind === 'symbol' ? pathFrom(context, file) : joined(texts, root, file);
}

function buildctl(context: DockerContext, { options }: SortedWords): DockerBuild | undefined {
  const { texts } = context;
  if (!/dockerfile|gateway/.test(texts.constant(lastOf(options, '--frontend') ?? texts.empty) ?? '')) return undefined;
  const pairs = options.flatMap(({ name, value, place = context.place, whole }) => {
    const pair = name === '--opt' && value !== undefined ? assignmentOf(texts, value) : undefined;
    return pair === undefined ? [] : [{ ...pair, place, whole }];
  });
  const locals = new Map(
    allOf(options, '--local').flatMap((text) => {
      const pair = assignmentOf(texts, text);
      return pair?.value === undefined ? [] : [[pair.name, pair.value] as const];
    }),
  );
  const named = (name: string): Text | undefined => pairs.find((pair) => pair.name === name)?.value;
  const root = pathFrom(context, locals.get('context') ?? texts.literal('.'));
  const folder = pathFrom(context, locals.get('dockerfile') ?? locals.get('context') ?? texts.literal('.'));
  const output = texts.constant(lastOf(options, '--output', '-o') ?? texts.empty) ?? '';
  const tag = /(?:^|,)name=([^,]+)/.exec(output)?.[1];
  return {
    dockerfile: joined(texts, folder, named('filename') ?? texts.literal('Dockerfile')),
    context: root,
    target: named('target'),
    arguments: pairs.flatMap(({ name, value, place, whole }): readonly PassedArgument[] => {
      const argument = /^build-arg:(.+)$/.exec(name)?.[1];
      if (argument === undefined || value === undefined) return [];
      return [{ name: argument, place, set: texts.space.true, text: value, ...writtenBy(whole) }];
    }),
    tags: tag === undefined ? [] : [{ text: texts.literal(tag), place: context.place }],
    contexts: [],
    pushed: /push=true/.test(output),
    by: 'buildctl',
  };
}

/** `gcloud builds submit --tag X [folder]` builds the folder's Dockerfile. */
function submit(context: DockerContext, words: readonly ArgvWord[]): DockerBuild | undefined {
  const { texts } = context;
  const { options, operands } = sortOptions(
    texts,
    words,
    names(
      '--tag -t --config --substitutions --project --region --timeout --machine-type --ignore-file --gcs-log-dir --gcs-source-staging-dir --pack',
    ),
  );
  const tag = lastOf(options, '--tag', '-t');
  if (tag === undefined) return undefined;
  const root = pathFrom(context, operands[0] ?? texts.literal('.'));
  return {
    dockerfile: joined(texts, root, texts.literal('Dockerfile')),
    context: root,
    target: undefined,
    arguments: [],
    tags: [{ text: tag, place: context.place }],
    contexts: [],
    pushed: true,
    by: 'gcloud builds submit',
  };
}

/** `--build-arg NAME=value`, or `--build-arg NAME` for the value that the caller's environment has. */
export function argumentsOf(
  { texts, place: command, environment }: DockerContext,
  options: SortedWords['options'],
): readonly PassedArgument[] {
  const { space } = texts;
  return options.flatMap(({ name: option, value, place = command, whole }): readonly PassedArgument[] => {
    const pair = option === '--build-arg' && value !== undefined ? assignmentOf(texts, value) : undefined;
    if (pair === undefined || pair.name === '') return [];
    const { name } = pair;
    const written = writtenBy(whole);
    if (pair.value !== undefined) return [{ name, place, set: space.true, text: pair.value, ...written }];
    const own = environment(name);
    return [{ name, place, set: own?.set ?? space.false, text: own?.text ?? texts.empty, ...written }];
  });
}

function writtenBy(option: Place | undefined): Pick<PassedArgument, 'written'> {
  return option === undefined ? {} : { written: { as: 'option', place: option } };
}

function allOf(options: SortedWords['options'], ...wanted: readonly string[]): readonly Text[] {
  return options.flatMap(({ name, value }) => (wanted.includes(name) && value !== undefined ? [value] : []));
}

/** The value of the last of these options. */
export function lastOf(options: SortedWords['options'], ...wanted: readonly string[]): Text | undefined {
  const all = allOf(options, ...wanted);
  return all[all.length - 1];
}

function stripScheme(texts: Texts, text: Text): Text {
  const [first, ...rest] = text.pieces;
  if (first?.kind !== 'literal') return text;
  return texts.join([{ kind: 'literal', text: first.text.replace(/^dir:\/\//, '') }, ...rest]);
}

/** A path of a command line, relative to the project's root. The project's root is `/` to the commands of CI. */
export function pathFrom({ texts, folder }: DockerContext, path: Text): Text {
  const [first] = path.pieces;
  const absolute = first?.kind === 'literal' && first.text.startsWith('/');
  // `$CI_PROJECT_DIR/Dockerfile`, `$(pwd)/x`: a folder of which nothing is known is where everything happens.
  const outer = first?.kind === 'symbol' && isRoot(path);
  if (outer) return clean(texts, texts.join(path.pieces.slice(1)), '');
  return clean(texts, path, absolute ? '' : folder);
}

function isRoot(path: Text): boolean {
  const [first, second] = path.pieces;
  return (
    first?.kind === 'symbol' &&
    (second === undefined || (second.kind === 'literal' && second.text.startsWith('/'))) &&
    /pwd|PWD|PROJECT_DIR|WORKSPACE|workspace|ROOT|TOP|CURDIR|rev-parse --show-toplevel|dirname/.test(
      first.symbol.expression,
    )
  );
}

function clean(texts: Texts, path: Text, folder: string): Text {
  const constant = texts.constant(path);
  if (constant !== undefined) return texts.literal(normalizePath(`${folder}/${constant}`) ?? constant);
  const [first, ...rest] = path.pieces;
  const head = first?.kind === 'literal' ? first.text : '';
  const slash = head.lastIndexOf('/');
  const known = normalizePath(`${folder}/${head.slice(0, slash + 1)}`) ?? '';
  const start = `${known === '' ? '' : `${known}/`}${head.slice(slash + 1)}`;
  return texts.join([{ kind: 'literal', text: start }, ...(first?.kind === 'literal' ? rest : path.pieces)]);
}

/** A path below a folder of the project. */
export function joined(texts: Texts, folder: Text, path: Text): Text {
  const [a, b] = [texts.constant(folder), texts.constant(path)];
  if (a !== undefined && b !== undefined) return texts.literal(normalizePath(`${a}/${b}`) ?? b);
  return folder === texts.empty ? path : texts.concat(folder, texts.literal('/'), path);
}
