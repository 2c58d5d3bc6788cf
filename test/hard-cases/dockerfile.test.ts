/* The hard cases of the notes on semantics that are about arguments, variables, stages and what ships. */
import { describe, expect, it } from 'vitest';
import { DIVERGENCE, expectSilence, findings, ofCategory, planned, table, theOnly } from './lint.js';

const RACE = `RUN go build $(case "$ENV" in (local|testing) echo "-race ";; esac) -o cli ./cmd/service`;

/** A Go program that is built by `lines` in a stage of its own. */
function service(lines: string, image = 'golang:1.22', before = ''): string {
  return `${before}FROM ${image} AS build
WORKDIR /src
COPY . .
${lines}
FROM debian:bookworm-slim
COPY --from=build /src/cli /usr/local/bin/cli
ENTRYPOINT ["cli"]
`;
}

const WITH_RACE = 'go build -race -o cli ./cmd/service';
const WITHOUT_RACE = 'go build -o cli ./cmd/service';

describe('what of a package is installed', () => {
  it.each([
    ['pip install ".[$ENV]"', 'conditional-dependencies'],
    ['pip install -r requirements/$ENV.txt', 'environment-files'],
  ])('%s', (command, rule) => {
    const found = findings(`FROM python:3.12\nARG ENV=prod\nCOPY . .\nRUN ${command}\n`);
    expect(found.map((one) => one.rule)).toEqual([rule]);
  });
});

describe('a switch that is run itself', () => {
  it('is told by what it decides alone', () => {
    const step = 'RUN if $DEBUG; then go build -race -o cli ./cmd/service; else go build -o cli ./cmd/service; fi';
    expect(findings(service(`ARG DEBUG=false\n${step}`)).map(({ rule }) => rule)).toEqual(['conditional-build-flags']);
  });
});

describe('1: an option that a case in a command substitution chooses', () => {
  it('is an error with both command lines', () => {
    const found = theOnly(findings(service(`ARG ENV\n${RACE}`)), ...DIVERGENCE);
    expect(found).toMatchObject({ category: 'conditional-build', severity: 'error', confidence: 'proven' });
    expect(table(found)).toEqual({ 'ENV=local, testing': WITH_RACE, otherwise: WITHOUT_RACE });
    expect(found.message).toContain('ENV');
    expect(found.effect).not.toBe('');
  });

  it('1b: is not proven where the image has no C compiler, without which -race does not build', () => {
    for (const found of ofCategory(
      findings(service(`ARG ENV\n${RACE}`, 'golang:1.22-alpine')),
      'conditional-build',
      'instrumentation',
    )) {
      expect(found.confidence).not.toBe('proven');
    }
  });

  it('1b: is proven where the Dockerfile installs one', () => {
    const found = theOnly(
      findings(service(`ARG ENV\nRUN apk add --no-cache build-base\n${RACE}`, 'golang:1.22-alpine')),
      ...DIVERGENCE,
    );
    expect(found).toMatchObject({ category: 'conditional-build', confidence: 'proven' });
  });
});

describe('2 to 4: an argument that the condition cannot see', () => {
  it.each([
    ['2: declared after its use', service(`${RACE}\nARG ENV`)],
    ['3: declared nowhere', service(RACE)],
    ['4: declared before FROM only', service(RACE, 'golang:1.22', 'ARG ENV\n')],
  ])('%s is a dead condition and no divergence', (_, dockerfile) => {
    const all = findings(dockerfile);
    expect(ofCategory(all, ...DIVERGENCE)).toEqual([]);
    const found = theOnly(all, 'dead-selector');
    expect(found.message).toContain('ENV');
    expect(found.help).toContain('ARG ENV');
  });

  it('3: is not a proxy, a variable of the base image or one that /etc/os-release sets', () => {
    expectSilence(`FROM golang:1.22
RUN if [ -n "$HTTP_PROXY" ]; then echo "Acquire::http::Proxy \\"$HTTP_PROXY\\";" > /etc/apt/apt.conf.d/proxy; fi
RUN if [ "$GOLANG_VERSION" = 1.22 ]; then apt-get install -y vim; fi
RUN . /etc/os-release; if [ "$ID" = debian ]; then apt-get install -y curl; fi
`);
  });
});

