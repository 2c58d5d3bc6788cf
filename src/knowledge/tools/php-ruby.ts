import { type Answer, each, has, optionValue, optionValues, type Parsed, type Tool, under } from './shape.js';

/** PHP and Ruby. Sources: getcomposer.org/doc/03-cli.md, laravel.com/docs, symfony.com/doc, bundler.io/man, guides.rubyonrails.org. */

const yes = (value: string | undefined): boolean => value !== undefined && /^(?:1|true|yes|on)$/i.test(value);

function composerScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  // The option beats COMPOSER_NO_DEV; since 2.0 a bare install takes the development set.
  const option = call.options.findLast((one) => one.name === '--no-dev' || one.name === '--dev');
  const production = option === undefined ? yes(call.env('COMPOSER_NO_DEV')) : option.name === '--no-dev';
  return { dependencyScope: production ? 'production' : 'all', includesDevelopment: !production };
}

const composerOutputs = (call: Parsed): readonly string[] => {
  const vendor = call.env('COMPOSER_VENDOR_DIR');
  return [under(optionValue(call, '-d', '--working-dir'), vendor === undefined || vendor === '' ? 'vendor' : vendor)];
};

const composerInstall = (call: Parsed): Answer => ({
  role: 'install-dependencies',
  outputs: has(call, '--no-scripts') ? composerOutputs(call) : [under(optionValue(call, '-d', '--working-dir'), '.')],
  ...composerScope(call),
});

const COMPOSER: Tool = {
  toolchain: 'composer',
  valued:
    '-d --working-dir --prefer-install --ignore-platform-req --repository --apcu-autoloader-prefix --audit-format',
  neutral:
    '-q -v -vv -vvv -n --profile --no-progress --no-suggest --no-audit --audit --audit-format --no-cache --prefer-dist --prefer-install --ignore-platform-reqs --ignore-platform-req --no-ansi',
  reads:
    'COMPOSER COMPOSER_NO_DEV COMPOSER_VENDOR_DIR COMPOSER_HOME COMPOSER_ROOT_VERSION COMPOSER_PREFER_STABLE COMPOSER_IGNORE_PLATFORM_REQ COMPOSER_IGNORE_PLATFORM_REQS APP_ENV APP_DEBUG SYMFONY_DOTENV_VARS',
  subcommands: {
    ...each('install i', composerInstall),
    ...each('update u upgrade', composerInstall),
    ...each('require req', () => ({ role: 'install-packages', outputs: ['vendor', 'composer.json', 'composer.lock'] })),
    'global require': () => ({ role: 'install-packages', outputs: ['/root', '/tmp', '/composer'] }),
    ...each('remove rm', () => ({ role: 'remove', outputs: ['vendor', 'composer.json', 'composer.lock'] })),
    ...each('dump-autoload dumpautoload', (call) => ({
      role: 'generate',
      outputs: composerOutputs(call),
      ...composerScope(call),
    })),
    'dump-env': () => ({ role: 'generate', outputs: ['.env.local.php'] }),
    ...each('run run-script exec', (call) => {
      const name = call.operands[0] ?? '';
      if (/^(?:test|tests|phpunit|pest)/.test(name)) return { role: 'test' };
      if (/^(?:lint|cs|check|phpstan|analyse|analyze)/.test(name)) return { role: 'check' };
      return { role: 'generate' };
    }),
    ...each('create-project', (call) => ({
      role: 'install-dependencies',
      outputs: call.operands.slice(1, 2),
      ...composerScope(call),
    })),
    ...each('clear-cache clearcache cc', 'clean'),
    ...each(
      'show info validate check-platform-reqs audit outdated diagnose licenses depends why prohibits status about list',
      'check',
    ),
    ...each('config init self-update selfupdate', 'configure'),
  },
  bare: 'check',
};

const CACHES = (): Answer => ({ role: 'generate', outputs: ['bootstrap/cache', 'storage/framework'] });

