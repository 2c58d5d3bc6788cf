/*
 * Go templates: text with actions in `{{ }}`. `{{-` and `-}}` take the blanks and line breaks beside them away, which decides what
 * becomes one line. Never throws; an action that cannot be read is a problem and an expression that is not known.
 */
import type { Problem, Span } from '../../text/span.js';
import { parseExpression } from './expression.js';
import type { Expression, Template, TemplateNode } from './tree.js';

const DEPTH_LIMIT = 60;

interface Action {
  readonly inner: string;
  readonly innerStart: number;
  readonly span: Span;
}

type Part = { readonly kind: 'text'; readonly text: string; readonly span: Span } | ({ readonly kind: 'raw' } & Action);

/** Reads a Go template. */
export function parseTemplate(text: string): Template {
  const problems: Problem[] = [];
  const state: State = { parts: partsOf(text), at: 0, problems };
  const nodes: TemplateNode[] = [];
  while (state.at < state.parts.length) {
    nodes.push(...readNodes(state, 0));
    const part = state.parts[state.at];
    if (part === undefined) break;
    problems.push({ at: part.span, message: 'this ends or goes on with something that was not begun' });
    state.at += 1;
  }
  return { nodes, problems };
}

interface State {
  readonly parts: readonly Part[];
  at: number;
  readonly problems: Problem[];
}

/** A template cut into text and actions. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  let trimsNext = false;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const end = open === -1 ? text.length : open;
    const trimsBefore = open !== -1 && /^-[\s/]/.test(text.slice(open + 2, open + 4));
    let [from, to] = [at, end];
    if (trimsNext) while (from < to && /\s/.test(text[from] ?? '')) from += 1;
    if (trimsBefore) while (to > from && /\s/.test(text[to - 1] ?? '')) to -= 1;
    if (to > from) parts.push({ kind: 'text', text: text.slice(from, to), span: { start: from, end: to } });
    if (open === -1) break;
    const close = closeOf(text, open + 2);
    if (close === undefined) {
      parts.push({ kind: 'text', text: text.slice(open), span: { start: open, end: text.length } });
      break;
    }
    trimsNext = /\s-$|\/-$/.test(text.slice(open + 2, close));
    const innerStart = open + 2 + (trimsBefore ? 1 : 0);
    const inner = text.slice(innerStart, trimsNext ? close - 1 : close);
    parts.push({ kind: 'raw', inner, innerStart, span: { start: open, end: close + 2 } });
    at = close + 2;
  }
  return parts;
}

/** Where the `}}` of an action is; strings and comments may have one inside. */
function closeOf(text: string, start: number): number | undefined {
  const comment = /^-?\s*\/\*/.exec(text.slice(start, start + 40));
  if (comment !== null) {
    const end = text.indexOf('*/', start);
    const close = end === -1 ? -1 : text.indexOf('}}', end);
    return close === -1 ? undefined : close;
  }
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '}' && text[at + 1] === '}') return at;
    if (char === '{' && text[at + 1] === '{') return undefined;
    if (char === '"' || char === '`') {
      let end = at + 1;
      while (end < text.length && text[end] !== char && (char === '`' || text[end] !== '\n'))
        end += char === '"' && text[end] === '\\' ? 2 : 1;
      if (text[end] === char) at = end;
    }
  }
  return undefined;
}

function readNodes(state: State, depth: number): readonly TemplateNode[] {
  const nodes: TemplateNode[] = [];
  while (state.at < state.parts.length) {
    const part = state.parts[state.at];
    if (part === undefined) break;
    if (part.kind === 'text') {
      nodes.push(part);
      state.at += 1;
      continue;
    }
    const word = /^\s*(\w+)/.exec(part.inner)?.[1] ?? '';
    if (word === 'end' || word === 'else') break;
    state.at += 1;
    const node = readAction(state, part, word, depth);
    if (node !== undefined) nodes.push(node);
  }
  return nodes;
}

function readAction(state: State, part: Action, word: string, depth: number): TemplateNode | undefined {
  const { span } = part;
  if (/^\s*\/\*/.test(part.inner) || part.inner.trim() === '') return undefined;
  if (depth > DEPTH_LIMIT) {
    state.problems.push({ at: span, message: 'this template is nested deeper than is read here' });
    return undefined;
  }
  switch (word) {
    case 'if':
      return readIf(state, part, depth);
    case 'with':
    case 'range': {
      const { names, value } = headOf(state, part, word);
      const body = readNodes(state, depth + 1);
      const otherwise = readElse(state, depth);
      return { kind: word, names, value, body, otherwise, span };
    }
    case 'define':
    case 'block': {
      const name = /^\s*\w+\s+["`]([^"`]*)["`]/.exec(part.inner)?.[1] ?? '';
      const body = readNodes(state, depth + 1);
      readEnd(state, span);
      return { kind: 'define', name, body, span };
    }
    case 'break':
    case 'continue':
      return undefined;
    default: {
      const assigned = /^(\s*\$(\w*)\s*:?=)(?!=)/.exec(part.inner);
      const from = assigned?.[1]?.length ?? 0;
      const value = expressionOf(state, part.inner.slice(from), part.innerStart + from, span);
      return assigned === null
        ? { kind: 'action', value, span }
        : { kind: 'assign', name: assigned[2] ?? '', value, span };
    }
  }
}

function headOf(
  state: State,
  part: Action,
  word: string,
): { readonly names: readonly string[]; readonly value: Expression } {
  const head = new RegExp(`^\\s*${word}\\s+(?:((?:\\$\\w+\\s*,\\s*)?\\$\\w+)\\s*:?=)?`).exec(part.inner);
  const names = (head?.[1] ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim().slice(1)]));
  const from = head?.[0].length ?? word.length;
  return { names, value: expressionOf(state, part.inner.slice(from), part.innerStart + from, part.span) };
}

function readIf(state: State, part: Action, depth: number): TemplateNode {
  const branches: { readonly condition: Expression | undefined; readonly body: readonly TemplateNode[] }[] = [];
  let condition: Expression | undefined = headOf(state, part, 'if').value;
  for (;;) {
    branches.push({ condition, body: readNodes(state, depth + 1) });
    const next = state.parts[state.at];
    if (next?.kind !== 'raw') {
      state.problems.push({ at: part.span, message: 'this if has no end' });
      break;
    }
    state.at += 1;
    const chained = /^\s*else\s+if\b/.exec(next.inner);
    if (chained !== null) {
      condition = expressionOf(
        state,
        next.inner.slice(chained[0].length),
        next.innerStart + chained[0].length,
        next.span,
      );
    } else if (/^\s*else\b/.test(next.inner)) condition = undefined;
    else break;
  }
  return { kind: 'if', branches, span: part.span };
}

/** What stands under `else`, and the `end`. */
function readElse(state: State, depth: number): readonly TemplateNode[] {
  const next = state.parts[state.at];
  if (next?.kind !== 'raw') return [];
  state.at += 1;
  if (!/^\s*else\b/.test(next.inner)) return [];
  const body = readNodes(state, depth + 1);
  readEnd(state, next.span);
  return body;
}

function readEnd(state: State, begun: Span): void {
  if (state.parts[state.at]?.kind === 'raw') state.at += 1;
  else state.problems.push({ at: begun, message: 'this has no end' });
}

function expressionOf(state: State, text: string, start: number, span: Span): Expression {
  const read = parseExpression(text, start);
  if (read !== undefined) return read;
  state.problems.push({ at: span, message: 'this template expression is not understood' });
  return { kind: 'call', name: `{{${text}}}`, arguments: [], span };
}