describe('5 and 6: defaults', () => {
  it('5: a default before FROM holds in the stage that declares the name again', () => {
    const found = theOnly(findings(service(`ARG ENV\n${RACE}`, 'golang:1.22', 'ARG ENV=prod\n')), ...DIVERGENCE);
    // The default is prod, so unset is among the others.
    expect(table(found)).toEqual({ 'ENV=local, testing': WITH_RACE, otherwise: WITHOUT_RACE });
    const byDefault = planned(service(`ARG ENV\n${RACE}`, 'golang:1.22', 'ARG ENV=testing\n'), {
      set: new Map([['ENV', undefined]]),
    });
    expect(byDefault.environments[0]?.commands.map(({ argv }) => argv.join(' '))).toContain(WITH_RACE);
  });

  it('6: a default in the stage beats the one before FROM', () => {
    const all = findings(service(`ARG ENV=testing\n${RACE}`, 'golang:1.22', 'ARG ENV=prod\n'));
    expect(table(theOnly(all, ...DIVERGENCE))).toEqual({
      'ENV=testing, local or unset': WITH_RACE,
      otherwise: WITHOUT_RACE,
    });
    expect(theOnly(all, 'dead-selector').message).toMatch(/testing.*prod/);
  });
});

describe('7 to 9: ARG and ENV of one name', () => {
  it('7: ENV after ARG wins: every image has the flag, and the argument does nothing', () => {
    const all = findings(service(`ARG ENV\nENV ENV=testing\n${RACE}`));
    expect(ofCategory(all, ...DIVERGENCE)).toEqual([]);
    expect(theOnly(all, 'instrumentation')).toMatchObject({ severity: 'error' });
    expect(theOnly(all, 'dead-selector').message).toContain('ARG ENV');
  });

  it('8: ARG after ENV wins in the build only, and builders do not agree', () => {
    const all = findings(service(`ENV ENV=testing\nARG ENV\n${RACE}`));
    expect(theOnly(all, 'dead-selector').confidence).toBe('assumed');
    for (const found of all) expect(found.confidence).toBe('assumed');
  });

  it('9: ENV with a default from ARG follows the argument, and is fixed in the image', () => {
    const all = findings(`FROM golang:1.22
ARG ENV
ENV ENV=\${ENV:-production}
WORKDIR /src
COPY . .
${RACE}
`);
    expect(table(theOnly(all, 'conditional-build'))).toEqual({
      'ENV=local, testing': WITH_RACE,
      otherwise: WITHOUT_RACE,
    });
    expect(table(theOnly(all, 'baked-environment'))).toEqual({
      'ENV="" or unset': 'ENV ENV=production',
      otherwise: 'ENV ENV=⟨$ENV⟩',
    });
  });
});

describe('16 to 20: what ships', () => {
  it('16: a stage that nothing copies from does not count', () => {
    expectSilence(`FROM golang:1.22 AS racebuild
WORKDIR /src
COPY . .
RUN go build -race -o /out/app ./cmd/service
FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/app ./cmd/service
FROM debian:bookworm-slim
COPY --from=build /out/app /app
`);
  });

  const twoPrograms = (path: string) => `FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/app . && go build -race -o /out/app-race .
FROM debian:bookworm-slim
COPY --from=build ${path} /usr/local/bin/
`;

  it('17: a program beside the one that is copied does not ship', () => expectSilence(twoPrograms('/out/app')));

  it('17: a folder that is copied ships all that is in it', () => {
    expect(theOnly(findings(twoPrograms('/out/')), 'instrumentation', 'conditional-build')).toMatchObject({
      severity: 'info',
      location: { line: 4 },
    });
  });

  const tested = (test: string) => `FROM golang:1.22 AS build
WORKDIR /src
COPY . .
${test}
RUN go build -o /out/app .
FROM build AS test
RUN go test -race ./...
FROM debian:bookworm-slim
COPY --from=build /out/app /app
`;

  it('18: tests in a stage of their own leave nothing behind', () => expectSilence(tested('RUN go vet ./...')));

  it('18: tests in the stage that builds leave nothing behind', () => expectSilence(tested('RUN go test -race ./...')));

  it('19: an option of go test is not one of the go build after it', () => {
    expectSilence(`FROM golang:1.22
WORKDIR /src
COPY . .
RUN go test -race ./... && go build -o app
`);
  });

  it('20: the target decides which stage is built', () => {
    const argvs = (target: string | undefined) =>
      planned(tested('RUN true'), { target }).environments.flatMap(({ commands }) =>
        commands.map(({ argv }) => argv.join(' ')),
      );
    expect(argvs('test')).toContain('go test -race ./...');
    expect(argvs(undefined)).not.toContain('go test -race ./...');
    expect(argvs(undefined)).toContain('go build -o /out/app .');
  });
});

