/** A half-open range of UTF-16 offsets into one text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span in a named file; file names are relative to the project's root, with forward slashes. */
export interface Place extends Span {
  readonly file: string;
}

/** A text that tells places apart. */
export function placeKey({ file, start, end }: Place): string {
  return `${file}:${start}:${end}`;
}

/** Something that could not be read, or a limit that was reached, with its place. */
export interface Problem {
  readonly at: Span;
  readonly message: string;
}

/** A 1-based line and column; columns count UTF-16 units, as editors and SARIF do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds lines and columns in a text by binary search over its line starts. */
export class LineTable {
  readonly #starts: number[] = [0];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The number of lines; a text that ends in a newline has an empty last line. */
  get count(): number {
    return this.#starts.length;
  }

  /** The position of an offset; offsets past the end are clamped to it. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#text.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (this.#starts[low] ?? 0) + 1 };
  }

  /** The text of a 1-based line without its line break; empty outside the text. */
  line(number: number): string {
    const start = this.#starts[number - 1];
    if (start === undefined) return '';
    const next = this.#starts[number];
    return this.#text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '');
  }
}
