import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArgvWord } from '../../../src/evaluate/delivery/argv.js';
import type { EnvironmentOf } from '../../../src/evaluate/delivery/delivered.js';
import { dockerBuild, dockerCommand } from '../../../src/evaluate/delivery/docker.js';
import { Space } from '../../../src/value/diagram.js';
import { render, Texts } from '../../../src/value/text.js';

const place = { file: 'build.sh', start: 0, end: 1 };

/** The words of a line; `$NAME` is an unknown. */
function argvOf(texts: Texts, line: string): readonly ArgvWord[] {
  return line.split(' ').map((word) => ({
    text: texts.concat(
      ...word.split(/(\$[A-Z_]+)/).map((part) => (part.startsWith('$') ? texts.symbol(part) : texts.literal(part))),
    ),
    place: undefined,
  }));
}

/** What a line builds, in plain words; undefined when it builds nothing. */
function built(line: string, folder = '', known: Readonly<Record<string, string>> = {}) {
  const texts = new Texts(new Space());
  const environment: EnvironmentOf = (name) =>
    Object.hasOwn(known, name) ? { set: texts.space.true, text: texts.literal(known[name] ?? '') } : undefined;
  const build = dockerBuild({ texts, place, folder, environment }, argvOf(texts, line));
  if (build === undefined) return undefined;
  return {
    dockerfile: render(build.dockerfile),
    context: build.context === undefined ? undefined : render(build.context),
    target: build.target === undefined ? undefined : render(build.target),
    arguments: Object.fromEntries(
      build.arguments.map(({ name, set, text }) => [name, set === texts.space.true ? render(text) : '(not passed)']),
    ),
    tags: build.tags.map(({ text }) => render(text)),
    pushed: build.pushed,
    contexts: build.contexts.map(({ name, value }) => `${name}=${render(value)}`),
  };
}

const plain = {
  dockerfile: 'Dockerfile',
  context: '',
  target: undefined,
  arguments: {},
  tags: [],
  pushed: false,
  contexts: [],
};

