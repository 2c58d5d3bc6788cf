/*
 * Variational texts.
 *
 * A text is a rope of pieces: literal characters, the answer of a selector (the text of `$ENV` where ENV is "any other
 * value"), a symbol (an unknown that equals itself, such as `$(git rev-parse HEAD)`), and choices between texts. Joining
 * is concatenation of ropes and never multiplies: sixteen optional flags are sixteen small choices in a row, not 65,536
 * texts. Only when something must look inside (a comparison, a pattern, field splitting across a border) is a rope
 * *flattened* to one diagram whose leaves have no choices left; that is bounded, and beyond the bound the answer is
 * undefined, which callers turn into an opaque condition or symbol and a visible note.
 *
 * `pick` keeps what both sides share outside the choice: F="$F -x" under a condition is F's own rope followed by one
 * small choice. This is what makes a script with n independent conditions cost n.
 */
import {
  type Answer,
  type Choice,
  type Condition,
  type Leaf,
  maskOf,
  type Selector,
  type Space,
  type Variational,
} from './diagram.js';

/** An unknown text that equals itself; a volatile one (`$(date)`) equals nothing. */
export interface TextSymbol {
  readonly id: number;
  /** The expression as it stands in the source, e.g. `$(git rev-parse HEAD)`. */
  readonly expression: string;
  /** The selectors that may decide it. */
  readonly inputs: ReadonlySet<Selector>;
  readonly volatile: boolean;
  /** Where the unknown comes from when that matters: `clock`, `host`, `user`, `checkout`, `random`, …; else empty. */
  readonly source: string;
}

/** A pure function of an answer, such as `| tr A-Z a-z`; `name` must determine it. */
export interface Derivation {
  readonly name: string;
  of(answer: string): string;
}

export type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | AnswerPiece
  | { readonly kind: 'symbol'; readonly symbol: TextSymbol }
  | { readonly kind: 'choice'; readonly value: Choice<Text> };

/** The text of a selector's answer, or what a pure function makes of it. */
export interface AnswerPiece {
  readonly kind: 'answer';
  readonly selector: Selector;
  readonly derivation: Derivation | undefined;
}

export interface Text extends Leaf {
  readonly kind: 'text';
  readonly id: number;
  readonly pieces: readonly Piece[];
  /** True when no piece is a choice. */
  readonly flat: boolean;
  /** The selectors that the text depends on. */
  readonly holds: ReadonlySet<Selector>;
  given(selector: Selector, answer: Answer): Text;
}

/** At most this many different texts are told apart when a rope is flattened. */
export const FLATTEN_LIMIT = 2048;

/** More opaque facts than this are not made of one comparison. */
const FACTS = 32;

const NO_SELECTORS: ReadonlySet<Selector> = new Set();

/** A text of a table; there are many of them, so they share their methods. */
class Rope implements Text {
  readonly kind = 'text';
  readonly id: number;
  readonly pieces: readonly Piece[];
  readonly flat: boolean;
  readonly mask: bigint;
  readonly #texts: Texts;

  constructor(texts: Texts, id: number, pieces: readonly Piece[], flat: boolean, mask: bigint) {
    this.#texts = texts;
    this.id = id;
    this.pieces = pieces;
    this.flat = flat;
    this.mask = mask;
  }

  get holds(): ReadonlySet<Selector> {
    return this.#texts.space.selectorsOf(this.mask);
  }

  given(selector: Selector, answer: Answer): Text {
    return this.#texts.restrict(this, selector, answer);
  }
}

/** Owns the interned texts and symbols of one space. */
export class Texts {
  readonly space: Space;
  readonly #literals = new Map<string, Text>();
  readonly #texts = new Map<string, Text>();
  readonly #symbols = new Map<string, TextSymbol>();
  readonly #flat = new Map<number, Variational<Text> | null>();
  readonly #given = new Map<string, Text>();
  /** Where diagrams of texts are empty, by their ids. */
  readonly #emptyChoices = new Map<number, Condition>();
  readonly empty: Text;
  #nextSymbol = 0;
  #nextId = 0;

