import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/hosts/cli/main.js';
import { describedRules, lint, plan, recognise } from '../../src/index.js';
import { parseScript } from '../../src/script-parser.js';
import { folderWith } from './folder.js';

const dockerfile =
  'FROM golang:1.22\nARG ENV\nRUN acmec x && go build $(case "$ENV" in test) echo "-race ";; esac) -o /usr/bin/app .\n';
const plugin = fileURLToPath(new URL('../../src/plugin.ts', import.meta.url));

/** Lints with a broken plugin, and with a good one that counts findings. */
async function lintWith(code: string, argv: readonly string[] = ['--format', 'good/n'], rules: object = {}) {
  const cwd = folderWith({
    Dockerfile: dockerfile,
    'broken.mjs': code.replaceAll('envariant/plugin', plugin),
    'good.mjs':
      'export default { name: "good", formatters: [{ name: "n", summary: "", format: (r) => `${r.findings.length}\\n` }] };',
    'envariant.config.json': `{\n  "plugins": ["./broken.mjs", "./good.mjs"],\n  "rules": ${JSON.stringify({ 'ambient-input': 'off', ...rules })}\n}`,
  });
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (out[name] += text),
    isTTY: false,
    columns: undefined,
  });
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, cwd, now: () => 0 };
  const status = await main(argv, io, { lint, parseScript, plan, recognise, rules: describedRules });
  return { status, ...out };
}

