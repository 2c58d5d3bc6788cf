import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each layer may import; `type x` allows types only. A folder's own modules are always allowed. */
const STAGES = ['text', 'value', 'syntax', 'model', 'knowledge', 'evaluate', 'lint', 'report'];
const ROOT_MODULE = [
  ...STAGES,
  'locate',
  'recognise',
  'plan',
  'project',
  'project-plan',
  'survey',
  'explain',
  'links',
  'rules',
];
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  text: [],
  value: ['text'],
  syntax: [
    'text',
    'unbash',
    'yaml',
    'jsonc-parser',
    'smol-toml',
    '@babel/parser',
    'type @babel/types',
    '@actions/expressions',
    'type dockerfile-ast',
  ],
  model: ['text', 'value', 'type knowledge'],
  knowledge: [],
  evaluate: ['text', 'value', 'syntax', 'model', 'knowledge', 'picomatch'],
  lint: ['text', 'value', 'model', 'knowledge', 'picomatch', 'valibot'],
  report: ['text', 'value', 'lint', 'type sarif'],
  hosts: [
    'index',
    'script-parser',
    'text',
    'syntax',
    'knowledge',
    'report',
    'lint',
    'jsonc-parser',
    'sucrase',
    'node:',
    'yargs',
    'yargs-parser',
    'ignore',
    'fdir',
    'vscode-languageserver',
    'vscode-languageserver/node',
    'vscode-languageserver-textdocument',
  ],
  index: ROOT_MODULE,
  plan: ROOT_MODULE,
  locate: ROOT_MODULE,
  recognise: ROOT_MODULE,
  'script-parser': ['syntax'],
  survey: ROOT_MODULE,
  explain: ROOT_MODULE,
  links: ROOT_MODULE,
  project: ROOT_MODULE,
  'project-plan': ROOT_MODULE,
  plugin: ['text', 'value', 'model', 'knowledge', 'lint'],
  rules: ['envariant/plugin'],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** The layer of a module: its folder in src/, its own name in src/, or `rules`. */
function layerOf(path: string): string {
  const [top = '', next = ''] = path.split('/');
  return top === 'src' ? next.replace(/\.ts$/, '') : top;
}

function importsOf(file: string): readonly Import[] {
  const code = readFileSync(join(root, file), 'utf8');
  const statements = code.matchAll(
    /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...statements].map(([, type, fixed, dynamic]) => {
    const name = fixed ?? dynamic ?? '';
    const target = name.startsWith('.') ? posix.join(posix.dirname(file), name) : undefined;
    const to =
      target === undefined
        ? name.replace(/^node:.*/, 'node:').replace(/^(@[^/]+\/[^/]+)\/.*/, '$1')
        : layerOf(target.replace(/\.js$/, '.ts'));
    const ownRule = target?.startsWith('rules/') === true && file !== 'rules/index.ts' && file.startsWith('rules/');
    return {
      file,
      from: layerOf(file),
      to: ownRule && posix.dirname(target) !== posix.dirname(file) ? 'another rule' : to,
      typeOnly: type !== undefined,
    };
  });
}

const files = ['src', 'rules'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
    posix.join(folder, path.replaceAll('\\', '/')),
  ),
);
const imports = files.filter((file) => file.endsWith('.ts')).flatMap(importsOf);

it('every import is one that the layers allow', () => {
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    const allowed = LAYERS[from] ?? [];
    return to !== from && !allowed.includes(to) && !(typeOnly && allowed.includes(`type ${to}`));
  });
  expect(wrong.map(({ file, to, typeOnly }) => `${file}: ${typeOnly ? 'type ' : ''}${to}`)).toEqual([]);
});

it('no layers import each other in a circle', () => {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of imports)
    if (from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to === 'envariant/plugin' ? 'plugin' : to));
  const circle = (layer: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(layer)) return [...path.slice(path.indexOf(layer)), layer];
    for (const next of edges.get(layer) ?? []) {
      const found = circle(next, [...path, layer]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  expect([...edges.keys()].flatMap((layer) => circle(layer, []) ?? [])).toEqual([]);
});

it('src/README.md has the same table', () => {
  const rows = [
    ...readFileSync(join(root, 'src/README.md'), 'utf8').matchAll(/^\| (`[^|]+`) \| [^|]+ \| ([^|]+) \|$/gm),
  ].flatMap(([, names = '', allowed = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({
      layer: name.startsWith('../rules/') ? 'rules' : name.replace(/\/$|\.ts$/, ''),
      allowed: allowed.replaceAll('`', ''),
    })),
  );
  expect(rows.map(({ layer }) => layer).sort()).toEqual(Object.keys(LAYERS).sort());
  const written = (layer: string): string => {
    const all = LAYERS[layer] ?? [];
    if (all === ROOT_MODULE) return 'all but hosts';
    const isOurs = (name: string): boolean => name in LAYERS || name === 'envariant/plugin';
    const ours = all.filter(isOurs);
    const types = all.flatMap((name) => (isOurs(name.slice(5)) ? [`types of ${name.slice(5)}`] : []));
    const isPackage = (name: string): boolean => !isOurs(name) && !isOurs(name.slice(5)) && name !== 'node:';
    return [...ours, ...types, ...(all.some(isPackage) ? ['packages'] : [])].join(', ') || 'nothing';
  };
  expect(rows.filter(({ layer, allowed }) => written(layer) !== allowed)).toEqual([]);
});
