import * as go from './flags/go.js';
import * as javascript from './flags/javascript.js';
import * as managed from './flags/managed.js';
import * as native from './flags/native.js';
import * as phpRuby from './flags/php-ruby.js';
import * as python from './flags/python.js';
import * as rust from './flags/rust.js';
import type { FlagCategory, FlagKind, FlagPolarity, FlagRow, FlagSeverity } from './flags/shape.js';

/**
 * Build flags and variables: what they do to the artifact, and how bad that is in an image that ships.
 *
 * A fact is asked about one expanded word. An option whose value is the next word is asked about as both joined by a blank
 * or by `=` (`-gcflags all=-N`, `--profile dev`); `takesValue` of the tools says when. `flagFactsOf` does all that for a
 * whole command, and lets the last of options that exclude each other win (`-O0 … -O2`).
 *
 * The facts are the catalogue's, with every entry gone through again; `verified` says that the source was read.
 */

export type { FlagCategory, FlagKind, FlagPolarity, FlagSeverity } from './flags/shape.js';

/** What is known of one flag, variable, file or missing option. */
export interface FlagFact {
  readonly toolchain: string;
  readonly kind: FlagKind;
  /** As shown to users: `-race`, `NODE_ENV=production`, `(no --release)`. */
  readonly flag: string;
  /** For variables the value, for absences the word whose absence it is; see FlagKind. */
  matches(word: string): boolean;
  /** The variables that it is about, for variables and some absences; a name may end in `*`. */
  readonly names: readonly string[];
  /** Subcommands that it applies to; empty: all that compile. */
  readonly commands: readonly string[];
  readonly category: FlagCategory;
  readonly severity: FlagSeverity;
  readonly polarity: FlagPolarity;
  /** One sentence of at most 160 characters. */
  readonly effect: string;
  readonly source: string;
  readonly verified: boolean;
  /** Facts of one toolchain with the same group exclude each other; the last word wins. */
  readonly group?: string;
  /** For absences with names: values that make the absence go away; without it any value does. */
  supplies?(value: string): boolean;
}

const ROWS: Readonly<Record<string, readonly FlagRow[]>> = {
  go: [...go.go, ...go.goRun],
  'go-tools': go.goTools,
  tinygo: go.go,
  cargo: rust.cargo,
  rustc: rust.rustc,
  cc: native.cc,
  cmake: native.cmake,
  meson: native.meson,
  autotools: native.autotools,
  make: native.make,
  bazel: native.bazel,
  buck2: native.buck2,
  swift: native.swift,
  zig: native.zig,
  nim: native.nim,
  dub: native.dub,
  crystal: native.crystal,
  dune: native.dune,
  stack: native.stack,
  cabal: native.cabal,
  ghc: native.ghc,
  debian: native.debian,
  npm: javascript.npm,
  yarn: javascript.yarn,
  pnpm: javascript.pnpm,
  bun: javascript.bun,
  node: javascript.node,
  'node-dev': javascript.nodeDev,
  webpack: javascript.webpack,
  vite: javascript.vite,
  esbuild: javascript.esbuild,
  rollup: javascript.rollup,
  parcel: javascript.parcel,
  next: javascript.next,
  nuxt: javascript.nuxt,
  'react-scripts': javascript.reactScripts,
  'vue-cli': javascript.vueCli,
  angular: javascript.angular,
  tsc: javascript.tsc,
  babel: javascript.babel,
  istanbul: javascript.istanbul,
  'laravel-mix': javascript.laravelMix,
  ember: javascript.ember,
  elm: javascript.elm,
  pip: python.pip,
  poetry: python.poetry,
  uv: [...python.uv, ...python.pip],
  pipenv: python.pipenv,
  pdm: python.pdm,
  conda: python.conda,
  python: python.python,
  'python-tools': python.pythonTools,
  'python-dev': python.pythonDev,
  django: python.django,
  flask: python.flask,
  asgi: python.asgi,
  bundler: phpRuby.bundler,
  rails: phpRuby.rails,
  ruby: phpRuby.ruby,
  composer: phpRuby.composer,
  php: phpRuby.php,
  'php-extension': phpRuby.phpExtension,
  symfony: phpRuby.symfony,
  laravel: phpRuby.laravel,
  maven: managed.maven,
  gradle: managed.gradle,
  java: managed.java,
  kotlin: managed.kotlin,
  scala: managed.scala,
  sbt: managed.sbt,
  dotnet: managed.dotnet,
  coverlet: managed.coverlet,
  mix: managed.mix,
  rebar3: managed.rebar3,
  flutter: managed.flutter,
  dart: managed.dart,
  apt: managed.apt,
  apk: managed.apt,
  dnf: managed.apt,
  docker: managed.docker,
  environment: managed.environment,
};

const WEIGHT: Readonly<Record<FlagSeverity, number>> = { error: 0, warning: 1, info: 2, none: 3 };

