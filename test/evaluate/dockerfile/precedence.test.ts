/*
 * ARG and ENV: random instructions, evaluated and run through a model that is written from the rules alone
 * (semantics 2.4): the value that each RUN sees must be the same.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Answers, planOf } from './files.js';

const NAMES = ['A', 'B', 'C'] as const;
type Name = (typeof NAMES)[number];

/** What stands for a value: a text, or another variable with something around it. */
interface Word {
  readonly before: string;
  readonly name: Name | undefined;
  readonly fallback: string | undefined;
}

interface Pair {
  readonly name: Name;
  readonly word: Word | undefined;
}

type Line =
  | { readonly kind: 'arg'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'env'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'run' };

interface StageSpec {
  /** The number of an earlier stage, or undefined for an image. */
  readonly parent: number | undefined;
  readonly lines: readonly Line[];
}

interface Spec {
  readonly globals: readonly Pair[];
  readonly stages: readonly StageSpec[];
  readonly passed: Answers;
  readonly target: number | undefined;
}

// ---------------------------------------------------------------------------------------------------- generating

const nameArb = fc.constantFrom(...NAMES);
const wordArb: fc.Arbitrary<Word> = fc.record({
  before: fc.constantFrom('', 'x', 'v1-'),
  name: fc.option(nameArb, { nil: undefined, freq: 2 }),
  fallback: fc.option(fc.constantFrom('', 'd'), { nil: undefined, freq: 1 }),
});
const setPair: fc.Arbitrary<Pair> = fc.record({ name: nameArb, word: wordArb });
const argPair: fc.Arbitrary<Pair> = fc.record({ name: nameArb, word: fc.option(wordArb, { nil: undefined }) });
const lineArb: fc.Arbitrary<Line> = fc.oneof(
  fc.record({ kind: fc.constant('arg' as const), pairs: fc.array(argPair, { minLength: 1, maxLength: 2 }) }),
  fc.record({
    kind: fc.constant('env' as const),
    pairs: fc.uniqueArray(setPair, { minLength: 1, maxLength: 2, selector: ({ name }) => name }),
  }),
  fc.record({ kind: fc.constant('run' as const) }),
);
const specArb: fc.Arbitrary<Spec> = fc
  .record({
    globals: fc.array(argPair, { maxLength: 3 }),
    stages: fc.array(fc.record({ parent: fc.option(fc.nat(2)), lines: fc.array(lineArb, { maxLength: 6 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    passed: fc.array(fc.option(fc.constantFrom('', 'p', 'q'), { nil: undefined }), { minLength: 3, maxLength: 3 }),
    target: fc.option(fc.nat(2)),
  })
  .map(({ globals, stages, passed, target }) => ({
    globals,
    stages: stages.map(({ parent, lines }, i) => ({
      parent: parent === null || parent >= i ? undefined : parent,
      lines: [...lines, { kind: 'run' as const }],
    })),
    passed: new Map(NAMES.map((name, i) => [name, passed[i]])),
    target: target === null || target >= stages.length ? undefined : target,
  }));

function print({ globals, stages }: Spec): string {
  const word = ({ before, name, fallback }: Word): string =>
    name === undefined ? before : `${before}\${${name}${fallback === undefined ? '' : `:-${fallback}`}}`;
  const pairs = (list: readonly Pair[]): string =>
    list.map((pair) => (pair.word === undefined ? pair.name : `${pair.name}=${word(pair.word)}`)).join(' ');
  const lines = globals.map((pair) => `ARG ${pairs([pair])}`);
  for (const [i, stage] of stages.entries()) {
    lines.push(`FROM ${stage.parent === undefined ? 'debian:12' : `s${stage.parent}`} AS s${i}`);
    for (const line of stage.lines) {
      if (line.kind === 'run') lines.push(`RUN probe ${NAMES.map((name) => `"\${${name}-unset}"`).join(' ')}`);
      else lines.push(`${line.kind.toUpperCase()} ${pairs(line.pairs)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

// ---------------------------------------------------------------------------------------------------- the model

type Variables = ReadonlyMap<string, string>;

function expand({ before, name, fallback }: Word, variables: Variables): string {
  if (name === undefined) return before;
  const value = variables.get(name);
  return before + (fallback === undefined ? (value ?? '') : value === undefined || value === '' ? fallback : value);
}

function argued(pairs: readonly Pair[], own: Variables, globals: Variables, passed: Answers): Variables {
  const variables = new Map(own);
  for (const { name, word } of pairs) {
    const value = passed.get(name) ?? (word === undefined ? globals.get(name) : expand(word, variables));
    if (value !== undefined) variables.set(name, value);
  }
  return variables;
}

/** The words of every probe in the stages that the target needs, in the order of the file. */
function model(spec: Spec): readonly (readonly string[])[] {
  let globals: Variables = new Map();
  for (const pair of spec.globals) globals = argued([pair], globals, new Map(), spec.passed);
  const needed = new Set<number>();
  for (
    let at: number | undefined = spec.target ?? spec.stages.length - 1;
    at !== undefined;
    at = spec.stages[at]?.parent
  )
    needed.add(at);
  const ends: Variables[] = [];
  const probes: string[][] = [];
  for (const [i, { parent, lines }] of spec.stages.entries()) {
    let variables: Variables = (parent === undefined ? undefined : ends[parent]) ?? new Map();
    for (const line of lines) {
      if (line.kind === 'arg') variables = argued(line.pairs, variables, globals, spec.passed);
      else if (line.kind === 'env') {
        const before = variables;
        const values = line.pairs.map(({ name, word }): [string, string] => [
          name,
          word === undefined ? '' : expand(word, before),
        ]);
        variables = new Map([...before, ...values]);
      } else if (needed.has(i)) probes.push([`s${i}`, ...NAMES.map((name) => variables.get(name) ?? 'unset')]);
    }
    ends.push(variables);
  }
  return probes;
}

// ---------------------------------------------------------------------------------------------------- the law

it('RUN sees of ARG and ENV what the rules say', () => {
  fc.assert(
    fc.property(specArb, (spec) => {
      const text = print(spec);
      const target = spec.target === undefined ? undefined : `s${spec.target}`;
      const { environments, problems } = planOf(text, spec.passed, target);
      expect(problems).toEqual([]);
      expect(environments.map(({ when }) => when)).toEqual([{}]);
      const seen = environments[0]?.commands.map(({ argv, stage }) => [stage, ...argv.slice(1)]);
      expect(seen, text).toEqual(model(spec));
    }),
    { numRuns: Number(process.env.ENVARIANT_FUZZ_RUNS ?? 1000), seed: 1 },
  );
});
