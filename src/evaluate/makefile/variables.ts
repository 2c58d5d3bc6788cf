import type { Place } from '../../text/span.js';
import type { Condition, Space, Variational } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { DEFAULTS, isDefault, OWN_NAMES, SIMPLE_DEFAULTS } from './defaults.js';
import { changed, type Given, type Machine, type Origin, RANK, type Scope, type Variable } from './state.js';

/** A variable that nobody has defined. */
export function undefinedVariable({ space, texts }: Machine): Variable {
  return {
    origin: space.one<Origin>('undefined'),
    text: texts.empty,
    recursive: space.true,
    exporting: space.one<'default' | 'yes' | 'no'>('default'),
    append: space.false,
    private: space.false,
    places: [],
  };
}

const askedOrigins = new WeakMap<Space, Map<string, Map<number, Condition>>>();

/** Where an origin passes a test that `name` determines; a variable with many assignments is asked again after each. */
export function whereOrigin(
  space: Space,
  origin: Variable['origin'],
  name: string,
  test: (origin: Origin) => boolean,
): Condition {
  let tests = askedOrigins.get(space);
  if (tests === undefined) {
    tests = new Map();
    askedOrigins.set(space, tests);
  }
  let known = tests.get(name);
  if (known === undefined) {
    known = new Map();
    tests.set(name, known);
  }
  return space.bind(origin, (value) => (test(value) ? space.true : space.false), known);
}

/** Where a variable is defined. */
export function isDefined({ space }: Machine, variable: Variable): Condition {
  return whereOrigin(space, variable.origin, 'defined', (origin) => origin !== 'undefined');
}

/** `then` where the condition holds, `otherwise` elsewhere. */
export function pickVariable(
  { space, texts }: Machine,
  condition: Condition,
  then: Variable,
  otherwise: Variable,
): Variable {
  if (condition === space.true) return then;
  if (condition === space.false) return otherwise;
  return {
    origin: space.pick(condition, then.origin, otherwise.origin),
    text: texts.pick(condition, then.text, otherwise.text),
    recursive: space.pick(condition, then.recursive, otherwise.recursive),
    exporting: space.pick(condition, then.exporting, otherwise.exporting),
    append: space.pick(condition, then.append, otherwise.append),
    private: space.pick(condition, then.private, otherwise.private),
    places: [...new Set([...otherwise.places, ...then.places])],
  };
}

/** Names that no environment gives to make, or that say nothing about an environment. */
const SYSTEM = /^(?:PATH|HOME|PWD|OLDPWD|TERM|USER|LOGNAME|HOSTNAME|LANG|LC_\w+|TMPDIR|UID|_)$/;
const OWN =
  /^(?:SHELL|MAKE|MAKE_\w+|MAKECMDGOALS|MAKEFLAGS|MAKEFILES|MAKELEVEL|MAKEFILE_LIST|MAKEOVERRIDES|MFLAGS|GNUMAKEFLAGS|CURDIR|SUFFIXES|VPATH|GPATH)$/;

/** What the environment gives a name: fixed by the caller, or an input. */
export function fromEnvironment(machine: Machine, name: string): Given | undefined {
  const { space, texts } = machine;
  const fixed = machine.environment.get(name);
  if (fixed !== undefined) return fixed;
  if (!machine.open || OWN.test(name) || !/^[A-Za-z_]\w*$/.test(name)) return undefined;
  // What only make's own rules read (`TARGET_ARCH`) is nothing that this project switches.
  if (OWN_NAMES.has(name) && !machine.sources.some((text) => text.includes(name))) return undefined;
  if (SYSTEM.test(name)) return { set: space.true, text: texts.symbol(`$${name}`) };
  machine.inputs.add(name);
  const selector = space.input(name);
  return { set: space.not(space.is(selector, undefined)), text: texts.answer(selector) };
}

