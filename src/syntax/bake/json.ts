/*
 * A bake file in JSON, as the same tree (HCL's JSON syntax, https://github.com/hashicorp/hcl/blob/main/json/spec.md).
 *
 * JSON does not say what is a block: the names of bake's blocks do. Strings are templates, also those that are keys of
 * objects.
 */
import { type Node, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type MappedText, mapped, type Segment, spanToSource } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';
import { parseExpression } from './expression.js';
import { scan } from './lex.js';
import { newParser, peek } from './parser.js';
import { parseBare } from './template.js';
import type { Attribute, BakeFile, Block, Body, Expression, Label, ObjectEntry, TemplateExpression } from './tree.js';

/** How many labels the blocks of bake have; `validation` stands in a variable. */
const BLOCKS: ReadonlyMap<string, number> = new Map([
  ['variable', 1],
  ['group', 1],
  ['target', 1],
  ['function', 1],
]);
const INNER: ReadonlyMap<string, number> = new Map([['validation', 0]]);
const NONE: ReadonlyMap<string, number> = new Map();

interface Reader {
  readonly text: string;
  readonly problems: Problem[];
}

const DEPTH_LIMIT = 100;

/** Parses `docker-bake.json`. Never throws. */
export function parseBakeJson(text: string): BakeFile {
  const problems: Problem[] = [];
  const span = { start: 0, end: text.length };
  const body = (root: Node | undefined): Body =>
    root === undefined
      ? { span, attributes: [], blocks: [] }
      : { ...readBody({ text, problems }, root, BLOCKS, 0), span };
  let root: Node | undefined;
  if (isTooDeep(text)) problems.push({ at: span, message: 'this JSON is nested deeper than is read here' });
  else {
    const errors: { error: number; offset: number; length: number }[] = [];
    root = parseTree(text, errors, { disallowComments: false, allowTrailingComma: false });
    for (const { error, offset, length } of errors) {
      const message = `this JSON is broken here: ${wordsOf(printParseErrorCode(error))}`;
      problems.push({ at: { start: offset, end: offset + length }, message });
    }
  }
  const made = body(root);
  problems.sort((a, b) => a.at.start - b.at.start);
  return { body: made, tokens: [], problems };
}

/** `CommaExpected` in words. */
function wordsOf(code: string): string {
  return code.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim();
}

/** Counts brackets, also those in strings: the package reads by recursion. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (c === '{' || c === '[') depth += 1;
    else if (c === '}' || c === ']') depth -= 1;
    if (depth > 1000) return true;
  }
  return false;
}

function spanOf(node: Node): Span {
  return { start: node.offset, end: node.offset + node.length };
}

function childrenOf(node: Node): readonly Node[] {
  return node.children ?? [];
}

/** An object, or a list of objects that stand for one body. */
function readBody(reader: Reader, node: Node, blocks: ReadonlyMap<string, number>, depth: number): Body {
  const attributes: Attribute[] = [];
  const found: Block[] = [];
  if (depth > DEPTH_LIMIT)
    reader.problems.push({ at: spanOf(node), message: 'this is nested deeper than is read here' });
  else if (node.type === 'array') {
    for (const child of childrenOf(node)) {
      const one = readBody(reader, child, blocks, depth + 1);
      attributes.push(...one.attributes);
      found.push(...one.blocks);
    }
  } else if (node.type !== 'object') {
    reader.problems.push({ at: spanOf(node), message: 'an object is expected here' });
  } else {
    for (const property of childrenOf(node)) {
      const [key, value] = childrenOf(property);
      if (key === undefined || value === undefined) continue;
      const name: unknown = key.value;
      // A key of this name is a comment.
      if (typeof name !== 'string' || name === '//') continue;
      const nameSpan = insideOf(key);
      const labels = blocks.get(name);
      if (labels === undefined) attributes.push({ name, nameSpan, value: readValue(reader, value, 0) });
      else readBlocks(reader, { type: name, typeSpan: nameSpan }, value, labels, [], found, depth + 1);
    }
  }
  return { span: spanOf(node), attributes, blocks: found };
}

