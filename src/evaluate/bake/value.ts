/*
 * The values of bake's expressions, for every environment at once.
 *
 * A value is a diagram of data. Lists and objects hold values, not data, so that a list of twenty tags of which each
 * depends on another variable is one list of twenty small diagrams. Data are interned like the diagrams themselves.
 */
import type { Condition, Selector, Space, Variational } from '../../value/diagram.js';
import { countLeaves, inputsOf, render, symbolsOf, type Text, type Texts } from '../../value/text.js';

export type BakeValue = Variational<Datum>;

export type Datum = Text | NumberDatum | BoolDatum | NullDatum | UnknownDatum | ListDatum | ObjectDatum;

export interface NumberDatum {
  readonly kind: 'number';
  readonly value: number;
}

export interface BoolDatum {
  readonly kind: 'bool';
  readonly value: boolean;
}

export interface NullDatum {
  readonly kind: 'null';
}

/** A value whose type is not known either; `text` is what it is as a text. */
export interface UnknownDatum {
  readonly kind: 'unknown';
  readonly text: Text;
}

export interface ListDatum {
  readonly kind: 'list';
  readonly items: readonly BakeValue[];
}

export interface ObjectDatum {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, BakeValue>;
}

/** At most so many different data are told apart where they must be looked at one by one. */
export const CHOICE_LIMIT = 256;

/** Owns the interned data of one evaluation. */
export class Data {
  readonly texts: Texts;
  readonly space: Space;
  readonly #known = new Map<string, Datum>();
  readonly nothing: BakeValue;

  constructor(texts: Texts) {
    this.texts = texts;
    this.space = texts.space;
    this.nothing = this.#intern('null', { kind: 'null' });
  }

