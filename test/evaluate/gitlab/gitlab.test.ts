import { expect, it } from 'vitest';
import { readGitlab } from '../../../src/evaluate/gitlab/index.js';
import type { Pipeline } from '../../../src/evaluate/pipeline/caller.js';
import { commandsIn, evidenceOf, filesOf, textAt } from '../pipeline/pipeline.js';

const FILE = '.gitlab-ci.yml';
const read = (text: string, others: Readonly<Record<string, string>> = {}): Pipeline =>
  readGitlab({ file: FILE, text, files: filesOf({ ...others, [FILE]: text }) });

const push = (branch: string) => ({ CI_COMMIT_BRANCH: branch, CI_PIPELINE_SOURCE: 'push', CI_DEFAULT_BRANCH: 'main' });
const tag = (name: string) => ({ CI_COMMIT_TAG: name, CI_PIPELINE_SOURCE: 'push', CI_DEFAULT_BRANCH: 'main' });
const request = { CI_PIPELINE_SOURCE: 'merge_request_event', CI_DEFAULT_BRANCH: 'main' };

it('hard case 58: a tag pipeline builds with the default, a rule of the main branch does not reach it', () => {
  const pipeline = read(`
variables:
  ENV: testing
build:
  image: {name: 'gcr.io/kaniko-project/executor:debug', entrypoint: ['']}
  script:
    - /kaniko/executor --context $CI_PROJECT_DIR --build-arg ENV=$ENV --destination $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
      variables: {ENV: production}
    - if: $CI_COMMIT_TAG
deploy:
  stage: deploy
  environment: production
  rules: [{if: $CI_COMMIT_TAG}]
  script: kubectl set image deployment/app app=$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA
`);
  const kaniko = (env: string) =>
    `build: /kaniko/executor --context / --build-arg ENV=${env} --destination ⟨$CI_REGISTRY_IMAGE⟩:⟨$CI_COMMIT_SHA⟩`;
  expect(commandsIn(pipeline, push('main'))).toEqual([kaniko('production')]);
  expect(commandsIn(pipeline, push('other'))).toEqual([]);
  expect(commandsIn(pipeline, tag('v1'))).toEqual([
    kaniko('testing'),
    'deploy: kubectl set image deployment/app app=⟨$CI_REGISTRY_IMAGE⟩:⟨$CI_COMMIT_SHA⟩',
  ]);
  expect(commandsIn(pipeline, { ...tag('v1'), CI_COMMIT_BRANCH: 'main' })).toEqual([]);
  expect(evidenceOf(pipeline)).toEqual([
    'build: ',
    'deploy: environment key production production, branch tags production',
  ]);
  expect(pipeline.notes).toEqual([]);
});

it('hard case 36: two jobs push one name', () => {
  const pipeline = read(`
.build:
  stage: build
  script: [docker build --build-arg ENV=$TARGET -t app:$CI_COMMIT_SHA ., docker push app:$CI_COMMIT_SHA]
staging: {extends: .build, variables: {TARGET: staging}}
prod: {extends: .build, variables: {TARGET: prod}}
`);
  expect(commandsIn(pipeline, push('x'))).toEqual([
    'staging: docker build --build-arg ENV=staging -t app:⟨$CI_COMMIT_SHA⟩ .',
    'staging: docker push app:⟨$CI_COMMIT_SHA⟩',
    'prod: docker build --build-arg ENV=prod -t app:⟨$CI_COMMIT_SHA⟩ .',
    'prod: docker push app:⟨$CI_COMMIT_SHA⟩',
  ]);
});

it('hard case 37: a job that gives an image another name', () => {
  const pipeline = read(`
promote:
  environment: {name: prod-eu-1, deployment_tier: production}
  only: [tags]
  script: [crane tag app:testing prod]
`);
  expect(commandsIn(pipeline, tag('v1'))).toEqual(['promote: crane tag app:testing prod']);
  expect(commandsIn(pipeline, push('main'))).toEqual([]);
  expect(evidenceOf(pipeline)).toEqual([
    'promote: environment key prod-eu-1 production, deployment tier production production, branch tags production',
  ]);
});

