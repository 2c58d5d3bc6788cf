/*
 * Expressions. What is not told here, or is beyond a limit, is unknown: named by its own text and dependent on what its
 * parts depend on, so that it equals itself and nothing diverges because of it.
 */
import type { Expression, Node, ObjectExpression } from '../../syntax/script/tree.js';
import type { Condition, Guarded, Selector } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { callMember, construct, invoke } from './call.js';
import { destructure } from './pattern.js';
import { assign, lookUp, type Machine, placeOf, type Scope, textOf, under } from './scope.js';
import {
  ABSENT,
  type Item,
  inputsOfValue,
  type Js,
  type JsList,
  type JsObject,
  type JsUnknown,
  type Property,
  reference,
  type Value,
} from './value.js';

/** Spends a step; throws a RangeError when there are none left, which ends the evaluation with a note. */
export function spend(machine: Machine): void {
  machine.fuel -= 1;
  if (machine.fuel < 0) throw new RangeError('this configuration takes too many steps to be evaluated to its end');
}

/** The value of an expression. */
export function evaluate(machine: Machine, scope: Scope, node: Node): Value {
  spend(machine);
  const { values } = machine;
  switch (node.type) {
    case 'StringLiteral':
    case 'DirectiveLiteral':
      return values.string(node.value);
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return values.one(node.value);
    case 'NullLiteral':
      return values.one(null);
    case 'TemplateLiteral':
      return template(machine, scope, node.quasis, node.expressions);
    case 'Identifier':
      return identifier(machine, scope, node.name);
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return member(machine, scope, node, evaluate(machine, scope, node.object));
    case 'ObjectExpression':
      return objectLiteral(machine, scope, node);
    case 'ArrayExpression':
      return values.one({ kind: 'list', items: itemsOf(machine, scope, node.elements) });
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      return values.one({
        kind: 'function',
        name: textOf(scope.source, node, 60),
        parameters: node.params,
        body: node.body,
        scope,
      });
    case 'ConditionalExpression': {
      const holds = decide(machine, scope, node.test);
      const then = under(machine, scope.frame, holds, () => evaluate(machine, scope, node.consequent));
      const other = under(machine, scope.frame, values.space.not(holds), () =>
        evaluate(machine, scope, node.alternate),
      );
      return values.space.pick(holds, then, other);
    }
    case 'LogicalExpression':
      return logical(machine, scope, node);
    case 'BinaryExpression':
      return node.left.type === 'PrivateName'
        ? unknownOf(machine, scope, node)
        : binary(machine, scope, node, node.operator, evaluate(machine, scope, node.left), node.right);
    case 'UnaryExpression':
      return unary(machine, scope, node);
    case 'AssignmentExpression':
      return assignment(machine, scope, node);
    case 'SequenceExpression':
      return node.expressions.map((one) => evaluate(machine, scope, one)).at(-1) ?? values.undefined;
    case 'CallExpression':
    case 'OptionalCallExpression':
      return call(machine, scope, node);
    case 'NewExpression':
      return construct(machine, scope, node, nameOfCallee(machine, scope, node.callee), node.arguments);
    case 'AwaitExpression':
      return evaluate(machine, scope, node.argument);
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'TypeCastExpression':
      return evaluate(machine, scope, node.expression);
    case 'MetaProperty':
      return values.unknown('import.meta');
    case 'RegExpLiteral':
      return values.unknown(`/${node.pattern}/${node.flags}`);
    default:
      return unknownOf(machine, scope, node);
  }
}

/** An expression that is not evaluated, with the inputs of the values it was computed from. */
export function unknownOf(machine: Machine, scope: Scope, node: Node, ...parts: readonly Value[]): Value {
  const inputs = new Set<Selector>();
  for (const part of parts) for (const selector of inputsOfValue(part)) inputs.add(selector);
  return machine.values.unknown(textOf(scope.source, node), inputs);
}

/** Where an expression counts as true; remembered when it asks for the environment. */
export function decide(machine: Machine, scope: Scope, node: Node): Condition {
  const holds = machine.values.truthy(evaluate(machine, scope, node));
  note(machine, scope, node, holds);
  return holds;
}

