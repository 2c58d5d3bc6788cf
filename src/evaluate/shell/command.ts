/*
 * Simple commands: assignments, redirections, builtins, functions, scripts of the project, and all other programs, which
 * are recorded as executions. POSIX XCU 2.9.1.
 */
import { peelWrapper, shellFileOf, shellScriptOf } from '../../knowledge/tools.js';
import { ambientOf } from '../../knowledge/ambient.js';
import { type Assignment, type Command, parseShell, type Redirection, type SyntaxNode, type Word } from '../../syntax/shell/parse.js';
import type { Place } from '../../text/span.js';
import type { Condition, Guarded, Variational } from '../../value/diagram.js';
import { inputsOf, render, symbolsOf, type Text } from '../../value/text.js';
import { declareName, declareNames, echoText, joinFields, printfText, readLine, setOptions, shiftPositional, unsetNames } from './builtins.js';
import { syntaxErrorIn } from './dialect.js';
import { listsOf } from './lists.js';
import { isPure, pureOutput } from './pure.js';
import { runNode } from './run.js';
import {
  assign,
  type Binding,
  byDialect,
  type Dialect,
  exportName,
  type Field,
  fork,
  leave,
  lookup,
  note,
  only,
  placeOf,
  type Shell,
  setStatus,
  snapshot,
  unite,
  write,
} from './state.js';
import { absolute, testStatus } from './test.js';
import { expandFields, expandParts, expandText, HOLE, mentionedTexts } from './words.js';

type Fields = readonly Guarded<Field>[];
type Span = { readonly pos: number; readonly end: number };

/** Runs a simple command. */
export function runSimple(shell: Shell, node: Command): void {
  const { space } = shell.machine;
  shell.substitution = undefined;
  const assignments = node.prefix.filter((item): item is Assignment => item.type === 'Assignment');
  const words: Word[] = node.name === undefined ? [] : [node.name];
  const name = node.name?.text;
  const declares = name !== undefined && /^(?:export|readonly|local|declare|typeset)$/.test(name);
  const fields: Guarded<Field>[] = words.flatMap((word) => expandFields(shell, word));
  const declared: Assignment[] = [];
  for (const arg of node.args) {
    if (arg.type === 'Word') fields.push(...expandFields(shell, arg));
    else if (declares) declared.push(arg);
    else fields.push(assignmentWord(shell, arg));
  }
  if (fields.length === 0 && declared.length === 0) {
    for (const assignment of assignments) assignNow(shell, assignment);
    withRedirections(shell, node.redirects, () => setStatus(shell, shell.substitution ?? space.one(0)));
    return;
  }
  withRedirections(shell, node.redirects, () => {
    withAssignments(shell, assignments, name, () => {
      for (const arg of declared) declareName(shell, name ?? 'export', arg.name, arg.value.type === 'Word' ? expandText(shell, arg.value) : undefined);
      dispatch(shell, fields, node);
    });
  });
}

/** `dd if=x`: an assignment in the tree that is an ordinary word of a command. */
function assignmentWord(shell: Shell, arg: Assignment): Guarded<Field> {
  const { space, texts } = shell.machine;
  const value = arg.value.type === 'Word' ? expandText(shell, arg.value) : texts.symbol(arg.text);
  const operator = arg.append === true ? '+=' : '=';
  return { when: space.true, item: { text: texts.concat(texts.literal(`${arg.name}${operator}`), value), many: false, span: { start: arg.pos, end: arg.end } } };
}

function assignNow(shell: Shell, assignment: Assignment): void {
  const { texts } = shell.machine;
  const { value, name } = assignment;
  if (value.type === 'ArrayValue') {
    const items = value.elements.flatMap((word) => expandFields(shell, word));
    for (const [i, { item }] of items.entries()) assign(shell, `${name}[${i}]`, item.text);
    return;
  }
  const key = assignment.index === undefined ? name : `${name}[${assignment.index.text}]`;
  const text = expandText(shell, value);
  assign(shell, key, assignment.append === true ? texts.concat(lookup(shell, key).text, text) : text);
}

/** `X=1 cmd`: the assignment is in the command's environment only, and its words have been expanded before. */
function withAssignments(shell: Shell, assignments: readonly Assignment[], name: string | undefined, run: () => void): void {
  if (assignments.length === 0) {
    run();
    return;
  }
  const old = assignments.map((assignment): [string, Binding | undefined] => [assignment.name, shell.variables.get(assignment.name)]);
  const known = new Set(shell.local);
  for (const assignment of assignments) {
    assignNow(shell, assignment);
    exportName(shell, assignment.name);
  }
  run();
  // Assignments before special builtins stay (POSIX 2.14); `:` and `eval` are the ones that occur.
  if (name === ':' || name === 'eval' || name === 'export') return;
  shell.local = known;
  const { space, texts } = shell.machine;
  for (const [key, binding] of old) write(shell, key, binding ?? { set: space.false, text: texts.empty, exported: space.false });
}

