/*
 * The values of a configuration written in JavaScript, for every environment at once.
 *
 * A `Value` is a diagram whose leaves are single values. Strings are texts, so that the answer of a selector may stand in
 * them. Objects and lists have identity and may be changed: `config.plugins.push(x)` under a condition adds a guarded
 * item, `config.mode = x` under a condition picks between new and old. What a function of a package makes is a `made`
 * value: its name and its arguments are known and nothing else, which is enough to see that `new Terser({ sourceMap })`
 * differs. All other ignorance is an `unknown`, which equals itself and never counts as a difference.
 */
import type { Node } from '../../syntax/script/tree.js';
import type { Place } from '../../text/span.js';
import {
  type Condition,
  type Guarded,
  type Selector,
  type Space,
  supportOf,
  type Variational,
} from '../../value/diagram.js';
import { inputsOf, type Text, type Texts } from '../../value/text.js';
import type { Scope } from './scope.js';

/** A property that is not there, which is not the same as one that is undefined when objects are spread. */
export const ABSENT = Symbol('absent');

export type Js =
  | undefined
  | null
  | boolean
  | number
  | typeof ABSENT
  | Text
  | JsObject
  | JsList
  | JsFunction
  | JsMade
  | JsUnknown;

export type Value = Variational<Js>;

export interface Property {
  value: Value;
  place: Place;
}

export interface JsObject {
  readonly kind: 'object';
  readonly properties: Map<string, Property>;
  /** What other properties there may be: an unknown that was spread into it. */
  rest: JsUnknown | undefined;
}

export interface JsList {
  readonly kind: 'list';
  items: readonly Guarded<Item>[];
}

export interface Item {
  readonly value: Value;
  readonly place: Place;
}

export interface JsFunction {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Node[];
  readonly body: Node;
  readonly scope: Scope;
}

/** What a function that cannot be looked into makes of its arguments. */
export interface JsMade {
  readonly kind: 'made';
  readonly callee: string;
  /** True for `new X()`, which is an object; what a call gives may be anything, also nothing. */
  readonly constructed: boolean;
  readonly items: readonly Item[];
}

export interface JsUnknown {
  readonly kind: 'unknown';
  /** A dotted name for what comes from outside (`process.env`, `path.join`), else the text of the expression. */
  readonly name: string;
  readonly inputs: ReadonlySet<Selector>;
}

/** The kinds of leaves that are no primitive. */
export type JsReference = Exclude<Js, undefined | null | boolean | number | typeof ABSENT>;

/** The leaf as something with a kind; undefined for primitives. */
export function reference(leaf: Js): JsReference | undefined {
  return typeof leaf === 'object' && leaf !== null ? leaf : undefined;
}

/** The selectors that may decide a value, also from within its parts. */
export function inputsOfValue(value: Value, depth = 3): ReadonlySet<Selector> {
  const found = new Set<Selector>();
  // Diagrams and objects share their parts: each is looked at once.
  const seen = new Set<number | JsReference>();
  const visit = (v: Value, left: number): void => {
    if (seen.has(v.id)) return;
    seen.add(v.id);
    if (v.kind === 'one') {
      visitLeaf(v.value, left);
      return;
    }
    found.add(v.selector);
    for (const branch of v.cases.values()) visit(branch, left);
    visit(v.otherwise, left);
  };
  const visitLeaf = (leaf: Js, left: number): void => {
    const ref = reference(leaf);
    if (ref === undefined || left === 0 || seen.has(ref)) return;
    seen.add(ref);
    switch (ref.kind) {
      case 'text':
        for (const selector of inputsOf(ref)) found.add(selector);
        return;
      case 'unknown':
        for (const selector of ref.inputs) found.add(selector);
        return;
      case 'made':
        for (const item of ref.items) visit(item.value, left - 1);
        return;
      case 'list':
        for (const { when, item } of ref.items) {
          for (const selector of supportOf(when)) found.add(selector);
          visit(item.value, left - 1);
        }
        return;
      case 'object':
        for (const property of ref.properties.values()) visit(property.value, left - 1);
        return;
      case 'function':
        return;
    }
  };
  visit(value, depth);
  return new Set([...found].flatMap((selector) => rootsOf(selector)));
}

function rootsOf(selector: Selector): readonly Selector[] {
  if (selector.kind === 'input') return [selector];
  return selector.about === undefined ? [...selector.inputs] : rootsOf(selector.about.selector);
}

/** Makes and compares values of one space; the same unknown is the same leaf. */
export class Values {
  readonly texts: Texts;
  readonly space: Space;
  readonly #unknowns = new Map<string, JsUnknown>();
  readonly undefined: Value;
  readonly absent: Value;

  constructor(texts: Texts) {
    this.texts = texts;
    this.space = texts.space;
    this.undefined = this.one(undefined);
    this.absent = this.one(ABSENT);
  }

  /** A value that is the same everywhere. */
  one(leaf: Js): Value {
    return this.space.one<Js>(leaf);
  }

  /** A string that is the same everywhere. */
  string(text: string): Value {
    return this.one(this.texts.literal(text));
  }

