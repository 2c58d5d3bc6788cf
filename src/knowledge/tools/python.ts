import { type Answer, each, has, optionValue, optionValues, type Parsed, type Tool, under } from './shape.js';

/** Python. Sources: pip.pypa.io, python-poetry.org/docs/cli, docs.astral.sh/uv, pipenv.pypa.io, pdm-project.org, docs.djangoproject.com. */

const yes = (value: string | undefined): boolean => value !== undefined && /^(?:1|t|true|yes|y|on)$/i.test(value);

/** Names of requirement files, extras and groups that are for people who work on the project. */
const DEVELOPMENT =
  /(?:^|[-_./[,\s])(?:dev|devel|develop|development|test|tests|testing|local|lint|ci|docs?|typing|debug)(?:$|[-_./\],\s])/i;
const PRODUCTION = /(?:^|[-_./])(?:prod|production|deploy|release)(?:$|[-_./])/i;

function requirementScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const files = [...optionValues(call, '-r', '--requirement', '--requirements')].sort();
  const projects = [...call.operands, ...optionValues(call, '-e', '--editable')].filter(isProject);
  const extras = [
    ...new Set(
      projects.flatMap((project) => (/\[([^\]]*)\]$/.exec(project)?.[1] ?? '').split(',').map((extra) => extra.trim())),
    ),
  ]
    .filter((extra) => extra !== '')
    .sort();
  const groups = [...optionValues(call, '--group', '--extra')].sort();
  const parts: string[] = [];
  if (files.length > 0) parts.push(`requirements: ${files.join(' ')}`);
  if (extras.length > 0) parts.push(`extras: ${extras.join(' ')}`);
  if (groups.length > 0) parts.push(`groups: ${groups.join(' ')}`);
  const development = [...files, ...extras, ...groups].some((name) => DEVELOPMENT.test(name));
  const production = files.length > 0 && files.every((name) => PRODUCTION.test(name));
  return {
    dependencyScope: parts.length === 0 ? 'production' : parts.join('; '),
    // `requirements.txt` may hold anything.
    includesDevelopment: development ? true : production || files.length === 0 ? false : undefined,
  };
}

/** A path to a project, as opposed to a package's name: `.`, `./lib[dev]`, `/src`, `app.whl`. */
function isProject(word: string): boolean {
  return /^(?:\.|\/|~)/.test(word) || /\.(?:whl|tar\.gz|zip)$/.test(word);
}

/** Where pip installs to: a target, the environment that its path belongs to, or somewhere. */
function site(call: Parsed): readonly string[] {
  const target = optionValue(call, '-t', '--target', '--prefix', '--root', '--python');
  if (target !== undefined) return [target.replace(/\/bin\/python[\d.]*$/, '')];
  const bin = /^(.*)\/bin\/[^/]+$/.exec(call.path)?.[1];
  if (bin !== undefined && bin !== '') return [bin];
  if (has(call, '--user')) return ['/root/.local', '/home'];
  const environment = call.env('VIRTUAL_ENV');
  return environment === undefined || environment === '' ? [] : [environment];
}

function pipInstall(call: Parsed): Answer {
  const project =
    optionValues(call, '-r', '--requirement', '--requirements', '-e', '--editable', '--group').length > 0 ||
    call.operands.some(isProject);
  if (project) return { role: 'install-dependencies', outputs: site(call), ...requirementScope(call) };
  return { role: 'install-packages', outputs: site(call) };
}

const PIP_NEUTRAL =
  '-q -qq -qqq -v -vv --no-cache-dir --no-cache --cache-dir --disable-pip-version-check --progress-bar --no-input --no-warn-script-location --root-user-action --retries --timeout --default-timeout --trusted-host -i --index-url --prefer-binary --find-links -f --no-python-version-warning --isolated';

