import { expect, it } from 'vitest';
import { readAzure } from '../../../src/evaluate/pipeline/azure.js';
import { readCircle } from '../../../src/evaluate/pipeline/circle.js';
import { readCloudBuild } from '../../../src/evaluate/pipeline/cloudbuild.js';
import { readDrone } from '../../../src/evaluate/pipeline/drone.js';
import { commandsIn, evidenceOf, filesOf, textAt } from './pipeline.js';

it('CircleCI: parameters, matrices, filters and commands', () => {
  const text = `
version: 2.1
parameters:
  race: {type: boolean, default: false}
commands:
  image:
    parameters:
      env: {type: string}
      args: {type: string, default: "--pull"}
    steps:
      - run:
          name: build << parameters.env >>
          command: |
            docker build << parameters.args >> --build-arg ENV=<< parameters.env >> -t app:$CIRCLE_SHA1 .
jobs:
  build:
    parameters: {env: {type: string, default: testing}}
    docker: [{image: 'cimg/base:stable'}]
    environment: {TIER: << parameters.env >>}
    steps:
      - checkout
      - image: {env: << parameters.env >>}
      - when:
          condition: << pipeline.parameters.race >>
          steps: [run: echo race > x]
      - docker/push: {image: x}
  deploy:
    steps: [run: 'deploy "$TIER" $CIRCLE_TAG']
workflows:
  main:
    jobs:
      - build:
          matrix: {parameters: {env: [staging, production]}}
          filters: {branches: {only: [main, /release-.*/]}}
      - deploy:
          name: deploy-prod
          context: prod-secrets
          filters: {tags: {only: /v.*/}, branches: {ignore: /.*/}}
`;
  const pipeline = readCircle('.circleci/config.yml', text, filesOf({}));
  const build = (env: string) => `build (${env}): docker build --pull --build-arg ENV=${env} -t app:⟨$CIRCLE_SHA1⟩ .`;
  const inCommand = (line: string) => line.replace(/^build \(\w+\)/, 'image');
  expect(commandsIn(pipeline, { CIRCLE_BRANCH: 'main' })).toEqual([
    inCommand(build('staging')),
    inCommand(build('production')),
  ]);
  expect(commandsIn(pipeline, { CIRCLE_BRANCH: 'release-1', race: 'true' })).toHaveLength(4);
  expect(commandsIn(pipeline, { CIRCLE_BRANCH: 'x' })).toEqual([]);
  expect(commandsIn(pipeline, { CIRCLE_TAG: 'v1', TIER: 't' })).toEqual(['deploy-prod: deploy t v1']);
  expect(evidenceOf(pipeline).find((line) => line.startsWith('deploy'))).toBe(
    'deploy-prod: job deploy-prod production, job prod-secrets production, branch tags production',
  );
  const files = filesOf({ '.circleci/config.yml': text });
  expect(textAt(pipeline.work[0]?.steps[0]?.place ?? { file: '', start: 0, end: 0 }, files)).toBe(
    'docker build << parameters.args >> --build-arg ENV=<< parameters.env >> -t app:$CIRCLE_SHA1 .',
  );
  expect(pipeline.notes).toEqual([]);
});

it('Azure Pipelines: tasks, templates, conditions and deployments', () => {
  const text = `
parameters:
  - name: env
    type: string
    default: testing
    values: [testing, production]
variables:
  - group: secrets
  - name: repo
    value: app
  - \${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}:
    - name: tier
      value: prod
  - \${{ else }}:
    - name: tier
      value: dev
stages:
  - stage: Build
    jobs:
      - job: image
        steps:
          - task: Docker@2
            inputs:
              command: build
              repository: $(repo)
              Dockerfile: docker/Dockerfile
              buildContext: .
              arguments: --build-arg ENV=\${{ parameters.env }} --target app
              tags: |
                $(Build.SourceVersion)
                $(tier)
          - task: Docker@2
            inputs: {command: buildAndPush, repository: other, arguments: '--build-arg IGNORED=1'}
          - script: echo $(repo) $REPO > x
            displayName: x
          - template: steps.yml
            parameters: {name: n}
  - stage: Prod
    condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))
    jobs:
      - deployment: web
        environment: production
        strategy: {runOnce: {deploy: {steps: [{bash: deploy $TIER}]}}}
      - \${{ if eq(parameters.env, 'production') }}:
        - job: extra
          steps: [{script: extra}]
`;
  const table = {
    'azure-pipelines.yml': text,
    'steps.yml': `parameters:\n  - name: name\nsteps:\n  - script: named \${{ parameters.name }}\n`,
    'src/Dockerfile': '',
  };
  const pipeline = readAzure('azure-pipelines.yml', text, filesOf(table));
  const lines = (env: string, tier: string) => [
    `image: docker build -f docker/Dockerfile -t app:⟨$(Build.SourceVersion)⟩ -t app:${tier} --build-arg ENV=${env} --target app .`,
    'image: docker build -f src/Dockerfile -t other:⟨$(Build.BuildId)⟩ src',
    'image: docker push other:⟨$(Build.BuildId)⟩',
    'image: echo app app',
    'steps.yml: named n',
  ];
  expect(commandsIn(pipeline, { BUILD_SOURCEBRANCH: 'refs/heads/x' })).toEqual(lines('testing', 'dev'));
  expect(commandsIn(pipeline, { BUILD_SOURCEBRANCH: 'refs/heads/main', env: 'production' })).toEqual([
    ...lines('production', 'prod'),
    'web: deploy prod',
    'extra: extra',
  ]);
  expect(evidenceOf(pipeline).find((line) => line.startsWith('web'))).toMatch(
    /^web: environment key production production, job Prod production/,
  );
  expect(pipeline.files).toEqual(['azure-pipelines.yml', 'steps.yml']);
  expect(pipeline.notes).toEqual([]);
});

