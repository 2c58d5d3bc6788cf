import type { Piece } from './style.js';
import { piece } from './style.js';

/**
 * What differs between the words of several commands.
 *
 * The words that all rows share in the same order are the common sequence; all others are changes. The places between
 * common words where any row has a change are the *gaps*, and every row keeps the words near a gap, so that after
 * eliding the rows still read alike.
 */
export interface Difference {
  readonly rows: readonly DifferenceRow[];
  readonly common: number;
  readonly gaps: ReadonlySet<number>;
}

/** The words of a row; `common` is the place in the common sequence, undefined for a word that is not in all rows. */
export type DifferenceRow = readonly { readonly text: string; readonly common: number | undefined }[];

const most = 1_000_000;
/** How many common words are kept on each side of a change, and how many at the beginning, where the command is named. */
const near = 1;
const kept = 2;

/** Compares the words of rows; a single row has no changes. */
export function compareWords(rows: readonly (readonly string[])[]): Difference {
  const [first = [], ...others] = rows;
  const shared = others.reduce<readonly string[]>(commonWords, first);
  const gaps = new Set<number>();
  const aligned = rows.map((row) => {
    let next = 0;
    return row.map((text) => {
      if (text === shared[next]) return { text, common: next++ };
      gaps.add(next);
      return { text, common: undefined };
    });
  });
  return { rows: aligned, common: shared.length, gaps };
}

/** The longest common subsequence of two rows; over a million comparisons, only what they share at both ends. */
function commonWords(left: readonly string[], right: readonly string[]): readonly string[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) {
    end++;
  }
  const a = left.slice(start, left.length - end);
  const b = right.slice(start, right.length - end);
  return [...left.slice(0, start), ...longest(a, b), ...left.slice(left.length - end)];
}

function longest(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0 || b.length === 0 || a.length * b.length > most) return [];
  const stride = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * stride);
  const at = (i: number, j: number) => lengths[i * stride + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * stride + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const out: string[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const word = a[i];
    if (word !== undefined && word === b[j]) {
      out.push(word);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return out;
}

/** The words of a row for print: changes are marked, and with `elide` long common stretches become `…`. */
export function wordsOfRow(difference: Difference, row: DifferenceRow, elide: boolean): readonly Piece[] {
  const out: Piece[] = [];
  let skipped: Piece[] = [];
  const flush = () => {
    if (skipped.length > near) out.push(piece('…', 'dim'));
    else out.push(...skipped);
    skipped = [];
  };
  for (const word of row) {
    if (word.common === undefined) {
      flush();
      out.push(piece(word.text, 'changed'));
    } else if (elide && isFar(difference, word.common)) skipped.push(piece(word.text));
    else {
      flush();
      out.push(piece(word.text));
    }
  }
  flush();
  return out;
}

function isFar(difference: Difference, index: number): boolean {
  if (index < kept) return false;
  for (let gap = index - near + 1; gap <= index + near; gap++) if (difference.gaps.has(gap)) return false;
  return true;
}
