import type { Node } from '../../syntax/script/tree.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import { callWith } from './call.js';
import { spreadItems, toText, unknownOf } from './expression.js';
import { LOOP_LIMIT, type Machine, placeOf, type Scope } from './scope.js';
import { type Item, type JsList, reference, type Value } from './value.js';

/** Calls a method of a list whose items are there under conditions. */
export function callListMethod(
  machine: Machine,
  scope: Scope,
  node: Node,
  list: JsList,
  key: string,
  args: readonly Item[],
): Value {
  const { values } = machine;
  const { space } = values;
  const [first] = args;
  const guarded = (items: readonly Item[]): readonly Guarded<Item>[] =>
    items.map((item) => ({ when: scope.frame.live, item }));
  const each = (callee: Item, { when, item }: Guarded<Item>, index: number): Value =>
    callWith(machine, scope, callee.value, when, [item.value, values.one(index)]);
  const isLong = list.items.length > LOOP_LIMIT;
  switch (key) {
    case 'push':
      list.items = [...list.items, ...guarded(args)];
      return values.one(list.items.length);
    case 'unshift':
      list.items = [...guarded(args), ...list.items];
      return values.one(list.items.length);
    case 'concat': {
      const more = args.flatMap(({ value, place }) => {
        const spread = spreadItems(machine, value, place);
        return spread.length > 0 ? spread : [];
      });
      return values.one({ kind: 'list', items: [...list.items, ...more] });
    }
    case 'filter': {
      if (first === undefined || isLong) break;
      const items = list.items.map((entry, i) => ({
        when: space.and(entry.when, values.truthy(each(first, entry, i))),
        item: entry.item,
      }));
      return values.one({ kind: 'list', items: items.filter(({ when }) => when !== space.false) });
    }
    case 'map':
    case 'flatMap': {
      if (first === undefined || isLong) break;
      const items = list.items.map((entry, i) => ({
        when: entry.when,
        item: { value: each(first, entry, i), place: entry.item.place },
      }));
      if (key === 'map') return values.one({ kind: 'list', items });
      return values.one({ kind: 'list', items: items.flatMap((entry) => flattened(machine, entry)) });
    }
    case 'flat':
      return values.one({ kind: 'list', items: list.items.flatMap((entry) => flattened(machine, entry)) });
    case 'forEach':
      if (first === undefined || isLong) break;
      for (const [i, entry] of list.items.entries()) each(first, entry, i);
      return values.undefined;
    case 'reduce': {
      const start = args[1];
      if (first === undefined || start === undefined || isLong) break;
      let result = start.value;
      for (const { when, item } of list.items)
        result = space.pick(when, callWith(machine, scope, first.value, when, [result, item.value]), result);
      return result;
    }
    case 'includes':
    case 'indexOf':
    case 'some':
    case 'every': {
      if (first === undefined || isLong) break;
      let found: Condition = space.false;
      for (const [i, entry] of list.items.entries()) {
        const holds =
          key === 'some' || key === 'every'
            ? values.truthy(each(first, entry, i))
            : values.equal(entry.item.value, first.value, false);
        found = space.or(found, space.and(entry.when, key === 'every' ? space.not(holds) : holds));
      }
      if (found.kind === 'choice') machine.decisions.push({ place: placeOf(scope.source, node), holds: found });
      if (key === 'indexOf') return space.pick(found, values.one(0), values.one(-1));
      return values.boolean(key === 'every' ? space.not(found) : found);
    }
    case 'join': {
      const separator = first === undefined ? ',' : undefined;
      const constant =
        separator ?? (first === undefined ? undefined : values.texts.constant(toText(machine, first.value)));
      if (constant === undefined || !list.items.every(({ when }) => when === space.true)) break;
      const parts = list.items.flatMap(({ item }, i) => [
        ...(i === 0 ? [] : [values.texts.literal(constant)]),
        toText(machine, item.value),
      ]);
      return values.text(values.texts.concat(...parts));
    }
    case 'slice':
      if (args.length === 0) return values.one({ kind: 'list', items: list.items });
      break;
    case 'reverse':
      return values.one({ kind: 'list', items: [...list.items].reverse() });
    case 'find': {
      if (first === undefined || isLong) break;
      let found = values.undefined;
      for (const [i, entry] of [...list.items.entries()].reverse())
        found = space.pick(space.and(entry.when, values.truthy(each(first, entry, i))), entry.item.value, found);
      return found;
    }
    default:
      break;
  }
  return unknownOf(machine, scope, node, values.one(list), ...args.map(({ value }) => value));
}

function flattened(machine: Machine, { when, item }: Guarded<Item>): readonly Guarded<Item>[] {
  const { space } = machine.values;
  return space.leaves(item.value).flatMap(({ when: there, item: leaf }): readonly Guarded<Item>[] => {
    const holds = space.and(when, there);
    const ref = reference(leaf);
    if (ref?.kind === 'list') return ref.items.map((one) => ({ when: space.and(holds, one.when), item: one.item }));
    return [{ when: holds, item: { value: machine.values.one(leaf), place: item.place } }];
  });
}
