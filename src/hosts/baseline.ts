import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Baseline, baselineText, parseBaseline } from '../lint/baseline.js';
import { errorCode } from './failure.js';
import { writeAtomically } from './output.js';

/** The name of the baseline in the folder of the settings. */
export const baselineName = 'envariant-suppressions.json';

/** The baseline of a folder; undefined when there is none, and the rest of a sentence about it when it cannot be read. */
export function readBaseline(folder: string): Baseline | undefined | { readonly reason: string } {
  const path = join(folder, baselineName);
  if (!existsSync(path)) return undefined;
  try {
    return (
      parseBaseline(readFileSync(path, 'utf8').replace(/^\ufeff/, '')) ?? {
        reason: 'is no baseline of this version; --suppress-all writes it anew',
      }
    );
  } catch (error) {
    return { reason: `cannot be read (${errorCode(error)})` };
  }
}

/** Writes the baseline of a folder; throws an error with a sentence when it cannot. */
export function writeBaseline(folder: string, baseline: Baseline): void {
  writeAtomically(join(folder, baselineName), baselineText(baseline));
}
