/*
 * Make's first phase: reading. Statements are evaluated in file order under `live`; conditionals narrow it for each of
 * their branches. A recipe line belongs to every rule that is open where it is read, because conditionals may stand
 * between a rule and its recipe.
 */

import { parseMakefile } from '../../syntax/makefile/parse.js';
import type {
  ConditionalStatement,
  Definition,
  ExportStatement,
  IncludeStatement,
  RecipeStatement,
  RuleStatement,
  Statement,
  TargetAssignmentStatement,
  Test,
} from '../../syntax/makefile/tree.js';

import { type MappedText, type Segment, spanToSource } from '../../text/mapped.js';
import type { Place, Span } from '../../text/span.js';

import type { Condition } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import { assign, assignPattern, assignTarget, undefine } from './assign.js';
import { isEmptyText, sameText, textPasses } from './compare.js';
import { byClass, expandString, expandText, withHoles } from './expand.js';
import { exists, fileWords, glob, projectPath } from './files.js';
import { namesRead } from './functions.js';
import { hasReference, type Later } from './second.js';
import {
  changed,
  LIMITS,
  type Machine,
  newScope,
  note,
  type Origin,
  only,
  type Rule,
  type Scope,
  type Source,
  stillRunning,
  stop,
  type Words,
} from './state.js';
import { definePosix } from './switches.js';
import { globalVariable, isDefined, lookup } from './variables.js';
import { readVpath } from './vpath.js';
import { splitPipe, wordsOf } from './words.js';

