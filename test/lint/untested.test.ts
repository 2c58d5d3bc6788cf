/* What a pipeline tests against what it ships: told once, and only where they never make the same. */
import { describe, expect, it } from 'vitest';
import { acrossFiles } from '../hard-cases/lint.js';

type Project = Readonly<Record<string, string>>;

/** The rules that look across files, with the place of each finding. */
const across = (files: Project): readonly string[] =>
  acrossFiles(files).map(({ rule, severity, location }) => `${rule} ${severity} ${location.file}:${location.line}`);

const Dockerfile = `FROM golang:1.22 AS build
ARG ENV=production
COPY . .
RUN go build $(test "$ENV" = testing && echo -race) -o /out/app .
FROM debian:12
COPY --from=build /out/app /usr/local/bin/app
`;
const workflow = (jobs: Readonly<Record<string, readonly string[]>>): string =>
  `on: push\njobs:\n${Object.entries(jobs)
    .map(
      ([name, lines]) =>
        `  ${name}:\n    runs-on: ubuntu-latest\n    steps:\n${lines.map((line) => `      - run: ${line}\n`).join('')}`,
    )
    .join('')}`;
const ci = (jobs: Readonly<Record<string, readonly string[]>>, more: Project = {}): readonly string[] =>
  across({ Dockerfile, '.github/workflows/ci.yml': workflow(jobs), ...more });

const TESTED = 'docker build --build-arg ENV=testing -t app:test .';
const SHIPPED = 'docker build -t ghcr.io/acme/app:1 --push .';

describe('a build for tests and one that ships', () => {
  it('in two jobs', () => {
    expect(ci({ test: [TESTED], release: [SHIPPED] })).toEqual(['untested-image warning .github/workflows/ci.yml:6']);
  });

  it('in one job', () => {
    expect(ci({ build: [TESTED, 'docker run app:test', SHIPPED] })).toEqual([
      'untested-image warning .github/workflows/ci.yml:6',
    ]);
  });

  it('in two workflows, one of which calls make', () => {
    const Makefile = `image:\n\t${TESTED}\n`;
    const release = workflow({ release: [SHIPPED] });
    expect(ci({ test: ['make image'] }, { Makefile, '.github/workflows/release.yml': release })).toEqual([
      'untested-image warning .github/workflows/ci.yml:6',
    ]);
  });

  it('where production takes what another file builds', () => {
    const deploy = 'kubectl --context production set image deployment/app app=acme/app:1';
    expect(ci({ test: [TESTED], build: ['docker build -t acme/app:1 .'], deploy: [deploy] })).toEqual([
      'untested-image warning .github/workflows/ci.yml:6',
    ]);
  });

  it('with the override that compose takes along', () => {
    const compose = {
      'compose.yaml': 'services:\n  app:\n    image: ghcr.io/acme/app\n    build: .\n',
      'compose.override.yaml': 'services:\n  app:\n    build:\n      args:\n        ENV: testing\n',
    };
    const release = 'docker compose -f compose.yaml build && docker compose -f compose.yaml push';
    expect(ci({ check: ['docker compose up -d'], release: [release] }, compose)).toEqual([
      'untested-image warning .github/workflows/ci.yml:6',
    ]);
    const byHand = ci({ check: ['docker compose -f compose.yaml up -d'], release: [release] }, compose);
    expect(byHand.filter((line) => !line.includes(' info '))).toEqual([]);
  });
});

describe('no finding', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>]>([
    ['where both make the same', { test: ['docker build --build-arg ENV=staging -t app .'], release: [SHIPPED] }],
    ['where a stage of its own is tested', { test: ['docker build --target build -t app .'], release: [SHIPPED] }],
    ['where the product is tested, too', { test: [TESTED, 'docker build -t app:2 .'], release: [SHIPPED] }],
    [
      'where nothing is known of what is passed',
      { test: ['docker build --build-arg ENV=$(./env) .'], release: [SHIPPED] },
    ],
  ])('%s', (_, jobs) => {
    expect(ci(jobs).filter((line) => line.startsWith('untested-image'))).toEqual([]);
  });
});
