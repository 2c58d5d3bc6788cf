/*
 * The settings as a valibot schema: the one source of what may stand in a settings file, from which the validation, the
 * messages and the published JSON Schema are made.
 */
import * as v from 'valibot';
import { nearest } from './nearest.js';
import { type OptionTable, optionsJsonSchema } from './options.js';
import { CATEGORIES } from './rule.js';

const SEVERITIES = ['off', 'on', 'info', 'warning', 'error'] as const;
const severity = v.picklist(SEVERITIES);

const text = v.string();
const texts = v.array(text);
const oneOrMore = v.union([text, texts]);
const answer = v.union([text, v.null()]);
const options = v.record(text, v.unknown());
const globs = v.pipe(texts, v.description('Globs, relative to the folder of the settings file'));
const reasons = v.pipe(v.boolean(), v.description('Whether every suppression must say why, behind two hyphens'));

const ruleSetting = v.union([severity, v.strictTuple([severity, options])]);
const rules = v.pipe(
  v.record(text, ruleSetting),
  v.description('Rules by their ids: a severity, "on" for the rule\'s own, "off", or [severity, options]'),
);
const categories = v.pipe(
  v.record(v.picklist(CATEGORIES), severity),
  v.description('Severities of all rules of a category; a rule by its id beats its category'),
);

/** What a settings file may have. */
export const settingsSchema = v.strictObject({
  $schema: v.optional(v.pipe(text, v.description('The JSON Schema of this file, for editors'))),
  extends: v.optional(
    v.pipe(oneOrMore, v.description('Settings files or packages whose settings these ones build on')),
  ),
  presets: v.optional(
    v.pipe(
      v.union([v.picklist(['recommended', 'strict']), v.array(v.picklist(['recommended', 'strict']))]),
      v.description(
        'recommended: the severities that the rules have; strict: infos fail too, and suppressions need a reason',
      ),
    ),
  ),
  plugins: v.optional(v.pipe(texts, v.description('Plugins: paths from this file, or names of packages'))),
  environments: v.optional(
    v.pipe(
      v.record(
        v.pipe(text, v.nonEmpty()),
        v.pipe(v.record(text, v.union([answer, v.pipe(v.array(answer), v.nonEmpty())])), v.minEntries(1)),
      ),
      v.description('Environments by the names that findings shall use: what their selectors are; null is unset'),
    ),
  ),
  selectors: v.optional(
    v.pipe(
      v.strictObject({
        add: v.optional(v.pipe(texts, v.description('Names that always select an environment'))),
        ignore: v.optional(v.pipe(texts, v.description('Names that never select an environment'))),
      }),
      v.description('Which build arguments and variables say the environment'),
    ),
  ),
  rules: v.optional(rules),
  categories: v.optional(categories),
  ignore: v.optional(globs),
  overrides: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          files: v.pipe(globs, v.nonEmpty()),
          rules: v.optional(rules),
          categories: v.optional(categories),
          requireReason: v.optional(reasons),
        }),
      ),
      v.description('Other settings for some files; later ones beat earlier ones'),
    ),
  ),
  failOn: v.optional(
    v.pipe(v.picklist(['error', 'warning', 'info']), v.description('The severity from which on the exit status is 1')),
  ),
  requireReason: v.optional(reasons),
});

/** The settings as a file has them. */
export type RawSettings = v.InferOutput<typeof settingsSchema>;

/** What is wrong in a settings file, and where: the way of keys and indices to it. */
export interface SettingsFault {
  readonly path: readonly (string | number)[];
  /** Whether the key is wrong or its value. */
  readonly part: 'key' | 'value';
  readonly message: string;
}

/** A schema as a table; the concrete types of valibot are told apart by `type`. */
interface Node {
  readonly type: string;
  readonly entries?: { readonly [name: string]: Node };
  readonly wrapped?: Node;
  readonly item?: Node;
  readonly items?: readonly Node[];
  readonly key?: Node;
  readonly value?: Node;
  readonly options?: readonly (Node | string)[];
  readonly pipe?: readonly { readonly type: string; readonly description?: string }[];
}

const root: Node = settingsSchema;

/** Checks what was read from a settings file. */
export function checkSettings(
  data: unknown,
):
  | { readonly kind: 'good'; readonly settings: RawSettings }
  | { readonly kind: 'bad'; readonly faults: readonly SettingsFault[] } {
  const strange = overlooked(data, root, []);
  if (strange.length > 0) return { kind: 'bad', faults: strange };
  const result = v.safeParse(settingsSchema, data);
  if (result.success) return { kind: 'good', settings: result.output };
  return { kind: 'bad', faults: result.issues.map((issue) => faultOf(issue)) };
}

