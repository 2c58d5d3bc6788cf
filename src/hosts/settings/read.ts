/* Reads one settings file of any form: its plain value, and the way from a key to its place in the file. */
import { basename, extname } from 'node:path';
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { checkSettings, type RawSettings, type SettingsFault } from '../../lint/schema.js';
import { offsetInExport } from '../../syntax/script/exported.js';
import type { ParseScript } from '../../syntax/script/tree.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import { LineTable } from '../../text/span.js';
import { readText, sizeLimit } from '../disk.js';
import { importModule } from './import.js';
import { moduleFailure } from './module-failure.js';

/** Something wrong in a settings file; lines and columns are 1-based, and absent where a program made the settings. */
export interface SettingsError {
  /** Absolute. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** A settings file that was read, with the places of its keys. */
export interface ReadSettings {
  readonly file: string;
  readonly raw: RawSettings;
  readonly errorAt: (fault: SettingsFault) => SettingsError;
}

type Result<T> =
  | { readonly kind: 'good'; readonly value: T }
  | { readonly kind: 'bad'; readonly errors: readonly SettingsError[] };

interface Source {
  readonly data: unknown;
  readonly errorAt: (fault: SettingsFault) => SettingsError;
}

/** The text of a file where it is not the disk's. */
export type TextOf = (absolute: string) => string | undefined;

/** Reads and checks a settings file; never throws. What is no module may have another text than the disk's. */
export async function readSettings(
  file: string,
  parse: ParseScript,
  textOf: TextOf = () => undefined,
): Promise<Result<ReadSettings>> {
  const source = await readSource(file, parse, textOf);
  if (source.kind === 'bad') return source;
  const { data, errorAt } = source.value;
  const checked = checkSettings(data);
  if (checked.kind === 'bad') return { kind: 'bad', errors: checked.faults.map(errorAt) };
  return { kind: 'good', value: { file, raw: checked.settings, errorAt } };
}

function readSource(file: string, parse: ParseScript, textOf: TextOf): Promise<Result<Source>> | Result<Source> {
  const extension = extname(file);
  if (extension === '.json' || extension === '.jsonc') return readJson(file, textOf(file) ?? readFile(file));
  if (extension === '.yaml' || extension === '.yml') return readYaml(file, textOf(file) ?? readFile(file));
  return readModule(file, parse);
}

function bad(file: string, message: string): Result<never> {
  return { kind: 'bad', errors: [{ file, message }] };
}

type FileText = string | { readonly reason: string };

function readFile(file: string): FileText {
  const content = readText(file, sizeLimit);
  if (content?.kind === 'text') return content.text;
  return { reason: content === undefined ? 'there is no such file' : `it ${content.reason}` };
}

function readJson(file: string, text: FileText): Result<Source> {
  if (typeof text !== 'string') return bad(file, text.reason);
  const errors: ParseError[] = [];
  const options = { allowTrailingComma: true };
  const tree = parseTree(text, errors, options);
  const lines = new LineTable(text);
  if (errors.length > 0)
    return {
      kind: 'bad',
      errors: errors.slice(0, 3).map(({ error, offset }) => ({
        file,
        ...lines.position(offset),
        message: `this is no JSON: ${jsonReason(printParseErrorCode(error))}`,
      })),
    };
  const isPackage = basename(file) === 'package.json';
  const prefix = isPackage ? ['envariant'] : [];
  const ownTree = jsonNode(tree, prefix, 'value');
  const twice = ownTree === undefined ? [] : keysGivenTwice(ownTree);
  if (twice.length > 0)
    return {
      kind: 'bad',
      errors: twice.map(({ offset, value }) => ({
        file,
        ...lines.position(offset),
        message: `the key "${value}" is given twice`,
      })),
    };
  return {
    kind: 'good',
    value: {
      data: ownTree === undefined ? undefined : valueOf(ownTree),
      errorAt: ({ path, part, message }) => {
        const node = jsonNode(tree, [...prefix, ...path], part);
        return { file, ...lines.position(node?.offset ?? 0), message };
      },
    },
  };
}

/** The keys of objects that stand in them before. */
function keysGivenTwice(node: Node): readonly Node[] {
  const children = node.children ?? [];
  const keys = node.type === 'object' ? children.flatMap(({ children: [key] = [] }) => key ?? []) : [];
  return [
    ...keys.filter((key, i) => keys.some((other, j) => j < i && other.value === key.value)),
    ...children.flatMap(keysGivenTwice),
  ];
}

/** A value with all keys that are written, also those that an assignment would take for something else (`__proto__`). */
function valueOf({ type, value, children = [] }: Node): unknown {
  if (type === 'array') return children.map(valueOf);
  if (type !== 'object') return value;
  return Object.fromEntries(
    children.map(({ children: [key, inner] = [] }) => [
      String(key?.value),
      inner === undefined ? null : valueOf(inner),
    ]),
  );
}

/** `PropertyNameExpected` → `property name expected`. */
function jsonReason(code: string): string {
  return code.replace(/(?<=[a-z])([A-Z])/g, ' $1').toLowerCase();
}

function jsonNode(tree: Node | undefined, path: readonly (string | number)[], part: 'key' | 'value'): Node | undefined {
  const found = tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
  return part === 'key' && found?.parent?.type === 'property' ? found.parent.children?.[0] : found;
}

function readYaml(file: string, text: FileText): Result<Source> {
  if (typeof text !== 'string') return bad(file, text.reason);
  const { documents, problems } = parseYaml(text);
  const lines = new LineTable(text);
  if (problems.length > 0)
    return {
      kind: 'bad',
      errors: problems.slice(0, 3).map(({ at, message }) => ({ file, ...lines.position(at.start), message })),
    };
  const root = documents[0]?.root;
  return {
    kind: 'good',
    value: {
      data: root === undefined ? {} : plain(root),
      errorAt: ({ path, part, message }) => ({ file, ...lines.position(yamlOffset(root, path, part)), message }),
    },
  };
}

function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.text.text, plain(value)]));
}