  constructor(space: Space) {
    this.space = space;
    this.empty = this.join([]);
  }

  // ------------------------------------------------------------------------------------------------ building

  /** A text that is the same in every environment. */
  literal(text: string): Text {
    if (text === '') return this.empty;
    const known = this.#literals.get(text);
    if (known !== undefined) return known;
    const made = this.#make([{ kind: 'literal', text }], true, 0n);
    this.#literals.set(text, made);
    return made;
  }

  /** The text of a selector's answer; empty where it is unset. */
  answer(selector: Selector): Text {
    return this.join([{ kind: 'answer', selector, derivation: undefined }]);
  }

  /** An unknown text; the same expression with the same inputs is the same unknown, unless it is volatile. */
  symbol(named: string, inputs: ReadonlySet<Selector> = NO_SELECTORS, source = '', volatile = false): Text {
    const expression = shorten(named);
    const key = `${expression}\0${[...inputs]
      .map((s) => s.order)
      .sort((a, b) => a - b)
      .join(',')}`;
    let symbol = volatile ? undefined : this.#symbols.get(key);
    if (symbol === undefined) {
      symbol = { id: this.#nextSymbol++, expression, inputs, volatile, source };
      this.#symbols.set(key, symbol);
    }
    return this.join([{ kind: 'symbol', symbol }]);
  }

  /** A text that differs between environments. */
  from(value: Variational<Text>): Text {
    return value.kind === 'one' ? value.value : this.join([{ kind: 'choice', value }]);
  }

  /** Texts one after the other. */
  concat(...texts: readonly Text[]): Text {
    let constant: string | undefined = '';
    for (const text of texts) {
      const piece = text.pieces[0];
      if (piece === undefined) continue;
      constant =
        text.pieces.length === 1 && piece.kind === 'literal' && constant !== undefined
          ? constant + piece.text
          : undefined;
      if (constant === undefined) break;
    }
    return constant === undefined ? this.join(texts.flatMap((text) => text.pieces)) : this.literal(constant);
  }

  /** Interns a rope: joins neighbouring literals and drops empty ones. */
  join(pieces: readonly Piece[]): Text {
    const kept: Piece[] = [];
    for (const piece of pieces) {
      const last = kept[kept.length - 1];
      if (piece.kind === 'literal') {
        if (piece.text === '') continue;
        if (last?.kind === 'literal') {
          kept[kept.length - 1] = { kind: 'literal', text: last.text + piece.text };
          continue;
        }
      }
      kept.push(piece);
    }
    const [only] = kept;
    if (only === undefined && this.#texts.size > 0) return this.empty;
    if (kept.length === 1 && only?.kind === 'literal') return this.literal(only.text);
    let key = '';
    for (const piece of kept) key += keyOf(piece);
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    let mask = 0n;
    let flat = true;
    for (const piece of kept) {
      if (piece.kind === 'answer') mask |= piece.selector.bit;
      else if (piece.kind === 'choice') {
        flat = false;
        mask |= piece.value.mask;
      }
    }
    const made = this.#make(kept, flat, mask);
    this.#texts.set(key, made);
    return made;
  }

  #make(pieces: readonly Piece[], flat: boolean, mask: bigint): Text {
    return new Rope(this, this.#nextId++, pieces, flat, mask);
  }

  /** The text where a selector has this answer. */
  restrict(text: Text, selector: Selector, answer: Answer): Text {
    if ((text.mask & selector.bit) === 0n) return text;
    const key = `${text.id}:${selector.order}:${answer === undefined ? '' : JSON.stringify(answer)}`;
    const known = this.#given.get(key);
    if (known !== undefined) return known;
    const pieces = text.pieces.flatMap((piece): readonly Piece[] => {
      if (piece.kind === 'answer' && piece.selector === selector)
        return [{ kind: 'literal', text: derive(piece, answer) }];
      if (piece.kind === 'choice') return this.from(this.space.given(piece.value, selector, answer)).pieces;
      return [piece];
    });
    const made = this.join(pieces);
    this.#given.set(key, made);
    return made;
  }

  /** `then` where the condition holds, `otherwise` elsewhere; what both sides share stays outside the choice. */
  pick(condition: Condition, then: Text, otherwise: Text): Text {
    if (condition === this.space.true || then === otherwise) return then;
    if (condition === this.space.false) return otherwise;
    const a = then.pieces;
    const b = otherwise.pieces;
    let head = 0;
    while (head < a.length && head < b.length && samePiece(a[head], b[head])) head += 1;
    let tail = 0;
    while (
      tail < a.length - head &&
      tail < b.length - head &&
      samePiece(a[a.length - 1 - tail], b[b.length - 1 - tail])
    ) {
      tail += 1;
    }
    const middle = this.space.pick(
      condition,
      this.space.one(this.join(a.slice(head, a.length - tail))),
      this.space.one(this.join(b.slice(head, b.length - tail))),
    );
    return this.join([...a.slice(0, head), ...this.from(middle).pieces, ...a.slice(a.length - tail)]);
  }

  /** A simpler text that agrees with this one wherever `care` holds. */
  assume(text: Text, care: Condition): Text {
    if (care.kind === 'one' || (text.mask & care.mask) === 0n) return text;
    let changed = false;
    const pieces = text.pieces.flatMap((piece): readonly Piece[] => {
      const value: Variational<Text> | undefined =
        piece.kind === 'choice'
          ? piece.value
          : piece.kind === 'answer'
            ? this.space.one(this.join([piece]))
            : undefined;
      if (value === undefined || (maskOf(value) & care.mask) === 0n) return [piece];
      const simpler = this.space.assume(value, care);
      if (simpler === value) return [piece];
      changed = true;
      return this.from(simpler).pieces;
    });
    return changed ? this.join(pieces) : text;
  }

  // ------------------------------------------------------------------------------------------------ looking inside

  /** The one diagram of a text, whose leaves have no choices left; undefined when there are too many different texts. */
  flatten(text: Text): Variational<Text> | undefined {
    if (text.flat) return this.space.one(text);
    const known = this.#flat.get(text.id);
    if (known !== undefined) return known ?? undefined;
    const made = this.space.isExhausted ? undefined : this.#flatten(text);
    this.#flat.set(text.id, made ?? null);
    return made;
  }

  #flatten(text: Text): Variational<Text> | undefined {
    if (this.#isTooVariational(text)) return undefined;
    let whole: Variational<Text> = this.space.one(this.empty);
    for (const piece of text.pieces) {
      const next = piece.kind === 'choice' ? this.#flattenLeaves(piece.value) : this.space.one(this.join([piece]));
      if (next === undefined) return undefined;
      if (countLeaves(whole) * countLeaves(next) > FLATTEN_LIMIT) return undefined;
      whole = this.space.apply(whole, next, (a, b) => this.concat(a, b));
    }
    return whole;
  }

  /** Pieces that depend on different selectors multiply for certain; seen before any of the product is built. */
  #isTooVariational(text: Text): boolean {
    let seen = 0n;
    let leaves = 1;
    for (const piece of text.pieces) {
      if (piece.kind !== 'choice' || (piece.value.mask & seen) !== 0n) continue;
      leaves *= countLeaves(piece.value);
      if (leaves > FLATTEN_LIMIT) return true;
      seen |= piece.value.mask;
    }
    return false;
  }

  #flattenLeaves(value: Choice<Text>): Variational<Text> | undefined {
    let failed = false;
    const flat = this.space.bind(value, (leaf): Variational<Text> => {
      const inner = this.flatten(leaf);
      if (inner === undefined) failed = true;
      return inner ?? this.space.one(this.empty);
    });
    return failed || countLeaves(flat) > FLATTEN_LIMIT ? undefined : flat;
  }