function note(machine: Machine, scope: Scope, node: Node, holds: Condition): void {
  if (holds.kind === 'choice') machine.decisions.push({ place: placeOf(scope.source, node), holds });
}

function identifier(machine: Machine, scope: Scope, name: string): Value {
  if (name === 'undefined') return machine.values.undefined;
  if (name === 'NaN' || name === 'Infinity') return machine.values.one(Number(name));
  return lookUp(scope, name) ?? machine.values.unknown(name);
}

function template(
  machine: Machine,
  scope: Scope,
  quasis: readonly { readonly value: { readonly cooked?: string | null; readonly raw: string } }[],
  expressions: readonly Node[],
): Value {
  const { values } = machine;
  const parts: Text[] = [];
  for (const [i, quasi] of quasis.entries()) {
    parts.push(values.texts.literal(quasi.value.cooked ?? quasi.value.raw));
    const expression = expressions[i];
    if (expression !== undefined) parts.push(toText(machine, evaluate(machine, scope, expression)));
  }
  return values.text(values.texts.concat(...parts));
}

/** A value as JavaScript turns it into a string. */
export function toText(machine: Machine, value: Value): Text {
  const { texts, space } = machine.values;
  return texts.from(
    space.map(value, (leaf): Text => {
      const ref = reference(leaf);
      if (ref === undefined) return texts.literal(leaf === ABSENT ? 'undefined' : String(leaf));
      if (ref.kind === 'text') return ref;
      return ref.kind === 'unknown'
        ? texts.symbol(ref.name, ref.inputs)
        : texts.symbol(machine.values.nameOf(ref), inputsOfValue(machine.values.one(ref)));
    }),
  );
}

// ---------------------------------------------------------------------------------------------------- properties

/** The name of the property that a member expression asks for; undefined when it is not known. */
export function keyOf(
  machine: Machine,
  scope: Scope,
  property: Node,
  computed: boolean | undefined,
): string | undefined {
  if (computed !== true) {
    if (property.type === 'Identifier') return property.name;
    if (property.type === 'StringLiteral') return property.value;
    if (property.type === 'NumericLiteral') return String(property.value);
    return undefined;
  }
  const value = evaluate(machine, scope, property);
  if (value.kind !== 'one') return undefined;
  if (typeof value.value === 'number') return String(value.value);
  const ref = reference(value.value);
  return ref?.kind === 'text' ? machine.values.texts.constant(ref) : undefined;
}

function member(
  machine: Machine,
  scope: Scope,
  node: Expression & { readonly property: Node; readonly computed?: boolean },
  object: Value,
): Value {
  const key = keyOf(machine, scope, node.property, node.computed);
  if (key === undefined) {
    const chosen = node.computed === true ? evaluate(machine, scope, node.property) : machine.values.undefined;
    return lookUpVariational(machine, object, chosen) ?? unknownOf(machine, scope, node, object, chosen);
  }
  return propertyOf(machine, object, key, () => textOf(scope.source, node));
}

/** `{ production: a, staging: b }[process.env.X]`: one look-up for each property, nothing where there is none. */
function lookUpVariational(machine: Machine, object: Value, key: Value): Value | undefined {
  const { values } = machine;
  const table = object.kind === 'one' ? reference(object.value) : undefined;
  if (table?.kind !== 'object' || table.rest !== undefined || table.properties.size > 64) return undefined;
  let found = values.undefined;
  for (const [name, property] of table.properties)
    found = values.space.pick(
      values.equal(key, values.string(name), false),
      withoutAbsent(machine, property.value),
      found,
    );
  return found;
}

function withoutAbsent(machine: Machine, value: Value): Value {
  return machine.values.space.map<Js, Js>(value, (leaf) => (leaf === ABSENT ? undefined : leaf));
}