const PIP: Tool = {
  toolchain: 'pip',
  valued:
    '-r --requirement -c --constraint -e --editable -t --target --prefix --root -i --index-url --extra-index-url -f --find-links --cache-dir --progress-bar --root-user-action --retries --timeout --default-timeout --trusted-host --platform --python-version --python --only-binary --no-binary --src -w --wheel-dir -d --dest --upgrade-strategy --global-option --config-settings --implementation --abi --log --group',
  neutral: PIP_NEUTRAL,
  reads:
    'PIP_* CFLAGS CXXFLAGS LDFLAGS CC VIRTUAL_ENV PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE SETUPTOOLS_SCM_PRETEND_VERSION',
  subcommands: {
    install: pipInstall,
    uninstall: 'remove',
    wheel: (call) => ({
      role: 'install-dependencies',
      outputs: [optionValue(call, '-w', '--wheel-dir') ?? '.'],
      ...requirementScope(call),
    }),
    download: (call) => ({
      role: 'install-dependencies',
      outputs: [optionValue(call, '-d', '--dest') ?? '.'],
      ...requirementScope(call),
    }),
    'cache purge': 'clean',
    cache: 'clean',
    ...each('list show freeze check search help debug inspect index hash', 'check'),
    config: 'configure',
  },
  bare: 'check',
};

/** Comma-separated or repeated names of groups. */
const groupsOf = (call: Parsed, ...names: readonly string[]): string[] =>
  optionValues(call, ...names)
    .flatMap((value) => value.split(/[,\s]+/))
    .filter((group) => group !== '')
    .sort();

function named(parts: readonly (readonly [label: string, groups: readonly string[]])[], fallback: string): string {
  const text = parts
    .filter(([, groups]) => groups.length > 0)
    .map(([label, groups]) => `${label} ${[...new Set(groups)].join(' ')}`);
  return text.length === 0 ? fallback : text.join(', ');
}

/** poetry: all groups that are not optional, unless --only, --without or --no-dev say otherwise. */
function poetryScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const only = groupsOf(call, '--only');
  const out = groupsOf(call, '--without');
  const more = groupsOf(call, '--with');
  const extras = has(call, '--all-extras') ? ['*'] : groupsOf(call, '-E', '--extras');
  if (only.length > 0) {
    const main = only.length === 1 && only[0] === 'main';
    return {
      dependencyScope: named(
        [
          [main ? 'production' : 'only', main ? [] : only],
          ['extras', extras],
        ],
        'production',
      ),
      includesDevelopment: only.some((group) => DEVELOPMENT.test(group)),
    };
  }
  if (has(call, '--only-root')) return { dependencyScope: 'only root', includesDevelopment: false };
  if (has(call, '--no-dev'))
    return { dependencyScope: named([['extras', extras]], 'production'), includesDevelopment: false };
  const production = out.some((group) => /^dev/.test(group)) && !more.some((group) => DEVELOPMENT.test(group));
  const parts = named(
    [
      ['without', out],
      ['with', more],
      ['extras', extras],
    ],
    'all',
  );
  return { dependencyScope: parts === 'without dev' ? 'production' : parts, includesDevelopment: !production };
}

/** uv: the group `dev` is in by default; since 0.4.27 other groups are named with --group. */
function uvScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const only = [...groupsOf(call, '--only-group'), ...(has(call, '--only-dev') ? ['dev'] : [])];
  const more = has(call, '--all-groups') ? ['*'] : groupsOf(call, '--group');
  const extras = has(call, '--all-extras') ? ['*'] : groupsOf(call, '--extra');
  if (only.length > 0)
    return {
      dependencyScope: named([['only', only]], ''),
      includesDevelopment: only.some((group) => DEVELOPMENT.test(group)),
    };
  const dev = call.options.findLast((option) => option.name === '--dev' || option.name === '--no-dev');
  const off =
    groupsOf(call, '--no-group').includes('dev') ||
    has(call, '--no-default-groups') ||
    yes(call.env('UV_NO_DEFAULT_GROUPS')) ||
    (dev === undefined ? yes(call.env('UV_NO_DEV')) : dev.name === '--no-dev');
  const rest = named(
    [
      ['with', more],
      ['extras', extras],
    ],
    '',
  );
  return {
    dependencyScope: rest === '' ? (off ? 'production' : 'all') : `${off ? 'production' : 'all'}, ${rest}`,
    includesDevelopment: !off || [...more, ...extras].some((group) => group === '*' || DEVELOPMENT.test(group)),
  };
}

