import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/**
 * Git's ignore rules along a walk.
 *
 * All patterns are rewritten to be relative to the top folder and kept in one list in git's order of precedence
 * (info/exclude, then outer before inner .gitignore), because the last match decides, also across files. A folder
 * without a .gitignore shares the list of its parent; compiled patterns are shared in any case.
 */
export interface IgnoreRules {
  readonly list: Ignore;
}

const noRules: IgnoreRules = { list: ignore({ ignorecase: false }) };

/** The nearest folder at or above that has a `.git`; undefined outside of a repository. */
export function gitRoot(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** The rules in force in the top folder before its own .gitignore is read. */
export function topRules(top: string): IgnoreRules {
  const text = readOptional(excludeFile(top));
  return text === undefined ? noRules : withPatterns(noRules, '', text);
}

/** A worktree's or submodule's `.git` is a file that names the real folder. */
function excludeFile(top: string): string {
  const dotGit = join(top, '.git');
  const pointer = /^gitdir: (.+)$/m.exec(readOptional(dotGit) ?? '')?.[1];
  if (pointer === undefined) return join(dotGit, 'info', 'exclude');
  const folder = resolve(top, pointer.trim());
  const common = readOptional(join(folder, 'commondir'))?.trim();
  return join(common === undefined ? folder : resolve(folder, common), 'info', 'exclude');
}

/** The rules with those of a folder's .gitignore; `folder` is relative to the top, `''` for the top. */
export function withIgnoreFile(rules: IgnoreRules, top: string, folder: string): IgnoreRules {
  const text = readOptional(join(top, folder, '.gitignore'));
  return text === undefined ? rules : withPatterns(rules, folder, text);
}

/** The rules with patterns that were written in a folder. */
export function withPatterns(rules: IgnoreRules, folder: string, text: string): IgnoreRules {
  const patterns = text.split(/\r?\n/).flatMap((line) => rooted(line, folder));
  if (patterns.length === 0) return rules;
  return { list: ignore({ ignorecase: false }).add(rules.list).add(patterns) };
}

/** A pattern of a folder as a pattern of the top folder. */
function rooted(line: string, folder: string): readonly string[] {
  if (line.trim() === '' || line.startsWith('#')) return [];
  if (folder === '') return [line];
  const negated = line.startsWith('!');
  const pattern = negated ? line.slice(1) : line;
  const anchored = pattern.trimEnd().slice(0, -1).includes('/');
  const inside = anchored ? pattern.replace(/^\//, '') : `**/${pattern}`;
  return [`${negated ? '!' : ''}/${folder.replace(/[\\*?[\]]/g, '\\$&')}/${inside}`];
}

/** Whether git would leave a path out; folders end in `/`. */
export function isIgnored(rules: IgnoreRules, path: string): boolean {
  return rules.list.ignores(path);
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
