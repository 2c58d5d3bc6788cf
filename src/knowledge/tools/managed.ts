import { type Answer, each, has, optionValue, type Parsed, type Tool, under, type Verdict } from './shape.js';

/** The JVM, .NET, the BEAM and mobile. Sources: maven.apache.org, docs.gradle.org, learn.microsoft.com/dotnet/core/tools, hexdocs.pm/mix, rebar3.org, docs.flutter.dev. */

/** Maven runs its goals in order; the last phase of the list says what the call makes. */
function maven(call: Parsed): Answer {
  const goals = call.operands;
  const subcommand = goals.join(' ');
  const some = (pattern: RegExp): boolean => goals.some((goal) => pattern.test(goal));
  const folder = optionValue(call, '-f', '--file');
  const target = under(
    folder === undefined ? undefined : folder.endsWith('.xml') ? folder.replace(/[^/]*$/, '') : folder,
    '.',
  );
  if (
    some(/^(?:compile|process-classes|package|verify|install|deploy|prepare-package|test-compile)$/) ||
    some(/^(?:spring-boot:(?:repackage|build-image)|assembly:|shade:|jib:|quarkus:build|war:|jar:|native:|frontend:)/)
  )
    return { role: 'compile', subcommand, outputs: [target] };
  if (some(/^dependency:(?:go-offline|resolve|copy|copy-dependencies|get|resolve-plugins)|go-offline:/))
    return { role: 'install-dependencies', subcommand, outputs: ['/root/.m2', target] };
  if (some(/^(?:test|integration-test|surefire:|failsafe:)/)) return { role: 'test', subcommand };
  if (some(/^(?:generate-sources|generate-resources|process-resources|jacoco:instrument|liquibase:|flyway:)/))
    return { role: 'generate', subcommand, outputs: [target] };
  if (some(/^(?:spring-boot:run|quarkus:dev|exec:|jetty:run|tomcat7:run)/)) return { role: 'run', subcommand };
  if (goals.length > 0 && goals.every((goal) => goal === 'clean')) return { role: 'clean', subcommand };
  return { role: some(/:/) ? 'compile' : 'check', subcommand, outputs: [] };
}

const MAVEN: Tool = {
  toolchain: 'maven',
  valued:
    '-f --file -s --settings -gs -pl --projects -P --activate-profiles -rf --resume-from -T --threads -b --builder -D --define -l --log-file -t --toolchains',
  neutral:
    '-DskipTests -DskipITs -Dmaven.test.skip -Dcheckstyle.skip -Dspotbugs.skip -Dpmd.skip -Denforcer.skip -B -q -e -X -V -o -T --threads -ntp --no-transfer-progress --batch-mode --show-version --errors --debug --fail-at-end -U -C -Dstyle.color -Dorg.slf4j.simpleLogger.log.org.apache.maven.cli.transfer.Slf4jMavenTransferListener -Dmaven.repo.local -Dmaven.wagon.http.retryHandler.count',
  reads: 'MAVEN_OPTS MAVEN_ARGS JAVA_TOOL_OPTIONS SPRING_PROFILES_ACTIVE QUARKUS_PROFILE QUARKUS_* JAVA_HOME',
  otherwise: maven,
};

