/*
 * The environment that make gives to the shells of recipes: semantics 4.5.
 *
 * Hardly any command asks for any of it, so a binding is expanded when somebody asks, as it was when the recipe was expanded.
 * Most recipes have the same environment, since few variables read `$@` or what a target sets for itself: which ones may do
 * so is told from their texts. Only a variable that does something when it is expanded (`$(eval …)`, `$(error …)`) is
 * expanded for each recipe at once.
 */
import type { Condition } from '../../value/diagram.js';
import { type Binding, lazyBinding } from '../shell/index.js';
import { expandVariable } from './expand.js';
import { type Machine, note, only, type Scope, stillRunning, type Variable, within } from './state.js';
import { type Readers, readersOf } from './uses.js';
import { isDefined, lookup, visibleIn } from './variables.js';

/** What the global variables give to every recipe. */
interface Common {
  readonly version: number;
  readonly globals: ReadonlyMap<string, Variable>;
  readonly bindings: ReadonlyMap<string, Binding>;
  readonly readers: Readers;
  /** Exported variables that may read automatic ones. */
  readonly local: ReadonlySet<string>;
}

const commons = new WeakMap<Machine, Common>();

/** The environment of the shells of a recipe whose variables are in `scope`. */
export function environmentOf(machine: Machine, scope: Scope): ReadonlyMap<string, Binding> {
  const common = commonOf(machine);
  const own = ownNames(scope);
  const { acting } = common.readers;
  const affected = own.size === 0 ? common.local : new Set([...common.local, ...common.readers.of(own)]);
  if (affected.size === 0 && acting.size === 0) return common.bindings;
  const all = new Map(common.bindings);
  for (const name of affected) all.set(name, later(machine, common, name, scope));
  for (const name of acting) all.set(name, bindingOf(machine, name, scope));
  return all;
}

/** Names that targets define for themselves. */
function ownNames(scope: Scope): ReadonlySet<string> {
  const own = new Set<string>();
  for (let at = scope; at.next !== undefined; at = at.next)
    for (const [name, { origin }] of at.set) if (origin.kind !== 'one' || origin.value !== 'automatic') own.add(name);
  return own;
}

/** A key that is equal for scopes whose own variables make the environment the same. */
export function environmentKey(
  machine: Machine,
  scope: Scope,
  environment: ReadonlyMap<string, Binding>,
): () => string {
  const own = ownNames(scope);
  const names = own.size === 0 ? [] : commonOf(machine).readers.of(own);
  let key: string | undefined;
  const make = (): string => {
    let made = '';
    for (const name of names) {
      const { set, text } = environment.get(name) ?? { set: machine.space.false, text: machine.texts.empty };
      if (set.kind === 'choice' || set.value) made += `${name}=${set.id}:${text.id};`;
    }
    return made;
  };
  return () => {
    key ??= make();
    return key;
  };
}

function commonOf(machine: Machine): Common {
  const known = commons.get(machine);
  if (known?.version === machine.version) return known;
  const { space, texts } = machine;
  const before = machine.live;
  machine.live = stillRunning(machine, space.true);
  const level = texts.constant(lookup(machine, 'MAKELEVEL').text) ?? '0';
  const names = new Set([...machine.environment.keys(), ...machine.commandLine.keys(), ...machine.global.set.keys()]);
  const bindings = new Map<string, Binding>();
  const readers = readersOf(machine);
  const isOut = (name: string): boolean => isExported(machine, name, machine.global) !== space.false;
  const made: Common = {
    version: machine.version,
    globals: new Map(machine.global.set),
    bindings,
    readers: { ...readers, acting: new Set([...readers.acting].filter(isOut)) },
    local: new Set([...readers.automatic].filter(isOut)),
  };
  for (const name of names) bindings.set(name, later(machine, made, name, machine.global));
  bindings.set('MAKELEVEL', {
    set: space.true,
    text: texts.literal(String((Number.parseInt(level, 10) || 0) + 1)),
    exported: space.true,
  });
  machine.live = before;
  commons.set(machine, made);
  return made;
}

/** A binding that is expanded when somebody asks, with the variables that there are now. */
function later(machine: Machine, common: Common, name: string, scope: Scope): Binding {
  const { live } = machine;
  return lazyBinding(() => {
    const { live: liveThen, scope: scopeThen, at } = machine;
    machine.live = live;
    const made = asOf(machine, common, () =>
      machine.space.attempt(BINDING_WORK, () => bindingOf(machine, name, scope)),
    );
    machine.live = liveThen;
    machine.scope = scopeThen;
    machine.at = at;
    return made?.value ?? unknownBinding(machine, name);
  });
}

/** Diagram nodes that one variable of the environment may ask for. */
const BINDING_WORK = 20_000;

function unknownBinding(machine: Machine, name: string): Binding {
  const { space, texts } = machine;
  note(machine, 'limit', `$${name} differs in too many ways between environments and is taken as unknown in recipes`);
  return { set: space.true, text: texts.symbol(`$${name}`), exported: space.true };
}

/** Does something with the global variables of an earlier time. */
function asOf<T>(machine: Machine, { version, globals }: Common, f: () => T): T {
  if (machine.version === version) return f();
  const { set } = machine.global;
  const now = { version: machine.version, globals: new Map(set) };
  replace(set, globals);
  machine.version = version;
  const result = f();
  replace(set, now.globals);
  machine.version = now.version;
  return result;
}

function replace<K, V>(map: Map<K, V>, entries: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
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
