/*
 * Variational values: one value for every environment at once.
 *
 * A *selector* is an input that the repository does not fix; an *answer* is what it is in one environment: a string, or
 * undefined for *unset* (which is never the same as the empty string). A *variational value* is a decision diagram over
 * selectors: `One` is the same value everywhere, `Choice` asks one selector, has a case for each answer that the project
 * mentions and an `otherwise` for all others. Diagrams are reduced, ordered by the selectors' creation and interned, so
 * two of them are the same object exactly when they agree in every environment; this is the law that test/laws checks
 * first, and all else (equality in O(1), "does it depend on ENV?") rests on it.
 *
 * Two kinds of selector need care to keep that law:
 *
 * - A *question* asks for a fact about another selector's answer that no finite list of answers decides: does `$ENV`
 *   match `test*`? On the mentioned answers it is decided on the spot, so below the case ENV=testing no question about
 *   ENV is ever left. `given` does this, and a case is dropped when it equals what `otherwise` would give *after*
 *   deciding the questions, not only when it is the same object.
 * - A leaf may hold the answer itself (the text of `$ENV` where ENV is "any other value"). Leaves that do so say how
 *   they look when the answer is known (`Leaf.given`), and are subject to the same rule.
 *
 * *Opaque* selectors stand for what evaluation cannot know (the exit status of `grep -q`, the shell of a private base
 * image). They equal themselves, so a value that depends on nothing else never counts as divergent.
 */

/** One value of a selector: a string, or undefined for unset. */
export type Answer = string | undefined;

/** The answer of questions and opaque selectors that hold; all other answers mean "no". */
export const YES = 'yes';

/** More questions than this about one selector would run into its neighbour's ranks; nobody writes that many patterns. */
const QUESTIONS = 2 ** 20;

export interface Selector {
  /** Creation order. */
  readonly order: number;
  /**
   * Place in diagrams: a smaller rank is nearer to the top. Younger selectors stand above older ones, because programs
   * ask in order: what was decided so far is then a finished diagram under each new question, and a chain of n
   * conditions costs n. A question stands right below the selector that it is about.
   */
  readonly rank: number;
  /** The selector's bit in the masks of diagrams. */
  readonly bit: bigint;
  /** A bit that it may share with others: whoever lacks it does not ask this selector, which is told faster. */
  readonly sign: number;
  readonly name: string;
  /** input: fixed by whoever builds. question: a fact about another selector. opaque: an unknown that equals itself. */
  readonly kind: 'input' | 'question' | 'opaque';
  /** For a question: the selector that it is about, and how a known answer decides it. */
  readonly about: { readonly selector: Selector; readonly decide: (answer: Answer) => boolean } | undefined;
  /** For an opaque selector: the inputs that may decide it. */
  readonly inputs: ReadonlySet<Selector>;
  /** The answers that the project mentions, in order of mention. */
  readonly mentioned: Set<Answer>;
}

export type Variational<T> = One<T> | Choice<T>;

export interface One<T> {
  readonly kind: 'one';
  readonly id: number;
  readonly value: T;
}

export interface Choice<T> {
  readonly kind: 'choice';
  readonly id: number;
  readonly selector: Selector;
  readonly cases: ReadonlyMap<Answer, Variational<T>>;
  readonly otherwise: Variational<T>;
  /** The bits of the selectors of `support`. */
  readonly mask: bigint;
  /** Their signs. */
  readonly signs: number;
  /** Every selector that occurs in the diagram, the ones that its questions are about, and those that its leaves hold. */
  readonly support: ReadonlySet<Selector>;
}

/** The environments in which something holds. */
export type Condition = Variational<boolean>;

/** An item that is there under a condition. */
export interface Guarded<T> {
  readonly when: Condition;
  readonly item: T;
}

/** A leaf that holds answers of selectors: it says which, and what it becomes when one is known. */
export interface Leaf {
  /** The bits of the selectors that it holds answers of. */
  readonly mask: bigint;
  readonly holds: ReadonlySet<Selector>;
  given(selector: Selector, answer: Answer): unknown;
}

const NONE: ReadonlySet<Selector> = new Set();

