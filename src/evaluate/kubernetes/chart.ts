/*
 * Helm charts in the project: their values for each environment, and the images that their templates write with these.
 */
import { environmentOf } from '../../knowledge/environments.js';
import { normalizePath } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { HELM, imageOfMap, truth } from './functions.js';
import { note, type Reading, readDocuments, readText, spend, startOf } from './reading.js';
import { type RenderedImage, renderImages, type TemplateFile, templateFile } from './render.js';
import {
  emptyMap,
  get,
  itemsOf,
  type MapValue,
  overlay,
  type ScalarValue,
  scalar,
  scalarOf,
  stringOf,
  type Value,
  withPath,
} from './value.js';

/** A values file of an environment. */
export interface ValuesFile {
  readonly file: string;
  /** The environment as the name of the file or of its folder says it. */
  readonly name: string;
}

const DEPTH_LIMIT = 5;
const VALUES = /^values[-_.](.+)\.ya?ml$/i;
const VALUES_AFTER = /^(.+)[-_.]values\.ya?ml$/i;
const FOLDERS = /^(?:values|environments?|envs?)$/i;

/** Whether a folder is a chart's. */
export function isChart(reading: Reading, folder: string): boolean {
  return reading.files.list(folder)?.includes('Chart.yaml') === true;
}

/** The values files of a chart's folder that are an environment's. */
export function valuesFilesOf(reading: Reading, folder: string): readonly ValuesFile[] {
  const found: ValuesFile[] = [];
  const add = (file: string, name: string): void => {
    if (environmentOf(name) !== undefined) found.push({ file, name });
  };
  const inside = (path: string): readonly string[] => [...(reading.files.list(path) ?? [])].sort();
  const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/');
  for (const entry of inside(folder)) {
    const named = VALUES.exec(entry)?.[1] ?? VALUES_AFTER.exec(entry)?.[1];
    if (named !== undefined) add(join(folder, entry), named);
    if (!entry.endsWith('/') || !FOLDERS.test(entry.slice(0, -1))) continue;
    for (const inner of inside(join(folder, entry.slice(0, -1)))) {
      const path = join(folder, entry.slice(0, -1), inner);
      const file = /^(.+)\.ya?ml$/i.exec(inner)?.[1];
      if (file !== undefined) add(path, VALUES.exec(inner)?.[1] ?? file);
      else if (inner.endsWith('/')) {
        for (const name of ['values.yaml', 'values.yml'])
          if (inside(path.slice(0, -1)).includes(name)) add(`${path}${name}`, inner.slice(0, -1));
      }
    }
  }
  return found;
}

/** A chart's own values for `helm`'s options: each of `values` lies above the ones before. */
export function renderChart(
  reading: Reading,
  folder: string,
  values: readonly Value[],
  options: { readonly namespace: Text | undefined; readonly when: Condition },
): readonly RenderedImage[] {
  const above = values.reduce((below: Value, value) => overlay(below, value), emptyMap(startOf(folder)));
  return renderWith(reading, folder, above, options, [], []);
}

function renderWith(
  reading: Reading,
  folder: string,
  above: Value,
  options: { readonly namespace: Text | undefined; readonly when: Condition },
  open: readonly string[],
  inherited: readonly TemplateFile[],
): readonly RenderedImage[] {
  const { texts } = reading;
  const file = folder === '' ? 'Chart.yaml' : `${folder}/Chart.yaml`;
  if (open.includes(folder) || open.length >= DEPTH_LIMIT || !spend(reading, startOf(file))) {
    note(reading, startOf(file), 'charts are not followed deeper than here; the rest is left out');
    return [];
  }
  const chart = (readDocuments(reading, file) ?? [])[0] ?? emptyMap(startOf(file));
  const values = overlay(ownValues(reading, folder), above);
  const here = templatesOf(reading, folder);
  const subcharts = subchartsOf(reading, folder, chart, values);
  const helpers = [
    ...inherited,
    ...here.filter(({ file: name }) => isHelper(name)),
    ...subcharts.flatMap((sub) => templatesOf(reading, sub.folder).filter(({ file: name }) => isHelper(name))),
  ];
  const own =
    stringOf(texts, get(chart, 'type')) === 'library'
      ? []
      : renderImages(
          reading,
          here.filter(({ file: name }) => !isHelper(name)),
          helpers,
          rootOf(texts, chart, values, options.namespace),
          options.when,
        );
  const others = subcharts.flatMap((sub) =>
    renderWith(reading, sub.folder, sub.values, options, [...open, folder], helpers),
  );
  return [...own, ...others];
}

function ownValues(reading: Reading, folder: string): Value {
  const file = folder === '' ? 'values.yaml' : `${folder}/values.yaml`;
  const root = (readDocuments(reading, file) ?? [])[0];
  return root?.kind === 'map' ? root : emptyMap(startOf(file));
}

function isHelper(file: string): boolean {
  return /(?:^|\/)_[^/]*$/.test(file);
}

/** The templates of a chart but for its tests. */
function templatesOf(reading: Reading, folder: string): readonly TemplateFile[] {
  const found: TemplateFile[] = [];
  const walk = (path: string, depth: number): void => {
    for (const entry of [...(reading.files.list(path) ?? [])].sort()) {
      const inner = `${path}/${entry}`;
      if (entry.endsWith('/')) {
        if (depth < 6 && !/^tests?\/$/.test(entry)) walk(inner.slice(0, -1), depth + 1);
      } else if (/\.(?:ya?ml|tpl)$/.test(entry)) {
        const text = spend(reading, startOf(inner)) ? readText(reading, inner) : undefined;
        if (text !== undefined) found.push(templateFile(inner, text));
      }
    }
  };
  walk(folder === '' ? 'templates' : `${folder}/templates`, 0);
  return found;
}