  /** Maps every flat leaf to a text; undefined when the text is too variational. */
  mapFlat(text: Text, f: (flat: Text) => Text): Text | undefined {
    const flat = this.flatten(text);
    if (flat === undefined) return undefined;
    return this.from(this.space.map(flat, f));
  }

  /** Maps every flat leaf to a condition; undefined when the text is too variational. */
  testFlat(text: Text, f: (flat: Text) => Condition): Condition | undefined {
    const flat = this.flatten(text);
    return flat === undefined ? undefined : this.space.bind(flat, f);
  }

  /** The characters of a text that is known and the same everywhere; undefined otherwise. */
  constant(text: Text): string | undefined {
    const [first, second] = text.pieces;
    if (first === undefined) return '';
    return second === undefined && first.kind === 'literal' ? first.text : undefined;
  }

  // ------------------------------------------------------------------------------------------------ conditions

  /** Where the text is empty: exact and linear in the pieces, but for symbols, whose emptiness is an opaque fact. */
  isEmpty(text: Text): Condition {
    let empty: Condition = this.space.true;
    for (const piece of text.pieces) {
      if (empty === this.space.false) break;
      empty = this.space.and(empty, this.#isEmptyPiece(piece));
    }
    return empty;
  }

  #isEmptyPiece(piece: Piece): Condition {
    switch (piece.kind) {
      case 'literal':
        return this.space.false;
      case 'answer':
        if (piece.derivation === undefined) return this.space.is(piece.selector, undefined, '');
        return this.#askAnswer(piece, 'is empty', (text) => text === '', ['']);
      case 'symbol':
        return this.unknownEqual(this.join([piece]), this.empty);
      case 'choice':
        return this.space.bind(piece.value, (leaf) => this.isEmpty(leaf), this.#emptyChoices);
    }
  }

  /** Where two texts are equal; undefined when a text is too variational. */
  equal(a: Text, b: Text): Condition | undefined {
    if (a === b && !a.pieces.some((piece) => piece.kind === 'symbol' && piece.symbol.volatile)) return this.space.true;
    if (b.pieces.length === 0) return this.isEmpty(a);
    if (a.pieces.length === 0) return this.isEmpty(b);
    const [left, right] = [this.flatten(a), this.flatten(b)];
    if (left === undefined || right === undefined) return left === undefined ? undefined : this.unknownEqual(a, b);
    // With an unknown text, each pair of texts would be a fact of its own.
    const pairs = countLeaves(left) * countLeaves(right);
    if (pairs > FACTS && (symbolsOf(a).length > 0 || symbolsOf(b).length > 0)) return this.unknown('=', a, b);
    return this.space.bind(left, (x) => this.space.bind(right, (y) => this.#equalFlat(x, y)));
  }

  #equalFlat(a: Text, b: Text): Condition {
    const [x, y] = stripCommon(a.pieces, b.pieces);
    if (x.length === 0 && y.length === 0) return this.space.true;
    if (x.length === 0) return this.isEmpty(this.join(y));
    if (y.length === 0) return this.isEmpty(this.join(x));
    const [left, right] = [x[0], y[0]];
    if (left !== undefined && right !== undefined && x.length === 1 && y.length === 1) {
      if (left.kind === 'literal' && right.kind === 'literal') return this.space.false;
      if (left.kind === 'answer' && right.kind === 'literal') return this.#isAnswer(left, right.text);
      if (left.kind === 'literal' && right.kind === 'answer') return this.#isAnswer(right, left.text);
    }
    if (left?.kind === 'answer' && right?.kind === 'answer' && x.length === 1 && y.length === 1) {
      return this.#equalAnswers(left, right) ?? this.unknown('=', this.join(x), this.join(y));
    }
    if (clash(x, y)) return this.space.false;
    return this.unknownEqual(this.join(x), this.join(y));
  }

  /** Two answers are compared exactly where the first is one that the project mentions. */
  #equalAnswers(a: AnswerPiece, b: AnswerPiece): Condition | undefined {
    if (a.derivation !== undefined || b.derivation !== undefined || a.selector === b.selector) return undefined;
    const rest = this.unknown('=', this.join([a]), this.join([b]));
    let equal = rest;
    for (const answer of new Set<Answer>([undefined, '', ...a.selector.mentioned])) {
      const other = (answer ?? '') === '' ? this.isEmpty(this.join([b])) : this.space.is(b.selector, answer);
      equal = this.space.pick(this.space.is(a.selector, answer), other, equal);
    }
    return equal;
  }

  #isAnswer(piece: AnswerPiece, text: string): Condition {
    if (piece.derivation === undefined) return this.space.is(piece.selector, text);
    return this.#askAnswer(piece, `= ${text}`, (derived) => derived === text, [text]);
  }

