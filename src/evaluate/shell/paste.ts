/*
 * From an expanded text to shell scripts.
 *
 * Make pastes the text of `$(X)` into the script, GitHub Actions that of `${{ x }}`, and the shell reads the result; so a text that differs between
 * environments may be a different script in each. But most of what differs is plain words (`-race`, an unknown version, the
 * answer of a selector), which mean to the shell what they would mean as the value of a shell variable. Such a piece
 * becomes a reference `${…}` to a made-up variable that holds it: the script stays one, and its words stay guarded. Inside
 * single quotes the quotes are closed around the reference; unquoted, the shell splits it at blanks, as it would have
 * split the pasted text. A piece that the shell could read otherwise (quotes, `;`, `$`, `*`, an assignment at the start)
 * is told apart: there is one script for each class of environments, within a bound.
 *
 * Answers that nobody mentions, and unknowns, are taken to be plain.
 */
import type { Condition } from '../../value/diagram.js';
import type { Piece, Text, Texts } from '../../value/text.js';
import type { Binding } from './state.js';

/** A part of a text with its place in what it was expanded from. */
export interface Part {
  readonly text: Text;
  /** Offsets into the raw line. */
  readonly start: number;
  readonly end: number;
  /** True when the characters stand there one for one. */
  readonly literal: boolean;
  /** The line of the recipe, where there are several in one script. */
  readonly line?: number;
}

/** A script for some environments. */
export interface ClassScript {
  readonly when: Condition;
  readonly text: string;
  /** The variables that stand for unknown and variational words. */
  readonly variables: ReadonlyMap<string, Binding>;
  /** Where a range of the text comes from. */
  readonly source: (start: number, end: number) => Origin;
}

