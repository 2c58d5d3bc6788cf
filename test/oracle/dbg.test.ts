import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { it } from 'vitest';
import { evaluate } from './shell-model.js';
import { samples } from './shell-scripts.js';
it('dbg', () => {
  const seed = Number(process.env['SEED'] ?? 1);
  for (const s of fc.sample(samples(['dash', 'bash', 'ash']), { numRuns: Number(process.env['N'] ?? 360), seed })) {
    const t = performance.now();
    process.stderr.write('');
    if (process.env['V']) writeFileSync('/tmp/cur.txt', s.dialect + '\n' + s.text);
    const m = evaluate(s);
    const d = performance.now() - t;
    if (d > 300) console.log(d, s.dialect, m.space.size, m.outcome.executions.length, s.text);
  }
}, 600000);
