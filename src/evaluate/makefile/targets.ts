/*
 * Which rules make a target.
 *
 * As after `make -r`, only rules of the makefile count: the built-in implicit rules (`%.o: %.c`) are left out, since what
 * they would run is not in the project. Everything is taken to be out of date, as with `make -B`.
 */
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { leafTexts } from '../shell/fields.js';
import { exists } from './files.js';
import type { Machine, Rule, Words } from './state.js';
import { fillPattern, readPattern, stemOf } from './strings.js';

/** A rule for a target, with the stem that it gives. */
export interface Entry {
  readonly rule: Rule;
  readonly when: Condition;
  /** What `%` stands for; undefined in a rule without a pattern. */
  readonly stem: Text | undefined;
  /** True when it is not known whether its prerequisites are there or can be made. */
  readonly guessed?: boolean;
}

/** The targets that a special target (`.PHONY`) has for prerequisites. */
export interface SpecialTargets {
  /** Where it stands for all targets. */
  all: Condition;
  readonly named: Map<number, Condition>;
  readonly loose: Guarded<Text>[];
}

/** All explicit rules by target. */
export interface Targets {
  readonly named: ReadonlyMap<string, readonly Entry[]>;
  /** Targets whose name is not known in part. */
  readonly loose: readonly { readonly target: Text; readonly entry: Entry }[];
  readonly patterns: readonly Rule[];
  /** Every name that is a target or a prerequisite, so that it "ought to exist". */
  readonly mentioned: ReadonlySet<string>;
  /** What special targets say, where it was asked for. */
  readonly special: Map<string, SpecialTargets>;
  /** The place of each rule among all. */
  readonly order: ReadonlyMap<Rule, number>;
}

/** Sorts the rules of a makefile by target. */
export function indexTargets(machine: Machine): Targets {
  const { texts, space } = machine;
  const named = new Map<string, Entry[]>();
  const loose: { readonly target: Text; readonly entry: Entry }[] = [];
  const patterns: Rule[] = [];
  const mentioned = new Set<string>();
  for (const rule of machine.rules) {
    let pattern = false;
    for (const { when, item } of rule.targets) {
      const name = texts.constant(item.text);
      if (name !== undefined && rule.pattern === undefined && readPattern(name).ends !== undefined) {
        pattern = true;
        continue;
      }
      const both = space.and(rule.when, when);
      const stem = rule.pattern === undefined ? undefined : staticStem(machine, rule.pattern, item.text);
      const entry: Entry = { rule, when: both, stem };
      if (name === undefined) loose.push({ target: item.text, entry });
      else {
        mentioned.add(name);
        const known = named.get(name);
        if (known === undefined) named.set(name, [entry]);
        else known.push(entry);
      }
    }
    if (pattern) patterns.push(rule);
    else
      for (const list of [rule.prerequisites, rule.orderOnly])
        for (const { item } of list) mentioned.add(texts.constant(item.text) ?? '');
  }
  const order = new Map(machine.rules.map((rule, i) => [rule, i]));
  return { named, loose, patterns, mentioned, special: new Map(), order };
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
  const constants = [a, b].filter((text) => texts.constant(text) !== undefined).length;
  if (constants === 2) return space.false;
  return constants === 1 && isNamed(texts, a) && isNamed(texts, b) ? (texts.equal(a, b) ?? space.false) : space.false;
}

/** The explicit rules of a target, in file order. */
export function explicitRules(machine: Machine, targets: Targets, target: Text, when: Condition): readonly Entry[] {
  const { texts, space } = machine;
  const name = texts.constant(target);
  const found: Entry[] = [];
  const add = (entry: Entry, holds: Condition): void => {
    const both = space.and(entry.when, holds);
    if (space.and(both, when) !== space.false) found.push({ ...entry, when: both });
  };
  if (name !== undefined) for (const entry of targets.named.get(name) ?? []) add(entry, space.true);
  for (const { target: other, entry } of targets.loose) add(entry, sameTarget(machine, other, target));
  const { order } = targets;
  return targets.loose.length === 0 ? found : found.sort((a, b) => (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0));
}

/** A pattern rule that may make a target, with the text that `%` stands for in its prerequisites. */
interface Candidate {
  readonly rule: Rule;
  readonly stem: Text;
  readonly length: number;
  /** True for a pattern that any name matches. */
  readonly open: boolean;
}

/**
 * The pattern rules that make a target without a recipe of its own: where each of them is taken. Sources that the project
 * lacks are as a rule generated or left out, so that a rule that no other one stands in for is taken although nothing makes
 * what it needs (*guessed*); `guessed` has those that were taken so on the way here, which are not taken once more.
 */
