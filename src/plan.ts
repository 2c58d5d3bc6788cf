/*
 * `plan`: what each environment builds. The environments are cut into classes that run the same commands; each class is
 * shown with its commands, restricted to it.
 */
import { evaluateDockerfile } from './evaluate/dockerfile/index.js';
import { evaluateMakefileBuild } from './evaluate/makefile/build.js';
import { implicitRules } from './evaluate/makefile/implicit.js';
import { given, type Makefile } from './evaluate/makefile/index.js';
import { explicitRules } from './evaluate/makefile/targets.js';
import { evaluateShellFile } from './evaluate/script.js';
import { implicitReads } from './knowledge/tools.js';
import { classesOf, type EnvironmentClass, OTHER, whenOf } from './lint/divergence.js';
import { rootOf } from './lint/environment.js';
import { nearest } from './lint/nearest.js';
import type { Plan, PlanCommand, PlanEnvironment, ReportProblem } from './lint/report.js';
import { Lines } from './locate.js';
import type { Build, CommandStep } from './model/build.js';
import { languageOf } from './recognise.js';
import type { Files } from './text/files.js';
import { type Answer, type Selector, Space, supportOf, type Variational, YES } from './value/diagram.js';
import { render, type Text, Texts } from './value/text.js';

export interface PlanOptions {
  /** Selectors that are fixed: build arguments, make's command line, a script's variables; undefined is unset. */
  readonly set: ReadonlyMap<string, string | undefined>;
  /** Variables of the environment that a makefile or a script is run in. */
  readonly environment?: ReadonlyMap<string, string>;
  /** The stage to build, undefined for the last; or make's target, undefined for the default goal. */
  readonly target: string | undefined;
  /** The shell of a script; undefined for the one that its first line names. */
  readonly shell: 'dash' | 'bash' | 'ash' | undefined;
}

/** At most this many classes of environments are told apart. */
const CLASS_LIMIT = 64;

/** What each environment builds by one file. No environments and a problem when the file or the stage is not there. */
export function plan(path: string, files: Files, options: PlanOptions): Plan {
  try {
    return planOrThrow(path, files, options);
  } catch (error) {
    const location = new Lines(files).locate({ file: path, start: 0, end: 0 });
    const message = `this file could not be planned: ${error instanceof Error ? error.message : String(error)}`;
    return { version: 1, file: path, environments: [], problems: [{ location, message }] };
  }
}

function planOrThrow(path: string, files: Files, options: PlanOptions): Plan {
  const lines = new Lines(files);
  const failed = (message: string): Plan => ({
    version: 1,
    file: path,
    environments: [],
    problems: [{ location: lines.locate({ file: path, start: 0, end: 0 }), message }],
  });
  const read = files.read(path);
  if (read?.kind !== 'text') return failed(`this file ${read?.reason ?? 'does not exist'}`);
  const evaluated = evaluate(path, read.text, files, options);
  if (typeof evaluated === 'string') return failed(evaluated);
  const { build, status } = evaluated;
  const { texts } = build;
  const isStaged = build.kind === 'dockerfile';
  const problems: ReportProblem[] = build.notes.map(({ place, message }) => ({
    location: lines.locate(place),
    message,
  }));
  const steps = build.steps.filter(
    (step): step is CommandStep => step.kind === 'command' && build.stages[step.stage]?.reached !== texts.space.false,
  );
  const classes = classify(texts, steps, status, problems, lines, path);
  const environments = classes.map((environment) =>
    describe(texts, build, steps, status, environment, isStaged, lines),
  );
  return { version: 1, file: path, environments, problems };
}

interface Evaluated {
  readonly build: Build;
  readonly status: Variational<number>;
}