// -------------------------------------------------------------------------------------------------- redirections

/** Runs something with its input and output redirected. */
export function withRedirections(shell: Shell, redirections: readonly Redirection[], run: () => void): void {
  if (redirections.length === 0) {
    run();
    return;
  }
  const { output, outputs, input, piped } = shell;
  let captured = true;
  for (const redirection of redirections) {
    if (redirection.type === 'HereDoc') {
      const { body, delimiter } = redirection;
      const raw = redirection.operator === '<<-' ? body.text.replace(/^\t+/gm, '') : body.text;
      shell.input = body.parts === undefined || delimiter?.quoted === true ? shell.machine.texts.literal(raw) : expandParts(shell, body.parts);
    } else if (redirection.type === 'HereString') {
      const text = redirection.target === undefined ? shell.machine.texts.empty : expandText(shell, redirection.target);
      shell.input = shell.machine.texts.concat(text, shell.machine.texts.literal('\n'));
    } else if (redirection.target !== undefined) captured = redirect(shell, redirection, redirection.target) && captured;
  }
  run();
  const written = shell.output;
  shell.output = captured ? written : output;
  shell.outputs = outputs;
  shell.input = input;
  shell.piped = piped;
}

/** Applies one redirection; false when standard output no longer goes where it went. */
function redirect(shell: Shell, redirection: Extract<Redirection, { type: 'Redirect' }>, target: Word): boolean {
  const { texts } = shell.machine;
  const path = expandText(shell, target);
  const { operator } = redirection;
  if (operator === '<' || operator === '<>') {
    const constant = texts.constant(path);
    const known = constant === undefined ? undefined : shell.files.get(absolute(shell, constant))?.content;
    shell.input = known ?? texts.symbol(`< ${render(path)}`, inputsOf(path));
    shell.piped = false;
    return true;
  }
  if (operator === '<&') return true;
  const descriptor = redirection.descriptor?.type === 'FileDescriptor' ? redirection.descriptor.value : 1;
  if (descriptor !== 1) return true;
  const constant = texts.constant(path);
  if (operator === '>&' && constant === '1') return true;
  shell.output = undefined;
  const discarded = constant === '/dev/null' || constant === '/dev/stderr' || constant === '/dev/stdout' || (operator === '>&' && /^\d$|^-$/.test(constant ?? ''));
  shell.outputs = discarded ? [] : [path];
  return false;
}

// -------------------------------------------------------------------------------------------------- dispatch

/** Finds out what the first word is, in each environment, and runs it. */
function dispatch(shell: Shell, fields: Fields, node: Span): void {
  const { space, texts } = shell.machine;
  const [first, ...rest] = fields;
  if (first === undefined) {
    setStatus(shell, shell.substitution ?? space.one(0));
    return;
  }
  const when = space.assume(first.when, shell.live);
  if (when === space.false) dispatch(shell, rest, node);
  else if (when !== space.true) {
    const certain = { when: space.true, item: first.item };
    only(shell, when, () => dispatch(shell, [certain, ...rest], node));
    only(shell, space.not(when), () => dispatch(shell, rest, node));
  } else {
    for (const { when: here, text } of namesOf(shell, texts.assume(first.item.text, shell.live))) {
      const item = { ...first.item, text };
      only(shell, here, () => runNamed(shell, texts.constant(text), [{ when: space.true, item }, ...rest], node));
    }
  }
}

/** The names that a first word may be, each with its condition; mentioned answers are told apart, as are `true` and `false`. */
function namesOf(shell: Shell, text: Text): readonly { readonly when: Condition; readonly text: Text }[] {
  const { space, texts } = shell.machine;
  const flat = texts.flatten(text);
  if (flat === undefined) return [{ when: space.true, text }];
  return space.leaves(flat).flatMap(({ when, item }) => {
    const [piece] = item.pieces;
    if (piece?.kind === 'answer' && item.pieces.length === 1 && piece.derivation === undefined) {
      for (const answer of ['true', 'false']) piece.selector.mentioned.add(answer);
    }
    let rest = when;
    const names = mentionedTexts(shell, item).map((one) => {
      rest = space.and(rest, space.not(one.when));
      return { when: space.and(when, one.when), text: texts.literal(one.known) };
    });
    return [...names, { when: rest, text: item }];
  });
}

