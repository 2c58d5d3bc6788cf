import type { Condition, Guarded } from '../../value/diagram.js';
import { inputsOf, type Piece, render, type Text, type Texts } from '../../value/text.js';

/** Splits a text at the line feeds that stand in its literal pieces. */
export function linesOf(texts: Texts, text: Text): readonly Text[] {
  return splitAt(texts, text, /\r?\n/);
}

/** Splits a text at what stands in its literal pieces. */
export function splitAt(texts: Texts, text: Text, separator: RegExp): readonly Text[] {
  const lines: Text[] = [];
  let open: Piece[] = [];
  for (const piece of text.pieces) {
    if (piece.kind !== 'literal') {
      open.push(piece);
      continue;
    }
    const [first = '', ...rest] = piece.text.split(separator);
    open.push({ kind: 'literal', text: first });
    for (const part of rest) {
      lines.push(texts.join(open));
      open = [{ kind: 'literal', text: part }];
    }
  }
  lines.push(texts.join(open));
  return lines;
}

/** A text without the blanks around it, as far as they are literal. */
export function trimmed(texts: Texts, text: Text): Text {
  const pieces = [...text.pieces];
  const [first] = pieces;
  if (first?.kind === 'literal') pieces[0] = { kind: 'literal', text: first.text.trimStart() };
  const last = pieces[pieces.length - 1];
  if (last?.kind === 'literal') pieces[pieces.length - 1] = { kind: 'literal', text: last.text.trimEnd() };
  return texts.join(pieces);
}

/** The lines of a list input, without blank ones and those that are comments. */
export function listOf(texts: Texts, text: Text, separator = /\r?\n/): readonly Text[] {
  return splitAt(texts, text, separator)
    .map((line) => trimmed(texts, line))
    .filter((line) => line !== texts.empty && !startsWith(line, '#'));
}

function startsWith(text: Text, prefix: string): boolean {
  const [first] = text.pieces;
  return first?.kind === 'literal' && first.text.startsWith(prefix);
}

/** Splits `name=value`; undefined when the text does not begin so. */
export function pairOf(texts: Texts, line: Text): { readonly name: string; readonly value: Text } | undefined {
  const [first, ...rest] = line.pieces;
  if (first?.kind !== 'literal') return undefined;
  const equals = first.text.indexOf('=');
  if (equals < 1) return undefined;
  const value = texts.join([{ kind: 'literal', text: first.text.slice(equals + 1) }, ...rest]);
  return { name: first.text.slice(0, equals).trim(), value };
}

/**
 * Several texts at once, flat: one row for each combination of what they are, where it is one. Rows that differ too much
 * are one row of unknowns.
 */
export function rowsOf(
  texts: Texts,
  columns: readonly Text[],
  when: Condition,
): { readonly rows: readonly Guarded<readonly Text[]>[]; readonly complete: boolean } {
  const { space } = texts;
  const mark = texts.literal('\0');
  const whole = texts.concat(...columns.flatMap((column, i) => (i === 0 ? [column] : [mark, column])));
  const flat = texts.flatten(texts.assume(whole, when));
  const leaves = flat === undefined ? [] : space.leaves(flat);
  if (flat === undefined || leaves.length > ROW_LIMIT) {
    const item = columns.map((column) => (column.flat ? column : texts.symbol(render(column), inputsOf(column))));
    return { rows: [{ when, item }], complete: false };
  }
  const rows = leaves.flatMap((leaf): readonly Guarded<readonly Text[]>[] => {
    const both = space.and(when, leaf.when);
    if (both === space.false) return [];
    return [{ when: both, item: splitAt(texts, texts.assume(leaf.item, both), /\0/) }];
  });
  return { rows, complete: true };
}

const ROW_LIMIT = 256;
