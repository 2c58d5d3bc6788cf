import { describe, expect, it } from 'vitest';
import { parseMakefile } from '../../../src/syntax/makefile/parse.js';
import { print } from '../../../src/syntax/makefile/print.js';
import type { Definition, Statement, Test } from '../../../src/syntax/makefile/tree.js';

function definitionOf({ modifiers, name, operator, value }: Definition): string {
  return [...modifiers, `${name.text}|${operator}|${value.text}`].join(' ');
}

function testOf(test: Test | undefined): string {
  if (test === undefined) return 'else';
  if (test.kind === 'defined') return `${test.negated ? 'ifndef' : 'ifdef'} ${test.name.text}`;
  return `${test.negated ? 'ifneq' : 'ifeq'} [${test.left.text}] [${test.right.text}]`;
}

/** The statements in short. */
function short(statement: Statement): unknown {
  switch (statement.kind) {
    case 'assignment':
      return `${statement.multiline ? 'define ' : ''}${definitionOf(statement.definition)}`;
    case 'undefine':
      return [...statement.modifiers, 'undefine', statement.name.text].join(' ');
    case 'target-assignment':
      return `[${statement.targets.text}] ${definitionOf(statement.definition)}`;
    case 'rule': {
      const { targets, pattern, prerequisites, orderOnly, recipe } = statement;
      const colon = `${statement.grouped ? '&' : ''}${statement.doubleColon ? '::' : ':'}`;
      const parts = [targets, ...(pattern === undefined ? [] : [pattern]), prerequisites].map(
        ({ text }) => `[${text}]`,
      );
      return `${parts.join(colon)}${orderOnly === undefined ? '' : `|[${orderOnly.text}]`}${recipe === undefined ? '' : `;${recipe.text}`}`;
    }
    case 'recipe':
      return `\t${statement.text.text}`;
    case 'conditional':
      return statement.branches.flatMap((branch) => [testOf(branch.test), branch.body.map(short)]);
    case 'include':
      return `${statement.optional ? '-' : ''}include ${statement.files.text}`;
    case 'export':
      return `${statement.exporting ? '' : 'un'}export ${statement.names?.text ?? '*'}`;
    case 'directive':
      return `${statement.name} ${statement.arguments.text}`;
    case 'expression':
      return `expand ${statement.text.text}`;
    default:
      return statement.kind;
  }
}

function read(text: string): unknown[] {
  const tree = parseMakefile(text);
  expect(print(tree)).toBe(text);
  return tree.statements.filter(({ kind }) => kind !== 'blank').map(short);
}

function problems(text: string): string[] {
  const tree = parseMakefile(text);
  expect(print(tree)).toBe(text);
  return tree.problems.map(({ at, message }) => `${message}: ${text.slice(at.start, at.end)}`);
}

describe('assignments', () => {
  it.each([
    ['A = b c  # d', 'A|=|b c  '],
    ['A:=b', 'A|:=|b'],
    ['A ::= b', 'A|::=|b'],
    ['A :::= b', 'A|:::=|b'],
    ['A ?=', 'A|?=|'],
    ['A += $(x = y) \\# z', 'A|+=|$(x = y) # z'],
    ['A != date', 'A|!=|date'],
    ['$(P)_x = 1', '$(P)_x|=|1'],
    ['export override A := 1', 'export override A|:=|1'],
    ['export = 1', 'export|=|1'],
    ['ifdef := 1', 'ifdef|:=|1'],
    ['A = 1 \\\n   2 \\\\\n', 'A|=|1 2 \\\\'],
    ['A = 1\r\n', 'A|=|1'],
    ['\tA = 1', 'A|=|1'],
    ['override undefine A', 'override undefine A'],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });

  it('reads define with nesting and operators', () => {
    expect(read('define A +=\nx \\\n  y\ndefine B\nz\nendef\n\tendef\nendef # c\nB = 1\n')).toEqual([
      'define A|+=|x y\ndefine B\nz\nendef\n\tendef',
      'B|=|1',
    ]);
    expect(read('override define A\nendef\n')).toEqual(['define override A|=|']);
  });
});

