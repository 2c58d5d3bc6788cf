/*
 * kustomize: a folder whose kustomization names objects and what changes them. Bases come first, each with its own changes; then
 * components, which change what was gathered; then patches, namespace, names, labels, JSON patches and images, in kustomize's order
 * whatever the order in the file is.
 *
 * Objects from other places than the project (URLs, generators of plugins, Helm charts from a registry) are not there.
 */
import type { Evidence } from '../../model/delivery.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import { normalizePath } from '../../text/files.js';
import { toSource } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';
import { isTame } from '../shell/regexp.js';
import { evidenceOf } from './evidence.js';
import { changeImage, type ImageChange, imageChange, imageChanges } from './images.js';
import { groupOf, kindOf, mapImages, type Resource, resourcesOf } from './manifest.js';
import { applyOperation, mergeStrategic, type Operation, operationsOf } from './patch.js';
import { isFolder, note, type Reading, readDocuments, spend, startOf } from './reading.js';
import {
  fromYaml,
  get,
  itemsOf,
  type MapValue,
  type ScalarValue,
  scalar,
  scalarOf,
  stringOf,
  stringsOf,
  type Value,
  withPath,
} from './value.js';

/** File names of a kustomization, in the order in which kustomize looks for them. */
export const KUSTOMIZATION = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** What a kustomization makes. */
export interface Kustomized {
  readonly resources: readonly Resource[];
  /** What the kustomization's own names say about the environment. */
  readonly evidence: readonly Evidence[];
}

/** Changes that a tool makes to a kustomization before it is built, by its folder. */
export type Edits = ReadonlyMap<string, readonly ImageChange[]>;

const DEPTH_LIMIT = 12;

/** The kustomization file in a folder; undefined when there is none. */
export function kustomizationIn(reading: Reading, folder: string): string | undefined {
  const names = reading.files.list(folder);
  const name = names === undefined ? undefined : KUSTOMIZATION.find((one) => names.includes(one));
  return name === undefined ? undefined : folder === '' ? name : `${folder}/${name}`;
}

/** Builds the kustomization in a folder; undefined when there is none. */
export function kustomize(reading: Reading, folder: string, edits: Edits = new Map()): Kustomized | undefined {
  const evidence: Evidence[] = [];
  const resources = build(reading, folder, [], [], edits, evidence);
  return resources === undefined ? undefined : { resources, evidence };
}

function build(
  reading: Reading,
  folder: string,
  inherited: readonly Resource[],
  open: readonly string[],
  edits: Edits,
  evidence: Evidence[] | undefined,
): readonly Resource[] | undefined {
  const file = kustomizationIn(reading, folder);
  if (file === undefined) return undefined;
  if (open.includes(folder)) {
    note(reading, startOf(file), `this kustomization leads back to itself: ${[...open, folder].join(' → ')}`);
    return [];
  }
  if (open.length >= DEPTH_LIMIT || !spend(reading, startOf(file))) {
    note(reading, startOf(file), 'kustomizations are not followed deeper than here; the rest is left out');
    return [];
  }
  const root = (readDocuments(reading, file) ?? [])[0];
  if (root?.kind !== 'map') return inherited;
  const { texts } = reading;
  const here: Here = { reading, folder, root };
  let resources: readonly Resource[] = [
    ...inherited,
    ...[...stringsOf(texts, get(root, 'resources')), ...stringsOf(texts, get(root, 'bases'))].flatMap(
      ({ text, value }) => gather(here, text, value.place, [...open, folder], edits),
    ),
  ];
  for (const { text } of stringsOf(texts, get(root, 'components'))) {
    const path = normalizePath(`${folder}/${text}`);
    if (path === undefined || isRemote(text)) continue;
    resources = build(reading, path, resources, [...open, folder], edits, undefined) ?? resources;
  }
  return transform(here, resources, edits.get(folder) ?? [], evidence);
}

