import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  composeBakeTargets,
  composeFilesIn,
  evaluateComposeProject,
  isComposeFile,
  looksLikeCompose,
  openEnvironment,
} from '../../../src/evaluate/compose/index.js';
import { callersOf } from '../../../src/evaluate/delivery/callers.js';
import { memoryFiles } from '../../../src/hosts/testing.js';
import { Space } from '../../../src/value/diagram.js';
import { render, Texts } from '../../../src/value/text.js';
import { compose, line, type Project } from './run.js';

function callers(project: Project, folder = ''): Readonly<Record<string, readonly string[]>> {
  const found = evaluateComposeProject(folder, memoryFiles(new Map(Object.entries(project))));
  return Object.fromEntries(
    found.map((caller) => [
      caller.files.join(' '),
      caller.builds.map((build) => `${line(build)}${build.development ? ' (development)' : ''}`),
    ]),
  );
}

describe('names', () => {
  it('of compose files', () => {
    for (const name of [
      'compose.yaml',
      'compose.yml',
      'docker-compose.yml',
      'docker-compose.yaml',
      'docker-compose.prod.yml',
      'docker-compose-dev.yml',
      'compose.override.yaml',
      'a/b/compose.ci.yaml',
      'docker-compose_test.yml',
      'docker-compose.e2e-test.yml',
    ])
      expect([name, isComposeFile(name)]).toEqual([name, true]);
    for (const name of [
      'composer.yaml',
      'compose.json',
      'mycompose.yaml',
      'docker.yml',
      'compose/x.yaml',
      'decompose.yml',
    ])
      expect([name, isComposeFile(name)]).toEqual([name, false]);
  });

  it('may have the name of an environment alone, where they are compose files', () => {
    const compose = 'services:\n  app:\n    build: .\n';
    const files = memoryFiles(
      new Map([
        ['local.yml', compose],
        ['production.yml', compose],
        ['staging.yml', '- hosts: web\n'],
        ['app.yml', compose],
      ]),
    );
    expect(composeFilesIn(files, '')).toEqual(['local.yml', 'production.yml']);
    expect(callersOf(['local.yml', 'production.yml'], files, () => undefined).map(({ file }) => file)).toEqual([
      'local.yml',
      'production.yml',
    ]);
  });

  it('are listed with the base first', () => {
    const files = memoryFiles(
      new Map(
        ['a.yml', 'docker-compose.yml', 'docker-compose.prod.yml', 'docker-compose.override.yml', 'x/compose.yaml'].map(
          (name) => [name, ''],
        ),
      ),
    );
    expect(composeFilesIn(files, '')).toEqual([
      'docker-compose.yml',
      'docker-compose.override.yml',
      'docker-compose.prod.yml',
    ]);
    expect(composeFilesIn(files, 'x')).toEqual(['x/compose.yaml']);
    expect(composeFilesIn(files, 'nowhere')).toEqual([]);
  });
});

describe('a text', () => {
  it('looks like a compose file by what stands at its top', () => {
    expect(looksLikeCompose('services:\n  web:\n    build: .\n')).toBe(true);
    expect(looksLikeCompose('x-a: &a {image: x}\nservices:\n  web:\n    <<: *a\n')).toBe(true);
    expect(looksLikeCompose('version: "3"\nservices: {web: {image: x}}\n')).toBe(true);
    expect(looksLikeCompose('services:\n  - postgres:12\nimage: x\n')).toBe(false);
    expect(looksLikeCompose('steps: []\nservices:\n  db:\n    image: x\n')).toBe(false);
    expect(looksLikeCompose('jobs:\n  a:\n    services:\n      db: {image: x}\n')).toBe(false);
    expect(looksLikeCompose('')).toBe(false);
    expect(looksLikeCompose('services:\n\t{{{ image: [\n')).toBe(false);
  });
});

