/*
 * Which environment a deployment is for, by what manifests and their folders are called (semantics 5.7 and 5.9).
 */
import { environmentOf } from '../../knowledge/environments.js';
import { type Evidence, type EvidenceSource, SOURCES } from '../../model/delivery.js';
import { isMutableTag, parseReference } from '../../model/reference.js';
import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';
import { get, type MapValue, scalarOf, stringOf } from './value.js';

/** Labels that say the environment outright. */
const LABELS = [
  'env',
  'environment',
  'app.kubernetes.io/environment',
  'app.kubernetes.io/env',
  'tags.datadoghq.com/env',
];

/** Folders whose folders are environments. */
const PARENTS = /^(?:overlays?|env|envs|environments?|clusters?|stages?|variants?|values|targets?|instances?)$/i;

/** Words that say an environment also beside other words; `feature-flags` and `load-balancer` say none. */
const CLEAR =
  /^(?:prod|production|prd|live|stag|stage|staging|stg|uat|preprod|nonprod|test|testing|tst|qa|dev|develop|development|sandbox)\d*$/i;

/** The evidence that a name is; none when it says no environment. */
export function evidenceOf(name: string, source: EvidenceSource, place: Place): readonly Evidence[] {
  const kind = environmentOf(name);
  return kind === undefined ? [] : [{ name, kind, source, place }];
}

/** Whether a name is an environment's, and not something that has such a word in it. */
function isClear(name: string): boolean {
  const words = name.split(/[-_.]+/);
  return environmentOf(name) !== undefined && (words.length === 1 || words.some((word) => CLEAR.test(word)));
}

/** What the folders of a path say, the strongest first: `clusters/prod/apps`, `k8s/staging`. */
export function folderEvidence(folder: string, place: Place): readonly Evidence[] {
  const segments = folder.split('/').filter((segment) => segment !== '');
  const found: { readonly evidence: Evidence; readonly weight: number }[] = [];
  segments.forEach((segment, index) => {
    const isNamed = PARENTS.test(segments[index - 1] ?? '');
    if (!isNamed && !isClear(segment)) return;
    for (const evidence of evidenceOf(segment, 'overlay', place))
      found.push({ evidence, weight: (isNamed ? 1000 : 0) + index });
  });
  return inOrder(found.sort((a, b) => b.weight - a.weight).map(({ evidence }) => evidence));
}

/** What a file's own name says: `deployment-prod.yaml`, `prod.yaml`. */
export function fileEvidence(file: string, source: EvidenceSource, place: Place): readonly Evidence[] {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.(?:ya?ml|json)(?:\.gotmpl)?$/i, '');
  return isClear(name) ? evidenceOf(name, source, place) : [];
}

/** What a manifest says of itself: its labels, its pods' labels and its namespace. */
export function manifestEvidence(texts: Texts, manifest: MapValue): readonly Evidence[] {
  const found: Evidence[] = [];
  const holders = [
    get(manifest, 'metadata', 'labels'),
    get(manifest, 'spec', 'template', 'metadata', 'labels'),
    get(manifest, 'spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels'),
  ];
  for (const labels of holders) {
    for (const label of LABELS) {
      const value = scalarOf(get(labels, label));
      const name = stringOf(texts, value);
      if (value === undefined || name === undefined || name === '' || /[${<]/.test(name)) continue;
      found.push({ name, kind: environmentOf(name), source: 'environment key', place: value.place });
    }
  }
  const namespace = scalarOf(get(manifest, 'metadata', 'namespace'));
  const name = stringOf(texts, namespace);
  if (namespace !== undefined && name !== undefined) found.push(...evidenceOf(name, 'namespace', namespace.place));
  return found;
}

/** What an image's tag says: `:prod`, `:main-dev`. */
export function tagEvidence(texts: Texts, image: Text, place: Place): readonly Evidence[] {
  const { tag } = parseReference(texts, image);
  const name = tag === undefined ? undefined : texts.constant(tag);
  return name !== undefined && isMutableTag(tag) && isClear(name) ? evidenceOf(name, 'tag', place) : [];
}

/** The strongest first; what says the same by the same means is said once. */
export function inOrder(evidence: readonly Evidence[]): readonly Evidence[] {
  const kept: Evidence[] = [];
  for (const one of evidence)
    if (!kept.some(({ source, name }) => source === one.source && name === one.name)) kept.push(one);
  return kept.sort((a, b) => SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source));
}

const APART =
  /^(?:examples?|samples?|demos?|testdata|test-data|test_data|fixtures?|__fixtures__|__tests__|mocks?|docs?|documentation|tutorials?|vendor|vendored|third_party|third-party|node_modules|\.devcontainer|devcontainer)$/i;

/** Whether what lies there is for developers, readers or tests of the project: examples, test data, vendored charts. */
export function isApart(path: string): boolean {
  const segments = path.split('/').slice(0, -1);
  return (
    segments.some((segment, index) => APART.test(segment) && !PARENTS.test(segments[index - 1] ?? '')) ||
    /^(?:tests?|e2e|spec)$/i.test(segments[0] ?? '') ||
    /(?:^|\/)charts\/[^/]+\/charts\//.test(path)
  );
}