function gradle(call: Parsed): Answer {
  // -x leaves a task out; its value is no task.
  const tasks = call.operands.map((task) => task.slice(task.lastIndexOf(':') + 1));
  const subcommand = call.operands.join(' ');
  const folder = optionValue(call, '-p', '--project-dir');
  const some = (pattern: RegExp): boolean => tasks.some((task) => pattern.test(task));
  const outputs = [under(folder, '.')];
  if (has(call, '-m', '--dry-run') || tasks.length === 0) return { role: 'check', subcommand };
  if (
    some(
      /^(?:build|assemble|jar|bootJar|bootWar|war|shadowJar|installDist|distZip|distTar|quarkusBuild|nativeCompile|compile\w*|classes|bundle\w*|assemble\w*|publish\w*|jib\w*|buildFatJar|optimizedBuildLayers|nativeImage|install\w*|package\w*)$/,
    )
  )
    return { role: 'compile', subcommand, outputs };
  if (some(/^(?:dependencies|resolveDependencies|downloadDependencies|resolveAllDependencies)$/))
    return { role: 'install-dependencies', subcommand, outputs: ['/root/.gradle', '/home/gradle/.gradle'] };
  if (some(/^(?:test|check|integrationTest|\w+Test|jacocoTestReport)$/)) return { role: 'test', subcommand };
  if (some(/^(?:bootRun|run|quarkusDev)$/)) return { role: 'run', subcommand };
  if (tasks.every((task) => task === 'clean')) return { role: 'clean', subcommand };
  if (
    tasks.every((task) =>
      /^(?:wrapper|help|tasks|projects|properties|ktlintCheck|detekt|spotlessCheck|checkstyle\w*)$/.test(task),
    )
  )
    return { role: 'check', subcommand };
  return { role: 'compile', subcommand, outputs };
}

const GRADLE: Tool = {
  toolchain: 'gradle',
  valued:
    '-x --exclude-task -p --project-dir -b --build-file -c --settings-file -I --init-script -g --gradle-user-home --max-workers --console --warning-mode',
  neutral:
    '-q -i -d -s -S --no-daemon --daemon --parallel --no-parallel --build-cache --no-build-cache --max-workers --console --warning-mode --stacktrace --info --debug --full-stacktrace --offline --continue --no-watch-fs --configuration-cache --scan --no-scan --refresh-dependencies -x=test -x=check -x=integrationTest --exclude-task=test --rerun-tasks -Dorg.gradle.daemon -Dorg.gradle.jvmargs',
  reads:
    'GRADLE_OPTS JAVA_OPTS JAVA_TOOL_OPTIONS ORG_GRADLE_PROJECT_* SPRING_PROFILES_ACTIVE QUARKUS_PROFILE QUARKUS_* JAVA_HOME',
  otherwise: gradle,
};

function dotnetOutput(call: Parsed): readonly string[] {
  const output = optionValue(call, '-o', '--output', '--artifacts-path');
  return [output ?? '.'];
}

const dotnetBuild: Verdict = (call) => ({ role: 'compile', outputs: dotnetOutput(call) });

const DOTNET: Tool = {
  toolchain: 'dotnet',
  valued:
    '-c --configuration -o --output -f --framework -r --runtime -v --verbosity -a --arch --os --version-suffix -s --source --configfile --packages --project --artifacts-path --tool-path --add-source --version',
  neutral:
    '-v --verbosity -nologo --nologo -tl --tl -m -maxcpucount --disable-parallel --force --configfile -clp --no-cache -graph',
  // MSBuild takes every variable of the environment as a property; these are the ones that say what kind of build it is.
  reads: {
    compile:
      'Configuration Platform DefineConstants DOTNET_* NUGET_* MSBUILD* ASPNETCORE_ENVIRONMENT DebugType Optimize',
    'install-dependencies': 'NUGET_* DOTNET_* Configuration',
    'install-packages': 'NUGET_*',
    run: 'ASPNETCORE_ENVIRONMENT DOTNET_* Configuration',
  },
  subcommands: {
    ...each('build publish pack msbuild', dotnetBuild),
    restore: () => ({ role: 'install-dependencies', outputs: ['.', '/root/.nuget'] }),
    test: 'test',
    vstest: 'test',
    ...each('run watch exec', 'run'),
    'tool install': (call) => ({
      role: 'install-packages',
      outputs: [optionValue(call, '--tool-path') ?? '/root/.dotnet/tools'],
    }),
    'tool restore': () => ({ role: 'install-dependencies', outputs: ['/root/.nuget'] }),
    'workload install': () => ({ role: 'install-packages', outputs: ['/usr'] }),
    'workload restore': () => ({ role: 'install-packages', outputs: ['/usr'] }),
    ef: 'run',
    ...each('new add remove sln nuget user-secrets', 'configure'),
    'dev-certs https': 'configure',
    'nuget locals': 'clean',
    clean: 'clean',
    ...each('format list --info --list-sdks', 'check'),
  },
  bare: 'check',
  // `dotnet App.dll`
  otherwise: 'run',
};

