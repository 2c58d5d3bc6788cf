/* Loads plugins: modules that the user's own settings name, by a path or as a package. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Plugin } from '../../lint/plugin.js';
import { faultOfPlugin } from '../../lint/plugin-fault.js';
import type { ParseScript } from '../../syntax/script/tree.js';
import { errorCode } from '../failure.js';
import { importModule } from './import.js';
import { moduleFailure } from './module-failure.js';
import { pathInSettings } from './path.js';

/** A plugin, or why there is none. */
export type LoadedPlugin =
  | { readonly kind: 'good'; readonly plugin: Plugin }
  | { readonly kind: 'bad'; readonly message: string };

/** Loads a plugin that a settings file in a folder names; never throws. */
export async function loadPlugin(name: string, folder: string, parse: ParseScript): Promise<LoadedPlugin> {
  const bad = (reason: string): LoadedPlugin => ({ kind: 'bad', message: `the plugin ${name} is broken: ${reason}` });
  let file: string | undefined;
  try {
    file = resolveModule(name, folder);
    if (file === undefined)
      return bad(isPath(name) ? 'there is no such file' : `there is no such package; npm install ${name} adds it`);
    const module: unknown = await importModule(file);
    const exported = defaultOf(module);
    const fault = faultOfPlugin(exported);
    return fault === undefined && isPlugin(exported) ? { kind: 'good', plugin: exported } : bad(fault ?? 'it is empty');
  } catch (error) {
    const { message, line, column, ...at } = moduleFailure(error, file ?? folder, parse);
    return bad(line === undefined ? message : `${message} (${pathInSettings({ folder }, at.file)}:${line}:${column})`);
  }
}

/** `faultOfPlugin` has looked at all of it. */
function isPlugin(value: unknown): value is Plugin {
  return faultOfPlugin(value) === undefined;
}

/** A default export; that of a CommonJS module that was compiled from ES modules is one level deeper. */
function defaultOf(module: unknown): unknown {
  const outer = propertyOf(module, 'default');
  return propertyOf(outer, '__esModule') === true ? propertyOf(outer, 'default') : outer;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isPath(name: string): boolean {
  return /^\.{1,2}(?:[/\\]|$)/.test(name) || isAbsolute(name);
}

/** The file of a module that is named in a folder; undefined when there is none. */
export function resolveModule(name: string, folder: string): string | undefined {
  if (isPath(name)) {
    const path = resolve(folder, name);
    if (/\.[cm]?[jt]s$|\.jsonc?$|\.ya?ml$/.test(path)) return existsSync(path) ? path : undefined;
  }
  try {
    const found = createRequire(join(folder, 'settings.js')).resolve(isPath(name) ? resolve(folder, name) : name);
    // A module of Node.js itself is no file.
    return isAbsolute(found) ? found : undefined;
  } catch (error) {
    // A package for `import` only is none for `require.resolve`.
    return errorCode(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? importedEntry(name, folder) : undefined;
  }
}

/** The entry of a package by its `exports`, under the conditions of `import`. */
function importedEntry(name: string, folder: string): string | undefined {
  const [, id = '', inner = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? [];
  for (let at = folder; ; at = dirname(at)) {
    const home = join(at, 'node_modules', id);
    const manifest = join(home, 'package.json');
    if (existsSync(manifest)) {
      const data: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      const all = propertyOf(data, 'exports');
      const own = propertyOf(all, `.${inner}`) ?? (inner === '' ? all : undefined);
      const target = targetOf(own);
      return target === undefined ? undefined : join(home, target);
    }
    if (dirname(at) === at) return undefined;
  }
}

function targetOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return undefined;
  for (const [condition, inner] of Object.entries(entry)) {
    const target = ['import', 'node', 'default'].includes(condition) ? targetOf(inner) : undefined;
    if (target !== undefined) return target;
  }
  return undefined;
}
