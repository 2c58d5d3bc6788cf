/*
 * Tokens of HCL's native syntax.
 *
 * A scanner with a stack of modes, since templates nest: a quoted text holds an interpolation, which holds an expression,
 * which holds a quoted text. Every character of the file is in exactly one token, so the tokens print the file.
 */
import type { Problem } from '../../text/span.js';
import type { Token, TokenKind } from './tree.js';

type Mode =
  /** Expressions and bodies; `inTemplate` when a `}` that nothing here opened goes back to a template. */
  | { readonly kind: 'code'; readonly inTemplate: boolean; braces: number }
  | { readonly kind: 'quoted'; readonly start: number }
  | { readonly kind: 'heredoc'; readonly marker: string; readonly start: number }
  /** A template without delimiters: a string of JSON. */
  | { readonly kind: 'bare' };

const OPERATORS = [
  ...['...', '==', '!=', '<=', '>=', '&&', '||', '=>', '::'],
  ...'{}[]()=,.?:<>+-*/%!'.split(''),
] as const;

const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\uFEFF]+/y;
const NEWLINE = /\r?\n/y;
const COMMENT = /#[^\n]*?(?=\r?\n|$)|\/\/[^\n]*?(?=\r?\n|$)|\/\*[\s\S]*?(?:\*\/|$)/y;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?\n/uy;

const ATTRIBUTE = /[ \t]*[\w-]+[ \t]*=(?![=>])/y;

/** What the scanner found. */
export interface Scanned {
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
}

/** Scans a file, or, as `bare`, a template without quotes. Never throws. */
export function scan(text: string, bare = false): Scanned {
  const tokens: Token[] = [];
  const problems: Problem[] = [];
  const modes: Mode[] = [bare ? { kind: 'bare' } : { kind: 'code', inTemplate: false, braces: 0 }];
  let at = 0;

  const put = (kind: TokenKind, end: number): number => {
    tokens.push({ kind, start: at, end });
    at = end;
    return at;
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const problem = (start: number, end: number, message: string): void => {
    problems.push({ at: { start, end }, message });
  };

  /** Interpolations may go on over lines, but not over one that begins the next attribute. */
  const leaveUnclosed = (): void => {
    const outer = modes[modes.length - 2];
    if (outer?.kind !== 'quoted' || match(ATTRIBUTE) === null) return;
    problem(outer.start, at, 'this text is not closed on its line');
    modes.splice(-2);
  };

  const code = (mode: Extract<Mode, { kind: 'code' }>): number => {
    const c = text[at] ?? '';
    let found: RegExpExecArray | null;
    if ((found = match(SPACE)) !== null) return put('space', at + found[0].length);
    if ((found = match(NEWLINE)) !== null) {
      put('newline', at + found[0].length);
      if (mode.inTemplate && mode.braces === 0) leaveUnclosed();
      return at;
    }
    if ((found = match(COMMENT)) !== null) {
      if (found[0].startsWith('/*') && !/\*\/$/.test(found[0].slice(2)))
        problem(at, at + 2, 'this comment is not closed');
      return put('comment', at + found[0].length);
    }
    if ((found = match(IDENTIFIER)) !== null) return put('identifier', at + found[0].length);
    if ((found = match(NUMBER)) !== null) return put('number', at + found[0].length);
    if (c === '"') {
      modes.push({ kind: 'quoted', start: at });
      return put('quote-open', at + 1);
    }
    if ((found = match(HEREDOC)) !== null) {
      modes.push({ kind: 'heredoc', marker: found[1] ?? '', start: at });
      return put('heredoc-open', at + found[0].length);
    }
    if (mode.inTemplate && mode.braces === 0 && (c === '}' || text.startsWith('~}', at))) {
      modes.pop();
      return put('template-close', at + (c === '}' ? 1 : 2));
    }
    if (c === '{') mode.braces += 1;
    if (c === '}') mode.braces = Math.max(0, mode.braces - 1);
    const operator = OPERATORS.find((one) => text.startsWith(one, at));
    if (operator !== undefined) return put('operator', at + operator.length);
    const end = at + String.fromCodePoint(text.codePointAt(at) ?? 0).length;
    problem(at, end, 'this character means nothing here');
    return put('invalid', end);
  };

  const opening = (): boolean => {
    const c = text[at];
    if ((c !== '$' && c !== '%') || text[at + 1] !== '{') return false;
    modes.push({ kind: 'code', inTemplate: true, braces: 0 });
    put(c === '$' ? 'interpolation-open' : 'directive-open', at + (text[at + 2] === '~' ? 3 : 2));
    return true;
  };

  const quoted = (mode: Extract<Mode, { kind: 'quoted' }>): number => {
    const c = text[at];
    if (c === '"') {
      modes.pop();
      return put('quote-close', at + 1);
    }
    if (c === '\n' || (c === '\r' && text[at + 1] === '\n')) {
      problem(mode.start, at, 'this text is not closed on its line');
      modes.pop();
      return at;
    }
    if (opening()) return at;
    let end = at;
    while (end < text.length) {
      const d = text[end];
      if (d === '"' || d === '\n' || (d === '\r' && text[end + 1] === '\n')) break;
      if ((d === '$' || d === '%') && text[end + 1] === d && text[end + 2] === '{') end += 3;
      else if ((d === '$' || d === '%') && text[end + 1] === '{') break;
      else if (d === '\\' && text[end + 1] !== '\n' && text[end + 1] !== '\r') end += 2;
      else end += 1;
    }
    return put('text', Math.min(end, text.length));
  };

  /** Up to an opening, or to the end of a line: a heredoc's marker stands at the start of one. */
  const unquoted = (marker: string | undefined): number => {
    const startsLine = marker !== undefined && text[at - 1] === '\n';
    if (startsLine) {
      const eol = text.indexOf('\n', at);
      const line = text.slice(at, eol === -1 ? text.length : eol);
      if (line.trim() === marker) {
        modes.pop();
        return put('heredoc-close', at + line.trimEnd().length);
      }
    }
    if (opening()) return at;
    let end = at;
    while (end < text.length) {
      const d = text[end];
      if ((d === '$' || d === '%') && text[end + 1] === d && text[end + 2] === '{') {
        end += 3;
        continue;
      }
      if ((d === '$' || d === '%') && text[end + 1] === '{') break;
      end += 1;
      if (d === '\n' && marker !== undefined) break;
    }
    return put('text', end);
  };

  while (at < text.length) {
    const mode = modes[modes.length - 1];
    if (mode === undefined) modes.push({ kind: 'code', inTemplate: false, braces: 0 });
    else if (mode.kind === 'code') code(mode);
    else if (mode.kind === 'quoted') quoted(mode);
    else unquoted(mode.kind === 'heredoc' ? mode.marker : undefined);
  }
  for (const mode of modes) {
    if (mode.kind === 'heredoc')
      problem(mode.start, mode.start + 2 + mode.marker.length, `no line that is ${mode.marker} alone ends this text`);
    if (mode.kind === 'quoted') problem(mode.start, text.length, 'this text is not closed');
  }
  return { tokens, problems };
}
