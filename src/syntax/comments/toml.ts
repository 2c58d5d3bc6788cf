import type { Span } from '../../text/span.js';
import type { CommentedText } from './index.js';
import { Brackets, writtenEnd } from './units.js';

/** Strings of all four kinds, comments, heads of tables and brackets; a string that does not end on its line is damaged, and ends with it. */
const TOKEN =
  /"""(?:[^"\\]|\\[\s\S]|"(?!""))*(?:"""|$(?![\s\S]))|'''(?:[^']|'(?!''))*(?:'''|$(?![\s\S]))|"(?:[^"\\\n]|\\[^\n])*"?|'[^'\n]*'?|#[^\n]*|(?<=^[ \t]*)\[[^[\]\n,]+\]\]?(?=[ \t\r]*(?:#|$))|[[\]{}]/gm;

/** The comments of a TOML file; a table is a unit, and so is what is in brackets. */
export function tomlComments(text: string): CommentedText {
  const comments: Span[] = [];
  const tables: number[] = [];
  const brackets = new Brackets();
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token.startsWith('#')) comments.push({ start: index, end: index + token.length });
    else if (/^[[\]{}]$/.test(token)) brackets.take(token, index);
    else if (token.startsWith('[')) tables.push(index);
  }
  const units = tables.map((start, i) => ({ start, end: writtenEnd(text, start, tables[i + 1] ?? text.length) }));
  return { comments, units: [...units, ...brackets.units] };
}
