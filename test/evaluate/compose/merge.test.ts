import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compose, lines, messages } from './run.js';

const SEED = { seed: 20_251_126 };

/** The builds of files over each other. */
function merged(...texts: readonly string[]): readonly string[] {
  const project = Object.fromEntries(texts.map((text, i) => [`f${i}.yml`, text]));
  const found = compose(project, { paths: Object.keys(project), closed: true });
  expect(messages(found)).toEqual([]);
  return lines(found);
}

const web = (text: string): string => `services: {web: {${text}}}`;

describe('files over each other', () => {
  it('merge builds key by key, a short one being its context', () => {
    expect(merged(web('image: a, build: x'), web('build: {target: t}'))).toEqual(['web /x:x/Dockerfile target=t -t a']);
    expect(merged(web('image: a, build: {context: x, dockerfile: D}'), web('build: y'))).toEqual(['web /y:y/D -t a']);
    expect(merged(web('image: a, build: {context: x, target: s}'), web('image: b, build: {target: t}'))).toEqual([
      'web /x:x/Dockerfile target=t -t b',
    ]);
  });

  it('take arguments as a list or a map, a later name going first', () => {
    expect(merged(web('image: a, build: {context: ., args: {A: 1, B: 2}}'), web('build: {args: [B=3, C=4]}'))).toEqual([
      'web /:Dockerfile A=1 B=3 C=4 -t a',
    ]);
    expect(merged(web('image: a, build: {context: ., args: [A=1, A=2]}'))).toEqual(['web /:Dockerfile A=2 -t a']);
  });

  it('take the value of the environment again when a later file gives only the name', () => {
    expect(merged(web('image: a, build: {context: ., args: {A: 1}}'), web('build: {args: [A]}'))).toEqual([
      'web /:Dockerfile -t a',
    ]);
  });

  it('append names, and have each once', () => {
    expect(merged(web('image: a, build: {context: ., tags: [b, c]}'), web('build: {tags: [c, d]}'))).toEqual([
      'web /:Dockerfile -t a -t b -t c -t d',
    ]);
  });

  it('leave what a later file says nothing of', () => {
    expect(merged(web('image: a, build: .'), 'services: {other: {build: o}}', web('command: x'))).toEqual([
      'web /:Dockerfile -t a',
      expect.stringMatching(/^other \/o:o\/Dockerfile/),
    ]);
    expect(merged(web('image: a, build: .'), web('image: , build: '))).toEqual(['web /:Dockerfile -t a']);
  });

  it('reset and override what was there', () => {
    const base = web('image: a, build: {context: ., target: t, args: {A: 1}}');
    expect(merged(base, web('build: !reset null'))).toEqual([]);
    expect(merged(base, web('build: {args: !reset {}}'))).toEqual(['web /:Dockerfile target=t -t a']);
    expect(merged(base, web('build: {args: {A: !reset null, B: 2}}'))).toEqual(['web /:Dockerfile target=t B=2 -t a']);
    expect(merged(base, web('build: !override {context: x}'))).toEqual(['web /x:x/Dockerfile -t a']);
    expect(merged(base, 'services: {web: !reset null}')).toEqual([]);
    expect(merged(base, 'services: {web: !override {build: y, image: c}}')).toEqual(['web /y:y/Dockerfile -t c']);
  });

  it('have several documents in one file', () => {
    expect(merged(`${web('image: a, build: .')}\n---\n${web('build: {target: t}')}`)).toEqual([
      'web /:Dockerfile target=t -t a',
    ]);
  });

  it('fill in variables before they are merged', () => {
    const project = { 'a.yml': web('image: "${X:?e}", build: .'), 'b.yml': web('image: b') };
    const found = compose(project, { paths: ['a.yml', 'b.yml'] });
    expect(lines(found, {})).toEqual([]);
    expect(lines(found, { X: '1' })).toEqual(['web /:Dockerfile -t b']);
  });

  it('report what cannot be merged', () => {
    const found = compose(
      { 'a.yml': web('image: a, build: {context: ., args: {A: 1}}'), 'b.yml': web('deploy: 1, image: {x: 1}') },
      { paths: ['a.yml', 'b.yml'] },
    );
    expect(messages(found)).toEqual(['image is written in two ways that cannot be merged; the later one counts']);
  });

  it('use anchors and merge keys', () => {
    const text = `x-build: &build
  context: .
  args: &args {A: 1, B: 2}
services:
  web:
    image: a
    build:
      <<: *build
      args: {<<: *args, B: 3}
  api: {image: b, build: *build}
`;
    expect(merged(text)).toEqual(['web /:Dockerfile A=1 B=3 -t a', 'api /:Dockerfile A=1 B=2 -t b']);
  });
});

