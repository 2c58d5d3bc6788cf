/* The incident in every format: an image for tests is built, and reaches production. */
import { deployment, type Files, job, wf } from './project.js';

const IMAGE = 'registry.example/app';
const BUILD = `docker build --build-arg ENV=testing -t ${IMAGE}:1 --push .`;
const CI = '.github/workflows/ci.yml';
const built = { [CI]: wf(job('build', [BUILD])) };
const runs = { 'deploy/production/app.yaml': deployment(`${IMAGE}:1`, 'production') };

/** A project that promotes an image for tests. */
export interface Case {
  readonly name: string;
  readonly files: Files;
  /** Where the build is told. */
  readonly at: string;
  /** Files that the chain leads through. */
  readonly through?: readonly string[];
}

/** Who builds. */
export const BUILDERS: readonly Case[] = [
  {
    name: 'a workflow with build-push-action and metadata-action',
    at: `${CI}:`,
    files: {
      [CI]: `on: {push: {tags: ['v*']}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ${IMAGE}
          tags: type=semver,pattern={{version}}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: \${{ steps.meta.outputs.tags }}
          build-args: ENV=testing
  deploy:
    needs: build
    runs-on: ubuntu-latest
    environment: production
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ${IMAGE}
          tags: type=semver,pattern={{version}}
      - run: kubectl -n production set image deployment/app app=\${{ steps.meta.outputs.tags }}
`,
    },
  },
  {
    name: 'a reusable workflow',
    at: '.github/workflows/build.yml:',
    through: [CI],
    files: {
      ...runs,
      '.github/workflows/build.yml': `on: {workflow_call: {inputs: {env: {type: string}, tag: {type: string}}}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          push: true
          tags: ${IMAGE}:\${{ inputs.tag }}
          build-args: |
            ENV=\${{ inputs.env }}
`,
      [CI]: `on: push
jobs:
  build:
    uses: ./.github/workflows/build.yml
    with: {env: testing, tag: '1'}
`,
    },
  },
  {
    name: 'a composite action',
    at: '.github/actions/image/action.yml:',
    through: [CI],
    files: {
      ...runs,
      '.github/actions/image/action.yml': `name: image
inputs: {env: {required: true}}
runs:
  using: composite
  steps:
    - run: docker build --build-arg ENV=\${{ inputs.env }} -t ${IMAGE}:1 --push .
      shell: bash
`,
      [CI]: `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/image
        with: {env: testing}
`,
    },
  },
  {
    name: 'bake-action with a matrix',
    at: 'docker-bake.hcl:',
    through: [CI],
    files: {
      ...runs,
      'docker-bake.hcl': `variable "ENV" { default = "production" }
target "image" {
  name = "image-\${flavor}"
  matrix = { flavor = ["app", "worker"] }
  context = "."
  args = { ENV = ENV }
  tags = ["registry.example/\${flavor}:1"]
}
`,
      [CI]: `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    env: {ENV: testing}
    steps:
      - uses: actions/checkout@v4
      - uses: docker/bake-action@v6
        with: {targets: image, push: true, source: .}
`,
    },
  },
  {
    name: 'GitLab with kaniko, extends and !reference',
    at: '.gitlab-ci.yml:',
    files: {
      ...runs,
      '.gitlab-ci.yml': `stages: [build]
.vars:
  variables: {ENV: testing}
.kaniko:
  image: {name: gcr.io/kaniko-project/executor:debug, entrypoint: [""]}
  script:
    - /kaniko/executor --context $CI_PROJECT_DIR --dockerfile Dockerfile --build-arg ENV=$ENV --destination ${IMAGE}:1
build:
  stage: build
  extends: .vars
  image: !reference [.kaniko, image]
  script:
    - !reference [.kaniko, script]
`,
    },
  },
  {
    name: 'GitLab with parallel:matrix',
    at: '.gitlab-ci.yml:',
    files: {
      'deploy/production/app.yaml': deployment(`${IMAGE}:testing`, 'production'),
      '.gitlab-ci.yml': `build:
  parallel:
    matrix:
      - ENV: [testing, production]
  script:
    - docker build --build-arg ENV=$ENV -t ${IMAGE}:$ENV .
    - docker push ${IMAGE}:$ENV
`,
    },
  },
  {
    name: 'Jenkins, declarative',
    at: 'Jenkinsfile:',
    files: {
      Jenkinsfile: `pipeline {
  agent any
  environment { IMAGE = '${IMAGE}' }
  stages {
    stage('Build') { steps { sh "docker build --build-arg ENV=testing -t \${IMAGE}:\${BUILD_NUMBER} ." ; sh "docker push \${IMAGE}:\${BUILD_NUMBER}" } }
    stage('Deploy production') {
      steps { sh "kubectl -n production set image deployment/app app=\${IMAGE}:\${BUILD_NUMBER}" }
    }
  }
}
`,
    },
  },
  {
    name: 'Jenkins, docker.build',
    at: 'Jenkinsfile:',
    files: {
      ...runs,
      Jenkinsfile: `node {
  def app = docker.build('${IMAGE}:1', '--build-arg ENV=testing .')
  app.push()
}
`,
    },
  },
  {
    name: 'CircleCI',
    at: '.circleci/config.yml:',
    files: {
      ...runs,
      '.circleci/config.yml': `version: 2.1
jobs:
  image:
    parameters: {env: {type: string}}
    machine: true
    steps:
      - checkout
      - run: docker build --build-arg ENV=<< parameters.env >> -t ${IMAGE}:1 .
      - run: docker push ${IMAGE}:1
workflows:
  main:
    jobs:
      - image: {env: testing}
`,
    },
  },
  {
    name: 'Azure with Docker@2',
    at: 'azure-pipelines.yml:',
    files: {
      ...runs,
      'azure-pipelines.yml': `steps:
  - task: Docker@2
    inputs:
      command: build
      repository: ${IMAGE}
      Dockerfile: Dockerfile
      tags: '1'
      arguments: --build-arg ENV=testing
  - task: Docker@2
    inputs: {command: push, repository: ${IMAGE}, tags: '1'}
`,
    },
  },
  {
    name: 'Cloud Build and Cloud Run',
    at: 'cloudbuild.yaml:',
    files: {
      'cloudbuild.yaml': `substitutions: {_ENV: testing}
steps:
  - name: gcr.io/cloud-builders/docker
    args: [build, --build-arg, 'ENV=$_ENV', -t, 'gcr.io/$PROJECT_ID/app:$COMMIT_SHA', .]
  - name: gcr.io/google.com/cloudsdktool/cloud-sdk
    entrypoint: gcloud
    args: [run, deploy, app-production, --image, 'gcr.io/$PROJECT_ID/app:$COMMIT_SHA']
images: ['gcr.io/$PROJECT_ID/app:$COMMIT_SHA']
`,
    },
  },
  {
    name: 'Skaffold',
    at: 'skaffold.yaml:',
    files: {
      'skaffold.yaml': `apiVersion: skaffold/v4beta6
kind: Config
build:
  artifacts:
    - image: ${IMAGE}
      docker: {buildArgs: {ENV: testing}}
manifests: {rawYaml: [deploy/production/app.yaml]}
deploy: {kubectl: {}}
`,
      'deploy/production/app.yaml': deployment(IMAGE, 'production'),
    },
  },
  ...(['npm run', 'yarn', 'pnpm run', 'pnpm -F app run'] as const).flatMap((run): readonly Case[] => [
    {
      name: `${run} in a workflow, with the environment of the step`,
      at: 'package.json:',
      through: [CI],
      files: {
        ...runs,
        'package.json': `{"name": "app", "scripts": {"image": "docker build --build-arg ENV=$APP_ENV -t ${IMAGE}:1 --push ."}}`,
        [CI]: `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${run} image\n        env: {APP_ENV: testing}\n`,
      },
    },
  ]),
  ...Object.entries<(command: string) => Files>({
    workflow: (command) => ({ [CI]: wf(job('build', [command])) }),
    GitLab: (command) => ({ '.gitlab-ci.yml': `build:\n  script:\n    - ${command}\n` }),
    Jenkins: (command) => ({
      Jenkinsfile: `pipeline { agent any\n stages { stage('b') { steps { sh '${command}' } } } }\n`,
    }),
    CircleCI: (command) => ({
      '.circleci/config.yml': `version: 2.1\njobs:\n  image:\n    machine: true\n    steps:\n      - run: ${command}\nworkflows: {main: {jobs: [image]}}\n`,
    }),
    Azure: (command) => ({ 'azure-pipelines.yml': `steps:\n  - script: ${command}\n` }),
    'Cloud Build': (command) => ({
      'cloudbuild.yaml': `steps:\n  - name: ubuntu\n    entrypoint: bash\n    args: [-c, '${command}']\n`,
    }),
  }).flatMap(([system, file]): readonly Case[] =>
    (
      [
        [
          'make',
          'make image ENV=testing',
          'Makefile',
          `ENV ?= production\nimage:\n\tdocker build --build-arg ENV=$(ENV) -t ${IMAGE}:1 --push .\n`,
        ],
        [
          'a script',
          './scripts/build.sh testing',
          'scripts/build.sh',
          `#!/bin/sh\ndocker build --build-arg ENV=$1 -t ${IMAGE}:1 --push .\n`,
        ],
        [
          'npm',
          'ENV=testing npm run image',
          'package.json',
          `{"scripts": {"image": "docker build --build-arg ENV=$ENV -t ${IMAGE}:1 --push ."}}`,
        ],
      ] as const
    ).map(([what, command, path, text]) => ({
      name: `${what} in ${system}`,
      at: `${path}:`,
      through: Object.keys(file(command)),
      files: { ...runs, ...file(command), [path]: text },
    })),
  ),
];

