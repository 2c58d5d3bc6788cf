/* Fixes that stop passing an argument which the Dockerfile does not declare. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixFindings } from '../../src/hosts/fix.js';
import { linksOf, lint } from '../../src/index.js';
import type { Files } from '../../src/text/files.js';

const table = (texts: Readonly<Record<string, string>>): Files => ({
  read: (path) => (texts[path] === undefined ? undefined : { kind: 'text', text: texts[path] }),
  list: (folder) =>
    Object.keys(texts).flatMap((path) =>
      path.slice(0, Math.max(0, path.lastIndexOf('/'))) === folder ? [path.slice(path.lastIndexOf('/') + 1)] : [],
    ),
});

const DOCKERFILE = 'FROM debian:12\nARG KEPT\nRUN make KEPT=$KEPT\n';
const isLinted = (path: string): boolean => /Dockerfile|Makefile/.test(path);

/** The project after its safe fixes. */
function fixed(texts: Readonly<Record<string, string>>) {
  const paths = Object.keys(texts);
  const result = fixFindings(
    table(texts),
    (files) => lint(paths.filter(isLinted), files, { around: paths.filter((path) => !isLinted(path)) }),
    false,
  );
  const unknown = result.report.findings.filter(({ rule }) => rule === 'unknown-build-argument');
  return { ...result, unknown };
}

const WORKFLOW = (lines: string): string => `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
${lines}`;
const PUSH = (lines: string): string =>
  WORKFLOW(`      - uses: docker/build-push-action@v6
        with:
          context: .
${lines}`);