/** A space of one file has at most about this many nodes; files of people have some thousands. */
const NODE_LIMIT = 1_000_000;

/** The bits of a small integer. */
const SIGNS = 30;

/** A node of a diagram; there are many of them, so they share their methods. */
class Node<T> implements Choice<T> {
  readonly kind = 'choice';
  readonly id: number;
  readonly selector: Selector;
  readonly cases: ReadonlyMap<Answer, Variational<T>>;
  readonly otherwise: Variational<T>;
  readonly mask: bigint;
  readonly signs: number;
  readonly #space: Space;

  constructor(
    space: Space,
    id: number,
    selector: Selector,
    cases: ReadonlyMap<Answer, Variational<T>>,
    otherwise: Variational<T>,
  ) {
    let mask = selector.bit | maskOf(otherwise);
    let signs = selector.sign | signsOf(otherwise);
    if (selector.about !== undefined) {
      mask |= selector.about.selector.bit;
      signs |= selector.about.selector.sign;
    }
    for (const value of cases.values()) {
      mask |= maskOf(value);
      signs |= signsOf(value);
    }
    this.#space = space;
    this.id = id;
    this.selector = selector;
    this.cases = cases;
    this.otherwise = otherwise;
    this.mask = mask;
    this.signs = signs;
  }

  get support(): ReadonlySet<Selector> {
    return this.#space.selectorsOf(this.mask);
  }
}

function isLeaf(value: unknown): value is Leaf {
  return typeof value === 'object' && value !== null && 'mask' in value && 'given' in value;
}

/** Owns the interning tables; diagrams of different spaces must not be mixed. */
export class Space {
  readonly #selectors = new Map<string, Selector>();
  readonly #byOrder: Selector[] = [];
  readonly #supports = new Map<bigint, ReadonlySet<Selector>>();
  readonly #leaves = new Map<unknown, One<unknown>>();
  readonly #choices = new Map<string, Choice<unknown>>();
  readonly #answers = new Map<Answer, number>();
  /** By the value, then by selector and answer. */
  readonly #given = new Map<Variational<unknown>, Map<number, Variational<unknown>>>();
  readonly #conditions = new Map<string, Condition>();
  readonly #negated = new Map<number, Condition>();
  readonly #assumed = new Map<string, Variational<unknown>>();
  readonly #leavesOf = new WeakMap<Variational<unknown>, readonly Guarded<unknown>[]>();
  /** Selectors with questions about them, by the asked selector. */
  readonly #asked = new Map<Selector, Selector[]>();
  readonly #objects = new WeakMap<object, number>();
  #nextId = 0;
  #work = 0;
  /** Above so much work, building a diagram throws a RangeError; see `limited` and `attempt`. */
  #workLimit = 6_000_000;
  #nextObject = 0;

  readonly true: Condition = this.one(true);
  readonly false: Condition = this.one(false);

  // ------------------------------------------------------------------------------------------------ selectors

  /** The input selector of that name; created when first asked for. */
  input(name: string): Selector {
    return this.#selector('input', name, undefined, NONE);
  }

  /** An unknown fact that equals itself: the same text with the same inputs is the same fact. */
  opaque(name: string, inputs: ReadonlySet<Selector> = NONE): Selector {
    return this.#selector('opaque', name, undefined, inputs);
  }

  /** A fact about a selector's answer; `name` must determine `decide`. */
  question(selector: Selector, name: string, decide: (answer: Answer) => boolean): Selector {
    const question = this.#selector('question', `${selector.name} ${name}`, { selector, decide }, NONE);
    const known = this.#asked.get(selector);
    if (known === undefined) this.#asked.set(selector, [question]);
    else if (!known.includes(question)) known.push(question);
    return question;
  }

  #selector(kind: Selector['kind'], name: string, about: Selector['about'], inputs: ReadonlySet<Selector>): Selector {
    const key = `${kind}\0${name}`;
    const known = this.#selectors.get(key);
    if (known !== undefined) return known;
    const order = this.#selectors.size;
    const root = about?.selector;
    const rank = root === undefined ? -order * QUESTIONS : root.rank + 1 + (this.#asked.get(root)?.length ?? 0);
    const [bit, sign] = [1n << BigInt(order), 1 << (order % SIGNS)];
    const made: Selector = { order, rank, bit, sign, name, kind, about, inputs, mentioned: new Set() };
    this.#selectors.set(key, made);
    this.#byOrder.push(made);
    return made;
  }