function runNamed(shell: Shell, name: string | undefined, fields: Fields, node: Span): void {
  const { space } = shell.machine;
  const definitions = name === undefined ? undefined : shell.functions.get(name);
  if (name === undefined || definitions === undefined) {
    runProgram(shell, name, fields, node);
    return;
  }
  let rest: Condition = space.true;
  for (const { when, item } of definitions) {
    only(shell, when, () => callFunction(shell, item.body, fields, node));
    rest = space.and(rest, space.not(when));
  }
  only(shell, rest, () => runProgram(shell, name, fields, node));
}

function callFunction(shell: Shell, body: SyntaxNode, fields: Fields, node: Span): void {
  const { machine, positional, returned, hidden, chain } = shell;
  const { space } = machine;
  if (machine.depth > 40) {
    note(shell, node, 'functions call each other too deeply to be evaluated');
    return;
  }
  machine.depth += 1;
  shell.positional = fields.slice(1);
  shell.returned = space.false;
  shell.hidden = new Map();
  shell.chain = [...chain, placeOf(shell, node)];
  runNode(shell, body);
  for (const [name, binding] of shell.hidden) write(shell, name, binding ?? { set: space.false, text: machine.texts.empty, exported: space.false });
  shell.live = space.or(shell.live, shell.returned);
  shell.positional = positional;
  shell.returned = returned;
  shell.hidden = hidden;
  shell.chain = chain;
  machine.depth -= 1;
}

/** Runs a builtin, or a program under its certain name. */
function runProgram(shell: Shell, name: string | undefined, fields: Fields, node: Span): void {
  const builtin = name !== undefined && Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin === undefined) {
    runExternal(shell, name, fields, node);
    return;
  }
  const status = builtin(shell, fields.slice(1), node, name ?? '');
  if (status !== undefined) setStatus(shell, status);
}

// -------------------------------------------------------------------------------------------------- builtins

/** Gives the status, or undefined when it has set the status itself. */
type Builtin = (shell: Shell, args: Fields, node: Span, name: string) => Variational<number> | undefined;

const ok: Builtin = (shell) => shell.machine.space.one(0);

const declare: Builtin = (shell, args, _node, name) => {
  declareNames(shell, args, name);
  return shell.machine.space.one(0);
};

const BUILTINS: Readonly<Record<string, Builtin>> = {
  ':': ok,
  true: ok,
  false: (shell) => shell.machine.space.one(1),
  alias: ok,
  unalias: ok,
  trap: ok,
  umask: ok,
  ulimit: ok,
  wait: ok,
  hash: ok,
  times: ok,
  shopt: (shell) => byDialect(shell, { dash: 127, bash: 0, ash: 127 }),
  export: declare,
  readonly: declare,
  local: declare,
  declare: declare,
  typeset: declare,
  unset: (shell, args) => {
    unsetNames(shell, args);
    return shell.machine.space.one(0);
  },
  set: (shell, args) => {
    setOptions(shell, args);
    return shell.machine.space.one(0);
  },
  shift: (shell, args) => {
    const n = args[0] === undefined ? 1 : Number(shell.machine.texts.constant(args[0].item.text) ?? 1);
    shiftPositional(shell, Number.isInteger(n) ? n : 1);
    return undefined;
  },
  echo: (shell, args, node) => {
    put(shell, echoText(shell, args), 'echo', args, node);
    return shell.machine.space.one(0);
  },
  printf: (shell, args, node) => {
    put(shell, printfText(shell, args) ?? unknownOutput(shell, 'printf', args), 'printf', args, node);
    return shell.machine.space.one(0);
  },
  '[': (shell, args, node) => runTest(shell, args, node, true),
  test: (shell, args, node) => runTest(shell, args, node, false),
  cd: (shell, args) => {
    const { texts } = shell.machine;
    const target = args.find(({ item }) => !/^-[LP]$/.test(texts.constant(item.text) ?? ''))?.item.text ?? lookup(shell, 'HOME').text;
    const head = target.pieces[0];
    const rooted = head?.kind === 'literal' && head.text.startsWith('/');
    const joined = rooted ? target : texts.concat(shell.cwd, texts.literal('/'), target);
    shell.cwd = texts.pick(shell.live, texts.transform(joined, 'path ', normalize) ?? joined, shell.cwd);
    assign(shell, 'PWD', shell.cwd);
    return shell.machine.space.one(0);
  },
  pwd: (shell, args, node) => {
    put(shell, shell.machine.texts.concat(shell.cwd, shell.machine.texts.literal('\n')), 'pwd', args, node);
    return shell.machine.space.one(0);
  },
  exit: (shell, args) => {
    leave(shell, shell.machine.space.true, statusOf(shell, args));
    return undefined;
  },
  return: (shell, args) => {
    const { space } = shell.machine;
    setStatus(shell, statusOf(shell, args));
    shell.returned = space.or(shell.returned, shell.live);
    shell.live = space.false;
    return undefined;
  },
  break: (shell) => {
    const { space } = shell.machine;
    setStatus(shell, space.one(0));
    shell.broken = space.or(shell.broken, shell.live);
    shell.live = space.false;
    return undefined;
  },
  continue: (shell) => {
    const { space } = shell.machine;
    setStatus(shell, space.one(0));
    shell.continued = space.or(shell.continued, shell.live);
    shell.live = space.false;
    return undefined;
  },
  eval: (shell, args, node) => {
    runText(shell, joinFields(shell, args, ' '), node);
    return undefined;
  },
  '.': (shell, args, node) => sourceFile(shell, args, node),
  source: (shell, args, node) => {
    const { space } = shell.machine;
    const known = byDialect(shell, { dash: false, bash: true, ash: true });
    only(shell, known, () => {
      const status = sourceFile(shell, args, node);
      if (status !== undefined) setStatus(shell, status);
    });
    only(shell, space.not(known), () => setStatus(shell, space.one(127)));
    return undefined;
  },
  read: (shell, args) => readLine(shell, args),
  getopts: (shell) => unknownStatus(shell, 'getopts', []),
  let: (shell, args) => unknownStatus(shell, 'let', args),
  type: (shell, args, node) => query(shell, 'type', args, node),
  command: (shell, args, node) => {
    const word = shell.machine.texts.constant(args[0]?.item.text ?? shell.machine.texts.empty);
    if (word === '-v' || word === '-V') return query(shell, 'command', args, node);
    const inner = word === '-p' ? args.slice(1) : args;
    const name = inner[0] === undefined ? undefined : shell.machine.texts.constant(inner[0].item.text);
    runProgram(shell, name, inner, node);
    return undefined;
  },
  builtin: (shell, args, node) => {
    runProgram(shell, args[0] === undefined ? undefined : shell.machine.texts.constant(args[0].item.text), args, node);
    return undefined;
  },
  exec: (shell, args, node) => {
    if (args.length === 0) return shell.machine.space.one(0);
    dispatch(shell, args, node);
    leave(shell, shell.machine.space.true, shell.status);
    return undefined;
  },
};

