import { GLOBAL } from './packages.js';
import {
  type Answer,
  each,
  has,
  optionValue,
  optionValues,
  type Parsed,
  type Tool,
  under,
  type Verdict,
} from './shape.js';

/** Node, its package managers and bundlers. Sources: docs.npmjs.com, classic.yarnpkg.com, yarnpkg.com, pnpm.io, bun.com and the bundlers' own manuals. */

/** What a bundler lets into the bundle: NODE_ENV decides about minification, the prefixes are inlined as text. */
const BUNDLE =
  'NODE_ENV BABEL_ENV BROWSERSLIST_ENV VITE_* NEXT_PUBLIC_* REACT_APP_* VUE_APP_* GATSBY_* NUXT_* NG_APP_* PUBLIC_* EXPO_PUBLIC_* STORYBOOK_* GENERATE_SOURCEMAP PUBLIC_URL INLINE_RUNTIME_CHUNK NODE_OPTIONS';
/** create-react-app's build sets NODE_ENV=production itself (react-scripts/scripts/build.js). */
const CRA =
  'REACT_APP_* BUILD_PATH GENERATE_SOURCEMAP PUBLIC_URL INLINE_RUNTIME_CHUNK BROWSERSLIST_ENV NODE_OPTIONS DISABLE_ESLINT_PLUGIN';
const NPM_CONFIG = 'NODE_ENV npm_config_* NPM_CONFIG_* YARN_* PNPM_* BUN_* NODE_OPTIONS';

const no = (value: string | undefined): boolean => value !== undefined && /^(?:false|0|no|off)$/i.test(value);

/** An npm setting from the environment, where its name may be in either case. */
function config(call: Parsed, name: string): string | undefined {
  return call.env(`npm_config_${name}`) ?? call.env(`NPM_CONFIG_${name.toUpperCase()}`);
}

function scoped(
  production: boolean,
  omitted: readonly string[] = [],
): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const rest = omitted.filter((set) => set !== 'dev').sort();
  const base = production ? 'production' : 'all';
  return {
    dependencyScope: rest.length === 0 ? base : `${base} without ${rest.join(' ')}`,
    includesDevelopment: !production,
  };
}

/**
 * npm: `--include` beats `--omit`, and both beat `--production`, `--only` and NODE_ENV.
 *
 * Source: https://docs.npmjs.com/cli/using-npm/config#omit ("'dev' if the NODE_ENV environment variable is set to 'production'").
 */
function npmScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const omit = new Set(
    [...optionValues(call, '--omit'), ...(config(call, 'omit') ?? '').split(/[\s,]+/)].filter((set) => set !== ''),
  );
  const include = new Set([...optionValues(call, '--include'), ...(config(call, 'include') ?? '').split(/[\s,]+/)]);
  if (omit.size === 0 && call.env('NODE_ENV') === 'production') omit.add('dev');
  const only = optionValue(call, '--only') ?? config(call, 'only');
  if (only !== undefined && /^prod/.test(only)) omit.add('dev');
  const production = call.options.findLast(
    (option) => option.name === '--production' || option.name === '--prod' || option.name === '--no-production',
  );
  const setting = config(call, 'production');
  if (production !== undefined) {
    if (production.name === '--no-production' || no(production.value)) include.add('dev');
    else omit.add('dev');
  } else if (setting !== undefined && setting !== '') {
    if (no(setting)) include.add('dev');
    else omit.add('dev');
  }
  if (has(call, '--dev') || /^dev/.test(optionValue(call, '--also') ?? '')) include.add('dev');
  if (has(call, '--no-optional')) omit.add('optional');
  for (const set of include) omit.delete(set);
  return scoped(omit.has('dev'), [...omit]);
}

/** yarn 1: the option beats NODE_ENV; yarn 2 and later install everything, and are told by --immutable and --mode. */
function yarnScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const option = call.options.findLast((one) => one.name === '--production' || one.name === '--prod');
  const optional = has(call, '--ignore-optional') ? ['optional'] : [];
  if (option !== undefined) return scoped(!no(option.value), optional);
  const berry = call.options.some((one) =>
    /^--(?:immutable|immutable-cache|check-cache|mode|inline-builds|refresh-lockfile)$/.test(one.name),
  );
  const setting = call.env('YARN_PRODUCTION') ?? config(call, 'production');
  if (!berry && setting !== undefined && setting !== '') return scoped(!no(setting), optional);
  return scoped(!berry && call.env('NODE_ENV') === 'production', optional);
}

function pnpmScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const optional = has(call, '--no-optional') ? ['optional'] : [];
  if (has(call, '-D', '--dev')) return { dependencyScope: 'development', includesDevelopment: true };
  const option = call.options.findLast(
    (one) => one.name === '--prod' || one.name === '-P' || one.name === '--production' || one.name === '--no-prod',
  );
  if (option !== undefined) return scoped(option.name !== '--no-prod' && !no(option.value), optional);
  const setting = config(call, 'production');
  if (setting !== undefined && setting !== '') return scoped(!no(setting), optional);
  return scoped(call.env('NODE_ENV') === 'production', optional);
}

function bunScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  return scoped(has(call, '--production', '-p') || optionValues(call, '--omit').includes('dev'));
}

type Scope = (call: Parsed) => Pick<Answer, 'dependencyScope' | 'includesDevelopment'>;

const FOLDERS = ['--prefix', '-C', '--cwd', '--dir'] as const;

/** Installs the project's sets; with package names it installs packages, with -g for the whole machine. */
function installs(scope: Scope, always = false): Verdict {
  return (call) => {
    const folder = optionValue(call, ...FOLDERS);
    if (has(call, '-g', '--global', '--location=global') || optionValue(call, '--location') === 'global')
      return { role: 'install-packages', outputs: folder === undefined ? GLOBAL : [folder] };
    if (!always && call.operands.some((word) => word !== '.'))
      return { role: 'install-packages', outputs: [under(folder, '.')] };
    return { role: 'install-dependencies', outputs: [under(folder, 'node_modules')], ...scope(call) };
  };
}

const SCRIPT_TEST = /^(?:pre|post)?(?:test|tests|e2e|unit|cypress|jest|vitest|coverage|spec)(?:$|[:_\-.])/i;
const SCRIPT_CHECK =
  /^(?:pre|post)?(?:lint|eslint|stylelint|format|prettier|typecheck|type-check|types:check|check-types|tsc:check|audit|check|check-format|depcheck|knip)(?:$|[:_\-.])/i;
const SCRIPT_RUN = /^(?:start|serve|watch|preview)(?:$|[:_\-.])/i;
const SCRIPT_INSTALL = /^(?:setup|bootstrap|install-deps|ci:install)$/i;

/** The role of a script by its name, for when package.json was not read; what is not clearly a test makes something. */
function script(name: string): Answer {
  const subcommand = `run ${name}`;
  if (SCRIPT_TEST.test(name)) return { role: 'test', subcommand };
  if (SCRIPT_CHECK.test(name)) return { role: 'check', subcommand };
  if (SCRIPT_RUN.test(name)) return { role: 'run', subcommand };
  if (SCRIPT_INSTALL.test(name)) return { role: 'install-dependencies', subcommand };
  return { role: 'compile', subcommand };
}

const runs: Verdict = (call) => {
  const [name, ...operands] = call.operands;
  return name === undefined ? { role: 'check' } : { ...script(name), operands };
};

/** `yarn build` is `yarn run build`; and yarn, pnpm and bun run commands of node_modules/.bin in the same way. */
const scriptByName: Verdict = (call) => script(call.subcommand);

const QUESTIONS =
  'view info show ls list ll la outdated audit ping whoami explain why root bin prefix search help doctor fund docs repo licenses licence version pkg query diff stars profile token access org team';
const SETTINGS =
  'config set get c login logout adduser init create dedupe shrinkwrap rebuild link unlink pack publish version dist-tag import cache owner star completion plugin policies policy self-update import env store patch';

const REGISTRY =
  '--cache --prefer-offline --prefer-online --offline --registry --fetch-retries --fetch-retry-mintimeout --fetch-retry-maxtimeout --fetch-timeout --maxsockets --network-timeout --network-concurrency --store-dir --cache-folder --cache-dir --cafile --userconfig';
const NOISE =
  '--no-audit --audit --no-fund --fund --loglevel -s -d -dd -ddd --foreground-scripts --no-update-notifier --reporter --no-progress --no-color --verbose --silent --timing';

