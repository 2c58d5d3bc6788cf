/*
 * A makefile as a build: what its recipes run, in every environment and for every goal.
 *
 * Each target is an entry point, and a goal is a selector like any other: `make testing` and `make production` may give one
 * recipe two texts. But most recipes say the same whichever goal leads to them, so each recipe is executed once for each
 * *text* that it has (a *variant*), not once for each goal. Where a recipe has one variant, its steps do not mention the
 * goal; where it has several, they stand in for each other under conditions on the selector `goal`.
 *
 * Goals that run tests make nothing that ships, so `test: FLAGS += -race` is no difference of the product.
 */
import { isBuildToggle, isEnvironmentSelector } from '../../knowledge/environments.js';
import { type Build, type BuildArgument, type CommandStep, GOAL, type Note } from '../../model/build.js';
import type { Files } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Texts } from '../../value/text.js';
import type { Executed, RecipeRun } from './index.js';
import { attempt, evaluateMakefile, executeRun, type Given, type Makefile, runGoals } from './index.js';

/** What a makefile is evaluated with, as an entry point. */
export interface MakefileBuildInput {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
  readonly texts: Texts;
  /** Variables of the environment whose values are known. */
  readonly environment: ReadonlyMap<string, Given>;
  readonly commandLine: ReadonlyMap<string, Given>;
  /** The goals to make, none for the default goal; undefined for every target, each by itself. */
  readonly goals: readonly string[] | undefined;
  /** Names that callers are known to set on the command line, besides those that say an environment. */
  readonly overrides?: ReadonlySet<string>;
}

/** A recipe with one of its texts, and the goals under which it has it. */
export interface RecipeVariant {
  readonly target: string;
  readonly place: Place;
  /** The goals, each with the condition under which make gets to the recipe. */
  readonly goals: readonly Guarded<string>[];
  /** Steps under the conditions of the recipe alone. */
  readonly steps: readonly (CommandStep & { readonly run: RecipeRun })[];
  /** Where make goes on behind the recipe. */
  readonly succeeds: Condition;
}

/** A makefile's recipes as the steps of a build that has one stage. */
export interface MakefileBuild {
  readonly build: Build;
  readonly makefile: Makefile;
  readonly variants: readonly RecipeVariant[];
}

/** Diagram nodes that reading, one goal, and all goals together may ask for. */
const READ_WORK = 600_000;
const GOAL_WORK = 200_000;
const ALL_WORK = 2_000_000;

/** A pattern rule is executed for so many targets; what it does for the others differs in their names. */
const PATTERN_TARGETS = 12;

/** Goals that look at the product and ship nothing. */
const TEST_GOAL =
  /(?:^|[-_./])(?:tests?|check|checks|lint|vet|bench|benchmarks?|cover|coverage|fuzz|e2e|verify|fmt|format|clean|distclean|help|docs?|tools?|deps|mocks?|generate|ci)(?:$|[-_./])/;

/** Evaluates a makefile with all its targets. */
export function evaluateMakefileBuild(input: MakefileBuildInput): MakefileBuild {
  const { texts, file } = input;
  const { space } = texts;
  const outer = space.workLimit;
  space.workLimit = Math.min(outer, space.work + READ_WORK);
  const makefile = evaluateMakefile({
    file,
    text: input.text,
    files: input.files,
    texts,
    environment: input.environment,
    commandLine: input.commandLine,
    open: true,
    // What is said of the environment is said of a run that gets nothing else.
    overrides: new Set(
      [...overridable(input.text), ...(input.overrides ?? [])].filter((name) => !input.environment.has(name)),
    ),
    goals: input.goals ?? [],
  });
  space.workLimit = outer;
  const notes: Note[] = [];
  const first = texts.flatten(makefile.defaultGoal);
  const isNamed = first !== undefined && space.leaves(first).every(({ item }) => texts.constant(item) !== undefined);
  if (input.goals?.length === 0 && !isNamed)
    notes.push({ place: makefile.machine.at, message: 'the default goal is not known in every environment; name a target' });
  const goals: readonly Guarded<string>[] =
    input.goals?.length === 0
      ? defaultGoals(makefile)
      : (input.goals ?? goalsOf(makefile)).map((item) => ({ when: space.true, item }));
  const variants = walkAll(makefile, goals, notes);
  const build = toBuild(input, makefile, variants, notes);
  return { build, makefile, variants };
}

