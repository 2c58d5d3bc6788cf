/* The hard cases of the notes on semantics in which two builds are of different callers, files or stages: what they contain decides. */
import { describe, expect, it } from 'vitest';
import { acrossFiles, projectFindings, theOnly } from './lint.js';
import { deployment, type Files, job, said, wf } from './project.js';

const GO = (lines: string) => `FROM golang:1.22 AS build
${lines}
WORKDIR /src
COPY . .
RUN go build -o cli ./cmd/service
FROM debian:bookworm-slim
COPY --from=build /src/cli /usr/local/bin/cli
`;
const testAndRelease = (argument: string) => ({
  '.github/workflows/ci.yml': wf(
    job('test', [`docker build --build-arg ${argument} -t test .`]) +
      job('release', ['docker build -t registry.example.com/service:$GITHUB_SHA --push .']),
  ),
});

describe('22 to 24: what callers give a tool by its environment', () => {
  it.each([
    ['22', 'ARG CGO_ENABLED=0', 'CGO_ENABLED=1', 'CGO_ENABLED=0 go build -o cli ./cmd/service'],
    ['23', 'ARG GOFLAGS', 'GOFLAGS=-cover', 'go build -o cli ./cmd/service'],
    ['23', 'ARG GOFLAGS=-trimpath', 'GOFLAGS=-race', 'GOFLAGS=-trimpath go build -o cli ./cmd/service'],
  ])('%s: %s with --build-arg %s for tests only', (_, line, argument, plain) => {
    const found = theOnly(acrossFiles({ Dockerfile: GO(line), ...testAndRelease(argument) }), 'build-args');
    expect(found).toMatchObject({ rule: 'untested-image', severity: 'warning', confidence: 'proven' });
    expect(found.variants.map(({ value }) => value)).toEqual([
      `--build-arg ${argument} → ${argument} go build -o cli ./cmd/service`,
      `no --build-arg → ${plain}`,
    ]);
  });
  it('24: options that only say how the compiler runs', () =>
    expect(said({ Dockerfile: GO('ARG GOFLAGS'), ...testAndRelease('GOFLAGS=-p=2') })).toEqual([]));
  it('23: a variable that the Dockerfile does not declare has no effect', () =>
    expect(said({ Dockerfile: GO('ARG OTHER'), ...testAndRelease('GOFLAGS=-cover') })).toEqual([
      '.github/workflows/ci.yml:6 info unknown-build-argument',
    ]));
});

describe('23: one caller', () => {
  const push = (options: string) =>
    wf(job('release', [`docker build ${options} -t registry.example.com/service:1 --push .`]));
  const rules = (files: Files) => projectFindings(files).map(({ rule, severity }) => `${severity} ${rule}`);

  it.each(['GOFLAGS=-race', 'GOFLAGS="-trimpath -race"'])('that ships with %s ships the race detector', (argument) => {
    const [only, ...others] = projectFindings({
      Dockerfile: GO('ARG GOFLAGS'),
      '.github/workflows/ci.yml': push(`--build-arg ${argument}`),
    });
    expect(others).toEqual([]);
    expect(only).toMatchObject({ rule: 'instrumented-image', severity: 'error' });
    expect(only?.location).toMatchObject({ file: '.github/workflows/ci.yml', line: 6 });
    expect(only?.variants[1]?.value).toBe('go build -o cli ./cmd/service');
  });

  it('that ships without it, that only tests, or that builds at the desk is none of it', () => {
    const files = (workflow: string) => ({ Dockerfile: GO('ARG GOFLAGS'), '.github/workflows/ci.yml': workflow });
    expect(rules(files(push('--build-arg GOFLAGS=-trimpath')))).toEqual([]);
    expect(rules(files(wf(job('test', ['docker build --build-arg GOFLAGS=-race -t t .']))))).toEqual([]);
    const override = 'services:\n  s:\n    build: {context: ., args: {GOFLAGS: -race}}\n';
    expect(rules({ Dockerfile: GO('ARG GOFLAGS'), 'compose.override.yaml': override })).toEqual([]);
  });

  it.each([
    ['app:$(ENV)', 'divergent-build-arguments'],
    ['app:1', 'overwritten-image-tag'],
  ])('that passes it for tests only, as %s', (tag, rule) => {
    const Makefile = (flags: string) =>
      `ENV ?= production\nimage:\n\tdocker build --build-arg GOFLAGS=$(if $(filter testing,$(ENV)),${flags}) -t ${tag} .\n`;
    const [only, ...others] = projectFindings({ Dockerfile: GO('ARG GOFLAGS'), Makefile: Makefile('-race') });
    expect(others).toEqual([]);
    expect(only).toMatchObject({ rule, severity: 'warning', location: { file: 'Makefile', line: 3 } });
    expect(only?.variants.map(({ value }) => value)).toEqual([
      '--build-arg GOFLAGS=-race → GOFLAGS=-race go build -o cli ./cmd/service',
      '--build-arg GOFLAGS= → go build -o cli ./cmd/service',
    ]);
    expect(rules({ Dockerfile: GO('ARG GOFLAGS'), Makefile: Makefile('-p=2') })).toEqual([]);
  });

  it('none, where the Dockerfile has it as its default', () => {
    expect(rules({ Dockerfile: GO('ARG GOFLAGS=-race') })).toEqual(['error instrumented-image']);
    expect(rules({ Dockerfile: GO('ARG GOFLAGS=-trimpath') })).toEqual([]);
  });
});

