/* Where make looks for files that are not where their names say: `VPATH`, `vpath`, and `-lname` (vpath.c, remake.c). */
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { expandVariable } from './expand.js';
import { exists } from './files.js';
import type { Machine } from './state.js';
import { readPattern, splitWords, stemOf } from './strings.js';
import type { Targets } from './targets.js';

/** Folders for the names that a pattern matches. */
export interface SearchFolders {
  readonly pattern: string;
  readonly folders: readonly string[];
}

/** Reads a `vpath` directive: without folders it takes a pattern's away, without anything all. */
export function readVpath(machine: Machine, text: Text): void {
  const { space, texts } = machine;
  const flat = texts.flatten(text);
  for (const { when, item } of flat === undefined ? [] : space.leaves(flat)) {
    const constant = texts.constant(item);
    const here = space.and(when, machine.live);
    if (constant === undefined || here === space.false) continue;
    const [pattern, ...folders] = splitWords(constant);
    if (folders.length > 0) {
      machine.vpaths.push({ when: here, item: { pattern: pattern ?? '', folders: foldersOf(folders.join(' ')) } });
      continue;
    }
    for (const [i, known] of machine.vpaths.entries())
      if (pattern === undefined || known.item.pattern === pattern)
        machine.vpaths[i] = { ...known, when: space.and(known.when, space.not(here)) };
  }
}

function foldersOf(text: string): readonly string[] {
  return text.split(/[: \t]+/).flatMap((folder) => {
    const plain = folder.replace(/(.)\/+$/, '$1');
    return plain === '' || plain === '.' ? [] : [plain];
  });
}

/** All folders to search, those of `VPATH` last. */
export function searchFolders(machine: Machine): readonly Guarded<SearchFolders>[] {
  const { space, texts } = machine;
  const general = texts.flatten(expandVariable(machine, 'VPATH'));
  const all = general === undefined ? [] : space.leaves(general);
  return [
    ...machine.vpaths.filter(({ when }) => when !== space.false),
    ...all.flatMap(({ when, item }) => {
      const folders = foldersOf(texts.constant(item) ?? '');
      return folders.length === 0 ? [] : [{ when, item: { pattern: '%', folders } }];
    }),
  ];
}

/** Where the search finds a name, and under which one; the first that is found counts. */
export function searchPath(machine: Machine, targets: Targets, name: string): readonly Guarded<string>[] {
  const { space } = machine;
  if (targets.folders.length === 0 || name.startsWith('/')) return [];
  const found: Guarded<string>[] = [];
  let rest: Condition = space.true;
  for (const { when, item } of targets.folders) {
    if (stemOf(readPattern(item.pattern), name) === undefined) continue;
    for (const folder of item.folders) {
      const path = `${folder}/${name}`;
      const there =
        exists(machine, path) === true
          ? space.true
          : (targets.named.get(path) ?? []).reduce<Condition>((all, entry) => space.or(all, entry.when), space.false);
      const here = space.and(rest, space.and(when, there));
      if (here === space.false) continue;
      found.push({ when: here, item: path });
      rest = space.and(rest, space.not(here));
    }
  }
  return found;
}

/** The files that `-lname` may be, in the order in which make looks for them. */
export function libraryNames(machine: Machine, name: string): readonly string[] {
  const patterns = machine.texts.constant(expandVariable(machine, '.LIBPATTERNS')) ?? '';
  return splitWords(patterns).map((pattern) => pattern.replace('%', () => name.slice('-l'.length)));
}
