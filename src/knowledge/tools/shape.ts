/** What a command does to the artifact. */
export type Role =
  /** Makes a program, library or bundle that ships. */
  | 'compile'
  /** Installs the project's own dependency sets (npm ci, composer install, pip install -r). */
  | 'install-dependencies'
  /** Installs packages that are named on the command line (apt-get, gem install, npm i -g). */
  | 'install-packages'
  /** Derives files that ship from the project (assets:precompile, collectstatic, artisan config:cache). */
  | 'generate'
  /** Brings files from one place to another (cp, mv, ln, tar x). */
  | 'copy'
  /** Takes files away. */
  | 'remove'
  /** Changes files in place (sed -i, tee, patch). */
  | 'edit'
  /** Runs tests and leaves nothing that ships. */
  | 'test'
  /** Looks and prints; no effect on the image beyond what its output is redirected to. */
  | 'check'
  /** Gets something from the network (curl, git clone). */
  | 'fetch'
  /** Users, permissions, folders, settings of tools. */
  | 'configure'
  /** Takes away caches that nobody ships on purpose. */
  | 'clean'
  /** Starts a program whose effect is its own (node server.js, java -jar): what CMD does, opaque in RUN. */
  | 'run';

/** What a command says, once its words are sorted. */
export interface ToolCall {
  /** The key of the facts about it (`go`, `npm`, `cc`); one of `toolchains()`. */
  readonly toolchain: string;
  /** The command's name without folder, version and target triple (`gcc` for `/usr/bin/x86_64-linux-gnu-gcc-12`). */
  readonly command: string;
  readonly role: Role;
  /** `build`, `install`, `run build`, `assets:precompile`; `''` when the tool has none. */
  readonly subcommand: string;
  /** Names of the options, without values: `-o`, `--omit`, `-DFOO`. */
  readonly options: readonly string[];
  /** Words that are neither options, nor their values, nor the subcommand. */
  readonly operands: readonly string[];
  /** What is read to be copied (roles copy, generate and fetch); relative to the working folder or absolute; empty when unknown. */
  readonly inputs: readonly string[];
  /**
   * Path prefixes written, relative to the working folder (`.` is all of it) or absolute. Empty: unknown, may be anywhere
   * (roles test and check write nothing). `/dev/stdout`: only the output.
   */
  readonly outputs: readonly string[];
  /**
   * For install-dependencies: which sets are in, in a canonical spelling (`production`, `all`, `without test`,
   * `requirements: dev.txt`); equal strings are equal sets.
   */
  readonly dependencyScope?: string;
  /** For install-dependencies: whether sets for development or tests are in; absent when that cannot be known. */
  readonly includesDevelopment?: boolean;
}

/** An environment that a tool reads: undefined for a variable that is not set. */
export type ReadEnv = (name: string) => string | undefined;

/** An option as it stands in the words: `-o x`, `-o=x` and `--omit=dev` have a value, `-race` has none. */
export interface Option {
  readonly name: string;
  readonly value: string | undefined;
}

/** The words of one command, sorted. */
export interface Parsed {
  /** The path that the command was called by. */
  readonly path: string;
  readonly subcommand: string;
  readonly options: readonly Option[];
  readonly operands: readonly string[];
  readonly env: ReadEnv;
}

/** The facts that a rule about a command can give; all parts are optional but the role. */
export interface Answer {
  readonly role: Role;
  readonly subcommand?: string;
  /** Operands, when some of them are not (the script of sed). */
  readonly operands?: readonly string[];
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly dependencyScope?: string;
  readonly includesDevelopment?: boolean | undefined;
}

/** A role alone, or what follows from the words; undefined is a call that we cannot judge. */
export type Verdict = Role | ((call: Parsed) => Answer | undefined);

/** One tool: what its words mean. Lists are texts of names with blanks between them; they are split when first asked for. */
export interface Tool {
  readonly toolchain: string;
  /** Options whose value is the next word. */
  readonly valued?: string;
  /** Options without effect on the artifact, besides those that all tools share. */
  readonly neutral?: string;
  /** Subcommands of one or more words (`mod download`); the longest that fits is taken. */
  readonly subcommands?: Readonly<Record<string, Verdict>>;
  /** Called for every other first operand; absent: such a call is opaque. */
  readonly otherwise?: Verdict;
  /** Called without any operand; absent: as `otherwise`. */
  readonly bare?: Verdict;
  /** Variables that it reads without being told: names, or prefixes ending in `*`; for all roles that make something, or by role. */
  readonly reads?: string | Readonly<Partial<Record<Role, string>>>;
  /**
   * What follows a single dash: `letters` may be run together (`-rf`, coreutils), `words` are long names (`-ldflags`, go
   * and java); otherwise a letter with its value glued on (`-j4`).
   */
  readonly dash?: 'letters' | 'words';
}

/** The value of the last of these options, or undefined. */
export function optionValue(call: Parsed, ...names: readonly string[]): string | undefined {
  let value: string | undefined;
  for (const option of call.options) if (names.includes(option.name)) value = option.value ?? value;
  return value;
}

/** The values of all of these options. */
export function optionValues(call: Parsed, ...names: readonly string[]): readonly string[] {
  return call.options.flatMap((option) =>
    names.includes(option.name) && option.value !== undefined ? [option.value] : [],
  );
}

/** Whether one of these options is there, with any value but an explicit no. */
export function has(call: Parsed, ...names: readonly string[]): boolean {
  let found = false;
  for (const option of call.options) {
    if (names.includes(option.name)) found = !/^(?:false|0|no|off)$/i.test(option.value ?? '');
  }
  return found;
}

/** A path below a folder; an absolute path stays. */
export function under(folder: string | undefined, path: string): string {
  if (folder === undefined || folder === '' || folder === '.' || path.startsWith('/')) return path;
  return path === '.' ? folder : `${folder.replace(/\/+$/, '')}/${path.replace(/^\.\//, '')}`;
}

const split = new Map<string, ReadonlySet<string>>();

/** The names of a text with blanks between them; split once. */
export function splitNames(text: string | undefined): ReadonlySet<string> {
  if (text === undefined) return split.get('') ?? splitNames('');
  let names = split.get(text);
  if (names === undefined) {
    names = new Set(text.split(' ').filter((name) => name !== ''));
    split.set(text, names);
  }
  return names;
}

/** Every name of the text as a subcommand with the same meaning. */
export function each(text: string, verdict: Verdict): Record<string, Verdict> {
  const table: Record<string, Verdict> = {};
  for (const name of splitNames(text)) table[name] = verdict;
  return table;
}
