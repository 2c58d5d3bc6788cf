import { absence, command, define, type FlagRow, option, variable } from './shape.js';

const OMIT = 'https://docs.npmjs.com/cli/v11/using-npm/config#omit';
const YARN = 'https://classic.yarnpkg.com/en/docs/cli/install';
const PNPM = 'https://pnpm.io/cli/install';
const EXPRESS = 'https://expressjs.com/en/advanced/best-practice-performance.html#set-node_env-to-production';
const REACT = 'https://legacy.reactjs.org/docs/optimizing-performance.html#use-the-production-build';
const NEXT = 'https://nextjs.org/docs/app/guides/environment-variables';
const VITE = 'https://vite.dev/guide/env-and-mode';
const WEBPACK = 'https://webpack.js.org/configuration/mode/';

const DEV_SHIPPED = 'Packages for development ship: a larger image and more code to attack.';
const DEV_OMITTED = 'Packages for development are left out.';
const INSTALL = 'install|i|ci|clean-install|prune|update';

/** Facts about npm. */
export const npm: readonly FlagRow[] = [
  option(
    '--omit=dev',
    /^(?:--omit[= ]dev|--production(?:=true)?|--only[= ]prod\w*)$/,
    'dependencies',
    'none',
    'production',
    DEV_OMITTED,
    OMIT,
    { commands: INSTALL, verified: true },
  ),
  option(
    '--include=dev',
    /^(?:--include[= ]dev|--production=false|--no-production|--dev|--also[= ]dev\w*)$/,
    'dependencies',
    'warning',
    'development',
    DEV_SHIPPED,
    OMIT,
    { commands: INSTALL, verified: true },
  ),
  absence(
    '(no --omit=dev)',
    /^(?:--omit(?:=|$| )|--production|--only|--include|-g$|--global$)/,
    'dependencies',
    'warning',
    DEV_SHIPPED,
    OMIT,
    {
      commands: 'install|i|ci|clean-install',
      name: 'NODE_ENV NPM_CONFIG_OMIT npm_config_omit NPM_CONFIG_PRODUCTION npm_config_production',
      value: /^(?:production|dev|true)$/,
      verified: true,
    },
  ),
  option(
    '--ignore-scripts',
    /^--ignore-scripts(?:=true)?$/,
    'linkage',
    'info',
    'neutral',
    'Install scripts do not run, so native add-ons are not built.',
    'https://docs.npmjs.com/cli/v11/using-npm/config#ignore-scripts',
    { commands: INSTALL },
  ),
  variable(
    'NODE_ENV',
    'production',
    /^production$/,
    'dependencies',
    'info',
    'production',
    'With NODE_ENV=production npm leaves packages for development out, build tools among them.',
    OMIT,
    { verified: true },
  ),
  variable(
    'NPM_CONFIG_OMIT npm_config_omit',
    'dev',
    /(?:^|[\s,])dev(?:$|[\s,])/,
    'dependencies',
    'info',
    'production',
    DEV_OMITTED,
    'https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables',
  ),
  variable(
    'NPM_CONFIG_PRODUCTION npm_config_production',
    'true',
    /^true$/,
    'dependencies',
    'info',
    'production',
    DEV_OMITTED,
    'https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables',
  ),
  variable(
    'NPM_CONFIG_PRODUCTION npm_config_production',
    'false',
    /^false$/,
    'dependencies',
    'warning',
    'development',
    DEV_SHIPPED,
    'https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables',
  ),
];

/** Facts about yarn. */
export const yarn: readonly FlagRow[] = [
  option('--production', /^--prod(?:uction)?(?:=true)?$/, 'dependencies', 'none', 'production', DEV_OMITTED, YARN, {
    commands: 'install|workspaces focus|',
    group: 'production',
    verified: true,
  }),
  option(
    '--production=false',
    /^--prod(?:uction)?=false$/,
    'dependencies',
    'warning',
    'development',
    DEV_SHIPPED,
    YARN,
    { commands: 'install|workspaces focus|', group: 'production', verified: true },
  ),
  absence(
    '(no --production)',
    /^(?:--prod(?:uction)?(?:=|$)|--immutable)/,
    'dependencies',
    'warning',
    DEV_SHIPPED,
    YARN,
    { commands: 'install|', name: 'NODE_ENV YARN_PRODUCTION', value: /^(?:production|true)$/ },
  ),
  variable(
    'NODE_ENV',
    'production',
    /^production$/,
    'dependencies',
    'info',
    'production',
    'With NODE_ENV=production yarn 1 leaves packages for development out.',
    YARN,
    { verified: true },
  ),
  variable('YARN_PRODUCTION', 'true', /^true$/, 'dependencies', 'info', 'production', DEV_OMITTED, YARN),
];