  #askAnswer(
    piece: AnswerPiece,
    name: string,
    decide: (text: string) => boolean,
    examples: readonly string[],
  ): Condition {
    const via = piece.derivation === undefined ? '' : `${piece.derivation.name} `;
    const of = (answer: Answer): boolean => decide(derive(piece, answer));
    for (const example of examples) if (of(example)) piece.selector.mentioned.add(example);
    return this.space.test(piece.selector, `${via}${name}`, of);
  }

  /**
   * What a pure function makes of a text, exactly: on constants now, on an answer once it is known. `name` is the
   * expression that users see and must determine the function. Undefined when the text is too variational.
   */
  transform(text: Text, name: string, of: (text: string) => string): Text | undefined {
    return this.mapFlat(text, (flat) => {
      const constant = this.constant(flat);
      if (constant !== undefined) return this.literal(of(constant));
      const [piece] = flat.pieces;
      const symbols = symbolsOf(flat);
      const selectors = new Set(flat.pieces.flatMap((p) => (p.kind === 'answer' ? [p.selector] : [])));
      if (piece !== undefined && symbols.length === 0 && selectors.size === 1) {
        const [selector] = selectors;
        if (selector !== undefined) {
          const derivation = {
            name: shorten(`${name}(${subjectOf(flat)})`),
            of: remembered((answer) => of(this.constant(flat.given(selector, answer)) ?? '')),
          };
          return this.join([{ kind: 'answer', selector, derivation }]);
        }
      }
      const volatile = symbols.some((symbol) => symbol.volatile);
      const source = symbols.find((symbol) => symbol.source !== '')?.source ?? '';
      return this.symbol(`${name}(${render(flat)})`, inputsOf(flat), source, volatile);
    });
  }

  /** Where a text passes a test on its characters; `name` must determine the test. Undefined when it is too variational. */
  matches(
    text: Text,
    name: string,
    decide: (text: string) => boolean,
    examples: readonly string[] = [],
  ): Condition | undefined {
    return this.testFlat(text, (flat) => {
      const constant = this.constant(flat);
      if (constant !== undefined) return decide(constant) ? this.space.true : this.space.false;
      const answers = flat.pieces.filter((piece) => piece.kind === 'answer');
      const [answer] = answers;
      const selector = answer?.selector;
      if (selector !== undefined && answers.length === 1 && flat.pieces.every((piece) => piece.kind !== 'symbol')) {
        const of = (value: Answer): boolean => decide(this.constant(flat.given(selector, value)) ?? '');
        const context = answer?.derivation === undefined && flat.pieces.length === 1 ? '' : ` in ${render(flat)}`;
        for (const example of examples) if (of(example)) selector.mentioned.add(example);
        return this.space.test(selector, shorten(`${name}${context}`), of);
      }
      return this.unknown(name, flat);
    });
  }

  /**
   * Where two texts are equal that cannot be compared. A text is one text at a time: what `$(uname)` is compared with are
   * answers of one opaque selector, so that a chain of such comparisons is one choice and no two of them hold at once.
   */
  unknownEqual(a: Text, b: Text): Condition {
    const [subject, text] = this.constant(a) === undefined ? [a, this.constant(b)] : [b, this.constant(a)];
    if (text === undefined) return this.unknown('=', a, b);
    return this.space.is(this.space.opaque(shorten(`${render(subject)}#${subject.id}`), inputsOf(subject)), text);
  }

  /** A fact about texts that cannot be known: opaque, and equal to itself. */
  unknown(name: string, ...texts: readonly Text[]): Condition {
    const inputs = new Set<Selector>();
    for (const text of texts) for (const selector of inputsOf(text)) inputs.add(selector);
    const parts = texts.map((text) => `${render(text)}#${text.id}`);
    return this.space.holds(this.space.opaque(shorten(`${name} ${parts.join(' ')}`), inputs));
  }

  /** Where two numbers, one for each text, are related as `decide` says; undefined when a text is too variational. */
  compare(a: Text, b: Text, name: string, decide: (a: string, b: string) => boolean): Condition | undefined {
    return this.testFlat(a, (x) => {
      const left = this.constant(x);
      if (left !== undefined)
        return this.matches(b, `${left} ${name}`, (right) => decide(left, right)) ?? this.unknown(name, a, b);
      return (
        this.testFlat(b, (y) => {
          const right = this.constant(y);
          if (right === undefined) return this.unknown(name, x, y);
          return this.matches(x, `${name} ${right}`, (value) => decide(value, right)) ?? this.unknown(name, x, y);
        }) ?? this.unknown(name, a, b)
      );
    });
  }
}

