/**
 * Tests for rules; public as `envariant/testing`.
 *
 * A page is a Markdown file that documents a rule and is its test. Every heading with file blocks under it is a case. A
 * file block is a fenced block whose info string is a language and a file name; the block `findings` holds exactly what
 * is reported about these files. A case without that block reports nothing. Other blocks are only read by people. A file
 * `envariant.config.jsonc` is the settings of its case, for options and severities.
 *
 * A story is a folder with a project and an `expected.txt`, the report that the command line prints about it.
 *
 * A run with `--update`, or with ENVARIANT_UPDATE=1, rewrites the blocks and the reports instead of comparing them.
 */
import { strictEqual } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parse } from 'jsonc-parser';
import { describedRules, type Files, type LintOptions, lint, type Report, recognise } from '../index.js';
import { checkSettings } from '../lint/schema.js';
import { mergeSettings, ruleFaults } from '../lint/settings.js';
import { visible } from '../report/cells.js';
import { variantNames } from '../report/environments.js';
import { renderText } from '../report/text.js';
import { parseScript } from '../script-parser.js';
import { diskFiles } from './disk.js';
import { resolveTargets } from './targets.js';

/** The files under one heading, and what must be reported about them. */
export interface PageCase {
  /** The headings above the files without the page's title: `What it finds › A flag`. */
  readonly name: string;
  /** The line of the heading, from 1. */
  readonly line: number;
  /** The files' texts by their paths. */
  readonly files: ReadonlyMap<string, string>;
  /** The text of the `findings` block; empty for silence. */
  readonly findings: string;
}

/** What is used of a test runner; `describe` and `it` of vitest, jest and `node:test` will do. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => void): unknown;
  /** Whether results are written instead of compared; by default, whether the run has `--update` or ENVARIANT_UPDATE=1. */
  isUpdate?(): boolean;
}

type Rules = NonNullable<LintOptions['rules']>;

