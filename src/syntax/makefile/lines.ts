/*
 * How make reads lines (GNU make 4.3, read.c and misc.c).
 *
 * A *physical* line ends at a line feed; one carriage return before it belongs to the line break. A physical line goes on
 * in the next one when it ends in an odd number of backslashes. Recipes keep the backslash-newline, because the shell
 * reads it. Everywhere else a line is *collapsed*: the backslash-newline with the blanks around it is one space, and of
 * the backslashes before it half are left. A comment starts at a `#` with an even number of backslashes before it, of
 * which half are left too; it goes on with its line.
 */
import type { MappedText, Segment } from '../../text/mapped.js';
import { sliceMapped, toSource } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';

/** A line with its continuation lines: `end` is before the last line break, `next` after it. */
export interface LogicalLine extends Span {
  readonly next: number;
  /** The positions of the line feeds inside that a backslash stands before. */
  readonly breaks: readonly number[];
}

/** The logical line that starts at an offset. */
export function logicalLineAt(text: string, start: number): LogicalLine {
  const breaks: number[] = [];
  for (let from = start; ; ) {
    const feed = text.indexOf('\n', from);
    if (feed === -1) return { start, end: text.length, next: text.length, breaks };
    const end = feed > from && text[feed - 1] === '\r' ? feed - 1 : feed;
    if (backslashesBefore(text, end, from) % 2 === 0) return { start, end, next: feed + 1, breaks };
    breaks.push(feed);
    from = feed + 1;
    if (from >= text.length) return { start, end: text.length, next: text.length, breaks };
  }
}

/** How many backslashes stand directly before an offset, at most back to `start`. */
export function backslashesBefore(text: string, at: number, start = 0): number {
  let from = at;
  while (from > start && text[from - 1] === '\\') from -= 1;
  return at - from;
}

export function isBlank(c: string | undefined): boolean {
  return c === ' ' || c === '\t';
}

/** What C's isspace and make's MAP_SPACE hold for. */
export function isSpace(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\n' || c === '\r' || c === '\v' || c === '\f';
}

/** The first offset from `at` on that is no white space. */
export function skipSpace(text: string, at: number, end = text.length): number {
  let to = at;
  while (to < end && isSpace(text[to])) to += 1;
  return to;
}

/** The first offset from `at` on that is white space, or the end. */
export function endOfWord(text: string, at: number, end = text.length): number {
  let to = at;
  while (to < end && !isSpace(text[to])) to += 1;
  return to;
}

