import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { errorCode } from './failure.js';

/** The files that changed, as absolute paths, or why git does not say. */
export type Changed =
  | { readonly kind: 'files'; readonly files: ReadonlySet<string> }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The files that differ from a revision, or that a range (`A..B`, `A...B`) touches, removed ones included; for a single
 * revision from where it and HEAD parted, and with those that git does not track yet.
 */
export function changedSince(revision: string, cwd: string): Changed {
  try {
    const root = git(['rev-parse', '--show-toplevel'], cwd).trimEnd();
    const names = revision.includes('..')
      ? differingFrom(revision, root)
      : revision === 'HEAD' && !hasCommits(root)
        ? git(['ls-files', '--cached', '--others', '--exclude-standard', '-z'], root)
        : differingFrom(parting(revision, root), root) +
          git(['ls-files', '--others', '--exclude-standard', '-z'], root);
    const files = names.split('\0').filter((name) => name !== '');
    return { kind: 'files', files: new Set(files.map((name) => resolve(root, name))) };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error, revision) };
  }
}

function differingFrom(revision: string, root: string): string {
  return git(['diff', '--name-only', '--no-renames', '-z', '--end-of-options', revision, '--'], root);
}

function hasCommits(root: string): boolean {
  return git(['rev-list', '--all', '--max-count=1'], root) !== '';
}

/** The last commit that a revision and HEAD have in common; the revision itself where a shallow clone does not know it. */
function parting(revision: string, root: string): string {
  // What is no revision must not be read as a path or an option.
  const commit = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], root).trimEnd();
  try {
    return git(['merge-base', commit, 'HEAD'], root).trimEnd();
  } catch {
    return commit;
  }
}

function git(args: readonly string[], cwd: string): string {
  return execFileSync('git', [...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function reasonOf(error: unknown, revision: string): string {
  if (errorCode(error) === 'ENOENT') return 'git is not installed';
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  if (/not a git repository/i.test(stderr)) return 'this is no git repository';
  if (stderr === '' || /unknown revision|bad revision|ambiguous argument/i.test(stderr))
    return `git knows no revision ${revision} (a shallow clone may lack it: git fetch --unshallow)`;
  return `git says: ${stderr.split('\n')[0]}`;
}
