/** Why a file could not be read. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** The text of a file. */
export interface Readable {
  readonly kind: 'text';
  readonly text: string;
}

/**
 * The project's files, as a host shows them: the disk, an editor's unsaved buffers, or a test's table.
 *
 * Paths are relative to the project's root, with forward slashes and without `.` or `..` segments.
 */
export interface Files {
  /** The text of a file, the reason why it cannot be had, or undefined when there is no such file. */
  read(path: string): Readable | Unreadable | undefined;
  /** Names in a folder (folders end in `/`), or undefined when it is not a folder; `''` is the root. */
  list(folder: string): readonly string[] | undefined;
}

/** Resolves `.` and `..` in a slash-separated path; undefined when it leaves the root. */
export function normalizePath(path: string): string | undefined {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (out.pop() === undefined) return undefined;
    } else out.push(part);
  }
  return out.join('/');
}

/** The folder of a path, `''` for a file in the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
