import { plainText } from '../../syntax/bake/expression.js';
import type { Block, CallExpression, Expression } from '../../syntax/bake/tree.js';
import type { Condition } from '../../value/diagram.js';
import { evaluate } from './evaluate.js';
import { LIST_FUNCTIONS } from './functions/lists.js';
import { NUMBER_FUNCTIONS } from './functions/numbers.js';
import type { Builtin } from './functions/shape.js';
import { TEXT_FUNCTIONS } from './functions/texts.js';
import { broken, CALL_LIMIT, fail, type In, type Machine, note, type Scope } from './machine.js';
import { type BakeValue, labelOf } from './value.js';
import { attributeOf } from './variables.js';

const FUNCTIONS: ReadonlyMap<string, Builtin> = new Map([...TEXT_FUNCTIONS, ...LIST_FUNCTIONS, ...NUMBER_FUNCTIONS]);

/** Functions that bake has and whose results are not worked out here. */
const UNKNOWN = new Set(
  (
    'base64decode bcrypt bytes byteslen bytesslice cidrhost cidrnetmask cidrsubnet cidrsubnets csvdecode formatdate homedir ' +
    'jsondecode rsadecrypt semvercmp setintersection setproduct setsubtract setsymmetricdifference setunion ' +
    'timeadd timestampparse unixtimestampparse urlencode urldecode uuidv5 zipmap parseint assertnotnull makeobject'
  ).split(' '),
);

/** The value of a call. */
export function callFunction(machine: Machine, scope: Scope, expression: CallExpression): BakeValue {
  const { data } = machine;
  if (expression.name === 'try' || expression.name === 'can') return attempt(machine, scope, expression);
  const args = argumentsOf(machine, scope, expression);
  if (args === undefined) return data.unknownOf(`${expression.name}(…)`, []);
  const own = machine.functions.get(expression.name);
  if (own !== undefined) return callOwn(machine, scope, expression, own, args);
  const name = expression.name;
  const builtin = FUNCTIONS.get(name);
  if (builtin !== undefined) return builtin({ machine, scope, span: expression.span, name }, args);
  const label = `${name}(${args.map((arg) => labelOf(data, arg)).join(', ')})`;
  if (UNKNOWN.has(name)) return data.unknownOf(label, args);
  fail(machine, scope, expression.nameSpan, `there is no function ${name}`);
  return data.unknownOf(label, args);
}

/** The arguments; undefined when the last one stands for several and it is not known for how many. */
function argumentsOf(machine: Machine, scope: Scope, expression: CallExpression): readonly BakeValue[] | undefined {
  const args = expression.arguments.map((argument) => evaluate(machine, scope, argument));
  const last = args[args.length - 1];
  if (!expression.spread || last === undefined) return args;
  if (last.kind === 'one' && last.value.kind === 'list') return [...args.slice(0, -1), ...last.value.items];
  const { space } = machine;
  // Lists of the same length in all environments are one list of differing items.
  const lists = space
    .leaves(last)
    .map(({ item, when }) => ({ items: item.kind === 'list' ? item.items : undefined, when }));
  const length = lists[0]?.items?.length;
  if (length === undefined || lists.some(({ items }) => items?.length !== length)) return undefined;
  const items = Array.from({ length }, (_, i) => {
    let made = lists[0]?.items?.[i] ?? machine.data.nothing;
    for (const { items: others, when } of lists.slice(1)) made = machine.data.pick(when, others?.[i] ?? made, made);
    return made;
  });
  return [...args.slice(0, -1), ...items];
}

/** `try` gives its first argument that does not fail; `can` says whether its argument does not. */
function attempt(machine: Machine, scope: Scope, expression: CallExpression): BakeValue {
  const { data, space } = machine;
  const outer = machine.caught;
  const run = (argument: Expression): { readonly value: BakeValue; readonly fails: Condition } => {
    machine.caught = space.false;
    const value = evaluate(machine, { ...scope, when: space.true }, argument);
    const fails = machine.caught;
    machine.caught = outer;
    return { value, fails };
  };
  const tries = expression.arguments.map(run);
  if (expression.name === 'can') return data.condition(space.not(tries[0]?.fails ?? space.true));
  let all = space.true;
  let made: BakeValue | undefined;
  for (const { value, fails } of tries) {
    made = made === undefined ? value : data.pick(all, value, made);
    all = space.and(all, fails);
    if (all === space.false) break;
  }
  if (made === undefined || all === space.true) fail(machine, scope, expression.span, 'every argument of try fails');
  else fail(machine, scope, expression.span, 'every argument of try fails', all);
  return made ?? broken(machine, scope, expression);
}

/** The names in `params = [a, b]`, which are no expressions; in JSON they are strings. */
function namesOf(block: Block, attribute: string): readonly string[] {
  const expression = attributeOf(block, attribute);
  const items = expression?.kind === 'tuple' ? expression.items : expression === undefined ? [] : [expression];
  return items.flatMap((item) => (item.kind === 'variable' ? item.name : (plainText(item) ?? [])));
}

function callOwn(
  machine: Machine,
  scope: Scope,
  expression: CallExpression,
  { file, item: block }: In<Block>,
  args: readonly BakeValue[],
): BakeValue {
  const { data } = machine;
  const params = namesOf(block, 'params');
  const [rest] = namesOf(block, 'variadic_params');
  const result = attributeOf(block, 'result');
  if (result === undefined || args.length < params.length || (rest === undefined && args.length > params.length)) {
    const counted = `${params.length}${rest === undefined ? '' : ' or more'}`;
    fail(machine, scope, expression.span, `${expression.name} takes ${counted} arguments and has ${args.length} here`);
    return data.unknownOf(`${expression.name}(…)`, args);
  }
  if (machine.depth >= CALL_LIMIT) {
    note(machine, { file: scope.file, ...expression.span }, 'functions call each other deeper than is evaluated here');
    return data.unknownOf(`${expression.name}(…)`, args);
  }
  const names = new Map(params.map((param, i) => [param, args[i] ?? data.nothing] as const));
  if (rest !== undefined) names.set(rest, data.list(args.slice(params.length)));
  machine.depth += 1;
  const value = evaluate(machine, { file, names, when: scope.when }, result);
  machine.depth -= 1;
  return value;
}
