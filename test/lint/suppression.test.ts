import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../src/hosts/testing.js';
import { lint } from '../../src/index.js';
import type { Edit } from '../../src/lint/fix.js';
import { mergeSettings } from '../../src/lint/settings.js';
import { applySuppressions } from '../../src/lint/suppression.js';
import { commentSyntaxOf, commentsOf } from '../../src/syntax/comments/index.js';
import { finding } from '../report/samples.js';

/** Runs suppressions over a text with a finding of `rule` on some lines. */
function apply(
  file: string,
  text: string,
  lines: readonly number[],
  more: { requireReason?: boolean; off?: string } = {},
) {
  const syntax = commentSyntaxOf(file, text) ?? 'dockerfile';
  const findings = lines.map((line) => ({
    ...finding({ file, line, column: 1, endLine: line, endColumn: 2 }),
    rule: 'rule-a',
  }));
  const result = applySuppressions(findings, {
    files: [{ file, text, ...commentsOf(syntax, text) }],
    rules: ['rule-a', 'rule-b'],
    ran: (rule) => rule !== more.off,
    requireReason: () => more.requireReason ?? false,
  });
  return {
    ...result,
    suppressed: result.suppressed.length,
    left: result.findings.map(({ rule, location }) => `${location.line}:${location.column} ${rule}`),
  };
}

function edited(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((out, e) => out.slice(0, e.start) + e.text + out.slice(e.end), text);
}

describe('what is suppressed', () => {
  it.each([
    ['the next line', 'FROM a\n# envariant-ignore rule-a\nRUN x\nRUN y\n', [3, 4], ['4:1 rule-a']],
    [
      'the next instruction with all its lines',
      '# envariant-ignore rule-a -- why\nRUN x \\\n y \\\n z\nRUN w',
      [2, 3, 4, 5],
      ['5:1 rule-a'],
    ],
    [
      'the next line inside an instruction only',
      'RUN x \\\n# envariant-ignore rule-a\n  y \\\n  z\n',
      [1, 3, 4],
      ['1:1 rule-a', '4:1 rule-a'],
    ],
    ['the next line behind other comments', '# envariant-ignore rule-a\n# more\n\nRUN x\n', [4], []],
    ['several rules', '# envariant-ignore rule-b rule-a\nRUN x\n', [2], ['1:20 unused-suppression']],
    ['every rule without a name', '# envariant-ignore -- why\nRUN x\n', [2], []],
    ['its own line', 'RUN x # envariant-ignore-line rule-a\nRUN y\n', [1, 2], ['2:1 rule-a']],
    ['the file', 'RUN x\n# envariant-ignore-file rule-a\nRUN y\n', [1, 3], []],
    [
      'from a start to its end',
      'RUN a\n# envariant-ignore-start rule-a\nRUN b\nRUN c\n# envariant-ignore-end rule-a\nRUN d\n',
      [1, 3, 4, 6],
      ['1:1 rule-a', '6:1 rule-a'],
    ],
    ['to the end of the file', '# envariant-ignore-start rule-a\nRUN b\n\nRUN c\n', [2, 4], []],
    [
      'a bare end ends all',
      '# envariant-ignore-start rule-a\nRUN b\n# envariant-ignore-end\nRUN c\n',
      [2, 4],
      ['4:1 rule-a'],
    ],
    ['nothing in a string', 'RUN echo "# envariant-ignore rule-a" && \\\n x\n', [2], ['2:1 rule-a']],
  ] as const)('%s', (_, text, lines, left) => {
    expect(apply('Dockerfile', text, lines).left).toEqual(left);
  });

  it.each([
    ['Makefile', 'x:\n\t# envariant-ignore rule-a\n\tmake y\n', [3]],
    ['ci.yml', 'a:\n  # envariant-ignore rule-a\n  run: |\n    x\n    y\n', [3, 5]],
    ['ci.yml', 'a:\n  run: |\n    # envariant-ignore rule-a\n    x\n', [4]],
    ['docker-bake.hcl', '// envariant-ignore rule-a\nx = 1\n', [2]],
    ['docker-bake.hcl', 'x = 1 # envariant-ignore-line rule-a\n', [1]],
    ['vite.config.ts', '/* envariant-ignore rule-a -- why */\nexport default 1;\n', [2]],
    ['build.sh', '# envariant-ignore rule-a\nx \\\n  y\n', [2, 3]],
  ] as const)('in %s', (file, text, lines) => {
    expect(apply(file, text, lines)).toMatchObject({ left: [], suppressed: lines.length });
  });
});

