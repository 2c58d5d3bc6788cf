import { cellsOf, glyphs, visible } from './cells.js';
import type { Line, Piece } from './style.js';
import { paint, piece } from './style.js';
import { clampWidth } from './text.js';
import { paragraph } from './wrap.js';

/** A rule's page for the terminal: the Markdown that our pages use, laid out to a width. */
export function renderMarkdown(markdown: string, width: number, colour: boolean): string {
  const columns = clampWidth(width);
  const out: Line[] = [];
  const source = markdown.split('\n');
  for (let at = 0; at < source.length; ) {
    const line = source[at] ?? '';
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const fence = /^```\s*(.*)$/.exec(line);
    const item = /^(\s*)(?:[-*]|\d+\.)\s+(.*)$/.exec(line);
    if (line.trim() === '') {
      if (out.length > 0 && (out[out.length - 1]?.length ?? 0) > 0) out.push([]);
      at += 1;
    } else if (heading !== null) {
      const [, marks = '', title = ''] = heading;
      out.push([piece(`${marks.length > 2 ? '  ' : ''}${visible(title)}`, marks.length > 2 ? 'info' : 'bold')]);
      at += 1;
    } else if (fence !== null) {
      const end = source.findIndex((other, i) => i > at && other.trimEnd() === '```');
      const last = end === -1 ? source.length : end;
      out.push(...codeBlock(fence[1] ?? '', source.slice(at + 1, last), columns));
      at = last + 1;
    } else if (line.startsWith('|')) {
      out.push(...(/^\|[\s:|-]+\|$/.test(line) ? [] : [[piece(`  ${visible(line)}`, 'plain')]]));
      at += 1;
    } else {
      // A paragraph or an item goes on to the next line that begins something else.
      let end = at + 1;
      while (end < source.length && !/^\s*$|^#|^```|^\||^\s*(?:[-*]|\d+\.)\s/.test(source[end] ?? '')) end += 1;
      const rest = source.slice(at + 1, end).map((one) => one.trim());
      const text = [item === null ? line : (item[2] ?? ''), ...rest].join(' ');
      out.push(...paragraph(item === null ? [] : [piece(`${item[1] ?? ''}• `, 'dim')], words(text), columns));
      at = end;
    }
  }
  while (out.length > 0 && out[out.length - 1]?.length === 0) out.pop();
  return paint(out, colour);
}

/** A file with its name above it, or what is found in it; long lines are broken, never lost. */
function codeBlock(info: string, lines: readonly string[], width: number): readonly Line[] {
  const name = /^\S+\s+(\S+)$/.exec(info)?.[1];
  const title: readonly Line[] = name === undefined ? [] : [[piece(`    ${visible(name)}`, 'dim')]];
  const style = info === 'findings' ? 'changed' : 'plain';
  return [
    ...title,
    ...lines.flatMap((line) => broken(line, width - 6).map((part) => [piece('    │ ', 'dim'), piece(part, style)])),
  ];
}

function broken(line: string, room: number): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const { text, width } of glyphs(line)) {
    if (used + width > room) {
      // Between words, where that is not too far back.
      const blank = part.lastIndexOf(' ');
      const cut = blank > part.length / 2 ? blank + 1 : part.length;
      parts.push(part.slice(0, cut).trimEnd());
      part = part.slice(cut);
      used = cellsOf(part);
    }
    part += text;
    used += width;
  }
  return [...parts, part];
}

/** The words of a paragraph: code and strong words in their styles, links as their text. */
function words(text: string): readonly Piece[] {
  const plain = text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  const pieces: Piece[] = [];
  for (const [part] of plain.matchAll(/`[^`]*`|\*\*[^*]+\*\*|[^`*]+|[`*]/g)) {
    const strong = /^\*\*([^*]+)\*\*$/.exec(part)?.[1];
    const isCode = /^`.+`$/.test(part);
    const style = strong !== undefined ? 'bold' : isCode ? 'info' : 'plain';
    // What stands against the word before it (a full stop behind code) stays with it.
    for (const [i, word] of (strong ?? part).split(/\s+/).entries()) {
      const last = pieces[pieces.length - 1];
      if (word === '') continue;
      const glued = i === 0 && !/^\s/.test(part) && last !== undefined;
      if (glued && (/^[.,;:)!?…]/.test(word) || /[(“"]$/.test(last.text)))
        pieces[pieces.length - 1] = { ...last, text: `${last.text}${visible(word)}` };
      else pieces.push(piece(visible(word), style));
    }
  }
  return pieces;
}
