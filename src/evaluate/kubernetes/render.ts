/*
 * Helm's templates, rendered as far as images go. A template is evaluated with a chart's values for one environment; what it writes
 * is not read as YAML, but line by line: a line `image: …` is an image. So whatever surrounds it may be unknown (`toYaml`, files,
 * the cluster's capabilities) without harm. A condition that is not known is a question of its own, and both of its branches count.
 */
import { parseTemplate } from '../../syntax/gotemplate/parse.js';
import type { Expression, TemplateNode } from '../../syntax/gotemplate/tree.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { callFunction, imageOfMap, printed, truth, unknownOf } from './functions.js';
import { note, type Reading, startOf } from './reading.js';
import { get, type MapValue, scalar, stringOf, type Value } from './value.js';

/** A template with the file that it stands in. */
export interface TemplateFile {
  readonly file: string;
  readonly text: string;
  readonly nodes: readonly TemplateNode[];
}

/** Parses a template of a chart. */
export function templateFile(file: string, text: string): TemplateFile {
  return { file, text, nodes: parseTemplate(text).nodes };
}

/** An image that a template writes. */
export interface RenderedImage {
  readonly text: Text;
  /** The value that decides it, or the line of the template. */
  readonly place: Place;
  /** The line of the template. */
  readonly line: Place;
  readonly when: Condition;
  /** The kind of the object, lower case; empty where it is not written out. */
  readonly kind: string;
}

type Define = { readonly file: TemplateFile; readonly body: readonly TemplateNode[] };

interface Machine {
  readonly reading: Reading;
  readonly defines: ReadonlyMap<string, Define>;
  /** How many nodes may still be evaluated. */
  left: number;
}

interface Scope {
  readonly file: TemplateFile;
  readonly root: Value | undefined;
  readonly dot: Value | undefined;
  readonly variables: Map<string, Value | undefined>;
  readonly depth: number;
}

const NODE_LIMIT = 100_000;
const DEPTH_LIMIT = 30;

/** What is written, and under which condition. */
interface Sink {
  when: Condition;
  write(text: Text, place: Place | undefined, at: Place): void;
}

/** The images that the templates of a chart write. */
export function renderImages(
  reading: Reading,
  templates: readonly TemplateFile[],
  helpers: readonly TemplateFile[],
  root: MapValue,
  when: Condition,
): readonly RenderedImage[] {
  const defines = new Map<string, Define>();
  for (const file of [...helpers, ...templates]) collect(file, file.nodes, defines);
  const machine: Machine = { reading, defines, left: NODE_LIMIT };
  return templates.flatMap((file) => {
    const lines = new Lines(reading, when);
    run(machine, file.nodes, { file, root, dot: root, variables: new Map(), depth: 0 }, lines);
    lines.end();
    return lines.images;
  });
}

function collect(file: TemplateFile, nodes: readonly TemplateNode[], defines: Map<string, Define>): void {
  for (const node of nodes) if (node.kind === 'define') defines.set(node.name, { file, body: node.body });
}

// ------------------------------------------------------------------------------------------------ what is written

interface Fragment {
  readonly text: Text;
  readonly place: Place | undefined;
  readonly at: Place;
}

const NO_IMAGES = /^(?:customresourcedefinition|configmap|secret)$/;

/** Recognises images in what a template writes. */
class Lines implements Sink {
  readonly images: RenderedImage[] = [];
  readonly #reading: Reading;
  #line: Fragment[] = [];
  #kind = '';
  when: Condition;

  constructor(reading: Reading, when: Condition) {
    this.#reading = reading;
    this.when = when;
  }

  write(text: Text, place: Place | undefined, at: Place): void {
    const constant = this.#reading.texts.constant(text);
    if (constant?.includes('\n') !== true) {
      this.#line.push({ text, place, at });
      return;
    }
    let offset = 0;
    for (const [index, line] of constant.split('\n').entries()) {
      if (index > 0) this.end();
      const where =
        place === undefined ? { ...at, start: at.start + offset, end: at.start + offset + line.length } : at;
      if (line !== '') this.#line.push({ text: this.#reading.texts.literal(line), place, at: where });
      offset += line.length + 1;
    }
  }

