/*
 * Make's second phase: a goal's prerequisites are walked depth first, each target is made once in a run (where two targets
 * need it, by the first that comes), and the recipe of a target is expanded with the variables of the target, of the
 * targets that need it, and make's own automatic ones.
 */
import { type MappedText, spanToSource } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import type { Part } from '../shell/paste.js';
import { expandParts, expandVariable } from './expand.js';
import { exists } from './files.js';
import { automatic } from './functions.js';
import { recipeText } from './recipe.js';
import { type Machine, newScope, note, only, type Rule, type Scope, stillRunning, within } from './state.js';
import { dirOf, notdirOf } from './strings.js';
import { type Entry, explicitRules, fillText, implicitRules, sameTarget, stemText, type Targets } from './targets.js';
import { isDefined, lookup, visibleIn } from './variables.js';
import { joinTexts, mapWords } from './words.js';

/** A line of a recipe, expanded. */
export interface RecipeRun {
  /** The target as users see it. */
  readonly target: string;
  readonly rule: Rule;
  readonly when: Condition;
  /** What make gives to the shell, with the prefix characters `@`, `-` and `+`. */
  readonly text: Text;
  /** The same in parts, with their places in `raw`. */
  readonly parts: readonly Part[];
  /** The line as it is written. */
  readonly raw: MappedText;
  readonly place: Place;
  /** The place of a range of the file that the rule stands in. */
  readonly placeOf: (span: { readonly start: number; readonly end: number }) => Place;
  /** The environment that make gives to the shell. */
  readonly environment: ReadonlyMap<string, Binding>;
  /** From the goal to the target: where each is needed. */
  readonly chain: readonly Place[];
  /** Tells the recipes of a run apart. */
  readonly recipe: number;
  /** Where the whole recipe is one script. */
  readonly oneShell: Condition;
  /** Where a failure is ignored for all targets or this one (`.IGNORE`). */
  readonly ignored: Condition;
  readonly shell: Text;
}

interface Walk {
  readonly machine: Machine;
  readonly targets: Targets;
  readonly lines: RecipeRun[];
  /** Where each target has been made, by the id of its name. */
  readonly made: Map<number, Condition>;
  recipes: number;
  depth: number;
  /** The targets that are being made, by the id of their names. */
  readonly path: Set<number>;
}

/** More targets than this below each other are not followed. */
const DEPTH = 150;

/** Walks goals in order, as `make a b` does. */
export function walkGoals(machine: Machine, targets: Targets, goals: readonly Guarded<Text>[]): readonly RecipeRun[] {
  const walk: Walk = { machine, targets, lines: [], made: new Map(), recipes: 0, depth: 0, path: new Set() };
  for (const { when, item } of goals) {
    machine.live = stillRunning(machine, when);
    visit(walk, item, machine.global, []);
  }
  machine.live = stillRunning(machine, machine.space.true);
  return walk.lines;
}

/** Makes a target where make is live and it was not made before. */
function visit(walk: Walk, target: Text, parent: Scope, chain: readonly Place[]): void {
  const { machine } = walk;
  const { texts, space } = machine;
  if (!target.flat) {
    const flat = texts.flatten(target);
    if (flat === undefined)
      note(machine, 'limit', `the target ${render(target)} differs in too many ways; it is not followed`);
    else for (const { when, item } of space.leaves(flat)) only(machine, when, () => visit(walk, item, parent, chain));
    return;
  }
  if (texts.constant(target) === undefined) {
    // `build-$(ENV)` may be any target that looks like it; a name of which nothing is known is taken to be a file.
    const own =
      walk.targets.loose.some(({ target: other }) => other === target) ||
      !target.pieces.some((piece) => piece.kind === 'literal') ||
      target.pieces.some((piece) => piece.kind === 'symbol');
    let rest: Condition = own ? space.false : space.true;
    for (const name of own ? [] : walk.targets.named.keys()) {
      const same = texts.equal(target, texts.literal(name)) ?? space.false;
      if (space.and(same, machine.live) === space.false) continue;
      rest = space.and(rest, space.not(same));
      only(machine, same, () => visit(walk, texts.literal(name), parent, chain));
    }
    only(machine, own ? space.true : rest, () => visitOnce(walk, target, parent, chain));
    return;
  }
  visitOnce(walk, target, parent, chain);
}

