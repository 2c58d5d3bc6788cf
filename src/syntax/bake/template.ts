import { parseExpression, parseForHead } from './expression.js';
import { DEPTH_LIMIT, fail, type Parser, peek, spanFrom, take, textOf, within } from './parser.js';
import type { Expression, TemplateExpression, TemplatePart, Token } from './tree.js';

/** How the characters of a template are written. */
type Style = 'quoted' | 'heredoc' | 'bare';

/** Reads a template in quotes. */
export function parseQuoted(parser: Parser): TemplateExpression {
  const start = peek(parser)?.start ?? parser.end;
  take(parser);
  const parts = parseParts(parser, 'quoted');
  const close = parser.tokens[parser.at];
  if (close?.kind === 'quote-close') take(parser);
  // The scanner has told of a text that is not closed.
  else parser.failed = true;
  return { kind: 'template', parts, span: spanFrom(parser, start) };
}

/** Reads `<<EOT` or `<<-EOT` to its end. */
export function parseHeredoc(parser: Parser): TemplateExpression {
  const open = peek(parser);
  const start = open?.start ?? parser.end;
  const outer = parser.indent;
  parser.indent = open !== undefined && textOf(parser, open).startsWith('<<-') ? indentOf(parser) : 0;
  take(parser);
  const parts = parseParts(parser, 'heredoc');
  parser.indent = outer;
  if (parser.tokens[parser.at]?.kind === 'heredoc-close') take(parser);
  else parser.failed = true;
  return { kind: 'template', parts, span: spanFrom(parser, start) };
}

/** Reads a template that has no delimiters. */
export function parseBare(parser: Parser): TemplateExpression {
  const parts = parseParts(parser, 'bare');
  return { kind: 'template', parts, span: parser.place({ start: 0, end: parser.text.length }) };
}

/** The blanks that all lines of a heredoc begin with, lines of nothing else left out. */
function indentOf(parser: Parser): number {
  let least = Number.POSITIVE_INFINITY;
  let open = 0;
  for (let at = parser.at; at < parser.tokens.length; at += 1) {
    const token = parser.tokens[at];
    if (token?.kind === 'heredoc-open') open += 1;
    if (token?.kind === 'heredoc-close' && (open -= 1) === 0) break;
    const startsLine = token !== undefined && parser.text[token.start - 1] === '\n';
    if (!startsLine || open !== 1) continue;
    const isOpening = token.kind === 'interpolation-open' || token.kind === 'directive-open';
    if (token.kind !== 'text' && !isOpening) continue;
    const text = textOf(parser, token);
    const blanks = isOpening ? 0 : text.length - text.replace(/^[ \t]+/, '').length;
    if (!isOpening && text.trim() === '' && text.endsWith('\n')) continue;
    least = Math.min(least, blanks);
  }
  return Number.isFinite(least) ? least : 0;
}

/** What a directive between parts is: `if x`, `else`, `endif`, `for …`, `endfor`. */
interface Directive {
  readonly word: string;
  readonly start: number;
}

interface Reading {
  readonly style: Style;
  /** True after `~}`: the next text loses its leading blanks. */
  trims: boolean;
  /** The `else`, `endif` or `endfor` that ended a list of parts. */
  ended: Directive | undefined;
}

function parseParts(parser: Parser, style: Style): readonly TemplatePart[] {
  const reading: Reading = { style, trims: false, ended: undefined };
  const parts = readParts(parser, reading);
  if (reading.ended !== undefined) fail(parser, `nothing is open that %{ ${reading.ended.word} } could end`);
  return parts;
}

function readParts(parser: Parser, reading: Reading): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  reading.ended = undefined;
  for (;;) {
    const token = parser.tokens[parser.at];
    if (token === undefined || parser.failed) return parts;
    if (token.kind === 'text') {
      take(parser);
      const text = literalOf(parser, token, reading);
      if (text !== '') parts.push({ kind: 'text', text, span: spanFrom(parser, token.start) });
    } else if (token.kind === 'interpolation-open') {
      open(parser, token, parts);
      const value = within(parser, false, () => parseExpression(parser));
      close(parser, reading);
      parts.push({ kind: 'interpolation', value, span: spanFrom(parser, token.start) });
    } else if (token.kind === 'directive-open') {
      open(parser, token, parts);
      const made = readDirective(parser, reading, token);
      if (made === undefined) return parts;
      parts.push(made);
    } else return parts;
  }
}

