import { describe, expect, it } from 'vitest';
import { buildsAt, commandsAt, deploymentsAt, evaluate, FILE } from './run.js';

const MAIN = { 'github.ref': 'refs/heads/main' };
const DEV = { 'github.ref': 'refs/heads/dev' };
const V1 = { 'github.ref': 'refs/tags/v1.0' };

/** A step that builds an image of a name. */
function image(tag: string, more = ''): string {
  return `      - uses: docker/build-push-action@v6\n${more}        with:\n          tags: ${tag}\n`;
}

describe('triggers', () => {
  it('restrict the ref: a job on one branch sees that branch', () => {
    const made = evaluate(
      `on: { push: { branches: [main] } }\njobs:\n  a:\n    steps:\n${image('app:${{ github.ref_name }}')}`,
    );
    const [build] = made.caller.builds;
    expect(made.caller.builds).toHaveLength(1);
    expect(build?.tags.map(({ text }) => made.caller.texts.constant(text))).toEqual(['app:main']);
    expect(build?.evidence).toEqual([
      { name: 'main', kind: 'production', source: 'branch', place: { file: FILE, start: 25, end: 29 } },
    ]);
  });

  it.each([
    ['branches: ["release/**"]', 'refs/heads/release/1/2', 'refs/heads/main'],
    ['branches: ["release/*"]', 'refs/heads/release/1', 'refs/heads/release/1/2'],
    ['branches: ["**", "!dev"]', 'refs/heads/x', 'refs/heads/dev'],
    ['branches: ["v[12].x"]', 'refs/heads/v1.x', 'refs/heads/v3.x'],
    ['branches: ["v1?.x"]', 'refs/heads/v.x', 'refs/heads/v11.x'],
    ['branches: ["a+b.c"]', 'refs/heads/aaab.c', 'refs/heads/b.c'],
    ['branches-ignore: [dev]', 'refs/heads/main', 'refs/heads/dev'],
    ['branches: [main]', 'refs/heads/main', 'refs/tags/main'],
    ['tags: ["v*"]', 'refs/tags/v1', 'refs/heads/v1'],
    ['tags-ignore: ["v*"]', 'refs/tags/1', 'refs/tags/v1'],
    ['paths: [src]', 'refs/heads/main', 'refs/pull/1/merge'],
  ])('filter by %s', (filter, yes, no) => {
    const made = evaluate(`on: { push: { ${filter} } }\njobs:\n  a:\n    steps:\n${image('app')}`);
    expect([buildsAt(made, { 'github.ref': yes }), buildsAt(made, { 'github.ref': no })]).toEqual([
      ['Dockerfile app'],
      [],
    ]);
  });

  it('leave no ref that matches a pattern and begins otherwise', () => {
    const made = evaluate(
      `on: { push: { tags: ["v*"] } }\njobs:\n  a:\n    steps:\n${image("\"app:${{ startsWith(github.ref, 'refs/tags/v') && 'release' || 'test' }}\"")}`,
    );
    expect(made.caller.builds.map(({ tags }) => tags.map(({ text }) => made.caller.texts.constant(text)))).toEqual([
      ['app:release'],
    ]);
    expect(made.caller.builds[0]?.evidence.map(({ name, kind, source }) => [name, kind, source])).toEqual([
      ['tags', 'production', 'branch'],
    ]);
  });

  it('may be written as a word, a list or a map', () => {
    for (const on of ['on: push', 'on: [push]', 'on: { push: }', '"on": push', 'on:\n  - push'])
      expect(buildsAt(evaluate(`${on}\njobs:\n  a:\n    steps:\n${image('app')}`), MAIN)).toEqual(['Dockerfile app']);
  });
});

