import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describedRules, lint, plan, planProject, recognise, survey } from '../../index.js';
import type { Core } from '../core.js';
import { parseScript } from '../parser.js';
import type { Io, Output } from './io.js';
import { main } from './main.js';

type Stream = 'stdout' | 'stderr';

/** A stream of the process, opened when it is first used: each costs a millisecond or two. */
function output(name: Stream): Output {
  let opened = false;
  const stream = () => {
    const found = process[name];
    // Who listens may go away (`envariant | head`); the exit status still stands.
    if (!opened) found.on('error', ignoreClosedPipe);
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

function ignoreClosedPipe(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') return;
  throw error;
}

const io: Io = {
  stdout: output('stdout'),
  stderr: output('stderr'),
  env: process.env,
  cwd: process.cwd(),
  now: () => performance.now(),
  readInput: () => readFileSync(0, 'utf8'),
};

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
    const server: { readonly serveStdio: () => Promise<never> } = createRequire(import.meta.url)('./lsp.cjs');
    return server.serveStdio();
  },
};

main(process.argv.slice(2), io, core).then((status) => {
  process.exitCode = status;
});
