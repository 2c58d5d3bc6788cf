import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluateBakeFile } from '../../../src/evaluate/bake/index.js';
import { memoryFiles } from '../../../src/hosts/testing.js';
import { Space } from '../../../src/value/diagram.js';
import { Texts } from '../../../src/value/text.js';
import { mutated } from '../../fuzz/mutate.js';
import { CORPUS, JSON_CORPUS } from '../../syntax/bake/corpus.js';

it.each([
  ['docker-bake.hcl', CORPUS],
  ['docker-bake.json', JSON_CORPUS],
] as const)(
  'evaluates a damaged %s without throwing, to flat texts',
  (file, corpus) => {
    fc.assert(
      fc.property(mutated(corpus), (text) => {
        const { builds } = evaluateBakeFile(file, memoryFiles(new Map([[file, text]])), new Texts(new Space()));
        for (const { arguments: args, tags, dockerfile } of builds)
          expect([dockerfile, ...[...args, ...tags].map((one) => one.text)].every(({ flat }) => flat)).toBe(true);
      }),
      { seed: 59, numRuns: 400 },
    );
  },
  60_000,
);
