import { expect, it } from 'vitest';
import { renderJson } from '../../src/report/json.js';
import { finding, report, storyFinding } from './samples.js';

it('is the report, and one line break at its end', () => {
  const what = report([storyFinding]);
  const text = renderJson(what);
  expect(JSON.parse(text)).toEqual(what);
  expect(text.endsWith('}\n')).toBe(true);
});

it('holds no character that a terminal would obey', () => {
  const message = 'a\u001b[2J\u009b31m\u202e\u2028\ud800z';
  const text = renderJson(report([finding({ file: 'D', line: 1, column: 1, endLine: 1, endColumn: 1 }, { message })]));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  expect(JSON.parse(text).findings[0].message).toBe(message);
});
