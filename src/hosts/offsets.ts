/** Finds offsets of 1-based lines and columns, as reports have them; the way back from `LineTable`. */
export class OffsetTable {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The offset of a position; one outside the text is clamped to it. */
  offsetOf({ line, column }: { readonly line: number; readonly column: number }): number {
    const start = this.#starts[line - 1] ?? this.#length;
    return Math.min(this.#length, Math.max(0, start + column - 1));
  }
}
