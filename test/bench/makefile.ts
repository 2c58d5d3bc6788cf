/*
 * What a makefile like git's costs, and how the cost grows with its length: 2,000 and 4,000 lines in one run.
 *
 *     npm run bench:make
 */
import { evaluateMakefile, runGoals } from '../../src/evaluate/makefile/index.js';
import { parseMakefile } from '../../src/syntax/makefile/parse.js';
import { Space } from '../../src/value/diagram.js';
import { Texts } from '../../src/value/text.js';
import { filesOf } from '../evaluate/makefile/run.js';
import { makefileLikeGit } from './makefile-like-git.js';

const TURNS = 5;

function median(run: () => void): number {
  const times = Array.from({ length: TURNS }, () => {
    const { user } = process.cpuUsage();
    run();
    return (process.cpuUsage().user - user) / 1000;
  });
  return times.sort((a, b) => a - b)[TURNS >> 1] ?? 0;
}

function evaluate(text: string, goals: readonly string[]): void {
  const makefile = evaluateMakefile({
    file: 'Makefile',
    text,
    files: filesOf({ Makefile: text }),
    texts: new Texts(new Space()),
    environment: new Map(),
    commandLine: new Map(),
    open: true,
    goals: [],
  });
  if (goals.length > 0) runGoals(makefile, goals);
}

// The first run pays for the compiler.
evaluate(makefileLikeGit(2000), ['all']);
const rows = [2000, 4000].map((lines) => {
  const text = makefileLikeGit(lines);
  return {
    lines,
    parse: median(() => parseMakefile(text)),
    read: median(() => evaluate(text, [])),
    all: median(() => evaluate(text, ['all'])),
  };
});
const [small, large] = rows;
for (const what of ['parse', 'read', 'all'] as const) {
  const [a, b] = [small?.[what] ?? 0, large?.[what] ?? 0];
  console.log(
    `${what.padEnd(6)} 2,000 lines ${a.toFixed(0)} ms, 4,000 lines ${b.toFixed(0)} ms (${(b / a).toFixed(1)} times), ${(1000 / b).toFixed(1)} files/s`,
  );
}