/** The only list of a fixed length. */
const PAIR = '[severity, options]';
/** Keys that valibot leaves out of tables. */
const UNNAMEABLE = ['__proto__', 'constructor', 'prototype'];

/** What valibot lets pass: a list is an object to it, and some keys are none. */
function overlooked(data: unknown, node: Node, path: readonly (string | number)[]): readonly SettingsFault[] {
  const own = bare(node);
  const isTable = own.type === 'record' || own.type === 'strict_object';
  const below = (value: unknown, step: string | number): readonly SettingsFault[] => {
    const inner = inside(own, step);
    return inner === undefined ? [] : overlooked(value, inner, [...path, step]);
  };
  if (Array.isArray(data)) {
    if (isTable) return [{ path, part: 'value', message: `${nameOf(path)} is an object, not a list` }];
    return data.flatMap(below);
  }
  if (!isTable || typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]): readonly SettingsFault[] =>
    UNNAMEABLE.includes(key)
      ? [{ path: [...path, key], part: 'key', message: `nothing is called "${key}" here` }]
      : below(value, key),
  );
}

function faultOf(issue: v.BaseIssue<unknown>, above: readonly (string | number)[] = []): SettingsFault {
  const path = [...above, ...(issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))];
  // In a union, the alternative that got furthest says it best; its path begins at the union.
  const deeper = issue.type === 'union' ? deepest(issue.issues ?? []) : undefined;
  if (deeper?.path !== undefined) return faultOf(deeper, path);
  const last = issue.path?.[issue.path.length - 1];
  const part = last !== undefined && 'origin' in last && last.origin === 'key' ? 'key' : 'value';
  if (issue.kind === 'validation' && part === 'key')
    return { path, part, message: `a name in ${nameOf(path.slice(0, -1))} is empty` };
  if (issue.kind === 'validation') return { path, part, message: `${nameOf(path)} is empty, so it says nothing` };
  const isItem = typeof path.at(-1) === 'number';
  if (isItem && issue.received === 'undefined')
    return {
      path: path.slice(0, -1),
      part,
      message: `${nameOf(path.slice(0, -1))} is ${PAIR}, and the second is missing`,
    };
  if (isItem && issue.expected === 'never')
    return { path, part, message: `${nameOf(path.slice(0, -1))} is ${PAIR}, and nothing more` };
  // A missing key is one of the schema, and an unknown one of the file.
  if (issue.received === 'undefined')
    return { path: path.slice(0, -1), part: 'value', message: `"${path.at(-1)}" is missing here` };
  if (issue.expected === 'never' || part === 'key') return { path, part: 'key', message: unknownKey(path) };
  const node = nodeAt(path);
  const expected = node === undefined ? String(issue.expected) : describe(node);
  const choices = node === undefined ? [] : choicesOf(node);
  return {
    path,
    part: 'value',
    message: `${nameOf(path)} is ${expected}, not ${shown(issue.input)}${hint(issue.input, choices)}`,
  };
}

