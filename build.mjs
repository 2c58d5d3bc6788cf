// Builds dist/: the command line as one CommonJS bundle with V8's compiled code beside it, the library entries as
// ES modules, the types, and the licences of what was bundled in. `--rules` only writes rules/index.ts.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { pruneDeclarations } from './tools/declarations.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// yargs' platform layer is replaced by ours; see src/hosts/cli/yargs-platform.ts.
let replaced = false;
const smallYargs = {
  name: 'small-yargs',
  setup(plugin) {
    plugin.onResolve({ filter: /platform-shims\/esm\.mjs$/ }, () => {
      replaced = true;
      return { path: join(root, 'src/hosts/cli/yargs-platform.ts') };
    });
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
  metafile: true,
  legalComments: 'none',
  // Packages that publish CommonJS and ES modules: the latter bundle without wrappers.
  mainFields: ['module', 'main'],
  define: {
    ENVARIANT_VERSION: JSON.stringify(manifest.version),
    ENVARIANT_TYPESCRIPT: JSON.stringify('./typescript-loader.js'),
    ENVARIANT_BUGS: JSON.stringify(manifest.bugs.url),
  },
  alias: { 'envariant/plugin': join(root, 'src/plugin.ts') },
};

/** What the warm-up run lints: the usual instructions, and a step that differs. */
const story = `FROM golang:1.22-alpine AS build
ARG ENV
ENV CGO_ENABLED=1
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg go mod download && rm -rf /tmp/*
COPY . .
RUN set -eu; if [ "$ENV" = production ]; then flags="-ldflags=-s"; else flags=''; fi; echo "$flags"
RUN go build $(case "$ENV" in (local|testing) echo "-race ";; esac) -o cli ./cmd/service
FROM debian:bookworm-slim
COPY --from=build /src/cli /usr/local/bin/cli
USER nobody
ENTRYPOINT ["cli"]
`;

writeRules();
if (!process.argv.includes('--rules')) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const types = emitTypes();
  const metafiles = [];
  for (const make of [buildCommandLine, buildScriptParser, buildTypeScript, buildServer, buildLibrary])
    metafiles.push(await make());
  await writeSchema();
  writeFileSync(join(dist, 'THIRD-PARTY.txt'), licences(metafiles));
  process.exitCode = await types;
}

/** Writes rules/index.ts: every folder in rules/ that has a rule.ts is a rule. */
function writeRules() {
  const folder = join(root, 'rules');
  const ids = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'rule.ts')))
    .sort();
  const nameOf = (id) => id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const code = `// Written by \`node build.mjs --rules\` from the folders; do not edit.
import type { AnyRule } from 'envariant/plugin';
${ids.map((id) => `import ${nameOf(id)} from './${id}/rule.js';\n`).join('')}
/** Every rule of the project, in the order of their names. */
export const rules: readonly AnyRule[] = [
${ids.map((id) => `  ${nameOf(id)},\n`).join('')}];
`;
  const file = join(folder, 'index.ts');
  // An unchanged file keeps its time, so that watchers stay calm.
  if (!existsSync(file) || readFileSync(file, 'utf8') !== code) writeFileSync(file, code);
}

async function buildCommandLine() {
  const { metafile, outputFiles } = await build({
    ...shared,
    entryPoints: ['src/hosts/cli/bin.ts'],
    outfile: join(dist, 'cli.cjs'),
    format: 'cjs',
    minify: true,
    define: { ...shared.define, 'import.meta.url': '$here', ENVARIANT_IMPORT: '$import' },
    banner: { js: "const $here = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [smallYargs],
    write: false,
  });
  if (!replaced) throw new Error('yargs has moved its platform layer: look at smallYargs');
  // esbuild escapes all but regular expressions. Code of one byte a character is read and scanned in half the time.
  const code = outputFiles[0].text.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // The bundle is itself the function that a CommonJS module is wrapped into, so that vm.Script can compile it.
  const source = `(function(exports,require,module,__filename,__dirname,$import){${code}\n})`;
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 12);
  const names = { code: `cli-${hash}.js`, cache: `cli-${hash}.v8` };
  writeFileSync(join(dist, names.code), source);
  writeFileSync(join(dist, 'bin.cjs'), stub(names, vmIdentity()), { mode: 0o755 });
  warmCache(join(dist, names.code), join(dist, names.cache));
  return metafile;
}

/** The parser of JavaScript, which the command line loads only when a configuration of a bundler needs it. */
async function buildScriptParser() {
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/script-parser.ts'],
    outfile: join(dist, 'script-parser.cjs'),
    format: 'cjs',
    minify: true,
  });
  return metafile;
}

/** What takes the types out of settings in TypeScript, which only a Node.js loads that does not do so by itself. */
async function buildTypeScript() {
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/hosts/settings/typescript-loader.ts'],
    outfile: join(dist, 'typescript-loader.js'),
    format: 'esm',
    minify: true,
  });
  return metafile;
}

