/*
 * Expansion of make's references, lifted.
 *
 * A template is expanded once, for all environments in which make is live. Values of variables are ropes whose literals are
 * templates; as a rule each literal can be expanded by itself. Where a reference reaches over a border between pieces
 * (`$(if $(X),` + an unknown + `)`), the pieces that are not literal get names of their own, *holes*, and the whole is read
 * as one template.
 */

import { errorsOf, parseTemplate, type Template, type TemplatePart } from '../../syntax/makefile/template.js';
import type { Condition } from '../../value/diagram.js';
import { inputsOf, knownPart, render, symbolsOf, type Text } from '../../value/text.js';
import { leafTexts } from '../shell/fields.js';
import { CLASS_LIMIT, type Part } from '../shell/paste.js';
import { assumed, isEmptyText, sameText } from './compare.js';
import { callFunction } from './functions.js';
import { decide } from './shell.js';
import {
  ANY_NAME,
  LIMITS,
  type Machine,
  note,
  only,
  readsLocals,
  type Scope,
  stop,
  tracked,
  type Variable,
} from './state.js';
import { patsubst, substitute } from './strings.js';
import { globalVariable, visibleIn } from './variables.js';
import { replaceWords, unknown } from './words.js';

/** Leads the names of holes; no makefile has it. */
const HOLE = '\uf8f0';

/** Expands a template. */
export function expandTemplate(machine: Machine, template: Template): Text {
  const { texts } = machine;
  const [first, second] = template;
  if (first === undefined) return texts.empty;
  if (second === undefined) return expandPart(machine, first);
  return texts.concat(...template.map((part) => expandPart(machine, part)));
}

/** Expands a text as it is written. */
export function expandString(machine: Machine, text: string): Text {
  return text.includes('$') ? expandTemplate(machine, parseTemplate(text)) : machine.texts.literal(text);
}

/** Expands a text, part by part, with their places. */
export function expandParts(machine: Machine, text: string): readonly Part[] {
  return parseTemplate(text).map((part) => ({
    text: expandPart(machine, part),
    start: part.start,
    end: part.end,
    literal: part.kind === 'literal' && part.text.length === part.end - part.start,
  }));
}

/** Expands the text of a recursive variable. */
export function expandText(machine: Machine, text: Text): Text {
  const { texts, space } = machine;
  const constant = texts.constant(text);
  if (constant !== undefined && !constant.includes('$')) return text;
  if (machine.cacheVersion !== machine.version) {
    machine.cache.clear();
    machine.cacheVersion = machine.version;
  }
  const known = machine.cache
    .get(text.id)
    ?.find(
      (entry) =>
        (entry.live === machine.live || entry.live === space.true) &&
        (entry.scope === undefined ? !readsLocals(machine, entry.reads) : entry.scope === machine.scope.id),
    );
  if (known !== undefined) {
    for (const name of known.reads) machine.reads.add(name);
    return known.text;
  }
  const { version, volatile } = machine;
  const { result, reads } = tracked(machine, () => expandRope(machine, text));
  if (version === machine.version && volatile === machine.volatile) {
    const scope = readsLocals(machine, reads) ? machine.scope.id : undefined;
    const entries = machine.cache.get(text.id) ?? [];
    if (entries.length === 0) machine.cache.set(text.id, entries);
    entries.push({ live: machine.live, scope, reads, text: result });
  }
  return result;
}

function expandRope(machine: Machine, text: Text): Text {
  const { texts, space } = machine;
  const constant = texts.constant(text);
  if (constant !== undefined) return expandString(machine, constant);
  if (text.pieces.every((piece) => piece.kind !== 'literal' || isClosed(piece.text))) {
    return texts.concat(
      ...text.pieces.map((piece): Text => {
        if (piece.kind === 'literal') return expandString(machine, piece.text);
        if (piece.kind !== 'choice') return texts.join([piece]);
        if (leafTexts(piece.value).every((leaf) => isPlain(machine, leaf))) return texts.join([piece]);
        let picked: Text = texts.empty;
        for (const { when, item } of space.leaves(piece.value)) {
          if (space.and(when, machine.live) === space.false) continue;
          picked = texts.pick(
            when,
            only(machine, when, () => expandText(machine, item)),
            picked,
          );
        }
        return picked;
      }),
    );
  }
  return byClass(machine, text, 'a value', (flat) => expandString(machine, withHoles(machine, flat)));
}

