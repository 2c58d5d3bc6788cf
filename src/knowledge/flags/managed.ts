import { absence, command, define, type FlagRow, file, option, variable } from './shape.js';

const JAVA = 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html';
const DOTNET = 'https://learn.microsoft.com/dotnet/core';
const MIX = 'https://hexdocs.pm/mix/Mix.html#module-environments';
const FLUTTER = 'https://docs.flutter.dev/testing/build-modes';

/** Facts about maven. */
export const maven: readonly FlagRow[] = [
  option(
    '-P',
    /^(?:-P|--activate-profiles)[= ]?[\w!]/,
    'build-mode',
    'info',
    'neutral',
    'A profile chooses dependencies, resources and plugins.',
    'https://maven.apache.org/guides/introduction/introduction-to-profiles.html',
  ),
  define(
    '-DskipTests',
    /^-D ?(?:skipTests|skipITs|maven\.test\.skip)(?:=true)?$/,
    'test-code',
    'none',
    'neutral',
    'Tests do not run; the artifact is the same.',
    'https://maven.apache.org/surefire/maven-surefire-plugin/examples/skipping-tests.html',
  ),
  define(
    '-Dmaven.compiler.debug',
    /^-D ?maven\.compiler\.debug(?:=|$)/,
    'debug-info',
    'info',
    'neutral',
    'Whether class files carry lines and variables is decided here.',
    'https://maven.apache.org/plugins/maven-compiler-plugin/compile-mojo.html',
  ),
  option(
    'jacoco:instrument',
    /^(?:org\.jacoco:)?jacoco(?:-maven-plugin)?:(?:[\d.]+:)?instrument$/,
    'coverage',
    'error',
    'development',
    'Class files count every branch until they are restored.',
    'https://www.jacoco.org/jacoco/trunk/doc/offline.html',
  ),
  define(
    '-Dquarkus.profile=dev',
    /^-D ?quarkus\.profile=(?:dev|test)$/,
    'build-mode',
    'error',
    'development',
    'Quarkus fixes the profile when it builds.',
    'https://quarkus.io/guides/config-reference#profiles',
  ),
  define(
    '-Dspring.profiles.active',
    /^-D ?spring[.-]profiles[.-]active=/,
    'embedded-configuration',
    'info',
    'neutral',
    'A profile chooses the configuration that is read.',
    'https://docs.spring.io/spring-boot/reference/features/profiles.html',
  ),
  variable(
    'QUARKUS_PROFILE',
    'dev',
    /^(?:dev|test)$/,
    'build-mode',
    'error',
    'development',
    'Quarkus fixes the profile when it builds.',
    'https://quarkus.io/guides/config-reference#profiles',
  ),
];

/** Facts about gradle. */
export const gradle: readonly FlagRow[] = [
  option(
    '-x test',
    /^-x[ =]?\S*[tT]est$/,
    'test-code',
    'none',
    'neutral',
    'Tests do not run; the artifact is the same.',
    'https://docs.gradle.org/current/userguide/command_line_interface.html',
  ),
  option(
    '-Penv',
    /^-P ?(?:env|profile|environment|mode|stage)=/i,
    'build-mode',
    'info',
    'neutral',
    'A property tells the build script about an environment.',
    'https://docs.gradle.org/current/userguide/project_properties.html',
  ),
  option(
    'assembleDebug',
    /^(?:\S*:)?(?:assemble|bundle|install)\w*Debug$/,
    'build-mode',
    'error',
    'development',
    'A debuggable app is built, without shrinking.',
    'https://developer.android.com/build/build-variants',
  ),
  define(
    '-Dquarkus.profile=dev',
    /^-D ?quarkus\.profile=(?:dev|test)$/,
    'build-mode',
    'error',
    'development',
    'Quarkus fixes the profile when it builds.',
    'https://quarkus.io/guides/config-reference#profiles',
  ),
  variable(
    'QUARKUS_PROFILE',
    'dev',
    /^(?:dev|test)$/,
    'build-mode',
    'error',
    'development',
    'Quarkus fixes the profile when it builds.',
    'https://quarkus.io/guides/config-reference#profiles',
  ),
];

