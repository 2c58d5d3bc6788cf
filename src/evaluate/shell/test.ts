/*
 * `[`, `test` and `[[`. A status is 0 for true, 1 for false and 2 for an error, which conditions take for false: this is
 * how `[ $ENV != prod ]` with an empty ENV skips the branch "not prod", and how `==` never holds in dash.
 */
import type { TestExpression } from '../../syntax/shell/parse.js';
import type { Condition, Variational } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import { lengthOf } from './limits.js';
import { listsOf } from './lists.js';
import { matchPattern } from './match.js';
import { isTame } from './regexp.js';
import { type Fields, inDialect, lookup, type Shell } from './state.js';
import { expandFields, expandPattern, expandText } from './words.js';

type Status = Variational<number>;

const UNARY_FILE = new Set([
  '-a',
  '-b',
  '-c',
  '-d',
  '-e',
  '-f',
  '-g',
  '-h',
  '-k',
  '-p',
  '-r',
  '-s',
  '-t',
  '-u',
  '-w',
  '-x',
  '-G',
  '-L',
  '-N',
  '-O',
  '-S',
]);
const NUMERIC: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
};
const BINARY = new Set(['=', '==', '!=', '<', '>', '-nt', '-ot', '-ef', ...Object.keys(NUMERIC)]);

/** The words of `[[ … ]]` as BusyBox ash sees them, which runs it as a `test` that compares with patterns. */
export function testWordsOf(shell: Shell, e: TestExpression): Fields {
  const { space, texts } = shell.machine;
  const word = (text: string): Fields => [
    { when: space.true, item: { text: texts.literal(text), many: false, span: { start: e.pos, end: e.end } } },
  ];
  switch (e.type) {
    case 'TestGroup':
      return testWordsOf(shell, e.expression);
    case 'TestNot':
      return [...e.negations.flatMap(() => word('!')), ...testWordsOf(shell, e.operand)];
    case 'TestLogical':
      return e.operands.flatMap((operand, i) => [
        ...(i === 0 ? [] : word(e.operator === '&&' ? '-a' : '-o')),
        ...testWordsOf(shell, operand),
      ]);
    case 'TestUnary':
      return [...word(e.operator), ...expandFields(shell, e.operand)];
    case 'TestBinary':
      return [...expandFields(shell, e.left), ...word(e.operator), ...expandFields(shell, e.right)];
  }
}

/** The status of `test` with words that may be there or not; unknown where they differ in too many ways. */
export function testWords(shell: Shell, fields: Fields, patterns: boolean): Status {
  const { space, texts } = shell.machine;
  const lists = listsOf(
    space,
    fields.map(({ when, item }) => ({
      when: space.assume(when, shell.live),
      item: { ...item, text: texts.assume(item.text, shell.live) },
    })),
  );
  if (lists === undefined) return truth(shell, texts.unknown('test', ...fields.map(({ item }) => item.text)));
  return space.assume(
    space.bind(lists, (list) =>
      testStatus(
        shell,
        list.map((field) => field.text),
        patterns,
      ),
    ),
    shell.live,
  );
}

/** The status of `test` with these arguments (without `[` and `]`); with `patterns`, as in `[[`, `=` compares with a pattern. */
export function testStatus(shell: Shell, args: readonly Text[], patterns = false): Status {
  const { space } = shell.machine;
  const words = args.map((arg) => shell.machine.texts.constant(arg));
  const [a, b, c, d] = args;
  switch (args.length) {
    case 0:
      return space.one(1);
    case 1:
      return a === undefined ? space.one(1) : truth(shell, nonEmpty(shell, a));
    case 2:
      if (a === undefined || b === undefined) break;
      if (words[0] === '!') return truth(shell, space.not(nonEmpty(shell, b)));
      return unary(shell, words[0], b);
    case 3:
      if (a === undefined || b === undefined || c === undefined) break;
      if (words[1] !== undefined && (BINARY.has(words[1]) || (patterns && words[1] === '=~')))
        return binary(shell, words[1], a, c, patterns);
      if (words[1] === '-a') return truth(shell, space.and(nonEmpty(shell, a), nonEmpty(shell, c)));
      if (words[1] === '-o') return truth(shell, space.or(nonEmpty(shell, a), nonEmpty(shell, c)));
      if (words[0] === '!') return negate(shell, testStatus(shell, [b, c], patterns));
      if (words[0] === '(' && words[2] === ')') return truth(shell, nonEmpty(shell, b));
      return space.one(2);
    case 4:
      if (words[0] === '!' && b !== undefined && c !== undefined && d !== undefined)
        return negate(shell, testStatus(shell, [b, c, d], patterns));
      break;
    default:
      break;
  }
  const parser = { shell, args, words, patterns, at: 0 };
  const status = disjunction(parser);
  return parser.at === args.length ? status : space.one(2);
}

