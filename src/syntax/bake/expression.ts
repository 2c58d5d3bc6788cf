import {
  accept,
  CHAIN_LIMIT,
  DEPTH_LIMIT,
  expect,
  fail,
  isNext,
  type Parser,
  peek,
  spanFrom,
  take,
  textOf,
  within,
} from './parser.js';
import { parseHeredoc, parseQuoted } from './template.js';
import {
  type BinaryOperator,
  type Expression,
  type InvalidExpression,
  type ObjectEntry,
  SPLAT_ITEM,
  type TemplateExpression,
  type Token,
} from './tree.js';

/** How strongly an operator binds; larger binds more. */
const PRECEDENCE: ReadonlyMap<string, { readonly operator: BinaryOperator; readonly level: number }> = new Map(
  ([['||'], ['&&'], ['==', '!='], ['<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%']] as const).flatMap(
    (operators, level) => operators.map((operator) => [operator, { operator, level: level + 1 }] as const),
  ),
);

/** Reads an expression; what is none is told and gives an invalid one. */
export function parseExpression(parser: Parser): Expression {
  if (parser.depth >= DEPTH_LIMIT) {
    fail(parser, 'this is nested deeper than is read here');
    return invalid(parser);
  }
  parser.depth += 1;
  const made = parseConditional(parser);
  parser.depth -= 1;
  return made;
}

function parseConditional(parser: Parser): Expression {
  const start = peek(parser)?.start ?? parser.end;
  const condition = parseBinary(parser, 1);
  if (!accept(parser, '?')) return condition;
  const then = parseExpression(parser);
  if (!expect(parser, ':')) return invalid(parser);
  const otherwise = parseExpression(parser);
  return { kind: 'conditional', condition, then, otherwise, span: spanFrom(parser, start) };
}

function parseBinary(parser: Parser, lowest: number): Expression {
  const start = peek(parser)?.start ?? parser.end;
  let left = parseUnary(parser);
  for (let links = 0; ; links += 1) {
    const token = peek(parser);
    const found = token?.kind === 'operator' ? PRECEDENCE.get(textOf(parser, token)) : undefined;
    if (found === undefined || found.level < lowest) return left;
    if (links > CHAIN_LIMIT) {
      fail(parser, 'this expression is longer than is read here');
      return left;
    }
    take(parser);
    const right = parseBinary(parser, found.level + 1);
    left = { kind: 'binary', operator: found.operator, left, right, span: spanFrom(parser, start) };
  }
}

function parseUnary(parser: Parser): Expression {
  const token = peek(parser);
  const sign = token?.kind === 'operator' ? textOf(parser, token) : '';
  if (token === undefined || (sign !== '-' && sign !== '!')) return parsePostfix(parser);
  if (parser.depth >= DEPTH_LIMIT) {
    fail(parser, 'this is nested deeper than is read here');
    return invalid(parser);
  }
  take(parser);
  parser.depth += 1;
  const operand = parseUnary(parser);
  parser.depth -= 1;
  return { kind: 'unary', operator: sign, operand, span: spanFrom(parser, token.start) };
}

function parsePostfix(parser: Parser): Expression {
  const start = peek(parser)?.start ?? parser.end;
  return parseSteps(parser, parsePrimary(parser), start, true);
}

