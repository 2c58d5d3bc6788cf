/* Switches of make that decide which rules and variables of its own it has: `-r` and `-R`, given or in MAKEFLAGS. */
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import { isDefault } from './defaults.js';
import { expandVariable } from './expand.js';
import type { NoBuiltins } from './pattern-rules.js';
import { changed, type Machine } from './state.js';
import { splitWords } from './strings.js';
import { globalVariable, pickVariable, store, undefinedVariable, whereOrigin } from './variables.js';

/** The letters of the switches in a value of MAKEFLAGS. */
export function switchesIn(flags: string): string {
  let letters = '';
  for (const [i, word] of splitWords(flags).entries()) {
    if (word === '--') break;
    if (word === '--no-builtin-rules') letters += 'r';
    else if (word === '--no-builtin-variables') letters += 'R';
    else if (word === '--environment-overrides') letters += 'e';
    else if (/^-[A-Za-z]/.test(word) || (i === 0 && /^[A-Za-z]+$/.test(word)))
      letters += word.replace(/[fCIjloW].*$/, '');
  }
  return letters;
}

/** Where make has no rules of its own: `-R` has none either, but for one that the makefile itself gives. */
export function noBuiltins(machine: Machine): NoBuiltins {
  const { space, switches } = machine;
  const atStart: Condition = /[rR]/.test(switches) ? space.true : space.false;
  return { atStart, inTheEnd: space.or(atStart, whereSwitched(machine, /r/)) };
}

function whereSwitched(machine: Machine, letter: RegExp): Condition {
  const { space, texts } = machine;
  const flat = texts.flatten(expandVariable(machine, 'MAKEFLAGS'));
  if (flat === undefined) return space.false;
  return space.where(flat, (text) => letter.test(switchesIn(texts.constant(text) ?? '')));
}

/** Takes make's own variables away where the makefile says so (`MAKEFLAGS += -R`), when all is read. */
export function dropDefaults(machine: Machine): void {
  const { space } = machine;
  const where = whereSwitched(machine, /R/);
  if (where === space.false) return;
  machine.noDefaults = where;
  for (const [name, known] of machine.global.set) {
    if (isDefault(name, 'R')) continue;
    const own = space.and(
      where,
      whereOrigin(space, known.origin, 'default', (origin) => origin === 'default'),
    );
    machine.global.set.set(name, pickVariable(machine, own, undefinedVariable(machine), known));
  }
  changed(machine);
}

const POSIX: Readonly<Record<string, string>> = {
  '.SHELLFLAGS': '-ec',
  ARFLAGS: '-rv',
  CC: 'c99',
  CFLAGS: '-O1',
  FC: 'fort77',
  FFLAGS: '-O1',
  SCCSGETFLAGS: '-s',
};

/** What `.POSIX:` defines, below what anybody gives (read.c). */
export function definePosix(machine: Machine, where: Condition, place: Place): void {
  const { space, texts } = machine;
  for (const [name, value] of Object.entries(POSIX))
    store(machine, machine.global, name, globalVariable(machine, name), where, {
      origin: 'default',
      text: texts.literal(value),
      recursive: space.false,
      place,
    });
}
