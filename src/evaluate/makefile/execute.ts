/*
 * Recipes as steps. Each line is a script of its own, unless `.ONESHELL` says otherwise; a line that fails ends the run,
 * unless `-` leads it. A line whose text has line feeds (from `define`) is several lines.
 */

import type { CommandStep } from '../../model/build.js';
import { addOrigins } from '../../model/build.js';
import { spanToSource } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import { type Condition, supportOf, type Variational } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { commandStep } from '../dockerfile/step.js';
import {
  type Binding,
  type Decision,
  type Dialect,
  type Execution,
  evaluateScript,
  type Read,
  type Trap,
} from '../shell/index.js';
import { type ClassScript, type Part, scriptsOfParts, WORD_PREFIX } from '../shell/paste.js';
import { expandVariable } from './expand.js';
import type { RecipeRun } from './goal.js';
import { hostOf, workingFolder } from './shell.js';
import { type Machine, note, stillRunning } from './state.js';
import { fromEnvironment } from './variables.js';

/** What the shells of a recipe do. */
export interface Executed {
  readonly steps: readonly (CommandStep & { readonly run: RecipeRun })[];
  readonly executions: readonly Execution[];
  readonly reads: readonly Read[];
  readonly traps: readonly Trap[];
  readonly lost: readonly LostVariable[];
  readonly left: readonly LostFolder[];
  readonly decisions: readonly Decision[];
  readonly notes: readonly { readonly place: Place; readonly message: string }[];
  /** What the shells print to standard output; the commands' own output is not known and not in it. */
  readonly output: Text;
  /** Where all lines succeed, as far as it is known. */
  readonly succeeds: Condition;
}

/** A variable that a line sets and that is gone with its shell, as the line runs no command that could have it. */
export interface LostVariable {
  readonly run: RecipeRun;
  readonly name: string;
  readonly value: Text;
  readonly place: Place;
  readonly when: Condition;
}

/** A folder that a line changes to and does nothing in. */
export interface LostFolder {
  readonly run: RecipeRun;
  readonly folder: Text;
  readonly place: Place;
  readonly when: Condition;
}

/** How recipes are executed. */
export interface ExecuteOptions {
  /** True when what the shells print is wanted; commands are symbols in it. */
  readonly capture: boolean;
}

interface Progress {
  readonly machine: Machine;
  readonly capture: boolean;
  readonly steps: (CommandStep & { readonly run: RecipeRun })[];
  readonly executions: Execution[];
  readonly reads: Read[];
  readonly traps: Trap[];
  readonly lost: LostVariable[];
  readonly left: LostFolder[];
  readonly decisions: Decision[];
  readonly notes: { readonly place: Place; readonly message: string }[];
  output: Text;
  alive: Condition;
}

/** Gives the lines of a run to the shell evaluator, in order. */
export function executeLines(
  machine: Machine,
  lines: readonly RecipeRun[],
  options: ExecuteOptions = { capture: false },
): Executed {
  const { space, texts } = machine;
  const progress: Progress = {
    machine,
    capture: options.capture,
    steps: [],
    executions: [],
    reads: [],
    traps: [],
    lost: [],
    left: [],
    decisions: [],
    notes: [],
    output: texts.empty,
    alive: stillRunning(machine, space.true),
  };
  for (let at = 0; at < lines.length; ) {
    const first = lines[at];
    if (first === undefined) break;
    let end = at + 1;
    if (first.oneShell !== space.false) while (lines[end]?.recipe === first.recipe) end += 1;
    runLines(progress, lines.slice(at, end));
    at = end;
  }
  const { steps, executions, reads, traps, lost, left, decisions, notes, output, alive } = progress;
  return { steps, executions, reads, traps, lost, left, decisions, notes, output, succeeds: alive };
}

