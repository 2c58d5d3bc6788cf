import { type Answer, each, has, optionValue, optionValues, type Parsed, type Tool, under } from './shape.js';
import { baseName } from './wrappers.js';

/** Compiled languages and the tools that drive their compilers. Sources: `go help build`, the Cargo book, the GCC, CMake, Meson, Bazel and make manuals. */

/** Variables that C compilers' drivers (configure, cmake, cgo, setuptools) read; gcc itself reads none of the *FLAGS. */
const COMPILER = 'CC CXX CPP LD AR CFLAGS CXXFLAGS CPPFLAGS LDFLAGS LIBS';

// ---- Go

/** The file that `go build` makes when -o does not say: the last element of the package's path, without a version. */
function goName(target: string): string | undefined {
  const path = target.replace(/@.*$/, '').replace(/\/+$/, '');
  if (path === '' || path === '.' || path === '..' || path.includes('...')) return undefined;
  if (path.endsWith('.go')) return baseName(path).slice(0, -3);
  const parts = path.split('/');
  const last = parts.at(-1) ?? '';
  const name = /^v\d+$/.test(last) && parts.length > 1 ? parts.at(-2) : last;
  return name === '.' || name === '..' ? undefined : name;
}

function goBuild(call: Parsed): Answer {
  const folder = optionValue(call, '-C', '--C');
  const output = optionValue(call, '-o', '--o');
  if (output !== undefined) return { role: 'compile', outputs: [under(folder, output)] };
  const files = call.operands.filter((word) => word.endsWith('.go'));
  const target = files[0] ?? call.operands[0];
  const name = call.operands.length === 1 || files.length > 0 ? goName(target ?? '.') : undefined;
  return { role: 'compile', outputs: [under(folder, name ?? '.')] };
}

function goBin(call: Parsed): readonly string[] {
  const bin = call.env('GOBIN');
  if (bin !== undefined && bin !== '') return [bin];
  const path = call.env('GOPATH');
  return path !== undefined && path !== '' ? [`${path.split(':')[0] ?? path}/bin`] : ['/go/bin', '/root/go/bin'];
}

const GO: Tool = {
  toolchain: 'go',
  dash: 'words',
  valued:
    '-C -o -p -asmflags -buildmode -compiler -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -overlay -pgo -pkgdir -tags -toolexec -covermode -coverpkg -coverprofile ' +
    '-exec -run -timeout -count -cpu -bench -benchtime -parallel -vet -skip -fuzz -fuzztime -outputdir -cpuprofile -memprofile -f',
  neutral: '-v -x -n -p -a -work --v --x --p --a -json',
  reads:
    'GOFLAGS CGO_ENABLED GOOS GOARCH GOAMD64 GOARM GOARM64 GO386 GOEXPERIMENT GODEBUG GOFIPS140 GOTOOLCHAIN GOWORK CGO_CFLAGS CGO_CPPFLAGS CGO_CXXFLAGS CGO_LDFLAGS CC CXX GOENV',
  subcommands: {
    build: goBuild,
    install: (call) => ({ role: 'compile', outputs: goBin(call) }),
    get: (call) => ({
      role: has(call, '-d') ? 'install-dependencies' : 'install-packages',
      outputs: ['go.mod', 'go.sum', '/go', '/root/go'],
    }),
    run: 'run',
    test: (call) => {
      if (!has(call, '-c', '--c')) return { role: 'test' };
      const output = optionValue(call, '-o', '--o');
      return { role: 'compile', subcommand: 'test -c', outputs: [output ?? '.'] };
    },
    generate: () => ({ role: 'generate', outputs: ['.'] }),
    'mod download': () => ({ role: 'install-dependencies', outputs: ['/go/pkg/mod', '/root/go/pkg/mod'] }),
    'mod vendor': () => ({ role: 'install-dependencies', outputs: ['vendor'] }),
    'mod tidy': () => ({
      role: 'install-dependencies',
      outputs: ['go.mod', 'go.sum', '/go/pkg/mod', '/root/go/pkg/mod'],
    }),
    ...each('mod work', () => ({ role: 'configure', outputs: ['.'] })),
    ...each('mod edit', () => ({ role: 'edit', outputs: ['go.mod'] })),
    'mod verify': 'check',
    clean: 'clean',
    env: (call) => ({ role: has(call, '-w', '-u') ? 'configure' : 'check' }),
    ...each('vet list version doc help fix fmt tool bug telemetry', 'check'),
    'tool cover': 'check',
    'tool compile': 'compile',
    'tool link': 'compile',
  },
};

