import type { Plan, PlanCommand, PlanEnvironment, When } from '../lint/report.js';
import { cellsOf, padCells, visible } from './cells.js';
import { environmentNames, mergeEnvironments } from './environments.js';
import type { Line } from './style.js';
import { paint, piece } from './style.js';
import type { Row } from './table.js';
import { environmentTable, underline, valueWords } from './table.js';
import { clampWidth, count } from './text.js';
import { joinWords, paragraph, wordsOf } from './wrap.js';

export interface PlanTextOptions {
  /** The terminal's columns; clamped to 40…100. */
  readonly width: number;
  readonly colour: boolean;
  /** Shows the steps that are the same in every environment, too. */
  readonly all: boolean;
}

/** A command as all environments see it: one value each, null where it is not run. */
interface Step {
  readonly stage: string | null;
  readonly label: string;
  readonly values: readonly (string | null)[];
  readonly same: boolean;
}

interface Sheet {
  readonly environments: readonly PlanEnvironment[];
  readonly names: readonly string[];
  /** Those that do not build, which are named below the steps. */
  readonly failed: readonly When[];
  readonly gutter: number;
  /** The width of each column, or undefined when the environments are stacked. */
  readonly column: number | undefined;
  readonly options: PlanTextOptions;
  readonly width: number;
}

const separator = ' │ ';

/** The plan as people read it: what every environment runs, folded to what differs. */
export function renderPlan(plan: Plan, options: PlanTextOptions): string {
  const width = clampWidth(options.width);
  const buildable = plan.environments.filter((one) => one.buildable);
  const compared = buildable.length > 0 ? buildable : plan.environments;
  const steps = alignSteps(compared, plan.file);
  const failed = plan.environments.filter((one) => !one.buildable && !compared.includes(one)).map((one) => one.when);
  const sheet = createSheet(compared, failed, steps, options, width);
  const differing = steps.filter((step) => !step.same).length;
  const all = options.all || compared.length < 2;
  const lines: Line[] = [...heading(plan, compared.length, steps.length, differing, width)];
  if (sheet.column !== undefined && differing > 0) lines.push([], columnHeads(sheet, sheet.column));
  lines.push(...stepLines(steps, all, sheet));
  lines.push(...failures(plan.environments, width));
  for (const problem of plan.problems) {
    const place = `${visible(problem.location.file)}:${problem.location.line}:${problem.location.column}`;
    lines.push([], ...paragraph([piece(place, 'bold'), piece(' note ', 'note')], wordsOf(problem.message), width));
  }
  return paint(lines, options.colour);
}

function heading(plan: Plan, compared: number, steps: number, differing: number, width: number): readonly Line[] {
  const said =
    compared === 0
      ? 'nothing to plan'
      : differing > 0
        ? `${count(compared, 'environment')}, ${count(steps, 'step')}, ${differing} of them ${differing === 1 ? 'differs' : 'differ'}`
        : compared === 1
          ? count(steps, 'step')
          : `${count(steps, 'step')}, the same in ${count(compared, 'environment')}`;
  const only = plan.environments.length === 1 ? environmentNames(plan.environments.map((one) => one.when)) : [];
  const words = [
    piece(`${visible(plan.file)}:`, 'bold'),
    ...wordsOf(said, 'dim'),
    ...only.flatMap((one) => wordsOf(`(${one})`)),
  ];
  return paragraph([], words, width);
}

function createSheet(
  environments: readonly PlanEnvironment[],
  failed: readonly When[],
  steps: readonly Step[],
  options: PlanTextOptions,
  width: number,
): Sheet {
  const names = environmentNames(
    environments.map((one) => one.when),
    failed,
  ).map(visible);
  const gutter = Math.min(24, Math.max(0, ...steps.map((step) => cellsOf(step.label)))) + 4;
  const number = environments.length;
  const column = Math.floor((width - gutter - separator.length * (number - 1)) / Math.max(1, number));
  const fits =
    number > 1 &&
    names.every((name) => cellsOf(name) <= column) &&
    steps.every((step) => step.same || step.values.every((value) => cellsOf(visible(value ?? '(not run)')) <= column));
  return { environments, names, failed, gutter, column: fits ? column : undefined, options, width };
}

function columnHeads(sheet: Sheet, column: number): Line {
  const cells = sheet.names.flatMap((name, index) => [
    piece(index === 0 ? ' '.repeat(sheet.gutter) : separator, 'dim'),
    piece(padCells(name, column), 'bold'),
  ]);
  return cells;
}

function stepLines(steps: readonly Step[], all: boolean, sheet: Sheet): readonly Line[] {
  const lines: Line[] = [];
  let stage: string | null = null;
  let folded = 0;
  const flush = () => {
    if (folded > 0) lines.push([piece(`  … ${count(folded, 'step')} the same in every environment`, 'dim')]);
    folded = 0;
  };
  steps.forEach((step, index) => {
    if (step.stage !== stage || index === 0) {
      flush();
      stage = step.stage;
      lines.push([], ...(stage === null ? [] : [[piece('stage '), piece(visible(stage), 'bold')]]));
    }
    if (!step.same) {
      flush();
      lines.push(...(sheet.column === undefined ? stacked(step, sheet) : beside(step, sheet.column, sheet)));
    } else if (all) lines.push(...common(step, sheet));
    else folded++;
  });
  flush();
  return lines;
}

function label(step: Step, sheet: Sheet): Line {
  return [piece(`  ${padCells(step.label, sheet.gutter - 4)}  `, 'dim')];
}

