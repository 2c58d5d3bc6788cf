/*
 * Backslash escapes of `echo`, `printf` and `printf %b`, as dash 0.5.12, bash 5.2 and BusyBox 1.35 read them. `\c` ends the
 * output: what the same command would print after it is not printed.
 */
import type { Condition } from '../../value/diagram.js';
import type { Piece, Text } from '../../value/text.js';
import { leafTexts } from './fields.js';
import { mentionedTexts } from './match.js';
import type { Dialect, Shell } from './state.js';

/** Who reads the escapes: `echo` (with `-e` where it needs that), `%b`, or the format of `printf`. */
export type EscapeUse = 'echo' | 'argument' | 'format';

/** What is printed, and where the output ends with it. */
export interface Printed {
  readonly text: Text;
  readonly ended: Condition;
}

const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '\\': '\\',
};

/** The escapes of a constant. */
export function unescape(
  text: string,
  use: EscapeUse,
  dialect: Dialect,
): { readonly text: string; readonly ended: boolean } {
  if (!text.includes('\\')) return { text, ended: false };
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at] ?? '';
    const next = text[at + 1];
    if (c !== '\\' || next === undefined) {
      out += c;
      continue;
    }
    if (next === 'c' && (use !== 'format' || dialect === 'ash')) return { text: out, ended: true };
    const letter = LETTERS[next] ?? (dialect === 'bash' ? inBash(next, use) : undefined);
    const number = letter === undefined ? numberAt(text, at + 1, use, dialect) : undefined;
    if (letter !== undefined) {
      out += letter;
      at += 1;
    } else if (number !== undefined) {
      out += String.fromCodePoint(number.code);
      at += number.length;
    } else out += c;
  }
  return { text: out, ended: false };
}

function inBash(next: string, use: EscapeUse): string | undefined {
  if (next === 'E') return '\x1b';
  return use === 'format' && `"'?`.includes(next) ? next : undefined;
}

/** `\101`, `\0101`, `\x41`, `\u41`: what stands after the backslash. */
function numberAt(
  text: string,
  at: number,
  use: EscapeUse,
  dialect: Dialect,
): { readonly code: number; readonly length: number } | undefined {
  const rest = text.slice(at, at + 9);
  const found = (pattern: RegExp, base: number): { readonly code: number; readonly length: number } | undefined => {
    const [whole, digits] = pattern.exec(rest) ?? [];
    if (whole === undefined || digits === undefined) return undefined;
    const code = Number.parseInt(digits === '' ? '0' : digits, base);
    return code > 0x10ffff ? undefined : { code: base === 8 ? code & 255 : code, length: whole.length };
  };
  // Only a format has no leading zero, and only echo of bash must have it.
  const octal =
    use === 'format'
      ? found(/^([0-7]{1,3})/, 8)
      : (found(/^0([0-7]{0,3})/, 8) ?? (use === 'echo' && dialect === 'bash' ? undefined : found(/^([0-7]{1,3})/, 8)));
  if (octal !== undefined || dialect === 'dash') return octal;
  const hex = found(/^x([0-9a-fA-F]{1,2})/, 16);
  if (hex !== undefined || dialect === 'ash') return hex;
  return found(/^u([0-9a-fA-F]{1,4})/, 16) ?? found(/^U([0-9a-fA-F]{1,8})/, 16);
}

/** A backslash, or the first part of a number, that goes on in the next piece of a rope. */
const OPEN = /(?:^|[^\\])(?:\\\\)*\\(?:[0-7]{0,3}|[xuU][0-9a-fA-F]{0,7})$/;

/** The escapes of a text; what an unknown has of them stays as it is. */
export function unescapeText(shell: Shell, text: Text, use: EscapeUse, dialect: Dialect): Printed {
  const { space, texts } = shell.machine;
  const constant = texts.constant(text);
  if (constant !== undefined) {
    const made = unescape(constant, use, dialect);
    return { text: texts.literal(made.text), ended: made.ended ? space.true : space.false };
  }
  // An escape that goes on behind a border can only be read in the whole text.
  const flat = text.pieces.some((piece, i) => i < text.pieces.length - 1 && endsOpen(piece))
    ? texts.flatten(text)
    : undefined;
  if (flat !== undefined) {
    const parts = space.map(flat, (leaf) => unescapeFlat(shell, leaf, use, dialect));
    return {
      text: texts.from(space.map(parts, (part) => part.text)),
      ended: space.bind(parts, (part) => part.ended),
    };
  }
  return unescapePieces(shell, text.pieces, use, dialect);
}

