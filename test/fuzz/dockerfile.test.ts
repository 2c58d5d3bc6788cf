/*
 * Mutated Dockerfiles: whatever is in a file, linting it ends soon, says only what can be shown, and says the same again.
 *
 *     npx vitest run test/fuzz                              with a fixed seed
 *     ENVARIANT_FUZZ_RUNS=20000 npx vitest run test/fuzz    longer, with a new seed
 *     ENVARIANT_FUZZ_SEED=…                                 the seed of a run that failed
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Files, lint, type Plan, plan, type Report, type ReportFinding } from '../../src/index.js';
import type { Location } from '../../src/lint/report.js';
import { parseDockerfile } from '../../src/syntax/dockerfile/parse.js';
import { CORPUS, PROJECT } from './corpus.js';
import { mutated } from './mutate.js';

const LONG = process.env.ENVARIANT_FUZZ_RUNS;
const RUNS = Number(LONG ?? 250);
const SEED = Number(process.env.ENVARIANT_FUZZ_SEED ?? (LONG === undefined ? 1 : Date.now() & 0x7fffffff));
/** Milliseconds that one Dockerfile may take; the slowest machine counts. */
const PATIENCE = 2500;
const FILE = 'app/Dockerfile';

function filesWith(text: string): Files {
  const table = new Map([
    ...Object.entries(PROJECT).map(([path, content]) => [`app/${path}`, content] as const),
    [FILE, text],
  ]);
  return {
    read: (path) => {
      const content = table.get(path);
      return content === undefined ? undefined : { kind: 'text', text: content };
    },
    list: (folder) => {
      const prefix = folder === '' ? '' : `${folder}/`;
      const names = [...table.keys()]
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length).replace(/\/.*/, '/'));
      return names.length === 0 ? undefined : [...new Set(names)];
    },
  };
}

function timed<T>(what: string, work: () => T): T {
  const start = performance.now();
  const result = work();
  const spent = performance.now() - start;
  expect(spent, `${what} took ${Math.round(spent)} ms`).toBeLessThan(PATIENCE);
  return result;
}

const lintText = (text: string): Report => lint([FILE], filesWith(text));

