/* The hard cases of the notes on semantics that need more than one file: who builds, who deploys, under which name. */
import { describe, expect, it } from 'vitest';
import { acrossFiles, projectFindings, table, theOnly } from './lint.js';
import { deployment, expectPromoted, type Files, job, RACE, SAME, said, wf } from './project.js';

const kust = (ns: string, tag: string) =>
  `namespace: ${ns}\nresources: [../../base]\nimages:\n  - name: registry.example.com/service\n    newTag: "${tag}"\n`;
const base = {
  'deploy/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'deploy/base/deployment.yaml': deployment('registry.example.com/service', 'x').replace('  namespace: x\n', ''),
};

const ONLY_MAIN_GITHUB = `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          push: true
          tags: registry.example.com/service:\${{ github.sha }}
          build-args: ENV=\${{ github.ref == 'refs/heads/main' && 'production' || 'testing' }}
  production:
    needs: build
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: kubectl set image deployment/s s=registry.example.com/service:\${{ github.sha }}
`;

const ONLY_MAIN_GITLAB = `variables:
  ENV: testing
workflow:
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
      variables: { ENV: production }
    - when: always
build:
  script:
    - docker build --build-arg ENV=$ENV -t registry.example.com/service:$CI_COMMIT_SHA --push .
deploy:
  environment: production
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
  script:
    - kubectl set image deployment/s s=registry.example.com/service:$CI_COMMIT_SHA
`;

function placesOf(files: Files, message: RegExp): readonly string[] {
  return acrossFiles(files).flatMap(({ related }) =>
    related.filter((other) => message.test(other.message)).map(({ location }) => `${location.file}:${location.line}`),
  );
}

