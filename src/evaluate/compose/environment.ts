/*
 * The variables of a compose project: the caller's environment, then the dotenv files.
 *
 * An environment may be *open*: nobody in the repository sets the name, so it is whatever the host has. A dotenv file that
 * is committed and gives the name then counts for everybody; what a developer exports by hand on top of it is no
 * environment of the project. A caller that does set the name (`env: ENV: prod` in a workflow) goes before the file.
 */
import type { Note } from '../../model/build.js';
import type { Files } from '../../text/files.js';
import { mapped } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { EnvironmentOf, EnvironmentValue } from '../delivery/delivered.js';
import { parseDotenv } from './dotenv.js';
import { interpolate } from './interpolate.js';

/** The variables of a project. */
export interface ProjectEnvironment {
  readonly texts: Texts;
  /** The value of a name; unset everywhere for a name that nothing gives. */
  readonly lookup: (name: string) => EnvironmentValue;
  readonly host: EnvironmentOf;
  /** The values of dotenv files, those that count more first. */
  readonly layers: readonly ReadonlyMap<string, EnvironmentValue>[];
}

/** What reading files tells. */
export interface Reading {
  readonly texts: Texts;
  readonly files: Files;
  readonly notes: Note[];
  /** The files that were read, in order. */
  readonly read: Set<string>;
  /** Told which environments compose stops in. */
  readonly stop: (where: Condition) => void;
}

/** Files beside `.env` that say what may stand in it. */
const EXAMPLES = ['.env.example', '.env.dist', '.env.sample', '.env.template'];

/** Whether a value is what the host happens to have: the bare answer of an input. */
export function isOpen(texts: Texts, value: EnvironmentValue): boolean {
  const [piece, more] = value.text.pieces;
  if (more !== undefined || piece?.kind !== 'answer' || piece.derivation !== undefined) return false;
  const { space } = texts;
  return piece.selector.kind === 'input' && value.set === space.not(space.is(piece.selector, undefined));
}

/**
 * The variables that the caller's environment and layers of dotenv files give; `examples` are values that are considered
 * where the host is free to choose.
 */
export function projectEnvironment(
  texts: Texts,
  host: EnvironmentOf,
  layers: ProjectEnvironment['layers'],
  examples: ReadonlyMap<string, string> = new Map(),
): ProjectEnvironment {
  const { space } = texts;
  const known = new Map<string, EnvironmentValue>();
  const find = (name: string): EnvironmentValue => {
    let value: EnvironmentValue = { set: space.false, text: texts.empty };
    let given = false;
    for (const layer of [...layers].reverse()) {
      const found = layer.get(name);
      if (found === undefined) continue;
      given = true;
      value = above(texts, found, value);
    }
    const outer = host(name);
    if (outer === undefined) return value;
    if (!given) {
      const [piece] = outer.text.pieces;
      const example = examples.get(name);
      if (example !== undefined && piece?.kind === 'answer' && isOpen(texts, outer))
        piece.selector.mentioned.add(example);
      return outer;
    }
    return isOpen(texts, outer) ? above(texts, value, outer) : above(texts, outer, value);
  };
  const lookup = (name: string): EnvironmentValue => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const made = find(name);
    known.set(name, made);
    return made;
  };
  return { texts, lookup, host, layers };
}

function above(texts: Texts, first: EnvironmentValue, second: EnvironmentValue): EnvironmentValue {
  const { space } = texts;
  return { set: space.or(first.set, second.set), text: texts.pick(first.set, first.text, second.text) };
}

/**
 * The variables of dotenv files, later ones above earlier ones; undefined when there is none of them. Values may use the
 * caller's environment and what stands before them.
 */
export function readDotenv(
  reading: Reading,
  paths: readonly string[],
  outer: ProjectEnvironment,
): ReadonlyMap<string, EnvironmentValue> | undefined {
  const { texts, files, notes } = reading;
  const layer = new Map<string, EnvironmentValue>();
  let some = false;
  for (const path of paths) {
    const file = files.read(path);
    if (file === undefined) continue;
    some = true;
    reading.read.add(path);
    if (file.kind === 'unreadable') {
      notes.push({ place: { file: path, start: 0, end: 0 }, message: `this file cannot be read: ${file.reason}` });
      continue;
    }
    const { entries, problems } = parseDotenv(file.text);
    for (const { message, at } of problems) notes.push({ place: { file: path, ...at }, message });
    for (const { name, inherits, value, expands, at } of entries) {
      if (!inherits && !(expands && value.includes('$'))) {
        layer.set(name, { set: texts.space.true, text: texts.literal(value) });
        continue;
      }
      // A new one each time, for what is above is now known.
      const { lookup } = projectEnvironment(texts, outer.host, [...outer.layers, new Map(layer)]);
      const place = { file: path, ...at };
      const problem = (_: Place, message: string): void => void notes.push({ place, message });
      const filled = (): Text =>
        interpolate({ texts, lookup, stop: reading.stop, problem }, mapped(value, 0), () => place);
      layer.set(name, inherits ? lookup(name) : { set: texts.space.true, text: filled() });
    }
  }
  return some ? layer : undefined;
}

/** The values that `.env.example` and the like give names. */
export function exampleValues({ files }: Reading, folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of EXAMPLES) {
    const file = files.read(folder === '' ? name : `${folder}/${name}`);
    if (file?.kind !== 'text') continue;
    for (const entry of parseDotenv(file.text).entries)
      if (!entry.inherits && entry.value !== '' && !entry.value.includes('$') && !found.has(entry.name))
        found.set(entry.name, entry.value);
  }
  return found;
}
