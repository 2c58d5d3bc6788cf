/*
 * The functions of Helm's templates that image references are made with. What is not here, or has arguments that are not known,
 * gives an unknown that its expression names.
 */
import type { Place } from '../../text/span.js';
import { symbolsOf, type Text, type Texts } from '../../value/text.js';
import { get, scalar, scalarOf, type Value } from './value.js';

/** The source of symbols that stand for what only Helm knows when it runs; whether they are empty is not known either. */
export const HELM = 'helm';

/** Whether a value counts as yes; undefined where that is not known. No value is no. */
export function truth(value: Value | undefined): boolean | undefined {
  if (value === undefined) return false;
  if (value.kind === 'map') return value.entries.size > 0;
  if (value.kind === 'list') return value.items.length > 0;
  if (value.isFalse) return false;
  // What a user sets to something unknown is something.
  return value.text.pieces.some(({ kind }) => kind === 'literal') ||
    !symbolsOf(value.text).some(({ source }) => source === HELM)
    ? true
    : undefined;
}

/** The text that a value is printed as; undefined for maps and lists. */
export function printed(texts: Texts, value: Value | undefined): Text | undefined {
  if (value === undefined) return texts.empty;
  return value.kind === 'scalar' ? value.text : undefined;
}

type Arguments = readonly (Value | undefined)[];

/** A value that is not known, by its expression. */
export function unknownOf(texts: Texts, expression: string, place: Place): Value {
  return scalar(texts.symbol(expression, undefined, HELM), place);
}

/** What a function gives for arguments; `unknown` is what stands for what cannot be found out. */
export function callFunction(
  texts: Texts,
  name: string,
  all: Arguments,
  place: Place,
  unknown: () => Value,
): Value | undefined {
  const bool = (value: boolean | undefined): Value => (value === undefined ? unknown() : boolean(texts, value, place));
  const [first, second, third] = all;
  const last = all[all.length - 1];
  /** A pure function of the characters of the last argument. */
  const pure = (f: (text: string) => string | undefined): Value => {
    const text = printed(texts, last);
    const constant = text === undefined ? undefined : texts.constant(text);
    const made = constant === undefined ? undefined : f(constant);
    return made === undefined ? unknown() : at(texts.literal(made), last, place);
  };
  const word = (value: Value | undefined): string | undefined => {
    const text = printed(texts, value);
    return text === undefined ? undefined : texts.constant(text);
  };
  switch (name) {
    case 'default': {
      const given = truth(second);
      return given === false ? first : second;
    }
    case 'coalesce':
      return all.find((value) => truth(value) !== false);
    case 'required':
      return second;
    case 'ternary': {
      const test = truth(third);
      return test === undefined ? unknown() : test ? first : second;
    }
    case 'quote':
    case 'squote':
    case 'toString':
    case 'trim':
    case 'nindent':
    case 'indent':
    case 'print':
    case 'tpl':
    case 'toYaml': {
      const value = name === 'tpl' ? first : last;
      const text = printed(texts, value);
      if (text === undefined) return unknown();
      const constant = texts.constant(text);
      return constant === undefined ? value : at(texts.literal(constant.trim()), value, place);
    }
    case 'printf':
      return format(texts, word(first), all.slice(1), place) ?? unknown();
    case 'lower':
      return pure((text) => text.toLowerCase());
    case 'upper':
      return pure((text) => text.toUpperCase());
    case 'trimPrefix':
    case 'trimSuffix': {
      const cut = word(first) ?? '';
      return pure((text) =>
        name === 'trimPrefix'
          ? text.startsWith(cut)
            ? text.slice(cut.length)
            : text
          : cut !== '' && text.endsWith(cut)
            ? text.slice(0, -cut.length)
            : text,
      );
    }
    case 'trimAll':
    case 'trunc': {
      const n = Number(word(first));
      return pure((text) =>
        name === 'trunc' && Number.isInteger(n) ? (n < 0 ? text.slice(n) : text.slice(0, n)) : undefined,
      );
    }
    case 'replace': {
      const [from, to] = [word(first), word(second)];
      return pure((text) =>
        from === undefined || from === '' || to === undefined ? undefined : text.replaceAll(from, to),
      );
    }
    case 'eq':
    case 'ne': {
      const [a, b] = [word(first), word(second)];
      const same = a === undefined || b === undefined ? undefined : a === b;
      return bool(same === undefined ? undefined : same === (name === 'eq'));
    }
    case 'not':
    case 'empty': {
      const value = truth(first);
      return bool(value === undefined ? undefined : !value);
    }
    case 'and':
      return (
        all.find((value) => truth(value) === false) ?? (all.every((value) => truth(value) === true) ? last : unknown())
      );
    case 'or':
      for (const value of all) {
        const test = truth(value);
        if (test === undefined) return unknown();
        if (test) return value;
      }
      return last;
    case 'hasKey':
      return bool(
        first?.kind === 'map' && word(second) !== undefined ? first.entries.has(word(second) ?? '') : undefined,
      );
    case 'hasPrefix':
    case 'hasSuffix':
    case 'contains': {
      const [part, whole] = [word(first), word(second)];
      if (part === undefined || whole === undefined) return unknown();
      return bool(
        name === 'contains'
          ? whole.includes(part)
          : name === 'hasPrefix'
            ? whole.startsWith(part)
            : whole.endsWith(part),
      );
    }
    case 'get':
    case 'index': {
      let found: Value | undefined = first;
      for (const key of all.slice(1)) {
        const name = word(key);
        if (name === undefined) return unknown();
        found = found?.kind === 'list' ? found.items[Number(name)] : get(found, name);
      }
      return found;
    }
    case 'dict': {
      const entries = new Map<string, Value>();
      for (let i = 0; i + 1 < all.length; i += 2) {
        const [key, value] = [word(all[i]), all[i + 1]];
        if (key !== undefined && value !== undefined) entries.set(key, value);
      }
      return { kind: 'map', place, entries };
    }
    case 'list':
      return { kind: 'list', place, items: all.flatMap((value) => (value === undefined ? [] : [value])) };
    case 'int':
    case 'int64':
    case 'deepCopy':
      return first;
    case 'merge':
    case 'mergeOverwrite':
      return first?.kind === 'map' && second?.kind === 'map'
        ? {
            ...first,
            entries: new Map(
              name === 'merge' ? [...second.entries, ...first.entries] : [...first.entries, ...second.entries],
            ),
          }
        : unknown();
    default:
      return unknown();
  }
}

