import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommentSyntax, commentSyntaxOf, commentsOf } from '../../../src/syntax/comments/index.js';

const found = (syntax: CommentSyntax, text: string): readonly string[] =>
  commentsOf(syntax, text).comments.map(({ start, end }) => text.slice(start, end));

const units = (syntax: CommentSyntax, text: string): readonly string[] =>
  commentsOf(syntax, text).units.map(({ start, end }) => text.slice(start, end));

describe('shell', () => {
  it.each([
    ['a # b\n# c', ['# b', '# c']],
    ["echo '# a' \"# b\" a#b \\# $'x\\'# c' # d", ['# d']],
    ['echo ${x#a} ${#x} $# ${x:-# a} $((16#ff)) # b', ['# b']],
    ['echo "$(cmd # inner\n)" # outer', ['# inner', '# outer']],
    ['echo "$(case $x in (a) b;; c) d;; esac # in\n)" # out', ['# in', '# out']],
    ['cat <<EOF # a\n# body $(x\nEOF\n# b', ['# a', '# b']],
    ["cat <<-'E F'\n\t# body\n\tE F\n# b", ['# b']],
    ['cat <<A <<B\n# 1\nA\n# 2\nB\n# 3', ['# 3']],
    ['(( x << 2 ))\n# a', ['# a']],
    ['((a); b) # c', ['# c']],
    ['cat <<< "# a" # b', ['# b']],
    ['a;#b\n(#c\n)', ['#b', '#c']],
    ["echo 'never closed # a\n# b", []],
    ['a \\\n# b\n', ['# b']],
  ])('%j', (text, comments) => expect(found('shell', text)).toEqual(comments));

  it('joins lines', () => expect(units('shell', 'a \\\n b \\\n c\nd\n')).toContain('a \\\n b \\\n c'));
  it('joins lines that end in a carriage return', () =>
    expect(units('shell', 'a \\\r\n b\r\nd\r\n')).toContain('a \\\r\n b'));
});

it('Dockerfile: whole lines, inside RUN, behind its last command, and in scripts', () => {
  const text = [
    '# syntax=docker/dockerfile:1',
    '# a',
    'ENV X="# no" Y=a#b',
    'RUN echo "# no" && \\',
    '  # b',
    '    echo x # c',
    'RUN <<EOF',
    '# d',
    'echo "# no" # e',
    'EOF',
    'RUN bash -e <<EOF',
    '# f',
    'EOF',
    'RUN cat <<EOF > x',
    '# no',
    'EOF',
    'COPY <<EOF /x',
    '# no',
    'EOF',
    'CMD ["# no"]',
    'ONBUILD RUN x # g',
  ].join('\n');
  expect(found('dockerfile', text)).toEqual(['# a', '# b', '# c', '# d', '# e', '# f', '# g']);
  expect(units('dockerfile', text)[1]).toBe('RUN echo "# no" && \\\n  # b\n    echo x # c');
});

it('makefile: quotes mean nothing outside of recipes, which are shell', () => {
  const text = 'A = "b # a"\nB = \\# no # b\nx: y # c\n\t# d\n\t@# e\n\techo "# no" # f\nifdef A\n# g\nendif\n';
  expect(found('makefile', text)).toEqual(['# a"', '# b', '# c', '# d', '# e', '# f', '# g']);
  expect(units('makefile', 'x:\n\ta \\\n\t b\n')).toContain('\ta \\\n\t b');
});

describe('a comment is about all of', () => {
  it.each<[CommentSyntax, string, string, string]>([
    ['makefile', 'a rule with its recipe', 'x: y\n\ta\n\n# c\n\tb\nz:\n\tc\n', 'x: y\n\ta\n\n# c\n\tb'],
    ['makefile', 'a recipe with conditionals', 'x:\nifdef A\n\ta\nendif\n\tb\nV = 1\n', 'x:\nifdef A\n\ta\nendif\n\tb'],
    ['makefile', 'a conditional', 'ifdef A\nB = 1\nelse\nB = 2\nendif\nC = 3\n', 'ifdef A\nB = 1\nelse\nB = 2\nendif'],
    ['makefile', 'a definition', 'define A\nb\nendef\nC = 3\n', 'define A\nb\nendef'],
    ['shell', 'an if', 'if a; then\n  b\nfi\nc\n', 'if a; then\n  b\nfi'],
    ['shell', 'a case in a function', 'f() {\n  case $x in\n  a) b ;;\n  esac\n}\n', 'case $x in\n  a) b ;;\n  esac'],
    ['shell', 'a substitution over lines', 'x=$(\n  a\n  b)\nc\n', 'x=$(\n  a\n  b)'],
    ['yaml', 'a key', 'a:\n  b:\n    - c\n\nd: e\n', 'a:\n  b:\n    - c'],
    [
      'yaml',
      'an item',
      '- name: a\n  run: |\n    b\n  with: { x: 1 }\n- c\n',
      '- name: a\n  run: |\n    b\n  with: { x: 1 }',
    ],
    ['yaml', 'a command in a block', 'run: |\n  if a; then\n    b\n  fi\n', 'if a; then\n    b\n  fi'],
    ['hcl', 'a block', 'target "x" {\n  a = "}"\n}\nb = 1\n', '{\n  a = "}"\n}'],
    ['hcl', 'a template does not confuse', 'a = [\n "${ {x = 1} }"\n]\n', '[\n "${ {x = 1} }"\n]'],
    ['javascript', 'an object', 'x({ // }\n  a: `}${ {} }`,\n})\n', '({ // }\n  a: `}${ {} }`,\n})'],
    ['groovy', 'a closure', "stage('}') {\n  sh '''\n}'''\n}\n", "{\n  sh '''\n}'''\n}"],
    ['toml', 'a table', '[a]\nb = 1\n\n[c]\nd = 2\n', '[a]\nb = 1'],
  ])('%s: %s', (syntax, _, text, unit) => {
    expect(units(syntax, text)).toContain(unit);
    // Builders on Windows write both.
    expect(units(syntax, text.replaceAll('\n', '\r\n'))).toContain(unit.replaceAll('\n', '\r\n'));
  });
});

