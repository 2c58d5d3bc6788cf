import type { Note } from '../../model/build.js';

/** Notes without those that say the same of the same place. */
export function distinct(notes: readonly Note[]): readonly Note[] {
  const seen = new Set<string>();
  return notes.filter(({ place, message }) => {
    const key = `${place.file}:${place.start}:${place.end}:${message}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