/** Facts about java, which JAVA_TOOL_OPTIONS carries. */
export const java: readonly FlagRow[] = [
  option(
    '-agentlib:jdwp',
    /^-(?:agentlib:jdwp|Xrunjdwp)/,
    'debugger',
    'error',
    'development',
    'A debugger port is open, and who reaches it can run any code.',
    'https://docs.oracle.com/en/java/javase/21/docs/specs/jpda/conninv.html',
  ),
  option(
    '-javaagent:jacocoagent.jar',
    /^-javaagent:\S*jacoco/,
    'coverage',
    'error',
    'development',
    'Every branch of every class counts its executions.',
    'https://www.jacoco.org/jacoco/trunk/doc/agent.html',
  ),
  option(
    '-Xint',
    /^-(?:Xint|XX:TieredStopAtLevel=0)$/,
    'optimization',
    'error',
    'development',
    'Nothing is compiled to machine code, commonly 10× slower or more.',
    JAVA,
  ),
  option(
    '-XX:TieredStopAtLevel=1',
    /^-XX:TieredStopAtLevel=[123]$/,
    'optimization',
    'warning',
    'development',
    'Only the quick compiler runs: a faster start and slower code ever after.',
    JAVA,
  ),
  option(
    '-ea',
    /^-(?:ea|enableassertions)(?::|$)/,
    'assertions',
    'warning',
    'development',
    'Assertions are evaluated, which the default does not do.',
    JAVA,
  ),
  option(
    '-Xcheck:jni',
    /^-Xcheck:jni$/,
    'assertions',
    'warning',
    'development',
    'Every call between Java and native code is checked.',
    JAVA,
  ),
  option(
    '-Dspring.profiles.active',
    /^-Dspring\.profiles\.active=(?:\S*,)?(?:dev|test|local|qa|staging)/,
    'runtime-mode',
    'warning',
    'development',
    'A profile for developers or tests is active.',
    'https://docs.spring.io/spring-boot/reference/features/profiles.html',
  ),
  variable(
    'SPRING_PROFILES_ACTIVE',
    'dev',
    /(?:^|,)\s*(?:dev|development|test|local|qa|staging)/,
    'runtime-mode',
    'warning',
    'development',
    'A profile for developers or tests is active.',
    'https://docs.spring.io/spring-boot/reference/features/profiles.html',
  ),
];

/** Facts about kotlinc. */
export const kotlin: readonly FlagRow[] = [
  option(
    '-Xdebug',
    /^-Xdebug$/,
    'debug-info',
    'warning',
    'development',
    'Optimizations that hide variables from a debugger are off.',
    'https://kotlinlang.org/docs/compiler-reference.html',
  ),
];

/** Facts about scalac. */
export const scala: readonly FlagRow[] = [
  option(
    '-Xdisable-assertions',
    /^-X(?:disable-assertions|elide-below)/,
    'assertions',
    'info',
    'production',
    'assert and elidable code are compiled out.',
    'https://docs.scala-lang.org/overviews/compiler-options/',
  ),
  option(
    '-opt',
    /^-opt(?::|-inline|$)/,
    'optimization',
    'info',
    'production',
    'The optimizer runs.',
    'https://docs.scala-lang.org/overviews/compiler-options/optimizer.html',
  ),
];

/** Facts about sbt. */
export const sbt: readonly FlagRow[] = [
  option(
    'coverage',
    /^(?:coverage|coverageOn)$/,
    'coverage',
    'error',
    'development',
    'Classes that are compiled after it count every statement.',
    'https://github.com/scoverage/sbt-scoverage',
  ),
  option(
    '~run',
    /^~/,
    'hot-reload',
    'error',
    'development',
    'The task runs again whenever a file changes.',
    'https://www.scala-sbt.org/1.x/docs/Triggered-Execution.html',
  ),
];

const CONFIGURATION = /^(?:(?:-c|--configuration)(?:[= ]|$)|[-/]p(?:roperty)?:Configuration=)/i;

