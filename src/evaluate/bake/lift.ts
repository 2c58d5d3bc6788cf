import type { Condition, Guarded, Variational } from '../../value/diagram.js';
import { countLeaves, inputsOf, render, type Text } from '../../value/text.js';
import type { Machine } from './machine.js';
import { type BakeValue, CHOICE_LIMIT, type Data, type Datum, labelOf } from './value.js';

const SEPARATOR = '\0';

/** A pure function of texts; exact on what is known, unknown elsewhere. */
export function liftTexts(
  { texts }: Machine,
  name: string,
  args: readonly Text[],
  of: (...args: readonly string[]) => string,
): Text {
  const constants = args.flatMap((arg) => texts.constant(arg) ?? []);
  if (constants.length === args.length) return texts.literal(of(...constants));
  // The name must determine the function: the arguments that are the same everywhere are in it.
  const label = [name, ...args.flatMap((arg, i) => (i === 0 ? [] : [render(arg)]))].join(' ');
  const joined = texts.concat(...args.flatMap((arg, i) => (i === 0 ? [arg] : [texts.literal(SEPARATOR), arg])));
  const made = texts.transform(joined, label, (text) => of(...text.split(SEPARATOR)));
  if (made !== undefined) return made;
  return texts.symbol(`${name}(${args.map(render).join(', ')})`, new Set(args.flatMap((arg) => [...inputsOf(arg)])));
}

/** The list that has each item where its condition holds; unknown when there are too many different ones. */
export function collect(data: Data, name: string, items: readonly Guarded<BakeValue>[]): BakeValue {
  if (items.every(({ when }) => when === data.space.true)) return data.list(items.map(({ item }) => item));
  let lists: Variational<Datum> = data.list([]);
  for (const { when, item } of items) {
    const longer = data.space.bind(lists, (datum) =>
      datum.kind === 'list' ? data.list([...datum.items, item]) : data.space.one(datum),
    );
    lists = data.space.pick(when, longer, lists);
    if (countLeaves(lists) > CHOICE_LIMIT)
      return data.unknownOf(
        `${name}(…)`,
        items.map((one) => one.item),
      );
  }
  return lists;
}

/** A pure function of data that are known as a whole; undefined as its result means that it fails. */
export function liftPlain(
  { data, space }: Machine,
  name: string,
  args: readonly BakeValue[],
  of: (args: readonly unknown[]) => unknown,
): { readonly value: BakeValue; readonly fails: Condition } {
  const unknown = data.unknownOf(`${name}(${args.map((arg) => labelOf(data, arg)).join(', ')})`, args);
  const json = data.jsonOf(data.list(args));
  if (json === undefined) return { value: unknown, fails: space.false };
  let fails = space.false;
  const value = space.bind(json, (text): BakeValue => {
    if (text === undefined) return unknown;
    const parsed: unknown = JSON.parse(text);
    const result = of(Array.isArray(parsed) ? parsed : []);
    return result === undefined ? unknown : data.plain(result);
  });
  fails = space.map(json, (text) => {
    if (text === undefined) return false;
    const parsed: unknown = JSON.parse(text);
    return of(Array.isArray(parsed) ? parsed : []) === undefined;
  });
  return { value, fails };
}

/** Where two data are equal as HCL says: of the same type and the same value. */
export function equalData(machine: Machine, a: Datum, b: Datum): Condition {
  const { data, space, texts } = machine;
  if (a.kind === 'unknown' || b.kind === 'unknown') {
    const [x, y] = [data.textOf(a), data.textOf(b)];
    if (x === undefined || y === undefined) {
      const known = x ?? y ?? texts.empty;
      return texts.unknown(a.kind === 'null' || b.kind === 'null' ? 'is null' : '== […]', known);
    }
    return texts.equal(x, y) ?? texts.unknown('=', x, y);
  }
  if (a.kind === 'text' && b.kind === 'text') return texts.equal(a, b) ?? texts.unknown('=', a, b);
  if (a.kind === 'list' && b.kind === 'list') {
    if (a.items.length !== b.items.length) return space.false;
    return equalAll(
      machine,
      a.items.map((item, i) => [item, b.items[i]] as const),
    );
  }
  if (a.kind === 'object' && b.kind === 'object') {
    if (a.entries.size !== b.entries.size) return space.false;
    return equalAll(
      machine,
      [...a.entries].map(([name, item]) => [item, b.entries.get(name)] as const),
    );
  }
  return a === b ? space.true : space.false;
}

function equalAll(machine: Machine, pairs: readonly (readonly [BakeValue, BakeValue | undefined])[]): Condition {
  let all = machine.space.true;
  for (const [x, y] of pairs)
    all = machine.space.and(all, y === undefined ? machine.space.false : equalValues(machine, x, y));
  return all;
}

/** Where two values are equal. */
export function equalValues(machine: Machine, a: BakeValue, b: BakeValue): Condition {
  return machine.space.bind(a, (x) => machine.space.bind(b, (y) => equalData(machine, x, y)));
}
