/*
 * Lists of words. A text that differs between environments is divided into guarded words, as the shell evaluator does it,
 * so that a list with twenty conditional words stays twenty words; joining them again gives a rope of small choices.
 */

import { type Condition, type Guarded, supportOf } from '../../value/diagram.js';
import { inputsOf, render, type Text, type Texts } from '../../value/text.js';
import { isEmptyText, sameText, simpler, textPasses } from './compare.js';
import { LIMITS, type Machine, note, type Word, type Words } from './state.js';
import { fillPattern, type Pattern, readPattern, splitWords, stemOf } from './strings.js';

const NOWHERE = { start: 0, end: 0 };

/** The words of a text. */
export function wordsOf(machine: Machine, text: Text): Words {
  const { space, texts } = machine;
  const constant = texts.constant(text);
  if (constant !== undefined) {
    return splitWords(constant).map((word) => ({ when: space.true, item: { text: texts.literal(word), many: false } }));
  }
  if (!machine.words.has(text)) machine.words.set(text, splitText(machine, text));
  const words = machine.words.get(text);
  if (words !== undefined) return words;
  note(machine, 'limit', 'this list differs in too many ways between environments; its words are taken as unknown');
  return [{ when: space.true, item: { text: texts.symbol(`${render(text)}#${text.id}`, inputsOf(text)), many: true } }];
}

/** How a text was divided, and how many answers were mentioned of the selectors that it depends on: they decide it. */
interface Split {
  readonly words: Words | undefined;
  readonly mentioned: number;
}

/** What was divided in a space: a makefile that is read anew for each call has the same lists. */
const splits = new WeakMap<Texts, Map<Text, Split>>();

function splitText({ space, texts, splitter }: Machine, text: Text): Words | undefined {
  const known = splits.get(texts) ?? new Map<Text, Split>();
  splits.set(texts, known);
  const before = known.get(text);
  // What was too much before is not less with more answers.
  if (before !== undefined && (before.words === undefined || before.mentioned === mentionedBy(text)))
    return before.words;
  const begin = space.work;
  const split = space.attempt(LIMITS.split, () => splitter.split(text, ' \t\n', NOWHERE));
  const words = split?.value.map(({ when, item: { text: word, many } }) => ({ when, item: { text: word, many } }));
  // A limit around this one says nothing about the text.
  if (words !== undefined || space.work - begin > LIMITS.split)
    known.set(text, { words, mentioned: mentionedBy(text) });
  return words;
}

function mentionedBy(text: Text): number {
  let count = 0;
  for (const { mentioned } of text.holds) count += mentioned.size;
  return count;
}

/** Texts that are there under conditions, with a space between those that are. */
export function joinTexts(machine: Machine, items: readonly Guarded<Text>[]): Text {
  const { space, texts } = machine;
  const blank = texts.literal(' ');
  // Around one that is always there, every other one has a blank of its own.
  const certain = items.findIndex(({ when }) => when === space.true);
  if (certain !== -1)
    return texts.concat(
      ...items.map(({ when, item }, i) => {
        if (i === certain) return item;
        return texts.pick(when, i < certain ? texts.concat(item, blank) : texts.concat(blank, item), texts.empty);
      }),
    );
  const out: Text[] = [];
  let before: Condition = space.false;
  let uncertain = 0;
  for (const { when, item } of items) {
    const separator = texts.pick(before, blank, texts.empty);
    out.push(texts.pick(when, texts.concat(separator, item), texts.empty));
    before = space.or(before, when);
    uncertain += 1;
    if (uncertain > LIMITS.separators || supportOf(before).size > LIMITS.separators) before = space.true;
  }
  return texts.concat(...out);
}

/** What stands before a `|` and behind it. */
export function splitPipe(machine: Machine, text: Text): readonly [Text, Text] {
  const { texts } = machine;
  const at = text.pieces.findIndex((piece) => piece.kind === 'literal' && piece.text.includes('|'));
  const piece = text.pieces[at];
  if (piece?.kind !== 'literal') return [text, texts.empty];
  const pipe = piece.text.indexOf('|');
  return [
    texts.join([...text.pieces.slice(0, at), { kind: 'literal', text: piece.text.slice(0, pipe) }]),
    texts.join([{ kind: 'literal', text: piece.text.slice(pipe + 1) }, ...text.pieces.slice(at + 1)]),
  ];
}