const NPM: Tool = {
  toolchain: 'npm',
  valued:
    '--prefix -C --omit --include --only --also --cache --registry --loglevel -w --workspace --userconfig --location --fetch-retries --fetch-timeout --maxsockets --tag --script-shell --network-timeout --cafile',
  neutral: `${REGISTRY} ${NOISE}`,
  reads: {
    'install-dependencies': NPM_CONFIG,
    'install-packages': NPM_CONFIG,
    compile: BUNDLE,
    generate: BUNDLE,
    run: 'NODE_ENV NODE_OPTIONS',
  },
  subcommands: {
    ...each('install i add in ins isntall', installs(npmScope)),
    ...each('ci clean-install install-clean ic install-ci-test cit', installs(npmScope, true)),
    ...each('install-test it', installs(npmScope, true)),
    ...each('update up upgrade', installs(npmScope)),
    prune: (call) => ({
      role: 'install-dependencies',
      outputs: [under(optionValue(call, ...FOLDERS), 'node_modules')],
      ...npmScope(call),
    }),
    rebuild: () => ({ role: 'install-dependencies', outputs: ['node_modules'] }),
    ...each('uninstall remove rm un r', 'remove'),
    ...each('run run-script rum urn', runs),
    ...each('test t tst', () => script('test')),
    ...each('start restart stop', (call) => script(call.subcommand)),
    'cache clean': 'clean',
    ...each('pack publish', () => ({ role: 'compile', outputs: ['.'] })),
    ...each(QUESTIONS, 'check'),
    ...each('config set get login logout adduser init create dedupe shrinkwrap link cache owner', 'configure'),
  },
  bare: 'check',
};

const YARN: Tool = {
  toolchain: 'yarn',
  valued:
    '--cwd --cache-folder --registry --network-timeout --network-concurrency --mutex --modules-folder --mode --use-yarnrc --global-folder',
  neutral: `${REGISTRY} ${NOISE} --mutex --non-interactive --no-lockfile-warning --link-duplicates`,
  reads: NPM.reads ?? '',
  subcommands: {
    install: installs(yarnScope, true),
    ...each('add upgrade up', (call) => ({
      role: 'install-packages',
      outputs: [under(optionValue(call, '--cwd'), '.')],
    })),
    'global add': () => ({ role: 'install-packages', outputs: GLOBAL }),
    remove: 'remove',
    'workspaces focus': (call) => ({
      role: 'install-dependencies',
      outputs: ['node_modules'],
      ...scoped(has(call, '--production')),
    }),
    'workspaces foreach': (call) => {
      const at = call.operands.indexOf('run');
      return at === -1 ? undefined : script(call.operands[at + 1] ?? '');
    },
    workspace: (call) => {
      const [, verb = '', name] = call.operands;
      if (verb === 'install') return { role: 'install-dependencies', subcommand: 'install', ...yarnScope(call) };
      return script(verb === 'run' ? (name ?? '') : verb);
    },
    run: runs,
    'cache clean': 'clean',
    autoclean: 'clean',
    cache: 'check',
    ...each(QUESTIONS, 'check'),
    ...each(SETTINGS.replace('cache ', ''), 'configure'),
    'set version': 'configure',
    'config set': 'configure',
  },
  bare: installs(yarnScope, true),
  otherwise: scriptByName,
};

const PNPM: Tool = {
  toolchain: 'pnpm',
  valued:
    '-C --dir -F --filter --filter-prod --store-dir --registry --reporter --loglevel --workspace-concurrency --network-concurrency --child-concurrency --prefix --virtual-store-dir --modules-dir',
  neutral: `${REGISTRY} ${NOISE} --workspace-concurrency --child-concurrency --stream --aggregate-output`,
  reads: NPM.reads ?? '',
  subcommands: {
    ...each('install i', installs(pnpmScope)),
    ...each('add', (call) => ({
      role: 'install-packages',
      outputs: has(call, '-g', '--global') ? GLOBAL : [under(optionValue(call, ...FOLDERS), '.')],
    })),
    ...each('update up', installs(pnpmScope)),
    fetch: (call) => ({ role: 'install-dependencies', outputs: ['node_modules'], ...pnpmScope(call) }),
    prune: (call) => ({ role: 'install-dependencies', outputs: ['node_modules'], ...pnpmScope(call) }),
    deploy: (call) => ({ role: 'install-dependencies', outputs: call.operands.slice(-1), ...pnpmScope(call) }),
    ...each('remove rm uninstall un', 'remove'),
    ...each('run run-script', runs),
    ...each('test t', () => script('test')),
    '-r run': runs,
    'store prune': 'clean',
    'cache delete': 'clean',
    ...each(QUESTIONS, 'check'),
    ...each(SETTINGS, 'configure'),
    rebuild: () => ({ role: 'install-dependencies', outputs: ['node_modules'] }),
  },
  bare: 'check',
  otherwise: scriptByName,
};

