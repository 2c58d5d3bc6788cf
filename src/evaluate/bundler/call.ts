/*
 * Calls: of functions of the configuration, which are run; of functions of packages, which are known by name or make a
 * value that says what it was made of; and of the methods of lists, texts and objects that configurations use.
 */
import { isStart, MERGING, PASSING } from '../../knowledge/bundlers.js';
import type { Node } from '../../syntax/script/tree.js';
import type { Condition } from '../../value/diagram.js';
import {
  evaluate,
  itemsOf,
  listOf,
  propertyOf,
  spend,
  spreadInto,
  spreadItems,
  toText,
  unknownOf,
} from './expression.js';
import { callListMethod } from './list.js';
import { destructure } from './pattern.js';
import { CALL_DEPTH, type Frame, inner, type Machine, newFrame, placeOf, type Scope, textOf, under } from './scope.js';
import { runAll } from './statement.js';
import { type Item, type Js, type JsFunction, type JsObject, reference, type Value } from './value.js';

/** Calls a value with arguments as they are written. */
export function invoke(machine: Machine, scope: Scope, node: Node, callee: Value, args: readonly Node[]): Value {
  const { values } = machine;
  const items = itemsOf(machine, scope, args);
  return values.space.bind(callee, (leaf): Value => {
    const ref = reference(leaf);
    if (ref?.kind === 'function')
      return apply(
        machine,
        scope.frame,
        ref,
        items.map(({ item }) => item.value),
      );
    if (ref?.kind === 'unknown')
      return callOutside(
        machine,
        scope,
        node,
        ref.name,
        items.map(({ item }) => item),
      );
    if (ref?.kind === 'made') return made(machine, `${ref.callee}()`, [...ref.items, ...items.map(({ item }) => item)]);
    return unknownOf(machine, scope, node, values.one(leaf), ...items.map(({ item }) => item.value));
  });
}

/** Runs a function of the configuration. */
export function apply(
  machine: Machine,
  caller: Frame,
  { parameters, body, scope, name }: JsFunction,
  args: readonly Value[],
): Value {
  const { values } = machine;
  const { space } = values;
  if (machine.depth >= CALL_DEPTH) return values.unknown(name);
  const frame = newFrame(values, caller.live);
  const own = inner(scope, frame);
  machine.depth += 1;
  try {
    for (const [i, parameter] of parameters.entries()) {
      const value: Value =
        parameter.type === 'RestElement'
          ? values.one(
              listOf(
                machine,
                args.slice(i).map((arg) => ({ value: arg, place: placeOf(scope.source, parameter) })),
              ),
            )
          : (args[i] ?? values.undefined);
      destructure(machine, own, parameter, value, (key, part) => own.names.set(key, part));
    }
    if (body.type !== 'BlockStatement') return evaluate(machine, own, body);
    runAll(machine, own, body.body);
    return frame.returned;
  } finally {
    machine.depth -= 1;
    caller.thrown = space.or(caller.thrown, frame.thrown);
    caller.live = space.and(caller.live, space.not(frame.thrown));
  }
}

/** Calls a method of a value. */
export function callMember(
  machine: Machine,
  scope: Scope,
  node: Node,
  object: Value,
  key: string,
  args: readonly Node[],
): Value {
  const { values } = machine;
  const { space } = values;
  const property = propertyOf(machine, object, key, () => textOf(scope.source, node));
  let items: readonly Item[] | undefined;
  const given = (): readonly Item[] => {
    items ??= itemsOf(machine, scope, args).map(({ item }) => item);
    return items;
  };
  return space.bind(object, (leaf): Value => {
    const ref = reference(leaf);
    const parts = (): readonly Value[] => given().map(({ value }) => value);
    switch (ref?.kind) {
      case 'list':
        return callListMethod(machine, scope, node, ref, key, given());
      case 'text':
        return callTextMethod(machine, scope, node, ref, key, parts());
      case 'unknown':
        return callOutside(machine, scope, node, `${ref.name}.${key}`, given());
      case 'object': {
        if (property.kind === 'one' && reference(property.value)?.kind === 'unknown')
          return made(machine, textOf(scope.source, node, 40), given());
        return invoke(machine, scope, node, property, args);
      }
      case 'made':
        return made(machine, `${ref.callee}().${key}`, [...ref.items, ...given()]);
      default:
        return unknownOf(machine, scope, node, values.one(leaf), ...parts());
    }
  });
}

/** `new X(…)`: what is not a function of the configuration is known by its name and arguments. */
export function construct(machine: Machine, scope: Scope, node: Node, callee: string, args: readonly Node[]): Value {
  const items = itemsOf(machine, scope, args).map(({ item }) => item);
  return node.type === 'NewExpression' ? made(machine, callee, items, true) : unknownOf(machine, scope, node);
}

function made(machine: Machine, callee: string, items: readonly Item[], constructed = false): Value {
  return machine.values.one({ kind: 'made', callee, items, constructed });
}