/** Facts about pnpm. */
export const pnpm: readonly FlagRow[] = [
  option('--prod', /^(?:--prod(?:uction)?(?:=true)?|-P)$/, 'dependencies', 'none', 'production', DEV_OMITTED, PNPM, {
    commands: 'install|i|deploy|prune|fetch|update',
    verified: true,
  }),
  option(
    '--dev',
    /^(?:--dev|-D)$/,
    'dependencies',
    'warning',
    'development',
    'Only packages for development are installed.',
    PNPM,
    { commands: 'install|i|prune|fetch', verified: true },
  ),
  absence('(no --prod)', /^(?:--prod|-P$|--dev$|-D$)/, 'dependencies', 'warning', DEV_SHIPPED, PNPM, {
    commands: 'install|i|deploy',
    name: 'NODE_ENV NPM_CONFIG_PRODUCTION npm_config_production',
    value: /^(?:production|true)$/,
  }),
  variable(
    'NODE_ENV',
    'production',
    /^production$/,
    'dependencies',
    'info',
    'production',
    'With NODE_ENV=production pnpm leaves packages for development out.',
    PNPM,
  ),
];

/** Facts about bun. */
export const bun: readonly FlagRow[] = [
  option(
    '--production',
    /^(?:--production|-p|--omit[= ]dev)$/,
    'dependencies',
    'none',
    'production',
    DEV_OMITTED,
    'https://bun.com/docs/cli/install',
    { commands: 'install|i' },
  ),
  absence(
    '(no --production)',
    /^(?:--production|-p|--omit.*|-g|--global)$/,
    'dependencies',
    'warning',
    DEV_SHIPPED,
    'https://bun.com/docs/cli/install',
    { commands: 'install|i' },
  ),
  option(
    '--minify',
    /^--minify$/,
    'minification',
    'none',
    'production',
    'The bundle is minified.',
    'https://bun.com/docs/bundler',
    { commands: 'build' },
  ),
  option(
    '--sourcemap',
    /^--sourcemap(?:=inline)?$/,
    'source-maps',
    'info',
    'neutral',
    'Source maps are made with the bundle.',
    'https://bun.com/docs/bundler',
    { commands: 'build' },
  ),
];

/** Facts about node and what it reads when it starts. */
export const node: readonly FlagRow[] = [
  option(
    '--inspect',
    /^--inspect(?:-brk|-wait)?(?:[= ]|$)/,
    'debugger',
    'error',
    'development',
    'A debugger port is open, and who reaches it can run any code.',
    'https://nodejs.org/en/learn/getting-started/debugging',
  ),
  option(
    '--watch',
    /^--watch(?:-path)?(?:[= ]|$)/,
    'hot-reload',
    'error',
    'development',
    'The process restarts whenever a file changes.',
    'https://nodejs.org/api/cli.html#--watch',
  ),
  option(
    '--enable-source-maps',
    /^--enable-source-maps$/,
    'source-maps',
    'info',
    'neutral',
    'Stack traces are mapped to sources, which makes Error.stack slow.',
    'https://nodejs.org/api/cli.html#--enable-source-maps',
  ),
  variable(
    'NODE_ENV',
    'development',
    /^(?:development|dev|test|testing|local)$/,
    'runtime-mode',
    'warning',
    'development',
    'Express caches no views and sends full errors; production is up to 3× faster.',
    EXPRESS,
    { verified: true },
  ),
  variable(
    'NODE_ENV',
    'production',
    /^production$/,
    'runtime-mode',
    'none',
    'production',
    'Libraries run in their production mode.',
    EXPRESS,
    { verified: true },
  ),
  variable(
    'NODE_V8_COVERAGE',
    '…',
    /./,
    'coverage',
    'error',
    'development',
    'V8 counts every block and writes the counts at exit.',
    'https://nodejs.org/api/cli.html#node_v8_coveragedir',
  ),
  variable(
    'DEBUG',
    '*',
    /[*:]/,
    'logging',
    'info',
    'development',
    'Packages that use debug print to stderr.',
    'https://www.npmjs.com/package/debug',
  ),
];

