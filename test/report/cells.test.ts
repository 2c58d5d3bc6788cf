import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, glyphs, visible } from '../../src/report/cells.js';

describe('characters that need no tables', () => {
  // Beyond these are scripts whose characters may lead a cluster.
  const all = Array.from({ length: 0x3000 }, (_, code) => code).filter((code) => code < 0x600 || code >= 0x2000);
  const characters = all.map((code) => String.fromCharCode(code));
  /** A character that needs them, so that what stands before it is looked up, too. */
  const last = '字';

  it('look the same as by the tables, alone and beside each other', () => {
    const wrong = characters.filter(
      (one) =>
        `${visible(one)}${last}` !== visible(`${one}${last}`) ||
        (one !== '\t' && cellsOf(one) + 2 !== cellsOf(one + last)),
    );
    expect(wrong).toEqual([]);
  });

  it('make the glyphs that a segmenter makes', () => {
    const unit = fc.constantFrom(...'ab –…→↔©®é×·│└∀✔✖⟨⟩ʰ¼'.split(''));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(glyphs(text)).toEqual(glyphs(text + last).slice(0, -1));
      }),
      { seed: 5 },
    );
  });
});
