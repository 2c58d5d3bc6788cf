/* What is wrong with a plugin: it may be written in JavaScript, where no compiler says so. */
import type { EnvironmentKind } from '../knowledge/environments.js';
import type { Role } from '../knowledge/tools.js';
import { faultOfOptionTable } from './options.js';
import type { Severity } from './report.js';
import { CATEGORIES } from './rule.js';
import type { Subject } from './subjects.js';

type Fields = { readonly [name: string]: unknown };
/** Every name of a union, once: the compiler says so when one is missing. */
type All<T extends string> = { readonly [name in T]: true };

const SEVERITIES: All<Severity> = { error: true, warning: true, info: true };
const ENVIRONMENTS: All<EnvironmentKind> = { production: true, staging: true, testing: true, development: true };
const SUBJECTS: All<Subject['kind']> = {
  program: true,
  dependencies: true,
  steps: true,
  files: true,
  base: true,
  setting: true,
  build: true,
  bundle: true,
  image: true,
  tag: true,
  promotion: true,
  'deployed-stage': true,
  sibling: true,
};
const ROLES: All<Role> = {
  compile: true,
  'install-dependencies': true,
  'install-packages': true,
  generate: true,
  copy: true,
  remove: true,
  edit: true,
  test: true,
  check: true,
  fetch: true,
  configure: true,
  clean: true,
  run: true,
};

const PLUGIN_KEYS = ['name', 'rules', 'pages', 'formatters', 'environments', 'commands'];
const TOOL_KEYS = ['toolchain', 'valued', 'neutral', 'subcommands', 'otherwise', 'bare', 'reads', 'dash'];

/** What is wrong with a value that claims to be a plugin; undefined when nothing is. */
export function faultOfPlugin(value: unknown): string | undefined {
  if (!isRecord(value)) return 'its default export is no plugin: export default definePlugin({ … })';
  const { name, rules = [], pages, formatters = [], environments = {}, commands = {} } = value;
  if (typeof name !== 'string' || !isId(name)) return 'its `name` is not of lower-case letters, digits and hyphens';
  const strange = strangeKey(value, PLUGIN_KEYS);
  if (strange !== undefined) return `it has \`${strange}\`, which no plugin has`;
  if (pages !== undefined && !isFolderUrl(pages))
    return "its `pages` are no URL of a folder: new URL('./rules/', import.meta.url)";
  if (!isRecord(environments)) return 'its `environments` are no object';
  if (!isRecord(commands)) return 'its `commands` are no object';
  if (!Array.isArray(rules)) return 'its `rules` are no list';
  if (!Array.isArray(formatters)) return 'its `formatters` are no list';
  return (
    first(rules, faultOfRule) ??
    twiceIn(rules, 'id', 'rules') ??
    first(formatters, faultOfFormatter) ??
    twiceIn(formatters, 'name', 'formats') ??
    faultOfEnvironments(environments) ??
    first(Object.entries(commands), ([command, tool]) => faultOfTool(command, tool))
  );
}

function isFolderUrl(value: unknown): boolean {
  return isRecord(value) && typeof value.href === 'string' && /^file:.*\/$/.test(value.href);
}

/** Whether a value says what a command does. */
export function isRole(value: unknown): value is Role {
  return typeof value === 'string' && Object.hasOwn(ROLES, value);
}

