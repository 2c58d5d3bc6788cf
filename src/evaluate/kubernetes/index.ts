/*
 * The Kubernetes side of a project: which images its manifests, kustomizations, charts and GitOps objects run, and where.
 *
 * Every file that can be deployed by itself is a caller. What another one uses is none: a base under its overlays, a chart that an
 * Application deploys, the manifests of a kustomization. Which these are is known once everything was evaluated, since each caller
 * says what it read.
 */
import type { Caller, Deployment, Evidence } from '../../model/delivery.js';
import { type Files, folderOf } from '../../text/files.js';
import { Space } from '../../value/diagram.js';
import { Texts } from '../../value/text.js';
import { valuesFilesOf } from './chart.js';
import { deliverChart, deliverResources, deliverSource, deliverTask } from './deliver.js';
import { fileEvidence, folderEvidence, inOrder, isApart } from './evidence.js';
import { helmfileSources, isHelmfile } from './helmfile.js';
import { isKustomization, kustomize } from './kustomize.js';
import { type Deploying, resourcesOf } from './manifest.js';
import { newReading, type Reading, readDocuments, startOf, type Trees } from './reading.js';
import { type Source, valuesEvidence } from './sources.js';

/** Evaluates everything of Kubernetes and ECS among some paths of a project. */
export function evaluateKubernetes(paths: readonly string[], files: Files): readonly Caller[] {
  const trees: Trees = new Map();
  const charts = paths.filter((path) => /(?:^|\/)Chart\.yaml$/.test(path)).map(folderOf);
  const callers = paths.flatMap((path): readonly Caller[] => {
    const deliver = entryOf(path, files, charts);
    if (deliver === undefined) return [];
    const texts = new Texts(new Space());
    const reading = newReading(texts, files, trees);
    reading.used.add(path);
    const deployments = deliver(reading);
    return [
      {
        file: path,
        kind: 'kubernetes',
        texts,
        builds: [],
        deployments,
        promotions: [],
        notes: reading.notes,
        files: [...reading.used],
      },
    ];
  });
  return withoutUsed(callers).filter(
    ({ file, deployments, notes }) => deployments.length > 0 || (notes.length > 0 && isMeant(file)),
  );
}

/** Callers that no other one uses; an example that uses what the project deploys does not count. */
function withoutUsed(callers: readonly Caller[]): readonly Caller[] {
  const users = new Map<string, Caller[]>();
  for (const caller of callers) {
    for (const file of caller.files) {
      if (file === caller.file) continue;
      const known = users.get(file);
      if (known === undefined) users.set(file, [caller]);
      else known.push(caller);
    }
  }
  return callers.filter(
    (caller) =>
      !(users.get(caller.file) ?? []).some(
        // Two that use each other are refused by their tools; both are kept.
        (user) => !(isApart(user.file) && !isApart(caller.file)) && !caller.files.includes(user.file),
      ),
  );
}

type Deliver = (reading: Reading) => readonly Deployment[];

/** How a file is evaluated by itself; undefined when it is nothing of Kubernetes. */
function entryOf(path: string, files: Files, charts: readonly string[]): Deliver | undefined {
  if (isKustomization(path)) return (reading) => deliverOverlay(reading, path);
  if (isHelmfile(path))
    return (reading) =>
      helmfileSources(reading, path, undefined).flatMap((source) =>
        deliverSource(reading, source, standing(reading, path)),
      );
  if (/(?:^|\/)Chart\.yaml$/.test(path)) return (reading) => deliverEnvironments(reading, path);
  if (!/\.(?:ya?ml|json)$/i.test(path) || isOfChart(path, charts)) return undefined;
  const read = files.read(path);
  if (read?.kind !== 'text') return undefined;
  const isTask = /\.json$/i.test(path)
    ? read.text.includes('"containerDefinitions"')
    : /^containerDefinitions:/m.test(read.text);
  if (isTask)
    return (reading) =>
      (readDocuments(reading, path) ?? []).flatMap(
        (document) => deliverTask(reading, document, standing(reading, path)) ?? [],
      );
  if (!/apiVersion/.test(read.text) || !/kind/.test(read.text)) return undefined;
  return (reading) => deliverManifests(reading, path);
}

/** Whether a file is one that Helm fills in or takes values from. */
function isOfChart(path: string, charts: readonly string[]): boolean {
  return charts.some((folder) => {
    const inside = folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
    return inside !== undefined && /^(?:templates|crds)\//.test(inside);
  });
}

/** What a file's path says of everything in it. */
function standing(reading: Reading, path: string, own: readonly Evidence[] = []): Deploying {
  const place = startOf(path);
  return {
    when: reading.texts.space.true,
    chain: [],
    evidence: inOrder([...own, ...fileEvidence(path, 'overlay', place), ...folderEvidence(folderOf(path), place)]),
    development: isApart(path),
  };
}

function deliverManifests(reading: Reading, path: string): readonly Deployment[] {
  const resources = resourcesOf(reading.texts, readDocuments(reading, path) ?? []);
  return deliverResources(reading, resources, standing(reading, path));
}

function deliverOverlay(reading: Reading, path: string): readonly Deployment[] {
  const folder = folderOf(path);
  const root = (readDocuments(reading, path) ?? [])[0];
  if (root?.kind !== 'map') return [];
  // A component is only a part of what includes it.
  const kind = resourcesOf(reading.texts, [root]).map(({ value }) => value.entries.get('kind'));
  if (kind.some((value) => value?.kind === 'scalar' && reading.texts.constant(value.text) === 'Component')) return [];
  const built = kustomize(reading, folder);
  if (built === undefined) return [];
  const deploying = standing(reading, path, built.evidence);
  const name = folder === '' ? '.' : folder;
  return deliverResources(reading, built.resources, {
    ...deploying,
    chain: [{ place: startOf(path), message: `the overlay ${name}` }],
  });
}

/** What a chart deploys in each environment that it has a values file for, or by its own values alone. */
function deliverEnvironments(reading: Reading, path: string): readonly Deployment[] {
  const folder = folderOf(path);
  const values = valuesFilesOf(reading, folder);
  const source: Source = {
    place: startOf(path),
    by: 'chart',
    path: folder,
    recursive: false,
    namespace: undefined,
    images: [],
    valuesFiles: [],
    values: [],
    evidence: [],
  };
  if (values.length === 0) return deliverChart(reading, folder, source, standing(reading, path));
  return values.flatMap(({ file }) => {
    const place = startOf(file);
    const deploying = standing(reading, path, valuesEvidence(file, place));
    return deliverChart(
      reading,
      folder,
      { ...source, valuesFiles: [{ file, place }] },
      {
        ...deploying,
        chain: [{ place, message: `the values file ${file}` }],
      },
    );
  });
}

/** Whether a file is for Kubernetes by its name alone, so that what is wrong with it is worth a note. */
function isMeant(path: string): boolean {
  return isKustomization(path) || isHelmfile(path) || /(?:^|\/)Chart\.yaml$/.test(path);
}