/** The whole of a text without choices, for every answer that is mentioned. */
function unescapeFlat(shell: Shell, flat: Text, use: EscapeUse, dialect: Dialect): Printed {
  const { space, texts } = shell.machine;
  if (texts.constant(flat) !== undefined) return unescapeText(shell, flat, use, dialect);
  const name = use === 'echo' ? 'echo -e ' : 'printf %b ';
  let out: Printed = {
    text: texts.transform(flat, name, (text) => unescape(text, use, dialect).text) ?? flat,
    ended: space.false,
  };
  for (const { when, known } of mentionedTexts(shell, flat)) {
    const made = unescape(known, use, dialect);
    out = {
      text: texts.pick(when, texts.literal(made.text), out.text),
      ended: space.pick(when, made.ended ? space.true : space.false, out.ended),
    };
  }
  return out;
}

function unescapePieces(shell: Shell, pieces: readonly Piece[], use: EscapeUse, dialect: Dialect): Printed {
  const { space, texts } = shell.machine;
  let out: Printed = { text: texts.empty, ended: space.false };
  for (const piece of pieces) {
    if (out.ended === space.true) break;
    out = followedBy(shell, out, unescapePiece(shell, piece, use, dialect));
  }
  return out;
}

/** One output after another, as far as the first has not ended it. */
export function followedBy(shell: Shell, first: Printed, second: Printed): Printed {
  const { space, texts } = shell.machine;
  const text = first.ended === space.false ? second.text : texts.pick(first.ended, texts.empty, second.text);
  return { text: texts.concat(first.text, text), ended: space.or(first.ended, second.ended) };
}

function unescapePiece(shell: Shell, piece: Piece, use: EscapeUse, dialect: Dialect): Printed {
  const { space, texts } = shell.machine;
  const whole = texts.join([piece]);
  if (piece.kind === 'literal') return unescapeText(shell, whole, use, dialect);
  if (piece.kind === 'symbol') return { text: whole, ended: space.false };
  if (piece.kind === 'choice') {
    if (!leafTexts(piece.value).some(mayChange)) return { text: whole, ended: space.false };
    const parts = space.map(piece.value, (leaf) => unescapeText(shell, leaf, use, dialect));
    return {
      text: texts.from(space.map(parts, (part) => part.text)),
      ended: space.bind(parts, (part) => part.ended),
    };
  }
  let out: Printed = { text: whole, ended: space.false };
  for (const answer of piece.selector.mentioned) {
    const known = piece.derivation === undefined ? (answer ?? '') : piece.derivation.of(answer ?? '');
    if (!known.includes('\\')) continue;
    const here = space.is(piece.selector, answer);
    const made = unescape(known, use, dialect);
    out = {
      text: texts.pick(here, texts.literal(made.text), out.text),
      ended: made.ended ? space.or(out.ended, here) : out.ended,
    };
  }
  return out;
}

/** Texts share their parts, so that each is looked at once. */
const changing = new WeakMap<Text, boolean>();

function mayChange(text: Text): boolean {
  const known = changing.get(text);
  if (known !== undefined) return known;
  const made = text.pieces.some(
    (piece) =>
      piece.kind === 'answer' ||
      (piece.kind === 'literal' && piece.text.includes('\\')) ||
      (piece.kind === 'choice' && leafTexts(piece.value).some(mayChange)),
  );
  changing.set(text, made);
  return made;
}

const ending = new WeakMap<Piece, boolean>();

function endsOpen(piece: Piece): boolean {
  if (piece.kind === 'literal') return OPEN.test(piece.text);
  if (piece.kind !== 'choice') return false;
  const known = ending.get(piece);
  if (known !== undefined) return known;
  const made = leafTexts(piece.value).some(({ pieces }) => {
    const last = pieces[pieces.length - 1];
    return last !== undefined && endsOpen(last);
  });
  ending.set(piece, made);
  return made;
}
