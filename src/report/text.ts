import type { Location, Report, ReportFinding, ReportProblem, Summary } from '../lint/report.js';
import { LineTable } from '../text/span.js';
import { cellsOf, visible } from './cells.js';
import { variantNames } from './environments.js';
import { codeFrame } from './frame.js';
import type { Line, Piece } from './style.js';
import { paint, piece, severityStyle } from './style.js';
import { environmentTable } from './table.js';
import { paragraph, wordsOf } from './wrap.js';

export interface TextOptions {
  /** The terminal's columns; clamped to 40…100. */
  readonly width: number;
  readonly colour: boolean;
  /** The text of a file that the report names; undefined when it cannot be had. */
  readonly textOf: (file: string) => string | undefined;
}

/** Draws places of the report's files; keeps the line tables of the files that it has seen. */
interface Sheet {
  readonly width: number;
  readonly colour: boolean;
  readonly table: (file: string) => LineTable | undefined;
}

interface FileGroup {
  readonly file: string;
  readonly findings: ReportFinding[];
  readonly problems: ReportProblem[];
}

const indent = '  ';

/** The width to draw at: the terminal's, between 40 and 100. */
export function clampWidth(columns: number): number {
  return Math.max(40, Math.min(100, columns));
}

/** The report as people read it; one line when there is nothing to say. */
export function renderText(report: Report, options: TextOptions): string {
  const sheet = createSheet(options);
  const groups = groupByFile(report);
  const lines: Line[] = [];
  for (const group of groups) {
    if (groups.length > 1) lines.push(fileRule(group, sheet.width), []);
    for (const finding of group.findings) lines.push(...drawFinding(finding, sheet), []);
    for (const problem of group.problems) lines.push(...drawProblem(problem, sheet), []);
  }
  lines.push(...footer(report, groups, sheet.width));
  return paint(lines, options.colour);
}

function createSheet(options: TextOptions): Sheet {
  const tables = new Map<string, LineTable | undefined>();
  const table = (file: string) => {
    if (!tables.has(file)) {
      const text = options.textOf(file);
      tables.set(file, text === undefined ? undefined : new LineTable(text));
    }
    return tables.get(file);
  };
  return { width: clampWidth(options.width), colour: options.colour, table };
}

