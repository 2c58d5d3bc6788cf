/*
 * One evaluation for all environments agrees with one for each: where selectors are fixed (`plan --set ENV=dev`), the
 * commands are those that the plan without it shows for the class of environments with these answers.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Plan, PlanEnvironment, When } from '../../../src/lint/report.js';
import { type Answers, planOf } from './files.js';

const NAMES = ['ENV', 'MODE', 'DEBUG'] as const;
const VALUES = ['', 'prod', 'dev', 'testing', 'test', 'else'] as const;

// ---------------------------------------------------------------------------------------------------- generating

const name = fc.constantFrom(...NAMES);
const value = fc.constantFrom('prod', 'dev', 'testing', '1');
const word: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('x', '--flag'),
  name.map((n) => `"$${n}"`),
  name.map((n) => `$${n}`),
  fc.tuple(name, value).map(([n, v]) => `\${${n}:-${v}}`),
  fc.tuple(name, value).map(([n, v]) => `\${${n}:+--${v}}`),
  name.map((n) => `out/\${${n}}.bin`),
);
/** What ENV may hold: nothing around an answer, so that patterns ask about the answer itself. */
const settled: fc.Arbitrary<string> = fc.oneof(
  value,
  name.map((n) => `$${n}`),
  fc.tuple(name, value).map(([n, v]) => `\${${n}:-${v}}`),
);
const condition: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(name, fc.constantFrom('=', '!='), value).map(([n, op, v]) => `[ "$${n}" ${op} ${v} ]`),
  fc.tuple(fc.constantFrom('-n', '-z'), name).map(([op, n]) => `[ ${op} "$${n}" ]`),
  fc.tuple(name, value).map(([n, v]) => `! [ x$${n} = x${v} ]`),
);
const command: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('go build', 'make', 'npm ci', 'probe'), fc.array(word, { maxLength: 3 }))
  .map(([head, words]) => [head, ...words].join(' '));
const step: fc.Arbitrary<string> = fc.oneof(
  command.map((c) => `RUN ${c}`),
  fc.tuple(condition, command, command).map(([c, a, b]) => `RUN if ${c}; then ${a}; else ${b}; fi`),
  fc.tuple(condition, condition, command).map(([c, d, a]) => `RUN ${c} && ${d} && ${a} || true`),
  fc.tuple(condition, command).map(([c, a]) => `RUN ${c} || ${a}`),
  fc.tuple(condition, word).map(([c, w]) => `RUN go build $(if ${c}; then echo ${w}; fi) -o app`),
  fc
    .tuple(name, value, command, command)
    .map(([n, v, a, b]) => `RUN case "$${n}" in ${v}) ${a} ;; test*) ${b} ;; *) probe rest ;; esac`),
  fc.tuple(name, settled).map(([n, w]) => `ENV ${n}=${w}`),
  fc.tuple(name, value).map(([n, v]) => `ARG ${n}=${v}`),
  condition.map((c) => `RUN ${c}`),
);
const text: fc.Arbitrary<string> = fc
  .record({
    arguments: fc.uniqueArray(fc.record({ name, fallback: fc.option(fc.constantFrom('', 'prod', 'dev')) }), {
      minLength: 1,
      selector: (argument) => argument.name,
    }),
    steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  })
  .map((file) => {
    const declared = file.arguments.map(
      ({ name: n, fallback }) => `ARG ${n}${fallback === null ? '' : `=${fallback}`}`,
    );
    return `${['FROM debian:12', ...declared, ...file.steps].join('\n')}\n`;
  });
const environment: fc.Arbitrary<Answers> = fc
  .array(fc.option(fc.constantFrom(...VALUES), { nil: undefined, freq: 5 }), { minLength: 3, maxLength: 3 })
  .map((answers) => new Map(NAMES.map((n, i) => [n, answers[i]])));

// ---------------------------------------------------------------------------------------------------- comparing

/**
 * How exactly a class says each answer: 2 by its name, 1 by a pattern, 0 as any other; undefined where it is not in the
 * class. Selectors are asked in the order of their declarations.
 */
function exactness(when: When, answers: Answers, order: readonly string[]): readonly number[] | undefined {
  const exact: number[] = [];
  for (const selector of order) {
    const constraint = when[selector];
    const answer = answers.get(selector);
    if (constraint === undefined) exact.push(0);
    else if ('where' in constraint) {
      // The only pattern that the generator writes.
      if (answer?.startsWith('test') !== true) return undefined;
      exact.push(1);
    } else {
      const listed = 'not' in constraint ? constraint.not : constraint;
      if (listed.includes(answer ?? null) === 'not' in constraint) return undefined;
      exact.push('not' in constraint ? 0 : 2);
    }
  }
  return exact;
}

/** The class that has these answers: where "any other" and a pattern both fit, it is the pattern's. */
function classOf(plan: Plan, answers: Answers, file: string): PlanEnvironment | undefined {
  const order = [...NAMES].sort((a, b) => file.indexOf(`ARG ${a}`) - file.indexOf(`ARG ${b}`));
  const fitting = plan.environments.flatMap((one) => {
    const exact = exactness(one.when, answers, order);
    return exact === undefined ? [] : [{ one, exact: exact.join('') }];
  });
  return fitting.sort((a, b) => (a.exact > b.exact ? -1 : 1))[0]?.one;
}

/** What a class runs where the answers are these. */
function shown(one: PlanEnvironment | undefined, answers: Answers): unknown {
  if (one === undefined || !one.buildable) return one?.buildable;
  const fill = (part: string): string => part.replace(/⟨\$(ENV|MODE|DEBUG)⟩/g, (_, n: string) => answers.get(n) ?? '');
  return one.commands.map(({ argv, stage }) => [stage, ...argv.map(fill)]);
}

it('fixing selectors shows the class that has their answers', () => {
  fc.assert(
    fc.property(text, environment, fc.subarray([...NAMES]), (file, answers, some) => {
      const open = planOf(file, new Map());
      // A step that fails everywhere is believed in no environment, unless one is asked for.
      fc.pre(open.problems.length === 0);
      // A plan tells 64 classes apart.
      fc.pre(open.environments.length < 60);
      // Whether go takes a word that is not known for a flag or for a package is only told once the word is.
      const isOpen = ({ argv }: PlanEnvironment['commands'][number]): boolean =>
        argv[1] === 'build' && argv.some((word) => word.startsWith('⟨'));
      fc.pre(!open.environments.some(({ commands }) => commands.some(isOpen)));
      const expected = shown(classOf(open, answers, file), answers);
      expect(expected, file).toBeDefined();
      const closed = planOf(file, answers);
      expect(closed.environments.map(({ when }) => when)).toEqual([{}]);
      expect(shown(classOf(closed, answers, file), answers), file).toEqual(expected);
      const half = planOf(file, new Map(some.map((n) => [n, answers.get(n)])));
      expect(shown(classOf(half, answers, file), answers), file).toEqual(expected);
    }),
    { numRuns: Number(process.env.ENVARIANT_FUZZ_RUNS ?? 300), seed: 1 },
  );
});
