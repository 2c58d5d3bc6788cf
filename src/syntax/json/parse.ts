import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { mapped } from '../../text/mapped.js';
import type { YamlEntry, YamlNode, YamlScalar, YamlTree } from '../yaml/tree.js';

const DEPTH_LIMIT = 200;

/** Parses JSON with comments, as the tree that YAML has. Never throws. */
export function parseJson(text: string): YamlTree {
  const errors: ParseError[] = [];
  const problems = (): YamlTree['problems'] =>
    errors.map(({ error, offset, length }) => ({
      at: { start: Math.min(offset, text.length), end: Math.min(offset + length, text.length) },
      message: `this JSON cannot be read: ${printParseErrorCode(error)}`,
    }));
  try {
    const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
    return { documents: [{ root: root === undefined ? undefined : nodeOf(text, root, 0) }], problems: problems() };
  } catch (error) {
    // The parser recurses; what is nested too deeply for it is no file of a person.
    if (!(error instanceof RangeError)) throw error;
    const at = { start: 0, end: Math.min(1, text.length) };
    return { documents: [], problems: [{ at, message: 'this JSON is nested too deeply to be read' }] };
  }
}

function nodeOf(text: string, node: Node, depth: number): YamlNode {
  const span = { start: node.offset, end: node.offset + node.length };
  if (depth > DEPTH_LIMIT) return scalar(text, node, null);
  if (node.type === 'array')
    return { kind: 'list', span, tag: '', items: (node.children ?? []).map((item) => nodeOf(text, item, depth + 1)) };
  if (node.type !== 'object') return scalar(text, node, valueOf(node));
  const entries = new Map<string, YamlEntry>();
  for (const { children } of node.children ?? []) {
    const [key, value] = children ?? [];
    if (key === undefined || value === undefined) continue;
    entries.set(String(key.value), {
      key: scalar(text, key, String(key.value)),
      value: nodeOf(text, value, depth + 1),
    });
  }
  return { kind: 'map', span, tag: '', entries: [...entries.values()] };
}

function valueOf(node: Node): YamlScalar['value'] {
  const value: unknown = node.value;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function scalar(text: string, node: Node, value: YamlScalar['value']): YamlScalar {
  const span = { start: node.offset, end: node.offset + node.length };
  const isString = node.type === 'string';
  const characters = value === null ? '' : isString ? String(value) : text.slice(span.start, span.end);
  // Escapes are rare; with them the places of single characters are those of the whole string.
  const start = isString ? span.start + 1 : span.start;
  return { kind: 'scalar', span, tag: '', text: mapped(characters, start), value, plain: !isString };
}
