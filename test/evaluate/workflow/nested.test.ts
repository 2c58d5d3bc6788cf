import { expect, it } from 'vitest';
import { memoryFiles } from '../../../src/hosts/testing.js';
import { lint } from '../../../src/index.js';

const DOCKERFILE = 'FROM golang:1.22\nARG ENV\nCOPY . .\nRUN go build -tags "$ENV" -o /app .\n';

const workflow = (steps: string): string =>
  `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n${steps}`;

it('checks out the folder around .github, wherever that is', () => {
  const run = workflow('      - run: docker build --build-arg ENV=production -t app .\n');
  const action = workflow(
    '      - uses: docker/build-push-action@v6\n        with:\n          build-args: ENV=production\n          tags: app\n',
  );
  const local = workflow('      - uses: ./.github/actions/build\n');
  const composite =
    'runs:\n  using: composite\n  steps:\n    - run: docker build --build-arg ENV=production -t app .\n      shell: bash\n';
  const names = ['run', 'action', 'local'].map((name) => `demo/.github/workflows/${name}.yml`);
  const project = {
    // The one in the root declares nothing.
    Dockerfile: 'FROM debian:12\nCOPY a /a\n',
    'demo/Dockerfile': DOCKERFILE,
    'demo/.github/actions/build/action.yml': composite,
    ...Object.fromEntries([run, action, local].map((text, i) => [names[i] ?? '', text])),
  };
  const files = memoryFiles(new Map(Object.entries(project)));
  const { findings, problems } = lint(['Dockerfile', 'demo/Dockerfile'], files, { around: names });
  expect(problems).toEqual([]);
  expect(findings.map(({ rule }) => rule)).not.toContain('unknown-build-argument');
  // Each of them passes the argument to the Dockerfile beside it.
  const related = findings.flatMap((finding) => finding.related.map(({ location }) => location.file));
  for (const caller of [...names.slice(0, 2), 'demo/.github/actions/build/action.yml'])
    expect(related).toContain(caller);
});
