import { relative, resolve } from 'node:path';
import { withDefaults } from '../../lint/options.js';
import { requiresReason, ruleSetting } from '../../lint/settings.js';
import { jsonText } from '../../report/json.js';
import type { Core } from '../core.js';
import { pathInSettings } from '../settings/path.js';
import type { Io } from './io.js';
import { settingsFor } from './settings.js';

/** Runs `config`: prints what applies to a file. */
export async function runConfig(
  request: { readonly file: string; readonly config: string | undefined },
  io: Io,
  core: Core,
): Promise<0 | 2> {
  const loaded = await settingsFor([request.file], request.config, io, core);
  if (loaded === undefined) return 2;
  const { settings } = loaded;
  const path = pathInSettings(loaded, resolve(io.cwd, request.file));
  const rules = [...(core.rules ?? []), ...loaded.rules].map(({ id, category, severity, options: table = {} }) => {
    const { level, options: given } = ruleSetting(settings, id, category, path);
    const options = withDefaults(id, table, given);
    const own = level === 'on' ? severity : level;
    return [id, Object.keys(options).length === 0 ? own : [own, options]] as const;
  });
  const plain = (answers: ReadonlyMap<string, readonly (string | null)[]>): object =>
    Object.fromEntries([...answers].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
  io.stdout.write(
    jsonText({
      file: request.file,
      settings: loaded.file === undefined ? null : relative(io.cwd, loaded.file),
      ignored: settings.isIgnored(path),
      failOn: settings.failOn ?? 'warning',
      requireReason: requiresReason(settings, path),
      plugins: loaded.plugins.map(({ name }) => name),
      environments: Object.fromEntries([...settings.environments].map(([name, answers]) => [name, plain(answers)])),
      selectors: { add: [...settings.selectors.add], ignore: [...settings.selectors.ignore] },
      rules: Object.fromEntries(rules),
    }),
  );
  return loaded.broken.length > 0 ? 2 : 0;
}
