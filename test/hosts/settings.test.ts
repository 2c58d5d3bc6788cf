import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/hosts/cli/main.js';
import type { Core } from '../../src/hosts/core.js';
import { describedRules, lint, plan, recognise, survey } from '../../src/index.js';
import { checkSettings, settingsJsonSchema } from '../../src/lint/schema.js';
import { parseScript } from '../../src/script-parser.js';
import { folderWith } from './folder.js';

const core: Core = { lint, plan, recognise, survey, rules: describedRules, parseScript };
const dockerfile =
  'FROM golang:1.22\nARG ENV\nRUN go build $(case "$ENV" in (local|testing) echo "-race ";; esac) -o /usr/bin/app .\n';
const rule = 'conditional-build-flags';

async function run(cwd: string, argv: readonly string[] = [], input = '') {
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (out[name] += text),
    isTTY: false,
    columns: undefined,
  });
  const io = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env: {},
    cwd,
    now: () => 0,
    readInput: () => input,
  };
  const status = await main(argv, io, core);
  return { status, ...out };
}

const json = async (cwd: string, argv: readonly string[] = []) =>
  JSON.parse((await run(cwd, [...argv, '--format', 'json'])).stdout);

/** A project with one finding and a settings file. */
const project = (settings: object | string, name = 'envariant.config.json') =>
  folderWith({ Dockerfile: dockerfile, [name]: typeof settings === 'string' ? settings : JSON.stringify(settings) });

describe('where settings are found', () => {
  const off = { rules: { [rule]: 'off' } };
  it.each([
    ['envariant.config.json', JSON.stringify(off)],
    ['envariant.config.jsonc', `// why\n{ "rules": { "${rule}": "off", }, }`],
    ['envariant.config.yaml', `rules:\n  ${rule}: off\n`],
    ['envariant.config.mjs', `export default ${JSON.stringify(off)};`],
    ['package.json', JSON.stringify({ name: 'x', envariant: off })],
  ])('%s', async (name, text) => {
    expect((await run(project(text, name))).status).toBe(0);
  });

  it('goes up to the nearest file, and not beyond the repository', async () => {
    const root = folderWith({
      'envariant.config.json': JSON.stringify(off),
      'a/b/Dockerfile': dockerfile,
      'c/.git/HEAD': '',
      'c/Dockerfile': dockerfile,
      'd/package.json': '{"name": "d"}',
      'd/Dockerfile': dockerfile,
    });
    expect((await run(join(root, 'a/b'))).status).toBe(0);
    expect((await run(join(root, 'c'))).status).toBe(1);
    expect((await run(join(root, 'd'))).status).toBe(0);
    expect((await run(join(root, 'c'), ['--config', '../envariant.config.json'])).status).toBe(0);
  });

  it('says so when what is named is no file', async () => {
    const { status, stderr } = await run(folderWith({ 'tools/Dockerfile': dockerfile }), ['--config', 'tools']);
    expect([status, stderr]).toEqual([2, 'envariant: tools: it is a folder\n']);
  });

  it('does not choose between two', async () => {
    const cwd = folderWith({ 'envariant.config.json': '{}', 'envariant.config.yaml': '' });
    const { status, stderr } = await run(cwd);
    expect(status).toBe(2);
    expect(stderr).toContain('several settings in this folder: envariant.config.json, envariant.config.yaml; keep one');
  });
});

