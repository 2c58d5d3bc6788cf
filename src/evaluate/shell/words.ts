/*
 * Word expansion, POSIX XCU 2.6, in the order of the standard: parameters, commands and arithmetic, then field
 * splitting; quote removal is `reveal`. Pathname expansion is not done: what files a build has is mostly not known, so a
 * glob stays as it is written. Differences between dash, bash and BusyBox ash are choices on the shell's dialect.
 */
import { parseShell, type ParameterExpansionPart, type Word, type WordPart } from '../../syntax/shell/parse.js';
import type { Answer, Condition, Guarded, Variational } from '../../value/diagram.js';
import { type AnswerPiece, inputsOf, render, symbolsOf, type Text } from '../../value/text.js';
import { evaluateArithmetic } from './arithmetic.js';
import { DEFAULT_IFS, FIELD_BREAK, NULL_MARK, patternString, protectString } from './fields.js';
import { compilePattern, hasWildcard, literalOf, removeMatch, replaceMatch } from './pattern.js';
import { assign, byDialect, type Field, fork, inDialect, leave, lookup, note, placeOf, type Shell, unite } from './state.js';

/** How a word is used: as fields, as one text, or as a pattern. */
type Use = 'fields' | 'text' | 'pattern';

/** The fields of a word: none, one or several, each under a condition. */
export function expandFields(shell: Shell, word: Word): readonly Guarded<Field>[] {
  const { words, space } = shell.machine;
  const span = { start: word.pos, end: word.end };
  const alternatives = expandBraces(shell, word);
  if (alternatives !== undefined) return alternatives;
  if (word.parts === undefined && PLAIN_WORD.test(word.text)) {
    return [{ when: space.true, item: { text: shell.machine.texts.literal(word.text), many: false, span } }];
  }
  return words.splitter.split(expandRope(shell, word, 'fields'), ifsOf(shell), span);
}

const PLAIN_WORD = /^[A-Za-z0-9_./=:,@%+-]+$/;

/** The text of a word that is not split: an assignment's value, the subject of `case`, a file name of a redirection. */
export function expandText(shell: Shell, word: Word): Text {
  return shell.machine.words.splitter.reveal(expandRope(shell, word, 'text'));
}

/** A word as a pattern, with a backslash before every quoted character. */
export function expandPattern(shell: Shell, word: Word): Text {
  return shell.machine.words.pattern.apply(expandRope(shell, word, 'pattern'));
}

/** A here-document's body. */
export function expandParts(shell: Shell, parts: readonly WordPart[]): Text {
  const { texts, words } = shell.machine;
  const out = parts.map((part) => (part.type === 'Literal' ? texts.literal(protectString(part.value)) : expandPart(shell, part, true, 'text')));
  return words.splitter.reveal(texts.concat(texts.empty, ...out));
}

function ifsOf(shell: Shell): string {
  const binding = shell.variables.get('IFS');
  if (binding === undefined) return DEFAULT_IFS;
  return shell.machine.texts.constant(shell.machine.texts.assume(binding.text, shell.live)) ?? DEFAULT_IFS;
}

function expandRope(shell: Shell, word: Word, use: Use): Text {
  const { texts } = shell.machine;
  if (word.parts === undefined) return expandLiteral(shell, word.text, use);
  return texts.concat(texts.empty, ...word.parts.map((part) => expandPart(shell, part, false, use)));
}

/** Unquoted literal characters: a backslash quotes the next one; a leading tilde is the home folder. */
function expandLiteral(shell: Shell, raw: string, use: Use): Text {
  const { texts } = shell.machine;
  // Only what an expansion yields is split, never what stands in the word itself.
  const keep = use === 'fields' && ifsOf(shell) !== DEFAULT_IFS ? protectString : (text: string): string => text;
  let out = '';
  for (let i = 0; i < raw.length; i += 1) {
    const c = raw[i] ?? '';
    if (c !== '\\') out += keep(c);
    else {
      i += 1;
      const next = raw[i];
      if (next === undefined) out += protectString('\\');
      else if (next !== '\n') out += protectString(next);
    }
  }
  if (use !== 'pattern' && (out === '~' || out.startsWith('~/'))) {
    const home = lookup(shell, 'HOME');
    return texts.concat(texts.pick(home.set, home.text, texts.symbol('~')), texts.literal(out.slice(1)));
  }
  return texts.literal(out);
}

