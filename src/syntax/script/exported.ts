import type { Expression, Node, ScriptTree, Statement } from './tree.js';

/** A module that another one imports, as it is written there. */
export interface Imported {
  readonly name: string;
  /** The offset of the name. */
  readonly start: number;
}

/** What a module loads by its imports and exports, in order. */
export function importsOf({ file }: ScriptTree): readonly Imported[] {
  return (file?.program.body ?? []).flatMap((statement) => {
    const isType =
      ('importKind' in statement && statement.importKind === 'type') ||
      ('exportKind' in statement && statement.exportKind === 'type');
    const source = 'source' in statement && !isType ? statement.source : undefined;
    return source?.type === 'StringLiteral' ? [{ name: source.value, start: source.start ?? 0 }] : [];
  });
}

/**
 * The offset of a value, or of its key, in what a module exports as its default; where the way to it is computed, that of
 * the last value before.
 */
export function offsetInExport(
  { file }: ScriptTree,
  path: readonly (string | number)[],
  part: 'key' | 'value',
): number | undefined {
  const body = file?.program.body ?? [];
  let at = exported(body);
  let offset = at?.start ?? undefined;
  for (const [i, step] of path.entries()) {
    const own = at === undefined ? undefined : written(at, body);
    const found = own === undefined ? undefined : memberOf(own, step);
    if (found === undefined) return own?.start ?? offset;
    at = found.value;
    offset = (part === 'key' && i === path.length - 1 ? found.start : at.start) ?? offset;
  }
  return offset;
}

function exported(body: readonly Statement[]): Node | undefined {
  for (const statement of body) {
    if (statement.type === 'ExportDefaultDeclaration') return statement.declaration;
    if (statement.type === 'ExportNamedDeclaration')
      for (const one of statement.specifiers)
        if (one.type === 'ExportSpecifier' && nameOf(one.exported) === 'default') return one.local;
    if (statement.type === 'ExpressionStatement' && statement.expression.type === 'AssignmentExpression') {
      const { left, right } = statement.expression;
      if (left.type === 'MemberExpression' && nameOf(left.object) === 'module' && nameOf(left.property) === 'exports')
        return right;
    }
  }
  return undefined;
}

/** The object or list that is written for a value: behind types, names of constants, and functions that hand it on. */
function written(node: Node, body: readonly Statement[], depth = 0): Node {
  const inner = depth > 8 ? undefined : innerOf(node, body);
  return inner === undefined ? node : written(inner, body, depth + 1);
}

function innerOf(node: Node, body: readonly Statement[]): Node | undefined {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return node.expression;
    case 'CallExpression': {
      const [first] = node.arguments;
      return first?.type === 'ObjectExpression' || first?.type === 'Identifier' ? first : undefined;
    }
    case 'Identifier':
      return constantOf(node.name, body);
    default:
      return undefined;
  }
}

function constantOf(name: string, body: readonly Statement[]): Expression | undefined {
  for (const statement of body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declared.declarations) if (nameOf(id) === name) return init ?? undefined;
  }
  return undefined;
}

function memberOf(
  node: Node,
  step: string | number,
): { readonly start: number | undefined; readonly value: Node } | undefined {
  if (node.type === 'ArrayExpression') {
    const value = typeof step === 'number' ? node.elements[step] : undefined;
    return value == null ? undefined : { start: value.start ?? undefined, value };
  }
  if (node.type !== 'ObjectExpression') return undefined;
  // Of two with one name, the last counts.
  const found = node.properties.findLast(
    (one) => one.type === 'ObjectProperty' && !one.computed && nameOf(one.key) === String(step),
  );
  return found?.type === 'ObjectProperty' ? { start: found.start ?? undefined, value: found.value } : undefined;
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'StringLiteral' ? node.value : undefined;
}
