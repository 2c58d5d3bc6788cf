/*
 * What a step's command is, as users would type it, in every environment at once: its words, the variables that its tool
 * reads without being told, and what it would be where nobody passes anything. Words that change nothing about the
 * artifact (`-j4`, `--quiet`) are left out where only some environments have them.
 */
import {
  describeCall,
  implicitReads,
  isNeutralWord,
  type ToolCall,
  type ToolTable,
  takesValue,
} from '../knowledge/tools.js';
import type { Build, CommandStep, Note } from '../model/build.js';
import { type Answer, type Condition, supportOf, type Variational, YES } from '../value/diagram.js';
import { render, type Text, type Texts } from '../value/text.js';
import { byKnownNames, rootOf, type Selecting } from './environment.js';

/** A build in which the commands that nobody knew are what plugins say that they are, and where that failed. */
export function withTools(
  build: Build,
  tools: ToolTable,
): { readonly build: Build; readonly failures: readonly Note[] } {
  if (Object.keys(tools).length === 0) return { build, failures: [] };
  const { texts } = build;
  const failures: Note[] = [];
  const steps = build.steps.map((step) => {
    if (step.kind !== 'command' || step.call !== undefined) return step;
    const words = step.words.map(({ item }) => texts.constant(item.text) ?? '…');
    try {
      const call = describeCall(words, environmentByDefault(build, step), tools);
      return call === undefined ? step : { ...step, call };
    } catch (error) {
      failures.push({ place: step.place, message: error instanceof Error ? error.message : String(error) });
      return step;
    }
  });
  return { build: { ...build, steps }, failures };
}

/** A variable that a tool reads without being told. */
export interface ImplicitRead {
  readonly name: string;
  readonly text: Text;
  readonly set: Condition;
}

/** A command as a user would type it; `withReads` puts the variables in front that the tool reads and that differ. */
export function commandText(
  texts: Texts,
  step: CommandStep,
  withReads = false,
  selecting: Selecting = byKnownNames,
): Text {
  const { space } = texts;
  let text = texts.empty;
  for (const read of withReads ? implicitReadsOf(texts, step) : []) {
    if (![...read.text.holds, ...supportOf(read.set)].some(selecting.isEnvironmental)) continue;
    const assignment = texts.concat(texts.literal(`${read.name}=`), read.text, texts.literal(' '));
    text = texts.concat(text, texts.pick(read.set, assignment, texts.empty));
  }
  let any: Condition = space.false;
  for (const { when, item } of tellingWords(texts, step)) {
    const between = texts.pick(any, texts.literal(' '), texts.empty);
    text = texts.concat(text, texts.pick(when, texts.concat(between, quoted(texts, item)), texts.empty));
    any = space.or(any, when);
  }
  const operator = step.appends ? ' >> ' : ' > ';
  for (const output of step.outputs) text = texts.concat(text, texts.literal(operator), output);
  const isGiven = step.input !== undefined && step.input.holds.size > 0;
  return step.input === undefined || !isGiven ? text : texts.concat(text, texts.literal(' <<< '), step.input);
}

/** The words of a command, without those that only some environments have and that change nothing. */
function tellingWords(texts: Texts, step: CommandStep): readonly { readonly when: Condition; readonly item: Text }[] {
  const { space } = texts;
  const words = step.words.map(({ when, item }) => ({
    when,
    item: texts.assume(item.text, space.and(step.when, when)),
  }));
  const { call } = step;
  if (call === undefined) return words;
  const kept: { readonly when: Condition; readonly item: Text }[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (word === undefined) continue;
    const next = words[i + 1];
    const constant = texts.constant(word.item);
    const hasValue = constant !== undefined && next !== undefined && takesValue(call, constant);
    const differs = word.when.kind === 'choice' || (hasValue && next.item.holds.size > 0);
    if (differs && constant !== undefined) {
      const whole = hasValue ? `${constant} ${texts.constant(next.item) ?? '…'}` : constant;
      if (isNeutralWord(call, whole)) {
        if (hasValue) i += 1;
        continue;
      }
    }
    kept.push(word);
  }
  return kept;
}

