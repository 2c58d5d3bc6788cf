/*
 * The configuration of a GitLab pipeline as one tree: local includes merged in (later ones and the file's own content win),
 * `$[[ inputs.x ]]` replaced, `extends` merged (maps deeply, lists replaced) and `!reference` resolved. Nodes keep their
 * identity, so that each one's file is known whatever it was merged into.
 */
import picomatch from 'picomatch';
import type { Note } from '../../model/build.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import { isNull, yamlEntries, yamlGet, yamlItems, yamlMap, yamlText } from '../../syntax/yaml/read.js';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../../syntax/yaml/tree.js';
import { type Files, normalizePath } from '../../text/files.js';
import type { MappedText, Segment } from '../../text/mapped.js';
import { sliceMapped } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';

const INCLUDE_LIMIT = 150;
const EXTENDS_LIMIT = 11;

/** A pipeline's configuration with its includes. */
export interface Config {
  readonly root: YamlMap;
  readonly files: readonly string[];
  /** The texts of all files, to see what they mention. */
  readonly source: string;
  readonly notes: Note[];
  /** The place of a node, in its own file. */
  readonly place: (node: YamlNode) => Place;
  /** A job or hidden job with what it extends; undefined when there is none of that name. */
  readonly job: (name: string) => YamlMap | undefined;
  /** A node with `!reference` replaced by what it names. */
  readonly resolved: (node: YamlNode | undefined) => YamlNode | undefined;
  /** The items of a list; lists in it, also those that `!reference` brings, are part of it. */
  readonly items: (node: YamlNode | undefined) => readonly YamlNode[];
}

/** Where includes are looked for. */
export interface ConfigInput {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
}

type Inputs = ReadonlyMap<string, YamlNode>;

interface Loader {
  readonly files: Files;
  readonly read: Set<string>;
  readonly notes: Note[];
  readonly places: Map<YamlNode, string>;
  source: string;
  count: number;
  reported: boolean;
}

/** Reads a pipeline's configuration. */
export function readConfig({ file, text, files }: ConfigInput): Config {
  const loader: Loader = {
    files,
    read: new Set(),
    notes: [],
    places: new Map(),
    source: '',
    count: 0,
    reported: false,
  };
  const root = load(loader, file, text, new Map(), []);
  const place = (node: YamlNode): Place => ({ file: loader.places.get(node) ?? file, ...node.span });
  const jobs = new Map<string, YamlMap | undefined>();
  const job = (name: string): YamlMap | undefined => {
    if (jobs.has(name)) return jobs.get(name);
    const made = extended(root, name, [], loader.notes, place);
    jobs.set(name, made);
    return made;
  };
  const resolve = (node: YamlNode | undefined, depth: number): YamlNode | undefined => {
    if (node?.kind !== 'list' || node.tag !== '!reference' || depth > 10) return node;
    const [first, ...rest] = node.items.map((item) => yamlText(item) ?? '');
    if (first === undefined) return undefined;
    let found: YamlNode | undefined = job(first) ?? yamlGet(root, first);
    for (const key of rest) found = yamlGet(resolve(found, depth + 1), key);
    return resolve(found, depth + 1);
  };
  const items = (node: YamlNode | undefined, depth = 0): readonly YamlNode[] => {
    const found = resolve(node, 0);
    if (found === undefined || depth > 12) return [];
    if (found.kind !== 'list') return isNull(found) ? [] : [found];
    return found.items.flatMap((item) => (item.kind === 'list' ? items(item, depth + 1) : yamlItems(resolve(item, 0))));
  };
  return {
    root,
    files: [...loader.read],
    source: loader.source,
    notes: loader.notes,
    place,
    job,
    resolved: (node) => resolve(node, 0),
    items: (node) => items(node),
  };
}

const EMPTY: YamlMap = { kind: 'map', span: { start: 0, end: 0 }, tag: '', entries: [] };

function load(loader: Loader, file: string, text: string, inputs: Inputs, open: readonly string[]): YamlMap {
  loader.read.add(file);
  loader.source += `${text}\n`;
  const tree = parseYaml(text);
  for (const { at, message } of tree.problems) loader.notes.push({ place: { file, ...at }, message });
  const spec = tree.documents.length > 1 ? yamlGet(tree.documents[0]?.root, 'spec', 'inputs') : undefined;
  const content = (spec === undefined ? tree.documents[0] : tree.documents[1])?.root;
  const given = new Map(inputs);
  for (const { key, value } of yamlEntries(spec)) {
    const fallback = yamlGet(value, 'default');
    if (!given.has(key.text.text) && fallback !== undefined) given.set(key.text.text, fallback);
  }
  const seen = new Set<YamlNode>();
  const register = (node: YamlNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (!loader.places.has(node)) loader.places.set(node, file);
    if (node.kind === 'list') for (const item of node.items) register(item);
    else if (node.kind === 'map')
      for (const { key, value } of node.entries) {
        register(key);
        register(value);
      }
  };
  const root = content === undefined ? EMPTY : text.includes('$[[') ? interpolated(content, given) : content;
  register(root);
  if (root.kind !== 'map') return EMPTY;
  let merged: YamlMap = EMPTY;
  for (const include of yamlItems(yamlGet(root, 'include')))
    merged = merge(merged, included(loader, file, include, [...open, file]));
  return merge(merged, root);
}