it('YAML: not in scalars, but in the scripts of blocks', () => {
  const text = [
    '# a',
    'x: "# no" # b',
    "y: '# no'",
    'z: no#comment',
    'list: [ a, # c',
    '  b ]',
    'run: | # d',
    '  echo "# no"',
    '  # e',
    '  make',
    'next: {{ .Values.x }} # f',
    '---',
    '# g',
    '- a: # h',
    '    - b # i',
  ].join('\n');
  expect(found('yaml', text)).toEqual(['# a', '# b', '# c', '# d', '# e', '# f', '# g', '# h', '# i']);
  expect(units('yaml', text)).toContain('run: | # d\n  echo "# no"\n  # e\n  make');
  expect(units('yaml', 'run: |\n  a \\\n    b\n  c\n')).toContain('  a \\\n    b');
});

it('HCL: not in strings, templates and heredocs', () => {
  const text = [
    '# a',
    'x = "# no // no ${ "${y} # no" }" // b',
    'y = "\\"# no" /* c',
    '  d */ z = 1 # e',
    'h = <<-EOT',
    '  # no',
    '  EOT',
    'v = "$${ # no"',
    '# f',
  ].join('\n');
  expect(found('hcl', text)).toEqual(['# a', '// b', '/* c\n  d */', '# e', '# f']);
});

it('JavaScript and TypeScript: not in strings, templates and regular expressions', () => {
  const text = 'const a = "// no", b = `// no ${1 /* a */}`, c = /[/]\\/*/; // b\n/* c */';
  expect(found('javascript', text)).toEqual(['/* a */', '// b', '/* c */']);
  expect(found('javascript', 'a = b / c; // d\nx = `a${ { y: `//${z}` } }//`; // e\nreturn /"/; // f')).toEqual([
    '// d',
    '// e',
    '// f',
  ]);
  expect(found('typescript', 'const a: string = <any>"//no"; // a\nlet b; let b;')).toEqual(['// a']);
});

it('TOML: not in strings of any kind', () => {
  const text = [
    '# a',
    'b = "# no \\" # no" # c',
    "d = '# no \\' # e",
    'f = """\n# no\n"# no\\"""\n""" # g',
    "h = '''\n# no\n''# no\n''' # i",
    '[j] # k',
    'l = "damaged # no',
    '# m',
  ].join('\n');
  expect(found('toml', text)).toEqual(['# a', '# c', '# e', '# g', '# i', '# k', '# m']);
});

it('Groovy: not in strings, patterns and what they hold', () => {
  const text = [
    '#!/usr/bin/env groovy',
    '// a',
    "sh 'x // no' // b",
    'sh "x // no ${y /* no */}" /* c',
    ' d */',
    "sh '''",
    '// no',
    "''' // e",
    'def f = x =~ /\\/\\/ no/ // g',
    'h / i // j',
  ].join('\n');
  expect(found('groovy', text)).toEqual(['// a', '// b', '/* c\n d */', '// e', '// g', '// j']);
});

it.each([
  ['Dockerfile', '', 'dockerfile'],
  ['Jenkinsfile', '', 'groovy'],
  ['ci/Jenkinsfile.release', '', 'groovy'],
  ['release.jenkinsfile', '', 'groovy'],
  ['fly.toml', '', 'toml'],
  ['k8s/Kustomization', '', 'yaml'],
  ['.devcontainer/devcontainer.json', '', 'javascript'],
  ['cloudbuild.json', '', undefined],
  ['api.dockerfile', '', 'dockerfile'],
  ['Makefile', '', 'makefile'],
  ['rules.mk', '', 'makefile'],
  ['.github/workflows/ci.yml', '', 'yaml'],
  ['docker-bake.hcl', '', 'hcl'],
  ['vite.config.ts', '', 'typescript'],
  ['webpack.config.cjs', '', 'javascript'],
  ['scripts/build', '#!/usr/bin/env bash\n', 'shell'],
  ['build.sh', '', 'shell'],
  ['.env.production', '', 'shell'],
  ['package.json', '', undefined],
])('%s', (path, text, syntax) => expect(commentSyntaxOf(path, text)).toBe(syntax));

const SYNTAXES: readonly CommentSyntax[] = [
  'dockerfile',
  'makefile',
  'shell',
  'yaml',
  'hcl',
  'toml',
  'groovy',
  'javascript',
  'typescript',
];

it.each(SYNTAXES)('%s never throws, and its comments are in order, apart and begin with a mark', (syntax) => {
  const pieces = fc.constantFrom(
    ...'# // /* */ " \' ` $( ${ ) } ( { [ ] << EOF \n \t \\ | > : - a case esac in ;; RUN FROM {{ }} <<- $(( )) define endef'.split(
      ' ',
    ),
    '\n',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      let last = 0;
      for (const { start, end } of commentsOf(syntax, text).comments) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(text.slice(start, end)).toMatch(/^(?:#|\/[/*])/);
        last = end;
      }
    }),
    { seed: 7, numRuns: 500 },
  );
});

it('takes time in proportion to the text', () => {
  for (const syntax of SYNTAXES) {
    const text = '$( "${x# `\' << # \n'.repeat(5000);
    const start = performance.now();
    commentsOf(syntax, text);
    expect(performance.now() - start).toBeLessThan(5000);
  }
});
