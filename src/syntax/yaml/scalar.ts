/*
 * The way back of a scalar's characters to the file.
 *
 * The package `yaml` says what a scalar's value is, not where each of its characters stands. Quoted scalars are read once
 * more here, escape by escape. Plain and block scalars have no escapes: each of their lines stands in the value as it is,
 * without its indentation, and between two lines the value has a blank or line breaks; so the lines are looked up in the
 * value one after the other. Where that disagrees with the value (a damaged file), every character gets a place within the
 * scalar, and none outside of it.
 */
import type { MappedText, Segment } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';

/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

/** A value as it is put together, character by character, each with its place in the file. */
class Mapping {
  readonly segments: Segment[] = [];
  text = '';
  /** How far the text goes that a line break cannot take back: blanks at the end of a line are not part of a value. */
  #fixed = 0;
  #expected = -1;

  /** Adds characters; when they stand in the file one to one, `width` is their number. */
  put(characters: string, source: number, width = characters.length): void {
    if (characters === '') return;
    if (source !== this.#expected) this.segments.push({ at: this.text.length, source });
    // All that an escape stands for stands where the escape does.
    if (width !== characters.length)
      for (let i = 1; i < characters.length; i += 1) this.segments.push({ at: this.text.length + i, source });
    this.text += characters;
    this.#expected = width === characters.length ? source + width : -1;
    if (width !== characters.length || !/^[ \t]$/.test(characters)) this.#fixed = this.text.length;
  }

  trimBlanks(): void {
    if (this.text.length === this.#fixed) return;
    this.text = this.text.slice(0, this.#fixed);
    while ((this.segments.at(-1)?.at ?? -1) >= this.#fixed) this.segments.pop();
    this.#expected = -1;
  }

  done(source: number): MappedText {
    return { text: this.text, segments: this.segments.length === 0 ? [{ at: 0, source }] : this.segments };
  }
}

/** The value of a scalar with the way back to the file; `value` is what the parser made of it. */
export function mapScalar(file: string, span: Span, style: ScalarStyle, value: string): MappedText {
  const found =
    style === 'plain'
      ? plainScalar(file, span, value)
      : style === 'block'
        ? blockScalar(file, span, value)
        : quotedScalar(file, span, style === 'double');
  return found?.text === value ? found : roughly(span, value);
}

/** Places for characters that are anywhere in the scalar. */
function roughly(span: Span, value: string): MappedText {
  const segments: Segment[] = [{ at: 0, source: span.start }];
  const last = Math.max(span.start, span.end - 1);
  for (let at = Math.max(1, span.end - span.start); at < value.length; at += 1) segments.push({ at, source: last });
  return { text: value, segments };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
};

function quotedScalar(file: string, span: Span, double: boolean): MappedText | undefined {
  const out = new Mapping();
  const quote = double ? '"' : "'";
  let at = span.start + 1;
  while (at < span.end) {
    const c = file[at] ?? '';
    if (c === quote) {
      if (double || file[at + 1] !== quote || at + 1 >= span.end) return out.done(span.start + 1);
      out.put(quote, at, 2);
      at += 2;
    } else if (c === '\\' && double) {
      const broken = /^\\\r?\n[ \t]*/.exec(file.slice(at, Math.min(span.end, at + 1000)));
      if (broken !== null) {
        at += broken[0].length;
        continue;
      }
      const escape = readEscape(file, at);
      if (escape === undefined) return undefined;
      out.put(escape.text, at, escape.width);
      at += escape.width;
    } else if (c === '\n' || (c === '\r' && file[at + 1] === '\n')) {
      out.trimBlanks();
      const breaks: number[] = [];
      for (; at < span.end && /[ \t\r\n]/.test(file[at] ?? ''); at += 1) if (file[at] === '\n') breaks.push(at);
      if (breaks.length === 1) out.put(' ', breaks[0] ?? at, 2);
      for (const place of breaks.slice(1)) out.put('\n', place, 2);
    } else {
      out.put(c, at);
      at += 1;
    }
  }
  // The closing quote is missing.
  return out.done(span.start + 1);
}

function readEscape(file: string, at: number): { readonly text: string; readonly width: number } | undefined {
  const hex = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(file.slice(at, at + 10));
  if (hex !== null) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16);
    return code > 0x10ffff ? undefined : { text: String.fromCodePoint(code), width: hex[0].length };
  }
  const next = file[at + 1] ?? '';
  const text = Object.hasOwn(ESCAPES, next) ? ESCAPES[next] : undefined;
  return text === undefined ? undefined : { text, width: 2 };
}

interface Line {
  readonly start: number;
  /** Where the line's characters end, before its line break. */
  readonly end: number;
  /** Where its line break stands, or its last character when it has none. */
  readonly newline: number;
}

function linesOf(file: string, start: number, end: number): readonly Line[] {
  const lines: Line[] = [];
  for (let at = start; at < end; ) {
    const found = file.indexOf('\n', at);
    const hasBreak = found !== -1 && found < end;
    const stop = hasBreak ? found : end;
    lines.push({
      start: at,
      end: file[stop - 1] === '\r' && stop > at ? stop - 1 : stop,
      newline: hasBreak ? found : end - 1,
    });
    at = stop + 1;
  }
  return lines;
}

function plainScalar(file: string, span: Span, value: string): MappedText | undefined {
  const lines = linesOf(file, span.start, span.end).map(({ start, end, newline }) => {
    let [from, to] = [start, end];
    while (from < to && /[ \t]/.test(file[from] ?? '')) from += 1;
    while (to > from && /[ \t]/.test(file[to - 1] ?? '')) to -= 1;
    return { start: from, end: to, newline };
  });
  return alignLines(file, lines, value, span.start);
}

function blockScalar(file: string, span: Span, value: string): MappedText | undefined {
  const header = file.indexOf('\n', span.start);
  if (header === -1 || header >= span.end)
    return value === '' ? { text: '', segments: [{ at: 0, source: span.end }] } : undefined;
  const lines = linesOf(file, header + 1, span.end);
  const first = lines.find((line) => /[^ ]/.test(file.slice(line.start, line.end)));
  const blanksOf = (text: string): number => /^ */.exec(text)?.[0].length ?? 0;
  const indent =
    first === undefined
      ? Number.POSITIVE_INFINITY
      : blanksOf(file.slice(first.start, first.end)) - blanksOf(value.replace(/^\n+/, ''));
  return alignLines(
    file,
    lines.map((line) => ({ ...line, start: Math.min(line.end, line.start + Math.max(0, indent)) })),
    value,
    header + 1,
  );
}

/** Finds lines in a value that has blanks or line breaks between them. */
function alignLines(file: string, lines: readonly Line[], value: string, start: number): MappedText | undefined {
  const out = new Mapping();
  let breaks: number[] = [];
  let at = 0;
  const separate = (end: number): void => {
    // A blank or line break between lines stands for one of the line breaks in the file; the last ones are as good as any.
    const spare = breaks.length - (end - at);
    for (let i = at; i < end; i += 1) {
      const place = breaks[Math.max(0, spare) + i - at] ?? breaks.at(-1) ?? start;
      out.put(value[i] ?? '', place, 0);
    }
    at = end;
    breaks = [];
  };
  for (const line of lines) {
    if (line.end > line.start) {
      const text = file.slice(line.start, line.end);
      let next = at;
      while (!value.startsWith(text, next)) {
        if (value[next] !== ' ' && value[next] !== '\n') return undefined;
        next += 1;
      }
      separate(next);
      out.put(text, line.start);
      at += text.length;
    }
    breaks.push(line.newline);
  }
  if (!/^[ \n]*$/.test(value.slice(at))) return undefined;
  separate(value.length);
  return out.done(lines[0]?.start ?? start);
}
