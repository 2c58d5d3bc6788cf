import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';
import type { ArgvWord } from './argv.js';

/** An option of a command line. */
export interface Option {
  readonly name: string;
  /** Undefined for an option that has none. */
  readonly value: Text | undefined;
  /** The word that has the value. */
  readonly place: Place | undefined;
  /** The word that has the name, and the one that has the value. */
  readonly whole: Place | undefined;
}

/** The words of a command line, sorted. */
export interface SortedWords {
  /** In their order. */
  readonly options: readonly Option[];
  readonly operands: readonly Text[];
}

/**
 * Sorts words as Go's pflag and most command lines do: `--name value`, `--name=value`, `-n value`, `-nvalue`. Options of
 * `valued` take the next word. A word that is not known is an operand.
 */
export function sortOptions(texts: Texts, words: readonly ArgvWord[], valued: ReadonlySet<string>): SortedWords {
  const options: Option[] = [];
  const operands: Text[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const { text: word, place } = words[at] ?? { text: texts.empty, place: undefined };
    const head = word.pieces[0];
    const start = head?.kind === 'literal' ? head.text : '';
    if (word.pieces.length === 1 && start === '--') {
      operands.push(...words.slice(at + 1).map(({ text }) => text));
      break;
    }
    if (!/^-[^\s]/.test(start)) {
      operands.push(word);
      continue;
    }
    const equals = start.startsWith('--') ? start.indexOf('=') : -1;
    if (equals !== -1) {
      options.push({ name: start.slice(0, equals), value: withoutStart(texts, word, equals + 1), place, whole: place });
      continue;
    }
    const constant = texts.constant(word);
    if (constant !== undefined && valued.has(constant)) {
      at += 1;
      const next = words[at];
      options.push({ name: constant, value: next?.text, place: next?.place, whole: spanning(place, next?.place) });
    } else if (
      !start.startsWith('--') &&
      valued.has(start.slice(0, 2)) &&
      (start.length > 2 || word.pieces.length > 1)
    ) {
      const value = withoutStart(texts, word, 2);
      options.push({ name: start.slice(0, 2), value: withoutEquals(texts, value), place, whole: place });
    } else options.push({ name: constant ?? start, value: undefined, place: undefined, whole: place });
  }
  return { options, operands };
}

/** From one word to the next one of the same file. */
function spanning(first: Place | undefined, last: Place | undefined): Place | undefined {
  if (first === undefined || first.file !== last?.file || last.start < first.end) return undefined;
  return { file: first.file, start: first.start, end: last.end };
}

/** A text without its first characters, which are known. */
export function withoutStart(texts: Texts, text: Text, length: number): Text {
  const [first, ...rest] = text.pieces;
  if (first?.kind !== 'literal') return text;
  return texts.join([{ kind: 'literal', text: first.text.slice(length) }, ...rest]);
}

function withoutEquals(texts: Texts, text: Text): Text {
  const [first] = text.pieces;
  return first?.kind === 'literal' && first.text.startsWith('=') ? withoutStart(texts, text, 1) : text;
}

/** `NAME=value` as its two parts; the value is undefined without a `=`. Undefined when the name is not known. */
export function assignmentOf(
  texts: Texts,
  text: Text,
): { readonly name: string; readonly value: Text | undefined } | undefined {
  const [first] = text.pieces;
  if (first?.kind !== 'literal') return undefined;
  const equals = first.text.indexOf('=');
  if (equals === -1) return text.pieces.length === 1 ? { name: first.text, value: undefined } : undefined;
  return { name: first.text.slice(0, equals), value: withoutStart(texts, text, equals + 1) };
}
