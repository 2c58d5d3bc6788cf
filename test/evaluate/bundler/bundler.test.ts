import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundlerOf } from '../../../src/knowledge/bundlers.js';
import { evaluateFiles, findingsOf, settingsIn } from './evaluate.js';

const ESBUILD = `import { build } from 'esbuild';
await build({ minify: process.env.NODE_ENV === 'production' });
`;
const WEBPACK = `module.exports = { mode: process.env.NODE_ENV === 'production' ? 'production' : 'development' };
`;
const scripts = (all: Readonly<Record<string, string>>): string => JSON.stringify({ scripts: all });

const OPEN = ['{"NODE_ENV":["production"]} → minify: true', 'otherwise → minify: false'];
const MODE = ['{"NODE_ENV":["production"]} → mode: production', 'otherwise → mode: development'];

describe('which build ships', () => {
  const esbuild = (build: Readonly<Record<string, string>>): readonly string[] =>
    findingsOf({ 'esbuild.config.mjs': ESBUILD, 'package.json': scripts(build) }, 'esbuild.config.mjs');
  const found = ['esbuild.config.mjs:2 warning', ...OPEN].join('\n');

  it('a script that leaves the variable open', () => {
    expect(esbuild({ build: 'node esbuild.config.mjs' })).toEqual([found]);
    expect(esbuild({ build: 'rm -rf dist && node ./esbuild.config' })).toEqual([found]);
    expect(esbuild({ build: 'npm run bundle', bundle: 'cross-env X=1 node esbuild.config.mjs' })).toEqual([found]);
  });

  it('a script that fixes it, itself or for the script that it calls', () => {
    expect(esbuild({ build: 'NODE_ENV=production node esbuild.config.mjs' })).toEqual([]);
    expect(esbuild({ build: 'export NODE_ENV=production; node esbuild.config.mjs' })).toEqual([]);
    expect(esbuild({ build: 'cross-env NODE_ENV=production node esbuild.config.mjs' })).toEqual([]);
    expect(esbuild({ build: 'env NODE_ENV=production npm run bundle', bundle: 'node esbuild.config.mjs' })).toEqual([]);
    expect(esbuild({ build: 'NODE_ENV=production run-s bundle:*', 'bundle:js': 'node esbuild.config.mjs' })).toEqual(
      [],
    );
  });

  it('scripts of developers do not ship', () => {
    expect(esbuild({ dev: 'node esbuild.config.mjs', 'build:dev': 'node esbuild.config.mjs' })).toEqual([]);
    expect(esbuild({ watch: 'node esbuild.config.mjs --watch', build: 'node esbuild.config.mjs --watch' })).toEqual([]);
    expect(esbuild({ lint: 'eslint .' })).toEqual([]);
  });

  it('without a package.json it is only supposed', () => {
    expect(findingsOf({ 'esbuild.config.mjs': ESBUILD }, 'esbuild.config.mjs')).toEqual([found]);
    expect(findingsOf({ 'webpack.common.js': WEBPACK }, 'webpack.common.js')).toEqual([]);
  });

  const dockerfile = (...lines: readonly string[]): string =>
    [
      'FROM node:20 AS build',
      'WORKDIR /app',
      'COPY . .',
      ...lines,
      'FROM nginx:1',
      'COPY --from=build /app/dist /srv',
      '',
    ].join('\n');
  const inDocker = (build: Readonly<Record<string, string>>, ...lines: readonly string[]): readonly string[] =>
    findingsOf(
      { Dockerfile: dockerfile(...lines), 'webpack.config.js': WEBPACK, 'package.json': scripts(build) },
      'webpack.config.js',
    );

  it('a Dockerfile fixes the variable, or hands it on', () => {
    expect(inDocker({ build: 'webpack' }, 'ENV NODE_ENV=production', 'RUN npm run build')).toEqual([]);
    expect(inDocker({ build: 'webpack' }, 'RUN NODE_ENV=production yarn build')).toEqual([]);
    expect(inDocker({ build: 'webpack' }, 'ARG NODE_ENV', 'RUN pnpm build')).toEqual([
      ['webpack.config.js:1 warning', ...MODE].join('\n'),
    ]);
    expect(inDocker({ build: 'webpack' }, 'ARG NODE_ENV', 'RUN npx webpack')).toHaveLength(1);
    expect(inDocker({ build: 'NODE_ENV=production webpack' }, 'ARG NODE_ENV', 'RUN npm run build')).toEqual([]);
  });

  it('a build that happens for production only is the same wherever it happens', () => {
    const run = 'RUN if [ "$NODE_ENV" = production ]; then npm run build; fi';
    expect(inDocker({ build: 'webpack' }, 'ARG NODE_ENV', run)).toEqual([]);
  });

  it('an argument of another name decides, through the script or the variable', () => {
    expect(inDocker({ build: 'webpack' }, 'ARG STAGE=production', 'RUN NODE_ENV=$STAGE npm run build')).toEqual([
      'webpack.config.js:1 warning\n{"STAGE":[null,"production"]} → mode: production\notherwise → mode: development',
    ]);
    const both = { 'build:dev': 'NODE_ENV=development webpack', 'build:prod': 'NODE_ENV=production webpack' };
    expect(inDocker(both, 'ARG ENV=prod', 'RUN npm run build:$ENV')).toEqual([
      'webpack.config.js:1 warning\n{"ENV":[null,"prod"]} → mode: production\n{"ENV":["dev"]} → mode: development',
    ]);
  });

  it('a mode on the command line that an argument gives', () => {
    const text = 'module.exports = (env, { mode }) => ({ devtool: mode === "development" && "eval" });\n';
    const at = (run: string): readonly string[] =>
      findingsOf(
        {
          Dockerfile: dockerfile('ARG MODE', run),
          'package.json': scripts({ build: 'webpack' }),
          'webpack.config.js': text,
        },
        'webpack.config.js',
      );
    const found = 'webpack.config.js:1 warning\n{"MODE":["development"]} → devtool: eval\notherwise → devtool: false';
    expect(at('RUN npx webpack --mode $MODE')).toEqual([found]);
    expect(at('RUN npx webpack --mode=$MODE')).toEqual([found]);
    expect(at('RUN npx webpack --mode=production')).toEqual([]);
    // Nothing says how it is run, so nothing is known about its mode.
    expect(findingsOf({ 'webpack.config.js': text }, 'webpack.config.js')).toEqual([]);
  });

  it('hard case 49: vite build is a production build, whatever the mode is called', () => {
    const files = {
      Dockerfile: dockerfile('ARG ENV=prod', 'RUN npm run build:$ENV'),
      'package.json': scripts({ 'build:dev': 'vite build --mode development', 'build:prod': 'vite build' }),
    };
    const nodeEnv = 'export default { define: { dev: process.env.NODE_ENV !== "production" } };\n';
    expect(findingsOf({ ...files, 'vite.config.js': nodeEnv }, 'vite.config.js')).toEqual([]);
    const mode = 'export default ({ mode }) => ({ build: { sourcemap: mode === "development" } });\n';
    expect(findingsOf({ ...files, 'vite.config.js': mode }, 'vite.config.js')).toEqual([
      'vite.config.js:1 warning\n{"ENV":[null,"prod"]} → build.sourcemap: false\n{"ENV":["dev"]} → build.sourcemap: true',
    ]);
  });
});