/** The last part of a dotted name. */
function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** A function that the configuration does not define. */
function callOutside(machine: Machine, scope: Scope, node: Node, name: string, items: readonly Item[]): Value {
  const { values } = machine;
  const { space } = values;
  const args = items.map(({ value }) => value);
  const [first = values.undefined] = args;
  const last = lastOf(name);
  const started = isStart(name);
  if (started) {
    const [item] = items;
    if (item !== undefined) machine.starts.push({ callee: name, when: scope.frame.live, item });
  }
  if (PASSING.test(last)) return first;
  if (name === 'require' || name === 'import') return load(machine, scope, node, first);
  if (MERGING.test(name)) return merge(machine, args);
  switch (name) {
    case 'Boolean':
      return values.boolean(values.truthy(first));
    case 'String':
      return values.text(toText(machine, first));
    case 'Object.freeze':
    case 'Promise.resolve':
      return first;
    case 'Object.assign': {
      const [target, ...sources] = args;
      const ref = target?.kind === 'one' ? reference(target.value) : undefined;
      if (ref?.kind !== 'object') return merge(machine, args);
      for (const source of sources) spreadInto(machine, ref, source, scope.frame.live);
      return first;
    }
    case 'Object.keys':
    case 'Object.values':
    case 'Object.entries':
      return listProperties(machine, scope, node, lastOf(name), first);
    case 'Object.fromEntries':
      return fromEntries(machine, scope, node, first);
    case 'JSON.stringify':
      return stringify(machine, scope, node, first);
    case 'process.argv.includes':
      return flagOf(machine, first, (flag) => flag) ?? unknownOf(machine, scope, node);
    case 'process.argv.indexOf':
      return (
        flagOf(machine, first, (flag) => space.pick(values.truthy(flag), values.one(2), values.one(-1))) ??
        unknownOf(machine, scope, node)
      );
    case 'process.exit':
      scope.frame.live = space.false;
      return values.undefined;
    case 'process.cwd':
      return values.unknown('process.cwd()');
    default:
      if (last === 'env' && /(?:^|\.)api\.env$/.test(name)) return babelEnvironment(machine, items);
      return made(machine, name, items);
  }
}

function flagOf(machine: Machine, word: Value, use: (flag: Value) => Value): Value | undefined {
  const ref = word.kind === 'one' ? reference(word.value) : undefined;
  const constant = ref?.kind === 'text' ? machine.values.texts.constant(ref) : undefined;
  return constant === undefined ? undefined : use(machine.flag(constant));
}

function load(machine: Machine, scope: Scope, node: Node, specifier: Value): Value {
  const ref = specifier.kind === 'one' ? reference(specifier.value) : undefined;
  const name = ref?.kind === 'text' ? machine.values.texts.constant(ref) : undefined;
  if (name === undefined) return unknownOf(machine, scope, node, specifier);
  return machine.module(scope.source.file, name) ?? machine.values.unknown(moduleName(name));
}

/** What a package is called in names of what it exports: `node:path` is `path`, `@rollup/plugin-terser` is `terser`. */
export function moduleName(specifier: string): string {
  return specifier.replace(/^node:/, '');
}

/** `api.env()` is BABEL_ENV, NODE_ENV or development; `api.env('production')` asks for one. */
function babelEnvironment(machine: Machine, items: readonly Item[]): Value {
  const { values } = machine;
  const { space } = values;
  const or = (a: Value, b: Value): Value => space.pick(values.truthy(a), a, b);
  const name = or(machine.environment('BABEL_ENV'), or(machine.environment('NODE_ENV'), values.string('development')));
  const [asked] = items;
  if (asked === undefined) return name;
  return space.bind(asked.value, (leaf): Value => {
    const ref = reference(leaf);
    const wanted = ref?.kind === 'list' ? ref.items.map(({ item }) => item.value) : [asked.value];
    let equal: Condition = space.false;
    for (const one of wanted) equal = space.or(equal, values.equal(name, one, false));
    if (equal.kind === 'choice') machine.decisions.push({ place: asked.place, holds: equal });
    return values.boolean(equal);
  });
}

/** Objects put together, deeply where both have one: webpack-merge, Vite's mergeConfig. */
function merge(machine: Machine, parts: readonly Value[]): Value {
  const { values } = machine;
  const target: JsObject = { kind: 'object', properties: new Map(), rest: undefined };
  const flat = parts.flatMap((part) => {
    const ref = part.kind === 'one' ? reference(part.value) : undefined;
    return ref?.kind === 'list' ? ref.items.map(({ item }) => item.value) : [part];
  });
  for (const part of flat) mergeInto(machine, target, part, 0);
  return values.one(target);
}

function mergeInto(machine: Machine, target: JsObject, source: Value, depth: number): void {
  spend(machine);
  const { values } = machine;
  const before = new Map(target.properties);
  spreadInto(machine, target, source);
  if (depth > 8) return;
  for (const [key, property] of target.properties) {
    const old = before.get(key);
    if (old === undefined || old.value === property.value) continue;
    const value = values.space.bind(property.value, (leaf): Value => mergeLeaves(machine, old.value, leaf, depth));
    target.properties.set(key, { value, place: property.place });
  }
}

