import type { Variational } from '../../value/diagram.js';
import { listsOf } from './lists.js';
import { unknownStatus } from './programs.js';
import { type Field, type Fields, type NodeSpan, placeOf, type Shell } from './state.js';
import { testStatus } from './test.js';

/** `[` and `test`, with the words as the shell splits them; notes where quoting would decide otherwise. */
export function runTest(shell: Shell, args: Fields, node: NodeSpan, bracket: boolean): Variational<number> {
  const { space, texts } = shell.machine;
  const lists = listsOf(
    space,
    args.map(({ when, item }) => ({
      when: space.assume(when, shell.live),
      item: { ...item, text: texts.assume(item.text, shell.live) },
    })),
  );
  if (lists === undefined) return unknownStatus(shell, '[', args);
  const status = (list: readonly Field[]): Variational<number> => {
    const words = list.map((field) => field.text);
    const last = words[words.length - 1];
    if (bracket && (last === undefined || texts.constant(last) !== ']')) return space.one(2);
    return testStatus(shell, bracket ? words.slice(0, -1) : words);
  };
  const result = space.assume(space.bind(lists, status), shell.live);
  noteTraps(shell, args, node, bracket, result);
  return result;
}

function noteTraps(shell: Shell, args: Fields, node: NodeSpan, bracket: boolean, result: Variational<number>): void {
  const { space, texts } = shell.machine;
  const holds = space.map(result, (n) => n === 0);
  const text = shell.source.text.slice(node.pos, node.end);
  const words = (bracket ? args.slice(0, -1) : args).map(({ item }) => item.text);
  const constants = words.map((word) => texts.constant(word));
  const report = (kind: 'double-equals' | 'unquoted-empty' | 'one-argument-n', meant: Variational<number>): void => {
    const differs = space.apply(meant, holds, (m, h) => (m === 0) !== h);
    const wrong = space.and(shell.live, differs);
    if (wrong !== space.false)
      shell.machine.traps.push({ kind, place: placeOf(shell, node), when: shell.live, wrong, text });
  };
  if (constants.includes('==')) {
    const [left, , right] = words;
    if (words.length === 3 && left !== undefined && right !== undefined)
      report('double-equals', testStatus(shell, [left, texts.literal('='), right]));
  } else if (args.some(({ when }) => when !== space.true)) {
    const meant = testStatus(shell, words);
    report(constants[0] === '-n' && words.length === 2 ? 'one-argument-n' : 'unquoted-empty', meant);
  }
}
