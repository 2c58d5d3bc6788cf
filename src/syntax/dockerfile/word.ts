import type { Span } from '../../text/span.js';
import { isSpace } from './split.js';
import type { TemplatePart, VariableOperator, WordTemplate } from './tree.js';

export type { Applied } from './operator.js';
export { applyOperator } from './operator.js';
export { splitWords } from './split.js';

/*
 * The builder's own reading of words (BuildKit's frontend/dockerfile/shell/lex.go). It looks like a shell's, and is not:
 *
 * - There are variables and quotes, but no command substitution, arithmetic, tilde or globs: `$(x)` is plain text.
 * - Outside quotes an escape stands for the character after it, whatever that is. Inside double quotes it escapes only
 *   `"`, `$` and itself; inside single quotes nothing.
 * - A name is a run of letters, digits and `_`; but a digit starts a run of digits, and one of `@ * # ? - $ !` is a name
 *   by itself. So `$$A` is the variable `$`, then `A`, and `${#A}` is `#` with the unknown modifier `A`.
 * - The word after an operator is read up to the first `}` that is neither quoted, escaped nor inside a variable. It is
 *   always evaluated, even when its value is not needed; so errors in it count. Only `#`, `##`, `%`, `%%`, `/` and `//`
 *   keep the escapes in it, for they mean something in a pattern.
 * - The first error ends everything. A template therefore ends with its error; what stands before is still evaluated
 *   (and may fail earlier, at a `${X:?}`).
 *
 * A word in which operands are split: BuildKit splits what an unquoted variable *becomes*, so `quoted` counts on the
 * parts of the word itself, never on those of an operand.
 */

/** Reads a word of an instruction; it has no error part exactly when BuildKit's lexer accepts its form. */
export function parseWord(word: string, escapeChar: '\\' | '`'): WordTemplate {
  return templateOf(lex(word, escapeChar, true));
}

/** Reads the body of a COPY or ADD heredoc with an unquoted delimiter: quotes mean nothing, the escape is `\`. */
export function parseBody(body: string): WordTemplate {
  return templateOf(lex(body, '\\', false));
}

/**
 * The raw words of a line as BuildKit sees them when it looks for heredocs: quotes and escapes stay, variables too.
 *
 * Undefined when the line cannot be lexed; BuildKit then finds no heredoc in it.
 */
export function rawWords(line: string): readonly Span[] | undefined {
  const lexemes = lex(line, '\\', true, true);
  if (lexemes.at(-1)?.part.kind === 'error') return undefined;
  const words: Span[] = [];
  let start = 0;
  const breakAt = (at: number): void => {
    if (at > start) words.push({ start, end: at });
    start = at + 1;
  };
  for (const { part, start: from, end } of lexemes) {
    if (part.kind === 'error' || part.quoted) continue;
    for (let at = from; at < end; at++) if (isSpace(line.charCodeAt(at))) breakAt(at);
  }
  breakAt(line.length);
  return words;
}

/** A part with its range in the word; the range of an unquoted text part is the text itself. */
interface Lexeme {
  readonly part: TemplatePart;
  readonly start: number;
  readonly end: number;
}

interface Lexer {
  readonly text: string;
  readonly escapeChar: string;
  readonly quotes: boolean;
  /** All variables are unset and stay as they are written (BuildKit's SkipUnsetEnv). */
  readonly unset: boolean;
  at: number;
  depth: number;
}

// A limit of ours: deeper nesting becomes an error part instead of a stack overflow.
const DEEPEST = 200;

const END_MISSING = "syntax error: missing '}'";
const NAME = /[\p{L}\p{Nd}_]+/uy;
const DIGITS = /\p{Nd}+/uy;
const SPECIAL_NAMES = '@*#?-$!';

function lex(text: string, escapeChar: string, quotes: boolean, unset = false): readonly Lexeme[] {
  return lexUntil({ text, escapeChar, quotes, unset, at: 0, depth: 0 }, '', false);
}

/** Reads up to and with `stop` (`''`: to the end). If it fails, the last lexeme is the error. */
function lexUntil(lexer: Lexer, stop: string, rawEscapes: boolean): readonly Lexeme[] {
  const { text, escapeChar } = lexer;
  const out: Lexeme[] = [];
  while (lexer.at < text.length) {
    const start = lexer.at;
    const char = text[start] ?? '';
    if (char === stop) {
      lexer.at++;
      return out;
    }
    if (char === '$') {
      if (!lexDollar(lexer, out, false)) return out;
    } else if (lexer.quotes && char === "'") {
      if (!lexSingleQuote(lexer, out)) return out;
    } else if (lexer.quotes && char === '"') {
      if (!lexDoubleQuote(lexer, out, rawEscapes)) return out;
    } else if (char === escapeChar) {
      const end = Math.min(afterRune(text, start + 1), text.length);
      lexer.at = end;
      addText(out, text.slice(rawEscapes ? start : start + 1, end), true, start, end);
    } else {
      let end = start + 1;
      while (end < text.length && !isSpecial(lexer, text[end] ?? '', stop)) end++;
      lexer.at = end;
      addText(out, text.slice(start, end), false, start, end);
    }
  }
  if (stop !== '') {
    addError(out, `unexpected end of statement while looking for matching ${stop}`, lexer.at, lexer.at);
  }
  return out;
}

