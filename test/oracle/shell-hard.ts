/* Scripts that are too much for an evaluation without limits. */
import fc from 'fast-check';

const SNIPPETS = [
  'RUN=$(git describe --tags 2>/dev/null || echo dev); go build -ldflags "-X main.v=$RUN" -o /out/app .',
  'set -eux; apt-get update; apt-get install -y --no-install-recommends curl; rm -rf /var/lib/apt/lists/*',
  'case "$(uname -m)" in x86_64) ARCH=amd64;; aarch64|arm64) ARCH=arm64;; *) echo "no $ARCH" >&2; exit 1;; esac',
  'if [ "$ENV" = "production" ] && [ -z "${RACE:-}" ]; then npm ci --omit=dev; else npm install; fi',
  'for f in $(find . -name "*.go"); do gofmt -l "$f" || exit 1; done',
  'while read -r a b; do echo "$a=$b" >> out; done <<EOF\n$ENV $MODE\nx y\nEOF',
  'f() { local x="$1"; shift; [ $# -gt 0 ] && f "$@"; echo "$x"; }; f a b c d',
  "cat > /etc/app.conf <<'EOF'\n[$ENV]\nx=${MODE}\nEOF",
  'A=(a "b c" $ENV); A+=(d); for i in "${A[@]}"; do echo "${i%%c*}" ${#A[@]}; done',
  '[[ $ENV =~ ^(prod|test)-[0-9]+$ && ! -f x ]] || (( i++ ))',
  'eval "$(echo export X=\\"$ENV\\")"; . ./self.sh; sh -c \'echo "$0" "$@"\' a b',
  'X=${ENV:-${MODE:+${RACE#*-}}}; Y="${X//a/b}${#X}"; Z=`echo \\`echo $X\\``',
  'echo "$ENV" | tr a-z A-Z | sed -e "s/[^A-Z]*\\(.*\\)$/\\1/" | cut -d- -f2-',
  'i=0; until [ $i -ge 5 ]; do i=$((i + 1)); [ "$i" = 3 ] && continue; [ "$i" = 4 ] && break; done',
  "trap 'rm -f x' EXIT; exec 3>&1; { echo a; } >&3 2>&1 | cat; wait; sleep 1 & cd /tmp && pwd",
];