function mergeLeaves(machine: Machine, before: Value, leaf: Js, depth: number): Value {
  const { values } = machine;
  const ref = reference(leaf);
  return values.space.bind(before, (old): Value => {
    const base = reference(old);
    if (base === ref || ref === undefined || base === undefined) return values.one(leaf);
    if (base.kind === 'list' && ref.kind === 'list')
      return values.one({ kind: 'list', items: [...base.items, ...ref.items] });
    if (base.kind !== 'object' || ref.kind !== 'object') return values.one(leaf);
    const both: JsObject = { kind: 'object', properties: new Map(base.properties), rest: base.rest };
    mergeInto(machine, both, values.one(ref), depth + 1);
    return values.one(both);
  });
}

function listProperties(machine: Machine, scope: Scope, node: Node, what: string, value: Value): Value {
  const { values } = machine;
  return values.space.bind(value, (leaf): Value => {
    const ref = reference(leaf);
    if (ref?.kind !== 'object' || ref.rest !== undefined) return unknownOf(machine, scope, node, values.one(leaf));
    const items = [...ref.properties].map(([key, { value: found, place }]): Item => {
      const name = values.string(key);
      if (what === 'keys') return { value: name, place };
      if (what === 'values') return { value: found, place };
      const pair = [name, found].map((part) => ({ value: part, place }));
      return { value: values.one(listOf(machine, pair)), place };
    });
    return values.one(listOf(machine, items));
  });
}

function fromEntries(machine: Machine, scope: Scope, node: Node, value: Value): Value {
  const { values } = machine;
  const target: JsObject = { kind: 'object', properties: new Map(), rest: undefined };
  for (const { when, item } of spreadItems(machine, value, placeOf(scope.source, node))) {
    const pair = item.value.kind === 'one' ? reference(item.value.value) : undefined;
    const [key, found] = pair?.kind === 'list' ? pair.items : [];
    const name = key?.item.value.kind === 'one' ? reference(key.item.value.value) : undefined;
    const constant = name?.kind === 'text' ? values.texts.constant(name) : undefined;
    if (constant === undefined || found === undefined) return unknownOf(machine, scope, node, value);
    const before = target.properties.get(constant)?.value ?? values.absent;
    target.properties.set(constant, {
      value: values.space.pick(when, found.item.value, before),
      place: found.item.place,
    });
  }
  return values.one(target);
}

/** `JSON.stringify` of a primitive; an object's text is not needed, only what it was made of. */
function stringify(machine: Machine, scope: Scope, node: Node, value: Value): Value {
  const { values } = machine;
  const { texts } = values;
  return values.space.bind(value, (leaf): Value => {
    const ref = reference(leaf);
    if (leaf === undefined) return values.undefined;
    if (ref === undefined) return values.string(String(leaf));
    if (ref.kind === 'text') return values.text(texts.concat(texts.literal('"'), ref, texts.literal('"')));
    if (ref.kind === 'object' || ref.kind === 'list')
      return made(machine, 'JSON.stringify', [{ value: values.one(ref), place: placeOf(scope.source, node) }]);
    return unknownOf(machine, scope, node, values.one(ref));
  });
}

const PURE: Readonly<Record<string, (text: string) => string>> = {
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  toString: (text: string) => text,
};

const TESTS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  includes: (text, part) => text.includes(part),
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
};

function callTextMethod(
  machine: Machine,
  scope: Scope,
  node: Node,
  text: Extract<Js, { kind: 'text' }>,
  key: string,
  args: readonly Value[],
): Value {
  const { values } = machine;
  const { texts } = values;
  const unknown = (): Value => unknownOf(machine, scope, node, values.one(text), ...args);
  const pure = Object.hasOwn(PURE, key) ? PURE[key] : undefined;
  if (pure !== undefined) {
    const made = texts.transform(text, key, pure);
    return made === undefined ? unknown() : values.text(made);
  }
  const test = Object.hasOwn(TESTS, key) ? TESTS[key] : undefined;
  const [argument] = args;
  const ref = argument?.kind === 'one' ? reference(argument.value) : undefined;
  const part = ref?.kind === 'text' ? texts.constant(ref) : undefined;
  if (test === undefined || part === undefined) return unknown();
  const holds = texts.matches(text, `${key} ${part}`, (found) => test(found, part), [part]);
  return holds === undefined ? unknown() : values.boolean(holds);
}

/** Runs a function value for one item of a list; undefined when it is none of the configuration's. */
export function callWith(
  machine: Machine,
  scope: Scope,
  callee: Value,
  when: Condition,
  args: readonly Value[],
): Value {
  const { values } = machine;
  return values.space.bind(callee, (leaf): Value => {
    const ref = reference(leaf);
    if (ref?.kind === 'function')
      return under(machine, scope.frame, when, () => apply(machine, scope.frame, ref, args));
    const [first = values.undefined] = args;
    if (ref?.kind === 'unknown' && ref.name === 'Boolean') return values.boolean(values.truthy(first));
    if (ref?.kind === 'unknown')
      return made(
        machine,
        ref.name,
        args.map((value) => ({ value, place: placeOf(scope.source, {}) })),
      );
    return values.unknown('a call', new Set());
  });
}
