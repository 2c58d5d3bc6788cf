/*
 * Commands that give an image another name, or copy it: the same bytes under a second reference (semantics 5.8).
 */
import { parseReference } from '../../model/reference.js';
import type { Text, Texts } from '../../value/text.js';
import { allOf, type DeployWord, lastOf, type OptionShape, prefixOf, readOptions, without } from './command-words.js';

/** An image that gets further names. */
export interface Retag {
  readonly kind: 'promotion';
  readonly from: DeployWord;
  readonly to: readonly DeployWord[];
  readonly tool: string;
}

const COPY: OptionShape = {
  valued:
    '--platform --authfile --src-creds --dest-creds --src-tls-verify --dest-tls-verify --format -f --sign-by --src-username --src-password ' +
    '--dest-username --dest-password --from-username --from-password --to-username --to-password --digest-tags --concurrency -n ' +
    '--namespace --address -a --jobs -j --override-os --override-arch --retry-times --multi-arch --policy --project --account --only',
};

/** What names a command gives an image; undefined when it gives none. One promotion for each image. */
export function retagCommand(texts: Texts, words: readonly DeployWord[]): readonly Retag[] {
  const [first, ...rest] = words;
  const tool = first === undefined ? undefined : texts.constant(first.text)?.replace(/^.*\//, '');
  if (tool === undefined) return [];
  const name = (index: number): string | undefined => {
    const word = rest[index];
    return word === undefined ? undefined : texts.constant(word.text);
  };
  const copy = (skip: number): readonly Retag[] => {
    const [from, to] = readOptions(texts, rest.slice(skip), COPY).operands;
    return from === undefined || to === undefined ? [] : [retag(tool, image(texts, from), [image(texts, to)])];
  };
  /** `tool … FROM TO [TO…]`. */
  const tags = (skip: number): readonly Retag[] => {
    const [from, ...to] = readOptions(texts, rest.slice(skip), COPY).operands;
    return from === undefined || to.length === 0
      ? []
      : [
          retag(
            tool,
            image(texts, from),
            to.map((one) => image(texts, one)),
          ),
        ];
  };
  /** `tool … IMAGE TAG [TAG…]`: only the tags change. */
  const own = (skip: number): readonly Retag[] => {
    const [from, ...to] = readOptions(texts, rest.slice(skip), COPY).operands;
    return from === undefined || to.length === 0
      ? []
      : [
          retag(
            tool,
            from,
            to.map((tag) => tagged(texts, from, tag)),
          ),
        ];
  };
  switch (tool) {
    case 'docker':
    case 'podman':
    case 'nerdctl':
    case 'buildah':
    case 'finch': {
      const skip = globals(texts, rest);
      const [a, b, c] = [name(skip), name(skip + 1), name(skip + 2)];
      if (a === 'tag') return tags(skip + 1);
      if (a === 'image' && b === 'tag') return tags(skip + 2);
      if (a === 'buildx' && b === 'imagetools' && c === 'create') return imagetools(texts, rest.slice(skip + 3));
      return [];
    }
    case 'crane':
    case 'gcrane':
      if (name(0) === 'tag') return own(1);
      return name(0) === 'copy' || name(0) === 'cp' ? copy(1) : [];
    case 'skopeo':
      return name(0) === 'copy' ? skopeo(texts, rest.slice(1)) : [];
    case 'regctl':
      return name(0) === 'image' && (name(1) === 'copy' || name(1) === 'cp') ? copy(2) : [];
    case 'oras':
      if (name(0) === 'tag') return own(1);
      return name(0) === 'cp' || name(0) === 'copy' ? copy(1) : [];
    case 'cosign':
      return name(0) === 'copy' ? copy(1) : [];
    case 'oc':
      return name(0) === 'tag' ? tags(1) : [];
    case 'ctr': {
      const { operands } = readOptions(texts, rest, COPY);
      const [group, verb, from, ...to] = operands;
      const isTag = /^(?:images?|i)$/.test(constantOf(texts, group) ?? '') && constantOf(texts, verb) === 'tag';
      return isTag && from !== undefined && to.length > 0 ? [retag(tool, from, to)] : [];
    }
    case 'gcloud': {
      const { operands } = readOptions(texts, rest, COPY);
      const path = operands.map((word) => constantOf(texts, word) ?? '').join(' ');
      const skip = /^(?:(?:alpha|beta) )?container images add-tag /.test(path)
        ? operands.findIndex((word) => constantOf(texts, word) === 'add-tag') + 1
        : /^(?:(?:alpha|beta) )?artifacts docker tags add /.test(path)
          ? operands.findIndex((word) => constantOf(texts, word) === 'add') + 1
          : 0;
      const [from, ...to] = skip === 0 ? [] : operands.slice(skip);
      return from === undefined || to.length === 0 ? [] : [retag(tool, from, to)];
    }
    case 'aws':
      return name(0) === 'ecr' && name(1) === 'put-image' ? putImage(texts, rest.slice(2)) : [];
    case 'az':
      return name(0) === 'acr' && name(1) === 'import' ? acrImport(texts, rest.slice(2)) : [];
    default:
      return [];
  }
}

/** The image that a container tool sends to a registry, and the name that it gets there. */
export function pushCommand(
  texts: Texts,
  words: readonly DeployWord[],
): { readonly image: DeployWord; readonly as: DeployWord | undefined } | undefined {
  const [first, ...rest] = words;
  const tool = constantOf(texts, first)?.replace(/^.*\//, '') ?? '';
  if (!/^(?:docker|podman|nerdctl|buildah|finch)$/.test(tool)) return undefined;
  const skip = globals(texts, rest);
  const [a, b] = [constantOf(texts, rest[skip]), constantOf(texts, rest[skip + 1])];
  const after = a === 'push' ? skip + 1 : a === 'image' && b === 'push' ? skip + 2 : 0;
  const [source, as] = after === 0 ? [] : readOptions(texts, rest.slice(after), COPY).operands;
  return source === undefined ? undefined : { image: source, as: as === undefined ? undefined : image(texts, as) };
}

function constantOf(texts: Texts, word: DeployWord | undefined): string | undefined {
  return word === undefined ? undefined : texts.constant(word.text);
}

function retag(tool: string, from: DeployWord, to: readonly DeployWord[]): Retag {
  return { kind: 'promotion', tool, from, to };
}

/** How many words of a container tool's own options stand before its command. */
export function globals(texts: Texts, words: readonly DeployWord[]): number {
  let at = 0;
  for (;;) {
    const word = words[at];
    const text = word === undefined ? undefined : prefixOf(word.text);
    if (word === undefined || text === undefined || !text.startsWith('-')) return at;
    at +=
      /^(?:-[HlcDn]|--(?:host|context|config|log-level|namespace|connection|url|tlscacert|tlscert|tlskey|root))$/.test(
        texts.constant(word.text) ?? '',
      ) && text !== '-D'
        ? 2
        : 1;
  }
}

/** The image of a word with a scheme. */
function image(texts: Texts, word: DeployWord): DeployWord {
  const scheme = /^docker:\/\//.exec(prefixOf(word.text))?.[0];
  return scheme === undefined ? word : { text: without(texts, word.text, scheme.length), place: word.place };
}

/** The image under another tag of its repository. */
function tagged(texts: Texts, word: DeployWord, tag: DeployWord): DeployWord {
  const { tag: old, digest } = parseReference(texts, word.text);
  const name = withoutEnd(texts, word.text, old, digest);
  return { text: texts.concat(name, texts.literal(':'), tag.text), place: tag.place };
}

/** A reference without its tag and digest, otherwise as it is written. */
function withoutEnd(texts: Texts, text: Text, tag: Text | undefined, digest: Text | undefined): Text {
  const pieces = [...text.pieces];
  const drop = (end: Text, mark: string): void => {
    for (const piece of [...texts.concat(texts.literal(mark), end).pieces].reverse()) {
      const last = pieces.pop();
      if (last?.kind === 'literal' && piece.kind === 'literal')
        pieces.push({ kind: 'literal', text: last.text.slice(0, last.text.length - piece.text.length) });
    }
  };
  if (digest !== undefined) drop(digest, '@');
  if (tag !== undefined) drop(tag, ':');
  return texts.join(pieces);
}

function imagetools(texts: Texts, words: readonly DeployWord[]): readonly Retag[] {
  const options = readOptions(texts, words, {
    valued: '-t --tag -f --file --annotation --builder --progress --metadata-file -p --platform',
  });
  const to = allOf(options, '-t', '--tag');
  return to.length === 0 ? [] : options.operands.map((from) => retag('docker', from, to));
}

function skopeo(texts: Texts, words: readonly DeployWord[]): readonly Retag[] {
  const options = readOptions(texts, words, COPY);
  const [from, to] = options.operands;
  if (from === undefined || to === undefined) return [];
  const carried = /^(?:docker|docker-daemon|containers-storage):(?:\/\/)?/;
  const [source, target] = [carried.exec(prefixOf(from.text))?.[0], carried.exec(prefixOf(to.text))?.[0]];
  if (source === undefined || target === undefined) return [];
  const bare = (word: DeployWord, scheme: string): DeployWord => ({
    text: without(texts, word.text, scheme.length),
    place: word.place,
  });
  const further = allOf(options, '--additional-tag');
  return [retag('skopeo', bare(from, source), [bare(to, target), ...further])];
}

/** What is put is what was got: the manifest, which says nothing here of the name that it had. */
function putImage(texts: Texts, words: readonly DeployWord[]): readonly Retag[] {
  const options = readOptions(texts, words, { switches: '--debug --no-cli-pager --no-paginate --no-verify-ssl' });
  const [repository, tag, manifest] = [
    lastOf(options, '--repository-name'),
    lastOf(options, '--image-tag'),
    lastOf(options, '--image-manifest'),
  ];
  if (repository === undefined || tag === undefined || manifest === undefined) return [];
  const to = { text: texts.concat(repository.text, texts.literal(':'), tag.text), place: tag.place };
  return [retag('aws', manifest, [to])];
}

function acrImport(texts: Texts, words: readonly DeployWord[]): readonly Retag[] {
  const options = readOptions(texts, words, { switches: '--force --no-wait --only-show-errors --debug --verbose' });
  const [registry, source] = [lastOf(options, '--name', '-n'), lastOf(options, '--source')];
  const images = allOf(options, '--image', '-t');
  if (registry === undefined || source === undefined) return [];
  const host = texts.concat(registry.text, texts.literal('.azurecr.io/'));
  const to = images.map(({ text, place }) => ({ text: texts.concat(host, text), place }));
  return to.length === 0 ? [] : [retag('az', source, to)];
}
