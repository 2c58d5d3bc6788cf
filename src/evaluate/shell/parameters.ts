/*
 * Parameters: variables, `$1`, `$@`, `${…}` with its operators, and the arrays of bash. POSIX XCU 2.5 and 2.6.2.
 */
import type { ParameterExpansionPart } from '../../syntax/shell/parse.js';
import type { Condition, Variational } from '../../value/diagram.js';
import { inputsOf, render, type Text } from '../../value/text.js';
import { FIELD_BREAK } from './blanks.js';
import { NULL_MARK } from './fields.js';
import { lengthOf, TEXT_LIMIT } from './limits.js';
import { isTooHard, removeMatch, replaceMatch } from './pattern.js';
import { assign, type Fields, inDialect, leave, lookup, type NodeSpan, placeOf, type Shell } from './state.js';
import { noteBooleanText } from './traps.js';
import { expandPattern, expandRope, expandText, finish, ifsSeparator, type Use } from './words.js';

/** The text of a variable or special parameter; records the read, and stops the shell where `set -u` forbids it. */
export function expandVariable(shell: Shell, name: string, span: NodeSpan, quoted: boolean, use: Use): Text {
  if (name === '@' || name === '*') return expandAll(shell, shell.positional, name, quoted, use);
  const binding = parameter(shell, name);
  recordRead(shell, name, span, binding, false);
  stopWhereUnset(shell, name, binding.set);
  return finish(shell, binding.text, quoted);
}

/** Under `set -u`, a parameter that is not set ends the shell. */
export function stopWhereUnset(shell: Shell, name: string, set: Condition): void {
  const { space } = shell.machine;
  if (shell.nounset === space.false || set === space.true) return;
  const bad = space.and(shell.nounset, space.not(set));
  if (bad !== space.false && /^[A-Za-z0-9_]/.test(name)) leave(shell, bad, fatalStatus(shell));
}

/** The status with which a parameter that must be set ends the shell: bash has 127 for `-c` without `set -e`, else 1. */
function fatalStatus(shell: Shell): Variational<number> {
  const { space } = shell.machine;
  const bash = space.pick(shell.errexit, space.one(1), space.one(shell.fatal));
  return space.pick(inDialect(shell, 'bash'), bash, space.one(2));
}

/** Begins the names of the variables that stand for the unknown parts of a text that `eval` reads. */
export const HOLE = '__envariant_hole_';

function recordRead(
  shell: Shell,
  name: string,
  span: NodeSpan,
  { set, text }: { readonly set: Condition; readonly text: Text },
  guarded: boolean,
): void {
  if (!/^[A-Za-z_]/.test(name) || name.startsWith(HOLE)) return;
  shell.machine.reads.push({
    name,
    place: placeOf(shell, span),
    when: shell.live,
    set,
    guarded,
    decides: shell.deciding > 0,
    local: shell.local.has(name),
    text,
  });
}

/** Where a parameter is set, and its text. */
export function parameter(shell: Shell, name: string): { readonly set: Condition; readonly text: Text } {
  const { space, texts } = shell.machine;
  if (/^[A-Za-z_]/.test(name)) return lookup(shell, name);
  switch (name) {
    case '?':
      return { set: space.true, text: texts.from(space.map(shell.status, (n) => texts.literal(String(n)))) };
    case '#': {
      const count = countFields(shell, shell.positional);
      return {
        set: space.true,
        text: count === undefined ? texts.symbol('$#') : texts.from(space.map(count, (n) => texts.literal(String(n)))),
      };
    }
    case '0':
      return { set: space.true, text: shell.zero };
    case '-':
      return { set: space.true, text: texts.symbol('$-') };
    default:
      break;
  }
  if (!/^\d+$/.test(name)) return { set: space.true, text: texts.symbol(`$${name}`, undefined, 'process', true) };
  return nth(shell, shell.positional, Number(name) - 1, `$${name}`);
}

/** The word at an index (from 0): which one that is may depend on the environment, when earlier ones do. */
export function nth(
  shell: Shell,
  fields: Fields,
  index: number,
  name: string,
): { readonly set: Condition; readonly text: Text } {
  const { space, texts } = shell.machine;
  let count: Variational<number> = space.one(0);
  let set: Condition = space.false;
  let text = texts.empty;
  for (const { when, item } of fields) {
    if (item.many)
      return { set: space.holds(space.opaque(`${name} is given`)), text: texts.symbol(name, inputsOf(item.text)) };
    const here = space.and(
      when,
      space.map(count, (n) => n === index),
    );
    set = space.or(set, here);
    text = texts.pick(here, item.text, text);
    count = space.apply(count, when, (n, there) => (there ? n + 1 : n));
  }
  return { set, text };
}

function countFields(shell: Shell, fields: Fields): Variational<number> | undefined {
  const { space } = shell.machine;
  let count: Variational<number> = space.one(0);
  for (const { when, item } of fields) {
    if (item.many) return undefined;
    count = space.apply(count, when, (n, there) => (there ? n + 1 : n));
  }
  return count;
}

