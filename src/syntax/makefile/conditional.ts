import { type MappedText, sliceMapped } from '../../text/mapped.js';
import { endOfWord, isBlank, skipSpace } from './lines.js';
import type { Test } from './tree.js';

/** What stands behind `ifeq`, `ifneq`, `ifdef` or `ifndef`. */
export interface ReadTest {
  /** Undefined when make refuses it. */
  readonly test: Test | undefined;
  /** True when more text follows, which make ignores with an error message. */
  readonly extra: boolean;
}

const REFUSED: ReadTest = { test: undefined, extra: false };

/** Reads a test as make's conditional_line does: only `(` and `)` nest, and blanks at the outer ends stay in the value. */
export function readTest(line: MappedText, word: 'ifeq' | 'ifneq' | 'ifdef' | 'ifndef', at: number): ReadTest {
  const s = line.text;
  if (word === 'ifdef' || word === 'ifndef') {
    let end = s.length;
    while (end > at && isBlank(s[end - 1])) end -= 1;
    const name = sliceMapped(line, at, end);
    // A blank outside of references makes two names.
    if (name.text === '' || (!name.text.includes('$') && endOfWord(s, at, end) < end)) return REFUSED;
    return { test: { kind: 'defined', negated: word === 'ifndef', name }, extra: false };
  }
  const first = s[at] === '(' ? readBefore(s, at + 1, ',') : readQuoted(s, at);
  if (first === undefined) return REFUSED;
  const open = s[at] === '(';
  const second = open ? readBefore(s, skipSpace(s, first.next), ')') : readQuoted(s, skipSpace(s, first.next));
  if (second === undefined) return REFUSED;
  let leftEnd = first.end;
  if (open) while (leftEnd > first.start && isBlank(s[leftEnd - 1])) leftEnd -= 1;
  const left = sliceMapped(line, first.start, leftEnd);
  const right = sliceMapped(line, second.start, second.end);
  return {
    test: { kind: 'equal', negated: word === 'ifneq', left, right },
    extra: skipSpace(s, second.next) < s.length,
  };
}

interface Side {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** The text up to a comma or closing parenthesis that is in no inner pair of parentheses. */
function readBefore(s: string, start: number, stop: ',' | ')'): Side | undefined {
  let depth = 0;
  for (let at = start; at < s.length; at += 1) {
    const c = s[at];
    if (c === stop && depth <= 0) return { start, end: at, next: at + 1 };
    if (c === '(') depth += 1;
    else if (c === ')') depth -= 1;
  }
  return undefined;
}

function readQuoted(s: string, at: number): Side | undefined {
  const quote = s[at];
  if (quote !== '"' && quote !== "'") return undefined;
  const end = s.indexOf(quote, at + 1);
  return end === -1 ? undefined : { start: at + 1, end, next: end + 1 };
}
