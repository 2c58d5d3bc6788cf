/*
 * From expanded words to fields: quoting and splitting.
 *
 * While a word is being expanded, the characters that quotes protect are moved to a private range of code points, and
 * an empty quoted string leaves a mark. So one rope holds both what may be split and what may not, and a part that
 * several environments share stays one piece. `split` cuts a rope into guarded fields; `reveal` moves the characters back.
 *
 * Splitting a rope of choices would multiply if it told apart what stands before every choice. It does not have to: where
 * all that may follow is nothing or starts with a blank, the field ends there in every environment. So F="$F -x" in
 * twenty conditions gives twenty guarded fields and not a million.
 */
import type { Span } from '../../text/span.js';
import type { Condition, Guarded, Space, Variational } from '../../value/diagram.js';
import type { Piece, Text, Texts } from '../../value/text.js';
import type { Field } from './state.js';

const PRIVATE = 0xe000;
/** Stands for an empty quoted string: a field is there although it has no characters. */
export const NULL_MARK = '\ue0ff';
/** Stands between the fields of `"$@"`. */
export const FIELD_BREAK = '\ue0fe';
const PROTECTED = /[\ue000-\ue07f\ue0fe\ue0ff]/;
const PROTECTED_ALL = /[\ue000-\ue07f\ue0fe\ue0ff]/g;

/** Protects the characters of a constant. */
export function protectString(text: string): string {
  let out = '';
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0;
    out += code < 0x80 ? String.fromCharCode(PRIVATE + code) : c;
  }
  return out;
}

/** Moves the characters of a constant back. */
export function revealString(text: string): string {
  if (!PROTECTED.test(text)) return text;
  return text.replace(PROTECTED_ALL, (c) => (c === NULL_MARK || c === FIELD_BREAK ? '' : String.fromCharCode(c.charCodeAt(0) - PRIVATE)));
}

/** As a pattern: protected characters get a backslash, so that they stand for themselves. */
export function patternString(text: string): string {
  return text.replace(PROTECTED_ALL, (c) => (c === NULL_MARK || c === FIELD_BREAK ? '' : `\\${String.fromCharCode(c.charCodeAt(0) - PRIVATE)}`));
}

/** Applies a function to every literal of a rope, also inside choices; answers and symbols stay as they are. */
export class LiteralMap {
  readonly #texts: Texts;
  readonly #f: (text: string) => string;
  readonly #known = new Map<number, Text>();

  constructor(texts: Texts, f: (text: string) => string) {
    this.#texts = texts;
    this.#f = f;
  }

