import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unifiedDiff } from '../../src/report/diff.js';

/** Applies a unified diff strictly: every line that it shows must be there. */
function patch(text: string, diff: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  const rows = diff.match(/[^\n]*\n/g) ?? [];
  for (let i = 2; i < rows.length; i += 1) {
    const row = rows[i] ?? '';
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$/.exec(row);
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === '0' ? 0 : 1);
      out.push(...lines.slice(at, start));
      expect(out.length).toBe(Number(head[3]) - (head[4] === '0' ? 0 : 1));
      at = start;
      continue;
    }
    const isCut = rows[i + 1]?.startsWith('\\') === true;
    const line = isCut ? row.slice(1, -1) : row.slice(1);
    if (row.startsWith('\\')) continue;
    if (row[0] !== '+') {
      expect(lines[at]).toBe(line);
      at += 1;
    }
    if (row[0] !== '-') out.push(line);
  }
  return [...out, ...lines.slice(at)].join('');
}

it('has three lines of context and joins hunks that are near', () => {
  const before = Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join('');
  const after = before
    .replace('line 2\n', 'line two\n')
    .replace('line 8\n', '')
    .replace('line 19\n', 'line 19\nmore\n');
  expect(unifiedDiff('Dockerfile', before, after)).toBe(`--- a/Dockerfile
+++ b/Dockerfile
@@ -1,11 +1,10 @@
 line 1
-line 2
+line two
 line 3
 line 4
 line 5
 line 6
 line 7
-line 8
 line 9
 line 10
 line 11
@@ -17,4 +16,5 @@
 line 17
 line 18
 line 19
+more
 line 20
`);
});

it('says where the last line has no end, and nothing where nothing changed', () => {
  expect(unifiedDiff('f', 'a', 'b')).toBe(
    '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n',
  );
  expect(unifiedDiff('f', '', 'b\n')).toBe('--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+b\n');
  expect(unifiedDiff('f', 'a\n', 'a\n')).toBe('');
});

it('colours for people, without the control characters of the file', () => {
  expect(unifiedDiff('f', 'a\u001b[2J\n', 'b\n', true)).not.toContain('\u001b[2J');
});

it('applied to the old text gives the new one', () => {
  const text = fc
    .array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', '-x\n', '+y\n'), { maxLength: 30 })
    .map((lines) => lines.join(''));
  const ended = fc.tuple(text, fc.constantFrom('', 'end')).map(([lines, end]) => lines + end);
  fc.assert(
    fc.property(ended, ended, (before, after) => {
      const diff = unifiedDiff('f', before, after);
      expect(diff === '' ? before : patch(before, diff)).toBe(after);
    }),
    { seed: 6, numRuns: 1000 },
  );
});
