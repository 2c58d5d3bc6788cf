import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/syntax/yaml/parse.js';
import { isNull, yamlEntries, yamlGet, yamlItems, yamlText } from '../../../src/syntax/yaml/read.js';
import type { YamlNode } from '../../../src/syntax/yaml/tree.js';
import { spanToSource, toSource } from '../../../src/text/mapped.js';

/** A node as plain data; tags stand before what they mark. */
function plain(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  const value =
    node.kind === 'scalar'
      ? node.value
      : node.kind === 'list'
        ? node.items.map(plain)
        : Object.fromEntries(node.entries.map((entry) => [entry.key.text.text, plain(entry.value)]));
  return node.tag === '' ? value : { [node.tag]: value };
}

function read(text: string): unknown {
  const tree = parseYaml(text);
  expect(tree.problems).toEqual([]);
  return plain(tree.documents[0]?.root);
}

function problems(text: string): readonly (readonly [string, string])[] {
  return parseYaml(text).problems.map(({ at, message }) => [text.slice(at.start, at.end), message] as const);
}

/** Where the characters of a scalar stand, as the characters of the file there. */
function written(text: string, ...path: readonly string[]): readonly [string, string] {
  const node = yamlGet(parseYaml(text).documents[0]?.root, ...path);
  if (node?.kind !== 'scalar') throw new Error('no scalar');
  const source = node.text.text.replace(/[^]/g, (_, i: number) => text[toSource(node.text, i)] ?? '∅');
  return [node.text.text, source];
}

describe('values', () => {
  it('reads the core schema', () => {
    expect(read('a: 1\nb: 1.50\nc: true\nd: null\ne:\nf: ~\ng: yes\nh: "1"\ni: 0x10\nj: \'\'\n')).toEqual({
      a: 1,
      b: 1.5,
      c: true,
      d: null,
      e: null,
      f: null,
      g: 'yes',
      h: '1',
      i: 16,
      j: '',
    });
  });

  it('keeps what a number was written as', () => {
    expect(yamlText(yamlGet(parseYaml('version: 3.10').documents[0]?.root, 'version'))).toBe('3.10');
  });

  it('reads lists, a single value as a list, and nothing as an empty one', () => {
    const root = parseYaml('a: [x, y]\nb: x\nc:\nd:\n- x\n-\n').documents[0]?.root;
    expect(yamlItems(yamlGet(root, 'a')).map(yamlText)).toEqual(['x', 'y']);
    expect(yamlItems(yamlGet(root, 'b')).map(yamlText)).toEqual(['x']);
    expect(yamlItems(yamlGet(root, 'c'))).toEqual([]);
    expect(yamlItems(yamlGet(root, 'd')).map(isNull)).toEqual([false, true]);
  });

  it('reads pairs in a flow list as maps', () => {
    expect(read('on: [push, release: published]')).toEqual({ on: ['push', { release: 'published' }] });
  });

  it('keeps local tags and drops those of the schema', () => {
    expect(read('a: !reset []\nb: !override {x: 1}\nc: !reference [.base, script]\nd: !!str 1\n')).toEqual({
      a: { '!reset': [] },
      b: { '!override': { x: 1 } },
      c: { '!reference': ['.base', 'script'] },
      d: '1',
    });
  });

  it('reads every document', () => {
    const { documents, problems: found } = parseYaml('---\na: 1\n---\nb: 2\n...\n---\n');
    expect(found).toEqual([]);
    expect(documents.map(({ root }) => plain(root))).toEqual([{ a: 1 }, { b: 2 }, null]);
  });

  it('reads files with CRLF, tabs after values, and a byte order mark', () => {
    expect(read('a: 1\r\nb:\r\n  - x\r\n  - "y\r\n    z"\r\nc: |\r\n  one\r\n  two\r\n')).toEqual({
      a: 1,
      b: ['x', 'y z'],
      c: 'one\ntwo\n',
    });
    expect(read('a: x\t# comment\nb:\tz\n')).toEqual({ a: 'x', b: 'z' });
    expect(read('\uFEFFa: 1')).toEqual({ a: 1 });
  });

  it('reports tabs as indentation and uses the rest', () => {
    const tree = parseYaml('a: 1\nb:\n\t- x\nc: 2\n');
    expect(tree.problems.length).toBeGreaterThan(0);
    expect(yamlText(yamlGet(tree.documents[0]?.root, 'a'))).toBe('1');
  });

  it('has nothing for an empty file', () => {
    expect(parseYaml('').documents.map(({ root }) => root)).toEqual([]);
    expect(parseYaml('# only a comment\n').problems).toEqual([]);
  });
});

