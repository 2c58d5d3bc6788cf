/*
 * Expressions of bake, lifted: one pass gives the value for every environment.
 *
 * Both sides of a conditional are evaluated under their own condition; what fails in one of them takes only its
 * environments away. Variables are evaluated when something first asks for them.
 */
import type { BinaryExpression, Expression, ForExpression, TemplatePart } from '../../syntax/bake/tree.js';
import { SPLAT_ITEM } from '../../syntax/bake/tree.js';
import type { Span } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import { callFunction } from './call.js';
import { collect, equalData } from './lift.js';
import { broken, fail, type Machine, note, type Scope, STEP_LIMIT } from './machine.js';
import type { BakeValue, Datum } from './value.js';
import { blockAttribute, variable } from './variables.js';

/** The value of an expression. */
export function evaluate(machine: Machine, scope: Scope, expression: Expression): BakeValue {
  machine.steps += 1;
  if (machine.steps > STEP_LIMIT) {
    note(
      machine,
      { file: scope.file, ...expression.span },
      'this bake file takes more steps than are evaluated; the rest is unknown',
    );
    return broken(machine, scope, expression);
  }
  const { data } = machine;
  switch (expression.kind) {
    case 'literal':
      if (expression.value === null) return data.nothing;
      return typeof expression.value === 'number' ? data.number(expression.value) : data.bool(expression.value);
    case 'template': {
      const [only] = expression.parts;
      if (only?.kind === 'interpolation' && expression.parts.length === 1) return evaluate(machine, scope, only.value);
      return data.text(templateText(machine, scope, expression.parts));
    }
    case 'tuple':
      return data.list(expression.items.map((item) => evaluate(machine, scope, item)));
    case 'object':
      return objectOf(
        machine,
        scope,
        expression.entries.map(({ key, value }) => ({
          key: evaluate(machine, scope, key),
          keySpan: key.span,
          value: evaluate(machine, scope, value),
          when: machine.space.true,
        })),
        false,
      );
    case 'for':
      return evaluateFor(machine, scope, expression);
    case 'conditional': {
      const condition = conditionOf(
        machine,
        scope,
        evaluate(machine, scope, expression.condition),
        expression.condition.span,
      );
      const under = (when: Condition): Scope => ({ ...scope, when: machine.space.and(scope.when, when) });
      if (condition === machine.space.true) return evaluate(machine, scope, expression.then);
      if (condition === machine.space.false) return evaluate(machine, scope, expression.otherwise);
      const then = evaluate(machine, under(condition), expression.then);
      const otherwise = evaluate(machine, under(machine.space.not(condition)), expression.otherwise);
      return data.pick(condition, then, otherwise);
    }
    case 'binary':
      return evaluateBinary(machine, scope, expression);
    case 'unary': {
      const value = evaluate(machine, scope, expression.operand);
      if (expression.operator === '!')
        return data.condition(machine.space.not(conditionOf(machine, scope, value, expression.operand.span)));
      return machine.space.bind(value, (datum) => {
        const number = numberOf(machine, datum);
        return number === undefined ? data.unknownOf('-', [machine.space.one(datum)]) : data.number(-number);
      });
    }
    case 'call':
      return callFunction(machine, scope, expression);
    case 'variable':
      return scope.names.get(expression.name) ?? variable(machine, scope, expression.name, expression.span);
    case 'attribute':
      return evaluateAttribute(machine, scope, expression);
    case 'index': {
      const of = evaluate(machine, scope, expression.of);
      const key = evaluate(machine, scope, expression.key);
      return data.bindAll([of, key], '[…]', ([container, at]) =>
        container === undefined || at === undefined
          ? data.nothing
          : indexed(machine, scope, container, at, expression.span),
      );
    }
    case 'splat': {
      const of = evaluate(machine, scope, expression.of);
      return machine.space.bind(of, (datum) => {
        const one = machine.space.one<Datum>(datum);
        if (datum.kind === 'unknown') return data.unknownOf('[*]', [one]);
        const items = datum.kind === 'null' ? [] : datum.kind === 'list' ? datum.items : [one];
        return data.list(
          items.map((item) =>
            evaluate(machine, { ...scope, names: new Map([...scope.names, [SPLAT_ITEM, item]]) }, expression.each),
          ),
        );
      });
    }
    case 'invalid':
      return broken(machine, scope, expression);
  }
}

