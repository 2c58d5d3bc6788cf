import type { Severity } from '../lint/report.js';

/** What a piece of a printed line means; colours are a matter of `paint` alone. */
export type Style = 'plain' | 'dim' | 'bold' | 'error' | 'warning' | 'info' | 'note' | 'changed' | 'good';

/** A piece of a printed line; its text is visible already and has no line breaks. */
export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Piece[];

const codes: { readonly [style in Style]: string } = {
  plain: '',
  dim: '2',
  bold: '1',
  error: '1;31',
  warning: '1;33',
  info: '1;36',
  note: '1;35',
  changed: '1;33',
  good: '1;32',
};

/** A piece in a style. */
export function piece(text: string, style: Style = 'plain'): Piece {
  return { text, style };
}

/** The style of a severity. */
export function severityStyle(severity: Severity): Style {
  return severity;
}

/** Turns lines into text, each line ended by a newline and without blanks at its end. */
export function paint(lines: readonly Line[], colour: boolean): string {
  let out = '';
  for (const line of lines) out += `${paintLine(line, colour)}\n`;
  return out;
}

function paintLine(line: Line, colour: boolean): string {
  let last = line.length - 1;
  while (last >= 0 && line[last]?.text.trim() === '') last--;
  let out = '';
  for (let at = 0; at <= last; at++) {
    const part = line[at];
    if (part === undefined) continue;
    const text = at === last ? part.text.trimEnd() : part.text;
    const code = codes[part.style];
    out += colour && code !== '' && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
  return out;
}
