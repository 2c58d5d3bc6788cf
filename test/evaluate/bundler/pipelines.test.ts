/* The step of a pipeline that builds says what the configuration sees, where it says anything that decides. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from './evaluate.js';

type Project = Readonly<Record<string, string>>;

const WORKFLOW = '.github/workflows/ci.yml';
const CONFIG = `module.exports = { mode: process.env.NODE_ENV === 'production' ? 'production' : 'development' };\n`;
const PACKAGE = JSON.stringify({ scripts: { build: 'webpack', pack: 'npm run build' } });
const DECIDED = (name: string) => `{"${name}":["production"]} → mode: production\notherwise → mode: development`;
const OPEN = `webpack.config.js:1 warning\n${DECIDED('NODE_ENV')}`;

const job = (text: string, on = 'push') => `on: ${on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n${text}`;
const CHOICE = '{ workflow_dispatch: { inputs: { env: { type: choice, options: [production, staging] } } } }';
const files = (more: Project, folder = ''): Project => ({
  [`${folder}webpack.config.js`]: CONFIG,
  [`${folder}package.json`]: PACKAGE,
  ...more,
});
const found = (project: Project, config = 'webpack.config.js'): readonly string[] =>
  findingsOf(project, config, ...Object.keys(project).filter((path) => /\.yml$|Makefile|Jenkinsfile/.test(path)));

describe('a pipeline that fixes the mode', () => {
  it.each<[string, Project]>([
    ['a step', { [WORKFLOW]: job('    steps:\n      - run: npm run build\n        env: { NODE_ENV: production }\n') }],
    ['a job', { [WORKFLOW]: job('    env: { NODE_ENV: production }\n    steps:\n      - run: npm run pack\n') }],
    ['the command', { [WORKFLOW]: job('    steps:\n      - run: NODE_ENV=production npx webpack\n') }],
    ['an export', { [WORKFLOW]: job('    steps:\n      - run: export NODE_ENV=production && yarn build\n') }],
    [
      'GitLab',
      { '.gitlab-ci.yml': 'variables: { NODE_ENV: production }\nbuild:\n  script: [npm ci, npm run build]\n' },
    ],
    [
      'make',
      {
        [WORKFLOW]: job('    env: { NODE_ENV: production }\n    steps:\n      - run: make dist\n'),
        Makefile: 'dist:\n\tnpm run build\n',
      },
    ],
  ])('%s', (_, pipeline) => {
    expect(found(files({}))).toEqual([OPEN]);
    expect(found(files(pipeline))).toEqual([]);
  });

  it('in the folder of the package', () => {
    const steps = (rest: string) =>
      job(`    env: { NODE_ENV: production }\n    steps:\n      - run: npm run build\n${rest}`);
    const config = 'web/webpack.config.js';
    const inside = files({ [WORKFLOW]: steps('        working-directory: web\n') }, 'web/');
    expect(found(inside, config)).toEqual([]);
    const outside = files({ [WORKFLOW]: steps('') }, 'web/');
    expect(found(outside, config)).toEqual([OPEN.replace('webpack', 'web/webpack')]);
    const prefix = job('    env: { NODE_ENV: production }\n    steps:\n      - run: npm --prefix web run build\n');
    expect(found(files({ [WORKFLOW]: prefix }, 'web/'), config)).toEqual([]);
  });
});

describe('a pipeline that leaves it open', () => {
  it('to whoever starts it', () => {
    const steps = '    env:\n      NODE_ENV: ${{ inputs.env }}\n    steps:\n      - run: npm run build\n';
    expect(found(files({ [WORKFLOW]: job(steps, CHOICE) }))).toEqual([
      `webpack.config.js:1 warning\n${DECIDED('inputs.env')}`,
    ]);
  });

  it('says no more than the script where it gives nothing that decides', () => {
    const steps = '    env: { CI_NAME: x }\n    steps:\n      - run: npm run build\n';
    expect(found(files({ [WORKFLOW]: job(steps) }))).toEqual([OPEN]);
  });

  it('says nothing where a Dockerfile builds what ships', () => {
    const steps = '    env: { NODE_ENV: production }\n    steps:\n      - run: npm run build\n';
    const Dockerfile = 'FROM node:20\nARG NODE_ENV\nCOPY . .\nRUN npm run build\n';
    expect(found(files({ [WORKFLOW]: job(steps), Dockerfile }))).toEqual([OPEN]);
  });
});