interface Parser {
  readonly shell: Shell;
  readonly args: readonly Text[];
  readonly words: readonly (string | undefined)[];
  readonly patterns: boolean;
  at: number;
}

function disjunction(p: Parser): Status {
  const { space } = p.shell.machine;
  let left = conjunction(p);
  while (p.words[p.at] === '-o') {
    p.at += 1;
    left = space.apply(left, conjunction(p), (x, y) => (x === 2 || y === 2 ? 2 : x === 0 || y === 0 ? 0 : 1));
  }
  return left;
}

function conjunction(p: Parser): Status {
  const { space } = p.shell.machine;
  let left = negation(p);
  while (p.words[p.at] === '-a') {
    p.at += 1;
    left = space.apply(left, negation(p), (x, y) => (x === 2 || y === 2 ? 2 : x === 0 && y === 0 ? 0 : 1));
  }
  return left;
}

function negation(p: Parser): Status {
  if (p.words[p.at] !== '!') return primary(p);
  p.at += 1;
  return negate(p.shell, negation(p));
}

function primary(p: Parser): Status {
  const { space } = p.shell.machine;
  const first = p.args[p.at];
  if (first === undefined) return space.one(2);
  const [word, operator] = [p.words[p.at], p.words[p.at + 1]];
  const [second, third] = [p.args[p.at + 1], p.args[p.at + 2]];
  if (operator !== undefined && BINARY.has(operator) && third !== undefined) {
    p.at += 3;
    return binary(p.shell, operator, first, third, p.patterns);
  }
  if (word === '(') {
    p.at += 1;
    const inner = disjunction(p);
    if (p.words[p.at] !== ')') return space.one(2);
    p.at += 1;
    return inner;
  }
  if (word !== undefined && (UNARY_FILE.has(word) || word === '-n' || word === '-z') && second !== undefined) {
    p.at += 2;
    return unary(p.shell, word, second);
  }
  p.at += 1;
  return truth(p.shell, nonEmpty(p.shell, first));
}

function truth(shell: Shell, condition: Condition): Status {
  return shell.machine.space.map(condition, (holds) => (holds ? 0 : 1));
}

function negate(shell: Shell, status: Status): Status {
  return shell.machine.space.map(status, (n) => (n === 0 ? 1 : n === 1 ? 0 : 2));
}

function nonEmpty(shell: Shell, text: Text): Condition {
  return shell.machine.space.not(shell.machine.texts.isEmpty(text));
}

function unary(shell: Shell, operator: string | undefined, operand: Text): Status {
  const { space, texts } = shell.machine;
  if (operator === '-n') return truth(shell, nonEmpty(shell, operand));
  if (operator === '-z') return truth(shell, texts.isEmpty(operand));
  if (operator === '-v') {
    const name = texts.constant(operand);
    const set = name === undefined ? texts.unknown('-v', operand) : lookup(shell, name).set;
    return space.pick(inDialect(shell, 'bash'), truth(shell, set), space.one(2));
  }
  if (operator === undefined || !UNARY_FILE.has(operator)) return space.one(2);
  return truth(shell, fileTest(shell, operator, operand));
}

/** A file test is certain only for paths that the build itself made. */
function fileTest(shell: Shell, operator: string, path: Text): Condition {
  const { space, texts } = shell.machine;
  const flat = texts.flatten(path);
  if (flat === undefined) return texts.unknown(operator, path);
  return space.bind(flat, (leaf) => {
    const constant = texts.constant(leaf);
    if (constant === undefined) return texts.unknown(operator, leaf);
    if (constant === '') return space.false;
    const own = shell.files.get(constant);
    if (own !== undefined && '-e -f -r -s'.includes(operator)) return own.exists;
    const known =
      operator === '-e' || operator === '-f' ? shell.machine.host.exists(absolute(shell, constant)) : undefined;
    if (known !== undefined) return known ? space.true : space.false;
    return texts.unknown(operator, leaf);
  });
}

/** A path as the host knows it. */
export function absolute(shell: Shell, path: string): string {
  if (path.startsWith('/')) return path;
  const cwd = shell.machine.texts.constant(shell.cwd);
  return cwd === undefined ? path : `${cwd.replace(/\/$/, '')}/${path.replace(/^\.\//, '')}`;
}

