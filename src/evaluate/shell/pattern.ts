/**
 * Shell patterns: `*`, `?`, `[…]`, `[!…]`, and backslash for a literal character. POSIX XCU 2.13; quoted characters of
 * a pattern arrive here with a backslash in front.
 *
 * Matching is by tables, whose time is the length of the text times that of the pattern: JavaScript's regular expressions
 * take exponential time on a pattern such as `*a*a*a*b`.
 */

type Token =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'set'; readonly has: (char: string) => boolean };

/** True when matching would take too long: such a match is not known. */
export function isTooHard(length: number, pattern: string): boolean {
  return length * pattern.length > 50_000_000;
}

/** A test for whole texts. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const tokens = tokensOf(pattern);
  return (text) => matchesWhole(tokens, Array.from(text));
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
  const backwards = operator.startsWith('%');
  const chars = Array.from(text);
  const tokens = tokensOf(pattern);
  if (backwards) {
    chars.reverse();
    tokens.reverse();
  }
  const ends = prefixEnds(tokens, chars);
  const end = operator.length === 2 ? ends.lastIndexOf(1) : ends.indexOf(1);
  if (end === -1) return text;
  const rest = chars.slice(end);
  return (backwards ? rest.reverse() : rest).join('');
}

/** Replaces matches of a pattern (`${X/p/r}`, `${X//p/r}`, and with `#` or `%` only at the start or end). */
export function replaceMatch(
  text: string,
  pattern: string,
  replacement: string,
  operator: '/' | '//' | '/#' | '/%',
): string {
  if (pattern === '') return text;
  const chars = Array.from(text);
  const tokens = tokensOf(pattern);
  if (operator === '/%') {
    const rest = removeMatch(text, pattern, '%%');
    return rest.length < text.length || matchesWhole(tokens, []) ? rest + replacement : text;
  }
  const ends = longestEnds(tokens, chars);
  if (operator === '/#') return (ends[0] ?? -1) === -1 ? text : replacement + chars.slice(ends[0]).join('');
  const out: string[] = [];
  let at = 0;
  while (at < chars.length) {
    const end = ends[at] ?? -1;
    if (end <= at) {
      out.push(chars[at] ?? '');
      at += 1;
      continue;
    }
    out.push(replacement);
    at = end;
    if (operator === '/') break;
  }
  return out.join('') + chars.slice(at).join('');
}

/** Goes back only to the last star, which is enough: what an earlier one would take more, the last one can. */
function matchesWhole(tokens: readonly Token[], chars: readonly string[]): boolean {
  let [at, token, star, retry] = [0, 0, -1, 0];
  while (at < chars.length) {
    const wanted = tokens[token];
    if (wanted?.kind === 'star') {
      star = token;
      retry = at;
      token += 1;
    } else if (wanted !== undefined && takes(wanted, chars[at] ?? '')) {
      at += 1;
      token += 1;
    } else if (star === -1) return false;
    else {
      retry += 1;
      at = retry;
      token = star + 1;
    }
  }
  return tokens.slice(token).every(({ kind }) => kind === 'star');
}

function takes(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char;
  return token.kind !== 'set' || token.has(char);
}

/** For each length, 1 where the characters so far match. */
function prefixEnds(tokens: readonly Token[], chars: readonly string[]): Uint8Array {
  let reached = new Uint8Array(chars.length + 1);
  reached[0] = 1;
  for (const token of tokens) {
    const next = new Uint8Array(chars.length + 1);
    if (token.kind === 'star') {
      const first = reached.indexOf(1);
      if (first !== -1) next.fill(1, first);
    } else {
      for (let at = 0; at < chars.length; at += 1)
        if (reached[at] === 1 && takes(token, chars[at] ?? '')) next[at + 1] = 1;
    }
    reached = next;
  }
  return reached;
}

/** For each position, where the longest match that starts there ends; -1 where none does. */
function longestEnds(tokens: readonly Token[], chars: readonly string[]): Int32Array {
  let ends = Int32Array.from({ length: chars.length + 1 }, (_, at) => at);
  for (const token of tokens.toReversed()) {
    const before = new Int32Array(chars.length + 1).fill(-1);
    for (let at = chars.length; at >= 0; at -= 1) {
      if (token.kind === 'star') before[at] = Math.max(ends[at] ?? -1, before[at + 1] ?? -1);
      else if (at < chars.length && takes(token, chars[at] ?? '')) before[at] = ends[at + 1] ?? -1;
    }
    ends = before;
  }
  return ends;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  word: /\w/,
};

function tokensOf(pattern: string): Token[] {
  const chars = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    const bracket = char === '[' ? readBracket(chars, at) : undefined;
    if (char === '*') {
      if (tokens[tokens.length - 1]?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (char === '?') tokens.push({ kind: 'any' });
    else if (bracket !== undefined) {
      tokens.push({ kind: 'set', has: bracket.has });
      at = bracket.end - 1;
    } else {
      if (char === '\\' && at + 1 < chars.length) at += 1;
      tokens.push({ kind: 'char', char: chars[at] ?? '' });
    }
  }
  return tokens;
}

/** `[…]`; undefined when it has no end, so that the bracket stands for itself. */
function readBracket(
  chars: readonly string[],
  start: number,
): { readonly has: (char: string) => boolean; readonly end: number } | undefined {
  let at = start + 1;
  const negated = chars[at] === '!' || chars[at] === '^';
  if (negated) at += 1;
  const tests: ((char: string) => boolean)[] = [];
  for (let first = true; at < chars.length; first = false) {
    const char = chars[at] ?? '';
    if (char === ']' && !first) {
      return { has: (c) => tests.some((test) => test(c)) !== negated, end: at + 1 };
    }
    const named = char === '[' && chars[at + 1] === ':' ? readClass(chars, at) : undefined;
    if (named !== undefined) {
      tests.push((c) => named.test(c));
      at = chars.indexOf(']', at) + 1;
      continue;
    }
    const from = readMember(chars, at);
    const range = chars[from.end] === '-' && chars[from.end + 1] !== undefined && chars[from.end + 1] !== ']';
    const to = range ? readMember(chars, from.end + 1) : from;
    tests.push((c) => c >= from.char && c <= to.char);
    at = to.end;
  }
  return undefined;
}

function readMember(chars: readonly string[], at: number): { readonly char: string; readonly end: number } {
  const escaped = chars[at] === '\\' && at + 1 < chars.length;
  return { char: chars[escaped ? at + 1 : at] ?? '', end: at + (escaped ? 2 : 1) };
}

/** `[:alpha:]` inside brackets. */
function readClass(chars: readonly string[], at: number): RegExp | undefined {
  const name = /^\[:(\w+):\]/.exec(chars.slice(at, at + 12).join(''))?.[1] ?? '';
  return Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
}