function uvSync(call: Parsed): Answer {
  const environment =
    call.env('UV_PROJECT_ENVIRONMENT') ?? (has(call, '--active') ? call.env('VIRTUAL_ENV') : undefined);
  const folder = optionValue(call, '--directory', '--project');
  return {
    role: 'install-dependencies',
    outputs: [under(folder, environment === undefined || environment === '' ? '.venv' : environment)],
    ...uvScope(call),
  };
}

function pipenvScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const categories = groupsOf(call, '--categories');
  const development =
    has(call, '-d', '--dev') || yes(call.env('PIPENV_DEV')) || categories.some((name) => /^dev/.test(name));
  return {
    dependencyScope: categories.length > 0 ? `categories: ${categories.join(' ')}` : development ? 'all' : 'production',
    includesDevelopment: development,
  };
}

function pdmScope(call: Parsed): Pick<Answer, 'dependencyScope' | 'includesDevelopment'> {
  const groups = groupsOf(call, '-G', '--group', '--with');
  const out = groupsOf(call, '--without');
  const production = has(call, '--prod', '--production', '--no-dev');
  const base = production ? 'production' : 'all';
  const rest = named(
    [
      ['with', groups],
      ['without', out],
    ],
    '',
  );
  return {
    dependencyScope: rest === '' ? base : `${base}, ${rest}`,
    includesDevelopment: !production || groups.some((group) => DEVELOPMENT.test(group)),
  };
}

const DJANGO_READS =
  'DJANGO_SETTINGS_MODULE DJANGO_CONFIGURATION DJANGO_ENV DEBUG DJANGO_DEBUG SECRET_KEY DJANGO_SECRET_KEY STATIC_ROOT STATIC_URL PYTHONOPTIMIZE';

/** manage.py and django-admin: collectstatic and compilemessages make files, the others run the project. */
const DJANGO: Tool = {
  toolchain: 'django',
  valued: '--settings --pythonpath -v --verbosity -l --locale -i --ignore',
  neutral: '-v --verbosity --no-input --noinput --traceback --force-color',
  reads: DJANGO_READS,
  subcommands: {
    ...each('collectstatic compress compilescss', () => ({ role: 'generate', outputs: [] })),
    ...each('compilemessages compilejsi18n', () => ({ role: 'generate', outputs: ['.'] })),
    ...each('tailwind', (call) => ({
      role: 'generate',
      subcommand: `tailwind ${call.operands[0] ?? ''}`.trim(),
      outputs: ['.'],
    })),
    test: 'test',
    ...each('check help version diffsettings showmigrations', 'check'),
    ...each('runserver migrate shell loaddata createsuperuser', 'run'),
  },
  otherwise: 'run',
};

const PYTHON_TOOL: Tool = {
  toolchain: 'python',
  valued: '-W -X -c -m --check-hash-based-pycs',
  reads: 'PYTHONPATH PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE PYTHONDEVMODE PYTHONHASHSEED DJANGO_SETTINGS_MODULE',
  otherwise: (call) => {
    if (has(call, '-V', '-VV')) return { role: 'check' };
    if (optionValue(call, '-m') === 'ensurepip') return { role: 'install-packages', subcommand: 'ensurepip' };
    return { role: 'run' };
  },
};

const CONDA: Tool = {
  toolchain: 'conda',
  valued: '-n --name -p --prefix -f --file -c --channel',
  neutral: '-y -q',
  reads: 'CONDA_*',
  subcommands: {
    'env create': (call) => condaFile(call),
    'env update': (call) => condaFile(call),
    ...each('install create update', (call) =>
      optionValue(call, '-f', '--file') === undefined
        ? { role: 'install-packages', outputs: condaPrefix(call) }
        : condaFile(call),
    ),
    clean: 'clean',
    ...each('init config activate deactivate', 'configure'),
    ...each('list info search', 'check'),
    remove: 'remove',
  },
};

function condaPrefix(call: Parsed): readonly string[] {
  const prefix = optionValue(call, '-p', '--prefix');
  return prefix === undefined ? ['/opt/conda', '/root/miniconda3', '/opt/miniconda'] : [prefix];
}

