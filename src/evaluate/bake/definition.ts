/*
 * What the blocks of bake files say, before inheritance: a list of definitions in the order in which they are merged. A
 * target that several blocks define, in one file or several, has several definitions; a block with a matrix gives one for
 * each combination.
 */
import type { ImageTag, PassedArgument, WrittenArgument } from '../../model/delivery.js';
import { plainText } from '../../syntax/bake/expression.js';
import type { Block, Expression } from '../../syntax/bake/tree.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { evaluate, textOf } from './evaluate.js';
import { fail, type In, type Machine, note, type Scope } from './machine.js';
import type { BakeValue } from './value.js';
import { attributeOf } from './variables.js';

/** A target as a compose file gives it to bake; texts may differ between environments. */
export interface BakeTarget {
  readonly name: string;
  readonly when: Condition;
  readonly place: Place;
  /** Relative to the project's root, as the compose file resolves it. */
  readonly context: Text | undefined;
  /** Relative to the context. */
  readonly dockerfile: Text | undefined;
  /** The Dockerfile itself, where it stands in the compose file. */
  readonly inline?: { readonly text: Text; readonly place: Place } | undefined;
  readonly target: Text | undefined;
  readonly arguments: readonly PassedArgument[];
  readonly tags: readonly ImageTag[];
  readonly contexts: readonly { readonly name: string; readonly value: Text }[];
}

/** A value with its place, and the places of its items. */
export interface Located {
  readonly value: BakeValue;
  readonly place: Place;
  readonly items: readonly Place[];
  /** True for a path that is relative to the project's root already. */
  readonly rooted: boolean;
  /** What passes an argument and says nothing else; absent where that is a part of something larger. */
  readonly written?: WrittenArgument | undefined;
}

/** What one block says of a target in the environments of `when`. */
export interface Definition {
  readonly name: string;
  readonly when: Condition;
  readonly place: Place;
  readonly inherits: Located | undefined;
  readonly slots: ReadonlyMap<string, Located>;
  readonly arguments: ReadonlyMap<string, Located>;
  readonly contexts: ReadonlyMap<string, Located>;
}

/** A group and what it builds. */
export interface Group {
  readonly name: string;
  readonly when: Condition;
  readonly targets: Located;
}

/** Attributes that the last definition decides as a whole. */
const SLOTS = ['context', 'dockerfile', 'dockerfile-inline', 'target', 'tags', 'output', 'push'] as const;

/** A matrix has at most so many combinations. */
const MATRIX_LIMIT = 256;

const NO_NAMES: ReadonlyMap<string, BakeValue> = new Map();

/** The definitions of a target block; a matrix also makes a group of its label. */
export function targetDefinitions(
  machine: Machine,
  { file, item: block }: In<Block>,
): { readonly definitions: readonly Definition[]; readonly group: Group | undefined } {
  const label = block.labels[0];
  const none = { definitions: [], group: undefined };
  if (label === undefined) {
    note(machine, { file, ...block.typeSpan }, 'a target has a name');
    return none;
  }
  const scope: Scope = { file, names: NO_NAMES, when: machine.space.true };
  const matrix = attributeOf(block, 'matrix');
  const name = attributeOf(block, 'name');
  if (matrix === undefined) {
    if (name !== undefined) fail(machine, scope, name.span, 'only a target with a matrix takes a name');
    return { definitions: [definition(machine, scope, block, label.text, label.span)], group: undefined };
  }
  if (name === undefined) {
    fail(machine, scope, label.span, `the target ${label.text} has a matrix and wants a name`);
    return none;
  }
  const definitions: Definition[] = [];
  const places: Place[] = [];
  for (const inner of combinations(machine, scope, matrix)) {
    const text = textOf(machine, inner, evaluate(machine, inner, name), name.span);
    const flat = machine.texts.flatten(text);
    for (const { item, when } of flat === undefined ? [] : machine.space.leaves(flat)) {
      const constant = machine.texts.constant(item);
      if (constant === undefined) {
        note(
          machine,
          { file, ...name.span },
          `the names of the target ${label.text} are not known; those are not followed`,
        );
        continue;
      }
      const here = { ...inner, when: machine.space.and(inner.when, when) };
      if (here.when === machine.space.false) continue;
      definitions.push(definition(machine, here, block, constant, label.span));
      places.push({ file, ...label.span });
    }
  }
  const { data } = machine;
  // A member that is there in some environments only is empty in the others.
  const members = definitions.map((one) => data.pick(one.when, data.literal(one.name), data.literal('')));
  const targets = { value: data.list(members), place: { file, ...label.span }, items: places, rooted: false };
  return { definitions, group: { name: label.text, when: machine.space.true, targets } };
}

