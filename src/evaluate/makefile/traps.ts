/*
 * What a makefile says and make does not do (semantics 4.2 to 4.7).
 *
 * Traps are looked for when all is read and walked, by asking the same question twice: once as make does and once as the
 * text suggests. Only where the two answers differ is anything said, so that a trap without an effect is none.
 */
import { environmentOf } from '../../knowledge/environments.js';
import { implicitReads } from '../../knowledge/tools.js';
import type { CommandStep, ShellTrap } from '../../model/build.js';
import { normalizePath } from '../../text/files.js';
import { type Condition, supportOf } from '../../value/diagram.js';
import { render, type Text, type Texts } from '../../value/text.js';
import type { RecipeVariant } from './build.js';
import { makeCallOf } from './call.js';
import type { LostVariable } from './execute.js';
import { expandVariable } from './expand.js';
import { attempt, type Given, type Makefile } from './index.js';
import { whereTestHolds } from './read.js';
import {
  type Machine,
  type MakeDecision,
  newScope,
  note,
  type Origin,
  only,
  type Scope,
  tracked,
  within,
} from './state.js';

/** Diagram nodes that looking for traps may ask for. */
const TRAP_WORK = 100_000;

/** Reads the makefile once more, in an environment that is known. */
type Reread = (environment: ReadonlyMap<string, Given>) => Makefile;

/** The traps of a makefile, with the steps of its recipes. */
export function makefileTraps(
  makefile: Makefile,
  variants: readonly RecipeVariant[],
  read: Reread,
): readonly ShellTrap[] {
  const traps: ShellTrap[] = [];
  let done = true;
  for (const find of [unseenValues, lostVariables, lostFolders, sharedPrerequisites, trailingBlanks, losingEnvironment])
    done =
      attempt(makefile, TRAP_WORK, () => {
        traps.push(...find(makefile, variants, read));
      }) && done;
  if (!done)
    note(makefile.machine, 'limit', 'the conditions of this makefile are too many to look for all traps in them');
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
      const name = names.find((read) => valueUnasked(machine, scope, read) !== undefined);
      if (name === undefined) continue;
      const seen = within(machine, scope, () => whereTestHolds(machine, test));
      // A condition that only gives a default (`ifndef ENV`) would have its way at the end.
      const atEnd = whereTestHolds(machine, test);
      const wrong = space.and(when, space.and(differ(machine, seen, holds), differ(machine, seen, atEnd)));
      if (!isWrongUnasked(machine, wrong, name)) continue;
      const text = `${target}: ${name} = ${valueUnasked(machine, scope, name) ?? ''}`;
      return [{ ...OF_MAKE, kind: kindOf(decision), place, when, wrong, text }];
    }
    return [];
  });
}

function kindOf({ test }: MakeDecision): string {
  return test?.kind === 'defined' ? 'make-unseen-definition' : 'make-unseen-value';
}

/** Whether something is wrong also for those who give no name a value. */
function holdsUnasked({ space }: Machine, wrong: Condition): boolean {
  let left = wrong;
  for (const selector of supportOf(wrong)) left = space.given(left, selector, undefined);
  return left !== space.false;
}

/** The value that a target gives a name where no caller does; undefined where it is not known without the target (`$*`). */
function valueUnasked(machine: Machine, scope: Scope, name: string): string | undefined {
  const { texts, space } = machine;
  const variable = scope.set.get(name);
  if (variable === undefined) return undefined;
  const written = texts.constant(texts.restrict(variable.text, space.input(name), undefined));
  if (written?.includes('$') !== true) return written;
  // `$(NAME)-debug`: what it is for everybody, without the automatic variables of a target.
  const { result, reads } = tracked(machine, () => within(machine, scope, () => expandVariable(machine, name)));
  return [...reads].some((read) => /^[@<^+*?|%][DF]?$/.test(read)) ? undefined : texts.constant(result);
}