interface Subchart {
  readonly folder: string;
  readonly values: Value;
}

/** The charts that a chart brings and that lie in the project, with the values that it gives them. */
function subchartsOf(reading: Reading, folder: string, chart: Value, values: Value): readonly Subchart[] {
  const { texts } = reading;
  const found: Subchart[] = [];
  const charts = folder === '' ? 'charts' : `${folder}/charts`;
  const below = (key: string): Value => {
    const given = get(values, key);
    const global = get(values, 'global');
    const own = given?.kind === 'map' ? given : emptyMap(startOf(folder));
    return global === undefined ? own : overlay({ ...own, entries: new Map([['global', global]]) }, own);
  };
  const known = new Set<string>();
  for (const dependency of itemsOf(get(chart, 'dependencies'))) {
    const name = stringOf(texts, get(dependency, 'name'));
    if (name === undefined) continue;
    known.add(name);
    const condition = stringOf(texts, get(dependency, 'condition'))?.split(',')[0]?.trim();
    if (condition !== undefined) {
      const value = get(values, ...condition.split('.'));
      if (value !== undefined && truth(value) === false) continue;
    }
    const local = /^file:\/\/(.+)$/.exec(stringOf(texts, get(dependency, 'repository')) ?? '')?.[1];
    const path = local === undefined ? `${charts}/${name}` : normalizePath(`${folder}/${local}`);
    if (path !== undefined && isChart(reading, path))
      found.push({ folder: path, values: below(stringOf(texts, get(dependency, 'alias')) ?? name) });
  }
  for (const entry of reading.files.list(charts) ?? []) {
    const name = entry.replace(/\/$/, '');
    if (entry.endsWith('/') && !known.has(name) && isChart(reading, `${charts}/${name}`))
      found.push({ folder: `${charts}/${name}`, values: below(name) });
  }
  return found;
}

function rootOf(texts: Texts, chart: Value, values: Value, namespace: Text | undefined): MapValue {
  const { place } = chart;
  const unknown = (name: string): ScalarValue => scalar(texts.symbol(name, undefined, HELM), place);
  const map = (entries: readonly (readonly [string, Value | undefined])[]): MapValue => ({
    kind: 'map',
    place,
    entries: new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))),
  });
  return map([
    ['Values', values],
    [
      'Chart',
      map([
        ['Name', get(chart, 'name')],
        ['Version', get(chart, 'version')],
        ['AppVersion', get(chart, 'appVersion')],
      ]),
    ],
    [
      'Release',
      map([
        ['Name', unknown('.Release.Name')],
        ['Namespace', namespace === undefined ? unknown('.Release.Namespace') : scalar(namespace, place)],
        ['Service', scalar(texts.literal('Helm'), place)],
      ]),
    ],
    ['Capabilities', unknown('.Capabilities')],
    ['Files', unknown('.Files')],
    ['Template', unknown('.Template')],
  ]);
}

/** The values of a file, for `-f`; nothing when it is not in the project. */
export function valuesIn(reading: Reading, file: string, asked: Place): Value | undefined {
  const documents = readDocuments(reading, file);
  if (documents === undefined) note(reading, asked, `the values file ${file} is not in the project`);
  const [root] = documents ?? [];
  return root?.kind === 'map' ? root : undefined;
}

/** Values with what `--set name=value` says: `a.b`, `a[0].b`, `a\.b`. */
export function setValue(values: Value, name: string, value: Value): Value {
  const path = (name.match(/(?:\\.|[^.\\[\]])+|\[\d+\]/g) ?? []).map((part) => part.replace(/\\(.)/g, '$1'));
  if (path.length === 0 || path.length > 40) return values;
  const put = (at: Value | undefined, index: number): Value => {
    const key = path[index];
    if (key === undefined) return value;
    const item = /^\[(\d+)\]$/.exec(key)?.[1];
    if (item === undefined) {
      const map = at?.kind === 'map' ? at : emptyMap(value.place);
      return withPath(map, [key], put(map.entries.get(key), index + 1));
    }
    const items = at?.kind === 'list' ? [...at.items] : [];
    const position = Math.min(Number(item), items.length);
    items[position] = put(items[position], index + 1);
    return { kind: 'list', place: value.place, items };
  };
  return put(values, 0);
}

/**
 * The images in values for a chart that is not in the project, by the convention that charts share: a map `image` with a repository,
 * or `image: name:tag`.
 */
export function imagesInValues(texts: Texts, values: Value, depth = 0): readonly ScalarValue[] {
  if (depth > 12) return [];
  if (values.kind === 'list') return values.items.flatMap((item) => imagesInValues(texts, item, depth + 1));
  if (values.kind === 'scalar') return [];
  return [...values.entries].flatMap(([key, value]): readonly ScalarValue[] => {
    if (!/image$/i.test(key)) return imagesInValues(texts, value, depth + 1);
    if (value.kind === 'scalar') {
      const written = texts.constant(value.text);
      return written === undefined || /^[\w./-]+[:@][\w.:-]+$/.test(written) ? [value] : [];
    }
    if (scalarOf(get(value, 'tag')) === undefined && scalarOf(get(value, 'digest')) === undefined) return [];
    const image = scalarOf(imageOfMap(texts, value, undefined, undefined));
    return image === undefined ? [] : [image];
  });
}
