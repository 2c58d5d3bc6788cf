import { absence, command, type FlagRow, file, option, variable } from './shape.js';

const DEV = 'Packages for development ship: a larger image and more code to attack.';
const PROD = 'Packages for development are left out.';
const BUNDLE = 'https://bundler.io/man/bundle-install.1.html';
const COMPOSER = 'https://getcomposer.org/doc/03-cli.md#install-i';
const RAILS = 'https://guides.rubyonrails.org/configuring.html';
const OPCACHE = 'https://www.php.net/manual/en/opcache.configuration.php';
const XDEBUG = 'https://xdebug.org/docs/all_settings#mode';
const CORE = 'https://www.php.net/manual/en/errorfunc.configuration.php';

/** Facts about bundler. */
export const bundler: readonly FlagRow[] = [
  option('--without', /^--without[= ].*(?:development|test)/, 'dependencies', 'none', 'production', PROD, BUNDLE, {
    commands: 'install',
    verified: true,
  }),
  absence(
    '(no BUNDLE_WITHOUT)',
    /^--without/,
    'dependencies',
    'warning',
    'bundler installs the groups development and test unless it is told to leave them out.',
    BUNDLE,
    { commands: 'install|', name: 'BUNDLE_WITHOUT BUNDLE_ONLY', verified: true },
  ),
  option(
    '--deployment',
    /^--(?:deployment|frozen)$/,
    'build-mode',
    'none',
    'production',
    'Exactly what the lock file names is installed.',
    BUNDLE,
    { commands: 'install', verified: true },
  ),
  variable(
    'BUNDLE_WITHOUT',
    'development:test',
    /(?:development|test)/,
    'dependencies',
    'none',
    'production',
    PROD,
    'https://bundler.io/man/bundle-config.1.html',
    { verified: true },
  ),
  variable(
    'BUNDLE_DEPLOYMENT',
    '1',
    /^(?:1|true)$/,
    'build-mode',
    'none',
    'production',
    'Exactly what the lock file names is installed.',
    'https://bundler.io/man/bundle-config.1.html',
    { verified: true },
  ),
];

/** Facts about rails and what it reads. */
export const rails: readonly FlagRow[] = [
  variable(
    'RAILS_ENV RACK_ENV',
    'development',
    /^dev(?:elopment)?$/,
    'runtime-mode',
    'error',
    'development',
    'Rails reloads code on every request, loads nothing ahead and shows full errors to clients.',
    RAILS,
    { verified: true },
  ),
  variable(
    'RAILS_ENV RACK_ENV',
    'test',
    /^test$/,
    'runtime-mode',
    'error',
    'development',
    'Rails runs with the settings and the database of its tests.',
    RAILS,
    { verified: true },
  ),
  variable(
    'RAILS_ENV RACK_ENV',
    'production',
    /^production$/,
    'runtime-mode',
    'none',
    'production',
    'Code is loaded once and responses are cached.',
    RAILS,
    { verified: true },
  ),
  option(
    '-e development',
    /^(?:-e|--environment)[= ](?:development|test)$/,
    'runtime-mode',
    'error',
    'development',
    'Rails reloads code on every request and shows full errors to clients.',
    RAILS,
  ),
];

/** Facts about ruby itself. */
export const ruby: readonly FlagRow[] = [
  variable(
    'RUBYOPT',
    '-rcoverage',
    /-r ?(?:coverage|simplecov)/,
    'coverage',
    'error',
    'development',
    'Every line that runs is counted.',
    'https://docs.ruby-lang.org/en/master/Coverage.html',
  ),
  variable(
    'RUBYOPT',
    '-rdebug',
    /-r ?(?:debug|byebug|pry)/,
    'debugger',
    'error',
    'development',
    'A debugger is loaded into every process.',
    'https://github.com/ruby/debug',
  ),
  variable(
    'RUBY_DEBUG_OPEN',
    'true',
    /^(?!false$|0$)./,
    'debugger',
    'error',
    'development',
    'A debugger waits on a port or socket.',
    'https://github.com/ruby/debug',
  ),
];

/** Facts about composer. */
export const composer: readonly FlagRow[] = [
  option('--no-dev', /^--no-dev$/, 'dependencies', 'none', 'production', PROD, COMPOSER, {
    commands: 'install|i|update|dump-autoload|dumpautoload',
    group: 'dev',
    verified: true,
  }),
  option('--dev', /^--dev$/, 'dependencies', 'warning', 'development', DEV, COMPOSER, {
    commands: 'install|i|update',
    group: 'dev',
    verified: true,
  }),
  absence(
    '(no --no-dev)',
    /^--(?:no-)?dev$/,
    'dependencies',
    'warning',
    'composer installs require-dev unless --no-dev says otherwise.',
    COMPOSER,
    { commands: 'install|i', name: 'COMPOSER_NO_DEV', value: /^(?:1|true|yes|on)$/i, verified: true },
  ),
  option(
    '--optimize-autoloader',
    /^(?:-o|-a|--optimize-autoloader|--optimize|--classmap-authoritative|--apcu-autoloader)$/,
    'optimization',
    'none',
    'production',
    'A class map replaces searching the file system, as production should always have it.',
    'https://getcomposer.org/doc/articles/autoloader-optimization.md',
    { verified: true },
  ),
  variable(
    'COMPOSER_NO_DEV',
    '1',
    /^(?:1|true|yes|on)$/i,
    'dependencies',
    'none',
    'production',
    PROD,
    'https://getcomposer.org/doc/03-cli.md#composer-no-dev',
    { verified: true },
  ),
];

