import type { Problem, Span } from '../../text/span.js';

/** An entry of a dotenv file. */
export interface DotenvEntry {
  readonly name: string;
  /** `NAME` alone takes the value of the environment. */
  readonly inherits: boolean;
  readonly value: string;
  /** Whether variables in the value are filled in. */
  readonly expands: boolean;
  readonly at: Span;
}

/** What a dotenv file says, and the offsets of what cannot be read. */
export interface Dotenv {
  readonly entries: readonly DotenvEntry[];
  readonly problems: readonly Problem[];
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Reads a dotenv file by the rules of compose. */
export function parseDotenv(text: string): Dotenv {
  const entries: DotenvEntry[] = [];
  const problems: Problem[] = [];
  const lineEnd = (from: number): number => {
    const found = text.indexOf('\n', from);
    return found === -1 ? text.length : found;
  };
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const c = text[at] ?? '';
    if (/\s/.test(c)) {
      at += 1;
      continue;
    }
    const end = lineEnd(at);
    if (c === '#') {
      at = end;
      continue;
    }
    const line = text.slice(at, end);
    const head = /^(?:export[ \t]+)?([A-Za-z0-9_.[\]-]+)[ \t]*(?:([=:])[ \t]*|(?=#|\r?$))/.exec(line);
    if (head === null) {
      problems.push({
        at: { start: at, end: at + line.trimEnd().length },
        message: 'this line is no assignment; compose stops here',
      });
      at = end;
      continue;
    }
    const [whole = '', name = '', sign] = head;
    const from = at + whole.length;
    const quote = text[from];
    if (sign === undefined) {
      entries.push({
        name,
        inherits: true,
        value: '',
        expands: false,
        at: { start: at, end: at + line.trimEnd().length },
      });
      at = end;
    } else if (quote === '"' || quote === "'") {
      const close = closingQuote(text, from, quote);
      if (close === -1) {
        problems.push({ at: { start: from, end }, message: 'this quote is not closed; compose stops here' });
        at = end;
        continue;
      }
      const inner = text.slice(from + 1, close).replaceAll('\r\n', '\n');
      const value = quote === '"' ? unescape(inner) : inner;
      entries.push({ name, inherits: false, value, expands: quote === '"', at: { start: at, end: close + 1 } });
      at = lineEnd(close);
    } else {
      const value = text
        .slice(from, end)
        .replace(/(?:^|\s)#.*$/s, '')
        .trim();
      entries.push({ name, inherits: false, value, expands: true, at: { start: at, end: at + line.trimEnd().length } });
      at = end;
    }
  }
  return { entries, problems };
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let i = from + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === quote) return i;
  }
  return -1;
}

/** Escapes of double quotes; an escaped dollar is doubled, so that no variable begins there. */
function unescape(text: string): string {
  return text.replace(/\\([abfnrtv$"\\])/g, (_, c: string) => (c === '$' ? '$$' : (ESCAPES[c] ?? c)));
}