// ---- Rust

function cargoProfile(call: Parsed): string {
  const profile = optionValue(call, '--profile') ?? (has(call, '--release', '-r') ? 'release' : 'dev');
  // The folder of a profile is its name, with two exceptions that are as old as cargo.
  return profile === 'dev' || profile === 'test' ? 'debug' : profile === 'bench' ? 'release' : profile;
}

function cargoFolder(call: Parsed): string {
  const folder = optionValue(call, '--target-dir', '--artifact-dir') ?? call.env('CARGO_TARGET_DIR') ?? 'target';
  const triple = optionValue(call, '--target') ?? call.env('CARGO_BUILD_TARGET');
  return triple === undefined ? folder : `${folder}/${triple}`;
}

function cargoBuild(call: Parsed): Answer {
  const outputs = [`${cargoFolder(call)}/${cargoProfile(call)}`];
  const copy = optionValue(call, '--artifact-dir', '--out-dir');
  if (copy !== undefined) outputs.push(copy);
  return { role: 'compile', outputs };
}

const CARGO: Tool = {
  toolchain: 'cargo',
  valued:
    '-p --package --bin --example --test --bench --features -F --target --target-dir --manifest-path --profile -j --jobs --message-format --color --config -Z -C --out-dir --artifact-dir --root --git --branch --tag --rev --version --path --exclude --recipe-path',
  neutral:
    '-v -vv -q -j --jobs --message-format --timings --locked --frozen --offline --keep-going --future-incompat-report',
  reads:
    'RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_PROFILE_* CARGO_BUILD_* CARGO_TARGET_* CARGO_INCREMENTAL RUSTC_WRAPPER RUSTC RUSTUP_TOOLCHAIN RUSTC_BOOTSTRAP SQLX_OFFLINE CC CFLAGS CXXFLAGS',
  subcommands: {
    ...each('build b rustc zigbuild auditable xbuild', cargoBuild),
    'auditable build': cargoBuild,
    'leptos build': cargoBuild,
    install: (call) => {
      const root = optionValue(call, '--root') ?? call.env('CARGO_INSTALL_ROOT') ?? call.env('CARGO_HOME');
      return {
        role: 'compile',
        outputs: root === undefined ? ['/usr/local/cargo/bin', '/root/.cargo/bin'] : [`${root}/bin`],
      };
    },
    binstall: 'install-packages',
    ...each('run r watch', 'run'),
    ...each('test t nextest bench miri tarpaulin llvm-cov', (call) => ({
      role: has(call, '--no-run') ? 'compile' : 'test',
      outputs: [cargoFolder(call)],
    })),
    ...each('fetch vendor update generate-lockfile', 'install-dependencies'),
    // cargo-chef compiles the dependencies: the same flags must hold for them.
    'chef cook': cargoBuild,
    'chef prepare': () => ({ role: 'generate', outputs: ['recipe.json'] }),
    ...each('check c clippy fmt doc tree metadata version audit deny outdated machete udeps', 'check'),
    clean: 'clean',
    ...each('init new add remove login config', () => ({ role: 'configure', outputs: ['.'] })),
  },
};

const RUSTC: Tool = {
  toolchain: 'rustc',
  valued:
    '-o --out-dir --crate-name --crate-type --edition --emit --target -C -L -l --cfg --codegen -A -W -D --extern -Z',
  reads: 'RUSTC_BOOTSTRAP',
  otherwise: (call) => ({
    role: 'compile',
    outputs: [optionValue(call, '-o') ?? optionValue(call, '--out-dir') ?? '.'],
  }),
  bare: 'check',
};

// ---- C and its drivers