/** Whether something is wrong also for those who give the name no value; who gives one knows what make does with it. */
function isWrongUnasked({ space }: Machine, wrong: Condition, name: string): boolean {
  return space.given(wrong, space.input(name), undefined) !== space.false;
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

// ------------------------------------------------------------------------------------------------ blanks

/** Comparisons with a variable whose value ends in blanks (`MODE = testing   # or production`), which make keeps. */
function trailingBlanks({ machine }: Makefile): readonly ShellTrap[] {
  const { space } = machine;
  return machine.decisions.flatMap((decision): readonly ShellTrap[] => {
    const { test, names, sides = [], place, when, holds } = decision;
    if (test?.kind !== 'equal') return [];
    const name = names.find(
      (read) =>
        sides.some((side) => side === `$(${read})` || side === `\${${read}}`) &&
        /[^ \t][ \t]+$/.test(valueUnasked(machine, machine.global, read) ?? ''),
    );
    if (name === undefined) return [];
    const stripped = whereTestHolds(machine, {
      ...test,
      left: { ...test.left, text: `$(strip ${test.left.text})` },
      right: { ...test.right, text: `$(strip ${test.right.text})` },
    });
    const wrong = space.and(when, differ(machine, stripped, holds));
    if (!isWrongUnasked(machine, wrong, name)) return [];
    const text = `${name} = "${valueUnasked(machine, machine.global, name) ?? ''}"`;
    return [{ ...OF_MAKE, kind: 'make-trailing-blank', place, when, wrong, text }];
  });
}

// ------------------------------------------------------------------------------------------------ lines of recipes

/** Variables of a line, which is a shell of its own, that a later line of the recipe relies on. */
function lostVariables({ machine }: Makefile, variants: readonly RecipeVariant[]): readonly ShellTrap[] {
  const { space, texts } = machine;
  const traps = new Map<string, ShellTrap>();
  for (const variant of variants) {
    for (const lost of variant.lost) {
      const { name, value, place, when } = lost;
      const wrong = space.and(when, whereRead(machine, variant, lost));
      if (!isWrongUnasked(machine, wrong, name)) continue;
      const key = `${place.file}:${place.start}:${name}`;
      const before = traps.get(key)?.wrong ?? space.false;
      const text = `${name}=${texts.constant(value) ?? '…'}`;
      traps.set(key, { ...OF_MAKE, kind: 'make-lost-variable', place, when, wrong: space.or(before, wrong), text });
    }
  }
  return [...traps.values()];
}

/** What tools look for where they are run, by the name of the program. */
const MANIFESTS: Readonly<Record<string, string>> = {
  npm: 'package.json',
  pnpm: 'package.json',
  yarn: 'package.json',
  go: 'go.mod',
  cargo: 'Cargo.toml',
  mvn: 'pom.xml',
  docker: 'Dockerfile',
  podman: 'Dockerfile',
  make: 'Makefile',
};

/** `cd` on a line of its own, where the project has what a later line works on in that folder, and not where it is run. */
function lostFolders({ machine }: Makefile, variants: readonly RecipeVariant[]): readonly ShellTrap[] {
  const { space, texts } = machine;
  const traps = new Map<string, ShellTrap>();
  for (const { left, steps } of variants) {
    for (const { run, folder, place, when } of left) {
      const later = steps.filter((step) => step.run.place.start > run.place.end && step.place.file === place.file);
      const flat = texts.flatten(folder);
      let wrong: Condition = space.false;
      for (const leaf of flat === undefined ? [] : space.leaves(flat)) {
        const meant = texts.constant(leaf.item);
        if (meant === undefined) continue;
        for (const step of later)
          if (worksIn(machine, step, meant)) wrong = space.or(wrong, space.and(space.and(when, leaf.when), step.when));
      }
      if (wrong === space.false || !holdsUnasked(machine, wrong)) continue;
      const key = `${place.file}:${place.start}`;
      const before = traps.get(key)?.wrong ?? space.false;
      const text = run.raw.text.trim().replace(/^[@+\- \t]+/, '');
      traps.set(key, { ...OF_MAKE, kind: 'make-lost-folder', place, when, wrong: space.or(before, wrong), text });
    }
  }
  return [...traps.values()];
}

/** Whether a command names something, or looks for something, that is in this folder and not where it is run. */
function worksIn({ texts, files }: Machine, { words, cwd }: CommandStep, meant: string): boolean {
  const here = texts.constant(cwd);
  if (here === undefined || here === meant) return false;
  const has = (folder: string, name: string): boolean => {
    const path = normalizePath(`${folder}/${name}`);
    return path !== undefined && (files.read(path) !== undefined || files.list(path) !== undefined);
  };
  const named = words.slice(1).flatMap(({ item }) => texts.constant(item.text) ?? []);
  const manifest = MANIFESTS[texts.constant(words[0]?.item.text ?? texts.empty) ?? ''];
  const looked = [
    ...named.filter((word) => /^[\w.][\w./-]*$/.test(word)),
    ...(manifest === undefined ? [] : [manifest]),
  ];
  return looked.some((name) => has(meant, name) && !has(here, name));
}

/** Where a later line of the recipe reads the name and gets something else. */
function whereRead(machine: Machine, { steps, reads }: RecipeVariant, { run, name, value }: LostVariable): Condition {
  const { space, texts } = machine;
  let where: Condition = space.false;
  const add = (when: Condition, set: Condition, text: Text): void => {
    const same = space.and(set, texts.equal(text, value) ?? space.false);
    where = space.or(where, space.and(when, space.not(same)));
  };
  for (const read of reads)
    if (read.name === name && !read.local && read.place.file === run.place.file && read.place.start > run.place.end)
      add(read.when, read.set, read.text);
  for (const later of steps) {
    if (later.run.place.start <= run.place.end || !readsByItself(texts, later, name)) continue;
    const inherited = later.run.environment.get(name);
    const own = later.environment.get(name);
    // `NAME=value command` gives it a value of its own.
    if (own !== undefined && own.text !== inherited?.text && texts.constant(own.text) !== undefined) continue;
    add(later.when, own === undefined ? space.false : space.and(own.set, own.exported), own?.text ?? texts.empty);
  }
  return where;
}

/** Whether a command takes a variable out of its environment without `$`. */
function readsByItself(texts: Texts, { call, words }: CommandStep, name: string): boolean {
  if (call !== undefined && implicitReads(call.toolchain, call.role, call.subcommand).includes(name)) return true;
  const written = words.map(({ item }) => texts.constant(item.text));
  if (!/^(?:docker|podman|buildah|nerdctl)$/.test(written[0] ?? '')) return false;
  return written.some(
    (word, at) => word === `--build-arg=${name}` || (word === name && written[at - 1] === '--build-arg'),
  );
}

// ------------------------------------------------------------------------------------------------ shared prerequisites

/**
 * A recipe that two targets of different environments need, each with its own text, and that a goal which needs both runs
 * once: for the first of them.
 */
function sharedPrerequisites({ machine, targets }: Makefile, variants: readonly RecipeVariant[]): readonly ShellTrap[] {
  const { space, texts } = machine;
  const traps: ShellTrap[] = [];
  for (const { name: goal, rule, place, when } of targets) {
    const needed = rule.prerequisites.flatMap(({ item }) => texts.constant(item.text) ?? []);
    const environments = needed.filter((name) => environmentOf(name) !== undefined);
    if (new Set(environments.map(environmentOf)).size < 2) continue;
    for (const first of variants) {
      const made = whereMade(machine, first, goal);
      if (made === space.false || environments.includes(first.target)) continue;
      const taken = environments.find((name) => whereMade(machine, first, name) !== space.false);
      const second = variants.find(
        (other) =>
          other !== first &&
          other.target === first.target &&
          other.place.start === first.place.start &&
          other.place.file === first.place.file &&
          whereMade(machine, other, goal) === space.false &&
          doneBy(texts, other) !== doneBy(texts, first),
      );
      if (taken === undefined || second === undefined) continue;
      const missed = environments.find(
        (name) =>
          environmentOf(name) !== environmentOf(taken) &&
          whereMade(machine, first, name) === space.false &&
          whereMade(machine, second, name) !== space.false,
      );
      if (missed === undefined) continue;
      const wrong = space.and(when, space.and(made, whereMade(machine, second, missed)));
      if (wrong === space.false) continue;
      const text = `${goal}: ${taken} ${missed}`;
      traps.push({ ...OF_MAKE, kind: 'make-shared-prerequisite', place, when, wrong, text });
      break;
    }
  }
  return traps;
}

/** Where a recipe is run with this text for a goal. */
function whereMade({ space }: Machine, { goals }: RecipeVariant, goal: string): Condition {
  return goals.find(({ item }) => item === goal)?.when ?? space.false;
}

/** Equal for recipes that run the same commands, with the same values of the variables that those are known to read. */
function doneBy(texts: Texts, { steps, reads }: RecipeVariant): string {
  const commands = steps.map((step) => {
    const words = step.words.map(({ when, item }) => `${when.id}:${item.text.id}`);
    const variables = [...step.environment].flatMap(([name, { set, text }]) =>
      readsByItself(texts, step, name) ? [`${name}=${set.id}:${text.id}`] : [],
    );
    return [...words, ...variables].join(' ');
  });
  return [...commands, ...reads.map(({ name, set, text }) => `${name}=${set.id}:${text.id}`)].join('\n');
}

// ------------------------------------------------------------------------------------------------ the environment

/** Recipes that call the same makefile with a variable in the environment, which loses to an assignment with `=`. */
function losingEnvironment(
  { machine }: Makefile,
  variants: readonly RecipeVariant[],
  read: Reread,
): readonly ShellTrap[] {
  const { space, texts } = machine;
  const traps = new Map<string, ShellTrap>();
  // Reading a makefile once more is dear, and many recipes give the same to the same makefile.
  const known = new Map<string, string | undefined>();
  const keptOf = (name: string, given: Given): string | undefined => {
    const key = `${name}\0${given.text.id}`;
    if (!known.has(key)) {
      const { origin, value } = read(new Map([[name, given]])).variable(name);
      known.set(key, origin === space.one<Origin>('file') ? texts.constant(value) : undefined);
    }
    return known.get(key);
  };
  for (const { steps } of variants) {
    for (const step of steps) {
      const call = makeCallOf(texts, step);
      if (call === undefined || call.folder !== '' || call.file !== undefined || call.environmentWins) continue;
      for (const [name, given] of call.environment) {
        const value = texts.constant(given.text);
        const inherited = step.run.environment.get(name)?.text;
        const key = `${step.place.file}:${step.place.start}:${name}`;
        if (given.set !== space.true || value === undefined || inherited === given.text) continue;
        // Only what the makefile assigns beats its environment.
        const isAssigned = (machine.global.set.get(name)?.places.length ?? 0) > 0;
        if (call.variables.has(name) || !isAssigned || traps.has(key)) continue;
        const kept = keptOf(name, given);
        if (kept === undefined || kept === value) continue;
        const text = `${name}=${value}`;
        const { place, when } = step;
        traps.set(key, { ...OF_MAKE, kind: 'make-losing-environment', place, when, wrong: when, text });
      }
    }
  }
  return [...traps.values()];
}