function query(shell: Shell, name: string, args: Fields, node: Span): Variational<number> {
  put(shell, unknownOutput(shell, name, args), name, args, node);
  return unknownStatus(shell, name, args);
}

function statusOf(shell: Shell, args: Fields): Variational<number> {
  const { space, texts } = shell.machine;
  const [first] = args;
  if (first === undefined) return shell.status;
  const flat = texts.flatten(first.item.text);
  if (flat === undefined) return space.one(0);
  return space.map(flat, (leaf) => {
    const n = Number.parseInt(texts.constant(leaf) ?? '0', 10);
    return Number.isNaN(n) ? 2 : n & 255;
  });
}

function normalize(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') out.pop();
    else if (part !== '' && part !== '.') out.push(part);
  }
  return `/${out.join('/')}`;
}

/** `[` and `test`, with the words as the shell splits them; notes where quoting would decide otherwise. */
function runTest(shell: Shell, args: Fields, node: Span, bracket: boolean): Variational<number> {
  const { space, texts } = shell.machine;
  const lists = listsOf(space, args.map(({ when, item }) => ({ when: space.assume(when, shell.live), item: { ...item, text: texts.assume(item.text, shell.live) } })));
  if (lists === undefined) return unknownStatus(shell, '[', args);
  const status = (list: readonly Field[]): Variational<number> => {
    const words = list.map((field) => field.text);
    const last = words[words.length - 1];
    if (bracket && (last === undefined || texts.constant(last) !== ']')) return space.one(2);
    return testStatus(shell, bracket ? words.slice(0, -1) : words);
  };
  const result = space.assume(space.bind(lists, status), shell.live);
  noteTraps(shell, args, node, bracket, result);
  return result;
}

function noteTraps(shell: Shell, args: Fields, node: Span, bracket: boolean, result: Variational<number>): void {
  const { space, texts } = shell.machine;
  const holds = space.map(result, (n) => n === 0);
  const text = shell.source.text.slice(node.pos, node.end);
  const words = (bracket ? args.slice(0, -1) : args).map(({ item }) => item.text);
  const constants = words.map((word) => texts.constant(word));
  const report = (kind: 'double-equals' | 'unquoted-empty' | 'one-argument-n', meant: Variational<number>): void => {
    const differs = space.apply(meant, holds, (m, h) => (m === 0) !== h);
    const wrong = space.and(shell.live, differs);
    if (wrong !== space.false) shell.machine.traps.push({ kind, place: placeOf(shell, node), when: shell.live, wrong, text });
  };
  if (constants.includes('==')) {
    const [left, , right] = words;
    if (words.length === 3 && left !== undefined && right !== undefined) report('double-equals', testStatus(shell, [left, texts.literal('='), right]));
  } else if (args.some(({ when }) => when !== space.true)) {
    const meant = testStatus(shell, words);
    report(constants[0] === '-n' && words.length === 2 ? 'one-argument-n' : 'unquoted-empty', meant);
  }
}

