/*
 * Fixing findings until nothing is left to fix. Each turn lints the texts as they are by then, applies what does not touch
 * each other, and lints again: a fix that leaves its finding, or makes a new problem, is taken back and told.
 */
import { applyEdits, type ChosenFixes, chooseFixes, shiftOffset } from '../lint/edits.js';
import type { Fix } from '../lint/fix.js';
import type { Report, ReportFinding } from '../lint/report.js';
import type { Files } from '../text/files.js';
import { OffsetTable } from './offsets.js';

/** What fixing came to. */
export interface Fixed {
  /** The new text of every file that changes, by its path as the linter has it. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applied: readonly FindingFix[];
  /** Fixes that did not do what they promise; their files stay as they were. */
  readonly refused: readonly (FindingFix & { readonly reason: string })[];
  /** The report on the files as they are then. */
  readonly report: Report;
  readonly files: Files;
}

/** A finding and the fix that was chosen for it. */
export interface FindingFix {
  readonly finding: ReportFinding;
  readonly fix: Fix;
}

/** Fixes make place for others: so often is it linted again. */
const TURNS = 10;

/** Applies the safe fixes of a report's findings, and those that change behaviour when they are asked for. */
export function fixFindings(files: Files, lint: (files: Files) => Report, suggestions: boolean): Fixed {
  const texts = new Map<string, string>();
  const applied: FindingFix[] = [];
  const refused = new Map<string, FindingFix & { readonly reason: string }>();
  let now = overlay(files, texts);
  let report = lint(now);
  for (let turn = 0; turn < TURNS; turn += 1) {
    const wanted = report.findings.flatMap((finding): FindingFix[] => {
      const fix = (finding.fixes ?? []).find((one) => one.safe || suggestions);
      return fix === undefined || refused.has(keyOf({ finding, fix })) ? [] : [{ finding, fix }];
    });
    const result = applyTogether(wanted, now, report, lint);
    for (const bad of result.bad) refused.set(keyOf(bad), bad);
    if (result.good.length === 0 && result.bad.length === 0) break;
    if (result.good.length === 0) continue;
    applied.push(...result.good);
    for (const [file, text] of result.texts) texts.set(file, text);
    now = overlay(files, texts);
    report = result.report;
  }
  return { texts, applied, refused: [...refused.values()], report, files: now };
}

interface Applied {
  readonly good: readonly FindingFix[];
  readonly bad: readonly (FindingFix & { readonly reason: string })[];
  readonly texts: ReadonlyMap<string, string>;
  readonly report: Report;
}

function applyTogether(
  wanted: readonly FindingFix[],
  files: Files,
  report: Report,
  lint: (files: Files) => Report,
): Applied {
  const choice = chooseFixes(wanted, ({ fix }) => fix);
  if (choice.chosen.length === 0) return { good: [], bad: [], texts: new Map(), report };
  const texts = new Map<string, string>();
  for (const [file, edits] of choice.edits) {
    const text = textOf(files, file);
    if (text === undefined) {
      const bad = choice.chosen.filter(({ fix }) => fix.edits.some((edit) => edit.file === file));
      return {
        good: [],
        bad: bad.map((one) => ({ ...one, reason: `${file} cannot be read` })),
        texts: new Map(),
        report,
      };
    }
    texts.set(file, applyEdits(text, edits));
  }
  const after = lint(overlay(files, texts));
  const left = choice.chosen.filter((one) => isLeft(one, choice, files, after, texts));
  const broken = newProblem(report, after);
  if (left.length === 0 && broken === undefined) return { good: choice.chosen, bad: [], texts, report: after };
  if (choice.chosen.length === 1 || left.length === choice.chosen.length) {
    const bad = broken === undefined ? left : choice.chosen;
    const reason = broken === undefined ? 'the finding is still there after it' : `after it, ${broken}`;
    return { good: [], bad: bad.map((one) => ({ ...one, reason })), texts: new Map(), report };
  }
  if (left.length > 0) {
    const rest = applyTogether(
      choice.chosen.filter((one) => !left.includes(one)),
      files,
      report,
      lint,
    );
    const bad = left.map((one) => ({ ...one, reason: 'the finding is still there after it' }));
    return { ...rest, bad: [...bad, ...rest.bad] };
  }
  // Which one broke something shows when each half is applied alone.
  const middle = choice.chosen.length >> 1;
  const first = applyTogether(choice.chosen.slice(0, middle), files, report, lint);
  const second = applyTogether(choice.chosen.slice(middle), files, report, lint);
  // The halves meet in the next turn.
  const [done, other] = first.good.length > 0 ? [first, second] : [second, first];
  return { ...done, bad: [...done.bad, ...other.bad] };
}

/** Whether a finding is still there where the edits moved it. */
function isLeft(
  { finding }: FindingFix,
  { edits }: ChosenFixes<FindingFix>,
  files: Files,
  after: Report,
  texts: ReadonlyMap<string, string>,
): boolean {
  const { file } = finding.location;
  const before = textOf(files, file) ?? '';
  const moved = shiftOffset(before, new OffsetTable(before).offsetOf(finding.location), edits.get(file) ?? []);
  const table = new OffsetTable(texts.get(file) ?? before);
  return after.findings.some(
    (other) =>
      other.rule === finding.rule &&
      other.message === finding.message &&
      other.location.file === file &&
      table.offsetOf(other.location) === moved,
  );
}

/** What could be read before and cannot be read any more. */
function newProblem(before: Report, after: Report): string | undefined {
  const counts = new Map<string, number>();
  const key = ({ location, message }: Report['problems'][number]): string => `${location.file} ${message}`;
  for (const problem of before.problems) counts.set(key(problem), (counts.get(key(problem)) ?? 0) + 1);
  for (const problem of after.problems) {
    const left = (counts.get(key(problem)) ?? 0) - 1;
    if (left < 0) return problem.message;
    counts.set(key(problem), left);
  }
  return undefined;
}

function keyOf({ finding, fix }: FindingFix): string {
  return [finding.rule, finding.location.file, finding.message, fix.title, fix.edits.map(({ text }) => text)].join(
    '\0',
  );
}

function textOf(files: Files, file: string): string | undefined {
  const read = files.read(file);
  return read?.kind === 'text' ? read.text : undefined;
}

/** Files with other texts in the place of some. */
function overlay(files: Files, texts: ReadonlyMap<string, string>): Files {
  if (texts.size === 0) return files;
  return {
    read(path) {
      const text = texts.get(path);
      return text === undefined ? files.read(path) : { kind: 'text', text };
    },
    list: (folder) => files.list(folder),
  };
}
