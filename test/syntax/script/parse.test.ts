import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/script-parser.js';

const kinds = (text: string, path: string): readonly string[] =>
  parseScript(text, path).file?.program.body.map(({ type }) => type) ?? [];

describe('parseScript', () => {
  it('reads CommonJS and ES modules, whatever the ending says', () => {
    expect(kinds("const a = require('a'); module.exports = a;", 'webpack.config.mjs')).toEqual([
      'VariableDeclaration',
      'ExpressionStatement',
    ]);
    expect(kinds("import a from 'a'; export default a;", 'webpack.config.js')).toEqual([
      'ImportDeclaration',
      'ExportDefaultDeclaration',
    ]);
  });

  it('reads TypeScript where the ending says so, and Flow where plain JavaScript fails', () => {
    expect(kinds('const a: Config = { b } satisfies C;', 'vite.config.ts')).toEqual(['VariableDeclaration']);
    expect(parseScript('const a = (b: C) => (b: any);', 'x.js').problems).toEqual([]);
  });

  it('keeps what can be read, and says where it cannot', () => {
    const text = 'const a = 1;\nconst a = 2;\n';
    const { file, problems } = parseScript(text, 'x.js');
    expect(file?.program.body).toHaveLength(2);
    expect(problems).toEqual([
      { at: { start: 19, end: 20 }, message: "this script cannot be read: Identifier 'a' has already been declared." },
    ]);
    expect(parseScript('const = ;', 'x.js')).toMatchObject({
      file: undefined,
      problems: [{ at: { start: 6, end: 7 } }],
    });
  });

  it('never throws, and its problems lie in the text', () => {
    const pieces = fc.constantFrom(
      ...[
        'const a = ',
        '{',
        '}',
        '(',
        ')',
        '[',
        ']',
        '=>',
        '`',
        '${',
        "'",
        '"',
        '/',
        '\\',
        '\n',
        ';',
        ',',
        '...',
        '<',
        '>',
      ],
      ...[
        'import ',
        'export default ',
        'process.env.X',
        '?',
        ':',
        '??',
        '||',
        'async ',
        'await ',
        'function ',
        'class A ',
        '#',
      ],
      ...['return ', 'if ', 'else ', 'switch ', 'case ', 'as ', '@x', '\u2028', '\ud800', '/*', '*/', '//'],
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }),
        fc.constantFrom('x.js', 'x.ts', 'x.tsx', 'x.mjs'),
        (parts, path) => {
          const text = parts.join('');
          for (const { at } of parseScript(text, path).problems) {
            expect(at.start).toBeGreaterThanOrEqual(0);
            expect(at.end).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { seed: 7, numRuns: 600 },
    );
  });

  it('gives up files that are too long or nested too deeply with a problem', () => {
    expect(parseScript(' '.repeat(1_000_001), 'x.js')).toMatchObject({ file: undefined, problems: [{}] });
    const deep = parseScript('['.repeat(100_000), 'x.js');
    expect(deep.file).toBeUndefined();
    expect(deep.problems).toHaveLength(1);
  });
});
