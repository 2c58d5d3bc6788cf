import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseWorkflow } from '../../../src/syntax/workflow/parse.js';
import { evaluate } from './run.js';

const SAMPLE = `name: Deploy
on:
  push: { branches: [main, "release/**"], tags: ['v*'] }
  workflow_dispatch:
    inputs:
      env: { type: choice, options: [staging, production], default: staging }
      debug: { type: boolean, default: false }
env: { A: "\${{ vars.A }}", B: b }
defaults: { run: { shell: bash } }
jobs:
  plan:
    outputs: { envs: "\${{ steps.p.outputs.envs }}" }
    steps:
      - id: p
        run: |
          if [[ "\${{ github.ref_name }}" == main ]]; then
            echo 'envs=["production"]' >> "$GITHUB_OUTPUT"
          else
            echo "envs<<EOF" >> $GITHUB_OUTPUT
            echo '["staging"]' >> $GITHUB_OUTPUT
            echo EOF >> $GITHUB_OUTPUT
          fi
  build:
    needs: [plan]
    if: \${{ always() && needs.plan.result == 'success' && !contains(github.event.head_commit.message, 'skip') }}
    strategy:
      matrix:
        env: \${{ fromJSON(needs.plan.outputs.envs) }}
        os: [a, b]
        exclude: [{ os: b }]
        include: [{ os: c, env: "\${{ inputs.env || 'qa' }}" }]
    environment: { name: "\${{ matrix.env }}" }
    steps:
      - uses: docker/metadata-action@v5
        id: meta
        with:
          images: acme/app
          tags: |
            type=semver,pattern={{version}}
            type=ref,event=branch,enable=\${{ github.ref == 'refs/heads/main' }}
            type=raw,value={{date 'YYYY'}}
      - uses: docker/build-push-action@v6
        id: image
        with:
          build-args: |
            ENV=\${{ matrix.env }}
            DEBUG=\${{ inputs.debug && '1' || '0' }}
          tags: \${{ steps.meta.outputs.tags }}
          push: true
      - run: docker run --rm app:\${{ format('{0}-{1}', github.sha, 'x') }} '\${{ toJSON(matrix) }}'
        working-directory: \${{ github.workspace }}/x
        env: { C: "$A" }
      - uses: ./x
  call: { uses: ./.github/workflows/ci.yml, with: { env: "\${{ inputs.env }}" } }
`;

const PIECES = [
  '${{',
  '}}',
  '${{ github.ref }}',
  "${{ a && 'b' || !c }}",
  'fromJSON(',
  "'",
  '"',
  '\n',
  '  ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '*a',
  '&a ',
  '<<: *a',
  '|',
  '#',
  'null',
  '!',
  '%',
  '\t',
  'EOF',
  'echo "x=$(y)" >> $GITHUB_OUTPUT\n',
  'needs: build\n',
  'uses: ./x\n',
  '. [0].*',
  '[[1, {a: b}]]',
  '🙂',
];

/** A damaged text: pieces are cut out, put in, or moved. */
const damaged = fc
  .array(
    fc.record({
      at: fc.nat(SAMPLE.length),
      cut: fc.nat(60),
      put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) => edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), SAMPLE));

const ACTION = 'inputs: { a: { default: 1 } }\nruns: { using: composite, steps: [{ run: "echo $A", shell: bash }] }\n';

it('a sound sample is evaluated without a note', () => {
  const { caller } = evaluate(SAMPLE.replace(/ {2}call: .*\n/, ''), { 'x/action.yml': ACTION });
  expect(caller.notes).toEqual([]);
  expect(caller.builds.length).toBeGreaterThan(1);
});

it('no damage makes it throw, and every place is in its file', () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const { caller } = evaluate(text, { 'x/action.yml': ACTION });
      const items = [...caller.builds, ...caller.deployments, ...caller.promotions, ...caller.notes];
      for (const { place } of items) {
        const { length } = place.file === 'x/action.yml' ? ACTION : text;
        expect(place.start).toBeGreaterThanOrEqual(0);
        expect(place.end).toBeGreaterThanOrEqual(place.start);
        expect(place.end).toBeLessThanOrEqual(length);
      }
    }),
    { seed: 7, numRuns: 150 },
  );
});

it('a workflow of 3,000 lines is read in linear time', () => {
  const of = (jobs: number): string => {
    const step = `      - name: step \${{ github.sha }}
        if: github.ref == 'refs/heads/main'
        run: |
          echo "a=\${{ github.ref_name }}" >> $GITHUB_OUTPUT
          docker build -t app:\${{ github.sha }} .
`;
    return `on: push\njobs:\n${Array.from({ length: jobs }, (_, i) => `  job${i}:\n    steps:\n${step.repeat(10)}`).join('')}`;
  };
  const time = (run: () => void): number => {
    const start = performance.now();
    run();
    return performance.now() - start;
  };
  const best = (run: () => void): number => Math.min(...[1, 2, 3, 4].map(() => time(run)));
  const small = best(() => parseWorkflow(of(8)));
  const large = best(() => parseWorkflow(of(64)));
  expect(of(64).split('\n').length).toBeGreaterThan(3000);
  // Eight times as much; squares would be 64 times.
  expect(large / small).toBeLessThan(30);
  // The clock is no measure on a busy machine, but the diagram nodes that were asked for are.
  const work = (jobs: number): number => evaluate(of(jobs)).caller.texts.space.work;
  expect(work(60) / work(15)).toBeLessThan(5);
  expect(evaluate(of(60)).followed).toHaveLength(1200);
});
