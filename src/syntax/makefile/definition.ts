import { type MappedText, sliceMapped, spanToSource } from '../../text/mapped.js';
import { endOfReference, endOfWord, isBlank, skipSpace } from './lines.js';
import type { AssignmentOperator, Definition, Modifier } from './tree.js';

/** Where an assignment's parts stand in a line. */
interface Parts {
  readonly nameEnd: number;
  readonly operatorStart: number;
  readonly operator: AssignmentOperator;
  readonly valueStart: number;
}

/** What a line that assigns or undefines says, read as make's parse_var_assignment does. */
export type Variable =
  | { readonly kind: 'assign'; readonly definition: Definition }
  | { readonly kind: 'define'; readonly modifiers: readonly Modifier[]; readonly start: number }
  | { readonly kind: 'undefine'; readonly modifiers: readonly Modifier[]; readonly start: number };

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  export: 'export',
  override: 'override',
  private: 'private',
};

/** Reads an assignment from a collapsed line without comment; undefined when it is none. */
export function readVariable(line: MappedText, from: number, target: boolean): Variable | undefined {
  const modifiers: Modifier[] = [];
  const s = line.text;
  let at = skipSpace(s, from);
  while (at < s.length) {
    const parts = findOperator(s, at);
    if (parts !== undefined) return { kind: 'assign', definition: definitionOf(line, at, parts, modifiers) };
    const end = endOfWord(s, at);
    const word = s.slice(at, end);
    const next = skipSpace(s, end);
    const modifier = Object.hasOwn(MODIFIERS, word) ? MODIFIERS[word] : undefined;
    if (modifier !== undefined) modifiers.push(modifier);
    else if (!target && (word === 'define' || word === 'undefine')) return { kind: word, modifiers, start: next };
    else return undefined;
    at = next;
  }
  return undefined;
}

/** The definition that a `define` line leads: its operator may be missing. */
export function readDefine(line: MappedText, start: number, modifiers: readonly Modifier[]): Definition {
  const parts = findOperator(line.text, start);
  if (parts !== undefined) return definitionOf(line, start, parts, modifiers);
  let end = line.text.length;
  while (end > start && isBlank(line.text[end - 1])) end -= 1;
  return definitionOf(line, start, { nameEnd: end, operatorStart: end, operator: '=', valueStart: end }, modifiers, 0);
}

function definitionOf(
  line: MappedText,
  start: number,
  parts: Parts,
  modifiers: readonly Modifier[],
  length = parts.operator.length,
): Definition {
  const { operatorStart } = parts;
  return {
    modifiers,
    name: sliceMapped(line, start, parts.nameEnd),
    operator: parts.operator,
    operatorAt: spanToSource(line, { start: operatorStart, end: operatorStart + length }),
    value: sliceMapped(line, parts.valueStart),
  };
}

/** Finds the operator of an assignment whose name starts at `start` (parse_variable_definition). */
function findOperator(s: string, start: number): Parts | undefined {
  let nameEnd = -1;
  for (let at = start; at < s.length; ) {
    const c = s[at];
    if (c === '#') return undefined;
    if (isBlank(c)) {
      if (nameEnd !== -1) return undefined;
      nameEnd = at;
      at = skipSpace(s, at);
      continue;
    }
    const operator = operatorAt(s, at);
    if (operator === 'none') return undefined;
    if (operator !== undefined) {
      const valueStart = skipSpace(s, at + operator.length);
      return { nameEnd: nameEnd === -1 ? at : nameEnd, operatorStart: at, operator, valueStart };
    }
    if (nameEnd !== -1) return undefined;
    at = c === '$' ? endOfReference(s, at) : at + 1;
  }
  return undefined;
}

function operatorAt(s: string, at: number): AssignmentOperator | 'none' | undefined {
  switch (s[at]) {
    case '=':
      return '=';
    case ':':
      if (s[at + 1] === '=') return ':=';
      if (s.startsWith('::=', at)) return '::=';
      // Make 4.4 knows this one, 4.3 does not.
      return s.startsWith(':::=', at) ? ':::=' : 'none';
    case '+':
      return s[at + 1] === '=' ? '+=' : undefined;
    case '?':
      return s[at + 1] === '=' ? '?=' : undefined;
    case '!':
      return s[at + 1] === '=' ? '!=' : undefined;
    default:
      return undefined;
  }
}
