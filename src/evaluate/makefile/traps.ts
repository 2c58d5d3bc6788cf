/*
 * What a makefile says and make does not do (semantics 4.2 to 4.7).
 *
 * Traps are looked for when all is read and walked, by asking the same question twice: once as make does and once as the
 * text suggests. Only where the two answers differ is anything said, so that a trap without an effect is none.
 */
import type { ShellTrap } from '../../model/build.js';
import type { Condition } from '../../value/diagram.js';
import { render } from '../../value/text.js';
import type { RecipeVariant } from './build.js';
import { makeCallOf } from './call.js';
import { attempt, type Makefile } from './index.js';
import { whereTestHolds } from './read.js';
import { type Machine, type MakeDecision, newScope, only, type Scope, within } from './state.js';

/** Diagram nodes that looking for traps may ask for. */
const TRAP_WORK = 100_000;

/** The traps of a makefile, with the steps of its recipes. */
export function makefileTraps(makefile: Makefile, variants: readonly RecipeVariant[]): readonly ShellTrap[] {
  const traps: ShellTrap[] = [];
  for (const find of [unseenValues])
    attempt(makefile, TRAP_WORK, () => {
      traps.push(...find(makefile, variants));
    });
  return traps;
}

/** What all traps of makefiles have in common. */
const OF_MAKE = { stage: 0, dialect: 'make' } as const;

function differ({ space }: Machine, a: Condition, b: Condition): Condition {
  return space.or(space.and(a, space.not(b)), space.and(b, space.not(a)));
}

// ------------------------------------------------------------------------------------------------ target-specific values

/** The variables of a target or pattern alone. */
interface OwnVariables {
  readonly target: string;
  readonly scope: Scope;
}

/** Conditions that would be answered otherwise if they saw what a target gives to a variable. */
function unseenValues({ machine }: Makefile, variants: readonly RecipeVariant[]): readonly ShellTrap[] {
  const { space, decisions } = machine;
  const own = ownVariables(machine).filter(({ target }) => !callsMake(machine, variants, target));
  return decisions.flatMap((decision): readonly ShellTrap[] => {
    const { test, names, place, when, holds } = decision;
    if (test === undefined) return [];
    for (const { target, scope } of own) {
      const name = names.find((read) => hasConstant(machine, scope, read));
      if (name === undefined) continue;
      const seen = within(machine, scope, () => whereTestHolds(machine, test));
      // A condition that only gives a default (`ifndef ENV`) would have its way at the end.
      const atEnd = whereTestHolds(machine, test);
      const wrong = space.and(when, space.and(differ(machine, seen, holds), differ(machine, seen, atEnd)));
      if (wrong === space.false) continue;
      const value = scope.set.get(name);
      const text = `${target}: ${name} = ${value === undefined ? '' : render(value.text)}`;
      return [{ ...OF_MAKE, kind: kindOf(decision), place, when, wrong, text }];
    }
    return [];
  });
}

function kindOf({ test }: MakeDecision): string {
  return test?.kind === 'defined' ? 'make-unseen-definition' : 'make-unseen-value';
}

/** A value that needs no automatic variable: what `$*` is depends on the target. */
function hasConstant({ texts }: Machine, scope: Scope, name: string): boolean {
  const variable = scope.set.get(name);
  return variable !== undefined && texts.constant(variable.text)?.includes('$') === false;
}

function ownVariables(machine: Machine): readonly OwnVariables[] {
  const { version } = machine;
  const patterns = new Map<string, Scope>();
  for (const { pattern, when, define } of machine.patternVariables) {
    const scope = patterns.get(pattern) ?? newScope(machine, machine.global, false);
    patterns.set(pattern, scope);
    only(machine, when, () => within(machine, scope, define));
  }
  // What was expanded without these scopes is as it was.
  machine.version = version;
  return [
    ...[...machine.targetScopes.values()].map(({ target, scope }) => ({ target: render(target), scope })),
    ...[...patterns].map(([target, scope]) => ({ target, scope })),
  ];
}

/** Whether a target calls make: then its value may be meant for that, which reads the makefile anew. */
function callsMake({ texts }: Machine, variants: readonly RecipeVariant[], target: string): boolean {
  return variants.some(
    ({ goals, steps, target: made }) =>
      (target.includes('%') || made === target || goals.some(({ item }) => item === target)) &&
      steps.some((step) => makeCallOf(texts, step) !== undefined),
  );
}
