import type { Node } from '../../syntax/script/tree.js';
import { evaluate, keyOf, propertyOf } from './expression.js';
import { type Machine, type Scope, textOf, under } from './scope.js';
import { reference, type Value } from './value.js';

/** Takes a value apart: `const { NODE_ENV = 'production', ...rest } = process.env`. */
export function destructure(
  machine: Machine,
  scope: Scope,
  pattern: Node,
  value: Value,
  bind: (name: string, value: Value) => void,
): void {
  const { values } = machine;
  switch (pattern.type) {
    case 'Identifier':
      bind(pattern.name, value);
      return;
    case 'AssignmentPattern': {
      const missing = values.isUndefined(value);
      const fallback =
        missing === values.space.false
          ? value
          : under(machine, scope.frame, missing, () => evaluate(machine, scope, pattern.right));
      destructure(machine, scope, pattern.left, values.space.pick(missing, fallback, value), bind);
      return;
    }
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') {
          destructure(machine, scope, property.argument, value, bind);
          continue;
        }
        const key = keyOf(machine, scope, property.key, property.computed);
        const part =
          key === undefined
            ? values.unknown(textOf(scope.source, property))
            : propertyOf(machine, value, key, () => textOf(scope.source, property));
        destructure(machine, scope, property.value, part, bind);
      }
      return;
    case 'ArrayPattern':
      for (const [i, element] of pattern.elements.entries()) {
        if (element === null) continue;
        if (element.type === 'RestElement')
          destructure(machine, scope, element.argument, restOf(machine, value, i), bind);
        else
          destructure(
            machine,
            scope,
            element,
            propertyOf(machine, value, String(i), () => textOf(scope.source, element)),
            bind,
          );
      }
      return;
    case 'RestElement':
      destructure(machine, scope, pattern.argument, value, bind);
      return;
    case 'TSParameterProperty':
      destructure(machine, scope, pattern.parameter, value, bind);
      return;
    default:
      return;
  }
}

function restOf(machine: Machine, value: Value, from: number): Value {
  return machine.values.space.bind(value, (leaf): Value => {
    const ref = reference(leaf);
    return ref?.kind === 'list'
      ? machine.values.one({ kind: 'list', items: ref.items.slice(from) })
      : machine.values.one(leaf);
  });
}
