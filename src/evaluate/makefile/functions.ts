/*
 * The functions of GNU make 4.3, lifted. Those that look at each word of a list work on guarded words, so that conditional
 * words stay apart; those that look at a whole text map each text that it may be.
 */

import { parseTemplate, type Template } from '../../syntax/makefile/template.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import { containsText, isEmptyText } from './compare.js';
import {
  byClass,
  candidates,
  expandNamed,
  expandTemplate,
  expandText,
  expandVariable,
  SEPARATOR,
  substituteText,
  withHoles,
} from './expand.js';
import { absolutePaths, wildcard } from './files.js';
import { decide, originsIn, shellText } from './shell.js';
import { changed, type Machine, newScope, note, type Origin, only, stop, type Variable, within } from './state.js';
import {
  basenameOf,
  dirOf,
  filter,
  joinLists,
  notdirOf,
  sortWords,
  splitWords,
  subst,
  suffixOf,
  wordRange,
} from './strings.js';
import { isDefined, lookup, undefinedVariable } from './variables.js';
import { filterWords, joinTexts, joinWords, limited, mapWords, unknown, wordsOf } from './words.js';

/** An argument: as it is written, or as `call` has expanded it. */
export type FunctionArgument =
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'text'; readonly text: Text };

function expand(machine: Machine, argument: FunctionArgument | undefined): Text {
  if (argument === undefined) return machine.texts.empty;
  return argument.kind === 'template' ? expandTemplate(machine, argument.template) : argument.text;
}

/** The argument of a function that expands its arguments itself: `call` gives it expanded once already. */
function expandLazily(machine: Machine, argument: FunctionArgument | undefined): Text {
  return argument?.kind === 'text' ? expandText(machine, argument.text) : expand(machine, argument);
}

/** Without white space at the ends of what is written. */
function stripped(argument: FunctionArgument): FunctionArgument {
  if (argument.kind === 'text') return argument;
  const parts = [...argument.template];
  const trim = (at: number, of: (text: string) => string): boolean => {
    const part = parts[at];
    if (part?.kind !== 'literal') return false;
    const text = of(part.text);
    parts[at] = { ...part, text };
    return text === '';
  };
  while (parts.length > 0 && trim(0, (text) => text.trimStart())) parts.shift();
  while (parts.length > 0 && trim(parts.length - 1, (text) => text.trimEnd())) parts.pop();
  return { kind: 'template', template: parts };
}

type Lifted = (machine: Machine, args: readonly FunctionArgument[]) => Text;

/** A function of whole texts. */
function whole(name: string, of: (...args: readonly string[]) => string): Lifted {
  return (machine, args) =>
    lift(
      machine,
      name,
      args.map((arg) => expand(machine, arg)),
      of,
    );
}

function lift(machine: Machine, name: string, args: readonly Text[], of: (...args: readonly string[]) => string): Text {
  const { texts } = machine;
  const constants = args.flatMap((arg) => texts.constant(arg) ?? []);
  if (constants.length === args.length) return texts.literal(of(...constants));
  const label = [name, ...args.map((arg) => texts.constant(arg) ?? '').slice(0, -1)].join(' ').trim();
  const [only] = args;
  if (only !== undefined && args.length === 1) {
    return texts.transform(only, label, (text) => of(text)) ?? unknown(machine, name, only);
  }
  const joined = texts.concat(...args.flatMap((arg, i) => (i === 0 ? [arg] : [texts.literal(SEPARATOR), arg])));
  return texts.transform(joined, label, (text) => of(...text.split(SEPARATOR))) ?? unknown(machine, name, ...args);
}

/** A function of each word. */
function each(name: string, of: (word: string) => string): Lifted {
  return (machine, args) => mapWords(machine, expand(machine, args[0]), name, of);
}

