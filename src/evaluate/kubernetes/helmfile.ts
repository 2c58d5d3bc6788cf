/*
 * helmfile in its simple form: environments with values, and releases of charts with values files and `set`. Its templates are not
 * evaluated but for `{{ .Environment.Name }}` and values that the environment gives in the file itself.
 */
import { folderOf, normalizePath } from '../../text/files.js';
import type { Text } from '../../value/text.js';
import { setValue, valuesIn } from './chart.js';
import { evidenceOf } from './evidence.js';
import { type Reading, readDocuments, startOf } from './reading.js';
import { filled, type Source, valuesEvidence } from './sources.js';
import { emptyMap, get, itemsOf, overlay, scalarOf, stringOf, type Value } from './value.js';

/** Whether a file is a helmfile, by its name. */
export function isHelmfile(file: string): boolean {
  return /(?:^|\/)helmfile\.ya?ml(?:\.gotmpl)?$|(?:^|\/)helmfile\.d\/[^/]+\.ya?ml(?:\.gotmpl)?$/.test(file);
}

/** What a helmfile deploys: each release, once for each environment, or for the one that is asked for. */
export function helmfileSources(reading: Reading, file: string, asked: string | undefined): readonly Source[] {
  const { texts } = reading;
  const documents = readDocuments(reading, file) ?? [];
  const root = documents.reduce((below: Value, above) => overlay(below, above), emptyMap(startOf(file)));
  const environments = get(root, 'environments');
  const declared = environments?.kind === 'map' ? [...environments.entries.keys()] : [];
  const names = asked !== undefined ? [asked] : declared.filter((name) => name !== 'default' || declared.length === 1);
  return (names.length === 0 ? ['default'] : names).flatMap((name) => {
    const element = new Map<string, Text>([['Environment.Name', texts.literal(name)]]);
    const given = environmentValues(reading, file, get(environments, name, 'values'), element);
    flatten(given, '', element, 0);
    const place = get(environments, name)?.place ?? startOf(file);
    const evidence = evidenceOf(name, 'environment key', place);
    return itemsOf(get(root, 'releases')).flatMap((written): readonly Source[] => {
      const release = filled(texts, written, element, 0);
      const chart = stringOf(texts, get(release, 'chart'));
      if (chart === undefined || stringOf(texts, get(release, 'installed')) === 'false') return [];
      const local = /^(?:\.|\/)/.test(chart) ? normalizePath(`${folderOf(file)}/${chart}`) : undefined;
      const files = itemsOf(get(release, 'values')).flatMap((item) => {
        const path = stringOf(texts, item);
        const found = path === undefined ? undefined : normalizePath(`${folderOf(file)}/${path}`);
        return found === undefined ? [] : [{ file: found, place: item.place }];
      });
      let sets: Value = emptyMap(release.place);
      for (const item of itemsOf(get(release, 'set'))) {
        const key = stringOf(texts, get(item, 'name'));
        const value = get(item, 'value');
        if (key !== undefined && value !== undefined) sets = setValue(sets, key, value);
      }
      const namespace = scalarOf(get(release, 'namespace'));
      const space = stringOf(texts, namespace);
      return [
        {
          place: release.place,
          by: `release ${stringOf(texts, get(release, 'name')) ?? ''}`.trim(),
          path: local,
          recursive: false,
          namespace,
          images: [],
          valuesFiles: files,
          values: [...itemsOf(get(release, 'values')).filter(({ kind }) => kind === 'map'), sets],
          evidence: [
            ...evidence,
            ...(namespace === undefined || space === undefined ? [] : evidenceOf(space, 'namespace', namespace.place)),
            ...files.flatMap((one) => valuesEvidence(one.file, one.place)),
          ],
        },
      ];
    });
  });
}

function environmentValues(
  reading: Reading,
  file: string,
  values: Value | undefined,
  element: ReadonlyMap<string, Text>,
): Value {
  return itemsOf(values).reduce(
    (below: Value, item) => {
      if (item.kind === 'map') return overlay(below, item);
      const path = stringOf(reading.texts, filled(reading.texts, item, element, 0));
      const found = path === undefined ? undefined : normalizePath(`${folderOf(file)}/${path}`);
      const inner = found === undefined ? undefined : valuesIn(reading, found, item.place);
      return inner === undefined ? below : overlay(below, inner);
    },
    emptyMap(startOf(file)),
  );
}

/** The scalars of values as templates name them: `Values.image.tag`, `StateValues.image.tag`. */
function flatten(value: Value, prefix: string, into: Map<string, Text>, depth: number): void {
  if (value.kind === 'map' && depth < 8) {
    for (const [key, inner] of value.entries) flatten(inner, prefix === '' ? key : `${prefix}.${key}`, into, depth + 1);
  } else if (value.kind === 'scalar') {
    into.set(`Values.${prefix}`, value.text);
    into.set(`StateValues.${prefix}`, value.text);
  }
}
