import { cellsOf, glyphs, visible } from './cells.js';
import type { Line, Piece, Style } from './style.js';
import { piece } from './style.js';

/** Breaks words over lines of at most `width` cells; a word that is longer than a line is cut. */
export function wrapWords(words: readonly Piece[], width: number): readonly (readonly Piece[])[] {
  const room = Math.max(8, width);
  const lines: Piece[][] = [];
  let line: Piece[] = [];
  let used = 0;
  for (const whole of words) {
    for (const word of cut(whole, room)) {
      const cells = cellsOf(word.text);
      if (line.length > 0 && used + 1 + cells > room) {
        lines.push(line);
        line = [];
        used = 0;
      }
      used += cells + (line.length > 0 ? 1 : 0);
      line.push(word);
    }
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

function cut(word: Piece, room: number): readonly Piece[] {
  if (cellsOf(word.text) <= room) return [word];
  const parts: Piece[] = [];
  let text = '';
  let used = 0;
  for (const glyph of glyphs(word.text)) {
    if (used + glyph.width > room) {
      parts.push({ text, style: word.style });
      text = '';
      used = 0;
    }
    text += glyph.text;
    used += glyph.width;
  }
  parts.push({ text, style: word.style });
  return parts;
}

/** The words of a text as it may be printed. */
export function wordsOf(text: string, style: Style = 'plain'): readonly Piece[] {
  return visible(text.replace(/\s+/g, ' ').trim())
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => piece(word, style));
}

/** Puts words on one line with a blank between them. */
export function joinWords(words: readonly Piece[]): Line {
  return words.flatMap((word, index) => (index === 0 ? [word] : [piece(' '), word]));
}

/** A paragraph whose first line begins with `lead` and whose other lines are indented as far as the lead is wide. */
export function paragraph(lead: Line, words: readonly Piece[], width: number): readonly Line[] {
  const indent = lead.reduce((sum, part) => sum + cellsOf(part.text), 0);
  const lines = wrapWords(words, width - indent);
  if (lines.length === 0) return [lead];
  return lines.map((line, index) => [...(index === 0 ? lead : [piece(' '.repeat(indent))]), ...joinWords(line)]);
}
