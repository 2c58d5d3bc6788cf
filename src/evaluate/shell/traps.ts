import type { Variational } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { listsOf } from './lists.js';
import { unknownStatus } from './programs.js';
import {
  exactPlaceOf,
  type Field,
  type Fields,
  lookup,
  type NodeSpan,
  placeOf,
  type Shell,
  type Trap,
} from './state.js';
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

/** Notes where a text that says "no" is only asked whether it is empty, and so counts as "yes". */
export function noteBooleanText(shell: Shell, asked: Text, node: NodeSpan): void {
  const { space, texts } = shell.machine;
  const says = texts.testFlat(asked, (flat) => (NO.test(texts.constant(flat) ?? '') ? space.true : space.false));
  const wrong = space.and(shell.live, says ?? space.false);
  if (wrong === space.false) return;
  const text = shell.source.text.slice(node.pos, node.end);
  shell.machine.traps.push({ kind: 'boolean-text', place: placeOf(shell, node), when: shell.live, wrong, text });
}

/**
 * Runs what a test decides about, and forgets that the test only asks whether a variable is empty where what follows gives
 * it a value: `[ -z "$X" ] && X=1` is a default, and `X=0` is a value like any other.
 */
export function runDecided(shell: Shell, noted: number, run: () => void): void {
  const { traps } = shell.machine;
  const asked = traps.slice(noted).flatMap((trap) => {
    const name = trap.kind === 'boolean-text' ? /\$\{?([A-Za-z_]\w*)/.exec(trap.text)?.[1] : undefined;
    return name === undefined ? [] : [{ trap, name, before: lookup(shell, name).text }];
  });
  run();
  for (const { trap, name, before } of asked)
    if (lookup(shell, name).text !== before) traps.splice(traps.indexOf(trap), 1);
}

const NO = /^(?:0|false|no|off)$/i;

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
      shell.machine.traps.push({
        kind,
        place: placeOf(shell, node),
        when: shell.live,
        wrong,
        text,
        ...repairOf(kind === 'double-equals' ? equals(shell, args) : quotes(shell, args)),
      });
  };
  const asked = words[words.length - 1];
  const asksEmpty = words.length === 1 || (words.length === 2 && (constants[0] === '-n' || constants[0] === '-z'));
  if (asksEmpty && asked !== undefined) noteBooleanText(shell, asked, node);
  if (constants.includes('==')) {
    const [left, , right] = words;
    if (words.length === 3 && left !== undefined && right !== undefined)
      report('double-equals', testStatus(shell, [left, texts.literal('='), right]));
  } else if (args.some(({ when }) => when !== space.true)) {
    const meant = testStatus(shell, words);
    report(constants[0] === '-n' && words.length === 2 ? 'one-argument-n' : 'unquoted-empty', meant);
  }
}

type Repair = NonNullable<Trap['repair']>;

/** `=` in the place of every `==` that is written so. */
function equals(shell: Shell, args: Fields): Repair {
  return args.flatMap(({ item: { span } }) => {
    const place = exactPlaceOf(shell, span);
    return place !== undefined && shell.source.text.slice(span.start, span.end) === '==' ? [{ place, text: '=' }] : [];
  });
}

/** Quotes around the words that may be none. */
function quotes(shell: Shell, args: Fields): Repair {
  const { space } = shell.machine;
  const found = new Map<number, Repair[number]>();
  for (const { when, item } of args) {
    if (when === space.true) continue;
    const place = exactPlaceOf(shell, item.span);
    const written = shell.source.text.slice(item.span.start, item.span.end);
    // With quotes or backslashes of its own it would be another word.
    if (place !== undefined && /^[^"'\\`~]*$/.test(written)) found.set(place.start, { place, text: `"${written}"` });
  }
  return [...found.values()];
}

function repairOf(repair: Repair): { readonly repair?: Repair } {
  return repair.length === 0 ? {} : { repair };
}