/** Facts about dotnet; configurations are compared without regard to case. */
export const dotnet: readonly FlagRow[] = [
  option(
    '--configuration Debug',
    /^(?:(?:-c|--configuration)[= ]|[-/]p(?:roperty)?:Configuration=)Debug$/i,
    'build-mode',
    'error',
    'development',
    'A Debug build is not optimized, and source inside #if DEBUG is compiled in.',
    `${DOTNET}/tools/dotnet-publish`,
    { commands: 'build|publish|pack|msbuild|run|', group: 'configuration' },
  ),
  option(
    '--configuration Release',
    /^(?:(?:-c|--configuration)[= ]|[-/]p(?:roperty)?:Configuration=)Release$/i,
    'build-mode',
    'none',
    'production',
    'A Release build is optimized.',
    `${DOTNET}/tools/dotnet-publish`,
    { commands: 'build|publish|pack|msbuild|run|', group: 'configuration' },
  ),
  absence(
    '(no -c Release)',
    CONFIGURATION,
    'optimization',
    'warning',
    'dotnet build makes a Debug build, which is not optimized, unless -c Release says otherwise.',
    `${DOTNET}/tools/dotnet-build`,
    { commands: 'build', name: 'Configuration', verified: true },
  ),
  absence(
    '(no -c Release)',
    CONFIGURATION,
    'build-mode',
    'info',
    'Without -c publish makes a Release build for .NET 8 and later and a Debug build before that.',
    `${DOTNET}/whats-new/dotnet-8/sdk`,
    { commands: 'publish|pack', name: 'Configuration', verified: true },
  ),
  define(
    '-p:DefineConstants',
    /^[-/]p(?:roperty)?:DefineConstants=/i,
    'build-tags',
    'info',
    'neutral',
    'Constants choose which source is compiled.',
    'https://learn.microsoft.com/dotnet/csharp/language-reference/compiler-options/language',
  ),
  define(
    '-p:Optimize=false',
    /^[-/]p(?:roperty)?:Optimize=false$/i,
    'optimization',
    'error',
    'development',
    'The compiler does not optimize.',
    'https://learn.microsoft.com/dotnet/csharp/language-reference/compiler-options/code-generation',
  ),
  define(
    '-p:DebugType',
    /^[-/]p(?:roperty)?:Debug(?:Type|Symbols)=/i,
    'debug-info',
    'none',
    'neutral',
    'Where debug symbols go is decided here.',
    'https://learn.microsoft.com/dotnet/csharp/language-reference/compiler-options/code-generation',
  ),
  define(
    '-p:PublishTrimmed',
    /^[-/]p(?:roperty)?:Publish(?:Trimmed|Aot|ReadyToRun|SingleFile)=true$/i,
    'linkage',
    'info',
    'neutral',
    'Trimming or compiling ahead changes what reflection finds.',
    `${DOTNET}/deploying/trimming/trim-self-contained`,
  ),
  variable(
    'Configuration',
    'Debug',
    /^Debug$/i,
    'build-mode',
    'error',
    'development',
    'MSBuild takes the variable as a property, so a Debug build is made.',
    'https://learn.microsoft.com/visualstudio/msbuild/how-to-use-environment-variables-in-a-build',
  ),
  variable(
    'ASPNETCORE_ENVIRONMENT DOTNET_ENVIRONMENT',
    'Development',
    /^(?:Development|Test|Testing|Local)$/i,
    'runtime-mode',
    'warning',
    'development',
    'Clients see the developer exception page, and settings for development are read.',
    'https://learn.microsoft.com/aspnet/core/fundamentals/environments',
  ),
  command(
    'dotnet watch',
    /^dotnet watch/,
    'hot-reload',
    'error',
    'The program is rebuilt whenever a file changes.',
    `${DOTNET}/tools/dotnet-watch`,
  ),
  command(
    'dotnet run',
    /^dotnet run$/,
    'build-mode',
    'warning',
    'dotnet run builds at every start, so the image ships source and SDK.',
    `${DOTNET}/tools/dotnet-run`,
  ),
];

/** Facts about coverage tools of .NET. */
export const coverlet: readonly FlagRow[] = [
  command(
    'dotnet-coverage instrument',
    /^(?:coverlet|dotnet-coverage)/,
    'coverage',
    'error',
    'Assemblies are rewritten to count what runs.',
    `${DOTNET}/additional-tools/dotnet-coverage`,
  ),
];

/** Facts about mix. */
export const mix: readonly FlagRow[] = [
  variable(
    'MIX_ENV',
    'dev',
    /^(?:dev|test)$/,
    'build-mode',
    'error',
    'development',
    'The configuration and the packages of developers or tests are compiled in.',
    MIX,
    { verified: true },
  ),
  variable(
    'MIX_ENV',
    'prod',
    /^prod$/,
    'build-mode',
    'none',
    'production',
    'The production configuration is compiled in.',
    'https://hexdocs.pm/mix/Mix.Tasks.Release.html',
    { verified: true },
  ),
  absence(
    '(no MIX_ENV)',
    /^$/,
    'build-mode',
    'error',
    'Without MIX_ENV mix builds for dev, with its configuration and its packages.',
    MIX,
    { commands: 'compile|release|deps.compile|phx.digest|assets.deploy', name: 'MIX_ENV', verified: true },
  ),
  option(
    '--only prod',
    /^--only[= ]prod$/,
    'dependencies',
    'none',
    'production',
    'Packages for development are left out.',
    'https://hexdocs.pm/mix/Mix.Tasks.Deps.Get.html',
    { commands: 'deps.get' },
  ),
  variable(
    'ERL_COMPILER_OPTIONS',
    '{d,TEST}',
    /TEST|cover/,
    'test-code',
    'error',
    'development',
    'Test code or coverage is compiled in.',
    'https://www.erlang.org/doc/apps/compiler/compile.html',
  ),
  variable(
    'ERL_COMPILER_OPTIONS',
    'debug_info',
    /debug_info/,
    'debug-info',
    'info',
    'neutral',
    'Modules keep their abstract code; releases strip it by default.',
    'https://hexdocs.pm/mix/Mix.Tasks.Release.html',
  ),
  file(
    'strip_beams: false',
    /strip_beams:\s*false/,
    'debug-info',
    'info',
    'development',
    'Releases keep the debug chunks of modules.',
    'https://hexdocs.pm/mix/Mix.Tasks.Release.html',
    { verified: true },
  ),
  command(
    'mix phx.server',
    /^mix phx\.server$/,
    'hot-reload',
    'warning',
    'mix compiles at the start, and in dev reloads code and shows errors.',
    'https://hexdocs.pm/phoenix/releases.html',
  ),
];