describe('an argument that nobody declares is passed no more', () => {
  it.each([
    [
      'in a shell script',
      'build.sh',
      '#!/bin/sh\ndocker build --build-arg X=y -t app .\n',
      '#!/bin/sh\ndocker build -t app .\n',
    ],
    ['with an equals sign', 'build.sh', 'docker build --build-arg=X=y -t app .\n', 'docker build -t app .\n'],
    [
      'of the environment',
      'build.sh',
      'X=1\nexport X\ndocker build --build-arg X -t app .\n',
      'X=1\nexport X\ndocker build -t app .\n',
    ],
    [
      'over continued lines',
      'build.sh',
      'docker build \\\n  --build-arg X=y \\\n  --build-arg \\\n    KEPT=1 --build-arg "Z=a b" \\\n  . # now\n',
      'docker build \\\n  --build-arg \\\n    KEPT=1 \\\n  . # now\n',
    ],
    ['at the end', 'build.sh', 'docker build . \\\n  --build-arg X="$Y z"\n', 'docker build .\n'],
    [
      'with carriage returns',
      'Makefile',
      'image:\r\n\tdocker build \\\r\n\t  --build-arg X=y .\r\n',
      'image:\r\n\tdocker build .\r\n',
    ],
    [
      'in a recipe, with a variable of make',
      'Makefile',
      'V ?= 1\nimage:\n\tdocker build --build-arg X=$(V) \\\n\t  --build-arg KEPT=$(V) .\n',
      'V ?= 1\nimage:\n\tdocker build \\\n\t  --build-arg KEPT=$(V) .\n',
    ],
    [
      'in a map of compose',
      'compose.yaml',
      'services:\n  app:\n    build:\n      context: .\n      args:\n        X: y # why\n        KEPT: 1\n',
      'services:\n  app:\n    build:\n      context: .\n      args:\n        KEPT: 1\n',
    ],
    [
      'in a list of compose',
      'compose.yaml',
      'services:\n  app:\n    build:\n      context: .\n      args:\n        - KEPT=1\n        - "X=y"',
      'services:\n  app:\n    build:\n      context: .\n      args:\n        - KEPT=1',
    ],
    [
      'with its key when it is the only one',
      'compose.yaml',
      'services:\n  app:\n    build:\n      context: .\n      args:\n        X: y\n    image: app\n',
      'services:\n  app:\n    build:\n      context: .\n    image: app\n',
    ],
    [
      'in braces',
      'compose.yaml',
      'services:\n  app:\n    build: { context: ., args: { X: y, KEPT: "1" } }\n',
      'services:\n  app:\n    build: { context: ., args: { KEPT: "1" } }\n',
    ],
    [
      'in braces, at the end',
      'compose.yaml',
      'services:\n  app:\n    build: { context: ., args: { KEPT: "1", X: y } }\n',
      'services:\n  app:\n    build: { context: ., args: { KEPT: "1" } }\n',
    ],
    [
      'in braces, alone',
      'compose.yaml',
      'services:\n  app:\n    build: { context: ., args: [X=y] }\n',
      'services:\n  app:\n    build: { context: ., args: [] }\n',
    ],
    [
      'in bake',
      'docker-bake.hcl',
      'target "default" {\n  args = {\n    X = "y" // why\n    KEPT = 1\n  }\n}\n',
      'target "default" {\n  args = {\n    KEPT = 1\n  }\n}\n',
    ],
    [
      'in bake, in a line',
      'docker-bake.hcl',
      'target "default" {\n  args = { KEPT = 1, X = "y" }\n}\n',
      'target "default" {\n  args = { KEPT = 1 }\n}\n',
    ],
    [
      'in bake, alone',
      'docker-bake.hcl',
      'target "default" {\n  args = { "X" = "y" }\n}\n',
      'target "default" {\n  args = {  }\n}\n',
    ],
    [
      'in bake as JSON',
      'docker-bake.json',
      '{"target": {"default": {"args": {\n  "KEPT": "1",\n  "X": "y"\n}}}}\n',
      '{"target": {"default": {"args": {\n  "KEPT": "1"\n}}}}\n',
    ],
    [
      'in a line of an action',
      '.github/workflows/ci.yml',
      PUSH('          build-args: |\n            XY=1\n            X=${{ github.sha }}\n            KEPT=1\n').replace(
        'XY',
        'KEPT',
      ),
      PUSH('          build-args: |\n            KEPT=1\n            KEPT=1\n'),
    ],
    [
      'in the only line of an action',
      '.github/workflows/ci.yml',
      PUSH('          build-args: |\n            X=y\n          push: true\n'),
      PUSH('          push: true\n'),
    ],
    ['in the value of an action', '.github/workflows/ci.yml', PUSH('          build-args: X=y\n'), PUSH('')],
    [
      'in the script of a step',
      '.github/workflows/ci.yml',
      WORKFLOW(
        '      - run: |\n          docker build \\\n            --build-arg X=${{ github.sha }} \\\n            .\n',
      ),
      WORKFLOW('      - run: |\n          docker build \\\n            .\n'),
    ],
    [
      'in the script of a GitLab job',
      '.gitlab-ci.yml',
      'build:\n  script:\n    - docker build --build-arg X=$CI_JOB_NAME --build-arg KEPT=1 .\n',
      'build:\n  script:\n    - docker build --build-arg KEPT=1 .\n',
    ],
  ])('%s', (_, file, before, after) => {
    const result = fixed({ Dockerfile: DOCKERFILE, [file]: before });
    expect(result.texts.get(file) ?? before).toBe(after);
    expect(result.unknown).toEqual([]);
    expect(result.refused).toEqual([]);
  });

  it.each([
    ['a variable has it with its option', 'build.sh', 'ARGS="--build-arg X=y"\ndocker build $ARGS .\n'],
    [
      'a variable of make has it',
      'Makefile',
      'ARGS = --build-arg X=y --build-arg KEPT=1\nimage:\n\tdocker build $(ARGS) .\n',
    ],
    ['the name comes out of a loop', 'build.sh', 'for a in KEPT X; do docker build --build-arg $a=1 .; done\n'],
    ['a redirection stands between', 'build.sh', 'docker build --build-arg 2>log X=y .\n'],
    [
      'an alias needs it',
      'compose.yaml',
      'services:\n  app:\n    build:\n      context: .\n      args:\n        X: &x y\n        KEPT: *x\n',
    ],
    [
      'nothing would be left of the build',
      'compose.yaml',
      'services:\n  app:\n    build:\n      args:\n        X: y\n',
    ],
    ['an expression has the lines', '.github/workflows/ci.yml', PUSH("          build-args: ${{ format('X=y') }}\n")],
  ])('but stays where %s', (_, file, text) => {
    const result = fixed({ Dockerfile: DOCKERFILE, [file]: text });
    expect(result.texts.size).toBe(0);
    expect(result.unknown.map(({ message }) => message)).toEqual([expect.stringContaining('no argument X')]);
    expect(result.unknown[0]?.fixes).toBeUndefined();
  });

  it('but stays where another Dockerfile reads it from the same place', () => {
    const texts = {
      'a/Dockerfile': DOCKERFILE,
      'b/Dockerfile': DOCKERFILE.replaceAll('KEPT', 'X'),
      'build.sh': 'for d in a b; do docker build --build-arg X=y $d; done\n',
      'compose.yaml':
        'x-args: &args\n  X: y\nservices:\n  a: { build: { context: a, args: *args } }\n  b: { build: { context: b, args: *args } }\n',
    };
    const result = fixed(texts);
    expect(result.texts.size).toBe(0);
    expect(result.unknown.length).toBeGreaterThan(0);
  });

  it.each([
    ['of a target', 'build.sh', 'docker buildx bake --set default.args.X=y', ' --set default.args.KEPT=1 default\n'],
    ['of every target', 'build.sh', 'docker buildx bake --set "*.args.X=a b"', ' --set=*.args.KEPT=1\n'],
    ['with an equals sign', 'build.sh', "docker buildx bake --set='default.args.X=y'", ' --push\n'],
    ['of the environment', 'build.sh', 'export X=1; docker buildx bake --set *.args.X', '\n'],
    ['in a recipe', 'Makefile', 'V ?= 1\nimage:\n\tdocker buildx bake \\\n\t  --set *.args.X=$(V)', ' --print\n'],
    [
      'in the only line of an action',
      '.github/workflows/ci.yml',
      WORKFLOW(
        '      - uses: docker/bake-action@v6\n        with:\n          source: .\n          set: |\n            *.args.X=${{ github.sha }}\n',
      ),
      '',
      '          set: |\n            *.args.X=${{ github.sha }}\n',
    ],
    [
      'in a line of an action',
      '.github/workflows/ci.yml',
      WORKFLOW(
        '      - uses: docker/bake-action@v6\n        with:\n          set: |\n            *.args.KEPT=1\n            default.args.X=y\n',
      ),
      '',
      '            default.args.X=y\n',
    ],
    [
      'of buildctl',
      'build.sh',
      'buildctl build --frontend dockerfile.v0 --local context=. --local dockerfile=. --opt build-arg:X=y',
      ' --opt build-arg:KEPT=1\n',
      ' --opt build-arg:X=y',
    ],
    ['of compose', 'build.sh', 'docker compose build --build-arg X=y', ' app\n', ' --build-arg X=y'],
    ['of az', 'build.sh', 'az acr build -r r --build-arg X=y', ' -t app .\n', ' --build-arg X=y'],
    [
      'of kaniko',
      '.gitlab-ci.yml',
      'build:\n  script:\n    - /kaniko/executor --context . --build-arg X=y',
      ' --destination app\n',
      ' --build-arg X=y',
    ],
  ])('in an option %s', (_, file, head, tail, gone?: string) => {
    const texts = {
      Dockerfile: DOCKERFILE,
      // Bake would read a compose file too.
      ...(/bake/.test(head)
        ? { 'docker-bake.hcl': 'target "default" {}\n' }
        : { 'compose.yaml': 'services: { app: { build: . } }\n' }),
    };
    const result = fixed({ ...texts, [file]: head + tail });
    expect(result.texts.get(file)).toBe(head.replace(gone ?? /(?:\s|\\\n)+--set\b.*$/, '') + tail);
    expect([...result.texts.keys()]).toEqual([file]);
    expect(result.unknown).toEqual([]);
    expect(result.refused).toEqual([]);
  });

  it('stays in a --set that another target reads', () => {
    const texts = {
      'a/Dockerfile': DOCKERFILE,
      'b/Dockerfile': DOCKERFILE.replaceAll('KEPT', 'X'),
      'docker-bake.hcl':
        'group "default" { targets = ["a", "b"] }\ntarget "a" { context = "a" }\ntarget "b" { context = "b" }\n',
      'build.sh': 'docker buildx bake --set *.args.X=y\n',
    };
    const result = fixed(texts);
    expect(result.texts.size).toBe(0);
    expect(result.unknown).toHaveLength(1);
  });

  it('stands at the argument', () => {
    const text = 'image:\n\tdocker build -t app --build-arg X=y .\n';
    const { unknown } = fixed({ Dockerfile: DOCKERFILE, Makefile: text });
    expect(unknown).toEqual([]);
    const report = lint(['Dockerfile', 'Makefile'], table({ Dockerfile: DOCKERFILE, Makefile: text }));
    const found = report.findings.find(({ rule }) => rule === 'unknown-build-argument');
    expect(found?.location).toMatchObject({ line: 2, column: 2 + text.indexOf('X=y') - text.indexOf('docker') });
  });

  it('whatever else is passed, and however: the finding goes, the rest stays, and nothing new is wrong', () => {
    const names = fc.uniqueArray(fc.constantFrom('KEPT', 'OTHER', 'X', 'ENV', 'XY'), { minLength: 1, maxLength: 5 });
    const value = fc.constantFrom('1', '"a b"', "'c'", '$V', 'x\\ y');
    const gap = fc.constantFrom(' ', '  ', ' \\\n    ');
    const option = (variable: (text: string) => string) =>
      fc
        .tuple(names, fc.array(fc.tuple(value, gap, fc.boolean(), fc.boolean()), { minLength: 5, maxLength: 5 }))
        .map(([list, how]) =>
          list
            .map((name, i) => {
              const [text, blank, equals, behind] = how[i] ?? ['1', ' ', false, false];
              const tag = behind ? `${blank}-t a${i}` : '';
              return `${blank}--build-arg${equals ? '=' : blank}${name}=${variable(text)}${tag}`;
            })
            .join(''),
        );
    const shell = option((text) => text).map((words) => ['build.sh', `V=1\ndocker build${words} .\n`] as const);
    const recipe = option((text) => text.replace('$V', '$(V)')).map(
      (words) => ['Makefile', `V ?= 1\nimage:\n\t@docker build${words} . && echo done\n`] as const,
    );
    const steps = option((text) => text.replace('$V', '${{ github.sha }}')).map(
      (words) =>
        [
          '.github/workflows/ci.yml',
          WORKFLOW(`      - run: |\n          docker build${words.replaceAll('\n', '\n          ')} .\n`),
        ] as const,
    );
    const compose = fc
      .tuple(names, fc.constantFrom('map', 'list', 'braces', 'brackets'), fc.boolean())
      .map(([list, form, comment]) => {
        const entry = (name: string): string => (form === 'list' || form === 'brackets' ? `${name}=1` : `${name}: "1"`);
        const lead = form === 'list' ? '- ' : '';
        const args =
          form === 'braces'
            ? ` { ${list.map(entry).join(', ')} }\n`
            : form === 'brackets'
              ? ` [ ${list.map(entry).join(', ')} ]\n`
              : `\n${list.map((name) => `        ${lead}${entry(name)}${comment ? ' # why' : ''}\n`).join('')}`;
        return ['compose.yaml', `services:\n  app:\n    build:\n      args:${args}      context: .\n`] as const;
      });
    const bake = fc
      .tuple(names, fc.constantFrom('\n', ', ', ',\n'), fc.boolean())
      .map(([list, between, json]) =>
        json
          ? ([
              'docker-bake.json',
              `{"target":{"default":{"args":{${list.map((name) => `"${name}": "1"`).join(between.includes(',') ? between : ', ')}}}}}`,
            ] as const)
          : ([
              'docker-bake.hcl',
              `target "default" {\n  args = {${list.map((name) => `    ${name} = "1"`).join(between)}}\n}\n`,
            ] as const),
      );
    const line = (words: string): string => words.replaceAll(/(?:\s|\\\n)+/g, ' ').replaceAll(/ -t a\d/g, '');
    const settings = option((text) => text.replace('\\ ', '-')).map((words) => {
      const set = line(words).replaceAll(/--build-arg(=| )/g, '--set$1*.args.');
      return ['build.sh', `V=1\ndocker buildx bake${set} --print\n`] as const;
    });
    const job = option((text) => text.replace('\\ ', '-')).map(
      (words) => ['.gitlab-ci.yml', `build:\n  script:\n    - docker build${line(words)} .\n`] as const,
    );
    const lines = names.map(
      (list) =>
        [
          '.github/workflows/ci.yml',
          PUSH(`          build-args: |\n${list.map((name) => `            ${name}=1\n`).join('')}`),
        ] as const,
    );
    let applied = 0;
    fc.assert(
      fc.property(
        fc.oneof(shell, recipe, steps, compose, bake, settings, job, lines),
        fc.boolean(),
        ([file, text], returns) => {
          const written = returns ? text.replaceAll('\n', '\r\n') : text;
          const before = {
            Dockerfile: 'FROM debian:12\nARG KEPT\nARG OTHER\nRUN make\n',
            ...(text.includes('bake') ? { 'docker-bake.hcl': 'target "default" {}\n' } : {}),
            [file]: written,
          };
          const result = fixed(before);
          applied += result.applied.length;
          expect(result.refused).toEqual([]);
          expect(result.unknown).toEqual([]);
          expect(result.report.problems).toEqual([]);
          const passed = (texts: Readonly<Record<string, string>>) =>
            linksOf(file, table(texts)).builds.map(({ dockerfile, arguments: list }) => [
              dockerfile,
              list.map(({ name }) => name).filter((name) => /^(?:KEPT|OTHER)$/.test(name)),
            ]);
          expect(passed({ ...before, ...Object.fromEntries(result.texts) })).toEqual(passed(before));
          if (returns) expect(result.texts.get(file) ?? '').not.toMatch(/(?<!\r)\n/);
        },
      ),
      { seed: 6, numRuns: 150 },
    );
    expect(applied).toBeGreaterThan(100);
  });
});
