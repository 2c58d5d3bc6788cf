import type { ArithmeticExpression } from '../../syntax/shell/parse.js';
import type { Variational } from '../../value/diagram.js';
import { inputsOf, type Text } from '../../value/text.js';
import { assign, lookup, type Shell } from './state.js';
import { parameter } from './words.js';

/** A whole number, or undefined where it is not known. */
type Result = Variational<number | undefined>;

/** The value of `$(( … ))` as text; undefined when it is not known in some environment. */
export function evaluateArithmetic(shell: Shell, expression: ArithmeticExpression): Text | undefined {
  const { space, texts } = shell.machine;
  const value = space.assume(evaluate(shell, expression), shell.live);
  if (space.where(value, (n) => n === undefined) !== space.false) return undefined;
  return texts.from(space.map(value, (n) => texts.literal(String(n ?? 0))));
}

/** Where `(( … ))` is true: its value is not 0. Undefined when it is not known. */
export function arithmeticStatus(shell: Shell, expression: ArithmeticExpression): Variational<number> | undefined {
  const { space } = shell.machine;
  const value = space.assume(evaluate(shell, expression), shell.live);
  if (space.where(value, (n) => n === undefined) !== space.false) return undefined;
  return space.map(value, (n) => (n === 0 ? 1 : 0));
}

function evaluate(shell: Shell, e: ArithmeticExpression): Result {
  const { space } = shell.machine;
  switch (e.type) {
    case 'ArithmeticWord':
      return word(shell, e.value);
    case 'ArithmeticGroup':
      return evaluate(shell, e.expression);
    case 'ArithmeticUnary':
      return unary(shell, e);
    case 'ArithmeticTernary': {
      const test = evaluate(shell, e.test);
      const branches = space.apply(evaluate(shell, e.consequent), evaluate(shell, e.alternate), (a, b) => pair(a, b));
      return space.apply(test, branches, (t, [a, b]) => (t === undefined ? undefined : t !== 0 ? a : b));
    }
    case 'ArithmeticBinary': {
      if (/^[-+*/%&|^]?=$|^(?:<<|>>)=$/.test(e.operator) && e.left.type === 'ArithmeticWord') return assignment(shell, e, e.left.value);
      const [left, right] = [evaluate(shell, e.left), evaluate(shell, e.right)];
      return space.apply(left, right, (a, b) => (a === undefined || b === undefined ? undefined : binary(e.operator, a, b)));
    }
    case 'ArithmeticCommandExpansion':
      return space.one<number | undefined>(undefined);
  }
}

function pair<T>(a: T, b: T): readonly [T, T] {
  return [a, b];
}

function unary(shell: Shell, e: Extract<ArithmeticExpression, { type: 'ArithmeticUnary' }>): Result {
  const { space } = shell.machine;
  const value = evaluate(shell, e.operand);
  if (e.operator === '++' || e.operator === '--') {
    const changed = space.map(value, (n) => (n === undefined ? undefined : e.operator === '++' ? n + 1 : n - 1));
    if (e.operand.type === 'ArithmeticWord') store(shell, e.operand.value, changed);
    return e.prefix ? changed : value;
  }
  return space.map(value, (n) => {
    if (n === undefined) return undefined;
    if (e.operator === '-') return -n;
    if (e.operator === '!') return n === 0 ? 1 : 0;
    return e.operator === '~' ? ~n : n;
  });
}

function assignment(shell: Shell, e: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>, name: string): Result {
  const { space } = shell.machine;
  const right = evaluate(shell, e.right);
  const operator = e.operator.slice(0, -1);
  const value =
    operator === ''
      ? right
      : space.apply(word(shell, name), right, (a, b) => (a === undefined || b === undefined ? undefined : binary(operator, a, b)));
  store(shell, name, value);
  return value;
}

function store(shell: Shell, name: string, value: Result): void {
  const { space, texts } = shell.machine;
  const unknown = texts.symbol(`$((${name}))`, inputsOf(lookup(shell, name).text));
  assign(shell, name, texts.from(space.map(value, (n) => (n === undefined ? unknown : texts.literal(String(n))))));
}

function word(shell: Shell, raw: string): Result {
  const { space, texts } = shell.machine;
  const text = raw.trim();
  const constant = readNumber(text);
  if (constant !== undefined) return space.one<number | undefined>(constant);
  const name = /^\$?\{?([A-Za-z_]\w*|\d+|[#?])\}?$/.exec(text)?.[1];
  if (name === undefined) return space.one<number | undefined>(undefined);
  const flat = texts.flatten(texts.assume(parameter(shell, name).text, shell.live));
  if (flat === undefined) return space.one<number | undefined>(undefined);
  return space.map(flat, (leaf) => {
    const known = texts.constant(leaf);
    if (known === undefined) return undefined;
    return known.trim() === '' ? 0 : readNumber(known.trim());
  });
}

function readNumber(text: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number.parseInt(text, 16);
  if (/^[-+]?0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^[-+]?\d+$/.test(text) ? Number.parseInt(text, 10) : undefined;
}

function binary(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : Math.trunc(a / b);
    case '%':
      return b === 0 ? undefined : a % b;
    case '**':
      return b < 0 ? undefined : a ** b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
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
    case '&&':
      return Number(a !== 0 && b !== 0);
    case '||':
      return Number(a !== 0 || b !== 0);
    case ',':
      return b;
    default:
      return undefined;
  }
}
