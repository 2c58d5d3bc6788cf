/* Build arguments that a Dockerfile needs and that a caller does not pass: by what is left, not by how it is written. */
import { describe, expect, it } from 'vitest';
import { projectFindings } from '../hard-cases/lint.js';

/** Where an argument is missing, how bad it is, and what is made without it. */
function missing(files: Readonly<Record<string, string>>): readonly string[] {
  return projectFindings(files)
    .filter(({ rule }) => rule === 'missing-build-argument')
    .map(({ location, severity, variants }) => `${location.file} ${severity} ${variants.at(-1)?.value}`);
}

const node = (...lines: readonly string[]) => ['FROM node:20', ...lines, ''].join('\n');
const make = (...commands: readonly string[]) =>
  commands.map((command, i) => `image${i}:\n\tdocker build ${command} -t app:${i} .\n`).join('');

/** What is found where one caller passes X and another one does not. */
const oneOfTwo = (...lines: readonly string[]) =>
  missing({ Dockerfile: node('ARG X', ...lines), Makefile: make('--build-arg X=prod', '') });

describe('what is left of a name without its value', () => {
  it.each([
    ['a script of a package', 'RUN npm run build:$X', 'npm run build:'],
    ['a name in quotes', 'RUN npm run "build-$X"', 'npm run build-'],
    ['a name that went through a variable', 'RUN t=$X; name=build-$t; npm run $name', 'npm run build-'],
    ['a name that an ENV passes on', 'ENV MODE=$X\nRUN npm run build:$MODE', 'npm run build:'],
    ['a copied file', 'COPY config/$X.yaml /etc/app.yaml', 'COPY config/.yaml /etc/app.yaml'],
    ['a folder', 'COPY config/$X /etc/', 'COPY config/ /etc/'],
    ['the value of an option', 'RUN npx vite build --mode $X', 'npx vite build --mode'],
    ['the value of an option behind =', 'RUN npx vite build --mode=$X', 'npx vite build --mode='],
  ])('%s', (_, line, left) => {
    expect(oneOfTwo(line)).toEqual([`Makefile warning no X → ${left}`]);
  });

  it('also where nobody passes it', () => {
    const files = { Dockerfile: node('ARG X', 'RUN npm run build:$X'), Makefile: make('') };
    expect(missing(files)).toEqual(['Makefile warning no X → npm run build:']);
  });

  it('an image reference, also of a version', () => {
    const Dockerfile = 'ARG GO_VERSION\nFROM golang:$GO_VERSION\nRUN go build -o /app .\n';
    expect(missing({ Dockerfile, Makefile: make('') })).toEqual(['Makefile warning no GO_VERSION → FROM golang:']);
  });

  it('in the stage that is built', () => {
    const Dockerfile = node('FROM node:20 AS web', 'ARG X', 'RUN npm run build:$X', 'FROM node:20', 'COPY . .');
    expect(missing({ Dockerfile, Makefile: make('') })).toEqual([]);
    expect(missing({ Dockerfile, Makefile: make('--target web') })).toEqual(['Makefile warning no X → npm run build:']);
  });
});

describe('a default by another name', () => {
  it.each([
    ['a default where it is read', 'RUN npm run build:${X:-production}'],
    ['a default of the script', 'RUN if [ -z "$X" ]; then X=production; fi; npm run build:$X'],
    ['a word that may be none', 'RUN npm run build $X'],
    ['a suffix', 'RUN npm run build$X'],
    ['a prefix', 'COPY ${X}config.yaml /etc/'],
    ['a list of options', 'RUN go build -tags="$X" -o /usr/local/bin/app .'],
    ['a message', 'RUN echo "for $X" && npm run build'],
    ['a test', 'RUN npm test -- test/$X/ && npm run build'],
  ])('%s', (_, line) => {
    const files = { Dockerfile: node('ARG X', line), Makefile: make('') };
    expect(missing(files)).toEqual([]);
    expect(oneOfTwo(line)).toEqual([]);
  });

  it('an empty default is one', () => {
    const files = { Dockerfile: node('ARG X=', 'RUN npm run build:$X'), Makefile: make('') };
    expect(missing(files)).toEqual([]);
  });
});

describe('an empty value', () => {
  const files = (...commands: readonly string[]) => ({
    Dockerfile: 'FROM golang:1.22\nARG HOST\nRUN go build -ldflags "-X main.host=$HOST" -o /app .\n',
    Makefile: make(...commands),
  });
  const left = "Makefile warning no HOST → go build -ldflags '-X main.host=' -o /app .";

  it('counts where another caller passes one', () => {
    expect(missing(files('--build-arg HOST=api.example.com', ''))).toEqual([left]);
    expect(missing(files('--build-arg HOST=$(shell hostname)', ''))).toEqual([left]);
  });

  it('counts for nothing where nobody does', () => {
    expect(missing(files('', ''))).toEqual([]);
    expect(missing(files('--build-arg HOST=', ''))).toEqual([]);
  });

  it('counts for nothing at the desk', () => {
    const compose = 'services:\n  app:\n    build: .\n';
    const all = { ...files('--build-arg HOST=api.example.com'), '.devcontainer/compose.dev.yaml': compose };
    expect(missing({ ...all, 'compose.dev.yaml': compose })).toEqual([]);
  });

  it('is no matter of versions', () => {
    const Dockerfile = 'FROM golang:1.22\nARG VERSION\nRUN go build -ldflags "-X main.v=$VERSION" -o /app .\n';
    expect(missing({ Dockerfile, Makefile: make('--build-arg VERSION=1', '') })).toEqual([]);
  });
});

it('leaves a variable that only the builder gets to its own rule', () => {
  const Dockerfile = node('ARG ENV', 'RUN npm run build:$ENV');
  const findings = projectFindings({ Dockerfile, Makefile: 'image:\n\tENV=production docker build .\n' });
  const rules = findings.map(({ rule }) => rule).filter((rule) => /argument|variable/.test(rule));
  expect(rules).toHaveLength(1);
});

describe('what a caller passes on', () => {
  const Dockerfile = node('ARG X', 'RUN npm run build:$X');
  const Makefile = 'image:\n\tdocker build --build-arg X=$(X) -t app .\n';
  const workflow = (run: string) =>
    `on: push\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${run}\n`;

  it('is there as long as anybody may give it', () => {
    expect(missing({ Dockerfile, Makefile })).toEqual([]);
    expect(missing({ Dockerfile, Makefile: 'image:\n\tdocker build --build-arg X -t app .\n' })).toEqual([]);
  });

  it('is not where CI gives nothing', () => {
    expect(missing({ Dockerfile, Makefile, '.github/workflows/ci.yml': workflow('make image') })).toEqual([
      'Makefile warning no X → npm run build:',
    ]);
    expect(missing({ Dockerfile, Makefile, '.github/workflows/ci.yml': workflow('make image X=prod') })).toEqual([]);
  });
});

it('tells a difference that is due to it only once', () => {
  const Dockerfile = node('ARG X', 'ARG Y=a', 'RUN npm run build:$X', 'RUN npm run pack:$Y');
  const rules = (Makefile: string) =>
    projectFindings({ Dockerfile, Makefile })
      .map(({ rule }) => rule)
      .filter((rule) => rule.endsWith('-arguments') || rule.endsWith('-argument'));
  expect(rules(make('--build-arg X=prod', ''))).toEqual(['missing-build-argument']);
  expect(rules(make('--build-arg X=prod --build-arg Y=b', ''))).toEqual([
    'divergent-build-arguments',
    'missing-build-argument',
  ]);
});
