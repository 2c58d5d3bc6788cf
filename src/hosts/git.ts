import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { errorCode } from './failure.js';

/** The files that changed, as absolute paths, or why git does not say. */
export type Changed =
  | { readonly kind: 'files'; readonly files: ReadonlySet<string> }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The files that differ from a revision, or that a range (`A..B`, `A...B`) touches, removed ones included; for a single
 * revision also those that git does not track yet.
 */
export function changedSince(revision: string, cwd: string): Changed {
  try {
    const root = git(['rev-parse', '--show-toplevel'], cwd).trimEnd();
    // What is no revision must not be read as a path or an option.
    if (!revision.includes('..'))
      git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], cwd);
    const names = git(['diff', '--name-only', '--no-renames', '-z', '--end-of-options', revision, '--'], root).split(
      '\0',
    );
    if (!revision.includes('..'))
      names.push(...git(['ls-files', '--others', '--exclude-standard', '-z'], root).split('\0'));
    return { kind: 'files', files: new Set(names.filter((name) => name !== '').map((name) => resolve(root, name))) };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error, revision) };
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
