/* The pages in docs/ and the files that others read say what is so. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseJson } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { main } from '../src/hosts/cli/main.js';
import { options } from '../src/hosts/cli/options.js';
import { describedRules, lint, plan, recognise } from '../src/index.js';
import { checkSettings, settingsSchema } from '../src/lint/schema.js';
import { ruleFaults } from '../src/lint/settings.js';
import { formatters } from '../src/report/formats.js';
import { parseScript } from '../src/script-parser.js';
import { folderWith } from './hosts/folder.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);

interface Block {
  readonly page: string;
  readonly language: string;
  readonly file: string;
  readonly text: string;
}

const blocks = pages.flatMap((page): readonly Block[] =>
  [...read(page).matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = '', text = '']) => ({
      page,
      language,
      file,
      text,
    }),
  ),
);

async function envariant(cwd: string, ...argv: readonly string[]) {
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (out[name] += text),
    isTTY: false,
    columns: undefined,
  });
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, cwd, now: () => 0 };
  return { status: await main(argv, io, { lint, parseScript, plan, recognise, rules: describedRules }), ...out };
}

describe('every page', () => {
  it.each(pages)('%s links to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, to = '']) => join(page, '..', to));
    const missing = links.filter((to) => !existsSync(join(root, to)));
    expect(missing).toEqual([]);
  });

  it('uses options and formats that there are', () => {
    const known = new Set(options.map(({ name }) => `--${name}`));
    const calls = blocks.flatMap(({ text }) => [...text.matchAll(/\benvariant(?:@[\d.]+)?((?: +[^\s"'`#|]+)+)/g)]);
    const used = calls.flatMap(([, words = '']) => words.match(/--[a-z-]+/g) ?? []);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
    const formats = calls.flatMap(([, words = '']) => [...words.matchAll(/--format (\w+)/g)].map(([, name]) => name));
    const names = formatters.map(({ name }) => name);
    expect(formats.filter((name = '') => !names.includes(name))).toEqual([]);
  });

  it.each(blocks.filter(({ language }) => language === 'yaml' || language === 'json'))(
    '$page: $file is $language',
    ({ text }) => expect(typeof parse(text)).toBe('object'),
  );

  it('shows settings that are right', () => {
    const shown = blocks.filter(({ language, page }) => language === 'jsonc' && page === 'docs/settings.md');
    expect(shown.length).toBeGreaterThan(1);
    for (const { text } of shown) {
      const checked = checkSettings(parseJson(text));
      expect(checked.kind === 'good' ? ruleFaults(checked.settings, describedRules) : checked.faults).toEqual([]);
    }
  });
});

describe('docs/settings.md', () => {
  it('has a row for each key', () => {
    const rows = [...read('docs/settings.md').matchAll(/^\| `([$\w]+)` \|/gm)].map(([, key]) => key);
    expect(rows.sort()).toEqual(Object.keys(settingsSchema.entries).sort());
  });
});

describe('docs/suppression.md', () => {
  it('shows a suppression that works', async () => {
    const [block] = blocks.filter(({ page, file }) => page === 'docs/suppression.md' && file === 'Dockerfile');
    const { stdout } = await envariant(folderWith({ Dockerfile: block?.text ?? '' }), '--format', 'json');
    const { findings, summary } = JSON.parse(stdout);
    expect([findings, summary.suppressed]).toEqual([[], 1]);
  });
});

describe('the address of the repository', () => {
  const { repository, bugs, homepage } = parse(read('package.json'));
  const [, address = '', name = ''] =
    /^git\+(https:\/\/github\.com\/([\w-]+\/[\w-]+))\.git$/.exec(repository.url) ?? [];

  it('is that of package.json wherever it is written', () => {
    expect([bugs.url, homepage]).toEqual([`${address}/issues`, `${address}#readme`]);
    const texts = [...pages, 'action.yml', '.pre-commit-hooks.yaml', 'Dockerfile'].map(read).join('\n');
    const written = [...texts.matchAll(/(?:github\.com\/|uses: )([\w-]*\/?envariant)\b/g)].map(([, found]) => found);
    expect(written.length).toBeGreaterThan(4);
    expect(written.filter((found) => found !== name)).toEqual([]);
    expect(read('README.md')).toContain(`\`${name}\``);
  });
});

describe('docs/ci.md', () => {
  it('names inputs that action.yml has', () => {
    const [block] = blocks.filter(
      ({ page, file }) => page === 'docs/ci.md' && file === '.github/workflows/envariant.yml',
    );
    const steps: readonly { readonly uses: string; readonly with?: object }[] = parse(block?.text ?? '').jobs.envariant
      .steps;
    const used = steps.flatMap((step) => (step.uses.startsWith('envariant/') ? Object.keys(step.with ?? {}) : []));
    expect(Object.keys(parse(read('action.yml')).inputs)).toEqual(expect.arrayContaining(used));
    expect(used).toContain('upload-sarif');
  });

  it('shows pipelines that are clean', async () => {
    const files = blocks.flatMap(({ page, file, text }) =>
      page === 'docs/ci.md' && file !== '' ? [[file, text]] : [],
    );
    const cwd = folderWith({ ...Object.fromEntries(files), Dockerfile: 'FROM debian:12\n' });
    const { stdout } = await envariant(cwd, '--format', 'json');
    expect(files.map(([file]) => file)).toEqual(
      expect.arrayContaining(['.gitlab-ci.yml', 'Jenkinsfile', 'lefthook.yml']),
    );
    const { findings, problems } = JSON.parse(stdout);
    expect([findings, problems]).toEqual([[], []]);
  });

  it('has the hook of .pre-commit-hooks.yaml, as a local one', () => {
    const [hook] = parse(read('.pre-commit-hooks.yaml'));
    const [, local] = blocks.filter(({ page, file }) => page === 'docs/ci.md' && file === '.pre-commit-config.yaml');
    const { entry, id, language } = parse(local?.text ?? '').repos[0].hooks[0];
    expect({ entry, id, language }).toEqual({ entry: hook.entry, id: hook.id, language: hook.language });
  });
});

describe('the files of this repository', () => {
  it('are clean: its image, its action, its hook and its scripts', async () => {
    const own = ['Dockerfile', '.dockerignore', 'action.yml', '.pre-commit-hooks.yaml', '.ci/run', 'package.json'];
    const { status, stdout, stderr } = await envariant(root, '--around', '--format', 'json', ...own);
    expect(stderr).toBe('');
    const { findings, problems } = JSON.parse(stdout);
    expect([status, findings, problems]).toEqual([0, [], []]);
  });

  it('keep the compiled, the installed and the secret out of the image', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', 'dist']));
  });
});
