/* Dockerfiles that are not there until a script writes them: what they make is told at the lines that write them. */
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../src/hosts/testing.js';
import { lint } from '../../src/index.js';
import { acrossFiles, projectFindings, table, theOnly } from './lint.js';
import { deployment, job, wf } from './project.js';

type Project = Readonly<Record<string, string>>;

const found = (files: Project): readonly string[] =>
  projectFindings(files).map(({ rule, location }) => `${rule} ${location.file}:${location.line}`);

const problems = (files: Project): readonly string[] => {
  const around = Object.keys(files).filter((path) => /\.(?:sh|yml)$/.test(path));
  const all = lint([], memoryFiles(new Map(Object.entries(files))), { around });
  return all.problems.map(({ location, message }) => `${location.file}:${location.line} ${message}`);
};

const TEMPLATE = `FROM golang:1.22 AS build
COPY . .
RUN go build @FLAGS@ -o /out/app .
FROM debian:12
COPY --from=build /out/app /usr/local/bin/app
`;
const RACE = TEMPLATE.replace('@FLAGS@', '$FLAGS');
const HEAD = 'ENV=${ENV:-production}\nFLAGS=\nif [ "$ENV" = testing ]; then FLAGS=-race; fi\n';
const rows = { 'ENV=testing': 'go build -race -o /out/app .', otherwise: 'go build -o /out/app .' };

/** The divergence of a project, which is the only one. */
const divergence = (files: Project) => theOnly(projectFindings(files), 'conditional-build');

describe('a Dockerfile that a script writes', () => {
  it.each<[string, string, number]>([
    ['a here-document', `cat > Dockerfile <<EOF\n${RACE}EOF\ndocker build -t app .\n`, 7],
    ['a here-document of another name', `cat > x/app.docker <<EOF\n${RACE}EOF\ndocker build -f x/app.docker .\n`, 7],
    ['a name of the environment', `cat > Dockerfile.$ENV <<EOF\n${RACE}EOF\ndocker build -f Dockerfile.$ENV .\n`, 7],
    ['the standard input', `docker build -t app - <<EOF\n${RACE}EOF\n`, 7],
    ['the standard input with a context', `docker build -f - -t app . <<EOF\n${RACE}EOF\n`, 7],
    [
      'lines one by one',
      `echo "FROM golang" > Dockerfile\necho "RUN go build $FLAGS -o /out/app ." >> Dockerfile\ndocker build .\n`,
      5,
    ],
    ['a copy', `cat > /tmp/D <<EOF\n${RACE}EOF\ncp /tmp/D Dockerfile\ndocker build -t app .\n`, 7],
  ])('%s', (_, script, line) => {
    const only = divergence({ 'build.sh': HEAD + script });
    expect(table(only)).toEqual(rows);
    expect(only.location).toMatchObject({ file: 'build.sh', line });
  });

  it.each<[string, string, string]>([
    ['sed', 'sed "s/@FLAGS@/$FLAGS/" app.tmpl > Dockerfile', TEMPLATE],
    ['sed that reads', 'sed "s/@FLAGS@/$FLAGS/" < app.tmpl > Dockerfile', TEMPLATE],
    ['sed in place', 'cp app.tmpl Dockerfile && sed -i "s/@FLAGS@/$FLAGS/" Dockerfile', TEMPLATE],
    ['envsubst', 'export FLAGS && envsubst < app.tmpl > Dockerfile', RACE],
    ['envsubst of one name', "export FLAGS && envsubst '$FLAGS' < app.tmpl > Dockerfile", RACE],
    [
      'cat',
      'echo "ENV MODE=x" > tail && sed "s/@FLAGS@/$FLAGS/" app.tmpl > head && cat head tail > Dockerfile',
      TEMPLATE,
    ],
  ])('a template that %s fills in', (_, command, template) => {
    const only = divergence({ 'build.sh': `${HEAD}${command}\ndocker build -t app .\n`, 'app.tmpl': template });
    expect(table(only)).toEqual(rows);
  });

  it('with a step that only some environments have', () => {
    const script = `cat > Dockerfile <<EOF\nFROM debian:12\nEOF
if [ "$DEBUG" = 1 ]; then echo 'RUN pip install debugpy' >> Dockerfile; fi\ndocker build -t app .\n`;
    expect(found({ 'build.sh': script })).toEqual(['conditional-steps build.sh:4']);
  });

  it('with a base that is chosen', () => {
    const script = `BASE=debian:12\n[ "$ENV" = dev ] && BASE=debian:12-dev\necho "FROM $BASE" | tee Dockerfile > Dockerfile\ndocker build .\n`;
    const plain = script.replace(' | tee Dockerfile >', ' >');
    expect(found({ 'build.sh': plain })).toEqual(['environment-base-image build.sh:3']);
  });

  it('in a pipeline and in a makefile', () => {
    const workflow = `on:
  workflow_dispatch:
    inputs:
      env: { type: choice, options: [production, testing] }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: |
          cat > Dockerfile <<EOF
          FROM debian:12
          ENV APP_ENV=\${{ inputs.env }}
          EOF
          docker build .
`;
    expect(found({ '.github/workflows/ci.yml': workflow })).toEqual(['baked-environment .github/workflows/ci.yml:12']);
    const Makefile = 'ENV ?= dev\nimage:\n\tsed s/@ENV@/$(ENV)/ app.tmpl > Dockerfile\n\tdocker build -t app .\n';
    expect(found({ Makefile, 'app.tmpl': 'FROM debian:12\nENV APP_ENV=@ENV@\n' })).toEqual([
      'baked-environment app.tmpl:2',
    ]);
  });

  it('with what the caller passes', () => {
    const body = 'FROM golang:1.22\nARG FLAGS\nRUN go build \\$FLAGS -o /app .\n';
    const build = (args: string) => `${HEAD}cat > Dockerfile <<EOF\n${body}EOF\ndocker build ${args} .\n`;
    expect(table(divergence({ 'build.sh': build('--build-arg FLAGS="$FLAGS"') }))).toEqual({
      'ENV=testing': 'go build -race -o /app .',
      otherwise: 'go build -o /app .',
    });
    expect(found({ 'build.sh': build('') })).toEqual([]);
    expect(found({ 'build.sh': build('--build-arg FLAGS=-trimpath') })).toEqual([]);
  });
});

