/*
 * Programs: scripts of the project are followed, pure commands are computed, and all others are recorded as executions.
 */
import { ambientOf, isSureQuery } from '../../knowledge/ambient.js';
import { peelWrapper, shellFileOf, shellScriptOf } from '../../knowledge/tools.js';
import { addOrigins } from '../../model/build.js';
import type { Variational } from '../../value/diagram.js';
import { inputsOf, render, symbolsOf, type Text } from '../../value/text.js';
import { joinTexts } from './limits.js';
import { listsOf } from './lists.js';
import { isPure, pureOutput } from './pure.js';
import { runAsScript, runPackageScript } from './scripts.js';
import {
  assign,
  exportName,
  type Field,
  type Fields,
  lookup,
  type NodeSpan,
  only,
  placeOf,
  type Shell,
  setStatus,
  snapshot,
  unite,
  wordPlaceOf,
  write,
} from './state.js';
import { absolute } from './test.js';

/** Runs a program: a script of the project is followed, a pure command computed, all others are recorded. */
export function runExternal(shell: Shell, name: string | undefined, fields: Fields, node: NodeSpan): void {
  const { space, texts } = shell.machine;
  const certain = fields.map(({ when, item }) => ({
    when: space.assume(when, shell.live),
    item: { ...item, text: texts.assume(item.text, shell.live) },
  }));
  const kept = certain.filter(({ when }) => when !== space.false);
  if (name !== undefined && shell.machine.host.missing(name)) {
    setStatus(shell, space.one(127));
    return;
  }
  if (name !== undefined) {
    const words = kept.map(({ item }) => texts.constant(item.text) ?? render(item.text));
    if (WRAPPERS.test(name) && runEachList(shell, name, kept, node)) return;
    if (runWrapped(shell, kept, words, node)) return;
    if (runAsScript(shell, kept, words, node) || runPackageScript(shell, kept, words, node)) return;
    if (isPure(name) && (shell.output !== undefined || shell.outputs.length > 0)) {
      put(shell, pureText(shell, name, kept.slice(1), node), name, kept.slice(1), node);
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
    shell.output = joinTexts(
      shell,
      [shell.output, texts.pick(shell.live, unknownOutput(shell, undefined, kept, node), texts.empty)],
      node,
    );
  }
  setStatus(shell, unknownStatus(shell, undefined, kept));
}

/** Programs whose first words say which other program they run. */
const WRAPPERS = /^(?:env|command|sh|bash|dash|ash)$/;

/** The first words of a wrapper are told apart where they are there in some environments only. */
const WRAPPER_WORDS = 6;
const WRAPPER_LISTS = 16;

/** `env X=1 $FLAGS cmd`: what is run is found out for each list of first words; false when there is only one, or too many. */
function runEachList(shell: Shell, name: string, fields: Fields, node: NodeSpan): boolean {
  const { space } = shell.machine;
  const head = fields.slice(0, WRAPPER_WORDS);
  if (head.every(({ when }) => when === space.true)) return false;
  const lists = listsOf(space, head);
  if (lists === undefined) return false;
  const leaves = space.leaves(lists);
  if (leaves.length > WRAPPER_LISTS) return false;
  for (const { when, item } of leaves) {
    const certain = item.map((field) => ({ when: space.true, item: field }));
    only(shell, when, () => runExternal(shell, name, [...certain, ...fields.slice(WRAPPER_WORDS)], node));
  }
  return true;
}

/** `env X=1 cmd`, `exec cmd`, `sudo -E cmd`: followed when what they run is a script, an assignment list or a builtin. */
function runWrapped(shell: Shell, fields: Fields, words: readonly string[], node: NodeSpan): boolean {
  const { space, texts } = shell.machine;
  if (fields.some(({ when }, i) => i < 3 && when !== space.true)) return false;
  const peeled = peelWrapper(words);
  if (peeled === undefined || peeled.argv.length === 0 || peeled.argv.length >= words.length) return false;
  const inner = fields.slice(words.length - peeled.argv.length);
  const head = peeled.argv[0] ?? '';
  const transparent = words[0] === 'env' || words[0] === '/usr/bin/env' || words[0] === 'command';
  const script =
    shellScriptOf(peeled.argv) !== undefined || shellFileOf(peeled.argv) !== undefined || head.includes('/');
  if (!transparent && !script) return false;
  const set = fields
    .slice(1, words.length - peeled.argv.length)
    .filter(({ item }) => /^[A-Za-z_]\w*=/.test(headOf(item.text)));
  const old = new Map(shell.variables);
  if (peeled.clears) for (const [key, binding] of old) write(shell, key, { ...binding, exported: space.false });
  for (const key of peeled.unset) write(shell, key, { set: space.false, text: texts.empty, exported: space.false });
  for (const { when, item } of set) {
    const [, key, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(headOf(item.text)) ?? [];
    if (key === undefined) continue;
    only(shell, when, () => {
      assign(shell, key, texts.join([{ kind: 'literal', text: value ?? '' }, ...item.text.pieces.slice(1)]));
      exportName(shell, key);
    });
  }
  const { functions } = shell;
  // `env` runs programs, never functions or builtins; the few builtins that matter exist as programs too.
  shell.functions = new Map();
  runExternal(shell, texts.constant(inner[0]?.item.text ?? texts.empty), inner, node);
  shell.functions = functions;
  shell.variables = old;
  shell.shared = false;
  return true;
}

function headOf(text: Text): string {
  const head = text.pieces[0];
  return head?.kind === 'literal' ? head.text : '';
}

function pureText(shell: Shell, name: string, args: Fields, node: NodeSpan): Text {
  const { space, texts } = shell.machine;
  const unknown = unknownOutput(shell, name, args, node);
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
      const words = render(flat).split('\0').slice(0, list.length).join(' ');
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
export function put(shell: Shell, text: Text, name: string, args: Fields, node: NodeSpan): void {
  const { space, texts } = shell.machine;
  if (shell.outputs.length > 0) {
    const span = { start: node.pos, end: node.pos + name.length };
    record(
      shell,
      [{ when: space.true, item: { text: texts.literal(name), many: false, span } }, ...args],
      node,
      true,
      text,
    );
    const path = shell.outputs[0] === undefined ? undefined : texts.constant(shell.outputs[0]);
    if (path !== undefined) {
      const key = absolute(shell, path);
      const before = shell.files.get(key);
      shell.files.set(key, {
        exists: space.or(before?.exists ?? space.false, shell.live),
        content: before === undefined ? texts.pick(shell.live, text, texts.empty) : undefined,
      });
    }
  } else if (shell.output !== undefined)
    shell.output = joinTexts(shell, [shell.output, texts.pick(shell.live, text, texts.empty)], node);
}

export function record(shell: Shell, fields: Fields, node: NodeSpan, builtin: boolean, written?: Text): void {
  const { space, texts } = shell.machine;
  shell.machine.executions.push({
    words: fields
      .map(({ when, item }) => ({
        when: space.assume(when, shell.live),
        item: placed(shell, { ...item, text: texts.assume(item.text, shell.live) }),
      }))
      .filter(({ when }) => when !== space.false),
    when: shell.live,
    environment: snapshot(shell),
    prefixed: shell.prefixed,
    cwd: texts.assume(shell.cwd, shell.live),
    place: placeOf(shell, node),
    chain: shell.chain,
    captured: shell.output !== undefined && shell.outputs.length === 0,
    outputs: shell.outputs,
    appends: shell.appends,
    written: written === undefined ? undefined : texts.assume(written, shell.live),
    builtin,
    piped: shell.piped,
    input: shell.input === undefined ? undefined : texts.assume(shell.input, shell.live),
  });
}

function placed(shell: Shell, field: Field): Field {
  const place = wordPlaceOf(shell, field.span);
  return place === undefined ? field : { ...field, place };
}

/** What a command that is not evaluated prints: one symbol, named by the command. */
export function unknownOutput(shell: Shell, name: string | undefined, fields: Fields, node: NodeSpan): Text {
  const { texts } = shell.machine;
  const words = wordsOf(name, fields, render);
  const ambient = ambientOf(wordsOf(name, fields, (text) => sureStart(shell, text)));
  const sources = [...fields.map(({ item }) => item.text), ...(shell.input === undefined ? [] : [shell.input])];
  const inputs = unite(
    ...sources.map(inputsOf),
    ...fields.map(({ when }) => (when.kind === 'choice' ? when.support : new Set<never>())),
  );
  const inner = sources.flatMap((text) => symbolsOf(text));
  const volatile = ambient?.volatile === true || inner.some((symbol) => symbol.volatile);
  const source = ambient?.source ?? inner.find((symbol) => symbol.source !== '')?.source ?? '';
  const before = shell.input === undefined ? '' : `${render(shell.input).trim()} | `;
  const output = texts.symbol(`$(${before}${words.join(' ')})`, inputs, source, volatile);
  if (source !== '')
    for (const symbol of symbolsOf(output)) addOrigins(shell.machine.origins, symbol, [placeOf(shell, node)]);
  return output;
}

function wordsOf(name: string | undefined, fields: Fields, shown: (text: Text) => string): readonly string[] {
  return [...(name === undefined ? [] : [name]), ...fields.map(({ item }) => shown(item.text))];
}

/** What a text starts with in every environment, or all of it where it is the same in all: `@…` of `@$SOURCE_DATE_EPOCH`. */
function sureStart(shell: Shell, text: Text): string {
  const { space, texts } = shell.machine;
  const flat = text.flat ? undefined : texts.flatten(text);
  if (flat === undefined) return render(text);
  const [first = '', ...others] = space.leaves(flat).map(({ item }) => render(item));
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return `${first.slice(0, length)}⟨…⟩`;
}

/** The status of a command that is not evaluated: 0 on the way and for what only asks, else an opaque fact where it is asked for. */
export function unknownStatus(shell: Shell, name: string | undefined, fields: Fields): Variational<number> {
  const { space } = shell.machine;
  if (shell.asked === 0) return space.one(0);
  if (isSureQuery(wordsOf(name, fields, (text) => sureStart(shell, text)))) return space.one(0);
  const words = wordsOf(name, fields, render);
  const inputs = unite(...fields.map(({ item }) => inputsOf(item.text)));
  const fact = space.opaque(
    `${words.join(' ')} succeeds${fields.map(({ item }) => `#${item.text.id}`).join('')}`,
    inputs,
  );
  return space.map(space.holds(fact), (yes) => (yes ? 0 : 1));
}