/** What a file builds; a sentence when there is nothing to plan. */
function evaluate(file: string, text: string, files: Files, options: PlanOptions): Evaluated | string {
  const texts = new Texts(new Space());
  const { space } = texts;
  const { set, target, shell, environment = new Map<string, string>() } = options;
  const common = { file, text, files, texts };
  switch (languageOf(file, text)) {
    case 'makefile':
      return shell === undefined
        ? evaluateMake(common, options)
        : `make runs the shell that its variable SHELL names; write --set SHELL=${shell} instead of --shell ${shell}`;
    case 'shell': {
      if (target !== undefined) return `a shell script has no target ${target}`;
      const twice = [...environment].find(([name, value]) => set.has(name) && set.get(name) !== value);
      if (twice !== undefined) return `${twice[0]} is given two values; a script gets one, by --env or by --set`;
      return evaluateShellFile({ ...common, fixed: new Map([...environment, ...set]), dialect: shell });
    }
    case 'dockerfile': {
      const [variable] = environment;
      if (variable !== undefined)
        return `a Dockerfile does not see the environment of docker; write --set ${variable[0]}=${variable[1]} for the build argument`;
      const build = evaluateDockerfile({ ...common, fixed: set, target });
      if (build.target === -1 && target === undefined) return 'this file has no stage';
      if (build.target === -1) {
        const names = build.stages.map((stage) => stage.name ?? String(stage.index)).join(', ');
        return `there is no stage ${target}; the stages are ${names}`;
      }
      return { build, status: space.map(build.feasible, (ok) => (ok ? 0 : 1)) };
    }
    case 'bundler':
    case 'delivery':
      return 'plans are made of Dockerfiles, makefiles and shell scripts; without a file, plan shows who builds and runs which image';
  }
}

/** Make's exit status when a recipe or the makefile itself fails. */
const MAKE_FAILS = 2;

function evaluateMake(
  common: { readonly file: string; readonly text: string; readonly files: Files; readonly texts: Texts },
  { set, environment = new Map(), target }: PlanOptions,
): Evaluated | string {
  const { texts } = common;
  const { space } = texts;
  const { build, makefile, variants } = evaluateMakefileBuild({
    ...common,
    environment: given(texts, new Map([...[...set].filter(([, value]) => value === undefined), ...environment])),
    commandLine: given(texts, new Map([...set].filter(([, value]) => value !== undefined))),
    goals: target === undefined ? [] : [target],
  });
  if (target === undefined && texts.constant(makefile.defaultGoal) === '') return 'this makefile has no target';
  if (target !== undefined && !hasTarget(makefile, target)) {
    const names = [...new Set(makefile.targets.map(({ name }) => name))].filter((name) => !/^\.(?!\/)|%/.test(name));
    const near = nearest(target, names);
    const all = names.slice(0, NAMED_TARGETS).join(', ');
    return `there is no target ${target}; ${near !== undefined ? `did you mean ${near}?` : names.length === 0 ? 'the makefile has none' : `the targets are ${all}${names.length > NAMED_TARGETS ? ', …' : ''}`}`;
  }
  let fails = space.not(makefile.feasible());
  for (const { goals, succeeds } of variants)
    for (const { when } of goals) fails = space.or(fails, space.and(when, space.not(succeeds)));
  return { build, status: space.map(fails, (failing) => (failing ? MAKE_FAILS : 0)) };
}

/** At most so many targets are named when none is near. */
const NAMED_TARGETS = 12;

function hasTarget({ machine, index }: Makefile, name: string): boolean {
  const { space, texts } = machine;
  const isMade = (target: string): boolean =>
    explicitRules(machine, index, texts.literal(target), space.true).length > 0;
  return (
    isMade(name) ||
    implicitRules(machine, index, {
      target: texts.literal(name),
      when: space.true,
      scope: machine.global,
      place: machine.at,
      guessed: new Set(),
    }).length > 0 ||
    isMade('.DEFAULT')
  );
}

