import { dirname, relative } from 'node:path';
import type { Formatter, RuleDescription } from '../../lint/formatter.js';
import { type Plugin, prefixedFormatters, prefixedRules } from '../../lint/plugin.js';
import type { AnyRule } from '../../lint/rule.js';
import type { RawSettings } from '../../lint/schema.js';
import { defaultSettings, mergeSettings, ruleFaults, type Settings } from '../../lint/settings.js';
import type { ParseScript } from '../../syntax/script/tree.js';
import { type FoundSettings, findSettings } from './find.js';
import { loadPlugin, resolveModule } from './plugins.js';
import { type ReadSettings, readSettings, type SettingsError, type TextOf } from './read.js';

/** The settings of a run with all that they name. */
export interface LoadedSettings {
  /** Absolute; undefined when there is no file. */
  readonly file: string | undefined;
  /** The folder that globs and the baseline are relative to. */
  readonly folder: string;
  readonly settings: Settings;
  readonly plugins: readonly Plugin[];
  /** The rules and formats of the plugins, with their prefixes. */
  readonly rules: readonly AnyRule[];
  readonly formatters: readonly Formatter[];
  /** Plugins that could not be loaded; the rest goes on. */
  readonly broken: readonly SettingsError[];
}

/** Settings, or what is wrong with them; `files` are those that were read, absolute. */
export type LoadResult =
  | { readonly kind: 'good'; readonly loaded: LoadedSettings; readonly files: readonly string[] }
  | { readonly kind: 'bad'; readonly errors: readonly SettingsError[]; readonly files: readonly string[] };

/** Extended files may extend others, but nobody nests more than a few. */
const DEPTH_LIMIT = 16;

/** What settings are read with. */
export interface SettingsTools {
  /** The rules that settings may name without a plugin. */
  readonly rules?: readonly RuleDescription[];
  readonly parseScript: ParseScript;
  /** What an editor has in the place of a file, by its absolute path. */
  readonly textOf?: TextOf;
}

/** Finds and loads the settings for a folder, or those of a file that was named; never throws. */
export async function loadSettings(
  folder: string,
  named: string | undefined,
  tools: SettingsTools,
): Promise<LoadResult> {
  const found: FoundSettings = named === undefined ? findSettings(folder) : { kind: 'file', path: named };
  if (found.kind === 'several') {
    const message = `there are several settings in this folder: ${found.names.join(', ')}; keep one`;
    return { kind: 'bad', errors: [{ file: found.folder, message }], files: [] };
  }
  if (found.kind === 'none')
    return {
      kind: 'good',
      loaded: {
        file: undefined,
        folder,
        settings: defaultSettings,
        plugins: [],
        rules: [],
        formatters: [],
        broken: [],
      },
      files: [],
    };
  const layers: ReadSettings[] = [];
  const errors: SettingsError[] = [];
  const files = new Set<string>();
  await readLayers(found.path, [], { layers, errors, files }, tools);
  if (errors.length > 0) return { kind: 'bad', errors, files: [...files] };
  return { ...(await loadPlugins(found.path, layers, tools)), files: [...files] };
}

/** What was read so far. */
interface Reading {
  readonly layers: ReadSettings[];
  readonly errors: SettingsError[];
  readonly files: Set<string>;
}

/** Reads a file and, before it, all that it extends. */
async function readLayers(
  file: string,
  open: readonly string[],
  reading: Reading,
  tools: SettingsTools,
): Promise<void> {
  const { layers, errors, files } = reading;
  files.add(file);
  const result = await readSettings(file, tools.parseScript, tools.textOf);
  if (result.kind === 'bad') {
    errors.push(...result.errors);
    return;
  }
  const { raw, errorAt } = result.value;
  for (const [i, name] of listOf(raw.extends).entries()) {
    const path = Array.isArray(raw.extends) ? ['extends', i] : ['extends'];
    const base = resolveModule(name, dirname(file));
    const fail = (message: string): void => void errors.push(errorAt({ path, part: 'value', message }));
    if (base === undefined) fail(`there are no settings "${name}" to extend`);
    else if (base === file || open.includes(base)) fail(`"${name}" extends these settings itself`);
    else if (open.length >= DEPTH_LIMIT) fail(`settings that extend settings ${DEPTH_LIMIT} times are not read`);
    else if (!layers.some((layer) => layer.file === base)) await readLayers(base, [...open, file], reading, tools);
  }
  layers.push(result.value);
}

function listOf(value: RawSettings['extends']): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

type Loaded =
  | { readonly kind: 'good'; readonly loaded: LoadedSettings }
  | { readonly kind: 'bad'; readonly errors: readonly SettingsError[] };

async function loadPlugins(
  file: string,
  layers: readonly ReadSettings[],
  { rules: known = [], parseScript }: SettingsTools,
): Promise<Loaded> {
  const plugins = new Map<string, { readonly plugin: Plugin; readonly source: string }>();
  const broken: SettingsError[] = [];
  for (const layer of layers) {
    for (const [i, name] of (layer.raw.plugins ?? []).entries()) {
      const result = await loadPlugin(name, dirname(layer.file), parseScript);
      const fail = (message: string): void =>
        void broken.push(layer.errorAt({ path: ['plugins', i], part: 'value', message }));
      if (result.kind === 'bad') {
        fail(result.message);
        continue;
      }
      const { plugin } = result;
      const known = plugins.get(plugin.name);
      if (known === undefined) plugins.set(plugin.name, { plugin, source: name });
      // Settings and those that they extend may name the same one.
      else if (known.plugin !== plugin)
        fail(`the plugin ${name} is broken: its name is that of the plugin ${known.source}: ${plugin.name}`);
    }
  }
  const all = [...plugins.values()].map(({ plugin }) => plugin);
  const rules = all.flatMap(prefixedRules);
  const errors = layers.flatMap((layer) =>
    ruleFaults(layer.raw, [...known, ...rules])
      // Whose plugin is broken is unknown for that reason alone.
      .filter(({ path }) => broken.length === 0 || !String(path[path.length - 1]).includes('/'))
      .map(layer.errorAt),
  );
  if (errors.length > 0) return { kind: 'bad', errors };
  return {
    kind: 'good',
    loaded: {
      file,
      folder: dirname(file),
      settings: mergeSettings(
        layers.map(({ raw }) => raw),
        all,
      ),
      plugins: all,
      rules,
      formatters: all.flatMap(prefixedFormatters),
      broken,
    },
  };
}

/** `file:line:column: message`, as far as it is known. */
export function errorText({ file, line, column, message }: SettingsError, cwd: string): string {
  const shown = relative(cwd, file) || '.';
  return line === undefined ? `${shown}: ${message}` : `${shown}:${line}:${column}: ${message}`;
}