interface Here {
  readonly reading: Reading;
  readonly folder: string;
  readonly root: MapValue;
}

function isRemote(path: string): boolean {
  return /^[a-z][a-z+.-]*:\/\/|^git@|^github\.com\/|\?ref=|\.git(?:\/|$)/.test(path);
}

function gather(here: Here, path: string, place: Place, open: readonly string[], edits: Edits): readonly Resource[] {
  const { reading, folder } = here;
  if (isRemote(path)) return [];
  const target = normalizePath(`${folder}/${path}`);
  if (target === undefined) return [];
  if (isFolder(reading, target)) return build(reading, target, [], open, edits, undefined) ?? [];
  const documents = readDocuments(reading, target);
  if (documents === undefined) {
    note(reading, place, `${path} is not in the project, so that what it says is not known`);
    return [];
  }
  return resourcesOf(reading.texts, documents);
}

function transform(
  here: Here,
  gathered: readonly Resource[],
  edits: readonly ImageChange[],
  evidence: Evidence[] | undefined,
): readonly Resource[] {
  const { reading, root } = here;
  const { texts } = reading;
  let resources = gathered;
  for (const item of itemsOf(get(root, 'patchesStrategicMerge')))
    for (const patch of patchDocuments(here, item)) resources = strategic(texts, resources, patch, undefined);
  for (const item of itemsOf(get(root, 'patches')))
    for (const patch of patchDocuments(here, get(item, 'path') ?? get(item, 'patch')))
      resources = patched(here, resources, patch, get(item, 'target'));
  resources = settings(texts, resources, root, evidence);
  for (const item of itemsOf(get(root, 'patchesJson6902')))
    for (const patch of patchDocuments(here, get(item, 'path') ?? get(item, 'patch')))
      resources = patched(here, resources, patch, get(item, 'target'));
  const changes = merged(imageChanges(texts, get(root, 'images')), edits);
  for (const change of changes) resources = changeImages(reading, resources, change);
  for (const { text, value } of stringsOf(texts, get(root, 'transformers')))
    for (const document of transformerDocuments(here, text, value)) resources = transformer(here, resources, document);
  const unread = get(root, 'helmCharts') ?? get(root, 'helmChartInflationGenerator');
  if (unread !== undefined) note(reading, unread.place, 'charts that a kustomization inflates are not read here');
  return resources;
}

/** `kustomize edit set image` changes the entry of that name, or adds one. */
function merged(changes: readonly ImageChange[], edits: readonly ImageChange[]): readonly ImageChange[] {
  const result = [...changes];
  for (const edit of edits) {
    const index = result.findIndex(({ name }) => name === edit.name);
    const old = result[index];
    if (old === undefined) result.push(edit);
    else result[index] = { ...edit, newName: edit.newName ?? old.newName };
  }
  return result;
}

