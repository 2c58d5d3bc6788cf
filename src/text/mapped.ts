import type { Span } from './span.js';

/**
 * A text that was put together from pieces of a file (continued lines, heredoc bodies), with the way back.
 *
 * `segments` are in ascending order of `at`; each says that the text from `at` on comes from file offset `source` on,
 * one to one, up to the next segment. The first segment has `at` 0.
 */
export interface MappedText {
  readonly text: string;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly at: number;
  readonly source: number;
}

/** A text that stands in the file as it is, from `source` on. */
export function mapped(text: string, source: number): MappedText {
  return { text, segments: [{ at: 0, source }] };
}

/** The file offset of an offset into the text. */
export function toSource(text: MappedText, offset: number): number {
  const { segments } = text;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const segment = segments[low];
  return segment === undefined ? offset : segment.source + (offset - segment.at);
}

/** The file span of a range of the text; its end is where its last character ends. */
export function spanToSource(text: MappedText, range: Span): Span {
  const start = toSource(text, range.start);
  return { start, end: range.end > range.start ? toSource(text, range.end - 1) + 1 : start };
}

/** A part of the text with its own way back. */
export function sliceMapped(text: MappedText, start: number, end = text.text.length): MappedText {
  const segments: Segment[] = [{ at: 0, source: toSource(text, start) }];
  for (const segment of text.segments) {
    if (segment.at > start && segment.at < end) segments.push({ at: segment.at - start, source: segment.source });
  }
  return { text: text.text.slice(start, end), segments };
}
