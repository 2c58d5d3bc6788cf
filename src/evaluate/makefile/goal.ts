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
import { automaticScope, type Needs, suffixStem } from './automatics.js';
import { environmentKey, environmentOf } from './environment.js';
import { expandParts, expandVariable } from './expand.js';
import { exists } from './files.js';
import { makePlan, type Plan } from './plan.js';
import { recipeText } from './recipe.js';
import { type Machine, note, only, type Rule, type Scope, stillRunning, within } from './state.js';
import { type Entry, explicitRules, isSpecial, needsOf, type Targets } from './targets.js';
import { libraryNames, searchPath } from './vpath.js';

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
  /** Equal for recipes whose targets' own variables make the environment the same. */
  readonly environmentKey: () => string;
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
  /** Where files are what a terminal rule (`%::`) has found: they are not looked for any further. */
  readonly found: Map<number, Condition>;
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
    found: new Map(),
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
  const isOwn = walk.targets.byText.has(target) && !isOneOf(texts, target);
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
      walk.targets.byText.has(target) ||
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

function planOf(walk: Walk, target: Text, parent: Scope, chain: readonly Place[]): Plan {
  const { machine, targets, guessed } = walk;
  const searched = machine.space.not(walk.found.get(target.id) ?? machine.space.false);
  const make = (): Plan =>
    makePlan(machine, targets, target, parent, chain[chain.length - 1] ?? machine.at, searched, guessed);
  if (guessed.size > 0) return make();
  const key = `${target.id}:${parent.id}:${machine.live.id}:${searched.id}`;
  const known = sharedOf(walk).plans.get(key);
  if (known !== undefined) return known;
  const made = make();
  // Variables of patterns are assigned on the way.
  sharedOf(walk).plans.set(key, made);
  return made;
}

function make(walk: Walk, target: Text, parent: Scope, chain: readonly Place[]): void {
  const { machine } = walk;
  const { scope, parts, known } = planOf(walk, target, parent, chain);
  if (!known) {
    const name = machine.texts.constant(target);
    if (name !== undefined && exists(machine, name) === false && !/^\.|^-l/.test(name)) {
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
      const { needs, inOrder, complete } = neededBy(walk, part.entries);
      settle(walk, part.entries);
      for (const rule of guessed) walk.guessed.add(rule);
      visitAll(walk, [...inOrder, ...neededBeside(walk, part.recipes)], part.entries, scope, chain);
      for (const rule of guessed) walk.guessed.delete(rule);
      const found = foundNeeds(walk, needs, scope, chain);
      for (const { when, item } of part.recipes) runRecipe(walk, target, scope, item, when, found, complete, chain);
    });
  }
}

/** What a terminal rule has found is there: implicit rules are not looked for. */
function settle({ machine, found }: Walk, entries: readonly Entry[]): void {
  const { space } = machine;
  for (const entry of entries) {
    if (entry.stem === undefined || !entry.rule.doubleColon) continue;
    const { normal, orderOnly } = needsOf(machine, entry);
    for (const { when, item } of [...normal, ...orderOnly]) {
      const here = space.and(machine.live, space.and(entry.when, when));
      found.set(item.id, space.or(found.get(item.id) ?? space.false, here));
    }
  }
}

/** What a target's rules need together. */
interface Needed {
  readonly needs: Needs;
  /** All of it, in the order in which make gets to it. */
  readonly inOrder: readonly Guarded<Text>[];
  /** False where something is left out that would need itself. */
  readonly complete: boolean;
}

function neededBy({ machine, path }: Walk, entries: readonly Entry[]): Needed {
  const { space } = machine;
  interface Own {
    readonly isNormal: boolean;
    readonly need: Guarded<Text>;
  }
  let all: readonly Own[] = [];
  for (const entry of entries) {
    const { normal, orderOnly } = needsOf(machine, entry);
    const own = [...normal, ...orderOnly].map(
      ({ when, item }, i): Own => ({ isNormal: i < normal.length, need: { when: space.and(entry.when, when), item } }),
    );
    // Those of the rule with the recipe come first.
    all = entry.rule.hasRecipe === space.false ? [...all, ...own] : [...own, ...all];
  }
  // Make drops what would need itself.
  const kept = all.filter(({ need }) => !path.has(need.item.id));
  const of = (isNormal: boolean): readonly Guarded<Text>[] =>
    kept.filter((own) => own.isNormal === isNormal).map(({ need }) => need);
  return {
    needs: { normal: of(true), orderOnly: of(false) },
    inOrder: kept.map(({ need }) => need),
    complete: kept.length === all.length,
  };
}