const MIX: Tool = {
  toolchain: 'mix',
  valued: '--only --path --env --target',
  neutral: '-q --quiet --verbose --no-color',
  reads: 'MIX_ENV MIX_TARGET MIX_EXS MIX_BUILD_PATH MIX_DEPS_PATH ERL_COMPILER_OPTIONS ERL_FLAGS ELIXIR_ERL_OPTIONS',
  subcommands: {
    'deps.get': (call) => {
      const only = optionValue(call, '--only');
      // Without --only the sets of all environments are fetched, whatever MIX_ENV says.
      return {
        role: 'install-dependencies',
        outputs: ['deps'],
        dependencyScope: only === undefined ? 'all' : only === 'prod' ? 'production' : `only ${only}`,
        includesDevelopment: only === undefined || /^(?:dev|test)$/.test(only),
      };
    },
    'deps.update': () => ({ role: 'install-dependencies', outputs: ['deps', 'mix.lock'] }),
    ...each('compile deps.compile compile.all', (call) => ({
      role: 'compile',
      outputs: [call.env('MIX_BUILD_PATH') ?? '_build', 'priv'],
    })),
    ...each('release distillery.release escript.build', (call) => ({
      role: 'compile',
      outputs: [optionValue(call, '--path') ?? '_build'],
    })),
    ...each('assets.deploy phx.digest assets.build tailwind esbuild sass', () => ({
      role: 'generate',
      outputs: ['priv'],
    })),
    ...each('assets.setup tailwind.install esbuild.install', () => ({
      role: 'install-packages',
      outputs: ['_build', 'assets'],
    })),
    ...each('local.hex local.rebar archive.install hex.info', () => ({
      role: 'install-packages',
      outputs: ['/root/.mix', '/root/.hex', '/opt'],
    })),
    'hex.repo': 'configure',
    'hex.config': 'configure',
    ...each('test espec coveralls', 'test'),
    ...each('format credo dialyzer deps.audit sobelow hex.audit xref help', 'check'),
    ...each('run phx.server ecto.migrate ecto.create ecto.setup', 'run'),
    ...each('clean deps.clean', 'clean'),
    'phx.gen.release': () => ({ role: 'generate', outputs: ['.'] }),
  },
};

const REBAR: Tool = {
  toolchain: 'rebar3',
  reads: 'REBAR_PROFILE ERL_COMPILER_OPTIONS ERL_FLAGS',
  otherwise: (call) => {
    const tasks = call.operands[0] === 'as' ? call.operands.slice(2) : call.operands;
    const subcommand = call.operands.join(' ');
    const some = (pattern: RegExp): boolean => tasks.some((task) => pattern.test(task));
    if (some(/^(?:release|tar|compile|escriptize)$/)) return { role: 'compile', subcommand, outputs: ['_build'] };
    if (some(/^(?:get-deps|deps|upgrade)$/)) return { role: 'install-dependencies', subcommand, outputs: ['_build'] };
    if (some(/^(?:eunit|ct|proper|cover|do)$/)) return { role: 'test', subcommand };
    if (some(/^clean$/)) return { role: 'clean', subcommand };
    return { role: 'check', subcommand };
  },
};

function sbt(call: Parsed): Answer {
  const tasks = call.operands.join(' ');
  if (
    /(?:^|[\s/;:])(?:assembly|package\w*|stage|dist|compile|universal:\w+|docker:\w+|nativeImage|publish\w*)(?:$|[\s;])/.test(
      tasks,
    )
  )
    return { role: 'compile', subcommand: tasks, outputs: ['.'] };
  if (/(?:^|\s)(?:update|dependencyUpdates)(?:$|\s)/.test(tasks))
    return { role: 'install-dependencies', subcommand: tasks, outputs: ['/root'] };
  if (/(?:^|\s)(?:test|testOnly|it:test|coverageReport)/.test(tasks)) return { role: 'test', subcommand: tasks };
  if (/^clean$/.test(tasks)) return { role: 'clean', subcommand: tasks };
  if (/(?:^|\s)~?(?:run|reStart|runMain)/.test(tasks)) return { role: 'run', subcommand: tasks };
  return { role: 'compile', subcommand: tasks, outputs: ['.'] };
}

