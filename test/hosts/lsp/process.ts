import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds the server as it is now into a folder, with a command `envariant` beside it; gives the folder of the command. */
export async function buildServer(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['src/hosts/lsp/stdio.ts'],
    outfile: join(bin, 'lsp.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    mainFields: ['module', 'main'],
    define: { 'import.meta.url': '$here' },
    banner: { js: "const $here = require('node:url').pathToFileURL(__filename).href;" },
    alias: { 'envariant/plugin': join(root, 'src/plugin.ts') },
  });
  const script = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} -e 'require(process.argv[1]).serveStdio()' ${JSON.stringify(join(bin, 'lsp.cjs'))} "$@"\n`;
  writeFileSync(join(bin, 'envariant'), script);
  chmodSync(join(bin, 'envariant'), 0o755);
  return bin;
}
