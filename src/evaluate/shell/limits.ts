/*
 * Limits. A script may double a text in a line and call itself twice, so sizes are bounded where texts and lists are
 * built, and all work is paid for with fuel. What is over a limit is an unknown, with a note.
 */
import { type Choice, supportOf } from '../../value/diagram.js';
import { inputsOf, type Piece, type Text } from '../../value/text.js';
import { leafTexts } from './fields.js';
import { type Fields, type NodeSpan, note, type Shell, unite } from './state.js';

/** A text of more characters than this is not known. */
export const TEXT_LIMIT = 1 << 20;

/** A text of more pieces than this is not known. */
const PIECE_LIMIT = 4096;

/** A command or a loop has at most this many words. */
export const WORD_LIMIT = 4096;

/** Functions, scripts and command substitutions may be nested so deep. */
export const DEPTH_LIMIT = 40;

/** A script may do so much work: a statement costs 1, and more where its texts are large. */
export const FUEL = 50_000;

/** A script may ask for so many diagram nodes: seconds of work, a hundred times that of a large script. */
export const WORK_LIMIT = 1_000_000;

const lengths = new WeakMap<Choice<Text> | Text, number>();

/** The number of characters in the longest text that this one can be; unknowns count as one. */
export function lengthOf(text: Text): number {
  const [only, another] = text.pieces;
  if (only === undefined) return 0;
  if (another === undefined) return lengthOfPiece(only);
  const known = lengths.get(text);
  if (known !== undefined) return known;
  let length = 0;
  for (const piece of text.pieces) length += lengthOfPiece(piece);
  lengths.set(text, length);
  return length;
}

function lengthOfPiece(piece: Piece): number {
  if (piece.kind === 'literal') return piece.text.length;
  if (piece.kind !== 'choice') return 1;
  const known = lengths.get(piece.value);
  if (known !== undefined) return known;
  const length = leafTexts(piece.value).reduce((longest, leaf) => Math.max(longest, lengthOf(leaf)), 0);
  lengths.set(piece.value, length);
  return length;
}

/** Pays for work; a script without fuel stops at its next statement. */
export function charge(shell: Shell, amount: number): void {
  shell.machine.fuel -= Math.floor(amount);
}

/** Texts one after the other, paid for by their size; unknown when they are too long. */
export function joinTexts(shell: Shell, parts: readonly Text[], span: NodeSpan): Text {
  const { texts } = shell.machine;
  let length = 0;
  let pieces = 0;
  for (const part of parts) {
    length += lengthOf(part);
    pieces += part.pieces.length;
  }
  charge(shell, length / 2000 + pieces / 50);
  if (length <= TEXT_LIMIT && pieces <= PIECE_LIMIT) return texts.join(parts.flatMap((part) => part.pieces));
  return tooLong(shell, parts, span);
}

/** Stands for a text that is too long to be followed. */
export function tooLong(shell: Shell, parts: readonly Text[], span: NodeSpan): Text {
  note(shell, span, 'this text becomes too long to be followed; what it is is unknown');
  return shell.machine.texts.symbol('a text that is too long', unite(...new Set(parts.map(inputsOf))));
}

/** The words of a command, as many of them as are followed. */
export function limitFields(shell: Shell, fields: Fields, span: NodeSpan): Fields {
  if (fields.length <= WORD_LIMIT) return fields;
  note(shell, span, `there are more than ${WORD_LIMIT} words here; what the others are is unknown`);
  charge(shell, fields.length / 10);
  const kept = fields.slice(0, WORD_LIMIT);
  const inputs = unite(
    ...new Set(fields.slice(WORD_LIMIT).flatMap(({ when, item }) => [inputsOf(item.text), supportOf(when)])),
  );
  const at = { start: span.pos, end: span.end };
  const text = shell.machine.texts.symbol('more words', inputs);
  return [...kept, { when: shell.machine.space.true, item: { text, many: true, span: at } }];
}
