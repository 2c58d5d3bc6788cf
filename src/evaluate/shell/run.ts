/*
 * Control flow: lists, pipelines, `if`, `case`, loops, functions, subshells. See state.ts for the idea. Every construct
 * narrows `live`, runs its parts and unites `live` again; nothing is run twice for two environments.
 */
import type { Case, Pipeline, Script, Statement, SyntaxNode } from '../../syntax/shell/parse.js';
import type { Condition, Variational } from '../../value/diagram.js';
import { arithmeticStatus } from './arithmetic.js';
import { runSimple } from './command.js';
import { syntaxErrorIn } from './dialect.js';
import { havoc, runFor, runWhile } from './loops.js';
import { matchPattern } from './match.js';
import { withRedirections } from './redirect.js';
import { fork, inDialect, leave, note, only, placeOf, type Shell, setStatus, snapshot, statusOfFork } from './state.js';
import { conditionalExpression, testWords, testWordsOf } from './test.js';
import { expandPattern, expandText } from './words.js';

/** Marks that the script was told to have run out of fuel. */
const EXHAUSTED = Number.NEGATIVE_INFINITY;

/**
 * Runs a script. Shells read a script line by line: what stands before a line that they cannot read is run, and bash goes
 * on with the next line after an error in an expansion.
 */
export function runScript(shell: Shell, script: Script): void {
  const { space } = shell.machine;
  const outer = shell.discarded;
  shell.discarded = space.false;
  for (const line of linesOf(script.source ?? shell.source.text, script.commands)) {
    leave(shell, syntaxErrorIn(shell, line), space.one(2));
    runList(shell, line);
    shell.live = space.or(shell.live, shell.discarded);
    shell.discarded = space.false;
  }
  shell.discarded = outer;
}

/** The statements that a shell reads at once: those of one line. */
function linesOf(text: string, statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const lines: Statement[][] = [];
  let end = 0;
  for (const statement of statements) {
    const last = lines[lines.length - 1];
    if (last === undefined || text.slice(end, statement.pos).includes('\n')) lines.push([statement]);
    else last.push(statement);
    end = statement.end;
  }
  return lines;
}

function runList(shell: Shell, statements: readonly Statement[]): void {
  const { machine } = shell;
  for (const statement of statements) {
    if (shell.live === machine.space.false) return;
    machine.fuel -= 1;
    if (machine.fuel < 0) {
      if (machine.fuel > EXHAUSTED)
        note(shell, statement, 'this script runs too many steps to be evaluated to its end');
      machine.fuel = EXHAUSTED;
      shell.live = machine.space.false;
      return;
    }
    if (statement.background === true) {
      const inner = fork(shell);
      runNode(inner, statement.command);
      setStatus(shell, machine.space.one(0));
    } else runNode(shell, statement.command);
  }
}

/** Runs one node of the tree. */
export function runNode(shell: Shell, node: SyntaxNode): void {
  const { space } = shell.machine;
  switch (node.type) {
    case 'Script':
    case 'CompoundList':
      runList(shell, node.commands);
      return;
    case 'Statement':
      runList(shell, [node]);
      return;
    case 'AndOr':
      runAndOr(shell, node.commands, node.operators);
      return;
    case 'Pipeline':
      runPipeline(shell, node);
      return;
    case 'Command':
      runSimple(shell, node);
      stopOnError(shell);
      return;
    case 'Redirected':
      withRedirections(shell, node.redirects, () => runNode(shell, node.command));
      return;
    case 'BraceGroup':
      runList(shell, node.body.commands);
      return;
    case 'Subshell':
      runSubshell(shell, node.body);
      stopOnError(shell);
      return;
    case 'If':
      runIf(shell, [node, ...node.elif], node.else?.commands);
      return;
    case 'Case':
      runCase(shell, node);
      return;
    case 'For':
      runFor(shell, node);
      return;
    case 'While':
      runWhile(shell, node);
      return;
    case 'Function': {
      const name = node.name.text;
      const kept = (shell.functions.get(name) ?? []).map(({ when, item }) => ({
        when: space.and(when, space.not(shell.live)),
        item,
      }));
      const added = { when: shell.live, item: { body: node.body, source: shell.source } };
      shell.functions.set(name, [...kept.filter(({ when }) => when !== space.false), added]);
      setStatus(shell, space.one(0));
      return;
    }
    case 'TestCommand': {
      const ash = inDialect(shell, 'ash');
      const holds = ash === space.true ? space.false : conditionalExpression(shell, node.expression);
      const text = shell.source.text.slice(node.pos, node.end);
      const dash = inDialect(shell, 'dash');
      const wrong = space.and(space.and(shell.live, holds), dash);
      if (wrong !== space.false)
        shell.machine.traps.push({
          kind: 'double-bracket',
          place: placeOf(shell, node),
          when: shell.live,
          wrong,
          text,
        });
      // dash has no `[[`: command not found.
      const status = space.pick(dash, space.one(127), truth(shell, holds));
      setStatus(
        shell,
        ash === space.false
          ? status
          : space.pick(ash, testWords(shell, testWordsOf(shell, node.expression), true), status),
      );
      stopOnError(shell);
      return;
    }
    case 'ArithmeticCommand': {
      const status = node.expression === undefined ? undefined : arithmeticStatus(shell, node.expression);
      const known = status ?? truth(shell, space.holds(space.opaque(shell.source.text.slice(node.pos, node.end))));
      // In dash and ash this is a subshell that runs the command `D`.
      setStatus(shell, space.pick(inDialect(shell, 'bash'), known, space.one(127)));
      stopOnError(shell);
      return;
    }
    case 'ArithmeticFor':
    case 'Select':
    case 'Coproc':
      note(
        shell,
        node,
        `\`${node.type === 'ArithmeticFor' ? 'for ((' : node.type.toLowerCase()}\` is not evaluated; what it changes is unknown`,
      );
      havoc(shell, node);
      return;
    default:
      return;
  }
}