function quoted(texts: Texts, text: Text): Text {
  if (text.holds.size > 0 && text.pieces.some((piece) => piece.kind === 'choice')) {
    return texts.from(texts.space.map(texts.flatten(text) ?? texts.space.one(text), (leaf) => quoted(texts, leaf)));
  }
  const constant = texts.constant(text);
  if (constant === undefined || /^[\w@%+=:,./*?-]+$/.test(constant)) return text;
  if (constant !== '' && !/[\s"'$`\\|&;<>(){}*?!#~]/.test(constant)) return text;
  return texts.literal(constant.includes("'") ? `"${constant.replace(/["$`\\]/g, '\\$&')}"` : `'${constant}'`);
}

/** Variables whose value is a list of options, so that neutral ones in it count as little as on the command line. */
const OPTION_LISTS = new Set(['GOFLAGS', 'RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'MAKEFLAGS', 'NODE_OPTIONS']);

/** The variables that a step's tool reads by itself, as the step's environment has them. */
export function implicitReadsOf(texts: Texts, step: CommandStep): readonly ImplicitRead[] {
  const { space } = texts;
  const { call } = step;
  if (call === undefined) return [];
  const names = implicitReads(call.toolchain, call.role, call.subcommand);
  const exact = new Set(names);
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const reads: ImplicitRead[] = [];
  for (const [name, variable] of step.environment) {
    if (!exact.has(name) && !prefixes.some((prefix) => name.startsWith(prefix))) continue;
    let set = space.assume(space.and(variable.set, variable.exported), step.when);
    let text = texts.assume(variable.text, step.when);
    if (OPTION_LISTS.has(name)) {
      text = withoutNeutral(texts, text, call);
      set = space.assume(space.and(set, space.not(texts.isEmpty(text))), step.when);
    }
    // What the base image sets is not known in detail, and the same for whoever builds on it.
    const isOwn = text.pieces.some((piece) => piece.kind !== 'symbol');
    if (set !== space.false && (isOwn || set.kind === 'one')) reads.push({ name, set, text });
  }
  return reads;
}

function withoutNeutral(texts: Texts, text: Text, call: ToolCall): Text {
  const telling = (value: string): string =>
    value
      .split(/\s+/)
      .filter((word) => word !== '' && !isNeutralWord(call, word))
      .join(' ');
  return texts.transform(text, 'options that tell of ', telling) ?? text;
}

/** Whether the words of steps are the same in every environment; inputs that do not say the environment do not count. */
export function sameWords(members: readonly CommandStep[], selecting: Selecting = byKnownNames): boolean {
  const fixed = (value: Condition | Text): boolean =>
    ![...(value.kind === 'text' ? value.holds : supportOf(value))].some(selecting.isEnvironmental);
  return members.every(
    (step) => fixed(step.ships) && step.words.every(({ when, item }) => fixed(when) && fixed(item.text)),
  );
}

/** Answers to build arguments by their names. */
export type Given = ReadonlyMap<string, Answer>;

const NOTHING_GIVEN: Given = new Map();

/** The value where nobody passes anything but this: every other input unset, every unknown fact true. */
export function settle<T>(texts: Texts, value: Variational<T>, given = NOTHING_GIVEN): T | undefined {
  const { space } = texts;
  let node = value;
  for (let turn = 0; node.kind === 'choice' && turn < 1000; turn += 1) {
    const root = rootOf(node.selector);
    node = root === undefined ? space.given(node, node.selector, YES) : space.given(node, root, given.get(root.name));
  }
  return node.kind === 'one' ? node.value : undefined;
}

/** The text where nobody passes anything but this; undefined where it is not known. */
export function textByDefault(texts: Texts, text: Text, given = NOTHING_GIVEN): string | undefined {
  let known = text;
  for (const selector of text.holds)
    if (selector.kind === 'input') known = known.given(selector, given.get(selector.name));
  const flat = texts.flatten(known);
  const leaf = flat === undefined ? undefined : settle(texts, flat, given);
  return leaf === undefined ? undefined : render(leaf);
}

/** The words of a step where nobody passes anything but this; undefined where it does not run or does not ship. */
export function wordsByDefault(build: Build, step: CommandStep, given = NOTHING_GIVEN): readonly string[] | undefined {
  const { texts } = build;
  if (settle(texts, step.ships, given) !== true) return undefined;
  return step.words
    .filter(({ when }) => settle(texts, when, given) === true)
    .map(({ item }) => textByDefault(texts, item.text, given) ?? '…');
}

/** The environment of a step where nobody passes anything but this, as its tool would read it. */
export function environmentByDefault(
  build: Build,
  step: CommandStep,
  given = NOTHING_GIVEN,
): (name: string) => string | undefined {
  const { texts } = build;
  return (name) => {
    const variable = step.environment.get(name);
    if (variable === undefined || settle(texts, texts.space.and(variable.set, variable.exported), given) !== true)
      return undefined;
    return textByDefault(texts, variable.text, given);
  };
}