const BUN: Tool = {
  toolchain: 'bun',
  valued:
    '--cwd --omit --outdir --outfile --target --format --sourcemap --define -d --external -e --entry-naming --root --cache-dir --registry --env --config -c',
  neutral: `${REGISTRY} ${NOISE} --no-summary --concurrent-scripts`,
  reads: {
    'install-dependencies': 'NODE_ENV BUN_* npm_config_* NPM_CONFIG_*',
    compile: `${BUNDLE} BUN_*`,
    run: 'NODE_ENV BUN_*',
  },
  subcommands: {
    ...each('install i', installs(bunScope)),
    add: installs(bunScope),
    ...each('remove rm', 'remove'),
    build: (call) => {
      const output = optionValue(call, '--outfile') ?? optionValue(call, '--outdir');
      return {
        role: 'compile',
        outputs: output === undefined ? (has(call, '--compile') ? ['.'] : ['/dev/stdout']) : [output],
      };
    },
    run: runs,
    test: 'test',
    pm: 'check',
    'pm cache rm': 'clean',
    upgrade: 'install-packages',
  },
  bare: 'check',
  otherwise: (call) => (/\.[cm]?[jt]sx?$/.test(call.subcommand) ? { role: 'run' } : script(call.subcommand)),
};

/** A bundler whose folder is in an option, or else in a configuration file that says anything. */
function bundler(toolchain: string, more: Partial<Tool>, ...folder: readonly string[]): Tool {
  const build: Verdict = (call) => {
    const output = optionValue(call, ...folder);
    return { role: 'compile', subcommand: 'build', outputs: output === undefined ? [] : [output] };
  };
  return {
    toolchain,
    reads: BUNDLE,
    subcommands: {
      build,
      ...each('serve dev watch preview start server', 'run'),
      ...each('lint check info inspect help', 'check'),
      ...each('test e2e', 'test'),
    },
    bare: build,
    ...more,
  };
}

const fixed = (toolchain: string, outputs: readonly string[], more: Partial<Tool> = {}): Tool => ({
  toolchain,
  reads: BUNDLE,
  valued: '-c --config -p --port -d --dir',
  subcommands: {
    build: () => ({ role: 'compile', outputs }),
    ...each('export generate', () => ({ role: 'compile', outputs })),
    ...each('dev develop start serve watch preview', 'run'),
    ...each('lint info telemetry typegen check sync prepare analyze', 'check'),
    test: 'test',
  },
  bare: 'run',
  ...more,
});

const webpackBuild: Verdict = (call) => {
  if (has(call, '--watch', '-w')) return { role: 'run', subcommand: 'watch' };
  const output = optionValue(call, '-o', '--output-path');
  return { role: 'compile', subcommand: 'build', outputs: output === undefined ? [] : [output] };
};

const emits =
  (...names: readonly string[]): Verdict =>
  (call) => {
    const output = optionValue(call, ...names);
    return { role: 'compile', subcommand: 'build', outputs: output === undefined ? [] : [output] };
  };

/** A monorepo driver: `turbo run build --filter=web`, `nx build web`, `nx run web:build`. */
const driver = (toolchain: string): Tool => ({
  toolchain,
  valued: '--filter --scope --concurrency --parallel -F --projects --configuration -c -t --target --targets',
  neutral:
    '--concurrency --parallel --no-daemon --output-logs --ui --no-cache --stream --skip-nx-cache --verbose --log-order',
  reads: BUNDLE,
  subcommands: {
    ...each('run run-many', (call) =>
      script(
        optionValue(call, '-t', '--target', '--targets') ??
          (call.operands[0] ?? '').split(':').at(1) ??
          call.operands[0] ??
          '',
      ),
    ),
    prune: () => ({ role: 'generate', outputs: ['out'] }),
    bootstrap: 'install-dependencies',
    ...each('login link report graph list', 'check'),
    reset: 'clean',
  },
  otherwise: (call) => script(call.subcommand),
});

const PLAIN = (role: 'test' | 'check' | 'run', toolchain = 'node-tools'): Tool => ({ toolchain, otherwise: role });

function all(tool: Tool, text: string): Record<string, Tool> {
  return Object.fromEntries(text.split(' ').map((name) => [name, tool]));
}