const ARTISAN: Tool = {
  toolchain: 'laravel',
  valued: '--env',
  neutral: '-q -v -n --no-ansi',
  reads: 'APP_ENV APP_DEBUG APP_KEY APP_URL ASSET_URL DB_CONNECTION CACHE_DRIVER QUEUE_CONNECTION SESSION_DRIVER *',
  subcommands: {
    ...each(
      'optimize config:cache route:cache view:cache event:cache package:discover filament:optimize icons:cache filament:cache-components',
      CACHES,
    ),
    ...each('optimize:clear config:clear route:clear view:clear cache:clear event:clear clear-compiled', () => ({
      role: 'clean',
      outputs: ['bootstrap/cache', 'storage/framework'],
    })),
    'storage:link': () => ({ role: 'copy', inputs: ['storage/app/public'], outputs: ['public/storage'] }),
    ...each(
      'vendor:publish livewire:publish horizon:publish telescope:publish ziggy:generate wayfinder:generate ide-helper:generate octane:install',
      () => ({ role: 'generate', outputs: ['.'] }),
    ),
    'key:generate': () => ({ role: 'configure', outputs: ['.env'] }),
    ...each('test dusk', 'test'),
    ...each('about list env route:list inspire', 'check'),
    ...each(
      'serve octane:start queue:work schedule:run schedule:work horizon migrate db:seed migrate:fresh tinker',
      'run',
    ),
  },
  otherwise: 'run',
};

const CONSOLE: Tool = {
  toolchain: 'symfony',
  valued: '-e --env',
  neutral: '-q -v -vv -vvv -n --no-ansi',
  reads: 'APP_ENV APP_DEBUG APP_SECRET DATABASE_URL *',
  subcommands: {
    ...each('cache:warmup cache:clear c:c cache:warm', () => ({ role: 'generate', outputs: [] })),
    ...each(
      'assets:install ckeditor:install asset-map:compile importmap:install sass:build tailwind:build fos:js-routing:dump',
      () => ({ role: 'generate', outputs: ['public', 'assets', 'var'] }),
    ),
    ...each('lint:yaml lint:twig lint:container debug:container debug:router about list', 'check'),
  },
  otherwise: 'run',
};

/** Bundler's groups: what is left out decides; settings of `bundle config` from another step are not seen here. */
function bundleScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const listed = (text: string | undefined): string[] => (text ?? '').split(/[\s:,]+/).filter((group) => group !== '');
  const only = listed(call.env('BUNDLE_ONLY'));
  const options = optionValues(call, '--without').flatMap(listed);
  // `--without development test` takes all the words that follow.
  if (options.length > 0) options.push(...call.operands);
  const out = new Set(options.length > 0 ? options : listed(call.env('BUNDLE_WITHOUT')));
  for (const group of [...optionValues(call, '--with').flatMap(listed), ...listed(call.env('BUNDLE_WITH'))])
    out.delete(group);
  if (only.length > 0) {
    return {
      dependencyScope: `only ${only.sort().join(' ')}`,
      includesDevelopment: only.some((group) => /^(?:dev|test)/.test(group)),
    };
  }
  const production = out.has('development') && out.has('test');
  if (production && out.size === 2) return { dependencyScope: 'production', includesDevelopment: false };
  const groups = [...out].sort().join(' ');
  return { dependencyScope: groups === '' ? 'all' : `without ${groups}`, includesDevelopment: !production };
}

function bundleInstall(call: Parsed): Answer {
  const path = optionValue(call, '--path') ?? call.env('BUNDLE_PATH') ?? call.env('GEM_HOME');
  return {
    role: 'install-dependencies',
    outputs: path === undefined || path === '' ? [] : [path],
    ...bundleScope(call),
  };
}

