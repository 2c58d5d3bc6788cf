import { refusalOf, UNKNOWN_WORD } from '../../knowledge/refusals.js';
import type { Condition, Guarded, Variational } from '../../value/diagram.js';
import { countLeaves, render, type Text, type Texts } from '../../value/text.js';
import type { Execution } from '../shell/index.js';

/** At most this many different command lines of one command are looked at. */
const LIMIT = 64;

/** A word as far as it is known: how it begins tells a flag from a package. */
function beginningOf(texts: Texts, word: Text): string {
  const [first] = word.pieces;
  return texts.constant(word) ?? `${first?.kind === 'literal' ? first.text : ''}${UNKNOWN_WORD}`;
}

/** Where a program refuses its words, each with the reason. */
export function refusalsOf(texts: Texts, execution: Execution): readonly Guarded<string>[] {
  const { space } = texts;
  const [command] = execution.words;
  // Only tools that we know to refuse something are worth the work.
  if (command === undefined || !/(?:^|\/)go$/.test(render(command.item.text))) return [];
  let lines: Variational<string> = space.one('');
  for (const { when, item } of execution.words) {
    const flat: Variational<Text> | undefined = texts.flatten(item.text);
    if (flat === undefined) return [];
    const word = space.pick(
      when,
      space.map(flat, (leaf) => `${beginningOf(texts, leaf)}\0`),
      space.one(''),
    );
    lines = space.apply(lines, word, (line, next) => line + next);
    if (countLeaves(lines) > LIMIT) return [];
  }
  const cgo = execution.environment.get('CGO_ENABLED');
  const flat = cgo === undefined ? undefined : texts.flatten(cgo.text);
  const set: Condition = cgo === undefined ? space.false : space.and(cgo.set, cgo.exported);
  const value = space.pick<string | undefined>(
    set,
    flat === undefined ? space.one<string | undefined>(undefined) : space.map(flat, (leaf) => texts.constant(leaf)),
    space.one<string | undefined>(undefined),
  );
  const reasons = space.apply(lines, value, (line, known) =>
    refusalOf(line.split('\0').slice(0, -1), (name) => (name === 'CGO_ENABLED' ? known : undefined)),
  );
  const refusals: Guarded<string>[] = [];
  for (const { when, item } of space.leaves(reasons)) {
    const there = space.and(execution.when, when);
    if (item !== undefined && there !== space.false) refusals.push({ when: there, item });
  }
  return refusals;
}