function included(loader: Loader, file: string, include: YamlNode, open: readonly string[]): YamlMap {
  const written = include.kind === 'map' ? yamlGet(include, 'local') : include;
  const path = yamlText(written);
  if (written === undefined || path === undefined || /^https?:/.test(path) || path.includes('$')) return EMPTY;
  const at: Place = { file, ...written.span };
  if (loader.count >= INCLUDE_LIMIT) {
    if (!loader.reported) loader.notes.push({ place: at, message: 'more files are included than are read here' });
    loader.reported = true;
    return EMPTY;
  }
  loader.count += 1;
  const inputs = new Map<string, YamlNode>();
  for (const { key, value } of yamlEntries(yamlGet(include, 'inputs'))) inputs.set(key.text.text, value);
  let merged: YamlMap = EMPTY;
  const found = /[*?[]/.test(path) ? globbed(loader.files, path) : [normalizePath(path) ?? ''];
  for (const target of found) {
    if (open.includes(target)) continue;
    const read = loader.files.read(target);
    if (read?.kind === 'text') merged = merge(merged, load(loader, target, read.text, inputs, open));
    else
      loader.notes.push({
        place: at,
        message: read === undefined ? `the project has no file ${path}` : `${path} cannot be read: ${read.reason}`,
      });
  }
  return merged;
}

/** Paths that match `/ci/*.yml` or `/ci/**.yml`, in order of their names. */
function globbed(files: Files, pattern: string): readonly string[] {
  const plain = pattern.replace(/^\/+/, '');
  const matches = picomatch(plain.replace(/\*\*(?=[^/])/g, '**/*'), { dot: true });
  const found: string[] = [];
  let left = 5000;
  const walk = (folder: string, depth: number): void => {
    for (const name of files.list(folder) ?? []) {
      left -= 1;
      if (left < 0) return;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (!name.endsWith('/')) {
        if (matches(path)) found.push(path);
      } else if (depth < 12) walk(path.slice(0, -1), depth + 1);
    }
  };
  walk(/^[^*?[]*(?=\/)/.exec(plain)?.[0] ?? '', 0);
  return found.sort();
}

/** One map over another: maps are merged deeply, all else is replaced. */
export function merge(under: YamlMap, over: YamlMap): YamlMap {
  if (under.entries.length === 0) return over;
  const entries = new Map<string, YamlEntry>();
  for (const entry of under.entries) entries.set(entry.key.text.text, entry);
  for (const entry of over.entries) {
    const name = entry.key.text.text;
    const below = entries.get(name)?.value;
    const value = below?.kind === 'map' && entry.value.kind === 'map' ? merge(below, entry.value) : entry.value;
    entries.set(name, { key: entry.key, value });
  }
  return { ...over, entries: [...entries.values()] };
}

function extended(
  root: YamlMap,
  name: string,
  open: readonly string[],
  notes: Note[],
  place: (node: YamlNode) => Place,
): YamlMap | undefined {
  const own = yamlMap(yamlGet(root, name));
  const parents = yamlGet(own, 'extends');
  if (own === undefined || parents === undefined) return own;
  let merged: YamlMap = EMPTY;
  for (const item of yamlItems(parents)) {
    const parent = yamlText(item);
    if (parent === undefined) continue;
    if (open.includes(parent) || parent === name || open.length >= EXTENDS_LIMIT) {
      notes.push({ place: place(item), message: `${name} and ${parent} extend each other, or too many others` });
      continue;
    }
    merged = merge(merged, extended(root, parent, [...open, name], notes, place) ?? EMPTY);
  }
  const rest = { ...own, entries: own.entries.filter(({ key }) => key.text.text !== 'extends') };
  return merge(merged, rest);
}

const INPUT = /\$\[\[\s*inputs\.([\w-]+)\s*(?:\|[^\]]*)?\]\]/g;

function interpolated(node: YamlNode, inputs: Inputs): YamlNode {
  const memo = new Map<YamlNode, YamlNode>();
  const walk = (at: YamlNode): YamlNode => {
    const known = memo.get(at);
    if (known !== undefined) return known;
    let made: YamlNode;
    if (at.kind === 'list') made = { ...at, items: at.items.map(walk) };
    else if (at.kind === 'map')
      made = { ...at, entries: at.entries.map(({ key, value }) => ({ key: filled(key, inputs), value: walk(value) })) };
    else {
      const only = new RegExp(`^${INPUT.source}$`).exec(at.text.text);
      made = (only === null ? undefined : inputs.get(only[1] ?? '')) ?? filled(at, inputs);
    }
    memo.set(at, made);
    return made;
  };
  return walk(node);
}

function filled(scalar: YamlScalar, inputs: Inputs): YamlScalar {
  if (!scalar.text.text.includes('$[[')) return scalar;
  const text = replaced(scalar.text, INPUT, (name) => yamlText(inputs.get(name)));
  return { ...scalar, text, value: text.text };
}

function replaced(text: MappedText, pattern: RegExp, value: (name: string) => string | undefined): MappedText {
  let out = '';
  let at = 0;
  const segments: Segment[] = [];
  const put = (end: number): void => {
    if (end === at) return;
    for (const segment of sliceMapped(text, at, end).segments)
      segments.push({ at: out.length + segment.at, source: segment.source });
    out += text.text.slice(at, end);
    at = end;
  };
  for (const found of text.text.matchAll(pattern)) {
    const constant = value(found[1] ?? '');
    if (constant === undefined) continue;
    put(found.index);
    const [first] = sliceMapped(text, at, at + 1).segments;
    segments.push({ at: out.length, source: first?.source ?? 0 });
    out += constant;
    at += found[0].length;
  }
  put(text.text.length);
  return { text: out, segments: segments.length === 0 ? [{ at: 0, source: text.segments[0]?.source ?? 0 }] : segments };
}
