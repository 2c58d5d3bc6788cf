/*
 * How compose puts a file over another, and a service over the one that it extends.
 *
 * Maps are merged key by key, lists are appended, anything else is replaced. What is written as a list of `K=V` or as a map
 * (args, environment, labels) is a map here, so a later key wins; commands are replaced; ports, volumes and the like are
 * one for each target. `!reset` removes what was there, `!override` replaces it.
 */
import type { Note } from '../../model/build.js';
import type { Text, Texts } from '../../value/text.js';
import {
  type ComposeEntry,
  type ComposeList,
  type ComposeMap,
  type ComposeScalar,
  type ComposeValue,
  getValue,
  itemsOf,
  textOf,
} from './value.js';

/** What merging needs and tells. */
export interface Merging {
  readonly texts: Texts;
  readonly notes: Note[];
}

type How = 'keyed' | 'replace' | 'unique' | 'names' | 'build' | 'list';

/** How the keys of a service are merged that are not merged by their kind; paths start at the service. */
const HOW: Readonly<Record<string, How>> = {
  annotations: 'keyed',
  build: 'build',
  'build.additional_contexts': 'keyed',
  'build.args': 'keyed',
  'build.labels': 'keyed',
  'build.ssh': 'keyed',
  command: 'replace',
  configs: 'unique',
  depends_on: 'names',
  'deploy.labels': 'keyed',
  devices: 'unique',
  dns: 'list',
  dns_opt: 'list',
  dns_search: 'list',
  entrypoint: 'replace',
  env_file: 'list',
  environment: 'keyed',
  'healthcheck.test': 'replace',
  labels: 'keyed',
  models: 'names',
  networks: 'names',
  ports: 'unique',
  secrets: 'unique',
  sysctls: 'keyed',
  tmpfs: 'list',
  volumes: 'unique',
};

/** Lists whose items are there once. */
const SETS = new Set(['profiles', 'build.tags', 'build.cache_from', 'build.platforms', 'cap_add', 'cap_drop', 'dns']);

/** A whole file over another. */
export function mergeFiles(merging: Merging, base: ComposeMap | undefined, over: ComposeMap): ComposeMap {
  const entries = new Map<string, ComposeEntry>(base?.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key)?.value;
    if (key !== 'services') put(merging, entries, key, entry, `top:${key}`);
    else entries.set(key, { place: entry.place, value: mergeServices(merging, below, entry.value) });
  }
  return { ...over, entries };
}

function mergeServices(merging: Merging, base: ComposeValue | undefined, over: ComposeValue): ComposeValue {
  if (over.kind !== 'map') return base ?? over;
  const entries = new Map<string, ComposeEntry>(base?.kind === 'map' ? base.entries : []);
  for (const [name, entry] of over.entries) put(merging, entries, name, entry, '');
  return { ...over, entries };
}

/** A service over the one that it extends; undefined below makes lists of `K=V` maps and drops what is reset. */
export function mergeService(merging: Merging, base: ComposeMap | undefined, over: ComposeMap): ComposeMap {
  const made = mergeValue(merging, base, over, '');
  return made.kind === 'map' ? made : over;
}

function put(
  merging: Merging,
  entries: Map<string, ComposeEntry>,
  key: string,
  entry: ComposeEntry,
  path: string,
): void {
  const { value } = entry;
  if (value.tag === '!reset') entries.delete(key);
  else {
    const below = value.tag === '!override' ? undefined : entries.get(key)?.value;
    entries.set(key, { place: entry.place, value: mergeValue(merging, below, value, path) });
  }
}

