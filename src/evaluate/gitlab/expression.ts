/*
 * The expressions of `rules:if` and `only:variables`, for every environment at once.
 *
 *     or    = and { '||' and }        and = test { '&&' test }
 *     test  = value [ ('==' | '!=' | '=~' | '!~') value ] | '(' or ')'
 *     value = $NAME | "text" | 'text' | /pattern/flags | null
 *
 * An unset variable is `null`, which equals null alone; a value by itself holds when it is neither null nor empty.
 */
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { EnvironmentValue } from '../delivery/delivered.js';
import { LENGTH_LIMIT } from '../pipeline/reference.js';
import { isTame } from '../shell/regexp.js';

/** An expression's condition; undefined when it cannot be read. */
export function evaluateExpression(
  text: string,
  texts: Texts,
  lookup: (name: string) => EnvironmentValue | undefined,
): Condition | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const reader: Reader = { tokens, at: 0, texts, lookup, depth: 0 };
  const condition = readOr(reader);
  return reader.at === tokens.length ? condition : undefined;
}

type Token =
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'variable'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'pattern'; readonly text: string }
  | { readonly kind: 'null'; readonly text: string };

interface Reader {
  readonly tokens: readonly Token[];
  readonly texts: Texts;
  readonly lookup: (name: string) => EnvironmentValue | undefined;
  at: number;
  depth: number;
}

const TOKEN =
  /\s+|(?<operator>==|!=|=~|!~|&&|\|\||[()])|\$(?<variable>\w+)|\$\{(?<braced>\w+)\}|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<pattern>\/(?:[^/\\]|\\.)*\/[a-z]*)|(?<null>null\b)/y;

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const matcher = new RegExp(TOKEN);
  for (let at = 0; at < text.length; at = matcher.lastIndex) {
    matcher.lastIndex = at;
    const groups = matcher.exec(text)?.groups;
    if (matcher.lastIndex === 0) return undefined;
    if (groups === undefined) continue;
    const variable = groups.variable ?? groups.braced;
    const string = groups.double ?? groups.single;
    if (groups.operator !== undefined) tokens.push({ kind: 'operator', text: groups.operator });
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string });
    else if (groups.pattern !== undefined) tokens.push({ kind: 'pattern', text: groups.pattern });
    else if (groups.null !== undefined) tokens.push({ kind: 'null', text: 'null' });
  }
  return tokens;
}

function take(reader: Reader, ...operators: readonly string[]): string | undefined {
  const token = reader.tokens[reader.at];
  if (token?.kind !== 'operator' || !operators.includes(token.text)) return undefined;
  reader.at += 1;
  return token.text;
}

function readOr(reader: Reader): Condition | undefined {
  const { space } = reader.texts;
  let condition = readAnd(reader);
  while (condition !== undefined && take(reader, '||') !== undefined) {
    const right = readAnd(reader);
    condition = right === undefined ? undefined : space.or(condition, right);
  }
  return condition;
}

function readAnd(reader: Reader): Condition | undefined {
  const { space } = reader.texts;
  let condition = readTest(reader);
  while (condition !== undefined && take(reader, '&&') !== undefined) {
    const right = readTest(reader);
    condition = right === undefined ? undefined : space.and(condition, right);
  }
  return condition;
}

function readTest(reader: Reader): Condition | undefined {
  const { space } = reader.texts;
  if (take(reader, '(') !== undefined) {
    if (reader.depth >= 100) return undefined;
    reader.depth += 1;
    const inner = readOr(reader);
    reader.depth -= 1;
    return take(reader, ')') === undefined ? undefined : inner;
  }
  const left = readValue(reader);
  if (left === undefined || left.kind === 'pattern') return undefined;
  const operator = take(reader, '==', '!=', '=~', '!~');
  if (operator === undefined) return present(reader.texts, left);
  const right = readValue(reader);
  if (right === undefined) return undefined;
  const holds = operator.endsWith('~') ? matches(reader.texts, left, right) : equal(reader.texts, left, right);
  return operator.startsWith('!') ? space.not(holds) : holds;
}

interface Value extends EnvironmentValue {
  readonly kind: Token['kind'];
}

function readValue(reader: Reader): Value | undefined {
  const { texts } = reader;
  const token = reader.tokens[reader.at];
  if (token === undefined || token.kind === 'operator') return undefined;
  reader.at += 1;
  if (token.kind === 'variable') {
    const found = reader.lookup(token.text);
    return { kind: 'variable', set: found?.set ?? texts.space.false, text: found?.text ?? texts.empty };
  }
  if (token.kind === 'null') return { kind: 'null', set: texts.space.false, text: texts.empty };
  return { kind: token.kind, set: texts.space.true, text: texts.literal(token.text) };
}

function present(texts: Texts, { set, text }: Value): Condition {
  return texts.space.and(set, texts.space.not(texts.isEmpty(text)));
}

function equal(texts: Texts, a: Value, b: Value): Condition {
  const { space } = texts;
  const both = space.and(a.set, b.set);
  const neither = space.not(space.or(a.set, b.set));
  if (both === space.false) return neither;
  // The default branch goes first: what it is decides for every branch, and not the other way round.
  const [first, second] = isDefaultBranch(b.text) ? [b.text, a.text] : [a.text, b.text];
  const same = texts.equal(first, second) ?? texts.unknown('==', first, second);
  return space.or(neither, space.and(both, same));
}

function isDefaultBranch({ pieces }: Text): boolean {
  const [piece] = pieces;
  return piece?.kind === 'answer' && piece.selector.name === 'CI_DEFAULT_BRANCH';
}

function matches(texts: Texts, value: Value, pattern: Value): Condition {
  const { space } = texts;
  const condition = texts.testFlat(pattern.text, (flat) => {
    const source = texts.constant(flat);
    return source === undefined ? texts.unknown('=~', value.text, flat) : matchesPattern(texts, value.text, source);
  });
  return space.and(value.set, condition ?? texts.unknown('=~', value.text, pattern.text));
}

/** Where a text has a match of `/pattern/flags` in it. */
export function matchesPattern(texts: Texts, text: Text, written: string): Condition {
  const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(written) ?? [];
  const expression = source === '' || !isTame(source, LENGTH_LIMIT) ? undefined : compile(source, flags);
  if (expression === undefined) return texts.unknown(`=~ ${written}`, text);
  return (
    texts.matches(
      text,
      `=~ ${written}`,
      (value) => value.length <= LENGTH_LIMIT && expression.test(value),
      exampleOf(source),
    ) ?? texts.unknown(`=~ ${written}`, text)
  );
}

/** What a pattern that is no more than a list of words matches, so that each of them is an answer of its own. */
function exampleOf(source: string): readonly string[] {
  const [, inner = ''] = /^\^?\(?(?:\?:)?([\w|/.\\-]+)\)?\$?$/.exec(source) ?? [];
  return inner === '' || /(?<!\\)\./.test(inner) ? [] : inner.replaceAll('\\', '').split('|');
}

/** RE2 as GitLab has it; what JavaScript does not read alike is not evaluated. */
function compile(source: string, flags: string): RegExp | undefined {
  if (/\(\?[a-zA-Z-]|\\[AzZ]|\[\[:/.test(source)) return undefined;
  try {
    return new RegExp(source, flags.replace(/[^ims]/g, ''));
  } catch {
    return undefined;
  }
}
