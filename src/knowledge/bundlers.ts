/*
 * Bundlers and their configurations: what the files are called, which commands read them, which mode they build in when
 * nobody says one, and which settings leave the output as it is.
 *
 * Sources: webpack.js.org/configuration, /api/cli and /api/node; vite.dev/config and /guide/env-and-mode; rollupjs.org
 * /command-line-interface; esbuild.github.io/api; nextjs.org/docs/app/api-reference/config/next-config-js;
 * cli.vuejs.org/guide/mode-and-env.html; babeljs.io/docs/config-files; nuxt.com/docs/api/nuxt-config.
 */

/** A tool that reads a configuration written in JavaScript. */
export interface Bundler {
  readonly name: string;
  /** Base names of its configurations. */
  readonly files: RegExp;
  /** Commands that read them. */
  readonly commands: readonly string[];
  /** How its configuration is called when it is a function. */
  readonly calling: 'webpack' | 'vite' | 'rollup' | 'next' | 'babel' | 'angular' | 'script' | 'plain';
  /** Options that name another configuration. */
  readonly configOptions: readonly string[];
  /**
   * What NODE_ENV is when nobody sets it: `default` tools fill in production for a build, `mode` tools by the mode, `forced`
   * tools set production whatever it was; `open` tools leave it as it is.
   */
  readonly nodeEnv: 'open' | 'default' | 'mode' | 'forced';
  /** The word that makes it build; without one, the bare command builds. */
  readonly build: string | undefined;
}

const CODE = String.raw`(?:\.[\w-]+)*\.[mc]?[jt]s`;
const config = (name: string): RegExp => new RegExp(`^${name}\\.config${CODE}$`);

/** Every tool whose configurations are read. */
export const BUNDLERS: readonly Bundler[] = [
  {
    name: 'webpack',
    files: /^(?:webpack(?:[.-][\w-]+)*|rspack\.config(?:\.[\w-]+)*|webpackfile)\.[mc]?[jt]s$/,
    commands: ['webpack', 'webpack-cli', 'rspack', 'encore'],
    calling: 'webpack',
    configOptions: ['--config', '-c'],
    nodeEnv: 'open',
    build: undefined,
  },
  {
    name: 'vite',
    files: config('(?:electron\\.)?vite'),
    commands: ['vite', 'vite-ssg', 'electron-vite'],
    calling: 'vite',
    configOptions: ['--config', '-c'],
    nodeEnv: 'default',
    build: 'build',
  },
  {
    name: 'rollup',
    files: config('rollup'),
    commands: ['rollup'],
    calling: 'rollup',
    configOptions: ['--config', '-c'],
    nodeEnv: 'open',
    build: undefined,
  },
  {
    name: 'esbuild',
    files: /^(?:esbuild(?:[.-][\w-]+)*|build[.-]esbuild)\.[mc]?[jt]s$/,
    commands: [],
    calling: 'script',
    configOptions: [],
    nodeEnv: 'open',
    build: undefined,
  },
  {
    name: 'next',
    files: config('next'),
    commands: ['next'],
    calling: 'next',
    configOptions: [],
    nodeEnv: 'default',
    build: 'build',
  },
  {
    name: 'nuxt',
    files: config('nuxt'),
    commands: ['nuxt', 'nuxi'],
    calling: 'plain',
    configOptions: [],
    nodeEnv: 'default',
    build: 'build',
  },
  {
    name: 'vue-cli',
    files: /^vue\.config\.[mc]?[jt]s$/,
    commands: ['vue-cli-service'],
    calling: 'plain',
    configOptions: [],
    nodeEnv: 'mode',
    build: 'build',
  },
  {
    name: 'svelte',
    files: config('svelte'),
    commands: ['vite', 'svelte-kit'],
    calling: 'plain',
    configOptions: [],
    nodeEnv: 'default',
    build: 'build',
  },
  {
    name: 'craco',
    files: /^(?:craco\.config|config-overrides)\.[mc]?[jt]s$/,
    commands: ['craco', 'react-app-rewired'],
    calling: 'plain',
    configOptions: [],
    nodeEnv: 'forced',
    build: 'build',
  },
  {
    name: 'babel',
    files: /^(?:babel\.config|\.babelrc)\.[mc]?[jt]s$/,
    commands: ['babel'],
    calling: 'babel',
    configOptions: ['--config-file'],
    nodeEnv: 'open',
    build: undefined,
  },
  {
    name: 'angular',
    files: /^angular\.json$/,
    commands: ['ng'],
    calling: 'angular',
    configOptions: [],
    nodeEnv: 'open',
    build: 'build',
  },
];

