import type { MappedText, Segment } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';

/** A token of Groovy; a string has its characters, and the text of each `${…}` with its span. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'punctuation' | 'line' | 'end';
  readonly text: string;
  readonly span: Span;
  readonly parts: readonly TokenPart[];
}

export type TokenPart =
  | { readonly kind: 'text'; readonly text: MappedText }
  | { readonly kind: 'code'; readonly span: Span };

const PUNCTUATION =
  /(?:===|!==|==~|\?\.|\*\.|\?:|==|!=|=~|<=|>=|&&|\|\||\+\+|--|\+=|-=|->|\.\.|[-+*/%=<>!&|^~?:;,.()[\]{}@#\\$])/y;
const WORD = /[A-Za-z_][\w$]*/y;
const NUMBER = /\d[\w.]*\b|\d+/y;
const BLANK = /(?:[ \t\r\f]|\\\r?\n|\/\/[^\n]*|#![^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;

/** Reads the tokens of a range. Never throws: a string that does not end reaches to the end of its line or of the text. */
export function tokensOf(text: string, start = 0, end = text.length): readonly Token[] {
  const tokens: Token[] = [];
  let at = start;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    return found === undefined || found === '' || at + found.length > end ? undefined : found;
  };
  const add = (kind: Token['kind'], length: number, parts: readonly TokenPart[] = []): void => {
    tokens.push({ kind, text: text.slice(at, at + length), span: { start: at, end: at + length }, parts });
    at += length;
  };
  while (at < end) {
    const c = text[at] ?? '';
    const blank = match(BLANK);
    if (blank !== undefined) at += blank.length;
    else if (c === '\n') add('line', 1);
    else if (c === '"' || c === "'" || (c === '/' && startsPattern(tokens, text, at))) {
      const { length, parts } = readString(text, at, end);
      add('string', length, parts);
    } else {
      const word = match(WORD);
      const number = match(NUMBER);
      if (word !== undefined) add('word', word.length);
      else if (number !== undefined) add('number', number.length);
      else add('punctuation', match(PUNCTUATION)?.length ?? 1);
    }
  }
  tokens.push({ kind: 'end', text: '', span: { start: end, end }, parts: [] });
  return tokens;
}

/** A slash begins a string where a value is expected and the line has another slash. */
function startsPattern(tokens: readonly Token[], text: string, at: number): boolean {
  const before = tokens[tokens.length - 1];
  const expected =
    before === undefined || before.kind === 'line' || (before.kind === 'punctuation' && !/^[)\]}]$/.test(before.text));
  const line = text.slice(at + 1, (text.indexOf('\n', at) + 1 || text.length + 1) - 1);
  return expected && /^[^/].*\//.test(line);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function readString(text: string, start: number, end: number): { length: number; parts: readonly TokenPart[] } {
  const c = text[start] ?? '';
  const triple = c !== '/' && text.startsWith(c.repeat(3), start);
  const close = triple ? c.repeat(3) : c;
  const parts: TokenPart[] = [];
  let out = '';
  let segments: Segment[] = [];
  let expected = -1;
  const put = (chars: string, source: number): void => {
    if (source !== expected) segments.push({ at: out.length, source });
    out += chars;
    expected = source + chars.length;
  };
  const flush = (): void => {
    if (out !== '') parts.push({ kind: 'text', text: { text: out, segments } });
    out = '';
    segments = [];
    expected = -1;
  };
  let at = start + close.length;
  while (at < end && !text.startsWith(close, at)) {
    const here = text[at] ?? '';
    if (here === '\n' && !triple) break;
    if (here === '\\' && at + 1 < end) {
      const next = text[at + 1] ?? '';
      if (c === '/') put(next === '/' ? '/' : `\\${next}`, at);
      else if (next === '\n') expected = -1;
      else put(Object.hasOwn(ESCAPES, next) ? (ESCAPES[next] ?? next) : next, at + (/[ntrbf]/.test(next) ? 0 : 1));
      at += 2;
      continue;
    }
    if (here === '$' && c !== "'") {
      const code = codeAt(text, at, end);
      if (code !== undefined) {
        flush();
        parts.push({ kind: 'code', span: code.span });
        at = code.next;
        continue;
      }
    }
    put(here, at);
    at += 1;
  }
  flush();
  return { length: Math.min(end, text.startsWith(close, at) ? at + close.length : at) - start, parts };
}

/** `${…}` or `$name.name` in a string. */
function codeAt(text: string, at: number, end: number): { span: Span; next: number } | undefined {
  if (text[at + 1] !== '{') {
    const name = /^\$([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)/.exec(text.slice(at, Math.min(end, at + 200)));
    if (name === null) return undefined;
    return { span: { start: at + 1, end: at + name[0].length }, next: at + name[0].length };
  }
  let depth = 0;
  for (let i = at + 1; i < end; i += 1) {
    const c = text[i];
    if (c === '{') depth += 1;
    else if (c === '}' && (depth -= 1) === 0) return { span: { start: at + 2, end: i }, next: i + 1 };
    else if (i - at > 4000) return undefined;
  }
  return undefined;
}