function yamlOffset(root: YamlNode | undefined, path: readonly (string | number)[], part: 'key' | 'value'): number {
  let at = root;
  let offset = root?.span.start ?? 0;
  for (const [i, step] of path.entries()) {
    if (at?.kind === 'list' && typeof step === 'number') {
      at = at.items[step];
      offset = at?.span.start ?? offset;
    } else if (at?.kind === 'map') {
      const entry = at.entries.find(({ key }) => key.text.text === String(step));
      at = entry?.value;
      const isLast = i === path.length - 1;
      offset = (isLast && part === 'key' ? entry?.key.span.start : entry?.value.span.start) ?? offset;
    } else return offset;
  }
  return offset;
}

async function readModule(file: string, parse: ParseScript): Promise<Result<Source>> {
  const text = readFile(file);
  if (typeof text !== 'string') return bad(file, text.reason);
  try {
    const module: unknown = await importModule(file);
    const data: unknown =
      typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
    if (data === undefined) return bad(file, 'it has no default export: export default { … }');
    return { kind: 'good', value: { data, errorAt: (fault) => errorInModule(file, text, fault, parse) } };
  } catch (error) {
    const failure = moduleFailure(error, file, parse);
    return { kind: 'bad', errors: [{ ...failure, message: `it cannot be loaded: ${failure.message}` }] };
  }
}

/** Where a module writes what it exports; what it computes has no place of its own. */
function errorInModule(
  file: string,
  text: string,
  { path, part, message }: SettingsFault,
  parse: ParseScript,
): SettingsError {
  const offset = offsetInExport(parse(text, file), path, part);
  return offset === undefined ? { file, message } : { file, ...new LineTable(text).position(offset), message };
}