function deepest(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown> | undefined {
  return [...issues].sort((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0))[0];
}

function unknownKey(path: readonly (string | number)[]): string {
  const parent = nodeAt(path.slice(0, -1));
  const known =
    parent?.entries === undefined ? choicesOf(parent?.key ?? { type: 'never' }) : Object.keys(parent.entries);
  const key = String(path[path.length - 1] ?? '');
  const near = nearest(key, known);
  const where = path.length === 1 ? '' : ` in ${nameOf(path.slice(0, -1))}`;
  const keys = known.filter((one) => one !== '$schema').join(', ');
  return `there is no setting "${key}"${where}; ${near === undefined ? `there are ${keys}` : `did you mean "${near}"?`}`;
}

function nodeAt(path: readonly (string | number)[]): Node | undefined {
  let at: Node | undefined = root;
  for (const step of path) {
    at = at === undefined ? undefined : inside(at, step);
    if (at === undefined) return undefined;
  }
  return at === undefined ? undefined : bare(at);
}

function inside(node: Node, step: string | number): Node | undefined {
  const own = bare(node);
  if (own.type === 'union') {
    for (const option of own.options ?? []) {
      const found = typeof option === 'string' ? undefined : inside(option, step);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof step === 'number') return own.items?.[step] ?? own.item;
  if (own.entries !== undefined) return Object.hasOwn(own.entries, step) ? own.entries[step] : undefined;
  return own.type === 'record' ? own.value : undefined;
}

function bare(node: Node): Node {
  return node.wrapped === undefined ? node : bare(node.wrapped);
}

/** What a value must be, in words. */
function describe(node: Node): string {
  const own = bare(node);
  switch (own.type) {
    case 'string':
      return 'a string';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return 'a list';
    case 'strict_tuple':
      return PAIR;
    case 'picklist':
      return listed(choicesOf(own).map((one) => `"${one}"`));
    case 'union':
      return listed(alternatives(own));
    default:
      return 'an object';
  }
}

function alternatives(union: Node): readonly string[] {
  return (union.options ?? []).flatMap((one) => {
    if (typeof one === 'string') return [one];
    const own = bare(one);
    if (own.type === 'union') return alternatives(own);
    return own.type === 'picklist' ? choicesOf(own).map((choice) => `"${choice}"`) : [describe(own)];
  });
}

function choicesOf(node: Node): readonly string[] {
  const own = bare(node);
  return (own.options ?? []).flatMap((one) => (typeof one === 'string' ? [one] : choicesOf(one)));
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} or ${parts[parts.length - 1]}`;
}

function nameOf(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'the file';
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(JSON.stringify(value));
}

function hint(value: unknown, choices: readonly string[]): string {
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** A JSON Schema (draft 7, which editors know). */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What the JSON Schema says of a rule. */
interface OfferedRule {
  readonly id: string;
  readonly summary: string;
  readonly options?: OptionTable;
}

/** The JSON Schema of a settings file with the rules that editors shall offer. */
export function settingsJsonSchema(offered: readonly OfferedRule[]): JsonSchema {
  const made = jsonSchemaOf(root, offered);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of Envariant',
    ...made,
  };
}

function jsonSchemaOf(node: Node, offered: readonly OfferedRule[]): JsonSchema {
  const own = bare(node);
  const description = own.pipe?.find(({ type }) => type === 'description')?.description;
  const about = description === undefined ? {} : { description };
  const mayBeEmpty = own.pipe?.some(({ type }) => type === 'non_empty' || type === 'min_entries') !== true;
  const inner = (one: Node): JsonSchema => jsonSchemaOf(one, offered);
  switch (own.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return { type: own.type, ...about };
    case 'unknown':
      return {};
    case 'picklist':
      return { enum: choicesOf(own), ...about };
    case 'array':
      return {
        type: 'array',
        items: own.item === undefined ? {} : inner(own.item),
        ...(mayBeEmpty ? {} : { minItems: 1 }),
        ...about,
      };
    case 'strict_tuple':
      return listOf(...(own.items ?? []).map(inner));
    case 'union':
      return { anyOf: (own.options ?? []).flatMap((one) => (typeof one === 'string' ? [] : [inner(one)])), ...about };
    case 'record': {
      const value = own.value === undefined ? {} : inner(own.value);
      const names = own.key === undefined ? [] : choicesOf(own.key);
      if (names.length > 0)
        return {
          type: 'object',
          properties: Object.fromEntries(names.map((name) => [name, value])),
          additionalProperties: false,
          ...about,
        };
      // The ids of rules are no part of the schema: plugins have others.
      const isRules = own.value === ruleSetting;
      const properties = Object.fromEntries(
        offered.map(({ id, summary, options: table = {} }) => [
          id,
          { description: summary, anyOf: [inner(severity), listOf(inner(severity), optionsJsonSchema(table))] },
        ]),
      );
      return {
        type: 'object',
        ...(isRules ? { properties } : {}),
        additionalProperties: value,
        ...(mayBeEmpty ? {} : { minProperties: 1 }),
        ...about,
      };
    }
    default: {
      const entries = Object.entries(own.entries ?? {});
      const required = entries.filter(([, one]) => one.type !== 'optional').map(([name]) => name);
      return {
        type: 'object',
        properties: Object.fromEntries(entries.map(([name, one]) => [name, inner(one)])),
        ...(required.length === 0 ? {} : { required }),
        additionalProperties: false,
        ...about,
      };
    }
  }
}

/** A list of just these items. */
function listOf(...items: readonly JsonSchema[]): JsonSchema {
  return { type: 'array', items, minItems: items.length, maxItems: items.length };
}
