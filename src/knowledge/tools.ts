import { COREUTILS } from './tools/coreutils.js';
import { JAVASCRIPT } from './tools/javascript.js';
import { MANAGED } from './tools/managed.js';
import { NATIVE } from './tools/native.js';
import { PACKAGES } from './tools/packages.js';
import { PHP_RUBY } from './tools/php-ruby.js';
import { PYTHON } from './tools/python.js';
import {
  type Answer,
  type Option,
  type Parsed,
  type ReadEnv,
  type Role,
  splitNames,
  type Tool,
  type ToolCall,
  type Verdict,
} from './tools/shape.js';
import { baseName, launched, peelWrapper } from './tools/wrappers.js';

/**
 * The table of commands: what a command of a build does to the artifact.
 *
 * `describeCall` sorts the words of one expanded command into subcommand, options and operands and looks up what that
 * means. A word that is only partly known may be given as it is; a command name that is not known gives undefined, which
 * reads "may do anything". Launchers (`npx`, `bundle exec`, `python -m`) and wrappers (`env`, `sudo`) are looked through.
 */

export type { Answer, Option, Parsed, ReadEnv, Role, Tool, ToolCall, Verdict } from './tools/shape.js';
export {
  type Peeled,
  peelWrapper,
  type ShellName,
  type ShellScript,
  shellFileOf,
  shellScriptOf,
} from './tools/wrappers.js';

const TABLES: readonly Readonly<Record<string, Tool>>[] = [
  COREUTILS,
  PACKAGES,
  NATIVE,
  JAVASCRIPT,
  PHP_RUBY,
  PYTHON,
  MANAGED,
];

function entry(name: string): Tool | undefined {
  for (const table of TABLES) if (Object.hasOwn(table, name)) return table[name];
  return undefined;
}

/** Programs that projects carry along, so that a path into the project may mean them: `./gradlew`, `bin/rails`. */
const CARRIED = new Set(
  'gradlew mvnw rails rake bundle console artisan manage.py setup.py configure Configure config.status autogen.sh bootstrap.sh rebar3 sbt lein yarn composer composer.phar phpunit webpack spring ninja bazelisk bazel flutter'.split(
    ' ',
  ),
);

/** The name that the table knows a command by, or undefined when the path leads to something of the project's own. */
function commandName(path: string): string | undefined {
  const name = baseName(path).replace(/\.(?:exe|cmd|bat)$/i, '');
  if (path.includes('/')) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    // `./install` and `bin/test` are scripts of the project, not coreutils; /usr/bin/install and venv/bin/pip are tools.
    const own = !/(?:^|\/)\.?s?bin$/.test(folder) || /^(?:\.\/)?s?bin$/.test(folder);
    if (own && !CARRIED.has(name)) return undefined;
    if (name === 'mix' && folder.endsWith('.bin')) return 'laravel-mix';
  }
  if (entry(name) !== undefined) return name;
  const bare = name
    // x86_64-linux-gnu-gcc, arm-none-eabi-g++, x86_64-alpine-linux-musl-gcc, musl-gcc
    .replace(
      /^(?:[a-z0-9_]+-){1,4}(?=(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|ar|strip|objcopy|ranlib)(?:-[\d.]+)?$)/,
      '',
    )
    // gcc-12, python3.11, pip3, php82, ruby3.2, clang++-15
    .replace(/(?<=[a-z+])-?\d+(?:\.\d+)*[a-z]?$/, '');
  if (bare === '') return undefined;
  return entry(bare) === undefined ? name : bare;
}

interface Words {
  readonly options: readonly Option[];
  readonly operands: readonly string[];
}

