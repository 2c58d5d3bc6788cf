/*
 * From what a CI file asks for to a caller: its commands are followed, within bounds.
 */
import type { CommandStep, Note } from '../../model/build.js';
import type { Caller, CallerKind, ImageBuild } from '../../model/delivery.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { type Delivered, NOTHING, type Standing, together } from '../delivery/delivered.js';
import { followSteps } from '../delivery/follow.js';

/** Commands that stand somewhere: what `followSteps` is asked about. */
export interface Work {
  readonly steps: readonly CommandStep[];
  readonly standing: Standing;
}

/** What a CI file asks for, before its commands are followed. */
export interface Pipeline {
  readonly texts: Texts;
  readonly work: readonly Work[];
  readonly builds: readonly ImageBuild[];
  readonly notes: readonly Note[];
  /** Files that were read, the pipeline's own first. */
  readonly files: readonly string[];
}

/** Follows the commands of a pipeline. */
export function callerOf(kind: CallerKind, file: string, pipeline: Pipeline): Caller {
  const own: Delivered = { ...NOTHING, builds: pipeline.builds, notes: pipeline.notes, files: pipeline.files };
  const all = together([own, ...pipeline.work.map(({ steps, standing }) => followSteps(steps, standing))]);
  return { file, kind, texts: pipeline.texts, ...all, notes: unique(all.notes) };
}

function unique(notes: readonly Note[]): readonly Note[] {
  const seen = new Set<string>();
  return notes.filter(({ place, message }) => {
    const key = `${place.file}:${place.start}:${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Runs a part of an evaluation; when its conditions are beyond the limits, that is a note. */
export function bounded<T>(at: Place, notes: Note[], run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    notes.push({ place: at, message: `this is not evaluated to its end: ${error.message}` });
    return undefined;
  }
}

/** At most so many instances are made of a job or a build whose texts differ between environments. */
export const INSTANCE_LIMIT = 64;

/**
 * Splits what depends on texts: for each combination of them the condition under which it is that one. Texts that differ
 * in too many ways stay as they are, with `cut` set.
 */
export function splitTexts(
  texts: Texts,
  when: Condition,
  values: readonly Text[],
): {
  readonly cut: boolean;
  readonly variants: readonly { readonly when: Condition; readonly values: readonly Text[] }[];
} {
  const { space } = texts;
  let variants: { when: Condition; values: readonly Text[] }[] = [{ when, values: [] }];
  let cut = false;
  for (const value of values) {
    const next: typeof variants = [];
    for (const variant of variants) {
      const flat = texts.flatten(texts.assume(value, variant.when));
      if (flat === undefined) {
        cut = true;
        next.push({ ...variant, values: [...variant.values, value] });
        continue;
      }
      for (const leaf of space.leaves(flat)) {
        const both = space.and(variant.when, leaf.when);
        if (both !== space.false) next.push({ when: both, values: [...variant.values, leaf.item] });
      }
    }
    if (next.length > INSTANCE_LIMIT) cut = true;
    variants = next.slice(0, INSTANCE_LIMIT);
  }
  return { cut, variants };
}
