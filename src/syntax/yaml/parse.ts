/*
 * YAML by the package `yaml`, as a tree with spans.
 *
 * Three things are ours. Scalars keep the way from each of their characters to the file, through folding, block
 * indentation and escapes. Templates of other tools (`{{ … }}` of Helm, Jinja and Go) are hidden from the parser: a line
 * that has nothing else is a comment to it, and one inside a value is plain characters; the tree has the text as it stands
 * in the file. And aliases are bounded, so that ten lines of them cannot make a billion nodes.
 */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import { type MappedText, mapped, type Segment } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';
import type { YamlDocument, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlTree } from './tree.js';

/** A document that is larger than this once its aliases are followed is cut off. */
const NODE_LIMIT = 200_000;
const DEPTH_LIMIT = 200;

/** Parses all documents of a file. Never throws; what cannot be read is a problem, the rest is in the tree. */
export function parseYaml(text: string): YamlTree {
  const problems: Problem[] = [];
  const masked = maskTemplates(text);
  let documents: readonly Document.Parsed[];
  try {
    const parsed = parseAllDocuments(masked, {
      keepSourceTokens: false,
      strict: false,
      uniqueKeys: false,
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter: new LineCounter(),
      customTags: [],
    });
    documents = Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { documents: [], problems: [{ at: { start: 0, end: 0 }, message: `this YAML cannot be read: ${message}` }] };
  }
  const trees: YamlDocument[] = [];
  for (const document of documents) {
    for (const { pos, message } of document.errors)
      problems.push({
        at: { start: Math.min(pos[0], text.length), end: Math.min(Math.max(pos[0], pos[1]), text.length) },
        message: message.split('\n')[0] ?? message,
      });
    const reader: Reader = { text, masked, document, problems, known: new Map(), open: new Set(), left: NODE_LIMIT };
    trees.push({ root: document.contents === null ? undefined : readNode(reader, document.contents, 0) });
  }
  return { documents: trees, problems };
}

interface Reader {
  readonly text: string;
  readonly masked: string;
  readonly document: Document.Parsed;
  readonly problems: Problem[];
  /** Nodes that were read already, for aliases. */
  readonly known: Map<unknown, YamlNode>;
  readonly open: Set<unknown>;
  left: number;
}

function readNode(reader: Reader, node: ParsedNode | null, depth: number): YamlNode {
  const span = spanOf(node);
  reader.left -= 1;
  if (reader.left < 0 || depth > DEPTH_LIMIT) {
    const message = 'this YAML is larger or deeper than is read here; the rest is left out';
    if (!reader.problems.some((problem) => problem.message === message)) reader.problems.push({ at: span, message });
    return nothing(span);
  }
  if (node === null) return nothing(span);
  if (isAlias(node)) {
    const target = node.resolve(reader.document);
    if (target === undefined || reader.open.has(target)) {
      reader.problems.push({ at: span, message: `the alias *${node.source} names nothing that stands before it` });
      return nothing(span);
    }
    const known = reader.known.get(target);
    if (known !== undefined) {
      reader.left -= sizeOf(known);
      return reader.left < 0 ? nothing(span) : known;
    }
    return nothing(span);
  }
  const known = reader.known.get(node);
  if (known !== undefined) return known;
  reader.open.add(node);
  let made: YamlNode;
  if (isMap(node)) made = readMap(reader, node.items, span, tagOf(node), depth);
  else if (isSeq(node))
    made = {
      kind: 'list',
      span,
      tag: tagOf(node),
      items: node.items.map((item) =>
        isPair(item)
          ? readMap(
              reader,
              [item as (typeof node.items)[number] & { key: ParsedNode; value: ParsedNode | null }],
              span,
              '',
              depth + 1,
            )
          : readNode(reader, item as ParsedNode, depth + 1),
      ),
    };
  else made = readScalar(reader, node as Scalar.Parsed, span);
  reader.open.delete(node);
  reader.known.set(node, made);
  return made;
}

