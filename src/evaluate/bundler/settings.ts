/*
 * Settings: the value of a configuration as a flat list of paths, each with its text in every environment. An object is
 * its properties, a list its items, and what a function of a package makes is its name and what it was given; so that two
 * environments are compared setting by setting, and users see only what differs.
 */
import { changesOutput } from '../../knowledge/bundlers.js';
import type { BundleSetting } from '../../model/bundle.js';
import type { Place } from '../../text/span.js';
import type { Condition, Variational } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import type { Machine } from './scope.js';
import { ABSENT, type Item, inputsOfValue, type Js, type JsMade, reference, type Value } from './value.js';

/** Nothing that a person configures is deeper, or has more settings. */
const DEPTH_LIMIT = 12;
const SETTING_LIMIT = 4000;
const VALUE_LIMIT = 40_000;

interface Collector {
  readonly machine: Machine;
  readonly found: Map<string, { place: Place; value: Variational<Text | undefined> }>;
  /** Values that may still be looked at: objects may be shared by many others, or hold themselves. */
  left: number;
  isFull: boolean;
}

/** The settings of a configuration that change the output. */
export function settingsOf(machine: Machine, root: Value, place: Place, when: Condition): readonly BundleSetting[] {
  const collector: Collector = { machine, found: new Map(), left: VALUE_LIMIT, isFull: false };
  collect(collector, '', { value: root, place }, when, 0);
  if (collector.isFull)
    machine.notes.push({
      place,
      message: 'this configuration has too many settings; only the first ones are compared',
    });
  return [...collector.found].map(([path, setting]) => ({ path, ...setting }));
}

function collect(collector: Collector, path: string, item: Item, when: Condition, depth: number): void {
  const { space } = collector.machine.values;
  if (depth > DEPTH_LIMIT || when === space.false) return;
  for (const { when: there, item: leaf } of space.leaves(item.value)) {
    const holds = space.and(when, there);
    if (holds !== space.false) collectLeaf(collector, path, leaf, item.place, holds, depth);
  }
}

function collectLeaf(collector: Collector, path: string, leaf: Js, place: Place, when: Condition, depth: number): void {
  if (leaf === undefined || leaf === ABSENT) return;
  collector.left -= 1;
  if (collector.left < 0) {
    collector.isFull = true;
    return;
  }
  const ref = reference(leaf);
  switch (ref?.kind) {
    case 'object':
      for (const [key, property] of ref.properties) collect(collector, join(path, key), property, when, depth + 1);
      return;
    case 'list':
      collectItems(collector, path, ref.items, when, depth);
      return;
    case 'made':
      collectMade(collector, path, ref, place, when, depth);
      return;
    default:
      add(collector, path, place, when, describe(collector.machine, leaf, 0));
  }
}

function collectItems(
  collector: Collector,
  path: string,
  items: readonly { readonly when: Condition; readonly item: Item }[],
  when: Condition,
  depth: number,
): void {
  const { values } = collector.machine;
  const { space } = values;
  // An item is known by what it is, so that one that is only there for production does not shift the others. Items of
  // one name count as one in environments that exclude each other, and are numbered where they meet.
  const seen = new Map<string, Condition[]>();
  for (const [i, { when: there, item }] of items.entries()) {
    for (const { when: is, item: leaf } of space.leaves(item.value)) {
      const holds = space.and(when, space.and(there, is));
      const ref = reference(leaf);
      // What is falsy in a list of plugins or rules is nothing.
      if (holds === space.false || (ref === undefined && !leaf) || leaf === ABSENT) continue;
      if (ref?.kind === 'list') {
        collectItems(collector, path, ref.items, holds, depth + 1);
        continue;
      }
      const name = nameOfItem(collector.machine, leaf, i);
      const taken = seen.get(name) ?? [];
      let number = taken.findIndex((other) => space.and(other, holds) === space.false);
      if (number === -1) number = taken.push(space.false) - 1;
      taken[number] = space.or(taken[number] ?? space.false, holds);
      seen.set(name, taken);
      const at = join(path, number === 0 ? name : `${name}#${number + 1}`);
      if (ref?.kind === 'object') collectLeaf(collector, at, leaf, item.place, holds, depth + 1);
      else if (ref?.kind === 'made') collectMade(collector, at, ref, item.place, holds, depth + 1);
      else {
        const text = describe(collector.machine, leaf, 0);
        const isNamed = values.texts.constant(text) !== undefined;
        add(collector, at, item.place, holds, isNamed ? values.texts.empty : text);
      }
    }
  }
}

function nameOfItem(machine: Machine, leaf: Js, index: number): string {
  const ref = reference(leaf);
  if (ref?.kind === 'object') return String(index);
  if (ref?.kind === 'made') return ref.callee;
  const text = describe(machine, leaf, 0);
  return machine.values.texts.constant(text) ?? String(index);
}

function collectMade(
  collector: Collector,
  path: string,
  made: JsMade,
  place: Place,
  when: Condition,
  depth: number,
): void {
  const isItem = path.endsWith(made.callee) || /#\d+$/.test(path);
  // In a list the name says it already; else the call is the setting's value.
  const { texts } = collector.machine.values;
  add(collector, path, place, when, isItem ? texts.empty : describe(collector.machine, made, 0));
  const base = isItem ? path : join(path, made.callee);
  for (const [i, item] of made.items.entries()) {
    const at = collector.machine.values.space
      .leaves(item.value)
      .every(({ item: leaf }) => reference(leaf)?.kind === 'object')
      ? base
      : join(base, String(i));
    // A wrapper around the whole configuration (`withMDX(config)`) is looked through.
    collect(collector, path === '' ? '' : at, item, when, depth + 1);
  }
}

function add(collector: Collector, path: string, place: Place, when: Condition, text: Text): void {
  if (path === '' || !changesOutput(path)) return;
  const { space } = collector.machine.values;
  const old = collector.found.get(path);
  if (old === undefined && collector.found.size >= SETTING_LIMIT) {
    collector.isFull = true;
    return;
  }
  const before = old?.value ?? space.one<Text | undefined>(undefined);
  const value = space.pick(when, collector.machine.values.texts.flatten(text) ?? space.one(text), before);
  collector.found.set(path, { place: old?.place ?? place, value });
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** A value as it would be written, on one line. */
function describe(machine: Machine, leaf: Js, depth: number): Text {
  const { values } = machine;
  const { texts, space } = values;
  const ref = reference(leaf);
  if (ref === undefined) return texts.literal(leaf === ABSENT ? 'undefined' : String(leaf));
  switch (ref.kind) {
    case 'text':
      return ref;
    case 'unknown':
      return texts.symbol(ref.name, ref.inputs);
    case 'function':
      return texts.literal(ref.name.length > 40 ? `${ref.name.slice(0, 39)}…` : ref.name);
    case 'object':
      return texts.literal('{…}');
    case 'list':
      return texts.literal('[…]');
    case 'made': {
      if (depth > 2) return texts.symbol(ref.callee, inputsOfValue(values.one(ref)));
      const parts = ref.items.map(({ value }) =>
        texts.from(space.map(value, (inner) => describe(machine, inner, depth + 1))),
      );
      const joined = parts.flatMap((part, i) => (i === 0 ? [part] : [texts.literal(', '), part]));
      return texts.concat(texts.literal(`${ref.callee}(`), ...joined, texts.literal(')'));
    }
  }
}
