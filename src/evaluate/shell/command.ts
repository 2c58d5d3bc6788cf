/*
 * Simple commands, POSIX XCU 2.9.1: expands the words, assigns, and finds out what the first word is: a function, a
 * builtin or a program.
 */
import type { Assignment, Command } from '../../syntax/shell/parse.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import { inputsOf, type Text } from '../../value/text.js';
import { builtinOf } from './builtins.js';
import { DEPTH_LIMIT, joinTexts, limitFields } from './limits.js';
import { mentionedTexts } from './match.js';
import { arrayOf, nth } from './parameters.js';
import { runExternal } from './programs.js';
import { withRedirections } from './redirect.js';
import { runNode } from './run.js';
import {
  assign,
  type Binding,
  exportName,
  type Field,
  type Fields,
  type FunctionDefinition,
  inDialect,
  lookup,
  type NodeSpan,
  note,
  only,
  placeOf,
  type Shell,
  setStatus,
  write,
} from './state.js';
import { declareName, replaceWhere } from './variables.js';
import { expandFields, expandText } from './words.js';

/** Runs a simple command. */
export function runSimple(shell: Shell, node: Command): void {
  const { space } = shell.machine;
  shell.substitution = undefined;
  const assignments = node.prefix.filter((item): item is Assignment => item.type === 'Assignment');
  const name = node.name?.text;
  const declares = name !== undefined && /^(?:export|readonly|local|declare|typeset)$/.test(name);
  const declared: Assignment[] = [];
  const words = node.name === undefined ? node.args : [node.name, ...node.args];
  const expanded = words.flatMap((word): Fields => {
    if (word.type === 'Word') return expandFields(shell, word);
    if (!declares) return [assignmentWord(shell, word)];
    declared.push(word);
    return [];
  });
  const fields = limitFields(shell, expanded, node);
  if (fields.length === 0 && declared.length === 0) {
    for (const assignment of assignments) assignNow(shell, assignment);
    withRedirections(shell, node.redirects, () => setStatus(shell, shell.substitution ?? space.one(0)));
    return;
  }
  withRedirections(shell, node.redirects, () => {
    withAssignments(shell, assignments, name, () => {
      for (const arg of declared)
        declareName(
          shell,
          name ?? 'export',
          arg.name,
          arg.value.type === 'Word' ? expandText(shell, arg.value) : undefined,
        );
      dispatch(shell, fields, node);
    });
  });
}

/** `dd if=x`: an assignment in the tree that is an ordinary word of a command. */
function assignmentWord(shell: Shell, arg: Assignment): Guarded<Field> {
  const { space, texts } = shell.machine;
  const value = arg.value.type === 'Word' ? expandText(shell, arg.value) : texts.symbol(arg.text);
  const operator = arg.append === true ? '+=' : '=';
  return {
    when: space.true,
    item: {
      text: texts.concat(texts.literal(`${arg.name}${operator}`), value),
      many: false,
      span: { start: arg.pos, end: arg.end },
    },
  };
}

function assignNow(shell: Shell, assignment: Assignment): void {
  const { value, name } = assignment;
  if (value.type === 'ArrayValue') {
    const items = value.elements.flatMap((word) => expandFields(shell, word));
    setArray(
      shell,
      name,
      limitFields(shell, assignment.append === true ? [...arrayOf(shell, name), ...items] : items, assignment),
    );
    return;
  }
  const text = expandText(shell, value);
  if (assignment.index !== undefined || shell.arrays.has(name)) setElement(shell, name, assignment, text);
  else
    assign(
      shell,
      name,
      assignment.append === true ? joinTexts(shell, [lookup(shell, name).text, text], assignment) : text,
    );
}

/** Replaces an array where the shell is live. The array's name alone is its first element. */
function setArray(shell: Shell, name: string, items: Fields): void {
  shell.arrays.set(name, replaceWhere(shell, shell.arrays.get(name) ?? [], items));
  assign(shell, name, nth(shell, items, 0, name).text);
}

