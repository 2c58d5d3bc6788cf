import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bakeFilesIn, evaluateBake, evaluateBakeFile, isBakeFile } from '../../../src/evaluate/bake/index.js';
import { memoryFiles } from '../../../src/hosts/testing.js';
import { Space } from '../../../src/value/diagram.js';
import { render, Texts } from '../../../src/value/text.js';

interface Call {
  readonly environment?: Readonly<Record<string, string>>;
  readonly targets?: readonly string[];
  readonly set?: readonly (readonly [pattern: string, key: string, value: string])[];
}

type Built = ReturnType<typeof evaluateBake>['builds'][number];

function shown(build: Built): string {
  const args = build.arguments.map(({ name, text }) => `${name}=${render(text)}`).join(' ');
  const context = build.context === undefined ? '?' : render(build.context);
  return `${build.by} | ${context} ${render(build.dockerfile)} | ${args} | ${build.tags.map(({ text }) => render(text)).join(' ')}`;
}

function bake(hcl: string, { environment = {}, targets = [], set = [] }: Call = {}) {
  const texts = new Texts(new Space());
  const { space } = texts;
  const files = memoryFiles(new Map([['docker-bake.hcl', hcl]]));
  const place = { file: 'Makefile', start: 0, end: 0 };
  const delivered = evaluateBake({
    paths: [],
    standing: { texts, files, folder: '', when: space.true, chain: [], evidence: [], development: false, depth: 0 },
    place,
    environment: (name) => {
      const value = environment[name];
      return value === undefined ? undefined : { set: space.true, text: texts.literal(value) };
    },
    targets,
    set: set.map(([pattern, key, value]) => ({ pattern, key, value: texts.literal(value), append: false, place })),
    variables: new Map(),
  });
  return { builds: delivered.builds.map(shown), notes: delivered.notes.map(({ message }) => message) };
}

const ENV = 'variable "ENV" { default = "dev" }\ntarget "default" { args = { ENV = ENV } }\n';

it('lets the environment beat the default of a variable (hard case 59)', () => {
  expect(bake(ENV)).toEqual({ builds: ['target default |  Dockerfile | ENV=dev | '], notes: [] });
  expect(bake(ENV, { environment: { ENV: 'prod' } }).builds).toEqual(['target default |  Dockerfile | ENV=prod | ']);
  expect(bake(ENV, { environment: { ENV: '' } }).builds).toEqual(['target default |  Dockerfile | ENV= | ']);
});

it('makes a build of each combination of a matrix', () => {
  const { builds, notes } = bake(
    'target "app" {\n matrix = { env = ["staging", "production"] }\n name = "app-${env}"\n args = { ENV = env }\n tags = ["app:${env}"]\n}\ngroup "default" { targets = ["app"] }\n',
  );
  expect(notes).toEqual([]);
  expect(builds).toEqual([
    'target app-staging |  Dockerfile | ENV=staging | app:staging',
    'target app-production |  Dockerfile | ENV=production | app:production',
  ]);
});

it('inherits in order: later parents beat earlier ones, null erases nothing', () => {
  const { builds, notes } = bake(
    `
target "a" { args = { X = "a", Y = "a", Z = "a" } tags = ["a"] }
`.replace(' tags', '\n tags') +
      `
target "b" { args = { Y = "b" } }
target "default" {
  inherits = ["a", "b"]
  context = "sub"
  args = { Z = null, N = 1, B = true }
}
`,
  );
  expect(notes).toEqual([]);
  expect(builds).toEqual(['target default | sub sub/Dockerfile | X=a Y=b Z=a N=1 B=true | a']);
});

it('applies --set to names and patterns', () => {
  const hcl = 'group "default" { targets = ["a", "b"] }\ntarget "a" { tags = ["x"] }\ntarget "b" {}\n';
  expect(
    bake(hcl, {
      set: [
        ['*', 'args.E', 'p'],
        ['a', 'tags', 't'],
        ['b', 'dockerfile', 'D'],
      ],
    }).builds,
  ).toEqual(['target a |  Dockerfile | E=p | t', 'target b |  D | E=p | ']);
});

