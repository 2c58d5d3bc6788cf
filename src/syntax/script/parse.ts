/*
 * JavaScript and TypeScript, by @babel/parser.
 *
 * Why this parser: it recovers from errors, reads TypeScript and JSX, has no dependencies at run time and imports in tens
 * of milliseconds (19-27 ms as a bundle of 320 kB, measured here); typescript-estree needs the whole compiler, which takes
 * 370-650 ms to import. Even so it is more than a third of the command line's own size, so it is a bundle of its own that a host
 * loads when the first configuration asks for it. Nothing but types of this package is known outside of this module.
 */
import { type ParserPlugin, parse } from '@babel/parser';
import type { ScriptTree } from './tree.js';

/** Longer files are generated, and no configuration. */
const TEXT_LIMIT = 1_000_000;

/** Parses a file by the language that its name says; never throws, and what cannot be read is a problem. */
export function parseScript(text: string, path: string): ScriptTree {
  if (text.length > TEXT_LIMIT) return failed(text, 0, `this file is longer than ${TEXT_LIMIT} characters`);
  let first: ScriptTree | undefined;
  for (const plugins of pluginsFor(path)) {
    const tree = parseWith(text, plugins);
    if (tree.problems.length === 0) return tree;
    first ??= tree;
  }
  return first ?? failed(text, 0, 'no syntax is known for this file');
}

function pluginsFor(path: string): readonly (readonly ParserPlugin[])[] {
  if (/\.[mc]?ts$/.test(path)) return [['typescript', 'decorators-legacy']];
  if (/\.tsx$/.test(path)) return [['typescript', 'jsx', 'decorators-legacy']];
  // What is no plain JavaScript may be Flow, which tools that run on Babel allow.
  return [
    ['jsx', 'decorators-legacy'],
    ['jsx', 'flow', 'decorators-legacy'],
  ];
}

function parseWith(text: string, plugins: readonly ParserPlugin[]): ScriptTree {
  try {
    const file = parse(text, {
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowUndeclaredExports: true,
      allowImportExportEverywhere: true,
      attachComment: false,
      errorRecovery: true,
      plugins: [...plugins],
    });
    const problems = (file.errors ?? []).map((error) => problemOf(text, error));
    return { text, file, problems };
  } catch (error) {
    const { at, message } = problemOf(text, error);
    return failed(text, at.start, message);
  }
}

function problemOf(text: string, error: unknown): ScriptTree['problems'][number] {
  const found = typeof error === 'object' && error !== null && 'pos' in error ? error.pos : 0;
  const start = Math.max(0, Math.min(text.length, typeof found === 'number' ? found : 0));
  const reason = (error instanceof Error ? error.message : String(error)).replace(/\s*\(\d+:\d+\)$/, '');
  return { at: { start, end: Math.min(text.length, start + 1) }, message: `this script cannot be read: ${reason}` };
}

function failed(text: string, start: number, message: string): ScriptTree {
  return { text, file: undefined, problems: [{ at: { start, end: Math.min(text.length, start + 1) }, message }] };
}