  // ------------------------------------------------------------------------------------------------ building

  /** The value that is the same in every environment. Strings, numbers and booleans are equal by value, objects by identity. */
  one<T>(value: T): One<T> {
    const known = this.#leaves.get(value);
    if (known !== undefined) return known as One<T>;
    const made: One<T> = { kind: 'one', id: this.#nextId++, value };
    this.#leaves.set(value, made);
    return made;
  }

  /** Asks one selector. Every selector in the cases must stand below it. */
  choice<T>(
    selector: Selector,
    cases: Iterable<readonly [Answer, Variational<T>]>,
    otherwise: Variational<T>,
  ): Variational<T> {
    this.#work += 1;
    if (this.#work > this.#workLimit)
      throw new RangeError('its conditions depend on each other in too many ways to be evaluated');
    const kept: [Answer, Variational<T>][] = [];
    let asked = 0;
    for (const [answer, value] of cases) {
      asked += 1;
      selector.mentioned.add(answer);
      if (this.given(otherwise, selector, answer) !== value) kept.push([answer, value]);
    }
    // What a node costs grows with its cases.
    this.#work += asked >> 3;
    if (kept.length === 0) return otherwise;
    if (kept.length > 1) kept.sort(([a], [b]) => (a === undefined ? -1 : b === undefined ? 1 : a < b ? -1 : 1));
    let key = `${selector.order}:${otherwise.id}`;
    for (const [answer, value] of kept) key += `,${this.#answerId(answer)}:${value.id}`;
    const known = this.#choices.get(key);
    if (known !== undefined) return known as Choice<T>;
    const made = new Node(this, this.#nextId++, selector, new Map(kept), otherwise);
    this.#choices.set(key, made as Choice<unknown>);
    return made;
  }

  /** A number that names an answer in keys of tables. */
  #answerId(answer: Answer): number {
    const known = this.#answers.get(answer);
    if (known !== undefined) return known;
    const made = this.#answers.size;
    this.#answers.set(answer, made);
    return made;
  }

  /** The selectors of a mask. */
  selectorsOf(mask: bigint): ReadonlySet<Selector> {
    const known = this.#supports.get(mask);
    if (known !== undefined) return known;
    const made = new Set(this.#byOrder.filter((selector) => (mask & selector.bit) !== 0n));
    this.#supports.set(mask, made);
    return made;
  }

  /** Holds where the selector has one of these answers. */
  is(selector: Selector, ...answers: readonly Answer[]): Condition {
    return this.choice(
      selector,
      answers.map((answer) => [answer, this.true] as const),
      this.false,
    );
  }

  /** Holds where a question or an opaque fact does. */
  holds(selector: Selector): Condition {
    return this.is(selector, YES);
  }

  /** A condition on one selector's answer: exact on every answer mentioned so far, a question on all others. */
  test(selector: Selector, name: string, decide: (answer: Answer) => boolean): Condition {
    return this.holds(this.question(selector, name, decide));
  }

  // ------------------------------------------------------------------------------------------------ reading

  /** The value in the environments where a selector has this answer. */
  given<T>(value: Variational<T>, selector: Selector, answer: Answer): Variational<T> {
    if (value.kind === 'one') {
      const leaf = value.value;
      if (!isLeaf(leaf) || leaf.mask === 0n || (leaf.mask & selector.bit) === 0n) return value;
      return this.one(leaf.given(selector, answer) as T);
    }
    if ((value.signs & selector.sign) === 0 || (value.mask & selector.bit) === 0n) return value;
    // The usual question is the one that the value itself asks.
    const hit = value.selector === selector ? value.cases.get(answer) : undefined;
    if (hit !== undefined) return hit;
    let table = this.#given.get(value);
    if (table === undefined) {
      table = new Map();
      this.#given.set(value, table);
    }
    const key = this.#answerId(answer) * QUESTIONS + selector.order;
    const known = table.get(key);
    if (known !== undefined) return known as Variational<T>;
    const made = this.#restrict(value, selector, answer);
    table.set(key, made);
    return made;
  }

  #restrict<T>(value: Choice<T>, selector: Selector, answer: Answer): Variational<T> {
    const asked = value.selector;
    if (asked === selector) return this.given(value.otherwise, selector, answer);
    const about = asked.about;
    if (about !== undefined && about.selector === selector) {
      const branch = about.decide(answer) ? value.cases.get(YES) : undefined;
      return this.given(branch ?? value.otherwise, selector, answer);
    }
    const otherwise = this.given(value.otherwise, selector, answer);
    let same = otherwise === value.otherwise;
    const cases: [Answer, Variational<T>][] = [];
    for (const [key, branch] of value.cases) {
      const restricted = this.given(branch, selector, answer);
      same &&= restricted === branch;
      cases.push([key, restricted]);
    }
    return same ? value : this.choice(asked, cases, otherwise);
  }

  // ------------------------------------------------------------------------------------------------ combining

  /** Applies a function in every environment. */
  map<A, T>(a: Variational<A>, f: (a: A) => T): Variational<T> {
    return this.bind(a, (value) => this.one(f(value)));
  }

  /** Applies a function whose result is itself variational. */
  bind<A, T>(a: Variational<A>, f: (a: A) => Variational<T>, memo = new Map<number, Variational<T>>()): Variational<T> {
    const known = memo.get(a.id);
    if (known !== undefined) return known;
    let made: Variational<T>;
    if (a.kind === 'one') made = f(a.value);
    else {
      const otherwise = this.bind(a.otherwise, f, memo);
      const cases = [...a.cases].map(([answer, branch]) => [answer, this.bind(branch, f, memo)] as const);
      made = this.#ask(a.selector, cases, otherwise);
    }
    memo.set(a.id, made);
    return made;
  }

  /** Like `choice`, for branches that may ask selectors that stand above this one. */
  #ask<T>(
    selector: Selector,
    cases: readonly (readonly [Answer, Variational<T>])[],
    otherwise: Variational<T>,
  ): Variational<T> {
    let result = otherwise;
    let ordered = isBelow(otherwise, selector);
    for (const [, branch] of cases) ordered &&= isBelow(branch, selector);
    if (ordered) return this.choice(selector, cases, otherwise);
    for (const [answer, branch] of cases) result = this.pick(this.is(selector, answer), branch, result);
    return result;
  }

  /** Applies a function of two values in every environment. */
  apply<A, B, T>(a: Variational<A>, b: Variational<B>, f: (a: A, b: B) => T): Variational<T> {
    const memo = new Map<string, Variational<T>>();
    const walk = (x: Variational<A>, y: Variational<B>): Variational<T> => {
      if (x.kind === 'one' && y.kind === 'one') return this.one(f(x.value, y.value));
      const key = `${x.id}:${y.id}`;
      const known = memo.get(key);
      if (known !== undefined) return known;
      const made = this.#split(x, y, walk);
      memo.set(key, made);
      return made;
    };
    return walk(a, b);
  }

  #split<A, B, T>(
    x: Variational<A>,
    y: Variational<B>,
    walk: (x: Variational<A>, y: Variational<B>) => Variational<T>,
  ): Variational<T> {
    const top = topOf(x, y);
    const answers = new Set<Answer>();
    if (x.kind === 'choice' && x.selector === top) for (const answer of x.cases.keys()) answers.add(answer);
    if (y.kind === 'choice' && y.selector === top) for (const answer of y.cases.keys()) answers.add(answer);
    const cases: [Answer, Variational<T>][] = [];
    for (const answer of answers) cases.push([answer, walk(this.given(x, top, answer), this.given(y, top, answer))]);
    const restX = x.kind === 'choice' && x.selector === top ? x.otherwise : x;
    const restY = y.kind === 'choice' && y.selector === top ? y.otherwise : y;
    return this.choice(top, cases, walk(restX, restY));
  }

