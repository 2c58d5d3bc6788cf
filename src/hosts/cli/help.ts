import { helpPage } from '../../report/page.js';
import { type Command, type OptionSpec, options } from './options.js';

const intro =
  'Evaluates Dockerfiles and the shell in them for every environment at once, and reports what makes the image of one ' +
  'environment differ from that of another. Nothing is executed.';

const environment =
  'An environment is one set of answers to what the repository leaves open: the build arguments (ARG) of a Dockerfile, the ' +
  'variables that a script expects. Envariant does not ask for a list of them. It reads the answers that matter from the ' +
  'conditions themselves: `case "$ENV" in local|testing)` tells ENV=local and ENV=testing from any other ENV. A variable ' +
  'that is unset is never the same as one that is empty.';

const folders =
  'A path is a file or a folder (default: the working directory). In folders, files called Dockerfile, Dockerfile.*, ' +
  '*.dockerfile and Containerfile* are linted, except what git ignores and node_modules. A file that is named is ' +
  'linted whatever its name, if it is a Dockerfile or a shell script by its content. A folder that is called like a ' +
  'command is written ./lint.';

const settings =
  'The nearest envariant.config.jsonc (or .json, .yaml, .js, .mjs, .ts, or "envariant" in package.json) at or above the ' +
  'paths: names of environments, severities, options, plugins, files to ignore. envariant init writes one.';

const suppressions =
  'A comment `# envariant-ignore RULE -- reason` suppresses a finding on the next line or instruction; ' +
  'envariant-ignore-line, -file, and -start with -end do so elsewhere. Suppressions that are in vain are reported.';

const examples: readonly (readonly [string, string])[] = [
  ['envariant', 'lint the project in the working directory'],
  ['envariant docker/ api/Dockerfile --fail-on error', 'lint a folder and a file; warnings do not fail the job'],
  ['envariant --format json > report.json', 'the report for a program'],
  ['envariant --format text --format sarif -o - -o envariant.sarif', 'the report for people and for code scanning'],
  ['envariant --changed-since origin/main', 'what a branch touches'],
  ['envariant --fix-dry-run', 'what the safe fixes would change, as a diff'],
  ['envariant --around $FILES', 'what some files take part in, as a hook before a commit asks'],
  ['envariant plan Dockerfile', 'what each environment builds, side by side'],
  ['envariant plan Dockerfile --set ENV=testing --target build', 'what one environment builds, up to a stage'],
  ['envariant plan Makefile:image --set ENV=testing', 'what make image ENV=testing runs'],
  ['envariant plan --format mermaid', 'the images of the project, who builds them and where they run, as a graph'],
  ['envariant plan deploy.sh --shell dash --unset CI', 'the commands of a script, where CI is not given'],
];

const statuses: readonly (readonly [string, string])[] = [
  ['0', 'clean: no finding at or above --fail-on'],
  ['1', 'findings at or above --fail-on'],
  [
    '2',
    'wrong usage: an unknown option, wrong settings, a broken plugin, or a named file that is missing or cannot be linted (the others still are)',
  ],
  ['3', 'a fault of Envariant; ENVARIANT_DEBUG=1 shows where'],
];

/** The page that `--help` shows. */
export function helpText(width: number, colour: boolean): string {
  return helpPage(
    [
      { kind: 'text', text: intro },
      {
        kind: 'pairs',
        title: 'Usage',
        pairs: [
          ['envariant [lint] [PATH…]', 'report what differs between environments'],
          [
            'envariant plan FILE',
            'show what each environment builds: the steps of a Dockerfile, the commands of a script or of a target of make',
          ],
          ['envariant plan [FOLDER]', 'show who builds which image of a project, with what, and where it runs'],
          ['envariant init [FOLDER]', 'write a settings file for the project, with the environments that are found'],
          ['envariant config FILE', 'show which settings apply to a file, as JSON'],
          ['envariant rules', 'list the rules'],
          ['envariant explain RULE', 'show the page of a rule, with its examples'],
          ['envariant lsp --stdio', 'serve an editor: see examples/editors'],
        ],
      },
      { kind: 'pairs', title: 'Options of lint', pairs: pairsOf('lint') },
      { kind: 'pairs', title: 'Options of plan', pairs: pairsOf('plan') },
      { kind: 'pairs', title: 'Options of init', pairs: pairsOf('init') },
      { kind: 'pairs', title: 'Options of several commands', pairs: pairsOf(undefined) },
      { kind: 'text', title: 'Settings', text: settings },
      { kind: 'text', title: 'Suppressions', text: suppressions },
      { kind: 'text', title: 'Paths', text: folders },
      { kind: 'text', title: 'What is an environment?', text: environment },
      { kind: 'pairs', title: 'Exit status', pairs: statuses },
      { kind: 'examples', title: 'Examples', pairs: examples },
    ],
    width,
    colour,
  );
}

function pairsOf(command: Command | undefined): readonly (readonly [string, string])[] {
  const own = options.filter((option) =>
    command === undefined
      ? option.commands.length > 1
      : option.commands.length === 1 && option.commands.includes(command),
  );
  return own.map((option) => [written(option), option.help]);
}

function written(option: OptionSpec): string {
  const name = option.name === 'color' ? '--[no-]color' : `--${option.name}`;
  return `${option.alias === undefined ? '' : `-${option.alias}, `}${name}${option.value === undefined ? '' : ` ${option.value}`}`;
}
