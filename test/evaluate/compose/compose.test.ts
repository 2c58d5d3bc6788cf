import { describe, expect, it } from 'vitest';
import { render } from '../../../src/value/text.js';
import { compose, line, lines, messages } from './run.js';

const service = (build: string): string =>
  `services:\n  web:\n    image: app\n    build:\n${build.replace(/^/gm, '      ')}\n`;
const args = (text: string): string => service(`context: .\nargs:\n${text.replace(/^/gm, '  ')}`);

describe('builds', () => {
  it('has a place, a context, a Dockerfile, a target and names', () => {
    const text = service('context: ./web\ndockerfile: ../docker/Dockerfile\ntarget: prod\ntags: [app:1, "r/app:2"]');
    const found = compose({ 'deploy/compose.yaml': text }, { folder: 'deploy' });
    expect(found.builds.map(line)).toEqual([
      'web /deploy/web:deploy/docker/Dockerfile target=prod -t app -t app:1 -t r/app:2',
    ]);
    const [build] = found.builds;
    expect(text.slice(build?.place.start, build?.place.end)).toMatch(/^context: \.\/web[^]*app:2"\]/);
    expect(build?.chain.map(({ message }) => message)).toEqual(['docker compose -f deploy/compose.yaml build']);
    expect(found.files).toEqual(['deploy/compose.yaml']);
    expect(found.notes).toEqual([]);
  });

  it('takes a short build, and names an image after the project and the service', () => {
    expect(
      lines(compose({ 'shop/compose.yaml': 'services: {web: {build: ./src}}' }, { folder: 'shop/src/x' })),
    ).toEqual(['web /shop/src:shop/src/Dockerfile -t shop-web']);
    expect(
      lines(compose({ 'compose.yaml': 'name: s${N}\nservices: {web: {build: .}}' }, { environment: { N: '1' } })),
    ).toEqual(['web /:Dockerfile -t s1-web']);
    expect(lines(compose({ 'compose.yaml': 'services: {web: {build: .}}' }))).toEqual([
      'web /:Dockerfile -t ⟨project⟩-web',
    ]);
    expect(
      lines(compose({ 'compose.yaml': 'services: {web: {build: .}}' }, { environment: { COMPOSE_PROJECT_NAME: 'p' } })),
    ).toEqual(['web /:Dockerfile -t p-web']);
  });

  it('has no context where that is none of the project', () => {
    for (const context of ['https://github.com/a/b.git#main', 'git@github.com:a/b.git', '/srv/app', '../../app']) {
      const [build] = compose({ 'x/compose.yaml': service(`context: ${context}`) }, { folder: 'x' }).builds;
      expect([context, build?.context, render(build?.dockerfile ?? expect.fail())]).toEqual([
        context,
        undefined,
        '⟨the Dockerfile of the service web⟩',
      ]);
    }
  });

  it('evaluates a Dockerfile in the compose file', () => {
    const found = compose({ 'compose.yaml': service('context: .\ndockerfile_inline: |\n  FROM x') });
    expect(messages(found)).toEqual([]);
    expect(found.builds.map(({ dockerfile }) => render(dockerfile))).toEqual([expect.stringMatching(/^⟨.*⟩$/)]);
    expect(found.builds.map(({ generated }) => generated?.build.steps.map(({ kind }) => kind))).toEqual([['base']]);
    const broken = compose({ 'compose.yaml': service('context: .\ndockerfile_inline: |\n  FROM x\n  RUM y') });
    expect(messages(broken)).toHaveLength(1);
  });

  it('has named contexts, and builds the services that they name', () => {
    const text = `services:
  base: {build: base}
  other: {build: other}
  web:
    build:
      context: web
      additional_contexts: [base=service:base, lib=../lib, alpine=docker-image://alpine]
`;
    expect(lines(compose({ 'p/compose.yaml': text }, { folder: 'p', services: ['web'] }))).toEqual([
      'base /p/base:p/base/Dockerfile -t p-base',
      'web /p/web:p/web/Dockerfile -t p-web base:service:base lib:lib alpine:docker-image://alpine',
    ]);
  });

  it('pushes what has a name of its own, and builds nothing for it', () => {
    const text = 'services:\n  a: {image: r/a, build: a}\n  b: {build: b}\n  c: {image: c}\n';
    const found = compose({ 'compose.yaml': text }, { command: 'push' });
    expect([found.builds, found.deployments]).toEqual([[], []]);
    expect(found.pushes?.map(({ image }) => render(image))).toEqual(['r/a']);
  });

  it('deploys by up and run what has an image', () => {
    const text =
      'services:\n  a: {image: "r/a:${T:-1}", build: a}\n  b: {build: b}\n  c: {image: c, depends_on: [a]}\n';
    const images = (options: Parameters<typeof compose>[1]): readonly string[] =>
      compose({ 'compose.yaml': text }, { closed: true, ...options }).deployments.map(({ image }) => render(image));
    expect(images({ command: 'up' })).toEqual(['r/a:1', 'c']);
    expect(images({ command: 'run', services: ['c'] })).toEqual(['r/a:1', 'c']);
    expect(images({ command: 'up', services: ['a'] })).toEqual(['r/a:1']);
    expect(images({ command: 'build' })).toEqual([]);
  });

  it('neither builds nor deploys by other commands, but reads the files', () => {
    const found = compose({ 'compose.yaml': 'services: {a: {image: a, build: .}}' }, { command: 'other' });
    expect([found.builds, found.deployments, found.files]).toEqual([[], [], ['compose.yaml']]);
  });
});

describe('arguments', () => {
  it('are lists or maps, and their place is the entry', () => {
    const text = args('- A=1\n- "B=x y"\n- C=\n- D=a=b');
    const [build] = compose({ 'compose.yaml': text }).builds;
    expect(
      build?.arguments.map((one) => [one.name, render(one.text), text.slice(one.place.start, one.place.end)]),
    ).toEqual([
      ['A', '1', 'A=1'],
      ['B', 'x y', '"B=x y"'],
      ['C', '', 'C='],
      ['D', 'a=b', 'D=a=b'],
    ]);
    const map = args('A: 1\nB: "x y"\nC: ""\nD: true\nE: 3.10\nF: "3.10"\nG: 1.0.0');
    const [other] = compose({ 'compose.yaml': map }).builds;
    expect(
      other?.arguments.map((one) => [one.name, render(one.text), map.slice(one.place.start, one.place.end)]),
    ).toEqual([
      ['A', '1', 'A: 1'],
      ['B', 'x y', 'B: "x y"'],
      ['C', '', 'C: ""'],
      ['D', 'true', 'D: true'],
      ['E', '3.1', 'E: 3.10'],
      ['F', '3.10', 'F: "3.10"'],
      ['G', '1.0.0', 'G: 1.0.0'],
    ]);
  });

  it('without a value take that of the project, or are not passed (hard case 31)', () => {
    for (const text of [args('- ENV'), args('ENV:')]) {
      expect(lines(compose({ 'compose.yaml': text }, { environment: { ENV: 'x' } }))).toEqual([
        'web /:Dockerfile ENV=x -t app',
      ]);
      expect(lines(compose({ 'compose.yaml': text }, { closed: true }))).toEqual(['web /:Dockerfile -t app']);
      expect(lines(compose({ 'compose.yaml': text }, { environment: { ENV: '' } }))).toEqual([
        'web /:Dockerfile ENV= -t app',
      ]);
      const committed = compose({ 'compose.yaml': text, '.env': 'ENV=dev\n' });
      expect(committed.builds.map(line)).toEqual(['web /:Dockerfile ENV=dev -t app']);
      const open = compose({ 'compose.yaml': text });
      const [argument] = open.builds[0]?.arguments ?? [];
      expect(argument?.set).toBe(open.space.not(open.space.is(open.space.input('ENV'), undefined)));
    }
  });

  it('of the command line go before those of the file', () => {
    expect(lines(compose({ 'compose.yaml': args('A: 1\nB: 2') }, { buildArguments: { B: '3', C: '4' } }))).toEqual([
      'web /:Dockerfile A=1 B=3 C=4 -t app',
    ]);
  });

  it('with a name that is not known are left out, with a note', () => {
    const found = compose({ 'compose.yaml': args('- ${EXTRA}\n- A=1') });
    expect(lines(found)).toEqual(['web /:Dockerfile A=1 -t app']);
    expect(messages(found)).toEqual(['the name in this item is not known, so it is left out']);
  });
});

describe('variants', () => {
  it('are one build for each text', () => {
    const found = compose({ 'compose.yaml': args('ENV: ${ENV:-dev}') });
    expect(found.builds.map(line)).toEqual(['web /:Dockerfile ENV=dev -t app', 'web /:Dockerfile ENV=⟨$ENV⟩ -t app']);
    expect(lines(found, {})).toEqual(['web /:Dockerfile ENV=dev -t app']);
    expect(lines(found, { ENV: '' })).toEqual(['web /:Dockerfile ENV=dev -t app']);
    expect(lines(found, { ENV: 'prod' })).toEqual(['web /:Dockerfile ENV=⟨$ENV⟩ -t app']);
    for (const { arguments: passed } of found.builds) expect(passed.every(({ text }) => text.flat)).toBe(true);
  });

  it('are no more than 64, with a note', () => {
    const names = Array.from({ length: 9 }, (_, i) => `A${i}`);
    const found = compose({ 'compose.yaml': args(names.map((name) => `${name}: \${${name}:-x}`).join('\n')) });
    expect(found.builds).toHaveLength(64);
    expect(messages(found)).toEqual(
      ['A6', 'A7', 'A8'].map(
        (name) =>
          `the argument ${name} of the service web is not told apart between environments: there are more than 64 combinations`,
      ),
    );
    expect(line(found.builds[0] ?? expect.fail())).toMatch(
      /^web \/:Dockerfile A0=\S+ .* A6=⟨\$A6#\d+⟩ A7=⟨\$A7#\d+⟩ A8=⟨\$A8#\d+⟩ -t app$/,
    );
  });

  it('keep environments apart before versions and users', () => {
    const names = ['UID', 'GID', 'X_VERSION', 'Y_VERSION', 'Z_VERSION', 'NODE_ENV'];
    const found = compose({ 'compose.yaml': args(names.map((name) => `${name}: \${${name}:-x}`).join('\n')) });
    expect(found.builds).toHaveLength(8);
    expect(found.notes).toEqual([]);
    expect(new Set(found.builds.map((build) => render(build.arguments[5]?.text ?? expect.fail())))).toEqual(
      new Set(['x', '⟨$NODE_ENV⟩']),
    );
    expect(found.builds.map((build) => render(build.arguments[0]?.text ?? expect.fail()))).toEqual(
      Array(8).fill(expect.stringMatching(/^⟨\$UID#\d+⟩$/)),
    );
  });
});

describe('files', () => {
  const base = 'services: {web: {image: app, build: {context: ., args: {ENV: production, A: 1}}}}';

  it('are looked for upward, with the override beside them (hard case 30)', () => {
    const project = {
      'compose.yaml': base,
      'docker-compose.yml': 'services: {no: {build: no}}',
      'compose.override.yaml': 'services: {web: {build: {args: [ENV=development]}}}',
      'a/b/x': '',
    };
    const found = compose(project, { folder: 'a/b' });
    expect(found.builds.map(line)).toEqual(['web /:Dockerfile ENV=development A=1 -t app']);
    expect(found.builds[0]?.place.file).toBe('compose.override.yaml');
    expect(found.builds[0]?.development).toBe(true);
    expect(found.files).toEqual(['compose.yaml', 'compose.override.yaml']);
    const named = compose(project, { paths: ['compose.yaml'] });
    expect(named.builds.map(line)).toEqual(['web /:Dockerfile ENV=production A=1 -t app']);
    expect(named.builds[0]?.development).toBe(false);
  });

  it('of an override that says nothing of a build leave it what it is', () => {
    const found = compose({ 'compose.yaml': base, 'compose.override.yaml': 'services: {web: {ports: ["1:1"]}}' });
    expect(found.builds[0]?.development).toBe(false);
  });

  it('are those of COMPOSE_FILE', () => {
    const project = { 'compose.yaml': base, 'ci/a.yml': 'services: {web: {build: {args: {ENV: ci}}}}' };
    const built = ['web /:Dockerfile ENV=ci A=1 -t app'];
    expect(lines(compose(project, { environment: { COMPOSE_FILE: 'compose.yaml:ci/a.yml' } }))).toEqual(built);
    expect(
      lines(compose({ ...project, '.env': 'COMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE=compose.yaml;ci/a.yml\n' })),
    ).toEqual(built);
  });

  it('that are not there are noted', () => {
    expect(messages(compose({}))).toEqual(['there is no compose file here or in a folder above']);
    expect(messages(compose({ 'compose.yaml': base }, { paths: ['compose.yaml', 'x.yml'] }))).toEqual([
      'there is no compose file x.yml',
    ]);
  });

  it('start from the project directory', () => {
    expect(
      lines(
        compose(
          { 'docker/compose.yml': 'services: {web: {build: web}}' },
          { paths: ['docker/compose.yml'], projectDirectory: 'app' },
        ),
      ),
    ).toEqual(['web /app/web:app/web/Dockerfile -t app-web']);
  });

  it('read what can be read of bad ones', () => {
    const found = compose({
      'compose.yaml':
        'services:\n  a: [x]\n  b:\n    build: {context: ., args: x}\n    image: "b:$(x)"\n  c: {build: c, image: "${"}\n',
    });
    expect(messages(found)).toEqual([
      'compose cannot read this variable and stops; a $ that is meant is written $$',
      'compose cannot read this variable and stops; a $ that is meant is written $$',
      'the service a is no map',
      'args is a map or a list of NAME=value',
    ]);
    expect(lines(found)).toEqual(['b /:Dockerfile -t b:$(x)', 'c /c:c/Dockerfile -t ${']);
    expect(messages(compose({ 'compose.yaml': '- x' }))).toEqual(['a compose file is a map']);
    expect(messages(compose({ 'compose.yaml': 'services: 1' }))).toEqual(['services is a map of services']);
  });
});

describe('one image for two environments (hard cases 32 and 35)', () => {
  it('has the same build with the evidence of the production file', () => {
    const project = {
      'compose.yaml': 'services: {web: {image: "app:${TAG:-latest}", build: {context: ., args: {ENV: "${ENV:-dev}"}}}}',
      'compose.prod.yaml': 'services: {web: {environment: {ENV: prod}}}',
    };
    const found = compose(project, { paths: ['compose.yaml', 'compose.prod.yaml'], closed: true, command: 'up' });
    expect(found.builds.map(line)).toEqual(['web /:Dockerfile ENV=dev -t app:latest']);
    expect(found.builds[0]?.evidence.map(({ name, kind, source }) => [name, kind, source])).toEqual([
      ['prod', 'production', 'compose file'],
      ['dev', 'development', 'build argument'],
    ]);
    expect(found.deployments.map(({ image, evidence }) => [render(image), evidence.map(({ name }) => name)])).toEqual([
      ['app:latest', ['prod']],
    ]);
  });

  it('has all names of one build', () => {
    const text = service('context: .\ntags: [app:staging, app:prod]');
    expect(lines(compose({ 'compose.yaml': text }))).toEqual(['web /:Dockerfile -t app -t app:staging -t app:prod']);
  });
});

describe('who a build is for', () => {
  const kinds = (paths: readonly string[], options: Parameters<typeof compose>[1] = {}): readonly unknown[] => {
    const project = Object.fromEntries(paths.map((path) => [path, 'services: {web: {build: .}}']));
    const [build] = compose(project, { paths, ...options }).builds;
    return [build?.development, ...(build?.evidence ?? []).map(({ name, source }) => `${name} (${source})`)];
  };

  it('is said by the names of files', () => {
    expect(kinds(['docker-compose.yml'])).toEqual([false]);
    expect(kinds(['docker-compose.prod.yml'])).toEqual([false, 'prod (compose file)']);
    expect(kinds(['docker-compose.dev.yml'])).toEqual([true, 'dev (compose file)']);
    expect(kinds(['docker/local.yml'])).toEqual([true, 'local (compose file)']);
    expect(kinds(['deploy/staging/compose.yaml'])).toEqual([false, 'staging (compose file)']);
    expect(kinds(['docker-compose.monitoring.yml'])).toEqual([false]);
    expect(kinds(['compose.override.prod.yaml'])).toEqual([false, 'override.prod (compose file)']);
    expect(kinds(['compose.override.yaml'])).toEqual([true]);
  });

  it('is said by env files and profiles', () => {
    expect(kinds(['compose.yaml'], { envFiles: ['.env.prod'] })).toEqual([false, 'prod (values file)']);
    expect(kinds(['compose.yaml'], { envFiles: ['config/staging.env'] })).toEqual([false, 'staging (values file)']);
    expect(kinds(['compose.yaml'], { profiles: ['prod'] })).toEqual([false, 'prod (profile)']);
    expect(kinds(['compose.yaml'], { profiles: ['dev'] })).toEqual([true, 'dev (profile)']);
  });

  it('is developers in devcontainers, examples and where the caller says so (hard case 68)', () => {
    expect(kinds(['.devcontainer/compose.yaml'])).toEqual([true]);
    expect(kinds(['examples/x/compose.yaml'])).toEqual([true]);
    expect(kinds(['compose.yaml'], { development: true })).toEqual([true]);
  });

  it('is developers where only the override says what is built (hard case 51)', () => {
    const found = compose({
      'docker-compose.yml': args('BUILD_CONFIGURATION: Release'),
      'docker-compose.override.yml': args('BUILD_CONFIGURATION: Debug'),
    });
    expect(found.builds.map((build) => [line(build), build.development])).toEqual([
      ['web /:Dockerfile BUILD_CONFIGURATION=Debug -t app', true],
    ]);
  });
});

describe('profiles', () => {
  const text = 'services:\n  a: {build: a}\n  b: {build: b, profiles: [dev]}\n  c: {build: c, profiles: ["${P}", x]}\n';
  const names = (options: Parameters<typeof compose>[1]): readonly string[] =>
    compose({ 'compose.yaml': text }, { closed: true, ...options }).builds.map(({ by }) => by.slice(8));

  it('are active when they are named', () => {
    expect(names({})).toEqual(['a']);
    expect(names({ profiles: ['dev'] })).toEqual(['a', 'b']);
    expect(names({ profiles: ['*'] })).toEqual(['a', 'b', 'c']);
    expect(names({ environment: { COMPOSE_PROFILES: 'dev, x' } })).toEqual(['a', 'b', 'c']);
    expect(names({ services: ['b'] })).toEqual(['b']);
  });

  it('are a condition where the file leaves them open', () => {
    const found = compose({ 'compose.yaml': text }, { profiles: ['q'] });
    expect(found.builds.map(({ by }) => by)).toEqual(['service a', 'service c']);
    expect(lines(found, { P: 'q' })).toHaveLength(2);
    expect(lines(found, { P: 'r' })).toHaveLength(1);
  });
});
