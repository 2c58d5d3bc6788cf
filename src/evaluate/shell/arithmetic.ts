/*
 * `$((…))` and `((…))`, POSIX XCU 2.6.4. An expansion in an expression is text before it is a number, so an empty `$I` is
 * not 0 but nothing: `$(($I + 1))` is 1 by the sign, and `$(($I * 2))` is an error that ends the shell.
 */
import type { ArithmeticExpression, WordPart } from '../../syntax/shell/parse.js';
import type { Condition, Selector, Variational } from '../../value/diagram.js';
import { inputsOf, type Text } from '../../value/text.js';
import { mentionedTexts } from './match.js';
import { stopWhereUnset } from './parameters.js';
import { assign, type Dialect, discard, inDialect, leave, lookup, only, type Shell } from './state.js';
import { expandArithmeticWord } from './words.js';

/** A whole number; `none` is an expansion to nothing. */
type Value = number | 'unknown' | 'error' | 'none';
type Result = Variational<Value>;

/** What an evaluation needs: the dialect, and a collection of what the unknown depends on. */
interface Context {
  readonly shell: Shell;
  readonly dialect: Dialect;
  readonly inputs: Set<Selector>;
  depth: number;
}

/** The text of `$(( … ))`; `name` is the expression as it stands in the script. An error ends the shell. */
export function evaluateArithmetic(shell: Shell, expression: ArithmeticExpression, name: string): Text {
  const { space, texts } = shell.machine;
  const inputs = new Set<Selector>();
  const value = evaluateInDialects(shell, expression, inputs);
  const dash = inDialect(shell, 'dash');
  // dash wants an expression; the others take nothing for 0.
  const failed = space.or(
    space.where(value, (v) => v === 'error'),
    space.and(
      dash,
      space.where(value, (v) => v === 'none'),
    ),
  );
  leave(shell, space.and(failed, inDialect(shell, 'dash', 'ash')), space.one(2));
  if (shell.subshell) leave(shell, failed, space.one(1));
  else discard(shell, failed);
  const unknown = texts.symbol(name, inputs);
  return texts.from(
    space.map(space.assume(value, shell.live), (v) =>
      v === 'unknown' || v === 'error' ? unknown : texts.literal(v === 'none' ? '0' : String(v)),
    ),
  );
}

/** The status of `(( … ))`: 0 where its value is not 0. Undefined when it is not known. */
export function arithmeticStatus(shell: Shell, expression: ArithmeticExpression): Variational<number> | undefined {
  const { space } = shell.machine;
  const value = space.assume(evaluateInDialects(shell, expression, new Set()), shell.live);
  if (space.where(value, (v) => v === 'unknown') !== space.false) return undefined;
  return space.map(value, (v) => (typeof v !== 'number' || v === 0 ? 1 : 0));
}

function evaluateInDialects(shell: Shell, e: ArithmeticExpression, inputs: Set<Selector>): Result {
  const { space } = shell.machine;
  let result: Result = space.one<Value>('unknown');
  for (const dialect of ['dash', 'bash', 'ash'] as const) {
    const here = inDialect(shell, dialect);
    only(shell, here, () => {
      result = space.pick(here, evaluate({ shell, dialect, inputs, depth: 0 }, e), result);
    });
  }
  return result;
}

function evaluate(c: Context, e: ArithmeticExpression): Result {
  const { space } = c.shell.machine;
  switch (e.type) {
    case 'ArithmeticWord':
      return word(c, e.value, e.parts);
    case 'ArithmeticGroup':
      return space.map(evaluate(c, e.expression), (v) => (v === 'none' ? 'error' : v));
    case 'ArithmeticUnary':
      return unary(c, e);
    case 'ArithmeticTernary': {
      const test = evaluate(c, e.test);
      const [then, otherwise] = [branch(c, test, true, e.consequent), branch(c, test, false, e.alternate)];
      const holds = space.map(test, (t) => typeof t === 'number' && t !== 0);
      const chosen = space.apply(space.pick(holds, then, otherwise), space.pick(holds, otherwise, then), (v, other) =>
        other === 'error' ? other : v,
      );
      // What is wrong in the text is wrong whichever way the test goes.
      const text = [then, otherwise]
        .filter((_, i) => isExpansion(i === 0 ? e.consequent : e.alternate))
        .reduce((all: Result, one) => space.apply(all, one, (v, other) => (other === 'error' ? other : v)), test);
      return space.apply(
        space.apply(test, chosen, (t, v) => (typeof t === 'number' ? operand(v) : operand(t))),
        text,
        (v, t) => (t === 'error' ? t : v),
      );
    }
    case 'ArithmeticBinary':
      return binary(c, e);
    case 'ArithmeticCommandExpansion':
      return space.one<Value>('unknown');
  }
}

