import type { MappedText, Segment } from '../../text/mapped.js';
import { toSource } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';

/**
 * A part of a mapped text; as `sliceMapped`, but its cost does not grow with the number of segments outside the part.
 * An ENV instruction of 10,000 lines has 10,000 segments and as many words.
 */
export function cut(text: MappedText, start: number, end: number): MappedText {
  const segments: Segment[] = [];
  addSegments(segments, 0, text, start, end);
  if (segments.length === 0) segments.push({ at: 0, source: toSource(text, start) });
  return { text: text.text.slice(start, end), segments };
}

/** A range of a mapped text; with `as`, one character that stands for the whole range (an escape in JSON). */
export interface Run extends Span {
  readonly as?: string;
}

/** The text that some ascending ranges of another make up; `empty` is the place of the result when there are none. */
export function joinRuns(text: MappedText, runs: readonly Run[], empty: number): MappedText {
  const pieces: string[] = [];
  const segments: Segment[] = [];
  let length = 0;
  for (const run of runs) {
    const piece = run.as ?? text.text.slice(run.start, run.end);
    if (piece === '') continue;
    addSegments(segments, length, text, run.start, run.as === undefined ? run.end : run.start + 1);
    pieces.push(piece);
    length += piece.length;
  }
  if (segments.length === 0) segments.push({ at: 0, source: toSource(text, empty) });
  return { text: pieces.join(''), segments };
}

/** The text that some ascending ranges of a file make up; `empty` is the place of the result when all are empty. */
export function joinSpans(file: string, spans: readonly Span[], empty: number): MappedText {
  return joinRuns({ text: file, segments: [{ at: 0, source: 0 }] }, spans, empty);
}

function addSegments(into: Segment[], at: number, text: MappedText, start: number, end: number): void {
  if (end <= start) return;
  const { segments } = text;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.at ?? 0) <= start) low = middle;
    else high = middle - 1;
  }
  for (let index = low; index < segments.length; index++) {
    const segment = segments[index];
    if (segment === undefined || segment.at >= end) return;
    const from = Math.max(segment.at, start);
    add(into, { at: at + (from - start), source: segment.source + (from - segment.at) });
  }
}

/** Adds a segment unless the one before it already leads there. */
function add(into: Segment[], segment: Segment): void {
  const last = into.at(-1);
  if (last !== undefined && last.source - last.at === segment.source - segment.at) return;
  into.push(segment);
}
