/*
 * The values of GitHub's expressions, for every environment at once.
 *
 * Texts and booleans hold what differs inside themselves (a rope, a condition); values of two kinds are a `choice`
 * between them. So `c && 'production' || 'testing'` is one text with one choice in it, and no table of values is needed.
 *
 * An *open* value is one whose insides are not known (`github.event`): each of its properties is a symbol, and so is it.
 */
import type { Condition, Selector } from '../../value/diagram.js';
import { inputsOf, render, type Text, type Texts } from '../../value/text.js';
import { refBegins, refSelector } from './ref.js';

/** A value of an expression, in every environment. */
export type Value =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly when: Condition }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  /** Keys are in lower case: property access ignores case. */
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, { readonly name: string; readonly value: Value }> }
  | { readonly kind: 'open'; readonly text: Text; readonly get: (name: string) => Value }
  | { readonly kind: 'choice'; readonly when: Condition; readonly then: Value; readonly otherwise: Value };

/** What values are computed with. */
export interface Terms {
  readonly texts: Texts;
  /** Strings that the files mention, by their lower-case form: `==` ignores case. */
  readonly spellings: Map<string, Set<string>>;
}

/** What a property is that is not there. */
export const NULL: Value = { kind: 'null' };

/** A map of values by name. */
export function mapOf(entries: Iterable<readonly [string, Value]>): Value {
  const made = new Map<string, { readonly name: string; readonly value: Value }>();
  for (const [name, value] of entries) made.set(name.toLowerCase(), { name, value });
  return { kind: 'map', entries: made };
}

/** A text as a value. */
export function textValue(text: Text): Value {
  return { kind: 'text', text };
}

/** What `${{ expression }}` is when nothing says what: a symbol, and so are its properties. */
export function openValue(texts: Texts, expression: string, inputs: ReadonlySet<Selector> = new Set()): Value {
  return {
    kind: 'open',
    text: texts.symbol(`\${{ ${expression} }}`, inputs),
    get: (name) => openValue(texts, `${expression}.${name}`, inputs),
  };
}

/** `then` where the condition holds, `otherwise` elsewhere. */
export function pickValue(texts: Texts, when: Condition, then: Value, otherwise: Value): Value {
  const { space } = texts;
  if (when === space.true || then === otherwise) return then;
  if (when === space.false) return otherwise;
  if (then.kind === 'choice' && then.when === when) return pickValue(texts, when, then.then, otherwise);
  if (otherwise.kind === 'choice' && otherwise.when === when) return pickValue(texts, when, then, otherwise.otherwise);
  if (then.kind === 'text' && otherwise.kind === 'text') return textValue(texts.pick(when, then.text, otherwise.text));
  if (then.kind === 'boolean' && otherwise.kind === 'boolean')
    return { kind: 'boolean', when: space.pick(when, then.when, otherwise.when) };
  if (then.kind === 'null' && otherwise.kind === 'null') return NULL;
  return { kind: 'choice', when, then, otherwise };
}

/** The value as a text, as `${{ }}` pastes it. */
export function textOf(texts: Texts, value: Value): Text {
  switch (value.kind) {
    case 'null':
      return texts.empty;
    case 'boolean':
      return texts.pick(value.when, texts.literal('true'), texts.literal('false'));
    case 'number':
      return texts.literal(String(value.value));
    case 'text':
    case 'open':
      return value.text;
    case 'list':
      return texts.literal('Array');
    case 'map':
      return texts.literal('Object');
    case 'choice':
      return texts.pick(value.when, textOf(texts, value.then), textOf(texts, value.otherwise));
  }
}

/** Where the value is none of false, 0, the empty text and null. */
export function truth(texts: Texts, value: Value): Condition {
  const { space } = texts;
  switch (value.kind) {
    case 'null':
      return space.false;
    case 'boolean':
      return value.when;
    case 'number':
      return value.value === 0 || Number.isNaN(value.value) ? space.false : space.true;
    case 'text':
    case 'open':
      return space.not(texts.isEmpty(value.text));
    case 'list':
    case 'map':
      return space.true;
    case 'choice':
      return space.pick(value.when, truth(texts, value.then), truth(texts, value.otherwise));
  }
}

/** A property by name, in any case; null where there is none. */
export function property(texts: Texts, value: Value, name: string): Value {
  switch (value.kind) {
    case 'map':
      return value.entries.get(name.toLowerCase())?.value ?? NULL;
    case 'list': {
      const index = /^\d+$/.test(name) ? Number(name) : -1;
      return value.items[index] ?? NULL;
    }
    case 'open':
      return value.get(name);
    case 'choice':
      return pickValue(texts, value.when, property(texts, value.then, name), property(texts, value.otherwise, name));
    default:
      return NULL;
  }
}