const CC: Tool = {
  toolchain: 'cc',
  dash: 'words',
  valued:
    '-o -I -L -l -D -U -include -isystem -iquote -MF -MT -MQ -x -Xlinker -arch -target --target -framework -T -u -z -e --param',
  neutral: '-v -pipe -MD -MMD -MP -MF -MT -fdiagnostics-color -Wall -Wextra -w -Wpedantic -pedantic',
  reads: 'CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH GCC_EXEC_PREFIX COMPILER_PATH SOURCE_DATE_EPOCH',
  otherwise: (call) => {
    if (has(call, '-E', '-M', '-MM', '-fsyntax-only', '-dumpmachine', '-dumpversion', '-print-prog-name'))
      return { role: 'check' };
    const output = optionValue(call, '-o');
    if (output !== undefined) return { role: 'compile', outputs: [output] };
    if (has(call, '-c', '-S')) {
      return { role: 'compile', outputs: call.operands.map((source) => `${baseName(source).replace(/\.\w+$/, '')}.o`) };
    }
    return { role: 'compile', outputs: ['a.out'] };
  },
  bare: 'check',
};

function cmake(call: Parsed): Answer {
  const build = optionValue(call, '--build');
  if (build !== undefined) {
    const install = optionValues(call, '--target', '-t').some(
      (target) => target === 'install' || target.startsWith('install/'),
    );
    return { role: 'compile', subcommand: '--build', outputs: install ? [] : [build] };
  }
  const install = optionValue(call, '--install');
  if (install !== undefined) {
    const prefix = optionValue(call, '--prefix');
    return { role: 'copy', subcommand: '--install', inputs: [install], outputs: prefix === undefined ? [] : [prefix] };
  }
  if (call.options.some((option) => option.name === '-E')) return { role: 'configure', subcommand: '-E' };
  if (call.options.some((option) => option.name === '-P')) return { role: 'run', subcommand: '-P' };
  return { role: 'compile', subcommand: 'configure', outputs: [optionValue(call, '-B') ?? '.'] };
}

const CMAKE: Tool = {
  toolchain: 'cmake',
  valued:
    '-S -B -C -D -U -G -T -A -P -E --build --install --prefix --config --target -t -j --parallel --preset --component --toolchain --log-level',
  neutral:
    '-j --parallel -v -Wdev -Wno-dev --log-level -DCMAKE_EXPORT_COMPILE_COMMANDS -DCMAKE_VERBOSE_MAKEFILE -DCMAKE_COLOR_MAKEFILE -DCMAKE_COLOR_DIAGNOSTICS',
  reads: `CMAKE_BUILD_TYPE CMAKE_GENERATOR CMAKE_TOOLCHAIN_FILE CMAKE_PREFIX_PATH CMAKE_CONFIG_TYPE CMAKE_INSTALL_PREFIX DESTDIR ${COMPILER} CUDAFLAGS CUDACXX`,
  otherwise: cmake,
};

const GOALS_TEST = /^(?:.*[-_:/])?(?:test|tests|check|unittest|unit-test|integration-test|e2e)(?:[-_:/].*)?$/;
const GOALS_CHECK = /^(?:lint|lint-.*|fmt|format|vet|typecheck|help|version|staticcheck|golangci-lint|shellcheck)$/;
const GOALS_CLEAN = /^(?:clean|distclean|mostlyclean|maintainer-clean|realclean)$/;

/** Goals of a makefile that was not read: `make test` makes nothing that ships, everything else may make anything. */
function make(call: Parsed): Answer {
  const goals = call.operands.filter((word) => !word.includes('='));
  const subcommand = goals.join(' ');
  const every = (pattern: RegExp): boolean => goals.length > 0 && goals.every((goal) => pattern.test(goal));
  if (has(call, '-n', '--dry-run', '--just-print', '-p', '-q')) return { role: 'check', subcommand };
  if (every(GOALS_CLEAN)) return { role: 'clean', subcommand };
  if (every(GOALS_CHECK)) return { role: 'check', subcommand };
  if (goals.length > 0 && goals.every((goal) => GOALS_TEST.test(goal) || GOALS_CHECK.test(goal)))
    return { role: 'test', subcommand };
  return { role: 'compile', subcommand };
}

