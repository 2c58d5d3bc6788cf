import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './failure.js';

/**
 * Writes a file so that nobody ever sees half of it: beside it, then renamed. Folders on the way are made; a link is
 * written through; a device or a pipe is written directly. Throws an error with a sentence when it cannot be done.
 */
export function writeAtomically(path: string, text: string): void {
  try {
    const target = realTarget(path);
    if (target === undefined) writeFileSync(path, text);
    else replaceFile(target, text);
  } catch (error) {
    throw new Error(`${path} cannot be written: ${reasonOf(errorCode(error))}`);
  }
}

/** The file to replace; undefined for what is no regular file and must be written to as it is. */
function realTarget(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return path;
  if (stats.isDirectory()) throw new Error('it is a folder');
  return stats.isFile() ? realpathSync(path) : undefined;
}

function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function reasonOf(code: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'it may not be written (permission denied)';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of its path is a file';
    default:
      return code;
  }
}
