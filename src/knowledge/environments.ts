/**
 * Which words name an environment, and which input names select one (semantics 1.6 and 5.9).
 *
 * Whole tokens only: `product`, `internal`, `fingerprint` and `latest` contain the names of environments and are none.
 */

/** The four kinds of environment that names are sorted into. */
export type EnvironmentKind = 'production' | 'staging' | 'testing' | 'development';

/** Words that mean one environment wherever they stand. */
const STRONG: Readonly<Record<string, EnvironmentKind>> = {
  prod: 'production',
  prd: 'production',
  production: 'production',
  live: 'production',
  stage: 'staging',
  staging: 'staging',
  stg: 'staging',
  stag: 'staging',
  preprod: 'staging',
  preproduction: 'staging',
  prelive: 'staging',
  nonprod: 'staging',
  nonproduction: 'staging',
  uat: 'staging',
  test: 'testing',
  tests: 'testing',
  testing: 'testing',
  tst: 'testing',
  qa: 'testing',
  qc: 'testing',
  e2e: 'testing',
  dev: 'development',
  devel: 'development',
  develop: 'development',
  development: 'development',
  sandbox: 'development',
  sbx: 'development',
};

/** Words that mean an environment only when no strong word stands beside them (`int-prod`, `feature-test`, `local-dev`). */
const WEAK: Readonly<Record<string, EnvironmentKind>> = {
  pre: 'staging',
  acceptance: 'staging',
  accept: 'staging',
  acc: 'staging',
  rc: 'staging',
  demo: 'staging',
  canary: 'staging',
  int: 'testing',
  integration: 'testing',
  ci: 'testing',
  sit: 'testing',
  perf: 'testing',
  load: 'testing',
  local: 'development',
  localhost: 'development',
  playground: 'development',
  review: 'development',
  preview: 'development',
  feature: 'development',
  trunk: 'development',
};

/** Breaks `preProd`, `pre-prod`, `APP_prod` and `api:dev` into lower-case words. */
function tokensOf(text: string): readonly string[] {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_./:\s@,+]+/)
    .filter((token) => token !== '');
}

/** Words that turn a following `prod` into something before production. */
const BEFORE = new Set(['pre', 'non', 'not', 'no', 'sub', 'near']);

/** Words that make of a following `stage` a part of a build. */
const STAGES = new Set(['multi', 'build', 'builder', 'base', 'final', 'first', 'last', 'single']);

function strongOf(token: string): EnvironmentKind | undefined {
  const exact = own(STRONG, token);
  if (exact !== undefined) return exact;
  // `dev2`, `staging01`: numbered copies of an environment; weak words are left alone, `rc1` is a version.
  const bare = token.replace(/\d{1,2}$/, '');
  return bare === token ? undefined : own(STRONG, bare);
}

/** A property of a table without those of Object.prototype (a build argument may be called `constructor`). */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/**
 * The kind of environment that a name means (`prod-eu-1`, `test`, `preProd`), or undefined when it names none, or two
 * that contradict each other (`dev-or-prod`).
 */
export function environmentOf(value: string): EnvironmentKind | undefined {
  const tokens = tokensOf(value);
  let strong: EnvironmentKind | undefined;
  let weak: EnvironmentKind | undefined;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    const next = tokens[index + 1];
    // `multi-stage` says how a Dockerfile is built.
    let kind = token === 'stage' && STAGES.has(tokens[index - 1] ?? '') ? undefined : strongOf(token);
    if (next !== undefined && BEFORE.has(token) && strongOf(next) === 'production') {
      kind = 'staging';
      index++;
    }
    if (kind !== undefined) {
      if (strong !== undefined && strong !== kind) return undefined;
      strong = kind;
    } else weak ??= own(WEAK, token);
  }
  return strong ?? weak;
}

/** `appEnv`, `app-env`, `app.env` and `APP_ENV` are one name to people who write them. */
function canonical(name: string): string {
  return tokensOf(name).join('_').toUpperCase();
}