describe('21 to 24: what go reads from its environment', () => {
  it('21: a variable before the command is part of the build', () => {
    const found = theOnly(
      findings(service(`ARG ENV\nRUN CGO_ENABLED=$([ "$ENV" = prod ] && echo 0 || echo 1) go build -o cli .`)),
      ...DIVERGENCE,
    );
    expect(found.category).toBe('conditional-build');
    expect(table(found)).toEqual({
      'ENV=prod': 'CGO_ENABLED=0 go build -o cli .',
      otherwise: 'CGO_ENABLED=1 go build -o cli .',
    });
  });

  it('22: a variable that the command does not mention is part of the build', () => {
    const found = theOnly(
      findings(
        service(
          `ARG ENV\nENV CGO_ENABLED=0\nRUN if [ "$ENV" = testing ]; then export CGO_ENABLED=1; fi; go build -o cli .`,
        ),
      ),
      ...DIVERGENCE,
    );
    expect(found.category).toBe('conditional-build');
    expect(table(found)).toEqual({
      'ENV=testing': 'CGO_ENABLED=1 go build -o cli .',
      otherwise: 'CGO_ENABLED=0 go build -o cli .',
    });
  });

  it('23: GOFLAGS in ENV is a flag of every build', () => {
    const all = findings(service('ENV GOFLAGS=-race\nRUN go build -o cli .'));
    expect(theOnly(all, 'instrumentation')).toMatchObject({ severity: 'error' });
    expect(all).toHaveLength(1);
  });

  it('23: GOFLAGS with values of environments is a divergence', () => {
    const found = theOnly(
      findings(service('ARG ENV\nRUN if [ "$ENV" = testing ]; then export GOFLAGS=-cover; fi; go build -o cli .')),
      ...DIVERGENCE,
    );
    expect(table(found)).toEqual({ 'ENV=testing': 'GOFLAGS=-cover go build -o cli .', otherwise: 'go build -o cli .' });
  });

  it.each([
    ['from ENV', `ARG ENV\nENV CGO_ENABLED=0\n${RACE}`],
    ['before the command', `ARG ENV\n${RACE.replace('RUN ', 'RUN CGO_ENABLED=0 ')}`],
  ])('23b: CGO_ENABLED=0 %s and -race do not build: these environments get no image', (_, lines) => {
    const all = findings(service(lines));
    expect(ofCategory(all, ...DIVERGENCE, 'instrumentation')).toEqual([]);
    expect(theOnly(all, 'dead-selector').message).toMatch(/-race|CGO_ENABLED/);
  });

  it.each([
    ['as a default', 'ARG GOFLAGS="-p=2"\nRUN go build -o cli .'],
    ['of a substitution', 'ARG ENV\nRUN GOFLAGS=$([ "$ENV" = testing ] && echo -p=2 || echo -p=4) go build -o cli .'],
    ['of one environment', 'ARG ENV\nRUN if [ "$ENV" = testing ]; then export GOFLAGS=-p=2; fi; go build -o cli .'],
  ])('24: the number of processes in GOFLAGS %s changes nothing', (_, lines) => expectSilence(service(lines)));

  it.each([
    '$([ "$ENV" = testing ] && echo -p=2)',
    '$([ "$ENV" = testing ] && echo -v -p 2)',
    '$(if [ "$ENV" = testing ]; then echo -x; fi)',
    '${ENV:+-v}',
  ])('24: nor do options of that kind on the command line: %s', (words) =>
    expectSilence(service(`ARG ENV\nRUN go build ${words} -o cli .`)),
  );
});