/** Facts about development servers of Node. */
export const nodeDev: readonly FlagRow[] = [
  command(
    'nodemon',
    /^(?:nodemon|ts-node-dev|webpack-dev-server|live-server)(?: |$)/,
    'hot-reload',
    'error',
    'A development server watches files and restarts the program.',
    'https://nodemon.io/',
  ),
  option(
    '--watch',
    /^(?:watch|--watch|-w)$/,
    'hot-reload',
    'error',
    'development',
    'The process restarts whenever a file changes.',
    'https://nodejs.org/api/cli.html#--watch',
  ),
  command(
    'ts-node',
    /^(?:ts-node|tsx)(?: |$)/,
    'build-mode',
    'warning',
    'TypeScript is compiled at every start, so the compiler ships.',
    'https://typestrong.org/ts-node/docs/',
  ),
];

/** NODE_ENV when a bundle is made: it decides between the development and the production code of libraries. */
const bundle = (effect: string, source: string): readonly FlagRow[] => [
  variable('NODE_ENV', 'development', /^(?!production$)./, 'build-mode', 'error', 'development', effect, source),
  variable(
    'NODE_ENV',
    'production',
    /^production$/,
    'build-mode',
    'none',
    'production',
    'Libraries are bundled in their production form.',
    source,
  ),
];

const INLINED = 'The value becomes text of the bundle, so one image cannot serve two environments.';

/** Facts about webpack. */
export const webpack: readonly FlagRow[] = [
  option(
    '--mode development',
    /^--mode[= ](?:development|none)$/,
    'build-mode',
    'error',
    'development',
    'A development bundle is not minified and carries the development code of libraries.',
    WEBPACK,
    { group: 'mode', verified: true },
  ),
  option(
    '--mode production',
    /^--mode[= ]production$/,
    'build-mode',
    'none',
    'production',
    'The bundle is minified, and unused code is left out.',
    WEBPACK,
    { group: 'mode', verified: true },
  ),
  option(
    '--devtool eval',
    /^(?:--devtool|-d)[= ](?:eval|inline|cheap)[\w-]*$/,
    'source-maps',
    'warning',
    'development',
    'This kind of source map is inside the bundle and not made for production.',
    'https://webpack.js.org/configuration/devtool/',
    { verified: true },
  ),
  option(
    '--devtool source-map',
    /^(?:--devtool|-d)[= ](?:hidden-|nosources-)*source-map$/,
    'source-maps',
    'info',
    'neutral',
    'Source maps are made with the bundle.',
    'https://webpack.js.org/configuration/devtool/',
  ),
  option(
    '--node-env',
    /^--node-env[= ](?!production$)/,
    'build-mode',
    'error',
    'development',
    'Libraries are bundled in their development form.',
    'https://webpack.js.org/api/cli/#node-env',
  ),
  option(
    '--env',
    /^--env[= ]/,
    'embedded-configuration',
    'info',
    'neutral',
    'The configuration file is told about an environment.',
    'https://webpack.js.org/api/cli/#env',
  ),
  option(
    '--watch',
    /^--watch$/,
    'hot-reload',
    'error',
    'development',
    'The bundler waits for changes.',
    'https://webpack.js.org/configuration/watch/',
  ),
  ...bundle('Libraries are bundled in their development form, unless the configuration sets a mode.', REACT),
  command(
    'webpack serve',
    /^webpack (?:serve|s)$/,
    'hot-reload',
    'error',
    'A development server is not made for production.',
    'https://webpack.js.org/configuration/dev-server/',
  ),
];

