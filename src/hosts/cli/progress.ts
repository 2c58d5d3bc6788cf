import { visible } from '../../report/cells.js';
import type { OnProgress } from '../core.js';
import { type Io, widthOf } from './io.js';

/** A line on the terminal that tells how far a long run is. */
export interface Progress {
  readonly onProgress: OnProgress;
  /** Takes the line away. */
  readonly clear: () => void;
}

const patience = 1000;
const interval = 100;

/** Shows nothing in the first second, in CI, and where no terminal listens. */
export function createProgress(io: Io): Progress | undefined {
  const { stderr, env } = io;
  if (env.TERM === 'dumb' || (env.CI !== undefined && env.CI !== '' && env.CI !== 'false')) return undefined;
  let due = io.now() + patience;
  let shown = false;
  return {
    onProgress(done, total, file) {
      const now = io.now();
      if (now < due) return;
      // Asked late: opening the stream costs a short run some milliseconds.
      due = stderr.isTTY ? now + interval : Number.POSITIVE_INFINITY;
      if (!stderr.isTTY) return;
      shown = true;
      const line = `Linting ${done} of ${total}: ${visible(file)}`;
      const room = Math.max(20, widthOf(stderr) - 1);
      stderr.write(`\r\u001b[K${line.length > room ? `${line.slice(0, room - 1)}…` : line}`);
    },
    clear() {
      if (shown) stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