describe('what tools hand to a configuration', () => {
  const settings = (file: string, text: string, build: string): Record<string, string> => {
    const probe = `${text}\n`;
    const { bundles } = evaluateFiles(file, { [file]: probe, 'package.json': scripts({ build }) });
    const [bundle] = bundles;
    return bundle === undefined ? {} : settingsIn(bundle, { NODE_ENV: undefined });
  };

  it('webpack: --mode, --env, --node-env', () => {
    const text =
      'module.exports = (env, argv) => ({ a: argv.mode, b: env.production, c: env.API, d: process.env.NODE_ENV });';
    expect(settings('webpack.config.js', text, 'webpack --mode production --env production --env API=x')).toEqual({
      a: 'production',
      b: 'true',
      c: 'x',
    });
    expect(settings('webpack.config.js', text, 'webpack --mode=none --node-env test')).toEqual({
      a: 'none',
      d: 'test',
    });
  });

  it('vite: mode and command', () => {
    const text = 'export default ({ mode, command }) => ({ a: mode, b: command, c: process.env.NODE_ENV });';
    expect(settings('vite.config.ts', text, 'tsc && vite build')).toEqual({
      a: 'production',
      b: 'build',
      c: 'production',
    });
    expect(settings('vite.config.ts', text, 'vite build -m staging')).toEqual({
      a: 'staging',
      b: 'build',
      c: 'production',
    });
  });

  it('rollup: --environment and --configX', () => {
    const text = 'export default (args) => ({ a: process.env.BUILD, b: args.configDebug, c: process.env.NODE_ENV });';
    expect(settings('rollup.config.js', text, 'rollup -c --environment BUILD:release --configDebug')).toEqual({
      a: 'release',
      b: 'true',
    });
  });

  it('babel: api.env', () => {
    const text =
      "module.exports = (api) => ({ plugins: [api.env('production') && 'a', api.env(['test', 'x']) && 'b'], c: api.env() });";
    expect(settings('babel.config.js', text, 'NODE_ENV=production babel src -d lib')).toEqual({
      'plugins.a': '',
      c: 'production',
    });
    expect(settings('babel.config.js', text, 'BABEL_ENV=test babel src -d lib')).toEqual({
      'plugins.b': '',
      c: 'test',
    });
  });

  it('the script that is running, and words of its command line', () => {
    const text =
      "require('esbuild').build({ a: process.env.npm_lifecycle_event, b: process.argv.includes('--prod'), c: process.env.NODE_ENV });";
    expect(settings('esbuild.js', text, 'node esbuild.js --prod')).toEqual({ a: 'build', b: 'true' });
  });
});

