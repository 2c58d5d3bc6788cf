import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describedRules, lint, plan, planProject, recognise, survey } from '../../index.js';
import { visible } from '../../report/cells.js';
import type { Core } from '../core.js';
import { errorCode } from '../failure.js';
import { parseScript } from '../parser.js';
import type { Io, Output } from './io.js';
import { type ExitStatus, faultText, main } from './main.js';

type Stream = 'stdout' | 'stderr';

/** A stream of the process, opened when it is first used: each costs a millisecond or two. */
function output(name: Stream): Output {
  let opened = false;
  const stream = () => {
    const found = process[name];
    if (!opened) found.on('error', closeOrFail(name));
    opened = true;
    return found;
  };
  return {
    write(text) {
      stream().write(text);
    },
    get isTTY() {
      return stream().isTTY === true;
    },
    get columns() {
      return stream().columns;
    },
  };
}

/** Who listens may go away (`envariant | head`); the exit status still stands. All else is told, and is an error. */
function closeOrFail(name: Stream): (error: Error) => void {
  return (error) => {
    const code = errorCode(error);
    if (code === 'EPIPE') return;
    finish(2);
    if (name === 'stdout') io.stderr.write(`envariant: the standard output cannot be written (${code})\n`);
  };
}

const io: Io = {
  stdout: output('stdout'),
  stderr: output('stderr'),
  env: process.env,
  cwd: process.cwd(),
  now: () => performance.now(),
  readInput: () => readFileSync(0, 'utf8'),
};

/** Whether the process may end. */
let isFinished = false;

const core: Core = {
  lint: (paths, files, options) => lint(paths, files, { ...options, parseScript }),
  parseScript,
  plan,
  planProject,
  recognise,
  rules: describedRules,
  survey,
  // The language server is a bundle of its own, so that nobody else pays for it.
  serve: () => {
    // It ends the process itself.
    isFinished = true;
    const server: { readonly serveStdio: () => Promise<never> } = createRequire(import.meta.url)('./lsp.cjs');
    return server.serveStdio();
  },
};

function finish(status: ExitStatus): void {
  isFinished = true;
  process.exitCode = Math.max(Number(process.exitCode ?? 0), status);
}

// Settings and plugins are programs: they may throw when nobody waits for them, or never be ready.
process.on('uncaughtException', (error) => {
  const place = foreignPlace(error);
  io.stderr.write(
    place === undefined
      ? faultText(error, io)
      : `envariant: a module that the settings name failed after it was loaded: ${visible(error.message)} (${visible(place)})\n`,
  );
  isFinished = true;
  process.exit(place === undefined ? 3 : 2);
});
process.once('exit', () => {
  if (isFinished) return;
  const what = process.exitCode === undefined ? 'waits for something that never comes' : 'ends the process';
  process.exitCode = 2;
  io.stderr.write(`envariant: a module that the settings name ${what}\n`);
});

/** Where an error was made, if that is in no file of ours. */
function foreignPlace(error: unknown): string | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  const [, file = '', position = ''] =
    /^ +at (?:.*\()?((?:file:\/\/)?\/[^()]*?)(:\d+:\d+)\)?$/m.exec(stack ?? '') ?? [];
  if (file === '') return undefined;
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const own = dirname(fileURLToPath(import.meta.url));
  return path.startsWith(own) ? undefined : `${relative(io.cwd, path)}${position}`;
}

main(process.argv.slice(2), io, core).then(finish);