const FUNCTIONS: Readonly<Record<string, Lifted>> = {
  abspath: (machine, [arg]) => absolutePaths(machine, expand(machine, arg)),
  realpath: (machine, [arg]) => absolutePaths(machine, expand(machine, arg)),
  addprefix: (machine, [prefix, list]) => affix(machine, expand(machine, prefix), expand(machine, list), true),
  addsuffix: (machine, [suffix, list]) => affix(machine, expand(machine, suffix), expand(machine, list), false),
  and: callAnd,
  basename: each('basename', basenameOf),
  call: callCall,
  dir: each('dir', dirOf),
  error: callError,
  eval: callEval,
  file: callFile,
  filter: (machine, args) => callFilter(machine, args, true),
  'filter-out': (machine, args) => callFilter(machine, args, false),
  findstring: callFindstring,
  firstword: whole('firstword', (text = '') => splitWords(text)[0] ?? ''),
  flavor: (machine, [arg]) => about(machine, expand(machine, arg), flavorOf),
  foreach: callForeach,
  guile: (machine) => machine.texts.symbol('$(guile …)'),
  if: callIf,
  info: (machine, [arg]) => silent(machine, arg),
  join: whole('join', (a = '', b = '') => joinLists(a, b)),
  lastword: whole('lastword', (text = '') => splitWords(text).at(-1) ?? ''),
  notdir: each('notdir', notdirOf),
  or: callOr,
  origin: (machine, [arg]) => about(machine, expand(machine, arg), originOf),
  patsubst: (machine, [from, to, text]) =>
    substituteText(machine, expand(machine, from), expand(machine, to), expand(machine, text), false),
  shell: (machine, [arg]) =>
    shellText(machine, expand(machine, arg), originsIn(machine, arg?.kind === 'template' ? arg.template : [])),
  sort: whole('sort', (text = '') => sortWords(text)),
  strip: (machine, [arg]) => {
    const text = expand(machine, arg);
    const constant = machine.texts.constant(text);
    if (constant !== undefined) return machine.texts.literal(splitWords(constant).join(' '));
    return joinWords(machine, wordsOf(machine, text));
  },
  subst: whole('subst', (from = '', to = '', text = '') => subst(from, to, text)),
  suffix: each('suffix', suffixOf),
  value: (machine, [arg]) => about(machine, expand(machine, arg), (_, variable) => variable.text),
  warning: (machine, [arg]) => silent(machine, arg),
  wildcard: (machine, [arg]) => wildcard(machine, expand(machine, arg)),
  word: callWord,
  wordlist: callWordlist,
  words: whole('words', (text = '') => String(splitWords(text).length)),
};

const LEAST: Readonly<Record<string, number>> = {
  addprefix: 2,
  addsuffix: 2,
  file: 1,
  filter: 2,
  'filter-out': 2,
  findstring: 2,
  foreach: 3,
  if: 2,
  join: 2,
  patsubst: 3,
  subst: 3,
  word: 2,
  wordlist: 3,
};

/** The value of `$(name arguments)`. */
export function callFunction(machine: Machine, name: string, args: readonly FunctionArgument[]): Text {
  const of = FUNCTIONS[name];
  if (of === undefined || machine.live === machine.space.false) return machine.texts.empty;
  machine.fuel -= 1;
  if (args.length < (LEAST[name] ?? 0)) {
    stop(machine, `insufficient number of arguments (${args.length}) to function '${name}'`);
    return machine.texts.empty;
  }
  return of(machine, args);
}

function affix(machine: Machine, text: Text, list: Text, before: boolean): Text {
  const { texts } = machine;
  const items = wordsOf(machine, list).map(({ when, item }): Guarded<Text> => {
    const joined = before ? texts.concat(text, item.text) : texts.concat(item.text, text);
    // An unknown list: what each of its words becomes is unknown too.
    return {
      when,
      item:
        item.many && text !== texts.empty
          ? texts.symbol(
              `$(${before ? 'addprefix' : 'addsuffix'} ${render(text)},${render(item.text)})`,
              item.text.holds,
            )
          : joined,
    };
  });
  return joinTexts(machine, items);
}

/** Evaluates a condition and expands one of two arguments, each where it is wanted. */
function choose(machine: Machine, holds: Condition, then: () => Text, otherwise: () => Text): Text {
  const { space, texts } = machine;
  const yes = space.and(machine.live, holds) === space.false ? texts.empty : only(machine, holds, then);
  const no = space.not(holds);
  const rest = space.and(machine.live, no) === space.false ? undefined : only(machine, no, otherwise);
  return rest === undefined ? yes : texts.pick(holds, yes, rest);
}

function filled(machine: Machine, text: Text): Condition {
  return machine.space.not(isEmptyText(machine, text));
}

