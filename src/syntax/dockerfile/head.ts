import type { MappedText } from '../../text/mapped.js';
import { spanToSource, toSource } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';
import type { Run } from './joined.js';
import { joinRuns } from './joined.js';
import { isBlank, isSpace, skipSpace, trimRange } from './split.js';
import type { Flag } from './tree.js';

/** A logical line split into keyword, flags and the rest; the ranges are in the line. */
export interface Command {
  readonly keyword: Span;
  readonly flags: readonly Flag[];
  /** The arguments without white space around them. */
  readonly rest: Span;
}

/** Splits a range of a logical line as BuildKit's `splitCommand` does. */
export function splitCommand(line: MappedText, range: Span): Command {
  const { text } = line;
  const { start, end } = trimRange(text, range.start, range.end);
  let at = start;
  while (at < end && !isBlank(text.charCodeAt(at))) at++;
  const keyword = { start, end: at };
  const { flags, next } = readFlags(line, { start: at, end });
  return { keyword, flags, rest: trimRange(text, next, end) };
}

/**
 * Reads `--name[=value]` words up to `--` or the first other word. BuildKit takes the quotes and escapes away here
 * (the escape is always `\`, whatever the directive says), so a value has none of them.
 */
function readFlags(line: MappedText, range: Span): { readonly flags: readonly Flag[]; readonly next: number } {
  const { text } = line;
  const flags: Flag[] = [];
  let at = skipSpace(text, range.start, range.end);
  while (text.startsWith('--', at) && at < range.end) {
    const start = at;
    const runs: Run[] = [];
    at = readFlagWord(text, { start, end: range.end }, runs);
    const word = joinRuns(line, runs, start);
    if (word.text === '--') return { flags, next: at };
    flags.push(flagOf(line, word.text, runs, { start, end: at }));
    at = skipSpace(text, at, range.end);
  }
  return { flags, next: at };
}

function readFlagWord(text: string, range: Span, runs: Run[]): number {
  let quote = '';
  let plain = range.start;
  let at = range.start;
  const drop = (): void => {
    if (at > plain) runs.push({ start: plain, end: at });
    plain = at + 1;
  };
  while (at < range.end) {
    const char = text[at] ?? '';
    if (quote === '' && isSpace(text.charCodeAt(at))) break;
    if (char === quote) {
      drop();
      quote = '';
    } else if (quote === '' && (char === '"' || char === "'")) {
      drop();
      quote = char;
    } else if (char === '\\') {
      drop();
      at++;
    }
    at++;
  }
  at = Math.min(at, range.end);
  drop();
  return at;
}

function flagOf(line: MappedText, word: string, runs: readonly Run[], range: Span): Flag {
  const span = spanToSource(line, range);
  const equals = word.indexOf('=');
  if (equals === -1) return { name: word.slice(2), value: undefined, span };
  const valueRuns: Run[] = [];
  let skip = equals + 1;
  for (const { start, end } of runs) {
    const length = end - start;
    if (skip < length) valueRuns.push({ start: start + skip, end });
    skip = Math.max(0, skip - length);
  }
  const value = joinRuns(line, valueRuns, range.end);
  return { name: word.slice(2, equals), value, span };
}

/** The place of an empty text at an offset of the line. */
export function nowhere(line: MappedText, at: number): MappedText {
  return { text: '', segments: [{ at: 0, source: toSource(line, at) }] };
}
