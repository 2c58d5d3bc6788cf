/*
 * TOML by the package `smol-toml`, as the tree that YAML has. The package gives values without places; the line that sets
 * a key is found by the tables that it stands under.
 */
import { parse, TomlDate, TomlError } from 'smol-toml';
import { mapped } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';
import type { YamlNode, YamlScalar, YamlTree } from '../yaml/tree.js';

/** Parses TOML. Never throws. */
export function parseToml(text: string): YamlTree {
  try {
    const places = placesOf(text);
    return { documents: [{ root: nodeOf(parse(text), [], places, { start: 0, end: text.length }) }], problems: [] };
  } catch (error) {
    if (!(error instanceof TomlError) && !(error instanceof RangeError)) throw error;
    const start = error instanceof TomlError ? offsetOf(text, error.line, error.column) : 0;
    const [first = ''] = error.message.split('\n');
    return {
      documents: [],
      problems: [
        { at: { start, end: Math.min(start + 1, text.length) }, message: `this TOML cannot be read: ${first}` },
      ],
    };
  }
}

function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n').slice(0, line - 1);
  return Math.min(text.length, lines.reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column - 1));
}

interface KeyPlace {
  readonly key: Span;
  readonly value: Span;
}

/** Where keys are set, by their path; of keys that are given several times (`[[x]]`), the first. */
function placesOf(text: string): ReadonlyMap<string, KeyPlace> {
  const places = new Map<string, KeyPlace>();
  let table: readonly string[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const header = /^\s*\[{1,2}([^[\]]+)\]{1,2}/.exec(line);
    const entry = /^(\s*)([\w."' -]+?)(\s*=\s*)(.*?)\s*$/.exec(line);
    if (header !== null) {
      table = segmentsOf(header[1] ?? '');
      const start = at + line.indexOf(header[1] ?? '');
      const span = { start, end: start + (header[1] ?? '').length };
      if (!places.has(table.join('\0'))) places.set(table.join('\0'), { key: span, value: span });
    } else if (entry !== null) {
      const [, indent = '', name = '', equals = '', value = ''] = entry;
      const start = at + indent.length;
      const path = [...table, ...segmentsOf(name)].join('\0');
      const from = start + name.length + equals.length;
      if (!places.has(path))
        places.set(path, {
          key: { start, end: start + name.length },
          value: { start: from, end: from + value.length },
        });
    }
    at += line.length + 1;
  }
  return places;
}

function segmentsOf(path: string): readonly string[] {
  return (path.match(/"[^"]*"|'[^']*'|[^.\s]+/g) ?? []).map((part) => part.replace(/^(["'])(.*)\1$/, '$2'));
}

function nodeOf(value: unknown, path: readonly string[], places: ReadonlyMap<string, KeyPlace>, outer: Span): YamlNode {
  const place = places.get(path.join('\0'));
  const span = place?.value ?? outer;
  if (Array.isArray(value))
    return { kind: 'list', span, tag: '', items: value.map((item: unknown) => nodeOf(item, path, places, span)) };
  if (typeof value === 'object' && value !== null && !(value instanceof TomlDate)) {
    const entries = Object.entries(value).map(([name, inner]: [string, unknown]) => {
      const below = [...path, name];
      const at = places.get(below.join('\0'))?.key ?? span;
      return { key: scalar(name, at), value: nodeOf(inner, below, places, span) };
    });
    return { kind: 'map', span, tag: '', entries };
  }
  return scalar(
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value),
    span,
  );
}

function scalar(value: string | number | boolean, span: Span): YamlScalar {
  return {
    kind: 'scalar',
    span,
    tag: '',
    text: mapped(String(value), span.start),
    value,
    plain: typeof value !== 'string',
  };
}
