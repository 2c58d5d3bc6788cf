import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluatePipeline, type PipelineSystem } from '../../../src/evaluate/pipeline/index.js';
import { filesOf } from './pipeline.js';

const SAMPLES: readonly (readonly [PipelineSystem, string, string])[] = [
  [
    'circle',
    '.circleci/config.yml',
    `parameters: {a: {type: enum, enum: [x, y], default: x}}\ncommands: {c: {parameters: {p: {default: d}}, steps: [run: 'echo << parameters.p >> > x', {c: {p: 1}}]}}\njobs: {j: {environment: {A: << parameters.q >>}, steps: [checkout, {c: {p: << pipeline.parameters.a >>}}, {run: {command: "docker build << matrix.q >> '<< pipeline.parameters.a >>'", working_directory: ~/project/x}}, {when: {condition: {and: [{equal: [a, << parameters.q >>]}, {not: b}]}, steps: [run: x]}}]}}\nworkflows: {w: {jobs: [j, {j: {matrix: {parameters: {q: [1, 2]}}, filters: {branches: {only: [/a.*/], ignore: b}, tags: {only: /v.*/}}, context: [prod]}}]}}\n`,
  ],
  [
    'azure',
    'azure-pipelines.yml',
    `parameters: [{name: e, values: [a, b], default: a}]\nvariables: [{name: v, value: "\${{ parameters.e }}-$(x)"}, {"\${{ if and(eq(variables['v'], 'a'), not(in(parameters.e, 'b'))) }}": [{name: w, value: z}]}]\nstages: [{stage: s, condition: "or(eq(variables['Build.Reason'], 'x'), startsWith(variables.v, 'y'))", jobs: [{deployment: d, environment: {name: $(v)}, strategy: {runOnce: {deploy: {steps: [{script: 'echo $(v) > x'}, {template: t.yml, parameters: {e: 1}}]}}}}, {job: j, steps: [{task: Docker@2, inputs: {command: build, repository: r, tags: "a\\n$(v)", arguments: '--build-arg A=$(w)'}}]}]}]\n`,
  ],
  [
    'cloudbuild',
    'cloudbuild.yaml',
    `substitutions: {_A: x, _B: '\${_A}-$_B'}\nsteps: [{name: gcr.io/cloud-builders/docker, id: prod, args: [build, '-t=$_B', "it's", .], env: ['A=$_A'], dir: d}, {name: x, entrypoint: bash, args: [-c, 'docker push "$_A" && x']}, {name: y, script: 'z $_A'}]\nimages: [a, '$_B']\n`,
  ],
  [
    'drone',
    '.drone.yml',
    `kind: pipeline\ntrigger: {branch: {include: [main, "r/*"], exclude: [x]}, event: [push]}\nenvironment: {G: '\${DRONE_TAG}'}\nsteps: [{name: a, image: plugins/docker, settings: {repo: r, tags: [a, '\${DRONE_TAG}'], build_args: [A=b, 'C="d"'], build_args_from_env: [G], dockerfile: f, context: c}, when: [{ref: refs/tags/*}, {evaluate: x}]}, {name: b, image: alpine, commands: [x, 'y $G'], when: {target: production}}]\n---\nkind: secret\n`,
  ],
  [
    'bitbucket',
    'bitbucket-pipelines.yml',
    `pipelines: {default: [{step: {script: [a, {pipe: p}]}}], branches: {'r/*': [{parallel: {steps: [{step: {script: [b], deployment: test}}]}}], main: [{stage: {deployment: prod, steps: [{step: {script: [c]}}]}}]}, custom: {m: [{variables: [{name: E, default: x, allowed-values: [x, y]}]}, {step: {script: ['d $E']}}]}, tags: {'*': [{step: {script: [e]}}]}, pull-requests: {'**': [{step: {script: [f]}}]}}\n`,
  ],
  [
    'travis',
    '.travis.yml',
    `env: {global: [A=1, {secure: x}]}\nscript: [x $A, |\n  y]\njobs: {include: [{stage: prod, script: z, env: B=2}]}\n`,
  ],
  [
    'skaffold',
    'skaffold.yaml',
    `build: {artifacts: [{image: a, context: c, docker: {buildArgs: {E: "{{.E}}", F: '{{ default "x" .G }}'}, target: t}}]}\nprofiles: [{name: p, build: {artifacts: [{image: b}]}}, {name: q, patches: [{op: replace, path: /build/artifacts/0/docker/buildArgs/E, value: z}, {op: remove, path: /build/artifacts/0/docker/target}]}]\n`,
  ],
  [
    'devcontainer',
    '.devcontainer.json',
    `{ "build": { "dockerfile": "D", "args": { "A": "\${localEnv:B:c}", /* x */ "C": 1, }, "context": "..", "target": "t" } }`,
  ],
  ['heroku', 'heroku.yml', `build: {docker: {web: Dockerfile, w: {dockerfile: d/D, target: t}}, config: {A: b}}\n`],
  [
    'fly',
    'fly.toml',
    `app = "a-prod"\n[build]\ndockerfile = "D"\nbuild-target = "t"\n[build.args]\nA = "b"\n"x.y" = 1\n[[services]]\np = [1, {a = 2}]\n`,
  ],
  [
    'render',
    'render.yaml',
    `services: [{name: a, runtime: docker, dockerfilePath: ./D, branch: main, envVars: [{key: A, value: b}, {key: C, sync: false}]}]\n`,
  ],
];

it.each(SAMPLES)('%s: damaged files never throw, and notes stand in them', (system, file, whole) => {
  const first = evaluatePipeline(system, file, whole, filesOf({ [file]: whole }));
  expect(first.file).toBe(file);
  const inserted = fc.constantFrom(
    '',
    '\n',
    ' ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ':',
    '- ',
    '$(',
    '${{',
    '<<',
    '>>',
    '*a',
    '&a ',
    '$',
    '/*',
  );
  const damaged = fc
    .array(fc.tuple(fc.nat(whole.length), fc.nat(15), inserted), { minLength: 1, maxLength: 5 })
    .map((edits) => edits.reduce((text, [at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone), whole));
  fc.assert(
    fc.property(damaged, (text) => {
      const caller = evaluatePipeline(system, file, text, filesOf({ [file]: text, 't.yml': text }));
      for (const { place } of caller.notes) {
        expect(place.start).toBeLessThanOrEqual(place.end);
        expect(place.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { seed: 11, numRuns: 60 },
  );
});
