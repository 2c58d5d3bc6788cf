/*
 * Subjects: what rules are asked about. The steps of a build are put together so that what stands in for each other in
 * different environments is one subject with one variational value: the branches of an `if`, or three RUNs for three
 * values of BUILD_ENV.
 */
import type { FlagFact } from '../knowledge/flags.js';
import { describeCall, type ToolCall, takesValue } from '../knowledge/tools.js';
import type { BaseStep, Build, CommandStep, CopyStep, SettingStep, Step } from '../model/build.js';
import { copyParts } from '../model/build.js';
import { type Place, placeKey } from '../text/span.js';
import { type Condition, type Selector, supportOf } from '../value/diagram.js';
import { inputsOf, knownPart, render, type Text, type Texts } from '../value/text.js';
import type { BundleSubject } from './bundle.js';
import { commandText, type ImplicitRead, implicitReadsOf, sameWords } from './command.js';
import type { Value } from './divergence.js';
import { byKnownNames, rootOf, type Selecting } from './environment.js';
import { focusesOf } from './focus.js';
import { kindSelectors } from './kinds.js';
import type { ProjectSubject } from './project.js';

/** What all subjects have. */
export interface SubjectBase {
  readonly build: Build;
  readonly at: Place;
  /** The whole instruction that the subject stands in; findings with the same cause are told once. */
  readonly instruction: Place;
  /** Where the subject exists and ships. */
  readonly ships: Condition;
  /** Other places that take part. */
  readonly others: readonly Place[];
  /** The stage that it stands in; undefined for the file as a whole. */
  readonly stage: number | undefined;
  /** The only selector that the subject is asked about, where there are too many to ask about all at once. */
  readonly focus: Selector | undefined;
}

/** A program that is compiled or bundled, or files that are generated: its command lines in every environment. */
export interface Program extends SubjectBase {
  readonly kind: 'program';
  readonly members: readonly CommandStep[];
  readonly call: ToolCall;
  readonly value: Value;
  readonly options: readonly ProgramOption[];
  readonly reads: readonly ImplicitRead[];
  /** The selectors that a tool takes for the kind of build, whatever they are called. */
  readonly kinds: ReadonlySet<Selector>;
}

/** An option of a program, with its value if that is a word of its own, and where it is given. */
export interface ProgramOption {
  readonly word: string;
  readonly when: Condition;
  readonly call: ToolCall;
}

/** A set of dependencies that is installed. */
export interface Dependencies extends SubjectBase {
  readonly kind: 'dependencies';
  readonly members: readonly CommandStep[];
  readonly call: ToolCall;
  readonly value: Value;
  readonly reads: readonly ImplicitRead[];
  /** Whether the variables that the tool reads change which sets are installed; options can make it deaf to them. */
  readonly readsDecide: boolean;
}

/** All other commands of one instruction that change the image. */
export interface Steps extends SubjectBase {
  readonly kind: 'steps';
  readonly members: readonly CommandStep[];
  readonly value: Value;
}

/** Files that are copied, by COPY, ADD or a command. */
export interface CopiedFiles extends SubjectBase {
  readonly kind: 'files';
  readonly step: CopyStep | CommandStep;
  readonly value: Value;
}

export interface Base extends SubjectBase {
  readonly kind: 'base';
  readonly step: BaseStep;
  readonly value: Value;
}

/** ENV, USER, WORKDIR, EXPOSE, VOLUME or STOPSIGNAL of the image. */
export interface Setting extends SubjectBase {
  readonly kind: 'setting';
  readonly step: SettingStep;
  readonly value: Value;
}

/** The build file as a whole: arguments, reads, traps. */
export interface BuildSubject extends SubjectBase {
  readonly kind: 'build';
}

export type Subject =
  | Program
  | Dependencies
  | Steps
  | CopiedFiles
  | Base
  | Setting
  | BuildSubject
  | BundleSubject
  | ProjectSubject;

