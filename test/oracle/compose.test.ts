/*
 * docker-compose is the judge: for generated pairs of files and environments, the merged and filled-in builds of the
 * environment must be those of its `config`. It is the Python one (1.29, Debian's docker-compose), so what that has not
 * (`:+`, nesting, `!reset`, include) is not generated, and one difference is known: an argument without a value that is
 * unset is empty there; compose 2 and docker do not pass it.
 *
 *     npx vitest run test/oracle/compose.test.ts                               a fixed seed
 *     ENVARIANT_ORACLE_RUNS=500 npx vitest run test/oracle/compose.test.ts     longer, with a new seed
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../src/syntax/yaml/parse.js';
import { isNull, yamlEntries, yamlGet, yamlText } from '../../src/syntax/yaml/read.js';
import type { Answer } from '../../src/value/diagram.js';
import type { Text } from '../../src/value/text.js';
import { compose, type Evaluated, holds, type Project } from '../evaluate/compose/run.js';

const RUNS = Number(process.env.ENVARIANT_ORACLE_RUNS ?? 30);
const SEED = process.env.ENVARIANT_ORACLE_RUNS === undefined ? 20_251_126 : Date.now() & 0x7fffffff;
const NAMES = ['V1', 'V2', 'ENV'];
const FOLDERS = ['.', 'x', 'y/z'];

type Environment = Readonly<Record<string, Answer>>;

/** A service's build as both sides see it. */
interface Built {
  readonly image: string | undefined;
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string;
  readonly arguments: Readonly<Record<string, string>>;
}

function isInstalled(): boolean {
  try {
    return execFileSync('docker-compose', ['version', '--short'], { encoding: 'utf8' }).startsWith('1.29.');
  } catch {
    return false;
  }
}

/** What docker-compose makes of files; undefined where it stops. */
function real(
  files: Project,
  paths: readonly string[],
  environment: Environment,
): Readonly<Record<string, Built>> | undefined {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'compose-oracle-')));
  try {
    for (const name of FOLDERS) mkdirSync(join(folder, name), { recursive: true });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: folder };
    for (const [name, value] of Object.entries(environment)) if (value !== undefined) env[name] = value;
    const { status, stdout } = spawnSync('docker-compose', [...paths.flatMap((path) => ['-f', path]), 'config'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) return undefined;
    const services = yamlGet(parseYaml(stdout).documents[0]?.root, 'services');
    const text = (node: Parameters<typeof yamlText>[0]): string =>
      node === undefined || isNull(node) ? '' : (yamlText(node) ?? '').replaceAll('$$', '$');
    return Object.fromEntries(
      yamlEntries(services).flatMap(({ key, value }) => {
        const build = yamlGet(value, 'build');
        if (build === undefined) return [];
        const image = yamlGet(value, 'image');
        const built: Built = {
          image: image === undefined ? undefined : text(image),
          context: text(yamlGet(build, 'context')).slice(folder.length).replace(/^\//, ''),
          dockerfile: text(yamlGet(build, 'dockerfile')) || 'Dockerfile',
          target: text(yamlGet(build, 'target')),
          arguments: Object.fromEntries(
            yamlEntries(yamlGet(build, 'args')).map((entry) => [entry.key.text.text, text(entry.value)]),
          ),
        };
        return [[key.text.text, built]];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the evaluation says of an environment; undefined where compose stops. */
function evaluated(found: Evaluated, environment: Environment): Readonly<Record<string, Built>> | undefined {
  const { space, texts } = found;
  const known = (text: Text | undefined): string => {
    let rest = text ?? texts.empty;
    for (const name of NAMES) rest = texts.restrict(rest, space.input(name), environment[name]);
    return texts.constant(rest) ?? '(not known)';
  };
  const live = found.builds.filter(({ when }) => holds(space, when, environment));
  if (live.length === 0) return undefined;
  expect(new Set(live.map(({ by }) => by)).size).toBe(live.length);
  return Object.fromEntries(
    live.map((build): [string, Built] => {
      const name = build.by.slice('service '.length);
      const context = known(build.context);
      const [tag] = build.tags;
      return [
        name,
        {
          image:
            tag === undefined || /-(?:web|api)$/.test(known(tag.text)) || known(tag.text) === '(not known)'
              ? undefined
              : known(tag.text),
          context,
          dockerfile: known(build.dockerfile).slice(context === '' ? 0 : context.length + 1),
          target: known(build.target),
          arguments: Object.fromEntries(
            build.arguments.flatMap((one) => (holds(space, one.set, environment) ? [[one.name, known(one.text)]] : [])),
          ),
        },
      ];
    }),
  );
}

/** Without the empty arguments that are not passed by the other side. */
function withoutUnset(
  all: Readonly<Record<string, Built>> | undefined,
  other: Readonly<Record<string, Built>> | undefined,
): Readonly<Record<string, Built>> | undefined {
  if (all === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(all).map(([name, built]) => {
      const passed = other?.[name]?.arguments ?? {};
      const kept = Object.entries(built.arguments).filter(([key, text]) => text !== '' || Object.hasOwn(passed, key));
      return [name, { ...built, arguments: Object.fromEntries(kept) }];
    }),
  );
}

// ---------------------------------------------------------------------------------------------------- generated files

const variable = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => `\${${name}}`),
  fc.constantFrom(...NAMES).map((name) => `$${name}`),
  fc
    .tuple(fc.constantFrom(...NAMES), fc.constantFrom(':-', '-'), fc.constantFrom('', 'dev', 'p-q'))
    .map(([name, operator, word]) => `\${${name}${operator}${word}}`),
);
/** Rare, for it stops compose in most environments. */
const demand = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom(':?', '?'))
  .map(([name, operator]) => `\${${name}${operator}needed}`);
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('x', 'a.b', '$$', '1') },
  { weight: 5, arbitrary: variable },
  { weight: 1, arbitrary: demand },
);
const value = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join('/'));
const entry = fc.tuple(
  fc.constantFrom('A', 'B', 'ENV', 'V1'),
  fc.option(fc.oneof(value, fc.constant('')), { nil: undefined }),
);
const argumentsOf = fc
  .tuple(fc.uniqueArray(entry, { selector: ([name]) => name, maxLength: 4 }), fc.boolean())
  .map(([entries, asMap]): unknown =>
    asMap
      ? Object.fromEntries(entries.map(([name, text]) => [name, text ?? null]))
      : entries.map(([name, text]) => (text === undefined ? name : `${name}=${text}`)),
  );