describe('conditions', () => {
  const made = evaluate(`on: { push: { branches: [main, dev], tags: ['v*'] } }
jobs:
  build:
    steps:
      - run: exit 1
        if: github.ref == 'refs/heads/dev' && github.event.forced
${image('app:build')}
  main:
    if: github.ref == 'refs/heads/main'
    needs: build
    steps:
${image('app:main')}
  after:
    needs: [build, main]
    steps:
${image('app:after')}
  always:
    needs: main
    if: \${{ always() && needs.main.result == 'skipped' }}
    steps:
${image('app:skipped')}
`);

  it('hold for jobs and for those that need them', () => {
    expect(buildsAt(made, MAIN)).toEqual(['Dockerfile app:build', 'Dockerfile app:main', 'Dockerfile app:after']);
    expect(buildsAt(made, V1)).toEqual(['Dockerfile app:build', 'Dockerfile app:skipped']);
  });

  it('lose where a step fails', () => {
    const { texts, builds } = made.caller;
    const { space } = texts;
    const dev = builds.filter(
      ({ when }) => space.given(when, space.input('github.ref'), 'refs/heads/dev') === space.true,
    );
    // Always, also where the build was not finished.
    expect(dev.map(({ tags }) => tags.map(({ text }) => texts.constant(text)))).toEqual([['app:skipped']]);
    expect(buildsAt(made, DEV)).toEqual(['Dockerfile app:build', 'Dockerfile app:skipped']);
  });

  it('of steps ask for what other steps did', () => {
    const made = evaluate(`on: push
jobs:
  a:
    steps:
      - id: probe
        if: github.ref == 'refs/heads/main'
        run: echo "found=yes" >> "$GITHUB_OUTPUT"
      - if: steps.probe.outputs.found == 'yes'
        uses: docker/build-push-action@v6
        with: { tags: 'app:found' }
      - if: steps.probe.outcome == 'skipped'
        uses: docker/build-push-action@v6
        with: { tags: 'app:skipped' }
      - if: failure()
        run: ./report
`);
    expect(buildsAt(made, MAIN)).toEqual(['Dockerfile app:found']);
    expect(buildsAt(made, DEV)).toEqual(['Dockerfile app:skipped']);
  });

  it('note a circle of jobs', () => {
    const { caller } = evaluate('on: push\njobs:\n  a: { needs: b }\n  b: { needs: a }\n');
    expect(caller.notes.map(({ message }) => message)).toEqual([
      'the job a waits for itself',
      'the job b waits for itself',
    ]);
  });
});

describe('matrices', () => {
  it('are the product of lists, less exclude, more include', () => {
    const made = evaluate(`on: push
jobs:
  a:
    strategy:
      matrix:
        os: [x, y]
        env: [dev, prod]
        exclude: [{ os: y, env: dev }]
        include:
          - { os: x, env: prod, flag: '1' }
          - { env: prod, more: m }
          - { os: z, env: qa }
    steps:
${image('app:${{ matrix.os }}-${{ matrix.env }}-${{ matrix.flag }}${{ matrix.more }}')}`);
    expect(buildsAt(made, MAIN)).toEqual([
      'Dockerfile app:x-dev-',
      'Dockerfile app:x-prod-1m',
      'Dockerfile app:y-prod-m',
      'Dockerfile app:z-qa-',
    ]);
  });

  it('may come out of JSON, of an output, or of nothing that is known', () => {
    const of = (matrix: string): readonly string[] =>
      buildsAt(
        evaluate(`on: push
jobs:
  plan:
    outputs: { envs: '\${{ steps.p.outputs.envs }}' }
    steps:
      - id: p
        run: echo 'envs=["dev","prod"]' >> $GITHUB_OUTPUT
  a:
    needs: plan
    strategy:
      matrix: ${matrix}
    steps:
${image('app:${{ matrix.env }}')}`),
        MAIN,
      );
    expect(of(`{ env: "\${{ fromJSON('[1,2]') }}" }`)).toEqual(['Dockerfile app:1', 'Dockerfile app:2']);
    expect(of("{ env: '${{ fromJSON(needs.plan.outputs.envs) }}' }")).toEqual([
      'Dockerfile app:dev',
      'Dockerfile app:prod',
    ]);
    expect(of("'${{ fromJSON(vars.MATRIX) }}'")).toEqual(['Dockerfile app:⟨${{ matrix.env }}⟩']);
  });

  it('are bounded, with a note', () => {
    const list = Array.from({ length: 9 }, (_, i) => i).join(', ');
    const { caller } = evaluate(
      `on: push\njobs:\n  a:\n    strategy: { matrix: { a: [${list}], b: [${list}] } }\n    steps:\n${image('app:${{ matrix.a }}${{ matrix.b }}')}`,
    );
    expect(caller.builds).toHaveLength(64);
    expect(caller.notes.map(({ message }) => message)).toEqual([
      'this matrix has more than 64 rows; the others are not evaluated',
    ]);
  });

  it('have one deployment for each environment that a row names', () => {
    const made = evaluate(`on: push
jobs:
  deploy:
    strategy: { matrix: { env: [staging, production] } }
    environment: \${{ matrix.env }}
    steps:
      - uses: azure/k8s-deploy@v5
        with: { images: 'app:1' }
`);
    expect(deploymentsAt(made, MAIN)).toEqual([
      'app:1 environment key:staging=staging job:staging=staging',
      'app:1 environment key:production=production job:production=production',
    ]);
  });
});