/** Every selector that a text depends on, by its choices, its answers or what its symbols come from. */
export function inputsOf(text: Text): ReadonlySet<Selector> {
  const symbols = symbolsOf(text);
  if (symbols.length === 0) return text.holds;
  const inputs = new Set(text.holds);
  for (const symbol of symbols) for (const selector of symbol.inputs) inputs.add(selector);
  return inputs;
}

const symbolsOfTexts = new WeakMap<Text, readonly TextSymbol[]>();
const symbolsOfChoices = new WeakMap<Choice<Text>, readonly TextSymbol[]>();
const NO_SYMBOLS: readonly TextSymbol[] = [];

/** Every symbol in a text, each once, also inside choices. Texts share their parts, so that each part is read once. */
export function symbolsOf(text: Text): readonly TextSymbol[] {
  const known = symbolsOfTexts.get(text);
  if (known !== undefined) return known;
  const found = new Set<TextSymbol>();
  for (const piece of text.pieces) {
    if (piece.kind === 'symbol') found.add(piece.symbol);
    else if (piece.kind === 'choice') for (const symbol of symbolsOfChoice(piece.value)) found.add(symbol);
  }
  const made = found.size === 0 ? NO_SYMBOLS : [...found];
  symbolsOfTexts.set(text, made);
  return made;
}

