/*
 * Files that the commands before a build have written: here-documents, redirections, copies, and templates that `sed` or
 * `envsubst` fill in. The text is the one of every environment; what is not known of it is a symbol.
 */
import type { CommandStep } from '../../model/build.js';
import type { WrittenText } from '../../model/delivery.js';
import type { Files } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import { render, type Text, type Texts } from '../../value/text.js';
import { pureOutput } from '../shell/pure.js';
import type { EnvironmentOf } from './delivered.js';

/** What the commands of a caller are read with. */
export interface Writing {
  readonly texts: Texts;
  readonly files: Files;
  /** The commands, in the order in which they run. */
  readonly steps: readonly CommandStep[];
  /** A path as a command means it, relative to the project's root. */
  path(step: CommandStep, path: Text): Text;
  environment(step: CommandStep): EnvironmentOf;
}

/** Files are made of files at most so often. */
const DEPTH = 4;

/** What the commands before one (by its index) wrote into a file; undefined when none of them did. */
export function writtenBefore(writing: Writing, index: number, file: Text, depth = DEPTH): WrittenText | undefined {
  const { texts, steps } = writing;
  let found: WrittenText | undefined;
  for (const [i, step] of steps.slice(0, index).entries()) {
    const own = depth === 0 ? undefined : writeOf(writing, step, i, file, depth);
    if (own === undefined) continue;
    const before = found?.text ?? originalOf(writing, file) ?? texts.empty;
    const text = step.appends ? texts.concat(before, own.text) : own.text;
    found = {
      text: texts.pick(step.when, text, before),
      place: step.place,
      source: step.appends ? (found?.source ?? own.source) : own.source,
    };
  }
  return found;
}

function originalOf({ texts, files }: Writing, file: Text): Text | undefined {
  const path = texts.constant(file);
  const read = path === undefined ? undefined : files.read(path);
  return read?.kind === 'text' ? texts.literal(read.text) : undefined;
}

interface Content {
  readonly text: Text;
  readonly source: Place;
}

/** What a command puts into a file; undefined when it does not write it. */
function writeOf(writing: Writing, step: CommandStep, index: number, file: Text, depth: number): Content | undefined {
  const { texts } = writing;
  const isFile = (path: Text): boolean => writing.path(step, path) === file;
  const [name = '', ...words] = step.words.map(({ item }) => texts.constant(item.text) ?? render(item.text));
  const last = step.words[step.words.length - 1]?.item.text;
  if (step.outputs.some(isFile)) return outputOf(writing, step, index, depth);
  if (last === undefined || step.outputs.length > 0 || !isFile(last)) return undefined;
  const source = { text: texts.symbol(`what ${name} writes`), source: step.place };
  const operands = step.words.slice(1).filter((_, i) => !(words[i] ?? '').startsWith('-'));
  if ((name === 'cp' || name === 'mv') && operands.length === 2)
    return contentOf(writing, step, index, operands[0]?.item.text ?? last, depth) ?? source;
  if (name !== 'sed' || words[0] !== '-i') return name === 'sed' ? source : undefined;
  const old = contentOf(writing, step, index, last, depth);
  const args = step.words.slice(2, -1).map(({ item }) => item.text);
  return old === undefined
    ? source
    : { text: computed(texts, 'sed', args, old.text) ?? source.text, source: old.source };
}

/** The text of a file when a command runs. */
function contentOf(writing: Writing, step: CommandStep, index: number, path: Text, depth: number): Content | undefined {
  const file = writing.path(step, path);
  const written = writtenBefore(writing, index, file, depth - 1);
  if (written !== undefined) return written;
  const text = originalOf(writing, file);
  const constant = writing.texts.constant(file);
  return text === undefined || constant === undefined
    ? undefined
    : { text, source: { file: constant, start: 0, end: 0 } };
}

