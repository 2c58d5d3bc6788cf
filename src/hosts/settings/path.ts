import { relative, sep } from 'node:path';

/** The path of a file as the settings' globs mean it. */
export function pathInSettings({ folder }: { readonly folder: string }, absolute: string): string {
  const path = relative(folder, absolute);
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