/** Variables that a caller may be expected to give on the command line, which wins over `=`. */
function overridable(text: string): readonly string[] {
  const names = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*(?::{0,3}|\+|\?)=/gm)].map(
    ([, name = '']) => name,
  );
  return names.filter((name) => isEnvironmentSelector(name) || isBuildToggle(name));
}

/** Every target by its name; the default goal comes first. */
function goalsOf({ targets, defaultGoal, machine }: Makefile): readonly string[] {
  const first = machine.texts.constant(defaultGoal);
  const names = new Set(first === undefined || first === '' ? [] : [first]);
  for (const { name } of targets) if (!/^\.(?!\/)/.test(name) && !name.includes('%')) names.add(name);
  return [...names];
}

/** What `make` without arguments makes, where its name is known. */
function defaultGoals({ defaultGoal, machine: { space, texts } }: Makefile): readonly Guarded<string>[] {
  const flat = texts.flatten(defaultGoal);
  if (flat === undefined) return [];
  return space.leaves(flat).flatMap(({ when, item }) => {
    const name = texts.constant(item);
    return name === undefined || name === '' ? [] : [{ when, item: name }];
  });
}

interface OpenVariant {
  readonly target: string;
  readonly place: Place;
  readonly lines: readonly RecipeRun[];
  readonly executed: Executed;
  readonly goals: Guarded<string>[];
}

function walkAll(makefile: Makefile, goals: readonly Guarded<string>[], notes: Note[]): readonly RecipeVariant[] {
  const { space } = makefile.machine;
  const variants = new Map<string, OpenVariant>();
  const perPattern = new Map<unknown, Set<string>>();
  const start = space.work;
  for (const { when, item: goal } of goals) {
    const place = makefile.targets.find(({ name }) => name === goal)?.place ?? makefile.machine.at;
    const done =
      space.work - start < ALL_WORK &&
      attempt(makefile, GOAL_WORK, () => walkGoal(makefile, goal, when, variants, perPattern, notes));
    if (!done)
      notes.push({
        place,
        message: `what \`make ${goal}\` runs depends on too many things at once to be evaluated to its end`,
      });
  }
  return [...variants.values()].map(({ target, place, goals: reached, executed }) => ({
    target,
    place,
    goals: reached,
    steps: executed.steps,
    succeeds: executed.succeeds,
  }));
}

function walkGoal(
  makefile: Makefile,
  goal: string,
  when: Condition,
  variants: Map<string, OpenVariant>,
  perPattern: Map<unknown, Set<string>>,
  notes: Note[],
): void {
  const { space } = makefile.machine;
  const lines = runGoals(makefile, [goal]);
  let alive = when;
  for (let at = 0; at < lines.length; ) {
    const first = lines[at];
    if (first === undefined) break;
    let end = at + 1;
    while (lines[end]?.recipe === first.recipe) end += 1;
    const recipe = lines.slice(at, end);
    at = end;
    if (isOneTooMany(first, perPattern)) continue;
    const key = keyOf(recipe);
    let variant = variants.get(key);
    if (variant === undefined) {
      const executed = executeRun(makefile, recipe);
      variant = { target: first.target, place: first.place, lines: recipe, executed, goals: [] };
      variants.set(key, variant);
      for (const { place, message } of executed.notes) notes.push({ place, message });
    }
    variant.goals.push({ when: alive, item: goal });
    alive = space.and(alive, variant.executed.succeeds);
    if (alive === space.false) return;
  }
}

