import { conditionOf } from '../evaluate.js';
import { equalValues } from '../lift.js';
import { convert, type ValueType } from '../types.js';
import { type Builtin, plainly, textArgument, wrong } from './shape.js';

function ofNumbers(of: (...args: readonly number[]) => number | boolean): Builtin {
  return plainly((...args) => {
    const numbers = args.map((arg) => (typeof arg === 'string' && arg.trim() === '' ? Number.NaN : Number(arg)));
    if (numbers.length === 0 || numbers.some(Number.isNaN)) return undefined;
    const result = of(...numbers);
    return typeof result === 'number' && !Number.isFinite(result) ? undefined : result;
  });
}

function equality(negated: boolean): Builtin {
  return (call, args) => {
    const { data, space } = call.machine;
    const [a, b] = args;
    if (a === undefined || b === undefined) return wrong(call, args, 'it wants two arguments');
    const equal = equalValues(call.machine, a, b);
    return data.condition(negated ? space.not(equal) : equal);
  };
}

function logic(of: 'and' | 'or'): Builtin {
  return (call, args) => {
    const { data, space } = call.machine;
    const [a, b] = args;
    if (a === undefined || b === undefined) return wrong(call, args, 'it wants two arguments');
    const x = conditionOf(call.machine, call.scope, a, call.span);
    const y = conditionOf(call.machine, call.scope, b, call.span);
    return data.condition(of === 'and' ? space.and(x, y) : space.or(x, y));
  };
}

function converting(type: ValueType): Builtin {
  return (call, args) => {
    const [value] = args;
    if (value === undefined) return wrong(call, args, 'it wants an argument');
    return convert(call.machine, call.scope, value, type, call.span);
  };
}

function order(decide: (a: number, b: number) => boolean): Builtin {
  return (call, args) => {
    const { data, texts } = call.machine;
    const [a, b] = [textArgument(call, args, 0), textArgument(call, args, 1)];
    const holds = texts.compare(a, b, call.name, (x, y) => decide(Number(x), Number(y)));
    return data.condition(holds ?? texts.unknown(call.name, a, b));
  };
}

/** Functions of numbers and truth. */
export const NUMBER_FUNCTIONS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['equal', equality(false)],
  ['notequal', equality(true)],
  ['and', logic('and')],
  ['or', logic('or')],
  [
    'not',
    (call, args) => {
      const { data, space } = call.machine;
      const [value] = args;
      if (value === undefined) return wrong(call, args, 'it wants an argument');
      return data.condition(space.not(conditionOf(call.machine, call.scope, value, call.span)));
    },
  ],
  ['tonumber', converting('number')],
  ['tostring', converting('string')],
  ['tobool', converting('bool')],
  ['add', ofNumbers((a = 0, b = 0) => a + b)],
  ['subtract', ofNumbers((a = 0, b = 0) => a - b)],
  ['multiply', ofNumbers((a = 0, b = 0) => a * b)],
  ['divide', ofNumbers((a = 0, b = 0) => a / b)],
  ['modulo', ofNumbers((a = 0, b = 0) => a % b)],
  ['negate', ofNumbers((a = 0) => -a)],
  ['absolute', ofNumbers((a = 0) => Math.abs(a))],
  ['ceil', ofNumbers((a = 0) => Math.ceil(a))],
  ['floor', ofNumbers((a = 0) => Math.floor(a))],
  ['int', ofNumbers((a = 0) => Math.trunc(a))],
  ['signum', ofNumbers((a = 0) => Math.sign(a))],
  ['log', ofNumbers((a = 0, b = 0) => Math.log(a) / Math.log(b))],
  ['pow', ofNumbers((a = 0, b = 0) => a ** b)],
  ['min', ofNumbers((...all) => all.reduce((a, b) => Math.min(a, b)))],
  ['max', ofNumbers((...all) => all.reduce((a, b) => Math.max(a, b)))],
  ['greaterthan', order((a, b) => a > b)],
  ['greaterthanorequalto', order((a, b) => a >= b)],
  ['lessthan', order((a, b) => a < b)],
  ['lessthanorequalto', order((a, b) => a <= b)],
]);
