import type { Problem, Span } from '../../text/span.js';
import type { Token } from './tree.js';

/** Where a parser stands in its tokens. */
export interface Parser {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The place in the file of a range of the text. */
  readonly place: (span: Span) => Span;
  readonly problems: Problem[];
  at: number;
  /** Where the last token that was taken ends. */
  end: number;
  /** Whether line ends mean something here. */
  lines: boolean;
  /** True after a problem, until the next attribute or block: one mistake is told once. */
  failed: boolean;
  depth: number;
  /** How much of each line's blanks a `<<-` heredoc takes away. */
  indent: number;
}

/** Deeper expressions are not read. */
export const DEPTH_LIMIT = 100;

/** Longer chains of operators or of `.name` are not read. */
export const CHAIN_LIMIT = 400;

/** A parser at the start of its tokens. */
export function newParser(
  text: string,
  tokens: readonly Token[],
  problems: Problem[],
  place: (span: Span) => Span,
): Parser {
  return { text, tokens, place, problems, at: 0, end: 0, lines: true, failed: false, depth: 0, indent: 0 };
}

/** The next token that means something here; undefined at the end. */
export function peek(parser: Parser): Token | undefined {
  for (;;) {
    const token = parser.tokens[parser.at];
    const isTrivia =
      token?.kind === 'space' || token?.kind === 'comment' || (token?.kind === 'newline' && !parser.lines);
    if (!isTrivia) return token;
    parser.at += 1;
  }
}

/** Goes on behind the token that `peek` gave. */
export function take(parser: Parser): void {
  parser.end = parser.tokens[parser.at]?.end ?? parser.text.length;
  parser.at += 1;
}

/** The characters of a token. */
export function textOf(parser: Parser, token: Token): string {
  return parser.text.slice(token.start, token.end);
}

/** Whether the next token is this punctuator. */
export function isNext(parser: Parser, operator: string): boolean {
  const token = peek(parser);
  return token?.kind === 'operator' && textOf(parser, token) === operator;
}

/** Takes a punctuator when it is the next token. */
export function accept(parser: Parser, operator: string): boolean {
  if (!isNext(parser, operator)) return false;
  take(parser);
  return true;
}

/** Takes a punctuator, or tells that it is missing. */
export function expect(parser: Parser, operator: string): boolean {
  if (accept(parser, operator)) return true;
  fail(parser, `${operator} is expected here`);
  return false;
}

/** Tells a mistake at the next token, unless one was told already. */
export function fail(parser: Parser, message: string): void {
  if (parser.failed) return;
  parser.failed = true;
  const token = peek(parser);
  const end = parser.text.length;
  parser.problems.push({
    at: parser.place(token === undefined ? { start: end, end } : { start: token.start, end: token.end }),
    message,
  });
}

/** The place from an offset to the end of what was taken last. */
export function spanFrom(parser: Parser, start: number): Span {
  return parser.place({ start, end: Math.max(start, parser.end) });
}

/** Reads something inside brackets, where line ends mean something or not. */
export function within<T>(parser: Parser, lines: boolean, read: () => T): T {
  const outer = parser.lines;
  parser.lines = lines;
  const made = read();
  parser.lines = outer;
  return made;
}