function symbolsOfChoice(choice: Choice<Text>): readonly TextSymbol[] {
  const known = symbolsOfChoices.get(choice);
  if (known !== undefined) return known;
  const found = new Set<TextSymbol>();
  for (const branch of [...choice.cases.values(), choice.otherwise])
    for (const symbol of branch.kind === 'one' ? symbolsOf(branch.value) : symbolsOfChoice(branch)) found.add(symbol);
  const made = found.size === 0 ? NO_SYMBOLS : [...found];
  symbolsOfChoices.set(choice, made);
  return made;
}

/** The text as users see it: unknowns are written `⟨expression⟩`; a choice that is left is written `⟨…⟩`. */
export function render(text: Text): string {
  let out = '';
  for (const piece of text.pieces) {
    if (piece.kind === 'literal') out += piece.text;
    else if (piece.kind === 'answer')
      out +=
        piece.derivation === undefined ? `⟨$${piece.selector.name.replace(/^\$/, '')}⟩` : `⟨${piece.derivation.name}⟩`;
    else out += piece.kind === 'symbol' ? `⟨${piece.symbol.expression}⟩` : '⟨…⟩';
  }
  return out;
}

/**
 * What a function is applied to, as names show it. What a NUL ends is an argument, which the function's name says already,
 * and input is a line, unless `\\c` says that its newline is missing: two different texts never have one name.
 */
function subjectOf(text: Text): string {
  const whole = render(text);
  const at = whole.lastIndexOf('\0') + 1;
  if (at === 0) return whole;
  return whole.endsWith('\n') ? whole.slice(at, -1) : `${whole.slice(at)}\\c`;
}

/** A name is at most this long: names hold names, and would double with every `X=$(echo $X$X | tr a b)`. */
const NAME_LIMIT = 600;