function callIf(machine: Machine, [test, then, otherwise]: readonly FunctionArgument[]): Text {
  if (test === undefined) return machine.texts.empty;
  const holds = filled(machine, expandLazily(machine, stripped(test)));
  if (holds.kind === 'choice') decide(machine, test.kind === 'template' ? test.template : [], holds, namesIn(test));
  return choose(
    machine,
    holds,
    () => expandLazily(machine, then),
    () => expandLazily(machine, otherwise),
  );
}

/** The variables that a test reads by a fixed name. */
function namesIn(argument: FunctionArgument): readonly string[] {
  const names: string[] = [];
  const walk = (template: Template): void => {
    for (const part of template) {
      if (part.kind === 'call') for (const arg of part.arguments) walk(arg.template);
      if (part.kind !== 'variable' && part.kind !== 'substitution') continue;
      const [name, more] = part.name;
      if (name?.kind === 'literal' && more === undefined) names.push(name.text);
      else walk(part.name);
    }
  };
  if (argument.kind === 'template') walk(argument.template);
  return names;
}

/** The variables that a text reads by a fixed name. */
export function namesRead(text: string): readonly string[] {
  return namesIn({ kind: 'template', template: parseTemplate(text) });
}

function callOr(machine: Machine, args: readonly FunctionArgument[]): Text {
  const [first, ...rest] = args;
  if (first === undefined) return machine.texts.empty;
  const text = expandLazily(machine, stripped(first));
  return choose(
    machine,
    filled(machine, text),
    () => text,
    () => callOr(machine, rest),
  );
}

function callAnd(machine: Machine, args: readonly FunctionArgument[]): Text {
  const [first, ...rest] = args;
  if (first === undefined) return machine.texts.empty;
  const text = expandLazily(machine, stripped(first));
  if (rest.length === 0) return text;
  return choose(
    machine,
    filled(machine, text),
    () => callAnd(machine, rest),
    () => machine.texts.empty,
  );
}

function callFilter(machine: Machine, [patterns, list]: readonly FunctionArgument[], keep: boolean): Text {
  const { texts } = machine;
  const pattern = expand(machine, patterns);
  const text = expand(machine, list);
  const [p, t] = [texts.constant(pattern), texts.constant(text)];
  if (p !== undefined && t !== undefined) return texts.literal(filter(p, t, keep));
  return filterWords(machine, pattern, text, keep);
}

function callFindstring(machine: Machine, [needle, text]: readonly FunctionArgument[]): Text {
  const { texts } = machine;
  const inside = expand(machine, text);
  return byClass(machine, expand(machine, needle), 'the text to find', (flat) => {
    const wanted = texts.constant(flat);
    if (wanted === undefined)
      return lift(machine, 'findstring', [flat, inside], (a = '', b = '') => (b.includes(a) ? a : ''));
    if (wanted === '') return texts.empty;
    const found = containsText(machine, inside, wanted);
    return texts.pick(found, flat, texts.empty);
  });
}

function callError(machine: Machine, [arg]: readonly FunctionArgument[]): Text {
  const message = expand(machine, arg);
  stop(machine, render(message));
  return machine.texts.empty;
}

function silent(machine: Machine, arg: FunctionArgument | undefined): Text {
  expand(machine, arg);
  return machine.texts.empty;
}

function callFile(machine: Machine, args: readonly FunctionArgument[]): Text {
  const name = expand(machine, args[0]);
  expand(machine, args[1]);
  const constant = machine.texts.constant(name);
  if (constant === undefined || constant.trimStart().startsWith('<'))
    return machine.texts.symbol(`$(file ${render(name)})`, name.holds);
  return machine.texts.empty;
}

function callEval(machine: Machine, [arg]: readonly FunctionArgument[]): Text {
  const { texts } = machine;
  const text = expand(machine, arg);
  const at = machine.at;
  changed(machine);
  const source = { file: at.file, place: () => at };
  const constant = texts.constant(text);
  if (constant !== undefined) machine.evaluate(machine, constant, source);
  else {
    byClass(machine, text, 'the text of eval', (flat) => {
      machine.evaluate(machine, withHoles(machine, flat), source);
      return texts.empty;
    });
  }
  machine.at = at;
  return texts.empty;
}

