import type { MappedText } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';
import { joinSpans } from './joined.js';
import { skipSpace } from './split.js';

/*
 * How BuildKit reads lines (frontend/dockerfile/parser/parser.go).
 *
 * A *physical* line ends at a line feed; carriage returns before it belong to the line break, others are ordinary
 * blanks. A *logical* line is what one instruction is made of. It goes on as long as its last physical line ends in one
 * escape character (blanks may follow it). A doubled escape does not continue, because the rule is "an escape that no
 * escape stands before". Within a logical line whole-line comments and blank lines vanish, even if they end in an
 * escape; all else is joined with nothing between, so white space at the start of continued lines stays.
 *
 * dockerfile-ast reads lines by other rules (a doubled escape continues, a lone escape starts an instruction, a lone
 * carriage return ends a line), and its parse is quadratic in stages times comments. So this reader stands alone, and
 * dockerfile-ast is the second opinion in the tests.
 */

/** A physical line: `end` is before its line break, `next` after it. */
export interface Line extends Span {
  readonly next: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const HASH = 0x23;

/** The physical line that starts at an offset. */
export function lineAt(text: string, start: number): Line {
  const feed = text.indexOf('\n', start);
  const next = feed === -1 ? text.length : feed + 1;
  let end = next;
  while (end > start) {
    const code = text.charCodeAt(end - 1);
    if (code !== LINE_FEED && code !== CARRIAGE_RETURN) break;
    end--;
  }
  return { start, end, next };
}

/** The text of one instruction without its heredoc bodies. */
export interface LogicalLine {
  readonly text: MappedText;
  /** The end of the last physical line that adds to the text, or of the escape in it. */
  readonly end: number;
  /** Where the next line, or the first heredoc body, starts. */
  readonly next: number;
}

/** Reads the logical line whose first character that is not blank stands at `first`; adds inner comments to `comments`. */
export function readLogicalLine(text: string, first: number, escapeChar: '\\' | '`', comments: Span[]): LogicalLine {
  const spans: Span[] = [];
  let line = lineAt(text, first);
  let content = continued(text, line, escapeChar);
  spans.push(content ?? line);
  let { end, next } = line;
  while (content !== undefined && next < text.length) {
    line = lineAt(text, next);
    next = line.next;
    const start = skipSpace(text, line.start, line.end);
    if (start === line.end) continue;
    if (text.charCodeAt(start) === HASH) {
      comments.push({ start, end: line.end });
      continue;
    }
    content = continued(text, line, escapeChar);
    spans.push(content ?? line);
    end = line.end;
  }
  return { text: joinSpans(text, spans, first), end, next };
}

/** The line without its continuation character, or undefined when it has none: `([^\\])\\[ \t]*$|^\\[ \t]*$`. */
function continued(text: string, line: Line, escapeChar: string): Span | undefined {
  let at = line.end;
  while (at > line.start && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--;
  at--;
  if (at < line.start || text[at] !== escapeChar) return undefined;
  if (at > line.start && text[at - 1] === escapeChar) return undefined;
  return { start: line.start, end: at };
}

/** What stands before the first instruction. */
export interface Head {
  readonly escape: '\\' | '`';
  readonly directives: ReadonlyMap<string, string>;
  /** Where the first line after the directives starts. */
  readonly next: number;
}

const DIRECTIVES: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);
// The value is cut out by hand: `(.+?)\s*$` would take quadratic time on long runs of blanks.
const DIRECTIVE = /^#[\t\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=(.*)$/s;

/** Reads the byte order mark and the block of parser directives; the first line that is no directive ends the block. */
export function readHead(text: string, problems: Problem[]): Head {
  const directives = new Map<string, string>();
  let escapeChar: '\\' | '`' = '\\';
  let next = text.startsWith('\ufeff') ? 1 : 0;
  while (next < text.length) {
    const line = lineAt(text, next);
    const start = skipSpace(text, line.start, line.end);
    const match = DIRECTIVE.exec(text.slice(start, line.end));
    const key = match?.[1]?.toLowerCase();
    const raw = match?.[2];
    if (key === undefined || raw === undefined || raw === '' || !DIRECTIVES.has(key)) break;
    const value = raw.trim();
    const at = { start, end: line.end };
    if (directives.has(key)) {
      problems.push({ at, message: `The directive \`${key}\` stands twice; BuildKit refuses the file.` });
    } else {
      directives.set(key, value);
      if (key === 'escape') {
        if (value === '\\' || value === '`') escapeChar = value;
        else problems.push({ at, message: 'The escape character must be \\ or `; BuildKit refuses any other.' });
      }
    }
    next = line.next;
  }
  return { escape: escapeChar, directives, next };
}

const LONGEST_LINE = 65_535;

/** The first line that BuildKit's reader cannot hold, if there is one. */
export function tooLongLine(text: string): Span | undefined {
  for (let start = 0; start < text.length; ) {
    const { end, next } = lineAt(text, start);
    // No UTF-16 unit takes more than three bytes.
    if ((next - start) * 3 > LONGEST_LINE && utf8Length(text, start, next) > LONGEST_LINE) return { start, end };
    start = next;
  }
  return undefined;
}

function utf8Length(text: string, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    // Each half of a surrogate pair counts two of the pair's four bytes.
    length += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return length;
}
