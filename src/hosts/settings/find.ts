import { existsSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText, sizeLimit } from '../disk.js';

/** The names of settings files, in the order in which they are told. */
export const settingsNames = [
  'envariant.config.jsonc',
  'envariant.config.json',
  'envariant.config.yaml',
  'envariant.config.yml',
  'envariant.config.js',
  'envariant.config.mjs',
  'envariant.config.ts',
] as const;

/** What was found: a file, nothing, or several files in one folder, of which none can be preferred. */
export type FoundSettings =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly folder: string; readonly names: readonly string[] };

/** The nearest settings file at or above a folder, not beyond the repository that the folder is in. */
export function findSettings(folder: string): FoundSettings {
  for (let at = folder; ; at = dirname(at)) {
    // A link that leads nowhere is there, and is told.
    const names: string[] = settingsNames.filter((name) => isThere(join(at, name)));
    if (hasOwnSettings(join(at, 'package.json'))) names.push('package.json');
    const [first, second] = names;
    if (first !== undefined && second === undefined) return { kind: 'file', path: join(at, first) };
    if (first !== undefined) return { kind: 'several', folder: at, names };
    if (existsSync(join(at, '.git')) || dirname(at) === at) return { kind: 'none' };
  }
}

/** Whether there is something of this name; in a folder that may not be looked into, there is nothing. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Whether a package.json has the key "envariant"; one that cannot be read has none, and a damaged one what looks like it. */
function hasOwnSettings(path: string): boolean {
  const content = readText(path, sizeLimit);
  if (content?.kind !== 'text' || !content.text.includes('"envariant"')) return false;
  try {
    const data: unknown = JSON.parse(content.text);
    return typeof data === 'object' && data !== null && Object.hasOwn(data, 'envariant');
  } catch {
    return /"envariant"\s*:\s*\{/.test(content.text);
  }
}