/** The subjects of a build, in the order of the file. */
export function subjectsOf(build: Build, selecting: Selecting = byKnownNames): readonly Subject[] {
  const groups: { kind: 'program' | 'dependencies'; members: CommandStep[] }[] = [];
  const instructions = new Map<string, CommandStep[]>();
  const subjects: Subject[] = [];
  for (const step of build.steps) {
    if (step.ships === build.texts.space.false) continue;
    if (step.kind === 'copy') subjects.push(copiedFiles(build, step));
    else if (step.kind === 'base')
      subjects.push({
        ...base(build, [step]),
        kind: 'base',
        step,
        value: textValue(build, step.ships, [step.text], () => step.text),
      });
    else if (step.kind === 'setting') subjects.push(setting(build, step));
    else if (!step.captured) sortCommand(build, step, groups, instructions);
  }
  for (const { kind, members } of groups) {
    const make = kind === 'program' ? program : dependencies;
    for (const { selector, members: own } of build.kind === 'makefile' ? asked(build, members) : [{ members }]) {
      const made = make(build, own, selecting, selector);
      if (made !== undefined) subjects.push(made);
    }
  }
  if (build.kind === 'makefile') instructions.clear();
  for (const all of instructions.values()) {
    const isCopy = (step: CommandStep): boolean =>
      step.call?.role === 'copy' && inputSelectors(step.when).size === 0 && step.outputs.length === 0;
    // A copy that always happens and of which only the words differ chooses files; it is a subject of its own.
    const members = all.filter((step) => isVarying(step) && !isCopy(step));
    for (const step of all) {
      if (isCopy(step))
        subjects.push({ ...base(build, [step]), kind: 'files', step, value: commandValue(build, [step]) });
    }
    subjects.push({
      ...base(build, members.length > 0 ? members : all),
      kind: 'steps',
      members: all,
      value: commandValue(build, members),
    });
  }
  const whole: Place = { file: build.file, start: 0, end: 0 };
  subjects.push({ ...wholeSubject(build, whole), kind: 'build' });
  return subjects;
}

/** What a subject has that is about a build as a whole. */
export function wholeSubject(build: Build, at: Place): SubjectBase {
  return { build, at, instruction: at, ships: build.texts.space.true, others: [], stage: undefined, focus: undefined };
}

function sortCommand(
  build: Build,
  step: CommandStep,
  groups: { kind: 'program' | 'dependencies'; members: CommandStep[] }[],
  instructions: Map<string, CommandStep[]>,
): void {
  const role = step.call?.role;
  // Another makefile is a build of its own.
  if (build.kind === 'makefile' && step.call?.toolchain === 'make') return;
  if (isSwitch(step)) return;
  const kind =
    role === 'compile' || role === 'generate'
      ? 'program'
      : role === 'install-dependencies'
        ? 'dependencies'
        : undefined;
  if (kind === undefined || step.outputs.length > 0) {
    if ((role === 'check' || role === 'test' || role === 'clean') && step.outputs.length === 0) return;
    const key = `${step.instruction.file}:${step.instruction.start}`;
    const known = instructions.get(key);
    if (known === undefined) instructions.set(key, [step]);
    else known.push(step);
    return;
  }
  const candidates = groups.filter((other) => other.kind === kind && isAlternative(build, step, other.members));
  const sameInstruction = (other: { readonly members: readonly CommandStep[] }): boolean =>
    other.members.some(({ instruction }) => samePlace(instruction, step.instruction));
  // Across instructions only what may make the same thing: three RUNs of `yarn build:x`, but not a debugger and a server.
  const group =
    candidates.find(sameInstruction) ??
    candidates.find((other) => other.members.every((member) => sameOutputs(member, step)));
  if (group === undefined) groups.push({ kind, members: [step] });
  else group.members.push(step);
}

/** Whether a command is nothing but an answer that is `true` or `false` (`if $DEBUG; then`), which does nothing itself. */
function isSwitch({ words, outputs }: CommandStep): boolean {
  const [only, another] = words;
  if (only === undefined || another !== undefined || outputs.length > 0) return false;
  return [...only.item.text.holds].some(({ mentioned }) => mentioned.has('true') || mentioned.has('false'));
}

