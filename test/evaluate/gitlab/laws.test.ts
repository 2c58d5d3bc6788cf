import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluateGitlab, readGitlab } from '../../../src/evaluate/gitlab/index.js';
import { commandsIn, filesOf } from '../pipeline/pipeline.js';

const FILE = '.gitlab-ci.yml';
const WHOLE = `
spec: {inputs: {env: {default: prod}}}
---
include: [{local: /ci/*.yml}, x.yml]
stages: [build, deploy]
variables: {ENV: testing, A: '\${B}', B: $A, C: {value: x, options: [x, y]}}
workflow: {rules: [{if: '$CI_COMMIT_TAG =~ /^v(\\d+)$/ || $X == null', variables: {ENV: production}}]}
default: {image: alpine, before_script: [!reference [.a, script]]}
.a: &a {script: [docker login, - nested]}
.b: {extends: .a, variables: {V: "$[[ inputs.env ]]"}}
build:
  <<: *a
  extends: [.b, .a]
  parallel: {matrix: [{P: [a, b], Q: c}]}
  environment: {name: $P/$ENV, deployment_tier: other}
  rules: [{if: '($A == "b") && $CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH', changes: [x], when: manual}, {exists: [y]}]
  artifacts: {reports: {dotenv: v.env}}
  after_script: |
    if [ "$ENV" = prod ]; then
      docker build --build-arg ENV . ; fi
    echo "T=$CI_COMMIT_SHA" >> v.env
child: {trigger: {include: [{local: x.yml}]}, only: {refs: [/^a/, tags], variables: ['$A']}, except: [schedules]}
`;

const damaged = fc
  .array(
    fc.tuple(
      fc.nat(WHOLE.length),
      fc.nat(12),
      fc.constantFrom(
        '',
        '\n',
        ' ',
        '$',
        '"',
        "'",
        '[',
        '{',
        ':',
        '- ',
        '&&',
        '!reference [build, script]',
        '*a',
        '\u0000',
        '$[[',
      ),
    ),
    { maxLength: 6 },
  )
  .map((edits) => edits.reduce((text, [at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone), WHOLE));

it('damaged files never throw, and what they say stands in them', () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const files = filesOf({ [FILE]: text, 'x.yml': WHOLE, 'ci/y.yml': text });
      const caller = evaluateGitlab({ file: FILE, text, files });
      for (const { place } of caller.notes) {
        expect(place.start).toBeGreaterThanOrEqual(0);
        expect(place.end).toBeLessThanOrEqual(Math.max(text.length, WHOLE.length));
        expect(place.start).toBeLessThanOrEqual(place.end);
      }
      for (const { steps } of readGitlab({ file: FILE, text, files }).work)
        for (const { place } of steps) expect(place.start).toBeLessThanOrEqual(place.end);
    }),
    { seed: 5, numRuns: 40 },
  );
});

it('a later definition of a variable wins, whatever else is defined', () => {
  const value = fc.stringMatching(/^[a-z]{1,6}$/);
  fc.assert(
    fc.property(fc.option(value), fc.option(value), fc.option(value), fc.boolean(), (global, job, rule, matches) => {
      const text = `
variables: {${global === null ? '' : `X: ${global}`}}
job:
  variables: {${job === null ? '' : `X: ${job}`}}
  rules: [{if: $GO == "1", variables: {${rule === null ? '' : `X: ${rule}`}}}, {when: always}]
  script: run "$X"
`;
      const pipeline = readGitlab({ file: FILE, text, files: filesOf({}) });
      const answers = { CI_COMMIT_BRANCH: 'b', CI_PIPELINE_SOURCE: 'push', GO: matches ? '1' : undefined };
      const expected = (matches ? rule : null) ?? job ?? global ?? '';
      expect(commandsIn(pipeline, answers)).toEqual([`job: run ${expected === '' ? "''" : expected}`]);
    }),
    { seed: 6, numRuns: 100 },
  );
});
