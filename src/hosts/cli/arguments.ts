import yargs from 'yargs';
import { nearest } from '../../lint/nearest.js';
import type { Severity } from '../../lint/report.js';
import type { PlanChoices, Shell } from '../core.js';
import { type Command, commands, type GraphFormat, graphFormats, type OptionSpec, options } from './options.js';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'help'; readonly colour: boolean | undefined }
  | { readonly kind: 'version' }
  | LintRequest
  | PlanRequest
  | { readonly kind: 'init'; readonly path: string; readonly force: boolean }
  | { readonly kind: 'config'; readonly file: string; readonly config: string | undefined }
  | RulesRequest
  | { readonly kind: 'lsp' }
  | ExplainRequest
  | UsageError;

export interface LintRequest {
  readonly kind: 'lint';
  /** `.` when none was given. */
  readonly paths: readonly string[];
  /** The word that may have been meant as a command: the first one, when no command was given. */
  readonly first: string | undefined;
  /** Undefined when the settings decide. */
  readonly failOn: Severity | undefined;
  /** Warnings fail only when there are more. */
  readonly maxWarnings: number | undefined;
  readonly quiet: boolean;
  /** Whether the formats that tell what is suppressed leave it out. */
  readonly hideSuppressed: boolean;
  readonly config: string | undefined;
  readonly changedSince: string | undefined;
  /** Whether the working directory is linted, and only what touches the paths is reported. */
  readonly around: boolean;
  /** The name of the text on the standard input; undefined when files are linted. */
  readonly stdin: string | undefined;
  readonly baseline: 'use' | 'suppress-all' | 'prune';
  /** Undefined when nothing is fixed. */
  readonly fix: FixChoice | undefined;
  /** At least one. */
  readonly outputs: readonly OutputChoice[];
  readonly colour: boolean | undefined;
}

/** Which fixes are applied, and whether files are written. */
export interface FixChoice {
  readonly suggestions: boolean;
  readonly dry: boolean;
}

/** A format and where it goes; undefined is the standard output. */
export interface OutputChoice {
  readonly format: string;
  readonly file: string | undefined;
}

/** What plans are written in; graphs are for projects. */
export type PlanFormat = 'text' | 'json' | GraphFormat;

export interface PlanRequest {
  readonly kind: 'plan';
  /** A file, with `:target` behind it or not, or a folder; `.` when none was given. */
  readonly path: string;
  readonly choices: PlanChoices;
  readonly all: boolean;
  readonly format: PlanFormat;
  readonly colour: boolean | undefined;
}

/** What `explain` is asked. */
export interface ExplainRequest {
  readonly kind: 'explain';
  readonly rule: string;
  readonly config: string | undefined;
  readonly colour: boolean | undefined;
}

export interface RulesRequest {
  readonly kind: 'rules';
  readonly config: string | undefined;
  readonly json: boolean;
  readonly colour: boolean | undefined;
}

export interface UsageError {
  readonly kind: 'usage';
  readonly message: string;
  readonly hint: string;
}

const seeHelp = 'envariant --help shows all commands and options.';

/** Reads a command line (without `node` and the script); never prints and never exits. */
export function readArguments(argv: readonly string[]): Request {
  const raw = parse(argv);
  const words = [...strings(raw._), ...strings(raw['--'])];
  const command = raw._.length === 0 ? undefined : commands.find((one) => one === words[0]);
  const paths = command === undefined ? words : words.slice(1);
  const colour = typeof raw.color === 'boolean' ? raw.color : undefined;
  if (raw.help === true || (command === undefined && words.length === 1 && raw._[0] === 'help'))
    return { kind: 'help', colour };
  if (raw.version === true) return { kind: 'version' };
  const error = checkOptions(raw, command ?? 'lint');
  if (error !== undefined) return error;
  switch (command) {
    case 'plan':
      return planRequest(raw, paths, colour);
    case 'init':
      return paths.length > 1
        ? usage('init takes one folder', 'For example: envariant init')
        : { kind: 'init', path: paths[0] ?? '.', force: raw.force === true };
    case 'config':
      return one(paths, 'config needs one file', 'For example: envariant config Dockerfile', (file) => ({
        kind: 'config',
        file,
        config: lastOf(raw.config),
      }));
    case 'explain':
      return one(paths, 'explain needs the id of one rule', 'envariant rules lists them.', (rule) => ({
        kind: 'explain',
        config: lastOf(raw.config),
        rule,
        colour,
      }));
    case 'rules':
      return rulesRequest(raw, paths, colour);
    case 'lsp':
      return paths.length > 0 || raw.stdio !== true
        ? usage('lsp needs --stdio and takes no paths', 'For example: envariant lsp --stdio')
        : { kind: 'lsp' };
    default:
      return lintRequest(raw, paths, command === undefined ? words[0] : undefined, colour);
  }
}

