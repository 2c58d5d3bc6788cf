import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (file: string) => fileURLToPath(new URL(`src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    // In this order: an alias also matches what goes on after a slash.
    alias: [
      { find: /^envariant\/plugin$/, replacement: source('plugin.ts') },
      { find: /^envariant\/testing$/, replacement: source('hosts/testing.ts') },
      { find: /^envariant$/, replacement: source('index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'rules/**/*.test.ts'],
    // Threads share one process, which starts faster than forks; two of them, as CI has two cores.
    pool: 'threads',
    maxWorkers: 2,
    isolate: false,
    reporters: ['default', './test/reporter.ts'],
    testTimeout: 240_000,
  },
});
