/*
 * Divergence: does a value differ between two environments that both build, and which two show it?
 *
 * The question is asked with every opaque fact and every other input equal on both sides, so that ignorance is never
 * divergence. A diagram depends on a selector exactly when it has a node for it; what remains is to find a node whose
 * branches lead, under equal answers below, to two different values that both exist.
 */
import type { Answer, Condition, Selector, Space, Variational } from '../value/diagram.js';
import { isBelow, supportOf, YES } from '../value/diagram.js';
import { render, type Text, type Texts } from '../value/text.js';
import { rootOf } from './environment.js';
import type { When } from './report.js';

/** A text in every environment; undefined where its subject does not exist. */
export type Value = Variational<Text | undefined>;

/** Answers to selectors. */
export type Environment = ReadonlyMap<Selector, Answer>;

/** Two environments that show a divergence. */
export interface Witness {
  /** The selectors on which the value depends. */
  readonly selectors: readonly Selector[];
  /** Answers that both environments share: other inputs, and opaque facts. */
  readonly shared: Environment;
  /** True when an opaque fact must hold for the divergence to show. */
  readonly opaque: boolean;
  /** True when the values are not fully known. */
  readonly unknown: boolean;
}

/** One row of the table of environments. */
export interface Row {
  readonly when: When | 'otherwise';
  readonly value: string | undefined;
}

/** What stands outside the environments that count. */
const OUTSIDE = Symbol('outside');
type Marked = Variational<Text | undefined | typeof OUTSIDE>;

/** Finds two environments in `within` that give two values; undefined when there are none. */
export function findWitness(
  texts: Texts,
  value: Value,
  within: Condition,
  counts: (selector: Selector) => boolean,
  absence: boolean,
): Witness | undefined {
  const { space } = texts;
  const marked: Marked = space.pick<Text | undefined | typeof OUTSIDE>(
    within,
    value,
    space.one<Text | undefined | typeof OUTSIDE>(OUTSIDE),
  );
  const differ = (a: Text | undefined | typeof OUTSIDE, b: Text | undefined | typeof OUTSIDE): boolean =>
    a !== b && a !== OUTSIDE && b !== OUTSIDE && (absence || (a !== undefined && b !== undefined));
  const selectors = new Set<Selector>();
  let shared: Environment | undefined;
  const seen = new Set<number>();
  const path = new Map<Selector, Answer>();
  const visit = (node: Marked): void => {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    if (node.kind === 'one') {
      // A text that holds the answer itself differs whenever the answer does.
      if (node.value === undefined || node.value === OUTSIDE) return;
      for (const selector of node.value.holds) {
        if (!counts(selector)) continue;
        selectors.add(selector);
        shared ??= new Map(path);
      }
      return;
    }
    const { selector } = node;
    const root = rootOf(selector);
    const branches: [Answer, Marked][] = [...node.cases];
    branches.push([undefined, node.otherwise]);
    if (root !== undefined && counts(selector) && !selectors.has(root)) {
      const found = findPair(
        space,
        branches.map(([, branch]) => branch),
        differ,
      );
      if (found !== undefined) {
        selectors.add(root);
        if (shared === undefined) shared = new Map([...path, ...found]);
      }
    }
    for (const [i, [answer, branch]] of branches.entries()) {
      const known: Answer = i === branches.length - 1 ? OTHER : answer;
      path.set(selector, known);
      visit(branch);
      path.delete(selector);
    }
  };
  visit(marked);
  if (shared === undefined) return undefined;
  const own = new Set(selectors);
  const rest = new Map([...shared].filter(([selector]) => !own.has(rootOf(selector) ?? selector)));
  const opaque = [...rest.keys()].some((selector) => selector.kind === 'opaque');
  const unknown = rowsOf(texts, value, within, {
    selectors: [...selectors],
    shared: rest,
    opaque,
    unknown: false,
  }).some((row) => row.value?.includes('⟨$(') === true);
  return { selectors: [...selectors].sort((a, b) => a.order - b.order), shared: rest, opaque, unknown };
}

/** Stands for an answer that nothing mentions. */
export const OTHER = '\0other';