/** Where two values are equal by `==`: texts ignore case, values of two kinds are compared as numbers. */
export function equal(terms: Terms, a: Value, b: Value): Condition {
  const { texts } = terms;
  const { space } = texts;
  if (a.kind === 'choice') return space.pick(a.when, equal(terms, a.then, b), equal(terms, a.otherwise, b));
  if (b.kind === 'choice') return equal(terms, b, a);
  if (a.kind === 'open' || b.kind === 'open') {
    const other = a.kind === 'open' ? b : a;
    if (other.kind === 'list' || other.kind === 'map') return space.false;
    return equalTexts(terms, textOf(texts, a), textOf(texts, b));
  }
  if (a.kind === 'text' && b.kind === 'text') return equalTexts(terms, a.text, b.text);
  if (a.kind === 'boolean' && b.kind === 'boolean') return space.apply(a.when, b.when, (x, y) => x === y);
  if (a.kind === 'list' || a.kind === 'map' || b.kind === 'list' || b.kind === 'map')
    return a === b ? space.true : space.false;
  return compare(terms, a, b, '=', (x, y) => x === y);
}

/** Where two values, as numbers, are related as `decide` says. */
export function compare(
  terms: Terms,
  a: Value,
  b: Value,
  name: string,
  decide: (a: number, b: number) => boolean,
): Condition {
  const { texts } = terms;
  const { space } = texts;
  if (a.kind === 'choice')
    return space.pick(a.when, compare(terms, a.then, b, name, decide), compare(terms, a.otherwise, b, name, decide));
  if (b.kind === 'choice')
    return space.pick(b.when, compare(terms, a, b.then, name, decide), compare(terms, a, b.otherwise, name, decide));
  const left = numberText(texts, a);
  const right = numberText(texts, b);
  if (left === undefined || right === undefined) return space.false;
  return (
    texts.compare(left, right, `${name} as numbers`, (x, y) => decide(numberOf(x), numberOf(y))) ??
    texts.unknown(name, left, right)
  );
}

function numberText(texts: Texts, value: Value): Text | undefined {
  switch (value.kind) {
    case 'null':
      return texts.literal('0');
    case 'boolean':
      return texts.pick(value.when, texts.literal('1'), texts.literal('0'));
    case 'list':
    case 'map':
      return undefined;
    default:
      return textOf(texts, value);
  }
}

function numberOf(text: string): number {
  return text.trim() === '' ? 0 : Number(text);
}

/** Where two texts are equal but for case. */
export function equalTexts(terms: Terms, a: Text, b: Text): Condition {
  const { texts } = terms;
  if (a === b) return texts.space.true;
  if (a === texts.empty) return texts.isEmpty(b);
  if (b === texts.empty) return texts.isEmpty(a);
  const unknown = (): Condition => texts.unknown('=', a, b);
  return texts.testFlat(a, (x) => texts.testFlat(b, (y) => equalFlat(terms, x, y)) ?? unknown()) ?? unknown();
}

function equalFlat(terms: Terms, a: Text, b: Text): Condition {
  const { texts } = terms;
  const { space } = texts;
  const left = texts.constant(a);
  const right = texts.constant(b);
  if (left !== undefined && right !== undefined)
    return left.toLowerCase() === right.toLowerCase() ? space.true : space.false;
  if (left === '') return texts.isEmpty(b);
  if (right === '') return texts.isEmpty(a);
  if (left !== undefined) return equalConstant(terms, b, left);
  if (right !== undefined) return equalConstant(terms, a, right);
  return texts.equal(a, b) ?? texts.unknown('=', a, b);
}

function equalConstant(terms: Terms, text: Text, constant: string): Condition {
  const { texts } = terms;
  const { space } = texts;
  const lower = constant.toLowerCase();
  const [piece, another] = text.pieces;
  if (piece?.kind === 'answer' && another === undefined) {
    const { selector, derivation } = piece;
    if (derivation === undefined) return space.is(selector, ...(terms.spellings.get(lower) ?? []), constant);
    if (derivation.name.startsWith(NAME_OF_REF)) {
      // `main` is a branch's name to whoever compares it, `v1.2` a tag's.
      selector.mentioned.add(`${/^v?\d/.test(constant) ? 'refs/tags/' : 'refs/heads/'}${constant}`);
    }
  }
  if (text.pieces.some(({ kind }) => kind === 'symbol'))
    return texts.equal(text, texts.literal(constant)) ?? texts.unknown('=', text);
  return texts.matches(text, `= ${constant}`, (value) => value.toLowerCase() === lower) ?? texts.unknown('=', text);
}

/** Leads the name of the function that makes `github.ref_name` of `github.ref`. */
export const NAME_OF_REF = 'the name of';

