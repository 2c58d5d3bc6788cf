/** What a flag changes about the artifact. */
export type FlagCategory =
  | 'race-detector'
  | 'sanitizer'
  | 'coverage'
  | 'debug-info'
  | 'optimization'
  | 'assertions'
  /** Different source is compiled: Go tags, cargo features, -D, DefineConstants. */
  | 'build-tags'
  | 'dependencies'
  | 'linkage'
  | 'source-maps'
  | 'minification'
  | 'debugger'
  | 'profiling'
  | 'hardening'
  /** A named bundle of settings: Release, --mode production, MIX_ENV. */
  | 'build-mode'
  | 'version-stamp'
  /** Values or files of one environment become part of the artifact. */
  | 'embedded-configuration'
  /** What the program does when it starts: RAILS_ENV, NODE_ENV, APP_DEBUG. */
  | 'runtime-mode'
  | 'hot-reload'
  | 'test-code'
  /** Instructions for the machine that built it: -march=native. */
  | 'code-generation'
  | 'logging';

/** How bad it is that a flag is in an image that ships. */
export type FlagSeverity = 'error' | 'warning' | 'info' | 'none';

/** Which kind of environment a flag is made for. */
export type FlagPolarity = 'development' | 'production' | 'neutral';

/**
 * How a fact is recognised, and what `matches` is asked: `option` and `define` one word of the command (or an option and
 * its separate value, joined by a blank or `=`); `variable` the value of the variable `name`; `command` the command and its
 * subcommand (`vite dev`); `file` a path or a line of a settings file; `absence` each word: the fact holds when none of
 * them matches (and, with a `name`, when that variable has no value either).
 */
export type FlagKind = 'option' | 'variable' | 'define' | 'command' | 'file' | 'absence';

/** A fact as the tables spell it. */
export interface FlagRow {
  readonly kind: FlagKind;
  /** As shown to users: `-race`, `NODE_ENV=production`, `(no --release)`. */
  readonly flag: string;
  readonly pattern: RegExp;
  readonly category: FlagCategory;
  readonly severity: FlagSeverity;
  readonly polarity: FlagPolarity;
  /** One sentence, with the figure when there is one. */
  readonly effect: string;
  /** Where the effect is documented. */
  readonly source: string;
  /** Variables it is about (kinds variable and absence), with blanks between them; a name may end in `*`. */
  readonly name?: string;
  /** Values of `name` that make an absence go away; without it any value does. */
  readonly value?: RegExp;
  /** Subcommands with `|` between them; absent: all compile commands of the toolchain. */
  readonly commands?: string;
  /** Facts of one group exclude each other: the last word wins. */
  readonly group?: string;
  /** The source was read for this. */
  readonly verified?: boolean;
}

type More = Pick<FlagRow, 'name' | 'value' | 'commands' | 'group' | 'verified'>;

/** A fact about an option of a command. */
export function option(
  flag: string,
  pattern: RegExp,
  category: FlagCategory,
  severity: FlagSeverity,
  polarity: FlagPolarity,
  effect: string,
  source: string,
  more: More = {},
): FlagRow {
  return { kind: 'option', flag, pattern, category, severity, polarity, effect, source, ...more };
}

/** A fact about a definition (`-DNDEBUG`). */
export function define(
  flag: string,
  pattern: RegExp,
  category: FlagCategory,
  severity: FlagSeverity,
  polarity: FlagPolarity,
  effect: string,
  source: string,
  more: More = {},
): FlagRow {
  return { kind: 'define', flag, pattern, category, severity, polarity, effect, source, ...more };
}

/** A fact about the value of a variable. */
export function variable(
  name: string,
  value: string,
  pattern: RegExp,
  category: FlagCategory,
  severity: FlagSeverity,
  polarity: FlagPolarity,
  effect: string,
  source: string,
  more: More = {},
): FlagRow {
  return {
    kind: 'variable',
    flag: `${name.split(' ')[0] ?? name}=${value}`,
    pattern,
    category,
    severity,
    polarity,
    effect,
    source,
    name,
    ...more,
  };
}

/** A fact about a command as such. */
export function command(
  flag: string,
  pattern: RegExp,
  category: FlagCategory,
  severity: FlagSeverity,
  effect: string,
  source: string,
  more: More = {},
): FlagRow {
  return { kind: 'command', flag, pattern, category, severity, polarity: 'development', effect, source, ...more };
}

/** A fact about a file's name or one of its lines. */
export function file(
  flag: string,
  pattern: RegExp,
  category: FlagCategory,
  severity: FlagSeverity,
  polarity: FlagPolarity,
  effect: string,
  source: string,
  more: More = {},
): FlagRow {
  return { kind: 'file', flag, pattern, category, severity, polarity, effect, source, ...more };
}

/** A fact that holds when none of the words matches. */
export function absence(
  flag: string,
  unless: RegExp,
  category: FlagCategory,
  severity: FlagSeverity,
  effect: string,
  source: string,
  more: More = {},
): FlagRow {
  return {
    kind: 'absence',
    flag,
    pattern: unless,
    category,
    severity,
    polarity: 'development',
    effect,
    source,
    ...more,
  };
}
