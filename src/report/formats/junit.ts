import type { Formatter } from '../../lint/formatter.js';
import type { Report, ReportFinding, ReportProblem } from '../../lint/report.js';
import { wholeMessage } from './variants.js';
import { attributes, xml } from './xml.js';

interface Suite {
  readonly findings: ReportFinding[];
  readonly problems: ReportProblem[];
}

/** JUnit's XML: a suite a file, a case a finding; errors and warnings fail, all else passes with its text. */
export const junit: Formatter = {
  name: 'junit',
  summary: 'JUnit XML, for test reports',
  format(report) {
    const suites = suitesOf(report);
    const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
    const failures = report.findings.filter(isFailure).length;
    const tests = Math.max(1, report.findings.length + report.problems.length);
    lines.push(`<testsuites${attributes({ name: 'envariant', tests, failures })}>`);
    if (suites.size === 0) {
      lines.push(`  <testsuite${attributes({ name: 'envariant', tests: 1, failures: 0 })}>`);
      const name = `${report.summary.files} build file${report.summary.files === 1 ? '' : 's'} without a difference`;
      lines.push(`    <testcase${attributes({ classname: 'envariant', name })}/>`, '  </testsuite>');
    }
    for (const [file, suite] of suites) lines.push(...drawSuite(file, suite));
    lines.push('</testsuites>');
    return `${lines.join('\n')}\n`;
  },
};

function isFailure({ severity }: ReportFinding): boolean {
  return severity !== 'info';
}

function suitesOf(report: Report): ReadonlyMap<string, Suite> {
  const suites = new Map<string, Suite>();
  const suite = (file: string): Suite => {
    const known = suites.get(file) ?? { findings: [], problems: [] };
    suites.set(file, known);
    return known;
  };
  for (const one of report.findings) suite(one.location.file).findings.push(one);
  for (const one of report.problems) suite(one.location.file).problems.push(one);
  return suites;
}

function drawSuite(file: string, { findings, problems }: Suite): readonly string[] {
  const tests = findings.length + problems.length;
  const lines = [`  <testsuite${attributes({ name: file, tests, failures: findings.filter(isFailure).length })}>`];
  for (const finding of findings) {
    const { line, column } = finding.location;
    const body = xml([`${file}:${line}:${column}`, ...wholeMessage(finding)].join('\n'));
    lines.push(`    <testcase${attributes({ classname: file, name: `${finding.rule} (${line}:${column})` })}>`);
    if (isFailure(finding)) {
      const about = attributes({ type: finding.severity, message: finding.message });
      lines.push(`      <failure${about}>${body}</failure>`);
    } else lines.push(`      <system-out>${body}</system-out>`);
    lines.push('    </testcase>');
  }
  for (const { location, message } of problems) {
    lines.push(`    <testcase${attributes({ classname: file, name: `note (${location.line}:${location.column})` })}>`);
    lines.push(`      <system-out>${xml(message)}</system-out>`, '    </testcase>');
  }
  lines.push('  </testsuite>');
  return lines;
}