/** Whether a step stands in for these: the same stage and kind of tool, never in the same environment, on the same selectors. */
function isAlternative(build: Build, step: CommandStep, members: readonly CommandStep[]): boolean {
  const { space } = build.texts;
  if (step.when.kind === 'one') return false;
  const own = inputSelectors(step.when);
  return members.every(
    (member) =>
      member.stage === step.stage &&
      // A recipe stands in for itself under another goal, but not for that of another target.
      (build.kind !== 'makefile' || (samePlace(member.instruction, step.instruction) && sameOutputs(member, step))) &&
      member.call?.toolchain === step.call?.toolchain &&
      member.call?.role === step.call?.role &&
      space.and(member.when, step.when) === space.false &&
      [...inputSelectors(member.when)].some((selector) => own.has(selector)),
  );
}

function samePlace(a: Place, b: Place): boolean {
  return a.file === b.file && a.start === b.start;
}

function sameOutputs(a: CommandStep, b: CommandStep): boolean {
  return a.call?.outputs.join('\0') === b.call?.outputs.join('\0');
}

function inputSelectors(condition: Condition): ReadonlySet<Selector> {
  const roots = new Set<Selector>();
  for (const selector of supportOf(condition)) {
    const root = rootOf(selector);
    if (root !== undefined) roots.add(root);
  }
  return roots;
}

function base(build: Build, steps: readonly Step[]): SubjectBase {
  const [first] = steps;
  const { space } = build.texts;
  const place = first?.place ?? { file: build.file, start: 0, end: 0 };
  const chain = (step: Step | undefined): readonly Place[] => (step?.kind === 'command' ? step.chain : []);
  const others = steps.slice(1).flatMap((step) => [...chain(step), step.place]);
  return {
    build,
    at: place,
    instruction: first?.instruction ?? place,
    ships: steps.reduce((all, step) => space.or(all, step.ships), space.false),
    others: [...new Map([...chain(first), ...others].map((at) => [placeKey(at), at])).values()],
    stage: first?.stage,
    focus: undefined,
  };
}

// -------------------------------------------------------------------------------------------------- values

/** What is the same everywhere has no value worth making: it is dropped as a constant. */
function textValue(build: Build, when: Condition, texts: readonly Text[], make: () => Text): Value {
  const { space } = build.texts;
  if (when.kind === 'one' && texts.every((text) => text.mask === 0n))
    return space.one<Text | undefined>(build.texts.empty);
  const text = make();
  const flat = build.texts.flatten(text) ?? space.one(build.texts.symbol('…', inputsOf(text)));
  return space.pick<Text | undefined>(when, flat, space.one<Text | undefined>(undefined));
}

/** The command lines of steps that may stand beside each other, one after the other. */
function commandValue(build: Build, members: readonly CommandStep[]): Value {
  const { texts } = build;
  const { space } = texts;
  let text = texts.empty;
  let any: Condition = space.false;
  for (const step of members) {
    const between = texts.pick(any, texts.literal('; '), texts.empty);
    text = texts.concat(text, texts.pick(step.ships, texts.concat(between, commandText(texts, step)), texts.empty));
    any = space.or(any, step.ships);
  }
  const flat = texts.flatten(text);
  if (flat === undefined) return space.one<Text | undefined>(undefined);
  return space.pick<Text | undefined>(any, flat, space.one<Text | undefined>(undefined));
}

/** Whether an input decides about a step; opaque facts do not count, they are the same on both sides. */
function isVarying(step: CommandStep): boolean {
  const texts = [
    ...step.words.map(({ item }) => item.text),
    ...step.outputs,
    ...(step.input === undefined ? [] : [step.input]),
  ];
  return (
    [step.ships, ...step.words.map(({ when }) => when)].some((when) => inputSelectors(when).size > 0) ||
    texts.some((text) => [...text.holds].some((selector) => rootOf(selector) !== undefined))
  );
}

/** Each group of a makefile once for each selector; once without any, for what is the same everywhere. */
function asked(
  build: Build,
  members: readonly CommandStep[],
): readonly { readonly selector?: Selector; readonly members: readonly CommandStep[] }[] {
  const focuses = focusesOf(build, members);
  return focuses.length === 0 ? [{ members }] : focuses;
}

function program(
  build: Build,
  members: readonly CommandStep[],
  selecting: Selecting,
  focus?: Selector,
): Program | undefined {
  const call = members[0]?.call;
  if (call === undefined) return undefined;
  return {
    ...base(build, members),
    focus,
    kind: 'program',
    members,
    call,
    value: alternatives(build, members, true, selecting),
    options: optionsOf(build, members),
    kinds: kindSelectors(build.texts, members),
    reads: members.flatMap((step) => implicitReadsOf(build.texts, step)),
  };
}