describe('environments', () => {
  it('of a job are told apart by the branch', () => {
    const made = evaluate(`on: { push: { branches: [main, dev] } }
jobs:
  deploy:
    environment:
      name: \${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}
      url: https://x
    steps:
      - uses: azure/k8s-deploy@v5
        with: { images: 'app:1' }
`);
    expect(deploymentsAt(made, MAIN)).toEqual(['app:1 environment key:production=production branch:main=production']);
    expect(deploymentsAt(made, DEV)).toEqual(['app:1 environment key:staging=staging branch:dev=development']);
  });

  it('of an input are its options', () => {
    const made = evaluate(`on:
  workflow_dispatch:
    inputs: { target: { type: choice, options: [qa, production] } }
jobs:
  deploy:
    environment: \${{ inputs.target }}
    steps:
      - uses: azure/k8s-deploy@v5
        with: { images: 'app:1' }
`);
    expect(made.caller.deployments).toHaveLength(2);
    expect(deploymentsAt(made, { 'inputs.target': 'qa' })).toEqual(['app:1 environment key:qa=testing']);
    expect(deploymentsAt(made, { 'inputs.target': 'production' })).toEqual([
      'app:1 environment key:production=production',
    ]);
  });

  it('are said by names of steps, jobs and workflows, the nearest first', () => {
    const of = (workflow: string, job: string, step: string): readonly string[] =>
      deploymentsAt(
        evaluate(
          `name: ${workflow}\non: push\njobs:\n  ${job}:\n    steps:\n      - name: ${step}\n        uses: azure/k8s-deploy@v5\n        with: { images: 'app' }\n`,
        ),
        MAIN,
      );
    expect(of('Staging', 'deploy', 'Go')).toEqual(['app job:Staging=staging']);
    expect(of('Staging', 'deploy-prod', 'Go')).toEqual(['app job:deploy-prod=production']);
    expect(of('Staging', 'deploy-prod', 'Deploy to UAT')).toEqual(['app job:Deploy to UAT=staging']);
    expect(of('Image CI', 'build-and-test', 'Build, test & push')).toEqual(['app']);
  });
});

describe('reusable workflows', () => {
  const CALLED = `on:
  workflow_call:
    inputs:
      environment: { type: string, required: true }
      debug: { type: boolean, default: false }
      tag: { type: string, default: latest }
    secrets: { TOKEN: { required: true } }
    outputs:
      image: { value: '\${{ jobs.build.outputs.image }}' }
jobs:
  build:
    environment: \${{ inputs.environment }}
    outputs: { image: 'app:\${{ inputs.tag }}' }
    steps:
      - uses: docker/build-push-action@v6
        with:
          build-args: |
            ENV=\${{ inputs.environment }}
            DEBUG=\${{ inputs.debug && '1' || '0' }}
          tags: app:\${{ inputs.tag }}
          secrets: \${{ secrets.TOKEN }}
`;
  const OTHER = '.github/workflows/build.yml';

  it('have the inputs that a caller gives', () => {
    const made = evaluate(
      `on: push
jobs:
  one:
    uses: ./${OTHER}
    with: { environment: staging, debug: true }
    secrets: inherit
  two:
    needs: one
    uses: ./${OTHER}
    with: { environment: production, tag: 'v1' }
  deploy:
    needs: two
    steps:
      - uses: azure/k8s-deploy@v5
        with: { images: '\${{ needs.two.outputs.image }}' }
`,
      { [OTHER]: CALLED },
    );
    expect(made.caller.notes).toEqual([]);
    expect(buildsAt(made, MAIN)).toEqual([
      'Dockerfile ENV=staging DEBUG=1 app:latest',
      'Dockerfile ENV=production DEBUG=0 app:v1',
    ]);
    expect(made.caller.builds.map(({ evidence }) => evidence.map(({ name, source }) => `${source} ${name}`))).toEqual([
      ['environment key staging', 'job staging'],
      ['environment key production', 'job production'],
    ]);
    expect(made.caller.builds[0]?.chain.map(({ message }) => message)).toEqual([
      'job one',
      'job build',
      'step docker/build-push-action@v6',
    ]);
    expect(deploymentsAt(made, MAIN)).toEqual(['app:v1']);
    expect(made.caller.files).toEqual([FILE, OTHER]);
  });

  it('are no entry points where something calls them', () => {
    const caller = `on: push\njobs: { a: { uses: './${FILE}', with: { environment: qa } } }`;
    expect(evaluate(CALLED, { [OTHER]: caller }).caller.builds).toEqual([]);
    expect(
      buildsAt(evaluate(CALLED, { [OTHER]: `on: push # ./${FILE}` }), {
        ...MAIN,
        'inputs.environment': 'qa',
        'inputs.debug': 'true',
        'inputs.tag': 'v2',
      }),
    ).toEqual(['Dockerfile ENV=qa DEBUG=1 app:v2']);
  });

  it('are bounded where they call each other', () => {
    const { caller } = evaluate(`on: push\njobs: { a: { uses: ./${FILE} }, b: { uses: ./${FILE} } }`);
    expect([...new Set(caller.notes.map(({ message }) => message))]).toEqual([
      'workflows call each other too deeply here; this one is not followed',
    ]);
  });

  it('of other repositories say nothing', () => {
    const { caller } = evaluate('on: push\njobs: { a: { uses: acme/ci/.github/workflows/x.yml@v1 } }');
    expect([caller.builds, caller.notes]).toEqual([[], []]);
  });
});

