/* angular.json: the configuration that `ng build` takes, where something that may differ decides about it. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from './evaluate.js';

type Project = Readonly<Record<string, string>>;

const WORKFLOW = '.github/workflows/ci.yml';
const workspace = (build: object, usual?: string): string =>
  JSON.stringify({
    projects: {
      shop: {
        architect: {
          build: {
            options: { optimization: false, sourceMap: true },
            configurations: build,
            ...(usual === undefined ? {} : { defaultConfiguration: usual }),
          },
        },
      },
    },
  });
const file = (name: string) => ({ replace: 'src/env.ts', with: `src/env.${name}.ts` });
const CONFIGURATIONS = {
  production: { optimization: true, sourceMap: false, fileReplacements: [file('prod')], budgets: [{ type: 'all' }] },
  staging: { optimization: true, fileReplacements: [file('staging')] },
  development: { budgets: [] },
};
const scripts = (build: string) => JSON.stringify({ scripts: { build, start: 'ng serve -c development' } });
const found = (more: Project, build = 'ng build', angular = workspace(CONFIGURATIONS, 'production')) => {
  const files: Project = { 'angular.json': angular, 'package.json': scripts(build), ...more };
  return findingsOf(files, 'angular.json', ...Object.keys(files).filter((path) => path.endsWith('.yml')));
};
const PRODUCTION = 'optimization: true, sourceMap: false, src/env.ts: src/env.prod.ts';
const STAGING = 'optimization: true, sourceMap: true, src/env.ts: src/env.staging.ts';
const dockerfile = (run: string, arg = 'ENV') => `FROM node:20\nARG ${arg}\nCOPY . .\nRUN ${run}\n`;

describe('a configuration that is left open', () => {
  it.each<[string, string, Project]>([
    ['by a script', 'ng build --configuration $ENV', {}],
    ['by an argument of a Dockerfile', 'ng build', { Dockerfile: dockerfile('npx ng build --configuration=$ENV') }],
    ['behind a script', 'ng build', { Dockerfile: dockerfile('npm run build -- -c $ENV') }],
    ['behind a script of yarn', 'ng build', { Dockerfile: dockerfile('yarn build --configuration $ENV') }],
  ])('%s', (_, build, more) => {
    expect(found(more, build)).toEqual([
      [
        'angular.json:1 warning',
        `{"ENV":[null,"","production"]} → ${PRODUCTION}`,
        `{"ENV":["staging"]} → ${STAGING}`,
        '{"ENV":["development"]} → optimization: false, sourceMap: true',
      ].join('\n'),
    ]);
  });

  it('by a pipeline', () => {
    const on = '{ workflow_dispatch: { inputs: { env: { type: choice, options: [production, staging] } } } }';
    const run = 'npm run build -- --configuration ${{ inputs.env }}';
    const workflow = `on: ${on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${run}\n`;
    expect(found({ [WORKFLOW]: workflow })).toEqual([
      `angular.json:1 warning\n{"inputs.env":["production"]} → ${PRODUCTION}\notherwise → ${STAGING}`.replaceAll(
        'optimization: true, ',
        '',
      ),
    ]);
  });

  it('with lists of configurations, of which the last wins', () => {
    const list = 'ng build -c $([ "$ENV" = dev ] && echo production,development || echo production)';
    const angular = workspace({ production: { optimization: true }, development: { optimization: false } });
    expect(found({ Dockerfile: dockerfile(list) }, '', angular)).toEqual([
      'angular.json:1 warning\n{"ENV":["dev"]} → optimization: false\notherwise → optimization: true',
    ]);
  });
});

describe('silence', () => {
  it.each<[string, string, Project]>([
    ['the default', 'ng build', {}],
    ['a script that names it', 'ng build --configuration production', {}],
    ['the old name of production', 'ng build --prod', {}],
    ['a Dockerfile that names it', 'ng build', { Dockerfile: dockerfile('npx ng build -c staging && echo $ENV') }],
    ['a Dockerfile that uses the default', 'ng build -c $ENV', { Dockerfile: dockerfile('npx ng build') }],
    ['what nobody knows', 'ng build -c "$(./which)"', {}],
    ['a server', 'ng serve -c $ENV', {}],
    ['another variable', 'ng build --base-href $ENV', {}],
  ])('%s', (_, build, more) => {
    expect(found(more, build)).toEqual([]);
  });

  it('a pipeline that names it', () => {
    const workflow = `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npx ng build -c production\n`;
    expect(found({ [WORKFLOW]: workflow }, 'ng build -c $ENV')).toEqual([]);
  });

  it('budgets only check', () => {
    const angular = workspace({ production: { budgets: [{ type: 'initial' }] }, staging: { budgets: [] } });
    expect(found({}, 'ng build -c $ENV', angular)).toEqual([]);
  });

  it.each(['', '{', '[]', '{"projects":{"a":{"architect":{"build":{"configurations":[1]}}}}}'])(
    'damage: %s',
    (text) => {
      expect(found({}, 'ng build -c $ENV', text)).toEqual([]);
    },
  );
});

it('the words behind a script reach every bundler', () => {
  const config = 'module.exports = (env, argv) => ({ devtool: argv.mode === "production" ? false : "eval" });';
  const Dockerfile = dockerfile('npm run build -- --mode $MODE', 'MODE');
  const files = { 'webpack.config.js': config, 'package.json': scripts('webpack'), Dockerfile };
  expect(findingsOf(files, 'webpack.config.js')).toEqual([
    'webpack.config.js:1 warning\n{"MODE":["production"]} → devtool: false\notherwise → devtool: eval',
  ]);
});
