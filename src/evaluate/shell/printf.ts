/*
 * `printf`, as dash 0.5.12, bash 5.2 and BusyBox 1.35 do it. An option that the shell does not know, a conversion that does
 * not exist and a number that is none are failures of the builtin, each shell with a status of its own.
 */
import type { Condition, Variational } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import { followedBy, type Printed, unescapeText } from './escapes.js';
import { listsOf } from './lists.js';
import { mentionedTexts } from './match.js';
import type { Dialect, Field, Fields, Shell } from './state.js';

/** What `printf` prints and its status; with `-v` of bash, the text is a variable's instead. */
export interface PrintfOutcome {
  readonly text: Text;
  readonly status: Variational<number>;
  /** Where `-v` says so: the variable that gets the text. */
  readonly variable: string | undefined;
}

/** What `printf` does with these words, in every environment; undefined where that is not known. */
export function printfOutcomes(shell: Shell, fields: Fields): Variational<PrintfOutcome> | undefined {
  const { space } = shell.machine;
  const lists = listsOf(space, fields);
  if (lists === undefined) return undefined;
  let known = true;
  const made = space.bind(lists, (list) =>
    space.map(shell.dialect, (dialect): PrintfOutcome => {
      const one = list.some((field) => field.many) ? undefined : printfIn(shell, list, dialect);
      if (one === undefined) known = false;
      return one ?? { text: shell.machine.texts.empty, status: space.one(0), variable: undefined };
    }),
  );
  return known ? made : undefined;
}