function evaluateAttribute(
  machine: Machine,
  scope: Scope,
  expression: Extract<Expression, { kind: 'attribute' }>,
): BakeValue {
  const { of, name } = expression;
  const { data } = machine;
  if (of.kind === 'attribute' && of.of.kind === 'variable' && !scope.names.has(of.of.name)) {
    const found = blockAttribute(machine, scope, of.of.name, of.name, name, expression.span);
    if (found !== undefined) return found;
  }
  if (of.kind === 'index' && of.of.kind === 'variable' && !scope.names.has(of.of.name)) {
    const key = evaluate(machine, scope, of.key);
    const label = key.kind === 'one' && key.value.kind === 'text' ? machine.texts.constant(key.value) : undefined;
    const found =
      label === undefined ? undefined : blockAttribute(machine, scope, of.of.name, label, name, expression.span);
    if (found !== undefined) return found;
  }
  return machine.space.bind(evaluate(machine, scope, of), (datum) => {
    if (datum.kind === 'unknown') return data.unknownOf(`${render(datum.text)}.${name}`, [machine.space.one(datum)]);
    const found = datum.kind === 'object' ? datum.entries.get(name) : undefined;
    if (found !== undefined) return found;
    fail(machine, scope, expression.span, `there is no attribute ${name} in this value`);
    return broken(machine, scope, expression);
  });
}

function indexed(machine: Machine, scope: Scope, container: Datum, key: Datum, span: Span): BakeValue {
  const { data, texts, space } = machine;
  const values = [space.one<Datum>(container), space.one<Datum>(key)];
  if (container.kind === 'list') {
    const at = numberOf(machine, key);
    const found = at === undefined ? undefined : container.items[at];
    if (found !== undefined) return found;
    if (at === undefined) return data.unknownOf('[…]', values);
  } else if (container.kind === 'object') {
    const text = data.textOf(key);
    const name = text === undefined ? undefined : texts.constant(text);
    const found = name === undefined ? undefined : container.entries.get(name);
    if (found !== undefined) return found;
    if (name === undefined && text !== undefined) return byName(machine, container.entries, text, values);
  } else if (container.kind === 'unknown') return data.unknownOf('[…]', values);
  fail(machine, scope, span, 'there is no such item in this value');
  return data.unknownOf('[…]', values);
}

/** The entry whose name a text is, where it is one; unknown elsewhere. */
function byName(
  machine: Machine,
  entries: ReadonlyMap<string, BakeValue>,
  name: Text,
  values: readonly BakeValue[],
): BakeValue {
  let made = machine.data.unknownOf(`[${render(name)}]`, values);
  for (const [key, value] of entries) {
    const is = machine.texts.equal(name, machine.texts.literal(key));
    if (is !== undefined) made = machine.data.pick(is, value, made);
  }
  return made;
}

// ------------------------------------------------------------------------------------------------ operators

