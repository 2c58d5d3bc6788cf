import { expect, it } from 'vitest';
import { lint } from '../../src/index.js';
import { isAside } from '../../src/knowledge/folders.js';
import { filesOf } from '../evaluate/makefile/run.js';

it('tells folders whose builds nobody deploys', () => {
  const aside = [
    'examples/web/Dockerfile',
    'a/vendor/b/Dockerfile',
    '.devcontainer/Dockerfile',
    'test/fixtures/Dockerfile',
  ];
  for (const path of aside) expect(isAside(path), path).toBe(true);
  for (const path of ['Dockerfile', 'example', 'exampleservice/Dockerfile', 'deploy/Dockerfile', 'tests/Dockerfile'])
    expect(isAside(path), path).toBe(false);
});

it('lowers what is found there to a word', () => {
  const text =
    'FROM golang:1.22\nARG ENV\nRUN if [ "$ENV" = testing ]; then go build -race -o /a .; else go build -o /a .; fi\n';
  const report = lint(
    ['Dockerfile', 'examples/a/Dockerfile'],
    filesOf({ Dockerfile: text, 'examples/a/Dockerfile': text }),
  );
  expect(report.findings.map(({ location, severity }) => [location.file, severity])).toEqual([
    ['Dockerfile', 'error'],
    ['examples/a/Dockerfile', 'info'],
  ]);
});

it.each([
  ['examples/a/Dockerfile', 'error'],
  ['examples/a', 'error'],
  ['examples', 'error'],
  ['.', 'info'],
  ['examples/b', 'info'],
])('what is asked for by name is no mere example: %s', (named, severity) => {
  const text =
    'FROM golang:1.22\nARG ENV\nRUN if [ "$ENV" = testing ]; then go build -race -o /a .; else go build -o /a .; fi\n';
  const report = lint(['examples/a/Dockerfile'], filesOf({ 'examples/a/Dockerfile': text }), { named: [named] });
  expect(report.findings.map((finding) => finding.severity)).toEqual([severity]);
});
