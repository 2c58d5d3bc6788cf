import { expect, it } from 'vitest';
import { parseBakeJson } from '../../../src/syntax/bake/json.js';
import { parseBake } from '../../../src/syntax/bake/parse.js';
import { lines, show } from './show.js';

function expression(text: string): string {
  const { body, problems } = parseBake(`x = ${text}\n`);
  expect(problems).toEqual([]);
  const [attribute] = body.attributes;
  if (attribute === undefined) throw new Error('no attribute');
  return show(attribute.value);
}

it.each([
  ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
  ['a || b && c == d < e + f', '(a || (b && (c == (d < (e + f)))))'],
  ['!a == -b', '((!a) == (-b))'],
  ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
  ['(a || b) && c', '((a || b) && c)'],
  ['"a-${b}-$${c}-%%{d}-\\"\\u00e4"', '"a-${b}-${c}-%{d}-"ä"'],
  ['"${a}"', '"${a}"'],
  ['"%{ if a }x%{ else }y%{ endif }"', '"<if a: x|y>"'],
  ['"%{ for k, v in m ~} ${k}=${v} %{~ endfor }"', '"<for k,v in m: ${k}=${v}>"'],
  ['"${ "inner ${x}" }"', '"${"inner ${x}"}"'],
  ['"${merge({ a = "}" }, b)}"', '"${merge({"a"="}"}, b)}"'],
  ['"a ${~ b ~} c"', '"a${b}c"'],
  ['f(a, g(b)..., )', 'f(a, g(b)...)'],
  ['[for s in list : upper(s) if s != ""]', 'for(s in list: upper(s) if (s != ""))'],
  ['{for k, v in m : k => v...}', 'for(k,v in m: k=>v...)'],
  ['{ a = 1, "b" : 2, (c) = 3 }', '{"a"=1, "b"=2, c=3}'],
  ['[\n  "a", # one\n  "b",\n]', '["a", "b"]'],
  ['{\n  a = 1 // one\n\n  b = x ? 1 : 2\n}', '{"a"=1, "b"=(x ? 1 : 2)}'],
  ['target.app.tags[0].x', 'target.app.tags[0].x'],
  ['list[*].name[0]', 'splat(list: [*].name[0])'],
  ['list.*.name', 'splat(list: [*].name)'],
  ['list.0', 'list[0]'],
  ['1.5e3', '1500'],
  ['null', 'null'],
  ['<<EOT\n  a\n    b ${c}\nEOT', '"  a\\n    b ${c}\\n"'],
  ['<<-EOT\n  a\n    b ${c}\n\n  d\n  EOT', '"a\\n  b ${c}\\n\\nd\\n"'],
  ['(\n a\n ||\n b\n)', '(a || b)'],
])('%s', (text, expected) => {
  expect(expression(text)).toBe(expected);
});

it('reads blocks with labels, quoted and not, on one line or several', () => {
  const { body, problems } = parseBake(`
variable "A" { default = "1" }
variable B {
  default = 2
  validation {
    condition = B > 1 /* more than
                         one */
  }
}
`);
  expect(problems).toEqual([]);
  expect(lines(body)).toEqual([
    'variable A/default = "1"',
    'variable B/default = 2',
    'variable B/validation/condition = (B > 1)',
  ]);
});

it.each([
  [
    'a list that is not closed',
    'target "x" {\n  tags = ["a"\n  args = { A = 1 }\n}\ntarget "y" {\n  context = "y"\n}\n',
    ['target x/tags = ?', 'target x/args = {"A"=1}', 'target y/context = "y"'],
    [['args', 'a comma or ] is expected here']],
  ],
  ['a text that is not closed', 'a = "x\nb = 1\n', ['a = ?', 'b = 1'], [['"x', 'this text is not closed on its line']]],
  ['an interpolation that is not closed', 'a = "x${y"\nb = 1\n', ['a = ?', 'b = 1'], undefined],
  [
    'an object with a mistake inside',
    'target "x" {\n  args = {\n    A = = 1\n    B = 2\n  }\n  context = "c"\n}\n',
    ['target x/args = ?', 'target x/context = "c"'],
    [['=', 'a value is expected here']],
  ],
  [
    'a block that is not closed',
    'target "x" {\n  a = 1\n',
    ['target x/a = 1'],
    [['target', 'the block target is not closed']],
  ],
  ['a closing brace too many', '}\na = 1\n', ['a = 1'], [['}', 'an attribute or a block is expected here']]],
  ['two values', 'a = 1 2\nb = 3\n', ['a = ?', 'b = 3'], [['2', 'the end of the line is expected here']]],
  [
    'a heredoc without its end',
    'a = <<EOT\nb = 3\n',
    ['a = ?'],
    [['<<EOT', 'no line that is EOT alone ends this text']],
  ],
  ['a character of another language', 'a = `x`\nb = 1\n', ['a = ?', 'b = 1'], undefined],
])('goes on behind %s', (_, text, expected, problems) => {
  const tree = parseBake(text);
  expect(lines(tree.body)).toEqual(expected);
  expect(tree.problems.length).toBeGreaterThan(0);
  if (problems !== undefined)
    expect(tree.problems.map(({ at, message }) => [text.slice(at.start, at.end), message])).toEqual(problems);
});

it('gives exact spans in UTF-16 units', () => {
  const text = '# 😀\ntarget "ä" {\n  args = { "😀" = "x-${Y}" }\n}\n';
  const [block] = parseBake(text).body.blocks;
  const value = block?.body.attributes[0]?.value;
  const entry = value?.kind === 'object' ? value.entries[0] : undefined;
  const part = entry?.value.kind === 'template' ? entry.value.parts[1] : undefined;
  const cut = (span: { start: number; end: number } | undefined) => text.slice(span?.start, span?.end);
  expect([block?.labels[0]?.span, entry?.key.span, entry?.value.span, part?.span].map(cut)).toEqual([
    'ä',
    '"😀"',
    '"x-${Y}"',
    '${Y}',
  ]);
});

it('reads JSON as the same tree, with templates in its strings', () => {
  const text = `{
  "//": "a comment",
  "variable": { "TAG": { "default": "v\\u0031" } },
  "group": { "default": { "targets": ["app"] } },
  "target": { "app": [{ "args": { "A": "x\\n\${TAG}", "B": null, "C": true } }] },
  "other": 1
}`;
  const { body, problems } = parseBakeJson(text);
  expect(problems).toEqual([]);
  expect(lines(body)).toEqual([
    'other = 1',
    'variable TAG/default = "v1"',
    'group default/targets = ["app"]',
    'target app/args = {"A"="x\\n${TAG}", "B"=null, "C"=true}',
  ]);
  const args = body.blocks[2]?.body.attributes[0]?.value;
  const template = args?.kind === 'object' ? args.entries[0]?.value : undefined;
  const part = template?.kind === 'template' ? template.parts[1] : undefined;
  expect(text.slice(part?.span.start, part?.span.end)).toBe('${TAG}');
});

it('tells where JSON is broken and uses the rest', () => {
  const text = '{ "target": { "a": { "context": "a" }, "b" { "context": "${" } } }';
  const { body, problems } = parseBakeJson(text);
  expect(problems.length).toBeGreaterThan(0);
  expect(lines(body)[0]).toBe('target a/context = "a"');
  const bad = '{ "target": { "a": { "context": "x${", "target": "t" } } }';
  expect(lines(parseBakeJson(bad).body)).toEqual(['target a/context = "${?}"', 'target a/target = "t"']);
});
