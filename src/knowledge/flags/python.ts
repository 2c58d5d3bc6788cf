import { absence, command, type FlagRow, option, variable } from './shape.js';

const DEV = 'Packages for development ship: a larger image and more code to attack.';
const PROD = 'Packages for development are left out.';
const POETRY = 'https://python-poetry.org/docs/cli/#install';
const UV = 'https://docs.astral.sh/uv/concepts/projects/sync/#syncing-development-dependencies';
const CMDLINE = 'https://docs.python.org/3/using/cmdline.html';

/** Facts about pip. */
export const pip: readonly FlagRow[] = [
  option(
    '-r requirements-dev.txt',
    /^(?:-r|--requirements?)[= ]?(?:\S*[-_./])?(?:dev|devel|development|test|tests|testing|local)(?:[-_./]\S*)?\.(?:txt|in)$|^(?:-r|--requirements?)[= ]?\S*requirements[-_.](?:dev|test)\S*$/,
    'dependencies',
    'warning',
    'development',
    DEV,
    'https://pip.pypa.io/en/stable/cli/pip_install/',
    { commands: 'install' },
  ),
  option(
    '.[dev]',
    /\[(?:[^\]]*,)?(?:dev|develop|development|test|tests|testing|docs|lint)(?:,[^\]]*)?\]/,
    'dependencies',
    'warning',
    'development',
    DEV,
    'https://pip.pypa.io/en/stable/cli/pip_install/',
    { commands: 'install' },
  ),
  option(
    '-e',
    /^(?:-e|--editable)(?:[= ]|$)/,
    'dependencies',
    'info',
    'development',
    'The package is imported from its source folder, which must ship too.',
    'https://pip.pypa.io/en/stable/topics/local-project-installs/',
    { commands: 'install|pip install' },
  ),
];

/** Facts about poetry. */
export const poetry: readonly FlagRow[] = [
  option(
    '--only main',
    /^(?:--only[= ]main|--without[= ](?:\S*,)?dev(?:,\S*)?|--no-dev|--only-root)$/,
    'dependencies',
    'none',
    'production',
    PROD,
    POETRY,
    { commands: 'install|sync|export', verified: true },
  ),
  option(
    '--with dev',
    /^--(?:with|only)[= ](?:\S*,)?(?:dev|test|tests)(?:,\S*)?$|^--all-groups$/,
    'dependencies',
    'warning',
    'development',
    DEV,
    POETRY,
    { commands: 'install|sync|export', verified: true },
  ),
  absence(
    '(no --only main)',
    /^(?:--only|--without|--no-dev|--only-root)/,
    'dependencies',
    'warning',
    'poetry installs the development groups unless --only main or --without dev says otherwise.',
    POETRY,
    { commands: 'install|sync', verified: true },
  ),
];

/** Facts about uv. */
export const uv: readonly FlagRow[] = [
  option(
    '--no-dev',
    /^(?:--no-dev|--no-default-groups|--no-group[= ]dev|--only-group[= ](?!dev$|test))/,
    'dependencies',
    'none',
    'production',
    PROD,
    UV,
    { commands: 'sync|export', verified: true },
  ),
  option(
    '--group dev',
    /^(?:--dev|--only-dev|--all-groups|--all-extras|--(?:only-)?group[= ]\S*(?:dev|test)\S*|--extra[= ]\S*(?:dev|test)\S*)$/,
    'dependencies',
    'warning',
    'development',
    DEV,
    UV,
    { commands: 'sync|export', verified: true },
  ),
  absence(
    '(no --no-dev)',
    /^(?:--no-dev|--no-default-groups|--only-group|--no-group)/,
    'dependencies',
    'warning',
    'uv installs the group dev unless --no-dev says otherwise.',
    UV,
    { commands: 'sync', name: 'UV_NO_DEV UV_NO_DEFAULT_GROUPS', value: /^(?:1|true|t|yes|y|on)$/i, verified: true },
  ),
  option(
    '--compile-bytecode',
    /^--compile(?:-bytecode)?$/,
    'optimization',
    'none',
    'production',
    'Modules are compiled ahead, so the program starts faster.',
    'https://docs.astral.sh/uv/guides/integration/docker/#compiling-bytecode',
    { commands: 'sync|pip install|pip sync', verified: true },
  ),
  variable('UV_NO_DEV', '1', /^(?:1|true|t|yes|y|on)$/i, 'dependencies', 'none', 'production', PROD, UV, {
    verified: true,
  }),
  variable(
    'UV_COMPILE_BYTECODE',
    '1',
    /^(?:1|true)$/,
    'optimization',
    'none',
    'production',
    'Modules are compiled ahead, so the program starts faster.',
    'https://docs.astral.sh/uv/guides/integration/docker/#compiling-bytecode',
    { verified: true },
  ),
];

