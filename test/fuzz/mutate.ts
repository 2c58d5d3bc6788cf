import fc from 'fast-check';

/** Words and signs that mean something to one of the languages in a Dockerfile. */
const TOKENS: readonly string[] = [
  ...[
    'FROM scratch',
    'FROM ${X}',
    'AS x',
    'ARG ENV',
    'ARG X=1 Y=$X',
    'ENV A=b c',
    'RUN ',
    'COPY --from=0 / /',
    'ONBUILD ',
  ],
  ...[
    'SHELL ["bash","-c"]',
    'SHELL []',
    'WORKDIR ..',
    '# escape=`',
    '# syntax=x',
    '<<EOF',
    '<<-"E"',
    'EOF',
    '["a", "b"]',
    '[1]',
  ],
  ...[
    '$',
    '${',
    '}',
    '${ENV:-',
    '${X:?',
    '${ENV%',
    '$(',
    '`',
    ')',
    '((',
    '$((',
    '"',
    "'",
    '\\',
    '\\\n',
    '\n',
    '\n\n',
    '#',
    '\t',
    ' ',
  ],
  ...[
    ';',
    '&&',
    '||',
    '|',
    '&',
    '!',
    '{',
    '(',
    'if ',
    'then ',
    'else ',
    'fi',
    'case $ENV in ',
    ';;',
    'esac',
    'for x in ',
    'do ',
    'done',
  ],
  ...[
    'while :; ',
    'f() { ',
    '[ ',
    ' ]',
    '[[ ',
    ' == ',
    ' = ',
    '-a',
    '*',
    '?',
    '[a-z]',
    '~',
    '%',
    '=',
    '<',
    '>',
    '>>',
    '2>&1',
    '<<<',
  ],
  ...[
    'exit 1',
    'set -e',
    'set -u',
    'eval ',
    'sh -c ',
    'exec ',
    'go build',
    'npm ci',
    'true',
    'false',
    'break',
    'return',
    'shift',
  ],
  ...[
    '\0',
    '\u00e4',
    '\u{1f600}',
    '\ud800',
    '\u2028',
    '\u0085',
    '\x1b[31m',
    '\f',
    'constructor',
    '__proto__',
    '999999999999999999999',
  ],
];

const edit = fc.record({
  kind: fc.constantFrom('delete', 'duplicate', 'swap', 'insert', 'replace'),
  unit: fc.constantFrom('character', 'word', 'line'),
  /** Where, as parts of the whole. */
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  other: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  count: fc.integer({ min: 1, max: 4 }),
  token: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...TOKENS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  ),
});

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

const UNITS: Readonly<Record<Edit['unit'], RegExp>> = {
  character: /[\s\S]/g,
  word: /\s+|\w+|[^\s\w]/g,
  line: /[^\n]*\n|[^\n]+$/g,
};

function apply(text: string, { kind, unit, at, other, count, token }: Edit): string {
  const parts = text.match(UNITS[unit]) ?? [];
  const from = Math.floor(at * parts.length);
  const chosen = parts.slice(from, from + count);
  const rest = [...parts.slice(0, from), ...parts.slice(from + count)];
  const to = Math.floor(other * (rest.length + 1));
  switch (kind) {
    case 'delete':
      return rest.join('');
    case 'duplicate':
      return [...parts.slice(0, from), ...chosen, ...parts.slice(from)].join('');
    case 'swap':
      return [...rest.slice(0, to), ...chosen, ...rest.slice(to)].join('');
    case 'insert':
      return [...parts.slice(0, from), token, ...parts.slice(from)].join('');
    case 'replace':
      return [...parts.slice(0, from), token, ...parts.slice(from + count)].join('');
  }
}

/** Texts of a corpus after up to a dozen edits; one in some is two of them one after the other. */
export function mutated(corpus: readonly string[]): fc.Arbitrary<string> {
  const start = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...corpus) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...corpus), fc.constantFrom(...corpus)).map((two) => two.join('')),
    },
  );
  return fc.tuple(start, fc.array(edit, { maxLength: 12 })).map(([text, edits]) => edits.reduce(apply, text));
}
