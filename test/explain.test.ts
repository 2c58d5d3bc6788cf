import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainAt, linksOf, outlineOf } from '../src/index.js';
import { explanationMarkdown } from '../src/report/explanation.js';
import type { Files } from '../src/text/files.js';

const table = (texts: Record<string, string>): Files => ({
  read: (path) => (texts[path] === undefined ? undefined : { kind: 'text', text: texts[path] }),
  list: (folder) => (folder === '' ? Object.keys(texts).filter((path) => !path.includes('/')) : undefined),
});
const explain = (text: string, part: string, file = 'Dockerfile', inside = 0) => {
  const found = explainAt(file, text.indexOf(part) + inside, table({ [file]: text }));
  return found === undefined
    ? undefined
    : { kind: found.kind, name: found.name, rows: found.rows.map(({ when, value }) => [when, value]) };
};

describe('what stands at a place', () => {
  const text = `ARG BASE=debian
FROM $BASE:12
ARG ENV=dev
ENV MODE=$ENV
COPY conf/$ENV.yml /etc/
RUN if [ "$ENV" = prod ]; then F=-trimpath; else F=-race; fi; go build $F -o /app .
RUN echo "$MODE" > /mode
`;

  it('is a variable with its value where it is read', () => {
    expect(explain(text, '"$ENV" =', 'Dockerfile', 1)).toEqual({
      kind: 'variable',
      name: 'ENV',
      rows: [
        [{ ENV: [null, 'dev'] }, 'dev'],
        [{ ENV: ['prod'] }, 'prod'],
        ['otherwise', '⟨$ENV⟩'],
      ],
    });
    expect(explain(text, '$F -o', 'Dockerfile', 1)).toEqual({
      kind: 'variable',
      name: 'F',
      rows: [
        [{ ENV: ['prod'] }, '-trimpath'],
        ['otherwise', '-race'],
      ],
    });
  });

  it('is a variable that the builder reads', () => {
    expect(explain(text, '$BASE')).toMatchObject({ kind: 'variable', name: 'BASE' });
    expect(explain(text, 'ENV.yml')).toMatchObject({ kind: 'variable', name: 'ENV' });
  });

  it('is the only value of a variable in a branch', () => {
    const branch = 'FROM debian:12\nARG ENV\nRUN if [ "$ENV" = prod ]; then X=1; echo "$X"; fi\n';
    expect(explain(branch, '$X', 'Dockerfile', 1)).toMatchObject({ kind: 'variable', rows: [['otherwise', '1']] });
  });

  it('is what a compose file passes, names and builds', () => {
    const compose =
      'services:\n  app:\n    image: acme/app:${TAG:-latest}\n    build:\n      context: .\n      args:\n        ENV: ${ENV:-local}\n';
    const at = (part: string) => explain(compose, part, 'compose.yaml');
    expect(at('ENV: ')).toEqual({
      kind: 'argument',
      name: 'ENV',
      rows: [
        [{ ENV: [null, ''] }, 'local'],
        ['otherwise', '⟨$ENV⟩'],
      ],
    });
    expect(at('acme')).toMatchObject({ kind: 'word', name: 'acme/app:${TAG:-latest}' });
    expect(at('acme')?.rows).toContainEqual([{ TAG: [null, ''] }, 'acme/app:latest']);
    expect(at('context')).toMatchObject({ kind: 'command', name: 'service app' });
    expect(at('context')?.rows[0]?.[1]).toBe('docker build -f Dockerfile --build-arg ENV=local');
    expect(at('services')).toBeUndefined();
  });

  it('is what a workflow passes and builds, in scripts and actions', () => {
    const workflow = `on: { push: { branches: [main, test] } }
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - run: docker build --build-arg ENV=\${{ github.ref_name == 'main' && 'prod' || 'test' }} .
      - uses: docker/build-push-action@v6
        with:
          context: .
          build-args: |
            MODE=fast
`;
    const at = (part: string) => explain(workflow, part, '.github/workflows/ci.yml');
    expect(at('ENV=')).toMatchObject({ kind: 'argument', name: 'ENV' });
    expect(
      at('ENV=')
        ?.rows.map(([, value]) => value)
        .sort(),
    ).toEqual(['prod', 'test']);
    expect(at('docker build')).toMatchObject({ kind: 'command', name: 'docker build' });
    expect(at('docker build')?.rows.map(([, value]) => value)).toContain(
      'docker build -f Dockerfile --build-arg ENV=prod',
    );
    expect(at('MODE=')).toEqual({ kind: 'argument', name: 'MODE', rows: [['otherwise', 'fast']] });
  });

  it('is a command with its words, a copy, a setting, a base, an argument', () => {
    expect(explain(text, 'go build')).toEqual({
      kind: 'command',
      name: 'go build $F -o /app .',
      rows: [
        [{ ENV: ['prod'] }, 'go build -trimpath -o /app .'],
        ['otherwise', 'go build -race -o /app .'],
      ],
    });
    expect(explain(text, '/etc/')).toMatchObject({ kind: 'files' });
    expect(explain(text, 'ARG ENV', 'Dockerfile', 4)).toMatchObject({ kind: 'argument', name: 'ENV' });
    expect(explain(text, ':12', 'Dockerfile', 1)).toMatchObject({ kind: 'base' });
  });

  it('is the value in a script and in a recipe', () => {
    const script = '#!/bin/sh\nOPT=\nif [ "$CI" = true ]; then OPT=--frozen; fi\nnpm ci $OPT\n';
    expect(explain(script, '$OPT', 'build.sh', 1)).toMatchObject({
      kind: 'variable',
      rows: [
        [{ CI: ['true'] }, '--frozen'],
        ['otherwise', ''],
      ],
    });
    const makefile = 'app:\n\tgo build $(if $(filter dev,$(ENV)),-race) -o app .\n';
    expect(explain(makefile, 'go build', 'Makefile')).toMatchObject({ kind: 'command' });
  });

  it('is what a variable has where it is read next, at its assignment', () => {
    const script = '#!/bin/sh\nOPT=\nif [ "$CI" = true ]; then OPT=--frozen; fi\nnpm ci $OPT\nOPT=x\n';
    const rows = [
      [{ CI: ['true'] }, '--frozen'],
      ['otherwise', ''],
    ];
    expect(explain(script, 'OPT=', 'build.sh')).toEqual({ kind: 'variable', name: 'OPT', rows });
    expect(explain(script, 'OPT=x', 'build.sh')).toBeUndefined();
    const makefile =
      'FLAGS := -trimpath\nifeq ($(ENV),dev)\nFLAGS += -race\nendif\napp:\n\tgo build $(FLAGS) -o app .\n';
    expect(explain(makefile, 'FLAGS :=', 'Makefile')).toEqual({
      kind: 'variable',
      name: 'FLAGS',
      rows: [
        [{ ENV: ['dev'] }, '-trimpath -race'],
        ['otherwise', '-trimpath'],
      ],
    });
  });

  it('is nothing in a comment, behind the end, and in other languages', () => {
    expect(explain('# $ENV\nFROM debian:12\n', '$ENV')).toBeUndefined();
    expect(explainAt('Dockerfile', 1e9, table({ Dockerfile: text }))).toBeUndefined();
    expect(explainAt('compose.yaml', 3, table({ 'compose.yaml': 'services: {}\n' }))).toBeUndefined();
    expect(explainAt('gone', 0, table({}))).toBeUndefined();
  });

  it('never throws, and its place is around the offset, whatever the text is', () => {
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(12),
        fc.string({ maxLength: 3 }),
        fc.nat(text.length),
        (at, cut, added, offset) => {
          const damaged = text.slice(0, at) + added + text.slice(at + cut);
          const found = explainAt('Dockerfile', offset, table({ Dockerfile: damaged }));
          if (found === undefined) return;
          expect(found.place.start).toBeLessThanOrEqual(offset + 2);
          expect(found.place.end).toBeGreaterThan(found.place.start);
          expect(found.rows.length).toBeGreaterThan(0);
          expect(explanationMarkdown(found)).not.toContain('undefined');
        },
      ),
      { seed: 6, numRuns: 400 },
    );
  });
});