function expandPart(shell: Shell, part: WordPart, quoted: boolean, use: Use): Text {
  const { texts } = shell.machine;
  switch (part.type) {
    case 'Literal':
      return quoted ? texts.literal(protectString(part.value)) : expandLiteral(shell, part.text, use);
    case 'Glob':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return expandLiteral(shell, part.text, use);
    case 'SingleQuoted':
      return texts.literal(part.value === '' ? NULL_MARK : protectString(part.value));
    case 'AnsiCQuoted': {
      // dash knows no $'…': the dollar stands for itself and a quoted string follows.
      const plain = texts.literal(`$${protectString(part.text.slice(2, -1))}`);
      return texts.pick(inDialect(shell, 'dash'), plain, texts.literal(NULL_MARK + protectString(part.value)));
    }
    case 'LocaleString':
    case 'DoubleQuoted': {
      const mark = part.parts.some((inner) => inner.text === '$@' || inner.text === '${@}') ? '' : NULL_MARK;
      const dollar = part.type === 'LocaleString' ? texts.pick(inDialect(shell, 'bash'), texts.empty, texts.literal('$')) : texts.empty;
      return texts.concat(dollar, texts.literal(mark), ...part.parts.map((inner) => expandPart(shell, inner, true, use)));
    }
    case 'SimpleExpansion':
      return expandVariable(shell, part.text.slice(1), part, quoted);
    case 'ParameterExpansion':
      return expandParameter(shell, part, quoted);
    case 'CommandExpansion':
      return finish(shell, substitute(shell, part), quoted);
    case 'ArithmeticExpansion': {
      const value = part.expression === undefined ? undefined : evaluateArithmetic(shell, part.expression);
      return finish(shell, value ?? texts.symbol(part.text), quoted);
    }
    case 'ProcessSubstitution':
      return texts.symbol(part.text);
  }
}

function finish(shell: Shell, text: Text, quoted: boolean): Text {
  const known = shell.machine.texts.assume(text, shell.live);
  return quoted ? shell.machine.words.protect.apply(known) : known;
}

/** The text of a variable or special parameter; records the read, and stops the shell where `set -u` forbids it. */
function expandVariable(shell: Shell, name: string, span: { pos: number; end: number }, quoted: boolean): Text {
  if (name === '@' || name === '*') return expandAll(shell, name, quoted);
  const binding = parameter(shell, name);
  recordRead(shell, name, span, binding.set, false);
  stopWhereUnset(shell, name, binding.set);
  return finish(shell, binding.text, quoted);
}

function stopWhereUnset(shell: Shell, name: string, set: Condition): void {
  const { space } = shell.machine;
  const bad = space.and(shell.nounset, space.not(set));
  if (bad !== space.false && /^[A-Za-z0-9_]/.test(name)) leave(shell, bad, byDialect(shell, { dash: 2, bash: 127, ash: 2 }));
}

/** Begins the names of the variables that stand for the unknown parts of a text that `eval` reads. */
export const HOLE = '__envariant_hole_';

function recordRead(shell: Shell, name: string, span: { pos: number; end: number }, set: Condition, guarded: boolean): void {
  if (!/^[A-Za-z_]/.test(name) || name.startsWith(HOLE)) return;
  shell.machine.reads.push({
    name,
    place: placeOf(shell, span),
    when: shell.live,
    set,
    guarded,
    decides: shell.deciding > 0,
    local: shell.local.has(name),
  });
}

