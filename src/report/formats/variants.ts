import type { ReportFinding, Variant } from '../../lint/report.js';
import { visible } from '../cells.js';
import { variantNames } from '../environments.js';

/** What each environment gets, a line each: `ENV=testing → go build -race`. */
export function variantLines(variants: readonly Variant[]): readonly string[] {
  const names = variantNames(variants);
  return variants.map(
    ({ value }, i) => `${visible(names[i] ?? '')} → ${value === null ? '(not run)' : visible(value)}`,
  );
}

/** All that a finding says, in plain lines: the message, the environments, why and what to do. */
export function wholeMessage(finding: ReportFinding): readonly string[] {
  const lines = [visible(finding.message), ...variantLines(finding.variants)];
  if (finding.effect !== '') lines.push(`why: ${visible(finding.effect)}`);
  if (finding.help !== '') lines.push(`help: ${visible(finding.help)}`);
  return lines;
}
