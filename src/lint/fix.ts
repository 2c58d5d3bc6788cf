/** What repairs a finding: edits that belong together. */
export interface Fix {
  /** What it does, as a command to somebody: "Remove this suppression". */
  readonly title: string;
  /** True when what is built stays the same by it, so that it may be applied without being asked about. */
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}

/** One replacement: the UTF-16 offsets `start` to `end` of the file's text as it was linted become `text`. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
