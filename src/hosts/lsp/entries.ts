import { type Dirent, readdirSync } from 'node:fs';

/** Somebody may open a home folder as a workspace: so many folders, and so many milliseconds, are searched. */
const FOLDER_LIMIT = 20_000;
const TIME_LIMIT = 5000;

/** Lists folders until a limit is reached, and none after it. */
export function readEntries(): {
  readonly entries: (folder: string) => readonly Dirent[];
  readonly isCut: () => boolean;
} {
  const end = performance.now() + TIME_LIMIT;
  let left = FOLDER_LIMIT;
  let cut = false;
  return {
    entries(folder) {
      left -= 1;
      if (left < 0 || performance.now() > end) {
        cut = true;
        return [];
      }
      return readdirSync(folder, { withFileTypes: true });
    },
    isCut: () => cut,
  };
}
