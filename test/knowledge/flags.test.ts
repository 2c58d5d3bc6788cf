import { describe, expect, test } from 'vitest';
import {
  absenceFact,
  anyVariableFact,
  commandFact,
  fileFact,
  flagFactsOf,
  flagOf,
  flagsOf,
  flagToolchains,
  variableFact,
} from '../../src/knowledge/flags.js';
import { toolchains } from '../../src/knowledge/tools.js';

const ALL = flagToolchains().flatMap((toolchain) => flagsOf(toolchain));

describe('the tables', () => {
  test('every toolchain has commands', () => {
    const known = new Set(toolchains());
    expect(flagToolchains().filter((name) => !known.has(name))).toEqual([]);
  });
  test('effects are one sentence of at most 160 characters', () => {
    const bad = ALL.filter(
      ({ effect }) =>
        effect.length > 160 ||
        !/^[A-Z-]|^(?:assert|bundler|cargo|composer|dotnet|go|mix|pdm|poetry|uv|next|noopt|libFuzzer|gcov|display|__)/.test(
          effect,
        ) ||
        !effect.endsWith('.') ||
        /[.!?] [A-Z]/.test(effect),
    );
    expect(bad.map(({ flag, effect }) => `${flag}: ${effect}`)).toEqual([]);
  });
  test('sources are addresses', () => {
    expect(ALL.filter(({ source }) => !/^https:\/\/\S+$/.test(source)).map(({ flag }) => flag)).toEqual([]);
  });
  test('no fact is there twice', () => {
    const keys = ALL.map((fact) =>
      [fact.toolchain, fact.kind, fact.flag, fact.commands.join('|'), fact.names.join(' '), fact.effect].join(' § '),
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });
  test('facts match what they show', () => {
    const open = new Set([
      '--mode',
      '--profile',
      '--config',
      '--configuration',
      '--define',
      '--environment',
      '--env',
      '-tags',
      '-pgo',
      '-mod',
      '-buildmode',
      '-coverpkg',
      '-covermode',
      '--project',
      '--dart-define',
      '--sanitize',
      '-P',
      '-Penv',
      '--node-env',
      '--watch',
      '-p:DefineConstants',
      '-p:DebugType',
      '-p:PublishTrimmed',
      '-Zsanitizer',
      '-Dspring.profiles.active',
      '-ldflags=-X',
      '--copt=-fsanitize',
      '--settings',
      '--without',
      '~run',
    ]);
    const bad = ALL.filter((fact) => {
      if (fact.kind === 'absence' || open.has(fact.flag)) return false;
      const shown =
        fact.kind === 'variable' ? fact.flag.slice(fact.flag.indexOf('=') + 1).replace('…', 'x') : fact.flag;
      return !fact.matches(shown);
    });
    expect(bad.map(({ toolchain, flag }) => `${toolchain} ${flag}`)).toEqual([]);
  });
  test('asking twice gives the same facts', () => {
    expect(flagsOf('go')).toBe(flagsOf('go'));
    expect(variableFact('go', 'GOFLAGS', '-race')).toBe(variableFact('go', 'GOFLAGS', '-v -race'));
    expect(flagsOf('no-such-tool')).toEqual([]);
    expect(flagsOf('constructor')).toEqual([]);
  });
});

const WORDS: readonly (readonly [toolchain: string, subcommand: string, word: string, expected: string])[] = [
  ['go', 'build', '-race', 'race-detector error'],
  ['go', 'build', '--race', 'race-detector error'],
  ['go', 'build', '-race=true', 'race-detector error'],
  ['go', 'build', '-race=false', 'race-detector none'],
  ['go', 'test', '-race', 'race-detector none'],
  ['go', 'test -c', '-race', 'race-detector error'],
  ['go', 'vet', '-race', 'none'],
  ['go', 'build', '-cover', 'coverage error'],
  ['go', 'build', '-gcflags=all=-N -l', 'optimization error'],
  ['go', 'build', '-gcflags all=-N -l', 'optimization error'],
  ['go', 'build', '-gcflags=-l', 'optimization warning'],
  ['go', 'build', '-gcflags=-m', 'logging none'],
  ['go', 'build', '-ldflags=-s -w', 'debug-info info'],
  ['go', 'build', '-ldflags=-X main.v=1', 'version-stamp info'],
  ['go', 'build', '-trimpath', 'debug-info none'],
  ['go', 'build', '-mod=vendor', 'dependencies info'],
  ['go', 'build', '-v', 'none'],
  ['cc', '', '-fsanitize=address,undefined', 'sanitizer error'],
  ['cc', '', '-fsanitize=undefined', 'sanitizer warning'],
  ['cc', '', '-fsanitize=thread', 'race-detector error'],
  ['cc', '', '-O0', 'optimization warning'],
  ['cc', '', '-O2', 'optimization none'],
  ['cc', '', '-g', 'debug-info info'],
  ['cc', '', '-g0', 'none'],
  ['cc', '', '-DNDEBUG', 'assertions info'],
  ['cc', '', '-DDEBUG=0', 'none'],
  ['cc', '', '-DDEBUGGER', 'none'],
  ['cmake', 'configure', '-DCMAKE_BUILD_TYPE=debug', 'build-mode error'],
  ['cmake', 'configure', '-DCMAKE_BUILD_TYPE:STRING=Release', 'build-mode none'],
  ['cmake', 'configure', '-DENABLE_ASAN=ON', 'sanitizer error'],
  ['cmake', 'configure', '-DENABLE_ASAN=OFF', 'none'],
  ['cmake', 'configure', '-DCMAKE_CXX_FLAGS=-O2 -fsanitize=thread', 'race-detector error'],
  ['make', '', 'CFLAGS=-O0 -g', 'optimization warning'],
  ['make', '', 'RACE=1', 'race-detector error'],
  ['make', '', 'RACE=0', 'none'],
  ['cargo', 'build', '--release', 'build-mode none'],
  ['cargo', 'build', '--profile dev', 'build-mode error'],
  ['cargo', 'build', '--profile=dist', 'build-mode info'],
  ['cargo', 'install', '--debug', 'build-mode error'],
  ['npm', 'ci', '--omit=dev', 'dependencies none'],
  ['npm', 'ci', '--omit dev', 'dependencies none'],
  ['npm', 'ci', '--include=dev', 'dependencies warning'],
  ['vite', 'build', '--mode development', 'embedded-configuration info'],
  ['webpack', 'build', '--mode development', 'build-mode error'],
  ['webpack', 'build', '--mode=production', 'build-mode none'],
  ['angular', 'build', '--configuration=staging', 'embedded-configuration info'],
  ['angular', 'build', '-c production', 'build-mode none'],
  ['pip', 'install', '-r requirements-dev.txt', 'dependencies warning'],
  ['pip', 'install', '-r requirements/test.txt', 'dependencies warning'],
  ['pip', 'install', '-r requirements.txt', 'none'],
  ['pip', 'install', '-r latest/requirements.txt', 'none'],
  ['pip', 'install', '.[dev]', 'dependencies warning'],
  ['uv', 'sync', '--no-dev', 'dependencies none'],
  ['poetry', 'install', '--only main', 'dependencies none'],
  ['composer', 'install', '--no-dev', 'dependencies none'],
  ['php-extension', 'install', 'xdebug-3.3.1', 'debugger error'],
  ['php-extension', '', 'opcache', 'optimization none'],
  ['dotnet', 'publish', '-c Debug', 'build-mode error'],
  ['dotnet', 'publish', '-p:Configuration=debug', 'build-mode error'],
  ['java', '', '-agentlib:jdwp=transport=dt_socket', 'debugger error'],
  ['gradle', 'assembleDebug', 'assembleDebug', 'build-mode error'],
  ['flutter', 'build web', '--debug', 'build-mode error'],
  ['bazel', 'build', '-c dbg', 'optimization error'],
  ['docker', 'build', '--target latest', 'none'],
  ['docker', 'build', '--target test', 'build-mode warning'],
];

describe('words', () => {
  test.each(WORDS)('%s %s %s: %s', (toolchain, subcommand, word, expected) => {
    const fact = flagOf(toolchain, subcommand, word);
    expect(fact === undefined ? 'none' : `${fact.category} ${fact.severity}`).toBe(expected);
  });
  test('of a group the last word wins', () => {
    expect(flagFactsOf('cc', '', ['-O0', '-g', '-O2']).map(({ flag }) => flag)).toEqual(['-g', '-O2']);
    expect(flagFactsOf('go', 'build', ['-race', '-race=false'])).toMatchObject([{ flag: '-race=false' }]);
    expect(flagFactsOf('go', 'build', ['-gcflags', 'all=-N -l', '-o', 'x']).map(({ flag }) => flag)).toEqual([
      '-gcflags=-N',
      '-gcflags=-l',
    ]);
  });
});

const VARIABLES: readonly (readonly [toolchain: string, name: string, value: string, expected: string | undefined])[] =
  [
    ['go', 'GOFLAGS', '-race', 'GOFLAGS=-race error'],
    ['go', 'GOFLAGS', '-mod=vendor -cover', 'GOFLAGS=-cover error'],
    ['go', 'GOFLAGS', '-p=2', undefined],
    ['go', 'CGO_ENABLED', '0', 'CGO_ENABLED=0 info'],
    ['go', 'CGO_CFLAGS', '-fsanitize=address', 'CGO_CFLAGS=-fsanitize=address error'],
    ['cargo', 'RUSTFLAGS', '-Cdebug-assertions', 'RUSTFLAGS=-Cdebug-assertions warning'],
    ['cargo', 'RUSTFLAGS', '-C instrument-coverage', 'RUSTFLAGS=-Cinstrument-coverage error'],
    ['cargo', 'RUSTFLAGS', '-C debug-assertions=no', undefined],
    ['autotools', 'CFLAGS', '-g', 'CFLAGS=-g warning'],
    ['autotools', 'CFLAGS', '-g -O2', 'CFLAGS=-g info'],
    ['npm', 'NODE_ENV', 'production', 'NODE_ENV=production info'],
    ['webpack', 'NODE_ENV', 'staging', 'NODE_ENV=development error'],
    ['react-scripts', 'NODE_ENV', 'development', undefined],
    ['rails', 'RAILS_ENV', 'development', 'RAILS_ENV=development error'],
    ['mix', 'MIX_ENV', 'prod', 'MIX_ENV=prod none'],
    ['node', 'NODE_OPTIONS', '--inspect=0.0.0.0', 'NODE_OPTIONS=--inspect error'],
    ['next', 'NEXT_PUBLIC_API', 'x', 'NEXT_PUBLIC_*=… warning'],
  ];

describe('variables', () => {
  test.each(VARIABLES)('%s with %s=%s: %s', (toolchain, name, value, expected) => {
    const fact = variableFact(toolchain, name, value);
    expect(fact === undefined ? undefined : `${fact.flag} ${fact.severity}`).toBe(expected);
  });
  test('for any program', () => {
    expect(anyVariableFact('JAVA_TOOL_OPTIONS', '-agentlib:jdwp=x')?.severity).toBe('error');
    expect(anyVariableFact('PATH', '/bin')).toBeUndefined();
  });
});

describe('what is missing', () => {
  test('cargo, cmake and others', () => {
    expect(absenceFact('cargo', 'build', [])?.flag).toBe('(no --release)');
    expect(absenceFact('cargo', 'build', ['-r'])).toBeUndefined();
    expect(absenceFact('cargo', 'build', ['--profile', 'dist'])).toBeUndefined();
    expect(absenceFact('cargo', 'install', ['x'])).toBeUndefined();
    expect(absenceFact('cmake', 'configure', ['-B', 'build'])?.severity).toBe('info');
    expect(absenceFact('cmake', 'configure', ['-DCMAKE_BUILD_TYPE=Release'])).toBeUndefined();
    expect(absenceFact('swift', 'build', ['-c', 'release'])).toBeUndefined();
    expect(absenceFact('dotnet', 'build', [])?.severity).toBe('warning');
    expect(absenceFact('dotnet', 'publish', [])?.severity).toBe('info');
    expect(absenceFact('bazel', 'build', ['-c', 'opt', '//x'])).toBeUndefined();
  });
  test('variables stand in for options', () => {
    const env = (name: string): string | undefined =>
      ({ MIX_ENV: 'prod', UV_NO_DEV: '1', NODE_ENV: 'production' })[name];
    expect(absenceFact('mix', 'release', [])?.flag).toBe('(no MIX_ENV)');
    expect(absenceFact('mix', 'release', [], env)).toBeUndefined();
    expect(absenceFact('uv', 'sync', [], env)).toBeUndefined();
    expect(absenceFact('npm', 'ci', [], env)).toBeUndefined();
    expect(absenceFact('npm', 'ci', [], (name) => (name === 'NODE_ENV' ? 'development' : undefined))?.flag).toBe(
      '(no --omit=dev)',
    );
  });
});

test('commands and files', () => {
  expect(commandFact('vite', 'vite', 'dev')?.category).toBe('hot-reload');
  expect(commandFact('vite', 'vite', 'build')).toBeUndefined();
  expect(commandFact('go-tools', 'dlv', '')?.category).toBe('debugger');
  expect(fileFact('php', '/usr/local/etc/php/php.ini-development')?.severity).toBe('warning');
  expect(fileFact('php', 'opcache.enable=0')?.category).toBe('optimization');
  expect(fileFact('php', 'opcache.enable=1')).toBeUndefined();
  expect(fileFact('environment', 'config/.env.staging')?.category).toBe('embedded-configuration');
});
