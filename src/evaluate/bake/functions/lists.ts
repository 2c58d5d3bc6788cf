import type { Condition, Guarded } from '../../../value/diagram.js';
import { countLeaves } from '../../../value/text.js';
import { numberOf } from '../evaluate.js';
import { collect, equalValues } from '../lift.js';
import { type BakeValue, CHOICE_LIMIT, type Datum } from '../value.js';
import { type Builtin, type Call, ofContainer, plainly, textArgument, unknown, wrong } from './shape.js';

/** Lists one after the other. */
function joined(call: Call, lists: readonly BakeValue[]): BakeValue {
  const { data, space } = call.machine;
  let all: BakeValue = data.list([]);
  for (const list of lists) {
    all = space.bind(all, (before) =>
      space.bind(list, (after) => {
        if (before.kind !== 'list') return space.one<Datum>(before);
        if (after.kind === 'list') return data.list([...before.items, ...after.items]);
        if (after.kind === 'unknown') return unknown(call, lists);
        return wrong(call, lists, 'it wants lists');
      }),
    );
    if (countLeaves(all) > CHOICE_LIMIT) return unknown(call, lists);
  }
  return all;
}

function flattened(call: Call, value: BakeValue, depth: number): BakeValue {
  const { data, space } = call.machine;
  return space.bind(value, (datum) => {
    if (datum.kind === 'unknown') return unknown(call, [value]);
    if (datum.kind !== 'list' || depth > 20) return data.list([space.one<Datum>(datum)]);
    return joined(
      call,
      datum.items.map((item) => (mayBeList(item) ? flattened(call, item, depth + 1) : data.list([item]))),
    );
  });
}

function mayBeList(value: BakeValue): boolean {
  if (value.kind === 'one') return value.value.kind === 'list';
  return mayBeList(value.otherwise) || [...value.cases.values()].some(mayBeList);
}

function isNull(call: Call, value: BakeValue): Condition {
  return call.machine.space.map(value, ({ kind }) => kind === 'null');
}

/** Without items that equal an earlier one. */
function distinct(call: Call, items: readonly BakeValue[]): readonly Guarded<BakeValue>[] {
  const { space } = call.machine;
  const kept: Guarded<BakeValue>[] = [];
  for (const item of items) {
    let when = space.true;
    for (const earlier of kept)
      when = space.and(when, space.not(space.and(earlier.when, equalValues(call.machine, earlier.item, item))));
    if (when !== space.false) kept.push({ when, item });
  }
  return kept;
}

const merge: Builtin = (call, args) => {
  const { data } = call.machine;
  return data.bindAll(args, call.name, (found) => {
    if (found.some(({ kind }) => kind === 'unknown')) return unknown(call, args);
    const entries = new Map<string, BakeValue>();
    for (const datum of found) {
      if (datum.kind === 'object') for (const [name, value] of datum.entries) entries.set(name, value);
      else if (datum.kind !== 'null') return wrong(call, args, 'it wants objects');
    }
    return data.object(entries);
  });
};

const lookup: Builtin = ofContainer((call, datum, args) => {
  const { data, texts } = call.machine;
  const fallback = args[2];
  if (datum.kind !== 'object') return wrong(call, args, 'it wants an object');
  const key = textArgument(call, args, 1);
  const constant = texts.constant(key);
  if (constant !== undefined)
    return datum.entries.get(constant) ?? fallback ?? wrong(call, args, `there is no ${constant}`);
  let made = fallback ?? unknown(call, args);
  for (const [name, value] of datum.entries) {
    const is = texts.equal(key, texts.literal(name));
    if (is === undefined) return unknown(call, args);
    made = data.pick(is, value, made);
  }
  return made;
});

const contains: Builtin = ofContainer((call, datum, args) => {
  const { data, space } = call.machine;
  const [, wanted] = args;
  if (datum.kind !== 'list' || wanted === undefined) return wrong(call, args, 'it wants a list and a value');
  let found = space.false;
  for (const item of datum.items) found = space.or(found, equalValues(call.machine, item, wanted));
  return data.condition(found);
});

const coalesce: Builtin = (call, args) => {
  const { data } = call.machine;
  let made: BakeValue = data.nothing;
  for (const arg of args.toReversed()) made = data.pick(isNull(call, arg), made, arg);
  return made;
};

const compact: Builtin = ofContainer((call, datum, args) => {
  const { data, space, texts } = call.machine;
  if (datum.kind !== 'list') return wrong(call, args, 'it wants a list');
  const items = datum.items.map((item) => {
    const empty = space.bind(item, (one): Condition => {
      const text = data.textOf(one);
      return text === undefined ? (one.kind === 'null' ? space.true : space.false) : texts.isEmpty(text);
    });
    return { when: space.not(empty), item };
  });
  return collect(data, call.name, items);
});

/** A function of a list and known numbers. */
function ofList(
  of: (items: readonly BakeValue[], numbers: readonly number[], call: Call) => BakeValue | undefined,
): Builtin {
  return (call, args) => {
    const { data, space } = call.machine;
    return data.bindAll(args, call.name, ([datum, ...rest]) => {
      if (datum === undefined || datum.kind === 'unknown') return unknown(call, args);
      if (datum.kind !== 'list') return wrong(call, args, 'it wants a list');
      const numbers = rest.map((one) => numberOf(call.machine, one));
      if (rest.some((one) => one.kind === 'unknown') || numbers.includes(undefined))
        return unknown(call, rest.length === 0 ? args : [space.one<Datum>(datum), ...args.slice(1)]);
      return (
        of(
          datum.items,
          numbers.flatMap((n) => n ?? []),
          call,
        ) ?? wrong(call, args, 'there are no such items')
      );
    });
  };
}

