import { normalizePath } from '../../text/files.js';
import type { Text, Texts } from '../../value/text.js';

/** Whether a build context is none of the project's folders: a git repository, a URL, an image. */
export function isRemote(path: string): boolean {
  return /^[a-zA-Z][\w+.-]*:\/\/|^(?:git@|github\.com\/)|^service:|\.git(?:#.*)?$/.test(path);
}

/** Joins a path to a folder; undefined when it leaves the project. */
export function joinPath(folder: string, path: string): string | undefined {
  if (path.startsWith('/') || path.startsWith('~')) return undefined;
  return normalizePath(folder === '' ? path : `${folder}/${path}`);
}

/**
 * A path that starts from a folder, as one that starts from the project's root. What is outside of it, or is no path, stays
 * as it is written, so that it begins with `/`, `~`, `..` or a scheme.
 */
export function resolvePath(texts: Texts, folder: string, path: Text): Text {
  return texts.mapFlat(path, (flat) => resolveFlat(texts, folder, flat)) ?? path;
}

function resolveFlat(texts: Texts, folder: string, flat: Text): Text {
  const constant = texts.constant(flat);
  if (constant !== undefined)
    return isRemote(constant) ? flat : texts.literal(joinPath(folder, constant) ?? outside(folder, constant));
  const [first, ...rest] = flat.pieces;
  if (first?.kind !== 'literal') return folder === '' ? flat : texts.concat(texts.literal(`${folder}/`), flat);
  if (isRemote(first.text)) return flat;
  // What is known of the path goes up to its last slash.
  const slash = first.text.lastIndexOf('/');
  const known = first.text.slice(0, slash + 1);
  const start = joinPath(folder, known);
  if (start === undefined) return flat;
  return texts.join([
    { kind: 'literal', text: `${start === '' ? '' : `${start}/`}${first.text.slice(slash + 1)}` },
    ...rest,
  ]);
}

function outside(folder: string, path: string): string {
  if (path.startsWith('/') || path.startsWith('~')) return path;
  const out: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out[out.length - 1] !== '..') out.pop();
    else out.push(part);
  }
  return out.join('/');
}

/** Whether a resolved path is a folder or file of the project. */
export function isInside(path: string): boolean {
  return !isRemote(path) && !/^(?:\/|~|\.\.(?:\/|$))/.test(path);
}
