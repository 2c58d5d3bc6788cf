import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/hosts/cli/io.js';
import { main } from '../../src/hosts/cli/main.js';
import { options } from '../../src/hosts/cli/options.js';
import type { Core, PlanChoices } from '../../src/hosts/core.js';
import type { Report, Severity } from '../../src/lint/report.js';
import { parseScript } from '../../src/script-parser.js';
import { finding, planOf, report, story, storyFinding } from '../report/samples.js';
import { folderWith } from './folder.js';

interface World {
  readonly cwd?: string;
  readonly env?: Io['env'];
  readonly tty?: boolean;
  readonly columns?: number;
  readonly core?: Partial<Core>;
}

const fake: Core = {
  parseScript,
  lint: (paths) => report([], [], paths.length),
  plan: (file) => ({ ...planOf([{ when: {}, buildable: true, exit: 0, steps: ['2 - make'] }]), file }),
  recognise: (path) =>
    /(^|\/)Dockerfile[^/]*$/.test(path) ? 'dockerfile' : path.endsWith('.sh') ? 'shell' : undefined,
};

async function run(argv: readonly string[], world: World = {}) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  let clock = 0;
  const tty = world.tty ?? false;
  const io: Io = {
    stdout: { write: (text) => void stdout.push(text), isTTY: tty, columns: world.columns },
    stderr: { write: (text) => void stderr.push(text), isTTY: tty, columns: world.columns },
    env: world.env ?? {},
    cwd: world.cwd ?? folderWith({ Dockerfile: story }),
    now: () => {
      clock += 400;
      return clock;
    },
  };
  const status = await main(argv, io, { ...fake, ...world.core });
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}

const withSeverity = (severity: Severity): Partial<Core> => ({
  lint: (paths): Report => report([finding({ ...storyFinding.location, file: paths[0] ?? '' }, { severity })]),
});

describe('exit statuses', () => {
  it.each([
    ['error', 'error', 1],
    ['warning', 'error', 0],
    ['warning', 'warning', 1],
    ['info', 'warning', 0],
    ['info', 'info', 1],
  ] as const)('%s with --fail-on %s', async (severity, failOn, status) => {
    expect((await run(['--fail-on', failOn], { core: withSeverity(severity) })).status).toBe(status);
  });

  it('is 0 for a clean project, with one line', async () => {
    expect(await run([])).toEqual({
      status: 0,
      stdout: '✔ 1 build file: every environment gets the same image\n',
      stderr: '',
    });
  });

  it('is 0 with a line on stderr when there is nothing to lint', async () => {
    const cwd = folderWith({ 'src/a.ts': '' });
    const nothing = await run(['src'], { cwd });
    expect(nothing).toEqual({
      status: 0,
      stdout: '',
      stderr: 'envariant: no build file found in src\n',
    });
    const { stderr } = await run([], { cwd: folderWith({ 'callers.sh': 'true' }) });
    expect(stderr).toBe('envariant: no build file found in .\n');
    expect(JSON.parse((await run(['--format', 'json'], { cwd })).stdout).summary.files).toBe(0);
  });

  it('is 3 for a fault of ours, in one line', async () => {
    const core: Partial<Core> = {
      lint() {
        throw new TypeError('x is\nundefined');
      },
    };
    const plain = await run([], { core });
    expect(plain.status).toBe(3);
    expect(plain.stderr).toMatch(
      /^envariant: this is a fault of Envariant .*TypeError: x is␊undefined \(ENVARIANT_DEBUG=1 shows where\)\n$/,
    );
    const debug = await run([], { core, env: { ENVARIANT_DEBUG: '1' } });
    expect(debug.stderr).toContain('cli.test.ts');
  });
});

