/*
 * Files of the delivery path that are cut off, full of templates, or not what they should be: what can be read is used, the
 * rest is a problem with a place, and nothing throws or hangs.
 */
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../src/hosts/testing.js';
import { lint, type Report, recognise } from '../../src/index.js';
import { BUILDERS, DEPLOYERS } from '../hard-cases/formats.js';
import { type Files, RACE } from '../hard-cases/project.js';

const MORE: readonly { readonly name: string; readonly files: Files }[] = [
  {
    name: 'other formats',
    files: {
      '.devcontainer/devcontainer.json':
        '{\n  // at the desk\n  "build": {"dockerfile": "../Dockerfile", "args": {"ENV": "dev"},},\n}\n',
      'docker-bake.json':
        '{"variable": {"ENV": {"default": "dev"}}, "target": {"default": {"args": {"ENV": "${ENV}"}, "tags": ["app:1"]}}}\n',
      'bitbucket-pipelines.yml':
        'pipelines:\n  default:\n    - step:\n        deployment: production\n        script: [docker build -t app:1 .]\n',
      '.travis.yml': 'env: {global: [ENV=testing]}\nscript:\n  - docker build --build-arg ENV -t app:1 .\n',
      'helmfile.yaml':
        'environments: {production: {}}\nreleases:\n  - name: app\n    chart: ./chart\n    set: [{name: image.tag, value: "1"}]\n',
      'compose.yaml':
        'x-args: &args {ENV: "${ENV:-dev}"}\nservices:\n  web:\n    build: {context: ., args: {<<: *args, A: b}}\n',
    },
  },
];
const CASES = [...BUILDERS, ...DEPLOYERS, ...MORE];

/** Lists of lists, each nine times the one before it. */
const bomb = (levels: number): string =>
  ['x0: &x0 [x]', ...Array.from({ length: levels }, (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i}, `.repeat(9)}]`)].join(
    '\n',
  );

const CHANGES: Readonly<Record<string, (text: string) => string>> = {
  tabs: (text) => text.replaceAll('  ', '\t'),
  'two documents': (text) => `${text}\n---\n${text}`,
  'every key twice': (text) => `${text}\n${text}`,
  'blocks of Jinja': (text) => text.replace(/^/gm, '{% if x %}\n'),
  'templates as values': (text) => text.replaceAll(': ', ': {{ .Values.x }}'),
  'templates as keys': (text) => text.replace(/^( *)\w+:/gm, '$1{{ x }}:'),
  'an alias bomb': (text) => `${bomb(12)}\n${text.replace(/: (\w+)$/gm, ': *x12')}`,
  'an alias of itself': (text) => `x: &x {<<: *x, y: *x}\n${text.replace(/: (\w+)$/gm, ': *x')}`,
  'no values': (text) => text.replace(/: .*$/gm, ':'),
  'lists for texts': (text) => text.replace(/: (\w.*)$/gm, ': [$1]'),
  'maps for texts': (text) => text.replace(/: (\w.*)$/gm, ': {a: $1}'),
  'numbers for texts': (text) => text.replace(/: (\w.*)$/gm, ': 12'),
  'no brackets': (text) => text.replace(/[[\]{}()"']/g, ''),
};

/** At so many places a file is cut off. */
const CUTS = 6;

function report(files: Files): Report {
  const isCaller = (path: string): boolean => recognise(path) === 'delivery' || recognise(path) === 'shell';
  const known = Object.keys(files).filter((path) => recognise(path) !== undefined);
  const linted = known.filter((path) => !isCaller(path));
  return lint(linted, memoryFiles(new Map(Object.entries(files))), { around: known.filter(isCaller) });
}

/** What is our fault, and problems that stand nowhere. */
function faults(files: Files): readonly string[] {
  return report(files)
    .problems.filter(({ fault, location }) => fault !== undefined || !(location.file in files))
    .map(({ location, message }) => `${location.file}:${location.line} ${message}`);
}

describe('a broken file of the delivery path', () => {
  const seen = new Set<string>();
  for (const { name, files } of CASES) {
    const project: Files = { Dockerfile: RACE, ...files };
    const own = Object.entries(files).filter(([path]) => !seen.has(path) && !path.endsWith('Dockerfile'));
    for (const [path] of own) seen.add(path);
    if (own.length === 0) continue;
    it(`is no fault of ours: ${name}`, () => {
      for (const [path, text] of own) {
        for (const [what, change] of Object.entries(CHANGES))
          expect([what, faults({ ...project, [path]: change(text) })]).toEqual([what, []]);
        for (let cut = 0; cut < CUTS; cut += 1) {
          const at = Math.floor((text.length * (cut + 0.5)) / CUTS);
          expect([at, faults({ ...project, [path]: text.slice(0, at) })]).toEqual([at, []]);
        }
      }
    });
  }
});

describe('what can be read is used', () => {
  const promoted = (files: Files) => report(files).findings.filter(({ rule }) => rule === 'promoted-image').length;

  it.each([...BUILDERS, ...DEPLOYERS])('$name', ({ files }) => {
    const changed = (change: (text: string) => string): Files => ({
      Dockerfile: RACE,
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [path, change(text)])),
    });
    const yaml = Object.fromEntries(Object.entries(files).filter(([path]) => /\.ya?ml$/.test(path)));
    expect(
      promoted(changed((text) => (/\.sh$|^#!|^\w+:.*\n\t/m.test(text) ? text : text.replaceAll('\n', '\r\n')))),
    ).toBe(1);
    // Only what is read as YAML may have a mark, or a document more.
    const marked = Object.fromEntries(Object.entries(yaml).map(([path, text]) => [path, `\ufeff${text}`]));
    expect(promoted({ Dockerfile: RACE, ...files, ...marked })).toBe(1);
  });
});