describe('silence', () => {
  it.each([
    [
      'a text that is the same everywhere',
      `cat > Dockerfile <<'EOF'\nFROM debian:12\nCOPY app /app\nEOF\ndocker build .\n`,
    ],
    [
      'a version',
      'cat > Dockerfile <<EOF\nFROM node:$NODE_VERSION\nLABEL v=$(git rev-parse HEAD)\nEOF\ndocker build .\n',
    ],
    ['a file that nobody builds', `cat > Dockerfile <<EOF\nFROM debian:12\nENV APP_ENV=$ENV\nEOF\n`],
    ['a file that is written afterwards', 'docker build .\necho "FROM x:$ENV" > Dockerfile\n'],
  ])('%s', (_, script) => {
    expect(found({ 'build.sh': script })).toEqual([]);
  });

  it('what is not known is noted', () => {
    const script = './generate "$ENV" > Dockerfile\ndocker build .\n';
    expect(problems({ 'build.sh': script })).toEqual([
      'build.sh:1 the Dockerfile that is written here is not evaluated: not all of its lines are known',
    ]);
  });
});

describe('beside other builds', () => {
  const rules = (files: Project) =>
    acrossFiles(files).map(({ rule, location }) => `${rule} ${location.file}:${location.line}`);
  const body = TEMPLATE.replace('COPY', 'ARG ENV\nCOPY').replace(
    '@FLAGS@',
    '$(case $ENV in testing) echo -race;; esac)',
  );
  const write = `cat > Dockerfile <<'EOF'\n${body}EOF\n`;

  it('an image that is built for tests and runs in production', () => {
    const files = {
      'build.sh': `${write}docker build --build-arg ENV=testing -t app:1 .\ndocker push app:1\n`,
      'k8s/prod/app.yaml': deployment('app:1', 'production'),
    };
    const only = theOnly(acrossFiles(files), 'shared-image');
    expect(only.location).toMatchObject({ file: 'build.sh', line: 9 });
    expect(table(only)).toEqual({
      'ENV=testing': 'go build -race -o /out/app .',
      'ENV=production': 'go build -o /out/app .',
    });
    // The line that writes the command.
    expect(only.related).toContainEqual(
      expect.objectContaining({ message: 'what differs', location: expect.objectContaining({ line: 5 }) }),
    );
    const same = files['build.sh'].replace('testing) echo', 'x) echo');
    expect(rules({ ...files, 'build.sh': same })).toEqual([]);
  });

  it('a template that is filled in for tests and runs in production', () => {
    const files = {
      Makefile: `ENV ?= production
ifeq ($(ENV),testing)
FLAGS = -race
endif
image:
\tsed 's/@FLAGS@/$(FLAGS)/' app.tmpl > Dockerfile
\tdocker build -t app:$(ENV) .
`,
      'app.tmpl': TEMPLATE,
      'k8s/prod/app.yaml': deployment('app:testing', 'production'),
    };
    const only = theOnly(acrossFiles(files), 'shared-image');
    expect(only.message).toContain('built for testing (ENV) and runs in production');
    expect(table(only)).toEqual({
      'ENV=testing': 'go build -race -o /out/app .',
      'ENV=production': 'go build -o /out/app .',
    });
    expect(rules({ ...files, 'k8s/prod/app.yaml': deployment('app:production', 'production') })).toEqual([]);
  });

  it('what a pipeline tests and what it ships', () => {
    const files = (test: string) => ({
      '.github/workflows/ci.yml': wf(
        job('test', [`./gen.sh && docker build ${test} -t app:test . && docker run app:test ./check`]) +
          job('release', ['./gen.sh && docker build --build-arg ENV=production -t app:1 . && docker push app:1']),
      ),
      'gen.sh': write,
    });
    expect(rules(files('--build-arg ENV=testing'))).toEqual(['untested-image .github/workflows/ci.yml:6']);
    expect(rules(files('--build-arg ENV=production'))).toEqual([]);
  });

  it('an argument that it needs', () => {
    const needs = write.replace('FROM debian:12', 'FROM debian:12\nARG FLAVOR\nRUN npm run build:$FLAVOR');
    const files = (args: string) => ({
      'build.sh': `${needs}docker build ${args} -t app:1 .\n`,
    });
    expect(rules(files(''))).toEqual(['missing-build-argument build.sh:11']);
    expect(rules(files('--build-arg FLAVOR=plain'))).toEqual([]);
  });

  it('an argument that it does not know', () => {
    expect(rules({ 'build.sh': `${write}docker build --build-arg ENVIRONMENT=prod -t app:1 .\n` })).toEqual([
      'unknown-build-argument build.sh:9',
    ]);
  });

  it('another Dockerfile of the same name is another image', () => {
    const files = {
      Dockerfile: 'FROM debian:12\nARG ENV\nRUN install-$ENV\n',
      'build.sh': `${write}docker build --build-arg ENV=testing -t a:1 .\n`,
      'other.sh': 'docker build --build-arg ENV=production -t b:1 .\n',
    };
    expect(rules(files)).toEqual([]);
  });
});