/** Takes an opening; its `~` takes the blanks before it away. */
function open(parser: Parser, token: Token, parts: TemplatePart[]): void {
  take(parser);
  const last = parts[parts.length - 1];
  if (!textOf(parser, token).endsWith('~') || last?.kind !== 'text') return;
  parts[parts.length - 1] = { ...last, text: last.text.trimEnd() };
}

function close(parser: Parser, reading: Reading): void {
  const token = within(parser, false, () => peek(parser));
  if (token?.kind !== 'template-close') {
    fail(parser, '} is expected here');
    return;
  }
  reading.trims = textOf(parser, token).startsWith('~');
  take(parser);
}

function readDirective(parser: Parser, reading: Reading, start: Token): TemplatePart | undefined {
  const token = within(parser, false, () => peek(parser));
  const word = token?.kind === 'identifier' ? textOf(parser, token) : '';
  if (parser.depth >= DEPTH_LIMIT) {
    fail(parser, 'this is nested deeper than is read here');
    return undefined;
  }
  if (word !== 'if' && word !== 'for' && word !== 'else' && word !== 'endif' && word !== 'endfor') {
    fail(parser, 'if, else, endif, for or endfor is expected here');
    return undefined;
  }
  take(parser);
  parser.depth += 1;
  const made = word === 'if' ? readIf(parser, reading, start) : word === 'for' ? readFor(parser, reading, start) : null;
  parser.depth -= 1;
  if (made !== null) return made;
  close(parser, reading);
  reading.ended = { word, start: start.start };
  return undefined;
}

function readIf(parser: Parser, reading: Reading, start: Token): TemplatePart {
  const condition: Expression = within(parser, false, () => parseExpression(parser));
  close(parser, reading);
  const then = readParts(parser, reading);
  const otherwise = endedBy(reading)?.word === 'else' ? readParts(parser, reading) : [];
  finish(parser, reading, 'endif');
  return { kind: 'if', condition, then, otherwise, span: spanFrom(parser, start.start) };
}

function readFor(parser: Parser, reading: Reading, start: Token): TemplatePart {
  const head = within(parser, false, () => parseForHead(parser));
  close(parser, reading);
  const body = readParts(parser, reading);
  finish(parser, reading, 'endfor');
  return {
    kind: 'for',
    key: head?.keyName,
    value: head?.valueName ?? '',
    collection: head?.collection ?? { kind: 'invalid', span: spanFrom(parser, start.start) },
    body,
    span: spanFrom(parser, start.start),
  };
}

function endedBy(reading: Reading): Directive | undefined {
  return reading.ended;
}

function finish(parser: Parser, reading: Reading, word: string): void {
  if (reading.ended?.word !== word) fail(parser, `%{ ${word} } is expected here`);
  reading.ended = undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The characters that a text token stands for. */
function literalOf(parser: Parser, token: Token, reading: Reading): string {
  let raw = textOf(parser, token);
  if (reading.style === 'heredoc' && parser.text[token.start - 1] === '\n') {
    let blanks = 0;
    while (blanks < parser.indent && (raw[blanks] === ' ' || raw[blanks] === '\t')) blanks += 1;
    raw = raw.slice(blanks);
  }
  const text =
    reading.style === 'quoted'
      ? raw.replace(
          /([$%])\1\{|\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g,
          (found: string, sign: string | undefined, at: number) => {
            if (sign !== undefined) return `${sign}{`;
            const letter = found[1] ?? '';
            const simple = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
            if (simple !== undefined) return simple;
            const code = found.length > 2 ? Number.parseInt(found.slice(2), 16) : Number.NaN;
            if (code <= 0x10ffff) return String.fromCodePoint(code);
            const start = token.start + at;
            parser.problems.push({
              at: parser.place({ start, end: start + found.length }),
              message: `${found} is no escape; a backslash is written \\\\`,
            });
            return found;
          },
        )
      : raw.replace(/([$%])\1\{/g, '$1{');
  const trimmed = reading.trims ? text.trimStart() : text;
  // A text of several tokens loses all blanks up to its first other character.
  if (trimmed !== '' || !reading.trims) reading.trims = false;
  return trimmed;
}
