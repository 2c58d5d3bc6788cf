import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../../src/syntax/dockerfile/parse.js';
import type { Instruction } from '../../../src/syntax/dockerfile/tree.js';
import type { Span } from '../../../src/text/span.js';
import { ODD_SNIPPETS, SNIPPETS } from './corpus.js';
import { mappedTexts, wrongWays } from './read.js';

const snippet = fc.constantFrom(...SNIPPETS, ...ODD_SNIPPETS);
const valid = fc.array(snippet, { maxLength: 12 }).map((all) => all.join(''));
const noise = fc.string({ unit: fc.constantFrom(...'\\`\n\r\t "\'$<>{}[]#=-,\u0000é😀aA'), maxLength: 6 });

/** A text with a few places cut out or overwritten with noise. */
const mutated = fc
  .tuple(valid, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 8 }), noise), { maxLength: 6 }))
  .map(([text, edits]) =>
    edits.reduce((result, [place, length, replacement]) => {
      const at = place % (result.length + 1);
      return result.slice(0, at) + replacement + result.slice(at + length);
    }, text),
  );

function isWithin(span: Span, outer: Span): boolean {
  return outer.start <= span.start && span.start <= span.end && span.end <= outer.end;
}

function isOrdered(spans: readonly Span[]): boolean {
  return spans.every((span, index) => (spans[index - 1]?.end ?? 0) <= span.start);
}

function check(text: string): void {
  const tree = parseDockerfile(text);
  const whole = { start: 0, end: text.length };
  expect(isOrdered(tree.instructions.map((instruction) => instruction.span))).toBe(true);
  expect(isOrdered(tree.comments)).toBe(true);
  for (const span of tree.comments) {
    expect(isWithin(span, whole)).toBe(true);
    expect(text[span.start]).toBe('#');
    expect(text.slice(span.start, span.end)).not.toContain('\n');
  }
  let before = 0;
  for (const { at } of tree.problems) {
    expect(isWithin(at, whole)).toBe(true);
    expect(at.start).toBeGreaterThanOrEqual(before);
    before = at.start;
  }
  for (const instruction of tree.instructions) checkInstruction(instruction, text, whole);
}

function checkInstruction(instruction: Instruction, text: string, outer: Span): void {
  const { span, keyword, flags, kind } = instruction;
  expect(isWithin(span, outer)).toBe(true);
  expect(isWithin(keyword, span)).toBe(true);
  expect(keyword.start).toBe(span.start);
  const written = text.slice(keyword.start, keyword.end);
  if (!/[\r\n]/.test(written)) expect(written.toLowerCase()).toBe(kind);
  expect(isOrdered([keyword, ...flags.map((flag) => flag.span)])).toBe(true);
  for (const flag of flags) expect(isWithin(flag.span, span)).toBe(true);
  // A JSON form's escapes stand for characters that the file does not hold.
  const json = kind === 'copy' || kind === 'add' || kind === 'volume' || kind === 'onbuild';
  if (!json || !text.includes('"')) {
    for (const mapped of mappedTexts(instruction)) expect(wrongWays(mapped, text)).toEqual([]);
  }
  if (instruction.kind === 'onbuild' && instruction.trigger !== undefined) {
    checkInstruction(instruction.trigger, text, span);
  }
}

