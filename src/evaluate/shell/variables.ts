import type { Condition, Guarded, Space, Variational } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import {
  assign,
  exportName,
  type Field,
  type Fields,
  inDialect,
  leave,
  lookup,
  only,
  type Shell,
  setStatus,
  unset,
} from './state.js';

/** `export`, `readonly`, `local` and `declare` for words that are not assignments in the tree. */
export function declareNames(shell: Shell, fields: Fields, command: string): void {
  const { texts } = shell.machine;
  for (const { item } of fields) {
    const word = texts.constant(item.text);
    const name = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word ?? '');
    if (name === null) {
      const head = item.text.pieces[0];
      const dynamic = head?.kind === 'literal' ? /^([A-Za-z_]\w*)=(.*)$/s.exec(head.text) : null;
      if (dynamic?.[1] !== undefined) {
        const value = texts.join([{ kind: 'literal', text: dynamic[2] ?? '' }, ...item.text.pieces.slice(1)]);
        declareName(shell, command, dynamic[1], value);
      }
    } else if (name[1] !== undefined)
      declareName(shell, command, name[1], name[2] === undefined ? undefined : texts.literal(name[2]));
  }
}

/** One name of a declaration, with its value if it has one. */
export function declareName(shell: Shell, command: string, name: string, value: Text | undefined): void {
  const { space } = shell.machine;
  const local = command === 'local' || command === 'declare' || command === 'typeset';
  if (local && shell.hidden !== undefined && !shell.hidden.has(name)) {
    const old = lookup(shell, name);
    shell.hidden.set(name, old);
    // A name alone keeps its value in dash. It is unset in the others, and bash still exports it once it is set.
    if (value === undefined && !shell.given.has(name)) {
      only(shell, inDialect(shell, 'bash', 'ash'), () => unset(shell, name));
      only(shell, space.and(inDialect(shell, 'bash'), old.exported), () => exportName(shell, name));
    }
  }
  if (value !== undefined) assign(shell, name, value);
  if (command === 'export') exportName(shell, name);
}

/** `unset [-v] names`. */
export function unsetNames(shell: Shell, fields: Fields): void {
  const words = fields.map((field) => shell.machine.texts.constant(field.item.text));
  const functions = words[0] === '-f';
  for (const name of words) {
    if (name === undefined || name.startsWith('-')) continue;
    if (functions) shell.functions.delete(name);
    else unset(shell, name);
  }
}

/** `set` with options and positional words. */
export function setOptions(shell: Shell, fields: Fields): void {
  const { space, texts } = shell.machine;
  for (let at = 0; at < fields.length; at += 1) {
    const word = texts.constant(fields[at]?.item.text ?? texts.empty);
    if (word === '--') {
      setPositional(shell, fields.slice(at + 1));
      return;
    }
    if (word === undefined || !/^[-+]./.test(word)) {
      setPositional(shell, fields.slice(at));
      return;
    }
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      let option = { e: 'errexit', u: 'nounset' }[letter];
      if (letter === 'o') {
        at += 1;
        option = texts.constant(fields[at]?.item.text ?? texts.empty);
        // `set: Illegal option -o pipefail` ends a dash with status 2.
        if (option === 'pipefail') leave(shell, inDialect(shell, 'dash'), space.one(2));
      }
      const value = on ? space.true : space.false;
      if (option === 'errexit') shell.errexit = space.pick(shell.live, value, shell.errexit);
      else if (option === 'nounset') shell.nounset = space.pick(shell.live, value, shell.nounset);
      else if (option === 'pipefail') shell.pipefail = space.pick(shell.live, value, shell.pipefail);
    }
  }
}

function setPositional(shell: Shell, fields: Fields): void {
  shell.positional = replaceWhere(shell, shell.positional, fields);
}

/**
 * The new words where the shell is live and the old ones elsewhere. Words that both lists begin with stay one, so that
 * `set -- "$@" -x` in n conditions gives n guarded words.
 */
export function replaceWhere(shell: Shell, before: Fields, fields: Fields): Fields {
  const { space } = shell.machine;
  const gone = space.not(shell.live);
  const out: Guarded<Field>[] = [];
  let shared = 0;
  for (; shared < before.length && shared < fields.length; shared += 1) {
    const [old, now] = [before[shared], fields[shared]];
    if (old === undefined || now === undefined || old.item.text !== now.item.text || old.item.many !== now.item.many)
      break;
    out.push({ when: old.when === now.when ? old.when : space.pick(shell.live, now.when, old.when), item: now.item });
  }
  for (const { when, item } of before.slice(shared)) out.push({ when: space.and(when, gone), item });
  for (const { when, item } of fields.slice(shared)) out.push({ when: space.and(when, shell.live), item });
  return out.filter(({ when }) => when !== space.false);
}

/** Drops the first n words that are there, under a condition; gives the rest, and how many words there were. */
export function dropFirst(
  space: Space,
  fields: Fields,
  where: Condition,
  n: number,
): { readonly kept: Fields; readonly count: Variational<number> } {
  let count: Variational<number> = space.one(0);
  const kept: Guarded<Field>[] = [];
  for (const { when, item } of fields) {
    const dropped = space.and(
      where,
      space.map(count, (before) => before < n),
    );
    const rest = space.and(when, space.not(dropped));
    if (rest !== space.false) kept.push({ when: rest, item });
    count = space.apply(count, when, (before, there) => (there ? before + 1 : before));
  }
  return { kept, count };
}

/** `shift n`: without so many words, dash ends and the others drop none. */
export function shiftPositional(shell: Shell, n: number): void {
  const { space } = shell.machine;
  const { count } = dropFirst(space, shell.positional, space.false, n);
  const enough = space.map(count, (total) => total >= n);
  shell.positional = dropFirst(space, shell.positional, space.and(shell.live, enough), n).kept;
  setStatus(
    shell,
    space.map(enough, (ok) => (ok ? 0 : 1)),
  );
  // dash: "shift: can't shift that many" ends the shell.
  leave(shell, space.and(space.not(enough), inDialect(shell, 'dash')), space.one(2));
}
