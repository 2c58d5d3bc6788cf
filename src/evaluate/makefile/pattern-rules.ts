/*
 * The pattern rules that are in force, in the order in which make tries them (rule.c): those of the makefile; suffix rules,
 * the makefile's and the built-in ones, as the list of suffixes pairs them; built-in pattern rules. A later pattern rule
 * with the same targets and prerequisites takes the place of an earlier one; a suffix rule or a built-in one does not.
 */
import { mapped } from '../../text/mapped.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { PATTERN_RULES, SUFFIX_RULES } from './builtin-rules.js';
import { DEFAULTS } from './defaults.js';
import type { Machine, Rule, Words } from './state.js';
import { readPattern, splitWords } from './strings.js';
import type { Entry } from './targets.js';

/** A pattern among the targets of a rule. */
export interface TargetPattern {
  readonly when: Condition;
  /** What stands before and behind `%`. */
  readonly prefix: Text;
  readonly suffix: Text;
  /** Its length: the longer it is, the shorter is the stem, and the earlier it is tried. */
  readonly length: number;
  readonly hasSlash: boolean;
}

/** A pattern rule, and where it is in force. */
export interface PatternRule {
  readonly rule: Rule;
  readonly when: Condition;
  readonly targets: readonly TargetPattern[];
  /** True for make's own rules: their recipes stand in no file. */
  readonly builtin: boolean;
}

/** Where make has been told to have no rules of its own. */
export interface NoBuiltins {
  /** `-r` on the command line. */
  readonly atStart: Condition;
  /** That, or `MAKEFLAGS += -r` in the makefile. */
  readonly inTheEnd: Condition;
}

/** The patterns that a target's text is, where it is one. */
export function targetPatterns({ texts, space }: Machine, text: Text, when: Condition): readonly TargetPattern[] {
  const constant = texts.constant(text);
  if (constant !== undefined && !constant.includes('%')) return [];
  const flat = texts.flatten(text);
  if (flat === undefined) return [];
  return space.leaves(flat).flatMap(({ when: here, item }): readonly TargetPattern[] => {
    const both = space.and(when, here);
    const at = item.pieces.findIndex(
      (piece) => piece.kind === 'literal' && piece.text.includes('%') && readPattern(piece.text).ends !== undefined,
    );
    const piece = item.pieces[at];
    const ends = piece?.kind === 'literal' ? readPattern(piece.text).ends : undefined;
    if (ends === undefined || both === space.false) return [];
    const prefix = texts.join([...item.pieces.slice(0, at), { kind: 'literal', text: ends[0] }]);
    const suffix = texts.join([{ kind: 'literal', text: ends[1] }, ...item.pieces.slice(at + 1)]);
    const literals = item.pieces.flatMap((each) => (each.kind === 'literal' ? [each.text] : []));
    const length = literals.reduce((sum, each) => sum + each.length, 0);
    return [{ when: both, prefix, suffix, length, hasSlash: literals.some((each) => each.includes('/')) }];
  });
}

/** The list of suffixes: `.SUFFIXES:` without prerequisites empties it. */
export function suffixesOf(machine: Machine, rules: readonly Rule[], none: NoBuiltins): readonly Guarded<string>[] {
  const { space, texts } = machine;
  let touched: Condition = space.false;
  const usual = space.not(none.atStart);
  let list: Guarded<string>[] = splitWords(DEFAULTS.get('SUFFIXES') ?? '').map((item) => ({ when: usual, item }));
  const own: typeof list = [];
  const clear = (from: typeof list, where: Condition): typeof list =>
    from.flatMap(({ when, item }) => {
      const left = space.and(when, space.not(where));
      return left === space.false ? [] : [{ when: left, item }];
    });
  for (const rule of rules) {
    for (const target of rule.targets) {
      if (texts.constant(target.item.text) !== '.SUFFIXES') continue;
      const where = space.and(rule.when, target.when);
      touched = space.or(touched, where);
      let empty = where;
      for (const { when } of rule.prerequisites) empty = space.and(empty, space.not(when));
      list = clear(list, empty);
      own.splice(0, own.length, ...clear(own, empty));
      for (const { when, item } of rule.prerequisites) {
        const suffix = texts.constant(item.text);
        if (suffix !== undefined) own.push({ when: space.and(where, when), item: suffix });
      }
    }
  }
  // `MAKEFLAGS += -r` takes the list away where no makefile has touched it.
  return [...clear(list, space.and(none.inTheEnd, space.not(touched))), ...own];
}

