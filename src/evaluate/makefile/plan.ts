/*
 * What make does for a target: which of its rules are in force, and with which variables.
 */
import type { Place } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { implicitRules } from './implicit.js';
import { type Machine, newScope, only, type Rule, type Scope, within } from './state.js';
import { type Entry, explicitRules, isSpecial, sameTarget, stemText, type Targets } from './targets.js';

/** What make does for a target, one part after the other: double-colon rules each for itself, then all others together. */
export interface Plan {
  readonly scope: Scope;
  readonly parts: readonly PlanPart[];
  /** Whether a rule or a file is known for it. */
  readonly known: boolean;
}

export interface PlanPart {
  readonly when: Condition;
  readonly entries: readonly Entry[];
  readonly recipes: readonly Guarded<Entry>[];
}

/**
 * Finds the rules of a target. `place` is where it is needed, `searched` where implicit rules are looked for, and `guessed`
 * are rules that were guessed on the way here.
 */
export function makePlan(
  machine: Machine,
  targets: Targets,
  target: Text,
  parent: Scope,
  place: Place,
  searched: Condition,
  guessed: ReadonlySet<Rule>,
): Plan {
  const { space, texts } = machine;
  const entries = explicitRules(machine, targets, target, machine.live);
  const scope = targetScope(machine, target, parent);
  const double = entries.filter(({ rule }) => rule.doubleColon);
  const parts: PlanPart[] = double.map((entry) => ({
    when: entry.when,
    entries: [entry],
    recipes: [{ when: space.true, item: entry }],
  }));
  const single = entries.filter(({ rule }) => !rule.doubleColon);
  // The last recipe wins.
  let open: Condition = space.true;
  const chosen: Guarded<Entry>[] = [];
  for (const entry of [...single].reverse()) {
    const own = space.and(open, space.and(entry.when, entry.rule.hasRecipe));
    if (own === space.false) continue;
    chosen.unshift({ when: own, item: entry });
    open = space.and(open, space.not(own));
  }
  for (const { when } of double) open = space.and(open, space.not(when));
  let rest = space.and(machine.live, open);
  if (rest !== space.false) rest = space.and(rest, space.not(isSpecial(machine, targets, '.PHONY', target)));
  const [first] = single;
  const here =
    first === undefined ? place : (first.rule.targetPlaces.get(texts.constant(target) ?? '') ?? first.rule.place);
  const when = space.and(rest, searched);
  const implicit =
    when === space.false ? [] : implicitRules(machine, targets, { target, when, scope, place: here, guessed });
  // `.DEFAULT` is for what is no target.
  for (const entry of [...implicit, ...entries]) rest = space.and(rest, space.not(entry.when));
  const fallback = rest === space.false ? [] : explicitRules(machine, targets, texts.literal('.DEFAULT'), rest);
  const others = [
    ...implicit,
    ...fallback.map((entry) => ({ ...entry, when: space.and(rest, entry.when), isDefault: true })),
  ];
  if (single.length + others.length > 0)
    parts.push({
      when: space.true,
      // What a pattern rule needs comes first: `neededBy` puts it there.
      entries: [...single, ...implicit],
      recipes: [...chosen, ...others.map((item) => ({ when: item.when, item }))],
    });
  return { scope, parts, known: parts.length > 0 };
}

/** The variables of a target: its own, those of matching patterns, those of the target that needs it, the global ones. */
export function targetScope(machine: Machine, target: Text, parent: Scope): Scope {
  const { space } = machine;
  let outer = parent;
  if (machine.patternVariables.length === 0 && machine.targetScopes.size === 0) return parent;
  const matching = machine.patternVariables.flatMap((variable) => {
    const stem = stemText(machine, variable.pattern, target);
    return stem === undefined || space.and(variable.when, machine.live) === space.false ? [] : [variable];
  });
  let nextIsParent = true;
  if (matching.length > 0) {
    const patterns = newScope(machine, parent, true);
    // While it is being filled, the scope stands before the global one alone; what is known otherwise stays so.
    const filling = { ...patterns, next: machine.global };
    const { version } = machine;
    // The more a pattern says, the later it is defined, so that it wins.
    for (const variable of [...matching].sort((a, b) => a.pattern.length - b.pattern.length)) {
      only(machine, variable.when, () => within(machine, filling, variable.define));
    }
    machine.version = version;
    outer = patterns;
    nextIsParent = false;
  }
  const scope = newScope(machine, outer, nextIsParent);
  for (const { target: other, scope: own } of machine.targetScopes.values()) {
    const same = sameTarget(machine, other, target);
    if (same === space.false) continue;
    for (const [name, variable] of own.set) {
      const none = space.one<'undefined'>('undefined');
      const origin = space.pick(
        same,
        variable.origin,
        space.map(none, (value) => value),
      );
      const before = scope.set.get(name);
      if (same === space.true || before === undefined)
        scope.set.set(name, same === space.true ? variable : { ...variable, origin });
    }
  }
  return scope;
}
