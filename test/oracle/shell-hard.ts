/* Scripts that are too much for an evaluation without limits. */

const many = (n: number, text: string): string => text.repeat(n);

/** Each script, with what is too much in it. */
export const HARD: readonly (readonly [name: string, text: string])[] = [
  ['parentheses', `${many(5000, '(')}go build${many(5000, ')')}`],
  ['subshells', `${many(400, '( ')}go build${many(400, ' )')}`],
  ['braces', `${many(5000, '{ ')}go build;${many(5000, ' }')}`],
  ['brace groups', `${many(400, '{ ')}go build; ${many(400, '}; ')}`],
  ['substitutions', `go ${many(5000, '$( ')}echo a${many(5000, ' )')}`],
  ['substitutions that print', `go ${many(60, '$(echo ')}a${many(60, ')')}`],
  ['arithmetic', `go $((${many(5000, '(')}1${many(5000, ')')}))`],
  ['long arithmetic', `go $((1${many(5000, ' + 1')}))`],
  ['expansions', `go ${many(3000, '${X:-')}a${many(3000, '}')}`],
  ['if', `${many(500, 'if [ "$ENV" = a ]; then ')}go build${many(500, '; fi')}`],
  [
    'if over different answers',
    `${Array.from({ length: 300 }, (_, i) => `if [ "$ENV" = a${i} ]; then F="$F -x${i}"; fi`).join('\n')}\ngo $F`,
  ],
  ['quotes', many(20_000, '"')],
  ['backquotes', many(2001, '`')],
  ['words', `go ${many(20_000, 'x ')}`],
  ['brace expansion', `go ${many(20, '{a,b}')}`],
  ['nested brace expansion', `go ${many(200, '{a,')}b${many(200, '}')}`],
  ['ranges', 'go {1..100000} {1..9999999999}'],
  ['lists', many(3000, 'true && ')],
  ['pipes', `${many(1000, 'echo $ENV | ')}cat`],
  ['a loop over many words', 'for i in $(seq 1000); do go build $i; done'],
  [
    'loops in loops',
    'for a in $(seq 100); do for b in $(seq 100); do for c in $(seq 100); do X="$a$b$c"; done; done; done; go $X',
  ],
  ['an endless loop', 'while true; do go build; X="$X x"; done; go $X'],
  ['an endless loop under a condition', 'while [ "$ENV" != prod ]; do X="$X$ENV"; done; go $X'],
  ['endless loops in loops', 'while :; do while :; do while :; do i=$((i + 1)); done; done; done'],
  ['a function that calls itself', 'f() { go build; f; }; f'],
  ['a function that calls itself twice', 'f() { f a; f b; X="$X x"; }; f; go $X'],
  ['a function that calls itself in a substitution', 'f() { echo "$(f)$(f)"; }; go $(f)'],
  ['functions that call each other', 'f() { [ "$ENV" = a ] && g; g; }; g() { [ "$MODE" = b ] && f; f; }; f'],
  ['a script that sources itself', '. ./self.sh; . ./self.sh; go build'],
  ['a script that runs itself', 'sh ./self.sh; sh ./self.sh; go build'],
  ['eval of itself', 'X=\'eval "$X"; eval "$X"\'; eval "$X"'],
  ['eval that grows', 'X=\'X="$X; $X"; eval "$X"\'; eval "$X"'],
  ['a text that doubles', `X=abc\n${many(60, 'X="$X$X"\n')}go "$X" $X`],
  ['a text that doubles with unknowns', `X="$ENV$(date)"\n${many(60, 'X="$X$X"\n')}go "$X" $X`],
  ['a choice that doubles', `if [ "$ENV" = a ]; then X=b; fi\n${many(60, 'X="$X$X"\n')}go "$X" $X`],
];