describe('what is wrong is said with its place, and the status is 2', () => {
  it.each([
    [
      'envariant.config.json',
      '{\n  "ruls": {}\n}',
      'envariant.config.json:2:3: there is no setting "ruls"; did you mean "rules"?',
    ],
    [
      'envariant.config.jsonc',
      `{\n  "rules": { "${rule}": "eror" }\n}`,
      `envariant.config.jsonc:2:41: rules.${rule} is "off", "on", "info", "warning", "error" or [severity, options], not "eror"; did you mean "error"?`,
    ],
    [
      'envariant.config.yaml',
      'overrides:\n  - files: ["a"]\n    rule: {}\n',
      'envariant.config.yaml:3:5: there is no setting "rule" in overrides[0]; did you mean "rules"?',
    ],
    [
      'package.json',
      '{\n  "envariant": {\n    "failOn": true\n  }\n}',
      'package.json:3:15: failOn is "error", "warning" or "info", not true',
    ],
    [
      'envariant.config.json',
      '{ "rules": { "conditional-build-flag": "off" } }',
      `envariant.config.json:1:14: there is no rule "conditional-build-flag"; did you mean "${rule}"?`,
    ],
    [
      'envariant.config.json',
      '{ "categories": { "instrumentaton": "off" } }',
      'envariant.config.json:1:19: there is no setting "instrumentaton" in categories; did you mean "instrumentation"?',
    ],
    ['envariant.config.json', '{ "overrides": [{}] }', 'envariant.config.json:1:17: "files" is missing here'],
    ['envariant.config.json', '{ "ignore": "a" }', 'envariant.config.json:1:13: ignore is a list, not "a"'],
    ['envariant.config.json', '[]', 'envariant.config.json:1:1: the file is an object, not a list'],
    ['envariant.config.json', '{ "rules": [] }', 'envariant.config.json:1:12: rules is an object, not a list'],
    [
      'envariant.config.json',
      '{ "environments": { "production": [] } }',
      'envariant.config.json:1:35: environments.production is an object, not a list',
    ],
    [
      'envariant.config.json',
      '{ "environments": { "production": {} } }',
      'envariant.config.json:1:35: environments.production is empty, so it says nothing',
    ],
    [
      'envariant.config.json',
      '{ "environments": { "": { "ENV": "a" } } }',
      'envariant.config.json:1:21: a name in environments is empty',
    ],
    [
      'envariant.config.yaml',
      'environments:\n  production:\n    ENV: []\n',
      'envariant.config.yaml:3:10: environments.production.ENV is empty, so it says nothing',
    ],
    [
      'envariant.config.json',
      '{ "overrides": [{ "files": [] }] }',
      'envariant.config.json:1:28: overrides[0].files is empty, so it says nothing',
    ],
    [
      'envariant.config.json',
      '{ "presets": ["strickt"] }',
      'envariant.config.json:1:15: presets[0] is "recommended" or "strict", not "strickt"; did you mean "strict"?',
    ],
    [
      'envariant.config.json',
      '{ "environments": { "production": { "ENV": 3 } } }',
      'envariant.config.json:1:44: environments.production.ENV is a string, null or a list, not 3',
    ],
    [
      'envariant.config.json',
      '{ "environments": { "production": { "ENV": ["a", 3] } } }',
      'envariant.config.json:1:50: environments.production.ENV[1] is a string or null, not 3',
    ],
    [
      'envariant.config.json',
      `{ "rules": { "${rule}": ["warning"] } }`,
      `envariant.config.json:1:41: rules.${rule} is [severity, options], and the second is missing`,
    ],
    [
      'envariant.config.json',
      `{ "rules": { "${rule}": ["warning", {}, {}] } }`,
      `envariant.config.json:1:57: rules.${rule} is [severity, options], and nothing more`,
    ],
    [
      'envariant.config.json',
      `{ "rules": { "${rule}": ["wran", {}] } }`,
      `envariant.config.json:1:42: rules.${rule}[0] is "off", "on", "info", "warning" or "error", not "wran"`,
    ],
    [
      'envariant.config.json',
      '{ "rules": { "__proto__": "off" } }',
      'envariant.config.json:1:14: nothing is called "__proto__" here',
    ],
    [
      'envariant.config.yaml',
      'environments:\n  constructor: { ENV: a }\n',
      'envariant.config.yaml:2:3: nothing is called "constructor" here',
    ],
    ['package.json', '{\n "envariant": { "failOn": "x" }\n', 'package.json:3:1: this is no JSON: close brace expected'],
    ['envariant.config.yaml', '- rules\n', 'envariant.config.yaml:1:1: the file is an object, not a list'],
    ['envariant.config.json', 'null', 'envariant.config.json:1:1: the file is an object, not null'],
    [
      'envariant.config.jsonc',
      '{\n  "failOn": "error",\n  "failOn": "info"\n}',
      'envariant.config.jsonc:3:3: the key "failOn" is given twice',
    ],
    [
      'package.json',
      '{ "a": 1, "a": 2, "envariant": { "rules": {}, "rules": {} } }',
      'package.json:1:47: the key "rules" is given twice',
    ],
    ['envariant.config.json', '-> /nonexistent', 'envariant.config.json: it is a symbolic link to nothing'],
    [
      'envariant.config.json',
      '-> envariant.config.json',
      'envariant.config.json: it is a symbolic link that leads back to itself',
    ],
    ['envariant.config.json', '\0', 'envariant.config.json: it is a binary file'],
    [
      'envariant.config.json',
      '{ "extends": "fs" }',
      'envariant.config.json:1:14: there are no settings "fs" to extend',
    ],
    ['envariant.config.json', '{ "ignore" ["a"] }', 'envariant.config.json:1:12: this is no JSON: colon expected'],
    [
      'envariant.config.json',
      '{ "extends": "./none.json" }',
      'envariant.config.json:1:14: there are no settings "./none.json" to extend',
    ],
    [
      'envariant.config.mjs',
      'export default { ruls: {} };',
      'envariant.config.mjs:1:18: there is no setting "ruls"; did you mean "rules"?',
    ],
    [
      'envariant.config.mjs',
      'const own = (x) => x;\nconst all = { "failOn": true };\nexport default own(all);\n',
      'envariant.config.mjs:2:25: failOn is "error", "warning" or "info", not true',
    ],
    [
      'envariant.config.mjs',
      'export { all as default };\nconst all = { ignore: ["a", 1] };\n',
      'envariant.config.mjs:2:29: ignore[1] is a string, not 1',
    ],
    [
      'envariant.config.mjs',
      'export const all = [{}];\nexport default { ...{ failOn: true }, ignore: all.map(() => 1) };\n',
      'envariant.config.mjs:2:47: ignore[0] is a string, not 1',
      'envariant.config.mjs:2:16: failOn is "error", "warning" or "info", not true',
    ],
    [
      'envariant.config.mjs',
      'export const x = 1;',
      'envariant.config.mjs: it has no default export: export default { … }',
    ],
    [
      'envariant.config.mjs',
      "import none from './none.mjs';\nexport default none;",
      'envariant.config.mjs:1:18: it cannot be loaded: there is no module "./none.mjs"',
    ],
  ])('%s %j', async (name, text, ...messages) => {
    const { status, stderr, stdout } = await run(project(text, name));
    expect(stderr).toBe(messages.map((message) => `envariant: ${message}\n`).join(''));
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('the options of rules', () => {
  const option = 'unknown-build-argument';

  it.each([
    [
      { rules: { [option]: ['on', { alow: [] }] } },
      `1:43: the rule ${option} has no option "alow"; did you mean "allow"?`,
    ],
    [{ rules: { [option]: ['on', { names: [] }] } }, `1:43: the rule ${option} has no option "names"; it has allow`],
    [{ rules: { [rule]: ['on', { allow: [] }] } }, `1:44: the rule ${rule} has no option "allow"; it has none`],
    [
      { rules: { [option]: ['on', { allow: 'A' }] } },
      `1:51: the option "allow" of ${option} is a list of strings, not "A"`,
    ],
    [
      { rules: { [option]: ['on', { allow: ['A', 1] }] } },
      `1:51: the option "allow" of ${option} is a list of strings, and 1 is none`,
    ],
    [
      { rules: { 'ambient-input': ['on', { allow: ['clok'] }] } },
      '1:42: the option "allow" of ambient-input is one of "clock", "host", "user", "random", not "clok"; did you mean "clock"?',
    ],
    [
      { overrides: [{ files: ['a'], rules: { [option]: ['on', { alow: [] }] } }] },
      `1:71: the rule ${option} has no option "alow"; did you mean "allow"?`,
    ],
    [
      { rules: { 'unused-suppression': ['on', { a: 1 }] } },
      '1:39: the rule unused-suppression has no option "a"; it has none',
    ],
  ])('%j', async (settings, message) => {
    const { status, stderr } = await run(project(settings));
    expect([status, stderr]).toEqual([2, `envariant: envariant.config.json:${message}\n`]);
  });

  it('are listed with the rules, and known to the JSON Schema', async () => {
    const listed = JSON.parse((await run(folderWith({}), ['rules', '--format', 'json'])).stdout);
    const found = listed.find(({ id }: { readonly id: string }) => id === option);
    expect(found.options).toEqual({ allow: { type: 'strings', summary: expect.any(String), default: [] } });
    const validate = new Ajv({ strict: false }).compile(settingsJsonSchema(describedRules));
    const isGood = (options: object): boolean => validate({ rules: { [option]: ['on', options] } });
    expect([{ allow: ['A'] }, {}, { allow: 'A' }, { alow: [] }].map(isGood)).toEqual([true, true, false, false]);
    expect(validate({ rules: { 'mine/rule': ['on', { any: 1 }] } })).toBe(true);
  });

  it('hold for the files that overrides name: what a rule about an image looks at is its Dockerfile', async () => {
    const cwd = folderWith({
      Dockerfile: 'FROM alpine\nRUN touch /a\n',
      Makefile: 'image:\n\tdocker build --build-arg ENV=a --build-arg DEBUG=1 .\n',
      'envariant.config.json': JSON.stringify({
        overrides: [{ files: ['Dockerfile'], rules: { [option]: ['on', { allow: ['ENV'] }] } }],
      }),
    });
    const { stdout } = await run(cwd, ['--format', 'compact']);
    expect(stdout).toContain('declares no argument DEBUG');
    expect(stdout).not.toContain('declares no argument ENV');
  });
});

describe('what settings do', () => {
  it('sets severities, by rule before category, and by file', async () => {
    const of = async (settings: object) =>
      (await json(project(settings))).findings.map((one: { severity: string }) => one.severity);
    expect(await of({})).toEqual(['error']);
    expect(await of({ rules: { [rule]: 'info' } })).toEqual(['info']);
    expect(await of({ rules: { [rule]: ['warning', {}] }, categories: { 'conditional-build': 'off' } })).toEqual([
      'warning',
    ]);
    expect(
      await of({ rules: { [rule]: 'off' }, overrides: [{ files: ['Docker*'], rules: { [rule]: 'on' } }] }),
    ).toEqual(['error']);
    expect(await of({ overrides: [{ files: ['other/**'], rules: { [rule]: 'off' } }] })).toEqual(['error']);
    expect(await of({ ignore: ['Dockerfile'] })).toEqual([]);
  });

  it('fails from failOn on, unless the command line says otherwise; presets set it too', async () => {
    const info = { rules: { [rule]: 'info' } };
    expect((await run(project(info))).status).toBe(0);
    expect((await run(project({ ...info, failOn: 'info' }))).status).toBe(1);
    expect((await run(project({ ...info, presets: 'strict' }))).status).toBe(1);
    expect((await run(project({ ...info, failOn: 'info' }), ['--fail-on', 'error'])).status).toBe(0);
  });

  it('extends files, the nearer ones winning, and refuses circles', async () => {
    const cwd = folderWith({
      Dockerfile: dockerfile,
      'envariant.config.json': '{ "extends": ["./base.json"], "failOn": "error" }',
      'base.json': `{ "extends": "./deep.yaml", "rules": { "${rule}": "warning" } }`,
      'deep.yaml': `failOn: info\nrules: { ${rule}: off }\n`,
    });
    const { findings } = await json(cwd);
    expect(findings.map((one: { severity: string }) => one.severity)).toEqual(['warning']);
    expect((await run(cwd)).status).toBe(0);
    writeFileSync(join(cwd, 'deep.yaml'), 'extends: ./base.json\n');
    expect((await run(cwd)).stderr).toContain('deep.yaml:1:10: "./base.json" extends these settings itself');
  });

  it('names environments in findings', async () => {
    const environments = { production: { ENV: 'prod' }, testing: { ENV: ['testing', 'local'] }, dev: { OTHER: 'x' } };
    const cwd = project({ environments });
    expect((await json(cwd)).findings[0].variants.map((one: { environments?: string[] }) => one.environments)).toEqual([
      ['testing'],
      ['production'],
    ]);
    const { stdout } = await run(cwd);
    expect(stdout).toContain('testing (ENV=local, testing) → go build -race');
    expect(stdout).toContain('production (otherwise)');
  });

  it('adds selectors and ignores some', async () => {
    const text = 'FROM debian:12\nARG FLAVOR\nRUN if [ "$FLAVOR" = big ]; then apt-get install -y gdb; fi\n';
    const cwd = folderWith({ Dockerfile: text });
    const count = async () => (await json(cwd)).findings.length;
    expect(await count()).toBe(0);
    writeFileSync(join(cwd, 'envariant.config.json'), '{ "selectors": { "add": ["FLAVOR"] } }');
    expect(await count()).toBe(1);
    writeFileSync(join(cwd, 'envariant.config.json'), '{ "selectors": { "add": ["FLAVOR"], "ignore": ["FLAVOR"] } }');
    expect(await count()).toBe(0);
  });
});

describe('the baseline', () => {
  it('accepts what is there, also when lines move, but not one more of the same', async () => {
    const cwd = folderWith({ Dockerfile: dockerfile });
    expect((await run(cwd, ['--suppress-all'])).status).toBe(0);
    writeFileSync(join(cwd, 'Dockerfile'), `# moved\n\n${dockerfile}`);
    const moved = await run(cwd);
    expect([moved.status, moved.stdout]).toEqual([0, '✔ 1 build file: nothing new, 1 suppressed\n']);
    const [, , step] = dockerfile.split('\n');
    writeFileSync(join(cwd, 'Dockerfile'), `${dockerfile}${step}\n`);
    const more = await json(cwd);
    expect([more.findings.length, more.summary.suppressed]).toEqual([1, 1]);
  });

  it('is told by json and sarif, with comments, and can be hidden there', async () => {
    const cwd = folderWith({
      'a/Dockerfile': dockerfile,
      'b/Dockerfile': dockerfile.replace('RUN', `# envariant-ignore ${rule} -- tests need it\nRUN`),
    });
    await run(cwd, ['--suppress-all']);
    const { findings, suppressed, summary } = await json(cwd);
    expect([findings, summary.suppressed]).toEqual([[], 2]);
    expect(suppressed).toEqual([
      expect.objectContaining({
        rule,
        location: expect.objectContaining({ file: 'b/Dockerfile', line: 4 }),
        suppression: {
          kind: 'comment',
          reason: 'tests need it',
          location: { file: 'b/Dockerfile', line: 3, column: 1, endLine: 3, endColumn: 60 },
        },
      }),
      expect.objectContaining({ location: expect.objectContaining({ file: 'a/Dockerfile' }) }),
    ]);
    expect(suppressed[1].suppression).toEqual({ kind: 'baseline' });
    const around = await json(cwd, ['--around', 'a/Dockerfile']);
    expect([around.suppressed.length, around.summary.suppressed]).toEqual([1, 1]);
    const sarif = JSON.parse((await run(cwd, ['--format', 'sarif'])).stdout);
    expect(sarif.runs[0].results.map((one: { suppressions: { kind: string }[] }) => one.suppressions[0]?.kind)).toEqual(
      ['inSource', 'external'],
    );
    const hidden = await json(cwd, ['--hide-suppressed']);
    expect([hidden.suppressed, hidden.summary.suppressed]).toEqual([undefined, 2]);
    expect(JSON.parse((await run(cwd, ['--format', 'sarif', '--hide-suppressed'])).stdout).runs[0].results).toEqual([]);
  });

  it('is pruned of what is gone, and a run over a part leaves the rest alone', async () => {
    const cwd = folderWith({ 'a/Dockerfile': dockerfile, 'b/Dockerfile': dockerfile });
    await run(cwd, ['--suppress-all']);
    writeFileSync(join(cwd, 'a/Dockerfile'), 'FROM debian:12\n');
    expect((await run(cwd, ['b', '--prune-suppressions'])).stderr).toContain('0 suppressions removed');
    expect((await run(cwd, ['--prune-suppressions'])).stderr).toContain('1 suppression removed');
    const { suppressions } = JSON.parse(readFileSync(join(cwd, 'envariant-suppressions.json'), 'utf8'));
    expect(Object.keys(suppressions)).toEqual(['b/Dockerfile']);
    expect((await run(cwd)).status).toBe(0);
  });

  it('is refused when it is damaged', async () => {
    const cwd = folderWith({ Dockerfile: dockerfile, 'envariant-suppressions.json': '{"version": 2}' });
    const { status, stderr } = await run(cwd);
    expect([status, stderr]).toEqual([
      2,
      'envariant: envariant-suppressions.json is no baseline of this version; --suppress-all writes it anew\n',
    ]);
  });

  it('may have the mark of order that editors write', async () => {
    const text = '\ufeff{ "version": 1, "suppressions": {} }';
    const cwd = folderWith({ Dockerfile: dockerfile, 'envariant-suppressions.json': text });
    expect(await run(cwd, ['--format', 'compact'])).toMatchObject({ status: 1, stderr: '' });
  });
});

describe('parts of a project', () => {
  it('lints the standard input in its place', async () => {
    const cwd = folderWith({ 'a/Dockerfile': 'FROM debian:12\n' });
    const { status, stdout } = await run(cwd, ['--stdin', '--stdin-filename', 'a/Dockerfile'], dockerfile);
    expect(status).toBe(1);
    expect(stdout).toContain(`a/Dockerfile:3:5  error  ${rule}`);
  });

  it('lints the standard input with the project around it', async () => {
    const cwd = folderWith({
      'api/Dockerfile': 'FROM debian:12\n',
      'web/Dockerfile': dockerfile,
      Makefile: 'image:\n\tdocker build --build-arg ENV=local api\n',
    });
    const found = async (name: string, text: string) =>
      JSON.parse(
        (await run(cwd, ['--stdin', '--stdin-filename', name, '--around', '--format', 'json'], text)).stdout,
      ).findings.map((one: { rule: string; location: { file: string } }) => `${one.location.file} ${one.rule}`);
    expect(await found('api/Dockerfile', dockerfile)).toEqual([`api/Dockerfile ${rule}`]);
    expect(await found('Makefile', 'image:\n\tdocker build --build-arg ENV=local web\n')).toEqual([
      `web/Dockerfile ${rule}`,
    ]);
    expect(await found('new/Dockerfile', dockerfile)).toEqual([`new/Dockerfile ${rule}`]);
    expect(await found('README.md', '')).toEqual([]);
  });

  it('reports what touches changed files only', async () => {
    const cwd = folderWith({ 'a/Dockerfile': dockerfile, 'b/Dockerfile': dockerfile });
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], { cwd, stdio: 'pipe' });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'x');
    const found = async () =>
      (await json(cwd, ['--changed-since', 'HEAD'])).findings.map(
        (one: { location: { file: string } }) => one.location.file,
      );
    expect(await found()).toEqual([]);
    writeFileSync(join(cwd, 'b/Dockerfile'), `${dockerfile}# changed\n`);
    writeFileSync(join(cwd, 'Dockerfile.new'), dockerfile);
    expect(await found()).toEqual(['Dockerfile.new', 'b/Dockerfile']);
    const { status, stderr } = await run(cwd, ['--changed-since', 'nowhere']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('git knows no revision nowhere')]);
    expect((await run(folderWith({}), ['--changed-since', 'HEAD'])).stderr).toContain('this is no git repository');
  });

  it('leaves out what only the other branch has changed since they parted, unless nobody knows when that was', async () => {
    const cwd = folderWith({
      'sp ace/é/Dockerfile': dockerfile,
      'b/Dockerfile': dockerfile,
      'c/Dockerfile': dockerfile,
    });
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], { cwd, stdio: 'pipe' });
    const found = async (revision: string, folder = cwd) =>
      (await json(folder, ['--changed-since', revision])).findings.map(
        (one: { location: { file: string } }) => one.location.file,
      );
    git('init', '-q', '-b', 'main');
    // Before the first commit, all is new.
    git('add', 'b');
    expect(await found('HEAD')).toEqual(['b/Dockerfile', 'c/Dockerfile', 'sp ace/é/Dockerfile']);
    git('add', '.');
    git('commit', '-qm', 'x');
    git('checkout', '-qb', 'feature');
    git('mv', 'sp ace/é', 'sp ace/ü');
    git('commit', '-qm', 'x');
    git('checkout', '-q', 'main');
    writeFileSync(join(cwd, 'b/Dockerfile'), `${dockerfile}# changed\n`);
    git('commit', '-qam', 'x');
    git('checkout', '-q', 'feature');
    expect(await found('main')).toEqual(['sp ace/ü/Dockerfile']);
    expect(await found('main..HEAD')).toEqual(['b/Dockerfile', 'sp ace/ü/Dockerfile']);
    const shallow = folderWith({});
    execFileSync('git', ['clone', '-q', '--depth', '1', '--no-single-branch', `file://${cwd}`, shallow], {
      stdio: 'pipe',
    });
    expect(await found('origin/main', shallow)).toEqual(['b/Dockerfile', 'sp ace/ü/Dockerfile']);
  });

  it('--around lints all, and reports what the named files take part in', async () => {
    const cwd = folderWith({
      'web/Dockerfile': dockerfile,
      'api/Dockerfile': dockerfile,
      'README.md': 'nothing to lint',
    });
    const found = async (...paths: readonly string[]) =>
      (await json(cwd, ['--around', ...paths])).findings.map(
        (one: { rule: string; location: { file: string } }) => `${one.location.file} ${one.rule}`,
      );
    expect(await found('api/Dockerfile')).toEqual([`api/Dockerfile ${rule}`]);
    expect(await found('api')).toEqual([`api/Dockerfile ${rule}`]);
    expect(await found('README.md')).toEqual([]);
    expect((await run(cwd, ['README.md'])).status).toBe(2);
    expect((await run(cwd, ['--around', 'README.md', 'api/Dockerfile.gone'])).status).toBe(2);
  });

  it('accepts or prunes findings of a whole run only', async () => {
    const cwd = folderWith({ Dockerfile: dockerfile });
    const { status, stderr } = await run(cwd, ['--suppress-all', '--around', 'Dockerfile']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('--suppress-all needs all of it')]);
    expect((await run(cwd, ['--prune-suppressions', '--changed-since', 'HEAD'])).status).toBe(2);
  });

  it('reports errors only, and counts warnings', async () => {
    const cwd = project({ rules: { [rule]: 'warning' } });
    expect(await run(cwd, ['--quiet'])).toMatchObject({ status: 0 });
    expect((await run(cwd, ['--max-warnings', '1'])).status).toBe(0);
    expect((await run(cwd, ['--max-warnings', '0'])).status).toBe(1);
    expect((await run(cwd, ['--max-warnings', 'x'])).status).toBe(2);
  });
});