function faultOfRule(rule: unknown): string | undefined {
  const its = `its rule ${nameOf(rule, 'id')}`;
  if (!isRecord(rule) || typeof rule.id !== 'string' || typeof rule.checkAny !== 'function')
    return `${its} was not made by defineRule`;
  const { id, subjects, severity, category, summary, options } = rule;
  if (!Array.isArray(subjects)) return `${its} was not made by defineRule`;
  if (!isId(id)) return `${its} has an \`id\` that is not of lower-case letters, digits and hyphens`;
  const subject = subjects.find((one) => !isOneOf(one, SUBJECTS));
  if (subject !== undefined) return `${its} is about \`${String(subject)}\`, which is none of ${namesOf(SUBJECTS)}`;
  if (!isOneOf(severity, SEVERITIES)) return `${its} has no \`severity\`: error, warning or info`;
  if (!CATEGORIES.some((one) => one === category))
    return `${its} has the category \`${String(category)}\`, which is none of ${CATEGORIES.join(', ')}`;
  if (typeof summary !== 'string') return `${its} has no \`summary\``;
  const fault = faultOfOptionTable(options);
  return fault === undefined ? undefined : `${its} has ${fault}`;
}

function faultOfFormatter(one: unknown): string | undefined {
  return isRecord(one) && typeof one.name === 'string' && typeof one.format === 'function'
    ? undefined
    : `its format ${nameOf(one, 'name')} lacks a \`name\` or the function \`format\``;
}

function faultOfEnvironments(environments: Fields): string | undefined {
  const strange = strangeKey(environments, ['values', 'selectors']);
  if (strange !== undefined) return `its \`environments\` have \`${strange}\`, and may have values and selectors`;
  const { values = {}, selectors = [] } = environments;
  if (!isRecord(values)) return 'its `environments.values` are no object';
  if (!Array.isArray(selectors) || selectors.some((one) => typeof one !== 'string'))
    return 'its `environments.selectors` are no list of names';
  const wrong = Object.entries(values).find(([, kind]) => !isOneOf(kind, ENVIRONMENTS));
  return wrong === undefined ? undefined : `its environment \`${wrong[0]}\` is none of ${namesOf(ENVIRONMENTS)}`;
}

function faultOfTool(command: string, tool: unknown): string | undefined {
  const its = `its command \`${command}\``;
  if (!isRecord(tool) || typeof tool.toolchain !== 'string') return `${its} has no \`toolchain\``;
  const strange = strangeKey(tool, TOOL_KEYS);
  if (strange !== undefined) return `${its} has \`${strange}\`, and may have ${TOOL_KEYS.join(', ')}`;
  for (const key of ['valued', 'neutral'])
    if (tool[key] !== undefined && typeof tool[key] !== 'string')
      return `${its} has \`${key}\`, which is no text of names with blanks between them`;
  const { subcommands = {} } = tool;
  if (!isRecord(subcommands)) return `${its} has \`subcommands\`, which are no object`;
  const verdicts = [
    ...Object.entries(subcommands).map(([words, verdict]) => [`subcommands.${words}`, verdict] as const),
    ...['otherwise', 'bare'].flatMap((key) => (tool[key] === undefined ? [] : [[key, tool[key]] as const])),
  ];
  const wrong = verdicts.find(([, verdict]) => typeof verdict !== 'function' && !isRole(verdict));
  return wrong === undefined
    ? undefined
    : `${its} has \`${wrong[0]}\`, which is neither a role (${namesOf(ROLES)}) nor a function`;
}

function first<T>(all: readonly T[], faultOf: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const fault = faultOf(one);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function twiceIn(all: readonly unknown[], key: string, what: string): string | undefined {
  const names = all.map((one) => nameOf(one, key));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  return twice === undefined ? undefined : `it has two ${what} ${twice}`;
}

function strangeKey(value: Fields, known: readonly string[]): string | undefined {
  return Object.keys(value).find((key) => !known.includes(key));
}

function isOneOf(value: unknown, names: object): boolean {
  return typeof value === 'string' && Object.hasOwn(names, value);
}

function namesOf(names: object): string {
  return Object.keys(names).join(', ');
}

function isId(text: string): boolean {
  return /^[a-z\d]+(?:-[a-z\d]+)*$/.test(text);
}

function nameOf(value: unknown, key: string): string {
  const name = isRecord(value) ? value[key] : undefined;
  return typeof name === 'string' ? `\`${name}\`` : 'without a name';
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
