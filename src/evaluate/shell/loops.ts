/*
 * Loops. They are unrolled; `break` and `continue` take their part out of `live` until the loop that they leave. What runs
 * an unknown number of times makes what it assigns unknown.
 */
import { type For, forEachChild, type SyntaxNode, type While } from '../../syntax/shell/parse.js';
import type { Condition, Selector, Space, Variational } from '../../value/diagram.js';
import { inputsOf } from '../../value/text.js';
import { limitFields } from './limits.js';
import { runNode, succeeded, tested } from './run.js';
import { assign, type Fields, note, only, type Shell, setStatus } from './state.js';
import { expandFields } from './words.js';

/** A loop is unrolled at most this often. */
const LOOP_LIMIT = 64;

/** Runs a loop's body once; gives where the loop is over, with the script going on after it. */
function iterate(shell: Shell, body: () => void): Condition {
  const { space } = shell.machine;
  const { broken, continued } = shell;
  shell.broken = space.one(0);
  shell.continued = space.one(0);
  shell.loops += 1;
  body();
  shell.loops -= 1;
  shell.live = space.or(
    shell.live,
    space.where(shell.continued, (n) => n === 1),
  );
  const ended = space.where(shell.broken, (n) => n === 1);
  // What leaves more than this loop is left for the next one.
  const outward = (own: Variational<number>, outer: Variational<number>): Variational<number> =>
    space.apply(own, outer, (n, m) => (n > 1 ? n - 1 : m));
  shell.broken = outward(shell.broken, broken);
  shell.continued = outward(shell.continued, continued);
  return ended;
}

/** `for name in words`: the body for each word, where the word is there. */
export function runFor(shell: Shell, node: For): void {
  const { space } = shell.machine;
  const words: Fields =
    node.wordlist === undefined
      ? shell.positional
      : limitFields(
          shell,
          node.wordlist.flatMap((word) => expandFields(shell, word)),
          node,
        );
  let broken: Condition = space.false;
  let entered: Condition = space.false;
  for (const [i, { when, item }] of words.entries()) {
    if (i >= 10 * LOOP_LIMIT) {
      note(shell, node, `this loop has more than ${10 * LOOP_LIMIT} turns; the rest is not evaluated`);
      havoc(shell, node.body);
      break;
    }
    only(shell, space.assume(when, shell.live), () => {
      entered = space.or(entered, shell.live);
      assign(shell, node.name.text, item.text);
      broken = space.or(
        broken,
        iterate(shell, () => runNode(shell, node.body)),
      );
    });
    if (item.many) only(shell, when, () => havoc(shell, node.body));
  }
  only(shell, space.not(entered), () => setStatus(shell, space.one(0)));
  shell.live = space.or(shell.live, broken);
}

/** `while` and `until`: unrolled as long as the condition is known. */
export function runWhile(shell: Shell, node: While): void {
  const { space } = shell.machine;
  let broken: Condition = space.false;
  let done: Condition = space.false;
  let status: Variational<number> = space.one(0);
  for (let turn = 0; ; turn += 1) {
    shell.loops += 1;
    tested(shell, true, () => runNode(shell, node.clause));
    shell.loops -= 1;
    const ok = succeeded(shell);
    const holds = node.kind === 'while' ? ok : space.not(ok);
    done = space.or(done, space.and(shell.live, space.not(holds)));
    shell.live = space.and(shell.live, holds);
    if (shell.live === space.false) break;
    // Where the condition is not known, the body runs once and what it changes is unknown; elsewhere the loop goes on.
    const unknown = space.and(shell.live, unknownPart(space, holds));
    const giveUp = (where: Condition): void => {
      only(shell, where, () => havoc(shell, node.body));
      done = space.or(done, space.and(shell.live, where));
      shell.live = space.and(shell.live, space.not(where));
    };
    if (turn > 0) giveUp(unknown);
    if (turn >= LOOP_LIMIT && shell.live !== space.false) {
      note(shell, node, `this loop has more than ${LOOP_LIMIT} turns; what it changes is unknown`);
      giveUp(shell.live);
    }
    if (shell.live === space.false) break;
    broken = space.or(
      broken,
      iterate(shell, () => runNode(shell, node.body)),
    );
    status = space.pick(space.or(shell.live, broken), shell.status, status);
    if (turn === 0) giveUp(unknown);
    if (shell.live === space.false) break;
  }
  shell.live = space.or(shell.live, space.or(done, broken));
  setStatus(shell, status);
}

/** Facts that are told apart when the known part of a loop's condition is found. */
const FACTS = 8;

/** The answer of a fact that is none of those mentioned. */
const OTHER = '\0other';

/** The environments in which a condition depends on a fact that is not known. */
function unknownPart(space: Space, condition: Condition): Condition {
  if (condition.kind === 'one') return space.false;
  const facts = [...condition.support].filter((selector) => selector.kind === 'opaque');
  if (facts.length > FACTS) return space.true;
  const either = (value: Condition, fact: Selector, join: (a: Condition, b: Condition) => Condition): Condition =>
    [...fact.mentioned].map((answer) => space.given(value, fact, answer)).reduce(join, space.given(value, fact, OTHER));
  let unknown: Condition = space.false;
  for (const fact of facts) {
    const first = space.given(condition, fact, OTHER);
    let differs: Condition = space.false;
    for (const answer of fact.mentioned)
      differs = space.or(
        differs,
        space.apply(first, space.given(condition, fact, answer), (x, y) => x !== y),
      );
    for (const other of facts) differs = either(differs, other, (a, b) => space.or(a, b));
    unknown = space.or(unknown, differs);
  }
  return unknown;
}

/** Every variable that a part of the script assigns becomes unknown: it was run an unknown number of times. */
export function havoc(shell: Shell, node: SyntaxNode): void {
  const { texts } = shell.machine;
  const names = new Set<string>();
  const visit = (inner: SyntaxNode): undefined => {
    if (inner.type === 'Assignment') names.add(inner.name);
    if (inner.type === 'For') names.add(inner.name.text);
    forEachChild(inner, visit);
    return undefined;
  };
  visit(node);
  for (const name of names) {
    const old = shell.variables.get(name)?.text ?? texts.empty;
    assign(shell, name, texts.symbol(`$${name} after a loop`, inputsOf(old)));
  }
}