const MAKE: Tool = {
  toolchain: 'make',
  valued:
    '-C --directory -f --file --makefile -I --include-dir -o -W -j --jobs -l --load-average -O --output-sync --eval',
  neutral:
    '-j --jobs -l --load-average -O --output-sync -s -w --no-print-directory --print-directory -k --keep-going --trace',
  // Every variable of the environment is a variable of the makefile.
  reads: '*',
  otherwise: make,
};

function ninja(call: Parsed): Answer {
  const folder = optionValue(call, '-C') ?? '.';
  if (optionValue(call, '-t') !== undefined) return { role: optionValue(call, '-t') === 'clean' ? 'clean' : 'check' };
  const subcommand = call.operands.join(' ');
  if (subcommand === 'test' || subcommand === 'check') return { role: 'test', subcommand };
  return { role: 'compile', subcommand, outputs: call.operands.includes('install') ? [] : [folder] };
}

const BAZEL: Tool = {
  toolchain: 'bazel',
  valued:
    '-c --compilation_mode --config -j --jobs --bazelrc --output_base --output_user_root --platforms --copt --linkopt --cxxopt --define --action_env',
  neutral:
    '-j --jobs -k --keep_going --show_progress --curses --remote_cache --disk_cache --repository_cache --verbose_failures --announce_rc --noshow_progress --local_ram_resources --local_cpu_resources --color --sandbox_debug -s',
  reads: 'BAZEL_CXXOPTS BAZEL_LINKOPTS BAZEL_COPTS CC USE_BAZEL_VERSION',
  subcommands: {
    build: () => ({ role: 'compile', outputs: ['bazel-bin', 'bazel-out'] }),
    run: () => ({ role: 'compile', outputs: [] }),
    ...each('test coverage', 'test'),
    ...each('query cquery aquery info version help dump mod analyze-profile', 'check'),
    ...each('fetch sync vendor', 'install-dependencies'),
    ...each('clean shutdown', 'clean'),
  },
};

const GHC: Tool = {
  toolchain: 'ghc',
  dash: 'words',
  valued: '-o -outputdir -odir -hidir -package -main-is -x -i',
  neutral: '-v0 -v1 -j',
  otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o') ?? '.'] }),
};

const ZIG_OUT = (call: Parsed): Answer => ({
  role: 'compile',
  outputs: [optionValue(call, '--prefix', '-p') ?? 'zig-out'],
});
const ZIG_EXE = (call: Parsed): Answer => ({ role: 'compile', outputs: [optionValue(call, '-femit-bin') ?? '.'] });

const configureScript: Tool = {
  toolchain: 'autotools',
  neutral: '--disable-dependency-tracking --enable-silent-rules --disable-silent-rules --cache-file -C',
  reads: `${COMPILER} CONFIG_SITE PKG_CONFIG_PATH`,
  otherwise: () => ({ role: 'compile', subcommand: 'configure', outputs: ['.'] }),
  bare: () => ({ role: 'compile', subcommand: 'configure', outputs: ['.'] }),
};

const AUTORECONF: Tool = { toolchain: 'autotools', otherwise: () => ({ role: 'configure', outputs: ['.'] }) };