/** The language server with a library of its own, so that the command line starts without a byte of it. */
async function buildServer() {
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/hosts/lsp/stdio.ts'],
    outfile: join(dist, 'lsp.cjs'),
    format: 'cjs',
    minify: true,
    define: { ...shared.define, 'import.meta.url': '$here' },
    banner: { js: "const $here = require('node:url').pathToFileURL(__filename).href;" },
  });
  return metafile;
}

/** The compiled code is only good for the very V8 and machine that made it; elsewhere the source is compiled. */
function vmIdentity() {
  return [process.versions.v8, process.version, process.platform, process.arch].join(' ');
}

function stub(names, identity) {
  return `#!/usr/bin/env node
'use strict';
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');
const filename = __dirname + '/${names.code}';
const identity = [process.versions.v8, process.version, process.platform, process.arch].join(' ');
let cachedData;
if (identity === ${JSON.stringify(identity)}) {
  try {
    cachedData = readFileSync(__dirname + '/${names.cache}');
  } catch {}
}
// Code from a cache cannot import(); plugins and settings that are modules are imported from here.
const importModule = (url) => import(url);
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
script.runInThisContext()(exports, require, module, filename, __dirname, importModule);
`;
}

/**
 * Runs the bundle once over a Dockerfile with a finding, and keeps what V8 compiled on the way: functions that a run
 * needs are then there from the start. The run is a process of its own with the flags of an ordinary one.
 */
function warmCache(code, cache) {
  const folder = mkdtempSync(join(tmpdir(), 'envariant-build-'));
  writeFileSync(join(folder, 'Dockerfile'), story);
  const program = `
    const { readFileSync, writeFileSync } = require('node:fs');
    const { Script } = require('node:vm');
    const [code, cache] = process.argv.splice(1, 2);
    process.argv.splice(1, 0, code);
    const script = new Script(readFileSync(code, 'latin1'), { filename: code });
    process.once('exit', () => writeFileSync(cache, script.createCachedData()));
    script.runInThisContext()(exports, require, module, code, ${JSON.stringify(dist)});`;
  const run = spawnSync(process.execPath, ['-e', program, '--', code, cache, 'Dockerfile'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  rmSync(folder, { recursive: true, force: true });
  if (run.stderr !== '') throw new Error(`the bundle does not run: ${run.stderr}`);
}

/** The ES modules of the package's exports, with shared chunks; entries that do not exist yet are left out. */
async function buildLibrary() {
  const entries = {
    index: 'src/index.ts',
    plugin: 'src/plugin.ts',
    testing: 'src/hosts/testing.ts',
    'script-parser': 'src/script-parser.ts',
  };
  const there = Object.entries(entries).filter(([, file]) => existsSync(join(root, file)));
  const { metafile } = await build({
    ...shared,
    entryPoints: Object.fromEntries(there),
    outdir: dist,
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    external: ['vitest'],
    // Bundled CommonJS packages ask for Node's modules by require.
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module';\nconst require = $createRequire(import.meta.url);",
    },
  });
  return metafile;
}

/** Writes the JSON Schema of the settings, from the schema that validates them. */
async function writeSchema() {
  const file = join(dist, 'schema.mjs');
  await build({
    ...shared,
    stdin: {
      contents:
        "export { settingsJsonSchema } from './src/lint/schema.ts'; export { describedRules } from './src/index.ts';",
      resolveDir: root,
    },
    outfile: file,
    format: 'esm',
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module';\nconst require = $createRequire(import.meta.url);",
    },
  });
  const { settingsJsonSchema, describedRules } = await import(pathToFileURL(file));
  writeFileSync(join(dist, 'schema.json'), `${JSON.stringify(settingsJsonSchema(describedRules))}\n`);
  rmSync(file);
}

/** Emits the declarations that the entries of the package lead to; resolves to the exit status. */
function emitTypes() {
  const settings = join(dist, 'tsconfig.types.json');
  writeFileSync(
    settings,
    JSON.stringify({
      extends: '../tsconfig.json',
      compilerOptions: { noEmit: false, emitDeclarationOnly: true, declaration: true, rootDir: '..', outDir: 'types' },
      include: ['../src', '../rules'],
      exclude: ['../**/*.test.ts'],
    }),
  );
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  return new Promise((done) => {
    const child = spawn(process.execPath, [compiler, '-p', settings], { stdio: 'inherit' });
    child.once('close', (status) => {
      rmSync(settings, { force: true });
      const entries = Object.values(manifest.exports).flatMap(({ types }) =>
        types === undefined ? [] : join(root, types),
      );
      if (status === 0) pruneDeclarations(join(dist, 'types'), entries);
      done(status ?? 1);
    });
  });
}

/** Name, version and licence text of every package that has code in a bundle. */
function licences(metafiles) {
  const folders = new Set();
  for (const { inputs } of metafiles) {
    for (const input of Object.keys(inputs)) {
      const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
      if (found !== null) folders.add(resolve(root, found[0]));
    }
  }
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined && license === undefined) throw new Error(`${name} has no licence`);
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `The files in this folder contain code of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
