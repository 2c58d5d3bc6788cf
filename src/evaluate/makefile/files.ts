import picomatch from 'picomatch';
import { normalizePath } from '../../text/files.js';
import type { Guarded } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import { splitArchives } from './archives.js';
import { workingFolder } from './shell.js';
import type { Machine, Word } from './state.js';
import { joinTexts, wordsOf } from './words.js';

const GLOB = /[*?[]/;

/** A path of the project for a path that make uses; undefined outside of the project. */
export function projectPath(machine: Machine, path: string): string | undefined {
  return normalizePath(path.startsWith('/') ? path.slice(1) : `${machine.folder}/${path}`);
}

/** Whether the project has a file or folder there; undefined outside of the project. */
export function exists(machine: Machine, path: string): boolean | undefined {
  const { existing } = machine;
  if (!existing.has(path)) existing.set(path, isThere(machine, path));
  return existing.get(path);
}

function isThere(machine: Machine, path: string): boolean | undefined {
  const inside = projectPath(machine, path);
  if (inside === undefined || path.startsWith('/') || path.startsWith('~')) return undefined;
  return machine.files.read(inside) !== undefined || machine.files.list(inside) !== undefined;
}

/** The paths that a pattern matches, sorted; undefined outside of the project. */
export function glob(machine: Machine, pattern: string): readonly string[] | undefined {
  if (/^[/~]/.test(pattern)) return undefined;
  if (!GLOB.test(pattern)) {
    const known = exists(machine, pattern);
    return known === undefined ? undefined : known ? [pattern] : [];
  }
  let paths: readonly string[] = [''];
  for (const segment of pattern.split('/')) {
    if (segment === '..') {
      paths = paths.map((path) => `${path}../`);
      continue;
    }
    const next: string[] = [];
    const matches = picomatch(segment, { dot: segment.startsWith('.'), nobrace: true, noext: true, noglobstar: true });
    for (const path of paths) {
      const folder = projectPath(machine, path === '' ? '.' : path);
      const names = folder === undefined ? undefined : machine.files.list(folder);
      if (names === undefined) continue;
      for (const name of names) {
        const plain = name.replace(/\/$/, '');
        if (GLOB.test(segment) ? matches(plain) : plain === segment) next.push(`${path}${plain}/`);
      }
      if (segment === '' || segment === '.') next.push(segment === '' ? path : `${path}./`);
    }
    paths = next;
  }
  return paths.map((path) => path.replace(/\/$/, '')).sort();
}

/** `$(wildcard …)` over the files of the project; outside of it nothing is known. */
export function wildcard(machine: Machine, text: Text): Text {
  const { texts } = machine;
  const items = wordsOf(machine, text).map(({ when, item }): Guarded<Text> => {
    const pattern = texts.constant(item.text);
    const found = pattern === undefined ? undefined : glob(machine, pattern);
    if (found === undefined)
      return { when, item: texts.symbol(`$(wildcard ${render(item.text)})`, item.text.holds, 'host') };
    return { when: found.length === 0 ? machine.space.false : when, item: texts.literal(found.join(' ')) };
  });
  return joinTexts(machine, items);
}

/** A word of a list of files: wildcards that match are replaced, and a leading `./` goes. */
export function fileWords(machine: Machine, text: Text): readonly Guarded<Word>[] {
  const { texts } = machine;
  return splitArchives(machine, wordsOf(machine, text)).flatMap(({ when, item }) => {
    const constant = texts.constant(item.text);
    if (constant === undefined) return [{ when, item }];
    const plain = constant.replace(/^(?:\.\/+)+(?=.)/, '');
    const found = GLOB.test(plain) && !plain.includes('%') ? glob(machine, plain) : undefined;
    const names = found === undefined || found.length === 0 ? [plain] : found;
    return names.map((name) => ({ when, item: { text: texts.literal(name), many: false } }));
  });
}

/** `$(abspath …)` and `$(realpath …)`; the project's root is `/`. */
export function absolutePaths(machine: Machine, text: Text): Text {
  const { texts } = machine;
  const cwd = workingFolder(machine);
  const items = wordsOf(machine, text).map(({ when, item }): Guarded<Text> => {
    const path = texts.constant(item.text);
    if (path === undefined) return { when, item: texts.symbol(`$(abspath ${render(item.text)})`, item.text.holds) };
    const absolute = path.startsWith('/') ? path : `${cwd}/${path}`;
    return { when, item: texts.literal(`/${normalizePath(absolute) ?? ''}`) };
  });
  return joinTexts(machine, items);
}
