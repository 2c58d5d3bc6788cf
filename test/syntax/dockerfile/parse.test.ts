import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../../src/syntax/dockerfile/parse.js';
import { spanToSource } from '../../../src/text/mapped.js';
import { only, problems, show, wrongWays } from './read.js';

const lines = (...all: string[]) => `${all.join('\n')}\n`;

describe('lines', () => {
  const run = (text: string) => show(only(text, 'run').command);

  test('continued lines are joined with nothing between; white space at their start stays', () => {
    expect(run(lines('RUN a \\', '  b\\', 'c'))).toBe('a   bc');
  });

  test('comments and blank lines inside vanish, also with an escape at their end', () => {
    const text = lines('RUN a \\', '# one \\', '', '  # two', '\t', '  && b');
    expect(run(text)).toBe('a   && b');
    expect(parseDockerfile(text).comments.map(({ start, end }) => text.slice(start, end))).toEqual([
      '# one \\',
      '# two',
    ]);
  });

  test('blanks may follow the escape, a doubled escape continues nothing', () => {
    expect(run('RUN a \\ \t\n b')).toBe('a  b');
    expect(parseDockerfile('RUN a \\\\\nRUN b').instructions).toHaveLength(2);
    expect(show(only('RUN a \\\\\nUSER b', 'run').command)).toBe('a \\\\');
    expect(parseDockerfile('RUN a \\\\\\\nRUN b').instructions).toHaveLength(2);
  });

  test('a lone escape belongs to the instruction after it', () => {
    const text = 'FROM a\n\n\\\nRUN b\n';
    expect(run(text)).toBe('b');
    expect(parseDockerfile(text).problems).toEqual([]);
    expect(run('RUN a \\\n\\\n  \\\nb')).toBe('a   b');
  });

  test('a keyword may be continued', () => {
    const text = 'FROM a\nRU\\\nN b\n';
    const instruction = only(text, 'run');
    expect(show(instruction.command)).toBe('b');
    expect(text.slice(instruction.keyword.start, instruction.keyword.end)).toBe('RU\\\nN');
  });

  test('the text leads back to the file', () => {
    const text = lines('FROM a', 'RUN a \\', '# no', '  b "c', '\\', 'd"');
    const { command, span } = only(text, 'run');
    if (command.kind !== 'shell') throw new Error('a shell form');
    expect(command.text.text).toBe('a   b "c');
    expect(wrongWays(command.text, text)).toEqual([]);
    const at = command.text.text.indexOf('b');
    expect(text.slice(spanToSource(command.text, { start: 0, end: at + 1 }).start, span.end)).toMatch(
      /^a \\\n# no\n {2}b/,
    );
  });

  test('CRLF: offsets are those of the file, no carriage return is left in a line', () => {
    const text = '# escape=`\r\nFROM a\r\nRUN a `\r\n# no\r\n  b\r\nUSER c\r\n';
    const tree = parseDockerfile(text);
    expect(tree.escape).toBe('`');
    expect(tree.problems).toEqual([]);
    const { command, span } = only(text, 'run');
    expect(show(command)).toBe('a   b');
    expect(command.kind === 'shell' && wrongWays(command.text, text)).toEqual([]);
    expect(text.slice(span.start, span.end)).toBe('RUN a `\r\n# no\r\n  b');
    expect(only(text, 'user').words.map((word) => word.text)).toEqual(['c']);
  });

  test('a carriage return alone ends no line', () => {
    expect(parseDockerfile('FROM a\rRUN b\n').instructions).toHaveLength(1);
  });

  test('an escape at the end of the file continues nothing', () => expect(run('RUN a \\')).toBe('a'));

  test('instructions and comments may be indented', () => {
    const text = '  FROM a\n\t# c\n';
    expect(parseDockerfile(text).comments).toEqual([{ start: 10, end: 13 }]);
    expect(only(text, 'from').keyword).toEqual({ start: 2, end: 6 });
  });
});