/** All pattern rules that may be in force. `own` are those of the makefile, in file order. */
export function patternRules(
  machine: Machine,
  own: readonly Rule[],
  explicit: ReadonlyMap<string, readonly Entry[]>,
  suffixes: readonly Guarded<string>[],
  none: NoBuiltins,
): readonly PatternRule[] {
  const { space } = machine;
  const found: PatternRule[] = [];
  /** Where a rule for a pattern with these prerequisites follows, alone or with others: it replaces one for the pattern alone. */
  const followed = new Map<string, Condition>();
  /** Where a rule for the pattern alone is there. */
  const taken = new Map<string, Condition>();
  const mark = (map: Map<string, Condition>, key: string, when: Condition): void => {
    map.set(key, space.or(map.get(key) ?? space.false, when));
  };
  for (const rule of [...own].reverse()) {
    const needs = `${wordsKey([...rule.prerequisites, ...rule.orderOnly])}:${rule.later?.text.id ?? ''}`;
    const [first, ...others] = rule.targets;
    const alone = first !== undefined && others.length === 0 ? `${wordsKey([first])}:${needs}` : undefined;
    const when = space.and(rule.when, space.not(followed.get(alone ?? '') ?? space.false));
    for (const target of rule.targets) mark(followed, `${wordsKey([target])}:${needs}`, rule.when);
    if (alone !== undefined) mark(taken, alone, when);
    const targets = rule.targets.flatMap((target) => targetPatterns(machine, target.item.text, target.when));
    if (when !== space.false && targets.length > 0) found.unshift({ rule, when, targets, builtin: false });
  }
  const add = (target: string, prerequisites: readonly string[], when: Condition, origin: Origin): void => {
    const targets = literalWords(machine, [target]);
    const needs = literalWords(machine, prerequisites);
    const key = `${wordsKey(targets)}:${wordsKey(needs)}:`;
    const here = space.and(when, space.not(taken.get(key) ?? space.false));
    if (here === space.false) return;
    mark(taken, key, here);
    const rule: Rule = {
      ...origin.rule,
      when: here,
      targets,
      prerequisites: needs,
      orderOnly: [],
      later: undefined,
      // A suffix rule's place is where its target stands.
      place: origin.rule.targetPlaces.get(origin.name) ?? origin.rule.place,
      targetPlaces: new Map(),
    };
    const patterns = targetPatterns(machine, machine.texts.literal(target), space.true);
    found.push({ rule, when: here, targets: patterns, builtin: origin.builtin });
  };
  addSuffixRules(machine, explicit, suffixes, none, add);
  const usual = space.not(none.inTheEnd);
  for (const { target, prerequisites, recipe, terminal } of PATTERN_RULES)
    add(target, prerequisites, usual, { name: '', builtin: true, rule: ruleOf(machine, recipe, terminal) });
  return found;
}

/** Where the recipe of a rule that is made from another one comes from. */
interface Origin {
  readonly name: string;
  readonly rule: Rule;
  readonly builtin: boolean;
}

/** Suffix rules as pattern rules (convert_to_pattern): `.c.o` is `%.o: %.c`, `.c` is `%: %.c`, and `%.c:` is a name that is known. */
function addSuffixRules(
  machine: Machine,
  explicit: ReadonlyMap<string, readonly Entry[]>,
  suffixes: readonly Guarded<string>[],
  none: NoBuiltins,
  add: (target: string, prerequisites: readonly string[], when: Condition, origin: Origin) => void,
): void {
  const { space } = machine;
  const nothing: Origin = { name: '', builtin: true, rule: ruleOf(machine, undefined, false) };
  const builtin = space.not(none.atStart);
  const posix = (explicit.get('.POSIX') ?? []).reduce<Condition>((all, { when }) => space.or(all, when), space.false);
  const convert = (name: string, target: string, source: string, when: Condition): void => {
    for (const { when: here, item } of recipesOf(machine, explicit.get(name) ?? [], posix))
      add(target, [`%${source}`], space.and(when, here), { name, builtin: false, rule: item });
    const recipe = SUFFIX_RULES.get(name);
    // What the makefile gives is in force already; make's own rule is what is left.
    if (recipe !== undefined)
      add(target, [`%${source}`], space.and(when, builtin), {
        name,
        builtin: true,
        rule: ruleOf(machine, recipe, false),
      });
  };
  for (const { when, item: source } of suffixes) {
    add(`%${source}`, [], when, nothing);
    convert(source, '%', source, when);
    for (const { when: other, item: suffix } of suffixes)
      if (suffix !== source) convert(`${source}${suffix}`, `%${suffix}`, source, space.and(when, other));
  }
}

/** The rules that give a suffix rule its recipe; for POSIX, one with prerequisites is none. */
function recipesOf({ space }: Machine, entries: readonly Entry[], posix: Condition): readonly Guarded<Rule>[] {
  const found: Guarded<Rule>[] = [];
  let open: Condition = space.true;
  for (const { rule, when } of [...entries].reverse()) {
    let here = space.and(open, space.and(when, rule.hasRecipe));
    open = space.and(open, space.not(here));
    if (rule.prerequisites.length > 0) here = space.and(here, space.not(posix));
    if (here !== space.false) found.push({ when: here, item: rule });
  }
  return found;
}

/** A rule of make's own; without a recipe it only tells that a name is none that any rule may match. */
function ruleOf(machine: Machine, recipe: readonly string[] | undefined, terminal: boolean): Rule {
  const { space } = machine;
  const place = { file: machine.at.file, start: 0, end: 0 };
  return {
    when: space.true,
    targets: [],
    pattern: undefined,
    prerequisites: [],
    orderOnly: [],
    later: undefined,
    doubleColon: terminal,
    grouped: false,
    recipe: (recipe ?? []).map((line) => ({ when: space.true, text: mapped(line, 0), place: () => place })),
    hasRecipe: recipe === undefined ? space.false : space.true,
    place,
    targetPlaces: new Map(),
  };
}

function literalWords({ space, texts }: Machine, words: readonly string[]): Words {
  return words.map((word) => ({ when: space.true, item: { text: texts.literal(word), many: false } }));
}

function wordsKey(words: Words): string {
  return words.map(({ when, item }) => `${when.id},${item.text.id}`).join(' ');
}
