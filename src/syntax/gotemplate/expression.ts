import type { Span } from '../../text/span.js';
import type { Expression } from './tree.js';

const TOKEN =
  /\s*(?:("(?:[^"\\\n]|\\.)*")|(`[^`]*`)|('(?:[^'\\]|\\.)')|(\$?\w*(?:\.[A-Za-z_]\w*)+|\$\w*|\.)|(-?\d[\w.]*)|([A-Za-z_]\w*)|([()|,]))/y;

interface Token {
  readonly kind: 'string' | 'field' | 'number' | 'word' | 'mark';
  readonly text: string;
  readonly span: Span;
}

const DEPTH_LIMIT = 40;
/** Longer actions are not read. */
const LENGTH_LIMIT = 20_000;

/** Reads a pipeline, which starts at an offset of the file; undefined when it is none. */
export function parseExpression(text: string, start: number): Expression | undefined {
  const tokens = text.length > LENGTH_LIMIT ? undefined : tokensOf(text, start);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const state = { tokens, at: 0 };
  const value = pipeline(state, 0);
  return state.at === tokens.length ? value : undefined;
}

function tokensOf(text: string, start: number): readonly Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) return undefined;
    const [whole, quoted, raw, char, field, number, word, mark] = found;
    const end = at + whole.length;
    const span = { start: start + end - whole.trimStart().length, end: start + end };
    if (quoted !== undefined) tokens.push({ kind: 'string', text: unquote(quoted), span });
    else if (raw !== undefined) tokens.push({ kind: 'string', text: raw.slice(1, -1), span });
    else if (char !== undefined) tokens.push({ kind: 'number', text: char, span });
    else if (field !== undefined) tokens.push({ kind: 'field', text: field, span });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, span });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, span });
    else tokens.push({ kind: 'mark', text: mark ?? '', span });
    at = end;
  }
  return tokens;
}

function unquote(quoted: string): string {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : quoted.slice(1, -1);
  } catch {
    return quoted.slice(1, -1);
  }
}

interface State {
  readonly tokens: readonly Token[];
  at: number;
}

function pipeline(state: State, depth: number): Expression | undefined {
  let value = command(state, undefined, depth);
  while (value !== undefined && state.tokens[state.at]?.text === '|' && state.tokens[state.at]?.kind === 'mark') {
    state.at += 1;
    value = command(state, value, depth);
  }
  return value;
}

function command(state: State, piped: Expression | undefined, depth: number): Expression | undefined {
  const first = state.tokens[state.at];
  if (first === undefined || depth > DEPTH_LIMIT) return undefined;
  const isCall = first.kind === 'word' && !/^(?:true|false|nil)$/.test(first.text);
  const operands: Expression[] = [];
  if (isCall) state.at += 1;
  let end = first.span.end;
  for (;;) {
    const next = operand(state, depth);
    if (next === undefined) break;
    end = next.span.end;
    operands.push(next);
  }
  const after = state.tokens[state.at];
  if (after !== undefined && !(after.kind === 'mark' && (after.text === '|' || after.text === ')'))) return undefined;
  const span = { start: piped?.span.start ?? first.span.start, end };
  const all = piped === undefined ? operands : [...operands, piped];
  if (isCall) return { kind: 'call', name: first.text, arguments: all, span };
  const [only] = operands;
  if (all.length === 1) return only;
  // A method of a value (`.Capabilities.APIVersions.Has "x"`).
  return only === undefined ? undefined : { kind: 'call', name: 'a method', arguments: all, span };
}

function operand(state: State, depth: number): Expression | undefined {
  const token = state.tokens[state.at];
  if (token === undefined) return undefined;
  const { span } = token;
  if (token.kind === 'mark') {
    if (token.text !== '(') return undefined;
    const before = state.at;
    state.at += 1;
    const inner = pipeline(state, depth + 1);
    const close = state.tokens[state.at];
    if (inner === undefined || close?.text !== ')') {
      state.at = before;
      return undefined;
    }
    state.at += 1;
    const next = state.tokens[state.at];
    if (next?.kind === 'field' && next.text.startsWith('.') && next.span.start === close.span.end) {
      state.at += 1;
      return {
        kind: 'field',
        of: inner,
        variable: undefined,
        path: pathOf(next.text),
        span: { start: span.start, end: next.span.end },
      };
    }
    return inner;
  }
  state.at += 1;
  switch (token.kind) {
    case 'string':
      return { kind: 'string', value: token.text, span };
    case 'number':
      return { kind: 'number', value: token.text, span };
    case 'word':
      if (token.text === 'true' || token.text === 'false' || token.text === 'nil')
        return { kind: 'word', value: token.text, span };
      return { kind: 'call', name: token.text, arguments: [], span };
    case 'field': {
      const variable = /^\$(\w*)/.exec(token.text)?.[1];
      return { kind: 'field', of: undefined, variable, path: pathOf(token.text.replace(/^\$\w*/, '')), span };
    }
  }
}

function pathOf(text: string): readonly string[] {
  return text.split('.').filter((name) => name !== '');
}