/** Names that people give to the question "which environment is this for?". */
const SELECTORS = new Set(
  (
    'ENV ENVIRONMENT ENVIRONMENT_NAME ENVIRONMENT_TYPE ENV_NAME ENV_TYPE ENV_MODE ENV_STAGE STAGE TIER DEPLOY_TIER DEPLOYMENT_TIER ' +
    'APP_STAGE DEPLOY_STAGE DEPLOYMENT_STAGE SERVERLESS_STAGE TARGET_STAGE BUILD_TYPE BUILD_MODE BUILD_PROFILE BUILD_CONFIG ' +
    'BUILD_CONFIGURATION BUILD_FLAVOR BUILD_FLAVOUR BUILD_VARIANT BUILD_TARGET_ENV BUILD_SCRIPT_ENV CONFIGURATION PROFILE MODE ' +
    'RELEASE_MODE RELEASE_TYPE RELEASE_STAGE RELEASE_PROFILE APP_MODE RUN_MODE GIN_MODE DEPLOY_MODE NODE_MODE VITE_MODE ' +
    'WEBPACK_MODE MVN_PROFILE MAVEN_PROFILE MAVEN_PROFILES GRADLE_PROFILE CARGO_PROFILE RUST_PROFILE BAZEL_MODE ' +
    'SPRING_PROFILE SPRING_PROFILES SPRING_PROFILES_ACTIVE MICRONAUT_ENVIRONMENTS QUARKUS_PROFILE ASPNETCORE_ENVIRONMENT ' +
    'DOTNET_ENVIRONMENT DOTNET_CONFIGURATION CMAKE_BUILD_TYPE MESON_BUILDTYPE BUILDTYPE BUILDMODE DJANGO_SETTINGS_MODULE ' +
    'DJANGO_CONFIGURATION DEPLOYMENT_TARGET DEPLOY_TARGET DEPLOY_TO NG_CONFIGURATION ANGULAR_CONFIGURATION ' +
    'NG_CONFIG ANGULAR_ENVIRONMENT CI_ENVIRONMENT_NAME CI_ENVIRONMENT_SLUG CI_ENVIRONMENT_TIER'
  ).split(' '),
);

/** Names that end like a selector and say where something lies instead. */
const NOT_SELECTORS = new Set(
  'VIRTUAL_ENV CONDA_DEFAULT_ENV CONDA_ENV BASH_ENV GITHUB_ENV UV_PROJECT_ENVIRONMENT PYENV PIP_ENV CMD_ENV USER_ENV'.split(
    ' ',
  ),
);

/** Whether a name asks which environment a build is for; `node_env` and `buildMode` do as well as `NODE_ENV`. */
export function isEnvironmentSelector(name: string): boolean {
  const key = canonical(name);
  if (NOT_SELECTORS.has(key)) return false;
  return SELECTORS.has(key) || /(?:^|_)(?:ENV|ENVIRONMENT)$/.test(key);
}

/** Switches whose name is one of these, whatever stands before an underscore in the second list. */
const TOGGLES = new Set(
  (
    'DEBUG DEV DEVEL DEVELOPMENT PROD PRODUCTION RELEASE TEST TESTS TESTING RACE COVERAGE COVER GCOV ' +
    'SANITIZE SANITIZER SANITIZERS ASAN TSAN MSAN UBSAN LSAN PROFILING OPTIMIZE OPTIMIZED INSTRUMENT INSTRUMENTED ' +
    'INSTALL_DEV WITH_DEV NO_DEV SKIP_DEV DEV_DEPS DEV_DEPENDENCIES INSTALL_DEV_DEPS INSTALL_DEV_DEPENDENCIES DEV_MODE DEV_BUILD ' +
    'DEBUG_BUILD DEBUG_MODE DEBUG_SYMBOLS RELEASE_BUILD PROD_BUILD PRODUCTION_BUILD TEST_BUILD BUILD_TESTS WITH_TESTS ' +
    'INSTALL_TEST INSTALL_TESTS RACE_FLAG RACE_DETECTOR RACE_ENABLED GO_RACE CODE_COVERAGE COVERAGE_ENABLED ' +
    'DEV_TOOLS INSTALL_DEV_TOOLS WITH_DEV_TOOLS RUN_TESTS ' +
    'DISABLE_OPTIMIZATION DISABLE_OPTIMIZATIONS TEST_MODE TESTING_MODE PRODUCTION_MODE PROD_MODE'
  ).split(' '),
);

