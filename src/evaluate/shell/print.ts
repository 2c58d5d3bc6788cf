import type { Text } from '../../value/text.js';
import { followedBy, type Printed, unescapeText } from './escapes.js';
import { mentionedTexts } from './match.js';
import type { Dialect, Fields, Shell } from './state.js';

/** The text of `echo` with these words. */
export function echoText(shell: Shell, fields: Fields): Text {
  const { space, texts } = shell.machine;
  return texts.from(
    space.map(shell.dialect, (dialect) =>
      echoIn(shell, fields, { dialect, newline: true, escapes: dialect === 'dash', options: true }),
    ),
  );
}

interface EchoState {
  readonly dialect: Dialect;
  readonly newline: boolean;
  readonly escapes: boolean;
  /** True while a word may still be an option. */
  readonly options: boolean;
}

/** Words that are there in some environments only, and words that are an option in some, are told apart up to here. */
const OPTION_WORDS = 4;

function echoIn(shell: Shell, fields: Fields, state: EchoState, depth = 0): Text {
  const { space, texts } = shell.machine;
  const [first, ...rest] = fields;
  if (!state.options || first === undefined || depth >= OPTION_WORDS || first.item.many)
    return echoWords(shell, fields, state);
  const optionOf = (word: string): boolean => (state.dialect === 'dash' ? /^-n$/ : /^-[neE]+$/).test(word);
  const constant = texts.constant(first.item.text);
  const flat = constant === undefined ? texts.flatten(first.item.text) : space.one(first.item.text);
  if (flat === undefined) return echoWords(shell, fields, state);
  // Where the first word is an option, by the option.
  const found = space.leaves(flat).flatMap(({ when, item }) => {
    const known = texts.constant(item);
    const all = known === undefined ? mentionedTexts(shell, item) : [{ when: space.true, known }];
    return all
      .filter((one) => optionOf(one.known))
      .map((one) => ({ when: space.and(first.when, space.and(when, one.when)), option: one.known }));
  });
  const absent = space.not(first.when);
  if (found.length === 0 && (absent === space.false || !rest.some(({ item }) => mayBeOption(shell, item.text))))
    return echoWords(shell, fields, state);
  let out = echoWords(shell, fields, state);
  if (absent !== space.false) out = texts.pick(absent, echoIn(shell, rest, state, depth + 1), out);
  for (const { when, option } of found) {
    let { newline, escapes } = state;
    for (const letter of option) {
      if (letter === 'n') newline = false;
      if (letter === 'e') escapes = true;
      if (letter === 'E') escapes = false;
    }
    const next = { ...state, newline, escapes, options: state.dialect !== 'dash' };
    out = texts.pick(when, echoIn(shell, rest, next, depth + 1), out);
  }
  return out;
}

function mayBeOption(shell: Shell, text: Text): boolean {
  const constant = shell.machine.texts.constant(text);
  return constant === undefined || constant.startsWith('-');
}

function echoWords(shell: Shell, fields: Fields, { dialect, newline, escapes }: EchoState): Text {
  const { space, texts } = shell.machine;
  const joined = joinFields(shell, fields, ' ');
  const out: Printed = escapes ? unescapeText(shell, joined, 'echo', dialect) : { text: joined, ended: space.false };
  if (!newline) return out.text;
  return followedBy(shell, out, { text: texts.literal('\n'), ended: space.false }).text;
}

/** The words with a separator between those that are there. */
export function joinFields(shell: Shell, fields: Fields, separator: string): Text {
  const { space, texts } = shell.machine;
  let out = texts.empty;
  let any = space.false;
  for (const { when, item } of fields) {
    const between = texts.pick(any, texts.literal(separator), texts.empty);
    out = texts.concat(out, texts.pick(when, texts.concat(between, item.text), texts.empty));
    any = space.or(any, when);
  }
  return out;
}