describe('10, 11, 15: what a caller passes', () => {
  it('10: ?= is testing where nobody says otherwise', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        Makefile:
          'ENV ?= testing\nimage:\n\tdocker build --build-arg ENV=$(ENV) -t registry.example.com/service:1 .\n\tdocker push registry.example.com/service:1\n',
        '.github/workflows/ci.yml': wf(job('image', ['make image'])),
        'deploy/prod.yaml': deployment('registry.example.com/service:1', 'production'),
      },
      'testing',
      'production',
    ));
  it('11: = is not changed by the environment', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        Makefile: 'ENV = testing\nimage:\n\tdocker build --build-arg ENV=$(ENV) -t registry.example.com/service:1 .\n',
        '.github/workflows/ci.yml': wf(job('image', ['make image'], '    env:\n      ENV: production\n')),
        'deploy/prod.yaml': deployment('registry.example.com/service:1', 'production'),
      },
      'testing',
      'production',
    ));
  const calling = (assignment: string, steps: readonly string[], extra = '', Dockerfile = RACE): Files => ({
    Dockerfile,
    Makefile: `${assignment}\nimage:\n\tdocker build --build-arg ENV=$(ENV) -t app .\n`,
    '.github/workflows/ci.yml': wf(job('image', steps, extra)),
  });
  const PRODUCTION = '    env:\n      ENV: production\n';
  it.each([
    ['of the job', calling('ENV = testing', ['make image'], PRODUCTION)],
    ['before the command', calling('ENV := testing', ['ENV=production make image'])],
    ['that is exported', calling('ENV = testing', ['export ENV=production; make image'])],
    [
      'in one environment of the job',
      calling(
        'ENV = testing',
        ['make image'],
        "    env:\n      ENV: ${{ github.ref == 'refs/heads/main' && 'production' || 'testing' }}\n",
      ),
    ],
  ])('11: a variable %s that loses to the makefile is told where the makefile assigns it', (_, files) => {
    const found = theOnly(
      acrossFiles(files).filter(({ rule }) => rule === 'unpassed-variable'),
      'build-args',
    );
    expect(found).toMatchObject({ severity: 'warning', confidence: 'proven', location: { file: 'Makefile', line: 1 } });
    expect(table(found)).toEqual({
      'ENV=production': 'go build -o cli ./cmd/service',
      'ENV=testing': 'go build -race -o cli ./cmd/service',
    });
    expect(found.related.map(({ location }) => location.file)).toContain('.github/workflows/ci.yml');
  });
  it('11: so is one that decides about the stage or the name of the image', () => {
    const found = acrossFiles({
      Dockerfile: 'FROM alpine:3 AS testing\nRUN echo t > /a\nFROM alpine:3 AS production\nRUN echo p > /a\n',
      Makefile: 'ENV = testing\nimage:\n\tdocker build --target $(ENV) -t app:$(ENV) .\n',
      '.github/workflows/ci.yml': wf(job('image', ['make image'], PRODUCTION)),
    }).find(({ rule }) => rule === 'unpassed-variable');
    expect(found === undefined ? undefined : table(found)).toEqual({
      'ENV=production': '--target production; -t app:production',
      'ENV=testing': '--target testing; -t app:testing',
    });
  });
  it.each([
    ['one that `?=` lets in', calling('ENV ?= testing', ['make image'], PRODUCTION)],
    ['one that is given to make itself', calling('ENV = testing', ['make image ENV=production'])],
    ['both', calling('ENV = testing', ['make image ENV=$ENV'], PRODUCTION)],
    ['`make -e`', calling('ENV = testing', ['make -e image'], PRODUCTION)],
    ['the value that it has anyway', calling('ENV = production', ['make image'], PRODUCTION)],
    [
      'a value without an effect',
      calling('ENV = testing', ['make image'], PRODUCTION, SAME.replace('echo "$ENV" && ', '')),
    ],
    ['an assignment that is made from it', calling('ENV := $(or $(ENV),testing)', ['make image'], PRODUCTION)],
    ['another text that is made from it', calling('ENV := $(ENV)ing', ['ENV=test make image'])],
    [
      'a variable that no recipe reads',
      {
        ...calling('ENV = testing', ['make image'], PRODUCTION),
        Makefile: 'ENV = testing\nimage:\n\tdocker build -t app .\n',
      },
    ],
    [
      'a version that the job sets for other steps',
      {
        ...calling('', ['make image'], "    env:\n      GO_VERSION: '1.23'\n"),
        Makefile: 'GO_VERSION = 1.22\nimage:\n\tdocker build -t app:$(GO_VERSION) .\n',
      },
    ],
    [
      'a target that has a value of its own',
      {
        ...calling('', ['make production'], PRODUCTION),
        Makefile:
          'ENV = testing\nproduction: ENV = production\nproduction:\n\tdocker build --build-arg ENV=$(ENV) -t app .\n',
      },
    ],
  ])('11: nothing is to be said of %s', (_, files) =>
    expect(acrossFiles(files).filter(({ rule }) => rule === 'unpassed-variable')).toEqual([]),
  );
  it('15: without a value, it is that of the environment around', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        '.github/workflows/ci.yml': wf(
          job(
            'image',
            ['docker build --build-arg ENV -t registry.example.com/service:1 --push .'],
            '    env:\n      ENV: testing\n',
          ),
        ),
        'deploy/prod.yaml': deployment('registry.example.com/service:1', 'production'),
      },
      'testing',
      'production',
    ));
});

describe('12 to 14: makefiles', () => {
  it('12: a target-specific value is too late for a condition, so no environment gets another program', () =>
    expect(
      projectFindings({
        Makefile:
          'testing: ENV=testing\ntesting: app\nifeq ($(ENV),testing)\nFLAGS=-race\nendif\napp:\n\tgo build $(FLAGS) -o app .\n',
      }).map(({ rule }) => rule),
    ).not.toContain('instrumented-image'));
  it('13: what two targets need is made with the values of the one that comes first', () => {
    const [found] = acrossFiles({
      Dockerfile: RACE,
      Makefile:
        'all: dev prod\ndev: ENV=dev\nprod: ENV=prod\ndev prod: image\nimage:\n\tdocker build --build-arg ENV=$(ENV) -t app .\n',
    });
    expect(found?.rule).toBe('overwritten-image-tag');
    expect(found?.variants.map(({ value }) => value)).toEqual([
      '--build-arg ENV=dev → go build -race -o cli ./cmd/service',
      '--build-arg ENV=prod → go build -o cli ./cmd/service',
    ]);
  });
  it('14: export on a line of its own passes nothing to the next line', () => {
    const passed = projectFindings({
      Dockerfile: RACE,
      Makefile: 'image:\n\texport ENV=prod\n\tdocker build --build-arg ENV -t app .\n',
    }).flatMap(({ related }) => related.map(({ message }) => message));
    expect(passed.filter((message) => /ENV=prod/.test(message))).toEqual([]);
  });
});

