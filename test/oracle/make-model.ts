/** What the evaluation says about a makefile in one environment. */
import { evaluateMakefile, type Makefile, type RecipeRun, runGoals } from '../../src/evaluate/makefile/index.js';
import { type Answer, type Condition, Space, type Variational } from '../../src/value/diagram.js';
import { render, type Text, Texts } from '../../src/value/text.js';
import { filesOf } from '../evaluate/makefile/run.js';
import { NAMES, type Sample } from './make-files.js';

export interface Model {
  readonly sample: Sample;
  readonly makefile: Makefile;
  readonly variables: ReadonlyMap<
    string,
    {
      readonly origin: Variational<string>;
      readonly flavor: Variational<string>;
      readonly raw: Text;
      readonly value: Text;
    }
  >;
  readonly read: Condition;
  readonly lines: readonly RecipeRun[];
  readonly goals: readonly string[];
}

/** The variables that are compared. */
export const PROBED = [...NAMES, 'ENV', 'MODE', 'CL', '.DEFAULT_GOAL', 'CC'];

/** Evaluates a makefile for every environment. */
export function evaluate(sample: Sample, goals: readonly string[], directory?: string): Model {
  const texts = new Texts(new Space());
  const makefile = evaluateMakefile({
    file: 'Makefile',
    text: sample.text,
    files: filesOf({ ...sample.files, Makefile: sample.text, 'inc.mk': sample.included, 'probe.mk': '' }),
    texts,
    environment: new Map(),
    commandLine: new Map(),
    open: true,
    overrides: new Set(sample.overrides),
    switches: (sample.switches ?? ['-r']).join('').replaceAll('-', ''),
    complete: true,
    goals,
    ...(directory === undefined ? {} : { directory }),
  });
  const variables = new Map(PROBED.map((name) => [name, makefile.variable(name)]));
  const read = makefile.feasible();
  const lines = runGoals(makefile, goals);
  return { sample, makefile, variables, read, lines, goals };
}

export type Environment = ReadonlyMap<string, Answer>;

/** Environments that give the inputs some of their mentioned answers, and others. */
export function environmentsOf(model: Model, count: number): readonly Environment[] {
  const { space } = model.makefile.machine;
  const inputs = [...model.makefile.inputs].filter((name) => name !== 'ORACLE_RECORD');
  const environments = new Map<string, Environment>();
  for (let i = 0; i < count; i += 1) {
    const answers = new Map<string, Answer>();
    for (const [at, name] of inputs.entries()) {
      const mentioned = [...space.input(name).mentioned].filter(
        (answer) => answer === undefined || /^[\w.%/-]*$/.test(answer),
      );
      const pool = [...new Set<Answer>([undefined, 'dev', 'zz', '', 'prod', ...mentioned.slice(0, 4)])];
      // A fixed walk through the answers: no two inputs go in step.
      answers.set(name, i === 0 ? undefined : pool[(i * (at + 1) + ((i * at * 7) >> 1)) % pool.length]);
    }
    environments.set(JSON.stringify([...answers]), answers);
  }
  return [...environments.values()];
}

/** A value in one environment. */
export function inEnvironment<T>({ makefile }: Model, value: Variational<T>, environment: Environment): T | undefined {
  const { space } = makefile.machine;
  let found = value;
  for (const [name, answer] of environment) found = space.given(found, space.input(name), answer);
  return found.kind === 'one' ? found.value : undefined;
}

/** A text in one environment; undefined when it is not known. */
export function textIn(model: Model, text: Text, environment: Environment): string | undefined {
  const { texts, space } = model.makefile.machine;
  let found = text;
  for (const [name, answer] of environment) found = texts.restrict(found, space.input(name), answer);
  return texts.constant(found);
}

/** The commands that a run gives to shells in one environment. */
export function commandsIn(
  model: Model,
  environment: Environment,
): readonly { readonly command: string | undefined; readonly run: RecipeRun }[] {
  return model.lines.flatMap((run): readonly { readonly command: string | undefined; readonly run: RecipeRun }[] => {
    if (inEnvironment(model, run.when, environment) !== true) return [];
    const text = textIn(model, run.text, environment);
    if (text === undefined) return [{ command: undefined, run }];
    return text
      .split(/(?<!\\)\n/)
      .map((line) => line.replace(/^[@+\- \t]*/, ''))
      .filter((line) => line.trim() !== '')
      .map((command) => ({ command, run }));
  });
}

/** The text as it is shown when it is not known. */
export function shown(text: Text): string {
  return render(text);
}
