import { dirname, resolve } from 'node:path';
import { defaultSettings } from '../../lint/settings.js';
import type { Core } from '../core.js';
import { findSettings } from '../settings/find.js';
import type { LoadedSettings } from '../settings/load.js';
import { commonFolder, isFolder } from '../targets.js';
import { complain, type Io } from './io.js';

/** The settings for some paths; undefined when they are wrong, which was then said. */
export async function settingsFor(
  paths: readonly string[],
  named: string | undefined,
  io: Io,
  core: Core,
): Promise<LoadedSettings | undefined> {
  const folders = paths.map((path) => {
    const absolute = resolve(io.cwd, path);
    return isFolder(absolute) ? absolute : dirname(absolute);
  });
  const start = folders.reduce((common, folder) => commonFolder(common, folder));
  const file = named === undefined ? undefined : resolve(io.cwd, named);
  // Without a settings file, what reads one need not be loaded, and the baseline belongs to where the command is run.
  if (file === undefined && findSettings(start).kind === 'none') return { ...noSettings, folder: io.cwd };
  const { errorText, loadSettings } = await import('../settings/load.js');
  const result = await loadSettings(start, file, core);
  if (result.kind === 'bad') {
    for (const error of result.errors) complain(io, errorText(error, io.cwd), undefined);
    return undefined;
  }
  for (const error of result.loaded.broken) complain(io, errorText(error, io.cwd), undefined);
  return result.loaded;
}

const noSettings = {
  file: undefined,
  settings: defaultSettings,
  plugins: [],
  rules: [],
  formatters: [],
  broken: [],
} as const;