function visitOnce(walk: Walk, target: Text, parent: Scope, chain: readonly Place[]): void {
  const { machine } = walk;
  const { space } = machine;
  const before = walk.made.get(target.id) ?? space.false;
  const here = space.and(machine.live, space.not(before));
  if (here === space.false || target === machine.texts.empty) return;
  walk.made.set(target.id, space.or(before, here));
  walk.depth += 1;
  if (walk.depth > DEPTH) note(machine, 'limit', 'prerequisites are nested deeper here than this tool follows');
  else {
    walk.path.add(target.id);
    only(machine, here, () => make(walk, target, parent, chain));
    walk.path.delete(target.id);
  }
  walk.depth -= 1;
}

function make(walk: Walk, target: Text, parent: Scope, chain: readonly Place[]): void {
  const { machine, targets } = walk;
  const { space, texts } = machine;
  const entries = explicitRules(machine, targets, target, machine.live);
  const scope = targetScope(machine, target, parent);
  const double = entries.filter(({ rule }) => rule.doubleColon);
  for (const entry of double) {
    only(machine, entry.when, () => {
      const needs = neededBy(walk, [entry]);
      visitAll(walk, needs, scope, chain, entry);
      runRecipe(walk, target, scope, entry, space.true, needs, chain);
    });
  }
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
  const phony = isSpecial(machine, targets, '.PHONY', target);
  const rest = space.and(machine.live, space.and(open, space.not(phony)));
  const implicit = rest === space.false ? [] : implicitRules(machine, targets, target, rest);
  const fallback = implicit.length === 0 ? explicitRules(machine, targets, texts.literal('.DEFAULT'), rest) : [];
  if (entries.length === 0 && implicit.length === 0 && fallback.length === 0) {
    const name = texts.constant(target);
    if (name !== undefined && exists(machine, name) === false && !name.startsWith('.')) {
      note(
        machine,
        'warning',
        `no rule makes '${name}', and the project has no such file`,
        chain[chain.length - 1] ?? machine.at,
      );
    }
    return;
  }
  const needs = neededBy(walk, [...implicit, ...single]);
  visitAll(walk, needs, scope, chain, single[0] ?? implicit[0]);
  for (const { when, item } of [
    ...chosen,
    ...[...implicit, ...fallback].map((item) => ({ when: space.and(rest, item.when), item })),
  ]) {
    runRecipe(walk, target, scope, item, when, needs, chain);
  }
}

/** The prerequisites of a target: those of the rule with a recipe come first. */
interface Needs {
  readonly normal: readonly Guarded<Text>[];
  readonly orderOnly: readonly Guarded<Text>[];
}

function neededBy({ machine, path }: Walk, entries: readonly Entry[]): Needs {
  const { space } = machine;
  let normal: readonly Guarded<Text>[] = [];
  let orderOnly: readonly Guarded<Text>[] = [];
  for (const { rule, when, stem } of entries) {
    const filled = (words: Rule['prerequisites']): readonly Guarded<Text>[] =>
      words.map((word) => ({ when: space.and(when, word.when), item: fillText(machine, word.item.text, stem) }));
    const own = filled(rule.prerequisites);
    const first = rule.hasRecipe !== space.false;
    normal = first ? [...own, ...normal] : [...normal, ...own];
    orderOnly = first ? [...filled(rule.orderOnly), ...orderOnly] : [...orderOnly, ...filled(rule.orderOnly)];
  }
  // Make drops what would need itself.
  const acyclic = (list: readonly Guarded<Text>[]): readonly Guarded<Text>[] =>
    list.filter(({ item }) => !path.has(item.id));
  return { normal: acyclic(normal), orderOnly: acyclic(orderOnly) };
}