const BUNDLE: Tool = {
  toolchain: 'bundler',
  valued: '--without --with --path --gemfile -j --jobs --retry --binstubs --shebang --trust-policy',
  neutral: '-j --jobs --retry -q --no-cache --prefer-local --full-index',
  reads: 'BUNDLE_* RUBYOPT GEM_HOME GEM_PATH',
  subcommands: {
    ...each('install update', bundleInstall),
    ...each('config', (call) =>
      call.operands.length === 0 || /^(?:get|list)$/.test(call.operands[0] ?? '')
        ? { role: 'check' }
        : { role: 'configure' },
    ),
    ...each('package cache pack', () => ({ role: 'install-dependencies', outputs: ['vendor/cache'] })),
    ...each('clean', 'remove'),
    ...each('binstubs lock platform init plugin', 'configure'),
    ...each('check show list info outdated audit env doctor version platform licenses', 'check'),
    add: 'install-packages',
  },
  bare: bundleInstall,
};

const RAKE_TEST = /^(?:test|spec|cucumber|teaspoon)(?:$|:)/;

/** Tasks of rake and rails; those that a project defines itself are not known. */
function task(name: string): Answer | undefined {
  if (
    /^(?:assets:precompile|webpacker:compile|shakapacker:compile|vite:build|vite:build_all|javascript:build|css:build|tailwindcss:build)$/.test(
      name,
    )
  ) {
    return { role: 'generate', subcommand: name, outputs: ['public', 'app/assets/builds', 'tmp'] };
  }
  if (/^(?:assets:clean|assets:clobber|tmp:clear|log:clear|tmp:cache:clear|webpacker:clobber)$/.test(name))
    return { role: 'clean', subcommand: name, outputs: ['public/assets', 'tmp', 'log'] };
  if (RAKE_TEST.test(name)) return { role: 'test', subcommand: name };
  if (/^(?:about|routes|stats|notes|-T|rubocop|standard|brakeman|zeitwerk:check|yarn:check)$/.test(name))
    return { role: 'check', subcommand: name };
  if (/^(?:yarn:install|webpacker:yarn_install)$/.test(name))
    return { role: 'install-dependencies', subcommand: name, outputs: ['node_modules'] };
  if (/^(?:s|server|c|console|db|dbconsole|r|runner|db:.*|jobs:work|sidekiq)$/.test(name))
    return { role: 'run', subcommand: name };
  if (/^i18n:js:export$|^ts_routes:|^js:routes|^bootsnap:precompile$/.test(name))
    return { role: 'generate', subcommand: name };
  return undefined;
}

function tasks(call: Parsed): Answer | undefined {
  const names = call.operands.filter((word) => !/^[A-Z_]+=/.test(word));
  const answers = names.map(task);
  // The task that makes the most decides; an unknown one may do anything.
  if (answers.length === 0 || answers.includes(undefined)) return undefined;
  return answers.find((answer) => answer?.role === 'generate') ?? answers[0];
}

const RAILS_READS =
  'RAILS_ENV RACK_ENV NODE_ENV RAILS_RELATIVE_URL_ROOT SECRET_KEY_BASE SECRET_KEY_BASE_DUMMY RAILS_MASTER_KEY ASSET_HOST CDN_HOST DATABASE_URL';

function all(tool: Tool, text: string): Record<string, Tool> {
  return Object.fromEntries(text.split(' ').map((name) => [name, tool]));
}

