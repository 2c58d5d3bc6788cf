import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver';
import type { Location, Report, ReportFinding, Severity } from '../../lint/report.js';
import { environmentNames } from '../../report/environments.js';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** So many environments are told in a message; the page and the hover have them all. */
const ROW_LIMIT = 6;
const VALUE_LIMIT = 160;

/** The name that the server's diagnostics bear. */
const source = 'envariant';

/** A location as a range; the protocol counts from 0. */
export function rangeOf({ line, column, endLine, endColumn }: Location): Range {
  return {
    start: { line: Math.max(0, line - 1), character: Math.max(0, column - 1) },
    end: { line: Math.max(0, endLine - 1), character: Math.max(0, endColumn - 1) },
  };
}

/** The diagnostics of a report by file; every file of the component has a list, so that what is gone is taken away. */
export function diagnosticsOf(
  report: Report,
  component: readonly string[],
  uriOf: (file: string) => string,
  related: boolean,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const byFile = new Map<string, Diagnostic[]>(component.map((file) => [file, []]));
  const add = (file: string, diagnostic: Diagnostic): void => {
    const list = byFile.get(file);
    if (list === undefined) byFile.set(file, [diagnostic]);
    else list.push(diagnostic);
  };
  for (const finding of report.findings) add(finding.location.file, diagnosticOf(finding, uriOf, related));
  for (const { location, message } of report.problems)
    add(location.file, {
      range: rangeOf(location),
      severity: DiagnosticSeverity.Information,
      source,
      code: 'not-evaluated',
      message,
    });
  return byFile;
}

function diagnosticOf(finding: ReportFinding, uriOf: (file: string) => string, related: boolean): Diagnostic {
  const { location, severity, rule, url } = finding;
  return {
    range: rangeOf(location),
    severity: SEVERITIES[severity],
    source,
    code: rule,
    ...(url === '' ? {} : { codeDescription: { href: url } }),
    message: messageOf(finding),
    ...(related && finding.related.length > 0
      ? {
          relatedInformation: finding.related.map(({ location: at, message }) => ({
            location: { uri: uriOf(at.file), range: rangeOf(at) },
            message,
          })),
        }
      : {}),
  };
}

function messageOf({ message, effect, variants, help }: ReportFinding): string {
  const names = environmentNames(variants.map(({ when }) => when));
  const rows = variants.slice(0, ROW_LIMIT).map(({ value }, i) => `  ${names[i]}: ${shortened(value ?? 'nothing')}`);
  if (variants.length > ROW_LIMIT) rows.push(`  and ${variants.length - ROW_LIMIT} more`);
  return [message, ...rows, effect, help].filter((part) => part !== '').join('\n');
}

/** A text as one line of so many characters at most. */
export function shortened(value: string, limit = VALUE_LIMIT): string {
  const line = value.replace(/\s+/g, ' ');
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
