import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { errorCode } from './failure.js';
import { gitRoot, type IgnoreRules, isIgnored, topRules, withIgnoreFile } from './gitignore.js';

/** A folder that could not be looked into; the path is absolute. */
export interface UnreadableFolder {
  readonly path: string;
  readonly reason: string;
}

export interface Discovery {
  /** Absolute paths with the system's separators, sorted. */
  readonly files: readonly string[];
  readonly unreadable: readonly UnreadableFolder[];
}

export interface DiscoverOptions {
  /** Whether a file of this path, relative to the repository or to the folder that is walked, is looked for. */
  readonly accept: (path: string) => boolean;
  /** Lists a folder; only tests replace it. */
  readonly entries?: (folder: string) => readonly Dirent[];
}

const neverEntered = new Set(['.git', 'node_modules']);

/**
 * Finds files under a folder: what git ignores is left out, links to folders are not followed (they may loop), links to
 * files are unless the file itself is found, too. A folder that is ignored from above but was asked for is walked.
 */
export function discover(folder: string, options: DiscoverOptions): Discovery {
  const start = resolve(folder);
  const repository = gitRoot(start);
  const outer = repository === undefined ? undefined : rulesAbove(repository, start);
  const walk: Walk = {
    top: outer === undefined || repository === undefined ? start : repository,
    options,
    files: [],
    links: [],
    unreadable: [],
  };
  walkFolder(walk, slashed(relative(walk.top, start)), outer ?? topRules(start));
  const found = new Set(walk.files);
  const links = walk.links.filter((link) => !found.has(realPath(link)));
  return { files: [...walk.files, ...links].sort(), unreadable: walk.unreadable };
}

interface Walk {
  readonly top: string;
  readonly options: DiscoverOptions;
  readonly files: string[];
  readonly links: string[];
  readonly unreadable: UnreadableFolder[];
}

/** The rules of the repository down to, but without, the start; undefined when they leave the start itself out. */
function rulesAbove(repository: string, start: string): IgnoreRules | undefined {
  let rules = topRules(repository);
  let at = '';
  for (const part of slashed(relative(repository, start)).split('/')) {
    if (part === '') continue;
    rules = withIgnoreFile(rules, repository, at);
    at = at === '' ? part : `${at}/${part}`;
    if (isIgnored(rules, `${at}/`)) return undefined;
  }
  return rules;
}

function walkFolder(walk: Walk, folder: string, above: IgnoreRules): void {
  const path = join(walk.top, folder);
  let entries: readonly Dirent[];
  try {
    entries = (walk.options.entries ?? readFolder)(path);
  } catch (error) {
    const code = errorCode(error);
    // ENOENT: removed since its parent was listed.
    if (code !== 'ENOENT') walk.unreadable.push({ path, reason: folderReason(code) });
    return;
  }
  const rules = entries.some((entry) => entry.name === '.gitignore') ? withIgnoreFile(above, walk.top, folder) : above;
  for (const entry of entries) {
    const inner = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!neverEntered.has(entry.name) && !isIgnored(rules, `${inner}/`)) walkFolder(walk, inner, rules);
    } else if (walk.options.accept(inner) && !isIgnored(rules, inner)) {
      const file = join(walk.top, inner);
      if (!entry.isSymbolicLink()) walk.files.push(file);
      else if (!isFolder(file)) walk.links.push(file);
    }
  }
}

function readFolder(path: string): readonly Dirent[] {
  return readdirSync(path, { withFileTypes: true });
}

function folderReason(code: string): string {
  return code === 'EACCES' || code === 'EPERM'
    ? 'this folder may not be read (permission denied)'
    : `this folder cannot be read (${code})`;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Where a link leads; a link to nothing stands for itself, so that reading it is reported. */
function realPath(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    return link;
  }
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