describe('laws of merging', () => {
  const pairs = fc.uniqueArray(fc.tuple(fc.constantFrom('A', 'B', 'C', 'D'), fc.constantFrom('1', '2', '')), {
    selector: ([name]) => name,
    maxLength: 4,
  });
  const build = fc.record(
    {
      context: fc.constantFrom('.', 'x', './y/'),
      dockerfile: fc.constantFrom('D', 'd/E'),
      target: fc.constantFrom('s', 't'),
      args: fc.tuple(pairs, fc.boolean()),
    },
    { requiredKeys: [] },
  );
  const file = fc.record({ image: fc.constantFrom('a', 'b'), build }, { requiredKeys: ['build'] });
  type File = typeof file extends fc.Arbitrary<infer T> ? T : never;
  const written = ({ image, build: b }: File): string =>
    JSON.stringify({
      services: {
        web: {
          ...(image === undefined ? {} : { image }),
          build: {
            ...b,
            ...(b.args === undefined
              ? {}
              : {
                  args: b.args[1]
                    ? Object.fromEntries(b.args[0])
                    : b.args[0].map(([name, value]) => `${name}=${value}`),
                }),
          },
        },
      },
    });
  const sorted = (files: readonly File[]): readonly string[] =>
    merged(...files.map(written)).map((one) => one.split(' ').sort().join(' '));

  it('a file over itself is itself, and what comes last goes first', () => {
    fc.assert(
      fc.property(file, (one) => {
        expect(sorted([one, one])).toEqual(sorted([one]));
      }),
      { ...SEED, numRuns: 200 },
    );
    fc.assert(
      fc.property(file, file, (a, b) => {
        expect(sorted([a, b, b])).toEqual(sorted([a, b]));
        expect(sorted([b, a, b])).toEqual(sorted([a, b]));
      }),
      { ...SEED, numRuns: 200 },
    );
  });

  it('lists and maps of arguments are the same', () => {
    fc.assert(
      fc.property(file, file, (a, b) => {
        const flip = (one: File): File =>
          one.build.args === undefined
            ? one
            : { ...one, build: { ...one.build, args: [one.build.args[0], !one.build.args[1]] } };
        expect(sorted([flip(a), b])).toEqual(sorted([a, b]));
        expect(sorted([a, flip(b)])).toEqual(sorted([a, b]));
      }),
      { ...SEED, numRuns: 200 },
    );
  });

  it('an extended service is a file below', () => {
    fc.assert(
      fc.property(file, file, (a, b) => {
        const base: unknown = JSON.parse(written(a));
        const over = written(b).replace('{"web":{', '{"web":{"extends":{"file":"f1.yml","service":"web"},');
        const project = { 'f0.yml': over, 'f1.yml': JSON.stringify(base) };
        const found = lines(compose(project, { paths: ['f0.yml'], closed: true })).map((one) =>
          one.split(' ').sort().join(' '),
        );
        expect(found).toEqual(sorted([a, b]));
      }),
      { ...SEED, numRuns: 200 },
    );
  });
});

describe('extends', () => {
  it('takes a service of the same file or another one, whose paths start there', () => {
    const project = {
      'compose.yaml':
        'services:\n  a: {image: a, extends: b, build: {target: t}}\n  b: {image: b, extends: {file: sub/c.yml, service: c}, build: {args: {X: 1}}}\n',
      'sub/c.yml': 'services: {c: {extends: {service: d, file: d.yml}, build: {context: src, args: {X: 0, Y: 0}}}}',
      'sub/d.yml': 'services: {d: {build: {context: d, dockerfile: D}}}',
    };
    const found = compose(project, { closed: true });
    expect(messages(found)).toEqual([]);
    expect(lines(found)).toEqual(['a /sub/src:sub/src/D target=t X=1 Y=0 -t a', 'b /sub/src:sub/src/D X=1 Y=0 -t b']);
    expect(found.files).toEqual(['compose.yaml', 'sub/c.yml', 'sub/d.yml']);
  });

  it('reports circles and what is not there', () => {
    const found = compose({
      'compose.yaml':
        'services:\n  a: {image: a, build: ., extends: b}\n  b: {extends: a}\n  c: {extends: {service: x}}\n  d: {extends: {service: x, file: no.yml}}\n  e: {extends: {service: x, file: ../../no.yml}}\n  f: {extends: {service: "${X}"}}\n',
    });
    expect(messages(found)).toEqual([
      'the service a extends itself in a circle',
      'the service b extends itself in a circle',
      'there is no service x in compose.yaml to extend',
      'there is no file no.yml to extend',
      '../../no.yml is outside of the project and is not read',
      'the service that is extended here is not known',
    ]);
    expect(lines(found).slice(0, 1)).toEqual(['a /:Dockerfile -t a']);
  });

  it('resets what the extended service has', () => {
    expect(
      merged(
        'services: {a: {image: a, build: {context: ., args: {X: 1}}}, b: {image: b, extends: a, build: {args: !reset {}}}}',
      ),
    ).toEqual(['a /:Dockerfile X=1 -t a', 'b /:Dockerfile -t b']);
  });
});

describe('include', () => {
  it('takes the services of another project, with its own folder and .env', () => {
    const project = {
      'compose.yaml':
        'include: [db/compose.yaml, {path: [x/a.yml, x/b.yml], project_directory: y, env_file: x/z.env}]\nservices: {web: {image: "web:$V$W", build: web}}',
      '.env': 'V=root',
      'db/compose.yaml': 'services: {db: {image: "db:$V$W", build: .}}',
      'db/.env': 'V=db\nW=db\n',
      'x/a.yml': 'services: {x: {image: "x:$Z", build: .}}',
      'x/b.yml': 'services: {x: {build: {target: t}}}',
      'x/z.env': 'Z=z',
    };
    const found = compose(project, { closed: true });
    expect(messages(found)).toEqual([]);
    expect([...lines(found)].sort()).toEqual([
      'db /db:db/Dockerfile -t db:rootdb',
      'web /web:web/Dockerfile -t web:root',
      'x /y:y/Dockerfile target=t -t x:z',
    ]);
  });

  it('reports circles, conflicts and what is not there', () => {
    const found = compose({
      'compose.yaml': 'include: [a.yaml, no.yaml, "${X}"]\nservices: {web: {image: w, build: .}}',
      'a.yaml': 'include: [compose.yaml]\nservices: {web: {build: a}}',
    });
    expect(messages(found)).toEqual([
      'compose.yaml includes itself in a circle',
      'the service web is also in an included file; compose stops here',
      'there is no file no.yaml to include',
      'what is included here is not known',
    ]);
    expect(lines(found)).toEqual(['web /:Dockerfile -t w']);
  });
});
