/** Work is counted in diagram nodes, never in time. */
import { describe, expect, it } from 'vitest';
import { runGoals } from '../../../src/evaluate/makefile/index.js';
import { makefileLikeGit } from '../../bench/makefile-like-git.js';
import { open } from './run.js';

function work(lines: number): { readonly read: number; readonly all: number } {
  const makefile = open(makefileLikeGit(lines));
  const { space } = makefile.machine;
  const read = space.work;
  runGoals(makefile, ['all']);
  return { read, all: space.work };
}

describe('a makefile like that of git', () => {
  const [small, large] = [work(1000), work(2000)];

  it('costs twice as much to read where it is twice as long', () => {
    expect(large.read / small.read).toBeLessThan(2.6);
  });

  it('costs twice as much to make where it is twice as long', () => {
    expect(large.all / small.all).toBeLessThan(2.6);
  });
});

describe('prerequisites that many goals share', () => {
  const shared = Array.from({ length: 20 }, (_, i) => `part${i}.md`).join(' ');
  const goals = Array.from({ length: 10 }, (_, i) => `page${i}`);
  const text = `${goals.map((goal) => `${goal}: FLAGS = -${goal}\n${goal}: ${shared}\n\tcc $(FLAGS) $^\n`).join('')}%.md: %.in\n\tcp $< $@\n`;

  it('are searched for implicit rules once, whichever variables are around them', () => {
    const makefile = open(text);
    const searched = goals.map((goal) => {
      runGoals(makefile, [goal]);
      return makefile.index.implicit.size;
    });
    expect(searched[0]).toBeGreaterThan(19);
    expect(new Set(searched).size).toBe(1);
  });
});
