import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Files, Readable, Unreadable } from '../text/files.js';
import { errorCode } from './failure.js';

/** Files over this many bytes are not read. */
export const sizeLimit = 5_000_000;
/** Git's own rule: a file with a NUL this early is binary. */
const binaryProbe = 8192;

/** The files under a folder of the disk; each is read once, and no failure throws. */
export function diskFiles(root: string, limit: number = sizeLimit): Files {
  const texts = new Map<string, Readable | Unreadable | undefined>();
  const folders = new Map<string, readonly string[] | undefined>();
  return {
    read(path) {
      if (!texts.has(path)) texts.set(path, readText(join(root, path), limit));
      return texts.get(path);
    },
    list(folder) {
      // What is no file of any kind is no folder: a failure costs more than the answer.
      if (texts.has(folder) && texts.get(folder) === undefined) return undefined;
      if (!folders.has(folder)) folders.set(folder, listFolder(join(root, folder)));
      return folders.get(folder);
    },
  };
}

/** The text of a file without its byte order mark; undefined when there is none. */
export function readText(path: string, limit: number): Readable | Unreadable | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return reasonOf(path, 'ENOENT');
    if (stats.isDirectory()) return unreadable('is a folder');
    // Opening a pipe or a device could wait for ever.
    if (!stats.isFile()) return unreadable('is not a regular file');
    if (stats.size > limit)
      return unreadable(`has ${megabytes(stats.size)}, more than the limit of ${megabytes(limit)}`);
    const bytes = readFileSync(path);
    const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
    if (mark === 0xfffe || mark === 0xfeff) return unreadable('is UTF-16 text; builders read UTF-8 only');
    if (bytes.subarray(0, binaryProbe).includes(0)) return unreadable('is a binary file');
    const text = bytes.toString('utf8');
    return { kind: 'text', text: text.startsWith('\ufeff') ? text.slice(1) : text };
  } catch (error) {
    return reasonOf(path, errorCode(error));
  }
}

function reasonOf(path: string, code: string): Unreadable | undefined {
  switch (code) {
    case 'ENOENT':
      return isLink(path) ? unreadable('is a symbolic link to nothing') : undefined;
    case 'ENOTDIR':
      return undefined;
    case 'ELOOP':
      return unreadable('is a symbolic link that leads back to itself');
    case 'EACCES':
    case 'EPERM':
      return unreadable('may not be read (permission denied)');
    default:
      return unreadable(`cannot be read (${code})`);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function unreadable(reason: string): Unreadable {
  return { kind: 'unreadable', reason };
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${Math.ceil(bytes / 100_000) / 10} MB`;
}

function listFolder(path: string): readonly string[] | undefined {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.map((entry) => (isFolder(path, entry) ? `${entry.name}/` : entry.name)).sort();
  } catch {
    return undefined;
  }
}

function isFolder(
  path: string,
  entry: { readonly name: string; isDirectory(): boolean; isSymbolicLink(): boolean },
): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(join(path, entry.name)).isDirectory();
  } catch {
    // A loop or a link to nothing is listed as a file; reading it tells why it cannot be had.
    return false;
  }
}
