/*
 * Files that are no Dockerfiles, or broken ones: one clear line each, and the other files are linted all the same. The
 * command line and the library are the real ones.
 */
import { describe, expect, it } from 'vitest';
import { main } from '../../src/hosts/cli/main.js';
import type { Core } from '../../src/hosts/core.js';
import { lint, plan, recognise } from '../../src/index.js';
import { parseScript } from '../../src/script-parser.js';
import { folderWith } from './folder.js';

type Contents = Readonly<Record<string, string | Uint8Array>>;

const real: Core = { lint, parseScript, plan, recognise };

const good = 'FROM debian:12\nARG ENV\nRUN if [ "$ENV" = dev ]; then apt-get install -y gdb; fi\n';
const finding = '3:31  warning  conditional-steps\n  What this step puts into the image depends on ENV.\n';

async function run(contents: Contents, argv: readonly string[] = [], core = real) {
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      out[name] += text;
    },
    isTTY: false,
    columns: undefined,
  });
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, cwd: folderWith(contents), now: () => 0 };
  const status = await main(argv, io, core);
  return { status, ...out };
}

/** The notes of a report, as they are printed, without their code frames. */
function notesIn(stdout: string): readonly string[] {
  return [...stdout.matchAll(/^(\S+) {2}note\n((?: {2}(?! *[>\d│]).+\n)+)/gm)].map(
    ([, place, text]) => `${place} ${text?.trim().replace(/\n */g, ' ')}`,
  );
}

/** Runs over a folder with a bad Dockerfile and a good one, whose finding must be there. */
async function notesOn(bad: string | Uint8Array, name = 'Dockerfile', core = real): Promise<readonly string[]> {
  const { status, stdout, stderr } = await run({ [name]: bad, 'ok/Dockerfile': good }, [], core);
  expect(stdout).toContain(`\nok/Dockerfile:${finding}`);
  const notes = notesIn(stdout);
  const count = `${notes.length} note${notes.length === 1 ? '' : 's'}`;
  expect(stdout.split('\n').slice(-2)).toEqual([`▲ 1 warning in 1 of 2 build files; ${count}`, '']);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  return notes;
}

describe('files that are not read', () => {
  it.each([
    ['a binary file', new Uint8Array([127, 69, 76, 70, 0, 1]), 'is a binary file'],
    ['a NUL in the middle', 'FROM debian\nRUN echo a\0b\n', 'is a binary file'],
    ['a huge file', `FROM a\n${'RUN true\n'.repeat(700_000)}`, 'has 6.4 MB, more than the limit of 5 MB'],
    ['UTF-16', Buffer.from('\ufeffFROM a\n', 'utf16le'), 'is UTF-16 text; builders read UTF-8 only'],
    ['UTF-16 without a mark', Buffer.from('FROM a\n', 'utf16le'), 'is a binary file'],
    ['a loop of links', '-> Dockerfile', 'is a symbolic link that leads back to itself'],
    ['a link to nothing', '-> nothing', 'is a symbolic link to nothing'],
  ])('%s', async (_, bad, reason) => {
    expect(await notesOn(bad)).toEqual([`Dockerfile:1:1 this file ${reason}; it is not linted`]);
  });

  it('a script from Windows, which a shell cannot run, is told', async () => {
    const { stdout } = await run({ 'build.sh': '#!/bin/sh\r\nif true; then\r\n  go build .\r\nfi\r\n' }, ['build.sh']);
    expect(notesIn(stdout)[0]).toMatch(
      /^build\.sh:1:10 this line ends with a carriage return, which a shell takes for /,
    );
  });

  it('a file that may not be read', async () => {
    // Root may read everything, so the disk is made to refuse.
    const refused = { kind: 'unreadable', reason: 'may not be read (permission denied)' } as const;
    const core: Core = {
      ...real,
      lint: (paths, files, options) =>
        lint(paths, { ...files, read: (path) => (path === 'Dockerfile' ? refused : files.read(path)) }, options),
    };
    expect(await notesOn(good, 'Dockerfile', core)).toEqual([
      'Dockerfile:1:1 this file may not be read (permission denied); it is not linted',
    ]);
  });
});

