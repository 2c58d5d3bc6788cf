/*
 * The expressions of GitHub Actions, by the lexer and parser of GitHub's own language services. Their tree is translated to
 * plain data here, so that nothing else depends on their classes.
 */
import {
  Binary,
  ContextAccess,
  type Expr,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Star,
  Unary,
} from '@actions/expressions/ast';
import { ExpressionError } from '@actions/expressions/errors';
import { Lexer, type Pos, type Token, TokenType } from '@actions/expressions/lexer';
import { Parser } from '@actions/expressions/parser';

/** An expression of GitHub Actions; names of functions and contexts are in lower case. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'not'; readonly of: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'logical'; readonly operator: '&&' | '||'; readonly parts: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly parts: readonly Expression[] }
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'access'; readonly of: Expression; readonly index: Expression | '*' };

/** An operator that compares two values. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** An expression, or why it is none, with an offset into its text. */
export type ParsedExpression =
  | { readonly kind: 'expression'; readonly tree: Expression }
  | { readonly kind: 'wrong'; readonly message: string; readonly at: number };

const CONTEXTS = 'github env vars secrets inputs matrix needs steps job jobs runner strategy'.split(' ');

const FUNCTIONS = [
  { name: 'hashFiles', minArgs: 1, maxArgs: 255 },
  { name: 'success', minArgs: 0, maxArgs: 0 },
  { name: 'failure', minArgs: 0, maxArgs: 0 },
  { name: 'always', minArgs: 0, maxArgs: 0 },
  { name: 'cancelled', minArgs: 0, maxArgs: 0 },
];

/** Reads what stands between `${{` and `}}`. Never throws. */
export function parseExpression(text: string): ParsedExpression {
  try {
    const { tokens } = new Lexer(text).lex();
    if (tokens.length < 2) return { kind: 'wrong', message: 'an expression is missing here', at: 0 };
    const tree = translate(new Parser(tokens, CONTEXTS, FUNCTIONS).parse());
    if (tree !== undefined) return { kind: 'expression', tree };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const message = error.message.replace(/ Located at position \d+ within expression:[\s\S]*$/, '');
    const position = /Located at position (\d+)/.exec(error.message)?.[1];
    const at = error instanceof ExpressionError ? offsetOf(text, error.pos) : Number(position ?? 1) - 1;
    return { kind: 'wrong', message: `this expression cannot be read: ${firstLine(message)}`, at };
  }
  return { kind: 'wrong', message: 'this expression cannot be read', at: 0 };
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.slice(0, 200) ?? message;
}

function offsetOf(text: string, { line, column }: Pos): number {
  let start = 0;
  for (let i = 0; i < line; i += 1) {
    const feed = text.indexOf('\n', start);
    if (feed === -1) break;
    start = feed + 1;
  }
  return Math.max(0, Math.min(text.length, start + column));
}

function translate(node: Expr): Expression | undefined {
  if (node instanceof Grouping) return translate(node.group);
  if (node instanceof Literal) return { kind: 'literal', value: literalOf(node.token) };
  if (node instanceof ContextAccess) return { kind: 'context', name: node.name.lexeme.toLowerCase() };
  if (node instanceof Unary) {
    const of = translate(node.expr);
    return of === undefined ? undefined : { kind: 'not', of };
  }
  if (node instanceof Binary) {
    const left = translate(node.left);
    const right = translate(node.right);
    const operator = comparisonOf(node.operator);
    if (left === undefined || right === undefined || operator === undefined) return undefined;
    return { kind: 'compare', operator, left, right };
  }
  if (node instanceof Logical) {
    const parts = translateAll(node.args);
    const operator = node.operator.type === TokenType.AND ? '&&' : '||';
    return parts === undefined ? undefined : { kind: 'logical', operator, parts };
  }
  if (node instanceof FunctionCall) {
    const parts = translateAll(node.args);
    return parts === undefined ? undefined : { kind: 'call', name: node.functionName.lexeme.toLowerCase(), parts };
  }
  if (node instanceof IndexAccess) {
    const of = translate(node.expr);
    const index = node.index instanceof Star ? ('*' as const) : translate(node.index);
    return of === undefined || index === undefined ? undefined : { kind: 'access', of, index };
  }
  return undefined;
}

function translateAll(nodes: readonly Expr[]): readonly Expression[] | undefined {
  const made: Expression[] = [];
  for (const node of nodes) {
    const part = translate(node);
    if (part === undefined) return undefined;
    made.push(part);
  }
  return made;
}

function comparisonOf(token: Token): Comparison | undefined {
  switch (token.lexeme) {
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return token.lexeme;
    default:
      return undefined;
  }
}

function literalOf(token: Token): string | number | boolean | null {
  switch (token.type) {
    case TokenType.TRUE:
      return true;
    case TokenType.FALSE:
      return false;
    case TokenType.NULL:
      return null;
    case TokenType.NUMBER:
      return Number(token.value);
    case TokenType.STRING:
      // Their lexer unescapes the first '' only.
      return token.lexeme.slice(1, -1).replaceAll("''", "'");
    default:
      return token.lexeme;
  }
}

/** Every string that an expression mentions. */
export function stringsOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? [expression.value] : [];
    case 'not':
      return stringsOf(expression.of);
    case 'compare':
      return [...stringsOf(expression.left), ...stringsOf(expression.right)];
    case 'logical':
    case 'call':
      return expression.parts.flatMap(stringsOf);
    case 'access':
      return [...stringsOf(expression.of), ...(expression.index === '*' ? [] : stringsOf(expression.index))];
    case 'context':
      return [];
  }
}

/** Whether an expression calls one of these functions anywhere. */
export function callsAny(expression: Expression, names: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'context':
      return false;
    case 'not':
      return callsAny(expression.of, names);
    case 'compare':
      return callsAny(expression.left, names) || callsAny(expression.right, names);
    case 'logical':
      return expression.parts.some((part) => callsAny(part, names));
    case 'call':
      return names.has(expression.name) || expression.parts.some((part) => callsAny(part, names));
    case 'access':
      return callsAny(expression.of, names) || (expression.index !== '*' && callsAny(expression.index, names));
  }
}