/** Cuts the environments into classes in which all steps and the status are the same. */
function classify(
  texts: Texts,
  steps: readonly CommandStep[],
  status: Variational<number>,
  problems: ReportProblem[],
  lines: Lines,
  path: string,
): readonly EnvironmentClass<string>[] {
  const { space } = texts;
  const numbers = new Map<string, number>();
  const number = (key: string): number => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const selectors = new Map<Selector, number>();
  const values: Variational<string | Text>[] = [space.map(status, (n) => String(n))];
  for (const step of steps) {
    values.push(space.map(step.runs, String));
    for (const { when, item } of step.words)
      values.push(
        space.map(space.and(step.runs, when), String),
        texts.flatten(item.text) ?? space.one(render(item.text)),
      );
  }
  let signature: Variational<number> = space.one(0);
  for (const value of values) {
    const next: Variational<number> = space.apply(signature, value, (a, b) =>
      number(`${a},${typeof b === 'string' ? b : `#${b.id}`}`),
    );
    if (leafCount(next) > CLASS_LIMIT) {
      problems.push({
        location: lines.locate({ file: path, start: 0, end: 0 }),
        message: `more than ${CLASS_LIMIT} kinds of environments are told apart by this file; some are shown as one`,
      });
      break;
    }
    signature = next;
  }
  let fixed = signature;
  for (const selector of supportOf(signature)) {
    const root = rootOf(selector);
    if (root !== undefined) selectors.set(root, root.order);
    else fixed = space.given(fixed, selector, YES);
  }
  const order = [...selectors.keys()].sort((a, b) => a.order - b.order);
  const classes = classesOf(space, space.map(fixed, String), order, CLASS_LIMIT);
  if (classes.length >= CLASS_LIMIT) {
    problems.push({
      location: lines.locate({ file: path, start: 0, end: 0 }),
      message: `more than ${CLASS_LIMIT} kinds of environments are told apart by this file; the last ones are shown as one`,
    });
  }
  return classes;
}

function leafCount(value: Variational<number>): number {
  const seen = new Set<number>();
  const walk = (node: Variational<number>): number => {
    if (seen.has(node.id)) return 0;
    seen.add(node.id);
    if (node.kind === 'one') return 1;
    return [...node.cases.values()].reduce((sum, branch) => sum + walk(branch), walk(node.otherwise));
  };
  return walk(value);
}

function describe(
  texts: Texts,
  build: Build,
  steps: readonly CommandStep[],
  status: Variational<number>,
  environment: EnvironmentClass<string>,
  isStaged: boolean,
  lines: Lines,
): PlanEnvironment {
  const { space } = texts;
  const answers = new Map<Selector, Answer>();
  const held = new Set<Selector>();
  for (const [selector, constraint] of environment.constraints) {
    answers.set(selector, 'not' in constraint || 'where' in constraint ? OTHER : constraint[0]);
    if ('where' in constraint) held.add(constraint.question);
  }
  const several = new Set(
    [...environment.constraints]
      .filter(([, constraint]) => Array.isArray(constraint) && constraint.length > 1)
      .map(([selector]) => selector),
  );
  const at = <T>(value: Variational<T>): T | undefined => {
    let node = value;
    for (let turn = 0; node.kind === 'choice' && turn < 1000; turn += 1) {
      const { selector } = node;
      const root = rootOf(selector);
      const answer = root === undefined ? YES : answers.get(root);
      node =
        root === undefined
          ? space.given(node, selector, YES)
          : answer === OTHER
            ? otherwise(space, node, selector, held)
            : space.given(node, root, answer);
    }
    return node.kind === 'one' ? node.value : undefined;
  };
  const text = (value: Text): string => {
    let known = value;
    for (const [selector, answer] of answers)
      if (answer !== OTHER && !several.has(selector)) known = known.given(selector, answer);
    const flat = texts.flatten(known);
    const leaf = flat === undefined ? undefined : at(flat);
    return render(leaf ?? known);
  };
  const commands: PlanCommand[] = [];
  for (const step of steps) {
    if (at(step.runs) !== true) continue;
    const argv = step.words.filter(({ when }) => at(when) === true).map(({ item }) => text(item.text));
    const env: Record<string, string> = {};
    const reads =
      step.call === undefined ? [] : implicitReads(step.call.toolchain, step.call.role, step.call.subcommand);
    for (const [name, variable] of step.environment) {
      if (!reads.some((known) => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : known === name)))
        continue;
      if (at(space.and(variable.set, variable.exported)) === true) env[name] = text(variable.text);
    }
    const stage = build.stages[step.stage];
    commands.push({
      argv,
      stage: isStaged ? (stage?.name ?? String(step.stage)) : null,
      env,
      location: lines.locate(step.place),
    });
  }
  const exit = at(status);
  const buildable = isStaged ? at(build.feasible) === true : exit === 0;
  return { when: whenOf(environment.constraints), buildable, commands, exit: exit ?? null };
}

function otherwise<T>(
  space: Space,
  node: Variational<T>,
  selector: Selector,
  held: ReadonlySet<Selector>,
): Variational<T> {
  if (node.kind === 'one') return node;
  if (selector.about !== undefined) return space.given(node, selector, held.has(selector) ? YES : OTHER);
  return node.selector === selector ? node.otherwise : space.given(node, selector, OTHER);
}
