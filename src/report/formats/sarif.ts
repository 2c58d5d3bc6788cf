import type {
  Log,
  Notification,
  PhysicalLocation,
  Region,
  ReportingDescriptor,
  Result,
  Fix as SarifFix,
  Suppression as SarifSuppression,
} from 'sarif';
import { fingerprintsOf, type TextOf } from '../../lint/fingerprint.js';
import type { Edit, Fix } from '../../lint/fix.js';
import type { Formatter, RuleDescription } from '../../lint/formatter.js';
import type { Location, ReportFinding, Severity, SuppressedFinding, Suppression } from '../../lint/report.js';
import { LineTable } from '../../text/span.js';
import { jsonText } from '../json.js';
import { wholeMessage } from './variants.js';

type Level = 'error' | 'warning' | 'note';
const levels: { readonly [severity in Severity]: Level } = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0, for GitHub code scanning and everything else that reads the standard. */
export const sarif: Formatter = {
  name: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning',
  format(report, { rules, textOf, version }) {
    const all: readonly (ReportFinding | SuppressedFinding)[] = [...report.findings, ...(report.suppressed ?? [])];
    const used = [...rules, ...unlisted(all, rules)];
    const index = new Map(used.map(({ id }, i) => [id, i]));
    const prints = fingerprintsOf(all, textOf);
    const log: Log = {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'envariant',
              semanticVersion: version,
              informationUri: 'https://www.npmjs.com/package/envariant',
              rules: used.map(descriptor),
            },
          },
          columnKind: 'utf16CodeUnits',
          invocations: [
            {
              executionSuccessful: true,
              toolExecutionNotifications: report.problems.map(
                ({ location, message }): Notification => ({
                  level: 'note',
                  message: { text: message },
                  locations: [{ physicalLocation: physical(location) }],
                }),
              ),
            },
          ],
          results: all.map((one, i) => ({
            ...resultOf(one, index.get(one.rule), prints[i], textOf),
            // Either all results say whether they are suppressed or none does (SARIF 2.1.0, 3.27.23).
            ...(report.suppressed === undefined
              ? {}
              : { suppressions: 'suppression' in one ? [suppressionOf(one.suppression)] : [] }),
          })),
        },
      ],
    };
    return jsonText(log);
  },
};

/** Rules that speak although nobody lists them: a plugin's, or those of suppressions. */
function unlisted(findings: readonly ReportFinding[], rules: readonly RuleDescription[]): readonly RuleDescription[] {
  const known = new Set(rules.map(({ id }) => id));
  const found = new Map<string, RuleDescription>();
  for (const { rule, category, severity, url } of findings)
    if (!known.has(rule)) found.set(rule, { id: rule, summary: rule, category, severity, url });
  return [...found.values()];
}

function descriptor({ id, summary, category, severity, url }: RuleDescription): ReportingDescriptor {
  return {
    id,
    name: id.replace(/(?:^|[-/])(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: summary },
    fullDescription: { text: summary },
    ...(url === '' ? {} : { helpUri: url }),
    help: { text: `${summary}. ${url}`.trim(), markdown: url === '' ? summary : `${summary}.\n\n[${id}](${url})` },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: [category] },
  };
}

function resultOf(
  finding: ReportFinding,
  ruleIndex: number | undefined,
  print: string | undefined,
  textOf: TextOf,
): Result {
  const fixes = (finding.fixes ?? []).flatMap((fix) => fixOf(fix, textOf) ?? []);
  return {
    ruleId: finding.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[finding.severity],
    message: { text: wholeMessage(finding).join('\n') },
    locations: [{ physicalLocation: physical(finding.location) }],
    relatedLocations: finding.related.map(({ location, message }, id) => ({
      id,
      message: { text: message },
      physicalLocation: physical(location),
    })),
    ...(print === undefined ? {} : { partialFingerprints: { 'envariant/v1': print } }),
    ...(fixes.length === 0 ? {} : { fixes }),
    properties: { category: finding.category, confidence: finding.confidence, variants: finding.variants },
  };
}

function suppressionOf(suppression: Suppression): SarifSuppression {
  if (suppression.kind === 'baseline') return { kind: 'external' };
  const { reason, location } = suppression;
  return {
    kind: 'inSource',
    ...(reason === '' ? {} : { justification: reason }),
    location: { physicalLocation: physical(location) },
  };
}

function physical({ file, line, column, endLine, endColumn }: Location): PhysicalLocation {
  return {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

/** A relative path as a URI reference; a colon in its first part would make a scheme of it. */
function uriOf(file: string): string {
  // Half a surrogate pair has no UTF-8.
  const uri = encodeURI(file.replace(/\p{Cs}/gu, '\ufffd')).replace(/[?#]/g, encodeURIComponent);
  return /^[^/]*:/.test(uri) ? `./${uri}` : uri;
}

function fixOf({ title, edits }: Fix, textOf: TextOf): SarifFix | undefined {
  const files = new Map<string, Edit[]>();
  for (const edit of edits) files.set(edit.file, [...(files.get(edit.file) ?? []), edit]);
  if (files.size === 0) return undefined;
  return {
    description: { text: title },
    artifactChanges: [...files].map(([file, own]) => {
      const text = textOf(file);
      const table = text === undefined ? undefined : new LineTable(text);
      return {
        artifactLocation: { uri: uriOf(file) },
        replacements: own.map((edit) => ({
          deletedRegion: regionOf(edit, table),
          insertedContent: { text: edit.text },
        })),
      };
    }),
  };
}

function regionOf({ start, end }: Edit, table: LineTable | undefined): Region {
  if (table === undefined) return { charOffset: start, charLength: end - start };
  const [from, to] = [table.position(start), table.position(end)];
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
}