describe('directives', () => {
  test('stand in the leading block only', () => {
    const tree = parseDockerfile(
      '\ufeff# Syntax = docker/dockerfile:1 \n#escape=`\n#check=skip=all\nFROM a\n# escape=\\\n',
    );
    expect(Object.fromEntries(tree.directives)).toEqual({
      syntax: 'docker/dockerfile:1',
      escape: '`',
      check: 'skip=all',
    });
    expect(tree.escape).toBe('`');
    expect(tree.comments).toHaveLength(1);
    expect(tree.problems).toEqual([]);
  });

  test.each([
    ['# a comment', '# escape=`'],
    ['', '# escape=`'],
    ['# unknown=1', '# escape=`'],
  ])('%j ends the block', (...start) => {
    expect(parseDockerfile(lines(...start, 'FROM a')).escape).toBe('\\');
  });

  test('a second one and a wrong escape are problems', () => {
    expect(problems('# escape=`\n# escape=\\\nFROM a')).toEqual([
      '# escape=\\ | The directive `escape` stands twice; BuildKit refuses the file.',
    ]);
    expect(problems('# escape=x\nFROM a')).toEqual([
      '# escape=x | The escape character must be \\ or `; BuildKit refuses any other.',
    ]);
  });

  test('under the backtick a backslash at the end of a line is text', () => {
    expect(parseDockerfile('# escape=`\nFROM a\nRUN dir C:\\\nRUN b `\n c').instructions).toHaveLength(3);
  });
});

describe('flags', () => {
  test('keep their quoted blanks and lose their quotes and escapes, as in BuildKit', () => {
    const text = 'FROM a\nRUN --mount=type=secret,id="x y",env=TOKEN --network=none \\\n  --x=\'a\'\\ b cmd --not';
    const { flags, command } = only(text, 'run');
    expect(flags.map((flag) => [flag.name, flag.value?.text, text.slice(flag.span.start, flag.span.end)])).toEqual([
      ['mount', 'type=secret,id=x y,env=TOKEN', '--mount=type=secret,id="x y",env=TOKEN'],
      ['network', 'none', '--network=none'],
      ['x', 'a b', "--x='a'\\ b"],
    ]);
    for (const flag of flags) expect(flag.value && wrongWays(flag.value, text)).toEqual([]);
    expect(show(command)).toBe('cmd --not');
  });

  test('a bare flag has no value, an empty one has', () => {
    const { flags, sources } = only('COPY --link --chown= a b', 'copy');
    expect(flags.map((flag) => [flag.name, flag.value?.text])).toEqual([
      ['link', undefined],
      ['chown', ''],
    ]);
    expect(sources.map((word) => word.text)).toEqual(['a']);
  });

  test('-- ends them', () => {
    const { flags, command } = only('RUN --network=none -- --x', 'run');
    expect([flags.length, show(command)]).toEqual([1, '--x']);
  });

  test('instructions without flags refuse them', () => {
    expect(problems('FROM a\nCMD --help')).toEqual(['--help | CMD takes no flags; BuildKit refuses `--help`.']);
  });
});

describe('FROM', () => {
  test('has a platform, an image and a name in lower case', () => {
    const text = 'from --platform=$BUILDPLATFORM a:${V:-1} As Build';
    const { image, alias, flags } = only(text, 'from');
    expect([image.text, alias?.name, flags[0]?.value?.text]).toEqual(['a:${V:-1}', 'build', '$BUILDPLATFORM']);
    expect(alias && text.slice(alias.span.start, alias.span.end)).toBe('Build');
  });

  test.each([
    ['FROM a AS 1a', '1a | The stage name `1a` must start'],
    ['FROM a AS scratch', 'scratch | The stage name `scratch` is reserved'],
    ['FROM a b', 'b | After its image FROM takes only `AS name`'],
    ['FROM a AS b c', 'AS b c | After its image FROM takes only `AS name`'],
    ['FROM', 'FROM | FROM names no image'],
  ])('%s', (text, start) => {
    const [first, ...more] = problems(text);
    expect([first?.slice(0, start.length), more]).toEqual([start, []]);
  });
});

