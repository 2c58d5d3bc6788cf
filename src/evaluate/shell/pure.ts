/**
 * Commands whose output follows from their words and input alone, computed as the real ones do (POSIX, with the options
 * that builds use). Anything else gives undefined, which callers turn into a symbol.
 */
import { isTame } from './regexp.js';

/** The output of a pure command; undefined when the command or one of its options is not modelled. */
export function pureOutput(name: string, args: readonly string[], input: string): string | undefined {
  return PURE[name]?.(args, input);
}

/** True for commands that `pureOutput` may know. */
export function isPure(name: string): boolean {
  return Object.hasOwn(PURE, name);
}

type Pure = (args: readonly string[], input: string) => string | undefined;

const PURE: Readonly<Record<string, Pure>> = {
  basename: (args) => {
    const [path, suffix, extra] = args[0] === '--' ? args.slice(1) : args;
    if (path === undefined || path.startsWith('-') || extra !== undefined) return undefined;
    const name = path.replace(/\/+$/, '').replace(/^.*\//, '') || (path.startsWith('/') ? '/' : '');
    const cut = suffix !== undefined && suffix !== '' && name !== suffix && name.endsWith(suffix);
    return `${cut ? name.slice(0, -suffix.length) : name}\n`;
  },
  dirname: (args) => {
    const [path, extra] = args;
    if (path === undefined || path.startsWith('-') || extra !== undefined) return undefined;
    const trimmed = path.replace(/(?<=.)\/+$/, '');
    const slash = trimmed.lastIndexOf('/');
    return `${slash === -1 ? '.' : trimmed.slice(0, slash).replace(/\/+$/, '') || '/'}\n`;
  },
  cat: (args, input) => (args.length === 0 || (args.length === 1 && args[0] === '-') ? input : undefined),
  tr: translate,
  cut,
  rev: (args, input) =>
    args.length === 0
      ? ended(
          input,
          mapLines(input, (line) => [...line].reverse().join('')),
        )
      : undefined,
  sed: substituteLines,
  head: (args, input) => takeLines(args, input, (lines, n) => lines.slice(0, n)),
  tail: (args, input) => takeLines(args, input, (lines, n) => (n === 0 ? [] : lines.slice(-n))),
  seq: (args) => {
    const numbers = args.map(Number);
    if (numbers.length === 0 || numbers.length > 3 || !numbers.every(Number.isInteger)) return undefined;
    const [first, step, last] =
      numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
    if (
      first === undefined ||
      step === undefined ||
      last === undefined ||
      step === 0 ||
      Math.abs((last - first) / step) > 1000
    )
      return undefined;
    let out = '';
    for (let n = first; step > 0 ? n <= last : n >= last; n += step) out += `${n}\n`;
    return out;
  },
  sort: (args, input) => {
    if (args.some((arg) => arg !== '-u' && arg !== '-r')) return undefined;
    const lines = linesOf(input).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const kept = args.includes('-u') ? [...new Set(lines)] : lines;
    return unlines(args.includes('-r') ? kept.reverse() : kept);
  },
  uniq: (args, input) =>
    args.length === 0 ? unlines(linesOf(input).filter((line, i, all) => i === 0 || all[i - 1] !== line)) : undefined,
  wc: (args, input) => {
    if (args.length !== 1) return undefined;
    if (args[0] === '-l') return `${input.split('\n').length - 1}\n`;
    if (args[0] === '-w') return `${input.split(/\s+/).filter((word) => word !== '').length}\n`;
    return args[0] === '-c' ? `${new TextEncoder().encode(input).length}\n` : undefined;
  },
  awk: (args, input) => {
    const field = args.length === 1 ? /^\{ *print \$(\d+|NF);? *\}$/.exec(args[0] ?? '') : null;
    if (field === null) return undefined;
    return mapLines(input, (line) => {
      const words = line.split(/[ \t]+/).filter((word) => word !== '');
      if (field[1] === 'NF') return words[words.length - 1] ?? '';
      return field[1] === '0' ? line : (words[Number(field[1]) - 1] ?? '');
    });
  },
};

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines;
}