describe('rules', () => {
  it.each([
    ['a b: c d | e', '[a b]:[c d]|[e]'],
    ['a:: b', '[a]::[b]'],
    ['a b&: c', '[a b]&:[c]'],
    ['%.o: %.c ; cc $< # x', '[%.o]:[%.c]; cc $< # x'],
    ['$(OBJS): %.o: %.c # c', '[$(OBJS)]:[%.o]:[%.c]'],
    ['$(X:a=b): $(Y:c=d)', '[$(X:a=b)]:[$(Y:c=d)]'],
    ['a\\:b: c', '[a:b]:[c]'],
    ['a: X = b; c', '[a] X|=|b; c'],
    ['a b-%: override export X := b # c', '[a b-%] override export X|:=|b '],
    ['a: X=b', '[a] X|=|b'],
    ['a:X:=b', '[a] X|:=|b'],
    ['a: ; @echo $(x) \\\n\ty', '[a]:[]; @echo $(x) \\\n\ty'],
    ['a: b \\\n  c', '[a]:[b c]'],
    ['.PHONY: a', '[.PHONY]:[a]'],
    [': a', '[]:[a]'],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });

  it('keeps recipes as they are', () => {
    expect(read('a:\n\t@echo 1 \\\n\t  2\n\n# c\n\t# d\n\t-x\nB = 1\n\tC = 2\n')).toEqual([
      '[a]:[]',
      '\t@echo 1 \\\n\t  2',
      '\t# d',
      '\t-x',
      'B|=|1',
      'C|=|2',
    ]);
    expect(read('.RECIPEPREFIX = >\na:\n>x\n\tB = 1\n')).toEqual(['.RECIPEPREFIX|=|>', '[a]:[]', '\tx', 'B|=|1']);
  });
});

describe('directives', () => {
  it('nests conditionals anywhere', () => {
    const text = `a:
\tx
ifeq ($(A),b) # c
\ty
else ifneq "a" 'b'
  ifdef $(X)
\tz
  endif
else
B = 1
endif
\tw
`;
    expect(read(text)).toEqual([
      '[a]:[]',
      '\tx',
      ['ifeq [$(A)] [b]', ['\ty'], 'ifneq [a] [b]', [['ifdef $(X)', ['\tz']]], 'else', ['B|=|1']],
      '\tw',
    ]);
  });

  it.each([
    ['ifeq ( a , b )\nendif', ['ifeq [ a] [b ]', []]],
    ['ifeq ($(f x,y),(a))\nendif', ['ifeq [$(f x,y)] [(a)]', []]],
    ['ifneq \'a\' ""\nendif', ['ifneq [a] []', []]],
    ['ifndef A \nelse\nendif', ['ifndef A', [], 'else', []]],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });

  it.each([
    ['include a.mk $(B)', 'include a.mk $(B)'],
    ['-include .env', '-include .env'],
    ['sinclude x', '-include x'],
    ['export', 'export *'],
    ['unexport A B', 'unexport A B'],
    ['vpath %.c src', 'vpath %.c src'],
    ['$(eval $(call x,y))', 'expand $(eval $(call x,y))'],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });
});

describe('problems', () => {
  it.each([
    ['a b\n', ['missing separator: a b']],
    ['        x\n', ['missing separator (did you mean TAB instead of 8 spaces?): x']],
    ['ifeq(a,b)\n', ['missing separator (ifeq must be followed by whitespace): ifeq(a,b)']],
    ['ifdef A\nB=1\n', ["missing 'endif': ifdef A"]],
    ['endif\n', ["extraneous 'endif': endif"]],
    ['else\n', ["extraneous 'else': else"]],
    ['ifdef A\nelse\nelse\nendif\n', ["only one 'else' per conditional: else"]],
    ['define A\nx\n', ["missing 'endef', unterminated 'define': define A"]],
    ['A := $(b\n', ['unterminated variable reference: $(b']],
    ['A = $(b\n', []],
    ['A := x$(strip b\n', ["unterminated call to function 'strip': missing ')': $(strip b"]],
    ['ifeq (a\nendif\n', ['invalid syntax in conditional: ifeq (a']],
    [
      'ifdef A B\nendif x\n',
      ['invalid syntax in conditional: ifdef A B', "extraneous text after 'endif' directive: x"],
    ],
    ['\tx\n', ['recipe commences before first target: x']],
    ['a: b: c\n', ["target pattern contains no '%' (target 'b'): b"]],
    ['; x\n', ['missing rule before recipe: ;']],
    [' = x\n', ['empty variable name: =']],
  ])('%j', (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });
});