  #intern(key: string, made: Datum): BakeValue {
    const known = this.#known.get(key) ?? made;
    this.#known.set(key, known);
    return this.space.one<Datum>(known);
  }

  text(text: Text): BakeValue {
    return this.space.one<Datum>(text);
  }

  literal(text: string): BakeValue {
    return this.text(this.texts.literal(text));
  }

  number(value: number): BakeValue {
    return this.#intern(`n${value}`, { kind: 'number', value });
  }

  bool(value: boolean): BakeValue {
    return this.#intern(`b${value}`, { kind: 'bool', value });
  }

  /** True where the condition holds, false elsewhere. */
  condition(condition: Condition): BakeValue {
    return this.space.bind(condition, (value) => this.bool(value));
  }

  unknown(text: Text): BakeValue {
    return this.#intern(`u${text.id}`, { kind: 'unknown', text });
  }

  list(items: readonly BakeValue[]): BakeValue {
    return this.#intern(`[${items.map(({ id }) => id).join()}`, { kind: 'list', items });
  }

  object(entries: ReadonlyMap<string, BakeValue>): BakeValue {
    const key = [...entries].map(([name, { id }]) => `${JSON.stringify(name)}${id}`).join();
    return this.#intern(`{${key}`, { kind: 'object', entries });
  }

  /** What JSON holds. */
  plain(value: unknown): BakeValue {
    if (value === null || value === undefined) return this.nothing;
    if (typeof value === 'number') return this.number(value);
    if (typeof value === 'boolean') return this.bool(value);
    if (typeof value === 'string') return this.literal(value);
    if (Array.isArray(value)) return this.list(value.map((item: unknown) => this.plain(item)));
    return this.object(new Map(Object.entries(value).map(([name, item]) => [name, this.plain(item)] as const)));
  }

  /** An unknown that equals itself and depends on what these values do. */
  unknownOf(name: string, values: readonly BakeValue[]): BakeValue {
    const { inputs, source, volatile } = this.about(values);
    return this.unknown(this.texts.symbol(name, inputs, source, volatile));
  }

  /** `then` where the condition holds, `otherwise` elsewhere. */
  pick(condition: Condition, then: BakeValue, otherwise: BakeValue): BakeValue {
    const a = then.kind === 'one' ? then.value : undefined;
    const b = otherwise.kind === 'one' ? otherwise.value : undefined;
    if (a?.kind === 'text' && b?.kind === 'text') return this.text(this.texts.pick(condition, a, b));
    return this.space.pick(condition, then, otherwise);
  }

  /** What the values depend on. */
  about(values: readonly BakeValue[]): { inputs: ReadonlySet<Selector>; source: string; volatile: boolean } {
    const inputs = new Set<Selector>();
    const seen = new Set<number>();
    let source = '';
    let volatile = false;
    const walk = (value: BakeValue): void => {
      if (seen.has(value.id)) return;
      seen.add(value.id);
      if (value.kind === 'choice') {
        for (const selector of value.support) inputs.add(selector);
        for (const branch of value.cases.values()) walk(branch);
        walk(value.otherwise);
        return;
      }
      const datum = value.value;
      if (datum.kind === 'list') for (const item of datum.items) walk(item);
      else if (datum.kind === 'object') for (const item of datum.entries.values()) walk(item);
      else if (datum.kind === 'text' || datum.kind === 'unknown') {
        const text = datum.kind === 'text' ? datum : datum.text;
        for (const selector of inputsOf(text)) inputs.add(selector);
        for (const symbol of symbolsOf(text)) {
          source ||= symbol.source;
          volatile ||= symbol.volatile;
        }
      }
    };
    for (const value of values) walk(value);
    return { inputs, source, volatile };
  }

  /** The text of a datum that has one; undefined for null, lists and objects. */
  textOf(datum: Datum): Text | undefined {
    switch (datum.kind) {
      case 'text':
        return datum;
      case 'unknown':
        return datum.text;
      case 'number':
        return this.texts.literal(numberText(datum.value));
      case 'bool':
        return this.texts.literal(String(datum.value));
      default:
        return undefined;
    }
  }

  /** Calls a function with each combination of data; an unknown where there are too many. */
  bindAll(values: readonly BakeValue[], name: string, of: (data: readonly Datum[]) => BakeValue): BakeValue {
    let leaves = 1;
    for (const value of values) leaves *= value.kind === 'one' ? 1 : countLeaves(value);
    // Values of the same selectors do not multiply, so the bound on what is made is checked too.
    if (leaves > CHOICE_LIMIT * 16) return this.unknownOf(name, values);
    const walk = (at: number, data: readonly Datum[]): BakeValue => {
      const value = values[at];
      if (value === undefined) return of(data);
      return this.space.bind(value, (datum) => walk(at + 1, [...data, datum]));
    };
    return walk(0, []);
  }

  /** The JSON of a value in each environment, undefined where it is not known; undefined when there are too many. */
  jsonOf(value: BakeValue): Variational<string | undefined> | undefined {
    let failed = false;
    const made = this.space.bind(value, (datum): Variational<string | undefined> => {
      const inner = failed ? undefined : this.#jsonOf(datum);
      if (inner === undefined) failed = true;
      return inner ?? this.space.one<string | undefined>(undefined);
    });
    return failed || countLeaves(made) > CHOICE_LIMIT ? undefined : made;
  }

  #jsonOf(datum: Datum): Variational<string | undefined> | undefined {
    const json = (plain: unknown): string => JSON.stringify(plain);
    switch (datum.kind) {
      case 'text': {
        const flat = this.texts.flatten(datum);
        if (flat === undefined) return undefined;
        return this.space.map(flat, (text): string | undefined => {
          const constant = this.texts.constant(text);
          return constant === undefined ? undefined : json(constant);
        });
      }
      case 'unknown':
        return this.space.one<string | undefined>(undefined);
      case 'null':
        return this.space.one<string | undefined>('null');
      case 'list':
        return this.#joined(datum.items, (items) => `[${items.join()}]`);
      case 'object': {
        const names = [...datum.entries.keys()];
        return this.#joined(
          [...datum.entries.values()],
          (items) => `{${items.map((item, i) => `${json(names[i])}:${item}`).join()}}`,
        );
      }
      default:
        return this.space.one<string | undefined>(json(datum.value));
    }
  }

  #joined(
    values: readonly BakeValue[],
    join: (items: readonly string[]) => string,
  ): Variational<string | undefined> | undefined {
    // Items are parted by a character that JSON never has in it.
    let all: Variational<string | undefined> = this.space.one<string | undefined>('');
    for (const value of values) {
      const next = this.jsonOf(value);
      if (next === undefined || countLeaves(all) * countLeaves(next) > CHOICE_LIMIT * 16) return undefined;
      all = this.space.apply(all, next, (a, b) => (a === undefined || b === undefined ? undefined : `${a}${b}\0`));
      if (countLeaves(all) > CHOICE_LIMIT) return undefined;
    }
    return this.space.map(all, (items) => (items === undefined ? undefined : join(items.split('\0').slice(0, -1))));
  }
}

/** A number as bake writes it. */
export function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

/** What a value is called in names of unknowns. */
export function labelOf(data: Data, value: BakeValue): string {
  if (value.kind === 'choice') return '…';
  const datum = value.value;
  if (datum.kind === 'list') return '[…]';
  if (datum.kind === 'object') return '{…}';
  const text = data.textOf(datum);
  return text === undefined ? 'null' : render(text);
}
