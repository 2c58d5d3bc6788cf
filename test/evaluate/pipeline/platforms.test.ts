import { expect, it } from 'vitest';
import { readBitbucket } from '../../../src/evaluate/pipeline/bitbucket.js';
import type { Pipeline } from '../../../src/evaluate/pipeline/caller.js';
import { type PipelineSystem, pipelineOf } from '../../../src/evaluate/pipeline/index.js';
import { readPlain } from '../../../src/evaluate/pipeline/plain.js';
import { readDevcontainer, readFly, readHeroku, readRender } from '../../../src/evaluate/pipeline/platform.js';
import { readSkaffold } from '../../../src/evaluate/pipeline/skaffold.js';
import { render, type Text } from '../../../src/value/text.js';
import { acrossFiles } from '../../hard-cases/lint.js';
import { type Answers, commandsIn, evidenceOf, filesOf, holdsIn, textAt } from './pipeline.js';

/** The builds of a pipeline in an environment, as one line each. */
function buildsIn(pipeline: Pipeline, answers: Answers = {}): readonly string[] {
  const show = (text: Text | undefined): string => (text === undefined ? '-' : render(text));
  return pipeline.builds
    .filter(({ when }) => holdsIn(pipeline.texts.space, when, answers) === true)
    .map(
      (build) =>
        `${build.by}: ${show(build.dockerfile)} in '${show(build.context)}' target ${show(build.target)} ${build.arguments
          .map(({ name, text }) => `${name}=${render(text)}`)
          .join(
            ' ',
          )}${build.development ? ' development' : ''}${build.evidence.map(({ source, kind }) => ` [${source} ${kind}]`).join('')}`,
    );
}

it('hard case 68: a devcontainer is for developers', () => {
  const text = `{
  // comment
  "name": "x",
  "build": {
    "dockerfile": "Dockerfile",
    "context": "..",
    "target": "dev",
    "args": { "ENV": "testing", "VARIANT": "\${localEnv:VARIANT:3.11}", },
  },
}`;
  const file = '.devcontainer/devcontainer.json';
  const pipeline = readDevcontainer(file, text, filesOf({}));
  expect(buildsIn(pipeline)).toEqual([
    "devcontainer: .devcontainer/Dockerfile in '' target dev ENV=testing VARIANT=3.11 development",
  ]);
  expect(buildsIn(pipeline, { VARIANT: '3.12' })[0]).toMatch(/VARIANT=⟨\$VARIANT⟩/);
  expect(textAt(pipeline.builds[0]?.arguments[0]?.place ?? { file, start: 0, end: 0 }, filesOf({ [file]: text }))).toBe(
    '"ENV"',
  );
  expect(pipeline.notes).toEqual([]);
});

it('Skaffold: profiles replace artifacts or patch them', () => {
  const text = `
apiVersion: skaffold/v4beta6
build:
  artifacts:
    - image: app
      context: service
      docker: {dockerfile: Dockerfile.app, target: run, buildArgs: {ENV: "{{.ENV}}", V: fixed}}
    - image: other
      jib: {}
profiles:
  - name: prod
    build:
      artifacts: [{image: app, docker: {buildArgs: {ENV: production}}}]
  - name: staging
    patches:
      - {op: replace, path: /build/artifacts/0/docker/buildArgs/ENV, value: staging}
`;
  const pipeline = readSkaffold('deploy/skaffold.yaml', text, filesOf({}));
  expect(buildsIn(pipeline, { ENV: 'x' })).toEqual([
    "artifact app: deploy/service/Dockerfile.app in 'deploy/service' target run ENV=⟨$ENV⟩ V=fixed",
  ]);
  expect(buildsIn(pipeline, { SKAFFOLD_PROFILE: 'prod' })).toEqual([
    "artifact app: deploy/Dockerfile in 'deploy' target - ENV=production [profile production]",
  ]);
  expect(buildsIn(pipeline, { SKAFFOLD_PROFILE: 'staging' })).toEqual([
    "artifact app: deploy/service/Dockerfile.app in 'deploy/service' target run V=fixed ENV=staging [profile staging]",
  ]);
  expect(pipeline.notes).toEqual([]);
});

it('Skaffold tags each image anew: two profiles never take a name away from each other', () => {
  const skaffold =
    'build:\n  artifacts: [{image: app, docker: {buildArgs: {ENV: testing}}}]\nprofiles:\n  - name: prod\n    build:\n      artifacts: [{image: app, docker: {buildArgs: {ENV: production}}}]\n';
  const Dockerfile = 'FROM golang:1.22\nARG ENV\nRUN go build $(test "$ENV" = testing && echo -race) .\n';
  expect(acrossFiles({ 'skaffold.yaml': skaffold, Dockerfile }).map(({ rule }) => rule)).toEqual([
    'divergent-build-arguments',
  ]);
});

