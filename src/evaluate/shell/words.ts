/*
 * Word expansion, POSIX XCU 2.6, in the order of the standard: parameters, commands and arithmetic, then field
 * splitting; quote removal is `reveal`. Pathname expansion is not done: what files a build has is mostly not known, so a
 * glob stays as it is written. Differences between dash, bash and BusyBox ash are choices on the shell's dialect.
 */
import { parseShell, type Word, type WordPart } from '../../syntax/shell/parse.js';
import type { Span } from '../../text/span.js';
import type { Guarded } from '../../value/diagram.js';
import type { AnswerPiece, Text } from '../../value/text.js';
import { evaluateArithmetic } from './arithmetic.js';
import { DEFAULT_IFS } from './blanks.js';
import { braceAlternatives } from './braces.js';
import { NULL_MARK, protectString } from './fields.js';
import { DEPTH_LIMIT, joinTexts } from './limits.js';
import { arrayOf, expandParameter, expandVariable } from './parameters.js';
import {
  type Field,
  type Fields,
  fork,
  inDialect,
  lookup,
  note,
  only,
  placeOf,
  type Shell,
  statusOfFork,
} from './state.js';

/** How a word is used: as fields, as the operand of `${X:-…}` (whose characters may be split), as one text, or as a pattern. */
export type Use = 'fields' | 'operand' | 'text' | 'pattern';

/** The fields of a word: none, one or several, each under a condition. */
export function expandFields(shell: Shell, word: Word): Fields {
  const { space, texts } = shell.machine;
  const span = { start: word.pos, end: word.end };
  if (word.parts === undefined && PLAIN_WORD.test(word.text))
    return [{ when: space.true, item: { text: texts.literal(word.text), many: false, span } }];
  const all = allFields(shell, word);
  if (all !== undefined) return all.map(({ when, item }) => ({ when, item: { ...item, span } }));
  const braced =
    word.parts?.some((part) => part.type === 'BraceExpansion') === true ? inDialect(shell, 'bash') : space.false;
  const alternatives = braced === space.false ? [] : braceAlternatives(word.text);
  if (alternatives.length < 2) return splitRope(shell, expandRope(shell, word, 'fields'), span);
  const out: Guarded<Field>[] = [];
  for (const raw of alternatives) {
    const inner = readWord(raw);
    if (inner !== undefined)
      out.push(
        ...splitRope(shell, expandRope(shell, inner, 'fields'), span).map(({ when, item }) => ({
          when: space.and(when, braced),
          item,
        })),
      );
  }
  if (braced === space.true) return out;
  return [
    ...out,
    ...splitRope(shell, expandRope(shell, word, 'fields'), span).map(({ when, item }) => ({
      when: space.and(when, space.not(braced)),
      item,
    })),
  ];
}

/** The words that `"$@"` or `"${A[@]}"` stands for, when a word is nothing else. */
function allFields(shell: Shell, word: Word): Fields | undefined {
  const [quoted, ...others] = word.parts ?? [];
  if (quoted?.type !== 'DoubleQuoted' || others.length > 0) return undefined;
  const [part, ...more] = quoted.parts;
  if (part === undefined || more.length > 0) return undefined;
  if (part.text === '$@' || part.text === '${@}') return shell.positional;
  const name = /^\$\{(\w+)\[@\]\}$/.exec(part.text)?.[1];
  return name === undefined || inDialect(shell, 'bash') !== shell.machine.space.true ? undefined : arrayOf(shell, name);
}

function readWord(raw: string): Word | undefined {
  const [statement] = parseShell(`: ${raw}`).script.commands;
  const word = statement?.command.type === 'Command' ? statement.command.args[0] : undefined;
  return word?.type === 'Word' ? word : undefined;
}

const PLAIN_WORD = /^[A-Za-z0-9_./=:,@%+-]+$/;

function splitRope(shell: Shell, rope: Text, span: Span): Fields {
  const { space, words } = shell.machine;
  const [first, ...others] = ifsValues(shell);
  if (first === undefined || others.length === 0) return words.splitter.split(rope, first?.item ?? DEFAULT_IFS, span);
  return [first, ...others].flatMap(({ when: here, item: ifs }) =>
    words.splitter.split(rope, ifs, span).map(({ when, item }) => ({ when: space.and(when, here), item })),
  );
}

