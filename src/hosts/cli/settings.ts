import { dirname, resolve } from 'node:path';
import type { Core } from '../core.js';
import { errorText, type LoadedSettings, loadSettings } from '../settings/load.js';
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
  const result = await loadSettings(start, file, core.rules ?? []);
  if (result.kind === 'bad') {
    for (const error of result.errors) complain(io, errorText(error, io.cwd), undefined);
    return undefined;
  }
  for (const error of result.loaded.broken) complain(io, errorText(error, io.cwd), undefined);
  // Without a settings file, the baseline belongs to where the command is run.
  return result.loaded.file === undefined ? { ...result.loaded, folder: io.cwd } : result.loaded;
}