describe('files that are read as far as they can be', () => {
  it.each([
    ['', ['1:1 The file holds no instruction; BuildKit refuses it.']],
    ['# a\n# b\n', ['1:1 The file holds no instruction; BuildKit refuses it.']],
    ['RUN true\n', ['1:1 Only ARG may stand before the first FROM; BuildKit refuses this instruction.']],
    ['FROM debian\nRUN <<EOF\necho 1\n', ['2:5 No line `EOF` ends this heredoc; BuildKit refuses the file.']],
    ['FROM debian\nRUN echo "abc\nRUN true\n', ['2:10 the shell cannot read this: unterminated double quote']],
    [
      'FROM debian\nENV A="abc\n',
      ['2:7 the builder cannot read this: unexpected end of statement while looking for matching double-quote'],
    ],
    ['FROM debian\nRUN if true; then echo\n', ["2:23 the shell cannot read this: expected 'fi' to close 'if'"]],
    [
      `FROM debian\nRUN echo ${'x'.repeat(70_000)}\n`,
      ['2:1 This line is longer than 65,535 bytes; BuildKit refuses to read it.'],
    ],
  ])('%j', async (text, notes) => {
    expect(await notesOn(text)).toEqual(notes.map((note) => `Dockerfile:${note}`));
  });

  it('a template of a Dockerfile', async () => {
    const text = '{% if x %}\nFROM {{ base }}:{{ version }}\n{% endif %}\nRUN apt-get install {{ package }}\n';
    const notes = await notesOn(text);
    expect(notes[0]).toBe('Dockerfile:1:1 `{%` is no Dockerfile instruction; BuildKit stops here.');
    expect(notes).toContain(
      'Dockerfile:2:9 After its image FROM takes only `AS name`; BuildKit refuses anything else.',
    );
    expect(await notesOn('FROM {{ base }}\n', 'Dockerfile.j2')).toEqual([
      'Dockerfile.j2:1:9 After its image FROM takes only `AS name`; BuildKit refuses anything else.',
    ]);
  });
});

describe('files that are read like any other', () => {
  it.each([
    ['CRLF and a byte order mark', `\ufeff${good.replaceAll('\n', '\r\n')}`],
    ['invalid UTF-8', Buffer.concat([Buffer.from(good), Buffer.from([35, 0xff, 0xfe, 0x80, 10])])],
    ['a NUL far down', `${good}# ${'x'.repeat(9000)}\0\n`],
  ])('%s', async (_, contents) => {
    const { status, stdout, stderr } = await run({ Dockerfile: contents });
    expect(stdout).toContain(`Dockerfile:${finding}`);
    expect(notesIn(stdout)).toEqual([]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });
});

describe('paths', () => {
  const nothing = (paths: string) => ({
    status: 0,
    stdout: '',
    stderr: `envariant: no build file found in ${paths}\n`,
  });

  it('without a Dockerfile', async () => {
    expect(await run({ 'a.txt': 'x' })).toEqual(nothing('.'));
    expect(await run({ 'a/b.txt': 'x', 'c/d.txt': 'x' }, ['a', 'c'])).toEqual(nothing('a, c'));
  });

  it('a folder that is called Dockerfile', async () => {
    const contents = { 'Dockerfile/x.txt': 'x', 'ok/Dockerfile': good };
    const { status, stdout, stderr } = await run(contents);
    expect(stdout).toContain(`ok/Dockerfile:${finding}`);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(await run(contents, ['Dockerfile'])).toEqual(nothing('Dockerfile'));
  });

  it('a folder that links back to its parent', async () => {
    const { status, stdout } = await run({ 'a/Dockerfile': good, 'a/b': '-> ..' });
    expect(stdout.split(finding)).toHaveLength(2);
    expect(status).toBe(1);
  });

  it.each([
    ['Dockerfil', 'Dockerfil: there is no such file or folder'],
    ['notes.txt', 'notes.txt is no Dockerfile, makefile or shell script, by its name or by its content'],
    ['loop', 'loop is a symbolic link that leads back to itself'],
  ])('%s beside one that is there', async (path, complaint) => {
    const { status, stdout, stderr } = await run({ Dockerfile: good, 'notes.txt': 'x', loop: '-> loop' }, [
      path,
      'Dockerfile',
    ]);
    expect(stdout).toContain(`Dockerfile:${finding}`);
    expect(stderr).toBe(`envariant: ${complaint}\n`);
    expect(status).toBe(2);
  });
});
