import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argvsOf } from '../../../src/evaluate/delivery/argv.js';
import { evaluateShellFile } from '../../../src/evaluate/script.js';
import { Space } from '../../../src/value/diagram.js';
import { render, Texts } from '../../../src/value/text.js';
import { builds, callerOf, filesOf } from './script.js';

describe('followSteps', () => {
  it.each([
    ['docker build -t app .', ['Dockerfile as app']],
    ['sudo docker build -t app .', ['Dockerfile as app']],
    ['time env DOCKER_BUILDKIT=1 docker build -t app .', ['Dockerfile as app']],
    ['cd api && docker build -t app .', ['api/Dockerfile as app']],
    ['(cd api; docker build .); docker build .', ['api/Dockerfile', 'Dockerfile']],
    ['TAG=1; docker build -t app:$TAG .', ['Dockerfile as app:1']],
    [
      'build() { docker build --build-arg ENV="$1" .; }; build prod; build test',
      ['Dockerfile ENV=prod', 'Dockerfile ENV=test'],
    ],
    ['for e in a b; do docker build --target $e .; done', ['Dockerfile --target a', 'Dockerfile --target b']],
    ['ENV=prod docker build --build-arg ENV .', ['Dockerfile ENV=prod']],
    ['ENV=prod; docker build --build-arg ENV .', ['Dockerfile ?ENV=prod']],
    ['export ENV=prod; docker build --build-arg ENV .', ['Dockerfile ENV=prod']],
    ['unset ENV; docker build --build-arg ENV .', ['Dockerfile ?ENV=']],
    ['ENV=prod docker build .', ['Dockerfile']],
    ['docker push app; go build .; echo docker build .', []],
    ['X=$(docker build -q .)', ['Dockerfile']],
    ['X=$(make -s version)', []],
  ])('%s', (script, expected) => expect(builds(callerOf(script))).toEqual(expected));

  it('a condition of the script is the condition of the build', () => {
    const caller = callerOf(
      'if [ "$ENV" = prod ]; then docker build -t app:prod .; else docker build -t app:test .; fi',
    );
    const { space } = caller.texts;
    const isProd = space.is(space.input('ENV'), 'prod');
    expect(caller.builds.map(({ when }) => when)).toEqual([isProd, space.not(isProd)]);
  });

  it('words that differ are a build each', () => {
    const caller = callerOf('F=; [ "$ENV" = test ] && F="--target test"; docker build $F .');
    expect(builds(caller).toSorted()).toEqual(['Dockerfile', 'Dockerfile --target test']);
  });

  const bake = {
    'docker-bake.hcl':
      'variable "ENV" {\n  default = "dev"\n}\ntarget "default" {\n  args = { ENV = ENV }\n  tags = ["acme/app"]\n}\n',
    'ci.hcl': 'target "app" {\n  target = "run"\n}\n',
  };
  const project = {
    'compose.yaml':
      'services:\n  api:\n    image: acme/api\n    build:\n      context: api\n      args:\n        ENV: ${ENV:-dev}\n',
  };

  it.each([
    ['ENV=prod docker compose build', ['api/Dockerfile ENV=prod as acme/api']],
    ['ENV=prod docker-compose -f compose.yaml build --build-arg ENV=test api', ['api/Dockerfile ENV=test as acme/api']],
    ['docker compose ps', []],
  ])('%s', (script, expected) => expect(builds(callerOf(script, project))).toEqual(expected));

  it.each([
    ['ENV=prod docker buildx bake', ['Dockerfile ENV=prod as acme/app']],
    [
      'ENV=prod docker buildx bake --set default.args.ENV=test --set "*.tags=acme/x"',
      ['Dockerfile ENV=test as acme/x'],
    ],
    ['docker buildx bake -f ci.hcl app', ['Dockerfile --target run']],
  ])('%s', (script, expected) => expect(builds(callerOf(script, bake))).toEqual(expected));

  it('files that were followed are among those of the caller', () => {
    expect(callerOf('docker compose build', project).files).toEqual(['build.sh', 'compose.yaml']);
  });

  it('any script is followed without a fault', () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...'docker compose buildx bake build -f --set --build-arg ENV=$ENV . ; && $X "$X" $(id) kubectl set image helm upgrade podman'.split(
          ' ',
        ),
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        expect(callerOf(words.join(' '), { ...project, ...bake }).file).toBe('build.sh');
      }),
      { seed: 11, numRuns: 400 },
    );
  });
});

describe('argvsOf', () => {
  /** The lists of words of a script's last command, with the environments of each as the number of conditions that hold. */
  function lists(script: string): { readonly lines: readonly string[]; readonly isExact: boolean } {
    const texts = new Texts(new Space());
    const { space } = texts;
    const text = `#!/bin/sh\n${script}\n`;
    const files = filesOf({ 'a.sh': text });
    const { build } = evaluateShellFile({ file: 'a.sh', text, files, texts, fixed: new Map(), dialect: undefined });
    const commands = build.steps.flatMap((step) => (step.kind === 'command' ? [step] : []));
    const step = commands[commands.length - 1];
    if (step === undefined) throw new Error('no command');
    const argvs = argvsOf(texts, step);
    const together = argvs.reduce((all, { when }) => space.or(all, when), space.false);
    const apart = argvs.every((a, i) => argvs.every((b, j) => i === j || space.and(a.when, b.when) === space.false));
    return {
      lines: argvs.map(({ words }) => words.map((word) => render(word.text)).join(' ')).toSorted(),
      isExact: together === step.when && apart,
    };
  }

  it.each([
    ['tool a b', ['tool a b']],
    ['tool $X', ['tool', 'tool ⟨$X⟩']],
    ['tool "$X"', ['tool ⟨$X⟩']],
    ['F=; [ "$ENV" = a ] && F=-x; tool $F y', ['tool -x y', 'tool y']],
    [
      '[ "$ENV" = a ] && F=-x || F=-y; [ "$O" = a ] && G=-v || G=-w; tool $F $G',
      ['tool -x -v', 'tool -x -w', 'tool -y -v', 'tool -y -w'],
    ],
  ])('%s', (script, expected) => expect(lists(script)).toEqual({ lines: expected, isExact: true }));

  it('beyond the limit what differs is unknown, in one list for each that was told apart', () => {
    const flags = Array.from({ length: 12 }, (_, i) => `[ "$E${i}" = a ] && F${i}=-x${i} || F${i}=-y${i}`).join('; ');
    const { lines, isExact } = lists(`${flags}; tool ${Array.from({ length: 12 }, (_, i) => `$F${i}`).join(' ')}`);
    expect(isExact).toBe(true);
    expect(lines).toHaveLength(64);
  });
});
