import { formatters } from '../../report/formats.js';

/** The one table of options: yargs parses by it, the help is written from it, and errors suggest from it. */
export interface OptionSpec {
  readonly name: string;
  readonly alias?: string;
  readonly kind: 'flag' | 'text' | 'list';
  /** How the value is called in the help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** True when plugins add choices; theirs have a `/` in their names. */
  readonly open?: boolean;
  /** The commands that know the option. */
  readonly commands: readonly Command[];
  readonly help: string;
}

export type Command = 'lint' | 'plan';

/** The names of the commands. */
export const commands: readonly Command[] = ['lint', 'plan'];

const both: readonly Command[] = ['lint', 'plan'];

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
    name: 'set',
    kind: 'list',
    value: 'NAME=VALUE',
    commands: ['plan'],
    help: 'plan only the environments where NAME is VALUE (NAME= for the empty string); may be repeated',
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
    value: 'STAGE',
    commands: ['plan'],
    help: 'the stage to build, as for docker build --target (default: the last)',
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
    open: true,
    commands: both,
    help: `${formatters.map(({ name, summary }, i) => `${name} (${i === 0 ? 'default, ' : ''}${summary})`).join(', ')}; plan has text and json; may be repeated, each with its --output-file`,
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
    commands: both,
    help: 'colour the text, or with --no-color do not; by default on a terminal, unless NO_COLOR is set; FORCE_COLOR=1 colours anywhere',
  },
  { name: 'help', alias: 'h', kind: 'flag', commands: both, help: 'show this page' },
  { name: 'version', alias: 'V', kind: 'flag', commands: both, help: 'show the version' },
];
