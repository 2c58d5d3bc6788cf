import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixed, printed } from './run.js';

interface Vector {
  readonly name: string;
  readonly makefile: string;
  readonly runs: readonly {
    readonly env: Readonly<Record<string, string>>;
    readonly args: readonly string[];
    readonly stdout: string;
  }[];
}

const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/make-vectors.json', import.meta.url), 'utf8'),
);

describe('what GNU make really does', () => {
  for (const vector of vectors) {
    for (const run of vector.runs) {
      it(`${vector.name}: ${JSON.stringify(run.env)} ${run.args.join(' ')}`, () => {
        const goals = run.args.filter((arg) => !arg.includes('='));
        const commandLine = Object.fromEntries(
          run.args
            .filter((arg) => arg.includes('='))
            .map((arg) => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]),
        );
        const makefile = fixed(vector.makefile, run.env, commandLine, goals);
        // What make itself says is not the recipes' output.
        expect(printed(makefile, goals)).toBe(run.stdout.replace(/^make: .*\n/gm, ''));
      });
    }
  }
});
