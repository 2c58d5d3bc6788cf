/*
 * Compose's variables in values: `$V ${V} ${V:-d} ${V-d} ${V:?e} ${V?e} ${V:+r} ${V+r}` and `$$`, nested, for every
 * environment at once. Where `:?` fails, compose stops, so those environments are lost (`require`); a word is only
 * evaluated where it is used.
 */
import { type MappedText, sliceMapped, spanToSource } from '../../text/mapped.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { EnvironmentValue } from '../delivery/delivered.js';

/** What interpolation needs and tells. */
export interface Interpolation {
  readonly texts: Texts;
  readonly lookup: (name: string) => EnvironmentValue;
  /** Told which environments a `?` stops, and where it stands. */
  readonly stop: (where: Condition, place: Place) => void;
  readonly problem: (place: Place, message: string) => void;
}

/** Deeper than this, `${A:-${B:-…}}` is not read. */
const NESTING_LIMIT = 50;

/** The text with its variables filled in. */
export function interpolate(context: Interpolation, text: MappedText, place: (span: Span) => Place): Text {
  return fill(context, text, place, context.texts.space.true, 0);
}

function fill(
  context: Interpolation,
  source: MappedText,
  place: (span: Span) => Place,
  live: Condition,
  depth: number,
): Text {
  const { texts } = context;
  const { text } = source;
  const parts: Text[] = [];
  const at = (start: number, end: number): Place => place(spanToSource(source, { start, end }));
  let i = 0;
  for (;;) {
    const dollar = text.indexOf('$', i);
    parts.push(texts.literal(text.slice(i, dollar === -1 ? undefined : dollar)));
    if (dollar === -1) break;
    const name = /^[_a-zA-Z][_a-zA-Z0-9]*/.exec(text.slice(dollar + 1, dollar + 300))?.[0];
    if (text[dollar + 1] === '$') {
      parts.push(texts.literal('$'));
      i = dollar + 2;
    } else if (name !== undefined) {
      parts.push(value(context, name).text);
      i = dollar + 1 + name.length;
    } else {
      const close = text[dollar + 1] === '{' ? closingBrace(text, dollar) : -1;
      const inner = close === -1 ? undefined : sliceMapped(source, dollar + 2, close);
      const made =
        inner === undefined || depth > NESTING_LIMIT
          ? undefined
          : expression(context, inner, at(dollar, close + 1), place, live, depth);
      const end = made === undefined ? dollar + 1 : close + 1;
      if (made === undefined)
        context.problem(
          at(dollar, Math.max(close + 1, dollar + 1)),
          'compose cannot read this variable and stops; a $ that is meant is written $$',
        );
      parts.push(made ?? texts.literal('$'));
      i = end;
    }
  }
  return texts.concat(...parts);
}

/** The brace that closes `${` at a place, -1 when there is none. */
function closingBrace(text: string, from: number): number {
  let open = 0;
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '}') {
      open -= 1;
      if (open === 0) return i;
    } else if (text[i] === '$' && text[i + 1] === '{') {
      open += 1;
      i += 1;
    }
  }
  return -1;
}

function value({ texts, lookup }: Interpolation, name: string): EnvironmentValue {
  const { set, text } = lookup(name);
  return { set, text: texts.pick(set, text, texts.empty) };
}

function expression(
  context: Interpolation,
  inner: MappedText,
  whole: Place,
  place: (span: Span) => Place,
  live: Condition,
  depth: number,
): Text | undefined {
  const { texts } = context;
  const { space } = texts;
  const found = /^([_a-zA-Z][_a-zA-Z0-9]*)(?:(:?)([-?+]))?/.exec(inner.text);
  if (found === null) return undefined;
  const [head = '', name = '', colon = '', operator] = found;
  if (operator === undefined && head.length < inner.text.length) return undefined;
  const { set, text } = value(context, name);
  if (operator === undefined) return text;
  const usable = colon === '' ? set : space.and(set, space.not(texts.isEmpty(text)));
  const word = (where: Condition): Text =>
    where === space.false ? texts.empty : fill(context, sliceMapped(inner, head.length), place, where, depth + 1);
  switch (operator) {
    case '-':
      return texts.pick(usable, text, word(space.and(live, space.not(usable))));
    case '+':
      return texts.pick(usable, word(space.and(live, usable)), texts.empty);
    default:
      context.stop(space.and(live, space.not(usable)), whole);
      return text;
  }
}