const argo = (source: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: app}
spec:
  destination: {namespace: production}
  source:
    repoURL: https://git.example/app
${source}`;
const chart = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\nappVersion: "1"\n',
  'chart/templates/app.yaml': deployment(
    '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"',
    '"{{ .Release.Namespace }}"',
  ),
  'chart/values.yaml': `image: {repository: ${IMAGE}, tag: edge}\n`,
};
const retag = (command: string): Files => ({
  [CI]: wf(job('build', [BUILD]) + job('promote', [command])),
  'deploy/production/app.yaml': deployment(`${IMAGE}:prod`, 'production'),
});
const run = (command: string): Files => ({ [CI]: wf(job('build', [BUILD]) + job('rollout', [command])) });

/** Who deploys. */
export const DEPLOYERS: readonly Case[] = [
  { name: 'manifests', at: CI, files: { ...built, ...runs } },
  {
    name: "kustomize's images",
    at: CI,
    through: ['k8s/overlays/production/kustomization.yaml'],
    files: {
      ...built,
      'k8s/base/app.yaml': deployment('app', 'default'),
      'k8s/base/kustomization.yaml': 'resources: [app.yaml]\n',
      'k8s/overlays/production/kustomization.yaml': `resources: [../../base]\nimages: [{name: app, newName: ${IMAGE}, newTag: "1"}]\n`,
    },
  },
  {
    name: 'values for production',
    at: CI,
    through: ['chart/values-production.yaml'],
    files: { ...built, ...chart, 'chart/values-production.yaml': 'image: {tag: "1"}\n' },
  },
  {
    name: 'helm upgrade --set image.tag',
    at: CI,
    files: { ...chart, ...run(`helm upgrade app ./chart -n production --set image.tag=1`) },
  },
  {
    name: 'Argo CD with a chart',
    at: CI,
    through: ['argocd/app.yaml'],
    files: {
      ...built,
      ...chart,
      'argocd/app.yaml': argo('    path: chart\n    helm: {parameters: [{name: image.tag, value: "1"}]}\n'),
    },
  },
  {
    name: 'Argo CD with kustomize',
    at: CI,
    through: ['argocd/app.yaml'],
    files: {
      ...built,
      'k8s/app.yaml': deployment('app', 'default'),
      'k8s/kustomization.yaml': 'resources: [app.yaml]\n',
      'argocd/app.yaml': argo(`    path: k8s\n    kustomize: {images: ["app=${IMAGE}:1"]}\n`),
    },
  },
  { name: 'kubectl set image', at: CI, files: run(`kubectl -n production set image deployment/app app=${IMAGE}:1`) },
  { name: 'Cloud Run', at: CI, files: run(`gcloud run deploy app --project shop-production --image ${IMAGE}:1`) },
  {
    name: 'an ECS task definition',
    at: CI,
    files: {
      ...run('aws ecs register-task-definition --cli-input-json file://ecs/production.json'),
      'ecs/production.json': `{"family": "app-production", "containerDefinitions": [{"name": "app", "image": "${IMAGE}:1"}]}`,
    },
  },
  {
    name: 'compose for production',
    at: CI,
    through: ['compose.production.yaml'],
    files: { ...built, 'compose.production.yaml': `services: {app: {image: '${IMAGE}:1'}}\n` },
  },
  ...[
    `crane tag ${IMAGE}:1 prod`,
    `crane copy ${IMAGE}:1 ${IMAGE}:prod`,
    `skopeo copy docker://${IMAGE}:1 docker://${IMAGE}:prod`,
    `docker buildx imagetools create --tag ${IMAGE}:prod ${IMAGE}:1`,
    `regctl image copy ${IMAGE}:1 ${IMAGE}:prod`,
    `oras cp ${IMAGE}:1 ${IMAGE}:prod`,
    `gcloud container images add-tag ${IMAGE}:1 ${IMAGE}:prod`,
    `gcloud artifacts docker tags add ${IMAGE}:1 ${IMAGE}:prod`,
    `docker pull ${IMAGE}:1 && docker tag ${IMAGE}:1 ${IMAGE}:prod && docker push ${IMAGE}:prod`,
  ].map((command) => ({ name: command, at: CI, files: retag(command) })),
  {
    name: 'az acr import',
    at: CI,
    files: {
      [CI]: wf(
        job('build', ['docker build --build-arg ENV=testing -t shop.azurecr.io/app:1 --push .']) +
          job('promote', ['az acr import --name shop --source shop.azurecr.io/app:1 --image app:prod']),
      ),
      'deploy/production/app.yaml': deployment('shop.azurecr.io/app:prod', 'production'),
    },
  },
  {
    name: 'FROM app:testing',
    at: CI,
    files: {
      'prod/Dockerfile': `FROM ${IMAGE}:1\nENV PORT=80\n`,
      [CI]: wf(job('build', [BUILD, `docker build -t ${IMAGE}-prod:1 --push prod`])),
      'deploy/production/app.yaml': deployment(`${IMAGE}-prod:1`, 'production'),
    },
  },
];
