import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, chooseFixes, shiftOffset } from '../../src/lint/edits.js';
import type { Edit, Fix } from '../../src/lint/fix.js';

const edit = (start: number, end: number, text: string, file = 'a'): Edit => ({ file, start, end, text });
const fix = (...edits: Edit[]): Fix => ({ title: 'x', safe: true, edits });
const own = (one: Fix) => one;

describe('choosing fixes', () => {
  it.each([
    ['apart', fix(edit(0, 1, 'x')), fix(edit(3, 4, 'y')), 2],
    ['overlapping', fix(edit(0, 3, 'x')), fix(edit(2, 4, 'y')), 1],
    ['one inside of another', fix(edit(0, 9, 'x')), fix(edit(2, 4, 'y')), 1],
    ['side by side', fix(edit(0, 3, '')), fix(edit(3, 4, '')), 1],
    ['two insertions at one place', fix(edit(3, 3, 'x')), fix(edit(3, 3, 'y')), 1],
    ['the very same edit', fix(edit(3, 3, 'x')), fix(edit(3, 3, 'x')), 2],
    ['the same places in other files', fix(edit(0, 3, 'x', 'a')), fix(edit(0, 3, 'y', 'b')), 2],
    [
      'a part that is the same and a part that overlaps',
      fix(edit(0, 1, 'x'), edit(5, 6, '')),
      fix(edit(0, 1, 'x'), edit(5, 7, '')),
      1,
    ],
    ['a fix that overlaps itself', fix(edit(0, 3, 'x'), edit(2, 4, 'y')), fix(edit(0, 1, 'x')), 1],
    ['a fix without edits', fix(), fix(edit(0, 1, 'x')), 1],
  ])('%s', (_, first, second, count) => {
    const { chosen, left } = chooseFixes([first, second], own);
    expect(chosen).toHaveLength(count);
    expect(left).toHaveLength(2 - count);
  });

  it('never mixes edits: what is chosen is there as a whole and in one piece', () => {
    const span = fc
      .tuple(fc.nat(40), fc.nat(6))
      .map(([start, length]) => ({ start, end: Math.min(40, start + length) }));
    const fixes = fc.array(fc.array(span, { minLength: 1, maxLength: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(fixes, (lists) => {
        const text = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN';
        const made = lists.map((spans, i) => fix(...spans.map(({ start, end }, j) => edit(start, end, `<${i}.${j}>`))));
        const { chosen, left, edits } = chooseFixes(made, own);
        expect(chosen.length + left.length).toBe(made.length);
        const out = applyEdits(text, edits.get('a') ?? []);
        const present = new Set(out.match(/<\d+\.\d+>/g));
        for (const [i, one] of made.entries())
          for (const j of one.edits.keys()) expect(present.has(`<${i}.${j}>`)).toBe(chosen.includes(one));
        // What no edit touches is still there, in its order.
        const kept = [...text].filter(
          (_, at) => !(edits.get('a') ?? []).some(({ start, end }) => start <= at && at < end),
        );
        expect(out.replace(/<\d+\.\d+>/g, '')).toBe(kept.join(''));
        for (const at of [...text].keys()) {
          if (!kept.includes(text[at] ?? '')) continue;
          expect(out[shiftOffset(text, at, edits.get('a') ?? [])]).toBe(text[at]);
        }
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  it('gives inserted lines the line ends of the file', () => {
    expect(applyEdits('a\r\nb\r\n', [edit(3, 3, 'x\n')])).toBe('a\r\nx\r\nb\r\n');
    expect(shiftOffset('a\r\nb\r\n', 3, [edit(3, 3, 'x\n')])).toBe(6);
  });
});