function one(paths: readonly string[], message: string, hint: string, make: (path: string) => Request): Request {
  const [path] = paths;
  return path === undefined || paths.length > 1 ? usage(message, hint) : make(path);
}

function rulesRequest(raw: Raw, paths: readonly string[], colour: boolean | undefined): Request {
  const format = lastOf(raw.format) ?? 'text';
  if (paths.length > 0) return usage('rules takes no paths', 'Try: envariant rules --format json');
  if (format !== 'text' && format !== 'json')
    return usage(`rules writes text or json, not ${format}`, 'Try: envariant rules --format json');
  return { kind: 'rules', config: lastOf(raw.config), json: format === 'json', colour };
}

function lintRequest(
  raw: Raw,
  paths: readonly string[],
  first: string | undefined,
  colour: boolean | undefined,
): Request {
  const graph = strings(raw.format).find((format) => graphFormats.some((one) => one === format));
  if (graph !== undefined)
    return usage(`lint does not write ${graph}; plan does`, `Try: envariant plan --format ${graph}`);
  const outputs = outputsOf(strings(raw.format), strings(raw['output-file']));
  if ('message' in outputs) return outputs;
  const max = lastOf(raw['max-warnings']);
  if (max !== undefined && !/^\d{1,9}$/.test(max))
    return usage(`--max-warnings is a number, not ${JSON.stringify(max)}`, 'For example: --max-warnings 10');
  const name = lastOf(raw['stdin-filename']);
  const example = 'For example: envariant --stdin --stdin-filename docker/Dockerfile < Dockerfile';
  if (raw.stdin === true && name === undefined) return usage('--stdin needs --stdin-filename', example);
  if (raw.stdin !== true && name !== undefined) return usage('--stdin-filename needs --stdin', example);
  const fix = fixChoice(raw);
  if (fix !== undefined && (raw['changed-since'] !== undefined || raw.around === true))
    return usage(
      '--fix goes by files, not by what a part of the report is about',
      'Name the files: envariant --fix Dockerfile',
    );
  if (raw.stdin === true && fix !== undefined && !fix.dry)
    return usage('--fix cannot write to the standard input', 'Try: envariant --stdin --fix-dry-run …');
  if (raw.stdin === true && paths.length > 0) return usage('--stdin takes no paths', example);
  if (raw['suppress-all'] === true && raw['prune-suppressions'] === true)
    return usage(
      '--suppress-all writes the baseline anew, so there is nothing to prune',
      'Leave --prune-suppressions out.',
    );
  const baseline = raw['suppress-all'] === true ? 'suppress-all' : raw['prune-suppressions'] === true ? 'prune' : 'use';
  const part = raw.around === true ? '--around' : lastOf(raw['changed-since']) !== undefined ? '--changed-since' : '';
  if (baseline !== 'use' && part !== '')
    return usage(
      `${part} reports a part of what was linted; --${baseline === 'prune' ? 'prune-suppressions' : baseline} needs all of it`,
      `Leave ${part} out.`,
    );
  return {
    kind: 'lint',
    paths: paths.length === 0 ? ['.'] : paths,
    first,
    failOn: severity(lastOf(raw['fail-on'])),
    maxWarnings: max === undefined ? undefined : Number(max),
    quiet: raw.quiet === true,
    hideSuppressed: raw['hide-suppressed'] === true,
    config: lastOf(raw.config),
    changedSince: lastOf(raw['changed-since']),
    around: raw.around === true,
    stdin: raw.stdin === true ? name : undefined,
    baseline,
    fix,
    outputs,
    colour,
  };
}

