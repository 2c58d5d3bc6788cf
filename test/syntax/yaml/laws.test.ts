import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/syntax/yaml/parse.js';
import { yamlGet } from '../../../src/syntax/yaml/read.js';
import type { YamlNode, YamlScalar, YamlTree } from '../../../src/syntax/yaml/tree.js';
import { toSource } from '../../../src/text/mapped.js';

const SEED = { seed: 20_251_126 };

function scalarsOf(tree: YamlTree): readonly YamlScalar[] {
  const found = new Set<YamlScalar>();
  const seen = new Set<YamlNode>();
  const walk = (node: YamlNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'scalar') found.add(node);
    else if (node.kind === 'list') for (const item of node.items) walk(item);
    else
      for (const { key, value } of node.entries) {
        walk(key);
        walk(value);
      }
  };
  for (const { root } of tree.documents) if (root !== undefined) walk(root);
  return [...found];
}

/** Every character stands where the tree says, or an escape, a doubled quote or a folded line break does. */
function expectWayBack(text: string, { text: scalar, span }: YamlScalar): void {
  let before = -1;
  for (let i = 0; i < scalar.text.length; i += 1) {
    const at = toSource(scalar, i);
    const c = scalar.text[i] ?? '';
    const there = text[at] ?? '';
    const low = i > 0 && (c.codePointAt(0) ?? 0) >= 0xdc00 && (c.codePointAt(0) ?? 0) <= 0xdfff;
    const fits = there === c || there === '\\' || low || ((c === ' ' || c === '\n') && there === '\n');
    expect({ c, there, at, fits, inside: at >= span.start && at < span.end }).toMatchObject({
      fits: true,
      inside: true,
    });
    // Two characters never share a place, but for those that an escape or the missing break at the end makes.
    expect(at).toBeGreaterThanOrEqual(before);
    before = at;
  }
}

const word = fc.stringMatching(/^[a-zA-Z$][a-zA-Z0-9_$.'"{}:/-]{0,8}$/).filter((w) => !/[:]$|\{\{/.test(w));
const line = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const gap = fc.constantFrom('\n', '\n', '\n\n', '\n\n\n', '  \n');
const lines = fc.array(fc.tuple(line, gap), { minLength: 1, maxLength: 5 });
const ending = fc.constantFrom('\n', '\r\n');

describe('the way back', () => {
  const cases = (style: string, write: (parts: readonly (readonly [string, string])[]) => string): void =>
    it(`holds for every character of ${style} scalars`, () => {
      fc.assert(
        fc.property(lines, ending, (parts, newline) => {
          const text = `a:\n  b: ${write(parts)}\n  c: 1\n`.replaceAll('\n', newline);
          const tree = parseYaml(text);
          const node = yamlGet(tree.documents[0]?.root, 'a', 'b');
          if (node?.kind !== 'scalar') throw new Error(`no scalar in ${text}`);
          expect(tree.problems).toEqual([]);
          expectWayBack(text, node);
          // All words are there, each one to one.
          for (const [one] of parts)
            expect(node.text.text.replace(/\s+/g, ' ')).toContain(one.split(/[ {}'"]/)[0] ?? '');
        }),
        { ...SEED, numRuns: 300 },
      );
    });
  const joined = (parts: readonly (readonly [string, string])[], indent: string): string =>
    parts.map(([text, separator], i) => (i === parts.length - 1 ? text : text + separator)).join(indent);
  cases('plain', (parts) =>
    joined(
      parts.map(([text, separator]) => [text.replace(/[{}'"]/g, 'x'), separator]),
      '    ',
    ),
  );
  cases('single-quoted', (parts) => `'${joined(parts, '    ').replaceAll("'", "''")}'`);
  cases('double-quoted', (parts) => `"${joined(parts, '    ').replace(/["]/g, '\\"').replace(/\$/g, '\\x24')}"`);
  cases('literal', (parts) => `|\n    ${joined(parts, '    ')}`);
  cases('folded', (parts) => `>-\n    ${joined(parts, '    ')}`);
  cases('kept', (parts) => `|+\n    ${joined(parts, '      ')}\n\n`);
});

const seeds: readonly string[] = [
  'services:\n  web:\n    build:\n      context: .\n      args:\n        - ENV=${ENV:-dev}\n    image: "app:${TAG}"\n',
  'x-a: &a\n  k: [1, 2, {a: b}]\nb:\n  <<: *a\n  c: |\n    x\n     y\n\n  d: >-\n    fold\n    ed\n',
  'on: [push]\njobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    steps:\n      - run: "echo \\"hi\\"\\n"\n',
  '{{- if .Values.x }}\napiVersion: v1\nname: {{ .Release.Name }}\n{{- end }}\n---\nkind: List\n...\n',
  "a: !reset null\nb: !override\n  - \"x\n    y\"\nc: 'it''s'\n? complex\n: value\n",
];

describe('damaged files', () => {
  it('never throw, and keep every span within the file', () => {
    const edit = fc.record({
      at: fc.nat(400),
      remove: fc.nat(6),
      insert: fc.constantFrom(
        '',
        '\t',
        '\n',
        ': ',
        '- ',
        '{',
        '[',
        ']',
        '}',
        '"',
        "'",
        '&a ',
        '*a',
        '|',
        '>',
        '#',
        '\r',
        '!',
        '%',
        '\0',
        '?',
        '<<',
        '{{',
        '}}',
        '---\n',
        '\\',
        '\uD800',
        '@`',
      ),
    });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 8 }), (seed, edits) => {
        let text = seed;
        for (const { at, remove, insert } of edits) {
          const i = at % (text.length + 1);
          text = text.slice(0, i) + insert + text.slice(i + remove);
        }
        const tree = parseYaml(text);
        for (const { at } of tree.problems) {
          expect(at.start).toBeLessThanOrEqual(at.end);
          expect(at.start).toBeGreaterThanOrEqual(0);
          expect(at.end).toBeLessThanOrEqual(text.length);
        }
        for (const { span, text: scalar } of scalarsOf(tree)) {
          expect(span.end).toBeLessThanOrEqual(text.length);
          for (let i = 0; i < scalar.text.length; i += 1)
            expect(toSource(scalar, i)).toBeLessThan(Math.max(1, text.length));
        }
      }),
      { ...SEED, numRuns: 3000 },
    );
  });

  it('never throw on any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab:-{}[]"\'|>&*!#?,%@` \t\n\r\\<$0.~'), maxLength: 60 }),
        (text) => {
          expect(Array.isArray(parseYaml(text).documents)).toBe(true);
        },
      ),
      { ...SEED, numRuns: 5000 },
    );
  });

  it('end, however deep or long they are', () => {
    const start = performance.now();
    for (const text of [
      '['.repeat(50_000),
      '{a: '.repeat(20_000),
      '- '.repeat(20_000),
      'a:\n'.repeat(10_000),
      Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      `a: ${'x '.repeat(200_000)}`,
      `a: "${'\\x41'.repeat(100_000)}"`,
      `a: |\n${'  x\n\n'.repeat(50_000)}`,
      `a: >\n${'  x\n'.repeat(100_000)}`,
      `a: |\n${' \n'.repeat(100_000)}`,
      '&a '.repeat(20_000),
      '*a '.repeat(20_000),
      '? '.repeat(5_000),
    ])
      parseYaml(text);
    expect(performance.now() - start).toBeLessThan(60_000);
  });
});
