/*
 * What GitOps tools deploy: an Argo CD Application, each Application of an ApplicationSet, a Flux Kustomization or HelmRelease, a
 * release of a helmfile. All come down to one *source*: a folder of the project (a kustomization, a chart or plain manifests) with
 * what is changed on the way to the cluster.
 */
import picomatch from 'picomatch';
import type { Evidence } from '../../model/delivery.js';
import { folderOf, normalizePath } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';
import { setValue } from './chart.js';
import { evidenceOf, fileEvidence, folderEvidence } from './evidence.js';
import { yamlInside } from './kustomize.js';
import { groupOf, kindOf, nameOf, type Resource } from './manifest.js';
import { note, type Reading } from './reading.js';
import { emptyMap, get, itemsOf, type ScalarValue, scalarOf, stringOf, stringsOf, type Value } from './value.js';

/** A folder or chart that something deploys, with what is changed. */
export interface Source {
  readonly place: Place;
  /** What deploys it, for people: `application api-prod`. */
  readonly by: string;
  /** A folder of the project; undefined for a chart from a registry. */
  readonly path: string | undefined;
  /** Whether folders inside of the folder count too. */
  readonly recursive: boolean;
  readonly namespace: ScalarValue | undefined;
  /** Images as `kustomize edit set image` takes them. */
  readonly images: readonly { readonly text: Text; readonly place: Place }[];
  readonly valuesFiles: readonly { readonly file: string; readonly place: Place }[];
  /** Values above those of the files, each above the ones before. */
  readonly values: readonly Value[];
  readonly evidence: readonly Evidence[];
}

const ELEMENT_LIMIT = 200;

