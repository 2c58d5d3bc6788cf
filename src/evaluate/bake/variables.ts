import type { Block, Expression } from '../../syntax/bake/tree.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { conditionOf, evaluate, textOf } from './evaluate.js';
import { broken, fail, type In, type Machine, note, type Scope } from './machine.js';
import { convert, typeOf, type ValueType } from './types.js';
import type { BakeValue, Datum } from './value.js';

const NO_NAMES: ReadonlyMap<string, BakeValue> = new Map();

/** What bake sets itself. */
const BUILTINS: ReadonlyMap<string, string> = new Map([
  ['BAKE_CMD_CONTEXT', 'cwd://'],
  ['BAKE_LOCAL_PLATFORM', ''],
]);

/** An attribute of a block. */
export function attributeOf(block: Block, name: string): Expression | undefined {
  return block.body.attributes.findLast((attribute) => attribute.name === name)?.value;
}

/** The value of a name outside of blocks. */
export function variable(machine: Machine, scope: Scope, name: string, span: Span): BakeValue {
  const { data, texts } = machine;
  const known = machine.values.get(name);
  if (known !== undefined) return known;
  const at = { file: scope.file, start: span.start, end: span.end };
  if (machine.open.has(name)) {
    note(machine, at, `${name} depends on itself`);
    return data.unknown(texts.symbol(name));
  }
  machine.open.add(name);
  const made = resolve(machine, name);
  machine.open.delete(name);
  if (made === undefined) {
    fail(machine, scope, span, `no variable ${name} is declared`);
    return data.unknown(texts.symbol(name));
  }
  machine.values.set(name, made);
  return made;
}

function resolve(machine: Machine, name: string): BakeValue | undefined {
  const { data, texts, space } = machine;
  const attribute = machine.attributes.get(name);
  if (attribute !== undefined)
    return evaluate(machine, { file: attribute.file, names: NO_NAMES, when: space.true }, attribute.item.value);
  const declared = machine.variables.get(name);
  if (declared === undefined) {
    const builtin = BUILTINS.get(name);
    if (builtin === undefined) return undefined;
    return builtin === '' ? data.text(texts.symbol(name, undefined, 'host')) : data.literal(builtin);
  }
  return resolveVariable(machine, name, declared);
}

function resolveVariable(machine: Machine, name: string, { file, item: block }: In<Block>): BakeValue {
  const { data, space } = machine;
  const scope: Scope = { file, names: NO_NAMES, when: space.true };
  const typeExpression = attributeOf(block, 'type');
  const type = typeExpression === undefined ? undefined : typeOf(typeExpression);
  const expression = attributeOf(block, 'default');
  // Without a type, a variable that nobody sets is empty; with one it is null.
  let value =
    expression === undefined
      ? type === undefined
        ? data.literal('')
        : data.nothing
      : evaluate(machine, scope, expression);
  if (type !== undefined) value = convert(machine, scope, value, type, expression?.span ?? block.typeSpan);
  const given = machine.given.get(name);
  if (given !== undefined) return override(machine, scope, block, type, value, given);
  const environment = machine.environment(name);
  if (environment !== undefined && environment.set !== space.false) {
    const when = { ...scope, when: environment.set };
    value = data.pick(environment.set, override(machine, when, block, type, value, environment.text), value);
  }
  const json = type === undefined || type === 'string' ? undefined : machine.environment(`${name}_JSON`);
  if (json === undefined || json.set === space.false) return value;
  const decoded = decodeJson(machine, name, json.text);
  return data.pick(
    json.set,
    convert(machine, { ...scope, when: json.set }, decoded, type ?? 'any', block.typeSpan),
    value,
  );
}

/** What bake makes of a text that overrides a variable: its type is the one that is declared, else that of the default. */
function override(
  machine: Machine,
  scope: Scope,
  block: Block,
  type: ValueType | undefined,
  fallback: BakeValue,
  text: Text,
): BakeValue {
  const { data } = machine;
  if (type !== undefined && type !== 'any') return typed(machine, scope, block, type, text);
  return machine.space.bind(fallback, (datum): BakeValue => {
    if (datum.kind === 'bool' || datum.kind === 'number') return typed(machine, scope, block, datum.kind, text);
    if (datum.kind !== 'list' && datum.kind !== 'object') return data.text(text);
    const name = block.labels[0]?.text ?? '';
    fail(
      machine,
      scope,
      block.labels[0]?.span ?? block.typeSpan,
      `the environment cannot set ${name}: it has no type and its default is a ${datum.kind}`,
    );
    return machine.space.one<Datum>(datum);
  });
}

