/*
 * kustomize's two kinds of patches. A strategic merge patch is a part of an object: maps are merged, the containers and volumes of
 * built-in kinds by their names, other lists replaced; `$patch: delete` takes away. A JSON patch is a list of operations on paths.
 */
import type { Place } from '../../text/span.js';
import type { Texts } from '../../value/text.js';
import { get, type ListValue, type MapValue, stringOf, type Value } from './value.js';

const NAMED_LISTS = new Set(['containers', 'initContainers', 'ephemeralContainers', 'volumes', 'env']);
const DEPTH_LIMIT = 60;

/** An operation of a JSON patch. */
export interface Operation {
  readonly op: string;
  readonly path: readonly string[];
  readonly from: readonly string[] | undefined;
  readonly value: Value | undefined;
  readonly place: Place;
}

/** Merges a patch into an object; undefined when the patch deletes it. `byName` for kinds whose lists have names. */
export function mergeStrategic(
  texts: Texts,
  value: Value,
  patch: Value,
  byName: boolean,
  depth = 0,
): Value | undefined {
  if (patch.kind === 'scalar' && patch.isNull) return undefined;
  if (value.kind !== 'map' || patch.kind !== 'map' || depth > DEPTH_LIMIT) return withoutDirectives(patch);
  const directive = stringOf(texts, get(patch, '$patch'));
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return withoutDirectives(patch);
  const entries = new Map(value.entries);
  for (const [key, inner] of patch.entries) {
    if (key.startsWith('$')) continue;
    const old = entries.get(key);
    const next =
      byName && NAMED_LISTS.has(key) && inner.kind === 'list' && old?.kind === 'list'
        ? mergeByName(texts, old, inner, depth + 1)
        : old === undefined
          ? inner.kind === 'scalar' && inner.isNull
            ? undefined
            : withoutDirectives(inner)
          : mergeStrategic(texts, old, inner, byName, depth + 1);
    if (next === undefined) entries.delete(key);
    else entries.set(key, next);
  }
  return { ...value, entries };
}

function mergeByName(texts: Texts, list: ListValue, patch: ListValue, depth: number): ListValue {
  const nameOf = (item: Value): string | undefined => stringOf(texts, get(item, 'name'));
  if (patch.items.some((item) => stringOf(texts, get(item, '$patch')) === 'replace')) {
    return { ...list, items: patch.items.filter((item) => get(item, '$patch') === undefined) };
  }
  const items: Value[] = [...list.items];
  const added: Value[] = [];
  for (const item of patch.items) {
    const name = nameOf(item);
    const at = name === undefined ? -1 : items.findIndex((old) => nameOf(old) === name);
    const old = items[at];
    if (old === undefined) {
      if (stringOf(texts, get(item, '$patch')) !== 'delete') added.push(withoutDirectives(item));
      continue;
    }
    const next = mergeStrategic(texts, old, item, true, depth);
    if (next === undefined) items.splice(at, 1);
    else items[at] = next;
  }
  return { ...list, items: [...added, ...items] };
}

function withoutDirectives(value: Value): Value {
  if (value.kind !== 'map' || ![...value.entries.keys()].some((key) => key.startsWith('$'))) return value;
  return { ...value, entries: new Map([...value.entries].filter(([key]) => !key.startsWith('$'))) };
}

/** Reads a JSON patch; undefined when the value is none. */
export function operationsOf(texts: Texts, value: Value): readonly Operation[] | undefined {
  if (value.kind !== 'list') return undefined;
  return value.items.flatMap((item) => {
    const op = stringOf(texts, get(item, 'op'));
    const path = pointerOf(stringOf(texts, get(item, 'path')));
    if (op === undefined || path === undefined) return [];
    return [
      { op, path, from: pointerOf(stringOf(texts, get(item, 'from'))), value: get(item, 'value'), place: item.place },
    ];
  });
}

function pointerOf(pointer: string | undefined): readonly string[] | undefined {
  if (pointer === undefined) return undefined;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value after an operation; undefined when it cannot be done, for which kustomize would refuse the whole overlay. */
export function applyOperation(value: MapValue, operation: Operation): MapValue | undefined {
  const { op, path } = operation;
  const source = op === 'move' || op === 'copy' ? at(value, operation.from ?? []) : operation.value;
  let result: Value | undefined = value;
  if (op === 'test') return value;
  if (op === 'move') result = edit(result, operation.from ?? [], 'remove', undefined);
  if (result === undefined) return undefined;
  if (op === 'remove') result = edit(result, path, 'remove', undefined);
  else if (op === 'add' || op === 'replace' || op === 'move' || op === 'copy') {
    if (source === undefined) return undefined;
    result = edit(result, path, op === 'replace' ? 'replace' : 'add', source);
  } else return undefined;
  return result?.kind === 'map' ? result : undefined;
}

function at(value: Value, path: readonly string[]): Value | undefined {
  let found: Value | undefined = value;
  for (const key of path)
    found =
      found?.kind === 'map' ? found.entries.get(key) : found?.kind === 'list' ? found.items[indexOf(key)] : undefined;
  return found;
}

/** An array index of a JSON pointer; -1 for none. */
function indexOf(key: string): number {
  return /^(?:0|[1-9]\d{0,6})$/.test(key) ? Number(key) : -1;
}

function edit(
  value: Value,
  path: readonly string[],
  op: 'add' | 'replace' | 'remove',
  inner: Value | undefined,
): Value | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return inner;
  if (value.kind === 'map') {
    const old = value.entries.get(key);
    const entries = new Map(value.entries);
    if (rest.length === 0) {
      if (old === undefined && op !== 'add') return undefined;
      if (inner === undefined) entries.delete(key);
      else entries.set(key, replaced(old, inner));
      return { ...value, entries };
    }
    const next = old === undefined ? undefined : edit(old, rest, op, inner);
    return next === undefined ? undefined : { ...value, entries: entries.set(key, next) };
  }
  if (value.kind !== 'list') return undefined;
  const index = key === '-' ? value.items.length : indexOf(key);
  const items = [...value.items];
  const old = items[index];
  if (rest.length > 0) {
    const next = old === undefined ? undefined : edit(old, rest, op, inner);
    if (next === undefined) return undefined;
    items[index] = next;
  } else if (op === 'add') {
    if (index < 0 || index > items.length || inner === undefined) return undefined;
    items.splice(index, 0, inner);
  } else {
    if (old === undefined) return undefined;
    if (inner === undefined) items.splice(index, 1);
    else items[index] = replaced(old, inner);
  }
  return { ...value, items };
}

function replaced(old: Value | undefined, inner: Value): Value {
  return old?.kind === 'scalar' && inner.kind === 'scalar' && !old.isNull ? { ...inner, before: old } : inner;
}
