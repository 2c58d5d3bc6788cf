import type { MappedText } from '../../text/mapped.js';
import { mapped } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';
import { joinSpans } from './joined.js';
import { lineAt } from './lines.js';
import type { Heredoc, TemplatePart } from './tree.js';
import { parseWord, rawWords } from './word.js';

/*
 * Heredocs (BuildKit's parser.go: heredocsFromLine). BuildKit does not ask a shell where a heredoc starts: it takes
 * every word of the line that *is* `[n]<<[-]NAME` from its first to its last character. So `cat<<EOF` starts none,
 * and `<<EOF>file` waits for a line `EOF>file`.
 */

/** A word that starts a heredoc. */
export interface HeredocStart {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly descriptor: string;
}

const HEREDOC = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/;

/** The heredoc that a word starts, if it starts one. */
export function heredocStart(word: string): HeredocStart | undefined {
  const match = HEREDOC.exec(word);
  const rest = match?.[3];
  if (match === null || rest === undefined || rest === '') return undefined;
  const delimiter = withoutQuotes(rest);
  if (delimiter === undefined || delimiter === '') return undefined;
  return { delimiter, quoted: delimiter !== rest, stripTabs: match[2] === '-', descriptor: match[1] ?? '' };
}

/** The word without quotes and escapes; variables stay as they are written. Undefined if the word cannot be lexed. */
function withoutQuotes(word: string): string | undefined {
  const parts = parseWord(word, '\\').map((part: TemplatePart) => {
    if (part.kind === 'text') return part.text;
    return part.kind === 'variable' ? word.slice(part.span.start, part.span.end) : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** The heredocs that a logical line starts, in order, with their ranges in the line. */
export function heredocStarts(line: string): readonly (HeredocStart & { readonly range: Span })[] {
  if (!line.includes('<<')) return [];
  const starts: (HeredocStart & { readonly range: Span })[] = [];
  for (const range of rawWords(line) ?? []) {
    const start = heredocStart(line.slice(range.start, range.end));
    if (start !== undefined) starts.push({ ...start, range });
  }
  return starts;
}

/** A heredoc with the end of its last line; unless `terminated`, the file ended before the delimiter came. */
export interface ReadHeredoc {
  readonly heredoc: Heredoc;
  readonly terminated: boolean;
  readonly end: number;
  readonly next: number;
}

/** Reads the body of a heredoc from the line that starts at `from`. */
export function readHeredoc(text: string, from: number, start: HeredocStart): ReadHeredoc {
  const spans: Span[] = [];
  const { delimiter, quoted, stripTabs, descriptor } = start;
  const finish = (bodyEnd: number, terminated: boolean, end: number, next: number): ReadHeredoc => {
    const body: MappedText = stripTabs ? joinSpans(text, spans, from) : mapped(text.slice(from, bodyEnd), from);
    return { heredoc: { delimiter, quoted, stripTabs, descriptor, body }, terminated, end, next };
  };
  let end = from;
  for (let at = from; at < text.length; ) {
    const line = lineAt(text, at);
    let first = line.start;
    if (stripTabs) while (first < line.end && text[first] === '\t') first++;
    if (line.end - first === delimiter.length && text.startsWith(delimiter, first)) {
      return finish(line.start, true, line.end, line.next);
    }
    if (stripTabs) spans.push({ start: first, end: line.next });
    end = line.end;
    at = line.next;
  }
  return finish(text.length, false, end, text.length);
}