/** Evaluates a part only where the one that decides about it is true, or false. */
function branch(c: Context, test: Result, wanted: boolean, e: ArithmeticExpression): Result {
  const { space } = c.shell.machine;
  let result: Result = space.one<Value>(0);
  // An expansion to nothing is an error in the text, whether it is evaluated or not.
  if (isExpansion(e)) return space.map(evaluate(c, e), operand);
  const evaluated = space.map(test, (t) => typeof t !== 'number' || (t !== 0) === wanted);
  only(c.shell, evaluated, () => {
    result = space.pick(evaluated, evaluate(c, e), result);
  });
  return result;
}

function isExpansion(e: ArithmeticExpression): boolean {
  return e.type === 'ArithmeticWord' && e.value.includes('$');
}

/** Nothing where a number must be is an error. */
function operand(v: Value): Value {
  return v === 'none' ? 'error' : v;
}

function unary(c: Context, e: Extract<ArithmeticExpression, { type: 'ArithmeticUnary' }>): Result {
  const { space } = c.shell.machine;
  const inner = evaluate(c, e.operand);
  if (e.operator === '++' || e.operator === '--') {
    // dash has neither: `++i` is two signs, and `i++` lacks an operand.
    if (c.dialect === 'dash') return space.map(inner, (v) => (e.prefix ? operand(v) : 'error'));
    const changed = space.map(
      inner,
      (v): Value => (typeof v !== 'number' ? operand(v) : e.operator === '++' ? v + 1 : v - 1),
    );
    if (e.operand.type === 'ArithmeticWord') store(c, e.operand.value, changed);
    return e.prefix ? changed : inner;
  }
  return space.map(inner, (v): Value => {
    if (typeof v !== 'number') return operand(v);
    if (e.operator === '-') return 0 - v;
    if (e.operator === '!') return v === 0 ? 1 : 0;
    return e.operator === '~' ? -v - 1 : v;
  });
}

function binary(c: Context, e: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>): Result {
  const { space } = c.shell.machine;
  const { operator } = e;
  if (/^[-+*/%&|^]?=$|^(?:<<|>>)=$/.test(operator) && e.left.type === 'ArithmeticWord' && e.left.parts === undefined) {
    const right = evaluate(c, e.right);
    const made =
      operator === '='
        ? space.map(right, operand)
        : space.apply(word(c, e.left.value, undefined), right, (a, b) => compute(operator.slice(0, -1), a, b));
    store(c, e.left.value, made);
    return made;
  }
  if ((operator === ',' || operator === '**') && c.dialect === 'dash') return space.one<Value>('error');
  const left = evaluate(c, e.left);
  if (operator === '&&' || operator === '||') {
    const right = branch(c, left, operator === '&&', e.right);
    return space.apply(left, right, (a, b): Value => {
      if (typeof a !== 'number' || b === 'error') return b === 'error' ? b : operand(a);
      if ((a !== 0) === (operator === '||')) return operator === '||' ? 1 : 0;
      return typeof b === 'number' ? Number(b !== 0) : operand(b);
    });
  }
  return space.apply(left, evaluate(c, e.right), (a, b) => compute(operator, a, b));
}

function store(c: Context, name: string, result: Result): void {
  const { space, texts } = c.shell.machine;
  const unknown = texts.symbol(`$((${name}))`, inputsOf(lookup(c.shell, name).text));
  assign(
    c.shell,
    name,
    texts.from(space.map(result, (v) => (typeof v === 'number' ? texts.literal(String(v)) : unknown))),
  );
}

