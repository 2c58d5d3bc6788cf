import { cellsOf, padCells, visible } from './cells.js';
import { compareWords, wordsOfRow } from './difference.js';
import type { Line, Piece } from './style.js';
import { piece } from './style.js';
import { joinWords, paragraph, wordsOf, wrapWords } from './wrap.js';

/** One row of a table of environments: who they are, and what they get (null: nothing). */
export interface Row {
  readonly name: string;
  readonly value: string | null;
}

export interface TableOptions {
  readonly width: number;
  readonly indent: string;
  /** Without colour, what differs is underlined by a line of its own. */
  readonly colour: boolean;
}

const mostRows = 12;
const arrow = '→ ';

/** Lays out environments and their values; what differs is marked, and stays when the values are shortened. */
export function environmentTable(rows: readonly Row[], options: TableOptions): readonly Line[] {
  const shown = rows.length > mostRows ? rows.slice(0, mostRows - 1) : rows;
  const names = shown.map((row) => visible(row.name));
  const room = options.width - options.indent.length;
  const longest = Math.max(0, ...names.map(cellsOf));
  const beside = standsBeside(shown, longest, room);
  const lead = options.indent.length + (beside ? longest + 1 : 2) + arrow.length;
  const values = valueWords(shown, options.width - lead);
  const lines: Line[] = [];
  shown.forEach((_, index) => {
    const label = names[index] ?? '';
    const words = values[index] ?? [];
    let first: Line;
    if (beside) {
      first = [piece(options.indent), piece(padCells(label, longest), 'bold'), piece(' '), piece(arrow, 'dim')];
    } else {
      const name = paragraph([piece(options.indent)], wordsOf(label, 'bold'), options.width - 4);
      lines.push(...name.map((line, at) => (at === 0 ? line : [piece('    '), ...line])));
      first = [piece(`${options.indent}  `), piece(arrow, 'dim')];
    }
    lines.push(...valueLines(first, lead, words, options));
  });
  if (shown.length < rows.length) {
    const more = `… ${rows.length - shown.length} more groups of environments; --format json has them all`;
    lines.push(...paragraph([piece(options.indent)], wordsOf(more, 'dim'), options.width));
  }
  return lines;
}

/** Names stand beside the values when that leaves the values enough room, or all that they need. */
function standsBeside(rows: readonly Row[], longest: number, room: number): boolean {
  if (longest > Math.floor(room * 0.45)) return false;
  const rest = room - longest - 1 - arrow.length;
  return rest >= 36 || rows.every((row) => cellsOf(visible(row.value ?? '(not run)')) <= rest);
}

/** The words of every value, shortened alike when one of them takes more than two lines of `room` cells. */
export function valueWords(rows: readonly Row[], room: number): readonly (readonly Piece[])[] {
  const split = rows.map((row) => (row.value === null ? undefined : wordsOfValue(row.value)));
  const difference = compareWords(split.filter((words) => words !== undefined));
  const elide = rows.some((row) => row.value !== null && cellsOf(visible(row.value)) > 2 * room);
  let next = 0;
  return split.map((words) => {
    if (words === undefined) return [piece('(not run)', 'dim')];
    const row = difference.rows[next++] ?? [];
    if (row.length === 0) return [piece('(empty)', 'dim')];
    return wordsOfRow(difference, row, elide);
  });
}

/** Doubled blanks give empty words, so that they are printed as they are: two values may differ in nothing else. */
function wordsOfValue(value: string): readonly string[] {
  return value === '' ? [] : visible(value).split(' ');
}

function valueLines(first: Line, lead: number, words: readonly Piece[], options: TableOptions): readonly Line[] {
  const hanging: Line = [piece(' '.repeat(lead + 2))];
  const out: Line[] = [];
  const wrapped = wrapHanging(words, options.width - lead);
  const marks = !options.colour && words.some((word) => word.style !== 'changed');
  wrapped.forEach((line, index) => {
    out.push([...(index === 0 ? first : hanging), ...joinWords(line)]);
    const marked = marks ? underline(line) : '';
    if (marked !== '') out.push([piece(' '.repeat(index === 0 ? lead : lead + 2) + marked)]);
  });
  return out;
}

/** Wraps with two more cells of indent after the first line, so that a long command reads as one. */
function wrapHanging(words: readonly Piece[], room: number): readonly (readonly Piece[])[] {
  const whole = wrapWords(words, room);
  const [first] = whole;
  if (first === undefined || whole.length === 1) return whole;
  const cutWord = first.length === 0 || first[first.length - 1] !== words[first.length - 1];
  return cutWord ? wrapWords(words, room - 2) : [first, ...wrapWords(words.slice(first.length), room - 2)];
}

/** A line of `~` under the words that differ; empty when none does. */
export function underline(words: readonly Piece[]): string {
  let out = '';
  words.forEach((word, index) => {
    const fill = word.style === 'changed' ? '~' : ' ';
    out += (index === 0 ? '' : ' ') + fill.repeat(cellsOf(word.text));
  });
  return out.trimEnd();
}