/** Sorts words into options with their values and operands. */
function sortWords(words: readonly string[], tool: Tool): Words {
  const valued = splitNames(tool.valued);
  const options: Option[] = [];
  const operands: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      operands.push(...words.slice(index + 1));
      break;
    }
    if (!/^-./.test(word)) {
      operands.push(word);
      continue;
    }
    if (valued.has(word)) {
      options.push({ name: word, value: words[++index] });
      continue;
    }
    const equals = word.indexOf('=');
    if (equals !== -1 && (word.startsWith('--') || tool.dash !== 'letters')) {
      options.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
    } else if (word.startsWith('--') || tool.dash === 'words') {
      options.push({ name: word, value: undefined });
    } else if (tool.dash === 'letters') {
      for (let at = 1; at < word.length; at++) {
        const name = `-${word[at]}`;
        if (!valued.has(name)) options.push({ name, value: undefined });
        else {
          options.push({ name, value: at + 1 < word.length ? word.slice(at + 1) : words[++index] });
          break;
        }
      }
    } else if (word.length > 2 && valued.has(word.slice(0, 2))) {
      options.push({ name: word.slice(0, 2), value: word.slice(2) });
    } else options.push({ name: word, value: undefined });
  }
  return { options, operands };
}

function verdictOf(
  tool: Tool,
  operands: readonly string[],
): { readonly verdict: Verdict; readonly length: number } | undefined {
  if (tool.subcommands !== undefined) {
    for (let length = Math.min(3, operands.length); length > 0; length--) {
      const key = operands.slice(0, length).join(' ');
      const verdict = Object.hasOwn(tool.subcommands, key) ? tool.subcommands[key] : undefined;
      if (verdict !== undefined) return { verdict, length };
    }
  }
  const verdict = operands.length === 0 ? (tool.bare ?? tool.otherwise) : tool.otherwise;
  if (verdict === undefined) return undefined;
  return { verdict, length: tool.subcommands === undefined || operands.length === 0 ? 0 : 1 };
}

const HELP = new Set(['--version', '--help', '-version', '-help']);

/** Tools by their names, as plugins add them. */
export type ToolTable = Readonly<Record<string, Tool>>;

/** What a command is, from its expanded words and its environment; undefined when neither we nor `more` know it. */
export function describeCall(argv: readonly string[], env: ReadEnv, more: ToolTable = {}): ToolCall | undefined {
  let words = argv;
  let read = env;
  // Launchers and wrappers may be nested; nobody nests more than a few.
  for (let depth = 0; depth < 8; depth++) {
    const name = commandName(words[0] ?? '');
    const inner = name === undefined ? undefined : launched(name, words);
    if (inner !== undefined) {
      words = inner;
      continue;
    }
    const peeled = peelWrapper(words);
    if (peeled === undefined) return name === undefined ? undefined : describeTool(name, words, read, more);
    const outer = read;
    words = peeled.argv;
    read = (key) => {
      if (Object.hasOwn(peeled.env, key)) return peeled.env[key];
      return peeled.clears || peeled.unset.includes(key) ? undefined : outer(key);
    };
  }
  return undefined;
}

function describeTool(name: string, argv: readonly string[], env: ReadEnv, more: ToolTable): ToolCall | undefined {
  const tool = entry(name) ?? (Object.hasOwn(more, name) ? more[name] : undefined);
  if (tool === undefined) return undefined;
  // `cargo +nightly build`: rustup's choice of a toolchain stands before everything else.
  const start = /^\+/.test(argv[1] ?? '') && (tool.toolchain === 'cargo' || tool.toolchain === 'rustc') ? 2 : 1;
  const { options, operands } = sortWords(argv.slice(start), tool);
  const optionNames = options.map((option) => option.name);
  const base = { toolchain: tool.toolchain, command: name, options: optionNames };
  if (optionNames.some((option) => HELP.has(option)) && tool.toolchain !== 'coreutils') {
    return { ...base, role: 'check', subcommand: '', operands, inputs: [], outputs: [] };
  }
  const found = verdictOf(tool, operands);
  if (found === undefined) return undefined;
  const subcommand = operands.slice(0, found.length).join(' ');
  const rest = operands.slice(found.length);
  const call: Parsed = { path: argv[0] ?? '', subcommand, options, operands: rest, env };
  const answer: Answer | undefined = typeof found.verdict === 'string' ? { role: found.verdict } : found.verdict(call);
  if (answer === undefined) return undefined;
  return {
    ...base,
    role: answer.role,
    subcommand: answer.subcommand ?? subcommand,
    operands: answer.operands ?? rest,
    inputs: answer.inputs ?? [],
    outputs: answer.outputs ?? [],
    ...(answer.dependencyScope === undefined ? {} : { dependencyScope: answer.dependencyScope }),
    ...(answer.includesDevelopment === undefined ? {} : { includesDevelopment: answer.includesDevelopment }),
  };
}

