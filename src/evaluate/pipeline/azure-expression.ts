/*
 * The expressions of Azure Pipelines: `${{ … }}` when a file is read, and `condition:` when it runs. They are calls of
 * functions on strings, variables and parameters.
 */
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';

/** Looks up `parameters.x`, `variables.x` or `variables['x']`; undefined when nothing is known of it. */
export type Names = (scope: string, name: string) => Text | undefined;

interface Reader {
  readonly source: string;
  readonly tokens: readonly string[];
  readonly texts: Texts;
  readonly names: Names;
  at: number;
  depth: number;
}

type Result = { readonly text: Text; readonly holds?: Condition };

const TOKEN = /'(?:[^']|'')*'|[A-Za-z_][\w-]*|-?\d[\d.]*|[().,[\]]|\S/g;

/** Where an expression is true; an opaque fact where that is not known. */
export function azureCondition(source: string, texts: Texts, names: Names): Condition {
  const result = read(source, texts, names);
  return holdsOf(texts, result) ?? unknown(texts, source);
}

/** The text of an expression. */
export function azureText(source: string, texts: Texts, names: Names): Text {
  const result = read(source, texts, names);
  if (result === undefined) return texts.symbol(source.trim());
  if (result.holds === undefined) return result.text;
  return texts.pick(result.holds, texts.literal('True'), texts.literal('False'));
}

function read(source: string, texts: Texts, names: Names): Result | undefined {
  const reader: Reader = { source, tokens: source.match(TOKEN) ?? [], texts, names, at: 0, depth: 0 };
  const result = readValue(reader);
  return reader.at === reader.tokens.length ? result : undefined;
}

function unknown(texts: Texts, source: string): Condition {
  return texts.space.holds(texts.space.opaque(`${source.trim().slice(0, 300)} holds`));
}

function holdsOf(texts: Texts, result: Result | undefined): Condition | undefined {
  if (result === undefined) return undefined;
  const { space } = texts;
  if (result.holds !== undefined) return result.holds;
  const no = texts.matches(result.text, 'is false', (text) => /^(?:|false|0)$/i.test(text), ['false']);
  return no === undefined ? undefined : space.not(no);
}

function readValue(reader: Reader): Result | undefined {
  const { texts, names } = reader;
  const token = reader.tokens[reader.at];
  if (token === undefined || reader.depth > 60) return undefined;
  reader.at += 1;
  if (token.startsWith("'")) return { text: texts.literal(token.slice(1, -1).replaceAll("''", "'")) };
  if (/^-?\d/.test(token)) return { text: texts.literal(token) };
  if (!/^[A-Za-z_]/.test(token)) return undefined;
  if (/^(?:true|false)$/i.test(token))
    return { text: texts.literal(token), holds: /^true$/i.test(token) ? texts.space.true : texts.space.false };
  if (reader.tokens[reader.at] === '(') return readCall(reader, token);
  const path: string[] = [];
  for (;;) {
    const next = reader.tokens[reader.at];
    if (next === '.') {
      path.push(reader.tokens[reader.at + 1] ?? '');
      reader.at += 2;
    } else if (next === '[') {
      const key = reader.tokens[reader.at + 1] ?? '';
      if (reader.tokens[reader.at + 2] !== ']') return undefined;
      path.push(key.replace(/^'|'$/g, ''));
      reader.at += 3;
    } else break;
  }
  if (path.length === 0) return undefined;
  const name = path.join('.');
  return { text: names(token, name) ?? texts.symbol(`${token}.${name}`) };
}

function readCall(reader: Reader, name: string): Result | undefined {
  const { texts } = reader;
  const { space } = texts;
  const start = reader.at;
  const args: (Result | undefined)[] = [];
  reader.at += 1;
  reader.depth += 1;
  while (reader.tokens[reader.at] !== ')') {
    if (reader.at >= reader.tokens.length) return undefined;
    const before = reader.at;
    args.push(readValue(reader));
    if (args[args.length - 1] === undefined) skipArgument(reader, before);
    if (reader.tokens[reader.at] === ',') reader.at += 1;
    else if (reader.tokens[reader.at] !== ')') return undefined;
  }
  reader.at += 1;
  reader.depth -= 1;
  const written = `${name}${reader.tokens.slice(start, reader.at).join('')}`;
  const opaque = (): Result => ({ text: texts.symbol(written), holds: unknown(texts, written) });
  const conditions = (): readonly Condition[] => args.map((arg) => holdsOf(texts, arg) ?? unknown(texts, written));
  const [a, b] = args;
  const truth = (holds: Condition | undefined): Result =>
    holds === undefined ? opaque() : { text: texts.empty, holds };
  switch (name.toLowerCase()) {
    case 'and':
      return truth(conditions().reduce((x, y) => space.and(x, y), space.true));
    case 'or':
      return truth(conditions().reduce((x, y) => space.or(x, y), space.false));
    case 'not':
      return truth(space.not(conditions()[0] ?? space.false));
    case 'eq':
    case 'ne': {
      const same = a === undefined || b === undefined ? undefined : equal(texts, a, b);
      return truth(same === undefined ? undefined : name.toLowerCase() === 'eq' ? same : space.not(same));
    }
    case 'in':
    case 'notin': {
      if (a === undefined) return opaque();
      const any = args
        .slice(1)
        .reduce<Condition>(
          (all, arg) => space.or(all, (arg && equal(texts, a, arg)) ?? unknown(texts, written)),
          space.false,
        );
      return truth(name.toLowerCase() === 'in' ? any : space.not(any));
    }
    case 'startswith':
    case 'endswith':
    case 'contains': {
      const wanted = b === undefined ? undefined : texts.constant(b.text)?.toLowerCase();
      if (a === undefined || wanted === undefined) return opaque();
      const test = (text: string): boolean => {
        const lower = text.toLowerCase();
        if (/^s/i.test(name)) return lower.startsWith(wanted);
        return /^e/i.test(name) ? lower.endsWith(wanted) : lower.includes(wanted);
      };
      return truth(texts.matches(a.text, `${name} ${wanted}`, test));
    }
    case 'succeeded':
    case 'always':
    case 'succeededorfailed':
      return truth(space.true);
    case 'failed':
    case 'canceled':
      return truth(space.false);
    case 'lower':
    case 'upper': {
      const of = (text: string): string => (name.toLowerCase() === 'lower' ? text.toLowerCase() : text.toUpperCase());
      const text = a === undefined ? undefined : texts.transform(a.text, name.toLowerCase(), of);
      return text === undefined ? opaque() : { text };
    }
    default:
      return opaque();
  }
}

/** Goes to the comma or parenthesis that ends an argument that is not read. */
function skipArgument(reader: Reader, from: number): void {
  let depth = 0;
  for (reader.at = from; reader.at < reader.tokens.length; reader.at += 1) {
    const token = reader.tokens[reader.at];
    if (token === '(') depth += 1;
    else if (token === ')' && (depth -= 1) < 0) return;
    else if (token === ',' && depth === 0) return;
  }
}

/** Strings are compared without regard to case, but mostly they are written as they are. */
function equal(texts: Texts, a: Result, b: Result): Condition | undefined {
  const { space } = texts;
  if (b.holds !== undefined) {
    const left = holdsOf(texts, a);
    return left === undefined ? undefined : space.or(space.and(left, b.holds), space.not(space.or(left, b.holds)));
  }
  if (a.holds !== undefined) return equal(texts, b, a);
  return texts.equal(a.text, b.text);
}
