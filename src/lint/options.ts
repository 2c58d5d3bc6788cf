/*
 * The options of rules: what a rule declares is what settings may give it. From the declarations come the check of the
 * settings, the types and defaults that the rule reads, the JSON Schema and the listing of `envariant rules`.
 */
import { nearest } from './nearest.js';

/** An option of a rule, with the value that it has where the settings say nothing. */
export type RuleOption =
  | { readonly type: 'boolean'; readonly summary: string; readonly default: boolean }
  | { readonly type: 'number'; readonly summary: string; readonly default: number }
  /** With `values`, it is one of these. */
  | { readonly type: 'string'; readonly summary: string; readonly default: string; readonly values?: readonly string[] }
  /** With `values`, each is one of these. */
  | {
      readonly type: 'strings';
      readonly summary: string;
      readonly default: readonly string[];
      readonly values?: readonly string[];
    };

/** The options of a rule by their names. */
export type OptionTable = { readonly [name: string]: RuleOption };

interface ValueTypes {
  readonly boolean: boolean;
  readonly number: number;
  readonly string: string;
  readonly strings: readonly string[];
}

/** What a rule reads: a value for each option that it declares. */
export type OptionValues<O extends OptionTable> = { readonly [name in keyof O]: ValueTypes[O[name]['type']] };

/** What settings give a rule, as they have it. */
export type RuleOptions = { readonly [name: string]: unknown };

/** What settings give, and the defaults of all else; throws for what the rule does not declare. */
export function withDefaults<O extends OptionTable>(
  rule: string,
  table: OptionTable,
  given: RuleOptions,
): OptionValues<O> {
  const [fault] = faultsOfOptions(rule, table, given);
  const values: unknown = {
    ...Object.fromEntries(Object.entries(table).map(([name, option]) => [name, option.default])),
    ...given,
  };
  if (fault !== undefined || !isChecked<O>(values)) throw new Error(fault?.message);
  return values;
}

/** `faultsOfOptions` has looked at each value, and defaults are values by their type. */
function isChecked<O extends OptionTable>(values: unknown): values is OptionValues<O> {
  return typeof values === 'object';
}

/** Something wrong with an option that settings give: its name, or its value. */
export interface OptionFault {
  readonly name: string;
  readonly part: 'key' | 'value';
  readonly message: string;
}

/** What is wrong with the options that settings give a rule. */
export function faultsOfOptions(rule: string, table: OptionTable, given: RuleOptions): readonly OptionFault[] {
  const names = Object.keys(table);
  return Object.entries(given).flatMap(([name, value]): readonly OptionFault[] => {
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined) {
      const near = nearest(name, names);
      const others = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
      const hint = near === undefined ? others : `did you mean "${near}"?`;
      return [{ name, part: 'key', message: `the rule ${rule} has no option "${name}"; ${hint}` }];
    }
    const fault = faultOfValue(option, value);
    return fault === undefined ? [] : [{ name, part: 'value', message: `the option "${name}" of ${rule} is ${fault}` }];
  });
}

/** What an option is and a value is not; undefined for a value that it may have. */
function faultOfValue(option: RuleOption, value: unknown): string | undefined {
  const shown = Array.isArray(value) ? 'a list' : typeof value === 'object' && value !== null ? 'an object' : undefined;
  const not = `not ${shown ?? JSON.stringify(value)}`;
  switch (option.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `true or false, ${not}`;
    case 'number':
      return typeof value === 'number' ? undefined : `a number, ${not}`;
    case 'string':
      return typeof value === 'string' ? faultOfText(option, value) : `${nameOfText(option)}, ${not}`;
    case 'strings': {
      if (!Array.isArray(value)) return `a list of strings, ${not}`;
      const wrong: unknown = value.find((one) => typeof one !== 'string');
      if (wrong !== undefined) return `a list of strings, and ${JSON.stringify(wrong)} is none`;
      return value.map((one) => faultOfText(option, one)).find((fault) => fault !== undefined);
    }
  }
}

type TextOption = Extract<RuleOption, { readonly values?: unknown }>;

function nameOfText({ values }: TextOption): string {
  return values === undefined ? 'a string' : `one of ${values.map((one) => `"${one}"`).join(', ')}`;
}

function faultOfText(option: TextOption, text: string): string | undefined {
  const { values } = option;
  if (values === undefined || values.includes(text)) return undefined;
  const near = nearest(text, values);
  return `${nameOfText(option)}, not "${text}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

/** What is wrong with the options that a rule of a plugin declares; undefined when nothing is. */
export function faultOfOptionTable(table: unknown): string | undefined {
  if (table === undefined) return undefined;
  if (typeof table !== 'object' || table === null || Array.isArray(table)) return '`options`, which are no object';
  for (const [name, option] of Object.entries(table)) {
    const fault = faultOfDeclaration(option);
    if (fault !== undefined) return `the option \`${name}\`, ${fault}`;
  }
  return undefined;
}

function faultOfDeclaration(option: unknown): string | undefined {
  if (!isOption(option)) return 'which is no `{ type, summary, default }` of boolean, number, string or strings';
  const fault = faultOfValue(option, option.default);
  return fault === undefined ? undefined : `whose \`default\` must be ${fault}`;
}

function isOption(option: unknown): option is RuleOption {
  if (typeof option !== 'object' || option === null) return false;
  const { type, summary, values = [] }: { type?: unknown; summary?: unknown; values?: unknown } = option;
  const areTexts = Array.isArray(values) && values.every((one) => typeof one === 'string');
  return (
    ['boolean', 'number', 'string', 'strings'].some((one) => one === type) && typeof summary === 'string' && areTexts
  );
}

/** The JSON Schema of the options of a rule. */
export function optionsJsonSchema(table: OptionTable): { readonly [keyword: string]: unknown } {
  const properties = Object.entries(table).map(([name, option]) => {
    const text = { type: 'string', ...('values' in option && option.values ? { enum: option.values } : {}) };
    const value =
      option.type === 'strings'
        ? { type: 'array', items: text }
        : option.type === 'string'
          ? text
          : { type: option.type };
    return [name, { description: option.summary, default: option.default, ...value }] as const;
  });
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}