const facts = new Map<string, readonly FlagFact[]>();

function factOf(toolchain: string, row: FlagRow): FlagFact {
  const { kind, flag, category, severity, polarity, effect, source, group, pattern, value } = row;
  return {
    toolchain,
    kind,
    flag,
    category,
    severity,
    polarity,
    effect,
    source,
    verified: row.verified ?? false,
    names: row.name?.split(' ') ?? [],
    commands: row.commands?.split('|') ?? [],
    matches: (word) => pattern.test(word),
    ...(group === undefined ? {} : { group }),
    ...(kind === 'absence' && row.name !== undefined
      ? { supplies: (text: string) => (value === undefined ? text !== '' : value.test(text)) }
      : {}),
  };
}

/** All facts about a toolchain, the gravest first; empty when nothing is known. */
export function flagsOf(toolchain: string): readonly FlagFact[] {
  let known = facts.get(toolchain);
  if (known === undefined) {
    const rows = Object.hasOwn(ROWS, toolchain) ? (ROWS[toolchain] ?? []) : [];
    known = rows.map((row) => factOf(toolchain, row)).sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
    facts.set(toolchain, known);
  }
  return known;
}

/** The toolchains that there are facts about. */
export function flagToolchains(): readonly string[] {
  return Object.keys(ROWS);
}

function applies(fact: FlagFact, subcommand: string): boolean {
  if (fact.commands.length === 0) return true;
  // `build apk` is a build; goals of maven and tasks of rebar3 are a list.
  return fact.commands.some((name) => subcommand === name || (name !== '' && ` ${subcommand} `.includes(` ${name} `)));
}

/** Words that carry options of the C compiler: `make CFLAGS=-O0`, `cmake -DCMAKE_CXX_FLAGS=-pg`, `meson -Dc_args=-g`. */
const COMPILER_WORD =
  /^(?:-D ?CMAKE_(?:C|CXX|EXE_LINKER|SHARED_LINKER)_FLAGS(?:_\w+)?(?::\w+)?|-D ?(?:c|cpp)(?:_link)?_args|(?:C|CXX|CPP|LD)FLAGS)=(.*)$/s;

/** Facts about the compiler options inside one word of make, cmake, meson or configure. */
function carriedIn(toolchain: string, word: string): readonly FlagFact[] {
  if (!/^(?:make|cmake|meson|autotools)$/.test(toolchain)) return [];
  const value = COMPILER_WORD.exec(word)?.[1];
  return value === undefined ? [] : flagFactsOf('cc', '', splitWords(value));
}

/** The gravest fact about one word of a command (or an option and its value, joined by a blank or `=`). */
export function flagOf(toolchain: string, subcommand: string, word: string): FlagFact | undefined {
  const own = flagsOf(toolchain).find(
    (fact) => (fact.kind === 'option' || fact.kind === 'define') && applies(fact, subcommand) && fact.matches(word),
  );
  return own ?? gravestOf(carriedIn(toolchain, word));
}

function gravestOf(some: readonly FlagFact[]): FlagFact | undefined {
  let gravest: FlagFact | undefined;
  for (const fact of some)
    if (gravest === undefined || WEIGHT[fact.severity] < WEIGHT[gravest.severity]) gravest = fact;
  return gravest;
}

/** What holds about the words of one command, in the order of the words; of a group only the last, and no absences. */
export function flagFactsOf(toolchain: string, subcommand: string, words: readonly string[]): readonly FlagFact[] {
  const found = new Map<string, FlagFact>();
  for (const word of unitsOf(words)) {
    for (const fact of carriedIn(toolchain, word)) found.set(`carried ${fact.flag}`, fact);
    for (const fact of flagsOf(toolchain)) {
      if ((fact.kind !== 'option' && fact.kind !== 'define') || !applies(fact, subcommand) || !fact.matches(word))
        continue;
      const key = fact.group === undefined ? `fact ${fact.flag}` : `group ${fact.group}`;
      found.delete(key);
      found.set(key, fact);
      // The gravest that fits the word speaks for its group; other facts may hold beside it (`-gcflags=-N -l`).
      if (fact.group !== undefined) break;
    }
  }
  return [...found.values()];
}

/** Every word, and every option together with the word after it. */
function unitsOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1];
    return next !== undefined && (/^-/.test(word) || word === 'as') ? [word, `${word} ${next}`] : [word];
  });
}

/** Whether a name is one of these, some of which are prefixes (`VITE_*`). */
function named(names: readonly string[], name: string): boolean {
  return names.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
}

