/*
 * The real shells are the judge: generated scripts, run by dash, bash and BusyBox ash in the environments that the
 * evaluation tells apart, must run the commands that the evaluation says, with the same words, variables, output and
 * status. What the evaluation does not know matches anything, but must be rare.
 *
 *     npx vitest run test/oracle/shell.test.ts                               some hundred scripts with a fixed seed
 *     ENVARIANT_ORACLE_RUNS=20000 npx vitest run test/oracle/shell.test.ts   a night's worth, with a new seed
 *     ENVARIANT_ORACLE_SEED=…                                                the seed of a run that failed
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/evaluate/shell/index.js';
import { parseShell } from '../../src/syntax/shell/parse.js';
import { type Comparison, compare, environmentsOf, evaluate, type Model } from './shell-model.js';
import { type Environment, installed, observe } from './shell-real.js';
import { type Sample, samples } from './shell-scripts.js';

const RUNS = Number(process.env.ENVARIANT_ORACLE_RUNS ?? 360);
const SEED = Number(
  process.env.ENVARIANT_ORACLE_SEED ?? (process.env.ENVARIANT_ORACLE_RUNS === undefined ? 1 : Date.now() & 0x7fffffff),
);
const ENVIRONMENTS = 12;
const BATCH = 400;
const SHOWN = Number(process.env.ENVARIANT_ORACLE_SHOW ?? 3);

interface Pair {
  readonly model: Model;
  readonly environment: Environment;
  readonly comparison: Comparison;
  readonly refused: boolean;
}

async function judge(models: readonly Model[]): Promise<readonly Pair[]> {
  const pairs = models.flatMap((model) =>
    environmentsOf(model, ENVIRONMENTS).map((environment) => ({ model, environment })),
  );
  const observed = await observe(pairs.map(({ model, environment }) => ({ ...model.sample, environment })));
  return pairs.flatMap(({ model, environment }, i) => {
    const real = observed[i];
    return real === undefined
      ? []
      : [{ model, environment, comparison: compare(model, environment, real), refused: real.refused }];
  });
}

/** Leaves lines and words out of a script while it still shows a difference. */
async function smaller({ model, comparison }: Pair): Promise<Sample> {
  let best = model.sample;
  const kind = comparison.difference?.split(' ')[0];
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const lines = best.text.split('\n');
    const texts = new Set<string>();
    const drop = (from: number, to: number, also = -1): void =>
      void texts.add(lines.filter((_, i) => (i < from || i >= to) && i !== also).join('\n'));
    for (const size of [16, 8, 4, 2, 1])
      for (let at = 0; at < lines.length; at += Math.max(1, size >> 1)) drop(at, at + size);
    // Lines that belong together, such as `if` and `fi`; then single words.
    for (let a = 0; a < lines.length && texts.size < 150; a += 1)
      for (let b = a + 1; b < lines.length && texts.size < 150; b += 1) drop(a, a + 1, b);
    // A branch or a body in the place of the whole.
    for (let a = 0; a < lines.length && texts.size < 220; a += 1) {
      if (!/^(?:if|case|for|while|until|elif|else|\(|\{|\w+\(\) \{|.*\)$)/.test(lines[a] ?? '')) continue;
      for (let b = a + 1; b < lines.length && texts.size < 220; b += 1)
        if (/^(?:fi|esac|done|\}|\)|;;|else|elif)/.test(lines[b] ?? ''))
          for (let from = a + 1; from <= Math.min(a + 2, b); from += 1)
            texts.add([...lines.slice(0, a), ...lines.slice(from, b), ...lines.slice(b + 1)].join('\n'));
    }
    for (const { 0: word, index } of best.text.matchAll(/ [^\s;]+|;[^;\n]*/g)) {
      if (texts.size < 320) texts.add(best.text.slice(0, index) + best.text.slice(index + word.length));
    }
    const models = [...texts]
      .filter((text) => !/\bsh (?!-\w*c |\.\/)|\b(?:cat|head|tail|local|set|tr|cut|sed|sort)\s*(?:[\w)]|$)/m.test(text))
      .filter((text) => parseShell(text).problems.length === 0)
      .map((text) => evaluate({ ...best, text }));
    // What the evaluation gives up on may never end.
    const failing = (await judge(models.filter(({ outcome }) => outcome.notes.length === 0))).filter(
      ({ comparison, refused }) => comparison.difference?.split(' ')[0] === kind && !refused,
    );
    const next = failing.map(({ model }) => model.sample).sort((a, b) => a.text.length - b.text.length)[0];
    if (next === undefined || next.text.length >= best.text.length) return best;
    best = next;
  }
  return best;
}

function describePair({ model, environment, comparison }: Pair): string {
  return `${model.sample.dialect} ${JSON.stringify(environment)}\n${comparison.difference}\n---\n${model.sample.text}---`;
}

const dialects = (['dash', 'bash', 'ash'] as const).filter((dialect: Dialect) => installed(dialect));
for (const dialect of ['dash', 'bash', 'ash'] as const) {
  if (!installed(dialect))
    console.log(
      `${dialect === 'ash' ? 'busybox (for ash)' : dialect} is not installed: its part of the shell oracle is skipped`,
    );
}

describe.runIf(dialects.length > 0)('the evaluation of a script', () => {
  it(
    'agrees with real shells in every environment',
    async () => {
      const found: string[] = [];
      let [compared, unknown, pairs] = [0, 0, 0];
      for (let done = 0; done < RUNS && found.length < SHOWN; done += BATCH) {
        const batch = fc.sample(samples(dialects), { numRuns: Math.min(BATCH, RUNS - done), seed: SEED + done });
        const wrong = new Map<Sample, Pair>();
        for (const pair of await judge(batch.map(evaluate))) {
          pairs += 1;
          compared += pair.comparison.compared;
          unknown += pair.comparison.unknown;
          if (pair.comparison.difference !== undefined && !wrong.has(pair.model.sample))
            wrong.set(pair.model.sample, pair);
        }
        for (const [, first] of [...wrong].sort(([a], [b]) => a.text.length - b.text.length).slice(0, SHOWN)) {
          const [pair] = (await judge([evaluate(await smaller(first))])).filter(
            ({ comparison }) => comparison.difference !== undefined,
          );
          if (pair !== undefined) found.push(describePair(pair));
        }
      }
      console.log(
        `seed ${SEED}: ${pairs} runs, ${compared} comparisons, ${((100 * unknown) / compared).toFixed(2)} % unknown`,
      );
      expect(found.join('\n\n'), `seed ${SEED}`).toBe('');
      expect(unknown / compared).toBeLessThan(0.05);
    },
    20_000 + RUNS * 400,
  );
});