describe('two jobs that call one command', () => {
  const makefile = (tag: string) => `image:\n\tdocker build --build-arg FLAGS=$(FLAGS) -t ${tag} .\n`;
  const files = (tag: string, jobs: string): Files => ({
    Dockerfile: GO('ARG FLAGS').replace('go build', 'go build $FLAGS'),
    Makefile: makefile(tag),
    '.github/workflows/ci.yml': wf(jobs),
  });
  const tests = (flags: string) => job('test', [`make image FLAGS="${flags}" TAG=t && docker run app:t ./check`]);
  const ships = job('release', ['make image TAG=1 && docker push app:1']);

  it('with other arguments, one for tests and one to ship', () => {
    const [only, ...others] = acrossFiles(files('app:$(TAG)', tests('-race') + ships));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ rule: 'untested-image', severity: 'warning' });
    expect(Object.values(only?.variants.map(({ value }) => value) ?? [])).toEqual([
      '--build-arg FLAGS=-race → go build -race -o cli ./cmd/service',
      '--build-arg FLAGS= → go build -o cli ./cmd/service',
    ]);
    expect(said(files('app:$(TAG)', tests('') + ships))).toEqual([]);
  });

  it('for two environments, under one name', () => {
    const jobs = (flags: string) =>
      job('a', [`make image FLAGS=${flags}`], '    environment: staging\n') +
      job('b', ['make image'], '    environment: production\n');
    const rules = (flags: string) => acrossFiles(files('app:1', jobs(flags))).map(({ rule }) => rule);
    expect(rules('-race')).toEqual(['overwritten-image-tag']);
    expect(rules('')).toEqual([]);
    const [only] = acrossFiles(files('app:1', jobs('-race')));
    expect(only?.variants.map(({ when }) => JSON.stringify(when)).join()).toMatch(/ci\.yml job a.*ci\.yml job b/);
  });
});

describe('40: the race detector in Dockerfile.dev', () => {
  const dev = { 'Dockerfile.dev': GO('').replace('go build', 'go build -race') };
  const rules = (files: Files) =>
    projectFindings(files).map(({ rule, location }) => `${rule} ${location.file}:${location.line}`);

  it('is expected where nobody deploys it', () => {
    expect(rules(dev)).toEqual([]);
    const override = 'services:\n  s:\n    build: {context: ., dockerfile: Dockerfile.dev}\n';
    expect(rules({ ...dev, 'compose.override.yaml': override })).toEqual([]);
    expect(rules({ Dockerfile: dev['Dockerfile.dev'] })).toEqual(['instrumented-image Dockerfile:5']);
  });

  it('is told where it ships', () => {
    const workflow = wf(job('release', ['docker build -f Dockerfile.dev -t registry.example.com/service:1 --push .']));
    expect(rules({ ...dev, '.github/workflows/ci.yml': workflow })).toEqual([
      'instrumented-image .github/workflows/ci.yml:6',
    ]);
  });
});

describe('40: docker build -f Dockerfile.$(ENV)', () => {
  const program = (options: string) => `FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build ${options} .\n`;
  const chosen = (name: string, one: string, prod: string, tag: string): Files => ({
    [`Dockerfile.${name}`]: one,
    'Dockerfile.prod': prod,
    Makefile: `ENV ?= ${name}\nimage:\n\tdocker build -f Dockerfile.$(ENV) -t app:${tag} .\n`,
  });
  it.each(['dev', 'staging'])('another program for %s is told with both command lines', (name) => {
    const files = chosen(name, program('-race -o /app'), program('-o /app'), '$(ENV)');
    const found = theOnly(acrossFiles(files), 'sibling-drift');
    expect(found).toMatchObject({ severity: 'warning', location: { file: `Dockerfile.${name}`, line: 1 } });
    expect(found.variants.map(({ value }) => value)).toEqual(['go build -race -o /app .', 'go build -o /app .']);
    expect(found.related.map(({ location }) => `${location.file}:${location.line}`)).toContain('Makefile:3');
  });
  it('under one name, that name is what is told', () => {
    const [found, ...others] = acrossFiles(chosen('dev', program('-race -o /app'), program('-o /app'), 'latest'));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ rule: 'overwritten-image-tag', confidence: 'proven' });
    expect(found?.variants.map(({ value }) => value)).toEqual([
      '-f Dockerfile.dev → go build -race -o /app .',
      '-f Dockerfile.prod → go build -o /app .',
    ]);
  });
  it.each(['$(ENV)', 'latest'])('files that differ in words only make the same image (%s)', (tag) =>
    expect(
      said(
        chosen('dev', program('-v -o /app'), `# for production\n${program('-o /app').replace('COPY', '\nCOPY')}`, tag),
      ),
    ).toEqual([]),
  );
  const node = (base: string, install: string) => `FROM ${base}\nWORKDIR /app\nCOPY . .\nRUN ${install}\n`;
  it('development dependencies, tools, another user and base are expected of a development image', () =>
    expect(
      said(
        chosen(
          'dev',
          `${node('node:20', 'npm install')}RUN apt-get update && apt-get install -y vim\n`,
          `${node('node:20-alpine', 'npm ci --omit=dev')}USER node\n`,
          '$(ENV)',
        ),
      ),
    ).toEqual([]));
  it('another version of its base is not', () => {
    const [found, ...others] = acrossFiles(
      chosen('dev', node('node:18', 'npm install'), node('node:20', 'npm ci --omit=dev'), '$(ENV)'),
    );
    expect(others).toEqual([]);
    expect(found?.rule).toBe('drifting-sibling');
    expect(found?.variants.map(({ value }) => value)).toEqual(['FROM node:18', 'FROM node:20']);
  });
});