export function implicitRules(
  machine: Machine,
  targets: Targets,
  target: Text,
  when: Condition,
  guessed: ReadonlySet<Rule>,
): readonly Entry[] {
  const { space } = machine;
  const found = search(machine, targets, target, when, guessed);
  let rest = when;
  for (const entry of found) rest = space.and(rest, space.not(entry.when));
  const name = machine.texts.constant(target);
  if (rest === space.false || name === undefined || exists(machine, name) !== false) return found;
  const entries = [...found];
  for (const { rule, stem, open } of candidatesOf(machine, targets, target)) {
    // `%: common-%` forwards; it says nothing about files.
    const isSource = rule.prerequisites.some(({ item }) => /[./]/.test(machine.texts.constant(item.text) ?? '.'));
    const there = space.and(rest, space.and(rule.when, rule.hasRecipe));
    if (there === space.false || guessed.has(rule) || rule.doubleColon || (open && !isSource)) continue;
    entries.push({ rule, when: there, stem, guessed: true });
    rest = space.and(rest, space.not(there));
  }
  return entries;
}

function search(
  machine: Machine,
  targets: Targets,
  target: Text,
  when: Condition,
  used: ReadonlySet<Rule>,
): readonly Entry[] {
  const { space } = machine;
  const candidates = candidatesOf(machine, targets, target).filter(({ rule }) => !used.has(rule));
  const found: Entry[] = [];
  let rest = when;
  // First those whose prerequisites are there or are mentioned, then those that other pattern rules can make.
  for (const deep of [false, true]) {
    for (const { rule, stem } of candidates) {
      if (rest === space.false) return found;
      const there = space.and(rest, space.and(rule.when, rule.hasRecipe));
      if (there === space.false) continue;
      const inner = new Set([...used, rule]);
      if (rule.doubleColon && deep) continue;
      const makeable = rule.prerequisites.map(({ item }) =>
        isMakeable(machine, targets, item.text, stem, there, deep, inner),
      );
      if (makeable.includes('no')) continue;
      found.push({ rule, when: there, stem, guessed: makeable.includes('unknown') });
      rest = space.and(rest, space.not(there));
    }
  }
  return found;
}

function isMakeable(
  machine: Machine,
  targets: Targets,
  prerequisite: Text,
  stem: Text,
  when: Condition,
  deep: boolean,
  used: ReadonlySet<Rule>,
): 'yes' | 'no' | 'unknown' {
  const { texts } = machine;
  const text = fillText(machine, prerequisite, stem);
  const name = texts.constant(text);
  if (name === undefined) return 'unknown';
  if (targets.mentioned.has(name) || exists(machine, name) !== false) return 'yes';
  return deep && used.size < 6 && search(machine, targets, text, when, used).length > 0 ? 'yes' : 'no';
}

/** A prerequisite with the stem in the place of `%`. */
export function fillText(machine: Machine, prerequisite: Text, stem: Text | undefined): Text {
  const { texts } = machine;
  const pattern = texts.constant(prerequisite);
  if (stem === undefined || pattern === undefined) return prerequisite;
  const known = texts.constant(stem);
  if (known !== undefined) return texts.literal(fillPattern(pattern, known));
  const { ends, word } = readPattern(pattern);
  if (ends === undefined) return texts.literal(word);
  return texts.concat(texts.literal(ends[0]), stem, texts.literal(ends[1]));
}

/** The pattern rules that match a target, those with the shortest stem first. */
function candidatesOf(machine: Machine, targets: Targets, target: Text): readonly Candidate[] {
  const { texts } = machine;
  const found: Candidate[] = [];
  const constant = texts.constant(target);
  const slash = constant === undefined ? -1 : constant.lastIndexOf('/');
  for (const rule of targets.patterns) {
    for (const { item } of rule.targets) {
      const pattern = texts.constant(item.text);
      if (pattern === undefined) continue;
      let stem = stemText(machine, pattern, target);
      if (stem === undefined && slash !== -1 && constant !== undefined && !pattern.includes('/')) {
        const inner = stemText(machine, pattern, texts.literal(constant.slice(slash + 1)));
        if (inner !== undefined) stem = texts.concat(texts.literal(constant.slice(0, slash + 1)), inner);
      }
      if (stem === undefined || stem === texts.empty) continue;
      const length = (texts.constant(stem) ?? '').length;
      found.push({ rule, stem, length, open: pattern === '%' });
      break;
    }
  }
  return found.sort((a, b) => a.length - b.length);
}