/** A global variable before any makefile was read. */
function initial(machine: Machine, name: string, input: boolean): Variable {
  const { space, texts } = machine;
  let variable = undefinedVariable(machine);
  const value = DEFAULTS.get(name);
  if (value !== undefined && isDefault(name, machine.switches)) {
    variable = { ...variable, origin: space.one<Origin>('default'), text: texts.literal(value) };
    if (SIMPLE_DEFAULTS.has(name)) variable = { ...variable, recursive: space.false };
    if (!isDefault(name, 'R'))
      variable = pickVariable(machine, machine.noDefaults, undefinedVariable(machine), variable);
  }
  const give = (given: Given, origin: Origin, exporting: 'default' | 'yes'): void => {
    const set: Variable = {
      ...variable,
      origin: space.one(origin),
      text: given.text,
      recursive: space.true,
      exporting: space.one<'default' | 'yes' | 'no'>(exporting),
    };
    variable = pickVariable(machine, given.set, set, variable);
  };
  const given = input || machine.environment.has(name) ? fromEnvironment(machine, name) : undefined;
  if (given !== undefined && name !== 'SHELL') give(given, 'environment', 'yes');
  const forced = machine.commandLine.get(name);
  if (forced !== undefined) give(forced, 'command line', 'default');
  else if (machine.overrides.has(name)) {
    machine.inputs.add(name);
    const selector = space.input(name);
    give({ set: space.not(space.is(selector, undefined)), text: texts.answer(selector) }, 'command line', 'default');
  }
  return variable;
}

/** A global variable. With `input`, a name that was never heard of becomes an input. */
export function globalVariable(machine: Machine, name: string, input = true): Variable {
  const known = machine.global.set.get(name);
  if (known !== undefined) return known;
  const made = initial(machine, name, input);
  // A first assignment everywhere hides the environment; until then nobody has asked for it.
  if (input) machine.global.set.set(name, made);
  return made;
}

/** Looks a name up through the scopes. */
export function lookup(
  machine: Machine,
  name: string,
  scope: Scope | undefined = machine.scope,
  isParent = false,
): Variable {
  const { space } = machine;
  machine.reads.add(name);
  if (scope === undefined) return undefinedVariable(machine);
  if (scope.next === undefined) {
    const global = globalVariable(machine, name);
    if (!isParent || global.private === space.false) return global;
    return pickVariable(machine, global.private, undefinedVariable(machine), global);
  }
  const own = scope.set.get(name);
  const rest = (): Variable => lookup(machine, name, scope.next, isParent || scope.nextIsParent);
  if (own === undefined) return rest();
  const visible = visibleIn(machine, own, isParent);
  return visible === space.true ? own : pickVariable(machine, visible, own, rest());
}

/** Where a scope's variable is seen from here. */
export function visibleIn(machine: Machine, variable: Variable, isParent: boolean): Condition {
  const { space } = machine;
  const defined = isDefined(machine, variable);
  return isParent ? space.and(defined, space.not(variable.private)) : defined;
}

/** How an assignment changes a variable. */
export interface Change {
  readonly origin: Origin;
  readonly text: Text;
  readonly recursive: Condition;
  readonly append?: Condition;
  readonly exporting?: 'yes' | 'no';
  readonly private?: boolean;
  readonly place: Place;
}

/** Where an assignment of this origin replaces the value. */
export function allowed(machine: Machine, old: Variable, origin: Origin): Condition {
  const rank = RANK[origin];
  return machine.space.and(
    machine.live,
    whereOrigin(machine.space, old.origin, `rank ${rank}`, (o) => rank >= RANK[o]),
  );
}

/** Stores a value where make is live and the origin allows it. */
export function store(
  machine: Machine,
  scope: Scope,
  name: string,
  old: Variable,
  where: Condition,
  change: Change,
): void {
  const { space } = machine;
  changed(machine);
  const taken = space.and(allowed(machine, old, change.origin), where);
  const made: Variable = {
    ...old,
    origin: space.one(change.origin),
    text: change.text,
    recursive: change.recursive,
    append: change.append ?? space.false,
    places: [...old.places, change.place],
  };
  let variable = pickVariable(machine, taken, made, old);
  // `export X ?= y` exports X also where it is not assigned.
  const here = scope.next === undefined ? machine.live : space.and(machine.live, where);
  if (change.exporting !== undefined) {
    const exporting: Variational<'default' | 'yes' | 'no'> = space.one<'default' | 'yes' | 'no'>(change.exporting);
    variable = { ...variable, exporting: space.pick(here, exporting, variable.exporting) };
  }
  if (change.private === true) machine.hasPrivate = true;
  if (change.private === true) variable = { ...variable, private: space.or(variable.private, here) };
  scope.set.set(name, variable);
}