/** The scopes of a matrix's combinations. */
function combinations(machine: Machine, scope: Scope, matrix: Expression): readonly Scope[] {
  const { space } = machine;
  const value = evaluate(machine, scope, matrix);
  const made: Scope[] = [];
  for (const { item: datum, when } of space.leaves(value)) {
    if (datum.kind !== 'object') {
      fail(machine, scope, matrix.span, 'a matrix is an object of lists', when);
      continue;
    }
    let scopes: readonly Scope[] = [{ ...scope, when: space.and(scope.when, when) }];
    for (const [name, list] of datum.entries) {
      const next: Scope[] = [];
      for (const { item: items, when: listed } of space.leaves(list)) {
        if (items.kind !== 'list') {
          fail(machine, scope, matrix.span, `${name} is no list`, listed);
          continue;
        }
        for (const outer of scopes)
          for (const item of items.items)
            next.push({
              ...outer,
              names: new Map([...outer.names, [name, item]]),
              when: space.and(outer.when, listed),
            });
      }
      scopes = next.filter((one) => one.when !== space.false);
      if (scopes.length > MATRIX_LIMIT) {
        note(
          machine,
          { file: scope.file, ...matrix.span },
          'this matrix has more combinations than are evaluated; the rest is left out',
        );
        scopes = scopes.slice(0, MATRIX_LIMIT);
      }
    }
    made.push(...scopes);
  }
  return made;
}

function located(machine: Machine, scope: Scope, expression: Expression): Located {
  const { file } = scope;
  return {
    value: evaluate(machine, scope, expression),
    place: { file, ...expression.span },
    items: expression.kind === 'tuple' ? expression.items.map(({ span }) => ({ file, ...span })) : [],
    rooted: false,
  };
}

function definition(machine: Machine, scope: Scope, block: Block, name: string, label: Span): Definition {
  const slots = new Map<string, Located>();
  for (const slot of SLOTS) {
    const expression = attributeOf(block, slot);
    if (expression !== undefined) slots.set(slot, located(machine, scope, expression));
  }
  const inherits = attributeOf(block, 'inherits');
  return {
    name,
    when: scope.when,
    place: { file: scope.file, ...label },
    inherits: inherits === undefined ? undefined : located(machine, scope, inherits),
    slots,
    arguments: entriesOf(machine, scope, attributeOf(block, 'args')),
    contexts: entriesOf(machine, scope, attributeOf(block, 'contexts')),
  };
}

/** The entries of `args` or `contexts`, null where an environment has no such entry. */
function entriesOf(machine: Machine, scope: Scope, expression: Expression | undefined): ReadonlyMap<string, Located> {
  const found = new Map<string, Located>();
  if (expression === undefined) return found;
  const { data, space } = machine;
  const value = evaluate(machine, scope, expression);
  const names = new Set<string>();
  for (const { item, when } of space.leaves(value)) {
    if (item.kind === 'object') for (const name of item.entries.keys()) names.add(name);
    else if (item.kind === 'unknown')
      note(machine, { file: scope.file, ...expression.span }, 'what this object has in it is not known');
    else if (item.kind !== 'null')
      fail(machine, scope, expression.span, `an object is expected here, and this is a ${item.kind}`, when);
  }
  for (const name of names) {
    const item = space.bind(
      value,
      (datum) => (datum.kind === 'object' ? datum.entries.get(name) : undefined) ?? data.nothing,
    );
    const place = { file: scope.file, ...(spanOfEntry(expression, name) ?? expression.span) };
    found.set(name, { value: item, place, items: [], rooted: false, written: { as: 'entry', place } });
  }
  return found;
}

/** Where an object that is written there says what an entry is: the key to the value. */
function spanOfEntry(expression: Expression, name: string): Span | undefined {
  if (expression.kind === 'object') {
    const entry = expression.entries.findLast(({ key }) => plainText(key) === name);
    return entry === undefined ? undefined : { start: entry.key.span.start, end: entry.value.span.end };
  }
  const inner =
    expression.kind === 'call'
      ? expression.arguments
      : expression.kind === 'conditional'
        ? [expression.then, expression.otherwise]
        : [];
  for (const one of inner.toReversed()) {
    const span = spanOfEntry(one, name);
    if (span !== undefined) return span;
  }
  return undefined;
}

/** A group block. */
export function groupOf(machine: Machine, { file, item: block }: In<Block>): Group | undefined {
  const label = block.labels[0];
  const targets = attributeOf(block, 'targets');
  if (label === undefined || targets === undefined) return undefined;
  const scope: Scope = { file, names: NO_NAMES, when: machine.space.true };
  return { name: label.text, when: scope.when, targets: located(machine, scope, targets) };
}

/** A compose service as a definition. */
export function composeDefinition(machine: Machine, target: BakeTarget): Definition {
  const { data } = machine;
  const { place, when } = target;
  const at = (value: BakeValue, where = place, items: readonly Place[] = []): Located => ({
    value,
    place: where,
    items,
    rooted: true,
  });
  const slots = new Map<string, Located>();
  for (const slot of ['context', 'dockerfile', 'target'] as const) {
    const text = target[slot];
    if (text !== undefined) slots.set(slot, at(data.text(text)));
  }
  const { inline } = target;
  if (inline !== undefined) slots.set('dockerfile-inline', at(data.text(inline.text), inline.place));
  if (target.tags.length > 0)
    slots.set(
      'tags',
      at(
        data.list(target.tags.map(({ text }) => data.text(text))),
        place,
        target.tags.map((tag) => tag.place),
      ),
    );
  return {
    name: target.name,
    when,
    place,
    inherits: undefined,
    slots,
    arguments: new Map(
      target.arguments.map(({ name, set, text, place: where, written }) => [
        name,
        { ...at(data.pick(set, data.text(text), data.nothing), where), written },
      ]),
    ),
    contexts: new Map(target.contexts.map(({ name, value }) => [name, at(data.text(value))] as const)),
  };
}