/** Whether a name is a yes-or-no question that stands for a kind of build (`DEBUG`, `WITH_RACE`, `PHP_DEV`). */
export function isBuildToggle(name: string): boolean {
  const key = canonical(name);
  if (TOGGLES.has(key)) return true;
  // The parts are whole tokens: INSTALL_XDEBUG switches a feature and is no environment.
  return (
    /_(?:DEBUG|DEV|RACE|COVERAGE|ASAN|TSAN|MSAN|UBSAN|SANITIZERS?)$/.test(key) ||
    /^(?:IS|WITH|ENABLE|USE|BUILD|FOR)_(?:DEBUG|DEV|DEVELOPMENT|PROD|PRODUCTION|RELEASE|TEST|TESTING|RACE|COVERAGE|OPTIMIZATIONS?)$/.test(
      key,
    )
  );
}

/** Inputs that differ from build to build for reasons that have nothing to do with environments. */
const NEVER = new Set(
  // Platforms, exactly: TARGET_ENV and BUILD_TYPE begin like these and are environment selectors.
  (
    'TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT TARGETOSVERSION BUILDPLATFORM BUILDOS BUILDARCH BUILDVARIANT BUILDOSVERSION ' +
    'ARCH ARCHITECTURE GOARCH GOOS GOARM GOAMD64 GOARM64 PLATFORM DOCKER_DEFAULT_PLATFORM OSTYPE MACHTYPE HOSTTYPE ' +
    'PROXY GOPROXY GOSUMDB GONOSUMDB GOPRIVATE GONOPROXY ' +
    'UID GID PUID PGID USER GROUP USERID GROUPID USER_ID GROUP_ID USERNAME USER_NAME GROUPNAME GROUP_NAME HOST_UID HOST_GID ' +
    'CI SOURCE_DATE_EPOCH CACHEBUST CACHE_BUST CACHE_BUSTER BUST_CACHE ' +
    'VCS_REF GIT_REF COMMIT GIT_COMMIT GIT_HASH BUILD_DATE DATE NOW TIMESTAMP BUILD_TIME BUILD_TIMESTAMP BUILD_NUMBER BUILD_NUM ' +
    'BUILD_ID BUILD_REF BUILD_URL BUILDNUMBER BUILDDATE CREATED ' +
    'JOBS NPROC NUM_JOBS PARALLEL PARALLELISM MAKE_JOBS CMAKE_BUILD_PARALLEL_LEVEL ' +
    'TZ TIMEZONE LANG LANGUAGE LC_ALL LC_CTYPE DEBIAN_FRONTEND HOME PATH PWD OLDPWD SHELL TERM HOSTNAME'
  ).split(' '),
);

/**
 * Whether a name can never ask for an environment: platforms, proxies, versions and checksums, mirrors and caches, users,
 * commits and dates, secrets (semantics 1.6).
 */
export function isNeverSelector(name: string): boolean {
  const key = canonical(name);
  if (NEVER.has(key) || NEVER.has(name.toUpperCase())) return true;
  if (key.startsWith('BUILDKIT_')) return true;
  return (
    /(?:^|_)(?:VERSION|VERSIONS|VER|TAG|DIGEST|SHA|SHA1|SHA256|SHA512|MD5|CHECKSUM|CHECKSUMS|HASH|COMMIT|REVISION|REV|ARCH|PROXY)$/.test(
      key,
    ) ||
    /(?:^|_)VERSION_/.test(key) ||
    /(?:^|_)(?:MIRROR|MIRRORS|REGISTRY|REGISTRIES|INDEX_URL|EXTRA_INDEX_URL|CACHE|CACHE_DIR|CACHE_FROM|CACHE_TO)$/.test(
      key,
    ) ||
    /(?:^|_)(?:MIRROR|REGISTRY|CACHE)_(?:URL|HOST|PREFIX|DIR|PATH|IMAGE|ID)$/.test(key) ||
    /(?:^|_)(?:UID|GID|USER_ID|GROUP_ID)$/.test(key) ||
    /(?:^|_)(?:SECRET|SECRETS|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS|KEY|API_KEY|DSN)$/.test(key) ||
    /(?:^|_)(?:COMMIT|GIT|VCS|CI_COMMIT)_(?:SHA|REF|SHORT_SHA|DATE|HASH|ID|TIMESTAMP)(?:_|$)/.test(key)
  );
}

/** Whether a name alone says that it decides what is built: that of an environment, or of a switch such as `DEBUG`. */
export function isSelectorName(name: string): boolean {
  return isEnvironmentSelector(name) || isBuildToggle(name);
}
