import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/hosts/cli/io.js';
import { main } from '../../src/hosts/cli/main.js';
import { fixFindings } from '../../src/hosts/fix.js';
import { lint, plan, recognise } from '../../src/index.js';
import type { Fix } from '../../src/lint/fix.js';
import type { Report } from '../../src/lint/report.js';
import { parseScript } from '../../src/script-parser.js';
import type { Files } from '../../src/text/files.js';
import { finding, report } from '../report/samples.js';
import { folderWith } from './folder.js';

const table = (texts: Record<string, string>): Files => ({
  read: (path) => (texts[path] === undefined ? undefined : { kind: 'text', text: texts[path] }),
  list: (folder) => (folder === '' ? Object.keys(texts) : undefined),
});

const fixed = (text: string, suggestions = false) =>
  fixFindings(table({ Dockerfile: text }), (files) => lint(['Dockerfile'], files), suggestions);

describe('fixes', () => {
  it.each([
    [
      'declare a global argument in the stage that reads it',
      'ARG ENV=dev\nFROM debian:12\nCOPY . .\nRUN if [ "$ENV" = prod ]; then make; fi\n',
      'ARG ENV=dev\nFROM debian:12\nCOPY . .\nARG ENV\nRUN if [ "$ENV" = prod ]; then make; fi\n',
    ],
    [
      'write = for == where the shell is dash',
      'FROM debian:12\nARG ENV\nRUN if [ "$ENV" == prod ] ; then make; fi\n',
      'FROM debian:12\nARG ENV\nRUN if [ "$ENV" = prod ] ; then make; fi\n',
    ],
    [
      'quote a variable that is compared',
      'FROM debian:12\nARG ENV\nRUN if [ $ENV != prod ]; then make; fi\n',
      'FROM debian:12\nARG ENV\nRUN if [ "$ENV" != prod ]; then make; fi\n',
    ],
    [
      'quote what -n asks for',
      'FROM debian:12\nARG ENV\nRUN if [ -n ${ENV} ]; then make; fi\n',
      'FROM debian:12\nARG ENV\nRUN if [ -n "${ENV}" ]; then make; fi\n',
    ],
    [
      'mend one after the other what touches',
      'ARG ENV\nARG KIND\nFROM debian:12\nRUN if [ "$ENV" == prod ] || [ "$KIND" == "x" ]; then make; fi\n',
      'ARG ENV\nARG KIND\nFROM debian:12\nARG ENV\nARG KIND\nRUN if [ "$ENV" = prod ] || [ "$KIND" = "x" ]; then make; fi\n',
    ],
    [
      'leave the line ends as they are',
      'ARG ENV\r\nFROM debian:12\r\nRUN if [ "$ENV" = prod ]; then make; fi\r\n',
      'ARG ENV\r\nFROM debian:12\r\nARG ENV\r\nRUN if [ "$ENV" = prod ]; then make; fi\r\n',
    ],
    [
      'work in continued lines and here-documents',
      'FROM debian:12\nARG ENV\nRUN <<EOF\nif [ $ENV \\\n  == prod ]; then make; fi\nEOF\n',
      'FROM debian:12\nARG ENV\nRUN <<EOF\nif [ $ENV \\\n  = prod ]; then make; fi\nEOF\n',
    ],
    [
      'leave what stands in a JSON list or in a text for another shell',
      'FROM debian:12\nARG ENV\nRUN ["sh", "-c", "if [ $ENV != prod ]; then make; fi"]\nRUN sh -c \'[ $ENV != x ] || make\'\n',
      'FROM debian:12\nARG ENV\nRUN ["sh", "-c", "if [ $ENV != prod ]; then make; fi"]\nRUN sh -c \'[ $ENV != x ] || make\'\n',
    ],
    [
      'take away a suppression that suppresses nothing',
      'FROM debian:12\n# envariant-ignore shell-trap -- because\nRUN make\n',
      'FROM debian:12\nRUN make\n',
    ],
  ])('%s', (_, before, after) => {
    const result = fixed(before);
    expect(result.texts.get('Dockerfile') ?? before).toBe(after);
    expect(result.refused).toEqual([]);
  });

  it.each([
    ['$([ "$ENV" = local ] && echo -race) ', ''],
    ['$(case "$ENV" in (local|test) echo "-race ";; esac) ', ''],
    ['${DEBUG:+-race} ', ''],
  ])('suggestions drop an option that only some environments get: %s', (word, left) => {
    const of = (option: string) => `FROM golang:1.22\nARG ENV\nARG DEBUG\nRUN go build ${option}-o /app .\n`;
    expect(fixed(of(word)).texts.size).toBe(0);
    const result = fixed(of(word), true);
    expect(result.texts.get('Dockerfile')).toBe(of(left));
    expect(result.report.findings).toEqual([]);
  });

  it('suggestions drop it in the branch that has it, and keep what is for production', () => {
    const of = (option: string) =>
      `FROM golang:1.22\nARG ENV\nRUN if [ "$ENV" = prod ]; then go build -o /x .; else go build ${option}-o /x .; fi\n`;
    expect(fixed(of('-race '), true).texts.get('Dockerfile')).toBe(of(''));
    const mixed =
      'FROM golang:1.22\nARG ENV\nRUN go build $([ "$ENV" = dev ] && echo -race || echo -trimpath) -o /x .\n';
    expect(fixed(mixed, true).texts.size).toBe(0);
  });

  const TWO = (run: string, rest = ''): string =>
    `FROM golang:1.22 AS build\nARG ENV\nWORKDIR /src\nCOPY . .\nRUN ${run}\n${rest}FROM debian:12\nCOPY --from=build /app /app\n`;
  const RACE = '$([ "$ENV" = local ] && echo -race)';

  it.each([
    [`go build ${RACE} -o /app .`, 'go build -o /app .', 'go build -race -o /app .'],
    [
      `go build ${RACE} -ldflags "-s -w" -o /app .`,
      'go build -ldflags "-s -w" -o /app .',
      "go build -race -ldflags '-s -w' -o /app .",
    ],
    [`go build -o /app \\\n  ${RACE}`, 'go build -o /app', 'go build -o /app -race'],
  ])('suggestions move it to a stage for tests where that is certain to work: %s', (run, left, moved) => {
    const result = fixed(TWO(run), true);
    expect(result.texts.get('Dockerfile')).toBe(TWO(left, `\nFROM build AS test\nRUN ${moved}\n`));
    expect(result.report.findings).toEqual([]);
  });

  it.each([
    ['a flag of RUN', TWO(`--mount=type=cache,target=/root/.cache go build ${RACE} -o /app .`)],
    ['another command', TWO(`go vet . && go build ${RACE} -o /app .`)],
    ['a variable before it', TWO(`CGO_ENABLED=1 go build ${RACE} -o /app .`)],
    ['a redirection', TWO(`go build ${RACE} -o /app . 2>log`)],
    ['another instruction behind it', TWO(`go build ${RACE} -o /app .`, 'RUN strip /app\n')],
    ['a trigger', TWO(`go build ${RACE} -o /app .`).replace('ARG', 'ONBUILD RUN ls\nARG')],
    ['a stage of that name', `FROM debian:12 AS test\n${TWO(`go build ${RACE} -o /app .`)}`],
    ['a stage that goes by its number', TWO(`go build ${RACE} -o /app .`).replace('--from=build', '--from=0')],
    [
      'a stage without a name',
      TWO(`go build ${RACE} -o /app .`).replace(' AS build', '').replace('--from=build', '--from=0'),
    ],
    ['a word that is not known', TWO(`go build ${RACE} -o /app "./cmd/$(cat name)"`)],
    ['a word that the shell matches with files', TWO(`go build ${RACE} -o /app ./cmd/*`)],
    ['an argument that the tool reads', TWO(`go build ${RACE} -o /app .`).replace('ARG ENV', 'ARG ENV\nARG GOFLAGS')],
    ['the last stage', `FROM golang:1.22 AS build\nARG ENV\nRUN go build ${RACE} -o /app .\n`],
  ])('suggestions only drop it beside %s', (_, text) => {
    const titles = lint(['Dockerfile'], table({ Dockerfile: text })).findings.flatMap(({ fixes = [] }) =>
      fixes.map(({ title }) => title),
    );
    expect(titles).toEqual(['Drop `-race` in every environment']);
  });

  it('after a fix the file parses, the finding is gone, and nothing is left to fix', () => {
    const name = fc.constantFrom('ENV', 'APP_ENV', 'KIND');
    const word = fc
      .tuple(fc.constantFrom('"$X"', '$X', '${X}', '"${X:-dev}"', '${X:-dev}'), name)
      .map(([text, x]) => text.replace('X', x));
    const test = fc
      .tuple(
        word,
        fc.constantFrom('=', '==', '!='),
        fc.constantFrom('prod', '"dev"', "'test'"),
        fc.constantFrom('', ' \\\n   '),
      )
      .map(([left, operator, right, blank]) => `[ ${left}${blank} ${operator} ${right} ]`);
    const any = fc.oneof(
      test,
      word.map((text) => `[ -n ${text} ]`),
      word.map((text) => `test -z ${text}`),
    );
    const body = fc
      .tuple(any, fc.constantFrom('&&', '||', 'if'), fc.constantFrom('make', 'echo a > /b', 'go build -o /x .'))
      .map(([condition, how, command]) =>
        how === 'if' ? `if ${condition}; then ${command}; fi` : `${condition} ${how} ${command}`,
      );
    const run = fc
      .tuple(body, fc.constantFrom('line', 'heredoc', 'set'))
      .map(([text, form]) =>
        form === 'heredoc' ? `RUN <<EOF\n${text}\nEOF\n` : `RUN ${form === 'set' ? 'set -e; ' : ''}${text}\n`,
      );
    const stage = fc
      .tuple(fc.subarray(['ENV', 'APP_ENV', 'KIND']), fc.array(run, { minLength: 1, maxLength: 3 }))
      .map(([declared, runs]) => `FROM debian:12\n${declared.map((one) => `ARG ${one}\n`).join('')}${runs.join('')}`);
    const file = fc
      .tuple(fc.subarray(['ENV', 'APP_ENV', 'KIND']), fc.array(stage, { minLength: 1, maxLength: 2 }), fc.boolean())
      .map(([globals, stages, returns]) => {
        const text = globals.map((one) => `ARG ${one}=dev\n`).join('') + stages.join('');
        return returns ? text.replaceAll('\n', '\r\n') : text;
      });
    let applied = 0;
    fc.assert(
      fc.property(file, fc.boolean(), (text, suggestions) => {
        const before = lint(['Dockerfile'], table({ Dockerfile: text }));
        const result = fixed(text, suggestions);
        applied += result.applied.length;
        // A condition that does what it says may show that nothing builds; then it is left to people.
        const refused = result.refused.map(({ reason }) => reason);
        expect(refused.filter((reason) => !reason.includes('this step fails in every environment'))).toEqual([]);
        const known = new Set(before.problems.map(({ message }) => message));
        expect(result.report.problems.filter(({ message }) => !known.has(message))).toEqual([]);
        // Everything that can be mended was: in the text as it is now nothing else has a fix.
        const left = result.report.findings.filter(({ fixes = [] }) => fixes.some(({ safe }) => safe || suggestions));
        expect(left.length).toBeLessThanOrEqual(refused.length);
        expect(result.report).toEqual(lint(['Dockerfile'], result.files));
        if (text.includes('\r\n')) expect(result.texts.get('Dockerfile') ?? '').not.toMatch(/(?<!\r)\n/);
      }),
      { seed: 6, numRuns: 150 },
    );
    expect(applied).toBeGreaterThan(100);
  });
});

