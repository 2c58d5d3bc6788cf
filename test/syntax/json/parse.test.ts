import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../../src/syntax/json/parse.js';
import { yamlGet, yamlText } from '../../../src/syntax/yaml/read.js';

it('reads JSON with comments and trailing commas as a tree with spans', () => {
  const text = '{ /* x */ "a": { "b": "c", "n": 12, }, // y\n "l": [true, null,], }';
  const [document] = parseJson(text).documents;
  const value = yamlGet(document?.root, 'a', 'b');
  expect(yamlText(value)).toBe('c');
  expect(value && text.slice(value.span.start, value.span.end)).toBe('"c"');
  expect(yamlText(yamlGet(document?.root, 'a', 'n'))).toBe('12');
  const list = yamlGet(document?.root, 'l');
  expect(list?.kind === 'list' && list.items.map((item) => item.kind === 'scalar' && item.value)).toEqual([true, null]);
});

it('never throws', () => {
  const piece = fc.constantFrom('{', '}', '[', ']', '"a"', ':', ',', '1', '//', '/*', '"', 'null', '\n');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      for (const { at } of parseJson(text).problems) expect(at.end).toBeLessThanOrEqual(text.length);
    }),
    { seed: 4, numRuns: 1000 },
  );
  expect(parseJson('['.repeat(100_000)).documents.length).toBeLessThan(2);
});