function transformerDocuments(here: Here, text: string, value: Value): readonly Value[] {
  if (!/^[^\n{]+$/.test(text)) return innerDocuments(here, value);
  const path = normalizePath(`${here.folder}/${text}`);
  return path === undefined ? [] : (readDocuments(here.reading, path) ?? []);
}

/** Transformers that are configured in files of their own. */
function transformer(here: Here, resources: readonly Resource[], document: Value): readonly Resource[] {
  const { texts } = here.reading;
  switch (stringOf(texts, get(document, 'kind'))) {
    case 'ImageTagTransformer': {
      const tag = get(document, 'imageTag');
      const changes = imageChanges(
        texts,
        tag === undefined ? undefined : { kind: 'list', place: tag.place, items: [tag] },
      );
      return changes.reduce((all, change) => changeImages(here.reading, all, change), resources);
    }
    case 'LabelTransformer':
      return labelled(resources, get(document, 'labels'));
    case 'NamespaceTransformer':
      return inNamespace(resources, scalarOf(get(document, 'metadata', 'namespace')));
    case 'PatchTransformer':
      return patchDocuments(here, get(document, 'path') ?? get(document, 'patch')).reduce(
        (all: readonly Resource[], patch) => patched(here, all, patch, get(document, 'target')),
        resources,
      );
    default:
      return resources;
  }
}

/** Namespace, names and labels. */
function settings(
  texts: Texts,
  gathered: readonly Resource[],
  root: MapValue,
  evidence: Evidence[] | undefined,
): readonly Resource[] {
  let resources = inNamespace(gathered, scalarOf(get(root, 'namespace')));
  const [prefix, suffix] = [scalarOf(get(root, 'namePrefix')), scalarOf(get(root, 'nameSuffix'))];
  for (const said of [prefix, suffix]) {
    const name = stringOf(texts, said)?.replace(/^-+|-+$/g, '');
    if (said !== undefined && name !== undefined) evidence?.push(...evidenceOf(name, 'overlay', said.place));
  }
  if (prefix !== undefined || suffix !== undefined) {
    resources = resources.map((resource) => {
      const name = scalarOf(get(resource.value, 'metadata', 'name'));
      if (name === undefined) return resource;
      const text = texts.concat(prefix?.text ?? texts.empty, name.text, suffix?.text ?? texts.empty);
      const constant = texts.constant(text);
      return {
        value: asMap(withPath(resource.value, ['metadata', 'name'], scalar(text, name.place)), resource.value),
        names: constant === undefined ? resource.names : [...resource.names, constant],
      };
    });
  }
  resources = labelled(resources, get(root, 'commonLabels'));
  for (const label of itemsOf(get(root, 'labels'))) resources = labelled(resources, get(label, 'pairs'));
  return resources;
}

function asMap(value: Value, otherwise: MapValue): MapValue {
  return value.kind === 'map' ? value : otherwise;
}

function inNamespace(resources: readonly Resource[], namespace: ScalarValue | undefined): readonly Resource[] {
  if (namespace === undefined) return resources;
  return resources.map((resource) => ({
    ...resource,
    value: asMap(withPath(resource.value, ['metadata', 'namespace'], namespace), resource.value),
  }));
}

function labelled(resources: readonly Resource[], labels: Value | undefined): readonly Resource[] {
  if (labels?.kind !== 'map') return resources;
  return resources.map((resource) => {
    let value: Value = resource.value;
    for (const [key, label] of labels.entries) value = withPath(value, ['metadata', 'labels', key], label);
    return { ...resource, value: asMap(value, resource.value) };
  });
}

/** Changes the images of all objects by one entry of `images`. */
export function changeImages(
  reading: Reading,
  resources: readonly Resource[],
  change: ImageChange,
): readonly Resource[] {
  return resources.map((resource) => {
    if (kindOf(reading.texts, resource.value) === 'CustomResourceDefinition') return resource;
    const value = mapImages(resource.value, (image) => changeImage(reading, image, change));
    return value === resource.value ? resource : { ...resource, value: asMap(value, resource.value) };
  });
}

/** Puts objects that were built into a namespace and gives them images, as Argo CD does. */
export function override(
  reading: Reading,
  resources: readonly Resource[],
  options: {
    readonly namespace: ScalarValue | undefined;
    readonly images: readonly { readonly text: Text; readonly place: Place }[];
  },
): readonly Resource[] {
  let result = inNamespace(resources, options.namespace);
  for (const { text, place } of options.images) {
    const change = imageChange(reading.texts, text, place);
    if (change !== undefined) result = changeImages(reading, result, change);
  }
  return result;
}

// ------------------------------------------------------------------------------------------------ patches

/** The documents of a patch, which is the path of a file or the patch itself. */
function patchDocuments(here: Here, value: Value | undefined): readonly Value[] {
  const { reading, folder } = here;
  const text = stringOf(reading.texts, value);
  if (value === undefined || text === undefined) return [];
  if (/[\n{[]/.test(text.trim()) || /^\s*-?\s*\w+:\s/.test(text)) return innerDocuments(here, value);
  const path = normalizePath(`${folder}/${text}`);
  const documents = path === undefined ? undefined : readDocuments(reading, path);
  if (documents === undefined) note(reading, value.place, `the patch ${text} is not in the project`);
  return documents ?? [];
}

/** YAML inside of YAML, with places in the file. */
function innerDocuments(here: Here, value: Value): readonly Value[] {
  return value.kind === 'scalar' ? yamlInside(here.reading, value) : [];
}

/** The documents of the YAML that a scalar holds, with places in the file that the scalar stands in. */
export function yamlInside(reading: Reading, value: ScalarValue): readonly Value[] {
  const { written, place } = value;
  const text = written?.text ?? reading.texts.constant(value.text);
  if (text === undefined) return [];
  const tree = parseYaml(text);
  const back = (inner: Place): Place =>
    written === undefined
      ? place
      : { file: place.file, start: toSource(written, inner.start), end: toSource(written, inner.end) };
  for (const { at, message } of tree.problems) note(reading, back({ file: place.file, ...at }), message);
  return tree.documents.flatMap(({ root }) =>
    root === undefined ? [] : [fromYaml(reading.texts, root, place.file, back)],
  );
}

function patched(
  here: Here,
  resources: readonly Resource[],
  patch: Value,
  target: Value | undefined,
): readonly Resource[] {
  const { reading } = here;
  const operations = operationsOf(reading.texts, patch);
  if (operations === undefined) return strategic(reading.texts, resources, patch, target);
  return resources.map((resource) =>
    target !== undefined && isTarget(reading.texts, resource, target)
      ? operated(reading, resource, operations)
      : resource,
  );
}

function operated(reading: Reading, resource: Resource, operations: readonly Operation[]): Resource {
  let { value } = resource;
  for (const operation of operations) {
    const next = applyOperation(value, operation);
    if (next === undefined) note(reading, operation.place, `this ${operation.op} finds nothing to change at its path`);
    else value = next;
  }
  return { ...resource, value };
}

function strategic(
  texts: Texts,
  resources: readonly Resource[],
  patch: Value,
  target: Value | undefined,
): readonly Resource[] {
  if (patch.kind !== 'map') return resources;
  return resources.flatMap((resource): readonly Resource[] => {
    const fits = target === undefined ? isNamed(texts, resource, patch) : isTarget(texts, resource, target);
    if (!fits) return [resource];
    const byName = hasNamedLists(texts, resource.value);
    const changes = new Map(patch.entries);
    for (const key of ['apiVersion', 'kind']) changes.delete(key);
    const metadata = changes.get('metadata');
    if (metadata?.kind === 'map') {
      const kept = new Map(metadata.entries);
      for (const key of ['name', 'namespace']) kept.delete(key);
      changes.set('metadata', { ...metadata, entries: kept });
    }
    const value = mergeStrategic(texts, resource.value, { ...patch, entries: changes }, byName);
    return value?.kind === 'map' ? [{ ...resource, value: withBefore(resource.value, value) }] : [];
  });
}

/** Lets images that a patch sets remember what stood there. */
function withBefore(old: MapValue, value: MapValue): MapValue {
  const known = new Map<string, ScalarValue>();
  const names = (one: Value, path: string, depth: number): void => {
    if (depth > 40) return;
    if (one.kind === 'map') {
      for (const [key, inner] of one.entries) {
        if (key === 'image' && inner.kind === 'scalar') known.set(path, inner);
        else names(inner, `${path}/${key}`, depth + 1);
      }
    }
    if (one.kind === 'list') for (const item of one.items) names(item, `${path}/${nameIn(item)}`, depth + 1);
  };
  names(old, '', 0);
  const put = (one: Value, path: string, depth: number): Value => {
    if (depth > 40 || one.kind === 'scalar') return one;
    if (one.kind === 'list')
      return { ...one, items: one.items.map((item) => put(item, `${path}/${nameIn(item)}`, depth + 1)) };
    const before = known.get(path);
    return {
      ...one,
      entries: new Map(
        [...one.entries].map(([key, inner]): readonly [string, Value] => {
          if (key !== 'image' || inner.kind !== 'scalar') return [key, put(inner, `${path}/${key}`, depth + 1)];
          return [
            key,
            before === undefined || before === inner || inner.before !== undefined ? inner : { ...inner, before },
          ];
        }),
      ),
    };
  };
  const made = put(value, '', 0);
  return made.kind === 'map' ? made : value;
}

function nameIn(item: Value): string {
  const [piece] = scalarOf(get(item, 'name'))?.text.pieces ?? [];
  return piece?.kind === 'literal' ? piece.text : '';
}

const BUILT_IN = new Set(['', 'apps', 'batch', 'extensions']);

function hasNamedLists(texts: Texts, resource: MapValue): boolean {
  return BUILT_IN.has(groupOf(texts, resource));
}

function isNamed(texts: Texts, resource: Resource, patch: MapValue): boolean {
  if (kindOf(texts, resource.value) !== kindOf(texts, patch)) return false;
  if (groupOf(texts, resource.value) !== groupOf(texts, patch) && get(patch, 'apiVersion') !== undefined) return false;
  const name = stringOf(texts, get(patch, 'metadata', 'name'));
  if (name === undefined || !resource.names.includes(name)) return false;
  const namespace = stringOf(texts, get(patch, 'metadata', 'namespace'));
  const own = stringOf(texts, get(resource.value, 'metadata', 'namespace'));
  return namespace === undefined || own === undefined || namespace === own;
}

/** Whether a target selects an object: kind, name and the like are whole regular expressions, labels a selector. */
function isTarget(texts: Texts, resource: Resource, target: Value): boolean {
  const fits = (key: string, values: readonly string[]): boolean => {
    const pattern = stringOf(texts, get(target, key));
    if (pattern === undefined || pattern === '') return true;
    const longest = Math.max(0, ...values.map(({ length }) => length));
    if (!isTame(pattern, longest)) return values.includes(pattern);
    try {
      const expression = new RegExp(`^(?:${pattern})$`);
      return values.some((value) => expression.test(value));
    } catch {
      return values.includes(pattern);
    }
  };
  const version = stringOf(texts, get(resource.value, 'apiVersion')) ?? '';
  const namespace = stringOf(texts, get(resource.value, 'metadata', 'namespace')) ?? 'default';
  return (
    fits('kind', [kindOf(texts, resource.value)]) &&
    fits('name', resource.names) &&
    fits('namespace', [namespace]) &&
    fits('group', [groupOf(texts, resource.value)]) &&
    fits('version', [version.slice(version.indexOf('/') + 1)]) &&
    hasLabels(texts, get(resource.value, 'metadata', 'labels'), stringOf(texts, get(target, 'labelSelector'))) &&
    hasLabels(texts, get(resource.value, 'metadata', 'annotations'), stringOf(texts, get(target, 'annotationSelector')))
  );
}

function hasLabels(texts: Texts, labels: Value | undefined, selector: string | undefined): boolean {
  if (selector === undefined || selector.trim() === '') return true;
  return selector.split(',').every((requirement) => {
    const [, key = '', operator, value = ''] = /^\s*([^\s!=]+)\s*(?:(==?|!=)\s*(\S*))?\s*$/.exec(requirement) ?? [];
    const own = stringOf(texts, get(labels, key));
    if (operator === undefined) return own !== undefined;
    return operator === '!=' ? own !== value : own === value;
  });
}

/** Whether a file is a kustomization, by its name. */
export function isKustomization(file: string): boolean {
  return KUSTOMIZATION.includes(file.slice(file.lastIndexOf('/') + 1));
}