/** What the rules of other targets need that a recipe makes too. */
function neededBeside({ machine, targets, path }: Walk, recipes: readonly Guarded<Entry>[]): readonly Guarded<Text>[] {
  const { space } = machine;
  return recipes.flatMap(({ when, item: { also = [] } }) =>
    also.flatMap((other) => {
      const where = space.and(machine.live, space.and(when, other.when));
      return explicitRules(machine, targets, other.item, where).flatMap((entry) => {
        const { normal, orderOnly } = needsOf(machine, entry);
        return [...normal, ...orderOnly]
          .filter(({ item }) => !path.has(item.id))
          .map((need) => ({ when: space.and(where, space.and(entry.when, need.when)), item: need.item }));
      });
    }),
  );
}

/** Makes prerequisites in order; of an intermediate file, first only what it needs, and itself behind all others. */
function visitAll(
  walk: Walk,
  needs: readonly Guarded<Text>[],
  entries: readonly Entry[],
  scope: Scope,
  chain: readonly Place[],
): void {
  const { machine } = walk;
  const { space } = machine;
  const entry = entries.find(({ rule }) => rule.targetPlaces.size > 0) ?? entries[0];
  const longer = entry === undefined ? chain : [...chain, entry.place ?? entry.rule.place];
  const late: Guarded<Text>[] = [];
  for (const { when, item } of needs) {
    const intermediate = space.and(when, whereIntermediate(walk, item, entries));
    if (intermediate !== space.false) {
      late.push({ when: intermediate, item });
      only(machine, intermediate, () => checkIntermediate(walk, item, scope, longer));
    }
    const direct = space.and(when, space.not(intermediate));
    only(machine, direct, () => visit(walk, item, scope, longer));
  }
  for (const { when, item } of late) only(machine, when, () => visit(walk, item, scope, longer));
}

function whereIntermediate(walk: Walk, need: Text, entries: readonly Entry[]): Condition {
  const { machine, targets } = walk;
  const { space, texts } = machine;
  let where: Condition = space.false;
  for (const { intermediate = [] } of entries)
    for (const { when, item } of intermediate) if (item === need) where = space.or(where, when);
  if (targets.named.get('.INTERMEDIATE')?.some(({ rule }) => rule.prerequisites.length > 0) === true)
    where = space.or(where, isSpecial(machine, targets, '.INTERMEDIATE', need));
  const name = texts.constant(need);
  const known = name === undefined ? space.true : targets.mentioned.get(name);
  if (known !== undefined && targets.named.has('.SECONDARY'))
    where = space.or(where, space.and(known, isSpecial(machine, targets, '.SECONDARY', need)));
  if (where === space.false) return where;
  where = space.and(where, space.not(isSpecial(machine, targets, '.PHONY', need)));
  // A file that is there and that needs nothing is none.
  if (name === undefined || exists(machine, name) !== true) return where;
  const { parts } = planOf(walk, need, machine.global, []);
  const needs = parts.some((part) => neededBy(walk, part.entries).inOrder.length > 0);
  return needs ? where : space.false;
}

/** Makes what an intermediate file needs (remake.c: check_dep). */
function checkIntermediate(walk: Walk, target: Text, parent: Scope, chain: readonly Place[]): void {
  const { machine, path } = walk;
  const { space } = machine;
  const here = space.and(machine.live, space.not(walk.made.get(target.id) ?? space.false));
  if (here === space.false || path.has(target.id) || path.size > DEPTH) return;
  // One that is there is newer than what lacks: that is reason enough.
  if (exists(machine, machine.texts.constant(target) ?? '..') === true) return;
  path.add(target.id);
  only(machine, here, () => {
    const { scope, parts } = planOf(walk, target, parent, chain);
    for (const part of parts)
      only(machine, part.when, () => {
        settle(walk, part.entries);
        for (const { when, item } of neededBy(walk, part.entries).inOrder) {
          const intermediate = space.and(when, whereIntermediate(walk, item, part.entries));
          only(machine, intermediate, () => checkIntermediate(walk, item, scope, chain));
          only(machine, space.and(when, space.not(intermediate)), () => visit(walk, item, scope, chain));
        }
      });
  });
  path.delete(target.id);
}