/** Facts about pipenv; development packages are left out by default. */
export const pipenv: readonly FlagRow[] = [
  option(
    '--dev',
    /^(?:--dev|-d)$/,
    'dependencies',
    'warning',
    'development',
    DEV,
    'https://pipenv.pypa.io/en/latest/commands.html',
    { commands: 'install|sync|requirements', verified: true },
  ),
  variable(
    'PIPENV_DEV',
    '1',
    /^(?:1|true|yes|on)$/i,
    'dependencies',
    'warning',
    'development',
    DEV,
    'https://pipenv.pypa.io/en/latest/configuration.html',
  ),
];

/** Facts about pdm. */
export const pdm: readonly FlagRow[] = [
  option(
    '--prod',
    /^--(?:prod|production|no-dev)$/,
    'dependencies',
    'none',
    'production',
    PROD,
    'https://pdm-project.org/latest/usage/dependency/',
    { commands: 'install|sync|export' },
  ),
  absence(
    '(no --prod)',
    /^--(?:prod|production|no-dev|without)/,
    'dependencies',
    'warning',
    'pdm installs development groups unless --prod says otherwise.',
    'https://pdm-project.org/latest/usage/dependency/',
    { commands: 'install|sync' },
  ),
];

/** Facts about conda. */
export const conda: readonly FlagRow[] = [
  option(
    '-f environment-dev.yml',
    /^(?:-f|--file)[= ](?:\S*[-_./])?(?:dev|test)(?:[-_.]\S*)?\.ya?ml$/,
    'dependencies',
    'warning',
    'development',
    DEV,
    'https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html',
  ),
];

/** Facts about python and its variables. */
export const python: readonly FlagRow[] = [
  option(
    '-O',
    /^-OO?$/,
    'assertions',
    'info',
    'production',
    'assert statements are removed, and with -OO docstrings too.',
    `${CMDLINE}#cmdoption-O`,
    { verified: true },
  ),
  option(
    '-X dev',
    /^-X ?dev$/,
    'assertions',
    'warning',
    'development',
    'Development mode adds allocator checks, asyncio debugging and warnings.',
    'https://docs.python.org/3/library/devmode.html',
  ),
  variable(
    'PYTHONOPTIMIZE',
    '1',
    /^(?!0$)./,
    'assertions',
    'info',
    'production',
    'assert statements are removed, and from 2 on docstrings too.',
    `${CMDLINE}#envvar-PYTHONOPTIMIZE`,
    { verified: true },
  ),
  variable(
    'PYTHONDEVMODE',
    '1',
    /^(?!0$)./,
    'assertions',
    'warning',
    'development',
    'Development mode adds allocator checks, asyncio debugging and warnings.',
    'https://docs.python.org/3/library/devmode.html',
  ),
  variable(
    'PYTHONASYNCIODEBUG PYTHONTRACEMALLOC',
    '1',
    /^(?!0$)./,
    'profiling',
    'warning',
    'development',
    'Every task or allocation is recorded with its stack.',
    `${CMDLINE}#environment-variables`,
  ),
  variable(
    'PYTHONMALLOC',
    'debug',
    /debug/,
    'assertions',
    'warning',
    'development',
    'Every allocation is padded and checked.',
    `${CMDLINE}#envvar-PYTHONMALLOC`,
  ),
  variable(
    'COVERAGE_PROCESS_START',
    '…',
    /./,
    'coverage',
    'error',
    'development',
    'Every line that runs is recorded.',
    'https://coverage.readthedocs.io/en/latest/subprocess.html',
  ),
];

