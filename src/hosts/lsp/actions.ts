import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { chooseFixes } from '../../lint/edits.js';
import type { Edit, Fix } from '../../lint/fix.js';
import type { Report, ReportFinding } from '../../lint/report.js';
import { LineTable } from '../../text/span.js';
import { rangeOf } from './convert.js';

/** The command that shows a rule's page in a browser; its argument is the address. */
export const openPage = 'envariant.openRulePage';
/** Applies every safe fix of a file. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.envariant`;

/** What code actions are made with. */
export interface ActionContext {
  readonly file: string;
  readonly text: string;
  readonly range: Range;
  readonly diagnostics: readonly Diagnostic[];
  /** The kinds that were asked for; undefined for all. */
  readonly only: readonly string[] | undefined;
  readonly textOf: (file: string) => string | undefined;
  readonly toEdit: (edits: ReadonlyMap<string, readonly TextEdit[]>) => WorkspaceEdit;
}

/** What can be done about the findings in a range of a file. */
export function actionsFor(reports: readonly Report[], context: ActionContext): readonly CodeAction[] {
  const actions: CodeAction[] = [];
  const own = reports.flatMap(({ findings }) => findings).filter(({ location }) => location.file === context.file);
  if (wants(context, CodeActionKind.QuickFix)) {
    for (const finding of own) {
      if (!meets(rangeOf(finding.location), context.range)) continue;
      actions.push(...quickFixes(finding, context));
    }
  }
  if (wants(context, fixAllKind)) {
    const safe = own.flatMap(({ fixes = [] }) => fixes.find((fix) => fix.safe) ?? []);
    const { edits, chosen } = chooseFixes(safe, (fix) => fix);
    if (chosen.length > 0)
      actions.push({
        title: 'Apply all safe fixes of Envariant',
        kind: fixAllKind,
        edit: workspaceEdit(edits, context),
      });
  }
  return actions;
}

function wants({ only }: ActionContext, kind: string): boolean {
  return only === undefined || only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));
}

function quickFixes(finding: ReportFinding, context: ActionContext): readonly CodeAction[] {
  const { rule, url, fixes = [] } = finding;
  const range = rangeOf(finding.location);
  const diagnostics = context.diagnostics.filter(
    (diagnostic) => diagnostic.code === rule && JSON.stringify(diagnostic.range) === JSON.stringify(range),
  );
  const common = { kind: CodeActionKind.QuickFix, diagnostics };
  const made = fixes.map(
    (fix): CodeAction => ({
      ...common,
      title: fix.safe ? fix.title : `${fix.title} (changes what is built)`,
      isPreferred: fix.safe && fixes.filter((other) => other.safe).length === 1,
      edit: workspaceEdit(editsOf(fix), context),
    }),
  );
  const suppression = suppressionOf(finding, context);
  if (suppression !== undefined)
    made.push({
      ...common,
      title: `Suppress ${rule} here`,
      edit: context.toEdit(new Map([[context.file, [suppression]]])),
    });
  if (url !== '')
    made.push({
      ...common,
      title: `Open the page of ${rule}`,
      command: { title: `Open the page of ${rule}`, command: openPage, arguments: [url] },
    });
  return made;
}

/** A comment above the statement that a finding is in; undefined where the language has none. */
function suppressionOf({ rule, location }: ReportFinding, { file, text }: ActionContext): TextEdit | undefined {
  const mark = commentMark(file);
  if (mark === undefined) return undefined;
  const lines = new LineTable(text);
  let line = location.line;
  // A comment between continued lines would end them in a shell.
  while (line > 1 && /[\\`]$/.test(lines.line(line - 1)) && mark === '#') line -= 1;
  const indent = /^ */.exec(lines.line(line))?.[0] ?? '';
  const position = { line: line - 1, character: 0 };
  return {
    range: { start: position, end: position },
    newText: `${indent}${mark} envariant-ignore ${rule} -- reason${text.includes('\r\n') ? '\r\n' : '\n'}`,
  };
}

function commentMark(file: string): string | undefined {
  if (/(?<!devcontainer)\.json$/.test(file)) return undefined;
  return /\.[cm]?[jt]sx?$|\.jsonc?$|(?:^|\/)Jenkinsfile|\.[Jj]enkinsfile$/.test(file) ? '//' : '#';
}

function editsOf(fix: Fix): ReadonlyMap<string, readonly Edit[]> {
  const byFile = new Map<string, readonly Edit[]>();
  for (const edit of fix.edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  return byFile;
}

function workspaceEdit(edits: ReadonlyMap<string, readonly Edit[]>, context: ActionContext): WorkspaceEdit {
  const made = new Map<string, readonly TextEdit[]>();
  for (const [file, list] of edits) {
    const text = context.textOf(file);
    if (text === undefined) continue;
    const table = new LineTable(text);
    const at = (offset: number) => {
      const { line, column } = table.position(offset);
      return { line: line - 1, character: column - 1 };
    };
    const newline = (inserted: string): string =>
      text.includes('\r\n') ? inserted.replace(/\r?\n/g, '\r\n') : inserted;
    made.set(
      file,
      list.map(({ start, end, text: inserted }) => ({
        range: { start: at(start), end: at(end) },
        newText: newline(inserted),
      })),
    );
  }
  return context.toEdit(made);
}

/** Whether two ranges have a place in common, be it only where one ends and the other begins. */
function meets(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
