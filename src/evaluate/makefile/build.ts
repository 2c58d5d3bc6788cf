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
import { environmentOf, isBuildToggle } from '../../knowledge/environments.js';
import { type Build, type BuildArgument, type CommandStep, GOAL, type Note, onlyStage } from '../../model/build.js';
import type { Files } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import { type Condition, type Guarded, supportOf } from '../../value/diagram.js';
import { render, type Text, type Texts } from '../../value/text.js';
import { type SelfCall, selfCalls, withCalls } from './calls.js';
import type { Executed, RecipeRun } from './index.js';
import { attempt, evaluateMakefile, executeRun, type Given, type Makefile, runGoals } from './index.js';
import { overridable } from './overrides.js';
import { isNamed } from './targets.js';
import { makefileTraps } from './traps.js';

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
  readonly reads: Executed['reads'];
  readonly lost: Executed['lost'];
  readonly left: Executed['left'];
}

/** A makefile's recipes as the steps of a build that has one stage. */
export interface MakefileBuild {
  readonly build: Build;
  readonly makefile: Makefile;
  readonly variants: readonly RecipeVariant[];
}

/**
 * Diagram nodes that reading, one recipe, the walk to one goal, and all goals together may ask for. Where the last is spent,
 * each further goal still has a little, so that none is left out because of those before it.
 */
const READ_WORK = 1_000_000;
const RECIPE_WORK = 30_000;
const GOAL_WORK = 300_000;
const ALL_WORK = 400_000;
const LEFT_WORK = 300;

/** The makefile is read anew for so many calls with different variables, each for so much work. */
const SELF_CALLS = 8;
const CALL_WORK = 120_000;

/** More selectors than this that decide whether earlier recipes have failed are not carried along. */
const CARRIED = 6;

/** A pattern rule is executed for so many targets, and so much work; what it does for the others differs in their names. */
const PATTERN_TARGETS = 12;
const PATTERN_WORK = 30_000;

/** Goals that look at the product and ship nothing. */
const TEST_GOAL =
  /(?:^|[-_./])(?:tests?|check|checks|lint|vet|bench|benchmarks?|cover|coverage|fuzz|e2e|verify|fmt|format|clean|distclean|help|docs?|tools?|deps|mocks?|generate|ci)(?:$|[-_./])/;

/** Evaluates a makefile with all its targets. */
export function evaluateMakefileBuild(input: MakefileBuildInput): MakefileBuild {
  const { texts, file } = input;
  const { space } = texts;
  const begin = space.work;
  const makefile = space.limited(READ_WORK, () => read(input, input.environment, true));
  const cost = space.work - begin;
  const notes: Note[] = [];
  const first = texts.flatten(makefile.defaultGoal);
  const isNamed = first !== undefined && space.leaves(first).every(({ item }) => texts.constant(item) !== undefined);
  if (input.goals?.length === 0 && !isNamed)
    notes.push({
      place: makefile.machine.at,
      message: 'the default goal is not known in every environment; name a target',
    });
  const goals: readonly Guarded<Goal>[] =
    input.goals?.length === 0
      ? defaultGoals(makefile)
      : (input.goals?.map((name): Goal => ({ name, text: texts.literal(name) })) ?? goalsOf(makefile)).map((item) => ({
          when: space.true,
          item,
        }));
  // What was too much for a call the first time will be so the next time.
  const again = (commandLine: ReadonlyMap<string, Given>): Makefile | undefined =>
    cost > CALL_WORK ? undefined : read({ ...input, commandLine }, input.environment, true);
  const variants = walkAll(makefile, file, goals, notes, again);
  const build = toBuild(input, makefile, variants, notes);
  return { build, makefile, variants };
}

/** Reads the makefile; `open` tells whether callers may give it more than the environment that is known. */
function read(input: MakefileBuildInput, environment: MakefileBuildInput['environment'], open: boolean): Makefile {
  const { file, text, files, texts, commandLine } = input;
  // What is said of the environment is said of a run that gets nothing else.
  const isOpen = (name: string): boolean => open && !input.environment.has(name);
  const switchesOf = (written: string): readonly string[] => overridable(written).filter(isOpen);
  const overrides = new Set([...switchesOf(text), ...(input.overrides ?? [])].filter(isOpen));
  return evaluateMakefile({
    file,
    text,
    files,
    texts,
    environment,
    commandLine,
    open,
    overrides,
    switchesOf,
    goals: input.goals ?? [],
  });
}

/** A target to make, with the name that it has where nobody gives anything. */
interface Goal {
  readonly name: string;
  readonly text: Text;
}

/** Every target; the default goal comes first. */
function goalsOf({ targets, index, defaultGoal, machine }: Makefile): readonly Goal[] {
  const { texts } = machine;
  const first = texts.constant(defaultGoal);
  const names = new Set(first === undefined || first === '' ? [] : [first]);
  for (const { name } of targets) if (!/^\.(?!\/)/.test(name) && !name.includes('%')) names.add(name);
  const goals = [...names].map((name): Goal => ({ name, text: texts.literal(name) }));
  for (const { target } of index.loose) {
    if (isNamed(texts, target)) continue;
    let usual = target;
    for (const selector of target.holds) usual = usual.given(selector, undefined);
    const name = texts.constant(usual) ?? render(usual);
    if (name !== '' && !goals.some(({ text }) => text === target)) goals.push({ name, text: target });
  }
  return goals;
}

