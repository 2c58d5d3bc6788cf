/**
 * Commands whose words hold another command: wrappers that change how it is run (semantics 3.6), and launchers that look
 * it up somewhere (`npx`, `bundle exec`, `poetry run`).
 */

/** A command under a wrapper. */
export interface Peeled {
  readonly wrapper: string;
  /** The words of the inner command. */
  readonly argv: readonly string[];
  /** The index of the inner command's first word in the words that were given. */
  readonly from: number;
  /** Variables that the wrapper sets for the inner command. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that the wrapper takes away. */
  readonly unset: readonly string[];
  /** True when the inner command gets none of the outer environment (`env -i`, `sudo` without -E). */
  readonly clears: boolean;
  /** The user that the inner command runs as. */
  readonly user?: string;
  /** The folder that the inner command runs in. */
  readonly folder?: string;
}

interface Wrapper {
  /** Options whose value is the next word. */
  readonly valued?: string;
  /** Operands between the options and the command: a user, a number of seconds. */
  readonly skip?: number;
  /** NAME=VALUE words may stand before the command. */
  readonly assigns?: boolean;
  /** Options that make it something else than a wrapper (`command -v`). */
  readonly not?: RegExp;
}

const PLAIN: Wrapper = {};

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  env: { valued: '-u --unset -C --chdir', assigns: true, not: /^(?:-S|--split-string|--help|--version)/ },
  exec: { valued: '-a' },
  time: { valued: '-f --format -o --output' },
  nice: { valued: '-n --adjustment' },
  ionice: { valued: '-c -n --class --classdata', not: /^-p/ },
  sudo: {
    valued: '-u --user -g --group -h --host -p --prompt -C -D --chdir -T -U',
    assigns: true,
    not: /^(?:-[ilsevVKk]$|--login|--shell|--list|--version|--edit)/,
  },
  doas: { valued: '-u -C' },
  gosu: { skip: 1 },
  'su-exec': { skip: 1 },
  chpst: { valued: '-u -U -b -e -/ -n -l -L -m -d -o -p -f -c -r -t' },
  setuidgid: { skip: 1 },
  's6-setuidgid': { skip: 1 },
  runuser: { valued: '-u --user -g --group -G', not: /^(?:-c|-l|-|--command|--login)$/ },
  setpriv: { valued: '--reuid --regid --groups --inh-caps --bounding-set --ambient-caps' },
  timeout: { valued: '-k --kill-after -s --signal', skip: 1 },
  'xvfb-run': {
    valued: '-e --error-file -f --auth-file -n --server-num -s --server-args -p --xauth-protocol -w --wait',
  },
  command: { not: /^-[vV]/ },
  builtin: PLAIN,
  nohup: PLAIN,
  setsid: PLAIN,
  chronic: PLAIN,
  eatmydata: PLAIN,
  fakeroot: PLAIN,
  catchsegv: PLAIN,
  unbuffer: PLAIN,
  linux32: PLAIN,
  linux64: PLAIN,
  'dumb-init': { valued: '-r --rewrite' },
  tini: { valued: '-p -e' },
  'tini-static': { valued: '-p -e' },
  catatonit: PLAIN,
  strace: { valued: '-e -o -p -s -u -P -E -O -S -a -b -I' },
  ltrace: { valued: '-e -o -p -s -u -l -n -A -a -D -F' },
  stdbuf: { valued: '-i -o -e --input --output --error' },
  faketime: { skip: 1 },
  'dbus-run-session': PLAIN,
  'dbus-launch': PLAIN,
  'aws-vault': { skip: 2 },
  ccache: { not: /^-/ },
  sccache: { not: /^-/ },
  distcc: { not: /^-/ },
  bear: { valued: '-o --output' },
  'scan-build': { valued: '-o --use-cc --use-c++' },
  'cross-env': { assigns: true },
  'cross-env-shell': { assigns: true },
  emmake: PLAIN,
  emcmake: PLAIN,
  emconfigure: PLAIN,
};

