/*
 * What folders, charts and objects deploy, in the space of whoever asks: the project's own entry points (index.ts), or a command
 * such as `kubectl apply -k deploy/prod` in a workflow.
 */
import type { Deployment } from '../../model/delivery.js';
import { imagesInValues, isChart, renderChart, valuesIn } from './chart.js';
import { folderEvidence, inOrder, isApart, tagEvidence } from './evidence.js';
import { type Edits, kustomizationIn, kustomize, override } from './kustomize.js';
import { type Deploying, deploymentsOf, type Resource, resourcesOf } from './manifest.js';
import { note, type Reading, readDocuments } from './reading.js';
import { type Source, sourcesOf } from './sources.js';
import { withUnknowns } from './unknowns.js';
import { emptyMap, get, itemsOf, overlay, scalarOf, stringOf, type Value } from './value.js';

const DEPTH_LIMIT = 6;

/** What objects deploy: their own images, or what an object of a GitOps tool leads to. */
export function deliverResources(
  reading: Reading,
  resources: readonly Resource[],
  deploying: Deploying,
  depth = 0,
): readonly Deployment[] {
  return resources.flatMap((resource) => {
    const sources = sourcesOf(reading, resource);
    if (sources === undefined) return deploymentsOf(reading.texts, resource, deploying);
    return sources.flatMap((source) => deliverSource(reading, source, deploying, depth + 1));
  });
}

/** What a source deploys. */
export function deliverSource(
  reading: Reading,
  source: Source,
  deploying: Deploying,
  depth = 0,
): readonly Deployment[] {
  if (depth > DEPTH_LIMIT) {
    note(reading, source.place, 'deployments that lead to others are not followed deeper than here');
    return [];
  }
  const { path } = source;
  const inner: Deploying = {
    ...deploying,
    chain: [...deploying.chain, { place: source.place, message: source.by }],
    evidence: inOrder([
      ...source.evidence,
      ...(path === undefined ? [] : folderEvidence(path, source.place)),
      ...deploying.evidence,
    ]),
    development: deploying.development || (path !== undefined && isApart(`${path}/x`)),
  };
  if (path !== undefined && isChart(reading, path)) return deliverChart(reading, path, source, inner);
  if (path === undefined || reading.files.list(path) === undefined) {
    if (path !== undefined && reading.files.read(path) !== undefined)
      return deliverResources(
        reading,
        override(reading, resourcesOf(reading.texts, readDocuments(reading, path) ?? []), source),
        inner,
        depth,
      );
    return deliverValues(reading, source, inner);
  }
  const resources = folderResources(reading, path, new Map(), source.recursive);
  return deliverResources(reading, override(reading, resources, source), inner, depth);
}

/** The objects of a folder: those that its kustomization builds, or those of its files. */
export function folderResources(
  reading: Reading,
  folder: string,
  edits: Edits,
  recursive: boolean,
  depth = 0,
): readonly Resource[] {
  if (kustomizationIn(reading, folder) !== undefined) return kustomize(reading, folder, edits)?.resources ?? [];
  const prefix = folder === '' ? '' : `${folder}/`;
  return [...(reading.files.list(folder) ?? [])].sort().flatMap((entry): readonly Resource[] => {
    if (entry.endsWith('/'))
      return recursive && depth < 8
        ? folderResources(reading, `${prefix}${entry.slice(0, -1)}`, edits, recursive, depth + 1)
        : [];
    if (!/\.(?:ya?ml|json)$/i.test(entry)) return [];
    return resourcesOf(reading.texts, readDocuments(reading, `${prefix}${entry}`) ?? []);
  });
}

/** What a chart of the project deploys with the values of a source. */
export function deliverChart(
  reading: Reading,
  folder: string,
  source: Source,
  deploying: Deploying,
): readonly Deployment[] {
  const { texts } = reading;
  const images = renderChart(reading, folder, valuesOf(reading, source), {
    namespace: source.namespace?.text,
    when: deploying.when,
  });
  const seen = new Set<string>();
  return images.flatMap(({ text, place, line, when, kind }): readonly Deployment[] => {
    const image = withUnknowns(texts, text);
    const key = `${image.id}:${line.file}:${line.start}:${when.id}`;
    if (image.pieces.length === 0 || seen.has(key)) return [];
    seen.add(key);
    return [
      {
        place,
        when,
        image,
        evidence: inOrder([...deploying.evidence, ...tagEvidence(texts, image, place)]),
        development: deploying.development || isApart(line.file),
        chain:
          place === line
            ? deploying.chain
            : [...deploying.chain, { place: line, message: 'the template that names the image' }],
        by: `${kind === '' ? 'image' : kind} of chart ${folder === '' ? '.' : folder.slice(folder.lastIndexOf('/') + 1)}`,
      },
    ];
  });
}

function valuesOf(reading: Reading, source: Source): readonly Value[] {
  const files = source.valuesFiles.flatMap(({ file, place }) => valuesIn(reading, file, place) ?? []);
  return [...files, ...source.values];
}

/** What a chart that is not in the project deploys, as its values say it. */
function deliverValues(reading: Reading, source: Source, deploying: Deploying): readonly Deployment[] {
  const { texts } = reading;
  const values = valuesOf(reading, source).reduce(
    (below: Value, above) => overlay(below, above),
    emptyMap(source.place),
  );
  return imagesInValues(texts, values).map((image): Deployment => {
    const text = withUnknowns(texts, image.text);
    return {
      place: image.place,
      when: deploying.when,
      image: text,
      evidence: inOrder([...deploying.evidence, ...tagEvidence(texts, text, image.place)]),
      development: deploying.development,
      chain: deploying.chain,
      by: source.by,
    };
  });
}

/** The images of an ECS task definition; undefined when the document is none. */
export function deliverTask(
  reading: Reading,
  document: Value,
  deploying: Deploying,
): readonly Deployment[] | undefined {
  const { texts } = reading;
  const task = get(document, 'taskDefinition') ?? document;
  const containers = get(task, 'containerDefinitions');
  if (containers?.kind !== 'list') return undefined;
  const family = stringOf(texts, get(task, 'family'));
  return itemsOf(containers).flatMap((container): readonly Deployment[] => {
    const image = scalarOf(get(container, 'image'));
    if (image === undefined || image.text.pieces.length === 0) return [];
    const text = withUnknowns(texts, image.text);
    return [
      {
        place: image.place,
        when: deploying.when,
        image: text,
        evidence: inOrder([...deploying.evidence, ...tagEvidence(texts, text, image.place)]),
        development: deploying.development,
        chain: deploying.chain,
        by: `task ${family ?? stringOf(texts, get(container, 'name')) ?? ''}`.trim(),
      },
    ];
  });
}