function truth(shell: Shell, condition: Condition): Variational<number> {
  return shell.machine.space.map(condition, (holds) => (holds ? 0 : 1));
}

/** Where the last status is 0. */
export function succeeded(shell: Shell): Condition {
  return shell.machine.space.map(shell.machine.space.assume(shell.status, shell.live), (n) => n === 0);
}

/** `set -e`: a failing command ends the shell, unless its status is being asked for. */
function stopOnError(shell: Shell): void {
  const { space } = shell.machine;
  if (shell.tested > 0 || shell.errexit === space.false) return;
  const failed = space.not(succeeded(shell));
  leave(shell, space.and(shell.errexit, failed), shell.status);
}

/** Runs something whose status is asked for, not obeyed. */
export function tested(shell: Shell, decides: boolean, run: () => void): void {
  shell.tested += 1;
  if (decides) {
    shell.asked += 1;
    shell.deciding += 1;
  }
  run();
  shell.tested -= 1;
  if (decides) {
    shell.asked -= 1;
    shell.deciding -= 1;
  }
}

function runAndOr(shell: Shell, commands: readonly SyntaxNode[], operators: readonly string[]): void {
  const { space } = shell.machine;
  const [first, ...rest] = commands;
  if (first === undefined) return;
  // What stands left of `||` is asked for; what stands left of `&&` must succeed for the list to, unless it is a test or
  // the way out (`cmp -s a b && exit 0`).
  const asked = (i: number): boolean =>
    operators.slice(i).includes('||') || isTest(commands[i]) || leaves(commands[commands.length - 1]);
  if (rest.length === 0) runNode(shell, first);
  else tested(shell, asked(0), () => runNode(shell, first));
  for (const [i, command] of rest.entries()) {
    const ok = succeeded(shell);
    const goes = operators[i] === '&&' ? ok : space.not(ok);
    const previous = commands[i];
    if (goes.kind === 'choice' && previous !== undefined)
      shell.machine.decisions.push({ place: placeOf(shell, previous), when: shell.live, holds: goes });
    only(shell, goes, () => {
      if (i === rest.length - 1) runNode(shell, command);
      else tested(shell, asked(i + 1), () => runNode(shell, command));
    });
  }
}

