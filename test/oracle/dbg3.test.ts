import { it } from 'vitest';
import { evaluateWith } from '../evaluate/shell-host.js';
import { render } from '../../src/value/text.js';
it('dbg', () => {
  const r = evaluateWith(process.env['S'] ?? '', ['X', 'Y', 'Z'], (process.env['D'] ?? 'dash') as 'dash', {capture: true});
  const show = (w: any): string => w.kind === 'one' ? String(typeof w.value === 'object' ? render(w.value) : w.value) : `{${w.selector.name}? ${[...w.cases].map(([a, v]: any) => `${a}:${show(v)}`).join(', ')}, *:${show(w.otherwise)}}`;
  for (const e of r.executions) console.log('when', show(e.when), e.words.map((w) => `[${show(w.when)}] ${w.item.text.pieces.map((p: any) => p.kind === 'choice' ? show(p.value) : p.kind === 'literal' ? p.text : render(r.texts.join([p]))).join('+')}${w.item.many ? ' MANY' : ''}`).join('\n    '));
  console.log('status', show(r.status)); console.log('out', JSON.stringify(render(r.output))); console.log(r.notes.map((n) => n.message), r.traps.map((t) => t.kind + ' ' + t.text + ' ' + show(t.wrong)));
});
