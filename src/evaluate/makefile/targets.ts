/*
 * Which rules make a target: the explicit ones. Those with patterns are found by `implicit.ts`. Everything is taken to be
 * out of date, as with `make -B`.
 */
import type { Place } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { leafTexts } from '../shell/fields.js';
import { suffixStem } from './automatics.js';
import { fillText } from './implicit.js';
import { type PatternRule, patternRules, suffixesOf, targetPatterns } from './pattern-rules.js';
import { laterNeeds } from './second.js';
import type { Machine, Rule, Scope, Words } from './state.js';
import { readPattern, stemOf } from './strings.js';
import { noBuiltins } from './switches.js';
import { type SearchFolders, searchFolders } from './vpath.js';

/** A rule for a target, with the stem that it gives. */
export interface Entry {
  readonly rule: Rule;
  readonly when: Condition;
  /** What `%` stands for; undefined in a rule without a pattern. */
  readonly stem: Text | undefined;
  /** Its prerequisites, where they are others than those that the rule says. */
  readonly needs?: RuleNeeds;
  /** True when it is not known whether its prerequisites are there or can be made. */
  readonly guessed?: boolean;
  /** The prerequisites that only pattern rules make. */
  readonly intermediate?: readonly Guarded<Text>[];
  /** True for the rule of `.DEFAULT`. */
  readonly isDefault?: boolean;
  /** What its recipe makes besides the target. */
  readonly also?: readonly Guarded<Text>[];
  /** True when the target has this name in some environments and another one in others. */
  readonly isOneOfNames?: boolean;
  /** The place that stands for a recipe of make's own. */
  readonly place?: Place;
}

/** Prerequisites that are written or expanded for one target. */
export interface RuleNeeds {
  readonly normal: readonly Guarded<Text>[];
  readonly orderOnly: readonly Guarded<Text>[];
}

/** The targets that a special target (`.PHONY`) has for prerequisites. */
export interface SpecialTargets {
  /** Where it stands for all targets. */
  all: Condition;
  readonly named: Map<number, Condition>;
  readonly loose: Guarded<Text>[];
}

/** A target whose name is not known in part. */
export interface LooseTarget {
  readonly target: Text;
  readonly entry: Entry;
}

/** All explicit rules by target. */
export interface Targets {
  readonly named: ReadonlyMap<string, readonly Entry[]>;
  /** Targets whose name is not known in part. */
  readonly loose: readonly LooseTarget[];
  /** The same by the text, and those that other names may be. */
  readonly byText: ReadonlyMap<Text, readonly LooseTarget[]>;
  /** What those are called that have a known name in some environments, where it is not known. */
  readonly byLeaf: ReadonlyMap<Text, readonly LooseTarget[]>;
  readonly comparable: readonly LooseTarget[];
  /** The pattern rules that may be in force, in the order in which they are tried. */
  readonly patterns: () => readonly PatternRule[];
  /** The suffixes that make knows. */
  readonly suffixes: readonly Guarded<string>[];
  /** Where each name is a target or a prerequisite, so that it "ought to exist". */
  readonly mentioned: ReadonlyMap<string, Condition>;
  /** Where to look for files that are not where their names say. */
  readonly folders: readonly Guarded<SearchFolders>[];
  /** What special targets say, where it was asked for. */
  readonly special: Map<string, SpecialTargets>;
  /** What was found for targets without a recipe of their own; see `implicitRules`. */
  readonly implicit: Map<string, readonly Entry[]>;
  /** The place of each rule among all. */
  readonly order: ReadonlyMap<Rule, number>;
}