describe('Markdown', () => {
  it('has a table, in which nothing of the values is taken for markup', () => {
    const rows = [
      { when: { ENV: ['a|b'] }, value: 'x | `y`\nz' },
      { when: 'otherwise' as const, value: undefined },
    ];
    expect(explanationMarkdown({ kind: 'command', name: 'run', rows })).toBe(
      '`run`\n\n| environment | value |\n|---|---|\n| ENV=a\\|b | ``x \\| `y`␤z`` |\n| otherwise | *not run* |',
    );
    expect(explanationMarkdown({ kind: 'variable', name: 'X', rows: [{ when: 'otherwise', value: '' }] })).toBe(
      '`$X` is *empty* in every environment.',
    );
  });
});

describe('links', () => {
  const dockerfile = 'FROM debian:12 AS base\nARG ENV\nFROM base AS App\nARG ENV\nRUN make\n';

  it('are the builds of compose files, workflows, makefiles and scripts, with their arguments', () => {
    const files = table({
      Dockerfile: dockerfile,
      'compose.yaml':
        'services:\n  web:\n    image: acme/web:1\n    build:\n      context: .\n      target: app\n      args: [ENV=prod]\n',
      Makefile: 'image:\n\tdocker build --build-arg ENV=dev -t acme/web:dev .\n',
      'release.sh': 'docker build --target base .\n',
      'gone.sh': 'docker build -f Dockerfile.gone .\n',
      'broken.sh': 'if docker build\n',
    });
    expect(linksOf('compose.yaml', files)).toMatchObject({
      builds: [{ dockerfile: 'Dockerfile', target: 'app', by: 'service web', arguments: [{ name: 'ENV' }] }],
      makes: ['docker.io/acme/web'],
    });
    expect(linksOf('Makefile', files).builds).toMatchObject([
      { dockerfile: 'Dockerfile', target: undefined, arguments: [{ name: 'ENV' }] },
    ]);
    expect(linksOf('release.sh', files).builds).toMatchObject([{ dockerfile: 'Dockerfile', target: 'base' }]);
    for (const none of ['gone.sh', 'broken.sh', 'Dockerfile', 'nowhere.yaml'])
      expect(linksOf(none, files)).toEqual({ file: none, builds: [], included: [], makes: [], uses: [] });
  });

  it('outlines have arguments with their stages', () => {
    const { arguments: args, stages } = outlineOf('Dockerfile', `ARG A B=1\n${dockerfile}`);
    expect(args.map(({ name, stage }) => [name, stage])).toEqual([
      ['A', -1],
      ['B', -1],
      ['ENV', 0],
      ['ENV', 1],
    ]);
    expect(stages.map(({ name }) => name)).toEqual(['base', 'app']);
  });
});