function visitAll(
  walk: Walk,
  { normal, orderOnly }: Needs,
  scope: Scope,
  chain: readonly Place[],
  entry: Entry | undefined,
): void {
  const { machine } = walk;
  for (const { when, item } of [...normal, ...orderOnly]) {
    only(machine, when, () => visit(walk, item, scope, entry === undefined ? chain : [...chain, entry.rule.place]));
  }
}

/** Where a special target has this one as a prerequisite; without prerequisites, it means all. */
function isSpecial(machine: Machine, targets: Targets, special: string, target: Text): Condition {
  const { space } = machine;
  let holds: Condition = space.false;
  for (const { rule, when } of targets.named.get(special) ?? []) {
    if (rule.prerequisites.length === 0) holds = space.or(holds, when);
    for (const word of rule.prerequisites) {
      if (holds === space.true) return holds;
      const same = sameTarget(machine, word.item.text, target);
      holds = space.or(holds, space.and(when, space.and(word.when, same)));
    }
  }
  return holds;
}

// ------------------------------------------------------------------------------------------------ variables

/** The variables of a target: its own, those of matching patterns, those of the target that needs it, the global ones. */
function targetScope(machine: Machine, target: Text, parent: Scope): Scope {
  const { space } = machine;
  let outer = parent;
  const matching = machine.patternVariables.flatMap((variable) => {
    const stem = stemText(machine, variable.pattern, target);
    return stem === undefined || space.and(variable.when, machine.live) === space.false ? [] : [variable];
  });
  let nextIsParent = true;
  if (matching.length > 0) {
    const patterns = newScope(machine, parent, true);
    // While it is being filled, the scope stands before the global one alone.
    const filling = { ...patterns, next: machine.global };
    // The more a pattern says, the later it is defined, so that it wins.
    for (const variable of [...matching].sort((a, b) => a.pattern.length - b.pattern.length)) {
      only(machine, variable.when, () => within(machine, filling, variable.define));
    }
    outer = patterns;
    nextIsParent = false;
  }
  const scope: Scope = { ...newScope(machine, outer, nextIsParent), set: new Map() };
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

/** The automatic variables of a target, in a scope of their own. */
function automaticScope(
  machine: Machine,
  target: Text,
  outer: Scope,
  entry: Entry,
  { normal, orderOnly }: Needs,
): Scope {
  const { texts, space } = machine;
  const scope = newScope(machine, outer, false);
  const set = (name: string, text: Text): void => {
    scope.set.set(name, automatic(machine, text));
    const folders = mapWords(machine, text, 'dir', (word) => dirOf(word).replace(/(.)\/$/, '$1'));
    scope.set.set(`${name}D`, automatic(machine, folders));
    scope.set.set(`${name}F`, automatic(machine, mapWords(machine, text, 'notdir', notdirOf)));
  };
  const all = normal.filter(({ when }) => space.and(when, machine.live) !== space.false);
  const unique = withoutRepeats(machine, all);
  set('@', target);
  set('<', firstOf(machine, all));
  set('^', joinTexts(machine, unique));
  set('+', joinTexts(machine, all));
  set('?', joinTexts(machine, unique));
  const known = new Set(all.filter(({ when }) => when === space.true).map(({ item }) => item));
  set(
    '|',
    joinTexts(
      machine,
      withoutRepeats(
        machine,
        orderOnly.filter(({ item }) => !known.has(item)),
      ),
    ),
  );
  set('*', entry.stem ?? suffixStem(machine, target));
  set('%', texts.empty);
  return scope;
}

function firstOf(machine: Machine, items: readonly Guarded<Text>[]): Text {
  const { texts } = machine;
  let first: Text = texts.empty;
  for (const { when, item } of [...items].reverse()) first = texts.pick(when, item, first);
  return first;
}

function withoutRepeats({ space }: Machine, items: readonly Guarded<Text>[]): readonly Guarded<Text>[] {
  const seen = new Map<Text, Condition>();
  return items.flatMap(({ when, item }) => {
    const before = seen.get(item) ?? space.false;
    const here = space.and(when, space.not(before));
    seen.set(item, space.or(before, when));
    return here === space.false ? [] : [{ when: here, item }];
  });
}

const SUFFIXES =
  /\.(?:out|a|ln|o|c|cc|C|cpp|p|f|F|m|r|y|l|ym|yl|s|S|mod|sym|def|h|info|dvi|tex|texinfo|texi|txinfo|w|ch|web|sh|elc|el)$/;

/** In an explicit rule, `$*` is the target without a suffix that make knows. */
function suffixStem({ texts }: Machine, target: Text): Text {
  const name = texts.constant(target);
  return name !== undefined && SUFFIXES.test(name) ? texts.literal(name.replace(SUFFIXES, '')) : texts.empty;
}

// ------------------------------------------------------------------------------------------------ recipes

function runRecipe(
  walk: Walk,
  target: Text,
  outer: Scope,
  entry: Entry,
  when: Condition,
  needs: Needs,
  chain: readonly Place[],
): void {
  const { machine, targets } = walk;
  const { space, texts } = machine;
  const { rule } = entry;
  only(machine, space.and(when, rule.hasRecipe), () => {
    if (machine.live === space.false || rule.recipe.length === 0) return;
    walk.recipes += 1;
    const recipe = walk.recipes;
    const scope = automaticScope(machine, target, outer, entry, needs);
    const name = texts.constant(target) ?? render(target);
    const at = rule.targetPlaces.get(name) ?? rule.place;
    within(machine, scope, () => {
      const oneShell = isSpecial(machine, targets, '.ONESHELL', target);
      const ignored = isSpecial(machine, targets, '.IGNORE', target);
      const lines = rule.recipe.flatMap((line): readonly RecipeRun[] => {
        const here = space.and(machine.live, line.when);
        if (here === space.false) return [];
        const raw = recipeText(line.text);
        const place = line.place(spanToSource(raw, { start: 0, end: raw.text.length }));
        machine.at = place;
        const parts = only(machine, line.when, () => expandParts(machine, raw.text));
        const text = texts.concat(...parts.map((part) => part.text));
        return [
          {
            target: name,
            rule,
            when: here,
            text,
            parts,
            raw,
            place,
            placeOf: line.place,
            environment: NOTHING,
            chain: [...chain, at],
            recipe,
            oneShell,
            ignored,
            shell: texts.empty,
          },
        ];
      });
      if (lines.length === 0) return;
      const environment = environmentOf(machine, scope);
      const shell = expandVariable(machine, 'SHELL');
      // What is expanded for a later line may stop make before the first one runs.
      for (const line of lines) {
        const runs = stillRunning(machine, line.when);
        if (runs !== space.false) walk.lines.push({ ...line, when: runs, environment, shell });
      }
    });
  });
}

const NOTHING: ReadonlyMap<string, Binding> = new Map();

/** The environment of a recipe's shells: semantics 4.5. */
export function environmentOf(machine: Machine, scope: Scope): ReadonlyMap<string, Binding> {
  const { space, texts } = machine;
  const bindings = new Map<string, Binding>();
  const names = new Set<string>([...machine.environment.keys(), ...machine.commandLine.keys()]);
  for (let outer: Scope | undefined = scope; outer !== undefined; outer = outer.next)
    for (const name of outer.set.keys()) names.add(name);
  const nothing: Binding = { set: space.false, text: texts.empty, exported: space.false };
  for (const name of names) {
    const exported = isExported(machine, name, scope);
    if (exported === space.false) {
      bindings.set(name, nothing);
      continue;
    }
    const variable = lookup(machine, name, scope);
    const fromEnvironment = space.where(variable.origin, (origin) => origin === 'environment');
    // What the environment gave goes back as it came.
    const expanded = space.implies(machine.live, fromEnvironment)
      ? variable.text
      : only(machine, exported, () => within(machine, scope, () => expandVariable(machine, name)));
    bindings.set(name, { set: exported, text: texts.pick(fromEnvironment, variable.text, expanded), exported });
  }
  const level = texts.constant(lookup(machine, 'MAKELEVEL').text) ?? '0';
  bindings.set('MAKELEVEL', {
    set: space.true,
    text: texts.literal(String((Number.parseInt(level, 10) || 0) + 1)),
    exported: space.true,
  });
  return bindings;
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
