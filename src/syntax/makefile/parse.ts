import { type MappedText, sliceMapped, spanToSource, toSource } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';
import { readTest } from './conditional.js';
import { readDefine, readVariable } from './definition.js';
import {
  Collector,
  collapse,
  endOfWord,
  findUnquoted,
  keepBreaks,
  type LogicalLine,
  logicalLineAt,
  skipSpace,
  trimmed,
} from './lines.js';
import { readRule } from './rule.js';
import { errorsOf, parseTemplate } from './template.js';
import type { Branch, Definition, MakefileTree, Modifier, Statement, Test } from './tree.js';

/** A conditional whose `endif` has not come yet. */
interface Frame {
  readonly start: number;
  /** Whether a rule was open before it, and whether one is at the end of a branch. */
  readonly openBefore: boolean;
  openAfter: boolean;
  readonly branches: Branch[];
  branch: { readonly head: Span; readonly directive: Span; readonly test: Test | undefined; readonly plain: boolean };
  body: Statement[];
}

/** What is being read. */
interface Reader {
  readonly text: string;
  readonly comments: Span[];
  readonly problems: Problem[];
  readonly frames: Frame[];
  readonly outermost: Statement[];
  /** The list that the next statement goes to. */
  statements: Statement[];
  /** The character that leads recipe lines. */
  prefix: string;
  /** True where a line with the prefix belongs to a recipe. */
  open: boolean;
  /** Where the next line starts. */
  at: number;
}

/**
 * Reads a makefile as GNU make 4.3 does, but never gives up: what make refuses is a problem, and reading goes on.
 *
 * Takes any text and never throws; its time is linear in the length of the text. Problems are in file order. A recipe
 * line is a statement of its own, because conditionals may stand between a rule and its recipe.
 */
export function parseMakefile(text: string): MakefileTree {
  const statements: Statement[] = [];
  const reader: Reader = {
    text,
    comments: [],
    problems: [],
    frames: [],
    outermost: statements,
    statements,
    prefix: '\t',
    open: false,
    at: 0,
  };
  while (reader.at < text.length) readLine(reader);
  while (reader.frames.length > 0) {
    const directive = reader.frames[reader.frames.length - 1]?.branches[0]?.directive;
    const at = directive ?? reader.frames[reader.frames.length - 1]?.branch.directive ?? { start: 0, end: 0 };
    reader.problems.push({ at, message: "missing 'endif'" });
    closeConditional(reader, undefined, text.length);
  }
  const { comments, problems } = reader;
  problems.sort((a, b) => a.at.start - b.at.start);
  return { kind: 'makefile', text, statements, comments, problems };
}

function readLine(reader: Reader): void {
  const { text } = reader;
  const from = reader.at;
  // A byte order mark is no part of the first line.
  const line = logicalLineAt(text, from === 0 && text.startsWith('\ufeff') ? 1 : from);
  const span = { start: from, end: line.next };
  reader.at = line.next;
  if (reader.open && text[line.start] === reader.prefix && line.start < line.end) {
    reader.statements.push({ kind: 'recipe', span, text: keepBreaks(text, line, line.start + 1) });
    return;
  }
  const whole = collapse(text, line);
  const hash = findUnquoted(whole, '#');
  const content = hash.at === -1 ? hash.text : sliceMapped(hash.text, 0, hash.at);
  const comment = hash.at === -1 ? undefined : { start: toSource(hash.text, hash.at), end: line.end };
  const statement = readAssignment(reader, content, span) ?? readDirective(reader, content, span);
  if (statement === undefined) {
    readRuleLine(reader, line, whole, span);
    return;
  }
  if (comment !== undefined) reader.comments.push(comment);
  if (statement !== 'conditional') reader.statements.push(statement);
}

function readAssignment(reader: Reader, content: MappedText, span: Span): Statement | undefined {
  const variable = readVariable(content, 0, false);
  if (variable === undefined) return undefined;
  reader.open = false;
  switch (variable.kind) {
    case 'assign': {
      const { definition } = variable;
      checkDefinition(reader, definition);
      if (definition.name.text === '.RECIPEPREFIX') reader.prefix = definition.value.text[0] ?? '\t';
      return { kind: 'assignment', span, definition, multiline: false };
    }
    case 'undefine': {
      const name = trimmed(content, variable.start);
      if (name.text === '') reader.problems.push({ at: lineOf(content), message: 'empty variable name' });
      return { kind: 'undefine', span, modifiers: variable.modifiers, name };
    }
    case 'define':
      return readMultiline(reader, content, span, variable.start, variable.modifiers);
  }
}