function printfIn(shell: Shell, list: readonly Field[], dialect: Dialect): PrintfOutcome | undefined {
  const { texts } = shell.machine;
  let [first, ...args] = list;
  let variable: string | undefined;
  const word = first === undefined ? undefined : texts.constant(first.text);
  if (dialect === 'bash' && word !== undefined && /^-v/.test(word)) {
    variable = word.slice(2);
    if (variable === '') {
      const [name, ...rest] = args;
      variable = name === undefined ? '' : texts.constant(name.text);
      args = rest;
    }
    if (variable === undefined || /\[/.test(variable)) return undefined;
    [first, ...args] = args;
    if (!/^[A-Za-z_]\w*$/.test(variable)) return failure(shell, 2);
  }
  if (first !== undefined && texts.constant(first.text) === '--') [first, ...args] = args;
  else if (first !== undefined && dialect !== 'ash' && /^-./s.test(texts.constant(first.text) ?? ''))
    return failure(shell, 2);
  if (first === undefined) return failure(shell, 2);
  const made = formatted(
    shell,
    first.text,
    args.map(({ text }) => text),
    dialect,
    list.length === args.length + 1,
  );
  return made === undefined ? undefined : { ...made, variable };
}

function failure(shell: Shell, status: number): PrintfOutcome {
  const { space, texts } = shell.machine;
  return { text: texts.empty, status: space.one(status), variable: undefined };
}

interface Formatted {
  readonly text: Text;
  readonly status: Variational<number>;
}

/** Each format that differs, with the words; a format that depends on an answer is a function of the answer. */
function formatted(
  shell: Shell,
  format: Text,
  args: readonly Text[],
  dialect: Dialect,
  maybeOption: boolean,
): Formatted | undefined {
  const { space, texts } = shell.machine;
  const flat = texts.flatten(format);
  if (flat === undefined) return undefined;
  const once = (constant: string): Formatted | undefined =>
    maybeOption && dialect !== 'ash' && /^-./s.test(constant) && constant !== '--'
      ? failure(shell, 2)
      : maybeOption && constant === '--' && args.length === 0
        ? failure(shell, 2)
        : formatAll(shell, constant, args, dialect);
  let known = true;
  const parts = space.bind(flat, (leaf): Variational<Formatted> => {
    const constant = texts.constant(leaf);
    let made = constant === undefined ? unknownFormat(shell, leaf, args, dialect) : once(constant);
    if (made !== undefined && constant === undefined) {
      for (const { when, known: answer } of mentionedTexts(shell, leaf)) {
        const one = once(answer);
        if (one === undefined || made === undefined) made = undefined;
        else
          made = {
            text: texts.pick(when, one.text, made.text),
            status: space.pick(when, one.status, made.status),
          };
      }
    }
    if (made === undefined) known = false;
    return space.one(made ?? { text: texts.empty, status: space.one(0) });
  });
  if (!known) return undefined;
  return {
    text: texts.from(space.map(parts, (part) => part.text)),
    status: space.bind(parts, (part) => part.status),
  };
}

/** A format that is an answer which nothing mentions is taken to be no option and to succeed. */
function unknownFormat(shell: Shell, format: Text, args: readonly Text[], dialect: Dialect): Formatted | undefined {
  const { space, texts } = shell.machine;
  const mark = texts.literal('\0');
  const apply = (joined: string): string => {
    const [head = '', ...words] = joined.split('\0');
    const inner = formatAll(
      shell,
      head,
      words.map((word) => texts.literal(word)),
      dialect,
    );
    return (inner === undefined ? undefined : texts.constant(inner.text)) ?? '';
  };
  const joined = texts.concat(format, ...args.flatMap((arg) => [mark, arg]));
  const text = texts.mapFlat(
    joined,
    (flat) => texts.transform(flat, `printf ${render(flat).replaceAll('\0', ' ')} `, apply) ?? flat,
  );
  return text === undefined ? undefined : { text, status: space.one(0) };
}

const PARTS = /%[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:hh|h|ll|l|j|z|t|L)?[a-zA-Z%]|%|[^%]+/g;

/** A wider field is not known. */
const WIDTH_LIMIT = 1000;

/** A format is used again as long as there are words. */
function formatAll(shell: Shell, format: string, args: readonly Text[], dialect: Dialect): Formatted | undefined {
  const { space, texts } = shell.machine;
  const parts = format.match(PARTS) ?? [];
  let out: Printed = { text: texts.empty, ended: space.false };
  let status: Variational<number> = space.one(0);
  let next = 0;
  const take = (): Text | undefined => args[next++];
  do {
    const before = next;
    for (const part of parts) {
      if (!part.startsWith('%'))
        out = followedBy(shell, out, unescapeText(shell, texts.literal(part), 'format', dialect));
      else if (part === '%%') out = followedBy(shell, out, { text: texts.literal('%'), ended: space.false });
      else {
        const made = conversion(shell, part, take, dialect);
        if (made === undefined) return undefined;
        status = space.pick(space.or(out.ended, space.not(made.failed)), status, space.one(made.status));
        out = followedBy(shell, out, made);
      }
      if (out.ended === space.true) return { text: out.text, status };
    }
    if (next === before) break;
  } while (next < args.length);
  return { text: out.text, status };
}

interface Converted extends Printed {
  /** Where the conversion fails, with this status. */
  readonly failed: Condition;
  readonly status: number;
}

function conversion(shell: Shell, part: string, take: () => Text | undefined, dialect: Dialect): Converted | undefined {
  const { space, texts } = shell.machine;
  const [, flags = '', wide = '', precise, modifier = '', kind = ''] =
    /^%([-+ #0']*)(\d+|\*)?(?:\.(\d+|\*)?)?(hh|h|ll|l|j|z|t|L)?(.)?$/s.exec(part) ?? [];
  const well = (text: Text, ended = space.false): Converted => ({ text, ended, failed: space.false, status: 0 });
  const wrong: Converted = {
    text: texts.empty,
    ended: space.true,
    failed: space.true,
    status: dialect === 'dash' ? 2 : 1,
  };
  if (kind === '' || !'sbcdiuoxXq'.includes(kind)) return kind !== '' && 'aAeEfFgGT'.includes(kind) ? undefined : wrong;
  if (kind === 'q' || (modifier !== '' && dialect === 'dash')) return dialect === 'bash' ? undefined : wrong;
  if (kind === 'b' && dialect === 'ash' && part !== '%b') return wrong;
  if (modifier !== '' && modifier !== 'l' && dialect === 'ash') return undefined;
  if (wide === '*' || precise === '*' || flags.includes("'")) return undefined;
  const width = Number(wide);
  const precision = !part.includes('.') ? undefined : Number(precise ?? 0);
  if (width > WIDTH_LIMIT || (precision ?? 0) > WIDTH_LIMIT) return undefined;
  const given = take();
  const arg = given ?? texts.empty;
  const pad = (text: string, zero: boolean): string => {
    if (flags.includes('-')) return text.padEnd(width);
    if (!zero) return text.padStart(width);
    const sign = /^[-+ ]|^0x/i.exec(text)?.[0] ?? '';
    return sign + text.slice(sign.length).padStart(width - sign.length, '0');
  };
  if (kind === 's' || kind === 'b') {
    const read = kind === 'b' ? unescapeText(shell, arg, 'argument', dialect) : well(arg);
    if (width === 0 && precision === undefined) return well(read.text, read.ended);
    const text = texts.transform(read.text, `printf ${part} `, (word) =>
      pad(precision === undefined ? word : word.slice(0, precision), false),
    );
    return text === undefined ? undefined : well(text, read.ended);
  }
  if (kind === 'c') {
    // An empty word is a character of code 0.
    const text = texts.transform(arg, `printf ${part} `, (word) => pad(word.slice(0, 1), false));
    return text === undefined || texts.isEmpty(arg) !== space.false ? undefined : well(text);
  }
  const text = texts.transform(arg, `printf ${part} `, (word) => {
    const digits = digitsOf(numberOf(word, dialect).value, kind, flags, precision);
    return pad(digits, flags.includes('0') && precision === undefined);
  });
  const failed = texts.matches(arg, 'is no number', (word) => !numberOf(word, dialect).whole);
  return text === undefined || failed === undefined ? undefined : { text, ended: space.false, failed, status: 1 };
}

const LARGEST = 2n ** 63n - 1n;

/** A number as `strtol` reads it with base 0; BusyBox takes a word whole or not at all. */
function numberOf(word: string, dialect: Dialect): { readonly value: bigint; readonly whole: boolean } {
  const quote = /^["'](.)/su.exec(word);
  if (quote !== null) return { value: BigInt(quote[1]?.codePointAt(0) ?? 0), whole: true };
  if (word === '') return { value: 0n, whole: dialect !== 'ash' };
  const [start, sign, digits = ''] = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(word) ?? [];
  if (start === undefined) return { value: 0n, whole: false };
  const size = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const fits = size <= LARGEST;
  const value = sign === '-' ? -size : size;
  if (start.length === word.length && fits) return { value, whole: true };
  if (dialect === 'ash') return { value: 0n, whole: false };
  const near = fits ? value : sign === '-' ? -LARGEST - 1n : LARGEST;
  return { value: near, whole: start.length === word.length && dialect === 'bash' };
}

function digitsOf(value: bigint, kind: string, flags: string, precision: number | undefined): string {
  const signed = kind === 'd' || kind === 'i';
  const size = signed ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  const base = kind === 'o' ? 8 : kind === 'x' || kind === 'X' ? 16 : 10;
  let digits = precision === 0 && size === 0n ? '' : size.toString(base).padStart(precision ?? 0, '0');
  if (flags.includes('#') && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  if (flags.includes('#') && base === 16 && size !== 0n) digits = `0x${digits}`;
  if (kind === 'X') digits = digits.toUpperCase();
  if (!signed) return digits;
  return `${value < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''}${digits}`;
}
