import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMakefile } from '../../../src/syntax/makefile/parse.js';
import { print } from '../../../src/syntax/makefile/print.js';
import { errorsOf, parseTemplate } from '../../../src/syntax/makefile/template.js';
import type { Definition, Statement } from '../../../src/syntax/makefile/tree.js';
import { type MappedText, toSource } from '../../../src/text/mapped.js';

const SNIPPETS = [
  'A = $(B) c # d\n',
  'export override X ?= ${Y:a=b}\\\n  z\n',
  'define F\n\t@x \\\n\ty\nendef\n',
  'define F :=\ndefine G\nendef\n',
  'ifeq ($(A),b)\n',
  'ifneq "a" \'b\' \\\n c\n',
  'ifdef A\n',
  'else\n',
  'else ifndef $(B)\n',
  'endif # x\n',
  'a b\\:c: d | e ; @f \\\n\tg\n',
  '%.o: %.c\n',
  '$(O): %.o: %.c\n',
  'x y &:: z\n',
  't: private P += $(if a,b;c)\n',
  '\t@echo $(A) # b \\\n\tc\n',
  '\t\n',
  '\n',
  '# c \\\nd\n',
  '-include *.mk\n',
  'unexport\n',
  '$(eval $(call f,a))\n',
  '.RECIPEPREFIX = >\n',
  '> x\r\n',
  '\ufeff',
  'vpath %.c d\n',
  'undefine A\r\n',
];
const NOISE = [
  '\\',
  '\n',
  '\\\n',
  '#',
  ':',
  '=',
  '$',
  '$(',
  ')',
  '${',
  '}',
  ',',
  ';',
  '\t',
  ' ',
  '|',
  '%',
  '&',
  '\r',
  'é😀',
];

const makefiles = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...SNIPPETS) },
      { weight: 1, arbitrary: fc.constantFrom(...NOISE) },
    ),
    {
      maxLength: 25,
    },
  )
  .chain((parts) => {
    const text = parts.join('');
    const edit = fc.tuple(fc.nat(text.length), fc.nat(3), fc.constantFrom('', ...NOISE));
    return fc
      .array(edit, { maxLength: 4 })
      .map((edits) => edits.reduce((s, [at, count, noise]) => s.slice(0, at) + noise + s.slice(at + count), text));
  });

function textsOf(statement: Statement): MappedText[] {
  const of = ({ name, value }: Definition): MappedText[] => [name, value];
  switch (statement.kind) {
    case 'assignment':
      return of(statement.definition);
    case 'target-assignment':
      return [statement.targets, ...of(statement.definition)];
    case 'rule':
      return [
        statement.targets,
        statement.pattern,
        statement.prerequisites,
        statement.orderOnly,
        statement.recipe,
      ].flatMap((x) => x ?? []);
    case 'recipe':
    case 'expression':
      return [statement.text];
    case 'include':
      return [statement.files];
    case 'conditional':
      return statement.branches.flatMap(({ test, body }) => [
        ...(test === undefined ? [] : test.kind === 'equal' ? [test.left, test.right] : [test.name]),
        ...body.flatMap(textsOf),
      ]);
    default:
      return [];
  }
}

it('prints what it read, and leads every character back to its place', () => {
  fc.assert(
    fc.property(makefiles, (text) => {
      const tree = parseMakefile(text);
      expect(print(tree)).toBe(text);
      for (const { at } of tree.problems) {
        expect(at.start).toBeGreaterThanOrEqual(0);
        expect(at.end).toBeGreaterThanOrEqual(at.start);
        expect(at.end).toBeLessThanOrEqual(text.length);
      }
      for (const mapped of tree.statements.flatMap(textsOf)) {
        for (let i = 0; i < mapped.text.length; i += 1) {
          const c = mapped.text[i];
          const source = text[toSource(mapped, i)];
          // A continuation is a space, and the line feeds of `define` stand at the end of a line.
          if (c !== source && !(c === ' ' && source === '\\') && c !== '\n')
            throw new Error(`${JSON.stringify(mapped)} at ${i}`);
        }
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});

it('reads any template', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '$(if ', 'x:y=z', ...NOISE), { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      let at = 0;
      const template = parseTemplate(text);
      for (const part of template) {
        expect(part.start).toBe(at);
        at = part.end;
      }
      expect(at).toBe(text.length);
      errorsOf(template);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

it('takes linear time', () => {
  const seconds = (text: string): number => {
    const start = performance.now();
    parseMakefile(text);
    parseTemplate(text);
    return (performance.now() - start) / 1000;
  };
  // Eight times the text: 64 times the time would be quadratic.
  for (const unit of [
    '$(a',
    '(',
    '\\',
    '\\\n',
    'ifdef A\n',
    '$(if ',
    'a ',
    ':',
    ' \\\n',
    '${a:',
    '#',
    '$',
    ',',
    '$(b,',
    '$()',
  ])
    expect(seconds(unit.repeat(64_000)), JSON.stringify(unit)).toBeLessThan(
      32 * Math.max(0.05, seconds(unit.repeat(8_000))),
    );
});