describe('what a configuration is made of', () => {
  const open = (files: Readonly<Record<string, string>>): readonly string[] =>
    findingsOf({ 'package.json': scripts({ build: 'webpack' }), ...files }, 'webpack.config.js');

  it('files that it imports, put together', () => {
    expect(
      open({
        'webpack.config.js':
          "const { merge } = require('webpack-merge');\nmodule.exports = merge(require('./build/base'), { devtool: require('./build/env').isProduction ? false : 'eval' });\n",
        'build/base.js': "module.exports = { output: { filename: '[name].js' }, devtool: 'x' };\n",
        'build/env.js': "exports.isProduction = process.env.NODE_ENV === 'production';\n",
      }),
    ).toEqual(['webpack.config.js:2 warning\n{"NODE_ENV":["production"]} → devtool: false\notherwise → devtool: eval']);
  });

  it('arguments of plugins, but no plugins that only report', () => {
    const text = `const production = process.env.NODE_ENV === 'production';
module.exports = { plugins: [new webpack.DefinePlugin({ DEV: !production }), !production && new ESLintPlugin(), new Progress({ production })] };
`;
    expect(open({ 'webpack.config.js': text })).toEqual([
      'webpack.config.js:1 warning\n{"NODE_ENV":["production"]} → plugins.webpack.DefinePlugin.DEV: false\notherwise → plugins.webpack.DefinePlugin.DEV: true',
    ]);
  });

  it('what cannot be known equals itself', () => {
    expect(
      open({ 'webpack.config.js': "module.exports = { a: load(process.env.NODE_ENV).b, c: require('./none').x };\n" }),
    ).toEqual([]);
    expect(
      open({ 'webpack.config.js': 'module.exports = { a: fs.existsSync(process.env.NODE_ENV) ? 1 : 2 };\n' }),
    ).toEqual([]);
  });

  it('a switch that is no mode is an info', () => {
    expect(
      open({ 'webpack.config.js': 'module.exports = { devtool: process.env.DEBUG ? "eval" : false };\n' }),
    ).toEqual(['webpack.config.js:1 info\n{"DEBUG":[null,""]} → devtool: false\notherwise → devtool: eval']);
  });
});