describe('ARG, ENV and LABEL', () => {
  const pairs = (text: string, kind: 'arg' | 'env' | 'label') =>
    only(text, kind).pairs.map((pair) => [pair.name.text, pair.value?.text]);

  test('ARG takes several names', () => {
    expect(pairs('ARG A B=1 C="x y"\\\n D=', 'arg')).toEqual([
      ['A', undefined],
      ['B', '1'],
      ['C', '"x y"'],
      ['D', ''],
    ]);
  });

  test('values are raw words', () => {
    const text = 'ENV A="x y" \\\n  # no\n  B=a\\ b C=$A${B:-"c d"}\n';
    expect(pairs(text, 'env')).toEqual([
      ['A', '"x y"'],
      ['B', 'a\\ b'],
      ['C', '$A${B:-"c d"}'],
    ]);
    const { pairs: all } = only(text, 'env');
    expect(all.map(({ span }) => text.slice(span.start, span.end))).toEqual(['A="x y"', 'B=a\\ b', 'C=$A${B:-"c d"}']);
  });

  test('the old form takes the rest of the line as it is', () => {
    const instruction = only('ENV A  b = "c"  d ', 'env');
    expect([instruction.legacy, instruction.pairs[0]?.name.text, instruction.pairs[0]?.value?.text]).toEqual([
      true,
      'A',
      'b = "c"  d',
    ]);
    expect(pairs('LABEL a b', 'label')).toEqual([['a', 'b']]);
  });

  test.each([
    ['FROM a\nENV X', 'X | This ENV has a name but no value; BuildKit refuses it.'],
    ['FROM a\nENV', 'ENV | ENV needs a name and a value; BuildKit refuses it without.'],
    ['FROM a\nENV A=1 B', 'B | This word of ENV has no `=`; BuildKit refuses the instruction.'],
    ['FROM a\nLABEL =1', '=1 | This word of LABEL has no name before its `=`; BuildKit refuses the instruction.'],
    ['FROM a\nARG', 'ARG | ARG needs at least one name; BuildKit refuses it without.'],
  ])('%j', (text, problem) => expect(problems(text)).toEqual([problem]));
});

describe('forms of commands', () => {
  test.each([
    ['["a", "b c"]', ['a', 'b c']],
    ['[ "daemon off;" ,\\\n "x" ]', ['daemon off;', 'x']],
    ['[]', []],
    ['["\\u0041\\n\\"\\\\\\/", "é😀"]', ['A\n"\\/', 'é😀']],
    ["['a']", "['a']"],
    ['["a"] && b', '["a"] && b'],
    ['["a",]', '["a",]'],
    ['["a"', '["a"'],
    ['[ -f x ] || y', '[ -f x ] || y'],
    ['', ''],
  ])('CMD %s', (text, form) => expect(show(only(`CMD ${text}`, 'cmd').command)).toEqual(form));

  test('words of an exec form stand with their quotes', () => {
    const text = 'ENTRYPOINT ["a\\n", \\\n  "b"]';
    const { command } = only(text, 'entrypoint');
    if (command.kind !== 'exec') throw new Error('an exec form');
    expect(command.words.map(({ span }) => text.slice(span.start, span.end))).toEqual(['"a\\n"', '"b"']);
  });

  test('an array of other things is a problem', () => {
    expect(problems('FROM a\nCMD ["a", 1, ["x"]]')).toEqual([
      '["a", 1, ["x"]] | A JSON form may hold strings only; BuildKit refuses this array.',
    ]);
    expect(show(only('CMD ["a", 1, ["x"]]', 'cmd').command)).toEqual(['a']);
  });

  test('SHELL takes a JSON form only', () => {
    expect(only('SHELL ["bash", "-c"]', 'shell').words.map((word) => word.value)).toEqual(['bash', '-c']);
    expect(problems('FROM a\nSHELL bash -c')).toEqual([
      'SHELL | SHELL needs a JSON array of strings; BuildKit refuses it without.',
    ]);
  });

  test('HEALTHCHECK has flags, then CMD or NONE', () => {
    const check = only('HEALTHCHECK --interval=5s --retries=3 CMD ["a","b"]', 'healthcheck');
    expect([check.flags.map((flag) => flag.name), show(check.command)]).toEqual([
      ['interval', 'retries'],
      ['a', 'b'],
    ]);
    expect(show(only('HEALTHCHECK cmd curl -f x || exit 1', 'healthcheck').command)).toBe('curl -f x || exit 1');
    expect(only('HEALTHCHECK NONE', 'healthcheck').command).toBeUndefined();
    expect(problems('FROM a\nHEALTHCHECK curl x')).toEqual([
      'curl | HEALTHCHECK must go on with `CMD` or `NONE`; BuildKit refuses anything else.',
    ]);
    expect(problems('FROM a\nHEALTHCHECK NONE x')).toHaveLength(1);
    expect(problems('FROM a\nHEALTHCHECK CMD')).toHaveLength(1);
  });
});