/** Where a parameter is set, and its text. */
export function parameter(shell: Shell, name: string): { readonly set: Condition; readonly text: Text } {
  const { space, texts } = shell.machine;
  if (/^[A-Za-z_]/.test(name)) return lookup(shell, name);
  switch (name) {
    case '?':
      return { set: space.true, text: texts.from(space.map(shell.status, (n) => texts.literal(String(n)))) };
    case '#': {
      const count = countFields(shell);
      return { set: space.true, text: count === undefined ? texts.symbol('$#') : texts.from(space.map(count, (n) => texts.literal(String(n)))) };
    }
    case '0':
      return { set: space.true, text: texts.literal(shell.zero) };
    case '-':
      return { set: space.true, text: texts.symbol('$-') };
    default:
      break;
  }
  if (!/^\d+$/.test(name)) return { set: space.true, text: texts.symbol(`$${name}`, undefined, 'process', true) };
  return positional(shell, Number(name));
}

/** `$1` and so on: which argument that is may depend on the environment, when earlier ones do. */
function positional(shell: Shell, index: number): { readonly set: Condition; readonly text: Text } {
  const { space, texts } = shell.machine;
  let count: Variational<number> = space.one(0);
  let set: Condition = space.false;
  let text = texts.empty;
  for (const { when, item } of shell.positional) {
    if (item.many) return { set: space.holds(space.opaque(`$${index} is given`)), text: texts.symbol(`$${index}`, inputsOf(item.text)) };
    const here = space.and(when, space.map(count, (n) => n === index - 1));
    set = space.or(set, here);
    text = texts.pick(here, item.text, text);
    count = space.apply(count, when, (n, there) => (there ? n + 1 : n));
  }
  return { set, text };
}

function countFields(shell: Shell): Variational<number> | undefined {
  const { space } = shell.machine;
  let count: Variational<number> = space.one(0);
  for (const { when, item } of shell.positional) {
    if (item.many) return undefined;
    count = space.apply(count, when, (n, there) => (there ? n + 1 : n));
  }
  return count;
}

/** `$@` and `$*`: in quotes the first keeps its fields, the second is one text. */
function expandAll(shell: Shell, name: '@' | '*', quoted: boolean): Text {
  const { space, texts, words } = shell.machine;
  const separator = quoted && name === '*' ? protectString(ifsOf(shell).slice(0, 1)) : FIELD_BREAK;
  let any: Condition = space.false;
  let out = quoted && name === '*' ? texts.literal(NULL_MARK) : texts.empty;
  for (const { when, item } of shell.positional) {
    const text = quoted ? texts.concat(texts.literal(NULL_MARK), words.protect.apply(item.text)) : item.text;
    const between = texts.pick(any, texts.literal(separator), texts.empty);
    out = texts.concat(out, texts.pick(when, texts.concat(between, text), texts.empty));
    any = space.or(any, when);
  }
  return out;
}