  /** `then` where the condition holds, `otherwise` elsewhere. */
  pick<T>(condition: Condition, then: Variational<T>, otherwise: Variational<T>): Variational<T> {
    if (condition === this.true || then === otherwise) return then;
    if (condition === this.false) return otherwise;
    const memo = new Map<string, Variational<T>>();
    const walk = (c: Condition, a: Variational<T>, b: Variational<T>): Variational<T> => {
      if (c.kind === 'one') return c.value ? a : b;
      if (a === b) return a;
      const key = `${c.id}:${a.id}:${b.id}`;
      const known = memo.get(key);
      if (known !== undefined) return known;
      const top = topOf(c, a, b);
      const answers = new Set<Answer>();
      for (const d of [c, a, b])
        if (d.kind === 'choice' && d.selector === top) for (const k of d.cases.keys()) answers.add(k);
      const cases: [Answer, Variational<T>][] = [];
      for (const k of answers)
        cases.push([k, walk(this.given(c, top, k), this.given(a, top, k), this.given(b, top, k))]);
      const rest = <U>(d: Variational<U>): Variational<U> =>
        d.kind === 'choice' && d.selector === top ? d.otherwise : d;
      const made = this.choice(top, cases, walk(rest(c), rest(a), rest(b)));
      memo.set(key, made);
      return made;
    };
    return walk(condition, then, otherwise);
  }