function evaluateBinary(machine: Machine, scope: Scope, expression: BinaryExpression): BakeValue {
  const { data, space, texts } = machine;
  const { operator } = expression;
  if (operator === '&&' || operator === '||') {
    const left = conditionOf(machine, scope, evaluate(machine, scope, expression.left), expression.left.span);
    const needed = operator === '&&' ? left : space.not(left);
    // Newer versions do not look at the right side where the left one decides; it cannot fail there.
    const inner = { ...scope, when: space.and(scope.when, needed) };
    const right = conditionOf(machine, inner, evaluate(machine, inner, expression.right), expression.right.span);
    return data.condition(operator === '&&' ? space.and(left, right) : space.or(left, right));
  }
  const left = evaluate(machine, scope, expression.left);
  const right = evaluate(machine, scope, expression.right);
  return data.bindAll([left, right], operator, ([a, b]) => {
    if (a === undefined || b === undefined) return data.nothing;
    if (operator === '==') return data.condition(equalData(machine, a, b));
    if (operator === '!=') return data.condition(space.not(equalData(machine, a, b)));
    const [x, y] = [data.textOf(a), data.textOf(b)];
    if (x === undefined || y === undefined) {
      fail(machine, scope, expression.span, `${operator} wants two numbers`);
      return broken(machine, scope, expression);
    }
    const isOrder = operator === '<' || operator === '>' || operator === '<=' || operator === '>=';
    if (isOrder) {
      const order = (s: string, t: string): boolean => compare(operator, Number(s), Number(t));
      return data.condition(texts.compare(x, y, operator, order) ?? texts.unknown(operator, x, y));
    }
    const [m, n] = [numberOf(machine, a), numberOf(machine, b)];
    if (m === undefined || n === undefined)
      return data.unknownOf(`${render(x)} ${operator} ${render(y)}`, [left, right]);
    return data.number(calculate(operator, m, n));
  });
}

function compare(operator: '<' | '>' | '<=' | '>=', a: number, b: number): boolean {
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}

function calculate(operator: '+' | '-' | '*' | '/' | '%', a: number, b: number): number {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  return operator === '/' ? a / b : a % b;
}

/** The number that a datum is or that its text says; undefined when that is not known. */
export function numberOf(machine: Machine, datum: Datum): number | undefined {
  if (datum.kind === 'number') return datum.value;
  const text = datum.kind === 'text' ? machine.texts.constant(datum) : undefined;
  return text === undefined || text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}

const TRUE = new Set(['true', '1']);

/** Where a value is true; what is no boolean is a failure. */
export function conditionOf(machine: Machine, scope: Scope, value: BakeValue, span: Span): Condition {
  const { space, texts } = machine;
  return space.bind(value, (datum): Condition => {
    if (datum.kind === 'bool') return datum.value ? space.true : space.false;
    if (datum.kind === 'text' || datum.kind === 'unknown') {
      const text = datum.kind === 'text' ? datum : datum.text;
      const constant = texts.constant(text);
      if (constant !== undefined && !/^(?:true|false|0|1)$/.test(constant))
        fail(machine, scope, span, `true or false is expected here, and this is "${constant}"`);
      return texts.matches(text, 'is true', (one) => TRUE.has(one), ['true']) ?? texts.unknown('is true', text);
    }
    fail(machine, scope, span, `true or false is expected here, and this is a ${datum.kind}`);
    return space.false;
  });
}

// ------------------------------------------------------------------------------------------------ templates

function templateText(machine: Machine, scope: Scope, parts: readonly TemplatePart[]): Text {
  const { texts, space } = machine;
  const made = (part: TemplatePart): Text => {
    switch (part.kind) {
      case 'text':
        return texts.literal(part.text);
      case 'interpolation':
        return textOf(machine, scope, evaluate(machine, scope, part.value), part.span);
      case 'if': {
        const holds = conditionOf(machine, scope, evaluate(machine, scope, part.condition), part.condition.span);
        const under = (when: Condition): Scope => ({ ...scope, when: space.and(scope.when, when) });
        const then = holds === space.false ? texts.empty : templateText(machine, under(holds), part.then);
        const otherwise =
          holds === space.true ? texts.empty : templateText(machine, under(space.not(holds)), part.otherwise);
        return texts.pick(holds, then, otherwise);
      }
      case 'for': {
        const value = space.bind(evaluate(machine, scope, part.collection), (datum) => {
          const rounds = roundsOf(machine, scope, datum, part.key, part.value, part.collection.span);
          if (rounds === undefined) return machine.data.unknownOf('%{ for }', [space.one(datum)]);
          return machine.data.text(texts.concat(...rounds.map((round) => templateText(machine, round, part.body))));
        });
        return textOf(machine, scope, value, part.span);
      }
    }
  };
  return texts.concat(...parts.map(made));
}