/** `${…}` with its operators. */
function expandParameter(shell: Shell, part: ParameterExpansionPart, quoted: boolean): Text {
  const { space, texts } = shell.machine;
  const name = part.parameter;
  const { operation } = part;
  if (part.index !== undefined || part.prefix === '!' || (operation !== undefined && BASH_ONLY.has(operation.type))) {
    return expandBashOnly(shell, part, quoted);
  }
  if (operation === undefined && part.prefix === undefined) return expandVariable(shell, name, part, quoted);
  const all = name === '@' || name === '*';
  const binding = all ? { set: space.true, text: expandAll(shell, name, quoted) } : parameter(shell, name);
  if (part.prefix === '#') {
    recordRead(shell, name, part, binding.set, false);
    stopWhereUnset(shell, name, binding.set);
    return finish(shell, texts.transform(binding.text, 'length of ', (text) => String([...text].length)) ?? texts.symbol(part.text, inputsOf(binding.text)), quoted);
  }
  if (operation === undefined) return finish(shell, binding.text, quoted);
  if (operation.type === 'Default') return expandDefault(shell, part, operation, binding, quoted);
  recordRead(shell, name, part, binding.set, false);
  stopWhereUnset(shell, name, binding.set);
  const value = texts.assume(binding.text, shell.live);
  const give = (text: Text | undefined): Text => finish(shell, text ?? texts.symbol(part.text, inputsOf(value)), quoted);
  if (operation.type === 'Remove') {
    const pattern = expandPattern(shell, operation.operand);
    return give(withConstant(shell, pattern, (p) => texts.transform(value, `${operation.operator}${p}`, (text) => removeMatch(text, p, operation.operator))));
  }
  if (operation.type === 'Replace') {
    const pattern = expandPattern(shell, operation.pattern);
    const replacement = expandText(shell, operation.replacement);
    const made = withConstant(shell, pattern, (p) =>
      withConstant(shell, replacement, (r) => texts.transform(value, `${operation.operator}${p}/${r}`, (text) => replaceMatch(text, p, r, operation.operator))),
    );
    return failInDash(shell, give(made));
  }
  if (operation.type === 'Slice') {
    const offset = Number(texts.constant(expandText(shell, operation.offset)));
    const length = operation.length === undefined ? undefined : Number(texts.constant(expandText(shell, operation.length)));
    const known = Number.isInteger(offset) && (length === undefined || Number.isInteger(length));
    return failInDash(shell, give(known ? texts.transform(value, `:${offset}:${length ?? ''}`, (text) => slice(text, offset, length)) : undefined));
  }
  return give(undefined);
}

function slice(text: string, offset: number, length: number | undefined): string {
  const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
  if (length === undefined) return text.slice(from);
  return length < 0 ? text.slice(from, text.length + length) : text.slice(from, from + length);
}

/** `Bad substitution` ends a dash with status 2. */
function failInDash(shell: Shell, text: Text): Text {
  leave(shell, inDialect(shell, 'dash'), shell.machine.space.one(2));
  return text;
}

const BASH_ONLY = new Set(['CaseModification', 'Transform', 'Names', 'Unknown']);

function expandBashOnly(shell: Shell, part: ParameterExpansionPart, quoted: boolean): Text {
  const { space, texts } = shell.machine;
  const binding = parameter(shell, part.parameter);
  leave(shell, inDialect(shell, 'dash', 'ash'), space.one(2));
  const { operation } = part;
  if (part.index !== undefined && operation === undefined && part.prefix === undefined) return finish(shell, element(shell, part), quoted);
  if (operation?.type === 'CaseModification' && operation.operand === undefined) {
    recordRead(shell, part.parameter, part, binding.set, false);
    const upper = operation.operator.startsWith('^');
    const whole = operation.operator.length === 2;
    const convert = (text: string): string => (upper ? text.toUpperCase() : text.toLowerCase());
    const change = (text: string): string => (whole ? convert(text) : convert(text.slice(0, 1)) + text.slice(1));
    const value = texts.transform(texts.assume(binding.text, shell.live), operation.operator, change);
    return finish(shell, value ?? texts.symbol(part.text, inputsOf(binding.text)), quoted);
  }
  if (part.prefix === '!' && operation === undefined) {
    const pointed = withConstant(shell, binding.text, (name) => (/^[A-Za-z_]\w*$/.test(name) ? lookup(shell, name).text : undefined));
    return finish(shell, pointed ?? texts.symbol(part.text, inputsOf(binding.text)), quoted);
  }
  return texts.symbol(part.text, inputsOf(binding.text));
}

/** An element of an array; arrays are kept as variables named `A[0]`, `A[1]`, …. */
function element(shell: Shell, part: ParameterExpansionPart): Text {
  const { texts } = shell.machine;
  const index = part.index === undefined ? '0' : part.index.text;
  if (index === '@' || index === '*') {
    const items: Text[] = [];
    for (let i = 0; shell.variables.has(`${part.parameter}[${i}]`); i += 1) {
      if (i > 0) items.push(texts.literal(FIELD_BREAK));
      items.push(texts.literal(NULL_MARK), lookup(shell, `${part.parameter}[${i}]`).text);
    }
    return texts.concat(texts.empty, ...items);
  }
  const known = shell.variables.get(`${part.parameter}[${index}]`) ?? (index === '0' ? shell.variables.get(part.parameter) : undefined);
  if (known !== undefined) return known.text;
  return /^\d+$/.test(index) ? texts.empty : texts.symbol(part.text);
}

