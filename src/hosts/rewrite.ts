import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './failure.js';

const MARK = '\ufeff';

/**
 * Replaces the text of a file by another one, so that nobody ever sees half of it: it is written beside it and renamed. A link
 * is followed, the mode and a byte order mark are kept. Gives the reason when it is not done, because the file cannot be
 * written or has another text by now.
 */
export function rewriteFile(path: string, before: string, after: string): string | undefined {
  let beside: string | undefined;
  try {
    const target = realpathSync(path);
    const { mode } = statSync(target);
    const present = readFileSync(target, 'utf8');
    const mark = present.startsWith(MARK) ? MARK : '';
    if (present.slice(mark.length) !== before) return 'it was changed in the meantime';
    beside = join(dirname(target), `.${basename(target)}.envariant-${process.pid}`);
    const handle = openSync(beside, 'wx', mode);
    try {
      // The process' mask does not count for what is replaced.
      fchmodSync(handle, mode & 0o7777);
      writeSync(handle, mark + after);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, target);
    return undefined;
  } catch (error) {
    if (beside !== undefined) rmSync(beside, { force: true });
    const code = errorCode(error);
    return code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
      ? 'it may not be written (permission denied)'
      : `it cannot be written (${code})`;
  }
}
