import type { MappedText } from '../../text/mapped.js';
import { spanToSource } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';
import type { Command } from './head.js';
import { cut } from './joined.js';
import { isBlank, splitWords } from './split.js';
import type { NamedValue } from './tree.js';

/** What the pairs of ENV, LABEL and ARG are read from. */
export interface PairSource {
  readonly line: MappedText;
  readonly escape: '\\' | '`';
  readonly problems: Problem[];
}

/** Reads the names of ARG, each with or without a value. */
export function readArg(source: PairSource, command: Command): readonly NamedValue[] {
  const words = splitWords(source.line.text, source.escape, command.rest);
  if (words.length === 0) report(source, command.keyword, 'ARG needs at least one name; BuildKit refuses it without.');
  return words.flatMap((word) => readPair(source, word, 'ARG'));
}

/**
 * Reads the pairs of ENV or LABEL. They have the old form, one name and the untouched rest of the line, exactly when
 * there is no `=` in the first word.
 */
export function readNameValues(
  source: PairSource,
  command: Command,
  keyword: 'ENV' | 'LABEL',
): { readonly pairs: readonly NamedValue[]; readonly legacy: boolean } {
  const { line } = source;
  const words = splitWords(line.text, source.escape, command.rest);
  const first = words[0];
  if (first === undefined) {
    report(source, command.keyword, `${keyword} needs a name and a value; BuildKit refuses it without.`);
    return { pairs: [], legacy: false };
  }
  if (equalsIn(line, first) === -1) return readLegacy(source, command.rest, keyword);
  const pairs = words.flatMap((word) => {
    if (equalsIn(line, word) !== -1) return readPair(source, word, keyword);
    report(source, word, `This word of ${keyword} has no \`=\`; BuildKit refuses the instruction.`);
    return [];
  });
  return { pairs, legacy: false };
}

function readLegacy(
  source: PairSource,
  rest: Span,
  keyword: string,
): { readonly pairs: readonly NamedValue[]; readonly legacy: boolean } {
  const { line } = source;
  let at = rest.start;
  while (at < rest.end && !isBlank(line.text.charCodeAt(at))) at++;
  let value = at;
  while (value < rest.end && isBlank(line.text.charCodeAt(value))) value++;
  if (value === rest.end) {
    report(source, rest, `This ${keyword} has a name but no value; BuildKit refuses it.`);
    return { pairs: [], legacy: false };
  }
  const pair: NamedValue = {
    name: cut(line, rest.start, at),
    value: cut(line, value, rest.end),
    span: spanToSource(line, rest),
  };
  return { pairs: [pair], legacy: true };
}

function readPair(source: PairSource, word: Span, keyword: string): readonly NamedValue[] {
  const { line } = source;
  const equals = equalsIn(line, word);
  if (equals === word.start) {
    report(source, word, `This word of ${keyword} has no name before its \`=\`; BuildKit refuses the instruction.`);
    return [];
  }
  return [
    {
      name: cut(line, word.start, equals === -1 ? word.end : equals),
      value: equals === -1 ? undefined : cut(line, equals + 1, word.end),
      span: spanToSource(line, word),
    },
  ];
}

/** The offset of the first `=` of a word; -1 when it has none. */
function equalsIn(line: MappedText, word: Span): number {
  // Not String.indexOf, which would search the rest of a long line for each of its words.
  for (let at = word.start; at < word.end; at++) if (line.text[at] === '=') return at;
  return -1;
}

function report(source: PairSource, range: Span, message: string): void {
  source.problems.push({ at: spanToSource(source.line, range), message });
}
