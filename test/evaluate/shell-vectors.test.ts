import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Dialect, evaluateScript } from '../../src/evaluate/shell/index.js';
import { Space } from '../../src/value/diagram.js';
import { render, Texts } from '../../src/value/text.js';

interface Vector {
  readonly name: string;
  readonly script: string;
  readonly result: Readonly<Partial<Record<Dialect, { readonly stdout: string; readonly status: number }>>>;
}

const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../vectors/shell-vectors.json', import.meta.url), 'utf8'),
);

/** Prints what the real shell printed: `printf` and `echo` are builtins, so captured output is all there is. */
function run(script: string, dialect: Dialect): { readonly stdout: string; readonly status: number } {
  const space = new Space();
  const texts = new Texts(space);
  const outcome = evaluateScript({
    text: script,
    file: 'script',
    place: (span) => ({ file: 'script', ...span }),
    texts,
    host: {
      script: () => undefined,
      exists: () => undefined,
      missing: (name) => name.startsWith('nosuch') || name === 'D',
    },
    variables: new Map(),
    dialect: space.one(dialect),
    sh: space.one(dialect),
    cwd: texts.literal('/work'),
    options: [],
    when: space.true,
    positional: [],
    zero: dialect,
    capture: true,
  });
  const { status } = outcome;
  return { stdout: render(outcome.output), status: status.kind === 'one' ? status.value : -1 };
}

describe.each(['dash', 'bash', 'ash'] as const)('what %s really does', (dialect) => {
  for (const vector of vectors) {
    const expected = vector.result[dialect];
    if (expected === undefined) continue;
    it(`${vector.name}: ${vector.script}`, () => {
      expect(run(vector.script, dialect)).toEqual({ stdout: expected.stdout, status: expected.status });
    });
  }
});