  end(): void {
    const line = this.#line;
    this.#line = [];
    const { texts } = this.#reading;
    const whole = texts.concat(...line.map(({ text }) => text));
    const [first] = whole.pieces;
    if (first?.kind !== 'literal') return;
    if (/^---/.test(first.text)) this.#kind = '';
    const kind = /^kind:\s*["']?(\w+)/.exec(first.text)?.[1];
    if (kind !== undefined) this.#kind = kind.toLowerCase();
    const head = /^\s*(?:-\s+)?["']?image["']?:[ \t]+/.exec(first.text);
    if (head === null || NO_IMAGES.test(this.#kind) || this.when === texts.space.false) return;
    const image = unquoted(
      this.#reading,
      texts.join([{ kind: 'literal', text: first.text.slice(head[0].length) }, ...whole.pieces.slice(1)]),
    );
    if (image === undefined) return;
    const [from] = line;
    const to = line[line.length - 1];
    if (from === undefined || to === undefined) return;
    const where = {
      file: from.at.file,
      start: from.at.start + leading(texts.constant(from.text) ?? ''),
      end: to.at.end,
    };
    const decides = line.filter(({ place }) => isValue(place));
    const place = decides[decides.length - 1]?.place ?? where;
    this.images.push({ text: image, place, line: where, when: this.when, kind: this.#kind });
  }
}

/** Whether a value stands in a values file or the like, and not in a template. */
function isValue(place: Place | undefined): boolean {
  return place !== undefined && !/(?:^|\/)templates\//.test(place.file);
}

function leading(text: string): number {
  return /^\s*(?:-\s+)?/.exec(text)?.[0].length ?? 0;
}

/** The text without the quotes and the comment of YAML; undefined when it is no scalar. */
function unquoted(reading: Reading, text: Text): Text | undefined {
  const { texts } = reading;
  const marked = text.pieces
    .map((piece, index) => (piece.kind === 'literal' ? piece.text : `\u0000${index}\u0000`))
    .join('');
  const body = /^"((?:[^"\\]|\\.)*)"|^'([^']*)'|^((?:[^\s#&*!|>{[\]}]|(?<=\S)#)\S*)/.exec(marked);
  const inner = body?.[1] ?? body?.[2] ?? body?.[3];
  if (inner === undefined || inner === '' || inner.endsWith(':')) return undefined;
  const parts = inner.split('\u0000');
  return texts.join(
    parts.flatMap((part, index) => {
      if (index % 2 === 0) return [{ kind: 'literal', text: part }] as const;
      const piece = text.pieces[Number(part)];
      return piece === undefined ? [] : [piece];
    }),
  );
}

/** Keeps what is written as one text. */
class Capture implements Sink {
  readonly #reading: Reading;
  readonly parts: Text[] = [];
  place: Place | undefined;
  when: Condition;

  constructor(reading: Reading, when: Condition) {
    this.#reading = reading;
    this.when = when;
  }

  write(text: Text, place: Place | undefined): void {
    this.parts.push(text);
    if (isValue(place) && text.pieces.length > 0) this.place = place;
  }

  get text(): Text {
    return this.#reading.texts.concat(...this.parts);
  }
}

// ------------------------------------------------------------------------------------------------ nodes

function run(machine: Machine, nodes: readonly TemplateNode[], scope: Scope, sink: Sink): void {
  const { texts } = machine.reading;
  for (const node of nodes) {
    machine.left -= 1;
    if (machine.left < 0 || scope.depth > DEPTH_LIMIT) {
      note(
        machine.reading,
        startOf(scope.file.file),
        'these templates lead further than is evaluated here; the rest is left out',
      );
      return;
    }
    const at: Place = { file: scope.file.file, ...node.span };
    switch (node.kind) {
      case 'text':
        sink.write(texts.literal(node.text), undefined, at);
        break;
      case 'action': {
        const value = evaluate(machine, node.value, scope);
        const text = printed(texts, value) ?? texts.symbol(source(scope, node.span), undefined, 'helm');
        sink.write(text, value?.place, at);
        break;
      }
      case 'assign':
        scope.variables.set(node.name, evaluate(machine, node.value, scope));
        break;
      case 'define':
        break;
      case 'if':
        choose(machine, node.branches, scope, sink, at);
        break;
      case 'with':
      case 'range': {
        const value = evaluate(machine, node.value, scope);
        const items = truth(value) === false ? [] : node.kind === 'with' ? [['', value] as const] : itemsIn(value);
        if (items.length === 0) run(machine, node.otherwise, { ...scope, depth: scope.depth + 1 }, sink);
        for (const [key, item] of items) {
          const variables = new Map(scope.variables);
          const [name, second] = node.names;
          if (name !== undefined && second === undefined) variables.set(name, item);
          if (name !== undefined && second !== undefined) {
            variables.set(name, scalar(texts.literal(key), at));
            variables.set(second, item);
          }
          run(machine, node.body, { ...scope, dot: item, variables, depth: scope.depth + 1 }, sink);
        }
      }
    }
  }
}

function itemsIn(value: Value | undefined): readonly (readonly [string, Value | undefined])[] {
  if (value?.kind === 'list') return value.items.map((item, index) => [String(index), item]);
  if (value?.kind === 'map') return [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return [['', value]];
}

function choose(
  machine: Machine,
  branches: readonly { readonly condition: Expression | undefined; readonly body: readonly TemplateNode[] }[],
  scope: Scope,
  sink: Sink,
  at: Place,
): void {
  const [branch, ...rest] = branches;
  if (branch === undefined) return;
  const inner: Scope = { ...scope, variables: scope.variables, depth: scope.depth + 1 };
  const test = branch.condition === undefined ? true : truth(evaluate(machine, branch.condition, scope));
  if (test === true) {
    run(machine, branch.body, inner, sink);
    return;
  }
  if (test === false || branch.condition === undefined) {
    choose(machine, rest, scope, sink, at);
    return;
  }
  const { texts } = machine.reading;
  const { space } = texts;
  const condition = space.holds(space.opaque(`{{ if ${source(scope, branch.condition.span)} }}`));
  const before = sink.when;
  if (sink instanceof Lines && branches.some(({ body }) => hasLineBreak(body))) {
    sink.when = space.and(before, condition);
    run(machine, branch.body, inner, sink);
    sink.when = space.and(before, space.not(condition));
    choose(machine, rest, inner, sink, at);
    sink.when = before;
    return;
  }
  const [then, otherwise] = [new Capture(machine.reading, before), new Capture(machine.reading, before)];
  run(machine, branch.body, inner, then);
  choose(machine, rest, inner, otherwise, at);
  sink.write(texts.pick(condition, then.text, otherwise.text), then.place ?? otherwise.place, at);
}

function hasLineBreak(nodes: readonly TemplateNode[]): boolean {
  return nodes.some((node) => {
    if (node.kind === 'text') return node.text.includes('\n');
    if (node.kind === 'if') return node.branches.some(({ body }) => hasLineBreak(body));
    return node.kind === 'with' || node.kind === 'range'
      ? hasLineBreak(node.body) || hasLineBreak(node.otherwise)
      : false;
  });
}

function source(scope: Scope, span: { readonly start: number; readonly end: number }): string {
  return scope.file.text.slice(span.start, span.end).replace(/\s+/g, ' ');
}

// ------------------------------------------------------------------------------------------------ expressions

function evaluate(machine: Machine, expression: Expression, scope: Scope): Value | undefined {
  const { texts } = machine.reading;
  const at: Place = { file: scope.file.file, ...expression.span };
  const unknown = (): Value => unknownOf(texts, source(scope, expression.span), at);
  machine.left -= 1;
  if (machine.left < 0) return unknown();
  switch (expression.kind) {
    case 'string':
      return scalar(texts.literal(expression.value), at);
    case 'number':
      return { ...scalar(texts.literal(expression.value), at), isFalse: Number(expression.value) === 0 };
    case 'word':
      if (expression.value === 'nil') return undefined;
      return { ...scalar(texts.literal(expression.value), at), isFalse: expression.value === 'false' };
    case 'field': {
      const from =
        expression.of !== undefined
          ? evaluate(machine, expression.of, scope)
          : expression.variable === undefined
            ? scope.dot
            : expression.variable === ''
              ? scope.root
              : scope.variables.get(expression.variable);
      let found = from;
      for (const key of expression.path) {
        // A part of something unknown is unknown.
        if (found?.kind === 'scalar' && texts.constant(found.text) === undefined) return unknown();
        found = get(found, key);
      }
      return found?.kind === 'scalar' && found.isNull ? undefined : found;
    }
    case 'call':
      return call(machine, expression, scope, at, unknown);
  }
}

function call(
  machine: Machine,
  expression: Expression & { readonly kind: 'call' },
  scope: Scope,
  at: Place,
  unknown: () => Value,
): Value | undefined {
  const { texts } = machine.reading;
  const values = expression.arguments.map((argument) => evaluate(machine, argument, scope));
  if (expression.name === 'include' || expression.name === 'template') {
    const name = stringOf(texts, values[0]) ?? '';
    const define = machine.defines.get(name);
    if (define !== undefined) {
      if (scope.depth >= DEPTH_LIMIT) return unknown();
      const capture = new Capture(machine.reading, texts.space.true);
      const [, dot] = values;
      run(
        machine,
        define.body,
        { file: define.file, root: dot, dot, variables: new Map(), depth: scope.depth + 1 },
        capture,
      );
      return scalar(trimmed(machine.reading, capture.text), capture.place ?? at);
    }
    const [, given] = values;
    const image = /image/i.test(name) ? (get(given, 'imageRoot') ?? get(given, 'image')) : undefined;
    const version = get(given, 'chart', 'AppVersion');
    return imageOfMap(texts, image, get(given, 'global', 'imageRegistry'), version) ?? unknown();
  }
  if (expression.name === 'tpl') {
    const [value] = values;
    const text = stringOf(texts, value);
    if (text?.includes('{{') === true && value !== undefined && scope.depth < DEPTH_LIMIT) {
      const inner = templateFile(value.place.file, text);
      const capture = new Capture(machine.reading, texts.space.true);
      const [, dot] = values;
      run(machine, inner.nodes, { file: inner, root: dot, dot, variables: new Map(), depth: scope.depth + 1 }, capture);
      return scalar(capture.text, value.place);
    }
  }
  return callFunction(texts, expression.name, values, at, unknown);
}

function trimmed(reading: Reading, text: Text): Text {
  const { pieces } = text;
  return reading.texts.join(
    pieces.map((piece, index) => {
      if (piece.kind !== 'literal') return piece;
      const start = index === 0 ? piece.text.trimStart() : piece.text;
      return { kind: 'literal', text: index === pieces.length - 1 ? start.trimEnd() : start };
    }),
  );
}