/** Compilers and build drivers, by command. */
export const NATIVE: Readonly<Record<string, Tool>> = {
  go: GO,
  tinygo: {
    ...GO,
    toolchain: 'tinygo',
    valued: `${GO.valued ?? ''} -target -opt -gc -scheduler -panic -size`,
    subcommands: { build: goBuild, test: 'test', version: 'check' },
  },
  garble: { ...GO, subcommands: { build: goBuild } },
  goreleaser: {
    toolchain: 'goreleaser',
    subcommands: {
      build: () => ({ role: 'compile', outputs: ['dist'] }),
      release: () => ({ role: 'compile', outputs: ['dist'] }),
      check: 'check',
    },
    reads: '*',
  },
  ...Object.fromEntries(
    'golangci-lint staticcheck gofmt goimports govulncheck gosec gotestsum ginkgo'.split(' ').map((name) => [
      name,
      {
        toolchain: 'go-tools',
        otherwise: name === 'gotestsum' || name === 'ginkgo' ? 'test' : 'check',
      } satisfies Tool,
    ]),
  ),
  ...Object.fromEntries(
    'air reflex CompileDaemon gin dlv'
      .split(' ')
      .map((name) => [name, { toolchain: 'go-tools', otherwise: 'run' } satisfies Tool]),
  ),
  cargo: CARGO,
  cross: CARGO,
  rustc: RUSTC,
  rustup: {
    toolchain: 'rustup',
    otherwise: 'install-packages',
    subcommands: { ...each('default override set', 'configure'), ...each('show which', 'check') },
  },
  'wasm-pack': {
    toolchain: 'wasm-pack',
    valued: '--target -t --out-dir -d --out-name --mode',
    subcommands: {
      build: (call) => ({ role: 'compile', outputs: [optionValue(call, '--out-dir', '-d') ?? 'pkg'] }),
      test: 'test',
    },
    reads: CARGO.reads ?? '',
  },
  trunk: {
    toolchain: 'trunk',
    valued: '--dist -d --public-url',
    subcommands: {
      build: (call) => ({ role: 'compile', outputs: [optionValue(call, '--dist', '-d') ?? 'dist'] }),
      serve: 'run',
      watch: 'run',
    },
    reads: 'TRUNK_* RUSTFLAGS',
  },

  ...Object.fromEntries(
    'gcc g++ cc c++ clang clang++ c99 c89 tcc icc icpc nvcc emcc em++ gfortran hipcc'
      .split(' ')
      .map((name) => [name, CC]),
  ),
  ld: { ...CC, toolchain: 'binutils' },
  lld: { ...CC, toolchain: 'binutils' },
  ar: { toolchain: 'binutils', otherwise: (call) => ({ role: 'compile', outputs: call.operands.slice(1, 2) }) },
  ranlib: { toolchain: 'binutils', otherwise: (call) => ({ role: 'edit', outputs: call.operands }) },
  objcopy: {
    toolchain: 'binutils',
    otherwise: (call) => ({ role: 'edit', inputs: call.operands.slice(0, 1), outputs: call.operands.slice(-1) }),
  },
  cmake: CMAKE,
  ctest: { toolchain: 'cmake', otherwise: 'test' },
  cpack: { toolchain: 'cmake', otherwise: () => ({ role: 'compile', subcommand: 'cpack', outputs: ['.'] }) },
  make: MAKE,
  gmake: MAKE,
  bmake: MAKE,
  checkinstall: MAKE,
  ninja: { toolchain: 'ninja', valued: '-C -f -j -k -l -t -d', neutral: '-j -k -l -v -d', otherwise: ninja },
  samu: { toolchain: 'ninja', valued: '-C -f -j -k -l -t -d', neutral: '-j -k -l -v -d', otherwise: ninja },
  meson: {
    toolchain: 'meson',
    valued:
      '-C -D -j --prefix --buildtype --backend --cross-file --native-file --destdir --wrap-mode --libdir --bindir --sysconfdir --default-library --optimization --warnlevel --unity --tags',
    neutral: '-j -v --warnlevel',
    reads: COMPILER,
    subcommands: {
      setup: (call) => ({ role: 'compile', outputs: [call.operands[0] ?? 'build'] }),
      configure: (call) => ({ role: 'compile', outputs: [call.operands[0] ?? '.'] }),
      compile: (call) => ({ role: 'compile', outputs: [optionValue(call, '-C') ?? '.'] }),
      install: (call) => ({ role: 'copy', inputs: [optionValue(call, '-C') ?? '.'], outputs: [] }),
      test: 'test',
      introspect: 'check',
    },
    // `meson builddir` is the old spelling of `meson setup builddir`.
    otherwise: (call) => ({ role: 'compile', subcommand: 'setup', outputs: [call.subcommand] }),
  },
  bazel: BAZEL,
  bazelisk: BAZEL,
  buck2: {
    toolchain: 'buck2',
    valued: '-m --modifier --config -c --target-platforms --out',
    subcommands: {
      build: (call) => ({ role: 'compile', outputs: [optionValue(call, '--out') ?? 'buck-out'] }),
      test: 'test',
      query: 'check',
      cquery: 'check',
    },
  },
  configure: configureScript,
  'config.status': configureScript,
  Configure: configureScript,
  autoreconf: AUTORECONF,
  autoconf: AUTORECONF,
  automake: AUTORECONF,
  aclocal: AUTORECONF,
  libtoolize: AUTORECONF,
  'autogen.sh': AUTORECONF,
  'bootstrap.sh': AUTORECONF,
  qmake: {
    toolchain: 'qmake',
    valued: '-o -spec',
    reads: 'QMAKESPEC',
    otherwise: () => ({ role: 'compile', subcommand: 'configure', outputs: ['.'] }),
  },
  scons: { toolchain: 'scons', valued: '-C -f -j -Y', neutral: '-j -Q -s', otherwise: 'compile' },
  xmake: { toolchain: 'xmake', valued: '-m -P -o -j', otherwise: 'compile' },
  premake5: { toolchain: 'premake', otherwise: 'configure' },
  conan: {
    toolchain: 'conan',
    valued: '-s --settings -o --options -pr --profile -of --output-folder --build -b -if',
    reads: 'CONAN_*',
    subcommands: {
      install: 'install-dependencies',
      build: 'compile',
      create: 'compile',
      profile: 'configure',
      remote: 'configure',
      config: 'configure',
    },
  },
  vcpkg: {
    toolchain: 'vcpkg',
    reads: 'VCPKG_*',
    subcommands: { install: 'install-dependencies', integrate: 'configure' },
  },
  protoc: {
    toolchain: 'protoc',
    valued: '-I --proto_path',
    otherwise: (call) => ({
      role: 'generate',
      outputs: call.options
        .filter((option) => /_out$/.test(option.name))
        .map((option) => (option.value ?? '.').replace(/^.*:/, '')),
    }),
  },
  buf: { toolchain: 'protoc', subcommands: { generate: 'generate', lint: 'check', build: 'check' } },
  swag: { toolchain: 'go-tools', subcommands: { init: () => ({ role: 'generate', outputs: ['docs'] }) } },
  sqlc: { toolchain: 'go-tools', subcommands: { generate: 'generate' } },
  templ: { toolchain: 'go-tools', subcommands: { generate: 'generate' } },

  swift: {
    toolchain: 'swift',
    valued:
      '-c --configuration --build-path --scratch-path --package-path --product --target -Xswiftc -Xcc -Xlinker -Xcxx --sanitize --triple --swift-sdk --sdk -j --jobs',
    neutral: '-v -j --jobs --disable-automatic-resolution --cache-path',
    subcommands: {
      build: (call) => ({
        role: has(call, '--show-bin-path') ? 'check' : 'compile',
        outputs: [optionValue(call, '--scratch-path', '--build-path') ?? '.build'],
      }),
      'package resolve': 'install-dependencies',
      'package update': 'install-dependencies',
      'package clean': 'clean',
      package: 'check',
      run: 'run',
      test: 'test',
    },
  },
  swiftc: { ...CC, toolchain: 'swift' },
  zig: {
    toolchain: 'zig',
    dash: 'words',
    valued: '-O -target -mcpu --prefix -p --name --cache-dir --global-cache-dir -j',
    neutral: '-j --summary --cache-dir --global-cache-dir',
    subcommands: {
      build: ZIG_OUT,
      'build test': 'test',
      ...each('build-exe build-lib build-obj', ZIG_EXE),
      cc: ZIG_EXE,
      'c++': ZIG_EXE,
      test: 'test',
      run: 'run',
      ...each('fmt version env targets', 'check'),
      fetch: 'install-dependencies',
    },
  },
  nim: {
    toolchain: 'nim',
    subcommands: {
      ...each('c cpp compile js', (call) => ({ role: 'compile', outputs: [optionValue(call, '-o', '--out') ?? '.'] })),
      check: 'check',
    },
    valued: '-o',
  },
  nimble: {
    toolchain: 'nim',
    subcommands: { build: () => ({ role: 'compile', outputs: ['.'] }), install: 'install-dependencies', test: 'test' },
  },
  dub: {
    toolchain: 'dub',
    valued: '-b --build -c --config --compiler',
    subcommands: { build: () => ({ role: 'compile', outputs: ['.'] }), test: 'test', fetch: 'install-dependencies' },
  },
  dmd: { ...CC, toolchain: 'd' },
  ldc2: { ...CC, toolchain: 'd' },
  crystal: {
    toolchain: 'crystal',
    valued: '-o -D --define --threads --link-flags -O',
    neutral: '-s --stats -p --threads --no-color',
    subcommands: {
      build: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o') ?? '.'] }),
      spec: 'test',
      tool: 'check',
    },
  },
  shards: {
    toolchain: 'crystal',
    subcommands: {
      build: () => ({ role: 'compile', outputs: ['bin'] }),
      install: (call) => ({
        role: 'install-dependencies',
        outputs: ['lib'],
        dependencyScope: has(call, '--production', '--without-development') ? 'production' : 'all',
        includesDevelopment: !has(call, '--production', '--without-development'),
      }),
    },
    bare: 'install-dependencies',
  },
  ghc: GHC,
  stack: {
    toolchain: 'stack',
    valued: '--stack-yaml --resolver --ghc-options --flag --local-bin-path --work-dir -j --jobs --system-ghc-path',
    neutral: '-j --jobs -v --no-terminal --verbosity',
    reads: 'STACK_YAML STACK_ROOT',
    subcommands: {
      ...each('build install', (call) => ({
        role: has(call, '--only-dependencies', '--dependencies-only') ? 'install-dependencies' : 'compile',
        outputs: [
          optionValue(call, '--work-dir') ?? '.stack-work',
          optionValue(call, '--local-bin-path') ?? '/root/.local/bin',
        ],
      })),
      ...each('test bench', 'test'),
      ...each('setup update upgrade', 'install-packages'),
      ...each('path query ls list-dependencies', 'check'),
    },
  },
  cabal: {
    toolchain: 'cabal',
    valued:
      '-w --with-compiler --installdir --builddir --ghc-options --flags -f --constraint -j --jobs -O --install-method --project-file',
    neutral: '-j --jobs -v',
    subcommands: {
      ...each('build v2-build new-build configure', (call) => ({
        role: has(call, '--only-dependencies', '--dependencies-only') ? 'install-dependencies' : 'compile',
        outputs: [optionValue(call, '--builddir') ?? 'dist-newstyle'],
      })),
      ...each('install v2-install new-install', (call) => ({
        role: 'compile',
        outputs: [optionValue(call, '--installdir') ?? '/root/.cabal/bin', '/root/.local/bin'],
      })),
      ...each('update v2-update', 'fetch'),
      ...each('test bench', 'test'),
      ...each('list-bin check', 'check'),
    },
  },
  opam: {
    toolchain: 'opam',
    valued: '--switch --root -j',
    neutral: '-y -j',
    reads: 'OPAM*',
    subcommands: {
      install: (call) => ({
        role: has(call, '--deps-only') ? 'install-dependencies' : 'install-packages',
        outputs: [],
        ...(has(call, '--deps-only')
          ? {
              dependencyScope: has(call, '--with-test', '-t', '--with-dev-setup') ? 'all' : 'production',
              includesDevelopment: has(call, '--with-test', '-t', '--with-dev-setup'),
            }
          : {}),
      }),
      ...each('init switch pin env repo', 'configure'),
      ...each('update upgrade', 'fetch'),
      clean: 'clean',
    },
  },
  dune: {
    toolchain: 'dune',
    valued: '--profile -j --root --build-dir --display -p',
    neutral: '-j --display',
    reads: 'DUNE_PROFILE OCAMLPARAM',
    subcommands: {
      build: (call) => ({ role: 'compile', outputs: [optionValue(call, '--build-dir') ?? '_build'] }),
      install: 'copy',
      ...each('runtest test', 'test'),
      clean: 'clean',
    },
  },
  ocamlfind: {
    toolchain: 'ocaml',
    subcommands: {
      ...each('ocamlopt ocamlc', (call) => ({ role: 'compile', outputs: [optionValue(call, '-o') ?? 'a.out'] })),
    },
    valued: '-o -package',
    dash: 'words',
  },
  ocamlopt: {
    toolchain: 'ocaml',
    dash: 'words',
    valued: '-o -I',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o') ?? 'a.out'] }),
  },
};