describe('30 to 32: compose', () => {
  it('30: an override for the desk is no other caller', () =>
    expect(
      said({
        Dockerfile: RACE,
        'compose.yaml': 'services:\n  s:\n    build:\n      context: .\n      args:\n        ENV: production\n',
        'compose.override.yaml': 'services:\n  s:\n    build:\n      args:\n        - ENV=development\n',
      }),
    ).toEqual([]));
  it('30: and all the less where the image does not depend on it', () =>
    expect(
      said({
        Dockerfile: SAME,
        'compose.yaml': 'services:\n  s:\n    build:\n      context: .\n      args:\n        ENV: production\n',
        'compose.override.yaml': 'services:\n  s:\n    build:\n      args:\n        - ENV=development\n',
      }),
    ).toEqual([]));
  it("31: a value of .env is everybody's", () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        '.env': 'ENV=dev\n',
        'compose.yaml':
          'services:\n  s:\n    image: registry.example.com/service:1\n    build:\n      context: .\n      args:\n        - ENV\n',
        'deploy/prod.yaml': deployment('registry.example.com/service:1', 'production'),
      },
      'dev',
      'production',
    ));
  it('31: without one it is the default of the Dockerfile', () =>
    expect(
      said({
        Dockerfile: RACE.replace('ARG ENV', 'ARG ENV=production'),
        'compose.yaml':
          'services:\n  s:\n    image: registry.example.com/service:1\n    build:\n      context: .\n      args:\n        - ENV\n',
        'deploy/prod.yaml': deployment('registry.example.com/service:1', 'production'),
      }),
    ).toEqual([]));
  it('32: built for dev by default, and run with the environment of production', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        'compose.yaml':
          'services:\n  s:\n    image: app:${TAG:-latest}\n    build:\n      context: .\n      args:\n        ENV: ${ENV:-dev}\n',
        'compose.prod.yaml': 'services:\n  s:\n    environment:\n      ENV: production\n',
      },
      'dev',
      'prod',
    ));
});

