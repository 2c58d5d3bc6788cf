/*
 * Runs GNU make over a makefile that was not written for this test.
 *
 * Nothing of it is executed: every `$(shell …)` and every line of a recipe goes to a stub in the place of the shell. The stub
 * writes down the lines of recipes; to `$(shell …)` it prints what the evaluation has for that command where it knows it,
 * and nothing elsewhere. Make itself runs in a copy of the project, with a time limit, and as nobody where we are root.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A copy of a project, and what stands in for the world around it. */
export interface Lab {
  /** The copy. */
  readonly project: string;
  /** The stub. */
  readonly shell: string;
  readonly folder: string;
}

/** What make does for one goal in one environment. */
export interface CaseRun {
  /** False when make ends while it reads. */
  readonly read: boolean;
  /** Whether make has ended at the time limit. */
  readonly late: boolean;
  /** origin|flavor|value, and the expansion, by name. */
  readonly variables: ReadonlyMap<string, { readonly facts: string; readonly value: string | undefined }>;
  readonly lines: readonly { readonly command: string; readonly environment: ReadonlyMap<string, string> }[];
  readonly stderr: string;
}

/** What a run is made with. */
export interface CaseCall {
  readonly makefile: string;
  /** Names to look at, and whether to expand them too. */
  readonly names: ReadonlyMap<string, boolean>;
  readonly environment: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly goals: readonly string[];
  /** What `$(shell …)` prints, by command. */
  readonly answers: ReadonlyMap<string, string>;
}

// In make 4.3, `$(shell …)` has the environment that make has got, and recipes have MAKELEVEL in theirs.
const STUB = `#!/bin/sh
for last; do :; done
if [ -z "\${MAKELEVEL+set}" ]; then
  answer=$ORACLE_RUN/$(printf '%s' "$last" | /usr/bin/sha1sum | /usr/bin/cut -c1-40)
  if [ -f "$answer" ]; then /bin/cat "$answer"; fi
  exit 0
fi
{ printf '%s\\0' "$last"; /usr/bin/env -0; printf '\\0'; } >> "$ORACLE_RUN/record"
`;

/** The goal whose recipe says that make is through with remaking what it includes. */
export const START = 'oracle-start';
const MARK = '\x1e';
const TIME = 20_000;

/** Copies a project; the caller closes the lab. */
export function openLab(project: string): Lab {
  const folder = mkdtempSync(join(tmpdir(), 'make-cases-'));
  chmodSync(folder, 0o755);
  const shell = join(folder, 'sh');
  writeFileSync(shell, STUB);
  chmodSync(shell, 0o755);
  const copy = join(folder, 'project');
  cpSync(project, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => basename(path) !== '.git' });
  // A folder of our own is closed to others, and make may run as one.
  chmodSync(copy, 0o755);
  return { project: copy, shell, folder };
}

/** Removes the copy. */
export function closeLab({ folder }: Lab): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Prints variables when all makefiles are read, and lets every file be there that no rule makes. */
function probe(names: ReadonlyMap<string, boolean>): string {
  const lines = [...names].map(
    ([name, expand]) =>
      `$(info ${MARK}${name}${MARK}$(origin ${name})|$(flavor ${name})|$(value ${name})${MARK}${expand ? `$(${name})` : ''}${MARK})`,
  );
  return `${lines.join('\n')}\n$(info ${MARK}END${MARK}${MARK}${MARK})\n.DEFAULT: ;\n${START}: ; ${START}\n`;
}

let runs = 0;

/** Makes goals. */
export async function observeCase(lab: Lab, call: CaseCall): Promise<CaseRun> {
  runs += 1;
  const run = join(lab.folder, `run-${runs}`);
  mkdirSync(run, { mode: 0o777 });
  chmodSync(run, 0o777);
  for (const [command, answer] of call.answers)
    writeFileSync(join(run, createHash('sha1').update(command).digest('hex')), `${answer}\n`);
  writeFileSync(join(run, 'record'), '');
  chmodSync(join(run, 'record'), 0o666);
  const probeFile = join(run, 'probe.mk');
  writeFileSync(probeFile, probe(call.names));
  const root = process.getuid?.() === 0;
  const out = await new Promise<{ readonly stdout: string; readonly stderr: string; readonly late: boolean }>(
    (done) => {
      execFile(
        'make',
        [
          ...['-f', basename(call.makefile), '-f', probeFile, '-r', '-B', '-k', START, ...call.goals],
          ...Object.entries({ ...call.overrides, SHELL: lab.shell }).map(([name, value]) => `${name}=${value}`),
        ],
        {
          cwd: join(lab.project, dirname(call.makefile)),
          env: { ...SYSTEM, PATH: process.env.PATH ?? '', ORACLE_RUN: run, ...call.environment },
          timeout: TIME,
          killSignal: 'SIGKILL',
          maxBuffer: 64 * 1024 * 1024,
          ...(root ? { uid: 65534, gid: 65534 } : {}),
        },
        (error, stdout, stderr) =>
          done({ stdout: stdout.replaceAll(` ${probeFile}`, ''), stderr, late: error?.killed === true }),
      );
    },
  );
  const variables = new Map<string, { readonly facts: string; readonly value: string }>();
  const parts = out.stdout.split(MARK);
  for (let i = 1; i + 2 < parts.length; i += 4)
    variables.set(parts[i] ?? '', { facts: parts[i + 1] ?? '', value: parts[i + 2] ?? '' });
  const recorded = readFileSync(join(run, 'record'), 'utf8')
    .replaceAll(` ${probeFile}`, '')
    .split('\0\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [command = '', ...bindings] = entry.split('\0');
      return {
        command,
        environment: new Map(bindings.map((b) => [b.slice(0, b.indexOf('=')), b.slice(b.indexOf('=') + 1)] as const)),
      };
    });
  const start = recorded.findIndex(({ command }) => command === START);
  rmSync(run, { recursive: true, force: true });
  return {
    read: variables.has('END'),
    late: out.late,
    variables,
    lines: start === -1 ? [] : recorded.slice(start + 1),
    stderr: out.stderr,
  };
}

/** What every environment has; the evaluation knows that it is there, and not what it is. */
const SYSTEM = {
  HOME: '/nowhere',
  PWD: '/nowhere',
  OLDPWD: '/nowhere',
  TERM: 'dumb',
  USER: 'nobody',
  LOGNAME: 'nobody',
  HOSTNAME: 'nowhere',
  LANG: 'C',
  TMPDIR: '/tmp',
  UID: '65534',
  _: '/usr/bin/make',
};
