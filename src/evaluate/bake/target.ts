import type { WrittenArgument } from '../../model/delivery.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { compilePattern } from '../shell/pattern.js';
import type { Definition, Group, Located } from './definition.js';
import { textOf } from './evaluate.js';
import { fail, type Machine, type Scope } from './machine.js';
import type { BakeValue } from './value.js';

/** A `--set pattern.key=value`, or `+=` when it is added to what is there. */
export interface BakeSetting {
  readonly pattern: string;
  /** `args.NAME`, `tags`, `output`, … */
  readonly key: string;
  readonly value: Text;
  readonly append: boolean;
  readonly place: Place;
  /** What gives it and nothing else; absent where that is a part of something larger. */
  readonly written?: WrittenArgument | undefined;
  /** Where it is given at all, when that is not everywhere: `--set *.args.X` passes nothing where X is unset. */
  readonly set?: Condition;
}

/** All that the files and the command line say. */
export interface Configuration {
  readonly definitions: readonly Definition[];
  readonly groups: readonly Group[];
  readonly settings: readonly BakeSetting[];
}

/** Values that exclude each other; where none holds, nothing is said. */
type Slot = readonly Guarded<Located>[];

/** A target with all that it inherits. */
export interface ResolvedTarget {
  readonly name: string;
  readonly place: Place;
  /** Where it is defined at all. */
  readonly when: Condition;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly arguments: ReadonlyMap<string, Slot>;
  readonly contexts: ReadonlyMap<string, Slot>;
}

interface Building {
  readonly slots: Map<string, Slot>;
  readonly arguments: Map<string, Slot>;
  readonly contexts: Map<string, Slot>;
}

/** The target of that name; undefined when no file defines it. */
export function resolveTarget(
  machine: Machine,
  configuration: Configuration,
  name: string,
  visited = new Map<string, ResolvedTarget | undefined>(),
): ResolvedTarget | undefined {
  if (visited.has(name)) return visited.get(name);
  visited.set(name, undefined);
  const { space } = machine;
  const own = configuration.definitions.filter((definition) => definition.name === name);
  const last = own[own.length - 1];
  if (last === undefined) return undefined;
  const building: Building = { slots: new Map(), arguments: new Map(), contexts: new Map() };
  for (const definition of own) {
    if (definition.inherits === undefined) continue;
    for (const { item: parent, when } of namesIn(machine, definition.inherits, targetNames(configuration))) {
      const under = space.and(definition.when, when);
      if (under === space.false) continue;
      const resolved = resolveTarget(machine, configuration, parent, visited);
      if (resolved !== undefined) inherit(machine, building, resolved, under);
      else if (!visited.has(parent) || configuration.definitions.every((one) => one.name !== parent))
        fail(
          machine,
          scopeAt(machine, definition.inherits.place, under),
          definition.inherits.place,
          `there is no target ${parent} to inherit`,
        );
    }
  }
  for (const definition of own) {
    for (const [key, value] of definition.slots) put(machine, building.slots, key, value, definition.when);
    for (const [key, value] of definition.arguments) put(machine, building.arguments, key, value, definition.when);
    for (const [key, value] of definition.contexts) put(machine, building.contexts, key, value, definition.when);
  }
  apply(machine, configuration, building, name);
  let when = space.false;
  for (const definition of own) when = space.or(when, definition.when);
  const made: ResolvedTarget = { name, place: last.place, when, ...building };
  visited.set(name, made);
  return made;
}

/** The names of all targets. */
export function targetNames({ definitions }: Configuration): readonly string[] {
  return [...new Set(definitions.map(({ name }) => name))];
}

function scopeAt(machine: Machine, place: Place, when: Condition): Scope {
  return { file: place.file, names: new Map(), when: machine.space.and(when, machine.space.true) };
}

/** The names in a list, where each of them is there; a name that is not known is each of the known ones where it is equal. */
export function namesIn(machine: Machine, list: Located, known: readonly string[]): readonly Guarded<string>[] {
  const { space, texts } = machine;
  const found: Guarded<string>[] = [];
  const span: Span = list.place;
  for (const { item: datum, when } of space.leaves(list.value)) {
    if (datum.kind === 'null' || when === space.false) continue;
    const scope = scopeAt(machine, list.place, when);
    if (datum.kind !== 'list') {
      fail(machine, scope, span, 'a list of names is expected here');
      continue;
    }
    for (const item of datum.items) {
      const flat = texts.flatten(textOf(machine, scope, item, span));
      for (const leaf of flat === undefined ? [] : space.leaves(flat)) {
        const under = space.and(when, leaf.when);
        const constant = texts.constant(leaf.item);
        if (constant !== undefined) {
          if (constant !== '') found.push({ when: under, item: constant });
          continue;
        }
        for (const name of known) {
          const is = texts.equal(leaf.item, texts.literal(name)) ?? space.false;
          found.push({ when: space.and(under, is), item: name });
        }
      }
    }
  }
  return found.filter(({ when }) => when !== space.false);
}

