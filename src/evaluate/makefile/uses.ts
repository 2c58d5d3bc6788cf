/*
 * Which variables may read which others, told from their texts without expanding them: more than in truth, never less. A text
 * that computes a name (`$(FLAGS_$(ENV))`) may read any.
 */
import type { Text } from '../../value/text.js';
import { leafTexts } from '../shell/fields.js';
import type { Machine } from './state.js';

/** Who reads whom among the global variables. */
export interface Readers {
  /** The variables that may read any of some names, with these names. */
  readonly of: (names: Iterable<string>) => ReadonlySet<string>;
  /** Those that may read an automatic variable. */
  readonly automatic: ReadonlySet<string>;
  /** Those that may do something when they are expanded. */
  readonly acting: ReadonlySet<string>;
}

const AUTOMATIC = '@';
const ANY = '*';
const ACTS = '!';

/** The readers of the global variables as they are now. */
export function readersOf({ space, global }: Machine): Readers {
  const direct = new Map<string, string[]>();
  for (const [name, { recursive, text }] of global.set) {
    if (recursive === space.false) continue;
    for (const used of usesOf(text)) {
      if (used === ACTS && !actsOnOthers(name, text)) continue;
      const known = direct.get(used);
      if (known === undefined) direct.set(used, [name]);
      else known.push(name);
    }
  }
  const reach = (names: Iterable<string>): ReadonlySet<string> => {
    const found = new Set(names);
    for (const name of found) for (const reader of direct.get(name) ?? []) found.add(reader);
    return found;
  };
  const without = (names: ReadonlySet<string>, ...marks: readonly string[]): ReadonlySet<string> =>
    new Set([...names].filter((name) => !marks.includes(name)));
  const isAny = direct.has(ANY);
  return {
    of: (names) => without(reach(isAny ? [...names, ANY] : names), ANY),
    automatic: without(reach([AUTOMATIC, ANY]), AUTOMATIC, ANY),
    // Where something acts, a name that is computed may be its.
    acting: direct.has(ACTS) ? without(reach([ACTS, ANY]), ACTS, ANY) : new Set(),
  };
}

/** Whether a text acts on other variables than its own: `X = $(eval X := …)$(X)` only keeps what X is expanded to. */
function actsOnOthers(name: string, { pieces }: Text): boolean {
  return pieces.some((piece) => {
    if (piece.kind === 'choice') return leafTexts(piece.value).some((leaf) => actsOnOthers(name, leaf));
    return piece.kind === 'literal' && ACTING.test(piece.text.replaceAll(`$(eval ${name} :=`, ''));
  });
}

const known = new WeakMap<Text, readonly string[]>();

/** The names in a text that may be those of variables, and marks for what else it may read or do. */
function usesOf(text: Text): readonly string[] {
  const before = known.get(text);
  if (before !== undefined) return before;
  const uses = new Set<string>();
  for (const [i, piece] of text.pieces.entries()) {
    if (piece.kind === 'choice')
      for (const leaf of leafTexts(piece.value)) for (const use of usesOf(leaf)) uses.add(use);
    if (piece.kind !== 'literal' || !piece.text.includes('$')) continue;
    for (const name of piece.text.split(NO_NAME)) if (name !== '') uses.add(name);
    if (AUTOMATIC_USE.test(piece.text)) uses.add(AUTOMATIC);
    if (COMPUTED.test(piece.text) || (i + 1 < text.pieces.length && OPEN.test(piece.text))) uses.add(ANY);
    if (ACTING.test(piece.text)) uses.add(ACTS);
  }
  const made = [...uses];
  known.set(text, made);
  return made;
}

const NO_NAME = /[\s$(){},:=]+/;
const AUTOMATIC_USE = /\$[({]?[@<^+?*|%]/;
/** A `$` in a name, or in the first argument of a function that takes one. */
const COMPUTED = /\$[({](?:(?:value|call|origin|flavor)\s+)?[^\s(){},:]*\$/;
/** A reference whose end another piece holds. */
const OPEN = /\$(?:[({][^)}]*)?$/;
const ACTING = /\$[({](?:eval|error)\b/;