/** `$@` and `$*`: in quotes the first keeps its fields, the second is one text; where nothing is split both are one text. */
function expandAll(shell: Shell, fields: Fields, name: '@' | '*', quoted: boolean, use: Use): Text {
  const { space, texts, words } = shell.machine;
  const one = use === 'text' || use === 'pattern' || (quoted && name === '*');
  const separator = one && name === '*' ? ifsSeparator(shell) : texts.literal(one ? ' ' : FIELD_BREAK);
  const bound = one ? words.protect.apply(separator) : separator;
  let any: Condition = space.false;
  let out = quoted && name === '*' ? texts.literal(NULL_MARK) : texts.empty;
  for (const { when, item } of fields) {
    // An unknown that may be several words stays so.
    const text =
      quoted && !item.many ? texts.concat(texts.literal(NULL_MARK), words.protect.apply(item.text)) : item.text;
    const between = texts.pick(any, bound, texts.empty);
    out = texts.concat(out, texts.pick(when, texts.concat(between, text), texts.empty));
    any = space.or(any, when);
  }
  return out;
}

/** An element of an array, all of them, or their number. */
function expandElement(shell: Shell, part: ParameterExpansionPart, index: string, quoted: boolean, use: Use): Text {
  const { space, texts } = shell.machine;
  const fields = arrayOf(shell, part.parameter);
  const all = index === '@' || index === '*';
  const unknown = (): Text => finish(shell, texts.symbol(part.text), quoted);
  if (part.prefix === '!') return unknown();
  if (part.prefix === '#' && all) {
    const count = countFields(shell, fields);
    return count === undefined ? unknown() : texts.from(space.map(count, (n) => texts.literal(String(n))));
  }
  if (all) return expandAll(shell, fields, index, quoted, use);
  const item = /^\d+$/.test(index) ? nth(shell, fields, Number(index), part.text).text : undefined;
  if (item === undefined) return unknown();
  return finish(
    shell,
    part.prefix === '#'
      ? (texts.transform(item, 'length of ', (text) => String([...text].length)) ?? texts.symbol(part.text))
      : item,
    quoted,
  );
}

/** The words of an array; a plain variable is an array of one. */
export function arrayOf(shell: Shell, name: string): Fields {
  const known = shell.arrays.get(name);
  if (known !== undefined) return known;
  const { set, text } = lookup(shell, name);
  return set === shell.machine.space.false
    ? []
    : [{ when: set, item: { text, many: false, span: { start: 0, end: 0 } } }];
}

/** `${…}` with its operators; `inQuotes` inside double quotes. */
export function expandParameter(shell: Shell, part: ParameterExpansionPart, inQuotes: boolean, use: Use): Text {
  const { space, texts } = shell.machine;
  const quoted = inQuotes && use !== 'text';
  const name = part.parameter;
  const { operation } = part;
  if (part.index !== undefined || part.prefix === '!' || (operation !== undefined && BASH_ONLY.has(operation.type))) {
    return expandBashOnly(shell, part, quoted, use);
  }
  if (operation === undefined && part.prefix === undefined) return expandVariable(shell, name, part, quoted, use);
  const all = name === '@' || name === '*';
  const binding = all
    ? { set: space.true, text: expandAll(shell, shell.positional, name, quoted, use) }
    : parameter(shell, name);
  if (part.prefix === '#') {
    recordRead(shell, name, part, binding, false);
    stopWhereUnset(shell, name, binding.set);
    return finish(
      shell,
      texts.transform(binding.text, 'length of ', (text) => String([...text].length)) ??
        texts.symbol(part.text, inputsOf(binding.text)),
      quoted,
    );
  }
  if (operation === undefined) return finish(shell, binding.text, quoted);
  if (operation.type === 'Default') return expandDefault(shell, part, operation, binding, inQuotes, use);
  recordRead(shell, name, part, binding, false);
  stopWhereUnset(shell, name, binding.set);
  const value = texts.assume(binding.text, shell.live);
  const size = lengthOf(value);
  const give = (text: Text | undefined): Text =>
    finish(shell, text ?? texts.symbol(part.text, inputsOf(value)), quoted);
  if (operation.type === 'Remove') {
    const pattern = expandPattern(shell, operation.operand);
    return give(
      withConstant(shell, pattern, (p) =>
        isTooHard(size, p)
          ? undefined
          : texts.transform(value, `${operation.operator}${p}`, (text) => removeMatch(text, p, operation.operator)),
      ),
    );
  }
  if (operation.type === 'Replace') {
    const pattern = expandPattern(shell, operation.pattern);
    const replacement = expandText(shell, operation.replacement);
    const made = withConstant(shell, pattern, (p) =>
      withConstant(shell, replacement, (r) =>
        isTooHard(size, p) || size * r.length > TEXT_LIMIT
          ? undefined
          : texts.transform(value, `${operation.operator}${p}/${r}`, (text) =>
              replaceMatch(text, p, r, operation.operator),
            ),
      ),
    );
    return failInDash(shell, give(made));
  }
  if (operation.type === 'Slice') {
    const offset = Number(texts.constant(expandText(shell, operation.offset)));
    const length =
      operation.length === undefined ? undefined : Number(texts.constant(expandText(shell, operation.length)));
    const known = Number.isInteger(offset) && (length === undefined || Number.isInteger(length));
    return failInDash(
      shell,
      give(
        known ? texts.transform(value, `:${offset}:${length ?? ''}`, (text) => slice(text, offset, length)) : undefined,
      ),
    );
  }
  return give(undefined);
}