it('evaluates functions', () => {
  const { builds, notes } = bake(`
function "tag" {
  params = [name]
  variadic_params = rest
  result = concat(["r/\${name}:\${join("-", rest)}"], notequal("", name) ? ["x"] : [])
}
target "default" {
  tags = distinct(flatten([tag(lower("APP"), "a", "b"), tag("app", ["a", "b"]...)]))
  args = merge({ A = regex_replace("v1.2", "^v(\\\\d+).*$", "$1") }, { for k, v in { c = "d" } : upper(k) => try(nosuch, v) })
}
`);
  expect(notes).toEqual([]);
  expect(builds).toEqual(['target default |  Dockerfile | A=1 C=d | r/app:a-b x']);
});

it('tells of names that nothing declares and uses the rest', () => {
  const { builds, notes } = bake('target "default" { args = { A = NOPE, B = "b" } }\n');
  expect(notes).toEqual(['no variable NOPE is declared']);
  expect(builds).toEqual(['target default |  Dockerfile | A=⟨NOPE⟩ B=b | ']);
  expect(bake('target "x" {}\n')).toEqual({ builds: [], notes: ['there is no group or target default'] });
});

function open(hcl: string) {
  const texts = new Texts(new Space());
  const caller = evaluateBakeFile('docker-bake.hcl', memoryFiles(new Map([['docker-bake.hcl', hcl]])), texts);
  return { texts, caller };
}

it('takes every variable of a file by itself as an input', () => {
  const { texts, caller } = open(
    'variable "ENV" {\n default = "dev"\n validation { condition = contains(["dev", "prod"], ENV) }\n}\ntarget "app" { args = { F = ENV == "prod" ? "" : "-race" } }\n',
  );
  expect(caller.notes).toEqual([]);
  const env = texts.space.input('ENV');
  const under = (answer: string | undefined) =>
    caller.builds.filter(({ when }) => texts.space.given(when, env, answer) === texts.space.true).map(shown);
  expect(under(undefined)).toEqual(['target app |  Dockerfile | F=-race | ']);
  expect(under('prod')).toEqual(['target app |  Dockerfile | F= | ']);
  expect(under('staging')).toEqual([]);
});

it('delivers flat texts only, and says so where there are too many', () => {
  const names = Array.from({ length: 10 }, (_, i) => `V${i}`);
  const { caller } = open(
    `${names.map((name) => `variable "${name}" { default = "${name}" }`).join('\n')}\ntarget "app" { args = { ${names.map((name) => `${name} = ${name}`).join(', ')} } }\n`,
  );
  expect(caller.builds.length).toBeLessThanOrEqual(64);
  expect(caller.builds.flatMap((one) => one.arguments).every(({ text }) => text.flat)).toBe(true);
  expect(caller.notes).toHaveLength(1);
});

it('finds bake files by name', () => {
  const files = memoryFiles(
    new Map([
      ['a/docker-bake.override.hcl', ''],
      ['a/docker-bake.hcl', ''],
      ['a/compose.yml', ''],
    ]),
  );
  expect(bakeFilesIn(files, 'a')).toEqual(['a/compose.yml', 'a/docker-bake.hcl', 'a/docker-bake.override.hcl']);
  expect(['docker-bake.json', 'x/app.bake.hcl', 'main.hcl', 'terraform.hcl'].map(isBakeFile)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

const CASE = '/work/shared/cases/r17-docker-cli/files/docker-bake.hcl';
it.skipIf(!existsSync(CASE))('evaluates the bake file of docker/cli without problems', () => {
  const { caller } = open(readFileSync(CASE, 'utf8'));
  expect(caller.notes.map(({ message }) => message)).toEqual([]);
  expect(new Set(caller.builds.map(({ by }) => by)).size).toBeGreaterThan(15);
});