function fixChoice(raw: Raw): FixChoice | undefined {
  const suggestions = raw['fix-suggestions'] === true;
  const dry = raw['fix-dry-run'] === true;
  return raw.fix === true || suggestions || dry ? { suggestions, dry } : undefined;
}

type Raw = { readonly _: readonly unknown[]; readonly [name: string]: unknown };

function parse(argv: readonly string[]): Raw {
  const parser = yargs(withDashes(argv))
    .parserConfiguration({
      'boolean-negation': true,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'populate--': true,
    })
    .detectLocale(false)
    .help(false)
    .version(false)
    .exitProcess(false);
  for (const option of options) {
    parser.option(option.name, {
      ...(option.alias === undefined ? {} : { alias: option.alias }),
      ...(option.kind === 'flag' ? { boolean: true } : { string: true }),
      ...(option.kind === 'list' ? { array: true } : {}),
    });
  }
  return parser.parseSync();
}

/** yargs takes a `-` that stands alone for no value; `--output-file=-` says the same. */
function withDashes(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  const isFile = (word: string | undefined): boolean => word === '-o' || word === '--output-file';
  return argv.flatMap((word, i) => {
    if (end !== -1 && i >= end) return [word];
    if (isFile(word) && argv[i + 1] === '-') return ['--output-file=-'];
    return word === '-' && isFile(argv[i - 1]) ? [] : [word];
  });
}

function checkOptions(raw: Raw, command: Command): UsageError | undefined {
  for (const [name, value] of Object.entries(raw)) {
    if (name === '_' || name === '$0' || name === '--' || value === undefined) continue;
    const option = options.find((one) => one.name === name || one.alias === name);
    if (option === undefined) return unknownOption(name, command);
    if (!option.commands.includes(command)) {
      const owner = option.commands[0] ?? command;
      return usage(
        `--${option.name} is an option of the command ${owner}, not of ${command}`,
        `Try: envariant ${owner} --${option.name} …`,
      );
    }
    const error = checkValue(option, value);
    if (error !== undefined) return error;
  }
  return undefined;
}

function unknownOption(name: string, command: Command): UsageError {
  const names = options.filter((option) => option.commands.includes(command)).map((option) => option.name);
  const near =
    name.length === 1
      ? undefined
      : (nearest(name, names) ??
        nearest(
          name,
          options.map((option) => option.name),
        ));
  const written = name.length === 1 ? `-${name}` : `--${name}`;
  return usage(`there is no option ${written}`, near === undefined ? seeHelp : `Did you mean --${near}?`);
}

function checkValue(option: OptionSpec, value: unknown): UsageError | undefined {
  if (option.kind === 'flag') return undefined;
  // A list whose option stands at the end without a value is empty.
  for (const one of Array.isArray(value) && value.length > 0 ? value : [Array.isArray(value) ? '' : value]) {
    if (typeof one !== 'string' || one === '') {
      const what = option.choices === undefined ? (option.value ?? 'value') : alternatives(option.choices);
      return usage(
        `--${option.name} needs a value: ${what}`,
        `For example: --${option.name} ${option.choices?.[0] ?? option.value}`,
      );
    }
    if (option.besides?.includes(one)) continue;
    if (option.choices !== undefined && !option.choices.includes(one) && !(option.open && one.includes('/'))) {
      const near = nearest(one, option.choices);
      const message = `--${option.name} is ${alternatives(option.choices)}, not ${JSON.stringify(one)}`;
      return usage(message, near === undefined ? seeHelp : `Did you mean --${option.name} ${near}?`);
    }
  }
  return undefined;
}

