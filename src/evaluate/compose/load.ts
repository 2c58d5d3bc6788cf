/*
 * Compose files with all that they lead to: `extends`, `include`, several files over each other.
 *
 * Each file is interpolated by itself, its `extends` are followed, and then it is laid over what came before. A file that is
 * named by `extends` has paths that start from its own folder; an included one is a project of its own, with its own
 * folder and its own `.env` below the variables of the project that includes it.
 */

import { parseYaml } from '../../syntax/yaml/parse.js';
import { yamlEntries, yamlGet } from '../../syntax/yaml/read.js';
import { folderOf } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import { type ProjectEnvironment, projectEnvironment, type Reading, readDotenv } from './environment.js';
import { interpolate } from './interpolate.js';
import { type Merging, mergeFiles, mergeService } from './merge.js';
import { joinPath } from './paths.js';
import {
  type ComposeEntry,
  type ComposeMap,
  type ComposeValue,
  convertYaml,
  getValue,
  isGiven,
  itemsOf,
  textOf,
} from './value.js';

/** Files and services that lead to each other are followed this far. */
const DEPTH_LIMIT = 20;

/** What all files of a project are read with. */
export interface Loading {
  readonly reading: Reading;
  readonly environment: ProjectEnvironment;
  /** The folder that relative paths of the project start from. */
  readonly folder: string;
  /** The files that lead here, for cycles. */
  readonly stack: readonly string[];
}

/** The files of a project over each other; undefined when none of them can be read. `missing` is told of those that are not there. */
export function loadFiles(
  loading: Loading,
  paths: readonly string[],
  missing: (path: string) => void,
): ComposeMap | undefined {
  const merging = mergingOf(loading);
  let merged: ComposeMap | undefined;
  for (const path of paths) {
    const documents = readFile(loading, path, loading.folder);
    if (documents === undefined) missing(path);
    for (const document of documents ?? []) {
      const own = includeInto(loading, path, followExtends(loading, path, document, merged));
      merged = mergeFiles(merging, merged, own);
    }
  }
  return merged;
}

function mergingOf({ reading: { texts, notes } }: Loading): Merging {
  return { texts, notes };
}

/** The documents of a file that are maps; undefined when there is no such file. */
function readFile({ reading, environment }: Loading, path: string, folder: string): readonly ComposeMap[] | undefined {
  const { texts, files, notes } = reading;
  const file = files.read(path);
  if (file === undefined) return undefined;
  reading.read.add(path);
  if (file.kind === 'unreadable') {
    notes.push({ place: { file: path, start: 0, end: 0 }, message: `this file cannot be read: ${file.reason}` });
    return [];
  }
  const tree = parseYaml(file.text);
  for (const { at, message } of tree.problems) notes.push({ place: { file: path, ...at }, message });
  const context = {
    texts,
    lookup: environment.lookup,
    stop: reading.stop,
    problem: (place: Place, message: string): void => void notes.push({ place, message }),
  };
  const found: ComposeMap[] = [];
  for (const { root } of tree.documents) {
    if (root === undefined) continue;
    const value = convertYaml(
      { texts, file: path, folder, interpolate: (text, place) => interpolate(context, text, place) },
      root,
    );
    if (value.kind === 'map') found.push(value);
    else if (isGiven(value)) notes.push({ place: value.place, message: 'a compose file is a map' });
  }
  return found;
}

// -------------------------------------------------------------------------------------------------------- extends

/** A file whose services have what they extend. */
function followExtends(
  loading: Loading,
  path: string,
  document: ComposeMap,
  below: ComposeMap | undefined,
): ComposeMap {
  const entry = document.entries.get('services');
  if (entry === undefined) return document;
  const { notes } = loading.reading;
  if (entry.value.kind !== 'map') {
    if (isGiven(entry.value)) notes.push({ place: entry.value.place, message: 'services is a map of services' });
    return document;
  }
  const services = new Map<string, ComposeEntry>();
  for (const [name, service] of entry.value.entries) {
    const { value } = service;
    if (value.kind === 'map') {
      const extended = extendService(loading, path, document, below, value, [`${path}#${name}`]);
      services.set(name, { place: service.place, value: extended });
    } else if (value.tag === '!reset') services.set(name, service);
    else if (isGiven(value)) notes.push({ place: value.place, message: `the service ${name} is no map` });
  }
  const value: ComposeValue = { ...entry.value, entries: services };
  return { ...document, entries: new Map(document.entries).set('services', { place: entry.place, value }) };
}

