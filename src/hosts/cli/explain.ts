import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../../lint/nearest.js';
import type { Plugin } from '../../lint/plugin.js';
import type { AnyRule } from '../../lint/rule.js';
import { renderMarkdown } from '../../report/manual.js';
import type { Core } from '../core.js';
import type { LoadedSettings } from '../settings/load.js';
import type { ExplainRequest } from './arguments.js';
import { complain, type Io, wantsColour, widthOf } from './io.js';
import { settingsFor } from './settings.js';

/** Runs `explain`: shows the page of a rule, also of one that a plugin has. */
export async function runExplain(request: ExplainRequest, io: Io, core: Core): Promise<0 | 2> {
  // Our own rules need no settings, which may be wrong.
  const loaded = request.rule.includes('/') ? await settingsFor(['.'], request.config, io, core) : noPlugins;
  if (loaded === undefined) return 2;
  const own = (core.rules ?? []).map(({ id }) => id);
  const foreign = loaded.rules.find(({ id }) => id === request.rule);
  const page =
    foreign !== undefined
      ? foreignPage(foreign, loaded.plugins)
      : own.includes(request.rule)
        ? pageOf(request.rule)
        : undefined;
  if (page === undefined) {
    const near = nearest(request.rule, [...own, ...loaded.rules.map(({ id }) => id)]);
    const hint = near === undefined ? 'envariant rules lists all rules.' : `Did you mean ${near}?`;
    complain(io, `there is no rule ${request.rule}`, hint);
    return 2;
  }
  const colour = wantsColour(request.colour, io.env, io.stdout);
  io.stdout.write(renderMarkdown(page, widthOf(io.stdout), colour));
  return loaded.broken.length > 0 ? 2 : 0;
}

const noPlugins: Pick<LoadedSettings, 'rules' | 'plugins' | 'broken'> = { rules: [], plugins: [], broken: [] };

/** The page that a plugin brings, or what its rule says of itself. */
function foreignPage({ id, summary, severity, options }: AnyRule, plugins: readonly Plugin[]): string {
  const [plugin = '', name = ''] = id.split('/');
  const pages = plugins.find((one) => one.name === plugin)?.pages;
  const path = pages === undefined ? undefined : fileURLToPath(new URL(`${name}/README.md`, pages.href));
  if (path !== undefined && existsSync(path)) return readFileSync(path, 'utf8');
  const lines = Object.entries(options).map(([option, about]) => `- \`${option}\`: ${about.summary}`);
  return [
    `# ${id}`,
    '',
    `${summary} (${severity}).`,
    ...(lines.length === 0 ? [] : ['', '## Options', '', ...lines]),
  ].join('\n');
}

/** The page of a rule, as the package ships it: beside the bundle, or beside the sources. */
function pageOf(rule: string): string | undefined {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const path = join(at, 'rules', rule, 'README.md');
    if (existsSync(path)) return readFileSync(path, 'utf8');
    if (dirname(at) === at) return undefined;
  }
}