/** Facts about rebar3. */
export const rebar3: readonly FlagRow[] = [
  option(
    'as prod',
    /^as[ =](?:\S*,)?prod/,
    'build-mode',
    'none',
    'production',
    'The release carries its own runtime and copies of its files.',
    'https://rebar3.org/docs/deployment/releases/',
  ),
  absence(
    '(no "as prod")',
    /^as$/,
    'build-mode',
    'warning',
    'Without "as prod" the release is made of links into the build folder.',
    'https://rebar3.org/docs/configuration/profiles/',
    { commands: 'release|tar', name: 'REBAR_PROFILE' },
  ),
];

/** Facts about flutter; build makes a release unless told otherwise. */
export const flutter: readonly FlagRow[] = [
  option(
    '--debug',
    /^--debug$/,
    'build-mode',
    'error',
    'development',
    'Code is compiled while it runs, with assertions and service extensions.',
    FLUTTER,
    { commands: 'build', group: 'mode' },
  ),
  option(
    '--profile',
    /^--profile$/,
    'profiling',
    'error',
    'development',
    'Hooks for profilers stay in the app.',
    FLUTTER,
    { commands: 'build', group: 'mode' },
  ),
  option(
    '--release',
    /^--release$/,
    'build-mode',
    'none',
    'production',
    'Code is compiled ahead and assertions are off.',
    FLUTTER,
    { commands: 'build', group: 'mode' },
  ),
  option(
    '--dart-define',
    /^--(?:dart-define(?:-from-file)?|flavor)[= ]/,
    'embedded-configuration',
    'warning',
    'neutral',
    'The value becomes a constant of the app, so one artifact cannot serve two environments.',
    'https://docs.flutter.dev/deployment/flavors',
    { commands: 'build' },
  ),
];

/** Facts about dart. */
export const dart: readonly FlagRow[] = [
  option(
    '--enable-asserts',
    /^--enable-asserts$/,
    'assertions',
    'warning',
    'development',
    'Assertions are evaluated.',
    'https://dart.dev/tools/dart-run',
  ),
];

/** Facts about system packages that serve developers. */
export const apt: readonly FlagRow[] = [
  option(
    'gdb',
    /^(?:gdb|gdbserver|lldb|strace|ltrace|valgrind|linux-perf\S*|linux-tools\S*|tcpdump|\S+-dbg(?:sym)?)$/,
    'debugger',
    'info',
    'development',
    'Tools for debugging are in the image.',
    'https://docs.docker.com/build/building/best-practices/',
  ),
  option(
    'php-xdebug',
    /^php[\d.]*-(?:pecl-)?xdebug$/,
    'debugger',
    'error',
    'development',
    'Xdebug slows down every call unless its mode is off.',
    'https://xdebug.org/docs/all_settings#mode',
  ),
];

/** Facts about docker build; whole words of the target count, `latest` is no test. */
export const docker: readonly FlagRow[] = [
  option(
    '--target test',
    /^--target[= ](?:\S*[-_.])?(?:test|tests|testing|dev|develop|development|debug)(?:[-_.]\S*)?$/i,
    'build-mode',
    'warning',
    'development',
    'A stage for developers or tests is what is built.',
    'https://docs.docker.com/build/building/multi-stage/',
  ),
];

/** Facts about variables that any program may read. */
export const environment: readonly FlagRow[] = [
  variable(
    'LOG_LEVEL LOGLEVEL',
    'debug',
    /^(?:debug|trace|verbose|all)$/i,
    'logging',
    'info',
    'development',
    'By convention everything is logged.',
    'https://12factor.net/config',
  ),
  variable(
    'DEBUG VERBOSE TRACE',
    '1',
    /^(?:1|true|yes|on)$/i,
    'logging',
    'info',
    'development',
    'By convention a mode for developers is on.',
    'https://12factor.net/config',
  ),
  file(
    '.env.development',
    /(?:^|\/)(?:\.env|config|settings|application|appsettings|nginx)[.-](?:\w+[.-])?(?:dev|development|test|testing|stag|staging|local|qa)(?:[.-]\w+)?$/i,
    'embedded-configuration',
    'warning',
    'neutral',
    'The file of one environment becomes part of the image.',
    'https://12factor.net/config',
  ),
];