/** Whether a text has nothing to be expanded. */
function isPlain({ texts }: Machine, text: Text): boolean {
  return texts.constant(text)?.includes('$') === false;
}

/** Does something with each constant or unknown text that a text is, where it is. */
export function byClass(machine: Machine, text: Text, what: string, f: (flat: Text) => Text): Text {
  const { texts, space } = machine;
  const flat = texts.flatten(assumed(machine, text));
  const leaves =
    flat === undefined ? [] : space.leaves(flat).filter(({ when }) => space.and(when, machine.live) !== space.false);
  if (flat === undefined || leaves.length > CLASS_LIMIT * 4) {
    note(machine, 'limit', `${what} differs in too many ways between environments here and is taken as unknown`);
    return texts.symbol(render(text), inputsOf(text));
  }
  let result: Text = texts.empty;
  for (const { when, item } of leaves)
    result = texts.pick(
      when,
      only(machine, when, () => f(item)),
      result,
    );
  return result;
}

/** A flat text as a string in which references to holes stand for what is not known. */
export function withHoles(machine: Machine, flat: Text): string {
  return flat.pieces
    .map((piece) => {
      if (piece.kind === 'literal') return piece.text;
      const text = machine.texts.join([piece]);
      const name = `${HOLE}${text.id}`;
      machine.holes.set(name, text);
      return `$(${name})`;
    })
    .join('');
}

/** A text as it is written, with what its holes stand for in their places. */
export function rawText(machine: Machine, text: string): Text {
  const { texts } = machine;
  if (!text.includes(HOLE)) return texts.literal(text);
  const parts = text.split(new RegExp(`\\$\\((${HOLE}\\d+)\\)`));
  return texts.concat(
    ...parts.map((part, i) => (i % 2 === 0 ? texts.literal(part) : (machine.holes.get(part) ?? texts.empty))),
  );
}

function isClosed(text: string): boolean {
  if (!/[$(){}]/.test(text)) return true;
  if (/(?:^|[^$])(?:\$\$)*\$$/.test(text)) return false;
  return errorsOf(parseTemplate(text)).length === 0;
}

function expandPart(machine: Machine, part: TemplatePart): Text {
  const { texts } = machine;
  switch (part.kind) {
    case 'literal':
      return texts.literal(part.text);
    case 'variable':
      return expandNamed(machine, expandName(machine, part.name));
    case 'substitution': {
      const value = expandNamed(machine, expandName(machine, part.name));
      const from = expandTemplate(machine, part.from);
      const to = expandTemplate(machine, part.to);
      return substituteText(machine, from, to, value, true);
    }
    case 'call': {
      machine.depth += 1;
      const result =
        machine.depth > LIMITS.depth || machine.fuel <= 0
          ? tooMuch(machine)
          : callFunction(
              machine,
              part.function,
              part.arguments.map(({ template }) => ({ kind: 'template', template })),
            );
      machine.depth -= 1;
      return result;
    }
    case 'error':
      if (machine.live !== machine.space.false) stop(machine, part.message);
      return texts.empty;
  }
}

function tooMuch(machine: Machine): Text {
  note(machine, 'limit', 'the expansion is nested or repeated too often here; its value is taken as unknown');
  return machine.texts.symbol('$(…)');
}