function common(step: Step, sheet: Sheet): readonly Line[] {
  const style = sheet.environments.length > 1 ? 'dim' : 'plain';
  return paragraph(label(step, sheet), wordsOf(step.values[0] ?? '', style), sheet.width);
}

function beside(step: Step, column: number, sheet: Sheet): readonly Line[] {
  const rows = step.values.map((value) => ({ name: '', value }));
  const words = valueWords(rows, column);
  const line = words.flatMap((cell, index) => {
    const used = joinWords(cell);
    const cells = used.reduce((sum, part) => sum + cellsOf(part.text), 0);
    const lead = index === 0 ? label(step, sheet) : [piece(separator, 'dim')];
    return [...lead, ...used, piece(' '.repeat(Math.max(0, column - cells)))];
  });
  if (sheet.options.colour) return [line];
  const marks = words.map((cell) => (cell.some((word) => word.style !== 'changed') ? underline(cell) : ''));
  if (marks.every((mark) => mark === '')) return [line];
  const under = marks.map((mark, index) =>
    piece((index === 0 ? ' '.repeat(sheet.gutter) : separator) + padCells(mark, column)),
  );
  return [line, under];
}

/** Environments with the same command share a row. */
function stacked(step: Step, sheet: Sheet): readonly Line[] {
  const groups = new Map<string | null, When[]>();
  step.values.forEach((value, index) => {
    const when = sheet.environments[index]?.when;
    if (when !== undefined) groups.set(value, [...(groups.get(value) ?? []), when]);
  });
  const merged = [...groups].flatMap(([value, whens]) => mergeEnvironments(whens).map((when) => ({ when, value })));
  const names = environmentNames(
    merged.map((row) => row.when),
    sheet.failed,
  );
  const rows: Row[] = merged.map((row, index) => ({ name: names[index] ?? '', value: row.value }));
  const { gutter, options, width } = sheet;
  const table = environmentTable(rows, { width, indent: ' '.repeat(gutter), colour: options.colour });
  return table.map((line, index) => (index === 0 ? [...label(step, sheet), ...line.slice(1)] : line));
}

function failures(environments: readonly PlanEnvironment[], width: number): readonly Line[] {
  const failed = environments.filter((one) => !one.buildable);
  if (failed.length === 0) return [];
  const lines: Line[] = [[]];
  const names = environmentNames(environments.map((one) => one.when));
  environments.forEach((one, index) => {
    if (one.buildable) return;
    const status = one.exit === null ? '' : ` (exit status ${one.exit})`;
    const words = [...wordsOf(names[index] ?? '', 'bold'), ...wordsOf(`does not build${status}`, 'error')];
    lines.push(...paragraph([piece('✖ ', 'error')], words, width));
  });
  return lines;
}

/**
 * Lines up the commands of all environments by place; the n-th run of a place (in a loop) stands beside the n-th run elsewhere.
 */
function alignSteps(environments: readonly PlanEnvironment[], file: string): readonly Step[] {
  const begin = '';
  const next = new Map<string, string | undefined>([[begin, undefined]]);
  const tables = environments.map((environment) => {
    const table = new Map<string, PlanCommand>();
    const runs = new Map<string, number>();
    let previous = begin;
    for (const command of environment.commands) {
      const place = placeKey(command);
      const run = (runs.get(place) ?? 0) + 1;
      runs.set(place, run);
      const key = `${place}#${run}`;
      table.set(key, command);
      if (!next.has(key)) {
        next.set(key, next.get(previous));
        next.set(previous, key);
      }
      previous = key;
    }
    return table;
  });
  const steps: Step[] = [];
  for (let key = next.get(begin); key !== undefined; key = next.get(key)) {
    const here = key;
    const commands = tables.map((table) => table.get(here));
    const one = commands.find((command) => command !== undefined);
    if (one === undefined) continue;
    const names = shownVariables(commands);
    const values = commands.map((command) => (command === undefined ? null : commandText(command, names)));
    const label = `${one.location.file === file ? '' : `${visible(one.location.file)}:`}${one.location.line}`;
    steps.push({ stage: one.stage, label, values, same: values.every((value) => value === values[0]) });
  }
  return steps;
}

function placeKey(command: PlanCommand): string {
  const { file, line, column, endLine, endColumn } = command.location;
  return JSON.stringify([command.stage, file, line, column, endLine, endColumn]);
}

/** Of the environment variables, those that differ; all of them when there is nothing to compare with. */
function shownVariables(commands: readonly (PlanCommand | undefined)[]): readonly string[] {
  const there = commands.filter((command) => command !== undefined);
  const names = [...new Set(there.flatMap((command) => Object.keys(command.env)))].sort();
  if (commands.length === 1) return names;
  return names.filter((name) => there.some((command) => command.env[name] !== there[0]?.env[name]));
}

function commandText(command: PlanCommand, names: readonly string[]): string {
  const assignments = names.flatMap((name) => {
    const value = command.env[name];
    return value === undefined ? [] : [`${name}=${shellWord(value, true)}`];
  });
  return [...assignments, ...command.argv.map((word) => shellWord(word, false))].join(' ');
}

/** The word as one would type it; symbols (`⟨…⟩`) stay bare. */
function shellWord(word: string, value: boolean): string {
  if (word === '') return value ? '' : "''";
  const literal = word.replace(/⟨[^⟩]*⟩/g, '');
  return /^[\w@%+=:,./~^{}[\]?*-]*$/.test(literal) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