const context = fc.constantFrom('.', './x', 'y/z', 'x/');
const buildOf = fc.oneof(
  { weight: 1, arbitrary: context },
  {
    weight: 4,
    arbitrary: fc.record(
      { context, dockerfile: fc.constantFrom('D', 'd/E'), target: value, args: argumentsOf },
      { requiredKeys: ['context'] },
    ),
  },
);
const service = fc.record({ build: buildOf, image: value.map((text) => `app:${text}`) }, { requiredKeys: ['build'] });
const over = fc.record(
  {
    build: fc.oneof(context, fc.record({ target: value, args: argumentsOf }, { requiredKeys: [] })),
    image: value.map((text) => `over:${text}`),
    environment: fc.constantFrom(['A=1'], { B: '2' }),
  },
  { requiredKeys: [] },
);
const answer = fc.constantFrom(undefined, '', 'x', 'prod');
const environments = fc.record({ V1: answer, V2: answer, ENV: answer });
const extended = fc.option(fc.constantFrom('web', { service: 'web' }, { file: 'a.yml', service: 'web' }), {
  nil: undefined,
});
const dotenv = fc.option(
  fc
    .uniqueArray(
      fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom('f', '"q r"', "'s t'", '', 'u # c', '"v # w" # c')),
      { selector: ([name]) => name },
    )
    .map((lines) => lines.map(([name, text], i) => `${i === 1 ? 'export ' : ''}${name}=${text}\n`).join('# c\n')),
  { nil: undefined },
);
const project = fc.record({ web: service, api: over, second: over, extended, dotenv });

describe.runIf(isInstalled())('docker-compose', () => {
  it('builds the same of the same files in the same environment', () => {
    let [compared, stopped] = [0, 0];
    fc.assert(
      fc.property(project, environments, ({ web, api, second, extended: from, dotenv: file }, environment) => {
        // A service that extends needs no build of its own.
        const more = from === undefined ? {} : { api: { ...api, extends: from } };
        const files: Record<string, string> = {
          'a.yml': JSON.stringify({ version: '3.8', services: { web, ...more } }),
          'b.yml': JSON.stringify({ version: '3.8', services: { web: second } }),
          ...(file === undefined ? {} : { '.env': file }),
        };
        const paths = ['a.yml', 'b.yml'];
        const expected = real(files, paths, environment);
        // With a dotenv file what is unset on the host is not open; without one, one evaluation serves all environments.
        const found = compose(files, file === undefined ? { paths } : { paths, environment, closed: true });
        expect(found.notes).toEqual([]);
        const ours = evaluated(found, environment);
        expect(ours).toEqual(withoutUnset(expected, ours));
        compared += 1;
        if (expected === undefined) stopped += 1;
      }),
      { seed: SEED, numRuns: RUNS },
    );
    // Most of what is generated is built.
    expect(stopped).toBeLessThan(compared / 2);
  });
});