/** Variables whose value is words of a command line. */
const CARRIERS: Readonly<Record<string, readonly [toolchain: string, subcommand: string]>> = {
  GOFLAGS: ['go', 'build'],
  CFLAGS: ['cc', ''],
  CXXFLAGS: ['cc', ''],
  CPPFLAGS: ['cc', ''],
  LDFLAGS: ['cc', ''],
  CGO_CFLAGS: ['cc', ''],
  CGO_CXXFLAGS: ['cc', ''],
  CGO_CPPFLAGS: ['cc', ''],
  CGO_LDFLAGS: ['cc', ''],
  PHP_CFLAGS: ['cc', ''],
  RUSTFLAGS: ['rustc', ''],
  CARGO_BUILD_RUSTFLAGS: ['rustc', ''],
  NODE_OPTIONS: ['node', ''],
  JAVA_TOOL_OPTIONS: ['java', ''],
  JDK_JAVA_OPTIONS: ['java', ''],
  JAVA_OPTS: ['java', ''],
  CATALINA_OPTS: ['java', ''],
  MAVEN_ARGS: ['maven', ''],
};

/** Facts made from carried words; kept, so that the same question has the same answer object. */
const carried = new Map<string, Map<FlagFact, FlagFact>>();

function carriedFact(name: string, fact: FlagFact): FlagFact {
  let byFact = carried.get(name);
  if (byFact === undefined) {
    byFact = new Map();
    carried.set(name, byFact);
  }
  let made = byFact.get(fact);
  if (made === undefined) {
    made = {
      ...fact,
      kind: 'variable',
      flag: `${name}=${fact.flag}`,
      names: [name],
      commands: [],
      matches: (value) => flagFactsOf(fact.toolchain, carrierOf(name)?.[1] ?? '', splitWords(value)).includes(fact),
    };
    byFact.set(fact, made);
  }
  return made;
}

function carrierOf(name: string): readonly [toolchain: string, subcommand: string] | undefined {
  return Object.hasOwn(CARRIERS, name) ? CARRIERS[name] : undefined;
}

/** The words of a variable that carries options; quotes keep blanks inside a word, as GOFLAGS and shells have it. */
function splitWords(value: string): readonly string[] {
  return (value.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map((word) => word.replace(/['"]/g, ''));
}

/** Toolchains that a variable with options of another one reaches: CFLAGS is read by configure, cmake, meson and cgo. */
const REACHES: Readonly<Record<string, string>> = {
  cc: 'cc autotools cmake meson make go pip uv cargo php-extension debian',
  rustc: 'rustc cargo maturin wasm-pack trunk',
  go: 'go',
  node: 'node npm yarn pnpm bun webpack vite next nuxt angular',
  java: 'java maven gradle sbt leiningen ant',
  maven: 'maven',
};

/** What the value of a variable does to what a toolchain makes: `GOFLAGS=-race`, `NODE_ENV=production`, `CGO_ENABLED=0`. */
export function variableFact(toolchain: string, name: string, value: string): FlagFact | undefined {
  const own = flagsOf(toolchain).find(
    (fact) => fact.kind === 'variable' && named(fact.names, name) && fact.matches(value),
  );
  const carrier = carrierOf(name);
  if (carrier === undefined || !(REACHES[carrier[0]] ?? '').split(' ').includes(toolchain)) return own;
  const inside = gravestOf(flagFactsOf(carrier[0], carrier[1], splitWords(value)));
  if (inside === undefined || (own !== undefined && WEIGHT[own.severity] <= WEIGHT[inside.severity])) return own;
  return carriedFact(name, inside);
}

/** What the value of a variable says to whatever program may read it, the gravest first: for ENV in an image that ships. */
export function anyVariableFact(name: string, value: string): FlagFact | undefined {
  return gravestOf(
    flagToolchains().flatMap((toolchain) => {
      const fact = variableFact(toolchain, name, value);
      return fact === undefined ? [] : [fact];
    }),
  );
}

/**
 * What the lack of an option means: cargo without `--release`, uv without `--no-dev`.
 *
 * `words` are all words of the command after its name. `env`, when given, says which variables stand in for the option.
 */
export function absenceFact(
  toolchain: string,
  subcommand: string,
  words: readonly string[],
  env?: (name: string) => string | undefined,
): FlagFact | undefined {
  const units = unitsOf(words);
  return flagsOf(toolchain).find((fact) => {
    if (fact.kind !== 'absence' || !applies(fact, subcommand) || units.some((word) => fact.matches(word))) return false;
    return !fact.names.some((name) => {
      const value = env?.(name);
      return value !== undefined && fact.supplies?.(value) === true;
    });
  });
}

/** What a command says by itself, from its name and subcommand: `vite dev`, `dlv`, `go run`. */
export function commandFact(toolchain: string, commandName: string, subcommand: string): FlagFact | undefined {
  const text = subcommand === '' ? commandName : `${commandName} ${subcommand}`;
  return flagsOf(toolchain).find((fact) => fact.kind === 'command' && fact.matches(text));
}

/** What a file says by its name or by one of its lines: `php.ini-development`, `opcache.enable=0`. */
export function fileFact(toolchain: string, text: string): FlagFact | undefined {
  return flagsOf(toolchain).find((fact) => fact.kind === 'file' && fact.matches(text));
}
