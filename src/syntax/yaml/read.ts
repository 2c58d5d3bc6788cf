import type { YamlMap, YamlNode, YamlScalar } from './tree.js';

/** The value of a key; undefined when the node is no map or has no such key. */
export function yamlGet(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  let at = node;
  for (const key of path) {
    if (at?.kind !== 'map') return undefined;
    at = at.entries.find((entry) => entry.key.text.text === key)?.value;
  }
  return at;
}

/** The node as a map. */
export function yamlMap(node: YamlNode | undefined): YamlMap | undefined {
  return node?.kind === 'map' ? node : undefined;
}

/** The entries of a map; none for anything else. */
export function yamlEntries(node: YamlNode | undefined): YamlMap['entries'] {
  return node?.kind === 'map' ? node.entries : [];
}

/** The items of a list; a single value stands for a list of itself, nothing for an empty one. */
export function yamlItems(node: YamlNode | undefined): readonly YamlNode[] {
  if (node === undefined || isNull(node)) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The node as a scalar that is not null. */
export function yamlScalar(node: YamlNode | undefined): YamlScalar | undefined {
  return node?.kind === 'scalar' && !isNull(node) ? node : undefined;
}

/** The characters of a scalar; undefined for null, maps and lists. */
export function yamlText(node: YamlNode | undefined): string | undefined {
  return yamlScalar(node)?.text.text;
}

/** Whether the node is YAML's null, or an empty value. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
