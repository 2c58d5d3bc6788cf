/*
 * Comments of a shell script, without a parser: a `#` that begins a word is one, unless it stands in quotes, in a
 * parameter expansion, in arithmetic or in a heredoc. The scanner knows just enough grammar to tell these apart: quotes,
 * `$( )` with the `case` patterns in it whose `)` closes nothing, and the bodies of heredocs. It takes any text, and what
 * is never closed reaches to the end.
 */
import type { Span } from '../../text/span.js';
import { forEachChild, parseShell, type SyntaxNode } from '../shell/parse.js';

interface Scan {
  readonly text: string;
  readonly out: Span[];
  /** The heredocs whose bodies begin after this line. */
  pending: { readonly delimiter: string; readonly stripTabs: boolean }[];
  depth: number;
}

/** Deeper substitutions are skipped as if they were words. */
const DEPTH_LIMIT = 100;

/** The comments of a script, from their `#` to the end of the line. */
export function shellComments(text: string): readonly Span[] {
  const scan: Scan = { text, out: [], pending: [], depth: 0 };
  scanCommands(scan, 0, false);
  return scan.out;
}

/** What a script has on several lines: lines that a backslash joins, and statements such as `if` and what is in them. */
export function shellUnits(text: string): readonly Span[] {
  const units = [...continuedLines(text)];
  // A carriage return is no blank to the shell; git on Windows and the reader of YAML take it away.
  const open: SyntaxNode[] = [...parseShell(text.replaceAll('\r\n', ' \n')).script.commands];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { pos: start, end } = node;
    if (!text.slice(start, end).includes('\n')) continue;
    if (node.type === 'Statement') units.push({ start, end: start + text.slice(start, end).trimEnd().length });
    forEachChild(node, (child) => void open.push(child));
  }
  return units;
}

/** Lines that a backslash joins, also in a script that cannot be parsed. */
function continuedLines(text: string): readonly Span[] {
  return [...text.matchAll(/^(?:.*\\\r?\n)+.*$/gm)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
  }));
}

/** Scans commands up to the end, or to the `)` that closes them; gives the offset behind. */
function scanCommands(scan: Scan, from: number, nested: boolean): number {
  const { text } = scan;
  let at = from;
  let wordStart = true;
  let parens = 0;
  let cases = 0;
  while (at < text.length) {
    const c = text[at] ?? '';
    if (c === '\\') {
      if (text[at + 1] !== '\n') wordStart = false;
      at += 2;
    } else if (c === '#' && wordStart) {
      const end = endOfLine(text, at);
      scan.out.push({ start: at, end });
      at = end;
    } else if (c === '\n') {
      at = skipHeredocs(scan, at + 1);
      wordStart = true;
    } else if (c === '<' && text[at + 1] === '<') {
      at = readHeredoc(scan, at);
      wordStart = true;
    } else if (c === '(' && text[at + 1] === '(') {
      at = skipArithmetic(text, at + 2) ?? at + 1;
      wordStart = true;
    } else if (c === '(') {
      parens += 1;
      at += 1;
      wordStart = true;
    } else if (c === ')') {
      at += 1;
      if (parens > 0) parens -= 1;
      else if (nested && cases === 0) return at;
      wordStart = true;
    } else if (/[\s;&|<>]/.test(c)) {
      at += 1;
      wordStart = true;
    } else {
      const word = wordStart ? keywordAt(text, at) : undefined;
      if (word === 'case') cases += 1;
      if (word === 'esac') cases = Math.max(0, cases - 1);
      at = word === undefined ? skipPart(scan, at) : at + word.length;
      wordStart = false;
    }
  }
  return at;
}

function keywordAt(text: string, at: number): 'case' | 'esac' | undefined {
  const word = text.slice(at, at + 4);
  if (word !== 'case' && word !== 'esac') return undefined;
  return /[\s;&|)]/.test(text[at + 4] ?? '\n') ? word : undefined;
}

/** Skips one part of a word: a quoted text, an expansion or a character. */
function skipPart(scan: Scan, at: number): number {
  const { text } = scan;
  const c = text[at];
  if (c === "'") return behind(text.indexOf("'", at + 1), text);
  if (c === '"') return skipDouble(scan, at + 1);
  if (c === '$') return skipExpansion(scan, at);
  return at + 1;
}

function skipExpansion(scan: Scan, at: number): number {
  const { text } = scan;
  const next = text[at + 1];
  if (next === "'") {
    let end = at + 2;
    while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  if (next === '"') return skipDouble(scan, at + 2);
  if (next === '(' && text[at + 2] === '(') {
    const end = skipArithmetic(text, at + 3);
    if (end !== undefined) return end;
  }
  if (next !== '(' && next !== '{') return at + 2;
  if (scan.depth >= DEPTH_LIMIT) return at + 2;
  scan.depth += 1;
  const end = next === '(' ? scanCommands(scan, at + 2, true) : skipBraces(scan, at + 2);
  scan.depth -= 1;
  return end;
}

function skipDouble(scan: Scan, from: number): number {
  const { text } = scan;
  let at = from;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') at += 2;
    else if (text[at] === '$' && /[({]/.test(text[at + 1] ?? '')) at = skipExpansion(scan, at);
    else at += 1;
  }
  return at + 1;
}

function skipBraces(scan: Scan, from: number): number {
  const { text } = scan;
  let at = from;
  while (at < text.length && text[at] !== '}') at = text[at] === '\\' ? at + 2 : skipPart(scan, at);
  return at + 1;
}

/** Behind the `))` of an arithmetic; undefined when it is none, but two subshells. */
function skipArithmetic(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const c = text[at];
    if (c === '(') depth += 1;
    else if (c === ')') {
      if (depth === 0) return text[at + 1] === ')' ? at + 2 : undefined;
      depth -= 1;
    } else if (c === '\n' && text[at - 1] !== '\\') return undefined;
  }
  return undefined;
}

/** Reads `<<` and what follows; gives the offset behind the delimiter. */
function readHeredoc(scan: Scan, at: number): number {
  const { text } = scan;
  if (text[at + 2] === '<') return at + 3;
  const stripTabs = text[at + 2] === '-';
  const head = /^[ \t]*((?:'[^'\n]*'|"[^"\n]*"|\\.|[^\s;&|<>()'"\\])+)/.exec(
    text.slice(at + (stripTabs ? 3 : 2), at + 500),
  );
  const [whole, word] = head ?? [];
  if (whole === undefined || word === undefined) return at + 2;
  scan.pending.push({ delimiter: word.replace(/\\(.)|['"]/g, '$1'), stripTabs });
  return at + (stripTabs ? 3 : 2) + whole.length;
}

function skipHeredocs(scan: Scan, from: number): number {
  const { text } = scan;
  let at = from;
  for (const { delimiter, stripTabs } of scan.pending) {
    while (at < text.length) {
      const end = endOfLine(text, at);
      const line = text.slice(at, end);
      at = Math.min(text.length, end + 1);
      if ((stripTabs ? line.replace(/^\t+/, '') : line) === delimiter) break;
    }
  }
  scan.pending = [];
  return at;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function behind(at: number, text: string): number {
  return at === -1 ? text.length : at + 1;
}