/** A fenced block; lines count from 0, `end` is the line after the closing fence. */
interface Block {
  readonly info: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Section {
  readonly name: string;
  readonly line: number;
  readonly blocks: Block[];
}

// ------------------------------------------------------------------------------------------------------ pages

/** Reads the cases of a page, in their order; throws where a file is given twice or findings have no files. */
export function parsePage(markdown: string): readonly PageCase[] {
  return casesOf(markdown).map(({ page }) => page);
}

/** What is reported about a case, in the form of the `findings` block. */
export function runCase(page: PageCase, rules?: Rules): string {
  const paths = [...page.files.keys()];
  const callers = (path: string): boolean => recognise(path) === 'shell' || recognise(path) === 'delivery';
  const found = paths.filter((path) => recognise(path) !== undefined && !callers(path));
  // As on the command line, a script is linted through the Dockerfile that runs it, and alone where there is none.
  const linted = found.length > 0 ? found : paths.filter(callers);
  const around = found.length > 0 ? paths.filter(callers) : [];
  if (linted.length === 0) throw new Error(`line ${page.line}: "${page.name}" has no build file`);
  const options = { parseScript, around, ...settingsOf(page, rules), ...(rules === undefined ? {} : { rules }) };
  return findingsText(lint(linted, memoryFiles(page.files), options));
}

/** The settings that a case has among its files; throws where they are wrong. */
function settingsOf({ files, line }: PageCase, rules: Rules | undefined): Pick<LintOptions, 'settings'> {
  const text = files.get('envariant.config.jsonc');
  if (text === undefined) return {};
  const checked = checkSettings(parse(text));
  const faults = checked.kind === 'bad' ? checked.faults : ruleFaults(checked.settings, rules ?? describedRules);
  const [fault] = faults;
  if (fault !== undefined) throw new Error(`line ${line}: the settings are wrong: ${fault.message}`);
  return checked.kind === 'bad' ? {} : { settings: mergeSettings([checked.settings], []) };
}

/** The page with the `findings` blocks of its cases rewritten; results are in the order of the cases, empty for silence. */
export function updatePage(markdown: string, results: readonly string[]): string {
  const lines = markdown.split('\n');
  for (const [i, { block, after }] of [...casesOf(markdown).entries()].reverse()) {
    const result = results[i] ?? '';
    const fresh = result === '' ? [] : ['', '```findings', ...result.split('\n'), '```'];
    if (block === undefined) lines.splice(after, 0, ...fresh);
    else {
      const start = lines[block.start - 1] === '' ? block.start - 1 : block.start;
      lines.splice(start, block.end - start, ...fresh);
    }
  }
  return lines.join('\n');
}

/** Makes a test of every case on the pages under a folder: its own README.md, and those of the folders in it. */
export function testPages(folder: string, runner: TestRunner, rules?: Rules): void {
  for (const path of pagesUnder(folder)) {
    runner.describe(relative(folder, path).split(sep).join('/'), () => {
      for (const [i, { name }] of parsePage(readFileSync(path, 'utf8')).entries()) {
        runner.it(name, () => {
          // The page is read again: the case before this one may have rewritten it.
          const markdown = readFileSync(path, 'utf8');
          const results = parsePage(markdown).map((page, at) => (at === i ? runCase(page, rules) : page.findings));
          compare(path, updatePage(markdown, results), markdown, runner);
        });
      }
    });
  }
}

function casesOf(
  markdown: string,
): readonly { readonly page: PageCase; readonly block: Block | undefined; readonly after: number }[] {
  return sectionsOf(markdown).flatMap(({ name, line, blocks }) => {
    const files = new Map<string, string>();
    let findings: Block | undefined;
    let after = 0;
    for (const block of blocks) {
      const path = /^\S+[ \t]+(\S+)$/.exec(block.info)?.[1];
      if (block.info === 'findings') {
        if (findings !== undefined) throw new Error(`line ${block.start + 1}: "${name}" has two blocks of findings`);
        findings = block;
      } else if (path !== undefined) {
        if (files.has(path)) throw new Error(`line ${block.start + 1}: "${name}" has two files ${path}`);
        files.set(path, block.text === '' ? '' : `${block.text}\n`);
        after = block.end;
      }
    }
    if (files.size === 0 && findings !== undefined)
      throw new Error(`line ${findings.start + 1}: "${name}" has findings and no file`);
    return files.size === 0
      ? []
      : [{ page: { name, line, files, findings: findings?.text ?? '' }, block: findings, after }];
  });
}

function sectionsOf(markdown: string): readonly Section[] {
  const lines = markdown.split('\n');
  const titles: string[] = [];
  let section: Section = { name: '', line: 1, blocks: [] };
  const sections = [section];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    const [, marks, title] = /^(#{1,6})[ \t]+(.*?)[ \t#]*$/.exec(line) ?? [];
    const [, fence, info] = /^(`{3,})[ \t]*([^`]*?)[ \t]*$/.exec(line) ?? [];
    if (marks !== undefined && title !== undefined) {
      titles.splice(marks.length - 1, 6, title);
      const name = titles.length === 1 ? title : titles.slice(1).join(' › ');
      section = { name, line: i + 1, blocks: [] };
      sections.push(section);
    } else if (fence !== undefined && info !== undefined) {
      const closing = lines.findIndex(
        (other, at) => at > i && other.trimEnd().startsWith(fence) && /^`+$/.test(other.trimEnd()),
      );
      const end = closing === -1 ? lines.length : closing;
      section.blocks.push({ info, text: lines.slice(i + 1, end).join('\n'), start: i, end: end + 1 });
      i = end;
    }
  }
  return sections;
}

/** One line a finding, and below it what each environment gets and the other places that take part. */
function findingsText(report: Report): string {
  const lines: string[] = [];
  for (const { location, severity, rule, confidence, message, variants, related } of report.findings) {
    const grade = confidence === 'proven' ? '' : ` (${confidence})`;
    lines.push(`${placeOf(location)} ${severity} ${rule}${grade}: ${message}`);
    const names = variantNames(variants);
    for (const [i, { value }] of variants.entries())
      lines.push(`  ${names[i] ?? ''} → ${value === null ? '(not run)' : visible(value)}`);
    for (const other of related) lines.push(`  also ${placeOf(other.location)} ${other.message}`);
  }
  for (const { location, message } of report.problems) lines.push(`${placeOf(location)} note: ${message}`);
  return lines.join('\n');
}

function placeOf({ file, line, column }: Report['findings'][number]['location']): string {
  return `${file}:${line}:${column}`;
}

/** Files that are nowhere but in a table of paths and texts. */
export function memoryFiles(files: ReadonlyMap<string, string>): Files {
  return {
    read(path) {
      const text = files.get(path);
      return text === undefined ? undefined : { kind: 'text', text };
    },
    list(folder) {
      const prefix = folder === '' ? '' : `${folder}/`;
      const inside = [...files.keys()]
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length));
      const names = new Set(inside.map((path) => (path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path)));
      return names.size === 0 && folder !== '' ? undefined : [...names].sort();
    },
  };
}

// ---------------------------------------------------------------------------------------------------- stories

/** The report about all build files under a folder, as the command line prints it in 80 columns without colour. */
export function runStory(folder: string, rules?: Rules): string {
  const { root, files, around } = resolveTargets(['.'], folder, recognise);
  const disk = diskFiles(root);
  const textOf = (file: string): string | undefined => {
    const content = disk.read(file);
    return content?.kind === 'text' ? content.text : undefined;
  };
  return renderText(lint(files, disk, { parseScript, around, ...(rules === undefined ? {} : { rules }) }), {
    width: 80,
    colour: false,
    textOf,
  });
}

/** Makes a test of every folder in a folder that has build files: its report is that of `expected.txt`. */
export function testStories(folder: string, runner: TestRunner, rules?: Rules): void {
  for (const name of foldersIn(folder)) {
    const story = join(folder, name);
    if (resolveTargets(['.'], story, recognise).files.length === 0) continue;
    const path = join(story, 'expected.txt');
    runner.it(name, () =>
      compare(path, runStory(story, rules), existsSync(path) ? readFileSync(path, 'utf8') : '', runner),
    );
  }
}

// ------------------------------------------------------------------------------------------------------- disk

function pagesUnder(folder: string): readonly string[] {
  const own = readdirSync(folder).filter((name) => name === 'README.md');
  const inner = foldersIn(folder).flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file === 'README.md')
      .map((file) => join(name, file)),
  );
  return [...own, ...inner].map((path) => join(folder, path));
}

function foldersIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map((entry) => entry.name)
    .sort();
}

function compare(path: string, actual: string, expected: string, runner: TestRunner): void {
  if (actual === expected) return;
  if (runner.isUpdate?.() ?? isUpdate()) writeFileSync(path, actual);
  else strictEqual(actual, expected);
}

function isUpdate(): boolean {
  return process.env.ENVARIANT_UPDATE === '1' || process.argv.includes('--update') || process.argv.includes('-u');
}