describe('dockerBuild', () => {
  it.each([
    'docker build .',
    'docker image build .',
    'docker buildx build .',
    'docker buildx --builder big build .',
    'docker builder build .',
    'docker --context prod build .',
    'docker -H tcp://host:2375 --tls build .',
    '/usr/bin/docker build .',
    'podman build .',
    'nerdctl -n k8s.io build .',
    'buildah bud .',
    'buildah build-using-dockerfile .',
    'img build .',
    'depot build --project abc .',
    'docker build --progress plain --no-cache --platform linux/amd64,linux/arm64 .',
  ])('%s builds the Dockerfile of the root', (line) => expect(built(line)).toEqual(plain));

  it.each([
    ['docker build -f docker/api.Dockerfile .', { dockerfile: 'docker/api.Dockerfile' }],
    ['docker build --file=docker/api.Dockerfile .', { dockerfile: 'docker/api.Dockerfile' }],
    ['docker build -fdocker/api.Dockerfile .', { dockerfile: 'docker/api.Dockerfile' }],
    ['docker build services/api', { dockerfile: 'services/api/Dockerfile', context: 'services/api' }],
    ['docker build ./services/../api/', { dockerfile: 'api/Dockerfile', context: 'api' }],
    ['docker build . -t a -t b:1 --tag=c', { tags: ['a', 'b:1', 'c'] }],
    ['docker build --target test --push .', { target: 'test', pushed: true }],
    ['docker build --target=$STAGE .', { target: '⟨$STAGE⟩' }],
    ['docker build --output type=registry .', { pushed: true }],
    ['docker build -o type=image,push=true .', { pushed: true }],
    ['docker build --load -o type=docker .', {}],
    ['docker build --build-context base=../base .', { contexts: ['base=../base'] }],
    ['docker build -t $IMAGE:$TAG .', { tags: ['⟨$IMAGE⟩:⟨$TAG⟩'] }],
    ['docker build -f Dockerfile.$ENV .', { dockerfile: 'Dockerfile.⟨$ENV⟩' }],
    ['docker build -- api', { dockerfile: 'api/Dockerfile', context: 'api' }],
  ])('%s', (line, expected) => expect(built(line)).toEqual({ ...plain, ...expected }));

  it.each([
    ['--build-arg ENV=prod', { ENV: 'prod' }],
    ['--build-arg=ENV=prod', { ENV: 'prod' }],
    ['--build-arg ENV=', { ENV: '' }],
    ['--build-arg ENV=a=b', { ENV: 'a=b' }],
    ['--build-arg ENV=$ENV', { ENV: '⟨$ENV⟩' }],
    ['--build-arg KNOWN', { KNOWN: 'from here' }],
    ['--build-arg UNSET', { UNSET: '(not passed)' }],
    ['--build-arg A=1 --build-arg B=2', { A: '1', B: '2' }],
    ['--build-arg $WHAT', {}],
  ])('%s passes arguments', (options, expected) =>
    expect(built(`docker build ${options} .`, '', { KNOWN: 'from here' })?.arguments).toEqual(expected),
  );

  it('paths begin at the folder of the command', () => {
    expect(built('docker build -f Dockerfile.api ..', 'services/api')).toEqual({
      ...plain,
      dockerfile: 'services/api/Dockerfile.api',
      context: 'services',
    });
  });

  it.each([
    ['stdin', 'docker build -', '⟨the standard input⟩'],
    ['a repository', 'docker build https://example.com/app.git#main:docker', '⟨the Dockerfile⟩'],
    ['a repository by ssh', 'docker build git@example.com:acme/app.git', '⟨the Dockerfile⟩'],
  ])('%s is no folder, so the Dockerfile is not known', (_, line, dockerfile) =>
    expect(built(line)).toMatchObject({ dockerfile, context: undefined }),
  );

  it('a folder of which nothing is known but that it is the root', () => {
    expect(built('docker build -f $CI_PROJECT_DIR/docker/Dockerfile $CI_PROJECT_DIR')).toMatchObject({
      dockerfile: 'docker/Dockerfile',
      context: '',
    });
  });

  it.each([
    [
      '/kaniko/executor --context . --dockerfile api/Dockerfile --destination r/a:1 --destination r/a:2 --build-arg ENV=prod --target run',
      {
        dockerfile: 'api/Dockerfile',
        tags: ['r/a:1', 'r/a:2'],
        arguments: { ENV: 'prod' },
        target: 'run',
        pushed: true,
      },
    ],
    [
      '/kaniko/executor --context=dir:///src --context-sub-path=api -d r/a --no-push',
      { dockerfile: 'src/api/Dockerfile', context: 'src/api', tags: ['r/a'] },
    ],
    [
      'buildctl build --frontend dockerfile.v0 --local context=. --local dockerfile=docker --opt filename=api.Dockerfile --opt target=run --opt build-arg:ENV=prod --output type=image,name=r/a:1,push=true',
      { dockerfile: 'docker/api.Dockerfile', target: 'run', arguments: { ENV: 'prod' }, tags: ['r/a:1'], pushed: true },
    ],
    [
      'az acr build -r acme --image a:1 --file api/Dockerfile --build-arg ENV=prod .',
      { dockerfile: 'api/Dockerfile', tags: ['a:1'], arguments: { ENV: 'prod' }, pushed: true },
    ],
    [
      'gcloud builds submit --tag gcr.io/acme/a api',
      { dockerfile: 'api/Dockerfile', context: 'api', tags: ['gcr.io/acme/a'], pushed: true },
    ],
  ])('%s', (line, expected) => expect(built(line)).toEqual({ ...plain, ...expected }));

  it.each([
    'docker push a:1',
    'docker run --rm a build .',
    'docker compose build',
    'docker buildx bake',
    'buildctl build --frontend other',
    'gcloud builds submit --config cloudbuild.yaml',
    'go build .',
    'docker',
    '$DOCKER build .',
  ])('%s builds no image by itself', (line) => expect(built(line)).toBeUndefined());
});

describe('dockerCommand', () => {
  it.each([
    ['docker compose -f a.yml build', 'compose'],
    ['docker-compose build', 'compose'],
    ['podman-compose up', 'compose'],
    ['docker buildx bake app', 'bake'],
    ['depot bake app', 'bake'],
    ['docker --log-level debug push a', 'push'],
  ])('%s', (line, name) => {
    const texts = new Texts(new Space());
    expect(dockerCommand(texts, argvOf(texts, line))?.name).toBe(name);
  });
});

describe('laws', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...'docker podman buildah build buildx image bake compose kaniko /kaniko/executor buildctl az acr gcloud builds submit -f -t --tag --build-arg --build-arg= ENV= ENV=a --target --output - -- . .. $X $X/y = -o --context --opt build-arg: --local x=y'.split(
        ' ',
      ),
    ),
    fc.string({ maxLength: 6 }),
  );

  it('any words are read without a fault, and the same way again', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 10 }), (words) => {
        const line = words.map((one) => one.replaceAll(' ', '')).join(' ');
        expect(built(line)).toEqual(built(line));
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('the order of options does not matter', () => {
    const options = ['-t a', '--build-arg ENV=prod', '--target run', '-f Dockerfile.x', '--push'];
    fc.assert(
      fc.property(fc.shuffledSubarray(options, { minLength: options.length }), fc.nat(5), (order, at) => {
        const words = [...order.slice(0, at), '.', ...order.slice(at)];
        expect(built(`docker build ${words.join(' ')}`)).toEqual({
          ...plain,
          dockerfile: 'Dockerfile.x',
          arguments: { ENV: 'prod' },
          tags: ['a'],
          target: 'run',
          pushed: true,
        });
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});
