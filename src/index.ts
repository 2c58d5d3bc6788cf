/** The library: build files in, a report out. It does no IO; the project's files come through `Files`. */
import { rules } from '../rules/index.js';
import { evaluateDockerfile } from './evaluate/dockerfile/index.js';
import { evaluateShellFile } from './evaluate/script.js';
import type { RuleDescription } from './lint/formatter.js';
import type { Report, ReportFinding, ReportProblem, Severity } from './lint/report.js';
import type { AnyRule } from './lint/rule.js';
import { type Finding, runRules } from './lint/run.js';
import { Lines } from './locate.js';
import type { Build } from './model/build.js';
import { languageOf } from './recognise.js';
import type { Files } from './text/files.js';
import { Space } from './value/diagram.js';
import { Texts } from './value/text.js';

export type * from './lint/fix.js';
export type * from './lint/report.js';
export { type PlanOptions, plan } from './plan.js';
export { type Language, recognise } from './recognise.js';
export type { Files, Readable, Unreadable } from './text/files.js';

export interface LintOptions {
  /** Told after each file. */
  readonly onProgress?: (done: number, total: number, file: string) => void;
  /** The rules to run; all of ours when absent. */
  readonly rules?: readonly AnyRule[];
}

/** Lints build files; paths are relative to the root of `files`. */
export function lint(paths: readonly string[], files: Files, options: LintOptions = {}): Report {
  const lines = new Lines(files);
  const findings: ReportFinding[] = [];
  const problems: ReportProblem[] = [];
  for (const [i, path] of paths.entries()) {
    try {
      lintFile(path, files, options.rules ?? rules, lines, findings, problems);
    } catch (error) {
      // A fault of ours in one file must not hide what the others have.
      const message = error instanceof Error ? error.message : String(error);
      problems.push({
        location: lines.locate({ file: path, start: 0, end: 0 }),
        message: `this file could not be linted: ${message}`,
      });
    }
    options.onProgress?.(i + 1, paths.length, path);
  }
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  const summary = {
    files: paths.length,
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    problems: problems.length,
  };
  return { version: 1, findings, problems, summary };
}

function lintFile(
  path: string,
  files: Files,
  active: readonly AnyRule[],
  lines: Lines,
  findings: ReportFinding[],
  problems: ReportProblem[],
): void {
  const read = files.read(path);
  if (read?.kind !== 'text') {
    problems.push({
      location: lines.locate({ file: path, start: 0, end: 0 }),
      message: `this file ${read?.reason ?? 'does not exist'}; it is not linted`,
    });
    return;
  }
  const build = evaluateFile(path, read.text, files);
  const seen = new Set<string>();
  for (const { place, message } of build.notes) {
    const location = lines.locate(place);
    const key = `${location.file}:${location.line}:${message}`;
    if (!seen.has(key)) problems.push({ location, message });
    seen.add(key);
  }
  const result = runRules(build, active);
  for (const { rule, message } of result.faults)
    problems.push({
      location: lines.locate({ file: path, start: 0, end: 0 }),
      message: `the rule ${rule} failed: ${message}`,
    });
  for (const finding of result.findings) findings.push(toReport(finding, lines));
}

/** Everything that one build file says, for all environments. */
function evaluateFile(file: string, text: string, files: Files): Build {
  const texts = new Texts(new Space());
  const fixed = new Map<string, string | undefined>();
  if (languageOf(file, text) === 'shell')
    return evaluateShellFile({ file, text, files, texts, fixed, dialect: undefined }).build;
  return evaluateDockerfile({ file, text, files, texts, fixed, target: undefined });
}

function toReport(finding: Finding, lines: Lines): ReportFinding {
  return {
    rule: finding.rule,
    category: finding.category,
    severity: finding.severity,
    confidence: finding.confidence,
    message: finding.message,
    location: lines.locate(finding.at),
    related: finding.related.map(({ at, message }) => ({ location: lines.locate(at), message })),
    variants: finding.rows.map(({ when, value }) => ({ when, value: value ?? null })),
    effect: finding.effect,
    help: finding.help,
    url: urlOf(finding.rule),
    ...(finding.fixes === undefined ? {} : { fixes: finding.fixes }),
  };
}

/** Where a rule's page is. */
function urlOf(rule: string): string {
  return `https://unpkg.com/envariant/rules/${rule}/README.md`;
}

/** Our rules, as formats and listings describe them. */
export const describedRules: readonly RuleDescription[] = rules.map(({ id, summary, category, severity }) => ({
  id,
  summary,
  category,
  severity,
  url: urlOf(id),
}));