describe('the files of a folder', () => {
  const service = (text: string): string => `services: {web: {${text}}}`;

  it('are the base with its override', () => {
    expect(
      callers({
        'compose.yaml': service('image: a, build: .'),
        'compose.override.yaml': service('build: {target: dev}'),
      }),
    ).toEqual({ 'compose.yaml compose.override.yaml': ['web /:Dockerfile target=dev -t a (development)'] });
  });

  it('have variants over the base where these mean something only there', () => {
    expect(
      callers({
        'compose.yaml': service('image: a, build: .'),
        'compose.prod.yaml': service('environment: {ENV: prod}'),
        'compose.override.prod.yaml': service('image: p, build: .'),
      }),
    ).toEqual({
      'compose.yaml': ['web /:Dockerfile -t a'],
      'compose.prod.yaml compose.yaml': ['web /:Dockerfile -t a'],
      'compose.override.prod.yaml compose.yaml': ['web /:Dockerfile -t p'],
    });
    expect(
      callers({
        'compose.yaml': service('ports: []'),
        'compose.ci.yaml': service('image: c, build: {context: ., target: t}'),
      }),
    ).toEqual({ 'compose.yaml': [], 'compose.ci.yaml compose.yaml': ['web /:Dockerfile target=t -t c'] });
    expect(callers({ 'compose.yaml': service('image: a'), 'compose.ci.yaml': service('build: .') })).toEqual({
      'compose.yaml': [],
      'compose.ci.yaml compose.yaml': ['web /:Dockerfile -t a'],
    });
  });

  it('have variants that stand alone; then the plain files are for developers where one is for production', () => {
    expect(
      callers({
        'docker-compose.yml': service('image: a, build: {context: ., target: dev}'),
        'docker-compose.prod.yml': service('image: a, build: {context: ., target: prod}'),
      }),
    ).toEqual({
      'docker-compose.yml': ['web /:Dockerfile target=dev -t a (development)'],
      'docker-compose.prod.yml': ['web /:Dockerfile target=prod -t a'],
    });
  });

  it('are those that .env names', () => {
    expect(
      callers({
        'docker-compose.yml': service('image: a, build: .'),
        'docker/dev.yml': service('build: {target: dev}'),
        '.env': 'COMPOSE_FILE=docker-compose.yml:docker/dev.yml',
      }),
    ).toEqual({ 'docker-compose.yml .env docker/dev.yml': ['web /:Dockerfile target=dev -t a (development)'] });
  });

  it('are each alone without a base, and files that are something else are left out', () => {
    expect(
      callers({
        'compose.prod.yaml': service('image: a, build: .'),
        'compose.settings.yaml': 'theme: dark',
        'docker-compose.yml.j2': service('build: no'),
      }),
    ).toEqual({ 'compose.prod.yaml': ['web /:Dockerfile -t a'] });
  });

  it('have all profiles, which say whom a service is for', () => {
    const files = memoryFiles(
      new Map([
        [
          'compose.yaml',
          'services:\n  a: {build: a}\n  b: {build: b, profiles: [dev]}\n  c: {build: c, profiles: [production]}\n',
        ],
      ]),
    );
    const [caller] = evaluateComposeProject('', files);
    expect(
      caller?.builds.map(({ by, development, evidence }) => [by, development, evidence.map(({ name }) => name)]),
    ).toEqual([
      ['service a', false, []],
      ['service b', true, ['dev']],
      ['service c', false, ['production']],
    ]);
  });

  it('have spaces of their own', () => {
    const found = evaluateComposeProject(
      '',
      memoryFiles(
        new Map([
          ['compose.yaml', service('build: .')],
          ['compose.x.yaml', service('build: x')],
        ]),
      ),
    );
    expect(new Set(found.map(({ texts }) => texts.space)).size).toBe(2);
    expect(found.map(({ kind, file }) => [kind, file])).toEqual([
      ['compose', 'compose.yaml'],
      ['compose', 'compose.x.yaml'],
    ]);
  });
});

