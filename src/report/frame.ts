import type { Location } from '../lint/report.js';
import type { LineTable } from '../text/span.js';
import type { Glyph } from './cells.js';
import { glyphs } from './cells.js';
import type { Line, Piece, Style } from './style.js';
import { piece } from './style.js';

/**
 * A code frame: the lines of a place with their numbers, and marks at exactly its text.
 *
 * A place on one line is underlined. A place of several lines has `>` at each of them, and underlines at its ends when
 * it begins or ends in the middle of a line. Lines that are too long are cut around the mark, long middles are folded.
 */
export interface FrameOptions {
  readonly width: number;
  readonly indent: string;
  readonly style: Style;
  /** Lines to show before and after the place. */
  readonly context: number;
}

const mostMarked = 8;
const keptFirst = 4;
const keptLast = 2;
/** Of one line, no more than this is looked at on each side of the mark: minified files have lines of a megabyte. */
const reach = 600;

interface Marked {
  readonly number: number;
  /** Offsets in the line; undefined for a line of context. */
  readonly mark: { readonly start: number; readonly end: number } | undefined;
}

/** Draws the frame of a location in its file. */
export function codeFrame(table: LineTable, location: Location, options: FrameOptions): readonly Line[] {
  const marked = markedLines(table, location);
  const first = marked[0]?.number ?? location.line;
  const last = marked[marked.length - 1]?.number ?? location.line;
  const before = contextLines(table, first - options.context, first - 1);
  const after = contextLines(table, last + 1, last + options.context);
  const digits = String(after[after.length - 1]?.number ?? last).length;
  const several = marked.length > 1;
  const folded = marked.length > mostMarked ? marked.slice(keptFirst, marked.length - keptLast) : [];
  const lines: Line[] = [];
  for (const line of [...before, ...marked, ...after]) {
    if (folded.includes(line)) {
      if (line === folded[0]) {
        const gutter = `${options.indent}> ${'⋮'.padStart(digits)} │ `;
        lines.push([piece(gutter, 'dim'), piece(`… ${folded.length} lines`, 'dim')]);
      }
      continue;
    }
    lines.push(...drawLine(table.line(line.number), line, digits, several, options));
  }
  return lines;
}

function contextLines(table: LineTable, from: number, to: number): readonly Marked[] {
  const out: Marked[] = [];
  for (let number = Math.max(1, from); number <= Math.min(to, table.count); number++) {
    if (table.line(number).trim() !== '') out.push({ number, mark: undefined });
  }
  return out;
}

/** The lines of a place; blanks at the ends of lines are not marked, and a place that ends before a line's first character leaves it out. */
function markedLines(table: LineTable, location: Location): readonly Marked[] {
  const line = Math.min(Math.max(1, location.line), table.count);
  const before = location.endColumn <= 1 && location.endLine > line;
  const endLine = Math.min(Math.max(line, before ? location.endLine - 1 : location.endLine), table.count);
  const out: Marked[] = [];
  for (let number = line; number <= endLine; number++) {
    const text = table.line(number);
    const start = number === line ? Math.min(location.column - 1, text.length) : text.length - text.trimStart().length;
    const limit = number === endLine && !before ? Math.min(location.endColumn - 1, text.length) : text.length;
    const end = number === endLine && !before ? limit : text.trimEnd().length;
    out.push({ number, mark: { start: Math.max(0, start), end: Math.max(start, end) } });
  }
  return out;
}

function drawLine(
  text: string,
  line: Marked,
  digits: number,
  several: boolean,
  options: FrameOptions,
): readonly Line[] {
  const { mark } = line;
  const number = String(line.number).padStart(digits);
  const gutter: Piece[] =
    mark === undefined
      ? [piece(`${options.indent}  ${number} │ `, 'dim')]
      : [piece(`${options.indent}> `, options.style), piece(`${number} │ `, 'dim')];
  const room = Math.max(8, options.width - options.indent.length - digits - 5);
  const from = Math.max(0, (mark?.start ?? 0) - reach);
  const part = text.slice(from, (mark?.start ?? 0) + reach);
  const view = window(glyphs(part), mark && { start: mark.start - from, end: mark.end - from }, room, {
    before: from > 0,
    after: from + part.length < text.length,
  });
  const whole = [...gutter, piece(view.before), piece(view.marked, mark && options.style), piece(view.after)];
  if (mark === undefined) return [whole];
  const full = mark.start <= text.length - text.trimStart().length && mark.end >= text.trimEnd().length;
  if (several && full) return [whole];
  const carets = ' '.repeat(view.offset) + '^'.repeat(Math.max(1, view.cells));
  return [whole, [piece(`${options.indent}  ${' '.repeat(digits)} │ `, 'dim'), piece(carets, options.style)]];
}

interface View {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
  /** Where the mark begins, and how far it reaches, in cells. */
  readonly offset: number;
  readonly cells: number;
}

/** Cuts a line to `room` cells such that as much of the mark as possible is seen, with some text before it. */
function window(
  all: readonly Glyph[],
  mark: { readonly start: number; readonly end: number } | undefined,
  room: number,
  more: { readonly before: boolean; readonly after: boolean },
): View {
  const start = mark?.start ?? 0;
  const end = mark?.end ?? 0;
  const total = all.reduce((sum, glyph) => sum + glyph.width, 0);
  let markStart = 0;
  let markEnd = 0;
  for (const glyph of all) {
    if (glyph.at < start) markStart += glyph.width;
    if (glyph.at < end) markEnd += glyph.width;
  }
  const fits = total <= room && !more.before && !more.after;
  let left = 0;
  if (!fits && markEnd > room - 1) {
    // Show the whole mark if it fits, from as far to the left as that allows; else its beginning.
    const lead = Math.max(2, Math.min(12, room - 4 - (markEnd - markStart)));
    left = Math.max(0, Math.min(markStart - lead, total - room + 1));
  }
  const cutLeft = left > 0 || more.before;
  let before = cutLeft ? '…' : '';
  let marked = '';
  let after = '';
  let cell = 0;
  let used = cutLeft ? 1 : 0;
  let offset = used;
  let cells = 0;
  for (const glyph of all) {
    const at = cell;
    cell += glyph.width;
    if (cutLeft && at < left + 1) continue;
    const rest = total - cell;
    const needed = rest > 0 || more.after ? 1 : 0;
    if (!fits && used + glyph.width + needed > room) {
      if (mark !== undefined && glyph.at < end && cells > 0) {
        marked += '…';
        cells++;
      } else after += '…';
      break;
    }
    used += glyph.width;
    if (mark === undefined || glyph.at >= end) after += glyph.text;
    else if (glyph.at < start) {
      before += glyph.text;
      offset += glyph.width;
    } else {
      marked += glyph.text;
      cells += glyph.width;
    }
  }
  return { before, marked, after, offset, cells };
}