describe('a broken plugin is an error with its name, and the rest goes on', () => {
  it.each([
    ['throw new Error("no luck");', 'no luck (broken.mjs:1:7)'],
    ['export default 1;', 'its default export is no plugin: export default definePlugin({ … })'],
    ['export default { name: "A B" };', 'its `name` is not of lower-case letters, digits and hyphens'],
    ['export default { name: "a", rules: [{ id: "x" }] };', 'its rule `x` was not made by defineRule'],
    ['export default { name: "a", pages: "./rules" };', 'its `pages` are no URL of a folder: new URL('],
    ['export default { name: "a", rule: [] };', 'it has `rule`, which no plugin has'],
    [
      'export default { name: "a", formatters: [{ name: "x" }] };',
      'its format `x` lacks a `name` or the function `format`',
    ],
    ['export default { name: "a", commands: { x: {} } };', 'its command `x` has no `toolchain`'],
    [
      'export default { name: "a", commands: { x: { toolchain: "x", otherwise: "compiles" } } };',
      'its command `x` has `otherwise`, which is neither a role (compile, install-dependencies, install-packages, generate, copy, remove, edit, test, check, fetch, configure, clean, run) nor a function',
    ],
    [
      'export default { name: "a", commands: { x: { toolchain: "x", subcommands: { build: 1 } } } };',
      'its command `x` has `subcommands.build`, which is neither a role',
    ],
    [
      'export default { name: "a", commands: { x: { toolchain: "x", valued: ["-o"] } } };',
      'its command `x` has `valued`, which is no text of names with blanks between them',
    ],
    ['export default { name: "a", commands: { x: { toolchain: "x", subs: {} } } };', 'its command `x` has `subs`'],
    ['export default { name: "a", environments: { vals: {} } };', 'its `environments` have `vals`'],
    [
      'export default { name: "a", environments: { values: { gamma: "prod" } } };',
      'its environment `gamma` is none of production, staging, testing, development',
    ],
    ['export default { name: "a", environments: { selectors: "ZONE" } };', 'its `environments.selectors` are no list'],
  ])('%s', async (code, reason) => {
    // What its rules are called is unknown for that reason alone.
    const { status, stdout, stderr } = await lintWith(code, undefined, { 'broken/x': 'error' });
    expect(stderr).toContain(`envariant: envariant.config.json:2:15: the plugin ./broken.mjs is broken: ${reason}`);
    expect(stderr.split('\n').length).toBe(2);
    expect([status, stdout]).toEqual([2, '1\n']);
  });

  const rule = (check: string, more = '') => `import { definePlugin, defineRule } from 'envariant/plugin';
const at = { file: 'Dockerfile', start: 0, end: 4 };
const x = defineRule({
  id: 'x', summary: 's', category: 'conditional-build', severity: 'error', since: '1', subject: 'build', check: ${check}, ${more}
});
export default definePlugin({ name: 'broken', rules: [x] });`;

  it.each([
    ['subject: "step"', 'is about `step`, which is none of program, '],
    ['severity: "fatal"', 'has no `severity`: error, warning or info'],
    ['category: "mine"', 'has the category `mine`, which is none of conditional-build, '],
    ['summary: 1', 'has no `summary`'],
    ['options: []', 'has `options`, which are no object'],
    ['options: { a: true }', 'has the option `a`, which is no `{ type, summary, default }` of boolean, number, '],
    [
      'options: { a: { type: "number", summary: "s", default: "1" } }',
      'has the option `a`, whose `default` must be a number, not "1"',
    ],
  ])('a rule with %s', async (more, reason) => {
    const { status, stdout, stderr } = await lintWith(rule('() => []', more));
    expect(stderr).toContain(`the plugin ./broken.mjs is broken: its rule \`x\` ${reason}`);
    expect([status, stdout]).toEqual([2, '1\n']);
  });

  it('gives its options to a rule, with their defaults, and refuses others', async () => {
    const check = 'function* (_, { options }) { yield { at, message: JSON.stringify(options), help: "h" }; }';
    const code = rule(check, 'options: { a: { type: "strings", summary: "s", default: [] } }');
    const given = async (options: object) =>
      lintWith(code, ['--format', 'compact'], { 'broken/x': ['error', options], 'conditional-build-flags': 'off' });
    expect((await given({})).stdout).toContain('error: {"a":[]} [broken/x]');
    expect((await given({ a: ['b'] })).stdout).toContain('error: {"a":["b"]} [broken/x]');
    const { status, stderr } = await given({ unknown: 1 });
    expect(status).toBe(2);
    expect(stderr).toContain('the rule broken/x has no option "unknown"; it has a');
  });

  it('explains a rule that has no page by what it says of itself', async () => {
    const code = rule('() => []', 'options: { a: { type: "boolean", summary: "Whether", default: false } }');
    const { status, stdout } = await lintWith(code, ['explain', 'broken/x']);
    expect([status, stdout]).toEqual([0, 'broken/x\n\ns (error).\n\nOptions\n\n• `a`: Whether\n']);
  });

  it('refuses a second plugin of one name, and a second rule of one id', async () => {
    const twin = 'export default { name: "good" };';
    expect((await lintWith(twin)).stderr).toContain(
      'envariant.config.json:2:31: the plugin ./good.mjs is broken: its name is that of the plugin ./broken.mjs: good',
    );
    const { stderr } = await lintWith(rule('() => []').replace('[x]', '[x, x]'));
    expect(stderr).toContain('the plugin ./broken.mjs is broken: it has two rules `x`');
  });

  it.each([
    ['() => { throw new Error("no luck"); }', 'no luck'],
    ['() => 5', 'its `check` gives no list of findings'],
    ['async () => []', 'its `check` gives no list of findings'],
    ['function* () { yield {}; }', 'it yields a finding without `at`: a file, a start and an end'],
    ['function* () { yield { at: { ...at, end: NaN } }; }', 'it yields a finding without `at`'],
    ['function* () { yield { at, message: 5, help: "" }; }', 'it yields a finding without the text `message`'],
    ['function* () { yield { at, message: "m" }; }', 'it yields a finding without the text `help`'],
    ['function* () { yield { at, message: "m", help: "h", severity: "bad" }; }', 'it yields a finding with `severity`'],
    ['function* () { yield { at, message: "m", help: "h", related: [1] }; }', 'it yields a finding with `related`'],
    ['function* () { yield { at, message: "m", help: "h", fixes: [{}] }; }', 'it yields a finding with `fixes`'],
  ])('a rule whose check is %s', async (check, reason) => {
    const { status, stdout, stderr } = await lintWith(rule(check));
    expect(stderr).toContain(`envariant: Dockerfile:1:1: the rule broken/x failed: ${reason}`);
    expect([status, stdout]).toEqual([2, '1\n']);
  });

  it.each([
    ['() => { throw new Error("no luck"); }', 'no luck'],
    ['() => 5', 'it gives no role'],
  ])('a command whose function is %s', async (otherwise, reason) => {
    const code = `export default { name: 'broken', commands: { acmec: { toolchain: 'x', otherwise: ${otherwise} } } };`;
    const { status, stdout, stderr } = await lintWith(code);
    expect(stderr).toContain(`Dockerfile:3:5: the plugin broken failed for the command \`acmec\`: ${reason}\n`);
    expect([status, stdout]).toEqual([2, '1\n']);
  });

  it('a format that changes the report', async () => {
    const format = 'format(r) { r.findings.length = 0; r.summary.errors = 0; return ""; }';
    const code = `export default { name: 'broken', formatters: [{ name: 'f', summary: '', ${format} }] };`;
    const { status, stdout } = await lintWith(code, ['--format', 'broken/f', '--format', 'good/n']);
    expect([status, stdout]).toEqual([1, '1\n']);
  });
});
