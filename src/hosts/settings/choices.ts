import { join } from 'node:path';
import { guardedCommands } from '../../lint/plugin.js';
import type { LintChoices } from '../core.js';
import type { LoadedSettings } from './load.js';
import { pathInSettings } from './path.js';

/** What settings say to a run over files under a root. */
export function choicesIn(root: string, loaded: LoadedSettings): LintChoices {
  return {
    ...(loaded.file === undefined
      ? {}
      : { settings: loaded.settings, settingsPath: (file) => pathInSettings(loaded, join(root, file)) }),
    ...(loaded.rules.length === 0 ? {} : { extraRules: loaded.rules }),
    tools: Object.assign({}, ...loaded.plugins.map(guardedCommands)),
  };
}