function binary(shell: Shell, operator: string, a: Text, b: Text, patterns = false): Status {
  const { space, texts } = shell.machine;
  const numeric = NUMERIC[operator];
  if (numeric !== undefined) return compareNumbers(shell, operator, numeric, a, b);
  if (patterns && (operator === '=' || operator === '==' || operator === '!=')) {
    const matched = matchPattern(shell, a, b);
    return truth(shell, operator === '!=' ? space.not(matched) : matched);
  }
  switch (operator) {
    case '=~':
      return truth(shell, matchExpression(shell, a, b));
    case '=':
      return truth(shell, texts.equal(a, b) ?? texts.unknown('=', a, b));
    case '==':
      return space.pick(
        inDialect(shell, 'dash'),
        space.one(2),
        truth(shell, texts.equal(a, b) ?? texts.unknown('=', a, b)),
      );
    case '!=':
      return truth(shell, space.not(texts.equal(a, b) ?? texts.unknown('=', a, b)));
    case '<':
    case '>': {
      const before = operator === '<' ? (x: string, y: string) => x < y : (x: string, y: string) => x > y;
      return truth(shell, texts.compare(a, b, operator, before) ?? texts.unknown(operator, a, b));
    }
    default:
      return truth(shell, texts.unknown(operator, a, b));
  }
}

function compareNumbers(
  shell: Shell,
  operator: string,
  decide: (a: number, b: number) => boolean,
  a: Text,
  b: Text,
): Status {
  const { space, texts } = shell.machine;
  const number = (text: string): number | undefined =>
    /^\s*[-+]?\d+\s*$/.test(text) ? Number.parseInt(text, 10) : undefined;
  const valid = texts.compare(a, b, 'are numbers', (x, y) => number(x) !== undefined && number(y) !== undefined);
  const holds = texts.compare(a, b, operator, (x, y) => {
    const [m, n] = [number(x), number(y)];
    return m !== undefined && n !== undefined && decide(m, n);
  });
  if (valid === undefined || holds === undefined) return truth(shell, texts.unknown(operator, a, b));
  return space.pick(holds, space.one(0), space.pick(valid, space.one(1), space.one(2)));
}

/** Where `[[ … ]]` holds, in the shells that have it. */
export function conditionalExpression(shell: Shell, e: TestExpression): Condition {
  const { space, texts } = shell.machine;
  switch (e.type) {
    case 'TestGroup':
      return conditionalExpression(shell, e.expression);
    case 'TestNot': {
      const inner = conditionalExpression(shell, e.operand);
      return e.negations.length % 2 === 1 ? space.not(inner) : inner;
    }
    case 'TestLogical': {
      const parts = e.operands.map((operand) => conditionalExpression(shell, operand));
      return e.operator === '&&'
        ? parts.reduce((x, y) => space.and(x, y), space.true)
        : parts.reduce((x, y) => space.or(x, y), space.false);
    }
    case 'TestUnary':
      return space.map(unary(shell, e.operator, expandText(shell, e.operand)), (n) => n === 0);
    case 'TestBinary': {
      const left = expandText(shell, e.left);
      if (e.operator === '=' || e.operator === '==') return matchPattern(shell, left, expandPattern(shell, e.right));
      if (e.operator === '!=') return space.not(matchPattern(shell, left, expandPattern(shell, e.right)));
      const right = expandText(shell, e.right);
      if (e.operator === '=~') return matchExpression(shell, left, right);
      if (NUMERIC[e.operator] !== undefined)
        return space.map(binary(shell, e.operator, numberOr(shell, left), numberOr(shell, right)), (n) => n === 0);
      return space.map(binary(shell, e.operator, left, right), (n) => n === 0);
    }
  }
  return texts.unknown('[[', texts.empty);
}

/** In `[[ … -eq … ]]` an empty text counts as 0 and a name as its variable. */
function numberOr(shell: Shell, text: Text): Text {
  const { texts } = shell.machine;
  const constant = texts.constant(text);
  if (constant !== undefined && /^[A-Za-z_]\w*$/.test(constant))
    return texts.pick(texts.isEmpty(lookup(shell, constant).text), texts.literal('0'), lookup(shell, constant).text);
  return texts.pick(texts.isEmpty(text), texts.literal('0'), text);
}

function matchExpression(shell: Shell, subject: Text, pattern: Text): Condition {
  const { texts } = shell.machine;
  const source = texts.constant(pattern);
  if (source === undefined) return texts.unknown('=~', subject, pattern);
  if (!isTame(source, lengthOf(subject))) return texts.unknown('=~', subject, pattern);
  try {
    const expression = new RegExp(source.replace(/\[:(\w+):\]/g, (_, name: string) => POSIX_CLASSES[name] ?? ''));
    return (
      texts.matches(subject, `=~ ${source}`, (text) => expression.test(text)) ?? texts.unknown('=~', subject, pattern)
    );
  } catch {
    // A POSIX expression that JavaScript does not read: whether it matches is not known.
    return texts.unknown(`=~ ${render(pattern)}`, subject);
  }
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
};
