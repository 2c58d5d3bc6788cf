/* The scripts that are there for contributors. */
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { main } from '../src/hosts/cli/main.js';
import { testPages } from '../src/hosts/testing.js';
import { describedRules, lint, plan, recognise } from '../src/index.js';
import { parseScript } from '../src/script-parser.js';
import { folderWith } from './hosts/folder.js';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('npm run new-rule', () => {
  const make = (id: string, folder: string) =>
    spawnSync(process.execPath, [join(root, 'tools/new-rule.mjs'), id, '--into', folder], { encoding: 'utf8' });

  it('makes a rule whose page passes, and that compiles', async () => {
    const folder = folderWith({ 'package.json': '{ "type": "module" }' });
    expect(make('my-rule', folder).status).toBe(0);
    const { default: rule } = await import(pathToFileURL(join(folder, 'my-rule/rule.ts')).href);
    const names: string[] = [];
    // Cases run at once: one that does not pass throws.
    testPages(
      folder,
      {
        describe: (_name, body) => body(),
        it: (name, body) => {
          names.push(name);
          body();
        },
      },
      [...rules, rule],
    );
    expect(names.length).toBe(2);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const settings = join(folder, 'tsconfig.json');
    const paths = JSON.stringify({ 'envariant/plugin': [join(root, 'src/plugin.ts')] });
    const extended = JSON.stringify(join(root, 'tsconfig.json'));
    writeFileSync(
      settings,
      `{ "extends": ${extended}, "compilerOptions": { "noEmit": true, "rootDir": "/", "paths": ${paths} }, "include": ["my-rule"] }`,
    );
    expect(spawnSync(process.execPath, [compiler, '-p', settings], { encoding: 'utf8' }).stdout).toBe('');
  });

  it('refuses what is there already, and what is no id', () => {
    const folder = folderWith({ 'my-rule/rule.ts': '' });
    expect(make('my-rule', folder)).toMatchObject({ status: 2, stderr: expect.stringContaining('is there already') });
    expect(make('My rule', folder)).toMatchObject({ status: 2, stderr: expect.stringContaining('lower-case words') });
  });
});

describe('docs/output.svg', () => {
  it('is what the command line says today: npm run picture', async () => {
    const cwd = join(root, 'examples/incident');
    let ansi = '';
    const stream = { write: (text: string) => void (ansi += text), isTTY: false, columns: undefined };
    const io = { stdout: stream, stderr: stream, env: {}, cwd, now: () => 0 };
    await main(['--color'], io, { lint, parseScript, plan, recognise, rules: describedRules });
    const made = spawnSync(process.execPath, [join(root, 'tools/picture.mjs')], { input: ansi, encoding: 'utf8' });
    expect(made.stdout).toBe(readFileSync(join(root, 'docs/output.svg'), 'utf8'));
    expect(made.stdout).toContain('conditional-build-flags');
  });
});
