import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../src/hosts/testing.js';
import { lint, recognise } from '../../src/index.js';

/** What is told of scripts that a walk finds. */
function told(project: Readonly<Record<string, string>>): readonly string[] {
  const paths = Object.keys(project);
  const isScript = (path: string): boolean => recognise(path) === 'shell';
  const files = memoryFiles(new Map(Object.entries(project)));
  const { findings, problems } = lint(
    paths.filter((path) => !isScript(path)),
    files,
    { around: paths.filter(isScript) },
  );
  expect(problems).toEqual([]);
  return findings.map(({ rule, location: { file, line } }) => `${rule} ${file}:${line}`);
}

const STAMP = '#!/bin/sh\nstamp=$(date +%s)\n(grep -q "$1" stamp.h) && exit 0\necho "#define STAMP $stamp" > stamp.h\n';

describe('scripts that nobody has named', () => {
  it('are told where a flag with a price depends on something', () => {
    const build = '#!/bin/sh\nif [ "${TRACE:-}" = 1 ]; then extra=-race; fi\ngo build $extra -o bin/app .\n';
    expect(told({ 'ci/build.sh': build })).toEqual(['conditional-build-flags ci/build.sh:3']);
  });

  it('may do whatever else they like in one environment only', () => {
    const deploy =
      '#!/bin/sh\nif [ "$ENV" = production ]; then npm run build; cp app.conf /etc/; fi\ngo build -tags "$TAGS" .\n';
    expect(told({ 'deploy.sh': deploy, 'test.sh': '#!/bin/sh\ngo build -race -o app . && ./app\n' })).toEqual([]);
  });

  it('are asked what they write when make runs them before it makes anything', () => {
    const makefile = 'stamp := $(shell sh -c ./stamp.sh)\napp: main.c\n\tcc -O2 -o app main.c\n';
    expect(told({ Makefile: makefile, 'stamp.sh': STAMP })).toEqual(['ambient-input stamp.sh:2']);
    expect(told({ 'stamp.sh': STAMP })).toEqual([]);
  });

  it('are told with the Dockerfile that runs them, and once', () => {
    const build = '#!/bin/sh\nif [ "$ENV" = test ]; then extra=-race; fi\ngo build $extra -o /app .\n';
    const dockerfile = 'FROM golang:1.22\nARG ENV\nCOPY . .\nRUN ENV=$ENV ./build.sh\n';
    expect(told({ Dockerfile: dockerfile, 'build.sh': build })).toEqual(['conditional-build-flags build.sh:3']);
  });
});
