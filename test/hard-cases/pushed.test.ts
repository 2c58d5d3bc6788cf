/* Images that are pushed under the name of an environment, where nothing else says where they run (semantics 5.8, 5.9). */
import { describe, expect, it } from 'vitest';
import { acrossFiles, projectFindings } from './lint.js';
import { deployment, type Files, job, RACE, SAME, wf } from './project.js';

const rules = (files: Files) =>
  acrossFiles(files).map(({ rule, location }) => `${rule} ${location.file}:${location.line}`);
const ci = (commands: readonly string[], dockerfile = RACE): Files => ({
  Dockerfile: dockerfile,
  '.github/workflows/ci.yml': wf(job('release', commands)),
});
const TESTING = 'docker build --build-arg ENV=testing -t';

describe('an image for tests that is pushed for production', () => {
  it.each<[string, readonly string[]]>([
    ['by a push', [`${TESTING} app:production .`, 'docker push app:production']],
    ['by the build', [`${TESTING} app:prod --push .`]],
    [
      'under a second name',
      [`${TESTING} app:1 .`, 'docker tag app:1 registry.example/app:prod', 'docker push registry.example/app:prod'],
    ],
    ['to the registry for it', [`${TESTING} prod-registry.example/app:1 .`, 'docker push prod-registry.example/app:1']],
    [
      'by a copy',
      [`${TESTING} registry.example/app:1 --push .`, 'crane copy registry.example/app:1 registry.example/app:prod'],
    ],
    [
      'by podman',
      [`podman build --build-arg ENV=testing -t app:1 .`, 'podman push app:1 docker://registry.example/app:prod'],
    ],
  ])('%s', (_, commands) => {
    expect(rules(ci(commands))).toEqual(['promoted-image .github/workflows/ci.yml:6']);
    expect(rules(ci(commands, SAME))).toEqual([]);
    const [only] = acrossFiles(ci(commands));
    expect(only?.related.map(({ message }) => message).join('\n')).toMatch(/runs in prod.* \(pushed as .*\)/);
  });

  it.each<[string, readonly string[]]>([
    ['the environment that it is for', [`docker build --build-arg ENV=production -t app:production --push .`]],
    ['no environment', [`${TESTING} app:1 .`, 'docker push app:1']],
    ['tests', [`${TESTING} app:testing .`, 'docker push app:testing']],
    ['nothing: it stays where it is built', [`${TESTING} app:production .`]],
    ['another name', [`${TESTING} app:1 .`, 'docker push other:production']],
  ])('silence for %s', (_, commands) => expect(rules(ci(commands))).toEqual([]));

  it('what a manifest says is told instead', () => {
    const files = { ...ci([`${TESTING} app:prod --push .`]), 'deploy/prod.yaml': deployment('app:prod', 'production') };
    const [only, ...others] = acrossFiles(files);
    expect(others).toEqual([]);
    expect(only?.related.map(({ message }) => message).join('\n')).toContain('runs in production (deployment service)');
  });
});

describe('a push makes a build one that ships', () => {
  it.each(['docker push', 'docker image push', 'podman push', 'nerdctl push', 'buildah push'])('%s', (push) => {
    const files = (argument: string) => ({
      Dockerfile: RACE.replace('ARG ENV', 'ARG FLAGS').replace(/\$\(case.*\)/, '$FLAGS'),
      'build.sh': `docker build --build-arg FLAGS=${argument} -t app:1 .\n${push} app:1\n`,
    });
    const instrumented = (argument: string) =>
      projectFindings(files(argument)).filter(({ rule }) => rule === 'instrumented-image');
    expect(instrumented('-race')).toHaveLength(1);
    expect(instrumented('-trimpath')).toEqual([]);
  });
});
