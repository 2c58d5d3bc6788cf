// @ts-check
import { definePlugin } from 'envariant/plugin';
import { csv } from './csv.js';
import floatingBase from './rules/floating-base/rule.js';

export default definePlugin({
  name: 'acme',
  rules: [floatingBase],
  // For `envariant explain acme/floating-base`.
  pages: new URL('./rules/', import.meta.url),
  formatters: [csv],
  environments: {
    // What Acme calls the environments that others call staging and production.
    values: { gamma: 'staging', orbit: 'production' },
    selectors: ['ACME_ZONE'],
  },
  // Acme's own compiler: `acmec build` makes what ships, everything else only looks.
  commands: {
    acmec: { toolchain: 'acmec', valued: '-o', subcommands: { build: 'compile' }, otherwise: 'check' },
  },
});