/** What IFS is, in each environment; what is not known counts as the default. */
function ifsValues(shell: Shell): readonly Guarded<string>[] {
  const { space, texts } = shell.machine;
  const binding = shell.variables.get('IFS');
  if (binding === undefined) return [];
  const flat = texts.flatten(
    texts.assume(texts.pick(binding.set, binding.text, texts.literal(DEFAULT_IFS)), shell.live),
  );
  return flat === undefined ? [] : space.leaves(space.map(flat, (leaf) => texts.constant(leaf) ?? DEFAULT_IFS));
}

/** Does something for each text that IFS is, where it is that. */
export function forEachIfs(shell: Shell, run: (ifs: string) => void): void {
  const values = ifsValues(shell);
  if (values.length === 0) run(DEFAULT_IFS);
  for (const { when, item } of values) only(shell, when, () => run(item));
}

/** The first character of IFS, which `"$*"` puts between its words. */
export function ifsSeparator(shell: Shell): Text {
  const { texts } = shell.machine;
  const values = ifsValues(shell);
  return values.reduce(
    (text, { when, item }) => texts.pick(when, texts.literal(item.slice(0, 1)), text),
    texts.literal(DEFAULT_IFS.slice(0, 1)),
  );
}

/** The text of a word that is not split: an assignment's value, the subject of `case`, a file name of a redirection. */
export function expandText(shell: Shell, word: Word): Text {
  return expandRope(shell, word, 'text');
}

/** A word as a pattern, with a backslash before every quoted character. */
export function expandPattern(shell: Shell, word: Word): Text {
  return shell.machine.words.pattern.apply(expandRope(shell, word, 'pattern'));
}

/** A here-document's body; `<<-` strips the tabs at the start of its lines. */
export function expandParts(shell: Shell, parts: readonly WordPart[], stripTabs: boolean): Text {
  const { texts } = shell.machine;
  const out = parts.map((part, i) => {
    if (part.type !== 'Literal') return expandPart(shell, part, true, 'text');
    return texts.literal(
      unescapeQuoted(stripTabs ? part.text.replace(i === 0 ? /(^|\n)\t+/g : /(\n)\t+/g, '$1') : part.text),
    );
  });
  return joinTexts(shell, out, parts[0] ?? { pos: 0, end: 0 });
}

/** The rope of a word, before it is split; `quoted` inside double quotes, as an operand may be. */
export function expandRope(shell: Shell, word: Word, use: Use, quoted = false): Text {
  const { texts } = shell.machine;
  if (word.parts === undefined)
    return quoted ? texts.literal(shielded(unescapeQuoted(word.text), use)) : expandLiteral(shell, word.text, use);
  return joinTexts(
    shell,
    word.parts.map((part) => expandPart(shell, part, quoted, use)),
    word,
  );
}

/** Quoted characters; where nothing is split and no pattern is read, quoting makes no difference to what follows. */
function shielded(text: string, use: Use): string {
  return use === 'text' ? text : protectString(text);
}

