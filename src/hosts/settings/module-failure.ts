/* Where a module fails that cannot be loaded: Node.js says it for what is thrown, and for syntax that is wrong it does not. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf } from '../../syntax/script/exported.js';
import type { ParseScript } from '../../syntax/script/tree.js';
import { LineTable } from '../../text/span.js';
import type { SettingsError } from './read.js';

/** Why a module could not be imported, at the place in it, or in what it imports, that is wrong. */
export function moduleFailure(error: unknown, file: string, parse: ParseScript): SettingsError {
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const found = isFromNode(error) ? searchModules(file, importFault(error), parse, new Set()) : undefined;
  return found ?? { file, message, ...thrownAt(error, dirname(file)) };
}

/** Syntax and imports: what is wrong before any line of the module runs. */
function isFromNode(error: unknown): error is Error {
  return error instanceof SyntaxError || (error instanceof Error && 'code' in error);
}

/** Who imports what is not there, as Node.js says it. */
function importFault(error: Error): { readonly name: string; readonly importer: string } | undefined {
  const [, name, importer] = /^Cannot find (?:package|module) '(.*)' imported from (.*)$/m.exec(error.message) ?? [];
  return name === undefined || importer === undefined ? undefined : { name, importer };
}

function searchModules(
  file: string,
  fault: ReturnType<typeof importFault>,
  parse: ParseScript,
  seen: Set<string>,
): SettingsError | undefined {
  if (seen.has(file)) return undefined;
  seen.add(file);
  const text = textOf(file);
  if (text === undefined) return undefined;
  const tree = parse(text, file);
  const at = (offset: number): Pick<SettingsError, 'line' | 'column'> => new LineTable(text).position(offset);
  const [problem] = tree.problems;
  if (problem !== undefined)
    return { file, ...at(problem.at.start), message: problem.message.replace('this script cannot be read: ', '') };
  for (const { name, start } of importsOf(tree)) {
    const target = /^\.{1,2}\//.test(name) ? resolve(dirname(file), name) : undefined;
    const isMissing = fault?.importer === file && (target === fault.name || `${name}/`.startsWith(`${fault.name}/`));
    if (isMissing) return { file, ...at(start), message: `there is no module "${name}"` };
    const inner = target === undefined ? undefined : searchModules(target, fault, parse, seen);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Node.js says what is wrong with it.
    return undefined;
  }
}

/** The first place below a folder in what was thrown; what is installed there is not looked at. */
function thrownAt(error: unknown, folder: string): Partial<SettingsError> {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, url, line, column] of stack.matchAll(
    /((?:file:\/\/|\/|[A-Za-z]:\\)[^\n()]*?):(\d+)(?::(\d+))?\)?$/gm,
  )) {
    const file = url?.startsWith('file:') ? fileURLToPath(url) : (url ?? '');
    const path = relative(folder, file);
    if (path.startsWith('..') || path.split(sep).includes('node_modules')) continue;
    return { file, line: Number(line), column: Number(column ?? 1) };
  }
  return {};
}