describe('35 to 38: names', () => {
  it('35: one image with two names, built for one of them', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        Makefile:
          'image:\n\tdocker build --build-arg ENV=testing -t registry.example.com/service:staging -t registry.example.com/service:prod .\n',
        'deploy/prod.yaml': deployment('registry.example.com/service:prod', 'production'),
      },
      'testing',
      'production',
    ));
  it('35: one image with two names', () =>
    expect(
      said({
        Dockerfile: SAME,
        Makefile:
          'image:\n\tdocker build --build-arg ENV=testing -t registry.example.com/service:staging -t registry.example.com/service:prod .\n',
        'deploy/prod.yaml': deployment('registry.example.com/service:prod', 'production'),
      }),
    ).toEqual([]));
  it.each([
    ['the same commit', '$GITHUB_SHA', []],
    ['the run', '$GITHUB_RUN_ID', []],
    ['nothing', 'edge', ['overwritten-image-tag']],
  ])('36: jobs of which a run has one, with a name that says %s', (_, tag, expected) => {
    const build = (env: string): string[] => [`docker build --build-arg ENV=${env} -t app:${tag} --push .`];
    const rules = acrossFiles({
      Dockerfile: RACE,
      '.github/workflows/ci.yml': wf(
        job('a', build('testing'), "    if: github.ref != 'refs/heads/main'\n") +
          job('b', build('prod'), "    if: github.ref == 'refs/heads/main'\n"),
      ),
    }).map(({ rule }) => rule);
    expect(rules.filter((rule) => rule === 'overwritten-image-tag')).toEqual(expected);
  });
  it('36: two jobs write one name', () => {
    const found = acrossFiles({
      Dockerfile: RACE.replace('testing', 'staging'),
      '.github/workflows/ci.yml': wf(
        job('a', ['docker build --build-arg ENV=staging -t app:$GITHUB_SHA --push .']) +
          job('b', ['docker build --build-arg ENV=prod -t app:$GITHUB_SHA --push .']),
      ),
    }).find(({ rule }) => rule === 'overwritten-image-tag');
    expect(found).toMatchObject({ severity: 'warning', confidence: 'proven' });
    expect(found?.variants.map(({ value }) => value)).toEqual([
      '--build-arg ENV=staging → go build -race -o cli ./cmd/service',
      '--build-arg ENV=prod → go build -o cli ./cmd/service',
    ]);
  });
  it('36: two jobs write one name with the same image', () =>
    expect(
      said({
        Dockerfile: SAME,
        '.github/workflows/ci.yml': wf(
          job('a', ['docker build --build-arg ENV=staging -t app:$GITHUB_SHA --push .']) +
            job('b', ['docker build --build-arg ENV=prod -t app:$GITHUB_SHA --push .']),
        ),
      }),
    ).toEqual([]));
  describe.each([
    'crane tag registry.example.com/service:testing prod',
    'skopeo copy docker://registry.example.com/service:testing docker://registry.example.com/service:prod',
    'docker tag registry.example.com/service:testing registry.example.com/service:prod',
    'docker buildx imagetools create -t registry.example.com/service:prod registry.example.com/service:testing',
  ])('37: %s', (retag) => {
    const files = (dockerfile: string): Files => ({
      Dockerfile: dockerfile,
      '.github/workflows/ci.yml': wf(
        job('build', ['docker build --build-arg ENV=testing -t registry.example.com/service:testing --push .']) +
          job('promote', [retag]),
      ),
      'deploy/prod.yaml': deployment('registry.example.com/service:prod', 'production'),
    });
    it('is followed from the build over the second name to where it runs', () => {
      expectPromoted(files(RACE), 'testing', 'production');
      expect(placesOf(files(RACE), /gets another name/)).toEqual(['.github/workflows/ci.yml:10']);
      expect(placesOf(files(RACE), /runs in/)).toEqual(['deploy/prod.yaml:11']);
    });
    it('is good practice for an image that does not depend on the environment', () =>
      expect(said(files(SAME))).toEqual([]));
  });
  it('38: a digest that nobody here makes leads to no build', () =>
    expect(
      said({
        Dockerfile: RACE,
        '.github/workflows/ci.yml': wf(
          job('a', ['docker build --build-arg ENV=testing -t registry.example.com/service:testing --push .']),
        ),
        'deploy/prod.yaml': deployment(
          'registry.example.com/service@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
          'production',
        ),
      }),
    ).toEqual([]));
  it('38: a digest that a step of the workflow makes leads to its build', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        '.github/workflows/ci.yml':
          'on: push\njobs:\n  a:\n    runs-on: x\n    outputs:\n      digest: ${{ steps.b.outputs.digest }}\n    steps:\n      - id: b\n        uses: docker/build-push-action@v6\n        with:\n          context: .\n          push: true\n          tags: registry.example.com/service:testing\n          build-args: ENV=testing\n  p:\n    needs: a\n    runs-on: x\n    environment: production\n    steps:\n      - run: kubectl set image deployment/s s=registry.example.com/service@${{ needs.a.outputs.digest }}\n',
      },
      'testing',
      'production',
    ));
});

describe('a job that tests', () => {
  const files = (env: string, name: string) => ({
    Dockerfile: RACE,
    'compose.yaml': `services:\n  web:\n    image: app:1\n    build: {context: ., args: {ENV: ${env}}}\n`,
    '.github/workflows/ci.yml': wf(job(name, ['docker compose -f compose.yaml run web ./check'])),
  });

  it('what is made for production tests what ships', () =>
    expect(said(files('production', 'integration-test'))).toEqual([]));

  it('is none that deploys what is made for tests', () =>
    expect(said(files('testing', 'deploy-production'))).toEqual(['compose.yaml:4 error promoted-image']));
});

