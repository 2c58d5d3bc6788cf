import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
    const names: string[] = settingsNames.filter((name) => lstatSync(join(at, name), { throwIfNoEntry: false }));
    if (hasOwnSettings(join(at, 'package.json'))) names.push('package.json');
    const [first, second] = names;
    if (first !== undefined && second === undefined) return { kind: 'file', path: join(at, first) };
    if (first !== undefined) return { kind: 'several', folder: at, names };
    if (existsSync(join(at, '.git')) || dirname(at) === at) return { kind: 'none' };
  }
}

/** Whether a package.json has the key "envariant"; one that cannot be read has none. */
function hasOwnSettings(path: string): boolean {
  try {
    const text = readFileSync(path, 'utf8');
    if (!text.includes('"envariant"')) return false;
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null && Object.hasOwn(data, 'envariant');
  } catch {
    return false;
  }
}