/** Commands that are run to ask something, so that failing is an answer and not a fault. */
const QUERIES =
  /^(?:\[|\[\[|test|grep|egrep|fgrep|command|which|type|id|getent|pgrep|diff|cmp|printenv|true|false|expr)$/;

function isTest(node: SyntaxNode | undefined): boolean {
  switch (node?.type) {
    case 'TestCommand':
    case 'ArithmeticCommand':
      return true;
    case 'Pipeline':
      return node.prefixes.length > 0 || isTest(node.commands[node.commands.length - 1]);
    case 'AndOr':
      return isTest(node.commands[node.commands.length - 1]);
    case 'Subshell':
    case 'BraceGroup':
      return isTest(node.body.commands[node.body.commands.length - 1]?.command);
    case 'Redirected':
      return isTest(node.command);
    case 'Command':
      return node.name !== undefined && QUERIES.test(node.name.text);
    default:
      return false;
  }
}

/** Whether a command leaves the script, the function or the loop. */
function leaves(node: SyntaxNode | undefined): boolean {
  return node?.type === 'Command' && /^(?:exit|return|break|continue)$/.test(node.name?.text ?? '');
}

function runPipeline(shell: Shell, node: Pipeline): void {
  const { space } = shell.machine;
  const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
  const [single] = node.commands;
  if (node.commands.length === 1 && single !== undefined) {
    if (negated) tested(shell, true, () => runNode(shell, single));
    else runNode(shell, single);
  } else {
    const run = (): void => runStages(shell, node);
    if (negated) tested(shell, true, run);
    else run();
  }
  if (negated)
    setStatus(
      shell,
      space.map(shell.status, (n) => (n === 0 ? 1 : 0)),
    );
  else if (node.commands.length > 1) stopOnError(shell);
}

function runStages(shell: Shell, node: Pipeline): void {
  const { space, texts } = shell.machine;
  let input = shell.input;
  let status: Variational<number> = space.one(0);
  let failing: Variational<number> = space.one(0);
  snapshot(shell);
  for (const [i, command] of node.commands.entries()) {
    const last = i === node.commands.length - 1;
    const inner = fork(shell);
    inner.input = input;
    inner.piped = i > 0 || shell.piped;
    if (!last) {
      inner.output = texts.empty;
      inner.outputs = [];
      inner.asked = 0;
    }
    runNode(inner, command);
    status = statusOfFork(inner);
    failing = space.apply(status, failing, (own, before) => (own === 0 ? before : own));
    if (last) shell.output = inner.output;
    else input = inner.output;
  }
  setStatus(shell, space.pick(shell.pipefail, failing, status));
}

function runSubshell(shell: Shell, body: SyntaxNode): void {
  const inner = fork(shell);
  runNode(inner, body);
  shell.output = inner.output;
  setStatus(shell, statusOfFork(inner));
}

function runIf(
  shell: Shell,
  clauses: readonly { readonly clause: SyntaxNode; readonly then: SyntaxNode }[],
  otherwise: readonly Statement[] | undefined,
): void {
  const { space } = shell.machine;
  const [first, ...rest] = clauses;
  if (first === undefined) {
    if (otherwise === undefined) setStatus(shell, space.one(0));
    else runList(shell, otherwise);
    return;
  }
  tested(shell, true, () => runNode(shell, first.clause));
  const holds = succeeded(shell);
  shell.machine.decisions.push({ place: placeOf(shell, first.clause), when: shell.live, holds });
  const before = shell.live;
  shell.live = space.and(before, holds);
  if (shell.live !== space.false) runNode(shell, first.then);
  const after = shell.live;
  shell.live = space.and(before, space.not(holds));
  if (shell.live !== space.false) runIf(shell, rest, otherwise);
  shell.live = space.or(after, shell.live);
}

function runCase(shell: Shell, node: Case): void {
  const { space } = shell.machine;
  shell.deciding += 1;
  const subject = expandText(shell, node.word);
  shell.deciding -= 1;
  let rest: Condition = shell.live;
  let after: Condition = space.false;
  let falling: Condition = space.false;
  for (const item of node.items) {
    let matched: Condition = space.false;
    let here: Condition = space.false;
    for (const pattern of item.pattern) {
      // A pattern is expanded only where none before it matched; its expansion may end the shell.
      shell.live = rest;
      const holds = matchPattern(shell, subject, expandPattern(shell, pattern));
      matched = space.or(matched, holds);
      here = space.or(here, space.and(shell.live, holds));
      rest = space.and(shell.live, space.not(holds));
      if (rest === space.false) break;
    }
    if (matched.kind === 'choice') {
      const place = placeOf(shell, item.pattern[0] ?? item);
      shell.machine.decisions.push({ place, when: space.or(here, rest), holds: matched });
    }
    shell.live = space.or(here, falling);
    if (shell.live === space.false) continue;
    if (item.body.commands.length === 0) setStatus(shell, space.one(0));
    runList(shell, item.body.commands);
    falling = space.false;
    if (item.terminator === ';&') falling = shell.live;
    else if (item.terminator === ';;&') rest = space.or(rest, shell.live);
    else after = space.or(after, shell.live);
  }
  shell.live = rest;
  setStatus(shell, space.one(0));
  shell.live = space.or(space.or(after, falling), rest);
}