const TRUE = /^(?:1|t|T|TRUE|true|True)$/;
const FALSE = /^(?:0|f|F|FALSE|false|False)$/;

function typed(machine: Machine, scope: Scope, block: Block, type: ValueType, text: Text): BakeValue {
  const { data, texts, space } = machine;
  const span = block.labels[0]?.span ?? block.typeSpan;
  const where = (name: string, decide: (text: string) => boolean, examples: readonly string[] = []): Condition =>
    texts.matches(text, name, decide, examples) ?? texts.unknown(name, text);
  const name = block.labels[0]?.text ?? '';
  if (type === 'bool') {
    const yes = where('is true', (one) => TRUE.test(one), ['true']);
    const no = where('is false', (one) => FALSE.test(one), ['false']);
    fail(machine, scope, span, `${name} is neither true nor false`, space.not(space.or(yes, no)));
    return data.condition(yes);
  }
  if (type === 'number') {
    const isNumber = where('is a number', (one) => one.trim() !== '' && Number.isFinite(Number(one)));
    fail(machine, scope, span, `${name} is no number`, space.not(isNumber));
    const flat = texts.flatten(text);
    if (flat === undefined) return data.unknown(text);
    return space.bind(flat, (one) => {
      const constant = texts.constant(one);
      return constant === undefined ? data.unknown(one) : data.number(Number(constant));
    });
  }
  if (type !== 'list') return type === 'string' ? data.text(text) : data.unknown(text);
  const flat = texts.flatten(text);
  if (flat === undefined) return data.unknown(text);
  return space.bind(flat, (one) => {
    const constant = texts.constant(one);
    if (constant === undefined) return data.unknown(one);
    const items = constant.split(',').filter((item) => item !== '');
    return data.list(items.map((item) => data.literal(item.replace(/^"(.*)"$/, '$1'))));
  });
}

function decodeJson(machine: Machine, name: string, text: Text): BakeValue {
  const { data, texts, space } = machine;
  const flat = texts.flatten(text);
  const unknown = data.unknownOf(`${name}_JSON`, [data.text(text)]);
  if (flat === undefined) return unknown;
  return space.bind(flat, (one) => {
    const constant = texts.constant(one);
    if (constant === undefined) return unknown;
    try {
      return data.plain(JSON.parse(constant));
    } catch {
      return unknown;
    }
  });
}

/** Asks the validations of every variable; environments that they refuse get no image. */
export function validate(machine: Machine): void {
  const { space } = machine;
  for (const [name, { file, item: block }] of machine.variables) {
    const span = block.labels[0]?.span ?? block.typeSpan;
    const scope: Scope = { file, names: NO_NAMES, when: space.true };
    variable(machine, scope, name, span);
    for (const validation of block.body.blocks) {
      const expression = validation.type === 'validation' ? attributeOf(validation, 'condition') : undefined;
      if (expression === undefined) continue;
      const holds = conditionOf(machine, scope, evaluate(machine, scope, expression), expression.span);
      const told = attributeOf(validation, 'error_message');
      const reason =
        told === undefined
          ? undefined
          : machine.texts.constant(textOf(machine, scope, evaluate(machine, scope, told), told.span));
      const message = `${name} never passes its validation${reason === undefined ? '' : `: ${reason}`}`;
      fail(machine, scope, expression.span, message, space.not(holds));
    }
  }
}

/** The attribute that a block itself has, for `target.app.tags`; undefined when the words name no block. */
export function blockAttribute(
  machine: Machine,
  scope: Scope,
  type: string,
  label: string,
  name: string,
  span: Span,
): BakeValue | undefined {
  const blocks = machine.blocks.get(`${type} ${label}`);
  if (blocks === undefined) return undefined;
  const key = `${type}.${label}.${name}`;
  const known = machine.values.get(key);
  if (known !== undefined) return known;
  if (machine.open.has(key)) {
    note(machine, { file: scope.file, start: span.start, end: span.end }, `${key} depends on itself`);
    return machine.data.unknown(machine.texts.symbol(key));
  }
  machine.open.add(key);
  let made: BakeValue | undefined;
  for (const { file, item } of blocks) {
    const expression = attributeOf(item, name);
    // The names of a matrix are not known out here.
    if (expression !== undefined)
      made =
        attributeOf(item, 'matrix') === undefined
          ? evaluate(machine, { file, names: NO_NAMES, when: machine.space.true }, expression)
          : broken(machine, { file, names: NO_NAMES, when: machine.space.true }, expression);
  }
  machine.open.delete(key);
  const value = made ?? machine.data.nothing;
  machine.values.set(key, value);
  return value;
}
