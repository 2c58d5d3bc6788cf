import type { MappedText } from '../../text/mapped.js';
import { spanToSource, toSource } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';
import type { Command } from './head.js';
import { nowhere, splitCommand } from './head.js';
import { heredocStart } from './heredoc.js';
import { cut } from './joined.js';
import type { JsonForm } from './json.js';
import { parseJsonForm } from './json.js';
import { readArg, readNameValues } from './pairs.js';
import { isSpace, skipSpace, splitBlanks } from './split.js';
import type {
  CommandForm,
  CopyInstruction,
  FromInstruction,
  Heredoc,
  Instruction,
  OnbuildInstruction,
} from './tree.js';

/** What an instruction is read from. */
export interface Source {
  readonly line: MappedText;
  readonly escape: '\\' | '`';
  /** The end of the instruction in the file. */
  readonly end: number;
  readonly heredocs: readonly Heredoc[];
  readonly problems: Problem[];
}

/** True when BuildKit looks for heredocs in the line: RUN, COPY and ADD that are no JSON form, also under ONBUILD. */
export function takesHeredocs(line: MappedText, command: Command): boolean {
  const keyword = keywordOf(line, command);
  const inner = keyword === 'onbuild' ? splitCommand(line, command.rest) : command;
  const innerKeyword = keywordOf(line, inner);
  if (innerKeyword !== 'run' && innerKeyword !== 'copy' && innerKeyword !== 'add') return false;
  return parseJsonForm(line, inner.rest) === undefined;
}

/** Reads one instruction; undefined, with a problem, when its keyword is unknown. */
export function readInstruction(source: Source, command: Command): Instruction | undefined {
  const { line } = source;
  const { flags, rest } = command;
  const kind = keywordOf(line, command);
  const keyword = spanToSource(line, command.keyword);
  const base = { span: { start: keyword.start, end: Math.max(source.end, keyword.end) }, keyword, flags };
  checkFlags(source, command, kind);
  switch (kind) {
    case 'from':
      return { kind, ...base, ...readFrom(source, command) };
    case 'arg':
      return { kind, ...base, pairs: readArg(source, command) };
    case 'env':
      return { kind, ...base, ...readNameValues(source, command, 'ENV') };
    case 'label':
      return { kind, ...base, pairs: readNameValues(source, command, 'LABEL').pairs };
    case 'run': {
      if (rest.start === rest.end) report(source, command.keyword, 'RUN has no command, so that it does nothing.');
      return { kind, ...base, command: readForm(source, rest), heredocs: source.heredocs };
    }
    case 'cmd':
    case 'entrypoint':
      return { kind, ...base, command: readForm(source, rest) };
    case 'healthcheck':
      return { kind, ...base, command: readHealthcheck(source, command) };
    case 'copy':
    case 'add':
      return { kind, ...base, ...readCopy(source, command, kind) };
    case 'shell':
      return { kind, ...base, words: readShell(source, command) };
    case 'onbuild':
      return { kind, ...base, trigger: readTrigger(source, command) };
    case 'workdir':
    case 'user':
    case 'stopsignal':
    case 'maintainer':
      if (rest.start === rest.end) needs(source, command, 'exactly one argument');
      return { kind, ...base, words: rest.start === rest.end ? [] : [cut(line, rest.start, rest.end)] };
    case 'expose':
    case 'volume': {
      const words = readList(source, rest, kind === 'volume');
      if (words.length === 0) needs(source, command, 'at least one argument');
      return { kind, ...base, words };
    }
    default: {
      const written = shortened(line.text.slice(command.keyword.start, command.keyword.end));
      report(source, command.keyword, `\`${written}\` is no Dockerfile instruction; BuildKit stops here.`);
      return undefined;
    }
  }
}

function keywordOf(line: MappedText, command: Command): string {
  return line.text.slice(command.keyword.start, command.keyword.end).toLowerCase();
}

function report(source: Source, range: Span, message: string): void {
  source.problems.push({ at: spanToSource(source.line, range), message });
}

