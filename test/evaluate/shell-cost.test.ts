/*
 * n independent conditions cost the sum of their costs, not the product: the time for twice as many is about twice as
 * long, and every word has exactly its own condition.
 */
import { describe, expect, it } from 'vitest';
import { render } from '../../src/value/text.js';
import { evaluateWith } from './shell-host.js';

type Make = (i: number) => string;

const accumulate: Make = (i) => `if [ "$X_${i}" = yes ]; then F="$F -x${i}"; fi`;

const SHAPES: readonly (readonly [name: string, before: string, each: Make, after: string])[] = [
  ['flags that are joined', '', accumulate, 'go build $F -o app'],
  ['flags that are joined, under set -e', 'set -e', accumulate, 'go build $F -o app'],
  ['flags that are joined by &&', '', (i) => `[ "$X_${i}" = yes ] && F="$F -x${i}"`, 'go build $F -o app'],
  ['flags that are joined by case', '', (i) => `case "$X_${i}" in yes) F="$F -x${i}";; esac`, 'go build $F -o app'],
  ['flags in front of others', '', (i) => `if [ "$X_${i}" = yes ]; then F="-x${i} $F"; fi`, 'go build $F -o app'],
  ['flags by ${X:+word}', '', (i) => `F="$F \${X_${i}:+-x${i}}"`, 'go build $F -o app'],
  ['flags by substitution', '', (i) => `F="$F $([ "$X_${i}" = yes ] && echo "-x${i}")"`, 'go build $F -o app'],
  ['arguments of set', '', (i) => `if [ "$X_${i}" = yes ]; then set -- "$@" -x${i}; fi`, 'go build "$@" -o app'],
  ['commands under if', '', (i) => `if [ "$X_${i}" = yes ]; then go build -race ./${i}; fi`, ''],
  ['commands under if, under set -e', 'set -e', (i) => `if [ "$X_${i}" = yes ]; then go build -race ./${i}; fi`, ''],
  ['commands under case', '', (i) => `case $X_${i} in yes) go build -race ./${i};; *) go build ./${i};; esac`, ''],
  ['commands under &&', '', (i) => `[ "$X_${i}" = yes ] && go build -race ./${i}`, ''],
];

function script([, before, each, after]: (typeof SHAPES)[number], n: number): string {
  return [before, ...Array.from({ length: n }, (_, i) => each(i)), after].filter((line) => line !== '').join('\n');
}

const names = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => `X_${i}`);

/** The diagram nodes that an evaluation makes: its work, whatever else the machine is doing. */
function nodes(text: string, n: number): number {
  return evaluateWith(text, names(n)).space.size;
}

describe.each(SHAPES)('%s', (...shape) => {
  it('cost about twice as much for twice as many', () => {
    const [once, twice] = [nodes(script(shape, 100), 100), nodes(script(shape, 200), 200)];
    expect(twice).toBeLessThan(2.1 * once);
  });

  it('have exactly their own conditions', () => {
    const n = 200;
    const { executions, space, notes } = evaluateWith(script(shape, n), names(n));
    expect(notes).toEqual([]);
    for (const i of [0, 1, 77, n - 1]) {
      const selector = space.input(`X_${i}`);
      const yes = shape[0].includes('${X:+word}')
        ? space.not(space.is(selector, undefined, ''))
        : space.is(selector, 'yes');
      if (executions.length === 1) {
        const found = executions[0]?.words.filter(({ item }) => render(item.text) === `-x${i}`);
        expect(found?.map(({ when }) => when === yes)).toEqual([true]);
      } else {
        const racing = executions.filter(
          ({ words }) =>
            words.some(({ item }) => render(item.text) === '-race') &&
            words.some(({ item }) => render(item.text) === `./${i}`),
        );
        expect(racing.map(({ when }) => when === yes)).toEqual([true]);
      }
    }
  });
});
