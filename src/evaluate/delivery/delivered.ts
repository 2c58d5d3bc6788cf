import type { CommandStep, Note } from '../../model/build.js';
import type { Deployment, Evidence, ImageBuild, Link, Promotion, Push, WrittenArgument } from '../../model/delivery.js';
import type { Files } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';

/** What a part of a caller delivers. */
export interface Delivered {
  readonly builds: readonly ImageBuild[];
  readonly deployments: readonly Deployment[];
  readonly promotions: readonly Promotion[];
  readonly pushes?: readonly Push[];
  readonly notes: readonly Note[];
  /** Files that were read to find it out. */
  readonly files: readonly string[];
  /** Commands that may run a script of a package. */
  readonly scripts?: readonly CommandStep[];
}

export const NOTHING: Delivered = { builds: [], deployments: [], promotions: [], notes: [], files: [] };

/** Puts what several parts deliver together. */
export function together(parts: readonly Delivered[]): Delivered {
  return {
    builds: parts.flatMap(({ builds }) => builds),
    deployments: parts.flatMap(({ deployments }) => deployments),
    promotions: parts.flatMap(({ promotions }) => promotions),
    pushes: parts.flatMap(({ pushes = [] }) => pushes),
    notes: parts.flatMap(({ notes }) => notes),
    files: [...new Set(parts.flatMap(({ files }) => files))],
    scripts: parts.flatMap(({ scripts = [] }) => scripts),
  };
}

/** Where a part of a caller stands: what everything that it delivers has in common. */
export interface Standing {
  readonly texts: Texts;
  readonly files: Files;
  /** The working folder, relative to the project's root (`''` is the root). */
  readonly folder: string;
  readonly when: Condition;
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  readonly development: boolean;
  /** The environment around the commands, for names that no step mentions; absent where such a name is unset. */
  readonly environment?: EnvironmentOf;
  /** How many files lead here; at `DEPTH_LIMIT` nothing more is followed. */
  readonly depth: number;
}

/** Calls between files are followed this deep. */
export const DEPTH_LIMIT = 6;

/** A value that a caller's environment gives a name: where it is set, and its text there. */
export interface EnvironmentValue {
  readonly set: Condition;
  readonly text: Text;
}

/** The environment that a part of a caller sees; undefined for a name that is certainly unset. */
export type EnvironmentOf = (name: string) => EnvironmentValue | undefined;

/** A setting of bake as a command or an action gives it: `target.key=value`, where it stands, and what gives it alone. */
export interface GivenSetting {
  readonly text: Text;
  readonly place: Place;
  readonly written: WrittenArgument | undefined;
}