/** Facts about php, its variables and lines of its ini files. */
export const php: readonly FlagRow[] = [
  variable(
    'XDEBUG_MODE',
    'develop',
    /^(?!off$)./,
    'debugger',
    'error',
    'development',
    'Every mode of Xdebug but off slows down every call.',
    XDEBUG,
    { verified: true },
  ),
  file(
    'xdebug.mode=debug',
    /^\s*xdebug\.mode\s*=\s*"?(?!off\b)\w/,
    'debugger',
    'error',
    'development',
    'Every mode of Xdebug but off slows down every call.',
    XDEBUG,
    { verified: true },
  ),
  file(
    'zend_extension=xdebug',
    /^\s*zend_extension\s*=\s*\S*xdebug/,
    'debugger',
    'error',
    'development',
    'Xdebug slows down every call unless its mode is off.',
    XDEBUG,
  ),
  file(
    'opcache.enable=0',
    /^\s*opcache\.enable\s*=\s*"?(?:0|off|false)/i,
    'optimization',
    'warning',
    'development',
    'Every script is compiled on every request.',
    OPCACHE,
  ),
  file(
    'opcache.validate_timestamps=1',
    /^\s*opcache\.validate_timestamps\s*=\s*"?(?:1|on|true)/i,
    'runtime-mode',
    'info',
    'development',
    'Every file is checked for changes, by default every 2 seconds.',
    `${OPCACHE}#ini.opcache.validate-timestamps`,
    { verified: true },
  ),
  file(
    'display_errors=On',
    /^\s*display_(?:startup_)?errors\s*=\s*"?(?:1|on|true|stdout)/i,
    'runtime-mode',
    'warning',
    'development',
    'Errors with paths and values are shown to clients.',
    CORE,
  ),
  file(
    'zend.assertions=1',
    /^\s*zend\.assertions\s*=\s*"?1/,
    'assertions',
    'warning',
    'development',
    'assert() is compiled in and evaluated.',
    'https://www.php.net/manual/en/info.configuration.php',
  ),
  file(
    'php.ini-development',
    /(?:^|\/)php\.ini-development$/,
    'runtime-mode',
    'warning',
    'development',
    'Errors are shown to clients and assertions are evaluated.',
    'https://www.php.net/manual/en/configuration.file.php',
  ),
  file(
    'php.ini-production',
    /(?:^|\/)php\.ini-production$/,
    'runtime-mode',
    'none',
    'production',
    'Errors are logged and assertions are compiled out.',
    'https://www.php.net/manual/en/configuration.file.php',
  ),
  option(
    '-S',
    /^-S$/,
    'hot-reload',
    'error',
    'development',
    'The built-in server is made for developers and serves one request at a time.',
    'https://www.php.net/manual/en/features.commandline.webserver.php',
  ),
];

/** Facts about extensions of PHP by name; versions may follow (`xdebug-3.3.1`). */
export const phpExtension: readonly FlagRow[] = [
  option(
    'xdebug',
    /^(?:xdebug(?:[-@^]\S*)?|https?:\S*xdebug\S*)$/,
    'debugger',
    'error',
    'development',
    'Xdebug slows down every call unless its mode is off.',
    XDEBUG,
    { verified: true },
  ),
  option(
    'pcov',
    /^pcov(?:[-@^]\S*)?$/,
    'coverage',
    'error',
    'development',
    'PCOV records which lines run.',
    'https://github.com/krakjoe/pcov',
  ),
  option('opcache', /^opcache$/, 'optimization', 'none', 'production', 'Compiled scripts are kept in memory.', OPCACHE),
];

/** Facts about Symfony. */
export const symfony: readonly FlagRow[] = [
  variable(
    'APP_ENV',
    'dev',
    /^(?:dev|test)$/,
    'runtime-mode',
    'error',
    'development',
    'Symfony checks its files on every request and loads the profiler.',
    'https://symfony.com/doc/current/configuration/front_controllers_and_kernel.html#debug-mode',
  ),
  variable(
    'APP_ENV',
    'prod',
    /^prod$/,
    'runtime-mode',
    'none',
    'production',
    'The container is compiled once.',
    'https://symfony.com/doc/current/deployment.html',
  ),
  variable(
    'APP_DEBUG',
    '1',
    /^(?:1|true|on|yes)$/i,
    'runtime-mode',
    'error',
    'development',
    'Errors are shown with their values, and files are checked on every request.',
    'https://symfony.com/doc/current/configuration/front_controllers_and_kernel.html#debug-mode',
  ),
  option(
    '--env=dev',
    /^(?:-e|--env)[= ](?:dev|test)$/,
    'runtime-mode',
    'warning',
    'development',
    'The command works on the container for developers or tests.',
    'https://symfony.com/doc/current/configuration.html',
  ),
];

/** Facts about Laravel. */
export const laravel: readonly FlagRow[] = [
  variable(
    'APP_DEBUG',
    'true',
    /^(?:1|true|on|yes)$/i,
    'runtime-mode',
    'error',
    'development',
    'Errors show configuration values to clients.',
    'https://laravel.com/docs/configuration#debug-mode',
  ),
  variable(
    'APP_ENV',
    'local',
    /^(?:local|dev|development|testing)$/,
    'runtime-mode',
    'warning',
    'development',
    'Laravel runs with the behaviour for developers or tests.',
    'https://laravel.com/docs/configuration#determining-the-current-environment',
  ),
  command(
    'artisan serve',
    /^artisan serve$/,
    'hot-reload',
    'error',
    'The development server is not made for production.',
    'https://laravel.com/docs/deployment',
  ),
];
