import { inputsOf, render, type Text } from '../../../value/text.js';
import { isTame } from '../../shell/regexp.js';
import { liftTexts } from '../lift.js';
import type { BakeValue, Datum } from '../value.js';
import { type Builtin, type Call, plainly, textArgument, unknown, wrong } from './shape.js';

/** A function of so many texts. */
function ofTexts(count: number, of: (...args: readonly string[]) => string): Builtin {
  return (call, args) => {
    const texts = Array.from({ length: count }, (_, at) => textArgument(call, args, at));
    return call.machine.data.text(liftTexts(call.machine, call.name, texts, of));
  };
}

/** A pure function whose results are not worked out: the same text gives the same unknown. */
const digest: Builtin = (call, args) => {
  const { texts, data } = call.machine;
  const text = textArgument(call, args, 0);
  const made = texts.mapFlat(text, (flat) => texts.symbol(`${call.name}(${render(flat)})`, inputsOf(flat)));
  return made === undefined ? unknown(call, args) : data.text(made);
};

/** Another one at each call. */
function volatile(source: string): Builtin {
  return ({ machine, name }) => machine.data.text(machine.texts.symbol(`${name}()`, new Set(), source, true));
}

/** A regular expression of Go as one of JavaScript; undefined when it has no equal here or may take long. */
export function regexpOf(source: string, length: number): RegExp | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  const body = source
    .slice(flags?.[0].length ?? 0)
    .replaceAll('(?P<', '(?<')
    .replace(/\\z$/, '$')
    .replace(/^\\A/, '^');
  if (!isTame(body, Math.max(length, 200))) return undefined;
  try {
    return new RegExp(body, `gu${flags?.[1] ?? ''}`);
  } catch {
    return undefined;
  }
}

const regexReplace: Builtin = (call, args) => {
  const { texts, data } = call.machine;
  const [text, pattern, replacement] = [0, 1, 2].map((at) => textArgument(call, args, at));
  const source = pattern === undefined ? undefined : texts.constant(pattern);
  if (text === undefined || replacement === undefined || source === undefined) return unknown(call, args);
  const regexp = regexpOf(source, texts.constant(text)?.length ?? 0);
  if (regexp === undefined) return unknown(call, args);
  // `$1x` of Go is the group of that name, `${1}x` is the first one; `$` alone stands for nothing here as there.
  const made = liftTexts(call.machine, `${call.name} ${source}`, [text, replacement], (one = '', by = '') =>
    one.replace(regexp, (...found: readonly unknown[]) =>
      by.replace(/\$(?:\{(\w+)\}|(\w+)|\$)/g, (whole: string, braced?: string, bare?: string) => {
        const name = braced ?? bare;
        if (name === undefined) return whole === '$$' ? '$' : '';
        const groups = found[found.length - 1];
        const value = /^\d+$/.test(name)
          ? found[Number(name)]
          : typeof groups === 'object' && groups !== null
            ? new Map<string, unknown>(Object.entries(groups)).get(name)
            : undefined;
        return typeof value === 'string' ? value : '';
      }),
    ),
  );
  return data.text(made);
};

const regex: Builtin = (call, args) => {
  const { texts } = call.machine;
  const source = texts.constant(textArgument(call, args, 0));
  const text = texts.constant(textArgument(call, args, 1));
  if (source === undefined || regexpOf(source, text?.length ?? 0) === undefined) return unknown(call, args);
  const matched = (found: RegExpExecArray | RegExpMatchArray): unknown =>
    found.groups === undefined ? (found.length === 1 ? found[0] : found.slice(1)) : { ...found.groups };
  return plainly((pattern, one) => {
    if (typeof pattern !== 'string' || typeof one !== 'string') return undefined;
    const all = [...one.matchAll(regexpOf(pattern, one.length) ?? /$^/g)].map(matched);
    return call.name === 'regexall' ? all : all[0];
  })(call, args);
};

const join: Builtin = (call, [separator, ...lists]) => {
  const { texts, data } = call.machine;
  const between = textArgument(call, separator === undefined ? [] : [separator], 0);
  return data.bindAll(lists, call.name, (found) => {
    const pieces: Text[] = [];
    for (const datum of found) {
      if (datum.kind === 'unknown') return unknown(call, lists);
      if (datum.kind !== 'list') return wrong(call, lists, 'it wants lists');
      datum.items.forEach((_, at) => {
        if (pieces.length > 0) pieces.push(between);
        pieces.push(textArgument(call, datum.items, at));
      });
    }
    return data.text(texts.concat(...pieces));
  });
};

const split: Builtin = (call, args) => {
  const { texts, data, space } = call.machine;
  const separator = texts.constant(textArgument(call, args, 0));
  const flat = texts.flatten(textArgument(call, args, 1));
  if (separator === undefined || flat === undefined) return unknown(call, args);
  return space.bind(flat, (text) => {
    const constant = texts.constant(text);
    if (constant === undefined) return data.unknownOf(`${call.name}("${separator}", ${render(text)})`, args);
    return data.list(constant.split(separator).map((item) => data.literal(item)));
  });
};

