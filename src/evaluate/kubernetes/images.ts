/*
 * kustomize's images transformer. The name of an entry is a regular expression, since kustomize puts it into one as it is: a dot
 * matches any character. A digest beats a tag that stood there, and a tag beats a digest; both may be given.
 */
import type { Place } from '../../text/span.js';
import { knownPart, type Text, type Texts } from '../../value/text.js';
import { isTame } from '../shell/regexp.js';
import { note, type Reading } from './reading.js';
import { get, itemsOf, type ScalarValue, scalar, scalarOf, stringOf, type Value } from './value.js';

/** An entry of `images`. */
export interface ImageChange {
  readonly name: string;
  readonly newName: ScalarValue | undefined;
  readonly newTag: ScalarValue | undefined;
  readonly digest: ScalarValue | undefined;
  readonly tagSuffix: ScalarValue | undefined;
  readonly place: Place;
}

/** Reads the `images` of a kustomization. */
export function imageChanges(texts: Texts, images: Value | undefined): readonly ImageChange[] {
  return itemsOf(images).flatMap((item) => {
    const name = stringOf(texts, get(item, 'name'));
    if (name === undefined) return [];
    const written = (key: string): ScalarValue | undefined => {
      const found = scalarOf(get(item, key));
      return found === undefined || found.text.pieces.length === 0 ? undefined : found;
    };
    return [
      {
        name,
        newName: written('newName'),
        newTag: written('newTag'),
        digest: written('digest'),
        tagSuffix: written('tagSuffix'),
        place: item.place,
      },
    ];
  });
}

/** Reads `name=new:tag`, `name:tag` or `name@digest`, as `kustomize edit set image` and Argo CD take it. */
export function imageChange(texts: Texts, text: Text, place: Place): ImageChange | undefined {
  const [first] = text.pieces;
  const prefix = first?.kind === 'literal' ? first.text : '';
  const equals = prefix.indexOf('=');
  const rest =
    equals === -1 ? text : texts.join([{ kind: 'literal', text: prefix.slice(equals + 1) }, ...text.pieces.slice(1)]);
  const parts = splitImage(texts, rest);
  const name = equals === -1 ? texts.constant(parts.name) : prefix.slice(0, equals);
  if (name === undefined || name === '') return undefined;
  const put = (part: Text | undefined): ScalarValue | undefined =>
    part === undefined || texts.constant(part) === '*' || part.pieces.length === 0 ? undefined : scalar(part, place);
  return {
    name,
    newName: equals === -1 ? undefined : put(parts.name),
    newTag: put(parts.tag),
    digest: put(parts.digest),
    tagSuffix: undefined,
    place,
  };
}

interface ImageParts {
  readonly name: Text;
  readonly tag: Text | undefined;
  readonly digest: Text | undefined;
}

/** An image cut at the colon of its tag and at its digest, where kustomize cuts it; unknowns are never cut. */
export function splitImage(texts: Texts, image: Text): ImageParts {
  type Unit = string | (typeof image.pieces)[number];
  const units = image.pieces.flatMap((piece): readonly Unit[] =>
    piece.kind === 'literal' ? [...piece.text] : [piece],
  );
  const join = (some: readonly Unit[]): Text =>
    texts.join(some.map((unit) => (typeof unit === 'string' ? { kind: 'literal', text: unit } : unit)));
  const slash = Math.max(units.indexOf('/'), 0);
  const at = units.indexOf('@', slash);
  const colon = units.indexOf(':', slash);
  const hasTag = colon !== -1 && (at === -1 || colon < at);
  const name = hasTag ? units.slice(0, colon) : at === -1 ? units : units.slice(0, at);
  return {
    name: join(name),
    tag: hasTag ? join(units.slice(colon + 1, at === -1 ? undefined : at)) : undefined,
    digest: at === -1 ? undefined : join(units.slice(at + 1)),
  };
}

/** Whether an entry's name is that of an image; a name that could take long to match is compared as it is. */
export function matchesImage(reading: Reading, image: Text, change: ImageChange): boolean {
  // An unknown is no name; it may stand for a tag or a digest, which match whatever they are.
  const written = knownPart(image, '{}');
  const source = `^${change.name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`;
  if (isTame(source, written.length) && !/[\\(|]/.test(change.name)) {
    try {
      return new RegExp(source).test(written);
    } catch {
      // Told below: kustomize would refuse it too.
    }
  }
  note(
    reading,
    change.place,
    `the image name ${change.name} is no expression that is matched here; it is compared as it is`,
  );
  return written === change.name || written.startsWith(`${change.name}:`) || written.startsWith(`${change.name}@`);
}

/** The image after an entry of `images`. */
export function changeImage(reading: Reading, image: ScalarValue, change: ImageChange): ScalarValue {
  const { texts } = reading;
  if (!matchesImage(reading, image.text, change)) return image;
  const parts = splitImage(texts, image.text);
  let { tag, digest } = parts;
  if (change.newTag !== undefined) {
    tag = change.newTag.text;
    digest = change.digest?.text;
  } else if (change.digest !== undefined) {
    tag = undefined;
    digest = change.digest.text;
  } else if (change.tagSuffix !== undefined) {
    tag = texts.concat(tag ?? texts.empty, change.tagSuffix.text);
    digest = undefined;
  }
  const said = change.newTag ?? change.digest ?? change.tagSuffix ?? change.newName;
  if (said === undefined) return image;
  const text = texts.concat(
    change.newName?.text ?? parts.name,
    ...(tag === undefined || tag.pieces.length === 0 ? [] : [texts.literal(':'), tag]),
    ...(digest === undefined || digest.pieces.length === 0 ? [] : [texts.literal('@'), digest]),
  );
  return { ...scalar(text, said.place), before: image };
}