/** `${X:-word}` and its kin; the word is expanded only where it is used. */
function expandDefault(
  shell: Shell,
  part: ParameterExpansionPart,
  operation: Extract<ParameterExpansionPart['operation'], { type: 'Default' }>,
  binding: { readonly set: Condition; readonly text: Text },
  quoted: boolean,
): Text {
  const { space, texts, words } = shell.machine;
  const colon = operation.operator.startsWith(':');
  const there = colon ? space.and(binding.set, space.not(texts.isEmpty(binding.text))) : binding.set;
  const value = finish(shell, binding.text, quoted);
  recordRead(shell, part.parameter, part, binding.set, true);
  const operator = operation.operator.replace(':', '');
  const wanted = operator === '+' ? there : space.not(there);
  let word = texts.empty;
  // The word may assign or end the shell itself, but only where it is expanded at all.
  const before = shell.live;
  const inside = space.and(before, wanted);
  if (inside !== space.false) {
    shell.live = inside;
    const rope = expandRope(shell, operation.operand, 'fields');
    word = quoted ? words.protect.apply(rope) : rope;
    if (operator === '=') assign(shell, part.parameter, words.splitter.reveal(word));
    shell.live = space.or(shell.live, space.and(before, space.not(wanted)));
  }
  if (operator === '?') {
    leave(shell, space.not(there), byDialect(shell, { dash: 2, bash: 127, ash: 2 }));
    return value;
  }
  const result = operator === '+' ? texts.pick(there, word, texts.empty) : texts.pick(there, value, word);
  return texts.assume(result, shell.live);
}

/** Calls a function with the characters of a text, in each environment; undefined where they are not known. */
export function withConstant(shell: Shell, text: Text, f: (constant: string) => Text | undefined): Text | undefined {
  const { texts } = shell.machine;
  const constant = texts.constant(text);
  if (constant !== undefined) return f(constant);
  return texts.mapFlat(text, (flat) => {
    const known = texts.constant(flat);
    return (known === undefined ? undefined : f(known)) ?? texts.symbol(render(flat), inputsOf(flat));
  });
}

/** Runs a command substitution in a subshell; its output, less the newlines at the end. */
function substitute(shell: Shell, part: Extract<WordPart, { type: 'CommandExpansion' }>): Text {
  const { machine } = shell;
  const { texts, space } = machine;
  if (part.script === undefined || machine.depth > 40) {
    note(shell, part, 'this command substitution is nested too deeply to be evaluated');
    return texts.symbol(part.text);
  }
  const inner = fork(shell);
  inner.output = texts.empty;
  inner.outputs = [];
  inner.deciding = 0;
  // A failing command inside does not fail the script: `echo $(false)` goes on (POSIX XCU 2.9.1).
  inner.tested = 0;
  inner.errexit = space.pick(inDialect(shell, 'bash'), space.false, shell.errexit);
  const { script } = part;
  if (script.source !== undefined) {
    const place = placeOf(shell, part);
    inner.source = { file: shell.source.file, text: script.source, place: () => place };
  }
  machine.depth += 1;
  machine.run(inner, script);
  machine.depth -= 1;
  const ended = space.pick(inner.exited, inner.exitStatus, inner.status);
  shell.substitution = space.pick(shell.live, ended, shell.substitution ?? space.one(0));
  return stripNewlines(shell, inner.output ?? texts.empty);
}