/** What `make` without arguments makes, where its name is known. */
function defaultGoals({ defaultGoal, machine: { space, texts } }: Makefile): readonly Guarded<Goal>[] {
  const flat = texts.flatten(defaultGoal);
  if (flat === undefined) return [];
  return space.leaves(flat).flatMap(({ when, item }) => {
    const name = texts.constant(item);
    return name === undefined || name === '' ? [] : [{ when, item: { name, text: item } }];
  });
}

interface OpenVariant {
  readonly target: string;
  readonly place: Place;
  readonly lines: readonly RecipeRun[];
  readonly executed: Executed;
  readonly goals: Guarded<string>[];
}

function walkAll(
  makefile: Makefile,
  file: string,
  goals: readonly Guarded<Goal>[],
  notes: Note[],
  again: (commandLine: ReadonlyMap<string, Given>) => Makefile | undefined,
): readonly RecipeVariant[] {
  const { space } = makefile.machine;
  const variants = new Map<string, OpenVariant>();
  const perPattern = new Map<unknown, PatternUse>();
  const calls: GoalCall[] = [];
  const unfinished: { readonly place: Place; readonly name: string }[] = [];
  const start = space.work;
  for (const { when, item: goal } of goals) {
    const place = makefile.targets.find(({ name }) => name === goal.name)?.place ?? makefile.machine.at;
    const work = Math.max(LEFT_WORK, Math.min(GOAL_WORK, ALL_WORK - (space.work - start)));
    const done = attempt(makefile, work, () =>
      walkGoal(makefile, file, goal, when, variants, perPattern, notes, calls),
    );
    if (!done) unfinished.push({ place, name: goal.name });
  }
  const [first, ...others] = unfinished;
  if (first !== undefined)
    notes.push({
      place: first.place,
      message: `what \`make ${first.name}\`${alsoNamed(others)} runs depends on too many things at once to be evaluated to its end`,
    });
  walkCalls(makefile, file, calls, again, variants, perPattern, notes);
  return [...variants.values()].map(({ target, place, goals: reached, executed }) => ({
    target,
    place,
    goals: reached,
    steps: executed.steps,
    succeeds: executed.succeeds,
    reads: executed.reads,
    lost: executed.lost,
    left: executed.left,
  }));
}

/** So many other goals are named in a note that is about several. */
const NAMED = 2;

function alsoNamed(others: readonly { readonly name: string }[]): string {
  const named = others.slice(0, NAMED).map(({ name }) => `, \`make ${name}\``);
  const left = others.length - named.length;
  return `${named.join('')}${left === 0 ? '' : ` and ${left} other ${left === 1 ? 'goal' : 'goals'}`}`;
}

/** A call of the makefile by a recipe that a goal leads to. */
interface GoalCall extends SelfCall {
  readonly goal: string;
  readonly when: Condition;
}

/** Walks what calls of the same makefile make: each of them reads it anew, for the goal whose recipe makes the call. */
function walkCalls(
  makefile: Makefile,
  file: string,
  calls: readonly GoalCall[],
  again: (commandLine: ReadonlyMap<string, Given>) => Makefile | undefined,
  variants: Map<string, OpenVariant>,
  perPattern: Map<unknown, PatternUse>,
  notes: Note[],
): void {
  const { space } = makefile.machine;
  if (calls.every(({ key }) => key === '')) return;
  const called = new Map<string, Makefile | undefined>([['', makefile]]);
  for (const { step, goal, goals, commandLine, key, when } of calls) {
    if (!called.has(key)) {
      const made = called.size <= SELF_CALLS ? space.attempt(CALL_WORK, () => again(commandLine)) : undefined;
      called.set(key, made?.value);
    }
    const child = called.get(key);
    const done =
      child !== undefined &&
      attempt(child, CALL_WORK, () => {
        const wanted = goals.length > 0 ? goals : [{ when: space.true, item: child.defaultGoal }];
        for (const inner of wanted) {
          const here = space.and(space.and(when, inner.when), child.feasible());
          walkGoal(
            child,
            file,
            { name: goal, text: inner.item },
            here,
            variants,
            perPattern,
            notes,
            undefined,
            step.place,
          );
        }
      });
    if (!done)
      notes.push({ place: step.place, message: 'what make does here is not evaluated: there is too much of it' });
  }
}