// -------------------------------------------------------------------------------------------------- scripts

/** Runs a text as a script in this shell, as `eval` does. */
function runText(shell: Shell, text: Text, node: Span): void {
  const { space, texts } = shell.machine;
  const flat = texts.flatten(texts.assume(text, shell.live));
  if (flat === undefined) {
    note(shell, node, 'the text that is evaluated here differs in too many ways; what it does is unknown');
    return;
  }
  for (const leaf of space.leaves(flat)) {
    let rest = leaf.when;
    // Answers that the shell would read as more than a part of a word are told apart; others are like any unknown.
    const [selector] = leaf.item.holds;
    const unknown = texts.join(leaf.item.pieces.filter((piece) => piece.kind === 'answer'));
    for (const { when, known, answer } of mentionedTexts(shell, unknown)) {
      const whole = selector === undefined ? undefined : texts.constant(leaf.item.given(selector, answer));
      if (whole === undefined || /^[\w./:=@%+,-]*$/.test(known)) continue;
      only(shell, space.and(leaf.when, when), () => runSource(shell, whole, shell.source.file, placeOf(shell, node), node));
      rest = space.and(rest, space.not(when));
    }
    only(shell, rest, () => runWithHoles(shell, leaf.item, node));
  }
}

/**
 * Runs a text that is not known in all its parts: these become variables, which are one word or none, as they would be
 * for all that is not special to the shell.
 */
function runWithHoles(shell: Shell, text: Text, node: Span): void {
  const { space, texts } = shell.machine;
  const names: string[] = [];
  let script = '';
  for (const piece of text.pieces) {
    if (piece.kind === 'literal') script += piece.text;
    else {
      const name = `${HOLE}${names.length}`;
      names.push(name);
      script += `\${${name}}`;
      write(shell, name, { set: space.true, text: texts.join([piece]), exported: space.false });
    }
  }
  if (names.length > 0 && HOLE_OUT_OF_PLACE.test(script)) {
    note(shell, node, `this evaluates a text that is not known: ${render(text)}`);
    setStatus(shell, space.one(0));
  } else runSource(shell, script, shell.source.file, placeOf(shell, node), node);
  for (const name of names) write(shell, name, { set: space.false, text: texts.empty, exported: space.false });
}

/** An unknown in single quotes, in a name that is assigned, or alone: not a part of a word that can be followed. */
const HOLE_OUT_OF_PLACE = new RegExp(`'[^']*\\$\\{${HOLE}|(?:^|[\\s;&|])\\w*\\$\\{${HOLE}\\d+\\}\\w*=|^\\$\\{${HOLE}\\d+\\}$|\\$\\{${HOLE}\\d+\\}['"]?\\(`);

/** Runs a script's text in this shell; its places are those of `place`, or its own when it is a file. */
function runSource(shell: Shell, text: string, file: string, place: Place | undefined, node: Span): void {
  const { machine, source, returned, chain } = shell;
  const { space } = machine;
  if (machine.depth > 40) {
    note(shell, node, 'scripts run each other too deeply to be evaluated');
    return;
  }
  const tree = parseShell(text);
  const at = placeOf(shell, node);
  shell.source = { file, text, place: place === undefined ? (span) => ({ file, ...span }) : () => place };
  if (place === undefined) shell.chain = [...chain, at];
  shell.returned = space.false;
  machine.depth += 1;
  setStatus(shell, space.one(0));
  for (const problem of tree.problems) note(shell, { pos: problem.at.start, end: problem.at.end }, problem.message);
  leave(shell, syntaxErrorIn(shell, tree.script), space.one(2));
  machine.run(shell, tree.script);
  machine.depth -= 1;
  shell.live = space.or(shell.live, shell.returned);
  shell.returned = returned;
  shell.source = source;
  shell.chain = chain;
}

/** Variables that /etc/os-release sets on every distribution (freedesktop.org, os-release). */
const OS_RELEASE = ['ID', 'ID_LIKE', 'NAME', 'PRETTY_NAME', 'VERSION', 'VERSION_ID', 'VERSION_CODENAME', 'UBUNTU_CODENAME'];