/** In double quotes a backslash stands for itself unless a special character follows. */
export function unescapeQuoted(raw: string): string {
  return raw.replace(/\\([$`"\\}\n])/g, (_, c: string) => (c === '\n' ? '' : c));
}

/** Unquoted literal characters: a backslash quotes the next one; a leading tilde is the home folder. */
function expandLiteral(shell: Shell, raw: string, use: Use): Text {
  const { texts } = shell.machine;
  // Only what an expansion yields is split, never what stands in the word itself.
  const keep = use === 'fields' && shell.variables.has('IFS') ? protectString : (text: string): string => text;
  let out = '';
  for (let i = 0; i < raw.length; i += 1) {
    const c = raw[i] ?? '';
    if (c !== '\\') out += keep(c);
    else {
      i += 1;
      const next = raw[i];
      if (next === undefined) out += shielded('\\', use);
      else if (next !== '\n') out += shielded(next, use);
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
  const shield = quoted && use !== 'text';
  const empty = use === 'text' ? '' : NULL_MARK;
  switch (part.type) {
    case 'Literal':
      return quoted ? texts.literal(shielded(part.value, use)) : expandLiteral(shell, part.text, use);
    case 'Glob':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return expandLiteral(shell, part.text, use);
    case 'SingleQuoted':
      // Inside double quotes, as in "${X:-'a'}", single quotes are characters.
      if (quoted && use !== 'pattern') return texts.literal(shielded(part.text, use));
      return texts.literal(part.value === '' ? empty : shielded(part.value, use));
    case 'AnsiCQuoted': {
      // dash knows no $'…': the dollar stands for itself and a quoted string follows.
      const plain = texts.literal(`$${shielded(part.text.slice(2, -1), use)}`);
      return texts.pick(inDialect(shell, 'dash'), plain, texts.literal(empty + shielded(part.value, use)));
    }
    case 'LocaleString':
    case 'DoubleQuoted': {
      const all = part.parts.some((inner) => /^\$(?:@|\{(?:\w+\[)?@\]?\})$/.test(inner.text));
      // "$@" without words is no field; nor is "$@$X" in bash, where X is empty.
      const mark = !all
        ? texts.literal(empty)
        : part.parts.length === 1
          ? texts.empty
          : texts.pick(inDialect(shell, 'bash'), texts.empty, texts.literal(empty));
      const dollar =
        part.type === 'LocaleString'
          ? texts.pick(inDialect(shell, 'bash'), texts.empty, texts.literal('$'))
          : texts.empty;
      return joinTexts(shell, [dollar, mark, ...part.parts.map((inner) => expandPart(shell, inner, true, use))], part);
    }
    case 'SimpleExpansion':
      return expandVariable(shell, part.text.slice(1), part, shield, use);
    case 'ParameterExpansion':
      return expandParameter(shell, part, quoted, use);
    case 'CommandExpansion':
      return finish(shell, substitute(shell, part), shield);
    case 'ArithmeticExpansion': {
      const value =
        part.expression === undefined ? texts.symbol(part.text) : evaluateArithmetic(shell, part.expression, part.text);
      return finish(shell, value, shield);
    }
    case 'ProcessSubstitution':
      return texts.symbol(part.text);
  }
}

/** An operand of arithmetic that has expansions in it. */
export function expandArithmeticWord(shell: Shell, raw: string, parts: readonly WordPart[] | undefined): Text {
  const { texts } = shell.machine;
  const read = parts ?? readWord(raw)?.parts ?? [];
  return texts.concat(texts.empty, ...read.map((part) => expandPart(shell, part, true, 'text')));
}

/** The text where the shell is live, protected if it is quoted. */
export function finish(shell: Shell, text: Text, quoted: boolean): Text {
  const known = shell.machine.texts.assume(text, shell.live);
  return quoted ? shell.machine.words.protect.apply(known) : known;
}

/** Runs a command substitution in a subshell; its output, less the newlines at the end. */
function substitute(shell: Shell, part: Extract<WordPart, { type: 'CommandExpansion' }>): Text {
  const { machine } = shell;
  const { texts, space } = machine;
  if (part.script === undefined || machine.depth > DEPTH_LIMIT) {
    note(shell, part, 'this command substitution is nested too deeply to be evaluated');
    return texts.symbol(part.text);
  }
  const inner = fork(shell);
  inner.output = texts.empty;
  inner.outputs = [];
  inner.deciding = 0;
  // Of the three, only dash hands `set -e` down into a command substitution.
  inner.tested = 0;
  inner.errexit = space.and(inDialect(shell, 'dash'), shell.errexit);
  const { script } = part;
  if (script.source !== undefined) {
    const place = placeOf(shell, part);
    inner.source = { file: shell.source.file, text: script.source, place: () => place };
  }
  machine.depth += 1;
  machine.run(inner, script);
  machine.depth -= 1;
  const ended = statusOfFork(inner);
  shell.substitution = space.pick(shell.live, ended, shell.substitution ?? space.one(0));
  return stripNewlines(shell, texts.assume(inner.output ?? texts.empty, shell.live));
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
  if (last.kind === 'symbol') return text;
  const end =
    last.kind === 'answer'
      ? withoutNewlines(shell, last)
      : texts.from(space.map(last.value, (leaf) => stripNewlines(shell, leaf)));
  if (front === texts.empty) return end;
  const gone = texts.isEmpty(end);
  if (gone === space.false) return texts.concat(front, end);
  return texts.pick(gone, stripNewlines(shell, front), texts.concat(front, end));
}

/** The output of a pure command that depends on an answer, as `$(…)` gives it; answers themselves end in no newline. */
function withoutNewlines(shell: Shell, { selector, derivation }: AnswerPiece): Text {
  if (derivation === undefined) return shell.machine.texts.answer(selector);
  const of = (answer: string): string => derivation.of(answer).replace(/\n+$/, '');
  return shell.machine.texts.join([{ kind: 'answer', selector, derivation: { name: `$(${derivation.name})`, of } }]);
}