/** `A[1]=x`, for elements that are there and for the one after them; an array with gaps is not known. */
function setElement(shell: Shell, name: string, { index, append, pos, end }: Assignment, text: Text): void {
  const { space, texts } = shell.machine;
  const fields = arrayOf(shell, name);
  const at = index === undefined ? 0 : Number(index.text);
  const old = fields[at];
  const item = {
    text: append === true && old !== undefined ? texts.concat(old.item.text, text) : text,
    many: false,
    span: { start: pos, end },
  };
  if (fields.every(({ when }) => space.implies(shell.live, when)) && at <= fields.length)
    setArray(shell, name, [...fields.slice(0, at), { when: space.true, item }, ...fields.slice(at + 1)]);
  else
    setArray(shell, name, [
      { when: space.true, item: { ...item, text: texts.symbol(`\${${name}[@]}`, inputsOf(text)), many: true } },
    ]);
}

/** `X=1 cmd`: the assignment is in the command's environment only, and its words have been expanded before. */
function withAssignments(
  shell: Shell,
  assignments: readonly Assignment[],
  name: string | undefined,
  run: () => void,
): void {
  if (assignments.length === 0) {
    run();
    return;
  }
  const { space, texts } = shell.machine;
  const old = assignments.map((assignment): [string, Binding] => [assignment.name, lookup(shell, assignment.name)]);
  const known = new Set(shell.local);
  // Before a special builtin they are ordinary assignments (POSIX 2.14), but not in bash.
  const stay = name !== undefined && SPECIAL.test(name) ? inDialect(shell, 'dash', 'ash') : space.false;
  for (const assignment of assignments) {
    assignNow(shell, assignment);
    only(shell, space.not(stay), () => exportName(shell, assignment.name));
  }
  const { prefixed } = shell;
  shell.prefixed = new Set(assignments.map((assignment) => assignment.name));
  run();
  shell.prefixed = prefixed;
  if (stay === space.true) return;
  shell.local = known;
  for (const [key, before] of old) {
    const now = lookup(shell, key);
    write(shell, key, {
      set: space.pick(stay, now.set, before.set),
      text: texts.pick(stay, now.text, before.text),
      exported: space.pick(stay, now.exported, before.exported),
    });
  }
}

const SPECIAL = /^(?::|\.|eval|export|readonly|set|shift|unset|trap|exec|exit|return|break|continue|times)$/;

/** Finds out what the first word is, in each environment, and runs it. */
export function dispatch(shell: Shell, fields: Fields, node: NodeSpan): void {
  const { space, texts } = shell.machine;
  if (shell.live === space.false) return;
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

function runNamed(shell: Shell, name: string | undefined, fields: Fields, node: NodeSpan): void {
  const { space } = shell.machine;
  const definitions = name === undefined ? undefined : shell.functions.get(name);
  if (name === undefined || definitions === undefined) {
    runProgram(shell, name, fields, node);
    return;
  }
  let rest: Condition = space.true;
  for (const { when, item } of definitions) {
    only(shell, when, () => callFunction(shell, item, fields, node));
    rest = space.and(rest, space.not(when));
  }
  only(shell, rest, () => runProgram(shell, name, fields, node));
}

function callFunction(shell: Shell, called: FunctionDefinition, fields: Fields, node: NodeSpan): void {
  const { machine, source, positional, returned, hidden, chain, loops, prefixed, given } = shell;
  const { space } = machine;
  if (machine.depth > DEPTH_LIMIT) {
    note(shell, node, 'functions call each other too deeply to be evaluated');
    return;
  }
  machine.depth += 1;
  shell.positional = fields.slice(1);
  shell.returned = space.false;
  shell.hidden = new Map();
  shell.given = prefixed;
  shell.prefixed = new Set();
  // In ash a function may leave the loops that it is called in.
  if (inDialect(shell, 'ash') !== space.true) shell.loops = 0;
  shell.chain = [...chain, placeOf(shell, node)];
  shell.source = called.source;
  runNode(shell, called.body);
  shell.source = source;
  for (const [name, binding] of shell.hidden) write(shell, name, binding);
  shell.live = space.or(shell.live, shell.returned);
  shell.positional = positional;
  shell.returned = returned;
  shell.hidden = hidden;
  shell.given = given;
  shell.prefixed = prefixed;
  shell.loops = loops;
  shell.chain = chain;
  machine.depth -= 1;
}

/** Runs a builtin, or a program under its certain name. */
export function runProgram(shell: Shell, name: string | undefined, fields: Fields, node: NodeSpan): void {
  const builtin = builtinOf(name);
  if (builtin === undefined) {
    runExternal(shell, name, fields, node);
    return;
  }
  const status = builtin(shell, fields.slice(1), node, name ?? '');
  if (status !== undefined) setStatus(shell, status);
}