/** A number, a variable's name, or the text of an expansion. */
function word(c: Context, raw: string, parts: readonly WordPart[] | undefined): Result {
  const { shell } = c;
  const { space, texts } = shell.machine;
  if (parts === undefined && !raw.includes('$')) return read(c, raw.trim());
  const flat = texts.flatten(texts.assume(expandArithmeticWord(shell, raw, parts), shell.live));
  if (flat === undefined) return space.one<Value>('unknown');
  return space.bind(flat, (leaf) => leafValue(c, leaf));
}

/** The value of a text that has no choices left: mentioned answers are told apart. */
function leafValue(c: Context, leaf: Text): Result {
  const { space, texts } = c.shell.machine;
  const constant = texts.constant(leaf);
  if (constant !== undefined) return read(c, constant.trim());
  for (const selector of inputsOf(leaf)) c.inputs.add(selector);
  let result: Result = space.one<Value>('unknown');
  const empty: Condition = texts.isEmpty(leaf);
  if (empty !== space.false) result = space.pick(empty, read(c, ''), result);
  for (const { when, known } of mentionedTexts(c.shell, leaf)) result = space.pick(when, read(c, known.trim()), result);
  return result;
}

/** The value of the characters of an operand. */
function read(c: Context, text: string): Result {
  const { space, texts } = c.shell.machine;
  const done = (v: Value): Result => space.one<Value>(v);
  if (text === '') return done('none');
  if (/^[-+]?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return done(readNumber(text));
  if (!/^[A-Za-z_]\w*$/.test(text)) return done('unknown');
  if (c.depth > 8) return done('unknown');
  const { text: held, set } = lookup(c.shell, text);
  // Of the three, only bash obeys `set -u` here.
  if (c.dialect === 'bash') stopWhereUnset(c.shell, text, set);
  const flat = texts.flatten(texts.assume(held, c.shell.live));
  if (flat === undefined) return done('unknown');
  c.depth += 1;
  const result = space.bind(flat, (leaf): Result => {
    const constant = texts.constant(leaf)?.trim();
    if (constant === undefined) return space.map(leafValue(c, leaf), (v): Value => (v === 'none' ? 0 : v));
    if (constant === '') return done(0);
    // dash: "Illegal number" for what the others read as an expression again.
    if (c.dialect === 'dash' && !/^[-+]?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(constant)) return done('error');
    return read(c, constant);
  });
  c.depth -= 1;
  return result;
}

function readNumber(text: string): Value {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '');
  let n: number;
  if (/^0[xX]/.test(digits)) n = Number.parseInt(digits, 16);
  else if (/^0./.test(digits)) {
    if (/[89]/.test(digits)) return 'error';
    n = Number.parseInt(digits, 8);
  } else n = Number.parseInt(digits, 10);
  if (!Number.isSafeInteger(n)) return 'unknown';
  return negative ? 0 - n : n;
}

function compute(operator: string, a: Value, b: Value): Value {
  if (a === 'none' && (operator === '+' || operator === '-'))
    return typeof b === 'number' ? (operator === '-' ? 0 - b : b) : operand(b);
  if (a === 'error' || b === 'error' || a === 'none' || b === 'none') return 'error';
  if (a === 'unknown' || b === 'unknown') return 'unknown';
  const n = calculate(operator, a, b);
  return n === 'error' || Number.isSafeInteger(n) ? n : 'unknown';
}

function calculate(operator: string, a: number, b: number): number | 'error' {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b + 0;
    case '/':
      return b === 0 ? 'error' : Math.trunc(a / b) + 0;
    case '%':
      return b === 0 ? 'error' : (a % b) + 0;
    case '**':
      return b < 0 ? 'error' : a ** b;
    case '<<':
      return b < 0 || b > 52 ? Number.NaN : a * 2 ** b;
    case '>>':
      return b < 0 || b > 52 ? Number.NaN : Math.floor(a / 2 ** b);
    case '&':
      return Number(BigInt(a) & BigInt(b));
    case '|':
      return Number(BigInt(a) | BigInt(b));
    case '^':
      return Number(BigInt(a) ^ BigInt(b));
    case '<':
      return Number(a < b);
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case ',':
      return b;
    default:
      return Number.NaN;
  }
}
