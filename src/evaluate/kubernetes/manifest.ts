import type { Deployment, Evidence, Link } from '../../model/delivery.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Texts } from '../../value/text.js';
import { inOrder, manifestEvidence, tagEvidence } from './evidence.js';
import { withUnknowns } from './unknowns.js';
import { get, itemsOf, type MapValue, type ScalarValue, scalarOf, stringOf, type Value } from './value.js';

/** A Kubernetes object, as it stands after all that changes it. */
export interface Resource {
  readonly value: MapValue;
  /** Its names so far: patches may use any of them. */
  readonly names: readonly string[];
}

/** What everything that is deployed together has in common. */
export interface Deploying {
  readonly when: Condition;
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  readonly development: boolean;
}

const LISTS = new Set(['containers', 'initContainers', 'ephemeralContainers']);
const DEPTH_LIMIT = 40;

/** The objects in documents: those of a `List` by themselves, nothing for what is no object. */
export function resourcesOf(texts: Texts, documents: readonly Value[], depth = 0): readonly Resource[] {
  return documents.flatMap((value): readonly Resource[] => {
    if (value.kind !== 'map') return [];
    const kind = stringOf(texts, get(value, 'kind'));
    if (kind === undefined || get(value, 'apiVersion') === undefined) return [];
    const items = get(value, 'items');
    if (kind.endsWith('List') && items !== undefined)
      return depth > 3 ? [] : resourcesOf(texts, itemsOf(items), depth + 1);
    const name = nameOf(texts, value);
    return [{ value, names: name === undefined ? [] : [name] }];
  });
}

/** The kind of an object. */
export function kindOf(texts: Texts, resource: MapValue): string {
  return stringOf(texts, get(resource, 'kind')) ?? '';
}

/** The group of an object's API: `apps`, `batch`, empty for the core. */
export function groupOf(texts: Texts, resource: MapValue): string {
  const version = stringOf(texts, get(resource, 'apiVersion')) ?? '';
  return version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
}

/** The name of an object. */
export function nameOf(texts: Texts, resource: Value): string | undefined {
  return (
    stringOf(texts, get(resource, 'metadata', 'name')) ?? stringOf(texts, get(resource, 'metadata', 'generateName'))
  );
}

/**
 * Changes every image of an object: those of containers wherever a pod's template may stand, and of image volumes. Objects
 * that have none are returned as they are.
 */
export function mapImages(value: Value, change: (image: ScalarValue) => ScalarValue): Value {
  return walk(value, change, 0);
}

function walk(value: Value, change: (image: ScalarValue) => ScalarValue, depth: number): Value {
  if (depth > DEPTH_LIMIT || value.kind === 'scalar') return value;
  if (value.kind === 'list') {
    const items = value.items.map((item) => walk(item, change, depth + 1));
    return items.every((item, index) => item === value.items[index]) ? value : { ...value, items };
  }
  let changed: Map<string, Value> | undefined;
  for (const [key, inner] of value.entries) {
    let next = walk(inner, change, depth + 1);
    if (LISTS.has(key) && next.kind === 'list') next = mapItems(next, ['image'], change);
    else if (key === 'volumes' && next.kind === 'list') next = mapItems(next, ['image', 'reference'], change);
    if (next === inner) continue;
    changed ??= new Map(value.entries);
    changed.set(key, next);
  }
  return changed === undefined ? value : { ...value, entries: changed };
}

function mapItems(
  list: Value & { readonly kind: 'list' },
  path: readonly string[],
  change: (image: ScalarValue) => ScalarValue,
): Value {
  const put = (value: Value, at: number): Value => {
    const key = path[at];
    if (key === undefined) {
      const image = scalarOf(value);
      return image === undefined ? value : change(image);
    }
    if (value.kind !== 'map') return value;
    const inner = value.entries.get(key);
    if (inner === undefined) return value;
    const next = put(inner, at + 1);
    return next === inner ? value : { ...value, entries: new Map([...value.entries, [key, next]]) };
  };
  const items = list.items.map((item) => put(item, 0));
  return items.every((item, index) => item === list.items[index]) ? list : { ...list, items };
}

/** Every image of an object. */
export function imagesOf(texts: Texts, resource: MapValue): readonly ScalarValue[] {
  // A definition of a resource describes containers and has none.
  if (kindOf(texts, resource) === 'CustomResourceDefinition') return [];
  const found: ScalarValue[] = [];
  mapImages(resource, (image) => {
    found.push(image);
    return image;
  });
  return found;
}

/** One deployment for each image of an object. */
export function deploymentsOf(texts: Texts, resource: Resource, deploying: Deploying): readonly Deployment[] {
  const kind = kindOf(texts, resource.value).toLowerCase();
  const name = nameOf(texts, resource.value);
  const own = manifestEvidence(texts, resource.value);
  const seen = new Set<string>();
  return imagesOf(texts, resource.value).flatMap((image): readonly Deployment[] => {
    const text = withUnknowns(texts, image.text);
    if (text.pieces.length === 0) return [];
    const key = `${text.id}:${image.place.file}:${image.place.start}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [
      {
        place: image.place,
        when: deploying.when,
        image: text,
        evidence: inOrder([...own, ...deploying.evidence, ...tagEvidence(texts, text, image.place)]),
        development: deploying.development,
        chain: [...deploying.chain, ...history(image)],
        by: name === undefined ? kind : `${kind} ${name}`,
      },
    ];
  });
}

/** What an image was before an overlay changed it. */
function history(image: ScalarValue): readonly Link[] {
  const links: Link[] = [];
  let place: Place = image.place;
  for (let at = image.before; at !== undefined; at = at.before) {
    if (at.place.file !== place.file || at.place.start !== place.start)
      links.push({ place: at.place, message: 'the image that is changed' });
    place = at.place;
  }
  return links;
}
