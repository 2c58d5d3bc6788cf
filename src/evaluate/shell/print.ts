import { render, type Text } from '../../value/text.js';
import { mapLiterals } from './fields.js';
import { listsOf } from './lists.js';
import type { Field, Fields, Shell } from './state.js';

/** The text of `echo` with these words. */
export function echoText(shell: Shell, fields: Fields): Text {
  const { space, texts } = shell.machine;
  const forms = {
    dash: echoIn(shell, fields, 'dash'),
    bash: echoIn(shell, fields, 'bash'),
    ash: echoIn(shell, fields, 'ash'),
  };
  return texts.from(space.bind(shell.dialect, (dialect) => space.one(forms[dialect])));
}

function echoIn(shell: Shell, fields: Fields, dialect: 'dash' | 'bash' | 'ash'): Text {
  const { space, texts } = shell.machine;
  let newline = true;
  let escapes = dialect === 'dash';
  let at = 0;
  for (; at < fields.length; at += 1) {
    const field = fields[at];
    const word = field === undefined || field.when !== space.true ? undefined : texts.constant(field.item.text);
    if (word === undefined || !(dialect === 'dash' ? /^-n$/ : /^-[neE]+$/).test(word)) break;
    if (word.includes('n')) newline = false;
    if (word.includes('e')) escapes = true;
    if (word.includes('E')) escapes = false;
    if (dialect === 'dash') {
      at += 1;
      break;
    }
  }
  let out = joinFields(shell, fields.slice(at), ' ');
  if (escapes) out = mapLiterals(texts, unescape).apply(out);
  return newline ? texts.concat(out, texts.literal('\n')) : out;
}

/** The words with a separator between those that are there. */
export function joinFields(shell: Shell, fields: Fields, separator: string): Text {
  const { space, texts } = shell.machine;
  let out = texts.empty;
  let any = space.false;
  for (const { when, item } of fields) {
    const between = texts.pick(any, texts.literal(separator), texts.empty);
    out = texts.concat(out, texts.pick(when, texts.concat(between, item.text), texts.empty));
    any = space.or(any, when);
  }
  return out;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
};

/** Backslash escapes as `echo -e` and `printf %b` read them. */
export function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:0([0-7]{1,3})|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))/gs,
    (whole, zero?: string, octal?: string, hex?: string, c?: string) => {
      const code = zero ?? octal;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 8));
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return ESCAPES[c ?? ''] ?? whole;
    },
  );
}

/** The text of `printf` with these words; undefined where it is not known. */
export function printfText(shell: Shell, fields: Fields): Text | undefined {
  const { space, texts } = shell.machine;
  const lists = listsOf(space, fields);
  if (lists === undefined) return undefined;
  let known = true;
  const out = space.map(lists, (list) => {
    const [first, ...args] = list[0] !== undefined && texts.constant(list[0].text) === '--' ? list.slice(1) : list;
    const made =
      first === undefined || list.some((field) => field.many) ? undefined : formatted(shell, first.text, args);
    if (made === undefined) known = false;
    return made ?? texts.empty;
  });
  return known ? texts.from(out) : undefined;
}

/** Each format that differs, with the words; a format that depends on an answer is a function of the answer. */
function formatted(shell: Shell, format: Text, args: readonly Field[]): Text | undefined {
  const { texts } = shell.machine;
  let known = true;
  const out = texts.mapFlat(format, (flat) => {
    const constant = texts.constant(flat);
    const mark = texts.literal('\0');
    const made =
      constant === undefined
        ? texts.transform(
            texts.concat(flat, ...args.flatMap(({ text }) => [mark, text])),
            `printf ${[flat, ...args.map(({ text }) => text)].map(render).join(' ')} `,
            (joined) => {
              const [head = '', ...words] = joined.split('\0');
              const inner = formatOnce(
                shell,
                head,
                words.map((word) => texts.literal(word)),
              );
              return (inner === undefined ? undefined : texts.constant(inner)) ?? '';
            },
          )
        : formatOnce(
            shell,
            constant,
            args.map(({ text }) => text),
          );
    if (made === undefined) known = false;
    return made ?? texts.empty;
  });
  return known ? out : undefined;
}

function formatOnce(shell: Shell, format: string, args: readonly Text[]): Text | undefined {
  const { texts } = shell.machine;
  const parts = format.match(/%[-+ #0]*\d*(?:\.\d*)?[a-zA-Z%]|%|[^%]+/g) ?? [];
  const out: Text[] = [];
  let next = 0;
  do {
    const before = next;
    for (const part of parts) {
      if (!part.startsWith('%')) out.push(texts.literal(unescape(part)));
      else if (part === '%%') out.push(texts.literal('%'));
      else {
        const made = conversion(shell, part, args[next] ?? texts.empty);
        if (made === undefined) return undefined;
        out.push(made);
        next += 1;
      }
    }
    if (next === before) break;
  } while (next < args.length);
  return texts.concat(texts.empty, ...out);
}

/** A wider field is not known. */
const WIDTH_LIMIT = 1000;

function conversion(shell: Shell, part: string, arg: Text): Text | undefined {
  const { texts } = shell.machine;
  const [, flags, width, precision, kind] = /^%([-+ #0]*)(\d*)(?:\.(\d+))?(.)$/.exec(part) ?? [];
  if (kind === 's' && part === '%s') return arg;
  if (kind === 'b' && part === '%b') return mapLiterals(texts, unescape).apply(arg);
  if (kind === undefined || !'sdicb'.includes(kind) || Number(width) > WIDTH_LIMIT || Number(precision) > WIDTH_LIMIT)
    return undefined;
  return texts.transform(arg, `printf ${part} `, (text) => {
    let value =
      kind === 'd' || kind === 'i' ? String(Number.parseInt(text, 10) || 0) : kind === 'c' ? text.slice(0, 1) : text;
    if (kind === 's' && precision !== undefined) value = value.slice(0, Number(precision));
    const size = Number(width ?? 0);
    if (flags?.includes('-') === true) return value.padEnd(size);
    return value.padStart(size, flags?.includes('0') === true && kind !== 's' ? '0' : ' ');
  });
}