function needs(source: Source, command: Command, what: string): void {
  const keyword = keywordOf(source.line, command).toUpperCase();
  report(source, command.keyword, `${keyword} needs ${what}; BuildKit refuses it without.`);
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

const WITHOUT_FLAGS: ReadonlySet<string> = new Set(
  'arg env label cmd entrypoint shell onbuild workdir user stopsignal maintainer expose volume'.split(' '),
);

// Which flags there are changes with each release of the frontend, so only "none at all" is checked.
function checkFlags(source: Source, command: Command, kind: string): void {
  const flag = command.flags[0];
  if (flag === undefined || !WITHOUT_FLAGS.has(kind)) return;
  const message = `${kind.toUpperCase()} takes no flags; BuildKit refuses \`--${shortened(flag.name)}\`.`;
  source.problems.push({ at: flag.span, message });
}

// BuildKit's validStageName.
const STAGE_NAME = /^[a-z][a-z0-9._-]*$/;

function readFrom(source: Source, command: Command): Pick<FromInstruction, 'image' | 'alias'> {
  const { line } = source;
  const words = splitBlanks(line.text, command.rest);
  const [image, as, name] = words;
  if (image === undefined) {
    report(source, command.keyword, 'FROM names no image; BuildKit refuses it.');
    return { image: nowhere(line, command.keyword.end), alias: undefined };
  }
  const isAs = as !== undefined && line.text.slice(as.start, as.end).toLowerCase() === 'as';
  if (words.length !== 1 && (words.length !== 3 || !isAs)) {
    const extra = { start: as?.start ?? image.end, end: command.rest.end };
    report(source, extra, 'After its image FROM takes only `AS name`; BuildKit refuses anything else.');
  }
  return {
    image: cut(line, image.start, image.end),
    alias: isAs && name !== undefined ? readAlias(source, name) : undefined,
  };
}

function readAlias(source: Source, range: Span): { readonly name: string; readonly span: Span } {
  const name = source.line.text.slice(range.start, range.end).toLowerCase();
  if (!STAGE_NAME.test(name)) {
    const rule = 'must start with a letter and hold only letters, digits, `.`, `_` and `-`';
    report(source, range, `The stage name \`${shortened(name)}\` ${rule}; BuildKit refuses it.`);
  } else if (name === 'scratch' || name === 'context') {
    report(source, range, `The stage name \`${name}\` is reserved; BuildKit refuses it.`);
  }
  return { name, span: spanToSource(source.line, range) };
}

function readJson(source: Source, range: Span): JsonForm | undefined {
  const form = parseJsonForm(source.line, range);
  if (form?.allStrings === false) {
    report(source, range, 'A JSON form may hold strings only; BuildKit refuses this array.');
  }
  return form;
}

function readForm(source: Source, range: Span): CommandForm {
  const form = readJson(source, range);
  if (form === undefined) return { kind: 'shell', text: cut(source.line, range.start, range.end) };
  return { kind: 'exec', words: form.words.map(({ value, span }) => ({ value, span })) };
}

function readList(source: Source, range: Span, json: boolean): readonly MappedText[] {
  const { line } = source;
  const form = json ? readJson(source, range) : undefined;
  if (form !== undefined) return form.words.map((word) => word.mapped);
  return splitBlanks(line.text, range).map((word) => cut(line, word.start, word.end));
}

function readHealthcheck(source: Source, command: Command): CommandForm | undefined {
  const { text } = source.line;
  const { start, end } = command.rest;
  let at = start;
  while (at < end && !isSpace(text.charCodeAt(at))) at++;
  const type = text.slice(start, at).toUpperCase();
  const rest = { start: skipSpace(text, at, end), end };
  if (type === 'NONE') {
    if (rest.start < end) report(source, rest, 'HEALTHCHECK NONE takes no arguments; BuildKit refuses these.');
    return undefined;
  }
  if (type === 'CMD') {
    if (rest.start === end) report(source, command.rest, 'HEALTHCHECK CMD has no command; BuildKit refuses it.');
    return readForm(source, rest);
  }
  const range = start === end ? command.keyword : { start, end: at };
  report(source, range, 'HEALTHCHECK must go on with `CMD` or `NONE`; BuildKit refuses anything else.');
  return undefined;
}

function readCopy(
  source: Source,
  command: Command,
  kind: 'copy' | 'add',
): Pick<CopyInstruction, 'sources' | 'destination' | 'heredocs'> {
  const words = readList(source, command.rest, true);
  if (words.length < 2) needs(source, command, 'at least one source and a destination');
  const last = words.length > 1 ? words.at(-1) : undefined;
  const isHeredoc = (word: MappedText): boolean => heredocStart(word.text) !== undefined;
  if (last !== undefined && isHeredoc(last)) {
    const at = spanToSource(last, { start: 0, end: last.text.length });
    const message = `The destination of ${kind.toUpperCase()} cannot be a heredoc; BuildKit refuses it.`;
    source.problems.push({ at, message });
  }
  const sources = (last === undefined ? words : words.slice(0, -1)).filter((word) => !isHeredoc(word));
  const destination = last === undefined || isHeredoc(last) ? undefined : last;
  return { sources, destination, heredocs: source.heredocs };
}

function readShell(source: Source, command: Command): readonly { readonly value: string; readonly span: Span }[] {
  const form = readJson(source, command.rest);
  if (form === undefined || form.words.length === 0) needs(source, command, 'a JSON array of strings');
  return form?.words.map(({ value, span }) => ({ value, span })) ?? [];
}

const NO_TRIGGERS: ReadonlySet<string> = new Set(['onbuild', 'from', 'maintainer']);

function readTrigger(source: Source, command: Command): OnbuildInstruction['trigger'] {
  const { rest } = command;
  if (rest.start === rest.end) {
    needs(source, command, 'an instruction after it');
    return undefined;
  }
  const trigger = splitCommand(source.line, rest);
  const keyword = keywordOf(source.line, trigger);
  if (NO_TRIGGERS.has(keyword)) {
    report(source, trigger.keyword, `ONBUILD cannot hold ${keyword.toUpperCase()}; BuildKit refuses it.`);
    return undefined;
  }
  return readInstruction(source, trigger);
}

/** Reports what is wrong with the instructions as a whole; `empty` is true when no line held anything. */
export function checkWhole(
  instructions: readonly Instruction[],
  empty: boolean,
  end: number,
  problems: Problem[],
): void {
  if (empty) {
    problems.push({ at: { start: 0, end: 0 }, message: 'The file holds no instruction; BuildKit refuses it.' });
    return;
  }
  const first = instructions.findIndex((instruction) => instruction.kind === 'from');
  const before = first === -1 ? instructions : instructions.slice(0, first);
  const stray = before.find((instruction) => instruction.kind !== 'arg');
  if (stray !== undefined) {
    const message = 'Only ARG may stand before the first FROM; BuildKit refuses this instruction.';
    problems.push({ at: stray.keyword, message });
  } else if (first === -1 && instructions.length > 0) {
    problems.push({ at: { start: end, end }, message: 'The file has no FROM; BuildKit refuses it.' });
  }
}

/** The problem of a heredoc whose delimiter never comes. */
export function unterminated(line: MappedText, delimiter: string, range: Span): Problem {
  const message = `No line \`${shortened(delimiter)}\` ends this heredoc; BuildKit refuses the file.`;
  return { at: { start: toSource(line, range.start), end: toSource(line, range.end - 1) + 1 }, message };
}