function isSpecial(lexer: Lexer, char: string, stop: string): boolean {
  return char === '$' || char === stop || char === lexer.escapeChar || (lexer.quotes && (char === "'" || char === '"'));
}

function lexSingleQuote(lexer: Lexer, out: Lexeme[]): boolean {
  const start = lexer.at;
  const close = lexer.text.indexOf("'", start + 1);
  if (close === -1) {
    lexer.at = lexer.text.length;
    return addError(out, 'unexpected end of statement while looking for matching single-quote', start, lexer.at);
  }
  lexer.at = close + 1;
  addText(out, lexer.text.slice(start + 1, close), true, start, lexer.at);
  return true;
}

function lexDoubleQuote(lexer: Lexer, out: Lexeme[], rawEscapes: boolean): boolean {
  const { text, escapeChar } = lexer;
  const start = lexer.at;
  lexer.at++;
  while (lexer.at < text.length) {
    const at = lexer.at;
    const char = text[at] ?? '';
    if (char === '"') {
      lexer.at++;
      return true;
    }
    if (char === '$') {
      if (!lexDollar(lexer, out, true)) return false;
    } else if (char === escapeChar) {
      const next = text[at + 1];
      const escapes = next === '"' || next === '$' || next === escapeChar;
      lexer.at += escapes ? 2 : 1;
      // With raw escapes BuildKit writes the escape before it looks further, so one that escapes nothing comes twice.
      const kept = next === undefined ? '' : escapes ? next : escapeChar;
      addText(out, (rawEscapes ? escapeChar : '') + kept, true, at, lexer.at);
    } else {
      let end = at + 1;
      while (end < text.length && text[end] !== '"' && text[end] !== '$' && text[end] !== escapeChar) end++;
      lexer.at = end;
      addText(out, text.slice(at, end), true, at, end);
    }
  }
  return addError(out, 'unexpected end of statement while looking for matching double-quote', start, lexer.at);
}

/** Reads `$…`; false after an error. */
function lexDollar(lexer: Lexer, out: Lexeme[], quoted: boolean): boolean {
  const { text } = lexer;
  const start = lexer.at;
  lexer.at++;
  if (text[lexer.at] === '{') return lexBraces(lexer, out, quoted, start);
  const name = lexName(lexer);
  if (name === '') addText(out, '$', quoted, start, lexer.at);
  else addVariable(out, quoted, { name, operator: '', operand: [], replacement: [] }, start, lexer.at);
  return true;
}

function lexBraces(lexer: Lexer, out: Lexeme[], quoted: boolean, start: number): boolean {
  const { text } = lexer;
  const fail = (message: string): false => addError(out, message, start, lexer.at);
  if (lexer.depth >= DEEPEST) return fail(`variables are nested more than ${DEEPEST} deep`);
  lexer.at++;
  const first = text[lexer.at];
  if (first === undefined) return fail(END_MISSING);
  if (first === '{' || first === '}' || first === ':') {
    lexer.at++;
    return fail('syntax error: bad substitution');
  }
  const name = lexName(lexer);
  const modifier = nextRune(lexer);
  if (modifier === '}') {
    addVariable(out, quoted, { name, operator: '', operand: [], replacement: [] }, start, lexer.at);
    return true;
  }
  if (modifier === '/') return lexReplace(lexer, out, quoted, name, start);
  const colon = modifier === ':';
  const sign = colon ? nextRune(lexer) : modifier;
  const unsupported = `unsupported modifier (${(colon ? ':' : '') + (sign || '\ufffd')}) in substitution`;
  const pattern = sign === '#' || sign === '%';
  if (pattern ? colon : !colon && !'+-?'.includes(sign || ' ')) return fail(unsupported);
  const operand = lexOperand(lexer, out, '}', pattern, END_MISSING);
  if (operand === undefined) return false;
  const operator = colon ? operatorOf(`:${sign}`) : operatorOf(sign);
  if (operator === undefined) {
    // BuildKit notices only after it has evaluated the operand and looked the variable up.
    if (lexer.unset) {
      addVariable(out, quoted, { name, operator: '', operand, replacement: [] }, start, lexer.at);
      return true;
    }
    for (const part of operand) out.push({ part, start, end: lexer.at });
    return fail(unsupported);
  }
  // BuildKit looks for the second `#` or `%` in the evaluated operand; where it is plain text, it is known now.
  const head = operand[0];
  if (head?.kind === 'text' && head.text.startsWith(sign)) {
    const rest = { ...head, text: head.text.slice(1) };
    const longest = sign === '#' ? '##' : sign === '%' ? '%%' : undefined;
    if (longest !== undefined) {
      const shortened = rest.text === '' ? operand.slice(1) : [rest, ...operand.slice(1)];
      addVariable(out, quoted, { name, operator: longest, operand: shortened, replacement: [] }, start, lexer.at);
      return true;
    }
  }
  addVariable(out, quoted, { name, operator, operand, replacement: [] }, start, lexer.at);
  return true;
}