/** A command's name without its folder. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/** Takes one wrapper off (`env X=1 sudo make` gives `sudo make`); undefined when the command is no wrapper. */
export function peelWrapper(argv: readonly string[]): Peeled | undefined {
  const wrapper = baseName(argv[0] ?? '');
  const spec = own(WRAPPERS, wrapper);
  if (spec === undefined) return corepack(argv);
  const valued = new Set((spec.valued ?? '').split(' '));
  const env: Record<string, string> = {};
  const unset: string[] = [];
  let user: string | undefined;
  let folder: string | undefined;
  let clears = wrapper === 'sudo';
  let index = 1;
  for (; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') {
      index++;
      break;
    }
    if (wrapper === 'env' && word === '-') {
      clears = true;
      continue;
    }
    if (!/^-./.test(word)) break;
    if (spec.not?.test(word) === true) return undefined;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = equals === -1 ? word : word.slice(0, equals);
    let value = equals === -1 ? undefined : word.slice(equals + 1);
    if (equals === -1 && valued.has(name)) value = argv[++index];
    else if (!name.startsWith('--') && name.length > 2 && valued.has(name.slice(0, 2))) value = name.slice(2);
    const short = name.startsWith('--') ? name : name.slice(0, 2);
    if (wrapper === 'env') {
      if (name === '-i' || name === '--ignore-environment') clears = true;
      if ((short === '-u' || short === '--unset') && value !== undefined) unset.push(value);
      if ((short === '-C' || short === '--chdir') && value !== undefined) folder = value;
    } else if (wrapper === 'sudo' && (/^-[A-Za-z]*E/.test(name) || name === '--preserve-env')) clears = false;
    if (/^(?:sudo|doas|runuser|chpst)$/.test(wrapper) && (short === '-u' || short === '--user') && value !== undefined)
      user = value;
  }
  if (spec.skip !== undefined) {
    if (/^(?:gosu|su-exec|setuidgid|s6-setuidgid)$/.test(wrapper)) user = argv[index];
    index += spec.skip;
    if (argv[index] === '--') index++;
  }
  if (spec.assigns === true) {
    for (; index < argv.length; index++) {
      const match = ASSIGNMENT.exec(argv[index] ?? '');
      if (match === null) break;
      env[match[1] ?? ''] = match[2] ?? '';
    }
  }
  if (index >= argv.length) return undefined;
  return {
    wrapper,
    argv: argv.slice(index),
    from: index,
    env,
    unset,
    clears,
    ...(user === undefined ? {} : { user }),
    ...(folder === undefined ? {} : { folder }),
  };
}

/** `corepack yarn install` runs yarn; `corepack enable` does not run anything. */
function corepack(argv: readonly string[]): Peeled | undefined {
  if (baseName(argv[0] ?? '') !== 'corepack' || !/^(?:yarn|pnpm|npm|npx|pnpx|yarnpkg)(?:@|$)/.test(argv[1] ?? ''))
    return undefined;
  const [, command = '', ...rest] = argv;
  return {
    wrapper: 'corepack',
    argv: [command.replace(/@.*/, ''), ...rest],
    from: 1,
    env: {},
    unset: [],
    clears: false,
  };
}

/** The shells whose scripts can be read. */
export type ShellName = 'sh' | 'bash' | 'dash' | 'ash' | 'zsh' | 'ksh';

/** A shell and the script that it is given: all places are indexes into the words. */
export interface ShellScript {
  readonly shell: ShellName;
  /** The word that is the script (`sh -c`) or names its file. */
  readonly script: number;
  /** For `-c` the word that becomes `$0` first, then `$1` and on; for a file `$1` and on. */
  readonly positional: readonly number[];
  /** Options in the spelling of `set`: `-e`, `-u`, `-o pipefail`. */
  readonly options: readonly string[];
}

const SHELLS: ReadonlyMap<string, ShellName> = new Map([
  ['sh', 'sh'],
  ['bash', 'bash'],
  ['dash', 'dash'],
  ['ash', 'ash'],
  ['zsh', 'zsh'],
  ['ksh', 'ksh'],
  ['mksh', 'ksh'],
]);

function shellCall(argv: readonly string[]): (ShellScript & { readonly inline: boolean }) | undefined {
  let index = 1;
  let name = baseName(argv[0] ?? '');
  if (name === 'busybox') name = argv[index++] ?? '';
  const shell = SHELLS.get(name);
  if (shell === undefined) return undefined;
  const options: string[] = [];
  let inline = false;
  for (; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--' || word === '-') {
      index++;
      break;
    }
    if (/^--(?:rcfile|init-file)$/.test(word)) index++;
    else if (word.startsWith('--')) {
      if (word === '--help' || word === '--version') return undefined;
    } else if (/^[-+][A-Za-z]+$/.test(word)) {
      for (const letter of word.slice(1)) {
        if (letter === 'c') inline = true;
        else if (letter === 's') return undefined;
        else if (letter === 'o' || letter === 'O') options.push(`${word[0]}${letter} ${argv[++index] ?? ''}`);
        else options.push(`${word[0]}${letter}`);
      }
    } else break;
  }
  if (index >= argv.length) return undefined;
  const positional: number[] = [];
  for (let next = index + 1; next < argv.length; next++) positional.push(next);
  return { shell, script: index, positional, options, inline };
}

