import { expect, it } from 'vitest';
import { parseTemplate, type Template, type TemplatePart } from '../../../src/syntax/makefile/template.js';

function show(template: Template): string {
  return template.map(showPart).join('');
}

function showPart(part: TemplatePart): string {
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'variable':
      return `<${show(part.name)}>`;
    case 'substitution':
      return `<${show(part.name)}|${show(part.from)}|${show(part.to)}>`;
    case 'call':
      return `<${part.function}!${part.arguments.map(({ template }) => show(template)).join('!')}>`;
    case 'error':
      return `<<${part.message}>>`;
  }
}

it.each([
  ['a$$b$', 'a$b$'],
  ['$(A)${B}$C$@', '<A><B><C><@>'],
  ['$($(A)_x)', '<<A>_x>'],
  ['$(a(b)c)', '<a(b>c)'],
  ['$($(x)(b)c)', '<<x>(b)c>'],
  ['$(A:.c=.o) $(A:$(x)=%.y)', '<A|.c|.o> <A|<x>|%.y>'],
  ['$(A:b)', '<A:b>'],
  ['$(if $(filter a b,$(E)),-race, x )', '<if!<filter!a b!<E>>!-race! x >'],
  ['$(subst a,b,c,d)', '<subst!a!b!c,d>'],
  ['$(call f,(a,b),{c,d})', '<call!f!(a,b)!{c!d}>'],
  ['${call f,(a,b)}', '<call!f!(a!b)>'],
  ['$(strip)', '<strip>'],
  ['$(iffy x,y)', '<iffy x,y>'],
  ['$(shell echo ")")', '<shell!echo ">")'],
  ['$(foreach x,$(L),$(x)-y)', '<foreach!x!<L>!<x>-y>'],
  ['x$(a', 'x<<unterminated variable reference>>'],
  ['$(if a', "<<unterminated call to function 'if': missing ')'>>"],
])('%s', (text, expected) => {
  expect(show(parseTemplate(text))).toBe(expected);
});

it('gives offsets into the text', () => {
  const text = 'ab$(if $(X:a=b),${cd})';
  const spans: string[] = [];
  const walk = (template: Template): void => {
    for (const part of template) {
      spans.push(text.slice(part.start, part.end));
      if (part.kind === 'call') for (const argument of part.arguments) walk(argument.template);
      if (part.kind === 'variable' || part.kind === 'substitution') walk(part.name);
    }
  };
  walk(parseTemplate(text));
  expect(spans).toEqual(['ab', '$(if $(X:a=b),${cd})', '$(X:a=b)', 'X', '${cd}', 'cd']);
});