function unlines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** An output whose last line ends as the input's does. */
function ended(input: string, output: string): string {
  return input.endsWith('\n') ? output : output.replace(/\n$/, '');
}

function mapLines(text: string, f: (line: string) => string): string {
  return unlines(linesOf(text).map(f));
}

function takeLines(
  args: readonly string[],
  input: string,
  take: (lines: string[], n: number) => string[],
): string | undefined {
  const joined = args.join(' ');
  const count =
    joined === '' ? 10 : Number(/^-n ?(\d+)$/.exec(joined)?.[1] ?? /^-(\d+)$/.exec(joined)?.[1] ?? Number.NaN);
  return Number.isNaN(count) ? undefined : ended(input, unlines(take(linesOf(input), count)));
}

const CLASSES: Readonly<Record<string, string>> = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digit: '0123456789',
  space: '\t\n\v\f\r ',
  blank: '\t ',
};
function expandSet(set: string): string | undefined {
  let out = '';
  for (let i = 0; i < set.length; i += 1) {
    const named = /^\[:(\w+):\]/.exec(set.slice(i));
    if (named !== null) {
      const name = named[1] ?? '';
      const members =
        name === 'alpha'
          ? `${CLASSES.upper}${CLASSES.lower}`
          : name === 'alnum'
            ? `${CLASSES.digit}${CLASSES.upper}${CLASSES.lower}`
            : CLASSES[name];
      if (members === undefined) return undefined;
      out += members;
      i += named[0].length - 1;
      continue;
    }
    let c = set[i] ?? '';
    if (c === '[' && (set[i + 1] === '=' || set[i + 1] === '.')) return undefined;
    if (c === '\\' && i + 1 < set.length) {
      i += 1;
      const escaped = set[i] ?? '';
      c = { n: '\n', t: '\t', r: '\r', '\\': '\\' }[escaped] ?? escaped;
    }
    if (set[i + 1] === '-' && i + 2 < set.length) {
      const [from, to] = [c.charCodeAt(0), set.charCodeAt(i + 2)];
      if (to < from) return undefined;
      for (let code = from; code <= to; code += 1) out += String.fromCharCode(code);
      i += 2;
    } else out += c;
  }
  return out;
}

function translate(args: readonly string[], input: string): string | undefined {
  const options = args[0]?.startsWith('-') === true && args[0] !== '-' ? args[0].slice(1) : '';
  if (!/^[cCds]*$/.test(options)) return undefined;
  const [first, second] = options === '' ? args : args.slice(1);
  const from = expandSet(first ?? '');
  const to = second === undefined ? undefined : expandSet(second);
  if (first === undefined || from === undefined || (second !== undefined && to === undefined)) return undefined;
  const complement = /[cC]/.test(options);
  const inside = (c: string): boolean => from.includes(c) !== complement;
  let text = input;
  if (options.includes('d')) {
    text = [...text].filter((c) => !inside(c)).join('');
    return options.includes('s') ? undefined : text;
  }
  if (to !== undefined) {
    const last = to[to.length - 1] ?? '';
    text = [...text].map((c) => (inside(c) ? (complement ? last : (to[from.lastIndexOf(c)] ?? last)) : c)).join('');
  }
  if (!options.includes('s')) return to === undefined ? undefined : text;
  const squeezed = to === undefined ? inside : (c: string): boolean => to.includes(c);
  return [...text].filter((c, i, all) => i === 0 || all[i - 1] !== c || !squeezed(c)).join('');
}