function runLines(progress: Progress, lines: readonly RecipeRun[]): void {
  const { machine } = progress;
  const { space, texts } = machine;
  const [first] = lines;
  if (first === undefined) return;
  let ignored = first.ignored;
  const parts = lines.flatMap((line, i): readonly Part[] => {
    const own = withoutPrefix(machine, line.parts);
    if (i === 0) ignored = space.or(ignored, own.ignored);
    const guarded = own.parts.map((part) => ({
      ...part,
      line: i,
      text: i === 0 ? part.text : texts.pick(line.when, part.text, texts.empty),
    }));
    return i === 0 ? guarded : [{ text: texts.literal('\n'), start: 0, end: 0, literal: false, line: i }, ...guarded];
  });
  machine.live = space.and(first.when, progress.alive);
  machine.at = first.place;
  if (machine.live !== space.false) {
    const scripts = scriptsOfParts(texts, parts, machine.live);
    if (scripts === undefined)
      note(machine, 'limit', 'this line differs in too many ways between environments; it is not evaluated');
    for (const script of scripts ?? [])
      runScript(progress, lines, script, ignored, lines.length > 1 || first.oneShell !== space.false);
  }
  machine.live = stillRunning(machine, space.true);
}

interface Led {
  readonly parts: readonly Part[];
  readonly ignored: Condition;
}

/** A line without the characters that make reads, also where they come out of a variable such as `$(Q)`. */
function withoutPrefix(machine: Machine, parts: readonly Part[]): Led {
  const { space, texts } = machine;
  let ignored: Condition = space.false;
  const out: Part[] = [];
  let leading = true;
  for (const part of parts) {
    if (!leading) {
      out.push(part);
      continue;
    }
    const kept = [...part.text.pieces];
    let { start } = part;
    for (let piece = kept[0]; piece !== undefined; piece = kept[0]) {
      if (piece.kind === 'literal') {
        const prefix = /^[@+\- \t]*/.exec(piece.text)?.[0] ?? '';
        if (prefix.includes('-')) ignored = space.true;
        start += prefix.length;
        kept.shift();
        if (prefix.length < piece.text.length) {
          kept.unshift({ kind: 'literal', text: piece.text.slice(prefix.length) });
          leading = false;
          break;
        }
        continue;
      }
      const constants = piece.kind === 'choice' ? space.map(piece.value, (leaf) => texts.constant(leaf)) : undefined;
      if (
        constants !== undefined &&
        space.where(constants, (text) => text === undefined || !/^[@+\- \t]*$/.test(text)) === space.false
      ) {
        ignored = space.or(
          ignored,
          space.where(constants, (text) => text?.includes('-') === true),
        );
        kept.shift();
        continue;
      }
      leading = false;
      break;
    }
    if (kept.length > 0) out.push({ ...part, text: texts.join(kept), start: part.literal ? start : part.start });
  }
  return { parts: out, ignored };
}