/** A property of a value; `written` is the text of the expression, for what is not known. */
export function propertyOf(machine: Machine, object: Value, key: string, written: () => string): Value {
  const { values } = machine;
  return values.space.bind(object, (leaf): Value => {
    const ref = reference(leaf);
    if (ref === undefined) return values.undefined;
    switch (ref.kind) {
      case 'object': {
        const own = ref.properties.get(key)?.value ?? values.absent;
        const rest = ref.rest;
        const missing = rest === undefined ? values.undefined : values.unknown(`${rest.name}.${key}`, rest.inputs);
        return values.space.bind(own, (found): Value => (found === ABSENT ? missing : values.one(found)));
      }
      case 'list': {
        if (key === 'length')
          return ref.items.every(({ when }) => when === values.space.true)
            ? values.one(ref.items.length)
            : values.unknown(written(), inputsOfValue(values.one(ref)));
        const index = /^\d+$/.test(key) ? Number(key) : -1;
        const known = ref.items.slice(0, index + 1).every(({ when }) => when === values.space.true);
        return known ? (ref.items[index]?.item.value ?? values.undefined) : values.unknown(written());
      }
      case 'unknown':
        return outside(machine, ref, key);
      case 'made':
      case 'text':
      case 'function':
        return values.unknown(written(), inputsOfValue(values.one(ref)));
    }
  });
}

/** What comes from outside of the configuration: the environment, modules, and what they have. */
function outside(machine: Machine, { name, inputs }: JsUnknown, key: string): Value {
  const { values } = machine;
  if (name === 'process.env' || name === 'Bun.env') return machine.environment(key);
  if (name === 'import.meta.env') {
    if (key === 'PROD') return values.boolean(isProduction(machine));
    if (key === 'DEV') return values.boolean(values.space.not(isProduction(machine)));
    return machine.environment(key === 'MODE' ? 'NODE_ENV' : key);
  }
  if (name === 'import.meta' && key === 'env') return values.unknown('import.meta.env');
  if (key === 'default') return values.unknown(name, inputs);
  return values.unknown(`${name}.${key}`, inputs);
}

function isProduction(machine: Machine): Condition {
  return machine.values.equal(machine.environment('NODE_ENV'), machine.values.string('production'), false);
}

// ------------------------------------------------------------------------------------------------------ literals

function objectLiteral(machine: Machine, scope: Scope, node: ObjectExpression): Value {
  const made: JsObject = { kind: 'object', properties: new Map(), rest: undefined };
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      spreadInto(machine, made, evaluate(machine, scope, property.argument));
      continue;
    }
    const key = keyOf(machine, scope, property.key, property.computed);
    if (key === undefined) continue;
    const value: Value =
      property.type === 'ObjectProperty'
        ? evaluate(machine, scope, property.value)
        : property.kind === 'method'
          ? machine.values.one({
              kind: 'function',
              name: textOf(scope.source, property, 60),
              parameters: property.params,
              body: property.body,
              scope,
            })
          : unknownOf(machine, scope, property);
    made.properties.set(key, { value, place: placeOf(scope.source, property) });
  }
  return machine.values.one(made);
}

/** Copies the properties of a value into an object: `{ ...value }`, `Object.assign(object, value)`. */
export function spreadInto(machine: Machine, target: JsObject, source: Value, when?: Condition): void {
  const { values } = machine;
  const { space } = values;
  for (const { when: there, item } of space.leaves(source)) {
    const holds = when === undefined ? there : space.and(when, there);
    const ref = reference(item);
    if (ref?.kind === 'unknown' || ref?.kind === 'made') {
      const name = ref.kind === 'unknown' ? ref.name : `${ref.callee}()`;
      target.rest = values.unknownLeaf(name, inputsOfValue(values.one(ref)));
    }
    if (ref?.kind !== 'object') continue;
    target.rest ??= ref.rest;
    for (const [key, property] of ref.properties) {
      spend(machine);
      const old = target.properties.get(key);
      const before = old?.value ?? values.absent;
      // What is not there in the source leaves what the target has.
      const merged = space.bind(property.value, (leaf): Value => (leaf === ABSENT ? before : values.one(leaf)));
      const value = space.pick(holds, merged, before);
      target.properties.set(key, { value, place: value === before && old !== undefined ? old.place : property.place });
    }
  }
}