describe('laws of the Dockerfile parser', () => {
  test('whatever the text, spans are within it, in order, and lead back', () => {
    fc.assert(fc.property(mutated, check), { numRuns: 1500 });
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check));
  });

  test('the same with CRLF', () => {
    fc.assert(fc.property(mutated, (text) => check(text.replaceAll('\n', '\r\n'))));
  });

  test('CRLF changes neither instructions nor problems', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SNIPPETS)), (all) => {
        const text = all.join('');
        const kinds = (source: string) => {
          const { instructions, problems, comments } = parseDockerfile(source);
          return [instructions.map(({ kind }) => kind), problems.map(({ message }) => message), comments.length];
        };
        expect(kinds(text.replaceAll('\n', '\r\n'))).toEqual(kinds(text));
      }),
    );
  });

  test('instructions do not depend on what stands after them', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SNIPPETS)), fc.constantFrom(...SNIPPETS), (all, last) => {
        const text = `FROM a\n${all.join('')}`;
        const one = parseDockerfile(text);
        const two = parseDockerfile(text + last);
        expect(two.instructions.slice(0, one.instructions.length)).toEqual(one.instructions);
        expect(two.problems.slice(0, one.problems.length)).toEqual(one.problems);
      }),
    );
  });

  test('ordinary Dockerfiles have no problems', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SNIPPETS)), (all) => {
        expect(parseDockerfile(`FROM a\n${all.join('')}`).problems).toEqual([]);
      }),
    );
  });

  test.each([
    ['an unterminated heredoc', `FROM a\nRUN <<EOF\n${'x\n'.repeat(50_000)}`],
    ['many heredocs', `FROM a\nRUN ${'<<E '.repeat(20_000)}\n${'E\n'.repeat(20_000)}`],
    ['many unterminated heredocs', `FROM a\nRUN ${'<<E '.repeat(20_000)}\n${'x\n'.repeat(20_000)}`],
    ['one long line', `RUN ${'a "b" \\'.repeat(150_000)}`],
    ['a long run of blanks', `#a=${' '.repeat(500_000)}x\nRUN \\${' '.repeat(500_000)}x`],
    ['a long directive', `# syntax=a${' '.repeat(500_000)}b`],
    ['a deep array', `CMD ${'['.repeat(500_000)}`],
    ['a closed deep array', `CMD ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['deep variables before a heredoc', `RUN <<E ${'${A:-'.repeat(100_000)}`],
    ['a chain of triggers', 'ONBUILD '.repeat(100_000)],
    ['a long flag', `RUN --mount=${'"a"\\ '.repeat(100_000)} x`],
    ['a long JSON string', `COPY ["${'a\\n'.repeat(200_000)}", "b"]`],
    ['escapes only', '\\\n'.repeat(200_000)],
    ['hashes only', `RUN a \\\n${'#\n'.repeat(200_000)}`],
    ['carriage returns only', '\r'.repeat(500_000)],
    ['one ENV of many lines', `ENV ${'a=b \\\n '.repeat(50_000)}c=d`],
    ['one ARG of many names', `ARG ${'a '.repeat(200_000)}`],
  ])('%s takes no long time', (_, text) => {
    const start = performance.now();
    check(text.length > 100_000 ? text.slice(0, 5_000) : text);
    parseDockerfile(text);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('time is linear in the number of lines', () => {
    const block = SNIPPETS.join('');
    const build = (lines: number) => block.repeat(Math.ceil(lines / block.split('\n').length));
    const texts = [build(10_000), build(40_000)];
    const best = texts.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < 7; round++) {
      texts.forEach((text, index) => {
        const start = performance.now();
        parseDockerfile(text);
        best[index] = Math.min(best[index] ?? 0, performance.now() - start);
      });
    }
    // Four times the lines: linear work takes about 4 times as long, quadratic work 16 times.
    expect((best[1] ?? 0) / (best[0] ?? 1)).toBeLessThan(9);
  });
});

describe('the second opinion of dockerfile-ast', () => {
  // Where it and BuildKit follow the same rules, it must find the same instructions and comments.
  test('keywords, boundaries and comments agree on ordinary Dockerfiles', () => {
    const ordinary = fc.array(fc.constantFrom(...SNIPPETS), { maxLength: 15 }).map((all) => `FROM a\n${all.join('')}`);
    fc.assert(
      fc.property(ordinary, fc.boolean(), (text, crlf) => {
        const source = crlf ? text.replaceAll('\n', '\r\n') : text;
        const starts = [0, ...[...source.matchAll(/\n/g)].map((match) => match.index + 1)];
        const toSpan = (range: {
          readonly start: { readonly line: number; readonly character: number };
          readonly end: { readonly line: number; readonly character: number };
        }): Span => ({
          start: (starts[range.start.line] ?? 0) + range.start.character,
          end: (starts[range.end.line] ?? 0) + range.end.character,
        });
        const theirs = DockerfileParser.parse(source);
        const ours = parseDockerfile(source);
        expect(ours.instructions.map(({ span, keyword }) => ({ span, keyword }))).toEqual(
          theirs.getInstructions().map((instruction) => ({
            span: toSpan(instruction.getRange()),
            keyword: toSpan(instruction.getInstructionRange()),
          })),
        );
        expect(ours.comments).toEqual(theirs.getComments().map((comment) => toSpan(comment.getRange())));
      }),
      { numRuns: 300 },
    );
  });
});