describe('the other commands', () => {
  it('init writes settings that are right, and overwrites none', async () => {
    const cwd = folderWith({
      Dockerfile: dockerfile,
      Makefile: 'image:\n\tdocker build --build-arg ENV=production .\n',
    });
    const first = await run(cwd, ['init']);
    expect(first.stdout).toBe(
      'Wrote envariant.config.jsonc.\nBuild files: Dockerfile, Makefile.\nCallers: Makefile.\nSelectors: ENV (local, production, testing).\nEnvironments: local, production, testing.\n',
    );
    const { stdout } = await run(cwd);
    expect(stdout).toContain('local, testing         → go build -race');
    expect(stdout).toContain('production (otherwise) → go build -o');
    expect((await run(cwd, ['init'])).status).toBe(2);
    expect((await run(cwd, ['init', '--force'])).status).toBe(0);
  });

  it('config prints what applies', async () => {
    const options = { allow: ['A'] };
    const optional = 'unknown-build-argument';
    const cwd = project({ overrides: [{ files: ['x/**'], rules: { [optional]: ['off', options] } }], ignore: ['y'] });
    const of = async (file: string) => JSON.parse((await run(cwd, ['config', file])).stdout);
    expect((await of('Dockerfile')).rules[rule]).toBe('warning');
    expect((await of('Dockerfile')).rules[optional]).toEqual(['warning', { allow: [] }]);
    expect((await of('x/Dockerfile')).rules[optional]).toEqual(['off', options]);
    expect((await of('y/Dockerfile')).ignored).toBe(true);
  });

  it('rules lists all, explain shows a page within the width', async () => {
    const cwd = folderWith({});
    const listed = JSON.parse((await run(cwd, ['rules', '--format', 'json'])).stdout);
    expect(listed).toEqual(describedRules);
    for (const { id } of describedRules) {
      const { stdout } = await run(cwd, ['explain', id]);
      expect(stdout.split('\n')[0]).toBe(id);
      for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
      expect(
        (await run(cwd, ['explain', id, '--color'])).stdout
          .split('\u001b[')
          .map((part, i) => (i === 0 ? part : part.replace(/^[\d;]*m/, '')))
          .join(''),
      ).toBe(stdout);
    }
    const { status, stderr } = await run(cwd, ['explain', 'conditional-step']);
    expect([status, stderr]).toEqual([
      2,
      'envariant: there is no rule conditional-step\n  Did you mean conditional-steps?\n',
    ]);
  });
});