/** `.name`, `[key]` and splats behind an expression; `indexes` says whether `[` belongs to it. */
function parseSteps(parser: Parser, first: Expression, start: number, indexes: boolean): Expression {
  let of = first;
  for (let links = 0; ; links += 1) {
    if (links > CHAIN_LIMIT) {
      fail(parser, 'this expression is longer than is read here');
      return of;
    }
    if (accept(parser, '.')) {
      const token = peek(parser);
      if (token?.kind === 'identifier') {
        take(parser);
        of = { kind: 'attribute', of, name: textOf(parser, token), span: spanFrom(parser, start) };
      } else if (token?.kind === 'number') {
        take(parser);
        for (const part of textOf(parser, token).split('.')) {
          const key = { kind: 'literal', value: Number(part), span: spanFrom(parser, token.start) } as const;
          of = { kind: 'index', of, key, span: spanFrom(parser, start) };
        }
      } else if (accept(parser, '*')) of = parseSplat(parser, of, start, false);
      else {
        fail(parser, 'a name is expected after the dot');
        return of;
      }
    } else if (indexes && isNext(parser, '[')) {
      take(parser);
      const inner = of;
      of = within(parser, false, (): Expression => {
        if (accept(parser, '*')) {
          expect(parser, ']');
          return inner;
        }
        const key = parseExpression(parser);
        expect(parser, ']');
        return { kind: 'index', of: inner, key, span: spanFrom(parser, start) };
      });
      if (parser.failed) return of;
      if (of === inner) of = parseSplat(parser, inner, start, true);
    } else return of;
  }
}

function parseSplat(parser: Parser, of: Expression, start: number, indexes: boolean): Expression {
  if (parser.depth >= DEPTH_LIMIT) {
    fail(parser, 'this is nested deeper than is read here');
    return invalid(parser);
  }
  parser.depth += 1;
  const item: Expression = { kind: 'variable', name: SPLAT_ITEM, span: spanFrom(parser, start) };
  const each = parseSteps(parser, item, start, indexes);
  parser.depth -= 1;
  return { kind: 'splat', of, each, span: spanFrom(parser, start) };
}

function parsePrimary(parser: Parser): Expression {
  const token = peek(parser);
  if (token === undefined) return missing(parser);
  switch (token.kind) {
    case 'number':
      take(parser);
      return { kind: 'literal', value: Number(textOf(parser, token)), span: spanFrom(parser, token.start) };
    case 'quote-open':
      return parseQuoted(parser);
    case 'heredoc-open':
      return parseHeredoc(parser);
    case 'identifier':
      return parseName(parser, token);
    case 'operator':
      if (accept(parser, '(')) {
        return within(parser, false, () => {
          const inner = parseExpression(parser);
          expect(parser, ')');
          return inner;
        });
      }
      if (accept(parser, '[')) return within(parser, false, () => parseTuple(parser, token));
      if (accept(parser, '{')) return parseObject(parser, token);
      return missing(parser);
    default:
      return missing(parser);
  }
}

const KEYWORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function parseName(parser: Parser, token: Token): Expression {
  take(parser);
  let name = textOf(parser, token);
  const value = KEYWORDS.get(name);
  if (value !== undefined) return { kind: 'literal', value, span: spanFrom(parser, token.start) };
  while (accept(parser, '::')) {
    const next = peek(parser);
    if (next?.kind !== 'identifier') break;
    take(parser);
    name += `::${textOf(parser, next)}`;
  }
  const nameSpan = spanFrom(parser, token.start);
  if (!accept(parser, '(')) return { kind: 'variable', name, span: nameSpan };
  return within(parser, false, (): Expression => {
    const args: Expression[] = [];
    let spread = false;
    while (!isNext(parser, ')') && !parser.failed) {
      args.push(parseExpression(parser));
      if (accept(parser, '...')) {
        spread = true;
        accept(parser, ',');
        break;
      }
      if (!accept(parser, ',')) break;
    }
    expect(parser, ')');
    return { kind: 'call', name, nameSpan, arguments: args, spread, span: spanFrom(parser, token.start) };
  });
}

/** Behind `[`. */
function parseTuple(parser: Parser, open: Token): Expression {
  if (isFor(parser)) return parseFor(parser, open, ']');
  const items: Expression[] = [];
  while (!isNext(parser, ']') && !parser.failed) {
    items.push(parseExpression(parser));
    if (!accept(parser, ',')) break;
  }
  if (!isNext(parser, ']')) fail(parser, 'a comma or ] is expected here');
  else take(parser);
  return { kind: 'tuple', items, span: spanFrom(parser, open.start) };
}

