import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseToml } from '../../../src/syntax/toml/parse.js';
import { yamlEntries, yamlGet, yamlText } from '../../../src/syntax/yaml/read.js';

it('reads TOML as a tree in which keys and values have their lines', () => {
  const text = 'app = "x"\n[build]\n  dockerfile = "D"\n[build.args]\nA = "1"\n"B.C" = 2 # c\n';
  const [document] = parseToml(text).documents;
  expect(yamlText(yamlGet(document?.root, 'build', 'dockerfile'))).toBe('D');
  const [first, second] = yamlEntries(yamlGet(document?.root, 'build', 'args'));
  expect(first && text.slice(first.key.span.start, first.key.span.end)).toBe('A');
  expect(first && text.slice(first.value.span.start, first.value.span.end)).toBe('"1"');
  expect(second && [second.key.text.text, text.slice(second.key.span.start, second.key.span.end)]).toEqual([
    'B.C',
    '"B.C"',
  ]);
});

it('what cannot be read is a problem with a place', () => {
  const { documents, problems } = parseToml('a = 1\nb = = 2\n');
  expect(documents).toEqual([]);
  expect(problems.map(({ at }) => at.start)).toEqual([10]);
});

it('never throws', () => {
  const piece = fc.constantFrom(
    'a',
    '=',
    '"b"',
    '[',
    ']',
    '[[x]]',
    '\n',
    '.',
    '1',
    '{',
    '}',
    ',',
    '#',
    "'",
    '1979-05-27',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const text = pieces.join('');
      for (const { at } of parseToml(text).problems) expect(at.end).toBeLessThanOrEqual(text.length);
    }),
    { seed: 8, numRuns: 1000 },
  );
});
