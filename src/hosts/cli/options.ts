import { formatters } from '../../report/formats.js';

/** The one table of options: yargs parses by it, the help is written from it, and errors suggest from it. */
export interface OptionSpec {
  readonly name: string;
  readonly alias?: string;
  readonly kind: 'flag' | 'text' | 'list';
  /** How the value is called in the help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** Choices that one command alone has; it checks them itself. */
  readonly besides?: readonly string[];
  /** True when plugins add choices; theirs have a `/` in their names. */
  readonly open?: boolean;
  /** The commands that know the option. */
  readonly commands: readonly Command[];
  readonly help: string;
}

export type Command = 'lint' | 'plan' | 'init' | 'config' | 'rules' | 'explain' | 'lsp';

/** What only plans of projects are written in. */
export const graphFormats = ['mermaid', 'dot'] as const;
export type GraphFormat = (typeof graphFormats)[number];

/** The names of the commands. */
export const commands: readonly Command[] = ['lint', 'plan', 'init', 'config', 'rules', 'explain', 'lsp'];

/** All options, in the order of the help. */
export const options: readonly OptionSpec[] = [
  {
    name: 'fail-on',
    kind: 'text',
    value: 'SEVERITY',
    choices: ['error', 'warning', 'info'],
    commands: ['lint'],
    help: 'exit with 1 from this severity on: error, warning (default) or info',
  },
  {
    name: 'max-warnings',
    kind: 'text',
    value: 'N',
    commands: ['lint'],
    help: 'exit with 1 only for errors, or for more than N warnings',
  },
  { name: 'quiet', kind: 'flag', commands: ['lint'], help: 'report errors only' },
  {
    name: 'changed-since',
    kind: 'text',
    value: 'REV',
    commands: ['lint'],
    help: 'lint all, but report only what touches files that changed since this branch left a git revision, or in a range A..B',
  },
  {
    name: 'around',
    kind: 'flag',
    commands: ['lint'],
    help: 'lint all of the working directory, but report only what touches the paths: for hooks, which pass the files that changed',
  },
  {
    name: 'stdin',
    kind: 'flag',
    commands: ['lint'],
    help: 'lint the text of the standard input, as if it were the file of --stdin-filename',
  },
  {
    name: 'stdin-filename',
    kind: 'text',
    value: 'NAME',
    commands: ['lint'],
    help: 'the path that the text of --stdin has in the project; it need not exist',
  },
  {
    name: 'suppress-all',
    kind: 'flag',
    commands: ['lint'],
    help: 'accept all findings of now: they are kept in envariant-suppressions.json and no longer reported',
  },
  {
    name: 'prune-suppressions',
    kind: 'flag',
    commands: ['lint'],
    help: 'take what is no longer found out of envariant-suppressions.json',
  },
  {
    name: 'hide-suppressed',
    kind: 'flag',
    commands: ['lint'],
    help: 'leave out of json and sarif what comments and the baseline accept: for readers that take it for open, such as code scanning of GitHub',
  },
  { name: 'force', kind: 'flag', commands: ['init'], help: 'overwrite the settings file that is there' },
  { name: 'fix', kind: 'flag', commands: ['lint'], help: 'apply the safe fixes, and report what is left' },
  {
    name: 'fix-suggestions',
    kind: 'flag',
    commands: ['lint'],
    help: 'apply fixes that change what is built, too: drop an option that only some environments get',
  },
  {
    name: 'fix-dry-run',
    kind: 'flag',
    commands: ['lint'],
    help: 'print what the fixes would change as a unified diff; write nothing',
  },
  {
    name: 'stdio',
    kind: 'flag',
    commands: ['lsp'],
    help: 'speak over the standard streams, which is how editors start the language server',
  },
  {
    name: 'set',
    kind: 'list',
    value: 'NAME=VALUE',
    commands: ['plan'],
    help: 'plan only the environments where NAME is VALUE (NAME= for the empty string): a build argument, a variable of a script or of the command line of make; may be repeated',
  },
  {
    name: 'env',
    kind: 'list',
    value: 'NAME=VALUE',
    commands: ['plan'],
    help: 'plan a makefile or a script with NAME=VALUE in its environment (NAME= for the empty string); may be repeated',
  },
  {
    name: 'unset',
    kind: 'list',
    value: 'NAME',
    commands: ['plan'],
    help: 'plan only the environments where NAME is not given; may be repeated',
  },
  {
    name: 'target',
    kind: 'text',
    value: 'TARGET',
    commands: ['plan'],
    help: 'the stage to build, as for docker build --target (default: the last), or the target of make (default: its default goal); FILE:TARGET says the same',
  },
  {
    name: 'shell',
    kind: 'text',
    value: 'SHELL',
    choices: ['dash', 'bash', 'ash'],
    commands: ['plan'],
    help: 'how to read a script: dash, bash or ash (default: by its first line, or by the base image)',
  },
  {
    name: 'all',
    kind: 'flag',
    commands: ['plan'],
    help: 'show the steps that are the same in every environment, too',
  },
  {
    name: 'format',
    kind: 'list',
    value: 'FORMAT',
    choices: formatters.map(({ name }) => name),
    besides: graphFormats,
    open: true,
    commands: ['lint', 'plan', 'rules'],
    help: `${formatters.map(({ name, summary }, i) => `${name} (${i === 0 ? 'default, ' : ''}${summary})`).join(', ')}; plan and rules have text and json, and plan of a project mermaid and dot, too; may be repeated, each with its --output-file`,
  },
  {
    name: 'output-file',
    alias: 'o',
    kind: 'list',
    value: 'FILE',
    commands: ['lint'],
    help: 'write the report there; the n-th file is for the n-th --format, - and a missing one are the standard output',
  },
  {
    name: 'color',
    kind: 'flag',
    commands,
    help: 'colour the text, or with --no-color do not; by default on a terminal, unless NO_COLOR is set; FORCE_COLOR=1 colours anywhere',
  },
  {
    name: 'config',
    kind: 'text',
    value: 'FILE',
    commands: ['lint', 'config', 'rules', 'explain'],
    help: 'the settings file, instead of the nearest envariant.config.* or package.json at or above the paths',
  },
  { name: 'help', alias: 'h', kind: 'flag', commands, help: 'show this page' },
  { name: 'version', alias: 'V', kind: 'flag', commands, help: 'show the version' },
];
