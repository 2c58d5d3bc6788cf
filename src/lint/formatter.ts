import type { TextOf } from './fingerprint.js';
import type { OptionTable } from './options.js';
import type { Report } from './report.js';
import type { AnyRule } from './rule.js';

/** What a format may say of a rule. */
export interface RuleDescription {
  readonly id: string;
  readonly summary: string;
  readonly category: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly url: string;
  /** What settings may give it beside a severity; absent when there is nothing. */
  readonly options?: OptionTable;
}

/** A rule in the words of listings and formats. */
export function describeRule({ id, summary, category, severity, options }: AnyRule, url: string): RuleDescription {
  return { id, summary, category, severity, url, ...(Object.keys(options ?? {}).length === 0 ? {} : { options }) };
}

/** What a formatter gets beside the report. */
export interface FormatContext {
  /** The columns to write at. */
  readonly width: number;
  readonly colour: boolean;
  readonly textOf: TextOf;
  /** Every rule that ran. */
  readonly rules: readonly RuleDescription[];
  /** The version of the tool. */
  readonly version: string;
}

/** A format of the report; plugins add some. */
export interface Formatter {
  /** What `--format` calls it. */
  readonly name: string;
  /** What it is for, in a few words. */
  readonly summary: string;
  /** The whole output, ended by a newline unless it is empty. */
  format(report: Report, context: FormatContext): string;
}
