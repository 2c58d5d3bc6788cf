/*
 * GNU make is the judge: for generated makefiles and the environments that the evaluation tells apart, origin, flavor, value
 * and expansion of every variable, the recipe lines and the environment of their shells must be those of make 4.3.
 *
 *     npx vitest run test/oracle/make.test.ts                                a fixed seed
 *     ENVARIANT_ORACLE_RUNS=5000 npx vitest run test/oracle/make.test.ts     longer, with a new seed
 *     ENVARIANT_ORACLE_SEED=…                                                the seed of a run that failed
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Counts, type Failure, judge, report, smaller } from './make-compare.js';
import { type Sample, samples } from './make-files.js';
import { implicitSamples } from './make-implicit.js';
import { closeFolder, installed, openFolder } from './make-real.js';

const RUNS = Number(process.env.ENVARIANT_ORACLE_RUNS ?? 350);
const SEED = Number(
  process.env.ENVARIANT_ORACLE_SEED ?? (process.env.ENVARIANT_ORACLE_RUNS === undefined ? 1 : Date.now() & 0x7fffffff),
);

interface Kind {
  readonly name: string;
  readonly samples: fc.Arbitrary<Sample>;
  readonly goals: readonly (readonly string[])[];
}

const KINDS: readonly Kind[] = [
  { name: 'variables, conditionals and explicit rules', samples, goals: [[], ['all'], ['t2', 'all'], ['both', 'p-x']] },
  { name: 'implicit rules', samples: implicitSamples, goals: [[], ['all'], ['main'], ['lib/util.o', 'all']] },
];

describe.runIf(installed())('the evaluation of a makefile', () => {
  it.each(KINDS)(
    'agrees with GNU make in every environment: $name',
    async ({ samples: kind, goals }) => {
      const folder = openFolder();
      let id = 0;
      const next = (): number => {
        id += 1;
        return id;
      };
      const counts: Counts = { pairs: 0, compared: 0, unknown: 0 };
      const failures: Failure[] = [];
      try {
        const batch = fc.sample(kind, { numRuns: RUNS, seed: SEED });
        for (const [i, sample] of batch.entries()) {
          const failure = await judge(folder, next, sample, goals[i % goals.length] ?? [], counts);
          if (failure !== undefined) failures.push(await smaller(folder, next, failure));
          if (failures.length >= Number(process.env.ENVARIANT_ORACLE_SHOW ?? 3)) break;
        }
      } finally {
        closeFolder(folder);
      }
      console.log(
        `seed ${SEED}: ${counts.pairs} runs, ${counts.compared} comparisons, ${((100 * counts.unknown) / counts.compared).toFixed(2)} % unknown`,
      );
      expect(failures.map(report).join('\n\n'), `seed ${SEED}`).toBe('');
      expect(counts.unknown / counts.compared).toBeLessThan(0.05);
    },
    60_000 + RUNS * 400,
  );
});