function lineOf(content: MappedText): Span {
  const { text } = content;
  const start = skipSpace(text, 0);
  return spanToSource(content, { start, end: Math.max(start, text.trimEnd().length) });
}

function checkDefinition(reader: Reader, definition: Definition): void {
  if (definition.name.text.trim() === '')
    reader.problems.push({ at: definition.operatorAt, message: 'empty variable name' });
  check(reader, definition.name);
  if (definition.operator.endsWith(':=') || definition.operator === '!=') check(reader, definition.value);
}

/** Reports what cannot be expanded in a text that make expands while it reads. */
function check(reader: Reader, text: MappedText): void {
  if (!text.text.includes('$')) return;
  for (const error of errorsOf(parseTemplate(text.text)))
    reader.problems.push({ at: spanToSource(text, error), message: error.message });
}

/** Reads the lines up to the `endef` of this `define`; they are collapsed, and joined by line feeds. */
function readMultiline(
  reader: Reader,
  head: MappedText,
  span: Span,
  start: number,
  modifiers: readonly Modifier[],
): Statement {
  const { text, problems } = reader;
  const definition = readDefine(head, start, modifiers);
  if (definition.value.text !== '') {
    const at = spanToSource(definition.value, { start: 0, end: definition.value.text.length });
    problems.push({ at, message: "extraneous text after 'define' directive" });
  }
  if (definition.name.text === '') problems.push({ at: lineOf(head), message: 'empty variable name' });
  const body = new Collector(text);
  let depth = 1;
  let first = true;
  let empty = reader.at;
  while (reader.at < text.length) {
    const line = logicalLineAt(text, reader.at);
    reader.at = line.next;
    const collapsed = collapse(text, line);
    if (collapsed.text[0] !== reader.prefix) {
      const word = /^\s*(define|endef)(?=[ \t]|$)/.exec(collapsed.text)?.[1];
      if (word === 'define') depth += 1;
      else if (word === 'endef') {
        depth -= 1;
        const rest = /^\s*endef[ \t]*([^#\s].*)/s.exec(collapsed.text)?.[1];
        if (rest !== undefined)
          problems.push({
            at: { start: line.end - rest.length, end: line.end },
            message: "extraneous text after 'endef' directive",
          });
        if (depth === 0) return done();
      }
    }
    if (!first) body.as('\n', line.start - 1);
    else empty = line.start;
    first = false;
    for (const [i, segment] of collapsed.segments.entries())
      body.as(collapsed.text.slice(segment.at, collapsed.segments[i + 1]?.at), segment.source);
  }
  problems.push({ at: lineOf(head), message: "missing 'endef', unterminated 'define'" });
  return done();

  function done(): Statement {
    return {
      kind: 'assignment',
      span: { start: span.start, end: reader.at },
      definition: { ...definition, value: body.done(empty) },
      multiline: true,
    };
  }
}

/** Reads a line that its first word decides; `conditional` when it opens or ends a part of one. */
function readDirective(reader: Reader, content: MappedText, span: Span): Statement | 'conditional' | undefined {
  const s = content.text;
  const start = skipSpace(s, 0);
  if (start === s.length) return { kind: 'blank', span };
  const end = endOfWord(s, start);
  const next = skipSpace(s, end);
  const word = s.slice(start, end);
  switch (word) {
    case 'ifeq':
    case 'ifneq':
    case 'ifdef':
    case 'ifndef':
      openConditional(reader, content, span, word, next);
      return 'conditional';
    case 'else':
      if (reader.frames.length > 0) elseBranch(reader, content, span, next);
      else return refuse(reader, content, span, "extraneous 'else'");
      return 'conditional';
    case 'endif':
      if (reader.frames.length === 0) return refuse(reader, content, span, "extraneous 'endif'");
      if (next < s.length) extraText(reader, content, next, word);
      closeConditional(reader, span, span.end);
      return 'conditional';
    case 'export':
    case 'unexport': {
      reader.open = false;
      const names = trimmed(content, next);
      check(reader, names);
      return { kind: 'export', span, exporting: word === 'export', names: names.text === '' ? undefined : names };
    }
    case 'include':
    case '-include':
    case 'sinclude': {
      reader.open = false;
      const files = trimmed(content, next);
      check(reader, files);
      return { kind: 'include', span, optional: word !== 'include', files };
    }
    case 'vpath':
    case 'load':
    case '-load':
      reader.open = false;
      return { kind: 'directive', span, name: word, arguments: trimmed(content, next) };
    default:
      return s[0] === reader.prefix ? refuse(reader, content, span, 'recipe commences before first target') : undefined;
  }
}

function refuse(reader: Reader, content: MappedText, span: Span, message: string): Statement {
  reader.problems.push({ at: lineOf(content), message });
  return { kind: 'unreadable', span };
}

function extraText(reader: Reader, content: MappedText, at: number, word: string): void {
  const span = spanToSource(content, { start: at, end: content.text.trimEnd().length });
  reader.problems.push({ at: span, message: `extraneous text after '${word}' directive` });
}

type TestWord = 'ifeq' | 'ifneq' | 'ifdef' | 'ifndef';

function testOf(reader: Reader, content: MappedText, word: TestWord, at: number): Test | undefined {
  const { test, extra } = readTest(content, word, at);
  if (test === undefined) reader.problems.push({ at: lineOf(content), message: 'invalid syntax in conditional' });
  else if (test.kind === 'defined') check(reader, test.name);
  else {
    check(reader, test.left);
    check(reader, test.right);
  }
  if (extra) {
    const end = content.text.trimEnd().length;
    const span = spanToSource(content, { start: end - 1, end });
    reader.problems.push({ at: span, message: `extraneous text after '${word}' directive` });
  }
  return test;
}

function openConditional(reader: Reader, content: MappedText, span: Span, word: TestWord, at: number): void {
  const body: Statement[] = [];
  const test = testOf(reader, content, word, at);
  reader.frames.push({
    start: span.start,
    openBefore: reader.open,
    openAfter: false,
    branches: [],
    branch: { head: span, directive: lineOf(content), test, plain: false },
    body,
  });
  reader.statements = body;
}

function elseBranch(reader: Reader, content: MappedText, span: Span, at: number): void {
  const frame = reader.frames[reader.frames.length - 1];
  if (frame === undefined) return;
  const directive = lineOf(content);
  if (frame.branch.plain) reader.problems.push({ at: directive, message: "only one 'else' per conditional" });
  finishBranch(reader, frame);
  const s = content.text;
  const word = s.slice(at, endOfWord(s, at));
  if (word === 'ifeq' || word === 'ifneq' || word === 'ifdef' || word === 'ifndef') {
    const test = testOf(reader, content, word, skipSpace(s, at + word.length));
    frame.branch = { head: span, directive, test, plain: false };
  } else {
    if (word !== '') extraText(reader, content, at, 'else');
    frame.branch = { head: span, directive, test: undefined, plain: true };
  }
  frame.body = [];
  reader.statements = frame.body;
  reader.open = frame.openBefore;
}

function finishBranch(reader: Reader, frame: Frame): void {
  frame.branches.push({ ...frame.branch, body: frame.body });
  frame.openAfter ||= reader.open;
}

function closeConditional(reader: Reader, end: Span | undefined, next: number): void {
  const frame = reader.frames.pop();
  if (frame === undefined) return;
  finishBranch(reader, frame);
  // Without an `else`, nothing may have been read at all.
  reader.open = frame.openAfter || (!frame.branch.plain && frame.openBefore);
  const outer = reader.frames[reader.frames.length - 1];
  const statement: Statement = {
    kind: 'conditional',
    span: { start: frame.start, end: next },
    branches: frame.branches,
    end,
  };
  if (outer !== undefined) {
    outer.body.push(statement);
    reader.statements = outer.body;
  } else {
    reader.outermost.push(statement);
    reader.statements = reader.outermost;
  }
}

function readRuleLine(reader: Reader, line: LogicalLine, whole: MappedText, span: Span): void {
  const { statement, comment, opens } = readRule(reader.text, line, whole, span, reader.problems);
  if (comment !== undefined) reader.comments.push(comment);
  reader.open = opens;
  if (statement.kind === 'rule') {
    check(reader, statement.targets);
    check(reader, statement.prerequisites);
    if (statement.pattern !== undefined) check(reader, statement.pattern);
    if (statement.orderOnly !== undefined) check(reader, statement.orderOnly);
  } else if (statement.kind === 'target-assignment') {
    check(reader, statement.targets);
    checkDefinition(reader, { ...statement.definition, operator: '=' });
  } else if (statement.kind === 'expression') check(reader, statement.text);
  reader.statements.push(statement);
}