function extendService(
  loading: Loading,
  path: string,
  document: ComposeMap,
  below: ComposeMap | undefined,
  service: ComposeMap,
  stack: readonly string[],
): ComposeMap {
  const { texts, notes } = loading.reading;
  const given = service.entries.get('extends')?.value;
  if (!isGiven(given)) return service;
  const own: ComposeMap = {
    ...service,
    entries: new Map([...service.entries].filter(([key]) => key !== 'extends')),
  };
  const constant = (value: ComposeValue | undefined): string | undefined => {
    const text = textOf(value);
    return text === undefined ? undefined : texts.constant(text);
  };
  const problem = (message: string): ComposeMap => {
    notes.push({ place: given.place, message });
    return own;
  };
  const name = constant(given.kind === 'map' ? getValue(given, 'service') : given);
  if (name === undefined) return problem('the service that is extended here is not known');
  const fileValue = getValue(given, 'file');
  let [file, documents] = [path, [document, ...(below === undefined ? [] : [below])] as readonly ComposeMap[]];
  if (isGiven(fileValue)) {
    const written = constant(fileValue);
    if (written === undefined) return problem('the file that is extended here is not known');
    const target = joinPath(given.folder, written);
    if (target === undefined) return problem(`${written} is outside of the project and is not read`);
    file = target;
    if (target !== path) {
      const read = readFile(loading, target, folderOf(target));
      if (read === undefined) return problem(`there is no file ${target} to extend`);
      documents = read;
    }
  }
  const key = `${file}#${name}`;
  if (stack.includes(key)) return problem(`the service ${name} extends itself in a circle`);
  if (stack.length > DEPTH_LIMIT) return problem('more services extend each other here than are followed');
  for (const candidate of documents) {
    const base = getValue(candidate, 'services', name);
    if (base?.kind !== 'map') continue;
    const whole = extendService(loading, file, candidate, undefined, base, [...stack, key]);
    return mergeService(mergingOf(loading), mergeService(mergingOf(loading), undefined, whole), own);
  }
  return problem(`there is no service ${name} in ${file} to extend`);
}

// -------------------------------------------------------------------------------------------------------- include

/** A file with the services of what it includes. */
function includeInto(loading: Loading, path: string, document: ComposeMap): ComposeMap {
  const { notes } = loading.reading;
  let services = document.entries.get('services');
  for (const item of itemsOf(document.entries.get('include')?.value)) {
    const included = loadIncluded(loading, path, item);
    const more = getValue(included, 'services');
    if (more?.kind !== 'map') continue;
    const entries = new Map(more.entries);
    if (services?.value.kind === 'map')
      for (const [name, entry] of services.value.entries) {
        if (entries.has(name))
          notes.push({
            place: entry.place,
            message: `the service ${name} is also in an included file; compose stops here`,
          });
        entries.set(name, entry);
      }
    services = { place: services?.place ?? item.place, value: { ...more, entries } };
  }
  if (services === undefined) return document;
  return { ...document, entries: new Map(document.entries).set('services', services) };
}

function loadIncluded(loading: Loading, path: string, item: ComposeValue): ComposeMap | undefined {
  const { reading } = loading;
  const { texts, notes } = reading;
  const unknown = (place: Place): undefined =>
    void notes.push({ place, message: 'what is included here is not known' });
  const pathsOf = (value: ComposeValue | undefined): readonly string[] =>
    itemsOf(value).flatMap((one) => {
      const text = textOf(one);
      const constant = text === undefined ? undefined : texts.constant(text);
      const found = constant === undefined ? undefined : joinPath(loading.folder, constant);
      if (found === undefined) unknown(one.place);
      return found === undefined ? [] : [found];
    });
  const paths = pathsOf(item.kind === 'map' ? getValue(item, 'path') : item);
  const [first] = paths;
  if (first === undefined) return undefined;
  const stack = [...loading.stack, path];
  if (paths.some((one) => stack.includes(one))) {
    notes.push({ place: item.place, message: `${first} includes itself in a circle` });
    return undefined;
  }
  if (stack.length > DEPTH_LIMIT) {
    notes.push({ place: item.place, message: 'more files include each other here than are followed' });
    return undefined;
  }
  const folder = pathsOf(getValue(item, 'project_directory'))[0] ?? folderOf(first);
  const envFiles = getValue(item, 'env_file');
  const dotenv = isGiven(envFiles) ? pathsOf(envFiles) : [folder === '' ? '.env' : `${folder}/.env`];
  const { environment } = loading;
  const layer = readDotenv(reading, dotenv, environment);
  const inner =
    layer === undefined ? environment : projectEnvironment(texts, environment.host, [...environment.layers, layer]);
  return loadFiles({ reading, environment: inner, folder, stack }, paths, (missing) => {
    notes.push({ place: item.place, message: `there is no file ${missing} to include` });
  });
}

/** What may stand at the top of a compose file. */
const TOP = /^(?:version|name|services|networks|volumes|configs|secrets|include|models|x-.*)$/;

/** Whether a text looks like a compose file: services at its top, and nothing that other tools have beside them. */
export function looksLikeCompose(text: string): boolean {
  if (!/^\ufeff?["']?services["']?:/m.test(text) || !/["'\s{](?:image|build|extends|<<)["']?:/.test(text)) return false;
  const root = parseYaml(text).documents[0]?.root;
  return yamlGet(root, 'services')?.kind === 'map' && yamlEntries(root).every(({ key }) => TOP.test(key.text.text));
}