/** The tool whose configuration a file is, by its name. */
export function bundlerOf(path: string): Bundler | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.d\.[mc]?ts$/.test(name) || /(?:^|[.-])(?:spec|test)\.[mc]?[jt]s$/.test(name)) return undefined;
  return BUNDLERS.find(({ files }) => files.test(name));
}

/** Whether a configuration is named for developers' machines or is only a part of others, which import it. */
export function isPartOrLocal(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /(?:^|[.-])(?:dev|development|local|serve|server|hot|watch|hmr|common|base|shared|parts?|utils?|helpers?|paths?|storybook|cypress)(?=[.-])/.test(
    name,
  );
}

/** Whether a configuration asks for anything that a build may set; all others are the same everywhere. */
export function mayVary(text: string): boolean {
  return /"configurations"|process\s*\.\s*env|process\s*\.\s*argv|process\s*\[|\bmode\b|NODE_ENV|import\s*\.\s*meta|\bcommand\b|\bargv\b|\benv\b|\bprocess\b/.test(
    text,
  );
}

/** Functions that hand on the configuration that they are given: `defineConfig`, speed-measure-webpack-plugin's `wrap`. */
export const PASSING = /^(?:define\w*Config|defineConfig|wrap)$/;

/** Functions that put configurations together: webpack-merge, Vite's mergeConfig, lodash's merge. */
export const MERGING =
  /^(?:webpack-merge(?:\.\w+)?|(?:.*\.)?(?:mergeConfig|webpackMerge|deepmerge)|deepmerge|lodash(?:\/|\.)(?:merge|assign|defaultsDeep)|_\.merge|merge)$/;

/** Whether calling this starts a bundler from a script. */
export function isStart(name: string): boolean {
  return /^(?:esbuild\.(?:build|buildSync|context|default\.build)|webpack|@rspack\/core(?:\.rspack)?|rollup\.rollup|vite\.build|Bun\.build)$/.test(
    name,
  );
}

/** Settings by which a bundler serves, watches, tests, caches or prints, of any tool; they leave the output as it is. */
const WITHOUT_EFFECT = new Set(
  (
    'server preview devServer watch watchOptions cache cacheDir stats performance infrastructureLogging logLevel logLimit logger ' +
    'clearScreen customLogger bail profile parallel parallelism parallelFilesLimit recordsPath snapshot test optimizeDeps ' +
    'ignoreWarnings onwarn onLog onwarning color clear telemetry devtools eslint lintOnSave typescript typeCheck ' +
    'onDemandEntries devIndicators generateBuildId reloadOnOnline vitest dev devServerHandlers debug loadingScreen ' +
    'loading hooks buildDir analyze allowedDevOrigins serverExternalPackages metafile incremental color progress strictPort'
  ).split(' '),
);

/** The same in inner settings, by their whole path without what stands in lists. */
const WITHOUT_EFFECT_AT =
  /^(?:build\.(?:reportCompressedSize|watch|emptyOutDir|analyze|chunkSizeWarningLimit)|css\.devSourcemap|output\.(?:pathinfo|clean|devtool\w*)|experimental\.\w*(?:Cache|cache|worker|Worker|cpus)\w*|pluginOptions\.electronBuilder\.\w+)(?:\.|$)/;

/** Plugins that only report, lint, watch or clean. */
const NEUTRAL_PLUGIN =
  /(?:Analy[sz]er|visualizer|Progress|progress|Notifier|Dashboard|FriendlyErrors|ESLint|eslint|StyleLint|stylelint|ForkTs|TsChecker|checker|Clean|CaseSensitive|WatchMissing|SpeedMeasure|HardSource|livereload|LiveReload|serve|WebpackBar|Webpackbar|inspect|Inspect|BuildNotif|CircularDependency|ErrorOverlay|filesize|FileSize|sizeSnapshot|DuplicatePackage|HotModuleReplacement)/;

/** Whether a setting, by its dotted path, changes what is built. */
export function changesOutput(path: string): boolean {
  const [first = ''] = path.split('.', 1);
  if (WITHOUT_EFFECT.has(first) || WITHOUT_EFFECT_AT.test(path)) return false;
  const plugin = /^(?:plugins|webpack\.plugins|configureWebpack\.plugins|build\.rollupOptions\.plugins)\.(.*)$/.exec(
    path,
  );
  return plugin === null || !NEUTRAL_PLUGIN.test(plugin[1] ?? '');
}