/** The sources of an object of Argo CD or Flux; undefined for any other object. */
export function sourcesOf(reading: Reading, resource: Resource): readonly Source[] | undefined {
  const { texts } = reading;
  const kind = kindOf(texts, resource.value);
  const group = groupOf(texts, resource.value);
  if (group === 'argoproj.io' && kind === 'Application')
    return application(reading, resource.value, nameOf(texts, resource.value));
  if (group === 'argoproj.io' && kind === 'ApplicationSet') return applicationSet(reading, resource.value);
  if (group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization')
    return fluxKustomization(texts, resource.value);
  if (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease') return helmRelease(texts, resource.value);
  return undefined;
}

/** A path in the project, as tools write it: `./deploy`, `/deploy`. */
function projectPath(path: string | undefined): string | undefined {
  return path === undefined ? undefined : normalizePath(path.replace(/^\/+/, ''));
}

function named(texts: Texts, value: Value | undefined, source: Evidence['source']): readonly Evidence[] {
  const name = stringOf(texts, value);
  return name === undefined || value === undefined ? [] : evidenceOf(name, source, value.place);
}

function application(reading: Reading, value: Value, name: string | undefined): readonly Source[] {
  const { texts } = reading;
  const spec = get(value, 'spec');
  const destination = get(spec, 'destination');
  const evidence = [
    ...named(texts, get(destination, 'namespace'), 'namespace'),
    ...named(texts, get(destination, 'name'), 'namespace'),
    ...named(texts, get(value, 'metadata', 'name'), 'job'),
  ];
  const single = get(spec, 'source');
  const sources = [...(single === undefined ? [] : [single]), ...itemsOf(get(spec, 'sources'))];
  return sources.flatMap((source): readonly Source[] => {
    const path = projectPath(stringOf(texts, get(source, 'path')));
    const chart = stringOf(texts, get(source, 'chart'));
    if (path === undefined && chart === undefined) return [];
    const helm = get(source, 'helm');
    const files = stringsOf(texts, get(helm, 'valueFiles')).flatMap(({ text, value: item }) => {
      // `$values/…` is a file of another source, counted from the root of its repository.
      const file = /^\$[\w-]+\//.test(text)
        ? projectPath(text.replace(/^\$[\w-]+\//, ''))
        : text.startsWith('/')
          ? projectPath(text)
          : normalizePath(`${path ?? ''}/${text}`);
      return file === undefined ? [] : [{ file, place: item.place }];
    });
    const written = scalarOf(get(helm, 'values'));
    const object = get(helm, 'valuesObject');
    const parameters = parametersOf(texts, get(helm, 'parameters'), source.place);
    return [
      {
        place: (scalarOf(get(source, 'path')) ?? scalarOf(get(source, 'chart')) ?? source).place,
        by: `application ${name ?? ''}`.trim(),
        path,
        recursive: stringOf(texts, get(source, 'directory', 'recurse')) === 'true',
        namespace: scalarOf(get(source, 'kustomize', 'namespace')) ?? scalarOf(get(destination, 'namespace')),
        images: stringsOf(texts, get(source, 'kustomize', 'images')).map(({ value: item }) => ({
          text: scalarOf(item)?.text ?? texts.empty,
          place: item.place,
        })),
        valuesFiles: files,
        values: [
          ...(written === undefined ? [] : yamlInside(reading, written).slice(0, 1)),
          ...(object === undefined ? [] : [object]),
          ...parameters,
        ],
        evidence: [
          ...evidence,
          ...files.flatMap(({ file, place }) => valuesEvidence(file, place)),
          ...named(texts, get(source, 'kustomize', 'namePrefix'), 'overlay'),
        ],
      },
    ];
  });
}

/** What the name of a values file, or of its folder, says. */
export function valuesEvidence(file: string, place: Place): readonly Evidence[] {
  const own = fileEvidence(
    file.replace(/(^|\/)values[-_.]/i, '$1').replace(/[-_.]values(?=\.ya?ml$)/i, ''),
    'values file',
    place,
  );
  if (own.length > 0) return own;
  return folderEvidence(folderOf(file), place).map((evidence) => ({ ...evidence, source: 'values file' as const }));
}

function parametersOf(texts: Texts, parameters: Value | undefined, place: Place): readonly Value[] {
  let values: Value = emptyMap(place);
  for (const item of itemsOf(parameters)) {
    const name = stringOf(texts, get(item, 'name'));
    const value = get(item, 'value');
    if (name !== undefined && value !== undefined) values = setValue(values, name, value);
  }
  return values.kind === 'map' && values.entries.size > 0 ? [values] : [];
}

// ------------------------------------------------------------------------------------------------ ApplicationSet

type Element = ReadonlyMap<string, Text>;

function applicationSet(reading: Reading, value: Value): readonly Source[] {
  const template = get(value, 'spec', 'template');
  if (template === undefined) return [];
  const elements = itemsOf(get(value, 'spec', 'generators')).flatMap((generator) => elementsOf(reading, generator, 0));
  if (elements.length > ELEMENT_LIMIT)
    note(reading, value.place, 'this makes more applications than are read here; the rest is left out');
  return elements.slice(0, ELEMENT_LIMIT).flatMap((element) => {
    const one = filled(reading.texts, template, element, 0);
    return application(reading, one, nameOf(reading.texts, one));
  });
}

function elementsOf(reading: Reading, generator: Value, depth: number): readonly Element[] {
  const { texts } = reading;
  if (depth > 2) return [];
  const list = get(generator, 'list');
  if (list !== undefined) return itemsOf(get(list, 'elements')).map((item) => flat(texts, item, '', new Map(), 0));
  const matrix = get(generator, 'matrix', 'generators');
  if (matrix !== undefined) {
    return itemsOf(matrix).reduce(
      (all: readonly Element[], inner) =>
        all
          .flatMap((a) => elementsOf(reading, inner, depth + 1).map((b) => new Map([...a, ...b])))
          .slice(0, ELEMENT_LIMIT + 1),
      [new Map<string, Text>()],
    );
  }
  const directories = itemsOf(get(generator, 'git', 'directories'));
  if (directories.length > 0) {
    const chosen = directories.filter((item) => stringOf(texts, get(item, 'exclude')) !== 'true');
    const excluded = directories.filter((item) => stringOf(texts, get(item, 'exclude')) === 'true');
    const globs = (items: readonly Value[]): string[] =>
      items.flatMap((item) => projectPath(stringOf(texts, get(item, 'path'))) ?? []);
    const matches = picomatch(globs(chosen), { ignore: globs(excluded) });
    return folders(reading)
      .filter((folder) => matches(folder))
      .map((folder) => {
        const base = folder.slice(folder.lastIndexOf('/') + 1);
        return new Map(
          [
            ['path', folder],
            ['path.path', folder],
            ['path.basename', base],
            ['path.basenameNormalized', base],
          ].map(([key, text]) => [key ?? '', texts.literal(text ?? '')] as const),
        );
      });
  }
  // Clusters, pull requests and the like: one application, with what they give unknown.
  return [new Map()];
}

/** The folders of the project, but for those of tools. */
function folders(reading: Reading): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string, depth: number): void => {
    for (const entry of [...(reading.files.list(folder) ?? [])].sort()) {
      if (!entry.endsWith('/') || /^(?:\.|node_modules\/)/.test(entry) || found.length > 5000 || depth > 8) continue;
      const path = `${folder === '' ? '' : `${folder}/`}${entry.slice(0, -1)}`;
      found.push(path);
      walk(path, depth + 1);
    }
  };
  walk('', 0);
  return found;
}

function flat(texts: Texts, value: Value, prefix: string, into: Map<string, Text>, depth: number): Map<string, Text> {
  if (value.kind === 'map' && depth < 6)
    for (const [key, inner] of value.entries)
      flat(texts, inner, prefix === '' ? key : `${prefix}.${key}`, into, depth + 1);
  else if (value.kind === 'scalar') into.set(prefix, value.text);
  return into;
}

/** A template with an element's values for `{{ name }}` and `{{ .name }}`; what the element does not say stays as it is. */
export function filled(texts: Texts, value: Value, element: Element, depth: number): Value {
  if (depth > 40) return value;
  if (value.kind === 'list')
    return { ...value, items: value.items.map((item) => filled(texts, item, element, depth + 1)) };
  if (value.kind === 'map')
    return {
      ...value,
      entries: new Map([...value.entries].map(([key, inner]) => [key, filled(texts, inner, element, depth + 1)])),
    };
  const text = texts.join(
    value.text.pieces.flatMap((piece) => {
      if (piece.kind !== 'literal' || !piece.text.includes('{{')) return [piece];
      return piece.text.split(/(\{\{-?\s*\.?[\w.-]+\s*-?\}\})/).flatMap((part) => {
        const name = /^\{\{-?\s*\.?([\w.-]+?)\s*-?\}\}$/.exec(part)?.[1];
        const given = name === undefined ? undefined : element.get(name);
        return given === undefined ? [{ kind: 'literal', text: part } as const] : given.pieces;
      });
    }),
  );
  return text === value.text ? value : { ...value, text, written: undefined };
}

// ------------------------------------------------------------------------------------------------ Flux

function fluxKustomization(texts: Texts, value: Value): readonly Source[] {
  const path = projectPath(stringOf(texts, get(value, 'spec', 'path')));
  if (path === undefined) return [];
  return [
    {
      place: (scalarOf(get(value, 'spec', 'path')) ?? value).place,
      by: `kustomization ${nameOf(texts, value) ?? ''}`.trim(),
      path,
      recursive: true,
      namespace: scalarOf(get(value, 'spec', 'targetNamespace')),
      images: itemsOf(get(value, 'spec', 'images')).flatMap((item) => fluxImage(texts, item)),
      valuesFiles: [],
      values: [],
      evidence: [
        ...named(texts, get(value, 'spec', 'targetNamespace'), 'namespace'),
        ...folderEvidence(path, (scalarOf(get(value, 'spec', 'path')) ?? value).place),
        ...named(texts, get(value, 'metadata', 'name'), 'job'),
      ],
    },
  ];
}

function fluxImage(texts: Texts, item: Value): readonly { readonly text: Text; readonly place: Place }[] {
  const name = scalarOf(get(item, 'name'));
  const newName = scalarOf(get(item, 'newName'));
  const tag = scalarOf(get(item, 'newTag'));
  const digest = scalarOf(get(item, 'digest'));
  if (name === undefined) return [];
  const said = digest ?? tag;
  return [
    {
      text: texts.concat(
        name.text,
        ...(newName === undefined ? [texts.literal('='), name.text] : [texts.literal('='), newName.text]),
        ...(said === undefined ? [] : [texts.literal(digest === undefined ? ':' : '@'), said.text]),
      ),
      place: (said ?? newName ?? name).place,
    },
  ];
}

function helmRelease(texts: Texts, value: Value): readonly Source[] {
  const chart = get(value, 'spec', 'chart', 'spec');
  const written = stringOf(texts, get(chart, 'chart'));
  const isLocal =
    stringOf(texts, get(chart, 'sourceRef', 'kind')) === 'GitRepository' || written?.startsWith('.') === true;
  const values = get(value, 'spec', 'values');
  const namespace = scalarOf(get(value, 'spec', 'targetNamespace')) ?? scalarOf(get(value, 'metadata', 'namespace'));
  return [
    {
      place: (scalarOf(get(chart, 'chart')) ?? value).place,
      by: `release ${nameOf(texts, value) ?? ''}`.trim(),
      path: isLocal ? projectPath(written) : undefined,
      recursive: false,
      namespace,
      images: [],
      valuesFiles: stringsOf(texts, get(chart, 'valuesFiles')).flatMap(({ text, value: item }) => {
        const file = projectPath(text);
        return file === undefined ? [] : [{ file, place: item.place }];
      }),
      values: values === undefined ? [] : [values],
      evidence: [...named(texts, namespace, 'namespace'), ...named(texts, get(value, 'metadata', 'name'), 'job')],
    },
  ];
}
