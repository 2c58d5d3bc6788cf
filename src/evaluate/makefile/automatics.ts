/* Automatic variables (`$@`, `$<`, `$^`, …). */
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { archiveMember, memberName } from './archives.js';
import { automatic } from './functions.js';
import { type Machine, newScope, type Scope, type Variable } from './state.js';
import { dirOf, notdirOf } from './strings.js';
import { joinTexts, mapWords } from './words.js';

/** The prerequisites of a target: those of the rule with a recipe come first. */
export interface Needs {
  readonly normal: readonly Guarded<Text>[];
  readonly orderOnly: readonly Guarded<Text>[];
}

/** The automatic variables of a target, in a scope of their own. */
export function automaticScope(
  machine: Machine,
  target: Text,
  outer: Scope,
  stem: Text | undefined,
  { normal, orderOnly }: Needs,
): Scope {
  const { texts, space } = machine;
  const scope = newScope(machine, outer, false);
  const set = (name: string, make: () => Text): void => {
    const whole = lazily(machine, make);
    scope.set.set(name, whole);
    const folder = (word: string): string => dirOf(word).replace(/(.)\/$/, '$1');
    scope.set.set(
      `${name}D`,
      lazily(machine, () => mapWords(machine, whole.text, 'dir', folder)),
    );
    scope.set.set(
      `${name}F`,
      lazily(machine, () => mapWords(machine, whole.text, 'notdir', notdirOf)),
    );
  };
  const live = normal.filter(({ when }) => space.and(when, machine.live) !== space.false);
  const inArchive = archiveMember(texts, target);
  set('@', () => inArchive?.archive ?? target);
  set('<', () => firstOf(machine, live));
  const join = (files: readonly Guarded<Text>[]): Text =>
    joinTexts(
      machine,
      files.map(({ when, item }) => ({ when, item: memberName(texts, item) })),
    );
  set('^', () => join(withoutRepeats(machine, live)));
  set('+', () => join(live));
  set('?', () => join(withoutRepeats(machine, live)));
  set('|', () => {
    const known = new Set(live.filter(({ when }) => when === space.true).map(({ item }) => item));
    const others = orderOnly.filter(({ item }) => !known.has(item));
    return join(withoutRepeats(machine, others));
  });
  set('*', () => stem ?? texts.empty);
  set('%', () => inArchive?.member ?? texts.empty);
  return scope;
}

/** An automatic variable whose text is made when a recipe asks for it: few do, and lists of prerequisites are long. */
function lazily(machine: Machine, make: () => Text): Variable {
  const { live } = machine;
  let known: Text | undefined;
  return {
    ...automatic(machine, machine.texts.empty),
    get text() {
      if (known === undefined) {
        const before = machine.live;
        machine.live = live;
        known = make();
        machine.live = before;
      }
      return known;
    },
  };
}

function firstOf(machine: Machine, items: readonly Guarded<Text>[]): Text {
  const { texts } = machine;
  let first: Text = texts.empty;
  for (const { when, item } of [...items].reverse()) first = texts.pick(when, item, first);
  return first;
}

function withoutRepeats({ space, texts }: Machine, items: readonly Guarded<Text>[]): readonly Guarded<Text>[] {
  const seen = new Map<Text, Condition>();
  // Two names may be the same one in some environments.
  const flat = items.flatMap(({ when, item }): readonly Guarded<Text>[] => {
    const leaves = item.flat ? undefined : texts.flatten(item);
    if (leaves === undefined) return [{ when, item }];
    return space.leaves(leaves).map((leaf) => ({ when: space.and(when, leaf.when), item: leaf.item }));
  });
  return flat.flatMap(({ when, item }) => {
    const before = seen.get(item) ?? space.false;
    const here = space.and(when, space.not(before));
    seen.set(item, space.or(before, when));
    return here === space.false ? [] : [{ when: here, item }];
  });
}

/** In an explicit rule, `$*` is the target without a suffix that make knows. */
export function suffixStem({ texts }: Machine, suffixes: readonly Guarded<string>[], target: Text): Text {
  const { pieces } = memberName(texts, target);
  const last = pieces[pieces.length - 1];
  if (last?.kind !== 'literal') return texts.empty;
  const { text: name } = last;
  const before = pieces.slice(0, -1);
  let stem = texts.empty;
  for (const { when, item } of [...suffixes].reverse()) {
    if (!name.endsWith(item) || (before.length === 0 && name === item)) continue;
    const own = texts.join([...before, { kind: 'literal', text: name.slice(0, -item.length) }]);
    stem = texts.pick(when, own, stem);
  }
  return stem;
}
