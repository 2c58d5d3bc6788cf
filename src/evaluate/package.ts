import { parseYaml } from '../syntax/yaml/parse.js';
import { yamlEntries, yamlGet, yamlScalar, yamlText } from '../syntax/yaml/read.js';
import type { YamlTree } from '../syntax/yaml/tree.js';
import { type Files, folderOf } from '../text/files.js';
import type { MappedText } from '../text/mapped.js';
import type { Place } from '../text/span.js';

/** A package.json with what its scripts run. */
export interface Package {
  readonly file: string;
  readonly folder: string;
  readonly name: string | undefined;
  readonly scripts: ReadonlyMap<string, PackageScript>;
}

export interface PackageScript {
  readonly name: string;
  readonly text: MappedText;
  readonly place: Place;
}

/** The package.json files of a folder and those around it, the innermost first. */
export function packagesAround(files: Files, folder: string): readonly Package[] {
  const found: Package[] = [];
  for (let at = folder; ; at = folderOf(at)) {
    const one = packageIn(files, at);
    if (one !== undefined) found.push(one);
    if (at === '') return found;
  }
}

/** The package.json of a folder. */
export function packageIn(files: Files, folder: string): Package | undefined {
  const file = folder === '' ? 'package.json' : `${folder}/package.json`;
  const read = files.read(file);
  return read?.kind === 'text' ? readPackage(file, read.text) : undefined;
}

/** What a package.json says. */
export function readPackage(file: string, text: string): Package {
  // JSON is YAML, and this parser keeps the place of every character and survives a missing comma.
  return packageOf(file, parseYaml(text));
}

/** The same for one that was read as a tree. */
export function packageOf(file: string, tree: YamlTree): Package {
  const root = tree.documents[0]?.root;
  const scripts = new Map<string, PackageScript>();
  for (const { key, value } of yamlEntries(yamlGet(root, 'scripts'))) {
    const scalar = yamlScalar(value);
    const name = key.text.text;
    if (scalar !== undefined) scripts.set(name, { name, text: scalar.text, place: { file, ...scalar.span } });
  }
  return { file, folder: folderOf(file), name: yamlText(yamlGet(root, 'name')), scripts };
}

/** A script with those that npm runs before and after it, in their order. */
export function withHooks({ scripts }: Package, name: string): readonly PackageScript[] {
  return [`pre${name}`, name, `post${name}`].flatMap((one) => scripts.get(one) ?? []);
}