function without(
  call: (ShellScript & { readonly inline: boolean }) | undefined,
  inline: boolean,
): ShellScript | undefined {
  if (call === undefined || call.inline !== inline) return undefined;
  const { shell, script, positional, options } = call;
  return { shell, script, positional, options };
}

/** The script word of `sh -c 'script' name args…`, `bash -lc`, `busybox sh -c`; undefined for other calls. */
export function shellScriptOf(argv: readonly string[]): ShellScript | undefined {
  return without(shellCall(argv), true);
}

/** The file word of `sh build.sh args…`; undefined for `sh -c`, for a shell that reads its input, and for other commands. */
export function shellFileOf(argv: readonly string[]): ShellScript | undefined {
  return without(shellCall(argv), false);
}

/** Words of a launcher that stand before the command it launches. */
interface Launcher {
  /** The words that must follow the name (`exec` of `bundle exec`); one of them. */
  readonly verbs?: readonly string[];
  readonly valued?: string;
}

const LAUNCHERS: Readonly<Record<string, Launcher>> = {
  npx: { valued: '-p --package -w --workspace --prefix --cache --node-options' },
  pnpx: { valued: '-p --package' },
  bunx: { valued: '-p --package' },
  bundle: { verbs: ['exec'], valued: '--gemfile' },
  bundler: { verbs: ['exec'] },
  pnpm: { verbs: ['exec', 'dlx'], valued: '-C --dir -F --filter --prefix' },
  npm: { verbs: ['exec', 'x'], valued: '-p --package --prefix -w --workspace' },
  yarn: { verbs: ['exec', 'dlx'], valued: '--cwd -p --package' },
  bun: { verbs: ['x'], valued: '--cwd' },
  poetry: { verbs: ['run'], valued: '-C --directory -P --project' },
  pipenv: { verbs: ['run'] },
  pdm: { verbs: ['run'], valued: '-p --project' },
  hatch: { verbs: ['run'], valued: '-e --env' },
  rye: { verbs: ['run'] },
  uv: {
    verbs: ['run'],
    valued:
      '--directory --project -p --python --with --with-requirements --extra --group --no-group --only-group --env-file --package --index-url -i',
  },
  uvx: { valued: '--from --with -p --python' },
  pipx: { verbs: ['run'], valued: '--spec' },
  stack: { verbs: ['exec'], valued: '--stack-yaml --resolver' },
  cabal: { verbs: ['exec'] },
  opam: { verbs: ['exec'], valued: '--switch --root' },
  dotenv: { valued: '-e -f' },
  'env-cmd': { valued: '-f --file -e --environments' },
  symfony: { verbs: ['run'] },
  mise: { verbs: ['exec', 'x'] },
  asdf: { verbs: ['exec'] },
  rbenv: { verbs: ['exec'] },
  pyenv: { verbs: ['exec'] },
  direnv: { verbs: ['exec'] },
  conda: { verbs: ['run'], valued: '-n --name -p --prefix' },
  micromamba: { verbs: ['run'], valued: '-n --name -p --prefix' },
};

/** The index of the first word that is neither an option nor an option's value. */
function afterOptions(argv: readonly string[], start: number, valued: ReadonlySet<string>): number {
  let index = start;
  for (; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') return index + 1;
    if (!/^-./.test(word)) return index;
    if (valued.has(word)) index++;
  }
  return index;
}

const JAVASCRIPT = new Set(['npx', 'pnpx', 'bunx', 'npm', 'pnpm', 'yarn', 'bun']);

