import { readFileSync } from 'node:fs';
import { describedRules, lint, plan, recognise, survey } from '../../index.js';
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

main(process.argv.slice(2), io, { lint, plan, recognise, rules: describedRules, survey }).then((status) => {
  process.exitCode = status;
});