describe('fixes that do not keep their promise', () => {
  const at = { file: 'f', line: 1, column: 1, endLine: 1, endColumn: 2 };
  const of = (fix: Fix, message = 'wrong'): Report['findings'][number] => ({ ...finding(at), message, fixes: [fix] });
  const fix = (start: number, text: string): Fix => ({
    title: text,
    safe: true,
    edits: [{ file: 'f', start, end: start + 1, text }],
  });

  it('are refused when the finding stays; others are applied', () => {
    const result = fixFindings(
      table({ f: 'ab' }),
      (files) => {
        const read = files.read('f');
        const text = read?.kind === 'text' ? read.text : '';
        const good = text.includes('b') ? [{ ...of(fix(1, 'B'), 'good'), location: { ...at, column: 2 } }] : [];
        return report([of(fix(0, 'a')), ...good]);
      },
      false,
    );
    expect([...result.texts]).toEqual([['f', 'aB']]);
    expect(result.refused.map(({ reason, fix: { title } }) => [title, reason])).toEqual([
      ['a', 'the finding is still there after it'],
    ]);
  });

  it('are refused when the file cannot be read any more; others are applied', () => {
    const result = fixFindings(
      table({ f: 'abc' }),
      (files) => {
        const read = files.read('f');
        const text = read?.kind === 'text' ? read.text : '';
        const findings = [...'abc'].flatMap((letter, i) =>
          text.includes(letter)
            ? [
                {
                  ...of(fix(i, letter === 'b' ? '(' : letter.toUpperCase()), letter),
                  location: { ...at, column: i + 1 },
                },
              ]
            : [],
        );
        return report(findings, text.includes('(') ? [{ location: at, message: 'unbalanced' }] : []);
      },
      false,
    );
    expect([...result.texts]).toEqual([['f', 'AbC']]);
    expect(result.refused.map(({ reason }) => reason)).toEqual(['after it, unbalanced']);
  });

  it('end after a few turns when each makes place for another', () => {
    let turns = 0;
    const result = fixFindings(
      table({ f: 'a' }),
      () => {
        turns += 1;
        return report([of(fix(0, String(turns % 10)), `turn ${turns}`)]);
      },
      false,
    );
    expect(turns).toBeLessThan(40);
    expect(result.applied.length).toBeLessThanOrEqual(10);
  });
});

