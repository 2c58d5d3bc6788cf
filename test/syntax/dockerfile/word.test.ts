import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WordTemplate } from '../../../src/syntax/dockerfile/tree.js';
import { parseBody, parseWord, rawWords, splitWords } from '../../../src/syntax/dockerfile/word.js';
import { expand } from './expand.js';

interface Vector {
  readonly in: string;
  readonly word?: string;
  readonly words?: readonly string[];
  readonly unmatched?: readonly string[];
  readonly error?: string;
}

const file: { readonly env: readonly string[]; readonly vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/buildkit-lex-vectors.json', import.meta.url), 'utf8'),
);
const env = new Map(file.env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));

function value(word: string, escapeChar: '\\' | '`' = '\\'): string {
  const { word: text, error } = expand(parseWord(word, escapeChar), env);
  return error === undefined ? text : `error: ${error}`;
}

describe("the outputs of BuildKit's own lexer", () => {
  test('are there', () => expect(file.vectors.length).toBeGreaterThan(60));

  test.each(file.vectors)('$in', (vector) => {
    const result = expand(parseWord(vector.in, '\\'), env);
    expect({
      ...result,
      error: result.error === undefined ? undefined : `failed to process ${JSON.stringify(vector.in)}: ${result.error}`,
    }).toEqual({
      word: vector.word ?? '',
      words: vector.words ?? [],
      unmatched: vector.unmatched ?? [],
      error: vector.error,
    });
  });
});

describe('rows of the reference that have no vector', () => {
  test.each([
    ['${EMPTY:-d}', 'd'],
    ['${U-d}', 'd'],
    ['${EMPTY:+w}', ''],
    ['${EMPTY+w}', 'w'],
    ['${U+w}', ''],
    ['${U:?m}', 'error: U: m'],
    ['${EMPTY:?m}', 'error: EMPTY: m'],
    ['${EMPTY:?}', 'error: EMPTY: is not allowed to be empty'],
    ['${U:?}', 'error: U: is not allowed to be unset'],
    ['${U?}', 'error: U: is not allowed to be unset'],
    ['${A:-${U:?boom}}', 'error: U: boom'],
    ['${V##*.}', '1'],
    ['${V##*}', ''],
    ['${V#*}', '1.2.3-rc.1'],
    ['${S//ba/fo}', 'fooforfoz'],
    ['${EMPTY///_}', '_'],
    ['${A///_}', '_a_l_p_h_a_'],
    ['${S//*/X}', 'X'],
    ['${S/\\x/}', "error: invalid pattern (\\x) in substitution: invalid escape '\\x'"],
    ['${S#\\}', "error: syntax error: missing '}'"],
    ['${A^^}', 'error: unsupported modifier (^) in substitution'],
    ['${A=x}', 'error: unsupported modifier (=) in substitution'],
    ['${!A}', 'error: unsupported modifier (A) in substitution'],
    ['${A:', "error: syntax error: missing '}'"],
    ['${A:0', "error: syntax error: missing '}'"],
    ['${', "error: syntax error: missing '}'"],
    ['${}', 'error: syntax error: bad substitution'],
    ['${{A}}', 'error: syntax error: bad substitution'],
    ['${A:-"x}', "error: syntax error: missing '}'"],
    ['${S/a/b', "error: syntax error: missing '}'"],
    ['$10', ''],
    ['a$', 'a$'],
    ['`x`', '`x`'],
    ['"\'${A}\'"', "'alpha'"],
    ['"a\\qb"', 'a\\qb'],
    ['a\\', 'a'],
    ['\\\\\\$A', '\\$A'],
    ["'a", 'error: unexpected end of statement while looking for matching single-quote'],
    ['${U:-"a}b"}', 'a}b'],
    ["${U:-'$A'}", '$A'],
    ['${STAR#a\\*}', 'b'],
    ['${V%\\?}', '1.2.3-rc.1'],
    ['${S//o/$D}', 'f11barbaz'],
    ['${S/o/$D}', 'f1$2obarbaz'],
    ['𝔸$A😀', '𝔸alpha😀'],
    ['\\😀', '😀'],
  ])('%s', (word, expected) => expect(value(word)).toBe(expected));

  test('a backtick escapes when the directive says so', () => {
    expect(value('`$A\\b', '`')).toBe('$A\\b');
    expect(value('"`$A`n"', '`')).toBe('$A`n');
    expect(value('`$A', '\\')).toBe('`alpha');
  });

  test('the second sign may come from a value', () => {
    const hash = new Map([
      ['H', '#*.'],
      ['V', '1.2.3'],
    ]);
    expect(expand(parseWord('${V#$H}', '\\'), hash).word).toBe('3');
    expect(expand(parseWord('${V###*.}', '\\'), hash).word).toBe('1.2.3');
  });
});