function sourceFile(shell: Shell, args: Fields, node: Span): Variational<number> | undefined {
  const { space, texts } = shell.machine;
  const path = args[0]?.item.text;
  if (path === undefined) return space.one(2);
  const constant = texts.constant(texts.assume(path, shell.live));
  if (constant === '/etc/os-release' || constant === '/usr/lib/os-release') {
    for (const name of OS_RELEASE) assign(shell, name, texts.symbol(`$${name}`));
    return space.one(0);
  }
  if (constant !== undefined) {
    const where = absolute(shell, constant);
    const own = shell.files.get(where)?.content;
    const text = own === undefined ? undefined : texts.constant(own);
    const known = shell.machine.host.script(where);
    if (text !== undefined || known !== undefined) {
      runSource(shell, text ?? known?.text ?? '', known?.file ?? shell.source.file, text === undefined ? undefined : placeOf(shell, node), node);
      return undefined;
    }
  }
  shell.blurred = unite(shell.blurred ?? new Set(), inputsOf(path));
  return space.one(0);
}

/** A child shell: it has the exported variables only, and its own options. */
function childShell(shell: Shell, dialect: Variational<Dialect>, zero: string, positional: Fields): Shell {
  const { space, texts } = shell.machine;
  const inner = fork(shell);
  const variables = new Map<string, Binding>();
  for (const [name, binding] of shell.variables) {
    const set = space.and(binding.set, binding.exported);
    if (set !== space.false) variables.set(name, { set, text: texts.pick(set, binding.text, texts.empty), exported: set });
  }
  inner.variables = variables;
  inner.functions = new Map();
  inner.dialect = dialect;
  inner.zero = zero;
  inner.positional = positional;
  inner.errexit = space.false;
  inner.nounset = space.false;
  inner.pipefail = space.false;
  inner.tested = 0;
  inner.deciding = 0;
  inner.status = space.one(0);
  inner.scripts += 1;
  return inner;
}

function finishChild(shell: Shell, inner: Shell): void {
  const { space } = shell.machine;
  shell.output = inner.output;
  setStatus(shell, space.pick(inner.exited, inner.exitStatus, inner.status));
}