/** Whether a pattern rule has been executed for enough other targets. */
function isOneTooMany(line: RecipeRun, perPattern: Map<unknown, Set<string>>): boolean {
  const { rule, target } = line;
  const isPattern = rule.pattern !== undefined || !rule.targetPlaces.has(target);
  if (!isPattern) return false;
  const known = perPattern.get(rule) ?? new Set<string>();
  perPattern.set(rule, known);
  if (known.has(target)) return false;
  if (known.size >= PATTERN_TARGETS) return true;
  known.add(target);
  return false;
}

/** Equal keys are recipes that run the same in the same environment. */
function keyOf(lines: readonly RecipeRun[]): string {
  const [first] = lines;
  let key = `${first?.target}\0${first?.place.file}\0`;
  for (const { place, text, when, shell, oneShell } of lines)
    key += `${place.start}:${text.id}:${when.id}:${shell.id}:${oneShell.id},`;
  for (const [name, { set, text }] of first?.environment ?? [])
    if (set.kind === 'choice' || set.value) key += `${name}=${set.id}:${text.id};`;
  return key;
}

function toBuild(
  { file, texts, text }: MakefileBuildInput,
  makefile: Makefile,
  variants: readonly RecipeVariant[],
  notes: readonly Note[],
): Build {
  const { space } = texts;
  const whole: Place = { file, start: 0, end: text.length };
  const { machine } = makefile;
  const testing = new Set(
    variants.flatMap(({ goals, steps }) =>
      steps.some(({ call }) => call?.role === 'test')
        ? goals.filter(({ item }) => item !== 'all').map(({ item }) => item)
        : [],
    ),
  );
  const defaultGoal = texts.constant(makefile.defaultGoal);
  const isProduct = (goal: string): boolean => goal === defaultGoal || (!TEST_GOAL.test(goal) && !testing.has(goal));
  const byRecipe = new Map<string, RecipeVariant[]>();
  for (const variant of variants) {
    const key = `${variant.place.file}:${variant.place.start}:${variant.target}`;
    const known = byRecipe.get(key);
    if (known === undefined) byRecipe.set(key, [variant]);
    else known.push(variant);
  }
  const selector = space.input(GOAL);
  const steps: CommandStep[] = [];
  for (const same of byRecipe.values()) {
    // What only tests make in one way is not what ships.
    const shipped = same.filter(({ goals }) => goals.some(({ item }) => isProduct(item)));
    const several = shipped.length > 1;
    for (const variant of same) {
      const ships = shipped.includes(variant);
      let reached: Condition = space.false;
      for (const { when, item } of variant.goals) {
        if (ships && !isProduct(item)) continue;
        reached = space.or(reached, several && ships ? space.and(when, space.is(selector, item)) : when);
      }
      for (const step of variant.steps) {
        const when = space.and(step.when, reached);
        if (when === space.false) continue;
        const { run, ...own } = step;
        steps.push({ ...own, when, runs: when, ships: ships ? when : space.false, instruction: run.place });
      }
    }
  }
  const feasible = makefile.feasible();
  return {
    kind: 'makefile',
    file,
    texts,
    stages: [
      {
        index: 0,
        name: undefined,
        place: whole,
        base: texts.empty,
        parents: [],
        reached: space.true,
        knownBase: true,
      },
    ],
    target: 0,
    feasible: feasible === space.false ? space.true : feasible,
    steps,
    arguments: argumentsOf(makefile),
    reads: [],
    traps: [],
    decisions: machine.decisions.map(({ place, holds }) => ({ place, holds, instruction: whole })),
    failures: [],
    notes: [
      ...notes,
      ...machine.notes
        .filter(({ kind, when }) => kind === 'limit' && space.and(when, feasible) !== space.false)
        .map(({ place, message }) => ({ place, message })),
    ],
    included: [...machine.included],
    origins: machine.origins,
  };
}

/** The inputs that the makefile has a default for. */
function argumentsOf({ machine, inputs }: Makefile): readonly BuildArgument[] {
  return [...inputs].flatMap((name): readonly BuildArgument[] => {
    const [place] = machine.global.set.get(name)?.places ?? [];
    return place === undefined
      ? []
      : [{ name, place, stage: 0, fallback: undefined, overwritten: undefined, hides: undefined }];
  });
}