describe('keys that are given twice', () => {
  it('counts the last one and reports it', () => {
    const text = 'a: 1\nb: 2\na: 3\n';
    expect(problems(text)).toEqual([['a', 'the key a is given twice here; the last one counts']]);
    expect(plain(parseYaml(text).documents[0]?.root)).toEqual({ a: 3, b: 2 });
    expect(yamlEntries(parseYaml(text).documents[0]?.root).map(({ key }) => key.span.start)).toEqual([5, 10]);
  });

  it('says nothing of keys that are templates', () => {
    expect(problems('{{ .a }}: 1\n{{ .a }}: 2\n')).toEqual([]);
  });

  it('says nothing of a key that a merged map has too', () => {
    expect(problems('x: &x {a: 1}\ny: {<<: *x, a: 2}\n')).toEqual([]);
  });
});

describe('anchors and merge keys', () => {
  it('gives what the map itself says precedence, then the first merged map', () => {
    expect(read('a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], z: 3}\n')).toMatchObject({
      c: { x: 1, y: 1, z: 3 },
    });
    expect(read('a: &a {x: 1}\nc:\n  x: 2\n  <<: *a\n')).toMatchObject({ c: { x: 2 } });
  });

  it('merges through several levels', () => {
    expect(read('a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n')).toMatchObject({ c: { x: 1, y: 2 } });
  });

  it('takes a quoted << for a key', () => {
    expect(read('a: {"<<": 1}')).toEqual({ a: { '<<': 1 } });
  });

  it('points to where an aliased value stands', () => {
    const text = 'a: &a hello\nb: *a\n';
    const node = yamlGet(parseYaml(text).documents[0]?.root, 'b');
    expect(text.slice(node?.span.start, node?.span.end)).toBe('hello');
  });

  it('takes the last anchor of a name that stands before the alias', () => {
    expect(read('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it('does not carry anchors into the next document', () => {
    expect(problems('a: &x 1\n---\nb: *x\n').map(([at]) => at)).toContain('*x');
  });

  it('reports aliases that name nothing, or what they stand in', () => {
    expect(problems('a: *b\n').map(([, message]) => message)).toContain(
      'the alias *b names nothing that stands before it',
    );
    expect(problems('a: &a\n  b: *a\n').map(([, message]) => message)).toContain(
      'the alias *a names nothing that stands before it',
    );
  });

  it('cuts off a bomb of aliases, with a problem, in no time', () => {
    const lines = ['l0: &l0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i += 1)
      lines.push(
        `l${i}: &l${i} [${Array(9)
          .fill(`*l${i - 1}`)
          .join(', ')}]`,
      );
    const tree = parseYaml(lines.join('\n'));
    let count = 0;
    const walk = (node: YamlNode): void => {
      count += 1;
      if (node.kind === 'list') for (const item of node.items) walk(item);
      if (node.kind === 'map') for (const entry of node.entries) walk(entry.value);
    };
    for (const { root } of tree.documents) if (root !== undefined) walk(root);
    expect(count).toBeLessThan(1_000_000);
    expect(tree.problems.map(({ message }) => message)).toContain(
      'this YAML is larger or deeper than is read here; the rest is left out',
    );
  });

  it('cuts off a bomb of merge keys', () => {
    const lines = ['m0: &m0 {k0: 1, k1: 1, k2: 1, k3: 1}'];
    for (let i = 1; i < 14; i += 1)
      lines.push(
        `m${i}: &m${i}\n  <<: [${Array(9)
          .fill(`*m${i - 1}`)
          .join(', ')}]\n  own${i}: 1`,
      );
    const tree = parseYaml(lines.join('\n'));
    expect(yamlEntries(yamlGet(tree.documents[0]?.root, 'm2')).map(({ key }) => key.text.text)).toEqual([
      'k0',
      'k1',
      'k2',
      'k3',
      'own1',
      'own2',
    ]);
  });

  it('reads many anchors and aliases in linear time', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `- &a${i} x\n- *a${i}`);
    const start = performance.now();
    expect(yamlItems(parseYaml(lines.join('\n')).documents[0]?.root)).toHaveLength(40_000);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('the way back', () => {
  it('is one to one for plain and quoted scalars', () => {
    expect(written('a: hello world # no\n', 'a')).toEqual(['hello world', 'hello world']);
    expect(written('a: "hello $X"\n', 'a')).toEqual(['hello $X', 'hello $X']);
    expect(written("a: 'hello $X'\n", 'a')).toEqual(['hello $X', 'hello $X']);
    expect(written('a: &x !t hello\n', 'a')).toEqual(['hello', 'hello']);
  });

  it('goes from an escape to its first character', () => {
    expect(written(String.raw`a: "x\ty\x41\u0042\U0001F600z\"q"`, 'a')).toEqual(['x\tyAB😀z"q', 'x\\y\\\\\\\\z\\q']);
    expect(written("a: 'it''s'\n", 'a')).toEqual(["it's", "it's"]);
  });

  it('goes from a fold to its line break', () => {
    expect(written('a: one\n  two\n\n  three\n', 'a')).toEqual(['one two\nthree', 'one\ntwo\nthree']);
    expect(written('a: "one  \n  two\n\n\n  three"\n', 'a')).toEqual(['one two\n\nthree', 'one\ntwo\n\nthree']);
    expect(written('a: "one \\\n  two\\\n  three"\n', 'a')).toEqual(['one twothree', 'one twothree']);
    expect(written('a: >\n  one\n  two\n\n  three\n    four\n  five\n', 'a')).toEqual([
      'one two\nthree\n  four\nfive\n',
      'one\ntwo\nthree\n  four\nfive\n',
    ]);
  });

  it('leaves out the indentation of blocks', () => {
    const text = 'run: |\n    make a\n      b\n\n    make c\nx: 1\n';
    expect(written(text, 'run')).toEqual(['make a\n  b\n\nmake c\n', 'make a\n  b\n\nmake c\n']);
    const node = yamlGet(parseYaml(text).documents[0]?.root, 'run');
    if (node?.kind !== 'scalar') throw new Error('no scalar');
    const at = node.text.text.indexOf('make c');
    expect(spanToSource(node.text, { start: at, end: at + 6 })).toEqual({ start: 31, end: 37 });
  });

  it('reads the headers of blocks', () => {
    expect(written('a: |2-\n    x\n   y\n\n', 'a')).toEqual(['  x\n y', '  x\n y']);
    expect(written('a: |+\n  x\n\n\n', 'a')).toEqual(['x\n\n\n', 'x\n\n\n']);
    expect(written('a: |- # why\n  x\n', 'a')).toEqual(['x', 'x']);
    expect(written('a: |\n\n\n  x\n', 'a')).toEqual(['\n\nx\n', '\n\nx\n']);
    expect(written('a: |\n', 'a')).toEqual(['', '']);
  });

  it('holds in files with CRLF', () => {
    expect(written('a: |\r\n  x\r\n  y\r\n', 'a')).toEqual(['x\ny\n', 'x\ny\n']);
    expect(written('a: x\r\n  y\r\n', 'a')).toEqual(['x y', 'x\ny']);
    expect(written('a: "x\r\n  y"\r\n', 'a')).toEqual(['x y', 'x\ny']);
  });
});