/** Where a text passes a test with another text, both in lower case: `contains`, `startsWith`, `endsWith`. */
export function related(
  texts: Texts,
  name: string,
  text: Text,
  other: Text,
  decide: (text: string, other: string) => boolean,
): Condition {
  const unknown = (): Condition => texts.unknown(name, text, other);
  return (
    texts.testFlat(other, (y) => {
      const constant = texts.constant(y);
      if (constant === undefined) return texts.unknown(name, text, y);
      const lower = constant.toLowerCase();
      return (
        texts.testFlat(text, (x) => {
          const [piece, another] = x.pieces;
          const isRef = piece?.kind === 'answer' && piece.selector === refSelector(texts) && another === undefined;
          if (name === 'starts with' && isRef && piece.derivation === undefined) return refBegins(texts, constant);
          const known = decideByPrefix(texts, name, x, lower);
          if (known !== undefined) return known;
          return texts.matches(x, `${name} ${constant}`, (value) => decide(value.toLowerCase(), lower)) ?? unknown();
        }) ?? unknown()
      );
    }) ?? unknown()
  );
}

/** What the known beginning of a text with unknowns says already. */
function decideByPrefix(texts: Texts, name: string, text: Text, prefix: string): Condition | undefined {
  const [first, second] = text.pieces;
  if (name !== 'starts with' || first?.kind !== 'literal' || second === undefined) return undefined;
  const known = first.text.toLowerCase();
  if (known.startsWith(prefix)) return texts.space.true;
  return prefix.startsWith(known) ? undefined : texts.space.false;
}

/** Where a list has a value, or a text has another in it. */
export function contains(terms: Terms, whole: Value, item: Value): Condition {
  const { texts } = terms;
  const { space } = texts;
  switch (whole.kind) {
    case 'list':
      return whole.items.reduce((found, one) => space.or(found, equal(terms, one, item)), space.false);
    case 'map':
      return [...whole.entries.values()].reduce(
        (found, { value }) => space.or(found, equal(terms, value, item)),
        space.false,
      );
    case 'choice':
      return space.pick(whole.when, contains(terms, whole.then, item), contains(terms, whole.otherwise, item));
    default: {
      const text = textOf(texts, whole);
      return related(texts, 'contains', text, textOf(texts, item), (a, b) => a.includes(b));
    }
  }
}

/** The JSON of a value; a symbol where it is not known. */
export function jsonText(texts: Texts, value: Value): Text {
  const known = jsonOf(texts, value);
  if (known !== undefined) return texts.literal(JSON.stringify(known, null, 2));
  if (value.kind === 'choice')
    return texts.pick(value.when, jsonText(texts, value.then), jsonText(texts, value.otherwise));
  const text = textOf(texts, value);
  return texts.symbol(`toJSON(${render(text)})`, inputsOf(text));
}

function jsonOf(texts: Texts, value: Value): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'boolean':
      return value.when.kind === 'one' ? value.when.value : undefined;
    case 'number':
      return value.value;
    case 'text':
      return texts.constant(value.text);
    case 'list': {
      const items = value.items.map((item) => jsonOf(texts, item));
      return items.includes(undefined) ? undefined : items;
    }
    case 'map': {
      const entries = [...value.entries.values()].map((entry) => [entry.name, jsonOf(texts, entry.value)] as const);
      return entries.some(([, json]) => json === undefined) ? undefined : Object.fromEntries(entries);
    }
    default:
      return undefined;
  }
}

/** The value that a JSON text stands for; open where the text is not known or no JSON. */
export function fromJson(texts: Texts, text: Text): Value {
  const { space } = texts;
  const open = (flat: Text): Value => openValue(texts, `fromJSON(${render(flat)})`, inputsOf(flat));
  const flat = texts.flatten(text);
  if (flat === undefined) return open(text);
  let made: Value | undefined;
  for (const { when, item } of space.leaves(flat)) {
    const constant = texts.constant(item);
    const value = constant === undefined ? open(item) : (parseJson(texts, constant) ?? open(item));
    made = made === undefined ? value : pickValue(texts, when, value, made);
  }
  return made ?? NULL;
}

function parseJson(texts: Texts, text: string): Value | undefined {
  try {
    return fromPlain(texts, JSON.parse(text), 0);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Plain data as a value. */
export function fromPlain(texts: Texts, data: unknown, depth: number): Value {
  if (typeof data === 'string') return textValue(texts.literal(data));
  if (typeof data === 'number') return { kind: 'number', value: data };
  if (typeof data === 'boolean') return { kind: 'boolean', when: data ? texts.space.true : texts.space.false };
  if (data === null || typeof data !== 'object' || depth > 60) return NULL;
  if (Array.isArray(data))
    return { kind: 'list', items: data.map((item: unknown) => fromPlain(texts, item, depth + 1)) };
  return mapOf(Object.entries(data).map(([name, value]) => [name, fromPlain(texts, value, depth + 1)] as const));
}
