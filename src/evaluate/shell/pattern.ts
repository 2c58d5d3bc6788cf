/**
 * Shell patterns: `*`, `?`, `[…]`, `[!…]`, and backslash for a literal character. POSIX XCU 2.13; quoted characters of
 * a pattern arrive here with a backslash in front.
 */

/** A test for whole texts. A pattern that is too long to be one is compared as plain characters. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const expression = expressionOf(pattern);
  return (text) => expression.test(text);
}

/** True when the pattern has a character that is not itself. */
export function hasWildcard(pattern: string): boolean {
  return /^(?:[^\\*?[]|\\.)*[*?[]/s.test(pattern);
}

/** The characters that a pattern without wildcards stands for. */
export function literalOf(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}

/** Removes the shortest or longest match of a pattern from the start or end of a text (`${X#p}` and its kin). */
export function removeMatch(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const matches = compilePattern(pattern);
  const lengths = Array.from({ length: text.length + 1 }, (_, n) => n);
  if (operator === '##' || operator === '%%') lengths.reverse();
  for (const n of lengths) {
    if (operator.startsWith('#')) {
      if (matches(text.slice(0, n))) return text.slice(n);
    } else if (matches(text.slice(text.length - n))) return text.slice(0, text.length - n);
  }
  return text;
}

/** Replaces matches of a pattern (`${X/p/r}`, `${X//p/r}`, and with `#` or `%` only at the start or end). */
export function replaceMatch(
  text: string,
  pattern: string,
  replacement: string,
  operator: '/' | '//' | '/#' | '/%',
): string {
  if (pattern === '') return text;
  const source = sourceOf(pattern);
  const anchored = operator === '/#' ? `^(?:${source})` : operator === '/%' ? `(?:${source})$` : source;
  return text.replace(new RegExp(anchored, operator === '//' ? 'gsu' : 'su'), () => replacement);
}

const compiled = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size > 2000) compiled.clear();
  const made = new RegExp(`^(?:${sourceOf(pattern)})$`, 'su');
  compiled.set(pattern, made);
  return made;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: 'A-Za-z0-9_',
};

function sourceOf(pattern: string): string {
  let out = '';
  let last = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const c = pattern[i] ?? '';
    let part: string;
    if (c === '*') part = '.*';
    else if (c === '?') part = '.';
    else if (c === '\\' && i + 1 < pattern.length) {
      const code = pattern.codePointAt(i + 1) ?? 0;
      const character = String.fromCodePoint(code);
      i += character.length;
      part = escape(character);
    } else if (c === '[') {
      const bracket = readBracket(pattern, i);
      if (bracket === undefined) part = '\\[';
      else {
        part = bracket.source;
        i = bracket.end - 1;
      }
    } else {
      const code = pattern.codePointAt(i) ?? 0;
      const character = String.fromCodePoint(code);
      i += character.length - 1;
      part = escape(character);
    }
    // `**` is `*`: without this, a pattern of many stars takes exponential time.
    if (part === '.*' && last === '.*') continue;
    out += part;
    last = part;
  }
  return out;
}

function readBracket(pattern: string, start: number): { source: string; end: number } | undefined {
  let i = start + 1;
  let source = '[';
  if (pattern[i] === '!' || pattern[i] === '^') {
    source += '^';
    i += 1;
  }
  let first = true;
  for (; i < pattern.length; i += 1) {
    const c = pattern[i] ?? '';
    if (c === ']' && !first) return { source: source === '[^' ? '.' : `${source}]`, end: i + 1 };
    first = false;
    const named = /^\[:(\w+):\]/.exec(pattern.slice(i));
    const known = named === null ? undefined : CLASSES[named[1] ?? ''];
    if (named !== null && known !== undefined) {
      source += known;
      i += named[0].length - 1;
    } else if (c === '\\' && i + 1 < pattern.length) {
      i += 1;
      source += escapeInClass(pattern[i] ?? '');
    } else if (c === '-' && source !== '[' && source !== '[^' && pattern[i + 1] !== ']' && ordered(pattern, i))
      source += '-';
    else source += escapeInClass(c);
  }
  return undefined;
}

/** A range whose ends are in order; JavaScript refuses others, and shells match nothing. */
function ordered(pattern: string, dash: number): boolean {
  const from = pattern[dash - 1] ?? '';
  const to = pattern[dash + 1] ?? '';
  return /^[\w\s]$/.test(from) && /^[\w\s]$/.test(to) && from <= to;
}

function escape(character: string): string {
  return /^[\\^$.*+?()[\]{}|/]$/.test(character) ? `\\${character}` : character;
}

function escapeInClass(character: string): string {
  return /^[\\\]^[-]$/.test(character) || character === '-' ? `\\${character}` : character;
}