function lexReplace(lexer: Lexer, out: Lexeme[], quoted: boolean, name: string, start: number): boolean {
  const operator = lexer.text[lexer.at] === '/' ? '//' : '/';
  if (operator === '//') lexer.at++;
  const operand = lexOperand(lexer, out, '/', true, "syntax error: missing '/' in ${}");
  if (operand === undefined) return false;
  const replacement = lexOperand(lexer, out, '}', true, END_MISSING, operand);
  if (replacement === undefined) return false;
  addVariable(out, quoted, { name, operator, operand, replacement }, start, lexer.at);
  return true;
}

/**
 * Reads an operand up to and with `stop`. After an error `out` gets what BuildKit evaluates before it stops: the
 * `evaluated` operand, the parts of this one, and the error; then the result is undefined.
 */
function lexOperand(
  lexer: Lexer,
  out: Lexeme[],
  stop: string,
  rawEscapes: boolean,
  missing: string,
  evaluated: WordTemplate = [],
): WordTemplate | undefined {
  const start = lexer.at;
  lexer.depth++;
  const lexemes = lexUntil(lexer, stop, rawEscapes);
  lexer.depth--;
  const last = lexemes.at(-1);
  if (last?.part.kind !== 'error') return templateOf(lexemes);
  for (const part of evaluated) out.push({ part, start, end: start });
  out.push(...lexemes.slice(0, -1));
  // At the end of the word BuildKit always blames the missing end of the variable.
  const { message, span } = last.part;
  addError(out, lexer.at >= lexer.text.length ? missing : message, span.start, span.end);
  return undefined;
}

function operatorOf(sign: string): VariableOperator | undefined {
  switch (sign) {
    case '-':
    case ':-':
    case '+':
    case ':+':
    case '?':
    case ':?':
    case '#':
    case '%':
      return sign;
    default:
      return undefined;
  }
}

function lexName(lexer: Lexer): string {
  const { text } = lexer;
  const special = text[lexer.at];
  const run = matchAt(DIGITS, text, lexer.at);
  if (run !== '') {
    lexer.at += run.length;
    return run;
  }
  if (special !== undefined && SPECIAL_NAMES.includes(special)) {
    lexer.at++;
    return special;
  }
  const name = matchAt(NAME, text, lexer.at);
  lexer.at += name.length;
  return name;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** Takes the next character; `''` at the end. */
function nextRune(lexer: Lexer): string {
  const start = lexer.at;
  lexer.at = Math.min(afterRune(lexer.text, start), lexer.text.length);
  return lexer.text.slice(start, lexer.at);
}

function afterRune(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

function addText(out: Lexeme[], text: string, quoted: boolean, start: number, end: number): void {
  if (text !== '') out.push({ part: { kind: 'text', text, quoted }, start, end });
}

function addVariable(
  out: Lexeme[],
  quoted: boolean,
  variable: {
    readonly name: string;
    readonly operator: VariableOperator;
    readonly operand: WordTemplate;
    readonly replacement: WordTemplate;
  },
  start: number,
  end: number,
): void {
  out.push({ part: { kind: 'variable', ...variable, quoted, span: { start, end } }, start, end });
}

function addError(out: Lexeme[], message: string, start: number, end: number): false {
  out.push({ part: { kind: 'error', message, span: { start, end } }, start, end });
  return false;
}

/** The parts, with neighbouring texts of one kind joined. */
function templateOf(lexemes: readonly Lexeme[]): WordTemplate {
  const parts: TemplatePart[] = [];
  let texts: string[] = [];
  let quoted = false;
  const flush = (): void => {
    if (texts.length > 0) parts.push({ kind: 'text', text: texts.join(''), quoted });
    texts = [];
  };
  for (const { part } of lexemes) {
    if (part.kind !== 'text') {
      flush();
      parts.push(part);
      continue;
    }
    if (part.quoted !== quoted) flush();
    quoted = part.quoted;
    texts.push(part.text);
  }
  flush();
  return parts;
}
