import { defineRule } from 'envariant/plugin';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.js';
import { lint } from '../../src/index.js';
import type { Files } from '../../src/text/files.js';

function filesOf(table: Readonly<Record<string, string>>): Files {
  return {
    read: (path) => {
      const text = table[path];
      return text === undefined ? undefined : { kind: 'text', text };
    },
    list: () => undefined,
  };
}

const RACE = `FROM golang:1.22
ARG ENV
RUN if [ "$ENV" = testing ]; then go build -race -o /app .; else go build -o /app .; fi
`;

describe('running rules', () => {
  it('reports a rule that throws under its id, once, and runs the others', () => {
    const broken = defineRule({
      id: 'broken',
      summary: 'throws',
      category: 'conditional-build',
      severity: 'error',
      since: '0.1.0',
      subject: ['program', 'base'],
      check: () => {
        throw new Error('no luck');
      },
    });
    const report = lint(['Dockerfile'], filesOf({ Dockerfile: RACE }), { rules: [broken, ...rules] });
    expect(report.problems.map(({ message }) => message)).toEqual(['the rule broken failed: no luck']);
    expect(report.findings.map(({ rule }) => rule)).toEqual(['conditional-build-flags']);
  });

  it('lints the other files when one cannot be read', () => {
    const files: Files = {
      read: (path) =>
        path === 'a/Dockerfile' ? { kind: 'unreadable', reason: 'is a binary file' } : { kind: 'text', text: RACE },
      list: () => undefined,
    };
    const report = lint(['a/Dockerfile', 'b/Dockerfile'], files);
    expect(report.problems).toEqual([
      {
        location: { file: 'a/Dockerfile', line: 1, column: 1, endLine: 1, endColumn: 1 },
        message: 'this file is a binary file; it is not linted',
      },
    ]);
    expect(report.findings).toHaveLength(1);
  });

  it('tells one cause once, with the other steps as related places', () => {
    const report = lint(
      ['Dockerfile'],
      filesOf({
        Dockerfile: `FROM php:8.3-fpm
ARG APP_ENV
RUN if [ "$APP_ENV" = production ]; then \\
      composer install --no-dev; \\
      rm -rf tests; \\
    else \\
      composer install; \\
    fi
`,
      }),
    );
    expect(report.findings.map(({ rule }) => rule)).toEqual(['conditional-dependencies']);
    const lines = report.findings[0]?.related.map(({ location }) => location.line);
    expect(lines).toEqual(expect.arrayContaining([2, 3, 5, 7]));
  });

  it('keeps decisions that cut the environments in other ways apart', () => {
    const report = lint(
      ['Dockerfile'],
      filesOf({
        Dockerfile: `FROM python:3.12
ARG ENV
RUN if [ "$ENV" = dev ]; then pip install -r dev.txt; fi; \\
    if [ "$ENV" != prod ]; then apt-get install -y strace; fi
`,
      }),
    );
    expect(report.findings.map(({ rule }) => rule)).toEqual(['conditional-dependencies', 'conditional-steps']);
  });

  it('gives the same report for the same input, whatever was linted before', () => {
    const files = filesOf({ Dockerfile: RACE, 'x/Dockerfile': RACE.replaceAll('ENV', 'STAGE') });
    const alone = lint(['Dockerfile'], files);
    const after = lint(['x/Dockerfile', 'Dockerfile'], files);
    expect(after.findings.filter(({ location }) => location.file === 'Dockerfile')).toEqual(alone.findings);
  });
});
