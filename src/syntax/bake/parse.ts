/*
 * HCL's native syntax, as far as bake uses it.
 *
 * A mistake is told once, where it stands, and reading goes on at the next attribute or block: behind the line when its
 * brackets are closed, else at the next line that is indented no deeper than the attribute with the mistake. The value of
 * that attribute is invalid, which evaluation takes as unknown.
 */
import type { Problem } from '../../text/span.js';
import { parseExpression, plainText } from './expression.js';
import { scan } from './lex.js';
import { DEPTH_LIMIT, fail, isNext, newParser, type Parser, peek, spanFrom, take, textOf } from './parser.js';
import { parseQuoted } from './template.js';
import type { Attribute, BakeFile, Block, Body, Expression, Label } from './tree.js';

/** Parses a bake file in HCL's native syntax. Never throws. */
export function parseBake(text: string): BakeFile {
  const { tokens, problems } = scan(text);
  const told: Problem[] = [...problems];
  const parser = newParser(text, tokens, told, (span) => span);
  const body = parseBody(parser, false);
  told.sort((a, b) => a.at.start - b.at.start);
  return { body: { ...body, span: { start: 0, end: text.length } }, tokens, problems: told };
}

function parseBody(parser: Parser, inBraces: boolean): Body {
  const start = parser.end;
  const attributes: Attribute[] = [];
  const blocks: Block[] = [];
  for (;;) {
    const token = peek(parser);
    if (token === undefined) break;
    if (token.kind === 'newline') {
      take(parser);
      continue;
    }
    if (inBraces && isNext(parser, '}')) break;
    const first = parser.at;
    parser.failed = false;
    const item = parseItem(parser);
    if (item !== undefined) {
      if ('value' in item) attributes.push(item);
      else blocks.push(item);
    }
    if (parser.failed) recover(parser, first);
    parser.failed = false;
    if (parser.at === first) take(parser);
  }
  return { span: spanFrom(parser, start), attributes, blocks };
}

function parseItem(parser: Parser): Attribute | Block | undefined {
  const token = peek(parser);
  if (token?.kind !== 'identifier') {
    fail(parser, 'an attribute or a block is expected here');
    return undefined;
  }
  const name = textOf(parser, token);
  const nameSpan = { start: token.start, end: token.end };
  take(parser);
  if (isNext(parser, '=')) {
    take(parser);
    const value = parseExpression(parser);
    const next = peek(parser);
    if (next !== undefined && next.kind !== 'newline' && !isNext(parser, '}'))
      fail(parser, 'the end of the line is expected here');
    const known: Expression = parser.failed ? { kind: 'invalid', span: value.span } : value;
    return { name, nameSpan, value: known };
  }
  const labels = parseLabels(parser);
  if (!isNext(parser, '{')) {
    fail(parser, labels.length === 0 ? '= or { is expected here' : '{ is expected here');
    return undefined;
  }
  if (parser.depth >= DEPTH_LIMIT) {
    fail(parser, 'this is nested deeper than is read here');
    return undefined;
  }
  take(parser);
  parser.depth += 1;
  const body = parseBody(parser, true);
  parser.depth -= 1;
  if (isNext(parser, '}')) take(parser);
  else parser.problems.push({ at: nameSpan, message: `the block ${name} is not closed` });
  return { type: name, typeSpan: nameSpan, labels, body };
}

function parseLabels(parser: Parser): readonly Label[] {
  const labels: Label[] = [];
  for (;;) {
    const token = peek(parser);
    if (token?.kind === 'identifier') {
      take(parser);
      labels.push({ text: textOf(parser, token), span: { start: token.start, end: token.end } });
    } else if (token?.kind === 'quote-open') {
      const template = parseQuoted(parser);
      const text = plainText(template);
      if (text === undefined) fail(parser, 'a label is a plain text');
      labels.push({ text: text ?? '', span: { start: template.span.start + 1, end: template.span.end - 1 } });
    } else return labels;
    if (parser.failed) return labels;
  }
}

/** Goes on where the next attribute or block may begin. */
function recover(parser: Parser, first: number): void {
  const { tokens, text } = parser;
  const column = columnOf(text, tokens[first]?.start ?? 0);
  let depth = 0;
  for (let at = first; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const isBehind = at >= parser.at;
    if (isBehind && at > first && startsLine(parser, at) && mayBegin(parser, at, column)) {
      parser.at = at;
      return;
    }
    if (isBehind && token.kind === 'newline' && depth <= 0) {
      parser.at = at;
      return;
    }
    if (token.kind !== 'operator') continue;
    const sign = text[token.start];
    if (sign === '{' || sign === '[' || sign === '(') depth += 1;
    if (sign === '}' || sign === ']' || sign === ')') {
      if (isBehind && depth <= 0 && sign === '}') {
        parser.at = at;
        return;
      }
      depth -= 1;
    }
  }
  parser.at = tokens.length;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function startsLine(parser: Parser, at: number): boolean {
  const before = parser.tokens[at - 1];
  const previous = before?.kind === 'space' ? parser.tokens[at - 2] : before;
  return previous === undefined || previous.kind === 'newline' || parser.text[previous.end - 1] === '\n';
}

/** Whether an attribute or a block may begin with this token, or the end of the outer block, which is indented less. */
function mayBegin(parser: Parser, at: number, column: number): boolean {
  const token = parser.tokens[at];
  if (token === undefined) return false;
  const here = columnOf(parser.text, token.start);
  if (token.kind === 'identifier') return here <= column;
  return token.kind === 'operator' && parser.text[token.start] === '}' && here < column;
}
