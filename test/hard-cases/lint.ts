import { expect } from 'vitest';
import { memoryFiles } from '../../src/hosts/testing.js';
import {
  lint,
  type Plan,
  type PlanOptions,
  plan,
  type Report,
  type ReportFinding,
  recognise,
} from '../../src/index.js';
import { environmentNames } from '../../src/report/environments.js';

/** The files of a project by their paths; a text alone is a Dockerfile. */
export type Project = string | Readonly<Record<string, string>>;

function filesOf(project: Project): ReadonlyMap<string, string> {
  return new Map(Object.entries(typeof project === 'string' ? { Dockerfile: project } : project));
}

/** What the linter says of a project's Dockerfile. */
export function report(project: Project): Report {
  const all = lint(['Dockerfile'], memoryFiles(filesOf(project)));
  // A rule that fails or a file that cannot be linted is silent for the wrong reason.
  expect(all.problems.filter(({ message }) => /could not be linted|failed/.test(message))).toEqual([]);
  return all;
}

/** The findings of a project's Dockerfile. */
export function findings(project: Project): readonly ReportFinding[] {
  return report(project).findings;
}

/** Asserts silence. */
export function expectSilence(project: Project): void {
  expect(findings(project).map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
}

/** Environments and what each gets, `(nothing)` where it is not there. */
export function table({ variants }: ReportFinding): Readonly<Record<string, string>> {
  const names = environmentNames(variants.map(({ when }) => when));
  return Object.fromEntries(variants.map(({ value }, i) => [names[i] ?? '', value ?? '(nothing)']));
}

/** The findings of a category, as their categories would be labelled. */
export function ofCategory(all: readonly ReportFinding[], ...categories: readonly string[]): readonly ReportFinding[] {
  return all.filter(({ category }) => categories.includes(category));
}

/** The only finding of a category. */
export function theOnly(all: readonly ReportFinding[], ...categories: readonly string[]): ReportFinding {
  const found = ofCategory(all, ...categories);
  expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toHaveLength(1);
  const [only] = found;
  if (only === undefined) throw new Error(`no finding of ${categories.join(' or ')}`);
  return only;
}

/** The categories of findings that say: two environments get another image. */
export const DIVERGENCE = [
  'conditional-build',
  'bundler-mode',
  'base-selection',
  'file-selection',
  'baked-environment',
];

/** What each environment builds by the project's Dockerfile. */
export function planned(project: Project, options: Partial<PlanOptions> = {}): Plan {
  return plan('Dockerfile', memoryFiles(filesOf(project)), {
    set: new Map(),
    target: undefined,
    shell: undefined,
    ...options,
  });
}

/** What the linter says of all files of a project, as on the command line: callers are read around the build files. */
export function projectFindings(files: Readonly<Record<string, string>>): readonly ReportFinding[] {
  const isCaller = (path: string): boolean => recognise(path) === 'delivery' || recognise(path) === 'shell';
  const known = Object.keys(files).filter((path) => recognise(path) !== undefined);
  const around = known.filter(isCaller);
  const linted = known.filter((path) => !isCaller(path));
  const all = lint(linted, memoryFiles(filesOf(files)), { around });
  // What could not be evaluated is silent for the wrong reason.
  expect(all.problems.map(({ location, message }) => `${location.file}:${location.line} ${message}`)).toEqual([]);
  return all.findings;
}

/** The findings of the rules that look at more than one file. */
export function acrossFiles(files: Readonly<Record<string, string>>): readonly ReportFinding[] {
  return projectFindings(files).filter(({ rule }) => ACROSS.has(rule));
}

const ACROSS: ReadonlySet<string> = new Set([
  'deployed-work-stage',
  'divergent-build-arguments',
  'drifting-sibling',
  'environment-target',
  'missing-build-argument',
  'overwritten-image-tag',
  'promoted-image',
  'unknown-build-argument',
  'unpassed-variable',
  'untested-image',
]);
