import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { discover } from '../../src/hosts/discover.js';
import { resolveTargets } from '../../src/hosts/targets.js';
import { recognise } from '../../src/index.js';
import { folderWith } from './folder.js';

const accept = (path: string) => /^Dockerfile/.test(path.slice(path.lastIndexOf('/') + 1));
const found = (root: string, from = '') =>
  discover(join(root, from), { accept }).files.map((file) => relative(root, file));

it('finds files, sorted, and leaves .git and node_modules out', () => {
  const root = folderWith({
    'b/Dockerfile': '',
    Dockerfile: '',
    'a/Dockerfile.dev': '',
    'a/other': '',
    'node_modules/x/Dockerfile': '',
    'a/node_modules/Dockerfile': '',
    '.git/Dockerfile': '',
    'Dockerfile.d/Dockerfile': '',
  });
  expect(found(root)).toEqual(['Dockerfile', 'Dockerfile.d/Dockerfile', 'a/Dockerfile.dev', 'b/Dockerfile']);
});

it('leaves out exactly what git does', () => {
  const root = folderWith({
    '.gitignore': 'build/\n*.local\n/top/Dockerfile\n!Dockerfile.keep.local\ndeep/**/skip\n\\#odd\n# comment\n',
    'build/Dockerfile': '',
    'a/build/Dockerfile': '',
    'a/b/.gitignore': '!build/\n/Dockerfile\nc/Dockerfile\nDockerfile.x\n',
    'a/b/build/Dockerfile': '',
    'a/b/Dockerfile': '',
    'a/b/c/Dockerfile': '',
    'a/b/d/Dockerfile': '',
    'a/b/d/c/Dockerfile': '',
    'a/b/d/Dockerfile.x': '',
    'Dockerfile.local': '',
    'Dockerfile.keep.local': '',
    'top/Dockerfile': '',
    'a/top/Dockerfile': '',
    'deep/x/y/skip/Dockerfile': '',
    '#odd/Dockerfile': '',
    '[w] !x/.gitignore': '/Dockerfile\n!Dockerfile.local\n',
    '[w] !x/Dockerfile': '',
    '[w] !x/Dockerfile.local': '',
    'excluded/Dockerfile': '',
    'DOCKERFILE.local': '',
    'a/b/BUILD/Dockerfile': '',
  });
  execFileSync('git', ['init', '-q'], { cwd: root });
  mkdirSync(join(root, '.git/info'), { recursive: true });
  execFileSync('sh', ['-c', 'echo excluded >> .git/info/exclude'], { cwd: root });
  const listed = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const wanted = listed.split('\0').filter((path) => accept(path));
  expect(found(root)).toEqual(wanted.sort());
  expect(wanted).toContain('a/b/build/Dockerfile');
  // From inside, the rules above still hold.
  expect(found(root, 'a')).toEqual(wanted.filter((path) => path.startsWith('a/')));
  expect(found(root, 'a/b/d')).toEqual(['a/b/d/Dockerfile', 'a/b/d/c/Dockerfile']);
  // A folder that is asked for by name is walked though git ignores it.
  expect(found(root, 'build')).toEqual(['build/Dockerfile']);
});

it('reads info/exclude of a worktree', () => {
  const root = folderWith({
    'main/.git/info/exclude': 'out\n',
    'main/.git/worktrees/w/commondir': '../..\n',
    'w/.git': 'gitdir: ../main/.git/worktrees/w\n',
    'w/out/Dockerfile': '',
    'w/Dockerfile': '',
  });
  expect(found(root, 'w')).toEqual(['w/Dockerfile']);
});

it('does not follow links to folders, and follows links to files once', () => {
  const root = folderWith({
    'a/Dockerfile': 'FROM a\n',
    'a/loop': '-> ..',
    Dockerfile: '-> a/Dockerfile',
    'Dockerfile.link': '-> elsewhere.txt',
    'elsewhere.txt': '',
    'Dockerfile.broken': '-> nowhere',
    'Dockerfile.self': '-> Dockerfile.self',
    'Dockerfile.folder': '-> a',
  });
  expect(found(root)).toEqual(['Dockerfile.broken', 'Dockerfile.link', 'Dockerfile.self', 'a/Dockerfile']);
});

it('refuses a folder that was named and cannot be looked into, as it does a file', () => {
  const root = folderWith({ 'a/Dockerfile': '', 'locked/Dockerfile': '' });
  const walk: typeof discover = (folder, options) =>
    folder.endsWith('locked')
      ? { files: [], unreadable: [{ path: folder, reason: 'this folder may not be read (permission denied)' }] }
      : discover(folder, options);
  const { files, problems, refused } = resolveTargets(['a', 'locked'], root, recognise, false, undefined, walk);
  expect(files).toEqual(['a/Dockerfile']);
  expect(problems).toEqual([]);
  expect(refused).toEqual(['locked: this folder may not be read (permission denied)']);
});

it('tells which folders cannot be looked into, and goes on', () => {
  const root = folderWith({ 'a/Dockerfile': '', 'locked/Dockerfile': '', 'z/Dockerfile': '', 'gone/Dockerfile': '' });
  const fail = (code: string) => Object.assign(new Error(code), { code });
  const result = discover(root, {
    accept,
    entries(folder) {
      if (folder.endsWith('locked')) throw fail('EACCES');
      if (folder.endsWith('gone')) throw fail('ENOENT');
      return readdirSync(folder, { withFileTypes: true });
    },
  });
  expect(result.files.map((file) => relative(root, file))).toEqual(['a/Dockerfile', 'z/Dockerfile']);
  expect(result.unreadable).toEqual([
    { path: join(root, 'locked'), reason: 'this folder may not be read (permission denied)' },
  ]);
});
