/*
 * The package as users have it: what `npm pack` makes is installed into an empty project, and everything runs from there
 * in processes of its own: npx, the example plugin, TypeScript, and the real pre-commit where there is one. Slow, as it
 * builds the package.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deliveryLanguageOf } from '../../src/evaluate/delivery/callers.js';
import { recognise } from '../../src/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
let top = '';
let project = '';

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], cwd = project): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    // The test runner of Node.js must not think that it runs inside of another one.
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, PRE_COMMIT_HOME: join(top, 'pre-commit') },
  });
  return { status, stdout, stderr };
}

const envariant = (...args: readonly string[]): Ran =>
  run(process.execPath, ['node_modules/envariant/dist/bin.cjs', ...args]);

function write(folder: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'envariant-package-'));
  // Packed from a copy: other tests may use dist/ meanwhile.
  const copy = join(top, 'source');
  mkdirSync(copy);
  const files = [
    'src',
    'rules',
    'package.json',
    'build.mjs',
    'tools',
    'tsconfig.json',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
  ];
  for (const name of files) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  execFileSync(process.execPath, ['build.mjs'], { cwd: copy, stdio: 'pipe' });
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', top], { cwd: copy, stdio: 'pipe' });
  project = join(top, 'project');
  write(project, { 'package.json': '{ "private": true }' });
  const packed = readdirSync(top).find((name) => name.endsWith('.tgz')) ?? '';
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', join(top, packed)], {
    cwd: project,
    stdio: 'pipe',
  });
}, 240_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('the package', () => {
  it('has what users need, and nothing else', () => {
    const home = join(project, 'node_modules/envariant');
    const files = readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(home, join(entry.parentPath, entry.name)));
    const strange = files.filter(
      (name) =>
        !/^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|rules\/[\w-]+\/README\.md)$/.test(name) &&
        !/^dist\/(?:[\w-]+\.(?:js|cjs|v8)|schema\.json|THIRD-PARTY\.txt|types\/(?:src|rules)\/.*\.d\.ts)$/.test(name),
    );
    expect(strange).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'CHANGELOG.md', 'README.md', 'dist/THIRD-PARTY.txt']));
    const { dependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    expect(dependencies).toEqual({});
  });

  it('names every package that is bundled, with its licence', () => {
    const notices = readFileSync(join(project, 'node_modules/envariant/dist/THIRD-PARTY.txt'), 'utf8');
    const sections = notices.split('-'.repeat(80));
    const names = sections.map((part) => /^([@\w/-]+) \d+\.\d+\.\d+\S* \([\w.-]+\)$/m.exec(part)?.[1]);
    // The library is not minified, and esbuild says there where code comes from; the rest is in the command line only.
    const dist = join(project, 'node_modules/envariant/dist');
    const code = readdirSync(dist).filter((name) => name.endsWith('.js') && !name.startsWith('cli-'));
    const bundled = code.flatMap((name) => [
      ...readFileSync(join(dist, name), 'utf8').matchAll(/^\/\/ \S*node_modules\/((?:@[\w-]+\/)?[\w-]+)\//gm),
    ]);
    const expected = new Set([
      ...bundled.map(([, name]) => name),
      ...['jsonc-parser', 'valibot', 'yargs', 'yargs-parser'],
      ...['sucrase', 'lines-and-columns', 'ts-interface-checker'],
      ...['gen-mapping', 'resolve-uri', 'sourcemap-codec', 'trace-mapping'].map((name) => `@jridgewell/${name}`),
      ...[
        'jsonrpc',
        'languageserver',
        'languageserver-protocol',
        'languageserver-textdocument',
        'languageserver-types',
      ].map((name) => `vscode-${name}`),
    ]);
    expect([...names].sort()).toEqual([...expected].sort());
    // Each of these licences asks for its own text to go along.
    const texts = sections.filter((part) =>
      /^\s*Permission (?:is hereby granted|to use)|^Redistribution|^\s*Apache License$/m.test(part),
    );
    expect(texts.length).toBe(sections.length);
  });

  it('runs by npx', () => {
    cpSync(join(root, 'examples/incident'), join(project, 'incident'), { recursive: true });
    const { status, stdout, stderr } = run('npx', ['--offline', 'envariant', '--no-color'], join(project, 'incident'));
    expect([status, stderr]).toEqual([1, '']);
    const [finding] = readFileSync(join(root, 'examples/incident/expected.txt'), 'utf8').split('✖');
    expect(stdout).toContain(finding);
    expect(envariant('--version').stdout).toBe(`${version}\n`);
  });

  it('has types for each entry, under strict and NodeNext', () => {
    write(project, {
      'types/use.ts': `import { lint, recognise, type Files, type Report } from 'envariant';
import { definePlugin, defineRule } from 'envariant/plugin';
import { parseScript } from 'envariant/script-parser';
import { parsePage } from 'envariant/testing';

const files: Files = { read: () => ({ kind: 'text', text: 'FROM debian:12' }), list: () => undefined };
const report: Report = lint(['Dockerfile'], files, { parseScript });
const rule = defineRule({
  id: 'mine', summary: '', category: 'conditional-build', severity: 'error', since: '1.0.0', subject: 'build',
  *check({ build }) { for (const { place } of build.notes) yield { at: place, message: '', effect: '', help: '' }; },
});
export default definePlugin({ name: 'own', rules: [rule] });
export const all: readonly unknown[] = [report.findings, recognise('a'), parsePage('')];
// @ts-expect-error: the types are there, and this is wrong.
lint(1);
`,
      'types/package.json': '{ "type": "module" }',
    });
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2023',
    ];
    const { status, stdout } = run(process.execPath, [compiler, ...options, 'types/use.ts']);
    expect([stdout, status]).toEqual(['', 0]);
  });

  it('brings the pages and the schema', () => {
    expect(envariant('explain', 'shell-trap').stdout).toMatch(/^shell-trap\n/);
    const schema = JSON.parse(readFileSync(join(project, 'node_modules/envariant/dist/schema.json'), 'utf8'));
    expect(Object.keys(schema.properties)).toContain('environments');
  });
});

describe('the process', () => {
  const dockerfile = 'FROM golang:1.22\nARG ENV\nRUN go build $(test "$ENV" = dev && echo -race) -o /usr/bin/app .\n';
  const bin = (): string => join(project, 'node_modules/envariant/dist/bin.cjs');

  it('says so when its output cannot be written, and is content when nobody reads it', () => {
    write(join(project, 'process'), { Dockerfile: dockerfile });
    const command = `"${process.execPath}" "${bin()}" process`;
    expect(run('sh', ['-c', `${command} >/dev/full`])).toMatchObject({
      status: 2,
      stderr: 'envariant: the standard output cannot be written (ENOSPC)\n',
    });
    expect(run('bash', ['-c', `${command} | true; exit \${PIPESTATUS[0]}`])).toMatchObject({ status: 1, stderr: '' });
  });

  it('does not end well when settings never come, or throw later', () => {
    write(join(project, 'never'), { Dockerfile: dockerfile, 'envariant.config.mjs': 'await new Promise(() => {});\n' });
    expect(envariant('never')).toMatchObject({
      status: 2,
      stderr: 'envariant: a module that the settings name waits for something that never comes\n',
    });
    const late = "setTimeout(() => { throw new Error('late'); });\nexport default {};\n";
    write(join(project, 'late'), { Dockerfile: dockerfile, 'envariant.config.mjs': late });
    const { status, stderr } = envariant('late');
    expect(stderr).toBe(
      'envariant: a module that the settings name failed after it was loaded: late (late/envariant.config.mjs:1:26)\n',
    );
    expect(status).toBe(2);
    write(join(project, 'exits'), {
      Dockerfile: dockerfile,
      'exits.mjs': 'process.exit(0);\n',
      'envariant.config.json': '{ "plugins": ["./exits.mjs"] }',
    });
    expect(envariant('exits')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'envariant: a module that the settings name ends the process\n',
    });
  });
});

describe('settings that are a module', () => {
  const dockerfile = 'FROM golang:1.22\nARG ENV\nRUN go build $(test "$ENV" = dev && echo -race) -o /usr/bin/app .\n';
  const lintIn = (folder: string, files: { readonly [path: string]: string }): Ran => {
    write(join(project, folder), { Dockerfile: dockerfile, ...files });
    return envariant(folder, '--format', 'compact');
  };

  it('may have types, other modules of both kinds, packages and a plugin', () => {
    write(project, {
      'node_modules/shared-names/package.json': '{ "type": "module", "exports": "./names.js" }',
      'node_modules/shared-names/names.js': "export const names = ['dev'];\n",
    });
    const { status, stdout, stderr } = lintIn('typed', {
      'envariant.config.ts': `import { names } from 'shared-names';
import type { Severity } from './tools/levels.ts';
import { levelOf } from './tools/levels.ts';
import own from './tools/own.js';
import data from './tools/data.json' with { type: 'json' };
interface Wanted { readonly [rule: string]: Severity }
const rules: Wanted = { [own]: levelOf<'info'>('info') };
export default {
  rules, plugins: ['./tools/plugin.mts'], environments: { development: { [data.selector]: names as string[] } },
} satisfies object;
`,
      'tools/levels.ts': `export type Severity = 'info' | 'off';
export function levelOf<T extends Severity>(level: T): T { return level!; }
`,
      'package.json': '{ "type": "module" }',
      'tools/own.js': "import { id } from './id.cjs';\nexport default id;\n",
      'tools/id.cjs': "exports.id = 'conditional-build-flags';\n",
      'tools/data.json': '{ "selector": "ENV" }',
      'tools/plugin.mts': `const count = (report: { findings: readonly unknown[] }): string => \`\${report.findings.length}\\n\`;
export default { name: 'typed', formatters: [{ name: 'count', summary: '', format: count }] };
`,
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^typed\/Dockerfile:3:5: info: /);
    expect(status).toBe(0);
    expect(envariant('typed', '--format', 'typed/count').stdout).toBe('1\n');
    expect(JSON.parse(envariant('typed', '--format', 'json').stdout).findings[0].variants[0]).toMatchObject({
      environments: ['development'],
    });
  });

  it('may be CommonJS', () => {
    const { status, stderr } = lintIn('common', {
      'envariant.config.ts':
        "const rules: object = { 'conditional-build-flags': 'off' as const };\nmodule.exports = { rules };\n",
    });
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each([
    [
      'a wrong value',
      { 'envariant.config.ts': 'interface A {}\nexport default {\n  failOn: "eror" as "error",\n} satisfies A;\n' },
      'envariant.config.ts:3:11: failOn is "error", "warning" or "info", not "eror"; did you mean "error"?',
    ],
    [
      'wrong syntax',
      { 'envariant.config.ts': 'const a: number = ;\nexport default {};\n' },
      'envariant.config.ts:1:19: it cannot be loaded: Unexpected token',
    ],
    [
      'wrong syntax in another module',
      {
        'envariant.config.ts': "import a from './a.ts';\nexport default a;\n",
        'a.ts': 'type A = 1;\nexport default {]\n',
      },
      'a.ts:2:17: it cannot be loaded: Unexpected token',
    ],
    [
      'wrong syntax in JavaScript',
      { 'envariant.config.mjs': 'export default {\n  rules: {},,\n};' },
      'envariant.config.mjs:2:13: it cannot be loaded: Unexpected token',
    ],
    [
      'what is thrown, behind a type on its line',
      {
        'envariant.config.ts':
          'const a: { b?: { c: number } } = {};\nconst d: number = (a as any).b.c;\nexport default { d };\n',
      },
      "envariant.config.ts:2:32: it cannot be loaded: Cannot read properties of undefined (reading 'c')",
    ],
    [
      'what is not there',
      { 'envariant.config.ts': "import type { A } from 'none';\nimport a from 'none/a';\nexport default a as A;\n" },
      'envariant.config.ts:2:15: it cannot be loaded: there is no module "none/a"',
    ],
    [
      'a plugin that fails',
      {
        'envariant.config.ts': "export default {\n  plugins: ['./p.ts'] as string[],\n};\n",
        'p.ts': 'type A = 1;\nthrow new Error("no luck" as string);\n',
      },
      'envariant.config.ts:2:13: the plugin ./p.ts is broken: no luck (p.ts:2:7)',
    ],
  ])('says where it has %s', (name, files, message) => {
    const folder = name.replaceAll(' ', '-');
    const { status, stderr } = lintIn(folder, files);
    expect(stderr).toBe(`envariant: ${folder}/${message}\n`);
    expect(status).toBe(2);
  });
});

describe('examples/plugin beside the package', () => {
  beforeAll(() => {
    cpSync(join(root, 'examples/plugin'), join(project, 'node_modules/envariant-plugin-example'), { recursive: true });
    const settings = {
      plugins: ['envariant-plugin-example'],
      rules: { 'acme/floating-base': ['error', { tags: ['nightly'] }] },
    };
    write(join(project, 'acme'), {
      Dockerfile:
        'FROM debian:nightly\nARG ACME_ZONE\nUSER u-$ACME_ZONE\nRUN acmec build -o x $(test "$ACME_ZONE" = a && echo --checks) x.acme\nRUN acmec show $ACME_ZONE\n',
      'envariant.config.json': JSON.stringify(settings),
    });
  });

  it('runs its rule with options, its selectors and its format', () => {
    const { status, stdout, stderr } = envariant('acme', '--format', 'acme/csv');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      '"acme/Dockerfile","1","acme/floating-base","`debian:nightly` is another image tomorrow."',
      expect.stringMatching(/^"acme\/Dockerfile","3","conditional-settings",/),
      expect.stringMatching(/^"acme\/Dockerfile","4","conditional-build-flags",/),
      '',
    ]);
    expect(status).toBe(1);
    const config = ['--config', 'acme/envariant.config.json'];
    expect(envariant('rules', ...config).stdout).toContain('acme/floating-base');
    const page = envariant('explain', 'acme/floating-base', ...config);
    expect(page).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^floating-base\n\n.*What it finds/s),
    });
    expect(envariant('explain', 'acme/floating-bas', ...config)).toMatchObject({
      status: 2,
      stderr: 'envariant: there is no rule acme/floating-bas\n  Did you mean acme/floating-base?\n',
    });
  });

  it('passes its own tests', () => {
    const { status, stdout } = run(
      process.execPath,
      ['--test'],
      join(project, 'node_modules/envariant-plugin-example'),
    );
    expect(stdout).toMatch(/# pass [1-9]/);
    expect(status).toBe(0);
  });
});

describe('action.yml', () => {
  it('makes annotations, a log and SARIF, and fails with the findings', () => {
    const action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
    const step: { readonly run: string; readonly env: { readonly [name: string]: string } } = action.runs.steps[0];
    const inputs: { readonly [name: string]: string } = {
      version,
      args: '--fail-on error\nincident',
      format: 'compact',
      'sarif-file': 'a.sarif',
    };
    cpSync(join(root, 'examples/incident'), join(project, 'incident'), { recursive: true });
    const env = Object.entries(step.env).map(([name, value]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? '';
      expect(Object.keys(action.inputs)).toContain(input);
      return `${name}=${inputs[input] ?? ''}`;
    });
    const words = [
      'npm_config_offline=true',
      ...env,
      'bash',
      '--noprofile',
      '--norc',
      '-eo',
      'pipefail',
      '-c',
      step.run,
    ];
    const { status, stdout } = run('env', words);
    expect(status).toBe(1);
    expect(stdout).toContain('::error file=incident/Dockerfile,line=8');
    expect(stdout).toMatch(/^incident\/Dockerfile:8:5: /m);
    expect(JSON.parse(readFileSync(join(project, 'a.sarif'), 'utf8')).version).toBe('2.1.0');
    // Neither an expression in the script nor one that is read as code.
    expect(step.run).not.toContain('${{');
  });
});

describe('.pre-commit-hooks.yaml', () => {
  const file = join(root, '.pre-commit-hooks.yaml');
  const [hook] = parse(readFileSync(file, 'utf8'));

  it('takes every kind of file that is known, and no source code', () => {
    const pattern = new RegExp(String(hook.files).replace('(?ix)', '').replace(/\s/g, ''), 'i');
    // Names of which most are known, and some are not.
    const stems =
      'webpack webpack.config webpack.prod rspack.config vite.config electron.vite.config rollup.config esbuild';
    const more =
      'build-esbuild next.config nuxt.config vue.config svelte.config craco.config config-overrides babel.config';
    const scripts = [...stems.split(' '), ...more.split(' '), '.babelrc'].flatMap((stem) =>
      ['js', 'mjs', 'cts'].map((end) => `${stem}.${end}`),
    );
    const names = [
      ...scripts,
      ...'Dockerfile Dockerfile.dev Containerfile a.dockerfile Makefile makefile GNUmakefile Makefile.ci a.mk a.sh'.split(
        ' ',
      ),
      ...'compose.yaml docker-compose.prod.yml docker-bake.hcl docker-bake.json bake.hcl ci-bake.hcl'.split(' '),
      ...'.github/workflows/ci.yml .gitlab-ci.yml Jenkinsfile Jenkinsfile.prod a.jenkinsfile .circleci/config.yml'.split(
        ' ',
      ),
      ...'azure-pipelines.yml cloudbuild.yaml cloudbuild.prod.json bitbucket-pipelines.yml .drone.yml'.split(' '),
      ...'.woodpecker.yml .woodpecker/a.yml .travis.yml buildspec.yml .buildkite/pipeline.yml skaffold.yaml'.split(' '),
      ...'.devcontainer/devcontainer.json .devcontainer.json heroku.yml fly.toml fly.prod.toml render.yaml'.split(' '),
      ...'k8s/deployment.yaml Kustomization values.yml'.split(' '),
    ];
    const known = names
      .flatMap((name) => [name, `deep/er/${name}`])
      .filter((path) => recognise(path) !== undefined || deliveryLanguageOf(path) !== undefined);
    expect(known.length).toBeGreaterThan(150);
    expect(known.filter((path) => !pattern.test(path))).toEqual([]);
    const others = ['src/main.ts', 'README.md', 'go.mod', 'src/build.rs', 'a.json', 'lib/docker.py', 'Dockerfile/x.c'];
    expect(others.filter((path) => pattern.test(path))).toEqual([]);
  });

  describe.runIf(spawnSync('pre-commit', ['--version']).status === 0)('in the real pre-commit', () => {
    let repository = '';
    const git = (...args: readonly string[]): Ran =>
      run('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], repository);
    const webpack = (extra: string): string =>
      `module.exports = { mode: 'production', devtool: process.env.APP_ENV === 'testing' ? 'eval' : false };\n${extra}`;
    const dockerfile =
      'FROM node:20\nARG APP_ENV\nENV APP_ENV=$APP_ENV\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n';

    beforeAll(() => {
      repository = join(top, 'repository');
      const bin = join(project, 'node_modules/envariant/dist/bin.cjs');
      // No network: the hook as it is, but for where its program comes from.
      const entry = String(hook.entry).replace(/^envariant\b/, `${process.execPath} ${bin}`);
      const local = { repos: [{ repo: 'local', hooks: [{ ...hook, language: 'system', entry }] }] };
      write(repository, {
        '.pre-commit-config.yaml': JSON.stringify(local),
        'webpack.config.js': webpack(''),
        'package.json': '{ "scripts": { "build": "webpack" } }',
        Dockerfile: dockerfile,
        'api/Dockerfile':
          'FROM golang:1.22\nARG ENV\nRUN go build $(test "$ENV" = dev && echo -race) -o /usr/bin/a .\n',
        'tools/notes.yaml': 'a: 1\n',
        'src/main.ts': '',
      });
      git('init', '-q');
      git('add', '.');
      git('commit', '-qm', 'x');
    });

    const hookRun = (...changed: readonly string[]): Ran => {
      git('reset', '-q', '--hard');
      for (const name of changed) {
        const text = readFileSync(join(repository, name), 'utf8');
        writeFileSync(join(repository, name), name.endsWith('.ts') ? '1;\n' : `${text}\n`);
      }
      git('add', '.');
      return run('pre-commit', ['run', 'envariant', '--color', 'never'], repository);
    };

    it('is a manifest that it takes', () => {
      expect(run('pre-commit', ['validate-manifest', file], root)).toMatchObject({ status: 0 });
    });

    it('reports what the changed files take part in, and nothing else', () => {
      const { status, stdout } = hookRun('Dockerfile');
      expect(stdout).toContain('webpack.config.js:1:');
      expect(stdout).not.toContain('api/Dockerfile');
      expect(status).toBe(1);
    });

    it('passes where the changed files take no part, and skips what it does not know', () => {
      expect(hookRun('tools/notes.yaml')).toMatchObject({ status: 0, stdout: expect.stringContaining('Passed') });
      expect(hookRun('src/main.ts')).toMatchObject({ status: 0, stdout: expect.stringContaining('Skipped') });
    });
  });
});