it('Cloud Build: substitutions have defaults, arguments are words', () => {
  const text = `
substitutions: {_ENV: staging, _TAG: '\${_ENV}-1'}
steps:
  - name: gcr.io/cloud-builders/docker
    id: build
    dir: service
    args: [build, '--build-arg=ENV=$_ENV', '-t', 'gcr.io/$PROJECT_ID/app:$SHORT_SHA', '-t', 'app:\${_TAG}', "it's $$x", .]
  - name: gcr.io/kaniko-project/executor:latest
    args: ['--destination=app:$BRANCH_NAME', '--build-arg=ENV=\${_ENV}']
  - name: gcr.io/google.com/cloudsdktool/cloud-sdk
    entrypoint: bash
    args: [-c, 'gcloud run deploy app-$_ENV --image app:$SHORT_SHA && docker push $$IMAGE']
    env: ['IMAGE=app:$_ENV']
  - name: some/other
    args: [x]
images: ['gcr.io/$PROJECT_ID/app:$SHORT_SHA']
`;
  const files = filesOf({ 'cloudbuild.yaml': text });
  const pipeline = readCloudBuild('cloudbuild.yaml', text, files);
  const lines = (env: string) => [
    `build: docker build --build-arg=ENV=${env} -t gcr.io/⟨$PROJECT_ID⟩/app:⟨$SHORT_SHA⟩ -t app:${env}-1 'it's $x' .`,
    `: /kaniko/executor --destination=app:main --build-arg=ENV=${env}`,
    `: gcloud run deploy app-${env} --image app:⟨$SHORT_SHA⟩`,
    `: docker push app:${env}`,
    ': docker push gcr.io/⟨$PROJECT_ID⟩/app:⟨$SHORT_SHA⟩',
  ];
  expect(commandsIn(pipeline, { BRANCH_NAME: 'main' })).toEqual(lines('staging'));
  expect(commandsIn(pipeline, { BRANCH_NAME: 'main', _ENV: 'prod' })).toEqual(lines('prod'));
  expect(pipeline.work[0]?.standing.folder).toBe('service');
  expect(pipeline.notes).toEqual([]);
});

it('Drone and Woodpecker: plugins are the builds that they run', () => {
  const drone = `
kind: pipeline
name: default
steps:
  - name: publish
    image: plugins/docker
    environment: {ENV: production}
    settings:
      repo: org/app
      tags: [latest, '\${DRONE_TAG}']
      dockerfile: docker/Dockerfile
      target: app
      build_args: [ENV=production, 'VERSION=\${DRONE_TAG}']
      build_args_from_env: [ENV]
      password: {from_secret: docker}
    when: {event: tag}
  - name: deploy
    image: alpine
    commands: ['deploy $ENV', 'finish $DRONE_BRANCH', "say '\${DRONE_BRANCH}' $\${ENV}"]
    environment: {ENV: production}
    when: {event: promote, target: production}
---
kind: secret
name: x
`;
  const pipeline = readDrone('.drone.yml', drone, filesOf({}));
  expect(commandsIn(pipeline, { CI_PIPELINE_EVENT: 'tag', CI_COMMIT_TAG: 'v1' })).toEqual([
    'publish: docker build -f docker/Dockerfile --target app --build-arg ENV=production --build-arg VERSION=v1 --build-arg ENV -t org/app:latest -t org/app:v1 .',
    'publish: docker push org/app:latest',
    'publish: docker push org/app:v1',
  ]);
  expect(
    commandsIn(pipeline, {
      CI_PIPELINE_EVENT: 'promote',
      CI_PIPELINE_DEPLOY_TARGET: 'production',
      CI_COMMIT_BRANCH: 'b',
    }),
  ).toEqual(['deploy: deploy production', 'deploy: finish b', 'deploy: say b production']);
  expect(evidenceOf(pipeline)[1]).toBe('deploy: environment key production production');
  const woodpecker = `
variables: [&image 'woodpeckerci/plugin-docker-buildx']
steps:
  image:
    image: *image
    settings: {repo: app, tags: 'a,b', build_args: {MODE: release}, context: sub, dry_run: true}
    when: [{event: push, branch: [main, release/*]}, {event: tag}]
`;
  const other = readDrone('.woodpecker.yml', woodpecker, filesOf({}));
  const line = 'image: docker build --build-arg MODE=release -t app:a -t app:b sub';
  expect(commandsIn(other, { CI_PIPELINE_EVENT: 'push', CI_COMMIT_BRANCH: 'release/1' })).toEqual([line]);
  expect(commandsIn(other, { CI_PIPELINE_EVENT: 'tag' })).toEqual([line]);
  expect(commandsIn(other, { CI_PIPELINE_EVENT: 'push', CI_COMMIT_BRANCH: 'x' })).toEqual([]);
  expect([...pipeline.notes, ...other.notes]).toEqual([]);
});
