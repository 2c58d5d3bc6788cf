/*
 * Modules: the configuration and what it imports from the project. A module's value is what `require` of it gives: for
 * CommonJS its `module.exports`, else an object of its exports, in which `default` is the configuration.
 */
import type { Node, ParseScript, Statement } from '../../syntax/script/tree.js';
import { type Files, folderOf, normalizePath } from '../../text/files.js';
import { moduleName } from './call.js';
import { evaluate, propertyOf } from './expression.js';
import { type Machine, newFrame, placeOf, type Scope, type Source } from './scope.js';
import { runAll } from './statement.js';
import { type JsObject, reference, type Value } from './value.js';

/** At most so many files are read for one configuration. */
const MODULE_LIMIT = 24;

/** Loads modules of the project; each is evaluated once. */
export class Modules {
  readonly #files: Files;
  readonly #parse: ParseScript;
  readonly #known = new Map<string, Value>();

  constructor(files: Files, parse: ParseScript) {
    this.#files = files;
    this.#parse = parse;
  }

  /** The value of what a file imports by a specifier; undefined for packages. */
  import(machine: Machine, from: string, specifier: string): Value | undefined {
    if (!/^\.{0,2}\//.test(specifier) && specifier !== '.' && specifier !== '..') return undefined;
    const base = normalizePath(`${folderOf(from)}/${specifier}`);
    if (base === undefined) return undefined;
    for (const path of candidates(base)) {
      const known = this.#known.get(path);
      if (known !== undefined) return known;
      const read = this.#files.read(path);
      if (read?.kind !== 'text') continue;
      if (/\.json$/.test(path)) return machine.values.unknown(specifier);
      if (this.#known.size >= MODULE_LIMIT) {
        machine.notes.push({
          place: { file: from, start: 0, end: 0 },
          message: `only ${MODULE_LIMIT} of the files that are imported are read`,
        });
        return undefined;
      }
      return this.evaluate(machine, { file: path, text: read.text });
    }
    return undefined;
  }

  /** Evaluates a file; a file that imports itself in a circle gets an unknown. */
  evaluate(machine: Machine, source: Source): Value {
    const { values } = machine;
    this.#known.set(source.file, values.unknown(source.file));
    const tree = this.#parse(source.text, source.file);
    for (const { at, message } of tree.problems) machine.notes.push({ place: { file: source.file, ...at }, message });
    const { file } = tree;
    if (file === undefined) return values.unknown(source.file);
    const exports: JsObject = { kind: 'object', properties: new Map(), rest: undefined };
    const place = placeOf(source, file);
    const module: JsObject = {
      kind: 'object',
      properties: new Map([['exports', { value: values.one(exports), place }]]),
      rest: undefined,
    };
    const { space } = values;
    const frame = newFrame(values, space.true);
    const scope: Scope = { names: new Map(), parent: undefined, source, frame };
    scope.names.set('module', values.one(module));
    scope.names.set('exports', values.one(exports));
    const { body } = file.program;
    for (const statement of body) bindImports(machine, scope, statement);
    runAll(machine, scope, body);
    const value = exportedBy(machine, scope, module, exports, body);
    this.#known.set(source.file, value);
    return value;
  }
}

function candidates(base: string): readonly string[] {
  if (/\.(?:[mc]?[jt]sx?|json)$/.test(base)) return [base, base.replace(/\.([mc]?)js(x?)$/, '.$1ts$2')];
  const endings = ['.js', '.ts', '.cjs', '.mjs', '.mts', '.cts', '.json', '/index.js', '/index.ts'];
  return endings.map((ending) => base + ending);
}

function bindImports(machine: Machine, scope: Scope, statement: Statement): void {
  if (
    statement.type === 'TSImportEqualsDeclaration' &&
    statement.moduleReference.type === 'TSExternalModuleReference'
  ) {
    const specifier = statement.moduleReference.expression.value;
    const found = machine.module(scope.source.file, specifier);
    scope.names.set(statement.id.name, found ?? machine.values.unknown(moduleName(specifier)));
    return;
  }
  if (statement.type !== 'ImportDeclaration') return;
  const specifier = statement.source.value;
  const value = machine.module(scope.source.file, specifier);
  for (const one of statement.specifiers) {
    const name =
      one.type === 'ImportSpecifier'
        ? one.imported.type === 'Identifier'
          ? one.imported.name
          : one.imported.value
        : one.type === 'ImportDefaultSpecifier'
          ? 'default'
          : undefined;
    const outside = moduleName(specifier);
    const absent = machine.values.unknown(name === undefined || name === 'default' ? outside : `${outside}.${name}`);
    const found =
      value === undefined
        ? absent
        : name === undefined
          ? value
          : name === 'default'
            ? defaultOf(machine, value)
            : propertyOf(machine, value, name, () => `${specifier}.${name}`);
    scope.names.set(one.local.name, found);
  }
}

/** What a default import gives: the export of that name, or all of a CommonJS module. */
export function defaultOf(machine: Machine, value: Value): Value {
  return machine.values.space.bind(value, (leaf): Value => {
    const ref = reference(leaf);
    return (ref?.kind === 'object' ? ref.properties.get('default')?.value : undefined) ?? machine.values.one(leaf);
  });
}

function exportedBy(
  machine: Machine,
  scope: Scope,
  module: JsObject,
  exports: JsObject,
  body: readonly Statement[],
): Value {
  for (const statement of body) {
    const place = placeOf(scope.source, statement);
    if (statement.type === 'ExportDefaultDeclaration')
      exports.properties.set('default', { value: evaluate(machine, scope, statement.declaration), place });
    else if (statement.type === 'TSExportAssignment') return evaluate(machine, scope, statement.expression);
    else if (statement.type === 'ExportNamedDeclaration') {
      for (const name of exportedNames(statement)) {
        const value = scope.names.get(name.local);
        if (value !== undefined) exports.properties.set(name.exported, { value, place });
      }
    }
  }
  return module.properties.get('exports')?.value ?? machine.values.undefined;
}

function exportedNames(
  statement: Extract<Statement, { type: 'ExportNamedDeclaration' }>,
): readonly { readonly local: string; readonly exported: string }[] {
  const names = statement.specifiers.flatMap((one) =>
    one.type === 'ExportSpecifier'
      ? [
          {
            local: one.local.name,
            exported: one.exported.type === 'Identifier' ? one.exported.name : one.exported.value,
          },
        ]
      : [],
  );
  const { declaration } = statement;
  const plain = (name: string): { local: string; exported: string } => ({ local: name, exported: name });
  if (declaration?.type === 'FunctionDeclaration' && declaration.id) names.push(plain(declaration.id.name));
  if (declaration?.type === 'VariableDeclaration')
    for (const { id } of declaration.declarations) for (const name of namesIn(id)) names.push(plain(name));
  return names;
}

function namesIn(pattern: Node): readonly string[] {
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((property) => (property.type === 'ObjectProperty' ? namesIn(property.value) : []));
}
