import type { Body, Expression, TemplatePart } from '../../../src/syntax/bake/tree.js';

/** An expression with every operator in parentheses. */
export function show(e: Expression): string {
  switch (e.kind) {
    case 'literal':
      return String(e.value);
    case 'template':
      return `"${e.parts.map(part).join('')}"`;
    case 'tuple':
      return `[${e.items.map(show).join(', ')}]`;
    case 'object':
      return `{${e.entries.map(({ key, value }) => `${show(key)}=${show(value)}`).join(', ')}}`;
    case 'for': {
      const names = e.keyName === undefined ? e.valueName : `${e.keyName},${e.valueName}`;
      const what = e.key === undefined ? show(e.value) : `${show(e.key)}=>${show(e.value)}${e.grouped ? '...' : ''}`;
      return `for(${names} in ${show(e.collection)}: ${what}${e.condition === undefined ? '' : ` if ${show(e.condition)}`})`;
    }
    case 'conditional':
      return `(${show(e.condition)} ? ${show(e.then)} : ${show(e.otherwise)})`;
    case 'binary':
      return `(${show(e.left)} ${e.operator} ${show(e.right)})`;
    case 'unary':
      return `(${e.operator}${show(e.operand)})`;
    case 'call':
      return `${e.name}(${e.arguments.map(show).join(', ')}${e.spread ? '...' : ''})`;
    case 'variable':
      return e.name;
    case 'attribute':
      return `${show(e.of)}.${e.name}`;
    case 'index':
      return `${show(e.of)}[${show(e.key)}]`;
    case 'splat':
      return `splat(${show(e.of)}: ${show(e.each)})`;
    case 'invalid':
      return '?';
  }
}

function part(p: TemplatePart): string {
  switch (p.kind) {
    case 'text':
      return p.text.replaceAll('\n', '\\n');
    case 'interpolation':
      return `\${${show(p.value)}}`;
    case 'if':
      return `<if ${show(p.condition)}: ${p.then.map(part).join('')}|${p.otherwise.map(part).join('')}>`;
    case 'for':
      return `<for ${p.key === undefined ? '' : `${p.key},`}${p.value} in ${show(p.collection)}: ${p.body.map(part).join('')}>`;
  }
}

/** A body on one line for each attribute, blocks with their path. */
export function lines(body: Body, path = ''): readonly string[] {
  return [
    ...body.attributes.map(({ name, value }) => `${path}${name} = ${show(value)}`),
    ...body.blocks.flatMap(({ type, labels, body: inner }) =>
      lines(inner, `${path}${[type, ...labels.map(({ text }) => text)].join(' ')}/`),
    ),
  ];
}
