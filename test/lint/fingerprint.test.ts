import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fingerprintsOf, hashOf } from '../../src/lint/fingerprint.js';
import { finding, locate, story, storyFinding } from '../report/samples.js';

const printsOf = (text: string, ...parts: readonly string[]): readonly string[] =>
  fingerprintsOf(
    parts.map((part) => finding(locate('Dockerfile', text, part))),
    () => text,
  );

it('stays when lines are put before or after, and when a line is indented', () => {
  const moved = `# one\n\n${story.replace('RUN go', 'RUN   go')}\nRUN true\n`;
  expect(printsOf(moved, '$(case')).toEqual(printsOf(story, '$(case'));
});

it('changes with the line, the message, the rule and the file', () => {
  const textOf = () => story;
  const own = fingerprintsOf([storyFinding], textOf);
  const { location } = storyFinding;
  for (const other of [
    { ...storyFinding, message: 'other' },
    { ...storyFinding, rule: 'other' },
    { ...storyFinding, location: { ...location, file: 'other' } },
    { ...storyFinding, location: { ...location, line: 2 } },
  ])
    expect(fingerprintsOf([other], textOf)).not.toEqual(own);
});

it('counts equal ones', () => {
  const text = 'RUN a\nRUN b\nRUN a\n';
  const at = (line: number) => finding({ file: 'D', line, column: 1, endLine: line, endColumn: 2 });
  const [a, b, again] = fingerprintsOf([at(1), at(2), at(3)], () => text);
  expect(new Set([a, b, again]).size).toBe(3);
  // The one that is left is the first.
  expect(fingerprintsOf([at(1)], () => 'RUN a\n')).toEqual([a]);
});

it('hashes different texts differently', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 50 }), (texts) => {
      expect(new Set(texts.map(hashOf)).size).toBe(texts.length);
    }),
    { seed: 3 },
  );
});
