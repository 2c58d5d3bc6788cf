/*
 * Image references, and when two of them name the same image (semantics 5.8).
 *
 * A reference is a text with unknowns: `$REGISTRY/app:$(git rev-parse HEAD)`. It is taken apart at the characters that are
 * known (`/`, `:`, `@`); an unknown is never cut, so `$IMAGE` alone is a repository without a tag that is written down.
 *
 * Unknown is not the same. Two references are the same image when everything that decides is equal: the same repository and
 * the same tag, be it a literal or the same symbol, or the same digest. `app:$TAG` and `app:1.4.2` may be one image, which is
 * not enough to say anything of it; a digest that no build hands out cannot be traced (hard case 38), and is not guessed.
 */
import type { Piece, Text, Texts } from '../value/text.js';
import { knownPart, symbolsOf } from '../value/text.js';

/** An image reference in its parts. */
export interface Reference {
  /** Where the image lies: `docker.io` where nothing is said; undefined when an unknown hides it. */
  readonly registry: string | undefined;
  /** Registry and path, normalised: `docker.io/library/nginx`; what stands before an unknown is kept as it is. */
  readonly name: Text;
  /** The path in the registry; the whole name when the registry is not known. */
  readonly repository: Text;
  /** Undefined when none is written. */
  readonly tag: Text | undefined;
  /** With its algorithm (`sha256:…`); undefined when none is written. */
  readonly digest: Text | undefined;
}

export const DEFAULT_REGISTRY = 'docker.io';

const ALIASES: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);

/** Prefixes that say how an image is carried, not which one it is. */
const SCHEME = /^(?:docker|oci|https?|containers-storage|docker-daemon|dockerimage|image):(?:\/\/)?(?=[^\s])/;

/** One character that is known, or a piece that is not. */
type Unit = string | Piece;

function unitsOf(text: Text): readonly Unit[] {
  return text.pieces.flatMap((piece): readonly Unit[] => (piece.kind === 'literal' ? [...piece.text] : [piece]));
}

function textOf(texts: Texts, units: readonly Unit[]): Text {
  return texts.join(units.map((unit) => (typeof unit === 'string' ? { kind: 'literal', text: unit } : unit)));
}

function withoutScheme(units: readonly Unit[]): readonly Unit[] {
  const unknown = units.findIndex((unit) => typeof unit !== 'string');
  const known = units.slice(0, unknown === -1 ? units.length : unknown);
  const found = SCHEME.exec(`${known.join('')}${unknown === -1 ? '' : 'x'}`)?.[0] ?? '';
  // `docker:27` and `image:1` are images; only with slashes, or where a path follows, is it a way of carrying.
  if (found === '' || (!found.endsWith('//') && !units.slice(found.length).includes('/'))) return units;
  return units.slice([...found].length);
}

function trimmed(units: readonly Unit[]): readonly Unit[] {
  let [start, end] = [0, units.length];
  const isBlank = (unit: Unit | undefined): boolean => typeof unit === 'string' && /^\s$/.test(unit);
  while (start < end && isBlank(units[start])) start += 1;
  while (end > start && isBlank(units[end - 1])) end -= 1;
  return units.slice(start, end);
}

const parsed = new WeakMap<Text, Reference>();

/** Takes a reference apart; its unknowns stay what they are. */
export function parseReference(texts: Texts, text: Text): Reference {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const made = parse(texts, text);
  parsed.set(text, made);
  return made;
}

function parse(texts: Texts, text: Text): Reference {
  const units = withoutScheme(trimmed(unitsOf(text)));
  const at = units.indexOf('@');
  const named = at === -1 ? units : units.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > 0 && colon > named.lastIndexOf('/');
  const path = hasTag ? named.slice(0, colon) : named;
  const { registry, rest } = splitRegistry(path);
  const repository = textOf(texts, rest);
  return {
    registry,
    repository,
    name: registry === undefined ? repository : texts.concat(texts.literal(`${registry}/`), repository),
    tag: hasTag ? textOf(texts, named.slice(colon + 1)) : undefined,
    digest: at === -1 ? undefined : textOf(texts, units.slice(at + 1)),
  };
}

function splitRegistry(path: readonly Unit[]): {
  readonly registry: string | undefined;
  readonly rest: readonly Unit[];
} {
  const slash = path.indexOf('/');
  const first = slash === -1 ? [] : path.slice(0, slash);
  if (first.some((unit) => typeof unit !== 'string')) return { registry: undefined, rest: path };
  const host = first.join('').toLowerCase();
  if (/[.:]/.test(host) || host === 'localhost') {
    const rest = path.slice(slash + 1);
    return ALIASES.has(host) ? hub(rest) : { registry: host, rest };
  }
  // An unknown may begin with a registry, so that nothing is known of `$IMAGE` and `${PREFIX}app`.
  if (typeof path[0] !== 'string') return { registry: undefined, rest: path };
  return hub(path);
}

function hub(path: readonly Unit[]): { readonly registry: string; readonly rest: readonly Unit[] } {
  const rest = path.includes('/') || typeof path[0] !== 'string' ? path : [...'library/', ...path];
  return { registry: DEFAULT_REGISTRY, rest };
}

/** A key that two references of one space share just when they name the same image; undefined for what equals nothing, not even itself. */
export function identityOf(texts: Texts, text: Text): string | undefined {
  const { name, tag = texts.literal('latest'), digest } = parseReference(texts, text);
  // A digest is the content: the same in every repository.
  const parts = digest === undefined ? [name, tag] : [digest];
  if (parts.some((part) => symbolsOf(part).some(({ volatile }) => volatile))) return undefined;
  return parts.map(({ id }) => id).join(':');
}

/** Whether everything of a text is known. */
function isWritten(text: Text): boolean {
  return text.pieces.every(({ kind }) => kind === 'literal');
}

/** Words of tags that are moved from image to image. */
const MOVING = new Set(
  (
    'latest main master trunk head edge nightly daily weekly current default next release stable canary beta alpha ' +
    'dev devel develop development local sandbox test tests testing tst qa qc uat int integration ci e2e ' +
    'stage staging stg preprod pre nonprod demo review preview prod prd production live'
  ).split(' '),
);

/** Expressions that stand for a branch or another name that stays while the image changes. */
const MOVING_SYMBOL = /branch|ref_?(?:name|slug)|head_?ref|github\.ref\b|environment|\bENV\b|\bSTAGE\b/i;

/** Whether the tag is one that later builds are expected to overwrite: none, `latest`, a branch, an environment. */
export function isMutableTag(tag: Text | undefined): boolean {
  if (tag === undefined) return true;
  if (!isWritten(tag)) {
    const written = knownPart(tag);
    const symbols = symbolsOf(tag);
    const answers = tag.pieces.flatMap((piece) => (piece.kind === 'answer' ? [piece.selector.name] : []));
    // `main-$SHA` is a new tag with every commit: what decides is whether all that is unknown moves.
    return (
      !/\d+\.\d+/.test(written) &&
      symbols.length + answers.length > 0 &&
      [...symbols.map(({ expression }) => expression), ...answers].every((name) => MOVING_SYMBOL.test(name))
    );
  }
  const written = knownPart(tag);
  if (/\d+\.\d+|[0-9a-f]{7,}/.test(written)) return false;
  return written
    .toLowerCase()
    .split(/[-_.]+/)
    .some((word) => MOVING.has(word));
}