function chunks(items: readonly BakeValue[], size: number, { machine }: Call): BakeValue | undefined {
  if (!(size >= 1)) return undefined;
  const made: BakeValue[] = [];
  for (let at = 0; at < items.length; at += size) made.push(machine.data.list(items.slice(at, at + size)));
  return machine.data.list(made);
}

/** The entries of an object in the order of their names. */
function entriesOf(datum: Datum): readonly (readonly [string, BakeValue])[] {
  return datum.kind === 'object' ? [...datum.entries].sort(([a], [b]) => (a < b ? -1 : 1)) : [];
}

const index: Builtin = ofContainer((call, datum, args) => {
  if (datum.kind === 'object') return lookup(call, args);
  return ofList((items, [at = -1]) => items[at])(call, args);
});

/** Functions of lists and objects. */
export const LIST_FUNCTIONS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['concat', joined],
  ['flatten', (call, args) => flattened(call, args[0] ?? call.machine.data.nothing, 0)],
  [
    'distinct',
    ofContainer((call, datum, args) => {
      if (datum.kind !== 'list') return wrong(call, args, 'it wants a list');
      return collect(call.machine.data, call.name, distinct(call, datum.items));
    }),
  ],
  [
    'toset',
    ofContainer((call, datum, args) => {
      if (datum.kind !== 'list') return wrong(call, args, 'it wants a list');
      return collect(call.machine.data, call.name, distinct(call, datum.items));
    }),
  ],
  ['tolist', (call, args) => args[0] ?? wrong(call, args, 'it wants an argument')],
  ['tomap', (call, args) => args[0] ?? wrong(call, args, 'it wants an argument')],
  ['convert', (call, args) => args[0] ?? wrong(call, args, 'it wants an argument')],
  ['compact', compact],
  ['contains', contains],
  ['sethaselement', contains],
  ['coalesce', coalesce],
  [
    'coalescelist',
    (call, args) => {
      const { data, space } = call.machine;
      let made: BakeValue = data.nothing;
      for (const arg of args.toReversed()) {
        const empty = space.map(
          arg,
          (datum) => datum.kind === 'null' || (datum.kind === 'list' && datum.items.length === 0),
        );
        made = data.pick(empty, made, arg);
      }
      return made;
    },
  ],
  ['merge', merge],
  ['lookup', lookup],
  [
    'keys',
    ofContainer((call, datum, args) =>
      datum.kind === 'object'
        ? call.machine.data.list(entriesOf(datum).map(([name]) => call.machine.data.literal(name)))
        : wrong(call, args, 'it wants an object'),
    ),
  ],
  [
    'values',
    ofContainer((call, datum, args) =>
      datum.kind === 'object'
        ? call.machine.data.list(entriesOf(datum).map(([, value]) => value))
        : wrong(call, args, 'it wants an object'),
    ),
  ],
  [
    'length',
    ofContainer((call, datum, args) => {
      if (datum.kind === 'list') return call.machine.data.number(datum.items.length);
      if (datum.kind === 'object') return call.machine.data.number(datum.entries.size);
      return wrong(call, args, 'it wants a list or an object');
    }),
  ],
  [
    'hasindex',
    plainly((of, at) =>
      Array.isArray(of)
        ? Number(at) < of.length
        : typeof of === 'object' && of !== null
          ? Object.hasOwn(of, String(at))
          : undefined,
    ),
  ],
  ['index', index],
  ['indexof', plainly((list, value) => found(list, value))],
  [
    'element',
    ofList((items, [at = 0]) =>
      items.length === 0 ? undefined : items[((at % items.length) + items.length) % items.length],
    ),
  ],
  [
    'slice',
    ofList((items, [from = 0, to = items.length], { machine }) =>
      from <= to && to <= items.length ? machine.data.list(items.slice(from, to)) : undefined,
    ),
  ],
  ['chunklist', ofList((items, [size = 0], call) => chunks(items, size, call))],
  ['reverse', ofList((items, _, { machine }) => machine.data.list(items.toReversed()))],
  ['reverselist', ofList((items, _, { machine }) => machine.data.list(items.toReversed()))],
  [
    'sort',
    plainly((list) =>
      Array.isArray(list) && list.every((item) => typeof item === 'string')
        ? list.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
        : undefined,
    ),
  ],
  ['range', plainly((...args) => range(args.map(Number)))],
]);

function found(list: unknown, value: unknown): number | undefined {
  if (!Array.isArray(list)) return undefined;
  const at = list.findIndex((item) => JSON.stringify(item) === JSON.stringify(value));
  return at === -1 ? undefined : at;
}

function range([a = 0, b, c]: readonly number[]): readonly number[] | undefined {
  const [start, end] = b === undefined ? [0, a] : [a, b];
  const step = c ?? (end < start ? -1 : 1);
  // Bake itself refuses more than 1024.
  if (!(Math.abs((end - start) / step) <= 1024)) return undefined;
  const made: number[] = [];
  for (let at = start; step > 0 ? at < end : at > end; at += step) made.push(at);
  return made;
}
