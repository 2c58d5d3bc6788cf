/*
 * `read`: lines and words of the input. An answer is one word without blanks, unless it is one of those mentioned that are
 * otherwise; so lines and words are found in the literal characters around it.
 */
import type { Variational } from '../../value/diagram.js';
import { inputsOf, type Piece, render, type Text } from '../../value/text.js';
import { DEFAULT_IFS } from './blanks.js';
import { mentionedTexts } from './match.js';
import { assign, type Fields, inDialect, type Shell } from './state.js';
import { forEachIfs } from './words.js';

/** `read names`: takes one line of the input; what is not known of it is unknown in the names. Gives the status. */
export function readLine(shell: Shell, fields: Fields): Variational<number> {
  const { space, texts } = shell.machine;
  const words = fields.map((field) => texts.constant(field.item.text) ?? '');
  const raw = words.some((word) => /^-\w*r/.test(word));
  const names = words.filter((word) => word !== '' && !word.startsWith('-'));
  const bare = names.length === 0;
  if (bare) names.push('REPLY');
  if (shell.input === undefined) {
    for (const name of names) assign(shell, name, texts.symbol(`read ${name}`, undefined, '', true));
    return shell.asked > 0 ? space.map(space.holds(space.opaque('read succeeds')), (ok) => (ok ? 0 : 1)) : space.one(0);
  }
  const input = texts.assume(shell.input, shell.live);
  forEachIfs(shell, (ifs) => {
    const blanks = ifs === DEFAULT_IFS ? '' : `by ${JSON.stringify(ifs)} `;
    const words = names.map((_, i) =>
      cutText(shell, input, `word ${i + 1} ${blanks}of `, (text) => wordsOfLine(text, raw, ifs, names.length)[i] ?? ''),
    );
    for (const [i, name] of names.entries()) assign(shell, name, words[i] ?? texts.empty);
  });
  const rest = cutText(shell, input, 'lines after ', (text) => text.slice(lineEnd(text, raw)));
  const ended = cutText(shell, input, 'has a line ', (text) =>
    text.slice(0, lineEnd(text, raw)).endsWith('\n') ? 'y' : '',
  );
  shell.input = texts.pick(shell.live, rest, shell.input);
  const status = space.map(texts.isEmpty(ended), (no) => (no ? 1 : 0));
  // dash: "read: arg count".
  return bare ? space.pick(inDialect(shell, 'dash'), space.one(2), status) : status;
}

const ATOM = 0xe300;

/** Applies a function that only moves and drops characters; symbols make the result a symbol. */
function cutText(shell: Shell, text: Text, name: string, f: (text: string) => string): Text {
  const { texts } = shell.machine;
  const unknown = texts.symbol(`${name}${render(text)}`, inputsOf(text));
  return texts.mapFlat(text, (flat) => cutPieces(shell, flat, flat.pieces, 0, name, f)) ?? unknown;
}

/** Tells apart where each answer is empty, from the piece at `at` on; the others become one character each. */
function cutPieces(
  shell: Shell,
  whole: Text,
  pieces: readonly Piece[],
  at: number,
  name: string,
  f: (text: string) => string,
): Text {
  const { texts } = shell.machine;
  const piece = pieces[at];
  if (piece?.kind === 'literal') return cutPieces(shell, whole, pieces, at + 1, name, f);
  if (piece !== undefined && (piece.kind !== 'answer' || at > 8))
    return texts.symbol(`${name}${render(whole)}`, inputsOf(whole));
  if (piece !== undefined) {
    const text = texts.join([piece]);
    let result = cutPieces(shell, whole, pieces, at + 1, name, f);
    for (const { when, known } of mentionedTexts(shell, text)) {
      if (!/^[\w./:=@%+,-]+$/.test(known)) {
        result = texts.pick(
          when,
          cutPieces(shell, whole, pieces.with(at, { kind: 'literal', text: known }), at + 1, name, f),
          result,
        );
      }
    }
    return texts.pick(
      texts.isEmpty(text),
      cutPieces(shell, whole, pieces.with(at, { kind: 'literal', text: '' }), at + 1, name, f),
      result,
    );
  }
  const cut = f(pieces.map((p, i) => (p.kind === 'literal' ? p.text : String.fromCharCode(ATOM + i))).join(''));
  const out = [...cut].map((c): Piece => pieces[c.charCodeAt(0) - ATOM] ?? { kind: 'literal', text: c });
  return texts.join(out);
}

/** Where the first line ends, after its line feed; a backslash joins lines unless the line is read raw. */
function lineEnd(text: string, raw: boolean): number {
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '\\' && !raw) i += 1;
    else if (text[i] === '\n') return i + 1;
  }
  return text.length;
}

/** The first line as `read` divides it among so many names: the last one gets all that is left. */
function wordsOfLine(text: string, raw: boolean, ifs: string, count: number): readonly string[] {
  const line = text.slice(0, lineEnd(text, raw)).replace(/\n$/, '');
  const characters: { readonly c: string; readonly literal: boolean }[] = [];
  for (let i = 0; i < line.length; i += 1) {
    if (line[i] !== '\\' || raw) characters.push({ c: line[i] ?? '', literal: false });
    else {
      i += 1;
      if (line[i] !== '\n' && line[i] !== undefined) characters.push({ c: line[i] ?? '', literal: true });
    }
  }
  const blank = (at: number): boolean =>
    characters[at]?.literal === false &&
    /[ \t\n]/.test(characters[at]?.c ?? '') &&
    ifs.includes(characters[at]?.c ?? '');
  const border = (at: number): boolean => characters[at]?.literal === false && ifs.includes(characters[at]?.c ?? '');
  const words: string[] = [];
  let at = 0;
  let end = characters.length;
  while (blank(at)) at += 1;
  while (words.length < count - 1 && at < end) {
    let word = '';
    for (; at < end && !border(at); at += 1) word += characters[at]?.c ?? '';
    words.push(word);
    while (blank(at)) at += 1;
    if (at < end && border(at) && !blank(at)) at += 1;
    while (blank(at)) at += 1;
  }
  while (end > at && blank(end - 1)) end -= 1;
  // A single border at the end belongs to the last word's end (POSIX: "x:" read into one name is "x").
  const borders = characters.slice(at, end).filter((_, i) => border(at + i)).length;
  if (borders === 1 && border(end - 1)) end -= 1;
  words.push(
    characters
      .slice(at, Math.max(at, end))
      .map(({ c }) => c)
      .join(''),
  );
  return words;
}
