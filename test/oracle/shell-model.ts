/*
 * What the evaluation says that a script does, for one environment: the evaluation of all environments, restricted.
 * What it honestly does not know is a wildcard, and counted.
 */
import { type Binding, type Execution, evaluateScript, type ScriptOutcome } from '../../src/evaluate/shell/index.js';
import { type Answer, type Selector, Space, type Variational } from '../../src/value/diagram.js';
import { type Text, Texts } from '../../src/value/text.js';
import type { Environment, Observed } from './shell-real.js';
import { LIBRARY, RECORDED, type Sample, SELECTORS, WATCHED } from './shell-scripts.js';

/** Stands for a text that the evaluation does not know. */
const ANY = '\uf8ff';

/** The environments' answer that no script mentions: as long as a word is, and without the characters that scripts split at. */
const OTHER = 'qqxqx';

const RUNS_AND_PRINTS_NOTHING = new RegExp(`^\\$\\((?:${RECORDED.join('|')})(?: |\\)$)`);
const SUCCEEDS = new RegExp(`^(?:${RECORDED.join('|')})(?: |$).* succeeds`, 's');
const PRESENT =
  /^(?:go|npm|cargo|make|pip|cc|git|sh|bash|env|grep|cat|sleep|tr|cut|sed|head|tail|sort|uniq|wc|rev|seq|basename|dirname|xargs|expr|command|printenv|true|false|echo|printf|test|\[)$/;

export interface Model {
  readonly sample: Sample;
  readonly space: Space;
  readonly texts: Texts;
  readonly outcome: ScriptOutcome;
  readonly selectors: readonly Selector[];
}

/** Evaluates a script for all environments. */
export function evaluate(sample: Sample): Model {
  const space = new Space();
  const texts = new Texts(space);
  const selectors = SELECTORS.map((name) => space.input(name));
  const variables = new Map<string, Binding>();
  for (const selector of selectors) {
    const set = space.not(space.is(selector, undefined));
    variables.set(selector.name, { set, text: texts.answer(selector), exported: set });
  }
  variables.set('PATH', { set: space.true, text: texts.symbol('$PATH'), exported: space.true });
  const run = (): ScriptOutcome =>
    evaluateScript({
      text: sample.text,
      file: 'script',
      place: (span) => ({ file: 'script', ...span }),
      texts,
      host: {
        script: (path) => (path === `/work/${LIBRARY.path}` ? { file: LIBRARY.path, text: LIBRARY.text } : undefined),
        exists: (path) => (path === `/work/${LIBRARY.path}` ? true : undefined),
        missing: (name) => !PRESENT.test(name),
      },
      variables,
      dialect: space.one(sample.dialect),
      sh: space.one(sample.dialect === 'ash' ? 'ash' : 'dash'),
      cwd: texts.literal('/work'),
      options: [],
      when: space.true,
      positional: [],
      zero: sample.dialect,
      capture: true,
    });
  // Answers that only a later line mentions are told apart from the start when the script is evaluated once more.
  let outcome = run();
  for (let before = -1, turn = 0; turn < 4; turn += 1) {
    const mentioned = selectors.reduce((sum, selector) => sum + selector.mentioned.size, 0);
    if (mentioned === before) break;
    before = mentioned;
    outcome = run();
  }
  return { sample, space, texts, outcome, selectors };
}

/** The environments that the evaluation tells apart, at most `limit` of them. */
export function environmentsOf(model: Model, limit: number): readonly Environment[] {
  const used = model.selectors.filter((selector) => model.sample.text.includes(selector.name));
  const answers = used.map((selector) => {
    const known = new Set<Answer>([undefined, '', ...selector.mentioned, OTHER]);
    return [...known].filter((answer) => answer === undefined || !/[\0\uf8ff\ue000-\ue0ff]/.test(answer));
  });
  const total = answers.reduce((product, list) => product * list.length, 1);
  // All of them when they are few; else such that every answer of every selector is there.
  const environments: Environment[] = [];
  const count = Math.min(limit, total);
  for (let n = 0; n < count; n += 1) {
    let index = total <= limit ? n : n * 7919 + (n >> 2);
    const environment: Record<string, string | undefined> = {};
    for (const [i, selector] of used.entries()) {
      const list = answers[i] ?? [];
      environment[selector.name] = list[index % list.length];
      index = total <= limit ? Math.floor(index / list.length) : index + n * (i + 1) + i;
    }
    environments.push(environment);
  }
  return environments;
}

interface Resolved {
  readonly value: string;
  readonly known: boolean;
}

class Restriction {
  readonly #model: Model;
  readonly #environment: Environment;

  constructor(model: Model, environment: Environment) {
    this.#model = model;
    this.#environment = environment;
  }

  /** The value in the environment; undefined when it depends on something that is not known. */
  value<T>(variational: Variational<T>): T | undefined {
    const { space, selectors } = this.#model;
    let value = variational;
    for (const selector of selectors) value = space.given(value, selector, this.#environment[selector.name]);
    // What the stubs do is known here, though the evaluation knows nothing of them.
    for (let turn = 0; turn < 100 && value.kind === 'choice'; turn += 1) {
      const { name } = value.selector;
      if (SUCCEEDS.test(name)) value = space.given(value, value.selector, 'yes');
      else if (RUNS_AND_PRINTS_NOTHING.test(name) && name.endsWith(' is not empty'))
        value = space.given(value, value.selector, 'no');
      else return undefined;
    }
    return value.kind === 'one' ? value.value : undefined;
  }

  text(text: Text): Resolved {
    let out = '';
    let known = true;
    let rest = text;
    for (const selector of this.#model.selectors) rest = rest.given(selector, this.#environment[selector.name]);
    for (const piece of rest.pieces) {
      if (piece.kind === 'literal') out += piece.text;
      else if (piece.kind === 'choice') {
        const value = this.value(piece.value);
        const inner = value === undefined ? { value: ANY, known: false } : this.text(value);
        out += inner.value;
        known &&= inner.known;
      } else if (piece.kind === 'symbol' && RUNS_AND_PRINTS_NOTHING.test(piece.symbol.expression)) continue;
      else {
        out += ANY;
        known = false;
      }
    }
    return { value: out, known };
  }
}

export interface Comparison {
  /** What differs, or undefined when nothing does. */
  readonly difference: string | undefined;
  /** How many things were compared, and how many of them the evaluation did not know. */
  readonly compared: number;
  readonly unknown: number;
}

/** Compares what the evaluation says for one environment with what a real shell did. */
export function compare(model: Model, environment: Environment, real: Observed): Comparison {
  const restriction = new Restriction(model, environment);
  let compared = 0;
  let unknown = 0;
  // Killed by a limit of the runner, which only happens to a script that lost a line while it was made smaller.
  if (real.status > 128) return { difference: undefined, compared, unknown };
  const differ = (difference: string): Comparison => ({ difference: difference.slice(0, 300), compared, unknown });
  const check = (known: boolean, same: boolean): boolean => {
    compared += 1;
    if (!known) unknown += 1;
    return same;
  };
  let at = 0;
  for (const execution of model.outcome.executions) {
    if (execution.builtin) continue;
    const there = restriction.value(execution.when);
    const program = there === false ? undefined : programOf(restriction, execution);
    if (
      there === false ||
      (program?.known === true && !RECORDED.some((name) => name === program.value) && PRESENT.test(program.value))
    )
      continue;
    if (there === undefined || program?.known !== true || !PRESENT.test(program.value)) {
      // From here on it is not known which command is which.
      check(false, true);
      return { difference: undefined, compared, unknown };
    }
    const seen = real.recorded[at];
    at += 1;
    const words = wordsOf(restriction, execution);
    if (seen === undefined) return differ(`evaluation runs ${show(words.words)}, the shell does not`);
    if (!check(words.known, matches(words.words, seen.words, words.many)))
      return differ(`words: evaluation ${show(words.words)}, shell ${show(seen.words)}`);
    for (const name of WATCHED) {
      const binding = execution.environment.get(name);
      const exported =
        binding === undefined ? false : restriction.value(model.space.and(binding.set, binding.exported));
      if (binding === undefined || exported === false) {
        if (!check(true, seen.environment[name] === undefined))
          return differ(`${name} of ${show(words.words)}: evaluation unset, shell ${seen.environment[name]}`);
        continue;
      }
      const text = restriction.text(binding.text);
      const known = exported === true && text.known;
      const value = seen.environment[name];
      const same = value === undefined ? exported !== true : matches([text.value], [value], false);
      if (!check(known, same))
        return differ(`${name} of ${show(words.words)}: evaluation ${text.value}, shell ${value}`);
    }
  }
  const extra = real.recorded[at];
  if (!check(true, extra === undefined))
    return differ(`the shell runs ${show(extra?.words ?? [])}, evaluation does not`);
  const status = restriction.value(model.outcome.status);
  if (!check(status !== undefined, status === undefined || status === real.status))
    return differ(`status: evaluation ${status}, shell ${real.status}`);
  const output = restriction.text(model.outcome.output);
  if (!check(output.known, matches([output.value], [real.stdout], false)))
    return differ(`output: evaluation ${JSON.stringify(output.value)}, shell ${JSON.stringify(real.stdout)}`);
  return { difference: undefined, compared, unknown };
}

function programOf(restriction: Restriction, execution: Execution): Resolved | undefined {
  for (const { when, item } of execution.words) {
    const there = restriction.value(when);
    if (there === undefined) return undefined;
    if (there) return restriction.text(item.text);
  }
  return undefined;
}

function wordsOf(
  restriction: Restriction,
  execution: Execution,
): { readonly words: readonly string[]; readonly known: boolean; readonly many: boolean } {
  const words: string[] = [];
  let known = true;
  let many = false;
  for (const { when, item } of execution.words) {
    const there = restriction.value(when);
    if (there === false) continue;
    const text = restriction.text(item.text);
    // A command that prints nothing leaves no word, where nothing else stands beside it.
    if (item.many && text.value === '') continue;
    known &&= there === true && text.known;
    many ||= there === undefined || (item.many && !text.known);
    words.push(there === undefined ? ANY : text.value);
  }
  return { words, known, many };
}

/** Whether texts with wildcards may be these; with `many`, a wildcard may also be several words or none. */
function matches(expected: readonly string[], seen: readonly string[], many: boolean): boolean {
  if (many) return expected[0] === seen[0];
  if (expected.length !== seen.length) return false;
  return expected.every((text, i) => {
    const other = seen[i] ?? '';
    if (!text.includes(ANY)) return text === other;
    const parts = text.split(ANY).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(other);
  });
}

function show(words: readonly string[]): string {
  return words.map((word) => (/^[\w./=-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}