function expectInside(location: Location, text: string): void {
  const content = location.file === FILE ? text : PROJECT[location.file.replace(/^app\//, '')];
  expect(content, location.file).toBeDefined();
  const lines = (content ?? '').split('\n');
  const { line, column, endLine, endColumn } = location;
  expect(
    [line, column].every((n) => Number.isInteger(n) && n >= 1),
    JSON.stringify(location),
  ).toBe(true);
  expect(line).toBeLessThanOrEqual(lines.length);
  expect(endLine).toBeLessThanOrEqual(lines.length);
  expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
  expect(endColumn).toBeLessThanOrEqual((lines[endLine - 1] ?? '').length + 1);
  expect(endLine > line || (endLine === line && endColumn >= column), JSON.stringify(location)).toBe(true);
}

function expectShown(finding: ReportFinding): void {
  if (finding.variants.length === 0) return;
  const values = new Set(finding.variants.map(({ value }) => value));
  const shown = values.size > 1 || [...values].some((value) => value?.includes('⟨') === true);
  expect(shown, JSON.stringify(finding.variants)).toBe(true);
}

function expectSound(report: Report, text: string): void {
  for (const finding of report.findings) {
    expectInside(finding.location, text);
    for (const { location } of finding.related) expectInside(location, text);
    expectShown(finding);
    expect(finding.message).toMatch(/^[^\n]+[.!]$/);
    expect(finding.message).not.toMatch(/undefined|\[object|\{selector\}/);
  }
  for (const { location, message } of report.problems) {
    expectInside(location, text);
    expect(message).not.toMatch(/could not be linted|the rule .* failed/);
  }
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
}

function expectSoundPlan(result: Plan, text: string): void {
  for (const { commands } of result.environments) for (const { location } of commands) expectInside(location, text);
  for (const { location } of result.problems) expectInside(location, text);
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
}

/** Edits are offsets, which move with the text. */
function titles(fixes: ReportFinding['fixes']): readonly string[] | undefined {
  return fixes?.map(({ title }) => title);
}

/** Findings without what may move or be numbered otherwise. */
const told = ({ findings }: Report): readonly unknown[] =>
  findings.map(({ location, related, fixes, ...rest }) => ({ ...rest, at: location, related, fixes: titles(fixes) }));

/** Findings with every line below `from` of the file moved down by `by`. */
function moved({ findings }: Report, from: number, by: number): readonly unknown[] {
  const move = (location: Location): Location => ({
    ...location,
    line: location.file === FILE && location.line >= from ? location.line + by : location.line,
    endLine: location.file === FILE && location.endLine >= from ? location.endLine + by : location.endLine,
  });
  return findings.map(({ location, related, fixes, ...rest }) => ({
    ...rest,
    at: move(location),
    fixes: titles(fixes),
    related: related.map((other) => ({ ...other, location: move(other.location) })),
  }));
}

function check(name: string, property: (text: string) => void, runs = RUNS): void {
  it(
    name,
    () => {
      fc.assert(fc.property(mutated(CORPUS), property), {
        numRuns: runs,
        seed: SEED,
        endOnFailure: LONG !== undefined,
      });
    },
    LONG === undefined ? 30_000 : 3_600_000,
  );
}

describe('the corpus', () => {
  it.each(CORPUS.map((text, i) => [i, text] as const))('%i has neither faults nor limits', (_, text) => {
    const report = lintText(text);
    expectSound(report, text);
    expectSoundPlan(plan(FILE, filesWith(text), { set: new Map(), target: undefined, shell: undefined }), text);
  });
});

describe('mutated Dockerfiles', () => {
  check('are linted soon, soundly, and twice the same', (text) => {
    const report = timed('lint', () => lintText(text));
    expectSound(report, text);
    expect(lintText(text)).toEqual(report);
  });

  check('are planned soon and soundly', (text) => {
    const options = {
      set: new Map([
        ['ENV', 'dev'],
        ['X', ''],
      ]),
      target: undefined,
      shell: undefined,
    };
    expectSoundPlan(
      timed('plan', () => plan(FILE, filesWith(text), options)),
      text,
    );
    expectSoundPlan(
      timed('plan', () => plan(FILE, filesWith(text), { ...options, set: new Map(), target: 'build' })),
      text,
    );
  });

  check('say the same with CRLF', (text) => {
    fc.pre(!text.includes('\r'));
    expect(told(lintText(text.replaceAll('\n', '\r\n')))).toEqual(told(lintText(text)));
  });

  check('say the same with a comment in front of an instruction', (text) => {
    const { instructions } = parseDockerfile(text);
    const last = instructions[instructions.length - 1];
    fc.pre(last !== undefined && last !== instructions[0]);
    const at = text.lastIndexOf('\n', last?.span.start) + 1;
    const line = text.slice(0, at).split('\n').length;
    const changed = `${text.slice(0, at)}# a comment\n${text.slice(at)}`;
    expect(told(lintText(changed))).toEqual(moved(lintText(text), line, 1));
  });

  check('say the same with a stage that nothing needs', (text) => {
    const { instructions } = parseDockerfile(text);
    const froms = instructions.flatMap((instruction) => (instruction.kind === 'from' ? [instruction] : []));
    const last = froms[froms.length - 1];
    // `FROM ${X}` may name the new stage, and `--from=2` would mean another.
    fc.pre(last !== undefined && !froms.some(({ image }) => image.text.includes('$')) && !/from=["']?\d/i.test(text));
    const at = text.lastIndexOf('\n', last?.span.start) + 1;
    const line = text.slice(0, at).split('\n').length;
    const changed = `${text.slice(0, at)}FROM debian:12 AS nobody-needs-this\n${text.slice(at)}`;
    expect(told(lintText(changed))).toEqual(moved(lintText(text), line, 1));
  });
});