function condaFile(call: Parsed): Answer {
  const file = optionValue(call, '-f', '--file') ?? 'environment.yml';
  return {
    role: 'install-dependencies',
    outputs: condaPrefix(call),
    dependencyScope: `requirements: ${file}`,
    includesDevelopment: DEVELOPMENT.test(file) ? true : undefined,
  };
}

function all(tool: Tool, text: string): Record<string, Tool> {
  return Object.fromEntries(text.split(' ').map((name) => [name, tool]));
}

const BUILD_BACKEND = (call: Parsed): Answer => ({
  role: 'compile',
  subcommand: 'build',
  outputs: [optionValue(call, '-o', '--outdir', '--out-dir', '--output', '-d', '--dest') ?? 'dist'],
});

/** Python, its package managers and frameworks, by command. */
export const PYTHON: Readonly<Record<string, Tool>> = {
  python: PYTHON_TOOL,
  pypy: PYTHON_TOOL,
  pip: PIP,
  easy_install: { toolchain: 'pip', otherwise: 'install-packages' },
  pipx: {
    toolchain: 'pip',
    valued: '--python --index-url',
    subcommands: {
      ...each('install inject upgrade', () => ({
        role: 'install-packages',
        outputs: ['/root/.local', '/usr/local', '/opt'],
      })),
      ensurepath: 'configure',
      list: 'check',
    },
  },
  'pip-sync': {
    toolchain: 'pip',
    otherwise: (call) => ({
      role: 'install-dependencies',
      ...requirementScope({ ...call, options: call.operands.map((value) => ({ name: '-r', value })), operands: [] }),
    }),
  },
  'pip-compile': {
    toolchain: 'pip',
    valued: '-o --output-file',
    otherwise: (call) => ({ role: 'generate', outputs: [optionValue(call, '-o', '--output-file') ?? '.'] }),
  },
  poetry: {
    toolchain: 'poetry',
    valued: '--only --with --without -E --extras -C --directory -P --project -f --format -o --output -G --group',
    neutral: '-q -v -vv -vvv -n --no-ansi --no-cache',
    reads: 'POETRY_* PIP_* CFLAGS CC VIRTUAL_ENV',
    subcommands: {
      ...each('install sync', (call) => ({
        role: 'install-dependencies',
        outputs: call.env('VIRTUAL_ENV') === undefined ? [] : [call.env('VIRTUAL_ENV') ?? ''],
        ...poetryScope(call),
      })),
      export: (call) => ({
        role: 'generate',
        outputs: [optionValue(call, '-o', '--output') ?? '/dev/stdout'],
        ...poetryScope(call),
      }),
      update: (call) => ({ role: 'install-dependencies', ...poetryScope(call) }),
      build: BUILD_BACKEND,
      ...each('add', 'install-packages'),
      remove: 'remove',
      lock: () => ({ role: 'generate', outputs: ['poetry.lock'] }),
      ...each('cache', 'clean'),
      ...each('config self init env source', 'configure'),
      ...each('check show version about search list debug', 'check'),
    },
  },
  uv: {
    toolchain: 'uv',
    valued:
      '--directory --project -p --python --extra --group --no-group --only-group --index-url -i --index --default-index --extra-index-url --cache-dir --config-file --target --prefix -r --requirement --requirements -e --editable -c --constraint -o --output-file -O --out-dir --package --link-mode --no-install-package --python-platform --resolution --find-links -f --color --format --with --python-preference',
    neutral: `${PIP_NEUTRAL} -n --native-tls --link-mode --locked --frozen`,
    reads: 'UV_* PIP_* VIRTUAL_ENV CFLAGS CC',
    subcommands: {
      sync: uvSync,
      'pip install': pipInstall,
      'pip sync': (call) => ({
        role: 'install-dependencies',
        outputs: site(call),
        ...requirementScope({
          ...call,
          options: [...call.options, ...call.operands.map((value) => ({ name: '-r', value }))],
          operands: [],
        }),
      }),
      'pip compile': (call) => ({
        role: 'generate',
        outputs: [optionValue(call, '-o', '--output-file') ?? '/dev/stdout'],
      }),
      'pip uninstall': 'remove',
      ...each('pip', 'check'),
      export: (call) => ({
        role: 'generate',
        outputs: [optionValue(call, '-o', '--output-file') ?? '/dev/stdout'],
        ...uvScope(call),
      }),
      lock: () => ({ role: 'generate', outputs: ['uv.lock'] }),
      build: BUILD_BACKEND,
      venv: (call) => ({ role: 'configure', outputs: [call.operands[0] ?? '.venv'] }),
      'tool install': () => ({ role: 'install-packages', outputs: ['/root/.local', '/usr/local'] }),
      'python install': () => ({
        role: 'install-packages',
        outputs: ['/root/.local', '/opt', '/usr/local', '/python'],
      }),
      ...each('python tool self', 'configure'),
      ...each('add', 'install-packages'),
      remove: 'remove',
      'cache clean': 'clean',
      'cache prune': 'clean',
      ...each('tree version help', 'check'),
    },
  },
  rye: {
    toolchain: 'rye',
    subcommands: {
      sync: (call) => ({
        role: 'install-dependencies',
        outputs: ['.venv'],
        dependencyScope: has(call, '--no-dev', '--no-dev-lock') ? 'production' : 'all',
        includesDevelopment: !has(call, '--no-dev', '--no-dev-lock'),
      }),
      build: BUILD_BACKEND,
    },
  },
  pipenv: {
    toolchain: 'pipenv',
    valued: '-r --requirements -p --python --categories --extra-pip-args -i --index --pypi-mirror',
    neutral: '-q -v --clear --extra-pip-args --pypi-mirror --keep-outdated',
    reads: 'PIPENV_* PIP_* VIRTUAL_ENV',
    subcommands: {
      ...each('install sync', (call) =>
        call.operands.length > 0
          ? { role: 'install-packages' }
          : { role: 'install-dependencies', outputs: [], ...pipenvScope(call) },
      ),
      update: (call) => ({ role: 'install-dependencies', ...pipenvScope(call) }),
      ...each('requirements', (call) => ({ role: 'generate', outputs: ['/dev/stdout'], ...pipenvScope(call) })),
      lock: () => ({ role: 'generate', outputs: ['Pipfile.lock'] }),
      ...each('check graph verify', 'check'),
      uninstall: 'remove',
      clean: 'clean',
    },
    bare: 'check',
  },
  pdm: {
    toolchain: 'pdm',
    valued: '-p --project -G --group --with --without --dest -L',
    neutral: '-q -v',
    reads: 'PDM_* PIP_*',
    subcommands: {
      ...each('install sync', (call) => ({
        role: 'install-dependencies',
        outputs: ['.venv', '__pypackages__'],
        ...pdmScope(call),
      })),
      export: (call) => ({ role: 'generate', outputs: ['/dev/stdout'], ...pdmScope(call) }),
      build: BUILD_BACKEND,
      ...each('config use venv', 'configure'),
      lock: 'generate',
    },
  },
  hatch: {
    toolchain: 'hatch',
    valued: '-e --env -t --target',
    reads: 'HATCH_*',
    subcommands: { build: BUILD_BACKEND, 'env create': 'install-dependencies', test: 'test', fmt: 'check' },
  },
  'pyproject-build': {
    toolchain: 'python',
    valued: '-o --outdir -C --config-setting',
    otherwise: BUILD_BACKEND,
    bare: BUILD_BACKEND,
  },
  flit: {
    toolchain: 'hatch',
    valued: '--deps',
    subcommands: {
      install: (call) => ({
        role: 'install-dependencies',
        dependencyScope: optionValue(call, '--deps') ?? 'all',
        includesDevelopment: !/^(?:production|none)$/.test(optionValue(call, '--deps') ?? 'all'),
      }),
      build: BUILD_BACKEND,
    },
  },
  maturin: {
    toolchain: 'maturin',
    valued: '-o --out -i --interpreter -m --manifest-path --features -F --profile --target',
    reads: 'RUSTFLAGS MATURIN_*',
    subcommands: {
      build: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o', '--out') ?? 'target/wheels'] }),
      develop: 'compile',
    },
  },
  conda: CONDA,
  mamba: CONDA,
  micromamba: CONDA,
  'setup.py': {
    toolchain: 'python',
    valued: '-d --dist-dir -b --build-base',
    reads: 'CFLAGS CXXFLAGS LDFLAGS CC SETUPTOOLS_SCM_PRETEND_VERSION',
    subcommands: {
      ...each('install develop', (call) => ({
        role: 'install-dependencies',
        outputs: [],
        dependencyScope: call.subcommand === 'develop' ? 'development' : 'production',
        includesDevelopment: call.subcommand === 'develop',
      })),
      ...each('build build_ext', () => ({ role: 'compile', outputs: ['build', '.'] })),
      ...each('sdist bdist_wheel', (call) => ({
        role: 'compile',
        outputs: [optionValue(call, '-d', '--dist-dir') ?? 'dist'],
      })),
      test: 'test',
      check: 'check',
      egg_info: () => ({ role: 'generate', outputs: ['.'] }),
    },
  },
  compileall: {
    toolchain: 'python',
    valued: '-o -j -d -x',
    neutral: '-j -q',
    reads: 'PYTHONOPTIMIZE',
    otherwise: (call) => ({ role: 'generate', outputs: call.operands.length === 0 ? [] : call.operands }),
  },
  ...all(
    { toolchain: 'python', otherwise: (call) => ({ role: 'configure', outputs: call.operands }) },
    'venv virtualenv pyvenv',
  ),
  ...all({ toolchain: 'python-tools', otherwise: 'test' }, 'pytest py.test unittest tox nox behave coverage'),
  ...all(
    { toolchain: 'python-tools', otherwise: 'check' },
    'mypy flake8 black ruff isort pylint pyright bandit pre-commit pre_commit safety pip-audit',
  ),
  ...all(
    { toolchain: 'asgi', valued: '--host --port -w --workers -b --bind -k --worker-class', otherwise: 'run' },
    'uvicorn gunicorn hypercorn daphne granian waitress-serve uwsgi',
  ),
  ...all({ toolchain: 'python-dev', otherwise: 'run' }, 'debugpy ptvsd pydevd ipdb watchmedo watchfiles jurigged'),
  ...all({ toolchain: 'python', otherwise: 'run' }, 'celery jupyter streamlit airflow'),
  'manage.py': DJANGO,
  'django-admin': DJANGO,
  flask: {
    toolchain: 'flask',
    valued: '-A --app -e --env-file',
    reads: 'FLASK_ENV FLASK_DEBUG FLASK_APP',
    subcommands: {
      'digest compile': () => ({ role: 'generate', outputs: ['.'] }),
      'assets build': () => ({ role: 'generate', outputs: ['.'] }),
      run: 'run',
      routes: 'check',
    },
    otherwise: 'run',
  },
  pybabel: {
    toolchain: 'python',
    valued: '-d',
    subcommands: { compile: (call) => ({ role: 'generate', outputs: [optionValue(call, '-d') ?? '.'] }) },
  },
  pyinstaller: {
    toolchain: 'pyinstaller',
    valued: '--distpath --workpath -n --name',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '--distpath') ?? 'dist'] }),
  },
  PyInstaller: {
    toolchain: 'pyinstaller',
    valued: '--distpath --workpath -n --name',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '--distpath') ?? 'dist'] }),
  },
  nuitka: {
    toolchain: 'pyinstaller',
    valued: '--output-dir -o',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '--output-dir') ?? '.'] }),
  },
  cythonize: { toolchain: 'python', otherwise: () => ({ role: 'compile', outputs: ['.'] }) },
  mkdocs: {
    toolchain: 'mkdocs',
    valued: '-d --site-dir -f --config-file',
    subcommands: {
      build: (call) => ({ role: 'compile', outputs: [optionValue(call, '-d', '--site-dir') ?? 'site'] }),
      serve: 'run',
    },
  },
  'sphinx-build': {
    toolchain: 'mkdocs',
    valued: '-b -c -D -d -j',
    neutral: '-j -q',
    otherwise: (call) => ({ role: 'compile', outputs: call.operands.slice(1, 2) }),
  },
};
