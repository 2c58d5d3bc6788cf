import { type MappedText, sliceMapped, spanToSource, toSource } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';
import { readVariable } from './definition.js';
import { findUnquoted, keepBreaks, type LogicalLine, skipSpace, trimmed } from './lines.js';
import type { Statement } from './tree.js';

/** A line that is no assignment and no directive, with the comment on it. */
export interface ReadRule {
  readonly statement: Statement;
  readonly comment: Span | undefined;
  /** Whether recipe lines may follow. */
  readonly opens: boolean;
}

/**
 * Reads a rule, a target-specific variable, or a line that only expansion makes sense of.
 *
 * Here `#` and `;` inside references do not count, other than in assignments: so does make 4.3.
 */
export function readRule(
  text: string,
  line: LogicalLine,
  whole: MappedText,
  span: Span,
  problems: Problem[],
): ReadRule {
  const cut = findUnquoted(whole, ';#', 0, true);
  const full = cut.text;
  const isComment = cut.at !== -1 && full.text[cut.at] === '#';
  const comment = isComment ? { start: toSource(full, cut.at), end: line.end } : undefined;
  const header = cut.at === -1 ? full : sliceMapped(full, 0, cut.at);
  const recipe = cut.at === -1 || isComment ? undefined : keepBreaks(text, line, toSource(full, cut.at) + 1);
  const found = findUnquoted(header, ':', 0, true);
  if (found.at === -1) return { ...withoutColon(header, span, recipe !== undefined, problems), comment };
  const { text: head } = found;
  const s = head.text;
  const grouped = found.at > 0 && s[found.at - 1] === '&';
  const start = grouped ? found.at - 1 : found.at;
  const targets = trimmed(head, 0, start);
  const doubleColon = s[found.at + 1] === ':';
  const behind = found.at + (doubleColon ? 2 : 1);
  // A target-specific value goes on behind a semicolon; `head` may have lost backslashes that `full` still has.
  const rest =
    recipe === undefined ? sliceMapped(head, behind) : sliceMapped(full, behind + header.text.length - s.length);
  const variable = readVariable(rest, 0, true);
  if (variable?.kind === 'assign') {
    const statement: Statement = { kind: 'target-assignment', span, targets, definition: variable.definition };
    return { statement, comment, opens: false };
  }
  const tail = sliceMapped(head, behind);
  const inner = findUnquoted(tail, ':', 0, true);
  const pattern = inner.at === -1 ? undefined : trimmed(inner.text, 0, inner.at);
  if (pattern !== undefined) checkPattern(pattern, problems);
  const dependencies = inner.at === -1 ? tail : sliceMapped(inner.text, inner.at + 1);
  const pipe = findUnquoted(dependencies, '|', 0, true);
  return {
    statement: {
      kind: 'rule',
      span,
      targets,
      separator: spanToSource(head, { start, end: behind }),
      doubleColon,
      grouped,
      pattern,
      prerequisites: trimmed(pipe.text, 0, pipe.at === -1 ? undefined : pipe.at),
      orderOnly: pipe.at === -1 ? undefined : trimmed(pipe.text, pipe.at + 1),
      recipe,
    },
    comment,
    opens: true,
  };
}

function checkPattern(pattern: MappedText, problems: Problem[]): void {
  const at = spanToSource(pattern, { start: 0, end: pattern.text.length });
  if (pattern.text === '') problems.push({ at, message: 'missing target pattern' });
  else if (!/[$%]/.test(pattern.text))
    problems.push({ at, message: `target pattern contains no '%' (target '${pattern.text}')` });
}

function withoutColon(
  header: MappedText,
  span: Span,
  hasRecipe: boolean,
  problems: Problem[],
): { readonly statement: Statement; readonly opens: boolean } {
  const content = trimmed(header);
  const at = spanToSource(content, { start: 0, end: content.text.length });
  if (content.text === '') {
    if (!hasRecipe) return { statement: { kind: 'blank', span }, opens: false };
    problems.push({ at: { start: at.start, end: at.start + 1 }, message: 'missing rule before recipe' });
    return { statement: { kind: 'unreadable', span }, opens: false };
  }
  if (!hasRecipe && content.text.includes('$')) {
    return { statement: { kind: 'expression', span, text: content }, opens: false };
  }
  problems.push({ at, message: `missing separator${hint(header.text)}` });
  return { statement: { kind: 'unreadable', span }, opens: false };
}

function hint(line: string): string {
  if (line.startsWith('        ')) return ' (did you mean TAB instead of 8 spaces?)';
  const word = /^(ifn?eq)[("']/.exec(line.slice(skipSpace(line, 0)))?.[1];
  return word === undefined ? '' : ` (${word} must be followed by whitespace)`;
}
