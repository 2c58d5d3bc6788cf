import { expect, it } from 'vitest';
import { renderMarkdown } from '../../src/report/manual.js';

const page = [
  '# a-rule',
  '',
  'Words with `code`, (`more`), **strong** and a',
  '[link](https://x) that go on.',
  '- one',
  '  more',
  '- two',
  '',
  '### A case',
  '',
  '```dockerfile Dockerfile',
  'FROM a',
  '',
  `RUN ${'word '.repeat(12)}`,
  '```',
  '',
  '```findings',
  'Dockerfile:1:1 error a-rule: longer than x\u001b[2J',
  '```',
  '',
].join('\n');

it('lays a page out to the width', () => {
  expect(renderMarkdown(page, 40, false).split('\n')).toEqual([
    'a-rule',
    '',
    'Words with `code`, (`more`), strong and',
    'a link that go on.',
    '• one more',
    '• two',
    '',
    '  A case',
    '',
    '    Dockerfile',
    '    │ FROM a',
    '    │',
    '    │ RUN word word word word word word',
    '    │ word word word word word word',
    '',
    '    │ Dockerfile:1:1 error a-rule:',
    '    │ longer than x␛[2J',
    '',
  ]);
});

it('colours headings, code and findings, and changes nothing else', () => {
  const coloured = renderMarkdown(page, 40, true);
  expect(coloured).toContain('\u001b[1ma-rule\u001b[0m');
  expect(coloured).toContain('\u001b[1;36m`code`,\u001b[0m');
  expect(coloured).toContain('\u001b[1mstrong\u001b[0m');
  const bare = coloured
    .split('\u001b[')
    .map((part, i) => (i === 0 ? part : part.replace(/^[\d;]*m/, '')))
    .join('');
  expect(bare).toBe(renderMarkdown(page, 40, false));
});

it('takes any text', () => {
  expect(renderMarkdown('```\nnever closed', 40, false)).toBe('    │ never closed\n');
  expect(renderMarkdown('', 40, false)).toBe('');
});