function findPair<T>(
  space: Space,
  branches: readonly Variational<T>[],
  differ: (a: T, b: T) => boolean,
): Environment | undefined {
  for (const [i, a] of branches.entries()) {
    for (const b of branches.slice(i + 1)) {
      if (a === b) continue;
      const differing = space.apply(a, b, differ);
      if (differing !== space.false) return pathTo(space, differing);
    }
  }
  return undefined;
}

/** Answers under which a condition holds. */
export function pathTo(space: Space, condition: Condition): Environment {
  const path = new Map<Selector, Answer>();
  let node = condition;
  while (node.kind === 'choice') {
    // Prefer the plainest environment: nothing is passed, and an unknown fact holds.
    const preferred: Answer = node.selector.kind === 'input' ? undefined : YES;
    const hit = node.cases.get(preferred);
    const candidates: [Answer, Condition][] = [
      ...(hit === undefined ? [] : [[preferred, hit] as [Answer, Condition]]),
      [OTHER, node.otherwise],
      ...node.cases,
    ];
    const next = candidates.find(([, branch]) => branch !== space.false);
    if (next === undefined) break;
    path.set(node.selector, next[0]);
    node = next[1];
  }
  return path;
}

/** The value with everything answered that the witness' environments share, so that only its selectors are left. */
function project(texts: Texts, value: Value, within: Condition, witness: Witness): Marked {
  const { space } = texts;
  let marked: Marked = space.pick<Text | undefined | typeof OUTSIDE>(
    within,
    value,
    space.one<Text | undefined | typeof OUTSIDE>(OUTSIDE),
  );
  const own = new Set(witness.selectors);
  for (let turn = 0; turn < 1000; turn += 1) {
    const other = [...supportOf(marked)].find((selector) => !own.has(rootOf(selector) ?? selector));
    if (other === undefined || (marked.kind === 'one' && !supportOf(marked).has(other))) break;
    const before = marked;
    marked = space.given(
      marked,
      other,
      witness.shared.has(other) ? witness.shared.get(other) : other.kind === 'input' ? undefined : YES,
    );
    if (marked === before) break;
  }
  return marked;
}

/** The answers of a class of environments: these, any but these, or any other for which a question holds. */
export type Constraint =
  | readonly Answer[]
  | { readonly not: readonly Answer[] }
  | { readonly where: readonly string[]; readonly question: Selector };

/** A class of environments that agree on a value. */
export interface EnvironmentClass<T> {
  readonly constraints: ReadonlyMap<Selector, Constraint>;
  readonly value: Variational<T>;
}

/**
 * Cuts the environments into classes by the answers of these selectors; equal values of one selector are one class.
 * `explicit` also tells mentioned answers apart from "any other" where the value just holds the answer.
 */
export function classesOf<T>(
  space: Space,
  value: Variational<T>,
  selectors: readonly Selector[],
  limit: number,
  explicit = false,
): readonly EnvironmentClass<T>[] {
  const classes: EnvironmentClass<T>[] = [];
  const walk = (
    node: Variational<T>,
    rest: readonly Selector[],
    constraints: ReadonlyMap<Selector, Constraint>,
  ): void => {
    const [selector, ...others] = rest;
    if (selector === undefined || classes.length >= limit) {
      classes.push({ constraints, value: node });
      return;
    }
    // Every answer that is mentioned anywhere gets a look; equal branches are one class.
    const groups = new Map<Variational<T>, Answer[]>();
    const answers: readonly Answer[] = [undefined, ...[...selector.mentioned].filter((answer) => answer !== undefined)];
    const open = otherwiseOf(space, node, selector);
    const other = dropQuestions(space, open, selector);
    const asked = questionsOf(space, open, selector).filter(({ value: branch }) => branch !== other);
    for (const answer of answers) {
      const branch = space.given(node, selector, answer);
      const isExample = asked.some(({ question, value: yes }) => branch === yes && question.about?.decide(answer));
      // Where the text holds the answer itself, "any other value" says the same as each of the values would.
      const isSaid = !explicit && branch === space.given(other, selector, answer);
      if (branch === other || isExample || isSaid) continue;
      groups.set(branch, [...(groups.get(branch) ?? []), answer]);
    }
    const named = [...groups.values()].flat();
    for (const [branch, group] of groups) walk(branch, others, new Map([...constraints, [selector, group]]));
    for (const { question, value: branch } of asked) {
      const fact = question.name.slice(selector.name.length + 1);
      const where = [/^(?:matches|contains|startsWith|endsWith) /.test(fact) ? fact : `with ${fact}`];
      walk(branch, others, new Map([...constraints, [selector, { where, question }]]));
    }
    walk(
      other,
      others,
      groups.size + asked.length === 0 ? constraints : new Map([...constraints, [selector, { not: named }]]),
    );
  };
  walk(value, selectors, new Map());
  return classes;
}

