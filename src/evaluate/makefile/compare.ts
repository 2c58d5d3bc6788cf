/*
 * Comparing texts that are unknown in part.
 *
 * What cannot be decided is an opaque fact. Many different opaque facts in the leaves of one diagram would be asked above
 * all older selectors, and the diagram would grow with all their combinations; so one comparison has one opaque fact, which
 * stands for all of its leaves that cannot be decided. Those that can be are exact.
 */
import { type Condition, type Selector, supportOf } from '../../value/diagram.js';
import { countLeaves, type Piece, symbolsOf, type Text } from '../../value/text.js';
import type { Machine } from './state.js';

function unknownPieces(text: Text): number {
  return text.pieces.reduce((n, { kind }) => (kind === 'literal' ? n : n + 1), 0);
}

/** A comparison of texts that depend on more opaque facts than this is one opaque fact itself. */
const OPAQUE = 4;

function isOpaque(...selectors: readonly ReadonlySet<Selector>[]): boolean {
  const opaque = new Set(selectors.flatMap((set) => [...set].filter(({ kind }) => kind === 'opaque')));
  return opaque.size > OPAQUE;
}

/** A text where make is live; a condition of many selectors costs more than it simplifies. */
export function assumed(machine: Machine, text: Text): Text {
  const { live } = machine;
  return text.holds.size + supportOf(live).size > ASSUMED ? text : machine.texts.assume(text, live);
}

const ASSUMED = 8;

/** A condition that depends on many opaque facts, as one fact. */
export function simpler(machine: Machine, condition: Condition, name: string, ...about: readonly Text[]): Condition {
  return isOpaque(supportOf(condition)) ? machine.texts.unknown(name, ...about) : condition;
}

/** Where two texts are equal. */
export function sameText(machine: Machine, a: Text, b: Text): Condition {
  const { texts, space } = machine;
  if (isOpaque(a.holds, b.holds)) return texts.unknownEqual(a, b);
  const [left, right] = [texts.flatten(assumed(machine, a)), texts.flatten(assumed(machine, b))];
  const undecided = (): Condition => texts.unknownEqual(a, b);
  if (left === undefined || right === undefined) return undecided();
  // Each unknown has an opaque fact of its own, so that only one may be asked about.
  const plain = new Set([...symbolsOf(a), ...symbolsOf(b)]).size <= 1;
  return space.bind(left, (x) =>
    space.bind(right, (y) => {
      if (x === y && symbolsOf(x).length === 0) return space.true;
      const known = plain || (symbolsOf(x).length === 0 && symbolsOf(y).length === 0);
      return known && unknownPieces(x) + unknownPieces(y) <= 1 ? (texts.equal(x, y) ?? undecided()) : undecided();
    }),
  );
}

/** Of a text that is more different ones than this, each of which may be a question of its own, none is asked. */
const QUESTIONS = 64;

/** Where a text passes a test; `name` must determine the test. */
export function textPasses(
  machine: Machine,
  text: Text,
  name: string,
  decide: (text: string) => boolean,
  examples: readonly string[] = [],
): Condition {
  const { texts, space } = machine;
  const undecided = (): Condition => texts.unknown(name, text);
  if (isOpaque(text.holds)) return undecided();
  const flat = texts.flatten(assumed(machine, text));
  if (flat === undefined || countLeaves(flat) > QUESTIONS) return undecided();
  return space.bind(flat, (x) =>
    unknownPieces(x) <= 1 && symbolsOf(x).length === 0
      ? (texts.matches(x, name, decide, examples) ?? undecided())
      : undecided(),
  );
}

/** Where a text contains another. What has no blank inside lies between two of them, so that a long list is asked part by part. */
export function containsText(machine: Machine, text: Text, wanted: string): Condition {
  const { space } = machine;
  const passes = (part: Text): Condition =>
    textPasses(machine, part, `contains ${wanted}`, (value) => value.includes(wanted), [wanted]);
  if (/\s/.test(wanted)) return passes(text);
  const known = new Map<number, Condition>();
  const contains = (whole: Text): Condition => {
    const before = known.get(whole.id);
    if (before !== undefined) return before;
    let found: Condition = space.false;
    for (const part of partsBetweenBlanks(machine, whole)) {
      if (found === space.true) break;
      const [only, another] = part.pieces;
      const inside = only?.kind === 'choice' && another === undefined ? space.bind(only.value, contains) : passes(part);
      found = space.or(found, inside);
    }
    known.set(whole.id, found);
    return found;
  };
  return simpler(machine, contains(text), `contains ${wanted}`, text);
}

/** The parts of a rope between the blanks of its literals. */
function partsBetweenBlanks({ texts }: Machine, text: Text): readonly Text[] {
  const parts: Text[] = [];
  let open: Piece[] = [];
  const close = (): void => {
    if (open.length > 0) parts.push(texts.join(open));
    open = [];
  };
  for (const piece of text.pieces) {
    if (piece.kind !== 'literal') {
      open.push(piece);
      continue;
    }
    for (const [i, word] of piece.text.split(/\s+/).entries()) {
      if (i > 0) close();
      if (word !== '') open.push({ kind: 'literal', text: word });
    }
  }
  close();
  return parts;
}

/** Where a text is empty. */
export function isEmptyText(machine: Machine, text: Text): Condition {
  const { texts, space } = machine;
  if (text.pieces.some((piece) => piece.kind === 'literal')) return space.false;
  if (new Set(symbolsOf(text)).size <= 1) return texts.isEmpty(text);
  const undecided = (): Condition => texts.unknownEqual(text, texts.empty);
  if (isOpaque(text.holds)) return undecided();
  const flat = texts.flatten(assumed(machine, text));
  if (flat === undefined) return undecided();
  return space.bind(flat, (x) => {
    if (x.pieces.some((piece) => piece.kind === 'literal')) return space.false;
    return symbolsOf(x).length === 0 ? texts.isEmpty(x) : undecided();
  });
}
