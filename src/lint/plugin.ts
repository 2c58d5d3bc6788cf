import type { EnvironmentKind } from '../knowledge/environments.js';
import type { ToolTable } from '../knowledge/tools.js';
import type { Formatter } from './formatter.js';
import type { AnyRule } from './rule.js';

/** What a package or a file adds to the linter. */
export interface Plugin {
  /** Letters, digits and hyphens; it stands before the ids of the rules and formats: `name/rule`. */
  readonly name: string;
  readonly rules?: readonly AnyRule[];
  readonly formatters?: readonly Formatter[];
  readonly environments?: PluginEnvironments;
  /** What commands do that the linter does not know, by their names. */
  readonly commands?: ToolTable;
}

/** Names of environments that a company or a tool uses. */
export interface PluginEnvironments {
  /** Values that name an environment (`gamma: 'staging'`); in lower case. */
  readonly values?: { readonly [value: string]: EnvironmentKind };
  /** Variables that select one, whatever they are compared with. */
  readonly selectors?: readonly string[];
}

/** Declares a plugin; the default export of its module. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}

/** What is wrong with a value that claims to be a plugin; undefined when nothing is. */
export function faultOfPlugin(value: unknown): string | undefined {
  if (!isRecord(value)) return 'its default export is no plugin: export default definePlugin({ … })';
  const { name } = value;
  if (typeof name !== 'string' || !/^[a-z\d]+(?:-[a-z\d]+)*$/.test(name))
    return 'its `name` is not of lower-case letters, digits and hyphens';
  for (const key of Object.keys(value)) if (!KEYS.has(key)) return `it has \`${key}\`, which no plugin has`;
  const { rules, formatters, environments, commands } = value;
  if (environments !== undefined && !isRecord(environments)) return 'its `environments` are no object';
  if (commands !== undefined) {
    if (!isRecord(commands)) return 'its `commands` are no object';
    for (const [command, tool] of Object.entries(commands))
      if (!isRecord(tool) || typeof tool.toolchain !== 'string')
        return `its command \`${command}\` has no \`toolchain\``;
  }
  if (rules !== undefined) {
    if (!Array.isArray(rules)) return 'its `rules` are no list';
    for (const rule of rules) if (!isRule(rule)) return `its rule ${nameOf(rule, 'id')} was not made by defineRule`;
  }
  if (formatters !== undefined) {
    if (!Array.isArray(formatters)) return 'its `formatters` are no list';
    for (const one of formatters)
      if (!isRecord(one) || typeof one.name !== 'string' || typeof one.format !== 'function')
        return `its format ${nameOf(one, 'name')} lacks a \`name\` or the function \`format\``;
  }
  return undefined;
}

const KEYS = new Set(['name', 'rules', 'formatters', 'environments', 'commands']);

function isRule(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    Array.isArray(value.subjects) &&
    typeof value.checkAny === 'function'
  );
}

function nameOf(value: unknown, key: string): string {
  const name = isRecord(value) ? value[key] : undefined;
  return typeof name === 'string' ? `\`${name}\`` : 'without a name';
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The plugin's rules with its name before their ids. */
export function prefixedRules({ name, rules = [] }: Plugin): readonly AnyRule[] {
  return rules.map((rule) => ({ ...rule, id: `${name}/${rule.id}` }));
}

/** The plugin's formats with its name before theirs. */
export function prefixedFormatters({ name, formatters = [] }: Plugin): readonly Formatter[] {
  return formatters.map((one) => ({
    name: `${name}/${one.name}`,
    summary: one.summary,
    format: (report, context) => one.format(report, context),
  }));
}
