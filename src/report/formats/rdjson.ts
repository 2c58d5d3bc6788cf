import type { Edit } from '../../lint/fix.js';
import type { Formatter } from '../../lint/formatter.js';
import type { Location, ReportFinding, Severity } from '../../lint/report.js';
import { LineTable } from '../../text/span.js';
import { jsonText } from '../json.js';
import { wholeMessage } from './variants.js';

const severities: { readonly [severity in Severity]: string } = { error: 'ERROR', warning: 'WARNING', info: 'INFO' };

/** Reviewdog's diagnostics, whose columns count bytes of UTF-8. */
export const rdjson: Formatter = {
  name: 'rdjson',
  summary: 'diagnostics of reviewdog',
  format({ findings, problems }, { textOf }) {
    const tables = new Map<string, LineTable | undefined>();
    const tableOf = (file: string): LineTable | undefined => {
      if (!tables.has(file)) {
        const text = textOf(file);
        tables.set(file, text === undefined ? undefined : new LineTable(text));
      }
      return tables.get(file);
    };
    const rangeOf = ({ file, line, column, endLine, endColumn }: Location): object => {
      const position = (at: number, units: number): object => {
        const before = tableOf(file)
          ?.line(at)
          .slice(0, units - 1);
        return { line: at, column: before === undefined ? units : utf8Length(before) + 1 };
      };
      return { start: position(line, column), end: position(endLine, endColumn) };
    };
    const place = (location: Location): object => ({ path: location.file, range: rangeOf(location) });
    const suggestion = (edit: Edit): object | undefined => {
      const table = tableOf(edit.file);
      if (table === undefined) return undefined;
      const [start, end] = [table.position(edit.start), table.position(edit.end)];
      const location = { file: edit.file, ...start, endLine: end.line, endColumn: end.column };
      return { range: rangeOf(location), text: edit.text };
    };
    const suggestions = (finding: ReportFinding): object => {
      // A suggestion belongs to the file of its diagnostic.
      const edits = (finding.fixes?.[0]?.edits ?? []).filter(({ file }) => file === finding.location.file);
      const found = edits.flatMap((edit) => suggestion(edit) ?? []);
      return found.length === 0 ? {} : { suggestions: found };
    };
    const diagnostics = [
      ...findings.map((one) => ({
        message: wholeMessage(one).join('\n'),
        location: place(one.location),
        severity: severities[one.severity],
        code: { value: one.rule, url: one.url },
        relatedLocations: one.related.map(({ location, message }) => ({ message, location: place(location) })),
        ...suggestions(one),
      })),
      ...problems.map((one) => ({ message: one.message, location: place(one.location), severity: 'INFO' })),
    ];
    const source = { name: 'envariant', url: 'https://www.npmjs.com/package/envariant' };
    return jsonText({ source, diagnostics });
  },
};

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