function readMap(
  reader: Reader,
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  span: Span,
  tag: string,
  depth: number,
): YamlMap {
  const own = new Map<string, YamlEntry>();
  const merged: YamlEntry[] = [];
  for (const { key, value } of items) {
    const name = readNode(reader, (key ?? null) as ParsedNode | null, depth + 1);
    if (name.kind !== 'scalar') {
      reader.problems.push({ at: name.span, message: 'a key that is a map or a list is not read' });
      continue;
    }
    const inner =
      value === null || value === undefined ? nothing(name.span) : readNode(reader, value as ParsedNode, depth + 1);
    if (name.plain && name.text.text === '<<') {
      // An earlier map of `<<: [*a, *b]` beats a later one.
      for (const map of inner.kind === 'list' ? inner.items : [inner])
        if (map.kind === 'map') merged.push(...map.entries);
      continue;
    }
    const text = name.text.text;
    if (own.has(text) && !/\{\{/.test(text)) {
      reader.problems.push({ at: name.span, message: `the key ${text} is given twice here; the last one counts` });
      own.delete(text);
    }
    own.set(text, { key: name, value: inner });
  }
  const inherited = new Map<string, YamlEntry>();
  for (const entry of merged) {
    const name = entry.key.text.text;
    if (!own.has(name) && !inherited.has(name)) inherited.set(name, entry);
  }
  return { kind: 'map', span, tag, entries: [...inherited.values(), ...own.values()] };
}

function sizeOf(node: YamlNode): number {
  if (node.kind === 'scalar') return 1;
  const known = sizes.get(node);
  if (known !== undefined) return known;
  const inner = node.kind === 'list' ? node.items : node.entries.map((entry) => entry.value);
  const size = inner.reduce((sum, one) => sum + sizeOf(one), 1);
  sizes.set(node, size);
  return size;
}

const sizes = new WeakMap<YamlNode, number>();

function spanOf(node: ParsedNode | null): Span {
  const range = node?.range;
  return range === undefined || range === null
    ? { start: 0, end: 0 }
    : { start: range[0], end: Math.max(range[0], range[1]) };
}

function tagOf(node: { readonly tag?: string | undefined }): string {
  const { tag } = node;
  return tag === undefined || tag.startsWith('tag:') ? '' : tag;
}

function nothing(span: Span): YamlScalar {
  return { kind: 'scalar', span, tag: '', text: mapped('', span.start), value: null, plain: true };
}

function readScalar(reader: Reader, node: Scalar.Parsed, span: Span): YamlScalar {
  const raw = reader.text.slice(span.start, span.end);
  const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
  const plain = node.type === 'PLAIN' || node.type === undefined;
  const value = typeof node.value === 'bigint' ? Number(node.value) : node.value;
  const template = plain && raw !== reader.masked.slice(span.start, span.end);
  const written = plain ? (template ? raw : (node.source ?? '')) : typeof value === 'string' ? value : '';
  const text = restored(reader, written, span, isBlock);
  return {
    kind: 'scalar',
    span,
    tag: tagOf(node),
    text,
    value:
      template || !plain
        ? text.text
        : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
          ? value
          : text.text,
    plain,
  };
}

/**
 * The way back of a scalar's characters. Both texts run in the same order; where a character of the value is not the next
 * one of the file, the file has something to skip: indentation, a line break that was folded, a backslash.
 */
function restored(reader: Reader, value: string, span: Span, isBlock: boolean): MappedText {
  let at = span.start;
  if (isBlock) at = Math.max(reader.masked.indexOf('\n', at) + 1, span.start);
  else if (/["']/.test(reader.masked[at] ?? '')) at += 1;
  const segments: Segment[] = [];
  let expected = -1;
  let out = '';
  const put = (i: number, source: number): void => {
    if (segments.length === 0 || source !== expected) segments.push({ at: i, source });
    expected = source + 1;
  };
  for (let i = 0; i < value.length; i += 1) {
    const c = value[i] ?? '';
    let next = at;
    if (reader.masked[next] !== c) {
      // A fold makes a blank of a line break; an escape makes one character of several.
      const limit = Math.min(span.end, at + 2000);
      while (next < limit && reader.masked[next] !== c) {
        if ((c === ' ' || c === '\n') && /[\r\n]/.test(reader.masked[next] ?? '')) break;
        if (reader.masked[next] === '\\' && escapeLength(reader.masked, next) > 0) break;
        next += 1;
      }
      if (next >= limit) next = at;
    }
    put(i, next);
    const escape = reader.masked[next] === '\\' && reader.masked[next] !== c ? escapeLength(reader.masked, next) : 0;
    const same = reader.masked[next] === c;
    out += same ? (reader.text[next] ?? c) : c;
    at = next + Math.max(1, escape);
  }
  return { text: out, segments: segments.length === 0 ? [{ at: 0, source: at }] : segments };
}

function escapeLength(text: string, at: number): number {
  const found = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\n])/.exec(text.slice(at, at + 10));
  return found?.[0].length ?? 0;
}

/** A text of the same length in which templates cannot confuse a YAML parser. */
export function maskTemplates(text: string): string {
  if (!text.includes('{{') && !text.includes('{%')) return text;
  return text.replace(
    /^([ \t]*)((?:\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})[ \t]*)+$|(?<!\$)\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/gm,
    (found, indent?: string) => {
      if (indent !== undefined) {
        // A line of its own: a comment on each of its lines.
        return found.replace(
          /[^\r\n]+/g,
          (line) =>
            `${' '.repeat(Math.min(indent.length, line.length - 1))}#${'-'.repeat(Math.max(0, line.length - indent.length - 1))}`,
        );
      }
      return found.replace(/[^\r\n]/g, 'T');
    },
  );
}