/** `$(patsubst …)` and `$(v:a=b)`, for patterns that may differ too. */
export function substituteText(machine: Machine, from: Text, to: Text, text: Text, suffix: boolean): Text {
  const { texts } = machine;
  const [a, b, c] = [texts.constant(from), texts.constant(to), texts.constant(text)];
  if (a !== undefined && b !== undefined) {
    if (c !== undefined) return texts.literal(suffix ? substitute(a, b, c) : patsubst(a, b, c));
    const percent = /(?:^|[^\\])%/.test(a);
    // A suffix is a pattern like any other.
    if (percent || suffix)
      return replaceWords(machine, percent ? a : `%${a}`, percent ? b : `%${b.replace('%', '\\%')}`, text);
    return (
      texts.transform(text, `patsubst ${a},${b}`, (value) => patsubst(a, b, value)) ??
      unknown(machine, 'patsubst', text)
    );
  }
  return byClass(machine, from, 'a pattern', (x) =>
    byClass(machine, to, 'a replacement', (y) => {
      const [p, q] = [texts.constant(x), texts.constant(y)];
      if (p !== undefined && q !== undefined) return substituteText(machine, x, y, text, suffix);
      const joined = texts.concat(x, texts.literal(SEPARATOR), y, texts.literal(SEPARATOR), text);
      const of = (all: string): string => {
        const [l = '', r = '', t = ''] = all.split(SEPARATOR);
        return suffix ? substitute(l, r, t) : patsubst(l, r, t);
      };
      return texts.transform(joined, 'patsubst', of) ?? unknown(machine, 'patsubst', x, y, text);
    }),
  );
}

/** Stands between arguments that are one text for a while. */
export const SEPARATOR = '\uf8f1';

/** The name of a variable; which one `$(FLAGS_$(MODE))` reads is a decision. */
function expandName(machine: Machine, template: Template): Text {
  const { texts, space } = machine;
  const name = expandTemplate(machine, template);
  if (texts.constant(name) !== undefined) return name;
  const flat = texts.flatten(name);
  const [first] = flat === undefined ? [] : space.leaves(flat);
  const holds =
    first === undefined ? space.true : first.when.kind === 'choice' ? first.when : firstNamed(machine, name);
  if (holds.kind === 'choice') decide(machine, template, holds, []);
  return name;
}

/** Where a name is that of the first variable that it may name. */
function firstNamed(machine: Machine, name: Text): Condition {
  return candidates(machine, name)[0]?.when ?? machine.space.true;
}

/** The value of the variable that a text names. */
export function expandNamed(machine: Machine, name: Text): Text {
  const { texts } = machine;
  const constant = texts.constant(name);
  if (constant !== undefined) return expandVariable(machine, constant);
  return byClass(machine, name, 'the name of a variable', (flat) => {
    const known = texts.constant(flat);
    if (known !== undefined) return expandVariable(machine, known);
    let result: Text = symbolsOf(flat).length > 0 ? texts.symbol(`$(${render(flat)})`, inputsOf(flat)) : texts.empty;
    for (const { candidate, when } of candidates(machine, flat)) {
      result = texts.pick(
        when,
        only(machine, when, () => expandVariable(machine, candidate)),
        result,
      );
    }
    return result;
  });
}

/** The variables that a name which is not fully known may name, and where it does. */
export function candidates(
  machine: Machine,
  name: Text,
): readonly { readonly candidate: string; readonly when: Condition }[] {
  const { texts, space } = machine;
  const first = name.pieces[0];
  const last = name.pieces[name.pieces.length - 1];
  const prefix = first?.kind === 'literal' ? first.text : '';
  const suffix = last?.kind === 'literal' ? last.text : '';
  const names = new Set<string>();
  machine.reads.add(ANY_NAME);
  for (let scope: Scope | undefined = machine.scope; scope !== undefined; scope = scope.next) {
    for (const known of scope.set.keys()) {
      if (known.length >= prefix.length + suffix.length && known.startsWith(prefix) && known.endsWith(suffix))
        names.add(known);
    }
  }
  // Where `$(ENV)` is empty, `$(FLAGS_$(ENV))` is a variable that nothing else may mention.
  const plain = knownPart(name);
  if (plain !== '' && name.pieces.every(({ kind }) => kind === 'literal' || kind === 'answer')) names.add(plain);
  // `$($(X))` might name any variable at all; those with a value of the makefile's own are what it can mean.
  return [...names].slice(0, 512).flatMap((candidate) => {
    const when = sameText(machine, name, texts.literal(candidate));
    return space.and(when, machine.live) === space.false ? [] : [{ candidate, when }];
  });
}