  /** Holds where both do. */
  and(a: Condition, b: Condition): Condition {
    if (a === this.false || b === this.false) return this.false;
    if (a === this.true || a === b) return b;
    if (b === this.true) return a;
    return this.#logic('&', a, b, () => this.pick(a, b, this.false));
  }

  /** Holds where at least one does. */
  or(a: Condition, b: Condition): Condition {
    if (a === this.true || b === this.true) return this.true;
    if (a === this.false || a === b) return b;
    if (b === this.false) return a;
    return this.#logic('|', a, b, () => this.pick(a, this.true, b));
  }

  /** Holds where the condition does not. */
  not(a: Condition): Condition {
    // Conditions grow at their top; what is below has been turned around before.
    return this.bind(a, (value) => (value ? this.false : this.true), this.#negated);
  }

  /** True when the first never holds without the second. */
  implies(a: Condition, b: Condition): boolean {
    return this.and(a, this.not(b)) === this.false;
  }

  #logic(operator: string, a: Condition, b: Condition, make: () => Condition): Condition {
    const key = a.id < b.id ? `${operator}${a.id}:${b.id}` : `${operator}${b.id}:${a.id}`;
    const known = this.#conditions.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#conditions.set(key, made);
    return made;
  }

  /**
   * A simpler value that agrees with this one wherever `care` holds, and is anything elsewhere (Coudert and Madre's
   * "restrict"): inside the branch for ENV=prod, `$ENV` is just `prod`.
   */
  assume<T>(value: Variational<T>, care: Condition): Variational<T> {
    if (care.kind === 'one') return value;
    const name = `${value.id}:${care.id}`;
    const before = this.#assumed.get(name);
    if (before !== undefined) return before as Variational<T>;
    const memo = new Map<string, Variational<T>>();
    const walk = (v: Variational<T>, c: Condition): Variational<T> => {
      if (c.kind === 'one') return v;
      if (v.kind === 'one' && !isLeaf(v.value)) return v;
      const key = `${v.id}:${c.id}`;
      const known = memo.get(key);
      if (known !== undefined) return known;
      const made = assumeAt(v, c);
      memo.set(key, made);
      return made;
    };
    const assumeAt = (v: Variational<T>, c: Choice<boolean>): Variational<T> => {
      const top = topOf(c, v);
      // A selector that only the condition asks does not split the value: the branches' conditions are united instead.
      const answers = new Set<Answer>(c.selector === top ? c.cases.keys() : []);
      if (v.kind === 'choice' && v.selector === top) for (const answer of v.cases.keys()) answers.add(answer);
      const live: [Answer, Variational<T>][] = [];
      for (const answer of answers) {
        const inside = this.given(c, top, answer);
        if (inside === this.false) continue;
        live.push([answer, walk(this.given(v, top, answer), inside)]);
      }
      const restCare = c.selector === top ? c.otherwise : c;
      const rest = v.kind === 'choice' && v.selector === top ? v.otherwise : v;
      if (restCare === this.false) {
        const [first, ...others] = live;
        if (first === undefined) return v;
        if (others.every(([, branch]) => branch === first[1])) return first[1];
        return this.choice(top, live.slice(0, -1), live[live.length - 1]?.[1] ?? rest);
      }
      return this.choice(top, live, walk(rest, restCare));
    };
    const simpler = walk(value, care);
    this.#assumed.set(name, simpler);
    return simpler;
  }

