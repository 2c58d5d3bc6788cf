import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Pipeline } from '../../../src/evaluate/pipeline/caller.js';
import { evaluateJenkins, readJenkins } from '../../../src/evaluate/pipeline/jenkins.js';
import { commandsIn, evidenceOf, filesOf, textAt } from './pipeline.js';

const read = (text: string): Pipeline => readJenkins('Jenkinsfile', text, filesOf({ Jenkinsfile: text }));

const DECLARATIVE = `
pipeline {
  agent any
  environment {
    REGISTRY = 'registry.example.com'
    IMAGE = "\${REGISTRY}/app"
  }
  parameters {
    choice(name: 'ENV', choices: ['testing', 'production'], description: 'x')
    booleanParam(name: 'RACE', defaultValue: false)
  }
  stages {
    stage('Build') {
      steps {
        sh "docker build --build-arg ENV=\${params.ENV} -t \${IMAGE}:\${env.GIT_COMMIT} ."
        sh '''
          docker push $IMAGE:$GIT_COMMIT # \\$x
        '''
      }
    }
    stage('Deploy prod') {
      when { allOf { branch 'main'; expression { params.RACE == true || ENV == 'production' } } }
      environment { TIER = 'prod' }
      steps {
        dir('deploy') {
          withEnv(['A=b', "C=\${TIER}"]) {
            sh(label: 'deploy', script: './deploy.sh "$A" $C')
          }
        }
      }
    }
  }
  post { failure { sh 'never' } always { sh "cleanup" } }
}
`;

it('a declarative pipeline', () => {
  const pipeline = read(DECLARATIVE);
  const build = (env: string) => [
    `Build: docker build --build-arg ENV=${env} -t registry.example.com/app:⟨$GIT_COMMIT⟩ .`,
    'Build: docker push registry.example.com/app:⟨$GIT_COMMIT⟩',
  ];
  expect(commandsIn(pipeline, { BRANCH_NAME: 'x' })).toEqual([...build('testing'), ': cleanup']);
  expect(commandsIn(pipeline, { BRANCH_NAME: 'main', ENV: 'production' })).toEqual([
    ...build('production'),
    'Deploy prod: ./deploy.sh b prod',
    ': cleanup',
  ]);
  expect(commandsIn(pipeline, { BRANCH_NAME: 'main', RACE: 'true' })).toContain('Deploy prod: ./deploy.sh b prod');
  expect(evidenceOf(pipeline)[2]).toBe('Deploy prod: job Deploy prod production, branch main production');
  expect(pipeline.work[2]?.standing.folder).toBe('deploy');
  expect(pipeline.notes).toEqual([]);
});

it('the docker plugin and scripted pipelines', () => {
  const pipeline = read(`
def tag = env.BRANCH_NAME == 'main' ? 'prod' : "dev"
def args = ""
if (env.BRANCH_NAME == "main") {
  args = "--build-arg ENV=production"
} else {
  args = "--build-arg ENV=testing" +
    " --target dev"
}
node('docker') {
  def image
  stage("Image") {
    image = docker.build("app:\${tag}", "\${args} -f Dockerfile.app .")
    docker.withRegistry('https://reg.example.com/', 'credentials') {
      image.push()
      image.push("\${tag}-latest")
    }
  }
  docker.image('app').inside("-v x:y") { sh 'make test' }
  def sha = sh(returnStdout: true, script: 'git rev-parse HEAD').trim()
  deploy(sha, 'prod')
  try { sh "x" } catch (Exception e) { sh "no" } finally { sh 'y' }
}
def deploy(String version, env) { sh "deploy \${env} \${version}" }
`);
  const of = (branch: string, tag: string, args: string) => [
    `Image: docker build -t app:${tag} ${args} -f Dockerfile.app .`,
    `Image: docker tag app:${tag} reg.example.com/app:${tag}`,
    `Image: docker push reg.example.com/app:${tag}`,
    `Image: docker tag app:${tag} reg.example.com/app:${tag}-latest`,
    `Image: docker push reg.example.com/app:${tag}-latest`,
    ': make test',
    ': git rev-parse HEAD',
    ": deploy prod '⟨$(git rev-parse HEAD)⟩'",
    ': x',
    ': y',
    branch,
  ];
  for (const [branch, tag, args] of [
    ['main', 'prod', '--build-arg ENV=production'],
    ['other', 'dev', '--build-arg ENV=testing --target dev'],
  ] as const)
    expect([...commandsIn(pipeline, { BRANCH_NAME: branch }), branch]).toEqual(of(branch, tag, args));
});

it('credentials are unknowns that equal themselves', () => {
  const pipeline = read(`
pipeline {
  environment { HUB = credentials('hub') }
  stages { stage('x') { steps {
    sh 'login $HUB_USR $HUB_PSW'
    withCredentials([usernamePassword(credentialsId: 'c', usernameVariable: 'U', passwordVariable: 'P'), string(variable: 'T', credentialsId: 't')]) { sh 'login $U $P $T' }
    sh "deploy $U"
  } } }
}`);
  expect(commandsIn(pipeline)).toEqual(['x: login ⟨$HUB_USR⟩ ⟨$HUB_PSW⟩', 'x: login ⟨$U⟩ ⟨$P⟩ ⟨$T⟩', 'x: deploy']);
});

it('places are those of the strings', () => {
  const files = filesOf({ Jenkinsfile: DECLARATIVE });
  const steps = readJenkins('Jenkinsfile', DECLARATIVE, files).work.flatMap(({ steps }) => steps);
  expect(steps.map(({ place }) => textAt(place, files))).toEqual([
    'docker build --build-arg ENV=${params.ENV} -t ${IMAGE}:${env.GIT_COMMIT} .',
    'docker push $IMAGE:$GIT_COMMIT',
    './deploy.sh "$A" $C',
    'cleanup',
  ]);
});

it('damaged files never throw', () => {
  const damaged = fc
    .array(
      fc.tuple(
        fc.nat(DECLARATIVE.length),
        fc.nat(30),
        fc.constantFrom(
          '',
          '{',
          '}',
          '(',
          ')',
          "'",
          '"',
          '"""',
          '[',
          '${',
          '\\',
          '\n',
          '?',
          ':',
          ',',
          '/',
          'if (',
          'def x(',
          '@',
        ),
      ),
      { maxLength: 6 },
    )
    .map((edits) =>
      edits.reduce((text, [at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone), DECLARATIVE),
    );
  fc.assert(
    fc.property(damaged, (text) => {
      const files = filesOf({});
      for (const { place } of evaluateJenkins('Jenkinsfile', text, files).notes) {
        expect(place.start).toBeLessThanOrEqual(place.end);
        expect(place.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { seed: 7, numRuns: 200 },
  );
  for (const deep of ['(', '[', '{', '!', 'a(', 'if (x) ', 'x ? ', '"${', 'x{'])
    expect(readJenkins('Jenkinsfile', deep.repeat(5000), filesOf({})).work).toEqual([]);
});