/** Options that say how much is printed, in every tool; tools that mean something else by them are listed apart. */
const QUIET =
  '--quiet --verbose --silent --color --colour --no-color --no-colour --colors --progress --no-progress --no-interaction --yes --assume-yes --ansi --no-ansi';

/**
 * Whether a word leaves the artifact as it is: `-j4`, `--quiet`, `--no-audit`.
 *
 * An option with its value in the next word is given as both, joined by a blank or `=` (`-p 2`, `--cache=/x`); `takesValue`
 * says when that is so. Values and operands alone are never neutral.
 */
export function isNeutralWord(call: ToolCall, word: string): boolean {
  const tool = entry(call.command);
  if (tool === undefined) return false;
  // `make V=1` prints more.
  if (!word.startsWith('-')) return tool.toolchain === 'make' && /^(?:V|VERBOSE|Q|QUIET|JOBS)=/.test(word);
  const name = word.slice(0, /[=\s]|$/.exec(word)?.index);
  const neutral = splitNames(tool.neutral);
  // Some options are neutral with one value only: `-x test`.
  if (neutral.has(word.replace(/\s+/, '='))) return true;
  if (neutral.has(name) || splitNames(QUIET).has(name)) return true;
  if (name.startsWith('--')) return false;
  if (tool.dash === 'letters') return [...name.slice(1)].every((letter) => neutral.has(`-${letter}`));
  // A letter with its value glued on, `-j4`; but in `-v1.2` or `-quick` the letter is another option's first.
  return name.length > 2 && /^-[a-zA-Z]\d+$/.test(name) && neutral.has(name.slice(0, 2));
}

/** Whether a variable of a makefile holds options of the compiler or linker of C and C++ (`CFLAGS`, `MYLDFLAGS`). */
export function isCompilerFlags(name: string): boolean {
  return /(?:^|_|MY|EXTRA|USER)(?:C|CXX|CPP|LD|AS)FLAGS$/.test(name);
}

/** Whether the value of this option is the next word, so that the two are judged as one (`-gcflags 'all=-N -l'`). */
export function takesValue(call: ToolCall, word: string): boolean {
  const tool = entry(call.command);
  return tool !== undefined && splitNames(tool.valued).has(word);
}

/** Roles whose result cannot depend on what a tool reads, as there is none. */
const WITHOUT_RESULT = new Set<Role>(['test', 'check', 'clean', 'remove', 'configure', 'copy', 'edit']);

const reads = new Map<string, readonly string[]>();

/** The variables that a tool reads without being told: names, or prefixes ending in `*` (semantics 2.9). */
export function implicitReads(toolchain: string, role: Role, subcommand: string): readonly string[] {
  if (WITHOUT_RESULT.has(role)) return [];
  const key = `${toolchain} ${role} ${toolchain === 'mix' ? subcommand : ''}`;
  const known = reads.get(key);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const table of TABLES) {
    for (const tool of Object.values(table)) {
      if (tool.toolchain !== toolchain || tool.reads === undefined) continue;
      const text = typeof tool.reads === 'string' ? tool.reads : (tool.reads[role] ?? '');
      for (const name of splitNames(text)) names.add(name);
    }
  }
  // `mix deps.get` takes the sets of all environments, whatever MIX_ENV says.
  if (toolchain === 'mix' && subcommand === 'deps.get') names.delete('MIX_ENV');
  const found = [...names];
  reads.set(key, found);
  return found;
}

/** All toolchains of the table, and `environment` for what any program may read. */
export function toolchains(): readonly string[] {
  return [
    ...new Set(['environment', ...TABLES.flatMap((table) => Object.values(table).map((tool) => tool.toolchain))]),
  ].sort();
}