/** The text of a value; null, lists and objects have none. */
export function textOf(machine: Machine, scope: Scope, value: BakeValue, span: Span): Text {
  const { texts, space, data } = machine;
  return texts.from(
    space.map(value, (datum) => {
      const text = data.textOf(datum);
      if (text === undefined) {
        const holding = space.map(value, (other) => other === datum);
        fail(
          machine,
          scope,
          span,
          `a text is expected here, and this is ${datum.kind === 'null' ? 'null' : `a ${datum.kind}`}`,
          holding,
        );
      }
      return text ?? texts.empty;
    }),
  );
}

// ------------------------------------------------------------------------------------------------ for

/** The scopes of the rounds over a list or an object; undefined when it is not known. */
function roundsOf(
  machine: Machine,
  scope: Scope,
  datum: Datum,
  keyName: string | undefined,
  valueName: string,
  span: Span,
): readonly Scope[] | undefined {
  const { data } = machine;
  if (datum.kind === 'unknown') return undefined;
  if (datum.kind !== 'list' && datum.kind !== 'object') {
    fail(
      machine,
      scope,
      span,
      `for wants a list or an object, and this is ${datum.kind === 'null' ? 'null' : `a ${datum.kind}`}`,
    );
    return [];
  }
  const rounds =
    datum.kind === 'list'
      ? datum.items.map((item, i) => [data.number(i), item] as const)
      : [...datum.entries]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, item]) => [data.literal(name), item] as const);
  return rounds.map(([key, value]) => {
    const names = new Map(scope.names);
    if (keyName !== undefined) names.set(keyName, key);
    names.set(valueName, value);
    return { ...scope, names };
  });
}

function evaluateFor(machine: Machine, scope: Scope, expression: ForExpression): BakeValue {
  const { data, space } = machine;
  const collection = evaluate(machine, scope, expression.collection);
  return space.bind(collection, (datum) => {
    const { keyName, valueName } = expression;
    const rounds = roundsOf(machine, scope, datum, keyName, valueName, expression.collection.span);
    if (rounds === undefined) return data.unknownOf('for', [space.one(datum)]);
    const guarded = rounds.map((round) => {
      const { condition } = expression;
      const when =
        condition === undefined
          ? space.true
          : conditionOf(machine, round, evaluate(machine, round, condition), condition.span);
      return { round: { ...round, when: space.and(round.when, when) }, when };
    });
    const live = guarded.filter(({ when }) => when !== space.false);
    const { key } = expression;
    if (key === undefined) {
      const items = live.map(({ round, when }) => ({ when, item: evaluate(machine, round, expression.value) }));
      return collect(data, 'for', items);
    }
    return objectOf(
      machine,
      scope,
      live.map(({ round, when }) => ({
        key: evaluate(machine, round, key),
        keySpan: key.span,
        value: evaluate(machine, round, expression.value),
        when,
      })),
      expression.grouped,
    );
  });
}

interface Entry {
  readonly key: BakeValue;
  readonly keySpan: Span;
  readonly value: BakeValue;
  readonly when: Condition;
}

/** An object of entries whose names and presence may depend on the environment. */
function objectOf(machine: Machine, scope: Scope, entries: readonly Entry[], grouped: boolean): BakeValue {
  const { data, space, texts } = machine;
  let objects: BakeValue = data.object(new Map());
  for (const { key, keySpan, value, when } of entries) {
    const name = textOf(machine, scope, key, keySpan);
    const flat = texts.flatten(name);
    if (flat === undefined)
      return data.unknownOf(
        '{…}',
        entries.flatMap((entry) => [entry.key, entry.value]),
      );
    const guarded: readonly Guarded<Text>[] = space.leaves(flat);
    for (const { when: named, item } of guarded) {
      const constant = texts.constant(item) ?? render(item);
      const longer = space.bind(objects, (datum) => {
        if (datum.kind !== 'object') return space.one(datum);
        const before = datum.entries.get(constant);
        const earlier = before?.kind === 'one' && before.value.kind === 'list' ? before.value.items : [];
        return data.object(new Map([...datum.entries, [constant, grouped ? data.list([...earlier, value]) : value]]));
      });
      objects = space.pick(space.and(when, named), longer, objects);
    }
  }
  return objects;
}
