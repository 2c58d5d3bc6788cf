import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { commands } from '../src/hosts/cli/options.js';
import { checkSettings, settingsSchema } from '../src/lint/schema.js';
import { formatters } from '../src/report/formats.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

describe('README.md', () => {
  it('shows the real report of the example', () => {
    const shown = /<!-- output of[^\n]*-->\n\n```text\n([\s\S]*?)\n```/.exec(readme)?.[1];
    expect(shown).toBe(read('../examples/incident/expected.txt').trimEnd());
  });

  it('lists every rule with its summary', () => {
    const rows = rules.map((rule) => `| \`${rule.id}\` | ${rule.summary} |`);
    expect(readme).toContain(rows.join('\n'));
  });

  it('lists every format and every command', () => {
    expect(readme).toContain(formatters.map(({ name, summary }) => `| \`${name}\` | ${summary} |`).join('\n'));
    for (const command of commands) expect(readme).toMatch(new RegExp(`^\\| \`envariant \\[?${command}\\b`, 'm'));
  });

  it('shows settings that are right', () => {
    const shown = /## Settings[\s\S]*?```jsonc\n([\s\S]*?)\n```/.exec(readme)?.[1] ?? '';
    expect(checkSettings(parse(shown)).kind).toBe('good');
    const known = Object.keys(settingsSchema.entries);
    expect(Object.keys(parse(shown)).sort()).toEqual(known.sort());
  });

  it('has the test command that .ci/run runs, and scripts that exist', () => {
    const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(read('../package.json'));
    for (const [, name] of readme.matchAll(/npm run (\w+)/g)) expect(Object.keys(scripts)).toContain(name);
    expect(readme).toMatch(/^npm ci && npm run verify$/m);
  });
});

describe('the registry of rules', () => {
  it('has every folder, under the name of its rule', () => {
    const folders = readdirSync(new URL('../rules', import.meta.url), { withFileTypes: true });
    expect(rules.map((rule) => rule.id)).toEqual(
      folders
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort(),
    );
  });
});