function readBlocks(
  reader: Reader,
  head: Pick<Block, 'type' | 'typeSpan'>,
  node: Node,
  labelsLeft: number,
  labels: readonly Label[],
  into: Block[],
  depth: number,
): void {
  if (node.type === 'array') {
    if (depth > DEPTH_LIMIT) return;
    for (const child of childrenOf(node)) readBlocks(reader, head, child, labelsLeft, labels, into, depth + 1);
  } else if (labelsLeft === 0) {
    const inner = head.type === 'variable' ? INNER : NONE;
    into.push({ ...head, labels, body: readBody(reader, node, inner, depth + 1) });
  } else if (node.type !== 'object') {
    reader.problems.push({
      at: spanOf(node),
      message: `an object of ${head.type} blocks by their names is expected here`,
    });
  } else {
    for (const property of childrenOf(node)) {
      const [key, value] = childrenOf(property);
      const text: unknown = key?.value;
      if (key === undefined || value === undefined || typeof text !== 'string' || text === '//') continue;
      const label: Label = { text, span: insideOf(key) };
      readBlocks(reader, head, value, labelsLeft - 1, [...labels, label], into, depth + 1);
    }
  }
}

/** Without the quotes. */
function insideOf(node: Node): Span {
  return { start: node.offset + 1, end: Math.max(node.offset + 1, node.offset + node.length - 1) };
}

function readValue(reader: Reader, node: Node, depth: number): Expression {
  const span = spanOf(node);
  if (depth > DEPTH_LIMIT) {
    reader.problems.push({ at: span, message: 'this is nested deeper than is read here' });
    return { kind: 'invalid', span };
  }
  const value: unknown = node.value;
  switch (node.type) {
    case 'string':
      return readTemplate(reader, node);
    case 'array':
      return { kind: 'tuple', items: childrenOf(node).map((child) => readValue(reader, child, depth + 1)), span };
    case 'object': {
      const entries: ObjectEntry[] = [];
      for (const property of childrenOf(node)) {
        const [key, inner] = childrenOf(property);
        if (key === undefined || inner === undefined || key.value === '//') continue;
        entries.push({ key: readTemplate(reader, key), value: readValue(reader, inner, depth + 1) });
      }
      return { kind: 'object', entries, span };
    }
    default:
      if (value === null || typeof value === 'number' || typeof value === 'boolean')
        return { kind: 'literal', value, span };
      return { kind: 'invalid', span };
  }
}

function readTemplate(reader: Reader, node: Node): TemplateExpression {
  const decoded = decode(reader.text, node);
  const scanned = scan(decoded.text, true);
  const problems: Problem[] = scanned.problems.map(({ at, message }) => ({ at: spanToSource(decoded, at), message }));
  const template = parseBare(newParser(decoded.text, scanned.tokens, problems, (span) => spanToSource(decoded, span)));
  const span = spanOf(node);
  reader.problems.push(...problems);
  if (problems.length === 0) return { ...template, span };
  return { kind: 'template', parts: [{ kind: 'interpolation', value: { kind: 'invalid', span }, span }], span };
}

/** Bake reads `variable "X" { type = string }` in JSON as an expression in a string. */
export function parseBakeExpression(text: string): Expression | undefined {
  const scanned = scan(text);
  const problems: Problem[] = [...scanned.problems];
  const parser = newParser(text, scanned.tokens, problems, (span) => span);
  const made = parseExpression(parser);
  return problems.length > 0 || peek(parser) !== undefined ? undefined : made;
}

/** The characters of a JSON string with the way back to its file. */
function decode(text: string, node: Node): MappedText {
  const { start, end } = insideOf(node);
  const raw = text.slice(start, end);
  if (!raw.includes('\\')) return mapped(raw, start);
  const segments: Segment[] = [];
  let out = '';
  let at = 0;
  let expected = -1;
  while (at < raw.length) {
    const found = /^\\(?:u([0-9a-fA-F]{4})|([\s\S]))/.exec(raw.slice(at, at + 6));
    if (expected !== at) segments.push({ at: out.length, source: start + at });
    if (found === null) {
      out += raw[at] ?? '';
      at += 1;
      expected = at;
      continue;
    }
    const [whole, code, letter = ''] = found;
    const simple: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
    out += code === undefined ? (simple[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16));
    at += whole.length;
    expected = -1;
  }
  return { text: out, segments: segments.length === 0 ? [{ at: 0, source: start }] : segments };
}
