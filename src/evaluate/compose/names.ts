import { type EnvironmentKind, environmentOf } from '../../knowledge/environments.js';
import { folderOf } from '../../text/files.js';

/** The files that compose looks for, in its order. */
export const DEFAULT_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** The files that it puts over them when none is named, in its order. */
export const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Whether a file's name is one of a compose file: `compose.yaml`, `docker-compose.prod.yml`; folders before it are ignored. */
export function isComposeFile(path: string): boolean {
  return /^(?:docker[-_.]?)?compose(?:[-_.][\w.@+-]*)?\.ya?ml$/i.test(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether a file is called like an environment (`local.yml`, `production.yaml`): what stands in it must say whether it is a compose file. */
export function isNamedForEnvironment(path: string): boolean {
  const name = /^([\w-]+)\.ya?ml$/.exec(path.slice(path.lastIndexOf('/') + 1))?.[1];
  return name !== undefined && environmentOf(name) !== undefined;
}

/** What a compose file's name says besides that it is one: `prod` of `docker-compose.prod.yml`; empty for nothing. */
export function variantOf(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.ya?ml$/i, '')
    .replace(/(?:docker[-_.]?)?compose/i, '')
    .replace(/^[-_.]+|[-_.]+$/g, '');
}

/** An environment's name and kind in the name of a compose file, or of the folder that it is in. */
export function environmentOfFile(path: string): { readonly name: string; readonly kind: EnvironmentKind } | undefined {
  const variant = variantOf(path);
  const kind = environmentOf(variant);
  if (kind !== undefined) return { name: variant, kind };
  // A name that means something else (`docker-compose.monitoring.yml`) says nothing; neither do folders above the nearest.
  const folder = folderOf(path).split('/').at(-1) ?? '';
  const folderKind = environmentOf(folder.replace(/^\./, ''));
  return folderKind === undefined ? undefined : { name: folder, kind: folderKind };
}

/** Whether a file is an override for developers: `compose.override.yaml`, but not `docker-compose.override.prod.yml`. */
export function isDeveloperOverride(path: string): boolean {
  const variant = variantOf(path);
  return /(?:^|[-_.])override(?:$|[-_.])/i.test(variant) && environmentOf(variant) === undefined;
}

/** Whether what is in a folder is for developers, examples or tests of tools, and never deployed. */
export function isDevelopmentFolder(path: string): boolean {
  return /(?:^|\/)(?:\.devcontainer|examples?|samples?|fixtures?|testdata|__fixtures__)(?:\/|$)/i.test(folderOf(path));
}