/** Facts about vite; --mode chooses .env files and leaves NODE_ENV alone. */
export const vite: readonly FlagRow[] = [
  option(
    '--mode',
    /^(?:--mode|-m)[= ]/,
    'embedded-configuration',
    'info',
    'neutral',
    'The mode chooses the .env file whose VITE_ values become text of the bundle.',
    VITE,
    { commands: 'build', verified: true },
  ),
  option(
    '--sourcemap',
    /^--sourcemap(?:[= ](?:true|inline|hidden))?$/,
    'source-maps',
    'info',
    'neutral',
    'Source maps are made with the bundle.',
    'https://vite.dev/config/build-options',
    { commands: 'build', verified: true },
  ),
  option(
    '--minify false',
    /^--minify[= ]false$/,
    'minification',
    'warning',
    'development',
    'The bundle is not minified.',
    'https://vite.dev/config/build-options',
    { commands: 'build', verified: true },
  ),
  ...bundle('A development bundle carries the development code of libraries, and import.meta.env.DEV is true.', VITE),
  variable('VITE_*', '…', /./, 'embedded-configuration', 'info', 'neutral', INLINED, VITE),
  command(
    'vite',
    /^vite(?: (?:dev|serve|preview))?$/,
    'hot-reload',
    'error',
    'The development server of vite and its preview are not made for production.',
    'https://vite.dev/guide/cli',
  ),
];