/** Removes all newlines at the end of a text. */
export function stripNewlines(shell: Shell, text: Text): Text {
  const { texts, space } = shell.machine;
  const { pieces } = text;
  const last = pieces[pieces.length - 1];
  if (last === undefined) return text;
  const front = texts.join(pieces.slice(0, -1));
  if (last.kind === 'literal') {
    const stripped = last.text.replace(/\n+$/, '');
    if (stripped === '') return stripNewlines(shell, front);
    return stripped === last.text ? text : texts.concat(front, texts.literal(stripped));
  }
  if (last.kind === 'symbol' || (last.kind === 'answer' && last.derivation === undefined)) return text;
  const end = last.kind === 'answer' ? withoutNewlines(shell, last) : texts.from(space.map(last.value, (leaf) => stripNewlines(shell, leaf)));
  const gone = texts.isEmpty(end);
  if (gone === space.false) return texts.concat(front, end);
  return texts.pick(gone, stripNewlines(shell, front), texts.concat(front, end));
}

/** The output of a pure command that depends on an answer, as `$(…)` gives it. */
function withoutNewlines(shell: Shell, { selector, derivation }: AnswerPiece): Text {
  const of = (answer: string): string => (derivation?.of(answer) ?? answer).replace(/\n+$/, '');
  return shell.machine.texts.join([{ kind: 'answer', selector, derivation: { name: `$(${derivation?.name ?? ''})`, of } }]);
}

/** Brace expansion, which only bash does, before all else; undefined when the word has none or the shell is another. */
function expandBraces(shell: Shell, word: Word): readonly Guarded<Field>[] | undefined {
  if (word.parts?.some((part) => part.type === 'BraceExpansion') !== true) return undefined;
  const { space } = shell.machine;
  const bash = inDialect(shell, 'bash');
  if (bash === space.false) return undefined;
  const raws = braceAlternatives(word.text);
  if (raws.length < 2) return undefined;
  const out: Guarded<Field>[] = [];
  const span = { start: word.pos, end: word.end };
  for (const raw of raws) {
    const [statement] = parseShell(`: ${raw}`).script.commands;
    const command = statement?.command;
    const inner = command?.type === 'Command' ? command.args[0] : undefined;
    if (inner?.type !== 'Word') return undefined;
    for (const { when, item } of shell.machine.words.splitter.split(expandRope(shell, inner, 'fields'), ifsOf(shell), span)) {
      out.push({ when: space.and(when, bash), item });
    }
  }
  if (bash !== space.true) {
    const plain = shell.machine.words.splitter.split(expandRope(shell, word, 'fields'), ifsOf(shell), span);
    for (const { when, item } of plain) out.push({ when: space.and(when, space.not(bash)), item });
  }
  return out;
}

/** The words that a brace expansion stands for, as written; at most 256 of them. */
function braceAlternatives(raw: string): readonly string[] {
  const open = findBrace(raw);
  if (open === undefined) return [raw];
  const rest = braceAlternatives(raw.slice(open.end));
  const out: string[] = [];
  for (const choice of open.choices) for (const inner of braceAlternatives(choice)) for (const tail of rest) out.push(raw.slice(0, open.start) + inner + tail);
  return out.slice(0, 256);
}

