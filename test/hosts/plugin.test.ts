import { describe, expect, it } from 'vitest';
import { main } from '../../src/hosts/cli/main.js';
import { describedRules, lint, plan, recognise } from '../../src/index.js';
import { parseScript } from '../../src/script-parser.js';
import { folderWith } from './folder.js';

describe('a broken plugin is an error with its name, and the rest goes on', () => {
  const dockerfile =
    'FROM golang:1.22\nARG ENV\nRUN go build $(case "$ENV" in test) echo "-race ";; esac) -o /usr/bin/app .\n';
  it.each([
    ['throw new Error("no luck");', 'no luck (broken.mjs:1:7)'],
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
    const status = await main(['--format', 'good/n'], io, {
      lint,
      parseScript,
      plan,
      recognise,
      rules: describedRules,
    });
    expect(out.stderr).toBe(`envariant: envariant.config.json:2:15: the plugin ./broken.mjs is broken: ${reason}\n`);
    expect([status, out.stdout]).toEqual([2, '1\n']);
  });
});
