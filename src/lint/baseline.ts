/*
 * The baseline: findings that a project has accepted for now. For each file and rule it has the identities of findings
 * (see fingerprint.ts) and how many there are of each, so that moving lines changes nothing, and one more of the same is new.
 */
import { identitiesOf, type TextOf } from './fingerprint.js';
import type { Report, ReportFinding, SuppressedFinding } from './report.js';

/** File → rule → identity → how many. */
export type Baseline = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;

/** Reads the text of a baseline; undefined when it is none. */
export function parseBaseline(text: string): Baseline | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(data) || data.version !== 1 || !isRecord(data.suppressions)) return undefined;
  const baseline = new Map<string, Map<string, Map<string, number>>>();
  for (const [file, rules] of Object.entries(data.suppressions)) {
    if (!isRecord(rules)) return undefined;
    for (const [rule, identities] of Object.entries(rules)) {
      if (!isRecord(identities)) return undefined;
      for (const [identity, count] of Object.entries(identities)) {
        if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) return undefined;
        add(baseline, file, rule, identity, count);
      }
    }
  }
  return baseline;
}

/** The text of a baseline, sorted so that two branches that add to it rarely collide. */
export function baselineText(baseline: Baseline): string {
  const sorted = <T, U>(map: ReadonlyMap<string, T>, inner: (value: T) => U): { [key: string]: U } =>
    Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, inner(value)]));
  const suppressions = sorted(baseline, (rules) => sorted(rules, (identities) => sorted(identities, (count) => count)));
  return `${JSON.stringify({ version: 1, suppressions }, undefined, 2)}\n`;
}

/** The baseline that accepts all of these; `nameOf` gives the path of a file as the baseline has it. */
export function baselineOf(
  findings: readonly ReportFinding[],
  textOf: TextOf,
  nameOf: (file: string) => string,
): Baseline {
  const baseline = new Map<string, Map<string, Map<string, number>>>();
  for (const { finding, identity } of identified(findings, textOf, nameOf))
    add(baseline, nameOf(finding.location.file), finding.rule, identity, 1);
  return baseline;
}

/** What a baseline leaves of a report, and what of the baseline is no longer needed. */
export function applyBaseline(
  report: Report,
  baseline: Baseline,
  textOf: TextOf,
  nameOf: (file: string) => string,
): { readonly report: Report; readonly used: Baseline } {
  const used = new Map<string, Map<string, Map<string, number>>>();
  const findings: ReportFinding[] = [];
  const accepted: SuppressedFinding[] = [];
  for (const { finding, identity } of identified(report.findings, textOf, nameOf)) {
    const file = nameOf(finding.location.file);
    const count = baseline.get(file)?.get(finding.rule)?.get(identity) ?? 0;
    if ((used.get(file)?.get(finding.rule)?.get(identity) ?? 0) < count) {
      add(used, file, finding.rule, identity, 1);
      accepted.push({ ...finding, suppression: { kind: 'baseline' } });
    } else findings.push(finding);
  }
  return { report: withFindings(report, findings, [...(report.suppressed ?? []), ...accepted]), used };
}

/** How many findings a baseline accepts. */
export function sizeOf(baseline: Baseline): number {
  let size = 0;
  for (const rules of baseline.values())
    for (const identities of rules.values()) for (const count of identities.values()) size += count;
  return size;
}

/** A report with other findings, and a summary that counts them. */
export function withFindings(
  report: Report,
  findings: readonly ReportFinding[],
  suppressed: readonly SuppressedFinding[],
): Report {
  const count = (severity: ReportFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const summary = {
    ...report.summary,
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    suppressed: suppressed.length,
  };
  return { ...report, findings, suppressed, summary };
}

function identified(
  findings: readonly ReportFinding[],
  textOf: TextOf,
  nameOf: (file: string) => string,
): readonly { readonly finding: ReportFinding; readonly identity: string }[] {
  const identities = identitiesOf(findings, textOf, nameOf);
  return findings.map((finding, i) => ({ finding, identity: identities[i] ?? '' }));
}

function add(
  baseline: Map<string, Map<string, Map<string, number>>>,
  file: string,
  rule: string,
  identity: string,
  count: number,
): void {
  const rules = baseline.get(file) ?? new Map<string, Map<string, number>>();
  const identities = rules.get(rule) ?? new Map<string, number>();
  identities.set(identity, (identities.get(identity) ?? 0) + count);
  rules.set(rule, identities);
  baseline.set(file, rules);
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
