/*
 * The files of a workspace folder as the server sees them: what is open in the editor stands in the place of the disk, and
 * every read has a stamp. A result remembers the stamps of what it was made from, not the texts, and is good for as long as
 * they are the same; so nobody has to be told which file a change is about.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Files, Readable, Unreadable } from '../../text/files.js';
import { diskFiles, readText, sizeLimit } from '../disk.js';
import { Lru } from './lru.js';

/** What a result was made from: the stamps of texts and of listings, by path. */
export type Stamps = ReadonlyMap<string, string>;

/** Texts of the disk that are kept take at most so many characters together. */
const CACHE_SIZE = 16_000_000;

interface Kept {
  readonly stamp: string;
  readonly content: Readable | Unreadable | undefined;
}

/** The files under one folder. */
export class Store {
  readonly root: string;
  readonly #open = new Map<string, { readonly stamp: string; readonly text: string }>();
  readonly #disk = new Lru<string, Kept>(CACHE_SIZE, ({ content }) =>
    content?.kind === 'text' ? content.text.length + 200 : 200,
  );
  #opened = 0;

  constructor(root: string) {
    this.root = root;
  }

  /** Puts an editor's text in the place of a file's. */
  open(path: string, text: string): void {
    const own = text.startsWith('\ufeff') ? text.slice(1) : text;
    const { stamp, content } = this.#readDisk(path);
    // As the disk has it: what was made from that is still good.
    const isSaved = content?.kind === 'text' && content.text === own;
    this.#opened += 1;
    this.#open.set(path, { stamp: isSaved ? stamp : `open ${this.#opened}`, text: own });
  }

  close(path: string): void {
    this.#open.delete(path);
  }

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  get openPaths(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** The files, with a record of what is read of them. */
  recorded(): { readonly files: Files; readonly stamps: Stamps } {
    const stamps = new Map<string, string>();
    // One evaluation sees one state of the disk, however often it asks.
    const known = new Map<string, Kept>();
    const listed = new Map<string, readonly string[] | undefined>();
    const files: Files = {
      read: (path) => {
        const kept = known.get(path) ?? this.#read(path);
        known.set(path, kept);
        stamps.set(path, kept.stamp);
        return kept.content;
      },
      list: (folder) => {
        if (!listed.has(folder)) {
          const names = this.#list(folder);
          listed.set(folder, names);
          stamps.set(`${folder}/`, listStamp(names));
        }
        return listed.get(folder);
      },
    };
    return { files, stamps };
  }

  /** Whether everything is still as it was when a result was made from it. */
  isFresh(stamps: Stamps): boolean {
    for (const [path, stamp] of stamps) {
      const now = path.endsWith('/') ? listStamp(this.#list(path.slice(0, -1))) : this.stampOf(path);
      if (now !== stamp) return false;
    }
    return true;
  }

  /** What a file's text is known by. */
  stampOf(path: string): string {
    return this.#open.get(path)?.stamp ?? diskStamp(join(this.root, path));
  }

  #read(path: string): Kept {
    const open = this.#open.get(path);
    return open === undefined
      ? this.#readDisk(path)
      : { stamp: open.stamp, content: { kind: 'text', text: open.text } };
  }

  #readDisk(path: string): Kept {
    const absolute = join(this.root, path);
    const stamp = diskStamp(absolute);
    const known = this.#disk.get(path);
    if (known?.stamp === stamp) return known;
    const kept = { stamp, content: readText(absolute, sizeLimit) };
    this.#disk.set(path, kept);
    return kept;
  }

  /** The names in a folder, with those of open files that are not saved yet. */
  #list(folder: string): readonly string[] | undefined {
    const names = diskFiles(this.root).list(folder);
    const start = folder === '' ? '' : `${folder}/`;
    const unsaved = new Set<string>();
    for (const path of this.#open.keys()) {
      if (!path.startsWith(start)) continue;
      const [name = '', ...rest] = path.slice(start.length).split('/');
      const entry = rest.length === 0 ? name : `${name}/`;
      if (names?.includes(entry) !== true) unsaved.add(entry);
    }
    return unsaved.size === 0 ? names : [...(names ?? []), ...unsaved].sort();
  }
}

function diskStamp(path: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'none';
  }
}

function listStamp(names: readonly string[] | undefined): string {
  return names === undefined ? 'none' : names.join('/');
}