describe('for bake', () => {
  it('services with a build are targets', () => {
    const texts = new Texts(new Space());
    const text = `services:
  web.app:
    image: r/web:\${TAG:-1}
    build: {context: web, dockerfile: D, target: t, args: [ENV, A=1], additional_contexts: {base: service:base}}
    profiles: [x]
  base: {build: {context: ., dockerfile_inline: FROM x, tags: [b], x-bake: {tags: [c, d]}}}
  db: {image: db}
`;
    const { targets, notes, files } = composeBakeTargets(
      'p/compose.yaml',
      memoryFiles(
        new Map([
          ['p/compose.yaml', text],
          ['p/.env', 'ENV=e\nTAG=2\n'],
        ]),
      ),
      texts,
      openEnvironment(texts),
    );
    expect(
      targets.map((target) => ({
        name: target.name,
        context: render(target.context),
        dockerfile: target.dockerfile && render(target.dockerfile),
        target: target.target && render(target.target),
        arguments: target.arguments.map((one) => `${one.name}=${render(one.text)}`),
        tags: target.tags.map((tag) => render(tag.text)),
        contexts: target.contexts.map((one) => `${one.name}=${render(one.value)}`),
      })),
    ).toEqual([
      {
        name: 'web_app',
        context: 'p/web',
        dockerfile: 'D',
        target: 't',
        arguments: ['ENV=e', 'A=1'],
        tags: ['r/web:2'],
        contexts: ['base=service:base'],
      },
      {
        name: 'base',
        context: 'p',
        dockerfile: undefined,
        target: undefined,
        arguments: [],
        tags: ['c', 'd'],
        contexts: [],
      },
    ]);
    expect(notes).toEqual([]);
    expect(files).toEqual(['p/.env', 'p/compose.yaml']);
  });
});

describe('damaged projects', () => {
  const seeds: Project = {
    'compose.yaml':
      'name: p\ninclude: [db.yml]\nx-b: &b {context: ., args: {A: "${A:-1}"}}\nservices:\n  web:\n    image: "w:${T:?t}"\n    build:\n      <<: *b\n      tags: [x, y]\n    profiles: [dev]\n    depends_on: [db]\n  api:\n    extends: {file: db.yml, service: db}\n    build: !override {context: api}\n',
    'compose.override.yaml': 'services:\n  web:\n    build: {args: [B=2, C], target: "${S}"}\n    ports: !reset []\n',
    'db.yml':
      'services:\n  db:\n    build: {context: db, additional_contexts: [a=service:web]}\n    volumes: [a:/b, c:/b]\n',
    '.env': 'A=1\nB="${A}\n"\nC=\'x\'\nD\n',
  };
  const names = Object.keys(seeds);

  it('never throw', () => {
    const edit = fc.record({
      file: fc.constantFrom(...names),
      at: fc.nat(500),
      remove: fc.nat(8),
      insert: fc.constantFrom(
        '',
        '\n',
        ': ',
        '- ',
        '{',
        '[',
        '}',
        ']',
        '"',
        '&b ',
        '*b',
        '<<: *b',
        '$',
        '${',
        '!reset ',
        '!override ',
        'extends: web',
        '~',
        '1',
        '..',
        '/',
        '\0',
        '#',
      ),
    });
    const command = fc.constantFrom('build', 'up', 'run', 'push', 'other');
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), command, (edits, chosen) => {
        const project: Record<string, string> = { ...seeds };
        for (const { file, at, remove, insert } of edits) {
          const text = project[file] ?? '';
          const i = at % (text.length + 1);
          project[file] = text.slice(0, i) + insert + text.slice(i + remove);
        }
        const { builds, notes, space } = compose(project, { command: chosen, profiles: ['dev'] });
        for (const { file, start, end } of [...notes.map(({ place }) => place), ...builds.map(({ place }) => place)]) {
          expect(start).toBeLessThanOrEqual(end);
          if (file !== 'call') expect(end).toBeLessThanOrEqual(project[file]?.length ?? 0);
        }
        for (const build of builds) {
          expect(build.when).not.toBe(space.false);
          for (const { text } of [...build.arguments, ...build.tags]) expect(text.flat).toBe(true);
        }
      }),
      { seed: 20_251_126, numRuns: 1500 },
    );
  });
});