/** What a command whose output goes to a file prints. */
function outputOf(writing: Writing, step: CommandStep, index: number, depth: number): Content {
  const { texts } = writing;
  const [program, ...args] = step.words.map(({ item }) => item.text);
  const name = program === undefined ? '' : (texts.constant(program) ?? '');
  const plain: Content = { text: step.written ?? texts.symbol(`what ${name} writes`), source: step.place };
  const read = (path: Text): Content | undefined => contentOf(writing, step, index, path, depth);
  if (name === 'envsubst') {
    const input = inputOf(writing, step, read);
    const text = input === undefined ? undefined : substituted(writing, step, args[0], input.text);
    return input === undefined || text === undefined ? plain : { text, source: input.source };
  }
  if (name === 'cat' && args.length > 0) {
    const parts = args.map(read);
    const known = parts.flatMap((part) => part ?? []);
    const [first] = known;
    return first === undefined || known.length < parts.length
      ? plain
      : { text: texts.concat(texts.empty, ...known.map(({ text }) => text)), source: first.source };
  }
  if (name !== 'sed') return plain;
  const last = args[args.length - 1];
  const operand = last === undefined || args.length < 2 ? undefined : read(last);
  const input = operand ?? inputOf(writing, step, read);
  const own = operand === undefined ? args : args.slice(0, -1);
  const text = input === undefined ? undefined : computed(texts, 'sed', own, input.text);
  return input === undefined || text === undefined ? plain : { text, source: input.source };
}

/** What a command reads: a file of the project by `<`, or what is known of its input. */
function inputOf(
  { texts }: Writing,
  step: CommandStep,
  read: (path: Text) => Content | undefined,
): Content | undefined {
  const [piece, another] = step.input?.pieces ?? [];
  // The shell names what it does not know of a redirected file `< path`.
  const path =
    piece?.kind === 'symbol' && another === undefined ? /^< (.+)$/.exec(piece.symbol.expression)?.[1] : undefined;
  if (path !== undefined) return read(texts.literal(path));
  return step.input === undefined ? undefined : { text: step.input, source: step.place };
}

/** Characters of private use stand for what is not known while a program is computed. */
const FIRST = 0xe000;

/** What a pure program prints, also where its words hold answers that are not known; undefined where that is not certain. */
function computed(texts: Texts, name: string, args: readonly Text[], input: Text): Text | undefined {
  let known = true;
  const mark = texts.literal('\0');
  const joined = texts.concat(texts.empty, ...args.flatMap((arg) => [arg, mark]), input);
  const made = texts.mapFlat(joined, (flat) => {
    const whole = flat.pieces.map((piece, i) =>
      piece.kind === 'literal' ? piece.text : String.fromCodePoint(FIRST + i),
    );
    const parts = whole.join('').split('\0');
    const output = pureOutput(name, parts.slice(0, args.length), parts.slice(args.length).join('\0'));
    if (output === undefined) known = false;
    return texts.concat(
      texts.empty,
      ...(output ?? '').split(/([\u{e000}-\u{efff}])/u).map((part) => {
        const piece = flat.pieces[(part.codePointAt(0) ?? 0) - FIRST];
        return piece === undefined ? texts.literal(part) : texts.join([piece]);
      }),
    );
  });
  return known ? made : undefined;
}

/** `envsubst`: variables of the environment, all or those of its word (`'$ENV $TAG'`), are put in; unset is nothing. */
function substituted(writing: Writing, step: CommandStep, wanted: Text | undefined, input: Text): Text | undefined {
  const { texts } = writing;
  const format = wanted === undefined ? undefined : texts.constant(wanted);
  if (wanted !== undefined && format === undefined) return undefined;
  const names = format === undefined ? undefined : new Set([...format.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name));
  const environment = writing.environment(step);
  return texts.mapFlat(input, (flat) =>
    texts.concat(
      texts.empty,
      ...flat.pieces.flatMap((piece) => {
        if (piece.kind !== 'literal') return [texts.join([piece])];
        return piece.text.split(/(\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*)/).map((part, i) => {
          const name = i % 2 === 1 ? part.replace(/[${}]/g, '') : undefined;
          if (name === undefined || names?.has(name) === false) return texts.literal(part);
          const value = environment(name);
          return value === undefined ? texts.empty : texts.pick(value.set, value.text, texts.empty);
        });
      }),
    ),
  );
}