/** Facts about esbuild. */
export const esbuild: readonly FlagRow[] = [
  option(
    '--minify',
    /^--minify(?:=true)?$/,
    'minification',
    'none',
    'production',
    'The bundle is minified.',
    'https://esbuild.github.io/api/#minify',
    { verified: true },
  ),
  absence(
    '(no --minify)',
    /^--minify/,
    'minification',
    'info',
    'The bundle is not minified.',
    'https://esbuild.github.io/api/#minify',
    { verified: true },
  ),
  option(
    '--sourcemap=inline',
    /^--sourcemap=(?:inline|both)$/,
    'source-maps',
    'warning',
    'development',
    'Sources are part of the bundle.',
    'https://esbuild.github.io/api/#sourcemap',
    { verified: true },
  ),
  option(
    '--sourcemap',
    /^--sourcemap(?:=(?:linked|external|true))?$/,
    'source-maps',
    'info',
    'neutral',
    'Source maps are made with the bundle.',
    'https://esbuild.github.io/api/#sourcemap',
  ),
  define(
    '--define:process.env.NODE_ENV="development"',
    /^--define:process\.env\.NODE_ENV=['"\\]*(?:dev|test)/,
    'build-mode',
    'error',
    'development',
    'Libraries are bundled in their development form.',
    'https://esbuild.github.io/api/#define',
  ),
];

/** Facts about rollup. */
export const rollup: readonly FlagRow[] = [
  option(
    '--sourcemap',
    /^(?:-m|--sourcemap)(?:[= ](?:true|inline|hidden))?$/,
    'source-maps',
    'info',
    'neutral',
    'Source maps are made with the bundle.',
    'https://rollupjs.org/command-line-interface/',
  ),
  option(
    '--environment',
    /^--environment[= ]/,
    'embedded-configuration',
    'info',
    'neutral',
    'The configuration file is told about an environment.',
    'https://rollupjs.org/command-line-interface/#environment-values',
  ),
  ...bundle('Libraries are bundled in their development form.', REACT),
];

/** Facts about parcel. */
export const parcel: readonly FlagRow[] = [
  option(
    '--no-optimize',
    /^--no-(?:optimize|minify)$/,
    'minification',
    'warning',
    'development',
    'The bundle is not minified.',
    'https://parceljs.org/features/cli/',
  ),
  ...bundle('Libraries are bundled in their development form.', 'https://parceljs.org/features/production/'),
];

/** Facts about next. */
export const next: readonly FlagRow[] = [
  variable('NEXT_PUBLIC_*', '…', /./, 'embedded-configuration', 'warning', 'neutral', INLINED, NEXT),
  variable(
    'NODE_ENV',
    'development',
    /^(?!production$)./,
    'build-mode',
    'error',
    'development',
    'next build expects production; another NODE_ENV gives inconsistent bundles.',
    'https://nextjs.org/docs/messages/non-standard-node-env',
  ),
  variable(
    'NODE_ENV',
    'production',
    /^production$/,
    'build-mode',
    'none',
    'production',
    'Libraries are bundled in their production form.',
    NEXT,
    { verified: true },
  ),
  option(
    '--no-mangling',
    /^--(?:no-mangling|profile|debug)$/,
    'debug-info',
    'info',
    'development',
    'The bundle keeps names or profiling hooks for developers.',
    'https://nextjs.org/docs/app/api-reference/cli/next',
  ),
  command(
    'next dev',
    /^next(?: dev)?$/,
    'hot-reload',
    'error',
    'The development server compiles pages when they are asked for.',
    NEXT,
    { verified: true },
  ),
];

/** Facts about nuxt. */
export const nuxt: readonly FlagRow[] = [
  ...bundle('Libraries are bundled in their development form.', 'https://nuxt.com/docs/api/commands/build'),
  command(
    'nuxt dev',
    /^(?:nuxt|nuxi)(?: dev)?$/,
    'hot-reload',
    'error',
    'The development server compiles pages when they are asked for.',
    'https://nuxt.com/docs/api/commands/dev',
  ),
];

/** Facts about create-react-app, whose build sets NODE_ENV=production itself. */
export const reactScripts: readonly FlagRow[] = [
  variable(
    'REACT_APP_*',
    '…',
    /./,
    'embedded-configuration',
    'warning',
    'neutral',
    INLINED,
    'https://create-react-app.dev/docs/adding-custom-environment-variables/',
  ),
  variable(
    'GENERATE_SOURCEMAP',
    'false',
    /^false$/,
    'source-maps',
    'none',
    'production',
    'No source maps are made.',
    'https://create-react-app.dev/docs/advanced-configuration/',
  ),
  command(
    'react-scripts start',
    /^(?:react-scripts|craco) start$/,
    'hot-reload',
    'error',
    'A development server is not made for production.',
    'https://create-react-app.dev/docs/available-scripts/',
  ),
];

/** Facts about vue-cli-service. */
export const vueCli: readonly FlagRow[] = [
  option(
    '--mode development',
    /^--mode[= ]dev\w*$/,
    'build-mode',
    'error',
    'development',
    'The mode sets NODE_ENV, so a development bundle is made.',
    'https://cli.vuejs.org/guide/mode-and-env.html',
    { commands: 'build' },
  ),
  option(
    '--mode',
    /^--mode[= ](?!dev\w*$)/,
    'embedded-configuration',
    'info',
    'neutral',
    'The mode chooses the .env file whose VUE_APP_ values become text of the bundle.',
    'https://cli.vuejs.org/guide/mode-and-env.html',
    { commands: 'build' },
  ),
  variable(
    'VUE_APP_*',
    '…',
    /./,
    'embedded-configuration',
    'warning',
    'neutral',
    INLINED,
    'https://cli.vuejs.org/guide/mode-and-env.html',
  ),
  ...bundle(
    'A development bundle carries the development code of libraries.',
    'https://cli.vuejs.org/guide/mode-and-env.html',
  ),
  command(
    'vue-cli-service serve',
    /^vue-cli-service serve$/,
    'hot-reload',
    'error',
    'A development server is not made for production.',
    'https://cli.vuejs.org/guide/cli-service.html',
  ),
];

const NG = 'https://angular.dev/tools/cli/environments';

/** Facts about ng; production is the default configuration of new projects since version 12. */
export const angular: readonly FlagRow[] = [
  option(
    '--configuration development',
    /^(?:--configuration|-c)[= ](?:dev|development|debug|local|test)(?:,|$)/,
    'build-mode',
    'error',
    'development',
    'By convention this configuration does not optimize and adds source maps.',
    NG,
    { commands: 'build|b' },
  ),
  option(
    '--configuration production',
    /^(?:(?:--configuration|-c)[= ]prod(?:uction)?(?:,.*)?|--prod(?:=true)?)$/,
    'build-mode',
    'none',
    'production',
    'The bundle is optimized.',
    NG,
    { commands: 'build|b' },
  ),
  option(
    '--configuration',
    /^(?:--configuration|-c)[= ](?!(?:dev|development|debug|local|test|prod|production)(?:,|$))./,
    'embedded-configuration',
    'info',
    'neutral',
    'The configuration replaces files and decides about optimization.',
    NG,
    { commands: 'build|b' },
  ),
  option(
    '--source-map',
    /^--source-?[mM]ap(?:[= ]true)?$/,
    'source-maps',
    'warning',
    'development',
    'Source maps are made with the bundle.',
    'https://angular.dev/cli/build',
    { commands: 'build|b' },
  ),
  option(
    '--optimization=false',
    /^(?:--optimization[= ]false|--no-optimization)$/,
    'minification',
    'error',
    'development',
    'The bundle is neither minified nor shaken.',
    'https://angular.dev/cli/build',
    { commands: 'build|b' },
  ),
  option(
    '--aot=false',
    /^(?:--aot[= ]false|--no-aot)$/,
    'build-mode',
    'warning',
    'development',
    'Templates are compiled in the browser, so the compiler ships.',
    'https://angular.dev/cli/build',
    { commands: 'build|b' },
  ),
  command(
    'ng serve',
    /^ng (?:serve|s|dev)$/,
    'hot-reload',
    'error',
    'A development server is not made for production.',
    'https://angular.dev/cli/serve',
  ),
];

/** Facts about Laravel Mix and Symfony's Encore are in their subcommands; here is tsc. */
export const tsc: readonly FlagRow[] = [
  option(
    '--inlineSourceMap',
    /^--inlineSource(?:Map|s)$/i,
    'source-maps',
    'warning',
    'development',
    'Source maps are part of every file.',
    'https://www.typescriptlang.org/tsconfig/#inlineSourceMap',
  ),
  option(
    '--sourceMap',
    /^--sourceMap(?:[= ]true)?$/i,
    'source-maps',
    'info',
    'neutral',
    'Source maps are made; the program is the same.',
    'https://www.typescriptlang.org/tsconfig/#sourceMap',
  ),
  option(
    '--project',
    /^(?:-p|--project)[= ]/,
    'build-mode',
    'info',
    'neutral',
    'The project file decides about options and files.',
    'https://www.typescriptlang.org/docs/handbook/compiler-options.html',
  ),
];

/** Facts about babel. */
export const babel: readonly FlagRow[] = [
  variable(
    'BABEL_ENV NODE_ENV',
    'test',
    /^test/,
    'coverage',
    'error',
    'development',
    'The test environment of babel usually adds coverage counters.',
    'https://babeljs.io/docs/options#env',
  ),
  variable(
    'BABEL_ENV NODE_ENV',
    'development',
    /^(?!production$|test)./,
    'build-mode',
    'warning',
    'development',
    'Plugins for development are applied.',
    'https://babeljs.io/docs/options#env',
  ),
  option(
    '--source-maps inline',
    /^(?:-s|--source-maps)[= ](?:inline|both)$/,
    'source-maps',
    'warning',
    'development',
    'Source maps are part of every file.',
    'https://babeljs.io/docs/babel-cli#compile-with-source-maps',
  ),
];

/** Facts about nyc. */
export const istanbul: readonly FlagRow[] = [
  command(
    'nyc instrument',
    /^nyc instrument$/,
    'coverage',
    'error',
    'Every statement counts its executions.',
    'https://github.com/istanbuljs/nyc',
  ),
];

/** Facts about Laravel Mix. */
export const laravelMix: readonly FlagRow[] = [
  option(
    '--production',
    /^(?:--production|-p)$/,
    'build-mode',
    'none',
    'production',
    'The bundle is minified.',
    'https://laravel-mix.com/docs/6.0/cli',
  ),
  absence(
    '(no --production)',
    /^(?:--production|-p)$/,
    'build-mode',
    'error',
    'Without --production Laravel Mix makes a development bundle.',
    'https://laravel-mix.com/docs/6.0/cli',
    { name: 'NODE_ENV', value: /^production$/ },
  ),
];

/** Facts about ember. */
export const ember: readonly FlagRow[] = [
  option(
    '--environment=production',
    /^(?:-e|--environment|-prod)(?:[= ]production|$)/,
    'build-mode',
    'none',
    'production',
    'The bundle is minified.',
    'https://cli.emberjs.com/release/basic-use/cli-commands/',
  ),
  absence(
    '(no --environment=production)',
    /^(?:-e|--environment|-prod)(?:[= ]|$)/,
    'build-mode',
    'error',
    'Without --environment=production ember makes a development bundle.',
    'https://cli.emberjs.com/release/basic-use/cli-commands/',
    { commands: 'build|b', name: 'EMBER_ENV', value: /^production$/ },
  ),
];

/** Facts about elm. */
export const elm: readonly FlagRow[] = [
  option(
    '--debug',
    /^--debug$/,
    'debugger',
    'error',
    'development',
    'The time-travelling debugger is part of the page.',
    'https://guide.elm-lang.org/optimization/',
    { commands: 'make' },
  ),
  option(
    '--optimize',
    /^--optimize$/,
    'optimization',
    'none',
    'production',
    'Names are shortened and records unboxed.',
    'https://guide.elm-lang.org/optimization/',
    { commands: 'make' },
  ),
];