function dependencies(
  build: Build,
  members: readonly CommandStep[],
  selecting: Selecting,
  focus?: Selector,
): Dependencies | undefined {
  const call = members[0]?.call;
  if (call === undefined) return undefined;
  const decide = members.some((step) => readsDecide(build.texts, step));
  return {
    ...base(build, members),
    focus,
    kind: 'dependencies',
    members,
    call,
    value: alternatives(build, members, decide, selecting),
    reads: members.flatMap((step) => implicitReadsOf(build.texts, step)),
    readsDecide: decide,
  };
}

/** Values that decide about dependencies in some tool; tried on a variable whose value is not known. */
const TELLING: readonly (string | undefined)[] = [undefined, '', 'production', 'development', 'test', '1', 'true'];

/** Whether the sets that a tool installs depend on what its variables hold. */
function readsDecide(texts: Texts, step: CommandStep): boolean {
  const words = step.words.map(({ item }) => texts.constant(item.text) ?? '…');
  for (const read of implicitReadsOf(texts, step)) {
    const selectors = [...inputSelectors(read.set), ...read.text.holds].flatMap((selector) => rootOf(selector) ?? []);
    for (const selector of new Set(selectors)) {
      const scopes = [...new Set([...TELLING, ...selector.mentioned])].map((answer) => {
        const text = texts.flatten(read.text.given(selector, answer));
        const value = text?.kind === 'one' ? texts.constant(text.value) : undefined;
        const env = (name: string): string | undefined => (name === read.name ? value : undefined);
        return { answer, scope: describeCall(words, env)?.dependencyScope };
      });
      if (new Set(scopes.map(({ scope }) => scope)).size < 2) continue;
      // The answer that makes the difference belongs into the table of environments.
      const usual = scopes.find(({ answer }) => answer === 'development')?.scope;
      for (const { answer, scope } of scopes)
        if (answer === 'production' && scope !== usual) selector.mentioned.add(answer);
      return true;
    }
  }
  return false;
}

/**
 * The command lines of steps that stand in for each other. Variables that the tool reads are shown only where nothing
 * but them differs: beside words that differ they would tell the same twice.
 */
function alternatives(
  build: Build,
  members: readonly CommandStep[],
  readsMatter: boolean,
  selecting: Selecting,
): Value {
  return commandLines(build, members, sameWords(members, selecting) && readsMatter, selecting);
}

/** The command lines of steps that stand in for each other, with the variables that their tool reads if these are wanted. */
export function commandLines(
  build: Build,
  members: readonly CommandStep[],
  withReads: boolean,
  selecting: Selecting,
): Value {
  const { texts } = build;
  const { space } = texts;
  if (!members.some((step) => isVarying(step) || hasVaryingReads(texts, step)))
    return space.one<Text | undefined>(texts.empty);
  let value: Value = space.one<Text | undefined>(undefined);
  for (const step of members) {
    const flat =
      texts.flatten(commandText(texts, step, withReads, selecting)) ?? space.one(commandSummary(texts, step));
    value = space.pick<Text | undefined>(step.ships, flat, value);
  }
  return value;
}

function hasVaryingReads(texts: Texts, step: CommandStep): boolean {
  if (step.call === undefined) return false;
  return implicitReadsOf(texts, step).some((read) => read.text.mask !== 0n || read.set.kind === 'choice');
}

/** A command that differs in too many ways to be told apart as a whole: its certain words. */
function commandSummary(texts: Texts, step: CommandStep): Text {
  const certain = step.words.filter(({ when }) => when === texts.space.true).map(({ item }) => item.text);
  return texts.concat(
    texts.empty,
    ...certain.flatMap((text, i) => (i === 0 ? [text] : [texts.literal(' '), text])),
    texts.literal(' …'),
  );
}

