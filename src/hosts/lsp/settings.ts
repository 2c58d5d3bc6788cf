/*
 * The settings of a workspace folder. They change under the fingers of whoever writes them: as long as they cannot be read,
 * those that could be read last are in force (at first, the defaults), and what is wrong is told where it is wrong. A text
 * that is not saved counts, but for settings that are a program, which node loads from the disk.
 */
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import { describedRules } from '../../index.js';
import type { LintChoices } from '../core.js';
import { parseScript } from '../parser.js';
import { choicesIn } from '../settings/choices.js';
import { loadSettings } from '../settings/load.js';
import type { SettingsError } from '../settings/read.js';

/** What was found in a folder. */
export interface FolderSettings {
  /** Undefined where they cannot be read. */
  readonly choices: LintChoices | undefined;
  readonly faults: readonly SettingsError[];
  /** The files that they are made of, absolute. */
  readonly files: readonly string[];
}

/** Loads the settings of a folder, with the texts of an editor in the place of the disk's. */
export type LoadFolderSettings = (
  root: string,
  textOf: (absolute: string) => string | undefined,
) => Promise<FolderSettings>;

/** Loads settings as the command line does. */
export const loadFolderSettings: LoadFolderSettings = async (root, textOf) => {
  const result = await loadSettings(root, undefined, { rules: describedRules, parseScript, textOf });
  const { files } = result;
  if (result.kind === 'bad') return { choices: undefined, faults: result.errors, files };
  return { choices: choicesIn(root, result.loaded), faults: result.loaded.broken, files };
};

/** Whether a change of this file may change settings by its name. */
export function isSettingsName(path: string): boolean {
  return /(?:^|[\\/])(?:envariant\.config\.\w+|package\.json)$/.test(path);
}

/** What is wrong in settings, as it is shown in their file: from the place to the end of its line. */
export function settingsDiagnostic({ line = 1, column = 1, message }: SettingsError): Diagnostic {
  const start = { line: line - 1, character: column - 1 };
  return {
    range: { start, end: { line, character: 0 } },
    severity: DiagnosticSeverity.Error,
    source: 'envariant',
    code: 'settings',
    message,
  };
}
