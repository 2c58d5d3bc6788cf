import { describe, expect, it } from 'vitest';
import { main } from '../../src/hosts/cli/main.js';
import { lint, plan, planProject, recognise } from '../../src/index.js';
import { parseScript } from '../../src/script-parser.js';
import { folderWith } from './folder.js';

const makefile = `ENV ?= testing
.PHONY: image test
image: prepare
\tdocker build --build-arg ENV=$(ENV) -t acme/app:$(ENV) .
prepare:
\t@mkdir -p out
test:
\tgo test ./...
broken:
\tcp a b
\tfalse
\techo never
%.gz:
\tgzip $*
`;
const dockerfile = `FROM golang AS build
ARG ENV
RUN if [ "$ENV" = production ]; then go build -o /app .; else go build -race -o /app .; fi
`;

async function run(argv: readonly string[], files: Readonly<Record<string, string>>) {
  const out: string[] = [];
  const err: string[] = [];
  const stream = (to: string[]) => ({ write: (text: string) => void to.push(text), isTTY: false, columns: undefined });
  const io = { stdout: stream(out), stderr: stream(err), env: {}, cwd: folderWith(files), now: () => 0 };
  const status = await main(['plan', ...argv], io, { lint, parseScript, plan, planProject, recognise });
  return { status, stdout: out.join(''), stderr: err.join('') };
}

const commandsOf = async (...argv: readonly string[]): Promise<readonly unknown[]> => {
  const { stdout } = await run([...argv, '--format', 'json'], { Makefile: makefile });
  const made: ReturnType<typeof plan> = JSON.parse(stdout);
  return made.environments.map(({ when, exit, commands }) => [
    when,
    exit,
    commands.map(({ argv: words }) => words.join(' ')),
  ]);
};

const imageOf = (env: string) => ['mkdir -p out', `docker build --build-arg ENV=${env} -t acme/app:${env} .`];

describe('the plan of a makefile', () => {
  it('has the default goal with its prerequisites, in every environment', async () => {
    expect(await commandsOf('Makefile')).toEqual([
      [{ ENV: [null] }, 0, imageOf('testing')],
      [{ ENV: { not: [null] } }, 0, imageOf('⟨$ENV⟩')],
    ]);
  });

  it.each([
    [['--set', 'ENV=production'], 'production'],
    [['--env', 'ENV=staging'], 'staging'],
    [['--set', 'ENV=production', '--env', 'ENV=staging'], 'production'],
    [['--unset', 'ENV'], 'testing'],
    [['--env', 'ENV='], ''],
  ])('%j is one environment', async (argv, env) => {
    expect(await commandsOf('Makefile:image', ...argv)).toEqual([[{}, 0, imageOf(env)]]);
  });

  it('takes a target, also of a pattern, and stops where make stops', async () => {
    expect(await commandsOf('Makefile', '--target', 'test')).toEqual([[{}, 0, ['go test ./...']]]);
    expect(await commandsOf('Makefile:a.gz')).toEqual([[{}, 0, ['gzip a']]]);
    expect(await commandsOf('Makefile:broken')).toEqual([[{}, 2, ['cp a b']]]);
  });

  it.each([
    [['Makefile:imgae'], 'there is no target imgae; did you mean image?'],
    [['Makefile:zzzzzzzz'], 'there is no target zzzzzzzz; the targets are image, prepare, test, broken'],
    [['Makefile', '--shell', 'bash'], 'write --set SHELL=bash instead of --shell bash'],
    [['Dockerfile', '--env', 'ENV=x'], 'write --set ENV=x for the build argument'],
    [['run.sh', '--env', 'A=1', '--set', 'A=2'], 'A is given two values'],
    [['run.sh:x'], 'a shell script has no target x'],
  ])('%j is refused', async (argv, message) => {
    const files = { Makefile: makefile, Dockerfile: dockerfile, 'run.sh': 'echo $A\n' };
    const { status, stdout } = await run(argv, files);
    expect(stdout.replace(/\s+/g, ' ')).toContain(message);
    expect(status).toBe(2);
  });

  it('gives a script its environment', async () => {
    const { stdout } = await run(['run.sh', '--env', 'A=1'], { 'run.sh': 'go build -o $A\n' });
    expect(stdout).toContain('go build -o 1');
  });
});

describe('the plan of a project', () => {
  const files = {
    Makefile: `${makefile}release:\n\tdocker build --build-arg ENV=production -t acme/app:production .\n`,
    Dockerfile: dockerfile,
    'k8s/deploy.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: production}\nspec: {template: {spec: {containers: [{name: web, image: "acme/app:production"}]}}}\n',
  };

  it('tells builds, what they make and where they run', async () => {
    const { stdout, status } = await run(['--format', 'json'], files);
    const made: ReturnType<typeof planProject> = JSON.parse(stdout);
    expect(status).toBe(0);
    const [image] = made.images;
    expect([image?.dockerfile, image?.stage, made.images.length]).toEqual(['Dockerfile', 'build', 1]);
    const builds = image?.builds.map(({ arguments: passed, contents, tags }) => [passed[0]?.value, contents, tags]);
    expect(builds).toContainEqual(['testing', 'A', ['acme/app:testing']]);
    expect(builds).toContainEqual(['⟨$ENV⟩', null, ['acme/app:⟨$ENV⟩']]);
    const production = builds?.findIndex(([value]) => value === 'production') ?? -1;
    expect(builds?.[production]).toEqual(['production', 'B', ['acme/app:production']]);
    expect(image?.differences[0]?.values).toEqual(['go build -race -o /app .', 'go build -o /app .']);
    const [deployment] = image?.deployments ?? [];
    expect(deployment?.environments[0]).toMatchObject({ name: 'production', source: 'namespace' });
    expect(deployment?.builds).toContain(production);
    expect(made.deployments).toEqual([]);
    // What FROM names is no second name of an image that somebody here builds.
    expect(made.retags).toEqual([]);
  });

  it('names the pipeline that runs a script, not the script, for a build that is both', async () => {
    const { stdout } = await run([], {
      Dockerfile: 'FROM debian:12\n',
      'build.sh': '#!/bin/sh\ndocker build -t app:1 .\n',
      '.github/workflows/ci.yml': 'on: push\njobs:\n  b:\n    runs-on: x\n    steps:\n      - run: ./build.sh\n',
    });
    expect(stdout).toContain('1 image, 1 build,');
    expect(stdout).toContain('.github/workflows/ci.yml job b, step ./build.sh, calls build.sh');
  });

  it('says when there is nothing, and takes a folder', async () => {
    expect((await run([], {})).stdout.replace(/\s+/g, ' ')).toBe(
      'nothing to plan: no Dockerfile, no build and no deployment was found ',
    );
    const { stdout } = await run(['a', '--no-color'], { 'a/Dockerfile': 'FROM x\n', 'b/Dockerfile': 'FROM y\n' });
    expect(stdout).toBe('1 image, 0 builds, 0 deployments\n\na/Dockerfile: nobody here builds it\n');
  });
});
