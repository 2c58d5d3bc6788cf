/*
 * The data of manifests, values files and patches: YAML whose parts remember the file that they come from, so that a document
 * which was put together from five files still knows where each of its parts stands.
 */

import type { YamlNode } from '../../syntax/yaml/tree.js';
import { type MappedText, spanToSource } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';

/** A value of a manifest or of Helm's values. */
export type Value = MapValue | ListValue | ScalarValue;

export interface MapValue {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Value>;
}

export interface ListValue {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Value[];
}

export interface ScalarValue {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly text: Text;
  /** True for YAML's null, which takes a key away where values or patches are merged. */
  readonly isNull: boolean;
  /** True for what Go templates take for no: `false`, `0`, null and the empty text. */
  readonly isFalse: boolean;
  /** The characters with the way back to the file, for YAML that is written inside of YAML. */
  readonly written: MappedText | undefined;
  /** What stood here before something replaced it. */
  readonly before: ScalarValue | undefined;
}

/** A YAML node of a file as a value. `shift` leads from the node's offsets to the file's, for YAML inside of YAML. */
export function fromYaml(texts: Texts, node: YamlNode, file: string, shift?: (at: Place) => Place): Value {
  const known = new Map<YamlNode, Value>();
  const read = (one: YamlNode): Value => {
    const before = known.get(one);
    if (before !== undefined) return before;
    const span =
      one.kind === 'scalar' && one.plain ? spanToSource(one.text, { start: 0, end: one.text.text.length }) : one.span;
    const whole: Place = { file, start: span.start, end: Math.max(span.start, span.end) };
    const place = shift === undefined ? whole : shift(whole);
    let made: Value;
    if (one.kind === 'map') {
      const entries = new Map<string, Value>();
      for (const { key, value } of one.entries) entries.set(key.text.text, read(value));
      made = { kind: 'map', place, entries };
    } else if (one.kind === 'list') made = { kind: 'list', place, items: one.items.map(read) };
    else {
      made = {
        kind: 'scalar',
        place,
        text: texts.literal(one.value === null ? '' : one.text.text),
        isNull: one.value === null,
        isFalse: one.value === null || one.value === false || one.value === 0 || one.value === '',
        written: one.text,
        before: undefined,
      };
    }
    known.set(one, made);
    return made;
  };
  return read(node);
}

/** A text as a value. */
export function scalar(text: Text, place: Place): ScalarValue {
  return {
    kind: 'scalar',
    place,
    text,
    isNull: false,
    isFalse: text.pieces.length === 0,
    written: undefined,
    before: undefined,
  };
}

/** A map of nothing. */
export function emptyMap(place: Place): MapValue {
  return { kind: 'map', place, entries: new Map() };
}

/** The value under a path of keys; undefined where there is none. */
export function get(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let at = value;
  for (const key of path) {
    if (at?.kind !== 'map') return undefined;
    at = at.entries.get(key);
  }
  return at;
}

/** The items of a list; none for anything else. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === 'list' ? value.items : [];
}

/** The scalar of a value that is one and not null. */
export function scalarOf(value: Value | undefined): ScalarValue | undefined {
  return value?.kind === 'scalar' && !value.isNull ? value : undefined;
}

/** The characters of a scalar that is known; undefined for null, for unknowns, maps and lists. */
export function stringOf(texts: Texts, value: Value | undefined): string | undefined {
  const found = scalarOf(value);
  return found === undefined ? undefined : texts.constant(found.text);
}

/** The strings of a list, with the values that they are. */
export function stringsOf(
  texts: Texts,
  value: Value | undefined,
): readonly { readonly text: string; readonly value: Value }[] {
  return (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]).flatMap((item) => {
    const text = stringOf(texts, item);
    return text === undefined || text === '' ? [] : [{ text, value: item }];
  });
}

/** The map with another value under a key. */
export function withEntry(map: MapValue, key: string, value: Value): MapValue {
  return { ...map, entries: new Map([...map.entries, [key, value]]) };
}

/** The value with another value under a path of keys; what stands in the way is replaced by maps. */
export function withPath(value: Value, path: readonly string[], inner: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) return inner;
  const map = value.kind === 'map' ? value : emptyMap(value.place);
  return withEntry(map, key, withPath(map.entries.get(key) ?? emptyMap(inner.place), rest, inner));
}

/** Helm's way to put values over values: maps are merged, a null takes a key away, anything else replaces. */
export function overlay(below: Value, above: Value): Value {
  if (below.kind !== 'map' || above.kind !== 'map') return above;
  const entries = new Map(below.entries);
  for (const [key, value] of above.entries) {
    const old = entries.get(key);
    if (value.kind === 'scalar' && value.isNull) entries.delete(key);
    else entries.set(key, old === undefined ? value : overlay(old, value));
  }
  return { ...below, entries };
}