describe('the JSON Schema', () => {
  const validate = new Ajv({ strict: false }).compile(settingsJsonSchema(describedRules));
  it.each([
    [{}, true],
    [{ $schema: 'x', extends: './a', plugins: ['./b'], presets: ['strict'] }, true],
    [{ environments: { production: { ENV: 'prod', DEBUG: null, X: ['a', null] } }, selectors: { add: ['A'] } }, true],
    [
      { rules: { [rule]: ['error', {}], 'mine/rule': ['off', { a: 1 }] }, categories: { instrumentation: 'off' } },
      true,
    ],
    [{ overrides: [{ files: ['a'], requireReason: true }], ignore: [], failOn: 'info' }, true],
    [{ ruls: {} }, false],
    [{ rules: { [rule]: 'fatal' } }, false],
    [{ rules: { [rule]: ['error'] } }, false],
    [{ rules: { [rule]: ['error', {}, 1] } }, false],
    [{ environments: { a: {} } }, false],
    [{ environments: { a: { b: [] } } }, false],
    [{ overrides: [{ files: [] }] }, false],
    [{ rules: [] }, false],
    [{ categories: { nothing: 'off' } }, false],
    [{ overrides: [{}] }, false],
    [{ failOn: 'off' }, false],
    [{ environments: { a: { b: 1 } } }, false],
  ])('%j: %s, as the validation says', (data, good) => {
    expect([validate(data), checkSettings(data).kind]).toEqual([good, good ? 'good' : 'bad']);
  });
});