  apply(text: Text): Text {
    const known = this.#known.get(text.id);
    if (known !== undefined) return known;
    const pieces = text.pieces.flatMap((piece): readonly Piece[] => {
      if (piece.kind === 'literal') return [{ kind: 'literal', text: this.#f(piece.text) }];
      if (piece.kind === 'choice') return this.#texts.from(this.#texts.space.map(piece.value, (leaf) => this.apply(leaf))).pieces;
      return [piece];
    });
    const made = this.#texts.join(pieces);
    this.#known.set(text.id, made);
    return made;
  }
}

interface Open {
  /** Where a field has begun. */
  readonly present: Condition;
  readonly text: Text;
  readonly many: boolean;
}

/** Splits expanded words into fields. */
export class Splitter {
  readonly #space: Space;
  readonly #texts: Texts;
  readonly #reveal: LiteralMap;

  constructor(texts: Texts) {
    this.#space = texts.space;
    this.#texts = texts;
    this.#reveal = new LiteralMap(texts, revealString);
  }

  /** The rope with all characters in their place again. */
  reveal(text: Text): Text {
    return this.#reveal.apply(text);
  }

  /** The fields of one expanded word. `ifs` is the text of IFS. */
  split(text: Text, ifs: string, span: Span): readonly Guarded<Field>[] {
    const constant = this.#texts.constant(text);
    if (constant !== undefined && ifs === DEFAULT_IFS && PLAIN.test(constant)) return [{ when: this.#space.true, item: { text, many: false, span } }];
    const out: Guarded<Field>[] = [];
    const blanks = new Blanks(ifs);
    const nothing: Open = { present: this.#space.false, text: this.#texts.empty, many: false };
    const end = this.#walk(text.pieces, true, nothing, blanks, this.#space.true, out, span);
    this.#emit(end, this.#space.true, out, span);
    return out;
  }

  #emit(open: Open, when: Condition, out: Guarded<Field>[], span: Span): void {
    const there = this.#space.and(when, open.present);
    if (there !== this.#space.false) {
      out.push({ when: there, item: { text: this.#reveal.apply(open.text), many: open.many, span } });
    }
  }

  /** Reads pieces into fields; `cleanEnd` says that whatever follows them is nothing or starts with a blank. */
  #walk(pieces: readonly Piece[], cleanEnd: boolean, start: Open, blanks: Blanks, when: Condition, out: Guarded<Field>[], span: Span): Open {
    const { empty } = this.#texts;
    const none: Open = { present: this.#space.false, text: empty, many: false };
    const clean = this.#cleanStarts(pieces, cleanEnd, blanks);
    let open = start;
    for (const [i, piece] of pieces.entries()) {
      if (clean[i] === true && open.present !== this.#space.false) {
        this.#emit(open, when, out, span);
        open = none;
      }
      if (piece.kind === 'literal') {
        for (const event of blanks.events(piece.text)) {
          if (event === 'soft') this.#emit(open, when, out, span);
          else if (event === 'hard') this.#emit({ ...open, present: this.#space.true }, when, out, span);
          else {
            open = { ...open, present: this.#space.true, text: this.#texts.concat(open.text, this.#texts.literal(event.characters)) };
            continue;
          }
          open = none;
        }
      } else if (piece.kind === 'answer') {
        const filled = this.#space.not(this.#space.is(piece.selector, undefined, ''));
        open = { present: this.#space.or(open.present, filled), text: this.#texts.concat(open.text, this.#texts.join([piece])), many: open.many };
      } else if (piece.kind === 'symbol') {
        open = { present: this.#space.true, text: this.#texts.concat(open.text, this.#texts.join([piece])), many: true };
      } else if (!this.#mayBreak(piece.value, blanks)) {
        const filled = this.#space.not(this.#texts.isEmpty(this.#texts.join([piece])));
        open = { present: this.#space.or(open.present, filled), text: this.#texts.concat(open.text, this.#texts.join([piece])), many: open.many };
      } else {
        open = this.#walkChoice(piece.value, clean[i + 1] ?? cleanEnd, open, blanks, when, out, span);
      }
    }
    return open;
  }

  #walkChoice(value: Variational<Text>, cleanEnd: boolean, start: Open, blanks: Blanks, when: Condition, out: Guarded<Field>[], span: Span): Open {
    let merged: Open | undefined;
    for (const leaf of this.#space.leaves(value)) {
      const inside = this.#space.and(when, leaf.when);
      const end = this.#walk(leaf.item.pieces, cleanEnd, start, blanks, inside, out, span);
      merged =
        merged === undefined
          ? end
          : {
              present: this.#space.pick(leaf.when, end.present, merged.present),
              text: this.#texts.pick(leaf.when, end.text, merged.text),
              many: end.many || merged.many,
            };
    }
    return merged ?? start;
  }

  /** For each piece: whether it and all that follows is nothing or starts with a blank, in every environment. */
  #cleanStarts(pieces: readonly Piece[], cleanEnd: boolean, blanks: Blanks): readonly boolean[] {
    const clean: boolean[] = new Array(pieces.length + 1).fill(cleanEnd);
    for (let i = pieces.length - 1; i >= 0; i -= 1) {
      const piece = pieces[i];
      const after = clean[i + 1] ?? cleanEnd;
      if (piece === undefined) continue;
      if (piece.kind === 'literal') clean[i] = blanks.startsWith(piece.text);
      else if (piece.kind === 'choice') clean[i] = this.#leavesStartClean(piece.value, after, blanks);
      else clean[i] = false;
    }
    return clean;
  }

  #leavesStartClean(value: Variational<Text>, after: boolean, blanks: Blanks): boolean {
    if (value.kind === 'one') {
      const { pieces } = value.value;
      return pieces.length === 0 ? after : (this.#cleanStarts(pieces, after, blanks)[0] ?? false);
    }
    for (const branch of value.cases.values()) if (!this.#leavesStartClean(branch, after, blanks)) return false;
    return this.#leavesStartClean(value.otherwise, after, blanks);
  }

  #mayBreak(value: Variational<Text>, blanks: Blanks): boolean {
    if (value.kind === 'one') {
      return value.value.pieces.some((piece) => {
        if (piece.kind === 'literal') return blanks.inside(piece.text);
        return piece.kind === 'choice' ? this.#mayBreak(piece.value, blanks) : piece.kind === 'symbol';
      });
    }
    for (const branch of value.cases.values()) if (this.#mayBreak(branch, blanks)) return true;
    return this.#mayBreak(value.otherwise, blanks);
  }
}

/** IFS as every shell starts with it. */
export const DEFAULT_IFS = ' \t\n';

/** A word that splitting by blanks cannot change. */
const PLAIN = /^[A-Za-z0-9_./=-]+$/;

type Event = 'soft' | 'hard' | { readonly characters: string };

/** The characters of IFS: blanks make soft borders, others hard ones that also delimit empty fields. */
class Blanks {
  readonly #pattern: RegExp;
  readonly #hard: RegExp;

  constructor(ifs: string) {
    const white = [...ifs].filter((c) => c === ' ' || c === '\t' || c === '\n').join('');
    const other = [...ifs].filter((c) => c !== ' ' && c !== '\t' && c !== '\n').map((c) => c.replace(/[\\\]^-]/, '\\$&')).join('');
    const hard = other === '' ? '' : `[${white}]*[${other}][${white}]*|`;
    this.#pattern = new RegExp(`(${hard}[${white}${FIELD_BREAK}]+)`);
    this.#hard = other === '' ? /[]/ : new RegExp(`[${other}]`);
  }

  events(text: string): Event[] {
    const events: Event[] = [];
    for (const [i, part] of text.split(this.#pattern).entries()) {
      if (i % 2 === 0) {
        if (part !== '') events.push({ characters: part });
      } else events.push(this.#hard.test(part) ? 'hard' : 'soft');
    }
    return events;
  }

  startsWith(text: string): boolean {
    const [first, border] = text.split(this.#pattern, 2);
    return first === '' && border !== undefined && !this.#hard.test(border);
  }

  inside(text: string): boolean {
    return this.#pattern.test(text);
  }
}
