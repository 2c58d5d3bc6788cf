import type { Node, SwitchStatement } from '../../syntax/script/tree.js';
import type { Condition } from '../../value/diagram.js';
import { decide, evaluate, spend, spreadItems, unknownOf } from './expression.js';
import { destructure } from './pattern.js';
import { assign, inner, LOOP_LIMIT, type Machine, placeOf, type Scope, under } from './scope.js';
import type { Value } from './value.js';

/** Runs statements in order, functions first, as JavaScript makes them known. */
export function runAll(machine: Machine, scope: Scope, statements: readonly Node[]): void {
  for (const statement of statements) declareFunction(machine, scope, statement);
  for (const statement of statements) {
    if (scope.frame.live === machine.values.space.false) return;
    run(machine, scope, statement);
  }
}

function declareFunction(machine: Machine, scope: Scope, statement: Node): void {
  const declared =
    (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') &&
    statement.declaration
      ? statement.declaration
      : statement;
  if (declared.type === 'FunctionDeclaration' && declared.id)
    scope.names.set(declared.id.name, evaluate(machine, scope, declared));
}

/** Runs one statement where the function is still live. */
export function run(machine: Machine, scope: Scope, node: Node): void {
  spend(machine);
  const { values } = machine;
  const { space } = values;
  const { frame } = scope;
  switch (node.type) {
    case 'ExpressionStatement':
      evaluate(machine, scope, node.expression);
      return;
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        const isLoose = node.kind === 'var' && !init;
        if (isLoose && id.type === 'Identifier' && scope.names.has(id.name)) continue;
        const value = init ? evaluate(machine, scope, init) : values.undefined;
        destructure(machine, scope, id, value, (name, part) => declare(scope, node.kind, name, part));
      }
      return;
    case 'IfStatement': {
      const holds = decide(machine, scope, node.test);
      branch(machine, scope, holds, node.consequent, node.alternate ?? undefined);
      return;
    }
    case 'BlockStatement':
      runAll(machine, inner(scope), node.body);
      return;
    case 'ReturnStatement': {
      const value = node.argument ? evaluate(machine, scope, node.argument) : values.undefined;
      frame.returned = space.pick(frame.live, value, frame.returned);
      frame.live = space.false;
      return;
    }
    case 'ThrowStatement':
      frame.thrown = space.or(frame.thrown, frame.live);
      frame.live = space.false;
      return;
    case 'BreakStatement':
      frame.broken = space.or(frame.broken, frame.live);
      frame.live = space.false;
      return;
    case 'ContinueStatement':
      frame.skipped = space.or(frame.skipped, frame.live);
      frame.live = space.false;
      return;
    case 'SwitchStatement':
      runSwitch(machine, scope, node);
      return;
    case 'TryStatement':
      runTry(machine, scope, node.block, node.handler?.body, node.finalizer ?? undefined);
      return;
    case 'ForOfStatement': {
      const items = spreadItems(machine, evaluate(machine, scope, node.right), placeOf(scope.source, node.right));
      loop(
        machine,
        scope,
        node,
        node.left,
        items.map(({ when, item }) => ({ when, value: item.value })),
        node.body,
      );
      return;
    }
    case 'ForStatement':
    case 'ForInStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      forget(machine, scope, node);
      return;
    case 'LabeledStatement':
      run(machine, scope, node.body);
      return;
    case 'ExportNamedDeclaration':
      if (node.declaration) run(machine, scope, node.declaration);
      return;
    case 'ClassDeclaration':
      if (node.id) scope.names.set(node.id.name, unknownOf(machine, scope, node.id));
      return;
    case 'TSEnumDeclaration':
      scope.names.set(node.id.name, unknownOf(machine, scope, node.id));
      return;
    default:
      return;
  }
}

/** `var` belongs to the function, which is close enough to the outermost block of its frame. */
function declare(scope: Scope, kind: string, name: string, value: Value): void {
  let at: Scope = scope;
  if (kind === 'var') while (at.parent !== undefined && at.parent.frame === scope.frame) at = at.parent;
  at.names.set(name, value);
}

