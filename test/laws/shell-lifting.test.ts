/*
 * Lifting: evaluating a script for all environments and looking at one of them is evaluating it with that environment's
 * values. What either side does not know may differ; what both know must not.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Binding, evaluateScript, type ScriptOutcome } from '../../src/evaluate/shell/index.js';
import { type Answer, Space, type Variational } from '../../src/value/diagram.js';
import { type Text, Texts } from '../../src/value/text.js';
import { type Sample, SELECTORS, samples } from '../oracle/shell-scripts.js';

type Environment = Readonly<Record<string, Answer>>;

/** What a script prints and its status, where they are known in an environment. */
interface Seen {
  readonly output: string | undefined;
  readonly status: number | undefined;
}

/** Evaluates a script with the answers that are given; the other selectors stay open. */
function evaluate(sample: Sample, fixed: Environment | undefined, environment: Environment): Seen {
  const space = new Space();
  const texts = new Texts(space);
  const variables = new Map<string, Binding>();
  for (const name of SELECTORS) {
    const selector = space.input(name);
    const value = fixed?.[name];
    const open = space.not(space.is(selector, undefined));
    const set = fixed === undefined ? open : value === undefined ? space.false : space.true;
    const text = fixed === undefined ? texts.answer(selector) : texts.literal(value ?? '');
    variables.set(name, { set, text, exported: set });
  }
  const run = (): ScriptOutcome =>
    evaluateScript({
      text: sample.text,
      file: 'script',
      place: (span) => ({ file: 'script', ...span }),
      texts,
      host: { script: () => undefined, exists: () => undefined, missing: (name) => !/^[a-z]+$/.test(name) },
      variables,
      dialect: space.one(sample.dialect),
      sh: space.one('dash'),
      cwd: texts.literal('/work'),
      options: [],
      when: space.true,
      positional: [],
      zero: sample.dialect,
      capture: true,
    });
  // The environment's answers are mentioned, as those of callers are.
  for (const [name, answer] of Object.entries(environment)) space.is(space.input(name), answer);
  run();
  run();
  const { output, status } = run();
  const restrictText = (text: Text): Text =>
    SELECTORS.reduce((rest, name) => rest.given(space.input(name), environment[name]), text);
  const restrict = <T>(value: Variational<T>): Variational<T> =>
    SELECTORS.reduce((rest, name) => space.given(rest, space.input(name), environment[name]), value);
  const known = restrict(status);
  return {
    output: texts.constant(restrictText(output)),
    status: known.kind === 'one' ? known.value : undefined,
  };
}

const environments = fc.record(
  Object.fromEntries(
    SELECTORS.map((name) => [
      name,
      fc.constantFrom<Answer>(undefined, '', 'prod', 'test', 'a b', '-race', '1', 'zz', '*', 'x:y', 'a\\tb', '-n'),
    ]),
  ),
);

describe('a script evaluated for all environments', () => {
  it('does in each of them what it does alone', () => {
    const RUNS = Number(process.env.ENVARIANT_LAW_RUNS ?? 150);
    let known = 0;
    fc.assert(
      fc.property(samples(['dash', 'bash', 'ash']), environments, (sample, environment) => {
        const open = evaluate(sample, undefined, environment);
        const alone = evaluate(sample, environment, environment);
        const same = <T>(a: T | undefined, b: T | undefined): void => {
          if (a === undefined || b === undefined) return;
          known += 1;
          expect(a, `${sample.dialect} ${JSON.stringify(environment)}\n${sample.text}`).toEqual(b);
        };
        same(open.output, alone.output);
        same(open.status, alone.status);
      }),
      { numRuns: RUNS, seed: 1, endOnFailure: true },
    );
    expect(known).toBeGreaterThan(RUNS);
  }, 120_000);
});