function cut(args: readonly string[], input: string): string | undefined {
  let delimiter = '\t';
  let list: string | undefined;
  let by = '';
  let onlyDelimited = false;
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    const option = /^-([dfcb])(.*)$/s.exec(arg);
    if (arg === '-s') onlyDelimited = true;
    else if (option === null) return undefined;
    else {
      const value = option[2] !== '' ? option[2] : args[(i += 1)];
      if (value === undefined) return undefined;
      if (option[1] === 'd') delimiter = value;
      else {
        by = option[1] ?? '';
        list = value;
      }
    }
  }
  if (list === undefined || delimiter.length !== 1) return undefined;
  const ranges = list.split(',').map((range) => /^(\d+)?(-)?(\d+)?$/.exec(range));
  const chosen = (n: number): boolean =>
    ranges.some(
      (range) =>
        range !== null &&
        n >= Number(range[1] ?? 1) &&
        n <= (range[2] === undefined ? Number(range[1]) : Number(range[3] ?? Number.POSITIVE_INFINITY)),
    );
  if (ranges.some((range) => range === null || range[0] === '-' || range[0] === '')) return undefined;
  const kept: string[] = [];
  for (const line of linesOf(input)) {
    if (by !== 'f') kept.push([...line].filter((_, n) => chosen(n + 1)).join(''));
    else if (line.includes(delimiter))
      kept.push(
        line
          .split(delimiter)
          .filter((_, n) => chosen(n + 1))
          .join(delimiter),
      );
    else if (!onlyDelimited) kept.push(line);
  }
  return unlines(kept);
}

/** `sed s/re/text/` with basic or extended expressions that JavaScript reads the same way. */
function substituteLines(args: readonly string[], input: string): string | undefined {
  let extended = false;
  const commands: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '-E' || arg === '-r') extended = true;
    else if (arg === '-e') commands.push(args[(i += 1)] ?? '');
    else if (arg.startsWith('-') || commands.length > 0) return undefined;
    else commands.push(arg);
  }
  let text = input;
  for (const command of commands) {
    const changed = substituteOnce(command, extended, text);
    if (changed === undefined) return undefined;
    text = changed;
  }
  return commands.length === 0 ? undefined : text;
}

function substituteOnce(command: string, extended: boolean, input: string): string | undefined {
  const delimiter = command[1] ?? '';
  if (command[0] !== 's' || /[\w\s\\]/.test(delimiter) || delimiter === '') return undefined;
  const parts: string[] = [''];
  for (let i = 2; i < command.length; i += 1) {
    const c = command[i] ?? '';
    if (c === '\\' && command[i + 1] === delimiter) {
      parts[parts.length - 1] += delimiter;
      i += 1;
    } else if (c === '\\') {
      parts[parts.length - 1] += c + (command[i + 1] ?? '');
      i += 1;
    } else if (c === delimiter) parts.push('');
    else parts[parts.length - 1] += c;
  }
  const [pattern, replacement, flags] = parts;
  if (
    pattern === undefined ||
    replacement === undefined ||
    flags === undefined ||
    parts.length !== 3 ||
    !/^g?$/.test(flags)
  )
    return undefined;
  const source = extended ? pattern : basicToExtended(pattern);
  if (
    /\[[:.=]/.test(pattern) ||
    /\\[<>bBwWsS'`]/.test(pattern) ||
    /\(\?/.test(source) ||
    !isTame(source, longestLine(input))
  )
    return undefined;
  try {
    const expression = new RegExp(source, flags);
    const changed = mapLines(input, (line) =>
      line.replace(expression, (...groups: unknown[]) =>
        replacement.replace(/\\(.)|&/g, (whole, escaped: string | undefined) => {
          if (whole === '&') return String(groups[0]);
          if (escaped !== undefined && /\d/.test(escaped)) return String(groups[Number(escaped)] ?? '');
          return escaped === 'n' ? '\n' : (escaped ?? '');
        }),
      ),
    );
    return ended(input, changed);
  } catch {
    return undefined;
  }
}

function longestLine(text: string): number {
  return linesOf(text).reduce((longest, line) => Math.max(longest, line.length), 0);
}

/** In basic expressions `+ ? | ( ) { }` are characters and their escaped forms are operators. */
function basicToExtended(pattern: string): string {
  return pattern.replace(/\\([+?|(){}])|[+?|(){}]/g, (whole, operator: string | undefined) => operator ?? `\\${whole}`);
}