it('the strongest definition of a variable counts, and definitions may name others', () => {
  const pipeline = read(`
variables: {A: global, B: '$A-b', C: '\${B}c', SELF: '$SELF', RAW: {value: '$A', expand: false}}
default:
  before_script: [echo before > x]
one:
  variables: {A: job}
  script: [run $A $B $C $RAW "$$"]
two:
  before_script: []
  variables: {}
  script: [run $A, 'run $SELF']
`);
  expect(commandsIn(pipeline, { ...push('main'), SELF: 'me' })).toEqual([
    'one: echo before',
    'one: run job job-b job-bc $A ⟨$$⟩',
    'two: run global',
    'two: run me',
  ]);
});

it('branches, tags and merge requests exclude each other, and the ref is one of them', () => {
  const pipeline = read(`
job:
  rules: [{when: always}]
  script: ['run "$CI_COMMIT_REF_NAME" "$CI_COMMIT_BRANCH" "$CI_COMMIT_TAG" $CI_COMMIT_REF_SLUG']
plain:
  script: run
`);
  expect(commandsIn(pipeline, push('Feature/X'))).toEqual(["job: run Feature/X Feature/X '' feature-x", 'plain: run']);
  expect(commandsIn(pipeline, tag('v1.0'))).toEqual(["job: run v1.0 '' v1.0 v1-0", 'plain: run']);
  expect(commandsIn(pipeline, request)).toEqual([
    "job: run ⟨$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME⟩ '' '' ⟨slug(⟨$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME⟩)⟩",
  ]);
});

it.each([
  ['$CI_COMMIT_BRANCH == "main" && $CI_PIPELINE_SOURCE != "schedule"', ['main']],
  ['$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', ['main']],
  ['$CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH', ['dev', 'v1', 'request']],
  ['$CI_COMMIT_BRANCH =~ /^(main|dev)$/', ['main', 'dev']],
  ['$CI_COMMIT_BRANCH !~ /^MAIN$/i', ['dev', 'v1', 'request']],
  ['$CI_COMMIT_TAG =~ /^v\\d+/', ['v1']],
  ['$CI_COMMIT_TAG == null', ['main', 'dev', 'request']],
  ['$CI_COMMIT_TAG == ""', []],
  ['($CI_COMMIT_TAG || $CI_COMMIT_BRANCH == "dev") && $CI_PIPELINE_SOURCE == "push"', ['dev', 'v1']],
  ['$CI_MERGE_REQUEST_ID', []],
  ["$MODE == 'x'", []],
  ['$CI_COMMIT_TAG =~ /^v?\\d+(\\.\\d+)?$/', ['v1']],
  ['$CI_COMMIT_TAG =~ /^v\\d$/', ['v1']],
  ['$CI_COMMIT_REF_NAME =~ /^(dev|v1)$/', ['dev', 'v1']],
])('the expression %s', (expression, expected) => {
  const pipeline = read(`job:\n  rules:\n    - if: '${expression.replaceAll("'", "''")}'\n  script: run\n`);
  const worlds = { main: push('main'), dev: push('dev'), v1: tag('v1'), request };
  const runs = Object.entries(worlds).filter(([, answers]) => commandsIn(pipeline, answers).includes('job: run'));
  expect(runs.map(([name]) => name)).toEqual(expected);
  expect(pipeline.notes).toEqual([]);
});

it('the first rule that matches decides', () => {
  const pipeline = read(`
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      variables: {MODE: check}
    - if: $CI_COMMIT_BRANCH == "dev"
      when: never
    - if: $CI_COMMIT_BRANCH || $CI_COMMIT_TAG
      variables: {MODE: full}
job:
  script: run $MODE $ENV
  variables: {ENV: none}
  rules:
    - if: $CI_COMMIT_TAG
      when: manual
      variables: {ENV: production}
    - if: $CI_COMMIT_BRANCH == "main"
      variables: {ENV: staging}
    - changes: [src/**]
other: {script: run}
`);
  expect(commandsIn(pipeline, request)).toEqual(['job: ? run check none', 'other: run']);
  expect(commandsIn(pipeline, push('dev'))).toEqual([]);
  expect(commandsIn(pipeline, push('main'))).toEqual(['job: run full staging', 'other: run']);
  expect(commandsIn(pipeline, tag('v1'))).toEqual(['job: run full production', 'other: run']);
});