/** A snippet, or several, with bytes deleted, doubled, exchanged or inserted. */
export const damaged = fc
  .tuple(
    fc.array(fc.constantFrom(...SNIPPETS), { minLength: 1, maxLength: 4 }),
    fc.array(
      fc.tuple(
        fc.nat(3),
        fc.nat(10_000),
        fc.nat(30),
        fc.constantFrom(
          '"',
          "'",
          '`',
          '$',
          '{',
          '}',
          '(',
          ')',
          ';',
          '&',
          '|',
          '\\',
          '\n',
          '<<',
          '#',
          '[',
          ']',
          '*',
          '\0',
          '\ue041',
          '\ud800',
          '$((',
          '${',
          'esac',
          'done',
          '=',
        ),
      ),
      { maxLength: 8 },
    ),
  )
  .map(([parts, changes]) => {
    let text = parts.join('\n');
    for (const [kind, at, length, inserted] of changes) {
      const from = at % (text.length + 1);
      const part = text.slice(from, from + length);
      const rest = text.slice(from + length);
      const head = text.slice(0, from);
      if (kind === 0) text = head + rest;
      else if (kind === 1) text = head + part + part + rest;
      else if (kind === 2) text = rest + head + part;
      else text = head + inserted + part + rest;
    }
    return text;
  });

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
  ['many choices that double', `${many(40, 'if [ "$ENV" = "$MODE$X" ]; then X="$X$RACE"; fi\n')}go "$X" $X`],
  ['a text that doubles in a loop', 'X=a; while true; do X="$X$X"; done; go $X'],
  ['a text that doubles by a pipe', `X=a\n${many(60, 'X=$(echo "$X$X" | tr a b)\n')}go $X`],
  ['a text that doubles by replacement', `X=aa\n${many(40, 'X=${X//a/aa}\n')}go $X`],
  ['words that double', `set -- a b\n${many(40, 'set -- "$@" "$@"\n')}go "$@"`],
  ['words that double, split', `X="a b"\n${many(40, 'X="$X $X"\n')}for i in $X; do go $i; done`],
  ['arguments that double', 'f() { f "$@" "$@"; }; f $ENV b'],
  ['arrays that double', `A=(a b)\n${many(40, 'A+=("${A[@]}")\n')}go "\${A[@]}"`],
  ['a here-document that doubles', `X=a\n${many(40, 'X=$(cat <<E\n$X$X\nE\n)\n')}go $X`],
  ['padding', 'go "$(printf %999999999s x)" "$(printf "%0999999999d" 1)"'],
  [
    'large numbers',
    'go $((2 ** 9999999)) $((9223372036854775807 + 1)) $((1 << 4000)) $(seq 1 1000000000) ${X:0:99999999999}',
  ],
  ['break 999', 'for i in 1 2; do break 99999999999999999999; done; shift 99999999999; exit 99999999999999'],
  [
    'a pattern that backtracks',
    `X=${many(2000, 'a')}\ncase "$X" in ${many(40, '*a')}*b) go yes;; esac\ngo "\${X#${many(30, '*a')}*b}" "\${X%${many(30, '*a')}*b}" "\${X//${many(30, '*a')}b/c}"`,
  ],
  [
    'a pattern that backtracks in [[',
    `X=${many(2000, 'a')}\n[[ $X == ${many(40, '*a')}*b ]] && go yes\n[[ $X =~ ^(a+)+$b ]] && go yes`,
  ],
  [
    'a regular expression that backtracks',
    `X=${many(40, 'a')}\n[[ $X =~ ^(a+)+b$ ]] && go yes\ngo $(echo "$X" | sed -E 's/^(a+)+b$/c/')`,
  ],
  ['a bracket that backtracks', `X=${many(3000, 'ab')}\ngo "\${X##${many(20, '*[ab]')}c}"`],
  ['a megabyte', many(20_000, 'if [ "$ENV" = prod ]; then go build; fi # comment\n')],
  ['a megabyte of assignments', many(40_000, 'X="$X $ENV -a $MODE"\n')],
  [
    'a megabyte of text',
    `X='${many(1_000_000, 'a')}'\ngo "$X" \${X#a*a} \${X%%b*} \${#X}\ncase $X in *b) ;; *aab*) ;; esac\nset -- $X`,
  ],
  ['a megabyte of blanks', `X='${many(500_000, 'a ')}'\ngo $X`],
  [
    'options and alternatives of a regular expression that multiply',
    `X=${many(40, 'a')}\n[[ $X =~ ^${many(40, 'a?')}${many(40, 'a')}b$ ]] && go yes\ngo $(echo "$X" | sed -E 's/${many(40, '(a|a)')}b/c/')`,
  ],
  ['a here-document of a megabyte', `cat <<EOF | tr a b | sed 's/b/c/g' > x\n${many(200_000, '$ENV\n')}EOF`],
  [
    'many selectors',
    `${Array.from({ length: 40 }, (_, i) => `[ "$ENV$MODE" = "${i}$RACE" ] && X="$X${i}"`).join('\n')}\ncase $X in 1*|*2|*3*) go $X;; esac`,
  ],
  [
    'comparisons of ropes',
    `${Array.from({ length: 30 }, (_, i) => `case $ENV in ${i}*) X="$X${i}";; esac; case $MODE in *${i}) Y="$Y${i}";; esac`).join('\n')}\n[ "$X" = "$Y" ] && go $X $Y`,
  ],
  ['read in a loop', `while read -r a b; do go "$a" "$b"; done <<E\n${many(3000, '$ENV x $MODE\n')}E`],
  ['IFS', `IFS="$ENV"; for i in $MODE; do go $i; done; IFS=$(printf '\\n\\t]^-\\\\'); go $MODE$RACE`],
];
