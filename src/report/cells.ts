/**
 * How text looks on a terminal: which cells it takes, and what must never get there.
 *
 * The linted files are strangers. Their escape sequences could repaint the screen and their bidirectional marks could
 * reorder what is read, so every character that is not plainly visible is replaced by something that is. A *glyph* is
 * one user-perceived character with the cells it takes, so that marks line up under wide characters and emoji.
 */

export interface Glyph {
  /** The offset in the source text, in UTF-16 units. */
  readonly at: number;
  /** What is printed. */
  readonly text: string;
  readonly width: number;
}

/**
 * Characters that stand in one cell each and never combine: Latin, punctuation, arrows, mathematics, the lines of our frames.
 * A text of them needs neither a segmenter nor the tables of Unicode, which take some 10 ms to load.
 */
const simpleOnly =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u257f\u2714\u2716\u27e8\u27e9]*$/;
const tabStop = 4;
const wide =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u;
const combining = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const emojiStyle = /\ufe0f/;
/** Invisible or reordering characters; the zero-width joiners are left alone because scripts and emoji need them. */
const hidden = /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u;

let segmenter: Intl.Segmenter | undefined;

/** Splits text into what a terminal shows; tabs reach to the next multiple of four cells, counted from `column`. */
export function glyphs(text: string, column = 0): readonly Glyph[] {
  const out: Glyph[] = [];
  if (simpleOnly.test(text)) {
    for (let at = 0; at < text.length; at++) out.push({ at, text: text.charAt(at), width: 1 });
    return out;
  }
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let cell = column;
  for (const { segment, index } of segmenter.segment(text)) {
    const glyph = glyphOf(segment, index, cell);
    cell += glyph.width;
    out.push(glyph);
  }
  return out;
}

function glyphOf(segment: string, at: number, cell: number): Glyph {
  if (segment === '\t') {
    const width = tabStop - (cell % tabStop);
    return { at, text: ' '.repeat(width), width };
  }
  if (hidden.test(segment)) {
    let text = '';
    let width = 0;
    for (const character of segment) {
      const visible = hidden.test(character) ? picture(character) : character;
      text += visible;
      width += hidden.test(character) ? visible.length : clusterWidth(character);
    }
    return { at, text, width };
  }
  return { at, text: segment, width: clusterWidth(segment) };
}

function clusterWidth(cluster: string): number {
  if (wide.test(cluster) || emojiStyle.test(cluster)) return 2;
  return combining.test(cluster) ? 0 : 1;
}

/** A visible stand-in: the control pictures for the C0 set, the code point for all else. */
function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** The text as it may be printed on one line: everything invisible is made visible. */
export function visible(text: string): string {
  if (simpleOnly.test(text)) return text;
  let out = '';
  for (const glyph of glyphs(text)) out += glyph.text;
  return out;
}

/** The number of cells that an already visible text takes. */
export function cellsOf(text: string): number {
  if (simpleOnly.test(text)) return text.length;
  let width = 0;
  for (const glyph of glyphs(text)) width += glyph.width;
  return width;
}

/** The text filled with blanks up to a number of cells. */
export function padCells(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cellsOf(text)));
}
