/*
 * What dash 0.5.12, bash 5.2 and BusyBox 1.35 print, found by running them (test/oracle/shell.test.ts found each line).
 */
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/evaluate/shell/index.js';
import { evaluateWith } from './shell-host.js';

/** The output and the status of a script in which every variable is unset. */
function run(text: string, dialect: Dialect): readonly [string | undefined, number | undefined] {
  const { output, status, texts } = evaluateWith(text, [], dialect, { capture: true });
  return [texts.constant(output), status.kind === 'one' ? status.value : undefined];
}

const NOT: readonly [string, number] = ['', 2];

describe('output and status in dash, bash and ash', () => {
  it.each([
    ['printf "-x"', NOT, NOT, ['-x', 0]],
    ['printf -- "-x%s" a', ['-xa', 0], ['-xa', 0], ['-xa', 0]],
    ['printf -', ['-', 0], ['-', 0], ['-', 0]],
    ['printf --', NOT, NOT, NOT],
    ['printf -v X hi; echo "[$X]"', ['[]\n', 0], ['[hi]\n', 0], ['-v[]\n', 0]],
    ['printf -v 1x hi', NOT, NOT, ['-v', 0]],
    ["echo 'a\\cb' c", ['a', 0], ['a\\cb c\n', 0], ['a\\cb c\n', 0]],
    ["echo -e 'a\\cb' c; echo d", ['-e ad\n', 0], ['ad\n', 0], ['ad\n', 0]],
    ["printf '%b-%s' 'x\\cy' z", ['x', 0], ['x', 0], ['x', 0]],
    ["printf 'a\\cb'", ['a\\cb', 0], ['a\\cb', 0], ['a', 0]],
    ["printf '\\x41\\101\\0101'", ['\\x41A\b1', 0], ['AA\b1', 0], ['AA\b1', 0]],
    ["printf %b '\\x41\\101\\0101'", ['\\x41AA', 0], ['AAA', 0], ['AAA', 0]],
    ["echo -e '\\101'", ['-e A\n', 0], ['\\101\n', 0], ['A\n', 0]],
    ["F=-n; echo $F '\\t'", ['\t', 0], ['\\t', 0], ['\\t', 0]],
    ["printf '%d,%d' 010 12x", ['8,12', 1], ['8,12', 1], ['8,0', 1]],
    ["printf '%d' ''", ['0', 0], ['0', 0], ['0', 1]],
    ["printf '%x|%05d|%+d|%-4d|%.3d' 255 -3 4 5 6", ...same('ff|-0003|+4|5   |006', 0)],
    ["printf 'a%!b'", ['a', 2], ['a', 1], ['a', 1]],
    ['set -- ${X:="$Y"}; echo $#', ...same('0\n', 0)],
    ["set -- ${X:='a b'}; echo $#", ...same('2\n', 0)],
    ['set -u; case a in a|"$Y") echo yes;; esac', ...same('yes\n', 0)],
    ['set -u; echo $((K + 1))', ['1\n', 0], ['', 127], ['1\n', 0]],
    ['g() { local F; echo "[$F]"; }; F=q g', ...same('[q]\n', 0)],
    [
      'set -- -v -o x -dk y; while getopts dvo:k: n; do echo "$n ${OPTARG-none}"; done; shift $((OPTIND-1)); echo "$n $#$*"',
      ['v \no x\nd \nk y\n? 0\n', 0],
      ['v none\no x\nd none\nk y\n? 0\n', 0],
      ['v \no x\nd \nk y\n? 0\n', 0],
    ],
    [
      'set -- -v -- -o x; while getopts vo: n; do echo $n; done; shift $((OPTIND-1)); echo "$*"',
      ...same('v\n-o x\n', 0),
    ],
    ['set -- -x -o; while getopts :o: n; do echo "$n $OPTARG"; done', ...same('? x\n: o\n', 0)],
    ['f() { OPTIND=1; while getopts ab n; do echo $n; done; }; f -a; f -ba', ...same('a\nb\na\n', 0)],
    ['IFS=\'\'; read a b <<E\nx y\nE\necho "$a,$b"', ...same('x y,\n', 0)],
  ] as const)('%s', (text, dash, bash, ash) => {
    expect(run(text, 'dash')).toEqual(dash);
    expect(run(text, 'bash')).toEqual(bash);
    expect(run(text, 'ash')).toEqual(ash);
  });
});

function same(output: string, status: number): readonly [Case, Case, Case] {
  return [
    [output, status],
    [output, status],
    [output, status],
  ];
}

type Case = readonly [string, number];

describe('for all environments at once', () => {
  it('getopts takes an option where it is given', () => {
    const script = 'x=0; while getopts do: n; do case $n in d) x=1;; o) y=$OPTARG;; *) exit 2;; esac; done; echo $x $y';
    const { output, texts } = evaluateWith(`set -- ${'${DEBUG:+-d}'} -o out; ${script}`, ['DEBUG'], 'bash', {
      capture: true,
    });
    const given = (answer: string | undefined): string | undefined =>
      texts.constant(output.given(texts.space.input('DEBUG'), answer));
    expect([given(undefined), given('1')]).toEqual(['0 out\n', '1 out\n']);
  });

  it('says that an option may come from an answer', () => {
    const { output, texts, space } = evaluateWith('[ "$ENV" = -n ]; printf "$ENV"; echo "$?"', ['ENV'], 'dash', {
      capture: true,
    });
    expect(texts.constant(output.given(space.input('ENV'), '-n'))).toBe('2\n');
    expect(texts.constant(output.given(space.input('ENV'), 'x'))).toBe('x0\n');
  });

  it('does not take two functions of an answer for one', () => {
    const { output, texts, space } = evaluateWith(
      'echo "$ENV " | tr -d e; echo "$ENV" | tr -d e; printf %s "$ENV" | wc -l; echo "$ENV" | wc -l',
      ['ENV'],
      'dash',
      { capture: true },
    );
    expect(texts.constant(output.given(space.input('ENV'), 'test'))).toBe('tst \ntst\n0\n1\n');
  });

  it('does not say where the blanks of a padded answer are', () => {
    const { executions } = evaluateWith('go $(printf \'%-4s|\' "$ENV")', ['ENV']);
    expect(executions[0]?.words.some(({ item }) => item.many)).toBe(true);
  });

  it('finds the program behind env where a word before it may be missing', () => {
    const { executions, texts } = evaluateWith('[ "$ENV" = a ] && F=-i; env $F go build', ['ENV']);
    expect(executions.map(({ words }) => words.map(({ item }) => texts.constant(item.text)))).toEqual([
      ['go', 'build'],
      ['go', 'build'],
    ]);
  });

  it('goes on with a loop where its condition is known', () => {
    const { executions, space } = evaluateWith(
      'n=0; while [ $n -lt 2 ] && $ENV; do n=$((n + 1)); go build $n; done; go end',
      ['ENV'],
    );
    const here = executions
      .filter(({ when }) => space.given(when, space.input('ENV'), undefined) === space.true)
      .map(({ words }) => words.map(({ item }) => item.text));
    expect(here).toHaveLength(3);
  });
});
