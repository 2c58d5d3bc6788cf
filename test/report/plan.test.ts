import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/lint/report.js';
import { renderPlan } from '../../src/report/plan.js';
import { planOf } from './samples.js';

const show = (plan: Plan, width = 80, all = false) => `\n${renderPlan(plan, { width, all, colour: false })}`;

const steps = (build: string) => ['2 build go mod download', '3 build go vet ./...', build, '6 ship adduser app'];
const two = planOf([
  {
    when: { ENV: ['local', 'testing'] },
    buildable: true,
    exit: 0,
    steps: steps('4 build go build -race -o cli ./cmd/service'),
  },
  {
    when: { ENV: { not: ['local', 'testing'] } },
    buildable: true,
    exit: 0,
    steps: steps('4 build go build -o cli ./cmd/service'),
  },
]);

describe('the plan as text', () => {
  it('puts environments side by side when they fit', () => {
    expect(show(two)).toMatchInlineSnapshot(`
      "
      Dockerfile: 2 environments, 4 steps, 1 of them differs

           ENV=local, testing                   │ any other ENV

      stage build
        … 2 steps the same in every environment
        4  go build -race -o cli ./cmd/service  │ go build -o cli ./cmd/service
                    ~~~~~                       │

      stage ship
        … 1 step the same in every environment
      "
    `);
    expect(show(two, 80, true)).toMatchInlineSnapshot(`
      "
      Dockerfile: 2 environments, 4 steps, 1 of them differs

           ENV=local, testing                   │ any other ENV

      stage build
        2  go mod download
        3  go vet ./...
        4  go build -race -o cli ./cmd/service  │ go build -o cli ./cmd/service
                    ~~~~~                       │

      stage ship
        6  adduser app
      "
    `);
  });

  it('stacks them when they do not', () => {
    expect(show(two, 60)).toMatchInlineSnapshot(`
      "
      Dockerfile: 2 environments, 4 steps, 1 of them differs

      stage build
        … 2 steps the same in every environment
        4  ENV=local, testing
             → go build -race -o cli ./cmd/service
                        ~~~~~
           any other ENV
             → go build -o cli ./cmd/service

      stage ship
        … 1 step the same in every environment
      "
    `);
  });

  it('joins environments that run the same, shows variables that differ, and says who does not build', () => {
    const plan = planOf([
      {
        when: { ENV: ['dev'] },
        buildable: true,
        exit: 0,
        steps: ['2 - npm ci', '3 - NODE_ENV=development npm run build', '4 - npm run seed -- --with-a-lot-of-data'],
      },
      {
        when: { ENV: ['test'] },
        buildable: true,
        exit: 0,
        steps: ['2 - npm ci', '3 - NODE_ENV=production npm run build', '4 - npm run seed -- --with-a-lot-of-data'],
      },
      {
        when: { ENV: { not: ['dev', 'test', 'old'] } },
        buildable: true,
        exit: 0,
        steps: ['2 - npm ci', '3 - NODE_ENV=production npm run build'],
      },
      { when: { ENV: ['old'] }, buildable: false, exit: 1, steps: ['2 - npm ci'] },
    ]);
    expect(show(plan)).toMatchInlineSnapshot(`
      "
      Dockerfile: 3 environments, 3 steps, 2 of them differ

        … 1 step the same in every environment
        3  ENV=dev       → NODE_ENV=development npm run build
                           ~~~~~~~~~~~~~~~~~~~~
           any other ENV → NODE_ENV=production npm run build
                           ~~~~~~~~~~~~~~~~~~~
        4  ENV=dev, test → npm run seed -- --with-a-lot-of-data
           any other ENV → (not run)

      ✖ ENV=old does not build (exit status 1)
      "
    `);
  });

  it('lists one environment in full, as one would type it', () => {
    const plan = planOf([{ when: {}, buildable: true, exit: 0, steps: ['2 - CGO_ENABLED=0 go build -o ⟨$OUT⟩ a;b'] }]);
    expect(show(plan)).toMatchInlineSnapshot(`
      "
      Dockerfile: 1 step (every environment)

        2  CGO_ENABLED=0 go build -o ⟨$OUT⟩ 'a;b'
      "
    `);
    expect(show(planOf([]))).toMatchInlineSnapshot(`
      "
      Dockerfile: nothing to plan
      "
    `);
  });

  it('lines up the turns of a loop', () => {
    const plan = planOf([
      {
        when: { N: ['2'] },
        buildable: true,
        exit: 0,
        steps: ['2 - make a', '3 - cp a', '2 - make b', '3 - cp b', '9 - true'],
      },
      { when: { N: { not: ['2'] } }, buildable: true, exit: 0, steps: ['2 - make a', '3 - cp a', '9 - true'] },
    ]);
    expect(show(plan)).toMatchInlineSnapshot(`
      "
      Dockerfile: 2 environments, 5 steps, 2 of them differ

           N=2                                  │ any other N

        … 2 steps the same in every environment
        2  make b                               │ (not run)
        3  cp b                                 │ (not run)
        … 1 step the same in every environment
      "
    `);
  });
});