/** Behind `{`. */
function parseObject(parser: Parser, open: Token): Expression {
  if (within(parser, false, () => isFor(parser))) return within(parser, false, () => parseFor(parser, open, '}'));
  return within(parser, true, (): Expression => {
    const entries: ObjectEntry[] = [];
    for (;;) {
      while (peek(parser)?.kind === 'newline') take(parser);
      if (accept(parser, '}')) break;
      const key = parseKey(parser);
      if (!parser.failed && !accept(parser, '=') && !accept(parser, ':')) fail(parser, '= is expected here');
      if (parser.failed) break;
      while (peek(parser)?.kind === 'newline') take(parser);
      entries.push({ key, value: parseExpression(parser) });
      if (parser.failed) break;
      if (accept(parser, ',') || peek(parser)?.kind === 'newline' || isNext(parser, '}')) continue;
      fail(parser, 'a comma, } or the end of the line is expected here');
      break;
    }
    return { kind: 'object', entries, span: spanFrom(parser, open.start) };
  });
}

/** A key that is a plain name is a text; all else is an expression. */
function parseKey(parser: Parser): Expression {
  const token = peek(parser);
  if (token?.kind !== 'identifier') return parseExpression(parser);
  const start = parser.at;
  take(parser);
  if (isNext(parser, '=') || isNext(parser, ':')) {
    const span = parser.place({ start: token.start, end: token.end });
    return { kind: 'template', parts: [{ kind: 'text', text: textOf(parser, token), span }], span };
  }
  parser.at = start;
  return parseExpression(parser);
}

function isFor(parser: Parser): boolean {
  const token = peek(parser);
  return token?.kind === 'identifier' && textOf(parser, token) === 'for';
}

/** From `for` on. */
function parseFor(parser: Parser, open: Token, close: string): Expression {
  take(parser);
  const head = parseForHead(parser);
  if (head === undefined || !expect(parser, ':')) return invalid(parser);
  let key: Expression | undefined;
  let value = parseExpression(parser);
  let grouped = false;
  if (close === '}') {
    key = value;
    if (!expect(parser, '=>')) return invalid(parser);
    value = parseExpression(parser);
    grouped = accept(parser, '...');
  }
  const token = peek(parser);
  let condition: Expression | undefined;
  if (token?.kind === 'identifier' && textOf(parser, token) === 'if') {
    take(parser);
    condition = parseExpression(parser);
  }
  expect(parser, close);
  return { kind: 'for', ...head, key, value, condition, grouped, span: spanFrom(parser, open.start) };
}

/** `k, v in collection`, which directives have as well. */
export function parseForHead(
  parser: Parser,
): { readonly keyName: string | undefined; readonly valueName: string; readonly collection: Expression } | undefined {
  const names: string[] = [];
  for (;;) {
    const token = peek(parser);
    if (token?.kind !== 'identifier' || names.length === 2) break;
    take(parser);
    names.push(textOf(parser, token));
    if (!accept(parser, ',')) break;
  }
  const [first, second] = names;
  const token = peek(parser);
  if (first === undefined || token?.kind !== 'identifier' || textOf(parser, token) !== 'in') {
    fail(parser, 'for wants one or two names, then in');
    return undefined;
  }
  take(parser);
  const collection = parseExpression(parser);
  return { keyName: second === undefined ? undefined : first, valueName: second ?? first, collection };
}

function missing(parser: Parser): InvalidExpression {
  fail(parser, 'a value is expected here');
  return invalid(parser);
}

function invalid(parser: Parser): InvalidExpression {
  return { kind: 'invalid', span: spanFrom(parser, parser.end) };
}

/** The characters of a template that is only text; undefined for all else. */
export function plainText(expression: Expression | TemplateExpression): string | undefined {
  if (expression.kind !== 'template') return undefined;
  let text = '';
  for (const part of expression.parts) {
    if (part.kind !== 'text') return undefined;
    text += part.text;
  }
  return text;
}