const FLUTTER: Tool = {
  toolchain: 'flutter',
  valued:
    '--dart-define --dart-define-from-file --flavor -t --target --build-name --build-number --target-platform -o --output --base-href --web-renderer --split-debug-info',
  neutral: '-v --suppress-analytics --no-pub',
  subcommands: {
    build: (call) => ({
      role: 'compile',
      subcommand: `build ${call.operands[0] ?? ''}`.trim(),
      outputs: [optionValue(call, '-o', '--output') ?? 'build'],
    }),
    'pub get': () => ({ role: 'install-dependencies', outputs: ['.dart_tool', '/root/.pub-cache'] }),
    test: 'test',
    analyze: 'check',
    doctor: 'check',
    ...each('config precache upgrade channel', 'configure'),
    run: 'run',
    clean: 'clean',
  },
};

function all(tool: Tool, text: string): Record<string, Tool> {
  return Object.fromEntries(text.split(' ').map((name) => [name, tool]));
}

/** Virtual machines and their build tools, by command. */
export const MANAGED: Readonly<Record<string, Tool>> = {
  ...all(MAVEN, 'mvn mvnw mvnd'),
  ...all(GRADLE, 'gradle gradlew'),
  sbt: {
    toolchain: 'sbt',
    valued: '-mem',
    neutral: '-v -batch --batch --no-colors -no-colors',
    dash: 'words',
    reads: 'SBT_OPTS JAVA_OPTS JAVA_TOOL_OPTIONS',
    otherwise: sbt,
  },
  mill: {
    toolchain: 'sbt',
    otherwise: (call) =>
      /test/.test(call.operands.join(' ')) ? { role: 'test' } : { role: 'compile', outputs: ['out'] },
  },
  lein: {
    toolchain: 'leiningen',
    reads: 'LEIN_* JVM_OPTS',
    subcommands: {
      ...each('uberjar jar compile cljsbuild ring', () => ({ role: 'compile', outputs: ['target', 'resources'] })),
      'with-profile': (call) => ({
        role: 'compile',
        subcommand: call.operands.join(' '),
        outputs: ['target', 'resources'],
      }),
      deps: () => ({ role: 'install-dependencies', outputs: ['/root/.m2'] }),
      ...each('test midje', 'test'),
      run: 'run',
      clean: 'clean',
    },
  },
  ant: {
    toolchain: 'ant',
    valued: '-f -buildfile -D',
    dash: 'words',
    reads: 'ANT_OPTS JAVA_TOOL_OPTIONS',
    otherwise: 'compile',
    bare: 'compile',
  },
  javac: {
    toolchain: 'javac',
    dash: 'words',
    valued: '-d -cp -classpath --class-path --release -source -target -sourcepath',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '-d') ?? '.'] }),
  },
  kotlinc: {
    toolchain: 'kotlin',
    dash: 'words',
    valued: '-d -cp',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '-d') ?? '.'] }),
  },
  scalac: {
    toolchain: 'scala',
    dash: 'words',
    valued: '-d -cp -classpath',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '-d') ?? '.'] }),
  },
  'native-image': {
    toolchain: 'native-image',
    dash: 'words',
    valued: '-jar -cp -o',
    reads: 'NATIVE_IMAGE_OPTIONS',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o') ?? '.'] }),
  },
  jlink: {
    toolchain: 'jlink',
    valued: '--output --add-modules --module-path --compress',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '--output') ?? '.'] }),
  },
  java: {
    toolchain: 'java',
    dash: 'words',
    valued: '-jar -cp -classpath --class-path -p --module-path -m --add-modules',
    reads: 'JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS SPRING_PROFILES_ACTIVE',
    otherwise: (call) => {
      if (has(call, '-version', '--version')) return { role: 'check' };
      // Spring Boot's layered jars: `java -Djarmode=layertools -jar app.jar extract`.
      if (call.options.some((option) => option.name === '-Djarmode'))
        return { role: 'copy', subcommand: 'extract', outputs: [optionValue(call, '--destination') ?? '.'] };
      return { role: 'run' };
    },
  },
  dotnet: DOTNET,
  msbuild: { toolchain: 'dotnet', valued: DOTNET.valued ?? '', neutral: DOTNET.neutral ?? '', otherwise: dotnetBuild },
  xbuild: { toolchain: 'dotnet', otherwise: dotnetBuild },
  nuget: {
    toolchain: 'dotnet',
    subcommands: { restore: 'install-dependencies', install: 'install-packages', sources: 'configure' },
  },
  ...all(
    { toolchain: 'coverlet', subcommands: { instrument: 'compile' }, otherwise: 'test' },
    'coverlet dotnet-coverage',
  ),
  mix: MIX,
  rebar3: REBAR,
  elixir: { toolchain: 'mix', reads: MIX.reads ?? '', otherwise: 'run' },
  iex: { toolchain: 'mix', otherwise: 'run' },
  erl: { toolchain: 'erlang', otherwise: 'run' },
  erlc: {
    toolchain: 'erlang',
    dash: 'words',
    valued: '-o -I',
    reads: 'ERL_COMPILER_OPTIONS',
    otherwise: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o') ?? '.'] }),
  },
  gleam: {
    toolchain: 'gleam',
    subcommands: {
      ...each('build export', () => ({ role: 'compile', outputs: ['build'] })),
      'deps download': 'install-dependencies',
      test: 'test',
    },
  },
  flutter: FLUTTER,
  dart: {
    toolchain: 'dart',
    valued: '-o --output -D --define --packages',
    subcommands: {
      ...each('compile', (call) => ({
        role: 'compile',
        subcommand: `compile ${call.operands[0] ?? ''}`.trim(),
        outputs: [optionValue(call, '-o', '--output') ?? '.'],
      })),
      'pub get': () => ({
        role: 'install-dependencies',
        outputs: ['.dart_tool', '/root/.pub-cache'],
        dependencyScope: 'all',
        includesDevelopment: true,
      }),
      'pub global activate': 'install-packages',
      'run build_runner': () => ({ role: 'generate', outputs: ['.'] }),
      run: 'run',
      test: 'test',
      ...each('analyze format', 'check'),
    },
  },
  hugo: {
    toolchain: 'hugo',
    valued: '-d --destination -e --environment -b --baseURL -s --source',
    neutral: '--cacheDir',
    reads: 'HUGO_* HUGO_ENV',
    subcommands: { ...each('server serve', 'run'), version: 'check', mod: 'install-dependencies' },
    bare: (call) => ({
      role: 'compile',
      outputs: [under(optionValue(call, '-s', '--source'), optionValue(call, '-d', '--destination') ?? 'public')],
    }),
  },
  cpanm: {
    toolchain: 'perl',
    otherwise: (call) =>
      has(call, '--installdeps')
        ? {
            role: 'install-dependencies',
            dependencyScope: has(call, '--with-develop') ? 'all' : 'production',
            includesDevelopment: has(call, '--with-develop'),
          }
        : { role: 'install-packages' },
    neutral: '-q -v -n --notest',
  },
  cpan: { toolchain: 'perl', otherwise: 'install-packages' },
  carton: {
    toolchain: 'perl',
    subcommands: {
      install: (call) => ({
        role: 'install-dependencies',
        outputs: ['local'],
        dependencyScope: has(call, '--deployment') ? 'production' : 'all',
        includesDevelopment: !has(call, '--deployment'),
      }),
    },
  },
  luarocks: { toolchain: 'lua', subcommands: { install: 'install-packages', make: 'compile' } },
  Rscript: { toolchain: 'r', otherwise: 'run', valued: '-e' },
  julia: { toolchain: 'julia', otherwise: 'run', valued: '-e' },
  docker: { toolchain: 'docker', otherwise: 'run' },
  podman: { toolchain: 'docker', otherwise: 'run' },
  buildah: { toolchain: 'docker', otherwise: 'run' },
};
