/** How the bundle of the command line imports: it is compiled from a cache, where `import()` does not work (build.mjs). */
declare const ENVARIANT_IMPORT: ((url: string) => Promise<unknown>) | undefined;

/** Imports a module that the user's own settings name, by its URL. */
export function importModule(url: string): Promise<unknown> {
  return typeof ENVARIANT_IMPORT === 'function' ? ENVARIANT_IMPORT(url) : import(url);
}
