import { it } from 'vitest';
import { evaluateWith } from '../evaluate/shell-host.js';
const S: Record<string, [string, (i: number) => string, string]> = {
  join: ['', (i) => `if [ "$X_${i}" = yes ]; then F="$F -x${i}"; fi`, 'go build $F -o app'],
  joine: ['set -e', (i) => `if [ "$X_${i}" = yes ]; then F="$F -x${i}"; fi`, 'go build $F -o app'],
  and: ['', (i) => `[ "$X_${i}" = yes ] && F="$F -x${i}"`, 'go build $F -o app'],
  case: ['', (i) => `case "$X_${i}" in yes) F="$F -x${i}";; esac`, 'go build $F -o app'],
  front: ['', (i) => `if [ "$X_${i}" = yes ]; then F="-x${i} $F"; fi`, 'go build $F -o app'],
  plus: ['', (i) => `F="$F \${X_${i}:+-x${i}}"`, 'go build $F -o app'],
  subst: ['', (i) => `F="$F $([ "$X_${i}" = yes ] && echo "-x${i}")"`, 'go build $F -o app'],
  set: ['', (i) => `if [ "$X_${i}" = yes ]; then set -- "$@" -x${i}; fi`, 'go build "$@" -o app'],
  cif: ['', (i) => `if [ "$X_${i}" = yes ]; then go build -race ./${i}; fi`, ''],
  cife: ['set -e', (i) => `if [ "$X_${i}" = yes ]; then go build -race ./${i}; fi`, ''],
  ccase: ['', (i) => `case $X_${i} in yes) go build -race ./${i};; *) go build ./${i};; esac`, ''],
  cand: ['', (i) => `[ "$X_${i}" = yes ] && go build -race ./${i}`, ''],
};
it('dbg', () => {
  for (const [k, [b, e, a]] of Object.entries(S)) {
    if (process.env['K'] && process.env['K'] !== k) continue;
    for (const n of [5, 10, 15, 20, 40, 80, 160]) {
      const t = performance.now();
      const r = evaluateWith([b, ...Array.from({ length: n }, (_, i) => e(i)), a].join('\n'), Array.from({ length: n }, (_, i) => `X_${i}`));
      const d = performance.now() - t;
      console.log(k, n, d.toFixed(1), r.space.size);
      if (d > 1500) break;
    }
  }
}, 60000);
