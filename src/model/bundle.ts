/*
 * What one run of a bundler does with one configuration: the settings that reach its output, for every environment at
 * once. A configuration that is run by several scripts, or from several Dockerfiles, is one bundle for each of them.
 */
import type { Place } from '../text/span.js';
import type { Condition, Variational } from '../value/diagram.js';
import type { Text, Texts } from '../value/text.js';
import type { Note } from './build.js';

export interface Bundle {
  readonly file: string;
  /** The tool that reads the configuration: `webpack`, `vite`, … */
  readonly tool: string;
  readonly texts: Texts;
  /** Where the tool is run at all and its output ships. */
  readonly feasible: Condition;
  /** Settings that change the output. */
  readonly settings: readonly BundleSetting[];
  /** The expressions that ask for the environment, in the order in which they are evaluated. */
  readonly decisions: readonly { readonly place: Place; readonly holds: Condition }[];
  /** How the tool comes to be run, outermost first. */
  readonly chain: readonly { readonly at: Place; readonly message: string }[];
  /** The command as it is written in the script; undefined when nothing in the project says how it is run. */
  readonly command: string | undefined;
  readonly notes: readonly Note[];
}

export interface BundleSetting {
  /** Names joined by dots: `build.sourcemap`, `plugins`, `define.__DEV__`. */
  readonly path: string;
  readonly place: Place;
  /** The value as it would be written; undefined where the setting is not given. */
  readonly value: Variational<Text | undefined>;
}
