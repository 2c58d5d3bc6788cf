/*
 * Settings and plugins in TypeScript where Node.js does not load it by itself: below 22.18. Hooks of node:module, a bundle of its
 * own that is loaded on such a Node.js with the first settings that are a module.
 *
 * By sucrase: 0.2 MB when it is bundled, MIT, and 25 ms to load and run. amaro, which Node.js itself has, is 3.5 MB and
 * takes 60 ms; jiti is 1.7 MB, and writes a cache beside the project; ts-blank-space needs all of `typescript` (24 MB).
 */
import { readFile } from 'node:fs/promises';
import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { transform } from 'sucrase';

/** Loads a module in TypeScript without its types; as in Node.js, files are named with their endings. */
export const load: LoadHook = async (url, context, next) => {
  if (!/^file:[^?#]*\.[cm]?ts(?:[?#]|$)/.test(url)) return next(url, context);
  const path = fileURLToPath(url);
  const source = withoutTypes(await readFile(path, 'utf8'), path);
  return { format: isCommonJs(source) ? 'commonjs' : 'module', source, shortCircuit: true };
};

function withoutTypes(source: string, path: string): string {
  const { code, sourceMap } = transform(source, {
    transforms: ['typescript'],
    disableESTransforms: true,
    // Types are imported by `import type`, as Node.js wants it: settings that load here load there, too.
    keepUnusedImports: true,
    filePath: path,
    sourceMapOptions: { compiledFilename: path },
  });
  const map = Buffer.from(JSON.stringify(sourceMap)).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${map}\n`;
}

/** Whether a module has neither imports nor exports: Node.js asks the syntax, too, where no package.json says it. */
function isCommonJs(source: string): boolean {
  try {
    new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`);
    return true;
  } catch {
    return false;
  }
}
