import type { EnvironmentKind } from '../knowledge/environments.js';
import type { Tool, ToolTable, Verdict } from '../knowledge/tools.js';
import type { Formatter } from './formatter.js';
import { isRole } from './plugin-fault.js';
import type { AnyRule } from './rule.js';

/** What a package or a file adds to the linter. */
export interface Plugin {
  /** Letters, digits and hyphens; it stands before the ids of the rules and formats: `name/rule`. */
  readonly name: string;
  readonly rules?: readonly AnyRule[];
  /**
   * The folder with a page for each rule, `<id>/README.md`, for `envariant explain`: `new URL('./rules/', import.meta.url)`.
   */
  readonly pages?: { readonly href: string };
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

/** The plugin's commands; what their functions throw, or give that is no answer, is told with the plugin's name. */
export function guardedCommands({ name, commands = {} }: Plugin): ToolTable {
  return Object.fromEntries(
    Object.entries(commands).map(([command, tool]) => [
      command,
      guardedTool(tool, `the plugin ${name} failed for the command \`${command}\``),
    ]),
  );
}

function guardedTool(tool: Tool, failure: string): Tool {
  const guarded = (verdict: Verdict): Verdict =>
    typeof verdict === 'string' ? verdict : guardedVerdict(verdict, failure);
  const { subcommands, otherwise, bare } = tool;
  return {
    ...tool,
    ...(subcommands === undefined
      ? {}
      : { subcommands: Object.fromEntries(Object.entries(subcommands).map(([words, one]) => [words, guarded(one)])) }),
    ...(otherwise === undefined ? {} : { otherwise: guarded(otherwise) }),
    ...(bare === undefined ? {} : { bare: guarded(bare) }),
  };
}

function guardedVerdict(verdict: Exclude<Verdict, string>, failure: string): Verdict {
  return (call) => {
    try {
      const answer = verdict(call);
      if (answer !== undefined && !isRole(answer.role)) throw new Error('it gives no role');
      return answer;
    } catch (error) {
      throw new Error(`${failure}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
}