/** The text that a format makes of its arguments; undefined when the format is not known or wrong. */
function formatted(call: Call, format: string, args: readonly BakeValue[]): Text | undefined {
  const { texts } = call.machine;
  const pieces: Text[] = [];
  let next = 0;
  let at = 0;
  for (const found of format.matchAll(/%([-+ #0]*)(\d+)?(?:\.(\d+))?(?:\[(\d+)\])?([a-zA-Z%])/g)) {
    const [whole, flags = '', width, precision, position, verb] = found;
    pieces.push(texts.literal(format.slice(at, found.index)));
    at = found.index + whole.length;
    if (verb === '%') {
      pieces.push(texts.literal('%'));
      continue;
    }
    if (position !== undefined) next = Number(position) - 1;
    const text = textArgument(call, args, next);
    next += 1;
    const isPlain = width === undefined && precision === undefined && /^[svdt]$/.test(verb ?? '');
    if (isPlain) pieces.push(text);
    else
      pieces.push(
        liftTexts(call.machine, `${call.name} ${whole}`, [text], (one = '') =>
          directive(one, flags, width, precision, verb ?? 's'),
        ),
      );
  }
  pieces.push(texts.literal(format.slice(at)));
  return texts.concat(...pieces);
}

function directive(
  text: string,
  flags: string,
  width: string | undefined,
  precision: string | undefined,
  verb: string,
): string {
  let out = text;
  if (verb === 'q') out = JSON.stringify(text);
  else if (verb === 'f') out = Number(text).toFixed(precision === undefined ? 6 : Math.min(100, Number(precision)));
  else if (verb === 'x' || verb === 'X' || verb === 'o' || verb === 'b') {
    const radix = verb === 'o' ? 8 : verb === 'b' ? 2 : 16;
    out = Number.isInteger(Number(text)) ? Number(text).toString(radix) : text;
    if (verb === 'X') out = out.toUpperCase();
  } else if (precision !== undefined) out = Array.from(text).slice(0, Number(precision)).join('');
  const to = Math.min(Number(width ?? 0), 10_000);
  if (flags.includes('-')) return out.padEnd(to);
  return out.padStart(to, flags.includes('0') && verb !== 's' ? '0' : ' ');
}

const format: Builtin = (call, [spec, ...args]) => {
  const { texts, data } = call.machine;
  const constant = spec === undefined ? undefined : texts.constant(textArgument(call, [spec], 0));
  const made = constant === undefined ? undefined : formatted(call, constant, args);
  return made === undefined ? unknown(call, spec === undefined ? args : [spec, ...args]) : data.text(made);
};

const formatlist: Builtin = (call, args) => {
  const { data, space } = call.machine;
  return data.bindAll(args, call.name, (found) => {
    if (found.some(({ kind }) => kind === 'unknown')) return unknown(call, args);
    const lengths = found.flatMap((datum) => (datum.kind === 'list' ? datum.items.length : []));
    const length = lengths[0] ?? 1;
    if (lengths.some((other) => other !== length)) return wrong(call, args, 'its lists have different lengths');
    const items = Array.from({ length }, (_, i) =>
      format(
        call,
        found.map((datum) => (datum.kind === 'list' ? (datum.items[i] ?? data.nothing) : space.one<Datum>(datum))),
      ),
    );
    return data.list(items);
  });
};

function trimmed(text: string, characters: string): string {
  const set = new Set(Array.from(characters));
  const chars = Array.from(text);
  let [start, end] = [0, chars.length];
  while (start < end && set.has(chars[start] ?? '')) start += 1;
  while (end > start && set.has(chars[end - 1] ?? '')) end -= 1;
  return chars.slice(start, end).join('');
}

function substring(text: string, offset: string, length: string): string {
  const chars = Array.from(text);
  const from = Number(offset) < 0 ? Math.max(0, chars.length + Number(offset)) : Number(offset);
  return chars.slice(from, Number(length) < 0 ? chars.length : from + Number(length)).join('');
}

/** Functions of texts. */
export const TEXT_FUNCTIONS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['lower', ofTexts(1, (text = '') => text.toLowerCase())],
  ['upper', ofTexts(1, (text = '') => text.toUpperCase())],
  ['title', ofTexts(1, (text = '') => text.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase()))],
  ['trimspace', ofTexts(1, (text = '') => text.trim())],
  ['chomp', ofTexts(1, (text = '') => text.replace(/(?:\r?\n)+$/, ''))],
  ['trim', ofTexts(2, (text = '', set = '') => trimmed(text, set))],
  ['trimprefix', ofTexts(2, (text = '', prefix = '') => (text.startsWith(prefix) ? text.slice(prefix.length) : text))],
  [
    'trimsuffix',
    ofTexts(2, (text = '', end = '') => (end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text)),
  ],
  ['replace', ofTexts(3, (text = '', from = '', to = '') => text.replaceAll(from, () => to))],
  ['regex_replace', regexReplace],
  ['regex', regex],
  ['regexall', regex],
  ['substr', ofTexts(3, (text = '', offset = '', length = '') => substring(text, offset, length))],
  ['strrev', ofTexts(1, (text = '') => Array.from(text).reverse().join(''))],
  [
    'indent',
    ofTexts(2, (spaces = '', text = '') =>
      text.replaceAll('\n', `\n${' '.repeat(Math.min(1000, Math.max(0, Number(spaces) || 0)))}`),
    ),
  ],
  ['sanitize', ofTexts(1, (text = '') => text.replace(/[^a-zA-Z0-9_-]/g, '_'))],
  ['basename', ofTexts(1, (text = '') => text.replace(/\/+$/, '').replace(/^.*\//s, '') || (text === '' ? '.' : '/'))],
  ['dirname', ofTexts(1, (text = '') => (text.includes('/') ? text.replace(/\/[^/]*$/, '') || '/' : '.'))],
  ['join', join],
  ['split', split],
  ['format', format],
  ['formatlist', formatlist],
  ['strlen', plainly((text) => (typeof text === 'string' ? Array.from(text).length : undefined))],
  ['jsonencode', plainly((value) => JSON.stringify(value ?? null))],
  ...['md5', 'sha1', 'sha256', 'sha512', 'base64encode'].map((name) => [name, digest] as const),
  ['timestamp', volatile('clock')],
  ['uuidv4', volatile('random')],
]);
