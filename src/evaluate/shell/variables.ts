import type { Guarded, Variational } from '../../value/diagram.js';
import { inputsOf, type Text } from '../../value/text.js';
import { assign, type Binding, byDialect, exportName, type Field, type Fields, inDialect, leave, lookup, type Shell, setStatus, unset } from './state.js';

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
    } else if (name[1] !== undefined) declareName(shell, command, name[1], name[2] === undefined ? undefined : texts.literal(name[2]));
  }
}

/** One name of a declaration, with its value if it has one. */
export function declareName(shell: Shell, command: string, name: string, value: Text | undefined): void {
  const { texts } = shell.machine;
  if ((command === 'local' || command === 'declare' || command === 'typeset') && shell.hidden !== undefined && !shell.hidden.has(name)) {
    const old: Binding | undefined = shell.variables.get(name);
    shell.hidden.set(name, old);
    if (value === undefined) assign(shell, name, command === 'local' ? lookup(shell, name).text : texts.empty);
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
  const { space } = shell.machine;
  const gone = space.not(shell.live);
  const kept = shell.positional.map(({ when, item }) => ({ when: space.and(when, gone), item })).filter(({ when }) => when !== space.false);
  const added = fields.map(({ when, item }) => ({ when: space.and(when, shell.live), item }));
  shell.positional = [...kept, ...added];
}

/** `shift n`: drops the first n words that are there. */
export function shiftPositional(shell: Shell, n: number): void {
  const { space } = shell.machine;
  let count: Variational<number> = space.one(0);
  const kept: Guarded<Field>[] = [];
  for (const { when, item } of shell.positional) {
    const dropped = space.and(shell.live, space.map(count, (before) => before < n));
    const rest = space.and(when, space.not(dropped));
    if (rest !== space.false) kept.push({ when: rest, item });
    count = space.apply(count, when, (before, there) => (there ? before + 1 : before));
  }
  const enough = space.map(count, (total) => total >= n);
  setStatus(shell, space.map(enough, (ok) => (ok ? 0 : 1)));
  // dash: "shift: can't shift that many" ends the shell.
  leave(shell, space.and(space.not(enough), inDialect(shell, 'dash')), byDialect(shell, { dash: 2, bash: 1, ash: 1 }));
  shell.positional = kept;
}

/** `read names`: takes one line of an input that is known; otherwise the names become unknown. Gives the status. */
export function readLine(shell: Shell, fields: Fields): Variational<number> {
  const { space, texts } = shell.machine;
  const names = fields.map((field) => texts.constant(field.item.text) ?? '').filter((word) => word !== '' && !word.startsWith('-'));
  const input = shell.input === undefined ? undefined : texts.constant(shell.input);
  if (input === undefined) {
    const inputs = shell.input === undefined ? undefined : inputsOf(shell.input);
    for (const name of names) assign(shell, name, texts.symbol(`read ${name}`, inputs, '', true));
    return shell.asked > 0 ? space.map(space.holds(space.opaque('read succeeds')), (ok) => (ok ? 0 : 1)) : space.one(0);
  }
  const end = input.indexOf('\n');
  const line = end === -1 ? input : input.slice(0, end);
  shell.input = texts.literal(end === -1 ? '' : input.slice(end + 1));
  const words = line.trim().split(/[ \t]+/);
  for (const [i, name] of names.entries()) {
    assign(shell, name, texts.literal(i === names.length - 1 ? words.slice(i).join(' ') : (words[i] ?? '')));
  }
  return space.one(end === -1 ? 1 : 0);
}
