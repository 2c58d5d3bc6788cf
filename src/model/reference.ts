/*
 * Image references, and when two of them may name the same image (semantics 5.8).
 *
 * A reference is a text with unknowns: `$REGISTRY/app:$(git rev-parse HEAD)`. It is taken apart at the characters that are
 * known (`/`, `:`, `@`); an unknown is never cut, so `$IMAGE` alone is a repository without a tag that is written down.
 *
 * Unknown is not the same. Two references are the *same* image when everything that decides is equal: the same repository and
 * the same tag, be it a literal or the same symbol, or the same digest. They *may be* the same when only unknowns keep them
 * apart and the known rest agrees: `app:$TAG` built and `app:1.4.2` deployed, both of one known repository, or
 * `$REGISTRY/app:$SHA` and `ghcr.io/acme/app:$SHA`. A tag that is a symbol against one that is another symbol or a literal is
 * only a *maybe* where the repository is written out and equal, because then somebody must have built that tag in that
 * repository; whether there is only one build that can have is for the caller to find out. Everything else is *no*: a digest that
 * no build hands out names an image that cannot be traced (hard case 38), and is not guessed.
 */
import type { Piece, Text, Texts } from '../value/text.js';
import { symbolsOf } from '../value/text.js';

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

/** Takes a reference apart; its unknowns stay what they are. */
export function parseReference(texts: Texts, text: Text): Reference {
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

/** Whether two references name the same image; see above for what each answer promises. */
export function mayBeSame(texts: Texts, a: Text, b: Text): 'same' | 'maybe' | 'no' {
  const [left, right] = [parseReference(texts, a), parseReference(texts, b)];
  const names = compare(left.name, right.name);
  if (left.digest !== undefined && right.digest !== undefined) {
    // A digest is the content: the same in every repository.
    return compare(left.digest, right.digest) === 'same' ? 'same' : 'no';
  }
  if (names === 'no') return 'no';
  const latest = texts.literal('latest');
  const tagOf = ({ tag, digest }: Reference): Text | undefined => tag ?? (digest === undefined ? latest : undefined);
  const [x, y] = [tagOf(left), tagOf(right)];
  if (x === undefined || y === undefined) return 'no';
  const tags = compare(x, y);
  if (left.digest !== undefined || right.digest !== undefined)
    return names === 'same' && tags === 'same' ? 'maybe' : 'no';
  if (names === 'same') return tags === 'maybe' && !isWritten(left.name) ? 'no' : tags;
  return tags === 'same' && shareLastName(left.name, right.name) && !isCommonplace(x) ? 'maybe' : 'no';
}

/** Whether everything of a text is known. */
function isWritten(text: Text): boolean {
  return text.pieces.every(({ kind }) => kind === 'literal');
}

/** Two texts: equal, certainly different, or different by unknowns only. */
function compare(a: Text, b: Text): 'same' | 'maybe' | 'no' {
  if (a === b) return symbolsOf(a).some(({ volatile }) => volatile) ? 'maybe' : 'same';
  if (isWritten(a) && isWritten(b)) return 'no';
  return fits(a, b) ? 'maybe' : 'no';
}

/** Whether the known ends of two texts agree, so that unknowns could make them equal. */
function fits(a: Text, b: Text): boolean {
  const [x, y] = [unitsOf(a), unitsOf(b)];
  if (x.length === 0 || y.length === 0) return false;
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
    const [l, r] = [x[i], y[i]];
    if (typeof l !== 'string' || typeof r !== 'string') break;
    if (l !== r) return false;
  }
  for (let i = 1; i <= Math.min(x.length, y.length); i += 1) {
    const [l, r] = [x[x.length - i], y[y.length - i]];
    if (typeof l !== 'string' || typeof r !== 'string') break;
    if (l !== r) return false;
  }
  // A known text must have room for all that is known of the other.
  const known = (units: readonly Unit[]): number => units.filter((unit) => typeof unit === 'string').length;
  if (known(x) === x.length && known(y) > x.length) return false;
  return !(known(y) === y.length && known(x) > y.length);
}

/** Whether the last component of both names is written and the same: `$REGISTRY/app` and `ghcr.io/acme/app`. */
function shareLastName(a: Text, b: Text): boolean {
  const last = (text: Text): string | undefined => {
    const units = unitsOf(text);
    const slash = units.lastIndexOf('/');
    const name = units.slice(slash + 1);
    return slash > 0 && name.every((unit) => typeof unit === 'string') ? name.join('') : undefined;
  };
  const name = last(a);
  return name !== undefined && name === last(b);
}

/** Whether a tag is one that any two repositories may have (`latest`, `1`), so that it says nothing about which one it is. */
function isCommonplace(tag: Text): boolean {
  return (
    isWritten(tag) &&
    !/^[0-9a-f]{7,}$|\d+\.\d+\.\d+/.test(tag.pieces.map((p) => (p.kind === 'literal' ? p.text : '')).join(''))
  );
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
    const written = tag.pieces.map((piece) => (piece.kind === 'literal' ? piece.text : '')).join('');
    const symbols = symbolsOf(tag);
    const answers = tag.pieces.flatMap((piece) => (piece.kind === 'answer' ? [piece.selector.name] : []));
    // `main-$SHA` is a new tag with every commit: what decides is whether all that is unknown moves.
    return (
      !/\d+\.\d+/.test(written) &&
      symbols.length + answers.length > 0 &&
      [...symbols.map(({ expression }) => expression), ...answers].every((name) => MOVING_SYMBOL.test(name))
    );
  }
  const written = tag.pieces.map((piece) => (piece.kind === 'literal' ? piece.text : '')).join('');
  if (/\d+\.\d+|[0-9a-f]{7,}/.test(written)) return false;
  return written
    .toLowerCase()
    .split(/[-_.]+/)
    .some((word) => MOVING.has(word));
}