/** Sorts the rules of a makefile by target; `goals` are those that make is given, `scopeOf` the variables of a target by itself. */
export function indexTargets(machine: Machine, goals: readonly string[], scopeOf: (target: Text) => Scope): Targets {
  const { space } = machine;
  const named = new Map<string, Entry[]>();
  const loose: LooseTarget[] = [];
  const patterns: Rule[] = [];
  const mentioned = new Map<string, Condition>();
  const mention = (name: string, when: Condition): void => {
    mentioned.set(name, space.or(mentioned.get(name) ?? space.false, when));
  };
  for (const rule of machine.rules) {
    let pattern = false;
    for (const { when, item } of rule.targets) {
      if (rule.pattern === undefined && targetPatterns(machine, item.text, when).length > 0) {
        pattern = true;
        continue;
      }
      for (const { name, text, where } of namesOf(machine, item.text)) {
        const both = space.and(rule.when, space.and(when, where));
        if (both === space.false) continue;
        const stem = rule.pattern === undefined ? undefined : staticStem(machine, rule.pattern, text);
        const oneOf = text === item.text ? {} : { isOneOfNames: true };
        const entry: Entry = { rule, when: both, stem, ...alsoMade(rule, text), ...oneOf };
        if (name === undefined) loose.push({ target: text, entry });
        else {
          mention(name, both);
          const known = named.get(name);
          if (known === undefined) named.set(name, [entry]);
          else known.push(entry);
        }
      }
    }
    if (pattern) patterns.push(rule);
    else if (rule.pattern === undefined)
      for (const list of [rule.prerequisites, rule.orderOnly])
        for (const { when, item } of list) mentionText(machine, item.text, space.and(rule.when, when), mention);
  }
  for (const goal of goals) mention(goal, space.true);
  for (const { target, when } of machine.targetScopes.values()) mentionText(machine, target, when, mention);
  const none = noBuiltins(machine);
  const suffixes = suffixesOf(machine, machine.rules, none);
  expandLater(machine, named, suffixes, scopeOf);
  for (const entries of named.values())
    for (const entry of entries)
      if (entry.needs !== undefined || entry.rule.pattern !== undefined)
        for (const list of Object.values(needsOf(machine, entry)))
          for (const { when, item } of list) mentionText(machine, item, space.and(entry.when, when), mention);
  let all: readonly PatternRule[] | undefined;
  const byText = new Map<Text, LooseTarget[]>();
  for (const one of loose) byText.set(one.target, [...(byText.get(one.target) ?? []), one]);
  return {
    named,
    loose,
    byText,
    byLeaf: leavesOf(machine, loose),
    comparable: loose.filter(({ target }) => isNamed(machine.texts, target)),
    patterns: () => {
      all ??= patternRules(machine, patterns, named, suffixes, none);
      return all;
    },
    suffixes,
    mentioned,
    folders: searchFolders(machine),
    special: new Map(),
    implicit: new Map(),
    order: new Map(machine.rules.map((rule, i) => [rule, i])),
  };
}

/** `image-2` by default and `image-$(VERSION)` where it is given: a prerequisite may be either, and the second is no name. */
function leavesOf(machine: Machine, loose: readonly LooseTarget[]): ReadonlyMap<Text, readonly LooseTarget[]> {
  const { texts, space } = machine;
  const found = new Map<Text, LooseTarget[]>();
  for (const { target, entry } of loose) {
    const flat = texts.flatten(target);
    const leaves = flat === undefined || flat.kind === 'one' ? [] : space.leaves(flat);
    for (const { when, item } of leaves.length > NAMES ? [] : leaves) {
      const both = space.and(entry.when, when);
      if (texts.constant(item) !== undefined || both === space.false) continue;
      const { pattern } = entry.rule;
      const stem = pattern === undefined ? undefined : staticStem(machine, pattern, item);
      found.set(item, [...(found.get(item) ?? []), { target: item, entry: { ...entry, when: both, stem } }]);
    }
  }
  return found;
}

/** A target that is one of a few names is each of them where it is. */
const NAMES = 8;

function namesOf(
  { texts, space }: Machine,
  target: Text,
): readonly { readonly name: string | undefined; readonly text: Text; readonly where: Condition }[] {
  const constant = texts.constant(target);
  if (constant !== undefined) return [{ name: constant, text: target, where: space.true }];
  const flat = texts.flatten(target);
  const leaves = flat === undefined ? [] : space.leaves(flat);
  const names = leaves.map(({ item }) => texts.constant(item));
  if (leaves.length === 0 || leaves.length > NAMES || names.includes(undefined))
    return [{ name: undefined, text: target, where: space.true }];
  return leaves.flatMap(({ when, item }, i) => (names[i] === '' ? [] : [{ name: names[i], text: item, where: when }]));
}

