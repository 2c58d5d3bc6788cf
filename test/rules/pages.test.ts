import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.js';
import { parsePage, testPages, testStories } from '../../src/hosts/testing.js';

const folder = fileURLToPath(new URL('../../rules', import.meta.url));
const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('rules/index.ts', () => {
  it('has every folder: node build.mjs --rules writes it', () => {
    expect(rules.map(({ id }) => id)).toEqual(folders.map(({ name }) => name).sort());
  });

  it.each(rules)('$id has a page that shows what it finds and what it leaves alone', ({ id }) => {
    const page = readFileSync(join(folder, id, 'README.md'), 'utf8');
    expect(page.split('\n')[0]).toBe(`# ${id}`);
    const spoken = parsePage(page).map(({ findings }) => findings.includes(` ${id}`));
    expect(spoken).toContain(true);
    expect(spoken).toContain(false);
  });

  it.each(rules.filter(({ options }) => Object.keys(options).length > 0))(
    '$id has a page that shows what its options do',
    ({ id, options }) => {
      const page = readFileSync(join(folder, id, 'README.md'), 'utf8');
      const [, section = ''] = page.split('\n## Options\n');
      for (const name of Object.keys(options)) expect(section).toContain(`\`${name}\``);
      const settings = parsePage(page).map(({ files }) => files.get('envariant.config.jsonc') ?? '');
      for (const name of Object.keys(options)) expect(settings.join('')).toContain(`"${name}"`);
    },
  );
});

const runner = { describe, it, isUpdate: () => expect.getState().snapshotState.snapshotUpdateState === 'all' };

describe('rules', () => testPages(folder, runner));

describe('examples', () => testStories(examples, runner));