describe('27: a script that RUN calls', () => {
  const dockerfile = `FROM golang:1.22
ARG ENV
WORKDIR /src
COPY build.sh .
RUN ./build.sh $ENV
`;

  it('is evaluated with its arguments', () => {
    const script = `#!/bin/sh
set -e
flags=
if [ "$1" = testing ]; then flags=-race; fi
go build $flags -o /usr/local/bin/app ./cmd/app
`;
    const found = theOnly(findings({ Dockerfile: dockerfile, 'build.sh': script }), ...DIVERGENCE);
    expect(found).toMatchObject({ category: 'conditional-build', severity: 'error' });
    expect(table(found)).toEqual({
      'ENV=testing': 'go build -race -o /usr/local/bin/app ./cmd/app',
      otherwise: 'go build -o /usr/local/bin/app ./cmd/app',
    });
    const places = [found.location, ...found.related.map(({ location }) => location)].map(
      ({ file, line }) => `${file}:${line}`,
    );
    expect(places).toEqual(expect.arrayContaining(['build.sh:5', 'build.sh:4', 'Dockerfile:5']));
  });

  it.each([
    ['is missing', { Dockerfile: dockerfile }],
    [
      'is kept out by .dockerignore',
      { Dockerfile: dockerfile, 'build.sh': '#!/bin/sh\ngo build -o /app .\n', '.dockerignore': '*.sh\n' },
    ],
  ])('may do anything when it %s', (_, files) => {
    const [found, ...others] = findings(files);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ severity: 'info', confidence: 'possible' });
  });
});

describe('33 and 34: what is no environment', () => {
  it('33: the platform', () => {
    expectSilence(service(`ARG TARGETARCH\nRUN case "$TARGETARCH" in arm64) F=-race;; esac; go build $F -o cli .`));
  });

  it.each([
    ['the machine', 'RUN if [ "$(uname -m)" = x86_64 ]; then apt-get install -y vim; fi'],
    ['files that may be there', 'RUN if [ -f yarn.lock ]; then yarn install --frozen-lockfile; else npm ci; fi'],
    ['commands that may be there', 'RUN if command -v git; then git config --system gc.auto 0; fi'],
  ])('34: %s', (_, run) => expectSilence(`FROM node:20\nARG ENV\nWORKDIR /app\nCOPY . .\n${run}\n`));
});

describe('46 to 53: other ecosystems', () => {
  it('46: npm install or npm ci', () => {
    const found = theOnly(
      findings(`FROM node:20
ARG NODE_ENV
WORKDIR /app
COPY package*.json ./
RUN if [ "$NODE_ENV" = "development" ]; then npm install; else npm ci --only=production; fi
`),
      ...DIVERGENCE,
    );
    expect(found).toMatchObject({ category: 'conditional-build', severity: 'warning' });
    const rows = table(found);
    expect(rows['NODE_ENV=development']).toMatch(/npm install$/);
    expect(rows.otherwise).toMatch(/npm ci --only=production$/);
  });

  it('47: npm and the bundler read NODE_ENV', () => {
    const all = findings({
      Dockerfile: `FROM node:20
ARG NODE_ENV=production
WORKDIR /app
COPY . .
RUN npm ci && npm run build
`,
      'package.json': '{ "scripts": { "build": "webpack" } }\n',
    });
    const found = ofCategory(all, 'conditional-build', 'bundler-mode');
    expect(found.length).toBeGreaterThan(0);
    const places = found.flatMap(({ location, related }) => [location, ...related.map((other) => other.location)]);
    expect(places.map(({ line, column }) => `${line}:${column}`)).toEqual(expect.arrayContaining(['5:5', '5:15']));
    for (const one of found) expect(one.message).toContain('NODE_ENV');
  });

  it('48: a fixed NODE_ENV is the same for all', () => {
    const all = findings(`FROM node:20
ENV NODE_ENV=production
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
`);
    expect(ofCategory(all, ...DIVERGENCE)).toEqual([]);
    for (const found of all) expect(found.severity).toBe('info');
  });

  it('50: cargo build with or without --release', () => {
    const all = findings(`FROM rust:1.80 AS build
ARG PROFILE
WORKDIR /src
COPY . .
RUN cargo build $(if [ "$PROFILE" = release ]; then echo --release; fi)
FROM debian:bookworm-slim
ARG PROFILE
COPY --from=build /src/target/$PROFILE/app /usr/local/bin/app
`);
    const built = theOnly(all, 'conditional-build');
    expect(table(built)).toEqual({ 'PROFILE=release': 'cargo build --release', otherwise: 'cargo build' });
    expect(built.effect).toMatch(/\d/);
    expect(Object.values(table(theOnly(all, 'file-selection'))).join()).toContain('/src/target/⟨$PROFILE⟩/app');
  });

  it('52: labels and messages are not content', () => {
    expectSilence('FROM debian:12\nARG ENV\nLABEL env=$ENV\nRUN echo "building $ENV"\n');
  });

  it('53: a file that the environment names', () => {
    const found = theOnly(findings('FROM debian:12\nARG ENV\nCOPY config/$ENV.yaml /etc/app.yaml\n'), ...DIVERGENCE);
    expect(found).toMatchObject({ category: 'file-selection', severity: 'warning' });
    expect(table(found)).toEqual({
      'ENV="" or unset': 'COPY config/.yaml /etc/app.yaml',
      otherwise: 'COPY config/⟨$ENV⟩.yaml /etc/app.yaml',
    });
    expect(found.help).toMatch(/[Mm]ount|container/);
  });
});

