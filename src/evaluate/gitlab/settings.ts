import { isNull, yamlEntries, yamlGet, yamlItems, yamlMap, yamlText } from '../../syntax/yaml/read.js';
import type { YamlMap, YamlNode } from '../../syntax/yaml/tree.js';
import { INSTANCE_LIMIT } from '../pipeline/caller.js';
import type { Config } from './config.js';
import type { Definitions } from './variables.js';

/** What a job has from `default:` and the top of the file. */
export interface Settings {
  readonly defaults: ReadonlyMap<string, YamlNode>;
  readonly variables: Definitions;
  readonly image: string | undefined;
  readonly windows: boolean;
}

/** What a job has from the top of the file, as far as `inherit:` allows it. */
export function settingsOf(config: Config, shared: Definitions, job: YamlMap): Settings {
  const allows = (key: string): ((name: string) => boolean) => {
    const node = config.resolved(yamlGet(job, 'inherit', key));
    if (node === undefined || isNull(node)) return () => true;
    if (node.kind === 'scalar') return () => node.value !== false;
    const names = new Set(yamlItems(node).map((item) => yamlText(item) ?? ''));
    return (name) => names.has(name);
  };
  const defaultAllowed = allows('default');
  const defaults = new Map<string, YamlNode>();
  for (const [node, keys] of [
    [config.root, /^(?:image|before_script|after_script)$/],
    [yamlMap(yamlGet(config.root, 'default')), /./],
  ] as const)
    for (const { key, value } of yamlEntries(node))
      if (keys.test(key.text.text) && defaultAllowed(key.text.text)) defaults.set(key.text.text, value);
  const variableAllowed = allows('variables');
  const image = config.resolved(yamlGet(job, 'image') ?? defaults.get('image'));
  const tags = config.items(yamlGet(job, 'tags') ?? defaults.get('tags')).map((tag) => yamlText(tag) ?? '');
  const imageName = yamlText(image?.kind === 'map' ? yamlGet(image, 'name') : image);
  return {
    defaults,
    variables: new Map([...shared].filter(([name]) => variableAllowed(name))),
    image: imageName,
    // PowerShell and cmd are not evaluated.
    windows:
      tags.some((tag) => /(?:^|[-_])(?:windows|win\d*|powershell|pwsh)(?:$|[-_\d])/i.test(tag)) ||
      /windows|powershell/i.test(imageName ?? ''),
  };
}

/** The jobs of `parallel:matrix`, each as the variables that it has; one without any when there is no matrix. */
export function matrixOf(config: Config, job: YamlMap): readonly ReadonlyMap<string, string>[] {
  const matrix = config.resolved(yamlGet(config.resolved(yamlGet(job, 'parallel')), 'matrix'));
  if (matrix === undefined) return [new Map()];
  const found: ReadonlyMap<string, string>[] = [];
  for (const entry of config.items(matrix)) {
    let product: ReadonlyMap<string, string>[] = [new Map()];
    for (const { key, value } of yamlEntries(entry)) {
      const values = config.items(value).map((item) => yamlText(item) ?? '');
      product = product.flatMap((one) => values.map((text) => new Map([...one, [key.text.text, text]])));
      product = product.slice(0, INSTANCE_LIMIT + 1);
    }
    found.push(...product);
  }
  return found.length === 0 ? [new Map()] : found;
}