/** A later value replaces earlier ones where it is not null. */
function put(machine: Machine, into: Map<string, Slot>, key: string, value: Located, when: Condition): void {
  const { space } = machine;
  const there = space.and(
    when,
    space.map(value.value, ({ kind }) => kind !== 'null'),
  );
  if (there === space.false) return;
  const not = space.not(there);
  const kept = (into.get(key) ?? [])
    .map((one) => ({ when: space.and(one.when, not), item: one.item }))
    .filter((one) => one.when !== space.false);
  into.set(key, [...kept, { when: there, item: value }]);
}

function inherit(machine: Machine, into: Building, from: ResolvedTarget, when: Condition): void {
  for (const part of ['slots', 'arguments', 'contexts'] as const)
    for (const [key, slot] of from[part])
      for (const one of slot) put(machine, into[part], key, one.item, machine.space.and(when, one.when));
}

/** What `--set` says of a target. */
function apply(machine: Machine, configuration: Configuration, into: Building, name: string): void {
  const { data, space } = machine;
  const names = targetNames(configuration);
  const fresh = new Set<string>();
  for (const setting of configuration.settings) {
    if (!isMeant(machine, configuration, setting, name, names)) continue;
    const { key, place } = setting;
    const when = setting.set ?? space.true;
    const value: BakeValue = data.text(setting.value);
    const at = (made: BakeValue, items: readonly Place[] = []): Located => ({
      value: made,
      place,
      items,
      rooted: false,
    });
    const dot = key.indexOf('.');
    const [head, rest] = dot === -1 ? [key, ''] : [key.slice(0, dot), key.slice(dot + 1)];
    if (head === 'args') put(machine, into.arguments, rest, { ...at(value), written: setting.written }, when);
    else if (head === 'contexts') put(machine, into.contexts, rest, at(value), when);
    else if (head === 'tags' || head === 'output') {
      // Several settings of one list are one list; the first replaces what the files say, unless it is added.
      const isAdded = setting.append || fresh.has(head);
      fresh.add(head);
      const before = isAdded ? (into.slots.get(head) ?? []) : [];
      put(machine, into.slots, head, at(data.list([value]), [place]), when);
      for (const { when: earlier, item } of before) {
        const list = space.bind(item.value, (datum) =>
          data.list([...(datum.kind === 'list' ? datum.items : []), value]),
        );
        put(
          machine,
          into.slots,
          head,
          { ...item, value: list, items: [...item.items, place] },
          space.and(when, earlier),
        );
      }
    } else put(machine, into.slots, head, at(value), when);
  }
}

/** A name beats a pattern; the name of a group means what it builds when no target is called so. */
function isMeant(
  machine: Machine,
  configuration: Configuration,
  { pattern }: BakeSetting,
  name: string,
  names: readonly string[],
): boolean {
  if (names.includes(pattern)) return pattern === name;
  if (compilePattern(pattern)(name)) return true;
  return configuration.groups.some(
    (group) => group.name === pattern && namesIn(machine, group.targets, names).some(({ item }) => item === name),
  );
}

/** The targets that names of groups and targets lead to, and where. */
export function selectTargets(
  machine: Machine,
  configuration: Configuration,
  wanted: readonly Guarded<string>[],
  place: Place,
): ReadonlyMap<string, Condition> {
  const { space } = machine;
  const names = targetNames(configuration);
  const found = new Map<string, Condition>();
  const add = (name: string, when: Condition, open: ReadonlySet<string>, from: Place): void => {
    if (when === space.false) return;
    const groups = open.has(name) ? [] : configuration.groups.filter((group) => group.name === name);
    if (groups.length > 0) {
      const inner = new Set([...open, name]);
      const known = [...names, ...configuration.groups.map((group) => group.name)];
      for (const group of groups)
        for (const member of namesIn(machine, group.targets, known))
          add(member.item, space.and(when, space.and(group.when, member.when)), inner, group.targets.place);
    } else if (names.includes(name)) found.set(name, space.or(found.get(name) ?? space.false, when));
    else if (!open.has(name)) fail(machine, scopeAt(machine, from, when), from, `there is no group or target ${name}`);
  };
  for (const { item, when } of wanted) add(item, when, new Set(), place);
  return found;
}