describe('words', () => {
  const words = (text: string, kind: 'workdir' | 'user' | 'expose' | 'volume' | 'stopsignal' | 'maintainer') =>
    only(text, kind).words.map((word) => word.text);

  test('COPY splits at blanks whatever the quotes say', () => {
    const { sources, destination } = only('COPY --from=b "a b" \\\n c /d/', 'copy');
    expect([sources.map((word) => word.text), destination?.text]).toEqual([['"a', 'b"', 'c'], '/d/']);
  });

  test('the JSON form of COPY, ADD and VOLUME undoes the escapes of JSON', () => {
    const text = 'ADD ["a b", "\\u0024X/c", "/d\\\\e"]';
    const { sources, destination } = only(text, 'add');
    expect([sources.map((word) => word.text), destination?.text]).toEqual([['a b', '$X/c'], '/d\\e']);
    const second = sources[1];
    expect(second && spanToSource(second, { start: 1, end: 2 })).toEqual({
      start: text.indexOf('X'),
      end: text.indexOf('X') + 1,
    });
    expect(words('VOLUME ["/a", "/b c"]', 'volume')).toEqual(['/a', '/b c']);
    expect(words('VOLUME /a /b', 'volume')).toEqual(['/a', '/b']);
  });

  test('instructions of one word take the whole rest', () => {
    expect(words('WORKDIR /a b ', 'workdir')).toEqual(['/a b']);
    expect(words('USER $U:$G', 'user')).toEqual(['$U:$G']);
    expect(words('MAINTAINER a <b@c>', 'maintainer')).toEqual(['a <b@c>']);
    expect(words('STOPSIGNAL 9', 'stopsignal')).toEqual(['9']);
    expect(words('EXPOSE 80 $P', 'expose')).toEqual(['80', '$P']);
  });

  test('too few are problems', () => {
    expect(
      problems(lines('FROM a', 'COPY b', 'WORKDIR', 'EXPOSE', 'VOLUME []', 'RUN')).map((text) => text.split(' ')[0]),
    ).toEqual(['COPY', 'WORKDIR', 'EXPOSE', 'VOLUME', 'RUN']);
  });
});

describe('ONBUILD', () => {
  test('holds a whole instruction with places', () => {
    const text = 'ONBUILD run --network=none a \\\n  b\n';
    const { trigger } = only(text, 'onbuild');
    if (trigger?.kind !== 'run') throw new Error('a RUN');
    expect(text.slice(trigger.keyword.start, trigger.keyword.end)).toBe('run');
    expect(text.slice(trigger.span.start, trigger.span.end)).toBe('run --network=none a \\\n  b');
    expect([trigger.flags[0]?.name, show(trigger.command)]).toEqual(['network', 'a   b']);
  });

  test.each(['ONBUILD', 'ONBUILD FROM a', 'ONBUILD ONBUILD RUN a', 'ONBUILD MAINTAINER a', 'ONBUILD FOO'])(
    '%s',
    (text) => {
      expect(only(text, 'onbuild').trigger).toBeUndefined();
      expect(problems(`FROM a\n${text}`)).toHaveLength(1);
    },
  );
});

describe('the file as a whole', () => {
  test('unknown instructions are skipped', () => {
    const text = lines('FROM a', '{% if x %}', 'RNU b', 'RUN c', '{{ d }}');
    expect(problems(text)).toEqual([
      '{% | `{%` is no Dockerfile instruction; BuildKit stops here.',
      'RNU | `RNU` is no Dockerfile instruction; BuildKit stops here.',
      '{{ | `{{` is no Dockerfile instruction; BuildKit stops here.',
    ]);
    expect(show(only(text, 'run').command)).toBe('c');
  });

  test.each([
    ['', ['The file holds no instruction; BuildKit refuses it.']],
    ['\ufeff\n # a\n\n', ['The file holds no instruction; BuildKit refuses it.']],
    ['ARG A\n', ['The file has no FROM; BuildKit refuses it.']],
    ['ARG A\nRUN a\nUSER b\nFROM a', ['Only ARG may stand before the first FROM; BuildKit refuses this instruction.']],
    [`FROM a\nRUN ${'é'.repeat(32_770)}`, ['This line is longer than 65,535 bytes; BuildKit refuses to read it.']],
    [`FROM a\nRUN ${'é'.repeat(32_000)}`, []],
  ])('%#', (text, messages) => {
    expect(parseDockerfile(text).problems.map((problem) => problem.message)).toEqual(messages);
  });
});
