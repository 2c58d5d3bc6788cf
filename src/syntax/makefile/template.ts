/*
 * What make expands: literal text, `$(name)`, `$(name:a=b)`, `$(function arguments)`, `$X` and `$$`.
 *
 * Make finds the end of a reference in one of three ways (expand.c, function.c), and so does this reader. A call of a
 * built-in function counts brackets of its own kind. Another reference with a `$` inside does so too. One without ends
 * at the very next closing bracket, so the name of `$(a(b)` is `a(b`. Arguments are divided by commas that stand in no
 * inner pair of brackets of the kind that the call itself uses.
 *
 * Brackets are matched in one pass over the whole text, so that nested calls do not scan it again and again.
 */
import type { Span } from '../../text/span.js';
import { isSpace, skipSpace } from './lines.js';

/** Offsets are into the text that was read, also those of inner templates. */
export type Template = readonly TemplatePart[];

export type TemplatePart = LiteralPart | VariablePart | SubstitutionPart | CallPart | ErrorPart;

export interface LiteralPart extends Span {
  readonly kind: 'literal';
  /** The characters; `$` for `$$`. */
  readonly text: string;
}

/** `$(name)`, `${name}` or `$X`; the name is a template of its own. */
export interface VariablePart extends Span {
  readonly kind: 'variable';
  readonly name: Template;
}

/** `$(name:from=to)`. */
export interface SubstitutionPart extends Span {
  readonly kind: 'substitution';
  readonly name: Template;
  readonly from: Template;
  readonly to: Template;
}

/** `$(function a,b)`: each argument as a template with its raw range. */
export interface CallPart extends Span {
  readonly kind: 'call';
  readonly function: string;
  readonly arguments: readonly Argument[];
}

export interface Argument extends Span {
  readonly template: Template;
}

/** What make stops at when it comes to expand it. */
export interface ErrorPart extends Span {
  readonly kind: 'error';
  readonly message: string;
}

/** The functions of GNU make with the most arguments that they take (0: any number) and the least. */
export const FUNCTIONS: ReadonlyMap<string, { readonly most: number; readonly least: number }> = new Map(
  Object.entries({
    abspath: [1, 0],
    addprefix: [2, 2],
    addsuffix: [2, 2],
    and: [0, 1],
    basename: [1, 0],
    call: [0, 1],
    dir: [1, 0],
    error: [1, 0],
    eval: [1, 0],
    file: [2, 1],
    filter: [2, 2],
    'filter-out': [2, 2],
    findstring: [2, 2],
    firstword: [1, 0],
    flavor: [1, 0],
    foreach: [3, 3],
    guile: [1, 0],
    if: [3, 2],
    info: [1, 0],
    join: [2, 2],
    lastword: [1, 0],
    notdir: [1, 0],
    or: [0, 1],
    origin: [1, 0],
    patsubst: [3, 3],
    realpath: [1, 0],
    shell: [1, 0],
    sort: [1, 0],
    strip: [1, 0],
    subst: [3, 3],
    suffix: [1, 0],
    value: [1, 0],
    warning: [1, 0],
    wildcard: [1, 0],
    word: [2, 2],
    wordlist: [3, 3],
    words: [1, 0],
  }).map(([name, [most = 0, least = 0]]) => [name, { most, least }]),
);

/** Deeper nesting than this is not read. */
const DEPTH = 100;

/** Reads a text that make would expand. Never throws; linear in the length of the text. */
export function parseTemplate(text: string): Template {
  if (text === '') return [];
  if (!text.includes('$')) return [{ kind: 'literal', text, start: 0, end: text.length }];
  return read({ text, brackets: matchBrackets(text) }, 0, text.length, 0);
}

/** For one kind of bracket: where each opening one is closed, and the commas directly inside. */
interface Pairs {
  readonly close: ReadonlyMap<number, number>;
  readonly commas: ReadonlyMap<number, readonly number[]>;
  /** The offsets of all closing brackets, ascending. */
  readonly closings: readonly number[];
}

interface Brackets {
  readonly round: Pairs;
  readonly curly: Pairs;
  readonly dollars: readonly number[];
}

interface Source {
  readonly text: string;
  readonly brackets: Brackets;
}

function matchBrackets(text: string): Brackets {
  const dollars: number[] = [];
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', at + 1)) dollars.push(at);
  return { round: matchKind(text, '(', ')'), curly: matchKind(text, '{', '}'), dollars };
}

function matchKind(text: string, open: string, close: string): Pairs {
  const closed = new Map<number, number>();
  const commas = new Map<number, number[]>();
  const closings: number[] = [];
  const stack: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (c === open) stack.push(at);
    else if (c === close) {
      closings.push(at);
      const start = stack.pop();
      if (start !== undefined) closed.set(start, at);
    } else if (c === ',') {
      const inside = stack[stack.length - 1];
      if (inside === undefined) continue;
      const known = commas.get(inside);
      if (known === undefined) commas.set(inside, [at]);
      else known.push(at);
    }
  }
  return { close: closed, commas, closings };
}

/** The first number of an ascending list that is not smaller than `at`. */
function firstFrom(list: readonly number[], at: number): number | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return list[low];
}