  /** A text as a value; what it chooses between becomes the value's choice. */
  text(text: Text): Value {
    const flat = this.texts.flatten(text);
    return flat === undefined ? this.one(text) : this.space.map<Text, Js>(flat, (leaf) => leaf);
  }

  /** An unknown that equals itself; its name and inputs determine it. */
  unknown(name: string, inputs: ReadonlySet<Selector> = new Set()): Value {
    return this.one(this.unknownLeaf(name, inputs));
  }

  /** The leaf of `unknown`. */
  unknownLeaf(name: string, inputs: ReadonlySet<Selector>): JsUnknown {
    const key = `${name}\0${[...inputs]
      .map(({ order }) => order)
      .sort((a, b) => a - b)
      .join()}`;
    const known = this.#unknowns.get(key);
    if (known !== undefined) return known;
    const made: JsUnknown = { kind: 'unknown', name, inputs };
    this.#unknowns.set(key, made);
    return made;
  }

  /** A condition as a boolean value. */
  boolean(condition: Condition): Value {
    return this.space.map<boolean, Js>(condition, (holds) => holds);
  }

  /** Where a value counts as true. */
  truthy(value: Value): Condition {
    return this.space.bind(value, (leaf): Condition => {
      const ref = reference(leaf);
      if (ref === undefined) return leaf !== ABSENT && leaf ? this.space.true : this.space.false;
      if (ref.kind === 'text') return this.space.not(this.texts.isEmpty(ref));
      return this.#may(ref, 'is true') ?? this.space.true;
    });
  }

  /** Where a value is undefined or null, or a property is not there. */
  nullish(value: Value): Condition {
    return this.space.bind(value, (leaf): Condition => {
      if (leaf === undefined || leaf === null || leaf === ABSENT) return this.space.true;
      const ref = reference(leaf);
      return this.#may(ref, 'is nullish') ?? this.space.false;
    });
  }

  /** Where a value is undefined; a property that is not there is. */
  isUndefined(value: Value): Condition {
    return this.space.bind(value, (leaf): Condition => {
      if (leaf === undefined || leaf === ABSENT) return this.space.true;
      const ref = reference(leaf);
      return this.#may(ref, 'is undefined') ?? this.space.false;
    });
  }

  /** A fact about what may be anything; undefined for what is known to be an object or a text. */
  #may(ref: JsReference | undefined, what: string): Condition | undefined {
    if (ref?.kind !== 'unknown' && !(ref?.kind === 'made' && !ref.constructed)) return undefined;
    const inputs = ref.kind === 'unknown' ? ref.inputs : inputsOfValue(this.one(ref));
    return this.fact(`${this.nameOf(ref)} ${what}`, inputs);
  }

  /** Something that cannot be known and equals itself. */
  fact(name: string, inputs: ReadonlySet<Selector>): Condition {
    return this.space.holds(this.space.opaque(name.slice(0, 300), inputs));
  }

  /** Where two values are equal: by `===`, or loosely by `==`. */
  equal(a: Value, b: Value, loose: boolean): Condition {
    return this.space.bind(a, (x) => this.space.bind(b, (y) => this.#equalLeaves(x, y, loose)));
  }

  #equalLeaves(a: Js, b: Js, loose: boolean): Condition {
    const { space } = this;
    const is = (holds: boolean): Condition => (holds ? space.true : space.false);
    const [x, y] = [a === ABSENT ? undefined : a, b === ABSENT ? undefined : b];
    if (x === y) return space.true;
    const [l, r] = [reference(x), reference(y)];
    const isOpen = (ref: JsReference | undefined): boolean =>
      ref?.kind === 'unknown' || (ref?.kind === 'made' && !ref.constructed);
    if (isOpen(l) || isOpen(r)) {
      const inputs = new Set([...inputsOfValue(this.one(x)), ...inputsOfValue(this.one(y))]);
      return this.fact(`${this.nameOf(x)} equals ${this.nameOf(y)}`, inputs);
    }
    if (l?.kind === 'text' && r?.kind === 'text') return this.texts.equal(l, r) ?? this.texts.unknown('=', l, r);
    if (!loose) return is(false);
    if (x === undefined || x === null || y === undefined || y === null)
      return is((x ?? null) === null && (y ?? null) === null);
    const number = (leaf: Js): number | undefined =>
      typeof leaf === 'number' || typeof leaf === 'boolean' ? Number(leaf) : undefined;
    if (l === undefined && r === undefined) return is(number(x) === number(y));
    const text = l?.kind === 'text' ? l : r?.kind === 'text' ? r : undefined;
    const other = number(l?.kind === 'text' ? y : x);
    if (text === undefined || other === undefined) return is(false);
    return (
      this.texts.matches(text, `== ${other}`, (found) => Number(found) === other) ?? this.texts.unknown('==', text)
    );
  }

  /** A short name of a leaf, for the names of facts. */
  nameOf(leaf: Js): string {
    const ref = reference(leaf);
    if (ref === undefined) return String(leaf);
    if (ref.kind === 'text') return this.texts.constant(ref) ?? `text ${ref.id}`;
    return ref.kind === 'unknown' ? ref.name : `${ref.kind} ${this.space.objectId(ref)}`;
  }
}
