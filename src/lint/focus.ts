/*
 * One selector at a time.
 *
 * A makefile has dozens of inputs, and its commands depend on many of them at once; a table of all their combinations says
 * nothing to anybody. So each program of a makefile is asked about one selector after the other, with all others as they
 * are where nobody gives them anything. Where a selector matters only in the company of another (`ifdef DEBUG` inside
 * `ifeq ($(OS),…)`), the others take the answers that make it matter.
 */
import { implicitReads } from '../knowledge/tools.js';
import type { Build, CommandStep, Variable } from '../model/build.js';
import {
  type Answer,
  type Condition,
  maskOf,
  type Selector,
  type Space,
  supportOf,
  type Variational,
} from '../value/diagram.js';
import type { Text } from '../value/text.js';
import { implicitReadsOf } from './command.js';
import { type Environment, OTHER, pathTo } from './divergence.js';
import { rootOf } from './environment.js';

/** Steps in the environments in which only one selector differs. */
export interface Focus {
  readonly selector: Selector;
  readonly members: readonly CommandStep[];
}

/**
 * So many unknown facts are told apart beside the selector, of those that it stands in one decision with; what all others
 * decide is the same on both sides, and they are taken not to hold.
 */
const OPAQUE = 4;

/** The selectors that decide about some steps, each with the steps as it alone makes them. */
export function focusesOf(build: Build, steps: readonly CommandStep[]): readonly Focus[] {
  const { space } = build.texts;
  const { values, texts } = partsOf(build, steps);
  const selectors = new Set<Selector>();
  for (const value of values) for (const selector of supportOf(value)) addRoot(selectors, selector);
  for (const text of texts) for (const selector of text.holds) addRoot(selectors, selector);
  if (selectors.size === 0) return [];
  const usual = pathTo(space, build.feasible);
  const diagrams = [...values, ...texts.flatMap((text) => choicesOf(text))];
  return [...selectors].map((selector) => {
    const environment = companyOf(space, selector, diagrams, build.feasible, usual);
    const open = new Set([selector, ...factsBeside(selector, diagrams)]);
    return { selector, members: steps.map((step) => restrictStep(build, step, open, environment)) };
  });
}

function addRoot(selectors: Set<Selector>, selector: Selector): void {
  const root = rootOf(selector);
  if (root !== undefined) selectors.add(root);
}

interface Parts {
  readonly values: readonly Condition[];
  readonly texts: readonly Text[];
}

/** All that decides what some steps are. */
function partsOf(build: Build, steps: readonly CommandStep[]): Parts {
  const values = new Set<Condition>();
  const texts = new Set<Text>();
  for (const step of steps) {
    values.add(step.ships);
    for (const { when, item } of step.words) {
      values.add(when);
      texts.add(item.text);
    }
    for (const { set, text } of implicitReadsOf(build.texts, step)) {
      values.add(set);
      texts.add(text);
    }
  }
  return { values: [...values], texts: [...texts].filter((text) => text.mask !== 0n) };
}

function choicesOf(text: Text): readonly Variational<unknown>[] {
  return text.pieces.flatMap((piece) => (piece.kind === 'choice' ? [piece.value] : []));
}

/** Unknown facts that stand in one decision with a selector. */
function factsBeside(selector: Selector, diagrams: readonly Variational<unknown>[]): readonly Selector[] {
  const facts = new Set<Selector>();
  for (const diagram of diagrams) {
    if ((maskOf(diagram) & selector.bit) === 0n) continue;
    for (const other of supportOf(diagram)) if (other.kind === 'opaque') facts.add(other);
    if (facts.size > OPAQUE) break;
  }
  return [...facts].slice(0, OPAQUE);
}

/** The answers of all other selectors: the usual ones, unless the selector does not matter among them. */
function companyOf(
  space: Space,
  selector: Selector,
  diagrams: readonly Variational<unknown>[],
  feasible: Condition,
  usual: Environment,
): Environment {
  let elsewhere: Condition = space.false;
  for (const diagram of diagrams) {
    if ((maskOf(diagram) & selector.bit) === 0n) continue;
    const matters = space.and(whereItMatters(space, diagram, selector), feasible);
    if (answered(space, matters, usual, new Set([selector])) !== space.false) return usual;
    if (elsewhere === space.false) elsewhere = matters;
  }
  return elsewhere === space.false ? usual : new Map([...usual, ...pathTo(space, elsewhere)]);
}

function whereItMatters(space: Space, diagram: Variational<unknown>, selector: Selector): Condition {
  const [first, ...others] = [OTHER, undefined, ...selector.mentioned].map((answer) =>
    space.given(diagram, selector, answer),
  );
  let matters: Condition = space.false;
  if (first === undefined) return matters;
  for (const other of new Set(others)) {
    if (other === first || matters === space.true) continue;
    matters = space.or(
      matters,
      space.apply(first, other, (a, b) => a !== b),
    );
  }
  return matters;
}

/** A value with all selectors answered but some; questions about those stay open. */
function answered<T>(
  space: Space,
  value: Variational<T>,
  environment: Environment,
  open: ReadonlySet<Selector>,
): Variational<T> {
  let out = value;
  for (const selector of supportOf(value))
    if (isAnswered(selector, open)) out = space.given(out, selector, answerOf(selector, environment));
  return out;
}

function isAnswered(selector: Selector, open: ReadonlySet<Selector>): boolean {
  return selector.kind !== 'question' && !open.has(selector);
}

function answerOf(selector: Selector, environment: Environment): Answer {
  return environment.get(selector) ?? (selector.kind === 'opaque' ? OTHER : undefined);
}

function restrictStep(
  build: Build,
  step: CommandStep,
  open: ReadonlySet<Selector>,
  environment: Environment,
): CommandStep {
  const { space } = build.texts;
  const condition = (when: Condition): Condition => answered(space, when, environment, open);
  const text = (whole: Text): Text => {
    let out = whole;
    for (const selector of whole.holds)
      if (isAnswered(selector, open)) out = out.given(selector, answerOf(selector, environment));
    return out;
  };
  const variables = new Map<string, Variable>();
  const names = step.call === undefined ? [] : implicitReads(step.call.toolchain, step.call.role, step.call.subcommand);
  for (const [name, variable] of step.environment) {
    const isRead = names.some((read) => (read.endsWith('*') ? name.startsWith(read.slice(0, -1)) : read === name));
    if (!isRead) continue;
    variables.set(name, {
      set: condition(variable.set),
      text: text(variable.text),
      exported: condition(variable.exported),
    });
  }
  return {
    ...step,
    when: condition(step.when),
    runs: condition(step.runs),
    ships: condition(step.ships),
    words: step.words.map(({ when, item }) => ({ when: condition(when), item: { ...item, text: text(item.text) } })),
    environment: variables,
  };
}
