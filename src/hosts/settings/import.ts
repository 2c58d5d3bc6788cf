import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

/** How the bundle of the command line imports: it is compiled from a cache, where `import()` does not work (build.mjs). */
declare const ENVARIANT_IMPORT: ((url: string) => Promise<unknown>) | undefined;
/** Where the bundles have typescript-loader.ts; from source, who runs it takes types out by itself. */
declare const ENVARIANT_TYPESCRIPT: string | undefined;

let isPrepared = false;

/** Imports a module that the user's own settings name, by its absolute path. */
export function importModule(file: string): Promise<unknown> {
  if (!isPrepared) prepareTypeScript();
  isPrepared = true;
  const { href } = pathToFileURL(file);
  return typeof ENVARIANT_IMPORT === 'function' ? ENVARIANT_IMPORT(href) : import(href);
}

/** Node.js takes types out by itself from 22.18 on; before, ours do it, whichever module imports the TypeScript. */
function prepareTypeScript(): void {
  if (typeof ENVARIANT_TYPESCRIPT !== 'string' || stripsTypes()) return;
  register(ENVARIANT_TYPESCRIPT, import.meta.url);
  // The places in what is thrown are then those of the source.
  process.setSourceMapsEnabled(true);
}

function stripsTypes(): boolean {
  const { features } = process;
  return 'typescript' in features && features.typescript !== false && features.typescript !== undefined;
}
