import type { Span } from '../../text/span.js';

/** True for what Go's `unicode.IsSpace` calls white space; JavaScript's `\s` also takes U+FEFF, BuildKit does not. */
export function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code === 0x85 || code === 0xa0) return true;
  if (code < 0x1680) return false;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** The offset of the first character from `start` on that is not white space, at most `end`. */
export function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** A range without the white space at both of its ends. */
export function trimRange(text: string, start: number, end: number): Span {
  const first = skipSpace(text, start, end);
  let last = end;
  while (last > first && isSpace(text.charCodeAt(last - 1))) last--;
  return { start: first, end: last };
}

/** True for the blanks that separate the words of FROM, COPY, EXPOSE and the like (`[\t\v\f\r ]`). */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c || code === 0x0d;
}

/** The words of a range between blanks; quotes mean nothing here, as in BuildKit's `parseStringsWhitespaceDelimited`. */
export function splitBlanks(text: string, range: Span): Span[] {
  const words: Span[] = [];
  let at = range.start;
  while (at < range.end) {
    while (at < range.end && isBlank(text.charCodeAt(at))) at++;
    const start = at;
    while (at < range.end && !isBlank(text.charCodeAt(at))) at++;
    if (at > start) words.push({ start, end: at });
  }
  return words;
}

const SINGLE_QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;

/**
 * The words of ENV, ARG and LABEL: white space separates them unless it is quoted or escaped (BuildKit's `parseWords`).
 *
 * The words keep their quotes and escapes. A quote that is never closed runs to the end of the range; it is the lexer of
 * words (`parseWord`) that refuses it. An escape as the very last character belongs to no word.
 */
export function splitWords(
  text: string,
  escapeChar: '\\' | '`',
  range: Span = { start: 0, end: text.length },
): readonly Span[] {
  const words: Span[] = [];
  const escapeCode = escapeChar.charCodeAt(0);
  const { end } = range;
  let at = range.start;
  while (at < end) {
    at = skipSpace(text, at, end);
    const start = at;
    let last = at;
    let quote = 0;
    while (at < end) {
      const code = text.charCodeAt(at);
      if (quote === 0 && isSpace(code)) break;
      if (quote === 0 && (code === SINGLE_QUOTE || code === DOUBLE_QUOTE)) quote = code;
      else if (code === quote) quote = 0;
      else if (code === escapeCode && quote !== SINGLE_QUOTE) {
        at++;
        if (at === end) break;
      }
      at++;
      last = at;
    }
    if (last > start) words.push({ start, end: last });
  }
  return words;
}