describe('40, 41: another file or stage', () => {
  it('40: what $(ENV) chooses among Dockerfiles gets one name', () =>
    expect(
      said({
        'Dockerfile.dev': 'FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -race -o /app .\n',
        'Dockerfile.prod': 'FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n',
        Makefile: 'ENV ?= dev\nimage:\n\tdocker build -f Dockerfile.$(ENV) -t app:latest .\n',
      }),
    ).toEqual(['Makefile:3 warning overwritten-image-tag']));
  it('41: a stage for each environment, under its own name', () =>
    expect(
      said({
        Dockerfile:
          'FROM node:20 AS base\nCOPY . .\nFROM base AS development\nRUN npm install\nFROM base AS production\nRUN npm ci --omit=dev\n',
        Makefile: 'ENV ?= development\nimage:\n\tdocker build --target $(ENV) -t app:$(ENV) .\n',
      }),
    ).toEqual([]));
});

describe('51, 54: what a build gets', () => {
  const DOTNET = `FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
ARG BUILD_CONFIGURATION=Release
COPY . .
RUN dotnet publish -c $BUILD_CONFIGURATION -o /app
FROM mcr.microsoft.com/dotnet/aspnet:8.0
COPY --from=build /app /app
`;
  const desk = (args = ''): Files => ({
    Dockerfile: DOTNET,
    'compose.yaml': `services:\n  s:\n    build:\n      context: .\n${args}`,
    'compose.override.yaml': 'services:\n  s:\n    build:\n      args:\n        BUILD_CONFIGURATION: Debug\n',
  });
  const release = (options: string): Files => ({
    '.github/workflows/ci.yml': wf(
      job(
        'deploy',
        [
          `docker build ${options} -t registry.example.com/service:1 --push .`,
          'kubectl set image deployment/s s=registry.example.com/service:1',
        ],
        '    environment: production\n',
      ),
    ),
  });
  it('51: Debug in an override is for the desk, in every rule', () => {
    expect(projectFindings(desk())).toEqual([]);
    expect(projectFindings({ ...desk(), ...release('') })).toEqual([]);
  });
  it('51: unless it takes the place of what others pass, or others pass it too', () => {
    const rules = (files: Files) => projectFindings(files).map(({ rule }) => rule);
    expect(rules(desk('      args:\n        BUILD_CONFIGURATION: Release\n'))).toContain('conditional-build-flags');
    expect(rules({ ...desk(), ...release('--build-arg BUILD_CONFIGURATION=Debug') })).toEqual(['instrumented-image']);
  });
  it('51: Debug in a job that deploys is told where it is passed, and once', () => {
    const files = (options: string) => ({ Dockerfile: DOTNET, ...release(options) });
    const [only, ...others] = projectFindings(files('--build-arg BUILD_CONFIGURATION=Debug'));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ rule: 'instrumented-image', location: { file: '.github/workflows/ci.yml', line: 7 } });
    expect(only?.message).toContain('passes BUILD_CONFIGURATION=Debug');
    expect(only?.variants.map(({ value }) => value)).toEqual([
      'dotnet publish -c Debug -o /app',
      'dotnet publish -c Release -o /app',
    ]);
    const rules = (options: string) => projectFindings(files(options)).map(({ rule }) => rule);
    expect(rules('--build-arg BUILD_CONFIGURATION=Release')).not.toContain('instrumented-image');
  });
  const prefixed = (dockerfile: string, command: string): Files => ({
    Dockerfile: dockerfile,
    '.github/workflows/ci.yml': wf(job('a', [`${command} -t registry.example.com/service:1 --push .`])),
    'deploy/prod.yaml': deployment('registry.example.com/service:1', 'production'),
  });
  it('54: a variable before docker build is none of the Dockerfile, which expects it', () => {
    const [found, ...others] = acrossFiles(prefixed(RACE, 'ENV=testing docker build'));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ rule: 'unpassed-variable', severity: 'warning', confidence: 'proven' });
    expect(found?.variants).toEqual([
      { when: { ENV: ['testing'] }, value: 'go build -race -o cli ./cmd/service' },
      { when: { ENV: [null] }, value: 'go build -o cli ./cmd/service' },
    ]);
  });
  it.each([
    ['that has no effect', SAME, 'ENV=testing docker build'],
    ['that nobody declares', RACE.replace('ARG ENV', 'ARG OTHER'), 'ENV=testing docker build'],
    ['with the value that it has anyway', RACE, 'ENV=production docker build'],
  ])('54: nothing is to be said of one %s', (_, dockerfile, command) =>
    expect(said(prefixed(dockerfile, command))).toEqual([]),
  );
  it('54: one that is passed on is an argument', () =>
    expectPromoted(prefixed(RACE, 'ENV=testing docker build --build-arg ENV'), 'testing', 'production'));
});

