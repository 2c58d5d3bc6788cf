/*
 * `getopts`: each call takes the next option of the words, where it stands in each environment. What a call has come to is
 * in `OPTIND`, which scripts may set back, and for words of several options (`-vd`) in a variable that no script can name.
 */
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { nth } from './parameters.js';
import { unknownStatus } from './programs.js';
import { assign, type Fields, inDialect, lookup, only, type Shell, setStatus, unset } from './state.js';

/** Which option of its word comes next, as `word.letter`. */
const INSIDE = '\0getopts';

/** Runs `getopts letters name [word…]`, which sets the status itself. */
export function runGetopts(shell: Shell, [spec, target, ...words]: Fields): undefined {
  const { space, texts } = shell.machine;
  const letters = spec === undefined ? undefined : texts.constant(spec.item.text);
  const name = target === undefined ? undefined : texts.constant(target.item.text);
  if (letters === undefined || name === undefined) {
    setStatus(shell, space.one(2));
    return;
  }
  const call: Call = { shell, letters, name, words: words.length > 0 ? words : shell.positional };
  forEachText(
    shell,
    texts.pick(lookup(shell, 'OPTIND').set, lookup(shell, 'OPTIND').text, texts.literal('1')),
    (at) => {
      const n = Math.max(1, Number.parseInt(at ?? '1', 10) || 1);
      forEachText(shell, lookup(shell, INSIDE).text, (inside) => {
        const [word, letter] = (inside ?? '').split('.').map(Number);
        takeNext(call, n, word === n ? (letter ?? 1) : 1);
      });
    },
  );
}

interface Call {
  readonly shell: Shell;
  readonly letters: string;
  readonly name: string;
  readonly words: Fields;
}

/** Takes the option at a letter of the word with a number (from 1). */
function takeNext(call: Call, n: number, letter: number): void {
  const { shell, words } = call;
  const { texts, space } = shell.machine;
  if (words.some(({ item }) => item.many)) {
    giveUp(call);
    return;
  }
  const { set, text } = nth(shell, words, n - 1, `$${n}`);
  only(shell, space.not(set), () => end(call, n));
  only(shell, set, () =>
    forEachText(shell, text, (word) => {
      if (word === undefined) giveUp(call);
      else if (word === '--') end(call, n + 1);
      else if (!/^-./s.test(word)) end(call, n);
      else takeOption(call, n, word, letter);
    }),
  );
  function end({ name }: Call, next: number): void {
    assign(shell, name, texts.literal('?'));
    assign(shell, 'OPTIND', texts.literal(String(next)));
    setStatus(shell, space.one(1));
  }
}

function takeOption(call: Call, n: number, word: string, letter: number): void {
  const { shell, letters, words } = call;
  const { texts, space } = shell.machine;
  const option = word[letter] ?? '';
  const at = option === ':' ? -1 : letters.indexOf(option);
  const silent = letters.startsWith(':');
  const isLast = letter + 1 >= word.length;
  const gives = (name: string, argument: Text | undefined, next: number): void => {
    assign(shell, call.name, texts.literal(name));
    if (argument !== undefined) assign(shell, 'OPTARG', argument);
    else {
      const bash = inDialect(shell, 'bash');
      only(shell, bash, () => unset(shell, 'OPTARG'));
      only(shell, space.not(bash), () => assign(shell, 'OPTARG', texts.empty));
    }
    assign(shell, 'OPTIND', texts.literal(String(next)));
    assign(shell, INSIDE, texts.literal(next === n ? `${n}.${letter + 1}` : ''));
    setStatus(shell, space.one(0));
  };
  const fails = (name: string, next: number): void =>
    gives(silent ? name : '?', silent ? texts.literal(option) : undefined, next);
  const next = isLast ? n + 1 : n;
  if (at === -1) fails('?', next);
  else if (letters[at + 1] !== ':') gives(option, undefined, next);
  else if (!isLast) gives(option, texts.literal(word.slice(letter + 1)), n + 1);
  else {
    const argument = nth(shell, words, n, `$${n + 1}`);
    only(shell, argument.set, () => gives(option, argument.text, n + 2));
    only(shell, space.not(argument.set), () => fails(':', n + 1));
  }
}

/** Which options are given is not known; the variables that say it are set all the same. */
function giveUp({ shell, name }: Call): void {
  const { texts } = shell.machine;
  assign(shell, name, texts.symbol(`$${name}`));
  assign(shell, 'OPTARG', texts.symbol('$OPTARG'));
  setStatus(shell, unknownStatus(shell, 'getopts', []));
}

/** Does something for each constant that a text is, where it is; once with undefined where it is none. */
function forEachText(shell: Shell, text: Text, run: (constant: string | undefined) => void): void {
  const { texts, space } = shell.machine;
  const flat = texts.flatten(text);
  const leaves: readonly { readonly when: Condition; readonly item: Text }[] =
    flat === undefined ? [{ when: space.true, item: text }] : space.leaves(flat);
  for (const { when, item } of leaves) only(shell, when, () => run(texts.constant(item)));
}
