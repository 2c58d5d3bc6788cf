/*
 * A reader for the Groovy of pipelines. It knows calls (with and without parentheses, with a closure), assignments,
 * conditions, functions and strings; what it does not know it steps over, one token at a time, so that the rest of a file
 * is still read.
 */
import type { Problem, Span } from '../../text/span.js';
import { type Token, tokensOf } from './tokens.js';
import type { GroovyArgument, GroovyClosure, GroovyNode, GroovyPart, GroovyTree } from './tree.js';

const DEPTH_LIMIT = 150;

/** Parses a pipeline. Never throws. */
export function parseGroovy(text: string): GroovyTree {
  const parser = new Parser(text, tokensOf(text), 0);
  const statements = parser.statements(undefined);
  return { statements, problems: parser.problems };
}

class Parser {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth: number;

  constructor(text: string, tokens: readonly Token[], depth: number) {
    this.#text = text;
    this.#tokens = tokens;
    this.#depth = depth;
  }

  get #token(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] ?? END;
  }

  #peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] ?? END;
  }

  #is(text: string): boolean {
    return (this.#token.kind === 'punctuation' || this.#token.kind === 'word') && this.#token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at += 1;
    return true;
  }

  #skipLines(): void {
    while (this.#token.kind === 'line') this.#at += 1;
  }

  #spanFrom(start: number): Span {
    const before = this.#tokens[this.#at - 1];
    return { start, end: Math.max(start, before?.span.end ?? start) };
  }

  /** Statements up to a closing token, which is taken. */
  statements(close: string | undefined): readonly GroovyNode[] {
    const found: GroovyNode[] = [];
    for (;;) {
      while (this.#token.kind === 'line' || this.#is(';')) this.#at += 1;
      if (this.#token.kind === 'end') break;
      if (close !== undefined && this.#take(close)) break;
      const before = this.#at;
      const node = this.#statement();
      if (node !== undefined) found.push(node);
      if (this.#at === before) this.#at += 1;
    }
    return found;
  }

  #statement(): GroovyNode | undefined {
    const token = this.#token;
    const { start } = token.span;
    if (token.kind === 'word') {
      if (/^(?:import|package)$/.test(token.text)) {
        while (this.#token.kind !== 'line' && this.#token.kind !== 'end') this.#at += 1;
        return undefined;
      }
      if (token.text === '@' || /^(?:final|private|public|static)$/.test(token.text)) {
        this.#at += 1;
        return this.#statement();
      }
      if (token.text === 'if') return this.#if();
      if (token.text === 'return') {
        this.#at += 1;
        const value = this.#token.kind === 'line' || this.#is('}') || this.#is(';') ? undefined : this.#expression();
        return { kind: 'return', span: this.#spanFrom(start), value };
      }
      if (token.text === 'else') {
        this.#at += 1;
        return undefined;
      }
      // `try {`, `finally {`, `catch (e) {`, `for (…) {`: a call with a closure to this reader.
      const next = this.#peek(1);
      const third = this.#peek(2);
      if (next.kind === 'word' && !KEYWORDS.has(next.text) && next.span.start > token.span.end - 1) {
        // `def name = …`, `String name = …`, `def name(…) {`
        if (third.text === '=' && third.kind === 'punctuation') this.#at += 1;
        else if (token.text === 'def' && third.text === '(') {
          this.#at += 1;
          return this.#function();
        } else if (token.text === 'def') this.#at += 1;
        else if (third.text === '(' && this.#isFunction(2)) {
          this.#at += 1;
          return this.#function();
        }
      }
    }
    const left = this.#expression();
    if (left === undefined) return undefined;
    if (this.#is('=') || this.#is('+=')) {
      const adds = this.#is('+=');
      this.#at += 1;
      this.#skipLines();
      const value = this.#expression();
      if (value === undefined) return left;
      const span = this.#spanFrom(start);
      return {
        kind: 'assignment',
        span,
        target: left,
        value: adds ? { kind: 'binary', span, operator: '+', left, right: value } : value,
      };
    }
    return this.#command(left);
  }

  /** Whether the parentheses that stand `ahead` are followed by a block, on the way of `Type name(…) {`. */
  #isFunction(ahead: number): boolean {
    let depth = 0;
    for (let i = ahead; i < ahead + 60; i += 1) {
      const { text, kind } = this.#peek(i);
      if (kind === 'end') return false;
      if (kind !== 'punctuation') continue;
      if (text === '(') depth += 1;
      else if (text === ')' && (depth -= 1) === 0) return this.#peek(i + 1).text === '{';
    }
    return false;
  }

  #function(): GroovyNode | undefined {
    const { start } = this.#token.span;
    const name = this.#token.text;
    this.#at += 1;
    const parameters: string[] = [];
    if (this.#take('(')) {
      let last = '';
      while (!this.#is(')') && this.#token.kind !== 'end') {
        if (this.#is('=')) {
          // A default is left out: calls say what they mean.
          this.#at += 1;
          this.#expression();
          continue;
        }
        if (this.#token.kind === 'word') last = this.#token.text;
        if (this.#is(',')) parameters.push(last);
        this.#at += 1;
      }
      if (last !== '') parameters.push(last);
      this.#take(')');
    }
    this.#skipLines();
    if (!this.#take('{')) return undefined;
    const body = this.#nested(() => this.statements('}')) ?? [];
    return { kind: 'function', span: this.#spanFrom(start), name, parameters, body };
  }

  #if(): GroovyNode | undefined {
    const { start } = this.#token.span;
    this.#at += 1;
    if (!this.#take('(')) return undefined;
    const condition = this.#expression() ?? { kind: 'constant', span: this.#spanFrom(start), value: null };
    while (!this.#is(')') && this.#token.kind !== 'end' && this.#token.kind !== 'line') this.#at += 1;
    this.#take(')');
    const consequent = this.#branch();
    const before = this.#at;
    this.#skipLines();
    let otherwise: readonly GroovyNode[] = [];
    if (this.#take('else')) otherwise = this.#branch();
    else this.#at = before;
    return { kind: 'if', span: this.#spanFrom(start), condition, consequent, otherwise };
  }

  #branch(): readonly GroovyNode[] {
    this.#skipLines();
    const branch = this.#nested(() => {
      if (this.#take('{')) return this.statements('}');
      const only = this.#statement();
      return only === undefined ? [] : [only];
    });
    return branch ?? [];
  }

  /** `sh 'x'`, `choice name: 'a', choices: []`: arguments without parentheses. */
  #command(left: GroovyNode): GroovyNode {
    if (left.kind !== 'name' && left.kind !== 'member') return left;
    const token = this.#token;
    const named = token.kind === 'word' && this.#peek(1).text === ':';
    const starts =
      token.kind === 'string' ||
      token.kind === 'number' ||
      (token.kind === 'word' && !KEYWORDS.has(token.text)) ||
      named ||
      (token.text === '[' && token.span.start > left.span.end);
    if (!starts) return left;
    const args: GroovyArgument[] = [];
    do {
      this.#skipLines();
      const argument = this.#argument();
      if (argument === undefined) break;
      args.push(argument);
    } while (this.#take(','));
    const block = this.#block();
    return { kind: 'call', span: this.#spanFrom(left.span.start), target: left, arguments: args, block };
  }

  #argument(): GroovyArgument | undefined {
    const token = this.#token;
    if ((token.kind === 'word' || token.kind === 'string') && this.#peek(1).text === ':') {
      const name = token.kind === 'word' ? token.text : token.text.slice(1, -1);
      this.#at += 2;
      this.#skipLines();
      const value = this.#expression();
      return value === undefined ? undefined : { name, value };
    }
    const value = this.#expression();
    return value === undefined ? undefined : { name: undefined, value };
  }

  #nested<T>(read: () => T): T | undefined {
    if (this.#depth >= DEPTH_LIMIT) {
      if (this.problems.length === 0)
        this.problems.push({ at: this.#token.span, message: 'this is nested too deeply to be read' });
      this.#at = this.#tokens.length - 1;
      return undefined;
    }
    this.#depth += 1;
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #expression(): GroovyNode | undefined {
    return this.#nested(() => this.#ternary());
  }

  #ternary(): GroovyNode | undefined {
    const condition = this.#binary(0);
    if (condition === undefined) return undefined;
    const before = this.#at;
    this.#skipLines();
    if (this.#take('?:')) {
      this.#skipLines();
      const otherwise = this.#expression();
      if (otherwise === undefined) return condition;
      return {
        kind: 'ternary',
        span: this.#spanFrom(condition.span.start),
        condition,
        consequent: undefined,
        otherwise,
      };
    }
    if (!this.#take('?')) {
      this.#at = before;
      return condition;
    }
    this.#skipLines();
    const consequent = this.#expression();
    this.#skipLines();
    if (consequent === undefined || !this.#take(':')) return condition;
    this.#skipLines();
    const otherwise = this.#expression();
    if (otherwise === undefined) return condition;
    return { kind: 'ternary', span: this.#spanFrom(condition.span.start), condition, consequent, otherwise };
  }

  #binary(level: number): GroovyNode | undefined {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    while (left !== undefined) {
      const before = this.#at;
      // A line may begin with what joins it to the one before.
      if (level < 2) this.#skipLines();
      const operator = this.#token.text;
      if ((this.#token.kind !== 'punctuation' && operator !== 'in') || !operators.includes(operator)) {
        this.#at = before;
        return left;
      }
      this.#at += 1;
      this.#skipLines();
      const right = this.#binary(level + 1);
      if (right === undefined) return left;
      left = { kind: 'binary', span: this.#spanFrom(left.span.start), operator, left, right };
    }
    return left;
  }

  #unary(): GroovyNode | undefined {
    const { start } = this.#token.span;
    if (this.#take('!')) {
      const of = this.#nested(() => this.#unary());
      return of === undefined ? undefined : { kind: 'not', span: this.#spanFrom(start), of };
    }
    if (this.#take('-') || this.#take('new')) return this.#nested(() => this.#unary());
    return this.#postfix();
  }

  #postfix(): GroovyNode | undefined {
    let node = this.#primary();
    while (node !== undefined) {
      const { start } = node.span;
      const chained = this.#token.kind === 'line' && /^\??\.$/.test(this.#peek(1).text);
      if (chained) this.#at += 1;
      if (this.#is('.') || this.#is('?.') || this.#is('*.')) {
        this.#at += 1;
        const name: string = this.#token.kind === 'string' ? this.#token.text.slice(1, -1) : this.#token.text;
        if (this.#token.kind !== 'word' && this.#token.kind !== 'string') return node;
        this.#at += 1;
        node = { kind: 'member', span: this.#spanFrom(start), of: node, name };
      } else if (this.#is('(') && callable(node)) {
        this.#at += 1;
        const args = this.#list(')');
        const block = this.#block();
        node = { kind: 'call', span: this.#spanFrom(start), target: node, arguments: args, block };
      } else if (this.#is('[') && this.#token.span.start === node.span.end) {
        this.#at += 1;
        const [index] = this.#list(']');
        node = { kind: 'index', span: this.#spanFrom(start), of: node, at: index?.value };
      } else if (this.#is('{') && callable(node)) {
        const block = this.#block();
        node = { kind: 'call', span: this.#spanFrom(start), target: node, arguments: [], block };
      } else return node;
    }
    return node;
  }

  #block(): GroovyClosure | undefined {
    return this.#is('{') ? this.#closure() : undefined;
  }

  #list(close: string): readonly GroovyArgument[] {
    const items: GroovyArgument[] = [];
    for (;;) {
      this.#skipLines();
      if (this.#take(close) || this.#token.kind === 'end') return items;
      const before = this.#at;
      const item = this.#argument();
      if (item !== undefined) items.push(item);
      this.#skipLines();
      if (this.#take(',')) continue;
      if (this.#take(close)) return items;
      // What is not read here goes up to the next comma or the end of the list.
      if (this.#at === before || item !== undefined) {
        if (this.#is('}')) return items;
        this.#at += 1;
      }
    }
  }

  #closure(): GroovyClosure {
    const { start } = this.#token.span;
    this.#at += 1;
    const parameters: string[] = [];
    const before = this.#at;
    this.#skipLines();
    while (this.#token.kind === 'word' || this.#is(',')) {
      if (this.#token.kind === 'word') parameters.push(this.#token.text);
      this.#at += 1;
    }
    if (!this.#take('->')) {
      this.#at = before;
      parameters.length = 0;
    }
    const body = this.#nested(() => this.statements('}')) ?? [];
    return { kind: 'closure', span: this.#spanFrom(start), parameters, body };
  }

  #primary(): GroovyNode | undefined {
    const token = this.#token;
    const { span } = token;
    switch (token.kind) {
      case 'string':
        this.#at += 1;
        return { kind: 'string', span, parts: token.parts.map((part) => this.#part(part)) };
      case 'number':
        this.#at += 1;
        return { kind: 'constant', span, value: Number.parseFloat(token.text) };
      case 'word':
        this.#at += 1;
        if (token.text === 'true' || token.text === 'false')
          return { kind: 'constant', span, value: token.text === 'true' };
        if (token.text === 'null') return { kind: 'constant', span, value: null };
        return { kind: 'name', span, name: token.text };
      case 'punctuation':
        break;
      default:
        return undefined;
    }
    if (this.#take('(')) {
      this.#skipLines();
      const inner = this.#expression();
      this.#skipLines();
      while (!this.#is(')') && this.#token.kind !== 'line' && this.#token.kind !== 'end') this.#at += 1;
      this.#take(')');
      return inner;
    }
    if (this.#take('[')) {
      if (this.#is(':') && this.#peek(1).text === ']') {
        this.#at += 2;
        return { kind: 'map', span: this.#spanFrom(span.start), entries: [] };
      }
      const items = this.#list(']');
      const at = this.#spanFrom(span.start);
      return items.some(({ name }) => name !== undefined)
        ? { kind: 'map', span: at, entries: items }
        : { kind: 'list', span: at, items: items.map(({ value }) => value) };
    }
    return this.#is('{') ? this.#closure() : undefined;
  }

  #part(part: Token['parts'][number]): GroovyPart {
    if (part.kind === 'text') return part;
    const { span } = part;
    const inner =
      this.#depth >= DEPTH_LIMIT
        ? undefined
        : new Parser(this.#text, tokensOf(this.#text, span.start, span.end), this.#depth + 1).#expression();
    return { kind: 'value', span, value: inner ?? { kind: 'constant', span, value: null } };
  }
}

const END: Token = { kind: 'end', text: '', span: { start: 0, end: 0 }, parts: [] };
const KEYWORDS = new Set(['in', 'instanceof', 'as', 'else', 'if', 'return', 'catch', 'finally']);
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '=~', '==~', '===', '!==', '<', '>', '<=', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

function callable(node: GroovyNode): boolean {
  return node.kind === 'name' || node.kind === 'member' || node.kind === 'call';
}
