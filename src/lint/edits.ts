/*
 * Applying fixes to texts. A fix is applied as a whole or not at all; of two fixes whose edits touch each other, only the
 * first one is applied, and the other one is for another turn, when the file was linted again.
 */
import type { Edit, Fix } from './fix.js';

/** Fixes that may be applied together. */
export interface ChosenFixes<T> {
  readonly chosen: readonly T[];
  /** Those whose edits touch an edit of another one. */
  readonly left: readonly T[];
  /** The edits by file, in ascending order. */
  readonly edits: ReadonlyMap<string, readonly Edit[]>;
}

/** Chooses fixes in their order, without those that touch what another one edits. */
export function chooseFixes<T>(candidates: readonly T[], fixOf: (candidate: T) => Fix): ChosenFixes<T> {
  const byFile = new Map<string, Edit[]>();
  const chosen: T[] = [];
  const left: T[] = [];
  const present = ({ file }: Edit): readonly Edit[] => byFile.get(file) ?? [];
  for (const candidate of candidates) {
    const { edits } = fixOf(candidate);
    if (edits.length === 0 || touchEachOther(edits)) {
      left.push(candidate);
      continue;
    }
    // Two findings with one cause may have the very same fix.
    const fresh = edits.filter((edit) => !present(edit).some((other) => isSame(edit, other)));
    if (fresh.length > 0 && (fresh.length < edits.length || fresh.some((edit) => present(edit).some(touches(edit))))) {
      left.push(candidate);
      continue;
    }
    for (const edit of fresh) byFile.set(edit.file, [...present(edit), edit]);
    chosen.push(candidate);
  }
  const edits = new Map([...byFile].map(([file, list]) => [file, [...list].sort((a, b) => a.start - b.start)]));
  return { chosen, left, edits };
}

/** Edits at one place, or side by side where one is an insertion, have no certain order. */
function touches(edit: Edit): (other: Edit) => boolean {
  return (other) => edit.start <= other.end && other.start <= edit.end;
}

function touchEachOther(edits: readonly Edit[]): boolean {
  return edits.some((edit, i) => edits.slice(i + 1).some((other) => edit.file === other.file && touches(edit)(other)));
}

function isSame(a: Edit, b: Edit): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end && a.text === b.text;
}

/** The text with edits, which are in ascending order and apart; inserted lines end as the text's own do. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const hasReturns = text.includes('\r\n');
  let out = '';
  let at = 0;
  for (const edit of edits) {
    const inserted = hasReturns ? edit.text.replace(/\r?\n/g, '\r\n') : edit.text;
    out += text.slice(at, edit.start) + inserted;
    at = edit.end;
  }
  return out + text.slice(at);
}

/** Where an offset of the text is after edits; what was replaced is where its replacement begins. */
export function shiftOffset(text: string, offset: number, edits: readonly Edit[]): number {
  const hasReturns = text.includes('\r\n');
  let moved = offset;
  for (const { start, end, text: inserted } of edits) {
    if (start > offset) break;
    const length = (hasReturns ? inserted.replace(/\r?\n/g, '\r\n') : inserted).length;
    if (end <= offset) moved += length - (end - start);
    else moved -= offset - start;
  }
  return moved;
}
