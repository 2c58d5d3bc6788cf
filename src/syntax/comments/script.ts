import type { Span } from '../../text/span.js';
import type { CommentedText } from './index.js';
import { Brackets } from './units.js';

/**
 * The comments of JavaScript or TypeScript, without its parser, which is large: strings, templates and regular
 * expressions are skipped. Whether a `/` begins an expression is told by what stands before it, as a reader would.
 * What is in brackets is a unit.
 */
export function scriptComments(text: string): CommentedText {
  const out: Span[] = [];
  const brackets = new Brackets();
  /** The braces that are open in each template's `${ }`. */
  const templates: number[] = [];
  let before = '';
  let at = text.startsWith('#!') ? lineEnd(text, 0) : 0;
  while (at < text.length) {
    const c = text[at] ?? '';
    const pair = text.slice(at, at + 2);
    if (pair === '//' || pair === '/*') {
      const close = text.indexOf('*/', at + 2);
      const end = pair === '//' ? lineEnd(text, at) : close === -1 ? text.length : close + 2;
      out.push({ start: at, end });
      at = end;
      continue;
    }
    if (/\s/.test(c)) {
      at += 1;
      continue;
    }
    const word = /^[\w$]+/.exec(text.slice(at, at + 200))?.[0];
    if (word !== undefined) at += word.length;
    else if (c === '"' || c === "'") at = skipString(text, at + 1, c);
    else if (c === '/' && startsExpression(before)) at = skipPattern(text, at + 1);
    else {
      const depth = templates[templates.length - 1];
      const closes = c === '}' && depth === 0;
      if (depth !== undefined && c === '{') templates[templates.length - 1] = depth + 1;
      if (depth !== undefined && c === '}') templates[templates.length - 1] = depth - 1;
      if (closes) templates.pop();
      if (c === '`' || closes) {
        const end = skipTemplate(text, at + 1);
        if (text[end] === '{') templates.push(0);
        at = end + 1;
      } else {
        brackets.take(c, at);
        at += 1;
      }
    }
    before = word ?? c;
  }
  return { comments: out, units: brackets.units };
}

/** Whether a `/` behind this word or character begins a regular expression; else it divides. */
function startsExpression(before: string): boolean {
  return /^(?:[(,=:[!&|?{};+\-*%<>~^]|return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield|)$/.test(
    before,
  );
}

function skipString(text: string, from: number, quote: string): number {
  let at = from;
  // A string that is not closed ends with its line.
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipPattern(text: string, from: number): number {
  let inClass = false;
  let at = from;
  while (at < text.length && text[at] !== '\n' && (inClass || text[at] !== '/')) {
    if (text[at] === '[') inClass = true;
    if (text[at] === ']') inClass = false;
    at += text[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

/** The offset of the backquote that closes a template, or of the brace of its next `${`. */
function skipTemplate(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '`') {
    if (text[at] === '$' && text[at + 1] === '{') return at + 1;
    at += text[at] === '\\' ? 2 : 1;
  }
  return at;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