describe('what is wrong with suppressions', () => {
  it('names no rule: the nearest one is said, and written on demand', () => {
    const text = '# envariant-ignore rule-c, rule-a\nRUN x\n';
    const { findings, left } = apply('Dockerfile', text, [2]);
    expect(left).toEqual(['1:20 unknown-suppression']);
    const [one] = findings;
    expect(one?.severity).toBe('info');
    expect(one?.message).toBe('There is no rule `rule-c`, so this suppresses nothing. Did you mean `rule-a`?');
    expect(one?.fixes?.map(({ safe, edits }) => [safe, edited(text, edits)])).toEqual([
      [false, '# envariant-ignore rule-a, rule-a\nRUN x\n'],
      [false, '# envariant-ignore rule-a\nRUN x\n'],
    ]);
  });

  it('suppresses nothing: it is removed with its line, or without the rules that find nothing', () => {
    const whole = 'FROM a\n  # envariant-ignore rule-a, rule-b\nRUN x\n';
    const all = apply('Dockerfile', whole, []).findings;
    expect(all.map(({ rule, message }) => [rule, message])).toEqual([
      ['unused-suppression', '`rule-a`, `rule-b` find nothing here, so this suppresses nothing.'],
    ]);
    expect(edited(whole, all[0]?.fixes?.[0]?.edits ?? [])).toBe('FROM a\nRUN x\n');
    const part = '# envariant-ignore rule-b, rule-a -- why\nRUN x\n';
    const some = apply('Dockerfile', part, [2]).findings;
    expect(some[0]?.fixes?.[0]).toMatchObject({ safe: true });
    expect(edited(part, some[0]?.fixes?.[0]?.edits ?? [])).toBe('# envariant-ignore rule-a -- why\nRUN x\n');
    const trailing = 'RUN x # envariant-ignore-line rule-a\n';
    const [last] = apply('Dockerfile', trailing, []).findings;
    expect(edited(trailing, last?.fixes?.[0]?.edits ?? [])).toBe('RUN x\n');
    const block = '/* envariant-ignore */ x();\n';
    const [front] = apply('a.js', block, []).findings;
    expect(edited(block, front?.fixes?.[0]?.edits ?? [])).toBe(' x();\n');
  });

  it('says nothing of a rule that did not run', () => {
    expect(apply('Dockerfile', '# envariant-ignore rule-b\nRUN x\n', [], { off: 'rule-b' }).left).toEqual([]);
  });

  it.each(['next', 'next-line'])('has no such scope as %s, or an end without a start', (scope) => {
    const text = `# envariant-ignore-${scope} rule-a\nRUN x\n# envariant-ignore-end\n`;
    const { findings, left } = apply('Dockerfile', text, []);
    expect(left).toEqual(['1:3 unknown-suppression', '3:1 unused-suppression']);
    expect(edited(text, findings[0]?.fixes?.[0]?.edits ?? [])).toMatch(/^# envariant-ignore rule-a\n/);
  });

  it('says not why, where the settings want a reason', () => {
    const text = '# envariant-ignore rule-a\nRUN x\n# envariant-ignore rule-a -- because\nRUN y\n';
    const { findings, left } = apply('Dockerfile', text, [2, 4], { requireReason: true });
    expect(left).toEqual(['1:1 unexplained-suppression']);
    expect(findings[0]?.severity).toBe('warning');
  });

  it('can be suppressed by its name', () => {
    const text = '# envariant-ignore-file unused-suppression\n# envariant-ignore rule-a\nRUN x\n';
    expect(apply('Dockerfile', text, []).left).toEqual([]);
  });
});

it('works from the library, in files of the build too', () => {
  const files = {
    Dockerfile: 'FROM golang:1.22\nARG ENV\nCOPY . .\nRUN ./build.sh "$ENV"\n',
    'build.sh':
      '#!/bin/sh\ncase "$1" in test) flags=-race ;; esac\n# envariant-ignore conditional-build-flags -- only here\ngo build $flags -o /usr/bin/app .\n',
  };
  const run = (settings = mergeSettings([], [])) =>
    lint(['Dockerfile'], memoryFiles(new Map(Object.entries(files))), { settings });
  expect(run()).toMatchObject({ findings: [], summary: { errors: 0, suppressed: 1 } });
  // The rule did not run, so that its suppression is neither used nor in vain.
  const off = run(mergeSettings([{ categories: { 'conditional-build': 'off', instrumentation: 'off' } }], []));
  expect(off).toMatchObject({ findings: [], summary: { suppressed: 0 } });
});