describe('--fix', () => {
  const BAD = 'FROM debian:12\nARG ENV\nRUN if [ "$ENV" == prod ]; then rm -rf /x; fi\n';
  const MENDED = BAD.replace('==', '=');

  async function run(argv: readonly string[], cwd: string, input?: string) {
    const out: string[] = [];
    const err: string[] = [];
    const io: Io = {
      stdout: { write: (text) => void out.push(text), isTTY: false, columns: undefined },
      stderr: { write: (text) => void err.push(text), isTTY: false, columns: undefined },
      env: {},
      cwd,
      now: () => 0,
      readInput: () => input ?? '',
    };
    const status = await main(argv, io, { lint, parseScript, plan, recognise });
    return { status, stdout: out.join(''), stderr: err.join('') };
  }

  it('writes what is mended and reports what is left, without a trace beside it', async () => {
    const cwd = folderWith({ 'a/Dockerfile': BAD, 'b/Dockerfile': 'FROM debian:12\n' });
    const { stderr, status } = await run(['--fix'], cwd);
    expect(readFileSync(join(cwd, 'a/Dockerfile'), 'utf8')).toBe(MENDED);
    expect(stderr).toContain('1 finding fixed in 1 file');
    expect(readdirSync(join(cwd, 'a'))).toEqual(['Dockerfile']);
    expect(status).toBe(lint(['Dockerfile'], table({ Dockerfile: MENDED })).findings.length > 0 ? 1 : 0);
    expect((await run(['--fix'], cwd)).stderr).toBe('');
  });

  it('--fix-dry-run prints the diff alone and writes nothing', async () => {
    const cwd = folderWith({ Dockerfile: BAD });
    const { stdout } = await run(['--fix-dry-run'], cwd);
    expect(stdout).toBe(
      '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,3 +1,3 @@\n FROM debian:12\n ARG ENV\n-RUN if [ "$ENV" == prod ]; then rm -rf /x; fi\n+RUN if [ "$ENV" = prod ]; then rm -rf /x; fi\n',
    );
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(BAD);
    expect((await run(['--fix-dry-run', '--stdin', '--stdin-filename', 'x/Dockerfile'], cwd, BAD)).stdout).toContain(
      '+++ b/x/Dockerfile',
    );
  });

  it('--fix-suggestions applies what changes the build', async () => {
    const text = 'FROM golang:1.22\nARG ENV\nRUN go build $([ "$ENV" = local ] && echo -race) -o /app .\n';
    const cwd = folderWith({ Dockerfile: text });
    expect((await run(['--fix'], cwd)).status).toBe(1);
    expect((await run(['--fix-suggestions'], cwd)).status).toBe(0);
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe('FROM golang:1.22\nARG ENV\nRUN go build -o /app .\n');
  });

  it('keeps the mode, the byte order mark and the line ends, and writes through a link', async () => {
    const text = `\ufeff${BAD.replaceAll('\n', '\r\n')}`;
    const cwd = folderWith({ 'real/file': text, Dockerfile: '-> real/file' });
    chmodSync(join(cwd, 'real/file'), 0o640);
    await run(['--fix'], cwd);
    expect(readFileSync(join(cwd, 'real/file'), 'utf8')).toBe(text.replace('==', '='));
    expect(statSync(join(cwd, 'real/file')).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(cwd, 'Dockerfile')).isSymbolicLink()).toBe(true);
  });

  it('does not write over what somebody else has written meanwhile', async () => {
    const cwd = folderWith({ Dockerfile: BAD });
    const { rewriteFile } = await import('../../src/hosts/rewrite.js');
    writeFileSync(join(cwd, 'Dockerfile'), 'FROM scratch\n');
    expect(rewriteFile(join(cwd, 'Dockerfile'), BAD, MENDED)).toBe('it was changed in the meantime');
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe('FROM scratch\n');
    expect(rewriteFile(join(cwd, 'gone'), BAD, MENDED)).toBe('it cannot be written (ENOENT)');
  });

  it.each([
    [['--fix', '--stdin', '--stdin-filename', 'x'], '--fix cannot write to the standard input'],
    [['--fix', '--changed-since', 'main'], '--fix goes by files'],
    [['lsp'], 'lsp needs --stdio'],
    [['plan', '--fix', 'x'], '--fix is an option of the command lint'],
  ])('%j is wrong usage', async (argv, message) => {
    const { status, stderr } = await run(argv, folderWith({}));
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
