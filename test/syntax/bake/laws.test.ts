import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseBakeJson } from '../../../src/syntax/bake/json.js';
import { parseBake } from '../../../src/syntax/bake/parse.js';
import { printTokens } from '../../../src/syntax/bake/print.js';
import type { Body, Expression } from '../../../src/syntax/bake/tree.js';
import { mutated } from '../../fuzz/mutate.js';
import { CORPUS, JSON_CORPUS } from './corpus.js';
import { lines } from './show.js';

const TOKENS = [
  '${',
  '%{',
  '"',
  '<<EOT\n',
  'EOT\n',
  '<<-X\n',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '=',
  '=>',
  ':',
  '?',
  ',',
  '.',
  '...',
].concat([
  'a',
  'for',
  'in',
  'if',
  'else',
  'endif',
  'endfor',
  'null',
  '1.5',
  '\n',
  '\r\n',
  ' ',
  '#',
  '/*',
  '*/',
  '\\',
  '~}',
  '*',
  '-',
  '!',
  '&&',
  '\u{1f600}',
  '\ud800',
]);

const damaged = fc.oneof(
  mutated(CORPUS),
  fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((tokens) => tokens.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

function spans(body: Body): readonly { start: number; end: number }[] {
  const walk = (e: Expression): readonly { start: number; end: number }[] => [
    e.span,
    ...(e.kind === 'tuple' ? e.items.flatMap(walk) : []),
    ...(e.kind === 'object' ? e.entries.flatMap(({ key, value }) => [...walk(key), ...walk(value)]) : []),
    ...(e.kind === 'template' ? e.parts.map(({ span }) => span) : []),
  ];
  return [
    ...body.attributes.flatMap(({ nameSpan, value }) => [nameSpan, ...walk(value)]),
    ...body.blocks.flatMap(({ typeSpan, labels, body: inner }) => [
      typeSpan,
      ...labels.map(({ span }) => span),
      ...spans(inner),
    ]),
  ];
}

it('prints back what it read and keeps spans inside the file, whatever is damaged', () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const { tokens, body, problems } = parseBake(text);
      expect(printTokens(text, tokens)).toBe(text);
      for (const { start, end } of [...spans(body), ...problems.map(({ at }) => at)])
        expect(start >= 0 && start <= end && end <= text.length).toBe(true);
    }),
    { seed: 59, numRuns: 3000 },
  );
});

it('reads damaged JSON without throwing', () => {
  fc.assert(
    fc.property(fc.oneof(mutated(JSON_CORPUS), fc.json()), (text) => {
      for (const { start, end } of spans(parseBakeJson(text).body))
        expect(start <= end && end <= text.length).toBe(true);
    }),
    { seed: 59, numRuns: 1500 },
  );
});

it('finds no mistakes in files that have none', () => {
  for (const text of CORPUS) expect(parseBake(text).problems).toEqual([]);
  for (const text of JSON_CORPUS) expect(parseBakeJson(text).problems).toEqual([]);
});

const CASE = '/work/shared/cases/r17-docker-cli/files/docker-bake.hcl';
it.skipIf(!existsSync(CASE))('reads the bake file of docker/cli', () => {
  const { body, problems } = parseBake(readFileSync(CASE, 'utf8'));
  expect(problems).toEqual([]);
  expect(lines(body)).toContain(
    'target e2e-image/args = {"BASE_VARIANT"=((USE_GLIBC == "1") ? "debian" : "alpine"), "VERSION"=VERSION}',
  );
});

it('stays fast and on the stack for hostile input', () => {
  const many = 20_000;
  const texts = [
    '(',
    '[',
    '{',
    '"${',
    '!',
    '-',
    'f(',
    'a ? ',
    'a.b',
    'x {\n',
    '"%{ if a }',
    'a[*].',
    '<<E\n${',
    '[for x in ',
  ].map((part) => `a = ${part.repeat(many)}`);
  for (const text of [
    ...texts,
    `a = 1${' + 1'.repeat(many)}`,
    `a = b${'.c'.repeat(many)}`,
    'a = [\n'.repeat(many),
    '}\n'.repeat(many),
  ]) {
    const start = performance.now();
    expect(parseBake(text).problems.length).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(5000);
  }
  expect(parseBakeJson('['.repeat(100_000)).problems).toHaveLength(1);
});