/** Nobody passes an empty text on purpose: its row goes where the others show a difference without it. */
function dropEmptyAnswers(rows: { constraints: ReadonlyMap<Selector, Constraint>; value: string | undefined }[]): void {
  const isEmpty = ({ constraints }: (typeof rows)[number]): boolean =>
    [...constraints.values()].some((answers) => Array.isArray(answers) && answers.length === 1 && answers[0] === '');
  const rest = rows.filter((row) => !isEmpty(row));
  if (rest.length < rows.length && new Set(rest.map((row) => row.value)).size > 1) rows.splice(0, rows.length, ...rest);
}

/** The value where each question about a selector holds, and no other one does. */
function questionsOf<T>(
  space: Space,
  open: Variational<T>,
  selector: Selector,
): readonly { readonly question: Selector; readonly value: Variational<T> }[] {
  const questions = [...supportOf(open)].filter((asked) => asked.about !== undefined && rootOf(asked) === selector);
  return questions.map((question) => ({
    question,
    value: dropQuestions(space, space.given(open, question, YES), selector),
  }));
}

/** The contract's form of a class. */
export function whenOf(constraints: ReadonlyMap<Selector, Constraint>): When {
  const when: Record<string, When[string]> = {};
  const plain = (answers: readonly Answer[]): (string | null)[] => answers.map((answer) => answer ?? null);
  for (const [{ name }, answers] of constraints)
    when[name] =
      'where' in answers ? { where: answers.where } : 'not' in answers ? { not: plain(answers.not) } : plain(answers);
  return when;
}

/**
 * The table of environments: each row's answers and value, `otherwise` last. `explicit` has a row for each mentioned answer also
 * where the value just holds it.
 */
export function rowsOf(
  texts: Texts,
  value: Value,
  within: Condition,
  witness: Witness,
  explicit = false,
): readonly Row[] {
  const marked = project(texts, value, within, witness);
  const few = explicit ? [] : classesOf(texts.space, marked, witness.selectors, 200);
  const classes = few.length > 1 ? few : classesOf(texts.space, marked, witness.selectors, 200, true);
  const rows: { constraints: ReadonlyMap<Selector, Constraint>; value: string | undefined }[] = [];
  for (const { constraints, value: leaf } of classes) {
    const known = leaf.kind === 'one' ? leaf.value : undefined;
    if (known !== OUTSIDE) rows.push({ constraints, value: known === undefined ? undefined : render(known) });
  }
  dropEmptyAnswers(rows);
  const last = rows[rows.length - 1];
  if (last === undefined) return [];
  const isRest = [...last.constraints.values()].every((answers) => 'not' in answers);
  const others = rows.slice(0, -1).filter((row) => !isRest || row.value !== last.value);
  const named: Row[] = others.map((row) => ({ when: whenOf(row.constraints), value: row.value }));
  return [...named, { when: isRest ? 'otherwise' : whenOf(last.constraints), value: last.value }];
}

/** The value where a selector has none of the given answers. */
function otherwiseOf<T>(space: Space, node: Variational<T>, selector: Selector): Variational<T> {
  if (node.kind === 'one') return node;
  if (node.selector === selector) return node.otherwise;
  if (isBelow(node, selector)) return node;
  const cases = [...node.cases].map(([answer, branch]) => [answer, otherwiseOf(space, branch, selector)] as const);
  return space.choice(node.selector, cases, otherwiseOf(space, node.otherwise, selector));
}

/** For an answer that nothing mentions, no pattern is taken to match. */
function dropQuestions<T>(space: Space, node: Variational<T>, selector: Selector): Variational<T> {
  let out = node;
  for (const asked of supportOf(node))
    if (asked.about !== undefined && rootOf(asked) === selector) out = space.given(out, asked, OTHER);
  return out;
}