describe('55 to 59: pipelines', () => {
  it('55: the build for production runs in production', () =>
    expect(
      said({
        Dockerfile: RACE,
        '.github/workflows/ci.yml':
          "on:\n  push:\n    branches: [main]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          push: true\n          tags: registry.example.com/service:${{ github.sha }}\n          build-args: ENV=${{ github.ref == 'refs/heads/main' && 'production' || 'testing' }}\n  p:\n    needs: a\n    runs-on: x\n    environment: production\n    steps:\n      - run: kubectl set image deployment/s s=registry.example.com/service:${{ github.sha }}\n",
      }),
    ).toEqual([]));
  it.each([
    ['55: GitHub', '.github/workflows/ci.yml', ONLY_MAIN_GITHUB],
    ['58: GitLab', '.gitlab-ci.yml', ONLY_MAIN_GITLAB],
  ])('%s: only the build of the main branch is deployed, and it is the one for production', (_, path, text) =>
    expect(acrossFiles({ Dockerfile: RACE, [path]: text }).map(({ rule }) => rule)).not.toContain('promoted-image'),
  );
  it('55: a tag gets the build for testing', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        '.github/workflows/ci.yml':
          "on:\n  push:\n    branches: [main]\n    tags: ['v*']\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          push: true\n          tags: registry.example.com/service:${{ github.sha }}\n          build-args: ENV=${{ github.ref == 'refs/heads/main' && 'production' || 'testing' }}\n  p:\n    needs: a\n    if: startsWith(github.ref, 'refs/tags/')\n    runs-on: x\n    environment: production\n    steps:\n      - run: kubectl set image deployment/s s=registry.example.com/service:${{ github.sha }}\n",
      },
      'testing',
      'production',
    ));
  it('56: a matrix makes an image for each environment', () =>
    expect(
      said({
        Dockerfile: RACE.replace('testing', 'staging'),
        '.github/workflows/ci.yml':
          'on: push\njobs:\n  a:\n    strategy:\n      matrix:\n        env: [staging, production]\n    runs-on: x\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          push: true\n          tags: registry.example.com/service:${{ matrix.env }}\n          build-args: ENV=${{ matrix.env }}\n',
        'deploy/prod.yaml': deployment('registry.example.com/service:production', 'production'),
        'deploy/staging.yaml': deployment('registry.example.com/service:staging', 'staging'),
      }),
    ).toEqual([]));
  it('57: so does a reusable workflow', () =>
    expect(
      said({
        Dockerfile: RACE.replace('testing', 'staging'),
        '.github/workflows/build.yml':
          'on:\n  workflow_call:\n    inputs:\n      env:\n        type: string\n        required: true\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: docker build --build-arg ENV=${{ inputs.env }} -t registry.example.com/service:${{ inputs.env }} --push .\n',
        '.github/workflows/ci.yml':
          'on: push\njobs:\n  s:\n    uses: ./.github/workflows/build.yml\n    with: { env: staging }\n  p:\n    uses: ./.github/workflows/build.yml\n    with: { env: production }\n',
        'deploy/prod.yaml': deployment('registry.example.com/service:production', 'production'),
        'deploy/staging.yaml': deployment('registry.example.com/service:staging', 'staging'),
      }),
    ).toEqual([]));
  it('58: tag pipelines build with the default', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        '.gitlab-ci.yml':
          'variables:\n  ENV: testing\nworkflow:\n  rules:\n    - if: $CI_COMMIT_BRANCH == "main"\n      variables: { ENV: production }\n    - when: always\nbuild:\n  image: gcr.io/kaniko-project/executor:debug\n  script:\n    - /kaniko/executor --context . --dockerfile Dockerfile --build-arg ENV=$ENV --destination registry.example.com/service:$CI_COMMIT_SHA\ndeploy:\n  environment: production\n  rules:\n    - if: $CI_COMMIT_TAG\n  script:\n    - kubectl set image deployment/s s=registry.example.com/service:$CI_COMMIT_SHA\n',
      },
      'testing',
      'production',
    ));
  it('59: the environment beats the default of a bake file', () =>
    expect(
      said({
        Dockerfile: RACE,
        'docker-bake.hcl':
          'variable "ENV" {\n  default = "dev"\n}\ntarget "default" {\n  context = "."\n  args = { ENV = ENV }\n  tags = ["registry.example.com/service:1"]\n}\n',
        '.github/workflows/ci.yml': wf(job('a', ['ENV=prod docker buildx bake --push'])),
        'deploy/prod.yaml': deployment('registry.example.com/service:1', 'production'),
      }),
    ).toEqual([]));
  it('59: plain bake builds with the default', () =>
    expectPromoted(
      {
        Dockerfile: RACE,
        'docker-bake.hcl':
          'variable "ENV" {\n  default = "dev"\n}\ntarget "default" {\n  context = "."\n  args = { ENV = ENV }\n  tags = ["registry.example.com/service:1"]\n}\n',
        '.github/workflows/ci.yml': wf(job('a', ['docker buildx bake --push'])),
        'deploy/prod.yaml': deployment('registry.example.com/service:1', 'production'),
      },
      'dev',
      'production',
    ));
});