it('Heroku, Fly and Render', () => {
  const heroku = readHeroku(
    'heroku.yml',
    `build:\n  docker: {web: web/Dockerfile, worker: {dockerfile: Dockerfile, target: worker}}\n  config: {RAILS_ENV: production}\n`,
    filesOf({}),
  );
  expect(buildsIn(heroku)).toEqual([
    "process web: web/Dockerfile in 'web' target - RAILS_ENV=production",
    "process worker: Dockerfile in '' target worker RAILS_ENV=production",
  ]);
  const fly = `app = "shop-staging"\n\n[build]\n  dockerfile = "docker/Dockerfile"\n  build-target = "app"\n[build.args]\n  ENV = "staging"\n`;
  const flies = readFly('fly.toml', fly, filesOf({}));
  expect(buildsIn(flies)).toEqual([
    "app shop-staging: docker/Dockerfile in '' target app ENV=staging [namespace staging]",
  ]);
  const argument = flies.builds[0]?.arguments[0];
  expect(argument && textAt(argument.place, filesOf({ 'fly.toml': fly }))).toBe('ENV');
  expect(readFly('fly.toml', '[build]\nimage = "x"\n', filesOf({})).builds).toEqual([]);
  expect(readFly('fly.toml', '[build\n', filesOf({})).notes).toHaveLength(1);
  const service = readRender(
    'render.yaml',
    `services:\n  - {type: web, name: app-prod, runtime: docker, dockerfilePath: ./api/Dockerfile, envVars: [{key: ENV, value: prod}, {key: S, sync: false}]}\n  - {type: web, name: b, env: node}\n`,
    filesOf({}),
  );
  expect(buildsIn(service)).toEqual([
    "service app-prod: api/Dockerfile in '' target - ENV=prod S=⟨$S of app-prod⟩ [job production]",
  ]);
});

it('Bitbucket: a deployment is an environment', () => {
  const pipeline = readBitbucket(
    'bitbucket-pipelines.yml',
    `
definitions:
  steps:
    - step: &build
        name: Build
        script: [docker build --build-arg ENV=$ENV -t app:$BITBUCKET_COMMIT ., {pipe: x, variables: {}}]
pipelines:
  default: [{step: *build}]
  branches:
    main:
      - step: *build
      - step: {name: Ship, deployment: production, script: [ship "$BITBUCKET_BRANCH"]}
    'release/*': [{parallel: [{step: {script: [a]}}, {step: {script: [b]}}]}]
  custom:
    manual:
      - variables: [{name: ENV, default: staging, allowed-values: [staging, production]}]
      - step: *build
`,
    filesOf({}),
  );
  const build = (env: string) => `Build: docker build --build-arg ENV=${env} -t app:⟨$BITBUCKET_COMMIT⟩ .`;
  expect(commandsIn(pipeline, { BITBUCKET_BRANCH: 'x', ENV: 'e' })).toEqual([build('e')]);
  expect(commandsIn(pipeline, { BITBUCKET_BRANCH: 'main', ENV: 'e' })).toEqual([build('e'), 'Ship: ship main']);
  expect(commandsIn(pipeline, { BITBUCKET_BRANCH: 'release/1' })).toEqual(['step: a', 'step: b']);
  expect(commandsIn(pipeline, { BITBUCKET_BRANCH: 'main', pipeline: 'manual' })).toEqual([build('staging')]);
  expect(evidenceOf(pipeline)).toContain('Ship: environment key production production, branch main production');
  expect(pipeline.notes).toEqual([]);
});

it('lists of commands', () => {
  const travis = readPlain(
    '.travis.yml',
    `env: [A=1]\ninstall: one $A\nscript: [two, three]\njobs: {include: [{stage: prod, script: four}]}\n`,
    filesOf({}),
  );
  expect(commandsIn(travis)).toEqual([': one 1', ': two', ': three', 'prod: one 1', 'prod: four']);
  const spec = readPlain(
    'buildspec.yml',
    `version: 0.2\nenv: {variables: {ENV: prod}}\nphases:\n  build: {commands: [docker build --build-arg ENV=$ENV .]}\n`,
    filesOf({}),
  );
  expect(commandsIn(spec)).toEqual([': docker build --build-arg ENV=prod .']);
  const kite = readPlain(
    '.buildkite/pipeline.yml',
    `env: {A: b}\nsteps:\n  - {label: deploy-prod, command: [x $A, y]}\n  - wait\n`,
    filesOf({}),
  );
  expect(commandsIn(kite)).toEqual(['deploy-prod: x b', 'deploy-prod: y']);
});

it.each<[string, PipelineSystem | undefined]>([
  ['.gitlab-ci.yml', 'gitlab'],
  ['ci/build.gitlab-ci.yml', 'gitlab'],
  ['Jenkinsfile', 'jenkins'],
  ['ci/Jenkinsfile.prod', 'jenkins'],
  ['.circleci/config.yml', 'circle'],
  ['azure-pipelines-prod.yml', 'azure'],
  ['cloudbuild.staging.yaml', 'cloudbuild'],
  ['cloudbuild.json', 'cloudbuild'],
  ['bitbucket-pipelines.yml', 'bitbucket'],
  ['.drone.yml', 'drone'],
  ['.woodpecker.yml', 'woodpecker'],
  ['.woodpecker/build.yml', 'woodpecker'],
  ['.travis.yml', 'travis'],
  ['buildspec-prod.yml', 'codebuild'],
  ['.buildkite/pipeline.yml', 'buildkite'],
  ['skaffold.yaml', 'skaffold'],
  ['.devcontainer/devcontainer.json', 'devcontainer'],
  ['.devcontainer/go/devcontainer.json', 'devcontainer'],
  ['.devcontainer.json', 'devcontainer'],
  ['heroku.yml', 'heroku'],
  ['fly.toml', 'fly'],
  ['fly.staging.toml', 'fly'],
  ['render.yaml', 'render'],
  ['config.yml', undefined],
  ['butterfly.toml', undefined],
  ['src/render.yaml.ts', undefined],
  ['Jenkinsfile.md/x', undefined],
])('%s is for %s', (path, system) => {
  expect(pipelineOf(path)).toBe(system);
});