function findBrace(raw: string): { start: number; end: number; choices: readonly string[] } | undefined {
  for (let start = 0; start < raw.length; start += 1) {
    const c = raw[start];
    if (c === '\\') start += 1;
    else if (c === '"' || c === "'") {
      const close = raw.indexOf(c, start + 1);
      if (close === -1) return undefined;
      start = close;
    } else if (c === '$' && raw[start + 1] === '{') start = Math.max(start, raw.indexOf('}', start));
    else if (c === '{') {
      const found = readBrace(raw, start);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function readBrace(raw: string, start: number): { start: number; end: number; choices: readonly string[] } | undefined {
  let depth = 0;
  const choices: string[] = [];
  let from = start + 1;
  for (let i = start; i < raw.length; i += 1) {
    const c = raw[i];
    if (c === '\\') i += 1;
    else if (c === '{') depth += 1;
    else if (c === ',' && depth === 1) {
      choices.push(raw.slice(from, i));
      from = i + 1;
    } else if (c === '}') {
      depth -= 1;
      if (depth > 0) continue;
      if (choices.length > 0) return { start, end: i + 1, choices: [...choices, raw.slice(from, i)] };
      const range = /^(-?\d+)\.\.(-?\d+)$/.exec(raw.slice(from, i));
      if (range === null) return undefined;
      const [low, high] = [Number(range[1]), Number(range[2])];
      const length = Math.min(256, Math.abs(high - low) + 1);
      return { start, end: i + 1, choices: Array.from({ length }, (_, n) => String(low <= high ? low + n : low - n)) };
    }
  }
  return undefined;
}

/** Where a text matches a shell pattern, which may itself differ between environments. */
export function matchPattern(shell: Shell, subject: Text, pattern: Text): Condition {
  const { texts } = shell.machine;
  return texts.testFlat(pattern, (flat) => matchFlat(shell, subject, flat)) ?? texts.unknown('matches', subject, pattern);
}

function matchFlat(shell: Shell, subject: Text, pattern: Text): Condition {
  const { texts, words } = shell.machine;
  const constant = texts.constant(pattern);
  if (constant !== undefined) return matchConstant(shell, subject, patternString(constant));
  const plain = words.splitter.reveal(pattern);
  if (pattern.pieces.some((piece) => piece.kind === 'literal' && HAS_WILDCARD.test(piece.text))) {
    return texts.testFlat(subject, (flat) => matchAnswers(shell, flat, pattern)) ?? texts.unknown('matches', subject, plain);
  }
  // A text that is not known is compared as it stands; the answers that are mentioned may be patterns.
  let result = texts.equal(subject, plain) ?? texts.unknown('matches', subject, plain);
  for (const { when, known } of mentionedTexts(shell, pattern)) {
    if (HAS_WILDCARD.test(known)) result = shell.machine.space.pick(when, matchConstant(shell, subject, patternString(known)), result);
  }
  return result;
}

/** Where two texts that hold answers of one selector match. */
function matchAnswers(shell: Shell, subject: Text, pattern: Text): Condition {
  const { space, texts } = shell.machine;
  const [selector, another] = unite(subject.holds, pattern.holds);
  const name = `${render(subject)} matches ${render(pattern)}`;
  if (selector === undefined || another !== undefined || symbolsOf(subject).length > 0 || symbolsOf(pattern).length > 0) {
    return texts.unknown('matches', subject, pattern);
  }
  return space.test(selector, name, (answer) => {
    const [text, known] = [texts.constant(subject.given(selector, answer)), texts.constant(pattern.given(selector, answer))];
    return text !== undefined && known !== undefined && compilePattern(patternString(known))(text);
  });
}

const HAS_WILDCARD = /[*?[\\]/;

function matchConstant(shell: Shell, subject: Text, pattern: string): Condition {
  const { space, texts } = shell.machine;
  if (!hasWildcard(pattern)) {
    const literal = texts.literal(literalOf(pattern));
    return texts.equal(subject, literal) ?? texts.unknown('=', subject, literal);
  }
  if (/^\*+$/.test(pattern)) return space.true;
  const examples = pattern.includes('[') ? [] : [pattern.replace(/\\(.)|[*?]/gs, (_, c: string | undefined) => c ?? '')];
  return texts.matches(subject, `matches ${pattern}`, compilePattern(pattern), examples) ?? texts.unknown(`matches ${pattern}`, subject);
}

/** The texts that a flat text is for those answers of its selectors that are mentioned, where no other unknown is in it. */
export function mentionedTexts(shell: Shell, text: Text): readonly { readonly when: Condition; readonly known: string; readonly answer: Answer }[] {
  const { space, texts } = shell.machine;
  const [selector, another] = text.holds;
  if (selector === undefined || another !== undefined) return [];
  return [...selector.mentioned].flatMap((answer) => {
    const known = texts.constant(text.given(selector, answer));
    return known === undefined ? [] : [{ when: space.is(selector, answer), known, answer }];
  });
}