/** Every option of the members, and where it is given; a value in the next word belongs to its option. */
function optionsOf(build: Build, members: readonly CommandStep[]): readonly ProgramOption[] {
  const { texts } = build;
  const { space } = texts;
  const found = new Map<string, ProgramOption>();
  for (const step of members) {
    const { call } = step;
    if (call === undefined) continue;
    for (const [i, { when, item }] of step.words.entries()) {
      const flat = texts.flatten(item.text);
      if (i === 0 || flat === undefined) continue;
      for (const leaf of space.leaves(flat)) {
        const word = texts.constant(leaf.item);
        if (word === undefined) continue;
        const next = takesValue(call, word) ? step.words[i + 1] : undefined;
        const values = next === undefined ? undefined : texts.flatten(next.item.text);
        const here = space.and(step.ships, space.and(when, leaf.when));
        if (values === undefined) add(found, word, here, call);
        else
          for (const value of space.leaves(values))
            add(found, `${word} ${knownPart(value.item, '…')}`, space.and(here, value.when), call);
      }
    }
  }
  return [...found.values()];

  function add(options: Map<string, ProgramOption>, word: string, when: Condition, call: ToolCall): void {
    const known = options.get(word);
    options.set(word, { word, when: known === undefined ? when : space.or(known.when, when), call });
  }
}

function copiedFiles(build: Build, step: CopyStep): CopiedFiles {
  const { texts } = build;
  const words = [...step.sources, step.written];
  const value = textValue(build, step.ships, words, () =>
    texts.concat(...copyParts(step).map((part) => (typeof part === 'string' ? texts.literal(part) : part))),
  );
  return { ...base(build, [step]), kind: 'files', step, value };
}

function setting(build: Build, step: SettingStep): Setting {
  const { texts } = build;
  const head = step.name === '' ? `${step.setting} ` : `${step.setting} ${step.name}=`;
  return {
    ...base(build, [step]),
    kind: 'setting',
    step,
    value: textValue(build, step.ships, [step.text], () => texts.concat(texts.literal(head), step.text)),
  };
}

/** Whether a program or installation differs only in the variables that its tool reads: its words are the same everywhere. */
export function differsOnlyByReads(subject: Program | Dependencies, selecting: Selecting = byKnownNames): boolean {
  return sameWords(subject.members, selecting) && varyingReads(subject).length > 0;
}

/** The names of the variables that a tool reads and that differ between environments. */
export function varyingReads(subject: Program | Dependencies): readonly string[] {
  const varying = subject.reads.filter((read) => read.text.holds.size > 0 || inputSelectors(read.set).size > 0);
  return [...new Set(varying.map((read) => read.name))];
}

/** Whether an installation differs only in the file that it is told to read: `-r requirements/$ENV.txt`. */
export function choosesFiles(installed: Dependencies): boolean {
  const words = installed.members.flatMap((step) => step.words);
  const varying = words.filter(({ item }) => item.text.holds.size > 0);
  return (
    installed.members.length === 1 &&
    varying.length > 0 &&
    words.every(({ when }) => inputSelectors(when).size === 0) &&
    varying.every(({ item }) => namesFile(render(item.text)))
  );
}

/** Whether a word that varies names a file; in `.[$EXTRA]` the extras of a package vary. */
function namesFile(word: string): boolean {
  return /[/.]/.test(word) && !/^[^⟨]*\[[^/]*\]$/u.test(word);
}

/**
 * Whether a Go program needs cgo for a flag and its stage has no C compiler that we know of: since Go 1.20 cgo is off
 * then, and -race, -msan and -asan do not build. Alpine's golang images have none unless the Dockerfile adds it.
 */
export function lacksCompiler(program: Program, fact: FlagFact): boolean {
  const { build } = program;
  const [step] = program.members;
  const stage = step === undefined ? undefined : build.stages[step.stage];
  if (program.call.toolchain !== 'go' || step === undefined || stage === undefined) return false;
  if (!/^-(?:race|msan|asan)/.test(fact.flag) || !/alpine/.test(render(stage.base))) return false;
  const behind = new Set([step.stage, ...stage.parents.map(({ item }) => item)]);
  return !build.steps.some(
    (other) =>
      other.kind === 'command' &&
      behind.has(other.stage) &&
      other.call?.role === 'install-packages' &&
      other.words.some(({ item }) => /^(?:gcc|build-base|clang|musl-dev|alpine-sdk|g\+\+)/.test(render(item.text))),
  );
}