/** A long name by its beginning and a hash of all of it, so that different names stay different. */
function shorten(name: string): string {
  if (name.length <= NAME_LIMIT) return name;
  let [a, b] = [0x811c9dc5, 0x1000193];
  for (let i = 0; i < name.length; i += 1) {
    a = Math.imul(a ^ name.charCodeAt(i), 0x01000193);
    b = Math.imul(b + name.charCodeAt(i), 0x9e3779b1) ^ (b >>> 15);
  }
  return `${name.slice(0, NAME_LIMIT - 100)}…#${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

/** The number of different leaves of a diagram. */
export function countLeaves(value: Variational<unknown>): number {
  if (value.kind === 'one') return 1;
  const seen = new Set<number>();
  let leaves = 0;
  const walk = (v: Variational<unknown>): void => {
    if (seen.has(v.id)) return;
    seen.add(v.id);
    if (v.kind === 'one') leaves += 1;
    else {
      for (const branch of v.cases.values()) walk(branch);
      walk(v.otherwise);
    }
  };
  walk(value);
  return leaves;
}

/** What is written out of a text, with something in the place of each part that is not. */
export function knownPart(text: Text, unknown = ''): string {
  return text.pieces.map((piece) => (piece.kind === 'literal' ? piece.text : unknown)).join('');
}

/** A pure function that is asked for the same answers again and again, also by the functions made of it. */
export function remembered(of: (answer: string) => string): (answer: string) => string {
  const known = new Map<string, string>();
  return (answer) => {
    let text = known.get(answer);
    if (text === undefined) {
      text = of(answer);
      known.set(answer, text);
    }
    return text;
  };
}

function derive(piece: AnswerPiece, answer: Answer): string {
  return piece.derivation === undefined ? (answer ?? '') : piece.derivation.of(answer ?? '');
}

function keyOf(piece: Piece): string {
  switch (piece.kind) {
    case 'literal':
      return JSON.stringify(piece.text);
    case 'answer':
      return `a${piece.selector.order}${piece.derivation === undefined ? '' : JSON.stringify(piece.derivation.name)};`;
    case 'symbol':
      return `s${piece.symbol.id};`;
    case 'choice':
      return `c${piece.value.id};`;
  }
}

function samePiece(a: Piece | undefined, b: Piece | undefined): boolean {
  if (a === undefined || b === undefined || a.kind !== b.kind) return false;
  return keyOf(a) === keyOf(b);
}

/** Removes the pieces and characters that both sides begin and end with. */
function stripCommon(a: readonly Piece[], b: readonly Piece[]): [Piece[], Piece[]] {
  const x = [...a];
  const y = [...b];
  const strip = (at: 'shift' | 'pop'): void => {
    for (;;) {
      const [l, r] = at === 'shift' ? [x[0], y[0]] : [x[x.length - 1], y[y.length - 1]];
      if (l === undefined || r === undefined) return;
      if (samePiece(l, r) && !(l.kind === 'symbol' && l.symbol.volatile)) {
        x[at]();
        y[at]();
        continue;
      }
      if (l.kind !== 'literal' || r.kind !== 'literal') return;
      const length = at === 'shift' ? sharedPrefix(l.text, r.text) : sharedSuffix(l.text, r.text);
      if (length === 0) return;
      for (const [side, piece] of [
        [x, l],
        [y, r],
      ] as const) {
        side[at]();
        const rest = at === 'shift' ? piece.text.slice(length) : piece.text.slice(0, piece.text.length - length);
        if (rest !== '') side[at === 'shift' ? 'unshift' : 'push']({ kind: 'literal', text: rest });
      }
    }
  };
  strip('shift');
  strip('pop');
  return [x, y];
}

/** True when two piece lists begin or end with different characters, so that no unknown can make them equal. */
function clash(a: readonly Piece[], b: readonly Piece[]): boolean {
  const pairs = [
    [a[0], b[0]],
    [a[a.length - 1], b[b.length - 1]],
  ] as const;
  return pairs.some(([l, r]) => l?.kind === 'literal' && r?.kind === 'literal');
}

function sharedPrefix(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1;
  return n;
}

function sharedSuffix(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n += 1;
  return n;
}