function read(source: Source, start: number, end: number, depth: number): Template {
  const { text, brackets } = source;
  const parts: TemplatePart[] = [];
  let at = start;
  while (at < end) {
    const dollar = firstFrom(brackets.dollars, at);
    if (dollar === undefined || dollar >= end) {
      parts.push({ kind: 'literal', text: text.slice(at, end), start: at, end });
      break;
    }
    if (dollar > at) parts.push({ kind: 'literal', text: text.slice(at, dollar), start: at, end: dollar });
    const part = readReference(source, dollar, end, depth);
    parts.push(part);
    at = part.end;
  }
  return parts;
}

function readReference(source: Source, dollar: number, end: number, depth: number): TemplatePart {
  const { text, brackets } = source;
  const next = dollar + 1 < end ? text[dollar + 1] : undefined;
  if (next === undefined || next === '$')
    return { kind: 'literal', text: '$', start: dollar, end: Math.min(end, dollar + 2) };
  if (next !== '(' && next !== '{') {
    const stop = dollar + 1 + String.fromCodePoint(text.codePointAt(dollar + 1) ?? 0).length;
    const name: Template = [{ kind: 'literal', text: text.slice(dollar + 1, stop), start: dollar + 1, end: stop }];
    return { kind: 'variable', name, start: dollar, end: stop };
  }
  if (depth >= DEPTH) return { kind: 'error', message: 'references are nested too deep here', start: dollar, end };
  const pairs = next === '(' ? brackets.round : brackets.curly;
  const call = readCall(source, pairs, dollar, end, depth);
  if (call !== undefined) return call;
  const body = dollar + 2;
  const first = firstFrom(pairs.closings, body);
  if (first === undefined || first >= end)
    return { kind: 'error', message: 'unterminated variable reference', start: dollar, end };
  const inner = firstFrom(brackets.dollars, body);
  const matched = pairs.close.get(dollar + 1);
  const stop = inner !== undefined && inner < first && matched !== undefined && matched < end ? matched : first;
  return { ...readName(source, body, stop, depth), start: dollar, end: stop + 1 };
}

type Named =
  | { readonly kind: 'variable'; readonly name: Template }
  | { readonly kind: 'substitution'; readonly name: Template; readonly from: Template; readonly to: Template };

/** Reads `name` or `name:from=to`; a colon or equals sign that an inner reference gives does not count. */
function readName(source: Source, start: number, end: number, depth: number): Named {
  const whole = read(source, start, end, depth + 1);
  const colon = findLiteral(whole, ':', start);
  const equals = colon === -1 ? -1 : findLiteral(whole, '=', colon + 1);
  if (equals === -1) return { kind: 'variable', name: whole };
  return {
    kind: 'substitution',
    name: cutTemplate(whole, start, colon),
    from: cutTemplate(whole, colon + 1, equals),
    to: cutTemplate(whole, equals + 1, end),
  };
}

/** The offset of a character in the literal parts of a template, or -1. */
function findLiteral(template: Template, character: string, from: number): number {
  for (const part of template) {
    if (part.kind !== 'literal' || part.end <= from || part.text.length !== part.end - part.start) continue;
    const at = part.text.indexOf(character, Math.max(0, from - part.start));
    if (at !== -1) return part.start + at;
  }
  return -1;
}

function cutTemplate(template: Template, start: number, end: number): Template {
  return template.flatMap((part): Template => {
    if (part.start >= end || part.end <= start) return [];
    if (part.kind !== 'literal' || (part.start >= start && part.end <= end)) return [part];
    const from = Math.max(start, part.start);
    const to = Math.min(end, part.end);
    return [{ kind: 'literal', text: part.text.slice(from - part.start, to - part.start), start: from, end: to }];
  });
}

const FUNCTION_NAME = /[a-z-]+(?=\s|$)/y;

function readCall(source: Source, pairs: Pairs, dollar: number, end: number, depth: number): TemplatePart | undefined {
  const { text } = source;
  const body = dollar + 2;
  FUNCTION_NAME.lastIndex = body;
  const name = FUNCTION_NAME.exec(text)?.[0];
  const known = name === undefined ? undefined : FUNCTIONS.get(name);
  if (name === undefined || known === undefined || !isSpace(text[body + name.length])) return undefined;
  const close = pairs.close.get(dollar + 1);
  if (close === undefined || close >= end) {
    const missing = text[dollar + 1] === '(' ? ')' : '}';
    const message = `unterminated call to function '${name}': missing '${missing}'`;
    return { kind: 'error', message, start: dollar, end };
  }
  const from = skipSpace(text, body + name.length, close);
  const commas = pairs.commas.get(dollar + 1) ?? [];
  const args: Argument[] = [];
  let start = from;
  for (const comma of commas) {
    if (comma < from) continue;
    if (known.most > 0 && args.length === known.most - 1) break;
    args.push({ start, end: comma, template: read(source, start, comma, depth + 1) });
    start = comma + 1;
  }
  args.push({ start, end: close, template: read(source, start, close, depth + 1) });
  return { kind: 'call', function: name, arguments: args, start: dollar, end: close + 1 };
}

/** The parts of a template that make stops at, also in inner templates. */
export function errorsOf(template: Template): readonly ErrorPart[] {
  const errors: ErrorPart[] = [];
  for (const part of template) {
    if (part.kind === 'error') errors.push(part);
    else if (part.kind === 'variable') errors.push(...errorsOf(part.name));
    else if (part.kind === 'substitution') {
      errors.push(...errorsOf(part.name), ...errorsOf(part.from), ...errorsOf(part.to));
    } else if (part.kind === 'call') for (const arg of part.arguments) errors.push(...errorsOf(arg.template));
  }
  return errors;
}