/** Facts about tools of Python that run a program. */
export const pythonTools: readonly FlagRow[] = [
  command(
    'coverage run',
    /^coverage(?: run)?$/,
    'coverage',
    'error',
    'Every line that runs is recorded.',
    'https://coverage.readthedocs.io/en/latest/cmd.html',
  ),
];

/** Facts about debuggers of Python. */
export const pythonDev: readonly FlagRow[] = [
  command(
    'debugpy',
    /^(?:debugpy|pydevd|ptvsd)(?: |$)/,
    'debugger',
    'error',
    'A debugger waits on a port, and who reaches it can run any code.',
    'https://github.com/microsoft/debugpy',
  ),
  command(
    'watchmedo',
    /^(?:watchmedo|watchfiles)(?: |$)/,
    'hot-reload',
    'error',
    'The program restarts whenever a file changes.',
    'https://github.com/gorakhargosh/watchdog',
  ),
];

const DJANGO = 'https://docs.djangoproject.com/en/5.2/ref/settings/#debug';

/** Facts about Django. */
export const django: readonly FlagRow[] = [
  variable(
    'DJANGO_DEBUG DEBUG',
    'True',
    /^(?:1|true|yes|on)$/i,
    'runtime-mode',
    'error',
    'development',
    'With DEBUG Django remembers every SQL query and shows its settings to clients.',
    DJANGO,
    { verified: true },
  ),
  variable(
    'DJANGO_SETTINGS_MODULE',
    'app.settings.dev',
    /[._](?:dev|devel|development|test|tests|testing|local)$/,
    'runtime-mode',
    'warning',
    'development',
    'A settings module for developers or tests is chosen.',
    'https://docs.djangoproject.com/en/5.2/topics/settings/',
  ),
  option(
    '--settings',
    /^--settings[= ]\S*[._](?:dev|devel|development|test|tests|testing|local)$/,
    'runtime-mode',
    'warning',
    'development',
    'A settings module for developers or tests is chosen.',
    'https://docs.djangoproject.com/en/5.2/topics/settings/',
  ),
  command(
    'manage.py runserver',
    /^(?:manage\.py|django-admin) runserver/,
    'hot-reload',
    'error',
    'The development server of Django is not made for production.',
    'https://docs.djangoproject.com/en/5.2/ref/django-admin/#runserver',
  ),
];

/** Facts about Flask; FLASK_ENV was removed in 2.3. */
export const flask: readonly FlagRow[] = [
  variable(
    'FLASK_DEBUG',
    '1',
    /^(?:1|true|yes|on|t)$/i,
    'debugger',
    'error',
    'development',
    'The interactive debugger lets clients run any code.',
    'https://flask.palletsprojects.com/en/stable/debugging/',
  ),
  variable(
    'FLASK_ENV',
    'development',
    /^development$/,
    'debugger',
    'error',
    'development',
    'Before Flask 2.3 this switches the interactive debugger on, which lets clients run any code.',
    'https://flask.palletsprojects.com/en/2.2.x/config/#debug-mode',
  ),
  option(
    '--debug',
    /^--debug$/,
    'debugger',
    'error',
    'development',
    'The interactive debugger lets clients run any code.',
    'https://flask.palletsprojects.com/en/stable/debugging/',
  ),
  command(
    'flask run',
    /^flask run$/,
    'hot-reload',
    'warning',
    'The development server of Flask is not made for production.',
    'https://flask.palletsprojects.com/en/stable/deploying/',
  ),
];

/** Facts about servers of Python. */
export const asgi: readonly FlagRow[] = [
  option(
    '--reload',
    /^--reload$/,
    'hot-reload',
    'error',
    'development',
    'Workers restart whenever a file changes, and uvicorn runs a single one.',
    'https://www.uvicorn.org/settings/',
  ),
];
