/*
 * No script makes the evaluation throw or hang: damaged scripts, deep nesting, endless loops, texts that double, patterns
 * that backtrack. What is too much ends in an unknown and a note.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/evaluate/shell/index.js';
import { type Evaluated, evaluateWith } from '../evaluate/shell-host.js';
import { HARD } from './shell-hard.js';
import { SELECTORS, samples } from './shell-scripts.js';

const DIALECTS = ['dash', 'bash', 'ash'] as const;
/** Milliseconds of the processor, not of the clock: another program's load is not ours. */
const LIMIT = 20_000;

function timed(text: string, dialect: Dialect): Evaluated {
  const start = process.cpuUsage();
  const found = evaluateWith(text, SELECTORS, dialect, {
    capture: true,
    host: {
      script: (path) => (path === '/work/self.sh' ? { file: 'self.sh', text } : undefined),
      exists: () => undefined,
      missing: () => false,
    },
  });
  const { user, system } = process.cpuUsage(start);
  const time = (user + system) / 1000;
  if (time > LIMIT) throw new Error(`${time.toFixed(0)} ms in ${dialect} for ${text.slice(0, 2000)}`);
  return found;
}

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
const damaged = fc
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

/** A generated script without a part of it, or with the end of another one in its place. */
const cut = fc
  .tuple(samples(DIALECTS), samples(DIALECTS), fc.nat(10_000), fc.nat(10_000), fc.boolean())
  .map(([one, other, a, b, joined]) => {
    const from = a % (one.text.length + 1);
    const rest = joined ? other.text.slice(b % (other.text.length + 1)) : one.text.slice(from + (b % 20));
    return { dialect: one.dialect, text: one.text.slice(0, from) + rest };
  });

describe('no script throws or hangs', () => {
  it.each(HARD)('%s', (_, text) => {
    for (const dialect of DIALECTS) timed(text, dialect);
  });

  it('when it is damaged', () => {
    fc.assert(
      fc.property(damaged, fc.constantFrom(...DIALECTS), (text, dialect) => {
        timed(text, dialect);
      }),
      { numRuns: Number(process.env.ENVARIANT_FUZZ_RUNS ?? 300), seed: 1 },
    );
  });

  it('when it is generated, cut and put together again', () => {
    fc.assert(
      fc.property(cut, ({ text, dialect }) => {
        timed(text, dialect);
      }),
      { numRuns: Number(process.env.ENVARIANT_FUZZ_RUNS ?? 300), seed: 2 },
    );
  });

  it('says so when it gives up', () => {
    for (const text of ['while true; do X="$X x"; done; go $X', 'f() { f; }; f', '. ./self.sh']) {
      expect(timed(text, 'dash').notes, text).not.toEqual([]);
    }
  });
});
