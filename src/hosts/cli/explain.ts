import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../../lint/nearest.js';
import { renderMarkdown } from '../../report/manual.js';
import type { Core } from '../core.js';
import { complain, type Io, wantsColour, widthOf } from './io.js';

/** Runs `explain`: shows the page of a rule. */
export function runExplain(
  request: { readonly rule: string; readonly colour: boolean | undefined },
  io: Io,
  core: Core,
): 0 | 2 {
  const ids = (core.rules ?? []).map(({ id }) => id);
  const page = ids.includes(request.rule) ? pageOf(request.rule) : undefined;
  if (page === undefined) {
    const near = nearest(request.rule, ids);
    const hint = near === undefined ? 'envariant rules lists all rules.' : `Did you mean ${near}?`;
    complain(io, `there is no rule ${request.rule}`, hint);
    return 2;
  }
  const colour = wantsColour(request.colour, io.env, io.stdout);
  io.stdout.write(renderMarkdown(page, widthOf(io.stdout), colour));
  return 0;
}

/** The page of a rule, as the package ships it: beside the bundle, or beside the sources. */
function pageOf(rule: string): string | undefined {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const path = join(at, 'rules', rule, 'README.md');
    if (existsSync(path)) return readFileSync(path, 'utf8');
    if (dirname(at) === at) return undefined;
  }
}