/** Offsets into a raw line. */
export interface Origin {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Leads the names of the variables that stand for words. */
export const WORD_PREFIX = '__word_';

const PLAIN = /^[A-Za-z0-9_./=:,+@% \t-]*$/;
/** Quotes inside of a word around nothing that they protect (`-DNAME=''`): the shell takes them off, and so may we. */
const QUOTED = /(?<=[A-Za-z0-9_./=:,+@%-])(?:'([A-Za-z0-9_./=:,+@%-]*)'|"([A-Za-z0-9_./=:,+@%-]*)")/g;
const RESERVED =
  /^\s*(?:[@+-]|\w+=|(?:if|then|else|elif|fi|do|done|case|esac|while|until|for|in|time|function|select)(?:\s|$))/;

/** A text may be at most so many different scripts. */
export const CLASS_LIMIT = 64;

/** The scripts that a text is, with the conditions; undefined when there are too many. */
export function scriptsOf(texts: Texts, text: Text): readonly ClassScript[] | undefined {
  return scriptsOfParts(texts, [{ text, start: 0, end: 0, literal: false }], texts.space.true);
}

/** The same for a text in parts, whose places are kept. */
export function scriptsOfParts(
  texts: Texts,
  parts: readonly Part[],
  where: Condition,
): readonly ClassScript[] | undefined {
  const start: Builder = { when: where, text: '', variables: new Map(), marks: [], quote: '' };
  let open: readonly Builder[] | undefined = [start];
  for (const part of parts) {
    open = extend(texts, open, part.text.pieces, part);
    if (open === undefined) return undefined;
  }
  return open.map(({ when, text, variables, marks }) => ({
    when,
    text,
    variables,
    source: (from, to) => sourceOf(marks, from, to),
  }));
}

interface Mark {
  readonly at: number;
  readonly part: Part;
  /** How many characters of the part come before. */
  readonly skipped: number;
}

interface Builder {
  readonly when: Condition;
  readonly text: string;
  readonly variables: ReadonlyMap<string, Binding>;
  readonly marks: readonly Mark[];
  /** The quotes that are open at the end of the text. */
  readonly quote: '' | "'" | '"';
}

/**
 * Scripts with some more pieces behind them. A piece that the shell might read as more than words is told apart, choice by
 * choice; what is plain inside of its texts stays one word. Undefined when there are too many scripts.
 */
function extend(
  texts: Texts,
  builders: readonly Builder[],
  pieces: readonly Piece[],
  part: Part,
): readonly Builder[] | undefined {
  const { space } = texts;
  let open = builders;
  for (const piece of pieces) {
    const next: Builder[] = [];
    for (const builder of open) {
      if (piece.kind !== 'choice' || isWord(texts, piece, builder)) {
        next.push(append(texts, builder, piece, part));
        continue;
      }
      for (const { when, item } of space.leaves(piece.value)) {
        const both = space.and(builder.when, when);
        if (both === space.false) continue;
        const extended = extend(texts, [{ ...builder, when: both }], item.pieces, part);
        if (extended === undefined) return undefined;
        next.push(...extended);
        if (next.length > CLASS_LIMIT) return undefined;
      }
    }
    open = next;
  }
  return open;
}

function isWord(texts: Texts, piece: Piece, { text, quote }: Builder): boolean {
  const start = /(?:^|[\n;|&({!`]|\b(?:then|do|else))\s*$/.test(text);
  const whole = texts.join([piece]);
  return !endsEscaped(text) && isPlain(quote === '' ? withoutQuotes(texts, whole) : whole, start);
}

const unquoted = new WeakMap<Text, Text>();

/** A text without the quotes that protect nothing, also inside of its choices. */
function withoutQuotes(texts: Texts, text: Text): Text {
  const known = unquoted.get(text);
  if (known !== undefined) return known;
  const made = texts.join(
    text.pieces.flatMap((piece): readonly Piece[] => {
      if (piece.kind === 'literal') return [{ kind: 'literal', text: piece.text.replace(QUOTED, '$1$2') }];
      if (piece.kind !== 'choice') return [piece];
      return texts.from(texts.space.map(piece.value, (leaf) => withoutQuotes(texts, leaf))).pieces;
    }),
  );
  unquoted.set(text, made);
  return made;
}

/** Whether a text is plain words in every environment. */
function isPlain(text: Text, start: boolean): boolean {
  const [first] = text.pieces;
  if (start && first?.kind === 'literal' && RESERVED.test(first.text)) return false;
  return text.pieces.every((piece) => {
    if (piece.kind === 'literal') return PLAIN.test(piece.text);
    if (piece.kind !== 'choice') return true;
    const seen = new Set<number>();
    const walk = (value: typeof piece.value | (typeof piece.value)['otherwise']): boolean => {
      if (seen.has(value.id)) return true;
      seen.add(value.id);
      if (value.kind === 'one') return isPlain(value.value, start);
      for (const branch of value.cases.values()) if (!walk(branch)) return false;
      return walk(value.otherwise);
    };
    return walk(piece.value);
  });
}

function endsEscaped(text: string): boolean {
  return (/\\+$/.exec(text)?.[0].length ?? 0) % 2 === 1;
}

function append(texts: Texts, builder: Builder, piece: Piece, part: Part): Builder {
  const { space } = texts;
  const { when, text, quote, variables } = builder;
  const last = builder.marks[builder.marks.length - 1];
  const skipped = last?.part === part ? last.skipped + (text.length - last.at) : 0;
  const marks = [...builder.marks, { at: text.length, part, skipped }];
  if (piece.kind === 'literal')
    return { when, text: text + piece.text, variables, marks, quote: quoteAfter(piece.text, quote) };
  const value = quote === '' ? withoutQuotes(texts, texts.join([piece])) : texts.join([piece]);
  const name = `${WORD_PREFIX}${value.id}`;
  const held = new Map(variables).set(name, { set: space.true, text: value, exported: space.false });
  const word = quote === "'" ? `'"\${${name}}"'` : `\${${name}}`;
  return { when, text: text + word, variables: held, marks, quote };
}

/** A text in which the names of such variables stand as they are (a quoted here-document), with what they hold. */
export function withoutVariables(texts: Texts, text: Text, variables: ClassScript['variables']): Text {
  if (variables.size === 0) return text;
  let changed = false;
  const pieces = text.pieces.flatMap((piece): readonly Piece[] => {
    if (piece.kind !== 'literal' || !piece.text.includes(WORD_PREFIX)) return [piece];
    changed = true;
    return piece.text.split(/(\$\{__word_\d+\})/).flatMap((part): readonly Piece[] => {
      const value = variables.get(part.slice(2, -1));
      return value === undefined ? [{ kind: 'literal', text: part }] : value.text.pieces;
    });
  });
  return changed ? texts.join(pieces) : text;
}

/** The quotes that are open behind a text. */
function quoteAfter(text: string, before: Builder['quote']): Builder['quote'] {
  let quote = before;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (quote === "'") {
      if (c === "'") quote = '';
    } else if (c === '\\') at += 1;
    else if (c === '"') quote = quote === '"' ? '' : '"';
    else if (c === "'" && quote === '') quote = "'";
    else if (c === '#' && quote === '' && (at === 0 || /[\s;|&(]/.test(text[at - 1] ?? ''))) {
      // Quotes in a comment are none.
      const end = text.indexOf('\n', at);
      if (end === -1) break;
      at = end;
    }
  }
  return quote;
}

function sourceOf(marks: readonly Mark[], start: number, end: number): Origin {
  const first = markAt(marks, start);
  const last = markAt(marks, Math.max(start, end - 1));
  if (first === undefined || last === undefined) return { line: 0, start: 0, end: 0 };
  const from = first.part.literal
    ? Math.min(first.part.end, first.part.start + first.skipped + start - first.at)
    : first.part.start;
  const to = last.part.literal
    ? Math.min(last.part.end, last.part.start + last.skipped + Math.max(start, end - 1) - last.at + 1)
    : last.part.end;
  const line = first.part.line ?? 0;
  return { line, start: from, end: (last.part.line ?? 0) === line ? Math.max(from, to) : first.part.end };
}

function markAt(marks: readonly Mark[], offset: number): Mark | undefined {
  let low = 0;
  let high = marks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((marks[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return marks[low];
}