function boolean(texts: Texts, value: boolean, place: Place): Value {
  return { ...scalar(texts.literal(String(value)), place), isFalse: !value };
}

function at(text: Text, value: Value | undefined, place: Place): Value {
  return scalar(text, value?.place ?? place);
}

/** `printf` with `%s`, `%v`, `%d` and `%q`; the result stands where its last argument that is not empty does. */
function format(texts: Texts, pattern: string | undefined, given: Arguments, place: Place): Value | undefined {
  if (pattern === undefined) return undefined;
  const parts: Text[] = [];
  let where = place;
  let next = 0;
  for (const part of pattern.split(/(%[-+#0 ]*\d*(?:\.\d+)?[a-zA-Z%])/)) {
    if (part === '%%') parts.push(texts.literal('%'));
    else if (/^%[svdq]$/.test(part)) {
      const value = given[next];
      const text = printed(texts, value);
      if (text === undefined || next >= given.length) return undefined;
      parts.push(text);
      if (scalarOf(value) !== undefined && text.pieces.length > 0) where = value?.place ?? where;
      next += 1;
    } else if (part.startsWith('%')) return undefined;
    else parts.push(texts.literal(part));
  }
  return scalar(texts.concat(...parts), where);
}

/**
 * `common.images.image` of Bitnami's library and its many copies, for charts whose library is not in the project: the registry, the
 * repository, and the digest or else the tag of a map.
 */
export function imageOfMap(
  texts: Texts,
  image: Value | undefined,
  registry: Value | undefined,
  version: Value | undefined,
): Value | undefined {
  const repository = scalarOf(get(image, 'repository'));
  if (image === undefined || repository === undefined || truth(repository) === false) return undefined;
  const part = (key: string): Value | undefined => {
    const value = scalarOf(get(image, key));
    return truth(value) === false ? undefined : value;
  };
  const host = truth(registry) === true ? registry : part('registry');
  const digest = part('digest');
  const tag = part('tag') ?? version;
  const said = digest ?? tag;
  const text = texts.concat(
    ...(host === undefined ? [] : [printed(texts, host) ?? texts.empty, texts.literal('/')]),
    repository.text,
    ...(said === undefined
      ? []
      : [texts.literal(digest === undefined ? ':' : '@'), printed(texts, said) ?? texts.empty]),
  );
  return scalar(text, said?.place ?? repository.place);
}