/** The items of an array literal or an argument list; spread lists are flattened, a spread unknown is one item. */
export function itemsOf(machine: Machine, scope: Scope, elements: readonly (Node | null)[]): readonly Guarded<Item>[] {
  const { values } = machine;
  const items: Guarded<Item>[] = [];
  for (const element of elements) {
    if (element === null) {
      items.push({ when: values.space.true, item: { value: values.undefined, place: placeOf(scope.source, {}) } });
    } else if (element.type === 'SpreadElement') {
      const place = placeOf(scope.source, element);
      items.push(...spreadItems(machine, evaluate(machine, scope, element.argument), place));
    } else {
      const item = { value: evaluate(machine, scope, element), place: placeOf(scope.source, element) };
      items.push({ when: values.space.true, item });
    }
  }
  return items;
}

/** The items of a value that is spread into a list. */
export function spreadItems(machine: Machine, value: Value, place: Item['place']): readonly Guarded<Item>[] {
  const { values } = machine;
  return values.space.leaves(value).flatMap(({ when, item }): readonly Guarded<Item>[] => {
    const ref = reference(item);
    if (ref?.kind === 'list')
      return ref.items.map((inner) => ({ when: values.space.and(when, inner.when), item: inner.item }));
    return ref === undefined ? [] : [{ when, item: { value: values.one(ref), place } }];
  });
}

// ----------------------------------------------------------------------------------------------------- operators

function logical(
  machine: Machine,
  scope: Scope,
  node: Node & { readonly operator: '||' | '&&' | '??'; readonly left: Node; readonly right: Node },
): Value {
  const { space } = machine.values;
  const left = evaluate(machine, scope, node.left);
  const holds = node.operator === '??' ? machine.values.nullish(left) : machine.values.truthy(left);
  if (node.operator === '&&') note(machine, scope, node.left, holds);
  const goesOn = node.operator === '||' ? space.not(holds) : holds;
  if (goesOn === space.false) return left;
  const right = under(machine, scope.frame, goesOn, () => evaluate(machine, scope, node.right));
  return space.pick(goesOn, right, left);
}

