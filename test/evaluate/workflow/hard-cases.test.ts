/* The hard cases of semantics.md section 7 that begin in a workflow; what they mean is the linker's to say. */
import { expect, it } from 'vitest';
import { buildsAt, commandsAt, deploymentsAt, evaluate } from './run.js';

const MAIN = { 'github.ref': 'refs/heads/main' };
const DEV = { 'github.ref': 'refs/heads/dev' };
const TAG = { 'github.ref': 'refs/tags/v1' };

it('35: one build may have the tags of two environments', () => {
  const made = evaluate(`on: push
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, build-args: ENV=staging, tags: 'app:staging,app:prod' }
`);
  expect(buildsAt(made, MAIN)).toEqual(['Dockerfile ENV=staging app:staging app:prod pushed']);
});

it('36: two jobs push one tag with different arguments', () => {
  const made = evaluate(`on: push
jobs:
  staging:
    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, build-args: ENV=staging, tags: 'app:\${{ github.sha }}' }
  prod:
    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, build-args: ENV=prod, tags: 'app:\${{ github.sha }}' }
`);
  const [first, second] = made.caller.builds;
  expect(first?.tags[0]?.text).toBe(second?.tags[0]?.text);
  expect(made.caller.builds.map(({ evidence }) => evidence.map(({ kind }) => kind))).toEqual([
    ['staging'],
    ['production'],
  ]);
});

it('37: a retag goes to whoever follows commands, with the tag that was built', () => {
  const made = evaluate(`on: push
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, build-args: ENV=testing, tags: 'app:\${{ github.sha }}' }
  promote:
    needs: build
    environment: production
    steps:
      - run: crane tag app:$GITHUB_SHA prod
`);
  expect(commandsAt(made, MAIN)).toEqual(['crane tag app:⟨${{ github.sha }}⟩ prod']);
  const [{ step, standing, texts } = {}] = made.followed;
  expect(step?.words[2]?.item.text).toBe(made.caller.builds[0]?.tags[0]?.text);
  expect(texts).toBe(made.caller.texts);
  expect(standing?.evidence.map(({ source, kind }) => [source, kind])).toEqual([['environment key', 'production']]);
});

it('38: a digest of unknown origin is a text like others', () => {
  const made = evaluate(`on: push
jobs: { a: { steps: [{ uses: azure/k8s-deploy@v5, with: { images: 'app@sha256:abc' } }] } }
`);
  expect(deploymentsAt(made, MAIN)).toEqual(['app@sha256:abc']);
});

it('55: an argument that depends on the ref, deployed from another one', () => {
  const made = evaluate(`on: { push: { branches: [main, dev], tags: ['v*'] } }
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          build-args: ENV=\${{ github.ref == 'refs/heads/main' && 'production' || 'testing' }}
          tags: app:\${{ github.sha }}
  deploy:
    needs: build
    if: startsWith(github.ref, 'refs/tags/')
    environment: production
    steps:
      - uses: azure/k8s-deploy@v5
        with: { images: 'app:\${{ github.sha }}' }
`);
  expect(buildsAt(made, MAIN)).toEqual(['Dockerfile ENV=production app:⟨${{ github.sha }}⟩ pushed']);
  expect(buildsAt(made, TAG)).toEqual(['Dockerfile ENV=testing app:⟨${{ github.sha }}⟩ pushed']);
  expect([deploymentsAt(made, MAIN), deploymentsAt(made, DEV)]).toEqual([[], []]);
  expect(deploymentsAt(made, TAG)).toEqual([
    'app:⟨${{ github.sha }}⟩ environment key:production=production branch:tags=production',
  ]);
  // The deployment and the build for testing exist together, the other build does not.
  const { space } = made.caller.texts;
  const [deployment] = made.caller.deployments;
  expect(
    made.caller.builds.map(({ when, arguments: [argument] }) => [
      argument && made.caller.texts.constant(argument.text),
      deployment && space.and(when, deployment.when) !== space.false,
    ]),
  ).toEqual([
    ['production', false],
    ['testing', true],
  ]);
});

it('56: a matrix over environments is one image for each', () => {
  const made = evaluate(`on: push
jobs:
  build:
    strategy: { matrix: { env: [staging, production] } }
    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, build-args: 'ENV=\${{ matrix.env }}', tags: 'app:\${{ matrix.env }}' }
`);
  expect(buildsAt(made, MAIN)).toEqual([
    'Dockerfile ENV=staging app:staging pushed',
    'Dockerfile ENV=production app:production pushed',
  ]);
});

it('57: a reusable workflow with two environments is the same', () => {
  const made = evaluate(
    `on: push
jobs:
  staging: { uses: ./.github/workflows/build.yml, with: { env: staging } }
  production: { uses: ./.github/workflows/build.yml, with: { env: production } }
`,
    {
      '.github/workflows/build.yml': `on: { workflow_call: { inputs: { env: { type: string } } } }
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, build-args: 'ENV=\${{ inputs.env }}', tags: 'app:\${{ inputs.env }}' }
`,
    },
  );
  expect(buildsAt(made, MAIN)).toEqual([
    'Dockerfile ENV=staging app:staging pushed',
    'Dockerfile ENV=production app:production pushed',
  ]);
});