/** The value of a variable, expanded. */
export function expandVariable(machine: Machine, name: string): Text {
  const { texts } = machine;
  if (name === '') return texts.empty;
  if (name.startsWith(HOLE)) return machine.holes.get(name) ?? texts.empty;
  machine.reads.add(name);
  machine.fuel -= 1;
  if (machine.fuel <= 0) return tooMuch(machine);
  return expandIn(machine, name, machine.scope, false);
}

function expandIn(machine: Machine, name: string, scope: Scope | undefined, isParent: boolean): Text {
  const { texts, space } = machine;
  if (scope === undefined) return texts.empty;
  const global = scope.next === undefined;
  const own = global ? (special(machine, name) ?? globalVariable(machine, name)) : scope.set.get(name);
  const outer = (): Text => expandIn(machine, name, scope.next, isParent || scope.nextIsParent);
  if (own === undefined) return outer();
  if (global) {
    const value = valueText(machine, name, own);
    return isParent && own.private !== space.false ? texts.pick(own.private, texts.empty, value) : value;
  }
  const visible = visibleIn(machine, own, isParent);
  const shown = space.and(visible, machine.live);
  if (shown === space.false) return outer();
  let value = only(machine, visible, () => valueText(machine, name, own));
  const rest = visible === space.true && own.append === space.false ? texts.empty : outer();
  if (own.append !== space.false) {
    const separator = texts.pick(isEmptyText(machine, rest), texts.empty, texts.literal(' '));
    value = texts.pick(own.append, texts.concat(rest, separator, value), value);
  }
  return texts.pick(visible, value, rest);
}

function special(machine: Machine, name: string): Variable | undefined {
  if (name !== '.VARIABLES') return undefined;
  const names = [...machine.global.set.keys()].join(' ');
  return { ...globalVariable(machine, name), text: machine.texts.literal(names), recursive: machine.space.false };
}

function valueText(machine: Machine, name: string, variable: Variable): Text {
  const { texts, space } = machine;
  const { recursive } = variable;
  if (recursive === space.false || variable.text === texts.empty) return variable.text;
  const expanded = only(machine, recursive, () => expandGuarded(machine, name, variable));
  if (recursive === space.true) return expanded;
  // What is still to be expanded elsewhere is not there where the variable is simple.
  return texts.pick(recursive, expanded, texts.assume(variable.text, space.not(recursive)));
}

function expandGuarded(machine: Machine, name: string, variable: Variable): Text {
  const { texts, space } = machine;
  const constant = texts.constant(variable.text);
  if (constant !== undefined && !constant.includes('$')) return variable.text;
  const before = machine.expanding.get(name) ?? space.false;
  const again = space.and(before, machine.live);
  if (again !== space.false && !machine.calling.has(name)) {
    only(machine, again, () => stop(machine, `Recursive variable '${name}' references itself (eventually)`));
    machine.live = space.and(machine.live, machine.feasible);
    if (machine.live === space.false) return texts.empty;
  }
  machine.depth += 1;
  if (machine.depth > LIMITS.depth) {
    machine.depth -= 1;
    return tooMuch(machine);
  }
  machine.expanding.set(name, space.or(before, machine.live));
  const outer = machine.assignments;
  if (variable.places.length > 0) machine.assignments = variable.places;
  const result = expandText(machine, variable.text);
  machine.assignments = outer;
  machine.expanding.set(name, before);
  machine.depth -= 1;
  return result;
}