function mergeValue(
  merging: Merging,
  below: ComposeValue | undefined,
  above: ComposeValue,
  path: string,
): ComposeValue {
  const how = HOW[path];
  const isKeyed = how === 'keyed' || how === 'names';
  const shape = (value: ComposeValue): ComposeValue =>
    isKeyed && value.kind === 'list' ? keyed(merging, value, how) : how === 'build' ? buildMap(value) : value;
  const over = shape(above);
  const base = below === undefined ? undefined : shape(below);
  if (over.kind === 'scalar' && over.isNull && base !== undefined) return base;
  if (how === 'replace') return over;
  if (over.kind === 'map') {
    if (base !== undefined && base.kind !== 'map' && !(base.kind === 'scalar' && base.isNull))
      mismatch(merging, over, path);
    const entries = new Map<string, ComposeEntry>(base?.kind === 'map' ? base.entries : []);
    for (const [key, entry] of over.entries) {
      if (isKeyed && how === 'keyed' && entry.value.tag === '') {
        const replaced = entries.get(key);
        entries.set(key, replaced === undefined ? entry : { ...entry, replaces: replaced.place });
      } else put(merging, entries, key, entry, path === '' ? key : `${path}.${key}`);
    }
    return { ...over, entries };
  }
  if (over.kind === 'list' || how === 'list') {
    if (base?.kind === 'map') mismatch(merging, over, path);
    const appends = base?.kind === 'list' || how === 'list';
    const items = [...(appends ? itemsOf(base) : []), ...itemsOf(over)];
    const { place, tag, folder } = over;
    return {
      kind: 'list',
      place,
      tag,
      folder,
      items: how === 'unique' || SETS.has(path) ? once(merging, items, path) : items,
    };
  }
  if (base !== undefined && base.kind !== 'scalar') mismatch(merging, over, path);
  return over;
}

function mismatch({ notes }: Merging, { place }: ComposeValue, path: string): void {
  const name = path.replace(/^top:/, '');
  notes.push({
    place,
    message: `${name === '' ? 'this' : name} is written in two ways that cannot be merged; the later one counts`,
  });
}

/** `build: folder` as a map. */
function buildMap(value: ComposeValue): ComposeValue {
  if (value.kind !== 'scalar' || value.isNull) return value;
  const { place, tag, folder } = value;
  return { kind: 'map', place, tag, folder, entries: new Map([['context', { place, value }]]) };
}

/** A list of `K=V` as a map; an item without `=` has null. */
function keyed({ texts, notes }: Merging, list: ComposeList, how: How): ComposeMap {
  const entries = new Map<string, ComposeEntry>();
  for (const item of list.items) {
    if (item.kind !== 'scalar') {
      notes.push({ place: item.place, message: 'this item is no NAME=value' });
      continue;
    }
    const split = splitEquals(texts, item.text, how);
    if (split === undefined) {
      if (item.text.pieces.length > 0)
        notes.push({ place: item.place, message: 'the name in this item is not known, so it is left out' });
      continue;
    }
    const { place, folder } = item;
    const value: ComposeScalar = {
      kind: 'scalar',
      place,
      tag: '',
      folder,
      text: split.value ?? texts.empty,
      isNull: split.value === undefined,
    };
    entries.set(split.name, { place, value });
  }
  const { place, tag, folder } = list;
  return { kind: 'map', place, tag, folder, entries };
}

function splitEquals(
  texts: Texts,
  text: Text,
  how: How,
): { readonly name: string; readonly value: Text | undefined } | undefined {
  const [first, ...rest] = text.pieces;
  if (first?.kind !== 'literal') return undefined;
  const at = how === 'names' ? -1 : first.text.indexOf('=');
  if (at === -1) return rest.length === 0 ? { name: first.text, value: undefined } : undefined;
  return {
    name: first.text.slice(0, at),
    value: texts.join([{ kind: 'literal', text: first.text.slice(at + 1) }, ...rest]),
  };
}

/** Of items with the same key, the last one, where the first one stood. */
function once({ texts }: Merging, items: readonly ComposeValue[], path: string): readonly ComposeValue[] {
  const found = new Map<string, ComposeValue>();
  for (const [i, item] of items.entries()) found.set(keyOf(texts, item, path) ?? `#${i}`, item);
  return [...found.values()];
}

function keyOf(texts: Texts, item: ComposeValue, path: string): string | undefined {
  const known = (value: ComposeValue | undefined): string | undefined => {
    const text = textOf(value);
    return text === undefined ? undefined : texts.constant(text);
  };
  if (item.kind === 'list') return undefined;
  if (item.kind === 'map') {
    const parts = path === 'ports' ? ['host_ip', 'published', 'target', 'protocol'] : ['target'];
    const key = parts.map((part) => known(getValue(item, part)) ?? '');
    if (path === 'ports') return `${key.join(':')}`;
    return key[0] === '' ? known(getValue(item, 'source')) : key[0];
  }
  const text = known(item);
  if (text === undefined || (path !== 'volumes' && path !== 'devices')) return text;
  const [source, target] = text.split(':');
  return target ?? source;
}
