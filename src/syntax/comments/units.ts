import type { Span } from '../../text/span.js';

const CLOSING: { readonly [bracket: string]: string } = { '(': ')', '[': ']', '{': '}' };

/** What stands in brackets. It is shown the characters of a text in their order, without strings and comments. */
export class Brackets {
  readonly units: Span[] = [];
  readonly #open: { readonly at: number; readonly closing: string }[] = [];

  take(character: string, at: number): void {
    const closing = CLOSING[character];
    if (closing !== undefined) this.#open.push({ at, closing });
    // A bracket that closes nothing is damaged text.
    else if (this.#open[this.#open.length - 1]?.closing === character)
      this.units.push({ start: this.#open.pop()?.at ?? at, end: at + 1 });
  }
}

/** The end of what is written before an offset: blank lines and lines of comments at the end are no part of it. */
export function writtenEnd(text: string, start: number, limit: number): number {
  let end = limit;
  while (end > start) {
    const feed = text.lastIndexOf('\n', end - 1);
    const line = text.slice(Math.max(start, feed + 1), end).trim();
    if (feed < start || (line !== '' && !line.startsWith('#'))) break;
    end = feed;
  }
  return start + text.slice(start, end).trimEnd().length;
}
