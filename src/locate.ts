import type { Location } from './lint/report.js';
import type { Files } from './text/files.js';
import { LineTable, type Place } from './text/span.js';

/** Lines and columns of places, with one line table for each file. */
export class Lines {
  readonly #files: Files;
  readonly #tables = new Map<string, LineTable>();

  constructor(files: Files) {
    this.#files = files;
  }

  locate(place: Place): Location {
    let table = this.#tables.get(place.file);
    if (table === undefined) {
      const read = this.#files.read(place.file);
      table = new LineTable(read?.kind === 'text' ? read.text : '');
      this.#tables.set(place.file, table);
    }
    const start = table.position(place.start);
    const end = table.position(Math.max(place.start, place.end));
    return { file: place.file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  }
}
