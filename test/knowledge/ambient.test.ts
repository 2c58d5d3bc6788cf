import { describe, expect, test } from 'vitest';
import { ambientOf, ambientVariable } from '../../src/knowledge/ambient.js';

const ROWS: readonly (readonly [command: string, expected: string])[] = [
  ['date', 'clock volatile'],
  ['date +%s', 'clock volatile'],
  ['date -u +%Y-%m-%d', 'clock volatile'],
  ['date -u -d @1700000000', 'none'],
  ['date -ud @1700000000', 'none'],
  ['date -r file', 'none'],
  ['hostname', 'host'],
  ['/bin/hostname -f', 'host'],
  ['uname -m', 'host'],
  ['whoami', 'user'],
  ['id -u', 'user'],
  ['git rev-parse HEAD', 'checkout'],
  ['git -C sub describe --tags', 'checkout'],
  ['git config user.name', 'user'],
  ['git config --get user.email', 'user'],
  ['git config core.bare', 'checkout'],
  ['git var GIT_AUTHOR_IDENT', 'user'],
  ['git commit -m x', 'none'],
  ['git ls-remote x', 'network'],
  ['uuidgen', 'random volatile'],
  ['openssl rand -hex 8', 'random volatile'],
  ['openssl dgst x', 'none'],
  ['mktemp -d', 'random volatile'],
  ['head -c 8 /dev/urandom', 'random volatile'],
  ['dd if=/dev/urandom of=x', 'random volatile'],
  ['nproc', 'cores'],
  ['getconf _NPROCESSORS_ONLN', 'cores'],
  ['grep -c processor /proc/cpuinfo', 'cores'],
  ['curl -s https://ifconfig.me', 'network'],
  ['dpkg --print-architecture', 'host'],
  ['cat VERSION', 'none'],
  ['echo x', 'none'],
];

describe('ambient answers', () => {
  test.each(ROWS)('%s: %s', (command, expected) => {
    const found = ambientOf(command.split(' '));
    expect(found === undefined ? 'none' : `${found.source}${found.volatile ? ' volatile' : ''}`).toBe(expected);
  });
  test('variables', () => {
    expect(ambientVariable('RANDOM')).toEqual({ source: 'random', volatile: true });
    expect(ambientVariable('HOSTNAME')).toEqual({ source: 'host', volatile: false });
    expect(ambientVariable('ENV')).toBeUndefined();
  });
});
