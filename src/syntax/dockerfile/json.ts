import type { MappedText } from '../../text/mapped.js';
import { spanToSource } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';
import type { Run } from './joined.js';
import { joinRuns } from './joined.js';
import type { ExecWord } from './tree.js';

/** A string of a JSON form: its value, and the same as a text that leads back to the file. */
export interface JsonWord extends ExecWord {
  readonly mapped: MappedText;
}

/** A JSON form; when not all its elements are strings (BuildKit refuses that), `words` has those that are. */
export interface JsonForm {
  readonly words: readonly JsonWord[];
  readonly allStrings: boolean;
}

/** Reads a range as a JSON array; undefined when it is not one, which for BuildKit means the shell form. */
export function parseJsonForm(line: MappedText, range: Span): JsonForm | undefined {
  if (line.text[range.start] !== '[') return undefined;
  const value = parseArray(line.text.slice(range.start, range.end));
  if (value === undefined) return undefined;
  return { words: strings(line, range), allStrings: value.every((element) => typeof element === 'string') };
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The strings that are elements of a valid JSON array. */
function strings(line: MappedText, range: Span): JsonWord[] {
  const { text } = line;
  const words: JsonWord[] = [];
  let depth = 0;
  for (let at = range.start; at < range.end; at++) {
    const char = text[at];
    if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
    else if (char === '"') {
      const start = at;
      const runs: Run[] = [];
      at = readString(text, at + 1, runs);
      if (depth !== 1) continue;
      const mapped = joinRuns(line, runs, start + 1);
      words.push({ value: mapped.text, span: spanToSource(line, { start, end: at + 1 }), mapped });
    }
  }
  return words;
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Reads the inside of a valid JSON string into runs; returns the offset of the closing quote. */
function readString(text: string, start: number, runs: Run[]): number {
  let plain = start;
  let at = start;
  while (at < text.length && text[at] !== '"') {
    if (text[at] !== '\\') {
      at++;
      continue;
    }
    if (at > plain) runs.push({ start: plain, end: at });
    const code = text[at + 1] ?? '';
    const end = code === 'u' ? at + 6 : at + 2;
    const as = code === 'u' ? String.fromCharCode(Number.parseInt(text.slice(at + 2, end), 16)) : SIMPLE.get(code);
    runs.push({ start: at, end, as: as ?? code });
    at = end;
    plain = at;
  }
  if (at > plain) runs.push({ start: plain, end: at });
  return at;
}