function branch(machine: Machine, scope: Scope, holds: Condition, then: Node, otherwise: Node | undefined): void {
  const { space } = machine.values;
  const { frame } = scope;
  const before = frame.live;
  frame.live = space.and(before, holds);
  if (frame.live !== space.false) run(machine, inner(scope), then);
  const afterThen = frame.live;
  frame.live = space.and(before, space.not(holds));
  if (otherwise !== undefined && frame.live !== space.false) run(machine, inner(scope), otherwise);
  frame.live = space.or(afterThen, frame.live);
}

function runSwitch(machine: Machine, scope: Scope, node: SwitchStatement): void {
  const { values } = machine;
  const { space } = values;
  const { frame } = scope;
  const value = evaluate(machine, scope, node.discriminant);
  const before = frame.live;
  const outer = frame.broken;
  frame.broken = space.false;
  const block = inner(scope);
  // Which case is entered: the first that is equal, or `default` where none is.
  let open = before;
  const entered = node.cases.map(({ test }) => {
    if (!test) return undefined;
    const equal = values.equal(value, evaluate(machine, block, test), false);
    if (equal.kind === 'choice')
      machine.decisions.push({ place: placeOf(scope.source, node.discriminant), holds: equal });
    const enters = space.and(open, equal);
    open = space.and(open, space.not(equal));
    return enters;
  });
  frame.live = space.false;
  for (const [i, one] of node.cases.entries()) {
    frame.live = space.or(frame.live, entered[i] ?? open);
    if (frame.live !== space.false) runAll(machine, block, one.consequent);
  }
  const hasDefault = node.cases.some(({ test }) => !test);
  frame.live = space.or(space.or(frame.live, frame.broken), hasDefault ? space.false : open);
  frame.broken = outer;
}

function runTry(
  machine: Machine,
  scope: Scope,
  block: Node,
  handler: Node | undefined,
  finalizer: Node | undefined,
): void {
  const { space } = machine.values;
  const { frame } = scope;
  const outer = frame.thrown;
  frame.thrown = space.false;
  run(machine, scope, block);
  const caught = frame.thrown;
  frame.thrown = outer;
  if (handler === undefined) frame.thrown = space.or(outer, caught);
  else if (caught !== space.false) {
    const after = frame.live;
    frame.live = caught;
    run(machine, scope, handler);
    frame.live = space.or(after, frame.live);
  }
  if (finalizer !== undefined) run(machine, scope, finalizer);
}

function loop(
  machine: Machine,
  scope: Scope,
  node: Node,
  left: Node,
  items: readonly { readonly when: Condition; readonly value: Value }[],
  body: Node,
): void {
  const { space } = machine.values;
  const { frame } = scope;
  if (items.length > LOOP_LIMIT) {
    machine.notes.push({
      place: placeOf(scope.source, node),
      message: `only ${LOOP_LIMIT} turns of this loop are evaluated`,
    });
  }
  const [outer, outerSkipped] = [frame.broken, frame.skipped];
  frame.broken = space.false;
  frame.skipped = space.false;
  for (const { when, value } of items.slice(0, LOOP_LIMIT)) {
    under(machine, frame, when, () => {
      const turn = inner(scope);
      const target = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left;
      if (target !== undefined) destructure(machine, turn, target, value, (name, part) => turn.names.set(name, part));
      run(machine, turn, body);
      frame.live = space.or(frame.live, frame.skipped);
      frame.skipped = space.false;
    });
  }
  frame.live = space.or(frame.live, frame.broken);
  frame.broken = outer;
  frame.skipped = outerSkipped;
}

/** A loop whose turns are not known: what it assigns is unknown afterwards. */
function forget(machine: Machine, scope: Scope, node: Node): void {
  for (const name of assignedIn(node)) assign(machine, scope, name, machine.values.unknown(`${name} after a loop`));
}

/** The names that are assigned anywhere under a node. */
function assignedIn(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 60) return;
    if ('type' in value && value.type === 'AssignmentExpression' && 'left' in value) {
      const { left } = value;
      if (typeof left === 'object' && left !== null && 'name' in left && typeof left.name === 'string')
        names.add(left.name);
    }
    for (const child of Object.values(value)) visit(child, depth + 1);
  };
  visit(node, 0);
  return names;
}