/** PHP, Ruby and their frameworks, by command. */
export const PHP_RUBY: Readonly<Record<string, Tool>> = {
  composer: COMPOSER,
  'composer.phar': COMPOSER,
  php: {
    toolchain: 'php',
    valued: '-d -c -z -f -r -S -t',
    reads: 'XDEBUG_MODE XDEBUG_CONFIG PHP_INI_SCAN_DIR PHPRC APP_ENV APP_DEBUG',
    otherwise: (call) => (has(call, '-v', '-m', '-i', '--ini', '-l') ? { role: 'check' } : { role: 'run' }),
  },
  artisan: ARTISAN,
  console: CONSOLE,
  ...all({ toolchain: 'php-tools', otherwise: 'test' }, 'phpunit pest behat codecept phpspec paratest'),
  ...all(
    { toolchain: 'php-tools', otherwise: 'check' },
    'phpstan psalm phpcs php-cs-fixer phpmd pint rector parallel-lint',
  ),
  ...all({ toolchain: 'php', otherwise: 'run' }, 'php-fpm apache2-foreground apache2ctl httpd frankenphp rr'),
  symfony: {
    toolchain: 'symfony',
    subcommands: { 'local:server:start': 'run', serve: 'run', 'check:requirements': 'check' },
  },
  drush: { toolchain: 'php-tools', otherwise: 'run' },
  wp: { toolchain: 'php-tools', otherwise: 'run' },
  box: { toolchain: 'php-tools', subcommands: { compile: 'compile' } },

  bundle: BUNDLE,
  bundler: BUNDLE,
  gem: {
    toolchain: 'gem',
    valued: '-v --version -i --install-dir -n --bindir -s --source --platform',
    neutral: '-q --no-document --no-doc --no-ri --no-rdoc -N -V',
    reads: 'GEM_HOME RUBYOPT',
    subcommands: {
      ...each('install i update', (call) => ({
        role: 'install-packages',
        outputs: [
          optionValue(call, '-i', '--install-dir') ?? call.env('GEM_HOME') ?? '/usr',
          '/var/lib/gems',
          '/usr/local',
        ],
      })),
      ...each('uninstall', 'remove'),
      cleanup: 'clean',
      ...each('list env environment search info which outdated sources', 'check'),
      build: () => ({ role: 'compile', outputs: ['.'] }),
    },
  },
  rake: {
    toolchain: 'rails',
    valued: '-f -C -e -r -j',
    neutral: '-s -q -v -t --trace',
    reads: RAILS_READS,
    otherwise: tasks,
  },
  rails: {
    toolchain: 'rails',
    valued: '-e --environment',
    neutral: '-s -q -v -t --trace',
    reads: RAILS_READS,
    otherwise: tasks,
  },
  spring: { toolchain: 'rails', otherwise: 'run' },
  bootsnap: {
    toolchain: 'rails',
    reads: 'RAILS_ENV BOOTSNAP_*',
    subcommands: { precompile: () => ({ role: 'generate', outputs: ['tmp/cache'] }) },
  },
  hanami: {
    toolchain: 'rails',
    valued: '-e --env',
    reads: 'HANAMI_ENV RACK_ENV',
    subcommands: { 'assets compile': () => ({ role: 'generate', outputs: ['public'] }), server: 'run' },
  },
  jekyll: {
    toolchain: 'jekyll',
    valued: '-d --destination -s --source --config',
    reads: 'JEKYLL_ENV',
    subcommands: {
      ...each('build b', (call) => ({
        role: 'compile',
        outputs: [optionValue(call, '-d', '--destination') ?? '_site'],
      })),
      ...each('serve s', 'run'),
    },
  },
  middleman: {
    toolchain: 'jekyll',
    valued: '-e --environment',
    subcommands: { build: () => ({ role: 'compile', outputs: ['build'] }) },
  },
  ruby: {
    toolchain: 'ruby',
    valued: '-r -I -C -e -E',
    reads: 'RUBYOPT RUBYLIB RAILS_ENV RACK_ENV',
    otherwise: (call) => (has(call, '-v', '-c') ? { role: 'check' } : { role: 'run' }),
  },
  ...all({ toolchain: 'ruby', otherwise: 'test' }, 'rspec minitest cucumber'),
  ...all({ toolchain: 'ruby', otherwise: 'check' }, 'rubocop standardrb brakeman bundle-audit erblint'),
  ...all({ toolchain: 'ruby', otherwise: 'run' }, 'puma unicorn sidekiq thin passenger rackup foreman irb'),
};