describe('composite actions', () => {
  it('are run with their inputs and give outputs', () => {
    const action = `inputs:
  env: { default: dev }
  name: { required: true }
outputs:
  image: { value: '\${{ steps.name.outputs.image }}' }
runs:
  using: composite
  steps:
    - id: name
      shell: bash
      run: echo "image=acme/\${{ inputs.name }}:\${{ inputs.env }}" >> "$GITHUB_OUTPUT"
    - run: docker push acme/\${{ inputs.name }}
      shell: bash
`;
    const made = evaluate(
      `on: push
jobs:
  a:
    steps:
      - id: one
        uses: ./.github/actions/name
        with: { name: app }
${image('${{ steps.one.outputs.image }}')}`,
      { '.github/actions/name/action.yml': action },
    );
    expect(buildsAt(made, MAIN)).toEqual(['Dockerfile acme/app:dev']);
    expect(commandsAt(made, MAIN).filter((command) => command.startsWith('docker'))).toEqual(['docker push acme/app']);
    expect(made.followed[0]?.standing.chain.map(({ message }) => message)).toEqual([
      'job a',
      'step ./.github/actions/name',
      'step echo',
    ]);
    expect(made.caller.files).toEqual([FILE, '.github/actions/name/action.yml']);
  });

  it('are bounded where they use themselves', () => {
    const action = 'runs: { using: composite, steps: [{ uses: ./x }, { uses: ./x }] }';
    const { caller } = evaluate('on: push\njobs: { a: { steps: [{ uses: ./x }] } }', { 'x/action.yml': action });
    expect([...new Set(caller.notes.map(({ message }) => message))]).toEqual([
      'actions call each other too deeply here; this one is not followed',
    ]);
  });
});

describe('events', () => {
  it('of pull requests have a branch that they come from', () => {
    const made = evaluate(
      `on: [push, pull_request]\njobs:\n  a:\n    steps:\n${image('app:${{ github.head_ref || github.ref_name }}')}`,
    );
    expect(buildsAt(made, { ...MAIN, 'github.event_name': 'push' })).toEqual(['Dockerfile app:main']);
    expect(buildsAt(made, { 'github.ref': 'refs/pull/1/merge', 'github.event_name': 'pull_request' })).toEqual([
      'Dockerfile app:⟨${{ github.head_ref }}⟩',
    ]);
  });

  it('have the inputs that they require', () => {
    const made = evaluate(
      `on: { workflow_dispatch: { inputs: { tag: { required: true } } } }\njobs:\n  a:\n    steps:\n${image('"app:${{ inputs.tag || \'none\' }}"')}`,
    );
    expect(made.caller.builds).toHaveLength(1);
    expect(buildsAt(made, { ...MAIN, 'inputs.tag': 'v1' })).toEqual(['Dockerfile app:v1']);
    expect(buildsAt(made, { ...MAIN, 'inputs.tag': '' })).toEqual([]);
  });
});