/** A list as a text. */
export function joinWords(machine: Machine, words: Words): Text {
  return joinTexts(
    machine,
    words.map(({ when, item }) => ({ when, item: item.text })),
  );
}

/** Applies a function to each word. What becomes empty still has its blank, as in make; `$(suffix …)` leaves it out. */
export function mapWords(machine: Machine, text: Text, name: string, f: (word: string) => string): Text {
  const { texts, space } = machine;
  const drops = name === 'suffix';
  const constant = texts.constant(text);
  if (constant !== undefined) {
    const words = splitWords(constant).map(f);
    return texts.literal((drops ? words.filter((word) => word !== '') : words).join(' '));
  }
  const items = wordsOf(machine, text).map(({ when, item }) => {
    const mapped = texts.transform(item.text, name, f) ?? unknown(machine, name, item.text);
    return { when: drops ? space.and(when, space.not(isEmptyText(machine, mapped))) : when, item: mapped };
  });
  return joinTexts(machine, items);
}

/** The symbol that a function gives when its arguments differ in too many ways. */
export function unknown(machine: Machine, name: string, ...args: readonly Text[]): Text {
  const { texts } = machine;
  note(machine, 'limit', `$(${name} …) has too many different arguments here; its value is taken as unknown`);
  const inputs = new Set(args.flatMap((arg) => [...arg.holds]));
  return texts.symbol(`$(${name} …)#${args.map(({ id }) => id).join(',')}`, inputs);
}

/** Where a word matches a pattern, either of which may be unknown in part. */
export function matchWord(machine: Machine, pattern: Text, word: Text): Condition {
  const { texts } = machine;
  const constant = texts.constant(pattern);
  if (constant === undefined) return sameText(machine, word, pattern);
  const read = readPattern(constant);
  if (read.ends === undefined) {
    return sameText(machine, word, texts.literal(read.word));
  }
  return matchRead(machine, constant, read, word);
}

function matchRead(machine: Machine, name: string, pattern: Pattern, word: Text): Condition {
  const { space } = machine;
  if (name === '%') return space.true;
  const [prefix, suffix] = pattern.ends ?? ['', ''];
  const decide = (text: string): boolean => stemOf(pattern, text) !== undefined;
  return textPasses(machine, word, `matches ${name}`, decide, [`${prefix}${suffix}`]);
}

/** `$(filter …)` and `$(filter-out …)`. */
export function filterWords(machine: Machine, patterns: Text, text: Text, keep: boolean): Text {
  const { space } = machine;
  const known = wordsOf(machine, patterns);
  const items = wordsOf(machine, text).map(({ when, item }): Guarded<Word> => {
    let matched: Condition = space.false;
    for (const pattern of known) {
      if (matched === space.true) break;
      matched = space.or(matched, space.and(pattern.when, matchWord(machine, pattern.item.text, item.text)));
    }
    matched = simpler(machine, matched, 'filter', patterns, item.text);
    return { when: space.and(when, keep ? matched : space.not(matched)), item };
  });
  return joinWords(
    machine,
    items.filter(({ when }) => when !== space.false),
  );
}

/** `$(patsubst from,to,…)` with a `%`, and `$(v:from=to)`, for constant patterns. */
export function replaceWords(machine: Machine, from: string, to: string, text: Text): Text {
  const pattern = readPattern(from);
  const items = wordsOf(machine, text).map(({ when, item }) => ({
    when,
    item: replaceWord(machine, pattern, from, to, item.text),
  }));
  return joinTexts(machine, items);
}

function replaceWord(machine: Machine, pattern: Pattern, from: string, to: string, word: Text): Text {
  const { texts } = machine;
  const target = readPattern(to);
  if (from === '%' && target.ends !== undefined) {
    return texts.concat(texts.literal(target.ends[0]), word, texts.literal(target.ends[1]));
  }
  const matched = matchRead(machine, from, pattern, word);
  const replaced =
    target.ends === undefined
      ? texts.literal(target.word)
      : texts.transform(word, `patsubst ${from},${to}`, (text) => {
          const stem = stemOf(pattern, text);
          return stem === undefined ? text : fillPattern(to, stem);
        });
  return texts.pick(matched, replaced ?? unknown(machine, 'patsubst', word), word);
}

/** Cuts a list that is longer than anybody needs. */
export function limited(machine: Machine, words: Words): Words {
  if (words.length <= LIMITS.words) return words;
  note(machine, 'limit', `this list has more than ${LIMITS.words} words; the rest is not evaluated`);
  return words.slice(0, LIMITS.words);
}
