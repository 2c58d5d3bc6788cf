import type { Span } from '../../text/span.js';
import type { CommentedText } from './index.js';
import { Brackets } from './units.js';

/** The comments of an HCL file: `#`, `//` and `/* … *\/`, but not in strings, their templates and heredocs; what is in brackets is a unit. */
export function hclComments(text: string): CommentedText {
  const out: Span[] = [];
  const brackets = new Brackets();
  /** What is open: a string, or a template in one with its braces. */
  const open: ({ readonly kind: 'string' } | { readonly kind: 'template'; braces: number })[] = [];
  let at = 0;
  while (at < text.length) {
    const top = open[open.length - 1];
    const c = text[at];
    const pair = text.slice(at, at + 2);
    if (top?.kind === 'string') {
      if (c === '\\') at += 2;
      else if (text.startsWith('$${', at) || text.startsWith('%%{', at)) at += 3;
      else if (pair === '${' || pair === '%{') {
        open.push({ kind: 'template', braces: 0 });
        at += 2;
      } else {
        // A string never goes over a line; one that does is damaged, and the next line is read afresh.
        if (c === '"' || c === '\n') open.pop();
        at += 1;
      }
    } else if (c === '#' || pair === '//') {
      const end = lineEnd(text, at);
      out.push({ start: at, end });
      at = end;
    } else if (pair === '/*') {
      const close = text.indexOf('*/', at + 2);
      const end = close === -1 ? text.length : close + 2;
      out.push({ start: at, end });
      at = end;
    } else if (pair === '<<') at = skipHeredoc(text, at);
    else {
      if (c === '"') open.push({ kind: 'string' });
      else if (c !== undefined && top === undefined) brackets.take(c, at);
      if (top?.kind === 'template' && c === '{') top.braces += 1;
      if (top?.kind === 'template' && c === '}') {
        if (top.braces === 0) open.pop();
        else top.braces -= 1;
      }
      at += 1;
    }
  }
  return { comments: out, units: brackets.units };
}

function skipHeredoc(text: string, at: number): number {
  const head = /^<<-?([\p{L}_][\p{L}\d_-]*)[ \t\r]*\n/u.exec(text.slice(at, at + 300));
  if (head === null) return at + 2;
  const [whole, delimiter] = head;
  let line = at + whole.length;
  while (line < text.length) {
    const end = lineEnd(text, line);
    if (text.slice(line, end).trim() === delimiter) return end;
    line = end + 1;
  }
  return text.length;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