it('only and except', () => {
  const pipeline = read(`
a: {script: run, only: [main, /^release-.*$/]}
b: {script: run, only: {refs: [branches], variables: ['$X == "1"']}}
c: {script: run, except: [main, tags]}
d: {script: run, only: [merge_requests, schedules]}
`);
  expect(commandsIn(pipeline, push('main'))).toEqual(['a: run']);
  expect(commandsIn(pipeline, { ...push('release-1'), X: '1' })).toEqual(['a: run', 'b: run', 'c: run']);
  expect(commandsIn(pipeline, request)).toEqual(['d: run']);
  expect(commandsIn(pipeline, { ...push('main'), CI_PIPELINE_SOURCE: 'schedule' })).toEqual(['a: run', 'd: run']);
});

it('extends merges maps and replaces lists; references bring lists into lists', () => {
  const pipeline = read(
    `
include:
  - local: /ci/base.yml
  - project: other/project
    file: x.yml
  - template: Auto-DevOps.gitlab-ci.yml
.b:
  variables: {B: b, C: b}
job:
  extends: [.a, .b]
  variables: {C: job}
  script:
    - !reference [.setup, script]
    - run $A $B $C
  after_script: [cleanup]
`,
    {
      'ci/base.yml': `
.a:
  variables: {A: a, B: a}
  before_script: [login]
.setup:
  script:
    - setup one
    - - setup two
`,
    },
  );
  expect(commandsIn(pipeline, push('x'))).toEqual([
    'job: login',
    'job: setup one',
    'job: setup two',
    'job: run a b job',
    'job: cleanup',
  ]);
  expect(pipeline.files).toEqual([FILE, 'ci/base.yml']);
  expect(pipeline.notes).toEqual([]);
});

it('inputs of an included file', () => {
  const pipeline = read(
    `include: [{local: ci/build.yml, inputs: {env: production}}, {local: ci/build.yml, inputs: {env: testing, name: t}}]`,
    {
      'ci/build.yml': `
spec:
  inputs:
    env:
    name: {default: build}
---
"$[[ inputs.name ]]-job":
  script: docker build --build-arg ENV=$[[ inputs.env ]] .
`,
    },
  );
  expect(commandsIn(pipeline, push('x'))).toEqual([
    'build-job: docker build --build-arg ENV=production .',
    't-job: docker build --build-arg ENV=testing .',
  ]);
});

it('a matrix is one job for each entry', () => {
  const pipeline = read(`
deploy:
  parallel:
    matrix:
      - ENV: [staging, production]
        REGION: eu
  environment: $ENV
  script: deploy $ENV $REGION
`);
  expect(commandsIn(pipeline, push('x'))).toEqual([
    'deploy: [staging, eu]: deploy staging eu',
    'deploy: [production, eu]: deploy production eu',
  ]);
  expect(evidenceOf(pipeline).map((line) => line.replace(/, job.*/, ''))).toEqual([
    'deploy: [staging, eu]: environment key staging staging',
    'deploy: [production, eu]: environment key production production',
  ]);
});

it('an environment whose name differs is one instance for each name', () => {
  const pipeline = read(`
deploy:
  environment: {name: $TIER}
  script: deploy "$CI_ENVIRONMENT_NAME"
  rules:
    - if: $CI_COMMIT_TAG
      variables: {TIER: production}
    - if: $CI_COMMIT_BRANCH == "main"
      variables: {TIER: staging}
review:
  environment: review/$CI_COMMIT_REF_SLUG
  script: deploy
`);
  expect(commandsIn(pipeline, tag('v1'))).toEqual(['deploy: deploy production', 'review: deploy']);
  expect(commandsIn(pipeline, push('main'))).toEqual(['deploy: deploy staging', 'review: deploy']);
  expect(
    evidenceOf(pipeline).some((line) => line === 'deploy: environment key staging staging, branch main production'),
  ).toBe(true);
  expect(evidenceOf(pipeline).find((line) => line.startsWith('review'))).toMatch(
    /^review: environment key review\/⟨.*⟩ development/,
  );
});