/** A fact about the variable that a text names. */
function about(machine: Machine, name: Text, of: (machine: Machine, variable: Variable) => Text): Text {
  const { texts } = machine;
  const trim = (text: string): string => text;
  return byClass(machine, name, 'the name of a variable', (flat) => {
    const constant = texts.constant(flat);
    if (constant !== undefined) return of(machine, lookup(machine, trim(constant)));
    let result = of(machine, undefinedVariable(machine));
    for (const { candidate, when } of candidates(machine, flat)) {
      result = texts.pick(when, of(machine, lookup(machine, candidate)), result);
    }
    return result;
  });
}

function originOf({ texts, space }: Machine, variable: Variable): Text {
  return texts.from(space.map(variable.origin, (origin: Origin) => texts.literal(origin)));
}

function flavorOf(machine: Machine, variable: Variable): Text {
  const { texts } = machine;
  const flavor = texts.pick(variable.recursive, texts.literal('recursive'), texts.literal('simple'));
  return texts.pick(isDefined(machine, variable), flavor, texts.literal('undefined'));
}

function callForeach(machine: Machine, [name, list, body]: readonly FunctionArgument[]): Text {
  const { texts, space } = machine;
  const variable = splitWords(texts.constant(expandLazily(machine, name)) ?? '')[0] ?? '';
  const words = limited(machine, wordsOf(machine, expandLazily(machine, list)));
  const items: Guarded<Text>[] = [];
  for (const { when, item } of words) {
    if (space.and(when, machine.live) === space.false) continue;
    const scope = newScope(machine, machine.scope, false, true);
    scope.set.set(variable, automatic(machine, item.text));
    items.push({ when, item: only(machine, when, () => within(machine, scope, () => expandLazily(machine, body))) });
  }
  return joinTexts(machine, items);
}

/** A variable that make itself sets while it expands. */
export function automatic(machine: Machine, text: Text): Variable {
  return {
    ...undefinedVariable(machine),
    origin: machine.space.one<Origin>('automatic'),
    text,
    recursive: machine.space.false,
  };
}

function callCall(machine: Machine, args: readonly FunctionArgument[]): Text {
  const { texts } = machine;
  const [first, ...rest] = args.map((arg) => expand(machine, arg));
  if (first === undefined) return texts.empty;
  const named = lift(machine, 'strip', [first], (text = '') => text.trim());
  return byClass(machine, named, 'the function to call', (flat) => {
    const name = texts.constant(flat);
    if (name === '') return texts.empty;
    if (name !== undefined && Object.hasOwn(FUNCTIONS, name)) {
      return callFunction(
        machine,
        name,
        rest.map((text) => ({ kind: 'text', text })),
      );
    }
    const scope = newScope(machine, machine.scope, false, true);
    const given = [flat, ...rest];
    const count = Math.max(given.length, machine.callArguments);
    for (let i = 0; i < count; i += 1) scope.set.set(String(i), automatic(machine, given[i] ?? texts.empty));
    const before = machine.callArguments;
    machine.callArguments = given.length;
    const known = name !== undefined && machine.calling.has(name);
    if (name !== undefined) machine.calling.add(name);
    const result = within(machine, scope, () =>
      name === undefined ? expandNamed(machine, flat) : expandVariable(machine, name),
    );
    if (name !== undefined && !known) machine.calling.delete(name);
    machine.callArguments = before;
    return result;
  });
}

function callWord(machine: Machine, [index, list]: readonly FunctionArgument[]): Text {
  const wanted = number(machine, expand(machine, index), 'word', 1);
  if (wanted === undefined) return machine.texts.empty;
  return lift(machine, `word ${wanted}`, [expand(machine, list)], (text = '') => splitWords(text)[wanted - 1] ?? '');
}

function callWordlist(machine: Machine, [from, to, list]: readonly FunctionArgument[]): Text {
  const start = number(machine, expand(machine, from), 'wordlist', 1);
  const end = number(machine, expand(machine, to), 'wordlist', 0);
  if (start === undefined || end === undefined) return machine.texts.empty;
  return lift(machine, `wordlist ${start},${end}`, [expand(machine, list)], (text = '') => wordRange(text, start, end));
}

function number(machine: Machine, text: Text, name: string, least: number): number | undefined {
  const constant = machine.texts.constant(text)?.trim();
  if (constant === undefined) {
    note(machine, 'limit', `the number in $(${name} …) differs between environments; the value is not evaluated`);
    return undefined;
  }
  if (/^\d+$/.test(constant) && Number(constant) >= least) return Number(constant);
  stop(machine, `invalid first argument to '${name}' function: '${constant}'`);
  return undefined;
}
