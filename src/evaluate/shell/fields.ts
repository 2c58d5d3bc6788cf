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
import type { Answer, Choice, Condition, Guarded, Space, Variational } from '../../value/diagram.js';
import { type AnswerPiece, type Derivation, type Piece, remembered, type Text, type Texts } from '../../value/text.js';
import { type Blanks, blanksOf, DEFAULT_IFS } from './blanks.js';
import type { Field } from './state.js';

const PRIVATE = 0xe000;
/** Stands for an empty quoted string: a field is there although it has no characters. */
export const NULL_MARK = '\ue0ff';
/** Stands before a symbol that quotes protect: it is one word, whatever it is. */
const QUOTED_MARK = '\ue0fd';
const PROTECTED = /[\ue000-\ue07f\ue0fd-\ue0ff]/;
const PROTECTED_ALL = /[\ue000-\ue07f\ue0fd-\ue0ff]/g;

function isMark(c: string): boolean {
  return c >= QUOTED_MARK;
}

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
  return text.replace(PROTECTED_ALL, (c) => (isMark(c) ? '' : String.fromCharCode(c.charCodeAt(0) - PRIVATE)));
}

/** As a pattern: protected characters get a backslash, so that they stand for themselves. */
export function patternString(text: string): string {
  return text.replace(PROTECTED_ALL, (c) => (isMark(c) ? '' : `\\${String.fromCharCode(c.charCodeAt(0) - PRIVATE)}`));
}

/** The answers that quotes protect, by the derivation that moves their characters. */
const quotedAnswers = new WeakMap<Derivation, AnswerPiece>();

/** An answer whose characters are protected, once it is known. */
function quoteAnswer(piece: AnswerPiece): AnswerPiece {
  const { selector, derivation } = piece;
  if (derivation !== undefined && quotedAnswers.has(derivation)) return piece;
  const quoted: Derivation = {
    name: `"${derivation?.name ?? `$${selector.name}`}"`,
    of: remembered((answer) => protectString(derivation === undefined ? answer : derivation.of(answer))),
  };
  quotedAnswers.set(quoted, piece);
  return { kind: 'answer', selector, derivation: quoted };
}

/** The answer that a protected one stands for; undefined when it is not protected. */
export function quotedAnswer(piece: Piece): AnswerPiece | undefined {
  return piece.kind !== 'answer' || piece.derivation === undefined ? undefined : quotedAnswers.get(piece.derivation);
}

/** Applies a function to every piece of a rope that is no choice, also inside choices. */
export class PieceMap {
  readonly #texts: Texts;
  readonly #f: (piece: Piece) => readonly Piece[];
  readonly #known = new Map<number, Text>();
  readonly #choices = new Map<number, Text>();

  constructor(texts: Texts, f: (piece: Piece) => readonly Piece[]) {
    this.#texts = texts;
    this.#f = f;
  }

  /** A growing rope is mapped again and again; its choices are the same ones each time. */
  #choice(value: Choice<Text>): Text {
    const known = this.#choices.get(value.id);
    if (known !== undefined) return known;
    const made = this.#texts.from(this.#texts.space.map(value, (leaf) => this.apply(leaf)));
    this.#choices.set(value.id, made);
    return made;
  }

  apply(text: Text): Text {
    const known = this.#known.get(text.id);
    if (known !== undefined) return known;
    const pieces = text.pieces.flatMap((piece): readonly Piece[] => {
      if (piece.kind !== 'choice') return this.#f(piece);
      return this.#choice(piece.value).pieces;
    });
    const made = this.#texts.join(pieces);
    this.#known.set(text.id, made);
    return made;
  }
}

/** Applies a function to every literal of a rope. */
export function mapLiterals(texts: Texts, f: (text: string) => string): PieceMap {
  return new PieceMap(texts, (piece) =>
    piece.kind === 'literal' ? [{ kind: 'literal', text: f(piece.text) }] : [piece],
  );
}

/** Protects a rope, as double quotes do. */
export function protector(texts: Texts): PieceMap {
  return new PieceMap(texts, (piece) => {
    if (piece.kind === 'literal') return [{ kind: 'literal', text: protectString(piece.text) }];
    if (piece.kind === 'answer') return [quoteAnswer(piece)];
    return [{ kind: 'literal', text: QUOTED_MARK }, piece];
  });
}