it('a variable that whoever starts a pipeline may choose is an input with a default', () => {
  const pipeline = read(`
variables:
  ENV: {value: staging, options: [staging, production], description: where to}
job: {script: run $ENV $UNKNOWN}
`);
  expect(commandsIn(pipeline, push('x'))).toEqual(['job: run staging']);
  expect(commandsIn(pipeline, { ...push('x'), ENV: 'production', UNKNOWN: 'u' })).toEqual(['job: run production u']);
});

it('dotenv reports reach later jobs', () => {
  const pipeline = read(`
deploy:
  stage: deploy
  script: kubectl set image deployment/app app=app:$TAG
build:
  stage: build
  script:
    - echo "TAG=$CI_COMMIT_SHORT_SHA" >> build.env
  artifacts: {reports: {dotenv: build.env}}
`);
  expect(commandsIn(pipeline, push('x'))).toEqual([
    'build: echo TAG=⟨$CI_COMMIT_SHORT_SHA⟩',
    'deploy: kubectl set image deployment/app app=app:⟨$CI_COMMIT_SHORT_SHA⟩',
  ]);
});

it('child pipelines get the variables of the job that starts them', () => {
  const pipeline = read(
    `
child:
  variables: {ENV: production}
  trigger: {include: ci/child.yml}
  rules: [{if: $CI_COMMIT_BRANCH == "main"}]
`,
    {
      'ci/child.yml': `
variables: {ENV: testing}
build:
  rules: [{if: $CI_PIPELINE_SOURCE == "parent_pipeline"}]
  script: docker build --build-arg ENV .
`,
    },
  );
  expect(commandsIn(pipeline, push('main'))).toEqual(['build: docker build --build-arg ENV .']);
  expect(commandsIn(pipeline, push('dev'))).toEqual([]);
  const [work] = pipeline.work;
  expect(work?.standing.chain.map(({ message }) => message)).toEqual(['job child', 'job build']);
  expect(pipeline.texts.constant(work?.steps[0]?.environment.get('ENV')?.text ?? pipeline.texts.empty)).toBe(
    'production',
  );
});

it('places are those of the files that commands stand in', () => {
  const base = `.setup:\n  script:\n    - "login \\"x\\" --y"\n`;
  const text = `include: base.yml
job:
  script:
    - !reference [.setup, script]
    - |
      docker build \\
        -t app .
      docker push app
    - >-
      folded
      words
`;
  const files = filesOf({ [FILE]: text, 'base.yml': base });
  const pipeline = readGitlab({ file: FILE, text, files });
  const steps = pipeline.work.flatMap((work) => work.steps);
  expect(steps.map(({ place }) => textAt(place, files))).toEqual([
    'login \\"x\\" --y',
    'docker build \\\n        -t app .',
    'docker push app',
    'folded\n      words',
  ]);
  expect(steps.map(({ place }) => place.file)).toEqual(['base.yml', FILE, FILE, FILE]);
  expect(pipeline.work[0]?.standing.chain.map(({ place }) => textAt(place, files))).toEqual(['job']);
});

it('what cannot be read is a note with a place, and the rest is used', () => {
  const text = `
include: missing.yml
job:
  script: [{a: b}, run]
  rules: [{if: '$A ==='}]
loop: {extends: loop, script: run}
`;
  const files = filesOf({ [FILE]: text });
  const pipeline = readGitlab({ file: FILE, text, files });
  expect(pipeline.notes.map(({ place, message }) => `${textAt(place, files)}: ${message}`).sort()).toEqual([
    "'$A ===': this expression cannot be read: $A ===",
    'loop: loop and loop extend each other, or too many others',
    'missing.yml: the project has no file missing.yml',
    '{a: b}: this is a map where a command is expected; quote it when it has a colon',
  ]);
  expect(commandsIn(pipeline, push('x'))).toEqual(['job: ? run', 'loop: run']);
});
