import type { MappedText } from '../../text/mapped.js';
import { spanToSource } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';
import { type Expression, parseExpression } from './expression.js';

/** A text with `${{ }}` in it; spans are offsets into `text.text`. */
export interface Template {
  readonly text: MappedText;
  readonly parts: readonly TemplatePart[];
}

/** Characters that stand for themselves, or an expression. */
export type TemplatePart =
  | ({ readonly kind: 'literal'; readonly value: string } & Span)
  /** `tree` is undefined when the expression cannot be read. */
  | ({ readonly kind: 'expression'; readonly source: string; readonly tree: Expression | undefined } & Span);

/** Splits a text at its expressions. */
export function parseTemplate(text: MappedText, problems: Problem[]): Template {
  const s = text.text;
  const parts: TemplatePart[] = [];
  let at = 0;
  for (let open = s.indexOf('${{'); open !== -1; open = s.indexOf('${{', at)) {
    const close = endOfExpression(s, open + 3);
    if (close === undefined) {
      const place = spanToSource(text, { start: open, end: open + 3 });
      problems.push({ at: place, message: 'the expression that begins here has no }}' });
      if (open > at) parts.push({ kind: 'literal', value: s.slice(at, open), start: at, end: open });
      parts.push({ kind: 'expression', source: s.slice(open + 3).trim(), tree: undefined, start: open, end: s.length });
      return { text, parts };
    }
    if (open > at) parts.push({ kind: 'literal', value: s.slice(at, open), start: at, end: open });
    parts.push(expressionPart(text, open, open + 3, close, close + 2, problems));
    at = close + 2;
  }
  if (at < s.length) parts.push({ kind: 'literal', value: s.slice(at), start: at, end: s.length });
  return { text, parts };
}

/** The value of an `if`: an expression also without `${{ }}` around it. */
export function parseCondition(text: MappedText, problems: Problem[]): Template {
  if (text.text.includes('${{')) return parseTemplate(text, problems);
  const { length } = text.text;
  return { text, parts: [expressionPart(text, 0, 0, length, length, problems)] };
}

function expressionPart(
  text: MappedText,
  start: number,
  from: number,
  to: number,
  end: number,
  problems: Problem[],
): TemplatePart {
  const source = text.text.slice(from, to);
  const parsed = parseExpression(source);
  if (parsed.kind === 'wrong') {
    const at = Math.min(from + parsed.at, Math.max(from, to - 1));
    problems.push({ at: spanToSource(text, { start: at, end: Math.min(to, at + 1) }), message: parsed.message });
  }
  const tree = parsed.kind === 'expression' ? parsed.tree : undefined;
  return { kind: 'expression', source: source.trim(), tree, start, end };
}

/** Where `}}` stands that is not in a string. */
function endOfExpression(s: string, from: number): number | undefined {
  let quoted = false;
  for (let at = from; at < s.length; at += 1) {
    if (s[at] === "'") quoted = !quoted;
    else if (!quoted && s[at] === '}' && s[at + 1] === '}') return at;
  }
  return undefined;
}