/** Interpreters whose first operand may be a tool that we know by its file. */
const BY_FILE: Readonly<Record<string, { readonly valued: string; readonly file: RegExp }>> = {
  php: {
    valued: '-d -c -z --define --php-ini',
    file: /(?:^|\/)(?:artisan|console|composer(?:\.phar)?|phpunit|phpstan|pest)$/,
  },
  python: { valued: '-W -X -c', file: /(?:^|\/)(?:manage|setup)\.py$/ },
  node: {
    valued: '-r --require --import --loader',
    file: /(?:^|\/)node_modules\/(?:\.bin\/)?[\w@./-]+$|(?:^|\/)(?:yarn-[\d.]+\.c?js|ace)$/,
  },
  ruby: { valued: '-r -I -C -E', file: /(?:^|\/)bin\/(?:rails|rake|bundle)$/ },
};

/** The command that a launcher starts, as an argv, or undefined when the command is none; one step at a time. */
export function launched(name: string, argv: readonly string[]): readonly string[] | undefined {
  if (/^xx-(?:go|cargo|clang|clang\+\+)$/.test(name)) return [name.slice(3), ...argv.slice(1)];
  const launcher = own(LAUNCHERS, name);
  if (launcher !== undefined) {
    const valued = new Set((launcher.valued ?? '').split(' '));
    let index = afterOptions(argv, 1, valued);
    if (launcher.verbs !== undefined) {
      if (!launcher.verbs.includes(argv[index] ?? '')) return name === 'symfony' ? symfony(argv) : undefined;
      index = afterOptions(argv, index + 1, valued);
    }
    while (ASSIGNMENT.test(argv[index] ?? '')) index++;
    const [command, ...rest] = argv.slice(index);
    if (command === undefined) return undefined;
    return [JAVASCRIPT.has(name) ? packageCommand(command) : command, ...rest];
  }
  if (/^(?:python|pypy)/.test(name)) {
    const module = argv.indexOf('-m');
    if (module > 0 && argv.slice(1, module).every((word) => word.startsWith('-'))) {
      const [target = '', ...rest] = argv.slice(module + 1);
      return MODULES.has(target) ? [own(MODULE_COMMANDS, target) ?? target, ...rest] : undefined;
    }
  }
  const interpreter = own(BY_FILE, name);
  if (interpreter !== undefined) {
    const index = afterOptions(argv, 1, new Set(interpreter.valued.split(' ')));
    const file = argv[index] ?? '';
    if (interpreter.file.test(file)) return [nodeCommand(file), ...argv.slice(index + 1)];
  }
  return undefined;
}

/** Modules whose command line is that of the tool with the same name. */
const MODULES = new Set(
  'pip poetry uv pipenv pdm hatch build pytest unittest compileall venv virtualenv coverage mypy flake8 black ruff isort pylint tox nox pre_commit django flask uvicorn gunicorn hypercorn debugpy conan mkdocs sphinx PyInstaller nuitka grpc_tools.protoc'.split(
    ' ',
  ),
);

/** Modules that would be taken for a command of another meaning by their name alone. */
const MODULE_COMMANDS: Readonly<Record<string, string>> = { build: 'pyproject-build', django: 'django-admin' };

/** A property of a table without those of Object.prototype. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** `symfony console cache:warmup`, `symfony composer install`. */
function symfony(argv: readonly string[]): readonly string[] | undefined {
  return argv[1] === 'console' || argv[1] === 'composer' ? argv.slice(1) : undefined;
}

/** `next@14` is next; `@angular/cli` and others are called by the package's name. */
function packageCommand(word: string): string {
  const bare = word.replace(/(?<=.)@[^/@]*$/, '');
  return own(PACKAGES, bare) ?? bare;
}

/** Packages whose command has another name than the package. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@angular/cli': 'ng',
  '@vue/cli-service': 'vue-cli-service',
  '@nestjs/cli': 'nest',
  '@babel/cli': 'babel',
  '@tailwindcss/cli': 'tailwindcss',
  typescript: 'tsc',
  // Laravel's mix, not Elixir's.
  mix: 'laravel-mix',
  'webpack-cli': 'webpack',
};

/** `node_modules/webpack/bin/webpack.js` is webpack; `node_modules/.bin/vite` is vite. */
function nodeCommand(file: string): string {
  const match = /(?:^|\/)node_modules\/(?:\.bin\/)?((?:@[\w.-]+\/)?[\w.-]+)/.exec(file);
  if (match?.[1] !== undefined) return packageCommand(match[1]);
  if (/yarn-[\d.]+\.c?js$/.test(file)) return 'yarn';
  return baseName(file).replace(/\.phar$/, '');
}
