/*
 * The environment that make gives to the shells of recipes: semantics 4.5.
 *
 * Most recipes have the same one, since few exported variables read `$@` or what a target sets for itself. So the global
 * variables are looked at once for all recipes; for one recipe, only those again that its scopes give another meaning.
 */
import type { Condition } from '../../value/diagram.js';
import type { Binding } from '../shell/index.js';
import { expandVariable } from './expand.js';
import { ANY_NAME, type Machine, only, readsLocals, type Scope, stillRunning, tracked, within } from './state.js';
import { isDefined, lookup, visibleIn } from './variables.js';

/** What the global variables give to every recipe. */
interface Common {
  readonly version: number;
  readonly bindings: ReadonlyMap<string, Binding>;
  /** For each binding, the names that it depends on. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string>>;
  readonly allReads: ReadonlySet<string>;
}

const commons = new WeakMap<Machine, Common>();

/** The environment of the shells of a recipe whose variables are in `scope`. */
export function environmentOf(machine: Machine, scope: Scope): ReadonlyMap<string, Binding> {
  const { bindings, reads, allReads } = commonOf(machine);
  const own = new Set<string>();
  for (let at = scope; at.next !== undefined; at = at.next)
    for (const [name, { origin }] of at.set) if (origin.kind !== 'one' || origin.value !== 'automatic') own.add(name);
  if (own.size === 0 && !readsLocals(machine, allReads, scope)) return bindings;
  const all = new Map(bindings);
  for (const [name, names] of reads) if (own.has(name) || readsLocals(machine, names, scope)) own.add(name);
  for (const name of own) all.set(name, bindingOf(machine, name, scope));
  return all;
}

function commonOf(machine: Machine): Common {
  const known = commons.get(machine);
  if (known?.version === machine.version) return known;
  const { space, texts } = machine;
  const before = machine.live;
  machine.live = stillRunning(machine, space.true);
  const bindings = new Map<string, Binding>();
  const reads = new Map<string, ReadonlySet<string>>();
  const allReads = new Set<string>();
  for (const name of new Set([
    ...machine.environment.keys(),
    ...machine.commandLine.keys(),
    ...machine.global.set.keys(),
  ])) {
    const { version, feasible } = machine;
    const notes = machine.notes.length;
    const found = tracked(machine, () => bindingOf(machine, name, machine.global));
    let names = found.reads;
    if (machine.version !== version) {
      // What it does beside giving a text, it does where a recipe is run.
      machine.feasible = feasible;
      machine.notes.length = notes;
      names = new Set([...names, ANY_NAME]);
    }
    bindings.set(name, found.result);
    reads.set(name, names);
    for (const read of names) allReads.add(read);
  }
  const level = texts.constant(lookup(machine, 'MAKELEVEL').text) ?? '0';
  bindings.set('MAKELEVEL', {
    set: space.true,
    text: texts.literal(String((Number.parseInt(level, 10) || 0) + 1)),
    exported: space.true,
  });
  reads.delete('MAKELEVEL');
  machine.live = before;
  const made: Common = { version: machine.version, bindings, reads, allReads };
  commons.set(machine, made);
  return made;
}

function bindingOf(machine: Machine, name: string, scope: Scope): Binding {
  const { space, texts } = machine;
  const exported = isExported(machine, name, scope);
  if (exported === space.false) return { set: space.false, text: texts.empty, exported: space.false };
  const variable = lookup(machine, name, scope);
  const fromEnvironment = space.where(variable.origin, (origin) => origin === 'environment');
  // What the environment gave goes back as it came.
  const expanded = space.implies(machine.live, fromEnvironment)
    ? variable.text
    : only(machine, exported, () => within(machine, scope, () => expandVariable(machine, name)));
  return { set: exported, text: texts.pick(fromEnvironment, variable.text, expanded), exported };
}

/** Where a variable is exported: the innermost definition decides, and where it does not, the global one. */
function isExported(machine: Machine, name: string, scope: Scope): Condition {
  const { space } = machine;
  const global = lookup(machine, name, machine.global);
  let result: Condition = space.false;
  let open: Condition = machine.live;
  let isParent = false;
  for (let at: Scope | undefined = scope; at !== undefined && open !== space.false; at = at.next) {
    const variable = at.next === undefined ? global : at.set.get(name);
    if (variable !== undefined) {
      const here = space.and(
        open,
        at.next === undefined ? isDefined(machine, variable) : visibleIn(machine, variable, isParent),
      );
      const own = space.where(variable.exporting, (value) => value === 'yes');
      const unsaid = space.where(variable.exporting, (value) => value === 'default');
      const globally =
        at.next === undefined
          ? unsaid
          : space.and(
              unsaid,
              space.where(global.exporting, (value) => value === 'yes'),
            );
      const bare = space.and(
        unsaid,
        at.next === undefined ? space.true : space.where(global.exporting, (value) => value === 'default'),
      );
      const byOrigin = space.where(variable.origin, (origin) => origin === 'command line' || origin === 'environment');
      const all = /^\w+$/.test(name)
        ? space.and(
            machine.exportAll,
            space.where(variable.origin, (origin) => origin !== 'default' && origin !== 'automatic'),
          )
        : space.false;
      const implied = space.and(bare, space.or(byOrigin, all));
      const says = space.or(own, space.or(at.next === undefined ? space.false : globally, implied));
      result = space.or(result, space.and(here, says));
      open = space.and(open, space.not(here));
    }
    isParent ||= at.nextIsParent;
  }
  return result;
}