/** Collects pieces of a file, in order, into one text. */
export class Collector {
  #text = '';
  readonly #segments: Segment[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Adds a range of the file. */
  range(start: number, end: number): void {
    if (end > start) this.as(this.#file.slice(start, end), start);
  }

  /** Adds characters that stand for what is at `source`. */
  as(text: string, source: number): void {
    const last = this.#segments[this.#segments.length - 1];
    if (last === undefined || last.source - last.at !== source - this.#text.length)
      this.#segments.push({ at: this.#text.length, source });
    this.#text += text;
  }

  /** Takes blanks away from the end. */
  trimBlanks(): void {
    let end = this.#text.length;
    while (end > 0 && isBlank(this.#text[end - 1])) end -= 1;
    this.#text = this.#text.slice(0, end);
    while (this.#segments.length > 0 && (this.#segments[this.#segments.length - 1]?.at ?? -1) >= end)
      this.#segments.pop();
  }

  /** The text; an empty one stands at `empty`. */
  done(empty: number): MappedText {
    return { text: this.#text, segments: this.#segments.length === 0 ? [{ at: 0, source: empty }] : this.#segments };
  }
}

/** A line as all but recipes see it. */
export function collapse(text: string, line: LogicalLine, start = line.start): MappedText {
  if (line.breaks.length === 0) return { text: text.slice(start, line.end), segments: [{ at: 0, source: start }] };
  const out = new Collector(text);
  let from = start;
  for (const feed of line.breaks) {
    if (feed < start) continue;
    const end = feed > from && text[feed - 1] === '\r' ? feed - 1 : feed;
    const slashes = backslashesBefore(text, end, from);
    out.range(from, end - slashes + (slashes >> 1));
    out.trimBlanks();
    out.as(' ', end - 1);
    from = feed + 1;
    while (from < line.end && isBlank(text[from])) from += 1;
  }
  out.range(from, line.end);
  return out.done(start);
}

/** A line as a recipe has it: carriage returns before line feeds go, all else stays. */
export function keepBreaks(text: string, line: LogicalLine, start: number): MappedText {
  const out = new Collector(text);
  let from = start;
  for (const feed of line.breaks) {
    if (feed < start || text[feed - 1] !== '\r') continue;
    out.range(from, feed - 1);
    from = feed;
  }
  out.range(from, line.end);
  return out.done(start);
}

/** Where a character stands with an even number of backslashes before it, and the text with those backslashes halved. */
export interface Unquoted {
  readonly text: MappedText;
  /** The offset into `text`; -1 when there is none. */
  readonly at: number;
}

/**
 * Finds the first unquoted character of a set, from `from` on, and halves the backslashes before those that it passes
 * (find_char_unquote). With `references`, what stands inside `$(…)` and `${…}` is passed over.
 */
export function findUnquoted(text: MappedText, characters: string, from = 0, references = false): Unquoted {
  const s = text.text;
  const cuts: Span[] = [];
  let found = -1;
  for (let at = from; at < s.length; at += 1) {
    const c = s[at] ?? '';
    if (references && c === '$') {
      at = endOfReference(s, at) - 1;
      continue;
    }
    if (!characters.includes(c)) continue;
    const slashes = backslashesBefore(s, at, from);
    if (slashes > 0) cuts.push({ start: at - ((slashes + 1) >> 1), end: at });
    if (slashes % 2 === 0) {
      found = at;
      break;
    }
  }
  if (cuts.length === 0) return { text, at: found };
  const out = new Collector(s);
  let kept = 0;
  for (const cut of cuts) {
    out.range(kept, cut.start);
    kept = cut.end;
  }
  const removed = cuts.reduce((sum, cut) => sum + cut.end - cut.start, 0);
  out.range(kept, s.length);
  return { text: compose(out.done(0), text), at: found === -1 ? -1 : found - removed };
}

/** The way back through two mappings. */
export function compose(inner: MappedText, outer: MappedText): MappedText {
  const segments: Segment[] = [];
  let cursor = 0;
  for (const [i, segment] of inner.segments.entries()) {
    const end = inner.segments[i + 1]?.at ?? inner.text.length;
    segments.push({ at: segment.at, source: toSource(outer, segment.source) });
    const last = segment.source + end - segment.at;
    while ((outer.segments[cursor]?.at ?? Number.POSITIVE_INFINITY) <= segment.source) cursor += 1;
    for (let next = outer.segments[cursor]; next !== undefined && next.at < last; next = outer.segments[cursor]) {
      segments.push({ at: segment.at + next.at - segment.source, source: next.source });
      cursor += 1;
    }
  }
  return { text: inner.text, segments };
}

/**
 * The end of the reference that starts at a `$`: behind its closing bracket, or behind the next character. An
 * unterminated one ends at the end of the text.
 */
export function endOfReference(s: string, dollar: number): number {
  const open = s[dollar + 1];
  if (open !== '(' && open !== '{') return Math.min(s.length, dollar + 2);
  const close = open === '(' ? ')' : '}';
  let depth = 1;
  for (let at = dollar + 2; at < s.length; at += 1) {
    const c = s[at];
    if (c === close) {
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (c === open) depth += 1;
  }
  return s.length;
}

/** The text without white space at its ends. */
export function trimmed(text: MappedText, start = 0, end = text.text.length): MappedText {
  const from = skipSpace(text.text, start, end);
  let to = end;
  while (to > from && isSpace(text.text[to - 1])) to -= 1;
  return sliceMapped(text, from, to);
}