describe('--around', () => {
  it('lints the working directory, and reports what the paths take part in', async () => {
    const at = (file: string) => ({ ...storyFinding.location, file });
    const linted: string[] = [];
    const core: Partial<Core> = {
      lint(paths) {
        linted.push(...paths);
        const across = { related: [{ location: at('web/Dockerfile'), message: 'it is built here' }] };
        return report(
          [finding(at('ci.yml'), across), finding(at('api/Dockerfile'))],
          [{ location: at('api/Dockerfile'), message: 'a limit' }],
          paths.length,
        );
      },
    };
    const cwd = folderWith({ 'web/Dockerfile': story, 'api/Dockerfile': story, 'ci.yml': '', 'notes.md': '' });
    const found = async (...paths: readonly string[]) => {
      const { status, stdout } = await run(['--around', '--format', 'json', ...paths], { cwd, core });
      const { findings, problems, summary }: Report = JSON.parse(stdout);
      return [status, findings.map(({ location }) => location.file), problems.length, summary.errors, summary.files];
    };
    expect(await found('web/Dockerfile')).toEqual([1, ['ci.yml'], 0, 1, 2]);
    expect(linted).toEqual(['api/Dockerfile', 'web/Dockerfile']);
    expect(await found('ci.yml')).toEqual([1, ['ci.yml'], 0, 1, 1]);
    expect(await found('api')).toEqual([1, ['api/Dockerfile'], 1, 1, 1]);
    expect(await found('web', 'api')).toEqual([1, ['ci.yml', 'api/Dockerfile'], 1, 2, 3]);
    // Where the path takes no part, nothing is said of the rest, which is not clean.
    expect(await run(['--around', 'notes.md'], { cwd, core })).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('wrong usage is 2, with a line and a hint', () => {
  it.each([
    [['--frmat', 'json'], 'there is no option --frmat', 'Did you mean --format?'],
    [
      ['--suppress-all', '--prune-suppressions'],
      '--suppress-all writes the baseline anew, so there is nothing to prune',
      'Leave --prune-suppressions out.',
    ],
    [['--no-colr'], 'there is no option --colr', 'Did you mean --color?'],
    [['-x'], 'there is no option -x', 'envariant --help shows all commands and options.'],
    [
      ['--format', 'jsn'],
      '--format is text, compact, json, sarif, github, gitlab, junit, checkstyle, rdjson or markdown, not "jsn"',
      'Did you mean --format json?',
    ],
    [
      ['--format'],
      '--format needs a value: text, compact, json, sarif, github, gitlab, junit, checkstyle, rdjson or markdown',
      'For example: --format text',
    ],
    [
      ['--fail-on=never'],
      '--fail-on is error, warning or info, not "never"',
      'envariant --help shows all commands and options.',
    ],
    [
      ['--set', 'A=1', 'Dockerfile'],
      '--set is an option of the command plan, not of lint',
      'Try: envariant plan --set …',
    ],
    [
      ['plan', '--env', 'A=1'],
      'the plan of a project has all its environments; --set, --unset, --env, --target and --shell are for one file',
      'For example: envariant plan Dockerfile --set ENV=testing',
    ],
    [
      ['plan', 'a', 'b'],
      'plan takes one file or folder, not 2',
      'For example: envariant plan Dockerfile --set ENV=testing',
    ],
    [
      ['plan', 'Dockerfile', '--set', 'ENV'],
      '--set ENV lacks a value',
      'Write --set ENV=VALUE, or --unset ENV when it is not given.',
    ],
    [
      ['plan', 'Dockerfile', '--set', '1=x'],
      '--set: "1" is not the name of a variable',
      'Write --set NAME=VALUE, with letters, digits and _ in the name.',
    ],
    [
      ['plan', 'Dockerfile', '--set', 'A=1', '--unset', 'A'],
      'A is given two values',
      'A plan has one value for each name; leave --set out to see all environments.',
    ],
    [['plan', 'Dockerfile', '--shell', 'bsh'], '--shell is dash, bash or ash, not "bsh"', 'Did you mean --shell bash?'],
    [
      ['--format', 'json', '-o', 'a', '-o', 'b'],
      'there are 2 --output-file and 1 --format',
      'For example: --format text --format sarif --output-file - --output-file report.sarif',
    ],
    [
      ['--format', 'json', '--format', 'sarif', '-o', 'a', '-o', 'a'],
      '--output-file a is given twice',
      'Each format has a file of its own.',
    ],
    [
      ['plan', 'Dockerfile', '--format', 'sarif'],
      'plan writes text, json, mermaid or dot, not sarif',
      'Try: envariant plan FILE --format json',
    ],
    [
      ['plan', 'Dockerfile', '--format', 'dot'],
      'the plan of one file is text or json, not dot',
      'Try: envariant plan --format dot',
    ],
    [['--format', 'mermaid'], 'lint does not write mermaid; plan does', 'Try: envariant plan --format mermaid'],
    [
      ['plan', 'Makefile', '--env', 'ENV'],
      '--env ENV lacks a value',
      'Write --env ENV=VALUE, or --unset ENV when it is not given.',
    ],
    [['plan', 'Dockerfile:a', '--target', 'b'], 'Dockerfile:a has the target a, and --target says b', 'Leave one out.'],
    [['--format', 'mine/sarfi'], 'there is no format mine/sarfi', undefined],
    [['pln', 'Dockerfile'], 'pln: there is no such file or folder', 'Did you mean the command plan?'],
  ])('%j', async (argv, message, hint) => {
    const { status, stderr } = await run(argv);
    expect(stderr).toBe(`envariant: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`);
    expect(status).toBe(2);
  });

  it('lints the other files when one is missing or cannot be linted', async () => {
    const cwd = folderWith({ Dockerfile: story, 'notes.txt': 'hello', bin: Uint8Array.of(0), 'my.docker': story });
    const { status, stdout, stderr } = await run(['Dockerfile', 'nope', 'notes.txt', 'bin', 'my.docker'], { cwd });
    expect(status).toBe(2);
    expect(stdout).toBe('✔ 2 build files: every environment gets the same image\n');
    expect(stderr.split('\n')).toEqual([
      'envariant: nope: there is no such file or folder',
      'envariant: notes.txt is no Dockerfile, makefile or shell script, by its name or by its content',
      'envariant: bin is a binary file',
      '',
    ]);
  });
});

describe('lint', () => {
  it('is the default, and a word before paths', async () => {
    const cwd = folderWith({ Dockerfile: story, 'lint/Dockerfile': story, 'lint/x.sh': '', 'plan/DOCKERFILE': '' });
    const seen: string[][] = [];
    const core: Partial<Core> = {
      lint(paths) {
        seen.push([...paths]);
        return report([]);
      },
    };
    for (const argv of [
      [],
      ['lint'],
      ['lint', 'lint'],
      ['./lint'],
      ['--', 'lint'],
      ['lint', './plan', 'Dockerfile', '.'],
    ]) {
      await run(argv, { cwd, core });
    }
    const all = ['Dockerfile', 'lint/Dockerfile', 'plan/DOCKERFILE'];
    const inLint = ['lint/Dockerfile'];
    expect(seen).toEqual([all, all, inLint, inLint, inLint, all]);
  });

  it('names files relative to the working directory, also above it', async () => {
    const root = folderWith({ 'a/Dockerfile': story, 'b/c/x': '' });
    const core: Partial<Core> = {
      lint(paths, files) {
        const [file = ''] = paths;
        expect(files.read(file)).toEqual({ kind: 'text', text: story });
        return report([{ ...storyFinding, location: { ...storyFinding.location, file } }]);
      },
    };
    const { stdout } = await run(['../../a'], { cwd: `${root}/b/c`, core });
    expect(stdout).toContain('../../a/Dockerfile:3:14  error');
    expect(stdout).toContain('> 3 │ RUN go build');
    const json = await run(['../../a', '--format', 'json'], { cwd: `${root}/b/c`, core });
    expect(JSON.parse(json.stdout).findings[0].location.file).toBe('../../a/Dockerfile');
  });

  it('colours a terminal, unless told otherwise', async () => {
    const coloured = async (argv: readonly string[], tty: boolean, env: Io['env'] = {}) =>
      (await run(argv, { tty, env })).stdout.includes('\u001b[');
    expect(await coloured([], true)).toBe(true);
    expect(await coloured([], false)).toBe(false);
    expect(await coloured(['--no-color'], true)).toBe(false);
    expect(await coloured(['--color'], false)).toBe(true);
    expect(await coloured([], true, { NO_COLOR: '1' })).toBe(false);
    expect(await coloured([], true, { NO_COLOR: '' })).toBe(true);
    expect(await coloured(['--color'], true, { NO_COLOR: '1' })).toBe(true);
    expect(await coloured([], false, { FORCE_COLOR: '1' })).toBe(true);
    expect(await coloured([], true, { FORCE_COLOR: '0' })).toBe(false);
    expect(await coloured([], true, { TERM: 'dumb' })).toBe(false);
  });

  it('shows progress on a terminal after a second, and takes it away', async () => {
    const core: Partial<Core> = {
      lint(paths, _files, { onProgress }) {
        for (let done = 1; done <= 4; done++) onProgress?.(done, 4, 'some/Dockerfile');
        return report([], [], paths.length);
      },
    };
    const { stderr } = await run([], { core, tty: true });
    expect(stderr.split('\r\u001b[K')).toEqual([
      '',
      'Linting 3 of 4: some/Dockerfile',
      'Linting 4 of 4: some/Dockerfile',
      '',
    ]);
    expect((await run([], { core, tty: true, env: { CI: 'true' } })).stderr).toBe('');
    expect((await run([], { core })).stderr).toBe('');
  });
});

describe('several formats', () => {
  const core: Partial<Core> = { lint: (paths) => report([storyFinding], [], paths.length) };

  it('writes each to its file, and the rest to the standard output', async () => {
    const cwd = folderWith({ Dockerfile: story, 'old.json': 'old', link: '-> old.json' });
    const argv = [
      '--format',
      'json',
      '-o',
      'new/deep/report.json',
      '--format',
      'compact',
      '-o',
      '-',
      '--format',
      'github',
    ];
    const { status, stdout } = await run(argv, { cwd, core });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^Dockerfile:3:14: error: .*\n::error file=Dockerfile,.*\n$/);
    expect(JSON.parse(readFileSync(join(cwd, 'new/deep/report.json'), 'utf8')).findings).toHaveLength(1);
    await run(['--format=json', '--output-file=link'], { cwd, core });
    expect(JSON.parse(readFileSync(join(cwd, 'old.json'), 'utf8')).version).toBe(1);
    expect(readlinkSync(join(cwd, 'link'))).toBe('old.json');
    expect(readdirSync(cwd).sort()).toEqual(['Dockerfile', 'link', 'new', 'old.json']);
    expect(readdirSync(join(cwd, 'new/deep'))).toEqual(['report.json']);
  });

  it('says which file cannot be written, and writes the others', async () => {
    const cwd = folderWith({ Dockerfile: story });
    const argv = ['--format', 'json', '-o', 'Dockerfile/x', '--format', 'json', '-o', '.', '--format', 'compact'];
    const { status, stdout, stderr } = await run(argv, { cwd, core });
    expect(status).toBe(2);
    expect(stderr).toBe(
      `envariant: ${cwd}/Dockerfile/x cannot be written: a part of its path is a file\nenvariant: ${cwd} cannot be written: it is a folder\n`,
    );
    expect(stdout).toMatch(/^Dockerfile:3:14: error/);
  });
});

describe('plan', () => {
  it('hands the choices on', async () => {
    let got: PlanChoices | undefined;
    const core: Partial<Core> = {
      plan(file, files, choices) {
        got = choices;
        return fake.plan(file, files, choices);
      },
    };
    const argv = [
      'plan',
      '--set',
      'A=1',
      '--set',
      'B=x=y',
      '--set',
      'C=',
      '--unset',
      'D',
      '--env',
      'E=',
      'Dockerfile',
      '--target',
      'build',
      '--shell',
      'ash',
    ];
    const { status, stdout } = await run(argv, { core });
    expect([...(got?.set ?? [])]).toEqual([
      ['A', '1'],
      ['B', 'x=y'],
      ['C', ''],
      ['D', undefined],
    ]);
    expect([...(got?.environment ?? [])]).toEqual([['E', '']]);
    expect([got?.target, got?.shell, status]).toEqual(['build', 'ash', 0]);
    expect(stdout).toBe('Dockerfile: 1 step (every environment)\n\n  2  make\n');
  });

  it('prints JSON, and refuses what is missing', async () => {
    expect(JSON.parse((await run(['plan', 'Dockerfile', '--format=json'])).stdout).environments).toHaveLength(1);
    expect((await run(['plan', 'x'])).status).toBe(2);
  });
});

describe('help', () => {
  it.each([40, 80, 100])('has every option, status and an example at %i columns', async (columns) => {
    const { status, stdout } = await run(['--help'], { tty: true, columns, env: { NO_COLOR: '1' } });
    expect(status).toBe(0);
    for (const option of options)
      expect(stdout).toContain(option.name === 'color' ? '--[no-]color' : `--${option.name}`);
    for (const text of ['Exit status', 'Examples', 'What is an environment?', 'ENVARIANT_DEBUG'])
      expect(stdout).toContain(text);
    const widest = stdout.split('\n').filter((line) => !/^ {2}envariant /.test(line));
    expect(Math.max(...widest.map((line) => line.length))).toBeLessThanOrEqual(Math.max(columns, 51));
  });

  it('is there for each command, and so is the version', async () => {
    const { stdout } = await run(['--help']);
    for (const argv of [['-h'], ['help'], ['plan', '--help'], ['lint', '-h', '--format', 'x']])
      expect((await run(argv)).stdout).toBe(stdout);
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect((await run(['-V'])).status).toBe(0);
  });
});