/** Reads a makefile's text as a part of the run. */
export function readText(machine: Machine, text: string, source: Source): void {
  machine.fuel -= 1 + (text.length >> 7);
  machine.depth += 1;
  if (machine.depth > LIMITS.depth || machine.fuel <= 0 || text.length > LIMITS.text) {
    note(machine, 'limit', 'more is evaluated here than this tool does; the rest is left out');
  } else {
    const tree = parseMakefile(text);
    const at = machine.at;
    readStatements(machine, tree.statements, { ...source, problems: tree.problems }, 0);
    for (const { at: span, message } of tree.problems) {
      if (/^missing '|^only one/.test(message)) stop(machine, message, source.place(span));
    }
    machine.at = at;
  }
  machine.depth -= 1;
}

function readStatements(machine: Machine, statements: readonly Statement[], source: Source, depth: number): void {
  let run: RecipeStatement[] = [];
  for (const [i, statement] of statements.entries()) {
    if (machine.live === machine.space.false) return;
    if (statement.kind === 'blank') continue;
    machine.at = source.place(statement.span);
    machine.fuel -= 1;
    if (machine.fuel <= 0) {
      note(machine, 'limit', 'more is evaluated here than this tool does; the rest is left out');
      return;
    }
    if (statement.kind !== 'recipe') readStatement(machine, statement, source, depth);
    else {
      run.push(statement);
      if (statements[i + 1]?.kind === 'recipe') continue;
      readRecipe(machine, run, source);
      run = [];
    }
  }
}

function readStatement(machine: Machine, statement: Statement, source: Source, depth: number): void {
  switch (statement.kind) {
    case 'conditional':
      readConditional(machine, statement, source, depth);
      return;
    case 'recipe':
      readRecipe(machine, [statement], source);
      return;
    case 'assignment':
      closeRules(machine);
      assign(machine, statement.definition, definitionPlace(statement.definition, source));
      return;
    case 'undefine':
      closeRules(machine);
      undefine(machine, statement.name.text, statement.modifiers.includes('override') ? 'override' : 'file');
      return;
    case 'target-assignment':
      closeRules(machine);
      readTargetAssignment(machine, statement, source);
      return;
    case 'rule':
      closeRules(machine);
      readRule(machine, statement, source);
      return;
    case 'include':
      closeRules(machine);
      readInclude(machine, statement, source);
      return;
    case 'export':
      closeRules(machine);
      readExport(machine, statement);
      return;
    case 'directive':
      closeRules(machine);
      if (statement.name === 'vpath') readVpath(machine, expandString(machine, statement.arguments.text));
      return;
    case 'expression':
      closeRules(machine);
      readExpression(machine, statement.text, source);
      return;
    case 'unreadable':
      stop(machine, messageAt(source, statement.span), source.place(statement.span));
      return;
    case 'blank':
      return;
  }
}

/** Why a line cannot be read. */
function messageAt({ problems }: Source, span: Span): string {
  const problem = problems?.find(({ at }) => at.start >= span.start && at.start <= span.end);
  return problem?.message ?? 'make cannot read this line';
}

/** The place of the name in an assignment. */
function definitionPlace({ name, operatorAt }: Definition, source: Source): ReturnType<Source['place']> {
  return source.place({ start: spanToSource(name, { start: 0, end: name.text.length }).start, end: operatorAt.end });
}

function closeRules(machine: Machine): void {
  const { space } = machine;
  const rest = space.not(machine.live);
  machine.openRules = machine.openRules.flatMap(({ when, item }) => {
    const left = space.and(when, rest);
    return left === space.false ? [] : [{ when: left, item }];
  });
}

// ------------------------------------------------------------------------------------------------ conditionals

/** More nesting than this is not evaluated. */
const NESTING = 200;

function readConditional(machine: Machine, statement: ConditionalStatement, source: Source, depth: number): void {
  const { space } = machine;
  const before = machine.live;
  if (depth > NESTING) {
    note(machine, 'limit', 'conditionals are nested deeper here than this tool follows');
    return;
  }
  let rest = before;
  for (const branch of statement.branches) {
    machine.live = stillRunning(machine, rest);
    if (machine.live === space.false) break;
    machine.at = source.place(branch.directive);
    const holds =
      branch.test === undefined ? (branch.plain ? space.true : space.false) : testHolds(machine, branch.test, source);
    if (branch.test === undefined && !branch.plain) stop(machine, 'invalid syntax in conditional');
    rest = space.and(rest, space.not(holds));
    machine.live = space.and(machine.live, holds);
    if (machine.live !== space.false) readStatements(machine, branch.body, source, depth + 1);
  }
  machine.live = stillRunning(machine, before);
}

/** Where the test of a conditional holds, with the variables as they are now. */
export function whereTestHolds(machine: Machine, test: Test): Condition {
  const { space, texts } = machine;
  let holds: Condition;
  if (test.kind === 'equal') {
    const left = expandString(machine, test.left.text);
    const right = expandString(machine, test.right.text);
    holds = sameText(machine, left, right);
  } else {
    holds = space.false;
    const name = expandString(machine, test.name.text);
    for (const { when, item } of wordsOf(machine, name)) {
      const constant = texts.constant(item.text);
      if (constant === undefined) holds = space.or(holds, space.and(when, texts.unknown('ifdef', item.text)));
      else {
        const variable = lookup(machine, constant);
        holds = space.or(
          holds,
          space.and(when, space.and(isDefined(machine, variable), space.not(isEmptyText(machine, variable.text)))),
        );
      }
    }
  }
  return test.negated ? space.not(holds) : holds;
}

function testHolds(machine: Machine, test: Test, source: Source): Condition {
  const holds = whereTestHolds(machine, test);
  const first = test.kind === 'equal' ? test.left : test.name;
  const last = test.kind === 'equal' ? test.right : test.name;
  const names = [first, ...(last === first ? [] : [last])].flatMap(({ text }) => namesRead(text));
  machine.decisions.push({
    place: source.place({
      start: spanToSource(first, { start: 0, end: first.text.length }).start,
      end: spanToSource(last, { start: 0, end: last.text.length }).end,
    }),
    when: machine.live,
    holds,
    sides: test.kind === 'equal' ? [test.left.text, test.right.text] : undefined,
    names: test.kind === 'defined' ? [test.name.text] : names,
    test,
  });
  return holds;
}

// ------------------------------------------------------------------------------------------------ rules

function readRule(machine: Machine, statement: RuleStatement, source: Source): void {
  const { space, texts } = machine;
  const targets = expandString(machine, statement.targets.text);
  const pattern =
    statement.pattern === undefined ? undefined : wordsOf(machine, expandString(machine, statement.pattern.text));
  // The `|` may come out of a variable.
  const [before, after] = splitPipe(machine, expandString(machine, statement.prerequisites.text));
  const orderOnly = statement.orderOnly === undefined ? after : expandString(machine, statement.orderOnly.text);
  const later = laterOf(machine, before, orderOnly);
  const now = space.not(later?.when ?? space.false);
  const rule: Rule = {
    when: machine.live,
    targets: fileWords(machine, targets),
    pattern,
    prerequisites: wordsWhere(machine, before, now),
    orderOnly: wordsWhere(machine, orderOnly, now),
    later,
    doubleColon: statement.doubleColon,
    grouped: statement.grouped,
    recipe: [],
    hasRecipe: space.false,
    place: source.place({
      start: spanToSource(statement.targets, { start: 0, end: statement.targets.text.length }).start,
      end: statement.separator.end,
    }),
    targetPlaces: placesOf(statement.targets, source),
  };
  if (rule.targets.length === 0 && texts.constant(targets) !== undefined) {
    machine.openRules = [...machine.openRules, { when: machine.live, item: rule }];
    return;
  }
  machine.rules.push(rule);
  machine.openRules = [...machine.openRules, { when: machine.live, item: rule }];
  setDefaultGoal(machine, rule.targets);
  for (const { when, item } of rule.targets) heedSpecial(machine, texts.constant(item.text), when, rule.place);
  if (statement.recipe !== undefined) addToRecipe(machine, statement.recipe, source);
}

/** What special targets change from where they are read on. */
function heedSpecial(machine: Machine, name: string | undefined, when: Condition, place: Place): void {
  const { space } = machine;
  const here = space.and(machine.live, when);
  if (name === '.EXPORT_ALL_VARIABLES') machine.exportAll = space.or(machine.exportAll, here);
  if (name === '.SECONDEXPANSION') machine.secondExpansion = space.or(machine.secondExpansion, here);
  if (name === '.POSIX') definePosix(machine, when, place);
}

/** Prerequisites with a `$` left, where they are expanded once more. */
function laterOf({ space, texts, secondExpansion, live }: Machine, normal: Text, orderOnly: Text): Later | undefined {
  const when = space.and(secondExpansion, live);
  if (when === space.false || !(hasReference(normal) || hasReference(orderOnly))) return undefined;
  const everywhere = space.and(live, space.not(secondExpansion)) === space.false;
  return {
    when: everywhere ? space.true : secondExpansion,
    text: texts.concat(normal, texts.literal(' | '), orderOnly),
  };
}

function wordsWhere(machine: Machine, text: Text, where: Condition): Words {
  const { space } = machine;
  if (where === space.false) return [];
  const words = fileWords(machine, text);
  return where === space.true ? words : words.map(({ when, item }) => ({ when: space.and(when, where), item }));
}

function placesOf(targets: MappedText, source: Source): ReadonlyMap<string, ReturnType<Source['place']>> {
  const places = new Map<string, ReturnType<Source['place']>>();
  for (const { 0: word, index } of targets.text.matchAll(/\S+/g)) {
    places.set(
      word.replace(/^\.\//, ''),
      source.place(spanToSource(targets, { start: index, end: index + word.length })),
    );
  }
  return places;
}

/** The first target of the first rule that is no pattern and no name with a leading dot, as suffix rules have it. */
function setDefaultGoal(machine: Machine, targets: Words): void {
  const { space, texts } = machine;
  let open = machine.live;
  for (const { when, item } of targets) {
    const name = texts.constant(item.text);
    if (name?.includes('%') === true) return;
    if (name?.startsWith('.') === true && !name.includes('/')) continue;
    const known = globalVariable(machine, '.DEFAULT_GOAL');
    const taken = space.and(space.and(open, when), texts.isEmpty(known.text));
    if (taken === space.false) return;
    machine.global.set.set('.DEFAULT_GOAL', {
      ...known,
      text: texts.pick(taken, item.text, known.text),
      recursive: space.pick(taken, space.false, known.recursive),
    });
    changed(machine);
    open = space.and(open, space.not(when));
    if (open === space.false) return;
  }
}

/** Gives lines to the rules that are open. Where none is, make reads them like all other lines. */
function readRecipe(machine: Machine, lines: readonly RecipeStatement[], source: Source): void {
  let nowhere = machine.live;
  for (const { text } of lines) nowhere = addToRecipe(machine, text, source);
  if (nowhere === machine.space.false || lines.every(({ text }) => text.text.trim() === '')) return;
  const segments: Segment[] = [];
  let joined = '';
  for (const { text } of lines) {
    const [first] = text.segments;
    // The line as it is written, with its tab.
    segments.push({ at: joined.length, source: (first?.source ?? 1) - 1 });
    for (const { at, source: from } of text.segments) segments.push({ at: joined.length + 1 + at, source: from });
    joined += `\t${text.text}\n`;
  }
  const place: Source['place'] = (span) => source.place(spanToSource({ text: joined, segments }, span));
  only(machine, nowhere, () => readText(machine, joined, { ...source, place }));
}

/** Adds a line to the rules that are open; gives where none is. */
function addToRecipe(machine: Machine, text: MappedText, source: Source): Condition {
  const { space } = machine;
  let nowhere = machine.live;
  for (const { when, item } of machine.openRules) {
    const here = space.and(when, machine.live);
    if (here === space.false) continue;
    nowhere = space.and(nowhere, space.not(here));
    item.hasRecipe = space.or(item.hasRecipe, here);
    item.recipe.push({ when: here, text, place: (span) => source.place(span) });
  }
  return nowhere;
}

// ------------------------------------------------------------------------------------------------ variables of targets

function readTargetAssignment(machine: Machine, statement: TargetAssignmentStatement, source: Source): void {
  const { space, texts } = machine;
  const place = definitionPlace(statement.definition, source);
  for (const { when, item } of fileWords(machine, expandString(machine, statement.targets.text))) {
    const name = texts.constant(item.text);
    if (space.and(when, machine.live) === space.false) continue;
    only(machine, when, () => {
      if (name?.includes('%') === true) assignPattern(machine, name, statement.definition, place);
      else assignTarget(machine, scopeOf(machine, item.text), statement.definition, place);
    });
  }
}

/** The variables of a target. */
export function scopeOf(machine: Machine, target: Text): Scope {
  const known = machine.targetScopes.get(target.id);
  if (known !== undefined) {
    known.when = machine.space.or(known.when, machine.live);
    return known.scope;
  }
  const scope = newScope(machine, machine.global, true);
  machine.targetScopes.set(target.id, { target, scope, when: machine.live });
  return scope;
}

// ------------------------------------------------------------------------------------------------ directives

function readExport(machine: Machine, statement: ExportStatement): void {
  const { space, texts } = machine;
  changed(machine);
  if (statement.names === undefined) {
    machine.exportAll = space.pick(machine.live, statement.exporting ? space.true : space.false, machine.exportAll);
    return;
  }
  for (const { when, item } of wordsOf(machine, expandString(machine, statement.names.text))) {
    const name = texts.constant(item.text);
    if (name === undefined) {
      note(machine, 'limit', `the name ${render(item.text)} is not known, so what is exported is not either`);
      continue;
    }
    const variable = globalVariable(machine, name);
    const here = space.and(machine.live, when);
    const exporting = space.one<'default' | 'yes' | 'no'>(statement.exporting ? 'yes' : 'no');
    // A name that is not defined is from here on: it is empty.
    const fresh = space.and(here, space.not(isDefined(machine, variable)));
    machine.global.set.set(name, {
      ...variable,
      origin: space.pick(fresh, space.one<Origin>('file'), variable.origin),
      recursive: space.and(variable.recursive, space.not(fresh)),
      exporting: space.pick(here, exporting, variable.exporting),
    });
  }
}

function readInclude(machine: Machine, statement: IncludeStatement, source: Source): void {
  const { space, texts } = machine;
  const at = source.place(spanToSource(statement.files, { start: 0, end: statement.files.text.length }));
  for (const { when, item } of wordsOf(machine, expandString(machine, statement.files.text))) {
    if (space.and(when, machine.live) === space.false) continue;
    only(machine, when, () => {
      const name = texts.constant(item.text);
      if (name !== undefined) includeFile(machine, name, statement.optional, at);
      else {
        byClass(machine, item.text, 'the name of an included file', (flat) => {
          const constant = texts.constant(flat);
          if (constant !== undefined) includeFile(machine, constant, statement.optional, at);
          else {
            // Only the files that the project has can be what is meant.
            const found = includable(machine, flat);
            for (const { file, holds } of found)
              only(machine, holds, () => includeFile(machine, file, statement.optional, at));
            machine.missing.push({ file: render(flat), optional: statement.optional, when: machine.live, place: at });
          }
          return texts.empty;
        });
      }
    });
  }
}

/** The files that a name which is not fully known may be: those of its folder that fit. */
function includable(machine: Machine, name: Text): readonly { readonly file: string; readonly holds: Condition }[] {
  const { texts, space } = machine;
  // A name of which nothing is known (`include $(wildcard $(DEPS))`) says nothing about the files that are there.
  if (!name.pieces.some((piece) => piece.kind === 'literal' && /\w/.test(piece.text))) return [];
  const first = name.pieces[0];
  const head = first?.kind === 'literal' ? first.text.slice(0, first.text.lastIndexOf('/') + 1) : '';
  const folder = projectPath(machine, head === '' ? '.' : head);
  const names = folder === undefined ? undefined : machine.files.list(folder);
  return (names ?? []).flatMap((file) => {
    if (file.endsWith('/')) return [];
    const holds = texts.equal(name, texts.literal(`${head}${file}`)) ?? space.false;
    return space.and(holds, machine.live) === space.false ? [] : [{ file: `${head}${file}`, holds }];
  });
}

function includeFile(machine: Machine, name: string, optional: boolean, at: ReturnType<Source['place']>): void {
  const { texts } = machine;
  const names = /[*?[]/.test(name) ? (glob(machine, name) ?? []) : [name];
  for (const file of names) {
    const path = projectPath(machine, file);
    const found = path === undefined ? undefined : machine.files.read(path);
    if (path === undefined || found?.kind !== 'text') {
      machine.missing.push({ file, optional, when: machine.live, place: at });
      // A rule may make it; else make ends, and the environment has what the file would have set.
      if (!optional && exists(machine, file) === false)
        note(machine, 'warning', `${file}: no such file is in the project`, at);
      continue;
    }
    machine.includes += 1;
    if (machine.includes > LIMITS.includes) {
      note(machine, 'limit', `more than ${LIMITS.includes} files are included; ${file} is not read`, at);
      continue;
    }
    const list = globalVariable(machine, 'MAKEFILE_LIST');
    const files = texts.concat(list.text, texts.literal(`${list.text === texts.empty ? '' : ' '}${file}`));
    machine.global.set.set('MAKEFILE_LIST', { ...list, text: texts.pick(machine.live, files, list.text) });
    changed(machine);
    machine.included.add(path);
    for (const own of machine.switchesOf(found.text)) machine.overrides.add(own);
    const before = machine.at;
    machine.sources.push(found.text);
    readText(machine, found.text, { file: path, place: (span) => ({ file: path, ...span }) });
    machine.at = before;
    closeRules(machine);
  }
}

/** A line that must expand to nothing, or to something that can be read as a line. */
function readExpression(machine: Machine, text: MappedText, source: Source): void {
  const { texts, space } = machine;
  const at = source.place(spanToSource(text, { start: 0, end: text.text.length }));
  machine.at = at;
  const expanded = expandText(machine, texts.literal(text.text));
  const empty = textPasses(machine, expanded, 'is blank', (s) => s.trim() === '', ['']);
  if (space.and(machine.live, space.not(empty)) === space.false) return;
  only(machine, space.not(empty), () => {
    byClass(machine, expanded, 'this line', (flat) => {
      const line = withHoles(machine, flat).replaceAll('\n', ' ');
      const isRule = /[:=]/.test(line);
      if (isRule) readText(machine, line, { file: at.file, place: () => at });
      else if (texts.constant(flat) !== undefined) stop(machine, 'missing separator', at);
      return texts.empty;
    });
  });
}