function groupByFile(report: Report): readonly FileGroup[] {
  const groups = new Map<string, FileGroup>();
  const group = (file: string) => {
    const known = groups.get(file);
    if (known !== undefined) return known;
    const fresh: FileGroup = { file, findings: [], problems: [] };
    groups.set(file, fresh);
    return fresh;
  };
  for (const finding of report.findings) group(finding.location.file).findings.push(finding);
  for (const problem of report.problems) group(problem.location.file).problems.push(problem);
  for (const one of groups.values()) {
    one.findings.sort((a, b) => comparePlaces(a.location, b.location));
    one.problems.sort((a, b) => comparePlaces(a.location, b.location));
  }
  return [...groups.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

function comparePlaces(a: Location, b: Location): number {
  return a.line - b.line || a.column - b.column;
}

function fileRule(group: FileGroup, width: number): Line {
  const name = visible(group.file);
  const rest = width - cellsOf(name) - 4;
  return [piece('─ ', 'dim'), piece(name, 'bold'), piece(rest > 0 ? ` ${'─'.repeat(rest)}` : '', 'dim')];
}

function drawFinding(finding: ReportFinding, sheet: Sheet): readonly Line[] {
  const style = severityStyle(finding.severity);
  const header: Piece[] = [piece(finding.severity, style), piece(visible(finding.rule), 'bold')];
  if (finding.confidence !== 'proven') header.push(piece(`(${finding.confidence})`, 'dim'));
  const lines: Line[] = [
    ...drawHeader(finding.location, header, sheet.width),
    ...paragraph([piece(indent)], wordsOf(finding.message), sheet.width),
    ...drawPlace(finding.location, style, 1, sheet),
  ];
  if (finding.variants.length > 0) {
    const names = variantNames(finding.variants);
    const rows = finding.variants.map((variant, index) => ({ name: names[index] ?? '', value: variant.value }));
    lines.push([], ...environmentTable(rows, { width: sheet.width, indent, colour: sheet.colour }));
  }
  const notes = [
    ...labelled('why:  ', finding.effect, sheet),
    ...labelled('help: ', finding.help, sheet),
    ...drawAllRelated(finding, sheet),
    ...(finding.url === '' ? [] : [[piece(`${indent}${visible(finding.url)}`, 'dim')]]),
  ];
  if (notes.length > 0) lines.push([], ...notes);
  return lines;
}

/** The place and what it is, two blanks apart; on two lines when they do not fit one. */
function drawHeader(location: Location, parts: readonly Piece[], width: number): readonly Line[] {
  const place = piece(placeName(location), 'bold');
  const cells = [place, ...parts].reduce((sum, part) => sum + cellsOf(part.text) + 2, -2);
  const rest = parts.flatMap((part, index) => (index === 0 ? [part] : [piece(indent), part]));
  return cells <= width ? [[place, piece(indent), ...rest]] : [[place], [piece(indent), ...rest]];
}

function labelled(label: string, text: string, sheet: Sheet): readonly Line[] {
  if (text === '') return [];
  return paragraph([piece(indent), piece(label, 'bold')], wordsOf(text), sheet.width);
}

/** At most this many related places are shown; the JSON report has all. */
const RELATED_LIMIT = 4;

/** Related places, one for each line that the finding's own frame does not mark already. */
function drawAllRelated(finding: ReportFinding, sheet: Sheet): readonly Line[] {
  const { location } = finding;
  const seen = new Set<string>();
  const places = finding.related.filter(({ location: { file, line } }) => {
    const key = `${file}:${line}`;
    const marked = file === location.file && line >= location.line && line <= location.endLine;
    if (marked || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const shown = places.slice(0, RELATED_LIMIT);
  const rest = places.length - shown.length;
  const more =
    rest === 0
      ? []
      : paragraph(
          [piece(indent), piece('also: ', 'bold')],
          wordsOf(`${rest} more ${rest === 1 ? 'place' : 'places'}`),
          sheet.width,
        );
  return [...shown.flatMap((related) => drawRelated(related.location, related.message, sheet)), ...more];
}

function drawRelated(location: Location, message: string, sheet: Sheet): readonly Line[] {
  const table = sheet.table(location.file);
  const words = [piece(placeName(location), 'bold'), ...wordsOf(message)];
  const lines = paragraph([piece(indent), piece('also: ', 'bold')], words, sheet.width);
  if (table === undefined) return lines;
  const first: Location = { ...location, ...firstLineOf(location, table) };
  const frame = codeFrame(table, first, { width: sheet.width, indent: '      ', style: 'info', context: 0 });
  return [...lines, ...frame.slice(0, 1)];
}

/** The end of a place when only its first line is shown. */
function firstLineOf(location: Location, table: LineTable): Pick<Location, 'endLine' | 'endColumn'> {
  if (location.endLine === location.line) return { endLine: location.endLine, endColumn: location.endColumn };
  return { endLine: location.line, endColumn: table.line(location.line).length + 1 };
}

function drawProblem(problem: ReportProblem, sheet: Sheet): readonly Line[] {
  return [
    ...drawHeader(problem.location, [piece('note', 'note')], sheet.width),
    ...paragraph([piece(indent)], wordsOf(problem.message), sheet.width),
    ...drawPlace(problem.location, 'note', 0, sheet),
  ];
}

function drawPlace(location: Location, style: Piece['style'], context: number, sheet: Sheet): readonly Line[] {
  const table = sheet.table(location.file);
  if (table === undefined || location.line > table.count) return [];
  return [[], ...codeFrame(table, location, { width: sheet.width, indent, style, context })];
}

function placeName(location: Location): string {
  return `${visible(location.file)}:${location.line}:${location.column}`;
}

function footer(report: Report, groups: readonly FileGroup[], width: number): readonly Line[] {
  const { summary } = report;
  const notes = count(report.problems.length, 'note');
  const suppressed = (summary.suppressed ?? 0) > 0 ? `${summary.suppressed} suppressed` : '';
  if (report.findings.length === 0) {
    const files = count(summary.files, 'build file');
    if (report.problems.length === 0) {
      return paragraph(
        [piece('✔ ', 'good')],
        wordsOf(
          `${files}: ${suppressed === '' ? 'every environment gets the same image' : `nothing new, ${suppressed}`}`,
        ),
        width,
      );
    }
    const text = `${files}: no difference between environments found (${[notes, suppressed].filter((one) => one !== '').join(', ')})`;
    return paragraph([piece('✔ ', 'good')], wordsOf(text), width);
  }
  const touched = groups.filter((group) => group.findings.length > 0).length;
  const files = count(summary.files, 'build file');
  const where = touched >= summary.files ? `in ${files}` : `in ${touched} of ${files}`;
  const more = [report.problems.length === 0 ? '' : notes, suppressed].filter((one) => one !== '');
  const also = more.length === 0 ? '' : `; ${more.join(', ')}`;
  const bad = summary.errors > 0 ? piece('✖ ', 'error') : piece('▲ ', summary.warnings > 0 ? 'warning' : 'info');
  return paragraph([bad], wordsOf(`${countSeverities(summary)} ${where}${also}`), width);
}

/** `1 error, 2 warnings`. */
export function countSeverities(summary: Summary): string {
  const parts = [
    summary.errors > 0 ? count(summary.errors, 'error') : '',
    summary.warnings > 0 ? count(summary.warnings, 'warning') : '',
    summary.infos > 0 ? count(summary.infos, 'info') : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** A number with its noun: `1 error`, `2,048 errors`. */
export function count(number: number, noun: string): string {
  return `${String(number).replace(/\B(?=(\d{3})+$)/g, ',')} ${noun}${number === 1 ? '' : 's'}`;
}
