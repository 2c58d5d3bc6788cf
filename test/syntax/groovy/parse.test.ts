import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseGroovy } from '../../../src/syntax/groovy/parse.js';
import type { GroovyNode } from '../../../src/syntax/groovy/tree.js';
import { spanToSource } from '../../../src/text/mapped.js';

/** A tree in short: `call(args){body}`. */
function show(node: GroovyNode): string {
  const all = (nodes: readonly GroovyNode[]): string => nodes.map(show).join('; ');
  switch (node.kind) {
    case 'string':
      return `"${node.parts.map((part) => (part.kind === 'text' ? part.text.text : `\${${show(part.value)}}`)).join('')}"`;
    case 'constant':
      return String(node.value);
    case 'name':
      return node.name;
    case 'member':
      return `${show(node.of)}.${node.name}`;
    case 'index':
      return `${show(node.of)}[${node.at === undefined ? '' : show(node.at)}]`;
    case 'call':
      return `${show(node.target)}(${node.arguments
        .map(({ name, value }) => (name === undefined ? '' : `${name}: `) + show(value))
        .join(', ')})${node.block === undefined ? '' : show(node.block)}`;
    case 'list':
      return `[${node.items.map(show).join(', ')}]`;
    case 'map':
      return `[${node.entries.map(({ name, value }) => `${name ?? '?'}: ${show(value)}`).join(', ')}]`;
    case 'closure':
      return `{${node.parameters.length === 0 ? '' : `${node.parameters.join(', ')} -> `}${all(node.body)}}`;
    case 'not':
      return `!${show(node.of)}`;
    case 'binary':
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
    case 'ternary':
      return `(${show(node.condition)} ? ${node.consequent === undefined ? '' : show(node.consequent)} : ${show(node.otherwise)})`;
    case 'assignment':
      return `${show(node.target)} = ${show(node.value)}`;
    case 'if':
      return `if (${show(node.condition)}) {${all(node.consequent)}} else {${all(node.otherwise)}}`;
    case 'function':
      return `def ${node.name}(${node.parameters.join(', ')}) {${all(node.body)}}`;
    case 'return':
      return `return ${node.value === undefined ? '' : show(node.value)}`;
  }
}

it.each([
  ["sh 'make'", 'sh("make")'],
  ['sh """a ${env.X} $y.z\n\\$b"""', 'sh("a ${env.X} ${y.z}\n$b")'],
  ["choice name: 'A', choices: ['a', 'b']", 'choice(name: "A", choices: ["a", "b"])'],
  ["stage('x') { steps { echo 'hi' } }", 'stage("x"){steps(){echo("hi")}}'],
  ["def x = a ?: 'b' + c", 'x = (a ?  : ("b" + c))'],
  ["String y = env.A == 'b' && !c ? 1 : [k: v]", 'y = (((env.A == "b") && !c) ? 1 : [k: v])'],
  ["docker.build('x', \"-f y .\").push('z')", 'docker.build("x", "-f y .").push("z")'],
  ["if (a) { b() } else if (c) d 'e'\nelse { f = 1 }", 'if (a) {b()} else {if (c) {d("e")} else {f = 1}}'],
  ['def f(String a, b = 2) { return a }', 'def f(a, b) {return a}'],
  [
    "try { a 'b' } catch (Exception e) { c() } finally { d 'e' }",
    'try(){a("b")}; catch(Exception){c()}; finally(){d("e")}',
  ],
  ["['a', 'b'].each { x -> sh \"${x}\" }", '["a", "b"].each(){x -> sh("${x}")}'],
  ["// c\n/* sh 'no' */ x = 1 // d", 'x = 1'],
  ["a.b\n  .c('d')\n  .e()", 'a.b.c("d").e()'],
  ['parallel a: { b() }, c: { d() }', 'parallel(a: {b()}, c: {d()})'],
])('%s', (text, expected) => {
  const tree = parseGroovy(text);
  expect(tree.statements.map(show).join('; ')).toBe(expected);
  expect(tree.problems).toEqual([]);
});

it('strings lead back to their characters', () => {
  const text = 'sh "a\\"b ${x} \\nc"';
  const [call] = parseGroovy(text).statements;
  const string = call?.kind === 'call' ? call.arguments[0]?.value : undefined;
  const parts = string?.kind === 'string' ? string.parts : [];
  const back = parts.flatMap((part) =>
    part.kind === 'text'
      ? [...part.text.text].map((c, i) => {
          const { start } = spanToSource(part.text, { start: i, end: i + 1 });
          return c === '\n' ? text[start + 1] : text[start];
        })
      : [],
  );
  expect(back.join('')).toBe('a"b  nc');
});

it('never throws, and ends', () => {
  const piece = fc.constantFrom(
    'sh ',
    "'",
    '"',
    '"""',
    '${',
    '}',
    '{',
    '(',
    ')',
    '[',
    ']',
    ':',
    ',',
    '?',
    '/',
    '\\',
    '\n',
    'if (',
    'else ',
    'def a',
    ' = ',
    '->',
    '.b',
    '// ',
    '/*',
    'return ',
    '!',
    '&&',
    '1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      for (const { span } of parseGroovy(text).statements) expect(span.end).toBeLessThanOrEqual(text.length);
    }),
    { seed: 3, numRuns: 3000 },
  );
});