/** A name that differs is mentioned as each of the names that it may be. */
function mentionText(
  { texts, space }: Machine,
  text: Text,
  when: Condition,
  mention: (name: string, when: Condition) => void,
): void {
  const constant = texts.constant(text);
  if (constant !== undefined) {
    mention(constant, when);
    return;
  }
  const flat = texts.flatten(text);
  for (const leaf of flat === undefined ? [] : space.leaves(flat)) {
    const name = texts.constant(leaf.item);
    const both = space.and(when, leaf.when);
    if (name !== undefined && both !== space.false) mention(name, both);
  }
}

/** The other targets of a rule whose recipe makes all at once. */
function alsoMade(rule: Rule, target: Text): { readonly also?: readonly Guarded<Text>[] } {
  if (!rule.grouped) return {};
  const others = rule.targets.filter(({ item }) => item.text !== target);
  return { also: others.map(({ when, item }) => ({ when, item: item.text })) };
}

/** The prerequisites of a rule for one target. */
export function needsOf(machine: Machine, { rule, stem, needs }: Entry): RuleNeeds {
  if (needs !== undefined) return needs;
  const fill = (words: Words): readonly Guarded<Text>[] =>
    words.map(({ when, item }) => ({
      when,
      item: stem === undefined ? item.text : fillText(machine.texts, item.text, stem),
    }));
  return { normal: fill(rule.prerequisites), orderOnly: fill(rule.orderOnly) };
}

/** Expands what the second expansion of explicit rules gives. */
function expandLater(
  machine: Machine,
  named: ReadonlyMap<string, Entry[]>,
  suffixes: readonly Guarded<string>[],
  scopeOf: (target: Text) => Scope,
): void {
  const { texts } = machine;
  for (const [name, entries] of named) {
    if (!entries.some(({ rule }) => rule.later !== undefined)) continue;
    const target = texts.literal(name);
    const scope = scopeOf(target);
    for (const [i, entry] of entries.entries()) {
      const { later } = entry.rule;
      const plain = needsOf(machine, entry);
      if (later === undefined) continue;
      const known = entries.flatMap((other) => [...needsOf(machine, other).normal]);
      const made = laterNeeds(machine, later, entry.when, {
        target,
        scope,
        stem: entry.stem ?? suffixStem(machine, suffixes, target),
        isPattern: entry.stem !== undefined,
        folder: undefined,
        known,
        first: i > 0,
      });
      entries[i] = {
        ...entry,
        needs: { normal: [...plain.normal, ...made.normal], orderOnly: [...plain.orderOnly, ...made.orderOnly] },
      };
    }
  }
}

function staticStem(machine: Machine, pattern: Words, target: Text): Text {
  const text = pattern[0]?.item.text;
  const constant = text === undefined ? undefined : machine.texts.constant(text);
  return constant === undefined ? machine.texts.empty : (stemText(machine, constant, target) ?? machine.texts.empty);
}

/** What `%` stands for in a target, which may be unknown in the middle; undefined when it does not match. */
export function stemText(machine: Machine, pattern: string, target: Text): Text | undefined {
  const { texts } = machine;
  const read = readPattern(pattern);
  const constant = texts.constant(target);
  if (constant !== undefined) {
    const stem = stemOf(read, constant);
    return stem === undefined ? undefined : texts.literal(stem);
  }
  if (read.ends === undefined) return undefined;
  if (target.pieces.some(({ kind }) => kind === 'choice')) {
    const flat = texts.flatten(target);
    if (flat === undefined) return undefined;
    const stems = machine.space.map(flat, (leaf) => stemText(machine, pattern, leaf));
    return stems.kind === 'one' ? stems.value : texts.from(machine.space.map(stems, (stem) => stem ?? texts.empty));
  }
  const [prefix, suffix] = read.ends;
  const pieces = [...target.pieces];
  const first = pieces[0];
  if (prefix !== '') {
    if (first?.kind !== 'literal' || !first.text.startsWith(prefix)) return undefined;
    pieces[0] = { kind: 'literal', text: first.text.slice(prefix.length) };
  }
  const last = pieces[pieces.length - 1];
  if (suffix !== '') {
    if (last?.kind !== 'literal' || !last.text.endsWith(suffix)) return undefined;
    pieces[pieces.length - 1] = { kind: 'literal', text: last.text.slice(0, last.text.length - suffix.length) };
  }
  return texts.join(pieces);
}

