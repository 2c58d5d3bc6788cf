import { describe, expect, test } from 'vitest';
import {
  environmentOf,
  isBuildToggle,
  isEnvironmentSelector,
  isNeverSelector,
} from '../../src/knowledge/environments.js';

const KINDS: readonly (readonly [value: string, kind: string | undefined])[] = [
  ['production', 'production'],
  ['PROD', 'production'],
  ['prod-eu-1', 'production'],
  ['app:prod', 'production'],
  ['.env.production', 'production'],
  ['live', 'production'],
  ['staging', 'staging'],
  ['stg01', 'staging'],
  ['uat', 'staging'],
  ['preprod', 'staging'],
  ['pre-prod', 'staging'],
  ['preProd', 'staging'],
  ['pre-production', 'staging'],
  ['non-prod', 'staging'],
  ['nonprod', 'staging'],
  ['test', 'testing'],
  ['testing', 'testing'],
  ['QA', 'testing'],
  ['qa2', 'testing'],
  ['e2e', 'testing'],
  ['int', 'testing'],
  ['dev', 'development'],
  ['Development', 'development'],
  ['local', 'development'],
  ['feature-test', 'testing'],
  ['local-dev', 'development'],
  ['int-prod', 'production'],
  ['dev-or-prod', undefined],
  ['product', undefined],
  ['internal', undefined],
  ['print', undefined],
  ['latest', undefined],
  ['device', undefined],
  ['fastest', undefined],
  ['v1.0.0-rc1', undefined],
  ['1.25', undefined],
  ['', undefined],
  ['Release', undefined],
  ['constructor', undefined],
];

describe('environments', () => {
  test.each(KINDS)('%s is %s', (value, kind) => {
    expect(environmentOf(value)).toBe(kind);
  });
});

const SELECTORS =
  'ENV env ENVIRONMENT APP_ENV app_env node_env NODE_ENV nodeEnv RAILS_ENV MIX_ENV DJANGO_ENV STAGE DEPLOY_ENV TARGET_ENV BUILD_ENV BUILD_TYPE BUILD_MODE BUILD_PROFILE BUILD_CONFIGURATION CONFIGURATION PROFILE MODE SPRING_PROFILES_ACTIVE ASPNETCORE_ENVIRONMENT RELEASE_MODE CI_ENVIRONMENT_NAME REACT_APP_ENV deploy-env CMAKE_BUILD_TYPE';
const TOGGLES =
  'DEBUG DEV PRODUCTION RELEASE TESTING RACE COVERAGE COVER SANITIZE INSTALL_DEV WITH_DEV APP_DEBUG WITH_RACE CODE_COVERAGE PHP_DEV ENABLE_DEBUG IS_PRODUCTION COMPOSER_NO_DEV';
const NEVER =
  'TARGETPLATFORM TARGETARCH BUILDPLATFORM TARGETOS ARCH GOARCH GOOS HTTP_PROXY http_proxy no_proxy GO_VERSION NODE_VERSION VERSION TAG IMAGE_TAG BASE_DIGEST SHA256 FOO_SHA256 CHECKSUM NPM_REGISTRY APT_MIRROR PIP_INDEX_URL UID GID PUID USER_ID USERNAME CI BUILDKIT_INLINE_CACHE SOURCE_DATE_EPOCH GIT_COMMIT COMMIT_SHA CI_COMMIT_SHA VCS_REF BUILD_DATE BUILD_NUMBER GITHUB_TOKEN API_KEY DB_PASSWORD SECRET_KEY TZ CACHEBUST';
const NEITHER =
  'INSTALL_XDEBUG INSTALL_GIT INSTALL_NODE FEATURES PHP_EXTENSIONS VIRTUAL_ENV BASH_ENV API_URL NETWORK_MODE AWS_PROFILE';

describe('names', () => {
  test.each(SELECTORS.split(' '))('%s selects an environment', (name) => {
    expect([isEnvironmentSelector(name), isNeverSelector(name)]).toEqual([true, false]);
  });
  test.each(TOGGLES.split(' '))('%s is a toggle', (name) => {
    expect([isBuildToggle(name), isNeverSelector(name)]).toEqual([true, false]);
  });
  test.each(NEVER.split(' '))('%s is never a selector', (name) => {
    expect([isNeverSelector(name), isEnvironmentSelector(name), isBuildToggle(name)]).toEqual([true, false, false]);
  });
  test.each(NEITHER.split(' '))('%s is neither selector nor toggle', (name) => {
    expect([isEnvironmentSelector(name), isBuildToggle(name)]).toEqual([false, false]);
  });
});
