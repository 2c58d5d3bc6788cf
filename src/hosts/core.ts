import type { Survey } from '../index.js';
import type { ToolTable } from '../knowledge/tools.js';
import type { RuleDescription } from '../lint/formatter.js';
import type { Plan, ProjectPlan, Report } from '../lint/report.js';
import type { AnyRule } from '../lint/rule.js';
import type { Settings } from '../lint/settings.js';
import type { ParseScript } from '../syntax/script/tree.js';
import type { Files } from '../text/files.js';

/** What a host needs of the library; `src/index.ts` provides it, and tests provide their own. */
export interface Core {
  lint(paths: readonly string[], files: Files, options: LintChoices): Report;
  plan(path: string, files: Files, options: PlanChoices): Plan;
  /** Who builds, names and runs which image. */
  planProject?(paths: readonly string[], files: Files, around: readonly string[]): ProjectPlan;
  recognise(path: string): Language | undefined;
  /** Reads JavaScript, to say where settings are wrong that are a module. */
  readonly parseScript: ParseScript;
  /** Our rules, for the formats that describe them. */
  readonly rules?: readonly RuleDescription[];
  /** What the conditions of build files ask for; for `init`. */
  survey?(paths: readonly string[], files: Files): Survey;
  /** Serves an editor over the standard streams until it goes away, which ends the process. */
  serve?(): Promise<never>;
}

/** What a host says to a run. */
export interface LintChoices {
  readonly onProgress?: OnProgress;
  /** Files that may call those that are linted. */
  readonly around?: readonly string[];
  readonly settings?: Settings;
  readonly settingsPath?: (file: string) => string;
  /** Rules beside ours. */
  readonly extraRules?: readonly AnyRule[];
  /** What commands do that we do not know. */
  readonly tools?: ToolTable;
}

export type Language = 'dockerfile' | 'makefile' | 'shell' | 'bundler' | 'delivery';
export type Shell = 'dash' | 'bash' | 'ash';

/** Told after each file. */
export type OnProgress = (done: number, total: number, file: string) => void;

/** What the user fixes for a plan; undefined in `set` is unset. */
export interface PlanChoices {
  readonly set: ReadonlyMap<string, string | undefined>;
  /** Variables of the environment of a makefile or a script. */
  readonly environment: ReadonlyMap<string, string>;
  /** A stage, or a target of make. */
  readonly target: string | undefined;
  readonly shell: Shell | undefined;
}