describe('20, 41: a stage for tests or development that is deployed', () => {
  const TESTED = `FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/app .
FROM build AS test
RUN go test -race ./...
FROM debian:bookworm-slim
COPY --from=build /out/app /app
`;
  const image = 'registry.example.com/service';
  const release = (options: string, environment = ''): Files => ({
    Dockerfile: TESTED,
    '.github/workflows/ci.yml': wf(
      job(
        'release',
        [
          `docker build ${options} -t ${image}:$GITHUB_SHA --push .`,
          `kubectl set image deployment/s s=${image}:$GITHUB_SHA`,
        ],
        environment === '' ? '' : `    environment: ${environment}\n`,
      ),
    ),
  });
  it('20: the stage for tests in production is an error with what differs', () => {
    const [found, ...others] = acrossFiles(release('--target test', 'production'));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ rule: 'deployed-work-stage', severity: 'error', confidence: 'proven' });
    expect(found?.message).toContain('`test` of Dockerfile is for testing, and runs in production');
    expect(found?.variants.map(({ value }) => value)).toEqual(['FROM golang:1.22', 'FROM debian:bookworm-slim']);
  });
  it('20: nobody says where', () =>
    expect(said(release('--target test'))).toEqual(['.github/workflows/ci.yml:6 warning deployed-work-stage']));
  it.each([
    ['in the environment for tests', '--target test', 'testing'],
    ['where the stage that ships is deployed', '', 'production'],
  ])('20: nothing is to be said %s', (_, options, environment) =>
    expect(said(release(options, environment))).toEqual([]),
  );
  it('20: nor where only tests run it', () =>
    expect(
      said({
        Dockerfile: TESTED,
        '.github/workflows/ci.yml': wf(
          job('test', ['docker build --target test -t service:test .', 'docker run service:test']) +
            job('release', [`docker build -t ${image}:1 --push .`, `kubectl set image deployment/s s=${image}:1`]),
        ),
      }),
    ).toEqual([]));
  const STAGES = `FROM node:20 AS base
WORKDIR /app
COPY . .
FROM base AS development
RUN npm install
FROM base AS production
RUN npm ci --omit=dev
`;
  const chosen = (tag: string, manifests: Files): Files => ({
    Dockerfile: STAGES,
    Makefile: `ENV ?= development\nimage:\n\tdocker build --target $(ENV) -t ${image}:${tag} .\n`,
    ...manifests,
  });
  it('41: the stage for development that production runs is told with both stages', () => {
    const files = chosen('$(ENV)', { 'deploy/prod.yaml': deployment(`${image}:development`, 'production') });
    const found = theOnly(acrossFiles(files), 'base-selection');
    expect(found).toMatchObject({ rule: 'deployed-work-stage', severity: 'error', location: { file: 'Makefile' } });
    expect(found.variants.map(({ value }) => value)).toEqual(['npm install', 'npm ci --omit=dev']);
  });
  it('41: also where one name stands for all stages', () =>
    expect(
      acrossFiles(chosen('1', { 'deploy/prod.yaml': deployment(`${image}:1`, 'production') })).map(({ rule }) => rule),
    ).toEqual(['overwritten-image-tag', 'deployed-work-stage']));
  it('41: each environment with its own stage', () =>
    expect(
      said(
        chosen('$(ENV)', {
          'deploy/dev.yaml': deployment(`${image}:development`, 'development'),
          'deploy/prod.yaml': deployment(`${image}:production`, 'production'),
        }),
      ),
    ).toEqual([]));
  it('41: a compose file of the desk', () =>
    expect(
      said({
        Dockerfile: STAGES,
        'compose.yaml': 'services:\n  s:\n    image: s\n    build:\n      context: .\n      target: development\n',
      }),
    ).toEqual([]));
});
