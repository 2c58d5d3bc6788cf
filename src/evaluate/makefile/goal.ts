/*
 * Make's second phase: a goal's prerequisites are walked depth first, each target is made once in a run (where two targets
 * need it, by the first that comes), and the recipe of a target is expanded with the variables of the target, of the
 * targets that need it, and make's own automatic ones.
 */
import { type MappedText, spanToSource } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import { render, type Text, type Texts } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import type { Part } from '../shell/paste.js';
import { automaticScope, type Needs } from './automatics.js';
import { environmentOf } from './environment.js';
import { expandParts, expandVariable } from './expand.js';
import { exists } from './files.js';
import { recipeText } from './recipe.js';
import { type Machine, newScope, note, only, type Rule, type Scope, stillRunning, within } from './state.js';
import { type Entry, explicitRules, fillText, implicitRules, sameTarget, stemText, type Targets } from './targets.js';

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
  /** Pattern rules on the way here that were taken without knowing that their prerequisites can be made. */
  readonly guessed: Set<Rule>;
}

/** More targets than this below each other are not followed. */
const DEPTH = 150;

/** Walks goals in order, as `make a b` does. */
export function walkGoals(machine: Machine, targets: Targets, goals: readonly Guarded<Text>[]): readonly RecipeRun[] {
  const walk: Walk = {
    machine,
    targets,
    lines: [],
    made: new Map(),
    recipes: 0,
    depth: 0,
    path: new Set(),
    guessed: new Set(),
  };
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
  // `$(NAME): …` with a NAME that callers give: the target is what the rule says, whatever it is called.
  const isOwn = walk.targets.loose.some(({ target: other }) => other === target) && !isOneOf(texts, target);
  if (!target.flat && !isOwn) {
    const flat = texts.flatten(target);
    if (flat === undefined)
      note(machine, 'limit', `the target ${render(target)} differs in too many ways; it is not followed`);
    else for (const { when, item } of space.leaves(flat)) only(machine, when, () => visit(walk, item, parent, chain));
    return;
  }
  if (isOwn) {
    visitOnce(walk, target, parent, chain);
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

/** Whether a target is one of some names that are known. */
function isOneOf(texts: Texts, target: Text): boolean {
  const flat = texts.flatten(target);
  return flat !== undefined && texts.space.leaves(flat).every(({ item }) => texts.constant(item) !== undefined);
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

/** What make does for a target, one part after the other: double-colon rules each for itself, then all others together. */
interface Plan {
  readonly scope: Scope;
  readonly parts: readonly PlanPart[];
  /** Whether a rule or a file is known for it. */
  readonly known: boolean;
}

interface PlanPart {
  readonly when: Condition;
  readonly entries: readonly Entry[];
  readonly recipes: readonly Guarded<Entry>[];
}

/**
 * What several goals of one makefile have in common. As long as no variable changes, a target that is needed with the same
 * variables around it is made the same way, whichever goal asks for it.
 */
interface Shared {
  version: number;
  readonly plans: Map<string, Plan>;
  readonly recipes: Map<string, readonly RecipeRun[]>;
}

const sharedBy = new WeakMap<Targets, Shared>();

function sharedOf({ machine, targets }: Walk): Shared {
  const known = sharedBy.get(targets);
  if (known?.version === machine.version) return known;
  const made: Shared = { version: machine.version, plans: new Map(), recipes: new Map() };
  sharedBy.set(targets, made);
  return made;
}

function planOf(walk: Walk, target: Text, parent: Scope): Plan {
  const { machine } = walk;
  if (walk.guessed.size > 0) return makePlan(walk, target, parent);
  const key = `${target.id}:${parent.id}:${machine.live.id}`;
  const known = sharedOf(walk).plans.get(key);
  if (known !== undefined) return known;
  const made = makePlan(walk, target, parent);
  // Variables of patterns are assigned on the way.
  sharedOf(walk).plans.set(key, made);
  return made;
}

function makePlan(walk: Walk, target: Text, parent: Scope): Plan {
  const { machine, targets } = walk;
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
  const implicit = rest === space.false ? [] : implicitRules(machine, targets, target, rest, walk.guessed);
  const fallback =
    implicit.length > 0 || rest === space.false ? [] : explicitRules(machine, targets, texts.literal('.DEFAULT'), rest);
  const others = [...implicit, ...fallback].map((item) => ({ when: space.and(rest, item.when), item }));
  if (single.length + others.length > 0)
    parts.push({ when: space.true, entries: [...implicit, ...single], recipes: [...chosen, ...others] });
  return { scope, parts, known: parts.length > 0 };
}

function make(walk: Walk, target: Text, parent: Scope, chain: readonly Place[]): void {
  const { machine } = walk;
  const { scope, parts, known } = planOf(walk, target, parent);
  if (!known) {
    const name = machine.texts.constant(target);
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
  for (const part of parts) {
    const guessed = part.entries.filter((entry) => entry.guessed === true).map(({ rule }) => rule);
    only(machine, part.when, () => {
      const { needs, complete } = neededBy(walk, part.entries);
      for (const rule of guessed) walk.guessed.add(rule);
      visitAll(
        walk,
        needs,
        scope,
        chain,
        part.entries.find(({ rule }) => rule.targetPlaces.size > 0) ?? part.entries[0],
      );
      for (const rule of guessed) walk.guessed.delete(rule);
      for (const { when, item } of part.recipes) runRecipe(walk, target, scope, item, when, needs, complete, chain);
    });
  }
}

function neededBy(
  { machine, path }: Walk,
  entries: readonly Entry[],
): { readonly needs: Needs; readonly complete: boolean } {
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
  const needs: Needs = { normal: acyclic(normal), orderOnly: acyclic(orderOnly) };
  const complete = needs.normal.length === normal.length && needs.orderOnly.length === orderOnly.length;
  return { needs, complete };
}

function visitAll(
  walk: Walk,
  { normal, orderOnly }: Needs,
  scope: Scope,
  chain: readonly Place[],
  entry: Entry | undefined,
): void {
  const { machine } = walk;
  const longer = entry === undefined ? chain : [...chain, entry.rule.place];
  for (const list of [normal, orderOnly])
    for (const { when, item } of list) only(machine, when, () => visit(walk, item, scope, longer));
}

/** Where a special target has this one as a prerequisite; without prerequisites, it means all. */
function isSpecial(machine: Machine, targets: Targets, special: string, target: Text): Condition {
  const { space, texts } = machine;
  const rules = targets.named.get(special);
  if (rules === undefined) return space.false;
  let list = targets.special.get(special);
  if (list === undefined) {
    list = { all: space.false, named: new Map(), loose: [] };
    for (const { rule, when } of rules) {
      if (rule.prerequisites.length === 0) list.all = space.or(list.all, when);
      for (const word of rule.prerequisites) {
        const here = space.and(when, word.when);
        const { text } = word.item;
        if (texts.constant(text) === undefined) list.loose.push({ when: here, item: text });
        else list.named.set(text.id, space.or(list.named.get(text.id) ?? space.false, here));
      }
    }
    targets.special.set(special, list);
  }
  let holds = space.or(list.all, list.named.get(target.id) ?? space.false);
  for (const { when, item } of list.loose)
    if (holds !== space.true) holds = space.or(holds, space.and(when, sameTarget(machine, item, target)));
  if (texts.constant(target) !== undefined) return holds;
  for (const { rule, when } of rules)
    for (const word of rule.prerequisites)
      if (holds !== space.true && texts.constant(word.item.text) !== undefined)
        holds = space.or(holds, space.and(space.and(when, word.when), sameTarget(machine, word.item.text, target)));
  return holds;
}

// ------------------------------------------------------------------------------------------------ variables

/** The variables of a target: its own, those of matching patterns, those of the target that needs it, the global ones. */
function targetScope(machine: Machine, target: Text, parent: Scope): Scope {
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

// ------------------------------------------------------------------------------------------------ recipes

function runRecipe(
  walk: Walk,
  target: Text,
  outer: Scope,
  entry: Entry,
  when: Condition,
  needs: Needs,
  complete: boolean,
  chain: readonly Place[],
): void {
  const { machine } = walk;
  const { rule } = entry;
  only(machine, machine.space.and(when, rule.hasRecipe), () => {
    if (machine.live === machine.space.false || rule.recipe.length === 0) return;
    walk.recipes += 1;
    const key = `${target.id}:${outer.id}:${machine.live.id}:${machine.space.objectId(rule)}`;
    let lines = complete ? sharedOf(walk).recipes.get(key) : undefined;
    if (lines === undefined) {
      const before = sharedOf(walk);
      lines = expandRecipe(walk, target, outer, entry, needs, chain);
      // A recipe that assigns something (`$(eval …)`) may be another one the next time.
      if (complete && before === sharedOf(walk)) before.recipes.set(key, lines);
    }
    const place = rule.targetPlaces.get(machine.texts.constant(target) ?? '') ?? rule.place;
    const longer = [...chain, place];
    for (const line of lines) {
      const runs = stillRunning(machine, line.when);
      if (runs !== machine.space.false) walk.lines.push({ ...line, when: runs, chain: longer, recipe: walk.recipes });
    }
  });
}

/** The lines of a recipe as make gives them to shells. What is expanded for a later line may stop make before the first one runs. */
function expandRecipe(
  walk: Walk,
  target: Text,
  outer: Scope,
  entry: Entry,
  needs: Needs,
  chain: readonly Place[],
): readonly RecipeRun[] {
  const { machine, targets } = walk;
  const { space, texts } = machine;
  const { rule } = entry;
  const scope = automaticScope(machine, target, outer, entry.stem, needs);
  const name = texts.constant(target) ?? render(target);
  return within(machine, scope, () => {
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
          chain,
          recipe: walk.recipes,
          oneShell,
          ignored,
          shell: texts.empty,
        },
      ];
    });
    if (lines.length === 0) return lines;
    const environment = environmentOf(machine, scope);
    const shell = expandVariable(machine, 'SHELL');
    return lines.map((line) => ({ ...line, environment, shell }));
  });
}

const NOTHING: ReadonlyMap<string, Binding> = new Map();
