/*
 * The words of a command whose option names are written out and whose values may be unknown.
 */
import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';

/** A word with its place. */
export interface DeployWord {
  readonly text: Text;
  readonly place: Place;
}

/** How a tool's options are told from its operands. */
export interface OptionShape {
  /** Options with a value, in a line; all others are switches. */
  readonly valued?: string;
  /** Switches, in a line; all others have a value. Only one of the two is given. */
  readonly switches?: string;
  /** Whether the first operand ends the options, as with `docker run IMAGE command --option`. */
  readonly stops?: boolean;
}

/** Words sorted into options and operands. */
export interface Options {
  readonly operands: readonly DeployWord[];
  /** Values by the option as it is written, dashes and all; switches have none. */
  readonly values: ReadonlyMap<string, readonly DeployWord[]>;
  readonly switches: ReadonlySet<string>;
}

/** The words with their places; what has none stands where the command stands. */
export function wordsOf(argv: readonly Text[], place: Place, places: readonly Place[]): readonly DeployWord[] {
  return argv.map((text, index) => ({ text, place: places[index] ?? place }));
}

/** The characters that a word certainly begins with. */
export function prefixOf(text: Text): string {
  const [first] = text.pieces;
  return first?.kind === 'literal' ? first.text : '';
}

/** A text without its first characters, which are known. */
export function without(texts: Texts, text: Text, length: number): Text {
  const [first, ...rest] = text.pieces;
  if (first?.kind !== 'literal') return text;
  return texts.join([{ kind: 'literal', text: first.text.slice(length) }, ...rest]);
}

/** A word cut at the first of a character that stands before anything unknown; undefined when there is none. */
export function cut(texts: Texts, word: DeployWord, mark: string): readonly [string, DeployWord] | undefined {
  const prefix = prefixOf(word.text);
  const at = prefix.indexOf(mark);
  if (at === -1) return undefined;
  const { place } = word;
  return [prefix.slice(0, at), { text: without(texts, word.text, at + mark.length), place }];
}

/** A word cut at every comma that is known and not escaped, as Helm cuts what it sets. */
export function commaParts(texts: Texts, word: DeployWord): readonly DeployWord[] {
  const parts: Text[] = [texts.empty];
  for (const piece of word.text.pieces) {
    const cuts = piece.kind === 'literal' ? piece.text.split(/(?<!\\),/) : [undefined];
    cuts.forEach((part, index) => {
      if (index > 0) parts.push(texts.empty);
      const last = parts.pop() ?? texts.empty;
      parts.push(texts.concat(last, part === undefined ? texts.join([piece]) : texts.literal(part)));
    });
  }
  return parts.filter(({ pieces }) => pieces.length > 0).map((text) => ({ text, place: word.place }));
}

/** Sorts words into options and operands. */
export function readOptions(texts: Texts, words: readonly DeployWord[], shape: OptionShape): Options {
  const valued = new Set((shape.valued ?? '').split(' '));
  const switches = new Set((shape.switches ?? '').split(' '));
  const takesValue = (name: string): boolean => (shape.switches === undefined ? valued.has(name) : !switches.has(name));
  const values = new Map<string, DeployWord[]>();
  const given = new Set<string>();
  const operands: DeployWord[] = [];
  const put = (name: string, word: DeployWord): void => {
    values.set(name, [...(values.get(name) ?? []), word]);
  };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (word === undefined) break;
    const prefix = prefixOf(word.text);
    const constant = texts.constant(word.text);
    if (constant === '--') {
      operands.push(...words.slice(i + 1));
      break;
    }
    if (!prefix.startsWith('-') || constant === '-') {
      operands.push(word);
      if (shape.stops === true) {
        operands.push(...words.slice(i + 1));
        break;
      }
      continue;
    }
    const equals = /^--?[\w-]+=/.exec(prefix)?.[0];
    if (equals !== undefined) {
      put(equals.slice(0, -1), { text: without(texts, word.text, equals.length), place: word.place });
      continue;
    }
    const short = /^-[a-zA-Z]/.exec(prefix)?.[0];
    if (
      short !== undefined &&
      !prefix.startsWith('--') &&
      constant !== short &&
      takesValue(short) &&
      !takesValue(constant ?? '--')
    ) {
      // `-nprod`, and `-nprod` with an unknown behind.
      put(short, { text: without(texts, word.text, short.length), place: word.place });
      continue;
    }
    const isBundle = /^-[a-zA-Z]{2,}$/.test(constant ?? '') && shape.switches !== undefined;
    if (isBundle && constant !== undefined && [...constant.slice(1)].every((letter) => switches.has(`-${letter}`)))
      continue;
    if (constant !== undefined && takesValue(constant)) {
      const next = words[i + 1];
      if (next !== undefined) put(constant, next);
      i += 1;
      continue;
    }
    given.add(constant ?? prefix);
  }
  return { operands, values, switches: given };
}

/** The last value of an option, by any of its names. */
export function lastOf(options: Options, ...names: readonly string[]): DeployWord | undefined {
  const all = allOf(options, ...names);
  return all[all.length - 1];
}

/** All values of an option, by any of its names. */
export function allOf(options: Options, ...names: readonly string[]): readonly DeployWord[] {
  return names.flatMap((name) => options.values.get(name) ?? []);
}
