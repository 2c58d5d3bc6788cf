import type { Definition } from '../../syntax/makefile/tree.js';
import type { Place } from '../../text/span.js';
import type { Condition, Variational } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import { assumed, isEmptyText } from './compare.js';
import { candidates, expandString, rawText } from './expand.js';
import { shellText } from './shell.js';
import { changed, LIMITS, type Machine, note, type Origin, only, type Scope, stop, within } from './state.js';
import { allowed, globalVariable, isDefined, lookup, store, undefinedVariable } from './variables.js';

/** Evaluates a global assignment. */
export function assign(machine: Machine, definition: Definition, place: Place): void {
  for (const { name, when } of namesOf(machine, definition)) {
    only(machine, when, () => define(machine, machine.global, name, definition, place));
  }
}

/** Evaluates a target-specific assignment in the target's own scope. */
export function assignTarget(machine: Machine, scope: Scope, definition: Definition, place: Place): void {
  within(machine, scope, () => {
    for (const { name, when } of namesOf(machine, definition)) {
      only(machine, when, () => {
        define(machine, scope, name, definition, place);
        if (!definition.modifiers.includes('override')) yieldToCommandLine(machine, scope, name);
      });
    }
  });
}

/** What the command line gives a name wins over a target's own value. */
function yieldToCommandLine(machine: Machine, scope: Scope, name: string): void {
  const { space, texts } = machine;
  const own = scope.set.get(name);
  const global = globalVariable(machine, name);
  if (own === undefined) return;
  const given = space.and(
    machine.live,
    space.where(global.origin, (origin) => origin === 'command line'),
  );
  if (given === space.false) return;
  scope.set.set(name, {
    ...own,
    origin: space.pick(given, global.origin, own.origin),
    text: texts.pick(given, global.text, own.text),
    recursive: space.pick(given, global.recursive, own.recursive),
    append: space.and(own.append, space.not(given)),
  });
}

/** Remembers a pattern-specific assignment for the targets that match; a simple value is expanded now. */
export function assignPattern(machine: Machine, pattern: string, definition: Definition, place: Place): void {
  const simple = definition.operator.endsWith(':=');
  const value = simple ? expandString(machine, definition.value.text) : rawText(machine, definition.value.text);
  for (const { name, when } of namesOf(machine, definition)) {
    machine.patternVariables.push({
      when: machine.space.and(machine.live, when),
      pattern,
      define: () => {
        const { scope } = machine;
        define(machine, scope, name, definition, place, simple ? value : undefined);
        if (!definition.modifiers.includes('override')) yieldToCommandLine(machine, scope, name);
      },
    });
  }
}

/** The names that an assignment may define. */
function namesOf(
  machine: Machine,
  definition: Definition,
): readonly { readonly name: string; readonly when: Condition }[] {
  const { texts, space } = machine;
  const written = definition.name.text;
  if (!written.includes('$')) return [{ name: written.trim(), when: space.true }];
  const text = expandString(machine, written);
  const constant = texts.constant(text);
  if (constant !== undefined) {
    const name = constant.trim();
    if (name !== '') return [{ name, when: space.true }];
    stop(machine, 'empty variable name');
    return [];
  }
  const flat = texts.flatten(assumed(machine, text));
  if (flat === undefined) {
    note(machine, 'limit', 'the name of this variable differs in too many ways between environments');
    return [];
  }
  return space.leaves(flat).flatMap(({ when, item }) => {
    const name = texts.constant(item)?.trim();
    if (name === '') return [];
    if (name !== undefined) return [{ name, when }];
    // A name that is not fully known may be one that is mentioned.
    note(
      machine,
      'warning',
      `the name ${render(item)} is not known; only variables that are defined elsewhere are followed`,
    );
    return candidates(machine, item).map(({ candidate, when: holds }) => ({
      name: candidate,
      when: space.and(when, holds),
    }));
  });
}

