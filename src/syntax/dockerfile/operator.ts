import type { VariableOperator } from './tree.js';

/*
 * What BuildKit does with the value of a variable (frontend/dockerfile/shell/lex.go).
 *
 * BuildKit turns a pattern into a Go regular expression: `*` is `.*` (`.*?` for the shortest match), `?` is `.`, and
 * neither matches a line feed. Go's expressions take linear time; JavaScript's may take exponential time on a pattern
 * such as `*a*a*a*b`, so matching is done by a table here: for each token from the last to the first, the end of the
 * match that starts at each position. For patterns of this kind the end that Go's leftmost-first rule picks is the
 * farthest one (or the nearest, for the shortest match).
 */

/** The text that a variable becomes, or the error with which BuildKit stops. */
export type Applied =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Applies the operator of `${name…}` to the variable's value (undefined: unset) and its evaluated operands.
 *
 * Both operands must have been evaluated before, used or not: an error in them is an error of the whole.
 */
export function applyOperator(
  operator: VariableOperator,
  value: string | undefined,
  operand: string,
  replacement: string,
  name: string,
): Applied {
  switch (operator) {
    case '':
      return text(value ?? '');
    case '-':
      return text(value ?? operand);
    case ':-':
      return text(value === undefined || value === '' ? operand : value);
    case '+':
      return text(value === undefined ? '' : operand);
    case ':+':
      return text(value === undefined || value === '' ? '' : operand);
    case '?':
    case ':?':
      if (value === undefined) return error(`${name}: ${operand || 'is not allowed to be unset'}`);
      if (operator === ':?' && value === '') return error(`${name}: ${operand || 'is not allowed to be empty'}`);
      return text(value);
    case '#':
    case '%':
      // BuildKit looks for the second `#` in the evaluated word, so that a variable's value may bring it.
      if (operand.startsWith(operator)) return trim(operator, value ?? '', operand.slice(1), true);
      return trim(operator, value ?? '', operand, false);
    case '##':
      return trim('#', value ?? '', operand, true);
    case '%%':
      return trim('%', value ?? '', operand, true);
    case '/':
    case '//':
      return replace(value ?? '', operand, replacement, operator === '//');
  }
}

function text(value: string): Applied {
  return { kind: 'text', text: value };
}

function error(message: string): Applied {
  return { kind: 'error', message };
}

type Token = { readonly kind: 'star' } | { readonly kind: 'any' } | { readonly kind: 'char'; readonly char: string };

function compile(pattern: readonly string[]): readonly Token[] | string {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '*') tokens.push({ kind: 'star' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else if (char === '\\') {
      at++;
      // At the end of the pattern Go prints the replacement character for "no character".
      const next = pattern[at] ?? '\ufffd';
      if (!'*?\\}/'.includes(next)) return `invalid escape '\\${next}'`;
      tokens.push({ kind: 'char', char: next });
    } else tokens.push({ kind: 'char', char });
  }
  return tokens;
}

/** For each position of the value, where the match that starts there ends; -1 where none does. */
function matchEnds(tokens: readonly Token[], value: readonly string[], longest: boolean): Int32Array {
  const length = value.length;
  let ends = Int32Array.from({ length: length + 1 }, (_, at) => at);
  for (const token of tokens.toReversed()) {
    const before = new Int32Array(length + 1).fill(-1);
    for (let at = length; at >= 0; at--) {
      const further = at < length && value[at] !== '\n';
      if (token.kind === 'star') {
        const here = ends[at] ?? -1;
        const there = further ? (before[at + 1] ?? -1) : -1;
        before[at] = here === -1 || there === -1 || longest ? Math.max(here, there) : Math.min(here, there);
      } else if (token.kind === 'any' ? further : at < length && value[at] === token.char) {
        before[at] = ends[at + 1] ?? -1;
      }
    }
    ends = before;
  }
  return ends;
}

function trim(side: '#' | '%', value: string, pattern: string, longest: boolean): Applied {
  let chars = Array.from(value);
  let wanted = Array.from(pattern);
  // As in BuildKit, a suffix is a prefix of the reversed value; a message then quotes the reversed pattern.
  if (side === '%') {
    chars = chars.reverse();
    wanted = reversePattern(wanted);
  }
  const tokens = compile(wanted);
  if (typeof tokens === 'string') return invalid(wanted.join(''), tokens);
  const end = matchEnds(tokens, chars, longest)[0] ?? -1;
  const rest = end === -1 ? chars : chars.slice(end);
  return text((side === '%' ? rest.reverse() : rest).join(''));
}

function reversePattern(pattern: readonly string[]): string[] {
  const out: string[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const next = pattern[at + 1];
    if (char === '\\' && next !== undefined) {
      out.push(next, char);
      at++;
    } else out.push(char);
  }
  return out.reverse();
}

function invalid(pattern: string, reason: string): Applied {
  return error(`invalid pattern (${pattern}) in substitution: ${reason}`);
}

function replace(value: string, pattern: string, replacement: string, all: boolean): Applied {
  const tokens = compile(Array.from(pattern));
  if (typeof tokens === 'string') return invalid(pattern, tokens);
  const chars = Array.from(value);
  const ends = matchEnds(tokens, chars, true);
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at <= chars.length; ) {
    const end = ends[at] ?? -1;
    if (end === -1) {
      at++;
      continue;
    }
    pieces.push(chars.slice(copied, at).join(''));
    if (!all) {
      pieces.push(replacement, chars.slice(end).join(''));
      return text(pieces.join(''));
    }
    // Go's ReplaceAllString: an empty match directly after another match does not count.
    if (end > copied || at === 0) pieces.push(fillIn(replacement, chars.slice(at, end).join('')));
    copied = end;
    at = Math.max(end, at + 1);
  }
  pieces.push(chars.slice(copied).join(''));
  return text(pieces.join(''));
}

/** Go's template of a replacement: `$0` is the match, any other group is empty (patterns have none), `$$` is `$`. */
function fillIn(template: string, match: string): string {
  if (!template.includes('$')) return template;
  return template.replace(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (all, braced, bare) =>
    all === '$$' ? '$' : (braced ?? bare) === '0' ? match : '',
  );
}