/** Whether enough of a name is known to compare it with others. */
export function isNamed(texts: Texts, text: Text): boolean {
  return (
    text.pieces.every(({ kind }) => kind !== 'symbol') &&
    text.pieces.some((piece) => {
      if (piece.kind === 'literal') return /\w/.test(piece.text);
      if (piece.kind !== 'choice') return false;
      return leafTexts(piece.value).every((leaf) => leaf === texts.empty || isNamed(texts, leaf));
    })
  );
}

/**
 * Where two targets are the same one. `build-$(ENV)` may be `build-dev`, but a name of which nothing is known is taken to be
 * a file of its own: else each name of the makefile would be an answer that it may have.
 */
export function sameTarget({ texts, space }: Machine, a: Text, b: Text): Condition {
  if (a === b) return space.true;
  if (!mayStartAlike(a, b) || !mayEndAlike(a, b)) return space.false;
  const constants = [a, b].filter((text) => texts.constant(text) !== undefined).length;
  if (constants === 2) return space.false;
  return constants === 1 && isNamed(texts, a) && isNamed(texts, b) ? (texts.equal(a, b) ?? space.false) : space.false;
}

function mayStartAlike(a: Text, b: Text): boolean {
  const [x, y] = [a.pieces[0], b.pieces[0]];
  return x?.kind !== 'literal' || y?.kind !== 'literal' || x.text.startsWith(y.text) || y.text.startsWith(x.text);
}

function mayEndAlike(a: Text, b: Text): boolean {
  const [x, y] = [a.pieces[a.pieces.length - 1], b.pieces[b.pieces.length - 1]];
  return x?.kind !== 'literal' || y?.kind !== 'literal' || x.text.endsWith(y.text) || y.text.endsWith(x.text);
}

/** The explicit rules of a target, in file order. */
export function explicitRules(machine: Machine, targets: Targets, target: Text, when: Condition): readonly Entry[] {
  const { texts, space } = machine;
  const name = texts.constant(target);
  const found: Entry[] = [];
  const add = (entry: Entry, holds: Condition): void => {
    const both = space.and(entry.when, holds);
    if (both !== space.false && space.and(both, when) !== space.false) found.push({ ...entry, when: both });
  };
  if (name !== undefined) for (const entry of targets.named.get(name) ?? []) add(entry, space.true);
  for (const list of [targets.byText, targets.byLeaf])
    for (const { entry } of list.get(target) ?? []) add(entry, space.true);
  for (const { target: other, entry } of targets.comparable)
    if (other !== target) add(entry, sameTarget(machine, other, target));
  const { order } = targets;
  return found.length < 2 ? found : found.sort((a, b) => (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0));
}

/** Where a special target has this one as a prerequisite; without prerequisites, it means all. */
export function isSpecial(machine: Machine, targets: Targets, special: string, target: Text): Condition {
  const { space, texts } = machine;
  const rules = targets.named.get(special);
  if (rules === undefined) return space.false;
  let list = targets.special.get(special);
  if (list === undefined) {
    list = { all: space.false, named: new Map(), loose: [] };
    for (const { rule, when } of rules) {
      if (rule.prerequisites.length === 0) list.all = space.or(list.all, when);
      for (const word of rule.prerequisites) {
        const here = space.and(when, word.when);
        const { text } = word.item;
        if (texts.constant(text) === undefined) list.loose.push({ when: here, item: text });
        else list.named.set(text.id, space.or(list.named.get(text.id) ?? space.false, here));
      }
    }
    targets.special.set(special, list);
  }
  let holds = space.or(list.all, list.named.get(target.id) ?? space.false);
  for (const { when, item } of list.loose)
    if (holds !== space.true) holds = space.or(holds, space.and(when, sameTarget(machine, item, target)));
  if (texts.constant(target) !== undefined) return holds;
  for (const { rule, when } of rules)
    for (const word of rule.prerequisites)
      if (holds !== space.true && texts.constant(word.item.text) !== undefined)
        holds = space.or(holds, space.and(space.and(when, word.when), sameTarget(machine, word.item.text, target)));
  return holds;
}