function define(
  machine: Machine,
  scope: Scope,
  name: string,
  definition: Definition,
  place: Place,
  expanded?: Text,
): void {
  const { space, texts } = machine;
  const { operator, modifiers } = definition;
  if (machine.live === space.false) return;
  const global = scope.next === undefined;
  const origin: Origin = modifiers.includes('override') ? 'override' : 'file';
  const raw = rawText(machine, definition.value.text);
  machine.written.set(place, definition.value.text);
  const extra = {
    ...(modifiers.includes('export') ? { exporting: 'yes' as const } : {}),
    ...(modifiers.includes('unexport') ? { exporting: 'no' as const } : {}),
    private: modifiers.includes('private'),
    place,
  };
  // Where nothing was read yet, a plain assignment in every environment leaves the environment's value unasked.
  const plain = operator !== '?=' && operator !== '+=';
  const old = global
    ? globalVariable(machine, name, !(plain && machine.live === space.true))
    : (scope.set.get(name) ?? undefinedVariable(machine));
  const put = (
    text: Text,
    recursive: Condition,
    where: Condition = space.true,
    append: Condition = space.false,
  ): void => store(machine, scope, name, old, where, { origin, text, recursive, append, ...extra });
  switch (operator) {
    case '=':
      put(raw, space.true);
      return;
    case ':=':
    case '::=':
    case ':::=':
      put(expanded ?? expandString(machine, definition.value.text), space.false);
      return;
    case '!=':
      put(shellText(machine, expandString(machine, definition.value.text), [place]), space.true);
      return;
    case '?=': {
      const defined = isDefined(machine, lookup(machine, name));
      put(raw, space.true, space.not(defined));
      if (!global) changeGlobal(machine, name, space.and(defined, space.not(isDefined(machine, old))), modifiers);
      return;
    }
    case '+=': {
      const defined = isDefined(machine, old);
      const simple = space.and(defined, space.not(old.recursive));
      // The value is expanded only where it is added to a simple one.
      const here = space.and(simple, allowed(machine, old, origin));
      const now = here === space.false ? raw : only(machine, here, () => expandString(machine, definition.value.text));
      const added = texts.pick(here, now, raw);
      const first = old.text.pieces[0];
      const nonempty =
        first?.kind === 'literal' || old.text.holds.size > LIMITS.separators
          ? space.true
          : space.not(isEmptyText(machine, old.text));
      const separator = texts.pick(nonempty, texts.literal(' '), texts.empty);
      const wanted =
        added === raw && texts.constant(raw) !== undefined && raw !== texts.empty
          ? space.true
          : space.or(space.not(defined), space.not(isEmptyText(machine, added)));
      const append = global ? space.false : space.or(space.not(defined), old.append);
      put(texts.concat(old.text, separator, added), space.not(simple), wanted, append);
      return;
    }
  }
}

/**
 * `target: X ?= y` does nothing where X is defined, but make then takes the global variable for the target's own and sets
 * the marks of that (record_target_var): unless the command line gives X, it is no longer exported. Seen in make 4.3.
 */
function changeGlobal(machine: Machine, name: string, where: Condition, modifiers: Definition['modifiers']): void {
  const { space } = machine;
  const here = space.and(machine.live, where);
  if (here === space.false) return;
  const variable = globalVariable(machine, name);
  changed(machine);
  if (modifiers.includes('private')) machine.hasPrivate = true;
  // The mark of the environment goes; a bare `export` still counts.
  const unmarked = space.pick<'default' | 'no'>(machine.exportAll, space.one('default'), space.one('no'));
  const exporting = space.bind(variable.origin, (origin): Variational<'default' | 'yes' | 'no'> => {
    if (modifiers.includes('export')) return space.one<'default' | 'yes' | 'no'>('yes');
    return origin === 'environment' ? unmarked : space.one<'default' | 'yes' | 'no'>('default');
  });
  machine.global.set.set(name, {
    ...variable,
    exporting: space.pick(here, exporting, variable.exporting),
    private: space.pick(here, modifiers.includes('private') ? space.true : space.false, variable.private),
  });
}

/** `undefine NAME`. */
export function undefine(machine: Machine, written: string, origin: Origin): void {
  const { space, texts } = machine;
  const name = texts.constant(expandString(machine, written))?.trim();
  if (name === undefined) {
    note(machine, 'limit', 'the name of this variable differs between environments; it is not undefined');
    return;
  }
  const old = globalVariable(machine, name);
  const taken = allowed(machine, old, origin);
  changed(machine);
  machine.global.set.set(name, {
    ...old,
    origin: space.pick(taken, space.one<Origin>('undefined'), old.origin),
    text: texts.pick(taken, texts.empty, old.text),
    recursive: space.or(old.recursive, taken),
    exporting: space.pick(taken, space.one<'default' | 'yes' | 'no'>('default'), old.exporting),
  });
}