function dialectOf(shell: Shell, interpreter: string): Variational<Dialect> {
  const { space, sh } = shell.machine;
  const name = interpreter.replace(/^.*\//, '');
  if (name === 'bash') return space.one<Dialect>('bash');
  if (name === 'ash' || name === 'busybox') return space.one<Dialect>('ash');
  return name === 'dash' ? space.one<Dialect>('dash') : sh;
}

/** `sh -c script`, `bash file`, `./file`: runs the script if its text is known. False when it is not a script. */
function runAsScript(shell: Shell, fields: Fields, words: readonly string[], node: Span): boolean {
  const { texts, host } = shell.machine;
  if (shell.scripts >= 4) return false;
  const inline = shellScriptOf(words);
  if (inline !== undefined) {
    const script = fields[inline.script];
    if (script === undefined) return false;
    const rest = fields.slice(inline.script + 1);
    const inner = childShell(shell, dialectOf(shell, words[0] ?? 'sh'), rest[0] === undefined ? (words[0] ?? 'sh') : render(rest[0].item.text), rest.slice(1));
    applyOptions(inner, inline.options);
    runText(inner, script.item.text, node);
    finishChild(shell, inner);
    return true;
  }
  const file = shellFileOf(words);
  const direct = file === undefined && (words[0] ?? '').includes('/');
  const index = direct ? 0 : file?.script;
  const path = index === undefined ? undefined : words[index];
  const field = index === undefined ? undefined : fields[index];
  if (path === undefined || index === undefined || field === undefined || texts.constant(field.item.text) === undefined) return false;
  const where = absolute(shell, path);
  const own = shell.files.get(where)?.content;
  const ownText = own === undefined ? undefined : texts.constant(own);
  const known = ownText === undefined ? host.script(where) : { file: shell.source.file, text: ownText };
  if (known === undefined) return false;
  const shebang = /^#![ \t]*(\S+)(?:[ \t]+(.*))?/.exec(known.text);
  const interpreter = shebang === null ? 'sh' : shebang[1]?.endsWith('/env') === true ? (shebang[2]?.replace(/^-S\s+/, '').split(/\s/)[0] ?? 'sh') : (shebang[1] ?? 'sh');
  if (direct && !/(?:^|\/)(?:sh|bash|dash|ash|busybox)$/.test(interpreter)) return false;
  const inner = childShell(shell, direct ? dialectOf(shell, interpreter) : dialectOf(shell, words[0] ?? 'sh'), path, fields.slice(index + 1));
  applyOptions(inner, direct ? (/\s(-[a-z]+)\s*$/.exec(shebang?.[0] ?? '')?.[1] === undefined ? [] : [/\s(-[a-z]+)\s*$/.exec(shebang?.[0] ?? '')?.[1] ?? '']) : (file?.options ?? []));
  runSource(inner, known.text, known.file, ownText === undefined ? undefined : placeOf(shell, node), node);
  finishChild(shell, inner);
  return true;
}

function applyOptions(shell: Shell, options: readonly string[]): void {
  const { space } = shell.machine;
  for (const option of options) {
    if (option === 'pipefail') shell.pipefail = space.true;
    if (!/^-[a-z]+$/.test(option)) continue;
    if (option.includes('e')) shell.errexit = space.true;
    if (option.includes('u')) shell.nounset = space.true;
  }
}

// -------------------------------------------------------------------------------------------------- programs

/** Runs a program: a script of the project is followed, a pure command computed, all others are recorded. */
function runExternal(shell: Shell, name: string | undefined, fields: Fields, node: Span): void {
  const { space, texts } = shell.machine;
  const certain = fields.map(({ when, item }) => ({ when: space.assume(when, shell.live), item: { ...item, text: texts.assume(item.text, shell.live) } }));
  const kept = certain.filter(({ when }) => when !== space.false);
  if (name !== undefined && shell.machine.host.missing(name)) {
    setStatus(shell, space.one(127));
    return;
  }
  if (name !== undefined) {
    const words = kept.map(({ item }) => texts.constant(item.text) ?? render(item.text));
    if (runWrapped(shell, kept, words, node)) return;
    if (kept.every(({ when }) => when === space.true) && runAsScript(shell, kept, words, node)) return;
    if (isPure(name) && (shell.output !== undefined || shell.outputs.length > 0)) {
      put(shell, pureText(shell, name, kept.slice(1)), name, kept.slice(1), node);
      setStatus(shell, space.one(0));
      return;
    }
    if (name === 'printenv' || (name === 'env' && kept.length === 1)) {
      put(shell, printenv(shell, kept.slice(1)), name, kept.slice(1), node);
      setStatus(shell, unknownStatus(shell, name, kept.slice(1)));
      return;
    }
  }
  record(shell, kept, node, false);
  if (shell.output !== undefined && shell.outputs.length === 0) {
    shell.output = texts.concat(shell.output, texts.pick(shell.live, unknownOutput(shell, undefined, kept), texts.empty));
  }
  setStatus(shell, unknownStatus(shell, undefined, kept));
}

/** `env X=1 cmd`, `exec cmd`, `sudo -E cmd`: followed when what they run is a script, an assignment list or a builtin. */
function runWrapped(shell: Shell, fields: Fields, words: readonly string[], node: Span): boolean {
  const { space, texts } = shell.machine;
  if (fields.some(({ when }, i) => i < 3 && when !== space.true)) return false;
  const peeled = peelWrapper(words);
  if (peeled === undefined || peeled.argv.length === 0 || peeled.argv.length >= words.length) return false;
  const inner = fields.slice(words.length - peeled.argv.length);
  const head = peeled.argv[0] ?? '';
  const transparent = words[0] === 'env' || words[0] === '/usr/bin/env' || words[0] === 'command';
  const script = shellScriptOf(peeled.argv) !== undefined || shellFileOf(peeled.argv) !== undefined || head.includes('/');
  if (!transparent && !script) return false;
  const set = fields.slice(1, words.length - peeled.argv.length).filter(({ item }) => /^[A-Za-z_]\w*=/.test(headOf(item.text)));
  const old = new Map(shell.variables);
  if (peeled.clears) for (const [key, binding] of old) write(shell, key, { ...binding, exported: space.false });
  for (const key of peeled.unset) write(shell, key, { set: space.false, text: texts.empty, exported: space.false });
  for (const { item } of set) {
    const [, key, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(headOf(item.text)) ?? [];
    if (key === undefined) continue;
    assign(shell, key, texts.join([{ kind: 'literal', text: value ?? '' }, ...item.text.pieces.slice(1)]));
    exportName(shell, key);
  }
  const { functions } = shell;
  // `env` runs programs, never functions or builtins; the few builtins that matter exist as programs too.
  shell.functions = new Map();
  const before = shell.machine.executions.length;
  runExternal(shell, texts.constant(inner[0]?.item.text ?? texts.empty), inner, node);
  shell.functions = functions;
  shell.variables = old;
  shell.shared = false;
  return shell.machine.executions.length >= before;
}

function headOf(text: Text): string {
  const head = text.pieces[0];
  return head?.kind === 'literal' ? head.text : '';
}

function pureText(shell: Shell, name: string, args: Fields): Text {
  const { space, texts } = shell.machine;
  const unknown = unknownOutput(shell, name, args);
  const lists = listsOf(space, args);
  if (lists === undefined) return unknown;
  const input = shell.input ?? texts.empty;
  if (args.length === 0 && name === 'cat') return input;
  const mark = texts.literal('\0');
  const made = space.map(lists, (list): Text => {
    if (list.some((field) => field.many)) return unknown;
    // All inputs as one text, so that whatever differs between environments is computed where it differs.
    const joined = texts.concat(texts.empty, ...list.flatMap((field) => [field.text, mark]), input);
    const compute = (whole: string): string | undefined => {
      const parts = whole.split('\0');
      return pureOutput(name, parts.slice(0, list.length), parts.slice(list.length).join('\0'));
    };
    let known = true;
    const result = texts.mapFlat(joined, (flat) => {
      const constant = texts.constant(flat);
      if (constant !== undefined) {
        const output = compute(constant);
        if (output === undefined) known = false;
        return texts.literal(output ?? '');
      }
      const words = list.map((field) => render(field.text)).join(' ');
      if (symbolsOf(flat).length > 0) known = false;
      return texts.transform(flat, `${name} ${words} `, (whole) => compute(whole) ?? '') ?? unknown;
    });
    return known && result !== undefined ? result : unknown;
  });
  return texts.from(made);
}

function printenv(shell: Shell, args: Fields): Text {
  const { texts, space } = shell.machine;
  const name = args[0] === undefined ? undefined : texts.constant(args[0].item.text);
  if (name === undefined) return texts.symbol('env');
  const binding = lookup(shell, name);
  const there = space.and(binding.set, binding.exported);
  return texts.pick(there, texts.concat(binding.text, texts.literal('\n')), texts.empty);
}

/** Sends text to standard output: into a command substitution, or into a file, which makes the command a step. */
function put(shell: Shell, text: Text, name: string, args: Fields, node: Span): void {
  const { space, texts } = shell.machine;
  if (shell.outputs.length > 0) {
    const span = { start: node.pos, end: node.pos + name.length };
    record(shell, [{ when: space.true, item: { text: texts.literal(name), many: false, span } }, ...args], node, true);
    const path = shell.outputs[0] === undefined ? undefined : texts.constant(shell.outputs[0]);
    if (path !== undefined) {
      const key = absolute(shell, path);
      const before = shell.files.get(key);
      shell.files.set(key, {
        exists: space.or(before?.exists ?? space.false, shell.live),
        content: before === undefined ? texts.pick(shell.live, text, texts.empty) : undefined,
      });
    }
  } else if (shell.output !== undefined) shell.output = texts.concat(shell.output, texts.pick(shell.live, text, texts.empty));
}

function record(shell: Shell, fields: Fields, node: Span, builtin: boolean): void {
  const { space, texts } = shell.machine;
  shell.machine.executions.push({
    words: fields.map(({ when, item }) => ({ when: space.assume(when, shell.live), item: { ...item, text: texts.assume(item.text, shell.live) } })).filter(({ when }) => when !== space.false),
    when: shell.live,
    environment: snapshot(shell),
    cwd: texts.assume(shell.cwd, shell.live),
    place: placeOf(shell, node),
    chain: shell.chain,
    captured: shell.output !== undefined && shell.outputs.length === 0,
    outputs: shell.outputs,
    builtin,
    piped: shell.piped,
  });
}

/** What a command that is not evaluated prints: one symbol, named by the command. */
function unknownOutput(shell: Shell, name: string | undefined, fields: Fields): Text {
  const { texts } = shell.machine;
  const words = [...(name === undefined ? [] : [name]), ...fields.map(({ item }) => render(item.text))];
  const ambient = ambientOf(words);
  const sources = [...fields.map(({ item }) => item.text), ...(shell.input === undefined ? [] : [shell.input])];
  const inputs = unite(...sources.map(inputsOf), ...fields.map(({ when }) => (when.kind === 'choice' ? when.support : new Set<never>())));
  const inner = sources.flatMap((text) => symbolsOf(text));
  const volatile = ambient?.volatile === true || inner.some((symbol) => symbol.volatile);
  const source = ambient?.source ?? inner.find((symbol) => symbol.source !== '')?.source ?? '';
  const before = shell.input === undefined ? '' : `${render(shell.input).trim()} | `;
  return texts.symbol(`$(${before}${words.join(' ')})`, inputs, source, volatile);
}

/** The status of a command that is not evaluated: 0 on the way, an opaque fact where it is asked for. */
function unknownStatus(shell: Shell, name: string | undefined, fields: Fields): Variational<number> {
  const { space } = shell.machine;
  if (shell.asked === 0) return space.one(0);
  const words = [...(name === undefined ? [] : [name]), ...fields.map(({ item }) => render(item.text))];
  const inputs = unite(...fields.map(({ item }) => inputsOf(item.text)));
  const fact = space.opaque(`${words.join(' ')} succeeds${fields.map(({ item }) => `#${item.text.id}`).join('')}`, inputs);
  return space.map(space.holds(fact), (yes) => (yes ? 0 : 1));
}

