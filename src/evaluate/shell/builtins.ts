/*
 * The builtins that are evaluated, POSIX XCU 2.14 and the ones that dash, bash and BusyBox ash share.
 */
import type { Variational } from '../../value/diagram.js';
import { dispatch, runProgram } from './command.js';
import { runGetopts } from './getopts.js';
import { echoText, joinFields } from './print.js';
import { printfOutcomes } from './printf.js';
import { put, unknownOutput, unknownStatus } from './programs.js';
import { readLine } from './read.js';
import { runText, sourceFile } from './scripts.js';
import {
  assign,
  byDialect,
  type Fields,
  inDialect,
  leave,
  lookup,
  type NodeSpan,
  only,
  type Shell,
  setStatus,
} from './state.js';
import { runTest } from './traps.js';
import { declareNames, setOptions, shiftPositional, unsetNames } from './variables.js';

/** The builtin of that name. */
export function builtinOf(name: string | undefined): Builtin | undefined {
  return name !== undefined && Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
}

/** Gives the status, or undefined when it has set the status itself. */
type Builtin = (shell: Shell, args: Fields, node: NodeSpan, name: string) => Variational<number> | undefined;

const ok: Builtin = (shell) => shell.machine.space.one(0);

const declare: Builtin = (shell, args, _node, name) => {
  if (name === 'local' && shell.hidden === undefined) {
    leave(shell, inDialect(shell, 'dash', 'ash'), shell.machine.space.one(2));
    return shell.machine.space.one(1);
  }
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
    // What nobody reads need not be known.
    if (shell.output !== undefined || shell.outputs.length > 0) put(shell, echoText(shell, args), 'echo', args, node);
    return shell.machine.space.one(0);
  },
  printf: (shell, args, node) => runPrintf(shell, args, node),
  '[': (shell, args, node) => runTest(shell, args, node, true),
  test: (shell, args, node) => runTest(shell, args, node, false),
  cd: (shell, args) => {
    const { texts } = shell.machine;
    const target =
      args.find(({ item }) => !/^-[LP]$/.test(texts.constant(item.text) ?? ''))?.item.text ??
      lookup(shell, 'HOME').text;
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
  break: (shell, args) => {
    const { space } = shell.machine;
    const { live } = shell;
    const loops = leaveLoops(shell, args);
    if (loops !== undefined) shell.broken = space.pick(live, loops, shell.broken);
    return loops === undefined ? space.one(0) : undefined;
  },
  continue: (shell, args) => {
    const { space } = shell.machine;
    const { live } = shell;
    const loops = leaveLoops(shell, args);
    if (loops !== undefined) shell.continued = space.pick(live, loops, shell.continued);
    return loops === undefined ? space.one(0) : undefined;
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
  getopts: (shell, args) => runGetopts(shell, args),
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

function runPrintf(shell: Shell, args: Fields, node: NodeSpan): Variational<number> {
  const { space, texts } = shell.machine;
  const outcomes = printfOutcomes(shell, args);
  if (outcomes === undefined) {
    put(shell, unknownOutput(shell, 'printf', args, node), 'printf', args, node);
    return space.one(0);
  }
  const variables = new Set(space.leaves(outcomes).map(({ item }) => item.variable));
  for (const variable of variables) {
    const here = space.map(outcomes, (outcome) => outcome.variable === variable);
    const text = texts.from(space.map(outcomes, (outcome) => outcome.text));
    only(shell, here, () => {
      if (variable === undefined) put(shell, text, 'printf', args, node);
      else assign(shell, variable, text);
    });
  }
  return space.bind(outcomes, ({ status }) => status);
}

/** How many loops `break` or `continue` leaves; undefined outside of loops, where it does nothing. */
function leaveLoops(shell: Shell, args: Fields): Variational<number> | undefined {
  const { space } = shell.machine;
  if (shell.loops === 0) return undefined;
  const wanted = args.length === 0 ? space.one(1) : statusOf(shell, args);
  setStatus(shell, space.one(0));
  shell.live = space.false;
  return space.map(wanted, (n) => Math.min(Math.max(n, 1), shell.loops));
}

function query(shell: Shell, name: string, args: Fields, node: NodeSpan): Variational<number> {
  put(shell, unknownOutput(shell, name, args, node), name, args, node);
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