/** Node's package managers, bundlers and compilers, by command. */
export const JAVASCRIPT: Readonly<Record<string, Tool>> = {
  npm: NPM,
  yarn: YARN,
  yarnpkg: YARN,
  pnpm: PNPM,
  bun: BUN,
  // The commands themselves, for launchers without a command to launch.
  npx: PLAIN('check'),
  node: {
    toolchain: 'node',
    valued: '-r --require --import --loader --experimental-loader -e --eval -p --print -C --conditions --env-file',
    reads: 'NODE_ENV NODE_OPTIONS NODE_PATH',
    otherwise: (call) =>
      has(call, '-v', '--check', '-c')
        ? { role: 'check' }
        : optionValue(call, '-p', '--print') === undefined
          ? { role: 'run' }
          : { role: 'check' },
  },
  nodejs: { toolchain: 'node', reads: 'NODE_ENV NODE_OPTIONS', otherwise: 'run' },
  ...all(
    PLAIN('run', 'node-dev'),
    'nodemon ts-node ts-node-dev tsx pm2 pm2-runtime forever concurrently webpack-dev-server json-server live-server http-server serve',
  ),
  ...all(PLAIN('test'), 'jest mocha vitest ava tap cypress playwright karma jasmine wdio c8 testcafe'),
  ...all(
    PLAIN('check'),
    'eslint prettier stylelint tslint biome standard xo depcheck knip size-limit license-checker update-browserslist-db ncu commitlint husky markdownlint',
  ),
  nyc: {
    toolchain: 'istanbul',
    subcommands: { instrument: (call) => ({ role: 'compile', outputs: call.operands.slice(1, 2) }), report: 'check' },
    otherwise: 'test',
  },

  webpack: {
    toolchain: 'webpack',
    valued:
      '-c --config --mode -o --output-path --devtool -d --env --node-env --entry -t --target --name --stats --define-process-env-node-env --config-name --merge',
    neutral: '--stats --progress --color --bail -j',
    reads: BUNDLE,
    subcommands: {
      ...each('build bundle b', webpackBuild),
      ...each('serve watch s w', 'run'),
      ...each('info version configtest', 'check'),
    },
    bare: webpackBuild,
    otherwise: webpackBuild,
  },
  'webpack-cli': {
    toolchain: 'webpack',
    valued: '-c --config --mode -o --output-path --devtool --env',
    reads: BUNDLE,
    bare: webpackBuild,
    otherwise: webpackBuild,
  },
  rspack: bundler('webpack', { valued: '-c --config -m --mode -o --output-path --devtool' }, '-o', '--output-path'),
  encore: {
    toolchain: 'webpack',
    reads: BUNDLE,
    subcommands: {
      ...each('dev prod production', () => ({ role: 'compile', outputs: ['public'] })),
      'dev-server': 'run',
    },
  },
  'laravel-mix': {
    toolchain: 'laravel-mix',
    reads: `${BUNDLE} MIX_*`,
    otherwise: () => ({ role: 'compile', outputs: ['public'] }),
  },
  vite: bundler(
    'vite',
    {
      valued: '-m --mode -c --config --outDir --base -l --logLevel --assetsDir --target',
      neutral: '-l --logLevel --clearScreen -d --debug',
      bare: 'run',
    },
    '--outDir',
  ),
  rollup: bundler(
    'rollup',
    {
      valued: '-o --file -d --dir -i --input -f --format -p --plugin -e --environment -n --name',
      otherwise: emits('-o', '--file', '-d', '--dir'),
    },
    '-o',
    '--file',
    '-d',
    '--dir',
  ),
  rolldown: bundler(
    'rollup',
    { valued: '-o --file -d --dir', otherwise: emits('-o', '--file', '-d', '--dir') },
    '-o',
    '--file',
    '-d',
    '--dir',
  ),
  esbuild: {
    toolchain: 'esbuild',
    neutral: '--log-level --log-limit --color',
    reads: 'NODE_PATH',
    otherwise: (call) =>
      has(call, '--watch') || call.options.some((option) => option.name.startsWith('--serve'))
        ? { role: 'run' }
        : emitsNow(call, '--outfile', '--outdir'),
  },
  parcel: bundler(
    'parcel',
    {
      valued: '-d --dist-dir -t --target --cache-dir --public-url --log-level',
      neutral: '--cache-dir --log-level --no-cache',
      otherwise: 'run',
    },
    '-d',
    '--dist-dir',
  ),
  tsup: bundler(
    'esbuild',
    { valued: '-d --out-dir --format --env', otherwise: emits('-d', '--out-dir') },
    '-d',
    '--out-dir',
  ),
  swc: bundler(
    'swc',
    { valued: '-d --out-dir -o --out-file --config-file -C', otherwise: emits('-d', '--out-dir', '-o', '--out-file') },
    '-d',
    '--out-dir',
  ),
  babel: {
    toolchain: 'babel',
    valued: '-d --out-dir -o --out-file --presets --plugins --config-file --extensions -x --ignore --env-name',
    reads: 'NODE_ENV BABEL_ENV',
    otherwise: (call) => emitsNow(call, '-d', '--out-dir', '-o', '--out-file'),
  },
  tsc: {
    toolchain: 'tsc',
    valued:
      '-p --project --outDir --outFile --target -t --module -m --rootDir --declarationDir --jsx --moduleResolution --lib',
    neutral:
      '--pretty --listFiles --diagnostics --extendedDiagnostics --traceResolution --skipLibCheck --force --verbose',
    bare: (call) =>
      has(call, '--noEmit', '--showConfig') ? { role: 'check' } : emitsNow(call, '--outDir', '--outFile'),
    otherwise: (call) =>
      has(call, '--noEmit', '--showConfig') ? { role: 'check' } : emitsNow(call, '--outDir', '--outFile'),
  },
  'vue-tsc': {
    toolchain: 'tsc',
    valued: '-p --project',
    bare: (call) => (has(call, '--noEmit', '--build', '-b') ? { role: 'check' } : emitsNow(call)),
    otherwise: (call) => (has(call, '--noEmit') ? { role: 'check' } : emitsNow(call)),
  },
  next: fixed('next', ['.next', 'out']),
  nuxt: fixed('nuxt', ['.output', '.nuxt', 'dist'], {
    valued: '--dotenv --preset --envName',
    subcommands: {
      ...each('build generate build-module', () => ({ role: 'compile', outputs: ['.output', '.nuxt', 'dist'] })),
      ...each('dev start preview', 'run'),
      prepare: 'generate',
    },
  }),
  nuxi: fixed('nuxt', ['.output', '.nuxt', 'dist'], { valued: '--dotenv --preset' }),
  'react-scripts': fixed('react-scripts', ['build'], { reads: CRA }),
  craco: fixed('react-scripts', ['build'], { reads: CRA }),
  'react-app-rewired': fixed('react-scripts', ['build'], { reads: CRA }),
  'vue-cli-service': bundler('vue-cli', { valued: '--mode --dest --target --name', bare: 'check' }, '--dest'),
  ng: {
    toolchain: 'angular',
    valued: '-c --configuration --output-path --base-href --deploy-url --project',
    neutral: '--progress --verbose',
    reads: BUNDLE,
    subcommands: {
      ...each('build b', emits('--output-path')),
      ...each('serve s dev', 'run'),
      ...each('test t e2e e', 'test'),
      ...each('lint l', 'check'),
      ...each('run', (call) => script((call.operands[0] ?? '').split(':').at(1) ?? '')),
      ...each('analytics config cache', 'configure'),
    },
  },
  gatsby: fixed('gatsby', ['public', '.cache']),
  remix: fixed('remix', ['build', 'public/build']),
  astro: fixed('astro', ['dist']),
  'svelte-kit': fixed('svelte', ['build', '.svelte-kit']),
  ember: fixed('ember', ['dist'], {
    valued: '-e --environment -o --output-path',
    subcommands: {
      ...each('build b', (call) => ({
        role: 'compile',
        outputs: [optionValue(call, '-o', '--output-path') ?? 'dist'],
      })),
      ...each('serve s', 'run'),
      test: 'test',
    },
    reads: `${BUNDLE} EMBER_ENV`,
  }),
  nest: fixed('nest', ['dist']),
  quasar: fixed('quasar', ['dist'], { valued: '-m --mode -T --target' }),
  ionic: fixed('ionic', ['www', 'dist']),
  expo: fixed('expo', ['dist', 'web-build']),
  vitepress: { toolchain: 'vite', reads: BUNDLE, subcommands: { build: 'compile', dev: 'run' } },
  docusaurus: fixed('docusaurus', ['build']),
  hexo: fixed('hexo', ['public']),
  'build-storybook': { toolchain: 'storybook', reads: BUNDLE, otherwise: 'compile', valued: '-o --output-dir' },
  storybook: { toolchain: 'storybook', reads: BUNDLE, subcommands: { build: 'compile', dev: 'run' } },
  gulp: {
    toolchain: 'gulp',
    valued: '-f --gulpfile --cwd --env',
    reads: BUNDLE,
    bare: 'compile',
    otherwise: (call) => script(call.operands[0] ?? ''),
  },
  grunt: {
    toolchain: 'gulp',
    valued: '--gruntfile --base --env',
    reads: BUNDLE,
    bare: 'compile',
    otherwise: (call) => script(call.operands[0] ?? ''),
  },
  bower: {
    toolchain: 'bower',
    subcommands: {
      install: (call) => ({
        role: 'install-dependencies',
        outputs: ['bower_components'],
        ...scoped(has(call, '-p', '--production')),
      }),
      cache: 'clean',
    },
  },
  turbo: driver('turbo'),
  nx: driver('nx'),
  lerna: driver('lerna'),
  'npm-run-all': { toolchain: 'npm', otherwise: (call) => script(call.operands[0] ?? '') },
  'run-s': { toolchain: 'npm', otherwise: (call) => script(call.operands[0] ?? '') },
  'run-p': { toolchain: 'npm', otherwise: (call) => script(call.operands[0] ?? '') },
  prisma: {
    toolchain: 'prisma',
    subcommands: {
      generate: () => ({ role: 'generate', outputs: ['node_modules', '.'] }),
      ...each('migrate db studio', 'run'),
      ...each('validate format', 'check'),
    },
  },
  tailwindcss: {
    toolchain: 'tailwindcss',
    valued: '-i --input -o --output -c --config --content',
    reads: 'NODE_ENV',
    otherwise: (call) => emitsNow(call, '-o', '--output'),
  },
  postcss: {
    toolchain: 'postcss',
    valued: '-o --output -d --dir -u --use --env',
    reads: 'NODE_ENV',
    otherwise: (call) => emitsNow(call, '-o', '--output', '-d', '--dir'),
  },
  sass: {
    toolchain: 'sass',
    valued: '--style -s --load-path -I',
    neutral: '-q --quiet-deps --no-color',
    otherwise: (call) => ({ role: 'compile', outputs: call.operands.flatMap((word) => word.split(':').slice(1)) }),
  },
  lessc: { toolchain: 'less', otherwise: (call) => ({ role: 'compile', outputs: call.operands.slice(1, 2) }) },
  terser: { toolchain: 'terser', valued: '-o --output', otherwise: (call) => emitsNow(call, '-o', '--output') },
  uglifyjs: { toolchain: 'terser', valued: '-o --output', otherwise: (call) => emitsNow(call, '-o', '--output') },
  pkg: {
    toolchain: 'pkg',
    valued: '-t --targets -o --output --out-path',
    otherwise: (call) => emitsNow(call, '-o', '--output', '--out-path'),
  },
  ncc: {
    toolchain: 'ncc',
    valued: '-o --out',
    subcommands: { build: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o', '--out') ?? 'dist'] }) },
  },
  elm: {
    toolchain: 'elm',
    valued: '--output',
    subcommands: {
      make: (call) => ({ role: 'compile', outputs: [optionValue(call, '--output') ?? 'index.html'] }),
      ...each('reactor repl', 'run'),
      install: 'install-packages',
    },
  },
  deno: {
    toolchain: 'deno',
    valued: '-c --config -o --output --target --import-map --env-file',
    reads: 'DENO_*',
    subcommands: {
      compile: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o', '--output') ?? '.'] }),
      bundle: (call) => ({
        role: 'compile',
        outputs: [optionValue(call, '-o', '--output') ?? call.operands[1] ?? '/dev/stdout'],
      }),
      ...each('cache install', () => ({
        role: 'install-dependencies',
        outputs: ['node_modules', '/deno-dir', '/root/.cache'],
      })),
      task: runs,
      ...each('run serve', 'run'),
      ...each('test bench', 'test'),
      ...each('lint fmt check info doc types', 'check'),
    },
  },
};

function emitsNow(call: Parsed, ...names: readonly string[]): Answer {
  const output = names.length === 0 ? undefined : optionValue(call, ...names);
  return { role: 'compile', subcommand: 'build', outputs: output === undefined ? [] : [output] };
}