/** Moves the characters of a rope back. */
function revealer(texts: Texts): PieceMap {
  return new PieceMap(texts, (piece) =>
    piece.kind === 'literal' ? [{ kind: 'literal', text: revealString(piece.text) }] : [quotedAnswer(piece) ?? piece],
  );
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
  readonly #reveal: PieceMap;
  readonly #bare: PieceMap;

  constructor(texts: Texts) {
    this.#space = texts.space;
    this.#texts = texts;
    this.#reveal = revealer(texts);
    this.#bare = new PieceMap(texts, (piece) => [quotedAnswer(piece) ?? piece]);
  }

  /** The rope with all characters in their place again. */
  reveal(text: Text): Text {
    return this.#reveal.apply(text);
  }

  /** The fields of one expanded word. `ifs` is the text of IFS. */
  split(text: Text, ifs: string, span: Span): readonly Guarded<Field>[] {
    const constant = this.#texts.constant(text);
    if (constant !== undefined && ifs === DEFAULT_IFS && PLAIN.test(constant))
      return [{ when: this.#space.true, item: { text, many: false, span } }];
    const out: Guarded<Field>[] = [];
    const blanks = blanksOf(ifs);
    const nothing: Open = { present: this.#space.false, text: this.#texts.empty, many: false };
    const end = this.#walk(text.pieces, true, nothing, blanks, this.#space.true, out, span);
    this.#emit(end, this.#space.true, out, span);
    return out;
  }

  #emit(open: Open, when: Condition, out: Guarded<Field>[], span: Span): void {
    const there = this.#space.and(when, open.present);
    if (there !== this.#space.false) {
      const text = this.#texts.assume(this.#reveal.apply(open.text), there);
      out.push({ when: there, item: { text, many: open.many, span } });
    }
  }

  /** Reads pieces into fields; `cleanEnd` says that whatever follows them is nothing or starts with a blank. */
  #walk(
    pieces: readonly Piece[],
    cleanEnd: boolean,
    start: Open,
    blanks: Blanks,
    when: Condition,
    out: Guarded<Field>[],
    span: Span,
  ): Open {
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
            open = {
              ...open,
              present: this.#space.true,
              text: this.#texts.concat(open.text, this.#texts.literal(event.characters)),
            };
            continue;
          }
          open = none;
        }
      } else if (piece.kind === 'answer') {
        open = this.#walkAnswer(piece, clean[i + 1] ?? cleanEnd, open, blanks, when, out, span);
      } else if (piece.kind === 'symbol') {
        const last = open.text.pieces[open.text.pieces.length - 1];
        const quoted = last?.kind === 'literal' && last.text.endsWith(QUOTED_MARK);
        open = {
          present: this.#space.true,
          text: this.#texts.concat(open.text, this.#texts.join([piece])),
          many: open.many || !quoted,
        };
      } else if (!this.#mayBreak(piece.value, blanks)) {
        const filled = this.#space.not(this.#isEmpty(this.#texts.join([piece])));
        open = {
          present: this.#space.or(open.present, filled),
          text: this.#texts.concat(open.text, this.#texts.join([piece])),
          many: open.many,
        };
      } else {
        open = this.#walkChoice(piece.value, clean[i + 1] ?? cleanEnd, open, blanks, when, out, span);
      }
    }
    return open;
  }

  /** An answer is one field, unless it is one of those mentioned that have blanks. */
  #walkAnswer(
    piece: AnswerPiece,
    cleanEnd: boolean,
    start: Open,
    blanks: Blanks,
    when: Condition,
    out: Guarded<Field>[],
    span: Span,
  ): Open {
    const text = this.#texts.join([piece]);
    let rest = when;
    let merged: Open | undefined;
    for (const [answer, known] of this.#brokenAnswers(piece, blanks)) {
      const here = this.#space.is(piece.selector, answer);
      rest = this.#space.and(rest, this.#space.not(here));
      const end = this.#walk(
        this.#texts.literal(known).pieces,
        cleanEnd,
        start,
        blanks,
        this.#space.and(when, here),
        out,
        span,
      );
      merged = merged === undefined ? end : this.#merge(here, end, merged);
    }
    const shape = this.#shape(piece, blanks);
    if (shape !== undefined) {
      const end = this.#walk(shape, cleanEnd, start, blanks, rest, out, span);
      return merged === undefined ? end : this.#merge(rest, end, merged);
    }
    const filled = this.#space.not(this.#isEmpty(text));
    const whole: Open = {
      present: this.#space.or(start.present, filled),
      text: this.#texts.concat(start.text, text),
      many: start.many,
    };
    return merged === undefined ? whole : this.#merge(rest, whole, merged);
  }

  /** The mentioned answers that blanks divide, with the texts that they give. */
  #brokenAnswers(piece: AnswerPiece, blanks: Blanks): readonly (readonly [Answer, string])[] {
    const broken: [Answer, string][] = [];
    const shaped = isShaped(piece, blanks);
    for (const answer of piece.selector.mentioned) {
      const known = piece.derivation === undefined ? (answer ?? '') : piece.derivation.of(answer ?? '');
      if (blanks.inside(known) || shaped) broken.push([answer, known]);
    }
    return broken;
  }

  /**
   * What a pure function makes of an answer may have blanks that are not the answer's (`$(echo $ENV -o | tr a-z A-Z)`): it
   * is divided as for any answer without blanks. Undefined when there are none.
   */
  #shape(piece: AnswerPiece, blanks: Blanks): readonly Piece[] | undefined {
    const { selector, derivation } = piece;
    if (derivation === undefined) return undefined;
    const wordsOf = (answer: string): readonly string[] =>
      blanks.events(derivation.of(answer)).flatMap((event) => (typeof event === 'string' ? [] : [event.characters]));
    if (!isShaped(piece, blanks)) return undefined;
    const [sample = [], ...others] = SAMPLES.map((answer) => derivation.of(answer).split(blanks.border));
    const alike = others.every(
      (parts) =>
        parts.length === sample.length &&
        parts.every((part, i) => (i % 2 === 1 ? part === sample[i] : (part === '') === (sample[i] === ''))),
    );
    // Where the blanks are is a matter of the answer (`printf %-5s`): any number of words.
    if (!alike) {
      const text = this.#texts.symbol(`$(${derivation.name})`, new Set([selector]));
      return text.pieces;
    }
    let at = 0;
    return sample.flatMap((part, i): readonly Piece[] => {
      if (i % 2 === 1) return [{ kind: 'literal', text: part }];
      if (part === '') return [];
      const word = at;
      at += 1;
      return [
        {
          kind: 'answer',
          selector,
          derivation: {
            name: `word ${word + 1} of ${derivation.name}`,
            of: remembered((answer) => wordsOf(answer)[word] ?? ''),
          },
        },
      ];
    });
  }

  #isEmpty(text: Text): Condition {
    return this.#texts.isEmpty(this.#bare.apply(text));
  }

  #merge(condition: Condition, then: Open, otherwise: Open): Open {
    return {
      present: this.#space.pick(condition, then.present, otherwise.present),
      text: this.#texts.pick(condition, then.text, otherwise.text),
      many: then.many || otherwise.many,
    };
  }

  #walkChoice(
    value: Variational<Text>,
    cleanEnd: boolean,
    start: Open,
    blanks: Blanks,
    when: Condition,
    out: Guarded<Field>[],
    span: Span,
  ): Open {
    let merged: Open | undefined;
    for (const leaf of this.#space.leaves(value)) {
      const inside = this.#space.and(when, leaf.when);
      const end = this.#walk(leaf.item.pieces, cleanEnd, start, blanks, inside, out, span);
      merged = merged === undefined ? end : this.#merge(leaf.when, end, merged);
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

  #leavesStartClean(value: Choice<Text>, after: boolean, blanks: Blanks): boolean {
    return leafTexts(value).every(({ pieces }) =>
      pieces.length === 0 ? after : (this.#cleanStarts(pieces, after, blanks)[0] ?? false),
    );
  }

  /** `seen` has the choices that were looked into: texts share them, and a text that grows has each many times over. */
  #mayBreak(value: Choice<Text>, blanks: Blanks, seen = new Set<Choice<Text>>()): boolean {
    if (seen.has(value)) return false;
    seen.add(value);
    return leafTexts(value).some(({ pieces }) =>
      pieces.some((piece) => {
        if (piece.kind === 'literal') return blanks.inside(piece.text);
        if (piece.kind === 'answer') return this.#brokenAnswers(piece, blanks).length > 0 || isShaped(piece, blanks);
        return piece.kind === 'symbol' || this.#mayBreak(piece.value, blanks, seen);
      }),
    );
  }
}