describe('templates', () => {
  test('parts carry quotes, operators and spans', () => {
    expect(parseWord('a"b$A"${B:-x}', '\\')).toEqual([
      { kind: 'text', text: 'a', quoted: false },
      { kind: 'text', text: 'b', quoted: true },
      {
        kind: 'variable',
        name: 'A',
        quoted: true,
        operator: '',
        operand: [],
        replacement: [],
        span: { start: 3, end: 5 },
      },
      {
        kind: 'variable',
        name: 'B',
        quoted: false,
        operator: ':-',
        operand: [{ kind: 'text', text: 'x', quoted: false }],
        replacement: [],
        span: { start: 6, end: 13 },
      },
    ]);
  });

  test('longest matches are operators of their own, without their second sign', () => {
    const operators = ['${A#x}', '${A##x}', '${A%x}', '${A%%x}', '${A/x/y}', '${A//x/y}'].map((word) => {
      const part = parseWord(word, '\\')[0];
      return part?.kind === 'variable' ? [part.operator, part.operand, part.replacement] : undefined;
    });
    const text = (word: string): WordTemplate => [{ kind: 'text', text: word, quoted: false }];
    expect(operators).toEqual([
      ['#', text('x'), []],
      ['##', text('x'), []],
      ['%', text('x'), []],
      ['%%', text('x'), []],
      ['/', text('x'), text('y')],
      ['//', text('x'), text('y')],
    ]);
  });

  test('an error ends the template; what is evaluated before it stays', () => {
    expect(parseWord('a${U:?m}${A^}rest', '\\').map((part) => part.kind)).toEqual(['text', 'variable', 'error']);
    expect(value('${A:=${U:?first}}')).toBe('error: U: first');
    expect(value('${A/${U:?first}/"}')).toBe('error: U: first');
  });

  test('nesting without end is an error, not a crash', () => {
    const word = '${A:-'.repeat(100_000);
    expect(parseWord(word, '\\').at(-1)?.kind).toBe('error');
  });

  test('bodies of heredocs know no quotes', () => {
    const body = (text: string) => expand(parseBody(text), env);
    expect(body('it\'s "$A" \\$A\n').word).toBe('it\'s "alpha" $A\n');
    expect(body('${U:-"}').word).toBe('"');
  });

  test('patterns with many stars take no exponential time', () => {
    const long = new Map([['L', 'a'.repeat(20_000)]]);
    expect(expand(parseWord('${L//*a*a*a*a*b/x}', '\\'), long).word).toBe('a'.repeat(20_000));
    expect(expand(parseWord('${L%*a*a*a*a*a*b*}', '\\'), long).word).toBe('a'.repeat(20_000));
  });

  test('wildcards do not cross lines', () => {
    const lines = new Map([['L', 'one\ntwo']]);
    expect(expand(parseWord('${L##*o}', '\\'), lines).word).toBe('ne\ntwo');
    expect(expand(parseWord('${L%?two}', '\\'), lines).word).toBe('one\ntwo');
  });

  test('prefixes and suffixes agree with regular expressions', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (wanted, word, longest) => {
        const toRegExp = (star: string) =>
          [...wanted].map((char) => (char === '*' ? star : char === '?' ? '.' : char)).join('');
        const source = toRegExp(longest ? '.*' : '.*?');
        const operator = longest ? '##' : '#';
        const result = expand(parseWord(`\${L${operator}${wanted}}`, '\\'), new Map([['L', word]])).word;
        expect(result).toBe(word.replace(new RegExp(`^${source}`), ''));
        const all = expand(parseWord(`\${L//${wanted}/-}`, '\\'), new Map([['L', word]])).word;
        // Where the pattern can match nothing, JavaScript and Go count empty matches differently.
        if (!/^\**$/.test(wanted)) expect(all).toBe(word.replace(new RegExp(toRegExp('.*'), 'g'), '-'));
      }),
    );
  });

  test('no text makes it throw', () => {
    const unit = fc.constantFrom(...'$${}}:-+?#%/\\"\'` aA1_@\n\0é😀');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (word) => {
        for (const template of [parseWord(word, '\\'), parseWord(word, '`'), parseBody(word)]) {
          expand(template, env);
          for (const part of template) {
            if (part.kind === 'text') continue;
            expect(part.span.start).toBeLessThanOrEqual(part.span.end);
            expect(part.span.end).toBeLessThanOrEqual(word.length);
            if (part.kind === 'variable') expect(word[part.span.start]).toBe('$');
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a word without specials is itself', () => {
    const unit = fc.constantFrom(...'abc123 .,-=/*~(){}[]é😀');
    fc.assert(fc.property(fc.string({ unit }), (word) => value(word) === word));
  });
});

describe('splitting', () => {
  const split = (text: string, escapeChar: '\\' | '`' = '\\') =>
    splitWords(text, escapeChar).map(({ start, end }) => text.slice(start, end));

  test.each([
    ['a=1  b', ['a=1', 'b']],
    ['a="x y" b=\'p q\'', ['a="x y"', "b='p q'"]],
    ['a=x\\ y b', ['a=x\\ y', 'b']],
    ['a="x\\" y" b', ['a="x\\" y"', 'b']],
    ["a='x\\' b", ["a='x\\'", 'b']],
    ['a="x b', ['a="x b']],
    ['a b\\', ['a', 'b']],
    ['\u00a0a\u3000b', ['a', 'b']],
    ['', []],
  ])('%s', (text, words) => expect(split(text)).toEqual(words));

  test('the escape is the one given', () => expect(split('a=x`\u0020y b\\ c', '`')).toEqual(['a=x` y', 'b\\', 'c']));

  test('raw words keep quotes; a line that cannot be lexed has none', () => {
    const line = 'RUN x "a b" <<"E F" ${A:=b}';
    expect(rawWords(line)?.map(({ start, end }) => line.slice(start, end))).toEqual([
      'RUN',
      'x',
      '"a b"',
      '<<"E F"',
      '${A:=b}',
    ]);
    expect(rawWords("RUN it's <<EOF")).toBeUndefined();
  });
});
