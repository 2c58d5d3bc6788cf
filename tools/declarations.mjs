// What `tsc` declares, cut down to what the package's entries show: declarations that no entry leads to go, and types of
// packages that are bundled in, which users do not have, become `unknown`.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * @param {string} folder what `tsc` wrote
 * @param {readonly string[]} entries absolute paths of the declarations of the entries
 */
export function pruneDeclarations(folder, entries) {
  const reached = new Set();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const tree = parse(file);
    for (const name of specifiersIn(tree)) if (name.startsWith('.')) open.push(declarationOf(file, name));
    const text = withoutPackages(tree);
    if (text !== tree.text) writeFileSync(file, text);
  }
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, name);
    if (name.endsWith('.ts') && !reached.has(file)) rmSync(file);
  }
  removeEmpty(folder);
}

function parse(file) {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

function declarationOf(file, specifier) {
  const path = resolve(dirname(file), specifier.replace(/\.js$/, '.d.ts'));
  if (!existsSync(path)) throw new Error(`${file} imports ${specifier}, which has no declaration`);
  return path;
}

function specifiersIn(tree) {
  const found = [];
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined)
      found.push(node.moduleSpecifier.text);
    if (ts.isImportTypeNode(node)) found.push(node.argument.literal.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The text with `unknown` for each type that comes from a package, and without what is exported from packages. */
function withoutPackages(tree) {
  const edits = [];
  const names = new Set();
  for (const statement of tree.statements) {
    const isFrom =
      (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) && statement.moduleSpecifier;
    if (!isFrom || !isPackage(statement.moduleSpecifier.text)) continue;
    edits.push({ node: statement, text: '' });
    const bindings = statement.importClause?.namedBindings;
    if (statement.importClause?.name !== undefined) names.add(statement.importClause.name.text);
    if (bindings !== undefined && ts.isNamespaceImport(bindings)) names.add(bindings.name.text);
    if (bindings !== undefined && ts.isNamedImports(bindings))
      for (const { name } of bindings.elements) names.add(name.text);
  }
  const visit = (node) => {
    if (ts.isTypeReferenceNode(node) && names.has(leftmost(node.typeName))) edits.push({ node, text: 'unknown' });
    else if (ts.isImportTypeNode(node) && isPackage(node.argument.literal.text)) edits.push({ node, text: 'unknown' });
    else ts.forEachChild(node, visit);
  };
  visit(tree);
  return edits
    .sort((one, other) => other.node.getStart() - one.node.getStart())
    .reduce((text, { node, text: by }) => text.slice(0, node.getStart()) + by + text.slice(node.end), tree.text);
}

/** Our own entries are there for users, too. */
function isPackage(specifier) {
  return !specifier.startsWith('.') && !specifier.startsWith('node:') && !/^envariant(?:\/|$)/.test(specifier);
}

function leftmost(name) {
  return ts.isIdentifier(name) ? name.text : leftmost(name.left);
}

function removeEmpty(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