const leaves = new WeakMap<Choice<Text>, readonly Text[]>();

/** The different texts that a choice is between. */
export function leafTexts(choice: Choice<Text>): readonly Text[] {
  const known = leaves.get(choice);
  if (known !== undefined) return known;
  const found: Text[] = [];
  const seen = new Set<number>();
  const visit = (value: Variational<Text>): void => {
    if (seen.has(value.id)) return;
    seen.add(value.id);
    if (value.kind === 'one') found.push(value.value);
    else {
      for (const branch of value.cases.values()) visit(branch);
      visit(value.otherwise);
    }
  };
  visit(choice);
  leaves.set(choice, found);
  return found;
}

/** Stand for all answers that nothing mentions: words without blanks. */
const SAMPLES = ['other', 'x', 'some-longer-1', 'a9b.c'];

const shaped = new WeakMap<Derivation, Map<Blanks, boolean>>();

/** Whether a pure function of an answer that nothing mentions has blanks. */
function isShaped({ derivation }: AnswerPiece, blanks: Blanks): boolean {
  if (derivation === undefined) return false;
  const known = shaped.get(derivation) ?? new Map<Blanks, boolean>();
  shaped.set(derivation, known);
  let found = known.get(blanks);
  if (found === undefined) {
    found = SAMPLES.some((answer) => blanks.inside(derivation.of(answer)));
    known.set(blanks, found);
  }
  return found;
}

/** A word that splitting by blanks cannot change. */
const PLAIN = /^[A-Za-z0-9_./=-]+$/;