function slice(text: string, offset: number, length: number | undefined): string {
  const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
  if (length === undefined) return text.slice(from);
  return length < 0 ? text.slice(from, text.length + length) : text.slice(from, from + length);
}

/** `Bad substitution` ends a dash with status 2. */
function failInDash(shell: Shell, text: Text): Text {
  leave(shell, inDialect(shell, 'dash'), shell.machine.space.one(2));
  return text;
}

const BASH_ONLY = new Set(['CaseModification', 'Transform', 'Names', 'Unknown']);

function expandBashOnly(shell: Shell, part: ParameterExpansionPart, quoted: boolean, use: Use): Text {
  const { space, texts } = shell.machine;
  const binding = parameter(shell, part.parameter);
  leave(shell, inDialect(shell, 'dash', 'ash'), space.one(2));
  const { operation } = part;
  if (part.index !== undefined && operation === undefined)
    return expandElement(shell, part, part.index.text, quoted, use);
  if (operation?.type === 'CaseModification' && operation.operand === undefined) {
    recordRead(shell, part.parameter, part, binding, false);
    stopWhereUnset(shell, part.parameter, binding.set);
    const upper = operation.operator.startsWith('^');
    const whole = operation.operator.length === 2;
    const convert = (text: string): string => (upper ? text.toUpperCase() : text.toLowerCase());
    const change = (text: string): string => (whole ? convert(text) : convert(text.slice(0, 1)) + text.slice(1));
    const value = texts.transform(texts.assume(binding.text, shell.live), operation.operator, change);
    return finish(shell, value ?? texts.symbol(part.text, inputsOf(binding.text)), quoted);
  }
  if (part.prefix === '!' && operation === undefined) {
    const pointed = withConstant(shell, binding.text, (name) =>
      /^[A-Za-z_]\w*$/.test(name) ? lookup(shell, name).text : undefined,
    );
    return finish(shell, pointed ?? texts.symbol(part.text, inputsOf(binding.text)), quoted);
  }
  return texts.symbol(part.text, inputsOf(binding.text));
}

/** `${X:-word}` and its kin; the word is expanded only where it is used. */
function expandDefault(
  shell: Shell,
  part: ParameterExpansionPart,
  operation: Extract<ParameterExpansionPart['operation'], { type: 'Default' }>,
  binding: { readonly set: Condition; readonly text: Text },
  inQuotes: boolean,
  use: Use,
): Text {
  const { space, texts, words } = shell.machine;
  const quoted = inQuotes && use !== 'text';
  const colon = operation.operator.startsWith(':');
  const there = colon ? space.and(binding.set, space.not(texts.isEmpty(binding.text))) : binding.set;
  const value = finish(shell, binding.text, quoted);
  recordRead(shell, part.parameter, part, binding, true);
  const operator = operation.operator.replace(':', '');
  const wanted = operator === '+' ? there : space.not(there);
  if (operator === '+') noteBooleanText(shell, binding.text, part);
  let word = texts.empty;
  // The word may assign or end the shell itself, but only where it is expanded at all.
  const before = shell.live;
  const inside = space.and(before, wanted);
  if (inside !== space.false) {
    shell.live = inside;
    const rope = expandRope(shell, operation.operand, use === 'fields' ? 'operand' : use, inQuotes);
    word = quoted ? words.protect.apply(rope) : rope;
    if (operator === '=') {
      // What is assigned is the word's value, of which quotes are no part any more.
      const assigned = words.splitter.reveal(word);
      assign(shell, part.parameter, assigned);
      word = finish(shell, assigned, quoted);
    }
    shell.live = space.or(shell.live, space.and(before, space.not(wanted)));
  }
  if (operator === '?') {
    leave(shell, space.not(there), fatalStatus(shell));
    return value;
  }
  const result = operator === '+' ? texts.pick(there, word, texts.empty) : texts.pick(there, value, word);
  return texts.assume(result, shell.live);
}

/** Calls a function with the characters of a text, in each environment; undefined where they are not known. */
export function withConstant(shell: Shell, text: Text, f: (constant: string) => Text | undefined): Text | undefined {
  const { texts } = shell.machine;
  const constant = texts.constant(text);
  if (constant !== undefined) return f(constant);
  return texts.mapFlat(text, (flat) => {
    const known = texts.constant(flat);
    return (known === undefined ? undefined : f(known)) ?? texts.symbol(render(flat), inputsOf(flat));
  });
}