describe('49: a package script that the environment names', () => {
  const project = (scripts: Readonly<Record<string, string>>, run = 'npm run build:$ENV', before = 'COPY . .') => ({
    Dockerfile: `FROM node:20 AS build
ARG ENV=prod
WORKDIR /app
${before}
RUN ${run}
FROM nginx:1.27
COPY --from=build /app/dist /usr/share/nginx/html
`,
    'package.json': `${JSON.stringify({ scripts }, null, 1)}\n`,
  });

  it('vite build with another mode has other values in the bundle, and is no development bundle', () => {
    const all = findings(project({ 'build:dev': 'vite build --mode development', 'build:prod': 'vite build' }));
    expect(all).toHaveLength(1);
    const [found] = all;
    expect(found).toMatchObject({
      rule: 'bundler-mode',
      severity: 'warning',
      location: { file: 'Dockerfile', line: 5 },
    });
    expect(found?.message).not.toMatch(/NODE_ENV|development bundle/);
    expect(found === undefined ? {} : table(found)).toEqual({
      'ENV=prod or unset': 'vite build',
      'ENV=dev': 'vite build --mode development',
    });
    expect(found?.related.map(({ location }) => `${location.file}:${location.line}`)).toEqual(
      expect.arrayContaining(['package.json:3', 'package.json:4']),
    );
  });

  it('webpack with another mode is one', () =>
    expect(
      theOnly(
        findings(project({ 'build:dev': 'webpack --mode development', 'build:prod': 'webpack --mode production' })),
        ...DIVERGENCE,
      ),
    ).toMatchObject({ rule: 'conditional-build-flags', severity: 'error' }));

  it.each([
    ['that say the same', { 'build:dev': 'vite build', 'build:prod': 'vite build' }, 'npm run build:$ENV'],
    ['of yarn', { 'build:dev': 'vite build', 'build:prod': 'vite build' }, 'yarn build:$ENV'],
    [
      'with the same before them',
      { 'prebuild:dev': 'tsc', 'build:dev': 'vite build', 'build:prod': 'vite build', 'prebuild:prod': 'tsc' },
      'npm run build:$ENV',
    ],
  ])('scripts %s make the same', (_, scripts, run) => expectSilence(project(scripts, run)));

  it('an environment without a script gets no image', () => {
    const { environments } = planned(project({ 'build:dev': 'vite build', 'build:prod': 'vite build' }));
    expect(environments.flatMap(({ commands }) => commands.map(({ argv }) => argv.join(' ')))).toContain('vite build');
    expect(JSON.stringify(environments)).not.toContain('npm run');
  });

  it.each([
    ['is not copied', project({ 'build:dev': 'vite build', 'build:prod': 'vite build' }, undefined, 'COPY src src')],
    ['has none of these scripts', project({ test: 'vitest' })],
  ])('stays what it is where the package.json %s', (_, files) =>
    expect(table(theOnly(findings(files), ...DIVERGENCE))).toEqual({
      'ENV unset': 'npm run build:prod',
      otherwise: 'npm run build:⟨$ENV⟩',
    }),
  );
});

describe('62: triggers', () => {
  it('are evaluated in the stage that is built on them', () => {
    const found = theOnly(
      findings(`FROM golang:1.22 AS base
ONBUILD ARG ENV
ONBUILD COPY . /src
ONBUILD WORKDIR /src
ONBUILD ${RACE}
FROM base
`),
      ...DIVERGENCE,
    );
    expect(found.location.line).toBe(5);
    expect(table(found)).toEqual({ 'ENV=local, testing': WITH_RACE, otherwise: WITHOUT_RACE });
  });

  it('do nothing in the file that only leaves them to others', () => {
    expectSilence(`FROM golang:1.22\nONBUILD ARG ENV\nONBUILD COPY . /src\nONBUILD ${RACE}\n`);
  });
});
