/*
 * The rows of a matrix: the product of its lists, without what `exclude` says, with what `include` adds. A list may
 * differ between environments, and an item may; a list that is not known is one unknown item.
 */
import type { WorkflowValue } from '../../syntax/workflow/tree.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import { type Scope, valueOf } from './expression.js';
import { LIMITS } from './state.js';
import { equal, mapOf, openValue, type Terms, textOf, truth, type Value } from './value.js';

/** The instances of a job. */
export interface Rows {
  readonly rows: readonly Guarded<Value>[];
  /** False when there are more than are told apart. */
  readonly complete: boolean;
}

interface Row {
  readonly when: Condition;
  readonly values: ReadonlyMap<string, Value>;
  /** The names of the matrix itself, which `include` must not change. */
  readonly own: ReadonlySet<string>;
}

/** The rows of a matrix. */
export function matrixRows(scope: Scope, matrix: WorkflowValue): Rows {
  const { texts } = scope.terms;
  const { space } = texts;
  const value = valueOf(scope, matrix);
  const rows: Row[] = [];
  let complete = true;
  for (const { when, item } of alternatives(scope.terms, value)) {
    if (item.kind !== 'map') {
      const unknown: Value = { ...openValue(texts, 'matrix') };
      rows.push({ when, values: new Map([['', unknown]]), own: new Set() });
      continue;
    }
    const made = rowsOfMap(scope, item, when);
    complete &&= made.complete;
    rows.push(...made.rows);
  }
  complete &&= rows.length <= LIMITS.instances;
  return {
    rows: rows.slice(0, LIMITS.instances).map(({ when, values }) => ({
      when: space.and(when, space.true),
      item: values.get('') ?? mapOf(values),
    })),
    complete,
  };
}

function rowsOfMap(
  scope: Scope,
  matrix: Extract<Value, { kind: 'map' }>,
  when: Condition,
): { readonly rows: readonly Row[]; readonly complete: boolean } {
  const { terms } = scope;
  const { space } = terms.texts;
  let rows: Row[] = [{ when, values: new Map(), own: new Set() }];
  let complete = true;
  let dimensions = 0;
  for (const { name, value } of matrix.entries.values()) {
    const lower = name.toLowerCase();
    if (lower === 'include' || lower === 'exclude') continue;
    dimensions += 1;
    const items = itemsOf(terms, name, value);
    const next: Row[] = [];
    for (const row of rows)
      for (const { when: there, item } of items) {
        const both = space.and(row.when, there);
        if (both === space.false) continue;
        next.push({ when: both, values: new Map([...row.values, [name, item]]), own: new Set([...row.own, lower]) });
      }
    if (next.length > LIMITS.instances * 4) complete = false;
    rows = next.slice(0, LIMITS.instances * 4);
  }
  const excluded = itemsOf(terms, 'exclude', matrix.entries.get('exclude')?.value);
  for (const { when: there, item } of excluded) {
    if (item.kind !== 'map') continue;
    rows = rows.flatMap((row): readonly Row[] => {
      const same = space.and(there, agrees(terms, row, item));
      const left = space.and(row.when, space.not(same));
      return left === space.false ? [] : [{ ...row, when: left }];
    });
  }
  if (dimensions === 0) rows = [];
  const added: Row[] = [];
  for (const { when: there, item } of itemsOf(terms, 'include', matrix.entries.get('include')?.value)) {
    if (item.kind !== 'map') continue;
    const values = [...item.entries.values()].map(({ name, value }) => [name, value] as const);
    let used = false;
    rows = rows.map((row): Row => {
      const fits = agrees(terms, row, item);
      if (fits === space.false || there === space.false) return row;
      used = true;
      const merged = new Map([...row.values]);
      for (const [name, value] of values) if (!row.own.has(name.toLowerCase())) merged.set(name, value);
      return { ...row, values: merged };
    });
    if (!used) added.push({ when: space.and(when, there), values: new Map(values), own: new Set() });
  }
  return { rows: [...rows, ...added], complete };
}

/** Where a row has all values of another that are its own too. */
function agrees(terms: Terms, row: Row, item: Extract<Value, { kind: 'map' }>): Condition {
  const { space } = terms.texts;
  let when: Condition = space.true;
  for (const { name, value } of item.entries.values()) {
    const lower = name.toLowerCase();
    if (!row.own.has(lower)) continue;
    for (const [own, mine] of row.values)
      if (own.toLowerCase() === lower) when = space.and(when, sameValue(terms, mine, value));
  }
  return when;
}

function sameValue(terms: Terms, a: Value, b: Value): Condition {
  const { space } = terms.texts;
  if (a.kind === 'map' && b.kind === 'map') {
    let when: Condition = space.true;
    for (const [name, { value }] of b.entries) {
      const mine = a.entries.get(name)?.value;
      when = mine === undefined ? space.false : space.and(when, sameValue(terms, mine, value));
    }
    return when;
  }
  return equal(terms, a, b);
}

/** The items of a list, with the conditions under which they are there. */
function itemsOf(terms: Terms, name: string, value: Value | undefined): readonly Guarded<Value>[] {
  if (value === undefined || value.kind === 'null') return [];
  const { texts } = terms;
  return alternatives(terms, value).flatMap(({ when, item }): readonly Guarded<Value>[] => {
    if (item.kind === 'list') return item.items.map((one) => ({ when, item: one }));
    if (item.kind === 'null' || truth(texts, item) === texts.space.false) return [];
    if (item.kind === 'text' && texts.constant(item.text) !== undefined) return [{ when, item }];
    return [
      { when, item: item.kind === 'open' ? openValue(texts, `matrix.${name} of ${expressionOf(terms, item)}`) : item },
    ];
  });
}

function expressionOf({ texts }: Terms, value: Value): string {
  const [piece] = textOf(texts, value).pieces;
  return piece?.kind === 'symbol' ? piece.symbol.expression : name(value);
}

function name(value: Value): string {
  return value.kind;
}

function alternatives(terms: Terms, value: Value): readonly Guarded<Value>[] {
  const { space } = terms.texts;
  if (value.kind !== 'choice') return [{ when: space.true, item: value }];
  return [
    ...alternatives(terms, value.then).map(({ when, item }) => ({ when: space.and(when, value.when), item })),
    ...alternatives(terms, value.otherwise).map(({ when, item }) => ({
      when: space.and(when, space.not(value.when)),
      item,
    })),
  ].filter(({ when }) => when !== space.false);
}
