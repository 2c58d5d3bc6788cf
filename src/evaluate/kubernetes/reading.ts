import type { Note } from '../../model/build.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import type { YamlTree } from '../../syntax/yaml/tree.js';
import type { Files } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Texts } from '../../value/text.js';
import { fromYaml, type Value } from './value.js';

/** Parsed files, which all callers of a run share. */
export type Trees = Map<string, YamlTree>;

/** What one caller has read so far, and what there is to say about it. */
export interface Reading {
  readonly texts: Texts;
  readonly files: Files;
  readonly trees: Trees;
  /** Files that were read, in their order. */
  readonly used: Set<string>;
  readonly notes: Note[];
  /** How many documents and folders may still be read. */
  left: number;
}

/** At most this many documents and folders are read for one caller. */
const READ_LIMIT = 4000;

/** A caller that has read nothing yet. */
export function newReading(texts: Texts, files: Files, trees: Trees): Reading {
  return { texts, files, trees, used: new Set(), notes: [], left: READ_LIMIT };
}

/** Says something about a place once. */
export function note(reading: Reading, place: Place, message: string): void {
  if (
    !reading.notes.some(
      (one) => one.message === message && one.place.start === place.start && one.place.file === place.file,
    )
  )
    reading.notes.push({ place, message });
}

/** Takes one from what may still be read; false, with a note, when that is used up. */
export function spend(reading: Reading, place: Place): boolean {
  reading.left -= 1;
  if (reading.left >= 0) return true;
  if (reading.left === -1)
    note(reading, place, 'this leads to more manifests than are read here; the rest is left out');
  return false;
}

/** The place of a whole file, by its first character. */
export function startOf(file: string): Place {
  return { file, start: 0, end: 0 };
}

/** The text of a file; undefined when there is none that can be read. */
export function readText(reading: Reading, file: string): string | undefined {
  const read = reading.files.read(file);
  if (read === undefined) return undefined;
  reading.used.add(file);
  if (read.kind === 'text') return read.text;
  note(reading, startOf(file), `${file} is not read: ${read.reason}`);
  return undefined;
}

/** Parses a file that was not parsed before. */
export function treeOf(trees: Trees, file: string, text: string): YamlTree {
  const known = trees.get(file);
  if (known !== undefined) return known;
  const tree = parseYaml(text);
  trees.set(file, tree);
  return tree;
}

/** The documents of a YAML or JSON file; undefined when there is no such file. */
export function readDocuments(reading: Reading, file: string): readonly Value[] | undefined {
  const isNew = !reading.used.has(file);
  const text = readText(reading, file);
  if (text === undefined) return undefined;
  const tree = treeOf(reading.trees, file, text);
  if (isNew) for (const { at, message } of tree.problems) note(reading, { file, ...at }, message);
  return tree.documents.flatMap(({ root }) => {
    if (root === undefined) return [];
    const value = fromYaml(reading.texts, root, file);
    return spend(reading, value.place) ? [value] : [];
  });
}

/** Whether the path is a folder with something in it. */
export function isFolder(reading: Reading, path: string): boolean {
  return reading.files.list(path) !== undefined;
}