/** Splits a script at the line feeds that no backslash stands before. */
function commandLines(text: string): readonly { readonly start: number; readonly end: number }[] {
  const lines: { readonly start: number; readonly end: number }[] = [];
  let start = 0;
  for (let feed = text.indexOf('\n'); feed !== -1; feed = text.indexOf('\n', feed + 1)) {
    let slashes = 0;
    while (text[feed - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 1) continue;
    lines.push({ start, end: feed });
    start = feed + 1;
  }
  lines.push({ start, end: text.length });
  return lines;
}

function runScript(
  progress: Progress,
  lines: readonly RecipeRun[],
  script: ClassScript,
  ignored: Condition,
  whole: boolean,
): void {
  const { machine } = progress;
  const { space } = machine;
  const commands = whole ? [{ start: 0, end: script.text.length }] : commandLines(script.text);
  for (const [i, { start, end }] of commands.entries()) {
    const prefix = /^[@+\- \t]*/.exec(script.text.slice(start, end))?.[0] ?? '';
    const text = script.text.slice(start + prefix.length, end);
    if (text.trim() === '') continue;
    const when = space.and(script.when, progress.alive);
    if (when === space.false) return;
    const forgiven = prefix.includes('-') ? space.true : i === 0 ? ignored : (lines[0]?.ignored ?? space.false);
    runCommand(progress, lines, script, text, start + prefix.length, when, forgiven, whole);
  }
}

const APART = 3;

function runCommand(
  progress: Progress,
  lines: readonly RecipeRun[],
  script: ClassScript,
  text: string,
  offset: number,
  when: Condition,
  forgiven: Condition,
  whole: boolean,
): void {
  const { machine } = progress;
  const { space, texts } = machine;
  const [first] = lines;
  const dialect = first === undefined ? undefined : dialectOf(machine, first.shell);
  if (first === undefined || dialect === undefined) return;
  const place = (span: { readonly start: number; readonly end: number }): Place => {
    const origin = script.source(span.start + offset, span.end + offset);
    const line = lines[origin.line] ?? first;
    return line.placeOf(spanToSource(line.raw, origin));
  };
  const variables = new Map<string, Binding>([...first.environment, ...script.variables]);
  // What a line does depends on few selectors, where it is run on many: the two are put together at the end.
  const apart = supportOf(when).size > APART;
  const inside = apart ? space.true : when;
  const here = (condition: Condition): Condition => (apart ? space.and(condition, when) : condition);
  const inherited = (name: string): Binding | undefined => {
    const given = fromEnvironment(machine, name);
    return given === undefined ? undefined : { ...given, exported: given.set };
  };
  const cwd = texts.literal(workingFolder(machine));
  const outcome = evaluateScript({
    text,
    file: first.place.file,
    place,
    texts,
    host: hostOf(machine),
    variables,
    inherited,
    dialect,
    sh: space.one<Dialect>('dash'),
    cwd,
    options: optionsOf(machine),
    when: inside,
    positional: [],
    zero: '/bin/sh',
    capture: progress.capture,
  });
  if (!whole && outcome.executions.length === 0) {
    if (outcome.cwd !== cwd)
      progress.left.push({ run: first, folder: outcome.cwd, place: place({ start: 0, end: text.length }), when });
    for (const [name, binding] of outcome.variables) {
      const known = variables.get(name) ?? inherited(name);
      if (name.startsWith(WORD_PREFIX) || known === binding || outcome.reads.some((read) => read.name === name))
        continue;
      const { text: value } = binding;
      if (known?.text === value) continue;
      progress.lost.push({ run: first, name, value, place: place({ start: 0, end: text.length }), when });
    }
  }
  for (const execution of outcome.executions) {
    const chained: Execution = {
      ...execution,
      when: here(execution.when),
      environment: withoutWords(execution.environment),
      chain: [...first.chain, ...execution.chain],
    };
    progress.executions.push(chained);
    progress.steps.push({ ...commandStep(texts, chained, place({ start: 0, end: text.length }), 0), run: first });
  }
  for (const read of outcome.reads)
    if (!read.name.startsWith(WORD_PREFIX)) progress.reads.push({ ...read, when: here(read.when) });
  for (const trap of outcome.traps) progress.traps.push({ ...trap, when: here(trap.when) });
  progress.decisions.push(...outcome.decisions);
  for (const [symbol, places] of outcome.origins) addOrigins(machine.origins, symbol, places);
  progress.notes.push(...outcome.notes);
  if (progress.capture) progress.output = texts.concat(progress.output, texts.pick(when, outcome.output, texts.empty));
  const succeeds = space.or(
    forgiven,
    space.where(outcome.status, (status) => status === 0),
  );
  progress.alive = space.and(progress.alive, space.or(space.not(when), succeeds));
}

function withoutWords(environment: ReadonlyMap<string, Binding>): ReadonlyMap<string, Binding> {
  return new Map([...environment].filter(([name]) => !name.startsWith(WORD_PREFIX)));
}

/** The shell's dialect; undefined when it is none that is evaluated. */
function dialectOf({ space, texts }: Machine, shell: Text): Variational<Dialect> | undefined {
  const name = texts.constant(shell)?.trim().split(/\s+/)[0]?.replace(/^.*\//, '');
  if (name === undefined) return space.one<Dialect>('dash');
  if (name === 'bash') return space.one<Dialect>('bash');
  return name === 'sh' || name === 'dash' || name === 'ash' || name === 'busybox' || name === 'env'
    ? space.one<Dialect>(name === 'env' ? 'bash' : 'dash')
    : undefined;
}

function optionsOf(machine: Machine): readonly string[] {
  const flags = machine.texts.constant(expandVariable(machine, '.SHELLFLAGS')) ?? '-c';
  return flags
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-o' && !/^-o$/.test(word))
    .map((word) => (word.startsWith('-') ? word.replace('c', '').replace(/o$/, '') : word));
}
