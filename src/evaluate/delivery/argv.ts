/*
 * The words of a command, one list for each way that they may be. What a command line means (which word is an option's
 * value, which one the context) can only be told of one list at a time; beyond a bound, the words that differ most are taken
 * as unknown instead.
 */
import type { CommandStep } from '../../model/build.js';
import { type Place, placeKey } from '../../text/span.js';
import type { Condition, Space, Variational } from '../../value/diagram.js';
import { countLeaves, inputsOf, render, type Text, type Texts } from '../../value/text.js';

/** One list of words, each flat, with the condition under which the command has it. */
export interface Argv {
  readonly when: Condition;
  readonly words: readonly ArgvWord[];
}

/** A word with the place that gives it and no other word; undefined where there is none. */
export interface ArgvWord {
  readonly text: Text;
  readonly place: Place | undefined;
}

/** A command may have so many different lists of words. */
const LIST_LIMIT = 64;

/** The lists of words that a step may be; unknown words that may be none or several are left out. */
export function argvsOf(texts: Texts, step: CommandStep): readonly Argv[] {
  const { space } = texts;
  let lists: readonly Argv[] = [{ when: step.when, words: [] }];
  const shared = new Map<string, number>();
  for (const { item } of step.words)
    if (item.place !== undefined) shared.set(placeKey(item.place), (shared.get(placeKey(item.place)) ?? 0) + 1);
  for (const { when, item } of step.words) {
    if (item.many && texts.constant(item.text) === undefined && item.text.pieces.every(({ kind }) => kind === 'symbol'))
      continue;
    const place = item.place !== undefined && shared.get(placeKey(item.place)) === 1 ? item.place : undefined;
    const flat = texts.flatten(item.text);
    const whole = texts.symbol(render(item.text), inputsOf(item.text));
    const added = { text: whole, place };
    if (flat !== undefined && areTooMany(space, lists, when, flat)) {
      lists = lists.map((list) => ({ when: list.when, words: [...list.words, added] }));
      continue;
    }
    const leaves = flat === undefined ? [{ when: space.true, item: whole }] : space.leaves(flat);
    const split = lists.flatMap((list): readonly Argv[] => {
      const there = space.and(list.when, when);
      const rest = space.and(list.when, space.not(when));
      const made = leaves.flatMap((leaf): readonly Argv[] => {
        const both = space.and(there, leaf.when);
        // Nothing is no word where the text was not quoted.
        const words = item.many && leaf.item === texts.empty ? list.words : [...list.words, { text: leaf.item, place }];
        return both === space.false ? [] : [{ when: both, words }];
      });
      return rest === space.false ? made : [...made, { when: rest, words: list.words }];
    });
    lists =
      split.length <= LIST_LIMIT ? split : lists.map((list) => ({ when: list.when, words: [...list.words, added] }));
  }
  return lists;
}

const ELSEWHERE = Symbol('elsewhere');

/** Whether a word makes more lists than are told apart; this is seen without a condition for each of its texts. */
function areTooMany(space: Space, lists: readonly Argv[], when: Condition, flat: Variational<Text>): boolean {
  let count = 0;
  for (const list of lists) {
    const there = space.and(list.when, when);
    const inside = space.pick<Text | typeof ELSEWHERE>(there, flat, space.one<Text | typeof ELSEWHERE>(ELSEWHERE));
    count += countLeaves(inside) - (there === space.true ? 0 : 1);
    if (count > LIST_LIMIT) return true;
  }
  return false;
}