function walkGoal(
  makefile: Makefile,
  file: string,
  goal: Goal,
  when: Condition,
  variants: Map<string, OpenVariant>,
  perPattern: Map<unknown, PatternUse>,
  notes: Note[],
  calls: GoalCall[] | undefined,
  caller?: Place,
): void {
  const { space } = makefile.machine;
  const own = runGoals(makefile, [goal.text]);
  const lines = caller === undefined ? own : own.map((line) => ({ ...line, chain: [caller, ...line.chain] }));
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
      const before = space.work;
      const executed = withCalls(makefile, file, executeWithin(makefile, recipe));
      const pattern = perPattern.get(first.rule);
      if (pattern !== undefined) pattern.work += space.work - before;
      variant = { target: first.target, place: first.place, lines: recipe, executed, goals: [] };
      variants.set(key, variant);
      for (const { place, message } of executed.notes) notes.push({ place, message });
    }
    variant.goals.push({ when: alive, item: goal.name });
    // Only goals that are named for environments are compared with each other.
    if (calls !== undefined && (environmentOf(goal.name) !== undefined || isBuildToggle(goal.name)))
      for (const call of selfCalls(makefile, file, variant.executed.steps))
        calls.push({ ...call, goal: goal.name, when: space.and(alive, call.step.when) });
    const further = space.and(alive, variant.executed.succeeds);
    // Where many recipes may fail, to carry all of that along says nothing about any of them.
    if (supportOf(further).size <= CARRIED) alive = further;
    if (alive === space.false) return;
  }
}

/** Executes a recipe; one that costs too much does not stand in the way of the others. */
function executeWithin(makefile: Makefile, recipe: readonly RecipeRun[]): Executed {
  const { space, texts } = makefile.machine;
  let executed: Executed | undefined;
  const limit = space.work + RECIPE_WORK;
  attempt(makefile, RECIPE_WORK, () => {
    executed = executeRun(makefile, recipe);
  });
  if (executed !== undefined) return executed;
  // The limit around this one is not ours.
  if (space.work < limit) throw new RangeError('nothing more is evaluated');
  const [first] = recipe;
  const message = `what this recipe runs depends on too many things at once to be evaluated to its end`;
  return {
    steps: [],
    executions: [],
    reads: [],
    traps: [],
    lost: [],
    left: [],
    decisions: [],
    notes: first === undefined ? [] : [{ place: first.place, message }],
    output: texts.empty,
    succeeds: space.true,
  };
}

/** What a pattern rule has been executed for so far. */
interface PatternUse {
  readonly targets: Set<string>;
  work: number;
}

/** Whether a pattern rule has been executed for enough other targets. */
function isOneTooMany(line: RecipeRun, perPattern: Map<unknown, PatternUse>): boolean {
  const { rule, target } = line;
  const isPattern = rule.pattern !== undefined || !rule.targetPlaces.has(target);
  if (!isPattern) return false;
  const known = perPattern.get(rule) ?? { targets: new Set<string>(), work: 0 };
  perPattern.set(rule, known);
  if (known.targets.has(target)) return false;
  if (known.targets.size >= PATTERN_TARGETS || known.work > PATTERN_WORK) return true;
  known.targets.add(target);
  return false;
}

/** Equal keys are recipes that run the same in the same environment. */
function keyOf(lines: readonly RecipeRun[]): string {
  const [first] = lines;
  let key = `${first?.target}\0${first?.place.file}\0`;
  for (const { place, text, when, shell, oneShell } of lines)
    key += `${place.start}:${text.id}:${when.id}:${shell.id}:${oneShell.id},`;
  return first === undefined ? key : key + first.environmentKey();
}

function toBuild(
  input: MakefileBuildInput,
  makefile: Makefile,
  variants: readonly RecipeVariant[],
  notes: readonly Note[],
): Build {
  const { file, texts, text } = input;
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
  const decisions = machine.decisions.map(({ place, holds }) => ({ place, holds, instruction: whole }));
  // Behind the decisions, as it asks conditions again, which notes them once more.
  const traps = makefileTraps(makefile, variants, (environment) => read(input, environment, false));
  return {
    kind: 'makefile',
    file,
    texts,
    stages: [onlyStage(texts, whole)],
    target: 0,
    feasible: feasible === space.false ? space.true : feasible,
    steps,
    arguments: argumentsOf(makefile),
    reads: [],
    decisions,
    failures: [],
    notes: summarised([
      ...notes,
      ...machine.notes
        .filter(({ kind, when }) => kind === 'limit' && space.and(when, feasible) !== space.false)
        .map(({ place, message }) => ({ place, message })),
    ]),
    included: [...machine.included],
    origins: machine.origins,
    traps,
  };
}

/** Notes that say the same of many places of a file are one, at the first of them. */
function summarised(notes: readonly Note[]): readonly Note[] {
  const groups = new Map<string, Note[]>();
  for (const one of notes) {
    const key = `${one.place.file}\0${one.message}`;
    const known = groups.get(key) ?? [];
    groups.set(key, known);
    if (!known.some(({ place }) => place.start === one.place.start)) known.push(one);
  }
  return [...groups.values()].flatMap((group): readonly Note[] => {
    const [first] = [...group].sort((a, b) => a.place.start - b.place.start);
    const others = group.length - 1;
    if (first === undefined || others === 0) return group;
    return [
      {
        ...first,
        message: `${first.message} (so it is in ${others} other ${others === 1 ? 'place' : 'places'} of this file)`,
      },
    ];
  });
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