  /** Every value that occurs, with the condition under which it does; conditions exclude each other and cover all. */
  leaves<T>(value: Variational<T>): readonly Guarded<T>[] {
    if (value.kind === 'one') return [{ when: this.true, item: value.value }];
    const known = this.#leavesOf.get(value);
    if (known !== undefined) return known as readonly Guarded<T>[];
    const found = new Map<T, Variational<boolean>>();
    const values: T[] = [];
    const seen = new Set<number>();
    const collect = (v: Variational<T>): void => {
      if (seen.has(v.id)) return;
      seen.add(v.id);
      if (v.kind === 'one') values.push(v.value);
      else {
        for (const branch of v.cases.values()) collect(branch);
        collect(v.otherwise);
      }
    };
    collect(value);
    for (const item of values)
      found.set(
        item,
        this.map(value, (other) => other === item),
      );
    const made = [...found].map(([item, when]) => ({ when, item }));
    this.#leavesOf.set(value, made);
    return made;
  }

  /** Holds where the predicate does. */
  where<T>(value: Variational<T>, predicate: (value: T) => boolean): Condition {
    return this.map(value, predicate);
  }

  /** A number that names an object in keys of tables. */
  objectId(object: object): number {
    const known = this.#objects.get(object);
    if (known !== undefined) return known;
    const made = this.#nextObject++;
    this.#objects.set(object, made);
    return made;
  }

  /** True when so many nodes exist that nothing more is told apart; what is asked from then on is unknown. */
  get isExhausted(): boolean {
    return this.#nextId > NODE_LIMIT;
  }

  /** Runs something that may ask for at most so many more nodes; beyond that it throws a RangeError. */
  limited<T>(nodes: number, run: () => T): T {
    const outer = this.#workLimit;
    this.#workLimit = Math.min(outer, this.#work + nodes);
    try {
      return run();
    } finally {
      this.#workLimit = outer;
    }
  }

  /** As `limited`; undefined when it was too much, also for the stack. */
  attempt<T>(nodes: number, run: () => T): { readonly value: T } | undefined {
    try {
      return { value: this.limited(nodes, run) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return undefined;
    }
  }

  /** How many diagram nodes exist. */
  get size(): number {
    return this.#nextId;
  }

  /** How many nodes were asked for, also those that existed before: a measure of the time spent, for limits. */
  get work(): number {
    return this.#work;
  }
}

/** Every selector that a variational value depends on, also by an answer held in a leaf. */
export function supportOf(value: Variational<unknown>): ReadonlySet<Selector> {
  if (value.kind === 'choice') return value.support;
  return isLeaf(value.value) ? value.value.holds : NONE;
}

/** The bits of every selector that a variational value depends on. */
export function maskOf(value: Variational<unknown>): bigint {
  if (value.kind === 'choice') return value.mask;
  return isLeaf(value.value) ? value.value.mask : 0n;
}

function signsOf(value: Variational<unknown>): number {
  if (value.kind === 'choice') return value.signs;
  // Of the selectors that a leaf holds, only the bits are known.
  return maskOf(value) === 0n ? 0 : -1;
}

/** Whether a value asks nothing that stands above or at the selector. */
export function isBelow(value: Variational<unknown>, selector: Selector): boolean {
  return value.kind === 'one' || value.selector.rank > selector.rank;
}

function topOf(...values: readonly Variational<unknown>[]): Selector {
  let top: Selector | undefined;
  for (const value of values) {
    if (value.kind === 'choice' && (top === undefined || value.selector.rank < top.rank)) top = value.selector;
  }
  if (top === undefined) throw new Error('a diagram without a choice has no top selector');
  return top;
}
