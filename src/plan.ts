/*
 * `plan`: what each environment builds. The environments are cut into classes that run the same commands; each class is
 * shown with its commands, restricted to it.
 */
import { evaluateDockerfile } from './evaluate/dockerfile/index.js';
import { evaluateShellFile } from './evaluate/script.js';
import { implicitReads } from './knowledge/tools.js';
import { classesOf, type EnvironmentClass, OTHER, whenOf } from './lint/divergence.js';
import { rootOf } from './lint/environment.js';
import type { Plan, PlanCommand, PlanEnvironment, ReportProblem } from './lint/report.js';
import { Lines } from './locate.js';
import type { Build, CommandStep } from './model/build.js';
import { languageOf } from './recognise.js';
import type { Files } from './text/files.js';
import { type Answer, type Selector, Space, supportOf, type Variational, YES } from './value/diagram.js';
import { render, type Text, Texts } from './value/text.js';

export interface PlanOptions {
  /** Selectors that are fixed; undefined is unset. */
  readonly set: ReadonlyMap<string, string | undefined>;
  /** The stage to build; undefined for the last. */
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
  if (languageOf(path, read.text) === 'bundler') return failed('plans are made of Dockerfiles and shell scripts');
  const texts = new Texts(new Space());
  const common = { file: path, text: read.text, files, texts, fixed: options.set };
  const isScript = languageOf(path, read.text) === 'shell';
  const script = isScript ? evaluateShellFile({ ...common, dialect: options.shell }) : undefined;
  const build = script?.build ?? evaluateDockerfile({ ...common, target: options.target });
  if (build.target === -1) {
    const names = build.stages.map((stage) => stage.name ?? String(stage.index)).join(', ');
    return failed(
      options.target === undefined
        ? 'this file has no stage'
        : `there is no stage ${options.target}; the stages are ${names}`,
    );
  }
  const status = script?.status ?? texts.space.map(build.feasible, (ok) => (ok ? 0 : 1));
  const problems: ReportProblem[] = build.notes.map(({ place, message }) => ({
    location: lines.locate(place),
    message,
  }));
  const steps = build.steps.filter(
    (step): step is CommandStep => step.kind === 'command' && build.stages[step.stage]?.reached !== texts.space.false,
  );
  const classes = classify(texts, steps, status, problems, lines, path);
  const environments = classes.map((environment) =>
    describe(texts, build, steps, status, environment, isScript, lines),
  );
  return { version: 1, file: path, environments, problems };
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
  isScript: boolean,
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
      stage: isScript ? null : (stage?.name ?? String(step.stage)),
      env,
      location: lines.locate(step.place),
    });
  }
  const exit = at(status);
  const buildable = isScript ? exit === 0 : at(build.feasible) === true;
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
