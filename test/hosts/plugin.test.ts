/*
 * The example plugin as a third party has it: the package that `npm pack` makes is unpacked into the node_modules of an
 * empty project, the plugin beside it, and everything runs in processes of their own. Slow, as it builds the package.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/hosts/cli/main.js';
import { describedRules, lint, plan, recognise } from '../../src/index.js';
import { folderWith } from './folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('a broken plugin is an error with its name, and the rest goes on', () => {
  const dockerfile =
    'FROM golang:1.22\nARG ENV\nRUN go build $(case "$ENV" in test) echo "-race ";; esac) -o /usr/bin/app .\n';
  it.each([
    ['throw new Error("no luck");', 'no luck'],
    ['export default 1;', 'its default export is no plugin: export default definePlugin({ … })'],
    ['export default { name: "A B" };', 'its `name` is not of lower-case letters, digits and hyphens'],
    ['export default { name: "a", rules: [{ id: "x" }] };', 'its rule `x` was not made by defineRule'],
    ['export default { name: "a", rule: [] };', 'it has `rule`, which no plugin has'],
    [
      'export default { name: "a", formatters: [{ name: "x" }] };',
      'its format `x` lacks a `name` or the function `format`',
    ],
    ['export default { name: "a", commands: { x: {} } };', 'its command `x` has no `toolchain`'],
  ])('%s', async (code, reason) => {
    const cwd = folderWith({
      Dockerfile: dockerfile,
      'broken.mjs': code,
      'good.mjs':
        'export default { name: "good", formatters: [{ name: "n", summary: "", format: (r) => `${r.findings.length}\\n` }] };',
      'envariant.config.json':
        '{\n  "plugins": ["./broken.mjs", "./good.mjs"],\n  "rules": { "broken/x": "error", "ambient-input": "off" }\n}',
    });
    const out = { stdout: '', stderr: '' };
    const stream = (name: 'stdout' | 'stderr') => ({
      write: (text: string) => void (out[name] += text),
      isTTY: false,
      columns: undefined,
    });
    const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, cwd, now: () => 0 };
    const status = await main(['--format', 'good/n'], io, { lint, plan, recognise, rules: describedRules });
    expect(out.stderr).toBe(`envariant: envariant.config.json:2:15: the plugin ./broken.mjs is broken: ${reason}\n`);
    expect([status, out.stdout]).toEqual([2, '1\n']);
  });
});

describe('examples/plugin, installed from npm pack', () => {
  let project = '';
  const node = (args: readonly string[], cwd = project) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd,
      encoding: 'utf8',
      // The test runner of Node.js must not think that it runs inside of another one.
      env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
    });
    return { status, stdout, stderr };
  };
  const envariant = (...args: readonly string[]) => node(['node_modules/envariant/dist/bin.cjs', ...args]);

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'envariant-plugin-'));
    // Packed from a copy: other tests may use dist/ meanwhile.
    const copy = join(project, 'source');
    mkdirSync(copy);
    for (const name of ['src', 'rules', 'package.json', 'build.mjs', 'tsconfig.json', 'README.md', 'LICENSE'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    execFileSync('ln', ['-s', join(root, 'node_modules'), join(copy, 'node_modules')]);
    execFileSync(process.execPath, ['build.mjs'], { cwd: copy, stdio: 'pipe' });
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: copy, stdio: 'pipe' });
    const packed = readdirSync(project).find((name) => name.endsWith('.tgz')) ?? '';
    const home = join(project, 'node_modules', 'envariant');
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['-xzf', join(project, packed), '-C', home, '--strip-components=1']);
    cpSync(join(root, 'examples/plugin'), join(project, 'node_modules/envariant-plugin-example'), { recursive: true });
    writeFileSync(
      join(project, 'Dockerfile'),
      'FROM debian:nightly\nARG ACME_ZONE\nUSER u-$ACME_ZONE\nRUN acmec build -o x $(test "$ACME_ZONE" = a && echo --checks) x.acme\nRUN acmec show $ACME_ZONE\n',
    );
    const settings = {
      plugins: ['envariant-plugin-example'],
      rules: { 'acme/floating-base': ['error', { tags: ['nightly'] }] },
    };
    writeFileSync(join(project, 'envariant.config.json'), JSON.stringify(settings));
  }, 240_000);
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('runs its rule with options, its selectors and its format', () => {
    const { status, stdout, stderr } = envariant('--format', 'acme/csv');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      '"Dockerfile","1","acme/floating-base","`debian:nightly` is another image tomorrow."',
      expect.stringMatching(/^"Dockerfile","3","conditional-settings",/),
      expect.stringMatching(/^"Dockerfile","4","conditional-build-flags",/),
      '',
    ]);
    expect(status).toBe(1);
    expect(envariant('rules').stdout).toContain('acme/floating-base');
  });

  it('passes its own tests', () => {
    const { status, stdout } = node(['--test'], join(project, 'node_modules/envariant-plugin-example'));
    expect(stdout).toMatch(/# pass [1-9]/);
    expect(status).toBe(0);
  });

  it('finds the pages and the schema in the package', () => {
    expect(envariant('explain', 'shell-trap').stdout).toMatch(/^shell-trap\n/);
    const schema = JSON.parse(readFileSync(join(project, 'node_modules/envariant/dist/schema.json'), 'utf8'));
    expect(Object.keys(schema.properties)).toContain('environments');
  });
});