/** The n-th file is for the n-th format; text goes with files alone. */
function outputsOf(formats: readonly string[], files: readonly string[]): readonly OutputChoice[] | UsageError {
  const chosen = formats.length === 0 ? ['text'] : formats;
  if (files.length > chosen.length)
    return usage(
      `there are ${files.length} --output-file and ${chosen.length} --format`,
      'For example: --format text --format sarif --output-file - --output-file report.sarif',
    );
  const outputs = chosen.map((format, i) => ({ format, file: files[i] === '-' ? undefined : files[i] }));
  const twice = outputs.find(({ file }, i) => file !== undefined && outputs.findIndex((one) => one.file === file) < i);
  if (twice?.file === undefined) return outputs;
  return usage(`--output-file ${twice.file} is given twice`, 'Each format has a file of its own.');
}

function planRequest(raw: Raw, paths: readonly string[], colour: boolean | undefined): Request {
  const name = lastOf(raw.format) ?? 'text';
  const format = name === 'text' || name === 'json' ? name : graphFormats.find((one) => one === name);
  if (format === undefined)
    return usage(
      `plan writes text, json, ${alternatives(graphFormats)}, not ${name}`,
      'Try: envariant plan FILE --format json',
    );
  const [path = '.', ...more] = paths;
  const hint = 'For example: envariant plan Dockerfile --set ENV=testing';
  if (more.length > 0) return usage(`plan takes one file or folder, not ${paths.length}`, hint);
  const set = new Map<string, string | undefined>();
  const environment = new Map<string, string>();
  for (const [option, to] of [
    ['--set', set],
    ['--env', environment],
  ] as const) {
    for (const one of strings(raw[option.slice(2)])) {
      const equals = one.indexOf('=');
      const name = equals === -1 ? one : one.slice(0, equals);
      if (equals === -1)
        return usage(
          `${option} ${name} lacks a value`,
          `Write ${option} ${name}=VALUE, or --unset ${name} when it is not given.`,
        );
      const error = checkName(option, name) ?? checkTwice(to, name, one.slice(equals + 1));
      if (error !== undefined) return error;
      to.set(name, one.slice(equals + 1));
    }
  }
  for (const name of strings(raw.unset)) {
    const error =
      checkName('--unset', name) ?? checkTwice(set, name, undefined) ?? checkTwice(environment, name, undefined);
    if (error !== undefined) return error;
    set.set(name, undefined);
  }
  const choices = { set, environment, target: lastOf(raw.target), shell: shell(lastOf(raw.shell)) };
  return { kind: 'plan', path, choices, all: raw.all === true, format, colour };
}

function checkName(option: string, name: string): UsageError | undefined {
  if (/^[A-Za-z_]\w*$/.test(name)) return undefined;
  const hint =
    option === '--unset'
      ? 'Write --unset NAME.'
      : `Write ${option} NAME=VALUE, with letters, digits and _ in the name.`;
  return usage(`${option}: ${JSON.stringify(name)} is not the name of a variable`, hint);
}

function checkTwice(
  set: ReadonlyMap<string, string | undefined>,
  name: string,
  value: string | undefined,
): UsageError | undefined {
  if (!set.has(name) || set.get(name) === value) return undefined;
  return usage(
    `${name} is given two values`,
    'A plan has one value for each name; leave --set out to see all environments.',
  );
}

function usage(message: string, hint: string): UsageError {
  return { kind: 'usage', message, hint };
}

function alternatives(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices[choices.length - 1]}`;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A repeated option counts as last given. */
function lastOf(value: unknown): string | undefined {
  const last: unknown = Array.isArray(value) ? value[value.length - 1] : value;
  return typeof last === 'string' ? last : undefined;
}

function severity(value: string | undefined): Severity | undefined {
  return value === 'error' || value === 'info' || value === 'warning' ? value : undefined;
}

function shell(value: string | undefined): Shell | undefined {
  return value === 'dash' || value === 'bash' || value === 'ash' ? value : undefined;
}