describe('robustness', () => {
  const wrap = (text: string): Record<string, string> => ({
    'webpack.config.js': text,
    'package.json': scripts({ build: 'webpack' }),
  });
  const pieces = [
    ...[
      'const a = ',
      'let b = ',
      'a',
      'b',
      'process.env.NODE_ENV',
      " === 'production'",
      ' && ',
      ' || ',
      ' ?? ',
      '!',
      ' ? ',
      ' : ',
    ],
    ...[
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '...',
      ', ',
      ';\n',
      '=> ',
      'function f(x) ',
      'return ',
      'if (',
      'else ',
      'switch (a) ',
      'case 1: ',
    ],
    ...[
      'module.exports = ',
      'export default ',
      '.push(',
      '.filter(Boolean)',
      '.map(',
      '`${',
      '}`',
      'new X(',
      'f(',
      'for (const c of ',
      'while (a) ',
    ],
    ...[
      'a.b = ',
      "require('./webpack.config.js')",
      'try ',
      'catch (e) ',
      'throw ',
      'class A {}',
      '1',
      "'x'",
      'null',
      'undefined',
      'x: ',
    ],
  ];

  it('never throws on damaged input', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
        expect(() => evaluateFiles('webpack.config.js', wrap(parts.join('')))).not.toThrow();
      }),
      { seed: 11, numRuns: 1500 },
    );
  });

  it('never throws on a configuration that lost or doubled a part, and what is left of it is still evaluated', () => {
    const whole = `const { merge } = require('webpack-merge');
const production = process.env.NODE_ENV === 'production';
function loaders(list = [], { min } = {}) { for (const one of list) { if (!min) continue; one.use = 'min'; } return list; }
let devtool = 'eval';
switch (process.env.NODE_ENV) { case 'production': devtool = false; break; default: devtool = \`x-\${production}\`; }
module.exports = merge({ mode: production ? 'production' : 'development' }, (env, argv) => ({ devtool }), {
  devtool, ...(production && { a: 1 }), rules: loaders([{ test: /x/ }], { min: production }),
  plugins: [production && new X({ production }), ...['a', 'b'].map((name) => name + devtool)].filter(Boolean),
});
`;
    const at = fc.integer({ min: 0, max: whole.length });
    let evaluated = 0;
    fc.assert(
      fc.property(at, fc.integer({ min: 0, max: 12 }), at, (from, length, to) => {
        const without = whole.slice(0, from) + whole.slice(from + length);
        const text = without.slice(0, to) + whole.slice(from, from + length) + without.slice(to);
        const { bundles } = evaluateFiles('webpack.config.js', wrap(text));
        evaluated += bundles.length;
      }),
      { seed: 5, numRuns: 800 },
    );
    expect(evaluated).toBeGreaterThan(100);
  });

  it('limits end in a note: endless recursion, many steps, deep nesting, circles of files', () => {
    const ends = (text: string): readonly string[] =>
      evaluateFiles('webpack.config.js', wrap(text)).notes.map(({ message }) => message);
    expect(ends('const f = (x) => f(x + process.env.X); module.exports = { a: f(1) };')).toEqual([]);
    expect(ends(`const f = () => [${'f(),'.repeat(9)}]; module.exports = { mode: f() };`)).toEqual([
      'this configuration takes too many steps to be evaluated to its end; it is not evaluated',
    ]);
    expect(ends(`module.exports = { mode: ${'!'.repeat(30_000)}process.env.X };`)).toHaveLength(1);
    expect(
      ends("const a = require('./webpack.config.js'); module.exports = { mode: process.env.NODE_ENV, a };"),
    ).toEqual([]);
  });

  it('reads whatever JavaScript there is within its limits', () => {
    const folder = fileURLToPath(new URL('../../../node_modules', import.meta.url));
    const names = ['picomatch/lib', 'yargs-parser/build/lib', 'ignore', 'fast-check/lib', 'ajv/lib', 'esbuild/lib'];
    const files = names.flatMap((name) => {
      try {
        return readdirSync(join(folder, name), { encoding: 'utf8' }).map((file) => join(folder, name, file));
      } catch {
        return [];
      }
    });
    const sources = files.filter((file) => /\.[cm]?[jt]s$/.test(file));
    expect(sources.length).toBeGreaterThan(10);
    for (const file of sources) {
      const text = `${readFileSync(file, 'utf8')}\n// process.env.NODE_ENV\n`;
      expect(() => evaluateFiles('esbuild.config.ts', { 'esbuild.config.ts': text })).not.toThrow();
    }
  });
});

describe('bundlerOf', () => {
  it.each([
    ['webpack.config.js', 'webpack'],
    ['build/webpack.prod.conf.js', 'webpack'],
    ['config/webpack.config.production.babel.js', 'webpack'],
    ['vite.config.mts', 'vite'],
    ['assets/esbuild.config.mjs', 'esbuild'],
    ['next.config.ts', 'next'],
    ['.babelrc.js', 'babel'],
    ['craco.config.js', 'craco'],
    ['vitest.config.ts', undefined],
    ['jest.config.js', undefined],
    ['webpack.config.test.js', undefined],
    ['vite.config.d.ts', undefined],
    ['webpack.config.js.bak', undefined],
  ])('%s', (path, name) => {
    expect(bundlerOf(path)?.name).toBe(name);
  });
});