/** Prerequisites under the names that the search path finds them by, where nothing makes them. */
function foundNeeds(walk: Walk, needs: Needs, scope: Scope, chain: readonly Place[]): Needs {
  const find = (list: readonly Guarded<Text>[]): readonly Guarded<Text>[] =>
    list.map(({ when, item }) => ({ when, item: foundName(walk, item, scope, chain) }));
  return { normal: find(needs.normal), orderOnly: find(needs.orderOnly) };
}

function foundName(walk: Walk, need: Text, scope: Scope, chain: readonly Place[]): Text {
  const { machine, targets } = walk;
  const { space, texts } = machine;
  const name = texts.constant(need);
  if (name === undefined) {
    if (targets.folders.length === 0 || need.flat) return need;
    return texts.mapFlat(need, (flat) => (flat === need ? flat : foundName(walk, flat, scope, chain))) ?? need;
  }
  const isLibrary = name.startsWith('-l');
  if ((targets.folders.length === 0 && !isLibrary) || exists(machine, name) !== false) return need;
  const names = isLibrary ? libraryNames(machine, name) : [name];
  const found = names.flatMap((each): readonly Guarded<string>[] =>
    isLibrary && exists(machine, each) === true
      ? [{ when: space.true, item: each }]
      : searchPath(machine, targets, each),
  );
  if (found.length === 0) return need;
  let made: Condition = space.false;
  for (const part of planOf(walk, need, scope, chain).parts)
    for (const { when, item } of part.recipes)
      made = space.or(made, space.and(part.when, space.and(when, item.rule.hasRecipe)));
  let known: Text = need;
  for (const { when, item } of [...found].reverse()) known = texts.pick(when, texts.literal(item), known);
  return texts.pick(made, need, known);
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
    if (machine.live === machine.space.false) return;
    for (const other of entry.also ?? []) {
      const before = walk.made.get(other.item.id) ?? machine.space.false;
      walk.made.set(other.item.id, machine.space.or(before, machine.space.and(machine.live, other.when)));
    }
    if (rule.recipe.length === 0) return;
    walk.recipes += 1;
    const key = `${target.id}:${outer.id}:${machine.live.id}:${machine.space.objectId(rule)}`;
    let lines = complete ? sharedOf(walk).recipes.get(key) : undefined;
    if (lines === undefined) {
      const before = sharedOf(walk);
      lines = expandRecipe(walk, target, outer, entry, needs, chain);
      // A recipe that assigns something (`$(eval …)`) may be another one the next time.
      if (complete && before === sharedOf(walk)) before.recipes.set(key, lines);
    }
    const place = entry.place ?? rule.targetPlaces.get(machine.texts.constant(target) ?? '') ?? rule.place;
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
  const { rule, place: own } = entry;
  const scope = automaticScope(
    machine,
    target,
    outer,
    entry.stem ?? suffixStem(machine, targets.suffixes, target),
    needs,
  );
  const file = scope.set.get('@');
  if (entry.isDefault === true && file !== undefined) scope.set.set('<', file);
  const name = texts.constant(target) ?? render(target);
  return within(machine, scope, () => {
    const oneShell = isSpecial(machine, targets, '.ONESHELL', target);
    const ignored = isSpecial(machine, targets, '.IGNORE', target);
    const lines = rule.recipe.flatMap((line): readonly RecipeRun[] => {
      const here = space.and(machine.live, line.when);
      if (here === space.false) return [];
      const raw = recipeText(line.text);
      const placeOf = own === undefined ? line.place : (): Place => own;
      const place = placeOf(spanToSource(raw, { start: 0, end: raw.text.length }));
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
          placeOf,
          environment: NOTHING,
          environmentKey: () => '',
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
    const key = environmentKey(machine, scope, environment);
    const shell = expandVariable(machine, 'SHELL');
    return lines.map((line) => ({ ...line, environment, environmentKey: key, shell }));
  });
}

const NOTHING: ReadonlyMap<string, Binding> = new Map();
