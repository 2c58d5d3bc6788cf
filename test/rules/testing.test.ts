import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryFiles, parsePage, runCase, testPages, updatePage } from '../../src/hosts/testing.js';
import { folderWith } from '../hosts/folder.js';

const page = `# a rule

What it is about. \`\`\`not a fence\`\`\`

\`\`\`sh
envariant .
\`\`\`

## What it finds

### A file

\`\`\`dockerfile Dockerfile
FROM debian:12
ARG ENV
# not a heading
COPY $ENV.conf /etc/app.conf
\`\`\`

\`\`\`findings
what it was
\`\`\`

### Two files

\`\`\`dockerfile Dockerfile
FROM debian:12
COPY run.sh /
RUN /run.sh
\`\`\`

\`\`\`\`sh run.sh
#!/bin/sh
cat <<END > /README.md
\`\`\`
END
\`\`\`\`

## Nothing

No files.
`;

const found = `Dockerfile:4:6 warning environment-files: Which files get into the image depends on ENV`;

describe('parsePage', () => {
  it('reads cases with their headings, files and findings', () => {
    const [first, second, ...others] = parsePage(page);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ name: 'What it finds › A file', line: 11, findings: 'what it was' });
    expect(first?.files.get('Dockerfile')).toMatch(/^FROM debian:12\n.*\.conf\n$/s);
    expect(second).toMatchObject({ name: 'What it finds › Two files', findings: '' });
    expect([...(second?.files.keys() ?? [])]).toEqual(['Dockerfile', 'run.sh']);
    expect(second?.files.get('run.sh')).toContain('```\nEND\n');
  });

  it.each([
    ['a file that is given twice', '# a\n```sh a.sh\n```\n```sh a.sh\n```\n', 'line 4'],
    ['findings about nothing', '# a\n```findings\nx\n```\n', 'line 2'],
    ['findings that are given twice', '# a\n```sh a.sh\n```\n```findings\n```\n```findings\n```\n', 'line 6'],
  ])('refuses %s', (_, text, line) => expect(() => parsePage(text)).toThrow(line));
});

describe('runCase', () => {
  const withSettings = (settings: string): string => {
    const text = `# a\n\`\`\`jsonc envariant.config.jsonc\n${settings}\n\`\`\`\n\`\`\`dockerfile Dockerfile\nFROM debian:12\nARG ENV\nCOPY $ENV.conf /etc/app.conf\n\`\`\`\n`;
    return parsePage(text)
      .map((one) => runCase(one))
      .join();
  };

  it('takes settings that are among the files, and says what is wrong with them', () => {
    expect(withSettings('{ "rules": { "environment-files": "error" } } // comment')).toContain(
      'error environment-files',
    );
    expect(() => withSettings('{ "ruls": {} }')).toThrow('line 1: the settings are wrong: there is no setting "ruls"');
    expect(() => withSettings('{ "rules": { "environment-files": ["on", { "a": 1 }] } }')).toThrow('no option "a"');
  });

  it('says place, severity, rule, message, environments and other places', () => {
    const [first] = parsePage(page);
    const lines = first === undefined ? [] : runCase(first).split('\n');
    expect(lines[0]).toContain(found);
    expect(lines.slice(1)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^ {2}.* → COPY /), '  also Dockerfile:2:5 ENV is declared here']),
    );
  });

  it('lints scripts where there is no Dockerfile, and needs one of them', () => {
    const of = (files: Record<string, string>) => ({
      name: '',
      line: 1,
      files: new Map(Object.entries(files)),
      findings: '',
    });
    expect(runCase(of({ 'a.sh': 'echo\n' }))).toBe('');
    expect(() => runCase(of({ 'a.txt': '' }))).toThrow('no build file');
  });
});

describe('updatePage', () => {
  it('replaces, removes and adds blocks, and leaves all else alone', () => {
    expect(updatePage(page, ['what it was', ''])).toBe(page);
    const moved = updatePage(page, ['', 'new\nlines']);
    expect(parsePage(moved).map(({ findings }) => findings)).toEqual(['', 'new\nlines']);
    expect(moved.replace('\n\n```findings\nnew\nlines\n```', '')).toBe(
      page.replace('\n\n```findings\nwhat it was\n```', ''),
    );
  });
});

describe('testPages', () => {
  const run = (folder: string, isUpdate: boolean) => {
    const failed: string[] = [];
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: (name: string, body: () => void) => {
        try {
          body();
        } catch {
          failed.push(name);
        }
      },
      isUpdate: () => isUpdate,
    };
    testPages(folder, runner);
    return failed;
  };

  it('fails where the page is wrong, and mends it when asked', () => {
    const folder = folderWith({ 'a-rule/README.md': page });
    // Only the case that is wrong fails.
    expect(run(folder, false)).toEqual(['What it finds › A file']);
    expect(run(folder, true)).toEqual([]);
    expect(readFileSync(join(folder, 'a-rule/README.md'), 'utf8')).toContain(found);
    expect(run(folder, false)).toEqual([]);
  });
});

describe('memoryFiles', () => {
  it('lists folders and files of a folder', () => {
    const files = memoryFiles(
      new Map([
        ['a/b/c.sh', ''],
        ['a/d', ''],
        ['e', ''],
      ]),
    );
    expect(files.list('')).toEqual(['a/', 'e']);
    expect(files.list('a')).toEqual(['b/', 'd']);
    expect(files.list('e')).toBeUndefined();
    expect(files.read('a')).toBeUndefined();
  });
});
