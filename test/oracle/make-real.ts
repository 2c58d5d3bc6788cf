/** Runs GNU make with a recording shell. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What make does with a makefile in one environment. */
export interface Observed {
  /** False when make ends while it reads. */
  readonly read: boolean;
  /** origin|flavor|value|expanded, by name. */
  readonly variables: ReadonlyMap<string, string>;
  readonly lines: readonly { readonly command: string; readonly environment: ReadonlyMap<string, string> }[];
  readonly stderr: string;
}

/** Whether this machine has the make that the evaluation follows. */
export function installed(): boolean {
  try {
    return execFileSync('make', ['--version'], { encoding: 'utf8' }).startsWith('GNU Make 4.3');
  } catch {
    return false;
  }
}

const STUB = `#!/bin/sh
for last; do :; done
case "$last" in
  "echo S"*) exec /bin/sh -c "$last" ;;
esac
{ printf '%s\\0' "$last"; env -0; printf '\\0'; } >> "$ORACLE_RECORD"
`;

/** A folder for makefiles; the caller removes it. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'make-oracle-'));
  writeFileSync(join(folder, 'stub'), STUB);
  chmodSync(join(folder, 'stub'), 0o755);
  return folder;
}

/** Removes the folder. */
export function closeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

const MARK = '\x1e';

/** A makefile that prints variables when all others are read. */
export function probe(names: readonly string[]): string {
  return names
    .map(
      (name) => `$(info ${MARK}${name}${MARK}$(origin ${name})|$(flavor ${name})|$(value ${name})|$(${name})${MARK})`,
    )
    .join('\n');
}

/** Makes goals with what an environment and a command line give. */
export async function observe(
  folder: string,
  id: number,
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Observed> {
  const cwd = join(folder, String(id));
  const record = join(folder, `${id}.record`);
  mkdirSync(cwd);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  writeFileSync(record, '');
  const out = await new Promise<{ readonly stdout: string; readonly stderr: string }>((done) => {
    execFile(
      'make',
      ['-f', 'Makefile', '-f', 'probe.mk', '-B', '-k', ...args, `SHELL=${join(folder, 'stub')}`],
      { cwd, env: { PATH: process.env.PATH ?? '', ORACLE_RECORD: record, ...environment }, timeout: 10_000 },
      (_, stdout, stderr) => done({ stdout, stderr }),
    );
  });
  const variables = new Map<string, string>();
  const parts = out.stdout.split(MARK);
  for (let i = 1; i + 1 < parts.length; i += 3) variables.set(parts[i] ?? '', parts[i + 1] ?? '');
  const lines = readFileSync(record, 'utf8')
    .split('\0\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [command = '', ...bindings] = entry.split('\0');
      return {
        command,
        environment: new Map(bindings.map((b) => [b.slice(0, b.indexOf('=')), b.slice(b.indexOf('=') + 1)] as const)),
      };
    });
  rmSync(cwd, { recursive: true, force: true });
  rmSync(record, { force: true });
  return { read: variables.has('END'), variables, lines, stderr: out.stderr };
}
