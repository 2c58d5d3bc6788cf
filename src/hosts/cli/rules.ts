import { describeRule } from '../../lint/formatter.js';
import { jsonText } from '../../report/json.js';
import { helpPage } from '../../report/page.js';
import type { Core } from '../core.js';
import type { RulesRequest } from './arguments.js';
import { type Io, wantsColour, widthOf } from './io.js';
import { settingsFor } from './settings.js';

/** Runs `rules`: lists every rule, those of plugins too. */
export async function runRules(request: RulesRequest, io: Io, core: Core): Promise<0 | 2> {
  const loaded = await settingsFor(['.'], request.config, io, core);
  if (loaded === undefined) return 2;
  const rules = [...(core.rules ?? []), ...loaded.rules.map((rule) => describeRule(rule, ''))];
  if (request.json) io.stdout.write(jsonText(rules));
  else {
    const pairs = rules.map(({ id, summary, severity }) => [id, `${severity}: ${summary}`] as const);
    const hint = '`envariant explain RULE` shows the page of a rule with its examples.';
    const colour = wantsColour(request.colour, io.env, io.stdout);
    const sections = [
      { kind: 'pairs', title: 'Rules', pairs },
      { kind: 'text', text: hint },
    ] as const;
    io.stdout.write(helpPage(sections, widthOf(io.stdout), colour));
  }
  return loaded.broken.length > 0 ? 2 : 0;
}