function binary(machine: Machine, scope: Scope, node: Node, operator: string, left: Value, rightNode: Node): Value {
  const { values } = machine;
  const { space } = values;
  const right = evaluate(machine, scope, rightNode);
  switch (operator) {
    case '===':
    case '==':
    case '!==':
    case '!=': {
      const equal = values.equal(left, right, operator.length === 2);
      note(machine, scope, node, equal);
      return values.boolean(operator.startsWith('!') ? space.not(equal) : equal);
    }
    case 'in': {
      const object = right.kind === 'one' ? reference(right.value) : undefined;
      if (object?.kind === 'unknown' && object.name === 'process.env') {
        const name = left.kind === 'one' ? reference(left.value) : undefined;
        const key = name?.kind === 'text' ? values.texts.constant(name) : undefined;
        if (key !== undefined) return values.boolean(space.not(values.isUndefined(machine.environment(key))));
      }
      return unknownOf(machine, scope, node, left, right);
    }
    case '+':
      return space.bind(left, (a) =>
        space.bind(right, (b): Value => {
          if (typeof a === 'number' && typeof b === 'number') return values.one(a + b);
          const isText = reference(a)?.kind === 'text' || reference(b)?.kind === 'text';
          if (!isText) return unknownOf(machine, scope, node, values.one(a), values.one(b));
          const [x, y] = [toText(machine, values.one(a)), toText(machine, values.one(b))];
          return values.text(values.texts.concat(x, y));
        }),
      );
    default: {
      const compute = ARITHMETIC[operator];
      return space.bind(left, (a) =>
        space.bind(right, (b): Value => {
          if (compute !== undefined && typeof a === 'number' && typeof b === 'number') return values.one(compute(a, b));
          return unknownOf(machine, scope, node, values.one(a), values.one(b));
        }),
      );
    }
  }
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function unary(
  machine: Machine,
  scope: Scope,
  node: Node & { readonly operator: string; readonly argument: Node },
): Value {
  const { values } = machine;
  const { space } = values;
  const value = evaluate(machine, scope, node.argument);
  switch (node.operator) {
    case '!':
      return values.boolean(space.not(values.truthy(value)));
    case 'void':
      return values.undefined;
    case '-':
      return space.bind(value, (leaf) =>
        typeof leaf === 'number' ? values.one(-leaf) : unknownOf(machine, scope, node, values.one(leaf)),
      );
    case 'typeof':
      return space.bind(value, (leaf): Value => {
        const ref = reference(leaf);
        if (ref?.kind === 'unknown') return values.unknown(`typeof ${ref.name}`, ref.inputs);
        if (ref === undefined) return values.string(leaf === ABSENT ? 'undefined' : typeof leaf);
        return values.string(ref.kind === 'text' ? 'string' : ref.kind === 'function' ? 'function' : 'object');
      });
    case 'delete':
      return values.one(true);
    default:
      return unknownOf(machine, scope, node, value);
  }
}

function assignment(
  machine: Machine,
  scope: Scope,
  node: Node & { readonly operator: string; readonly left: Node; readonly right: Node },
): Value {
  const { values } = machine;
  const { space } = values;
  const { operator, left } = node;
  if (operator === '=') {
    const value = evaluate(machine, scope, node.right);
    store(machine, scope, left, value, node);
    return value;
  }
  const before = evaluate(machine, scope, left);
  let value: Value;
  if (operator === '||=' || operator === '&&=' || operator === '??=') {
    const holds = operator === '??=' ? values.nullish(before) : values.truthy(before);
    const goesOn = operator === '||=' ? space.not(holds) : holds;
    const right = under(machine, scope.frame, goesOn, () => evaluate(machine, scope, node.right));
    value = space.pick(goesOn, right, before);
  } else value = binary(machine, scope, node, operator.slice(0, -1), before, node.right);
  store(machine, scope, left, value, node);
  return value;
}

/** Puts a value where the left side of an assignment says. */
export function store(machine: Machine, scope: Scope, target: Node, value: Value, at: Node): void {
  const { values } = machine;
  const { space } = values;
  if (target.type === 'Identifier') {
    assign(machine, scope, target.name, value);
    return;
  }
  if (target.type !== 'MemberExpression') {
    destructure(machine, scope, target, value, (name, part) => assign(machine, scope, name, part));
    return;
  }
  const object = evaluate(machine, scope, target.object);
  const key = keyOf(machine, scope, target.property, target.computed);
  if (key === undefined) return;
  for (const { when, item } of space.leaves(object)) {
    const ref = reference(item);
    if (ref?.kind !== 'object') continue;
    const old: Property | undefined = ref.properties.get(key);
    const holds = space.and(scope.frame.live, when);
    ref.properties.set(key, {
      value: space.pick(holds, value, old?.value ?? values.absent),
      place: holds === space.false && old !== undefined ? old.place : placeOf(scope.source, at),
    });
  }
}

// --------------------------------------------------------------------------------------------------------- calls

function call(
  machine: Machine,
  scope: Scope,
  node: Node & { readonly callee: Node; readonly arguments: readonly Node[] },
): Value {
  const { callee } = node;
  if (callee.type === 'Import') return invoke(machine, scope, node, machine.values.unknown('import'), node.arguments);
  if (callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression') {
    const object = evaluate(machine, scope, callee.object);
    const key = keyOf(machine, scope, callee.property, callee.computed);
    if (key !== undefined) return callMember(machine, scope, node, object, key, node.arguments);
  }
  return invoke(machine, scope, node, evaluate(machine, scope, callee), node.arguments);
}

function nameOfCallee(machine: Machine, scope: Scope, callee: Node): string {
  const value = evaluate(machine, scope, callee);
  const ref = value.kind === 'one' ? reference(value.value) : undefined;
  return ref?.kind === 'unknown' ? ref.name : textOf(scope.source, callee, 60);
}

/** A list of values that all are there. */
export function listOf(machine: Machine, items: readonly Item[]): JsList {
  return { kind: 'list', items: items.map((item) => ({ when: machine.values.space.true, item })) };
}