describe('60, 61, 68: where images run', () => {
  const chart = (dockerfile: string): Files => ({
    Dockerfile: dockerfile,
    Makefile: 'image:\n\tdocker build --build-arg ENV=testing -t registry.example.com/service:1.2 .\n',
    'chart/Chart.yaml': 'apiVersion: v2\nname: service\nversion: 0.1.0\nappVersion: "1.2"\n',
    'chart/values.yaml': 'image:\n  repository: registry.example.com/service\n  tag: "1.2"\n',
    'chart/values-prod.yaml': 'image:\n  tag: "1.2"\n',
    'chart/templates/deployment.yaml': deployment(
      '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"',
      'x',
    ).replace('  namespace: x\n', ''),
  });
  it('60: one tag in all values files, of an image that depends on the environment', () => {
    expectPromoted(chart(RACE), 'testing', 'prod');
    expect(said(chart(SAME))).toEqual([]);
  });
  it('61: two tags of one build are two commits', () =>
    expect(
      said({
        Dockerfile: RACE,
        Makefile:
          'VERSION ?= 1\nimage:\n\tdocker build --build-arg ENV=production -t registry.example.com/service:$(VERSION) .\n',
        ...base,
        'deploy/overlays/staging/kustomization.yaml': kust('staging', '2'),
        'deploy/overlays/production/kustomization.yaml': kust('production', '1'),
      }),
    ).toEqual([]));
  it('68: what examples and devcontainers build runs nowhere', () =>
    expect(
      said({
        Dockerfile: SAME,
        'examples/x/Dockerfile': RACE,
        'examples/x/compose.yaml': 'services:\n  s:\n    build:\n      context: .\n      args:\n        ENV: testing\n',
      }),
    ).toEqual([]));
  it('68: a devcontainer', () =>
    expect(
      said({
        '.devcontainer/Dockerfile': RACE,
        '.devcontainer/devcontainer.json': '{"build":{"dockerfile":"Dockerfile","args":{"ENV":"testing"}}}',
      }),
    ).toEqual([]));
});
