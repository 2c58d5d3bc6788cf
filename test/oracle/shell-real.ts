/*
 * Runs scripts in real shells. Starting processes is the cost, so one driver script runs all jobs of a batch: each in a
 * subshell that enters an empty folder, exports the environment and becomes the shell. Recorded commands are stubs that
 * print their words and some variables to file descriptor 9, which every child inherits.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dialect } from '../../src/evaluate/shell/index.js';
import { LIBRARY, RECORDED, WATCHED } from './shell-scripts.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Job {
  readonly dialect: Dialect;
  readonly text: string;
  readonly environment: Environment;
}

/** A recorded command: its words, and the watched variables that it has in its environment. */
export interface Recorded {
  readonly words: readonly string[];
  readonly environment: Environment;
}

export interface Observed {
  readonly recorded: readonly Recorded[];
  readonly stdout: string;
  readonly status: number;
  /** True when the shell could not read the script. */
  readonly refused: boolean;
}

function find(program: string): string | undefined {
  const found = spawnSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

const PROGRAMS: Readonly<Record<Dialect, string | undefined>> = {
  dash: find('dash'),
  bash: find('bash'),
  ash: find('busybox'),
};

/** Whether a shell is installed here. */
export function installed(dialect: Dialect): boolean {
  return PROGRAMS[dialect] !== undefined;
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const STUB = `#!/bin/sh
{
printf 'R\\0%s\\0' "$#" "\${0##*/}" "$@"
${WATCHED.map((name) => `printf '%s\\0' "\${${name}-unset}"`).join('\n')}
} >&9
`;

/** Runs all jobs; the answers are in the order of the jobs. */
export async function observe(jobs: readonly Job[]): Promise<readonly Observed[]> {
  const root = mkdtempSync(join(tmpdir(), 'envariant-oracle-'));
  try {
    prepare(root);
    const half = Math.ceil(jobs.length / 2);
    const parts = await Promise.all([run(root, 'a', jobs.slice(0, half)), run(root, 'b', jobs.slice(half))]);
    return parts.flat();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The programs that scripts may find beside the recorded ones; no other word that a script makes up may be one. */
const TOOLS = 'bash env grep cat sleep tr cut sed head tail sort uniq wc rev seq basename dirname xargs expr printenv'
  .concat(' true false echo printf test [')
  .split(' ');

function prepare(root: string): void {
  const tools = join(root, 'tools');
  mkdirSync(tools);
  for (const tool of TOOLS) {
    const found = ['/usr/bin', '/bin'].map((folder) => join(folder, tool)).find((path) => existsSync(path));
    if (found !== undefined) symlinkSync(found, join(tools, tool));
  }
  for (const dialect of ['dash', 'bash', 'ash'] as const) {
    const bin = join(root, dialect);
    mkdirSync(bin);
    for (const program of [...RECORDED, 'git']) {
      writeFileSync(join(bin, program), program === 'git' ? '#!/bin/sh\necho g1t\n' : STUB);
      chmodSync(join(bin, program), 0o755);
    }
    const sh = dialect === 'ash' ? PROGRAMS.ash : (PROGRAMS.dash ?? PROGRAMS.bash);
    if (sh !== undefined) symlinkSync(sh, join(bin, 'sh'));
    if (dialect === 'ash' && sh !== undefined) symlinkSync(sh, join(bin, 'ash'));
  }
}

async function run(root: string, name: string, jobs: readonly Job[]): Promise<readonly Observed[]> {
  let driver = '';
  for (const [i, job] of jobs.entries()) {
    const folder = join(root, `${name}${i}`);
    mkdirSync(folder);
    if (job.text.includes(LIBRARY.path)) writeFileSync(join(folder, LIBRARY.path), LIBRARY.text);
    const program = job.dialect === 'ash' ? 'ash' : PROGRAMS[job.dialect];
    if (program === undefined) throw new Error(`${job.dialect} is not installed`);
    const variables = Object.entries(job.environment).flatMap(([key, value]) =>
      value === undefined ? [] : [`export ${key}=${quote(value)}; `],
    );
    driver += `(cd ${folder}; ${variables.join('')}export PATH=${join(root, job.dialect)}:${join(root, 'tools')}; ulimit -t 1; ulimit -f 200; exec ${program} -c ${quote(job.text)}) 9>${folder}.log >${folder}.out 2>${folder}.err </dev/null; echo $? >${folder}.status\n`;
  }
  const file = join(root, `${name}.sh`);
  writeFileSync(file, driver);
  const child = spawn(PROGRAMS.dash ?? '/bin/sh', [file], { env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' });
  await new Promise((resolve) => child.on('close', resolve));
  return jobs.map((_, i) => {
    const folder = join(root, `${name}${i}`);
    return {
      recorded: readLog(readFileSync(`${folder}.log`, 'utf8')),
      stdout: readFileSync(`${folder}.out`, 'utf8'),
      status: Number(readFileSync(`${folder}.status`, 'utf8')),
      refused: /syntax error|unterminated|unexpected EOF|bad substitution|arithmetic expression|malformed/i.test(
        readFileSync(`${folder}.err`, 'utf8'),
      ),
    };
  });
}

function readLog(log: string): readonly Recorded[] {
  // Each record: `R` and the number of words after the first, before each word the mark again (printf repeats its format).
  const fields = log.split('\0');
  const recorded: Recorded[] = [];
  let at = 0;
  while (fields[at] === 'R') {
    const count = Number(fields[at + 1]);
    at += 2;
    const words: string[] = [];
    for (let i = 0; i <= count; i += 1) {
      words.push(fields[at + 1] ?? '');
      at += 2;
    }
    const environment = Object.fromEntries(
      WATCHED.map((key, i) => [key, fields[at + i] === 'unset' ? undefined : fields[at + i]]),
    );
    at += WATCHED.length;
    recorded.push({ words, environment });
  }
  return recorded;
}
