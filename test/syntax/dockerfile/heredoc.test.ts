import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../../src/syntax/dockerfile/parse.js';
import { toSource } from '../../../src/text/mapped.js';
import { only, problems, show, wrongWays } from './read.js';

const lines = (...all: string[]) => `${all.join('\n')}\n`;

describe('heredocs', () => {
  test('bodies are not in the text, and the instruction ends after the delimiter', () => {
    const text = lines('FROM a', 'RUN <<EOF', 'one', '# not a comment', '', 'EOF', 'USER b');
    const { command, heredocs, span } = only(text, 'run');
    expect(show(command)).toBe('<<EOF');
    expect(heredocs).toMatchObject([{ delimiter: 'EOF', quoted: false, stripTabs: false, descriptor: '' }]);
    expect(heredocs[0]?.body.text).toBe('one\n# not a comment\n\n');
    expect(text.slice(span.start, span.end)).toBe(lines('RUN <<EOF', 'one', '# not a comment', '', 'EOF').trimEnd());
    const tree = parseDockerfile(text);
    expect([tree.comments, tree.problems, tree.instructions.length]).toEqual([[], [], 3]);
  });

  test('several in a line follow each other', () => {
    const text = lines('FROM a', 'RUN 3<<A cat <<-"B C" <<\\D', 'a', 'A', '\tb', '\t\tB C', 'd', 'D');
    expect(
      only(text, 'run').heredocs.map((heredoc) => [
        heredoc.delimiter,
        heredoc.quoted,
        heredoc.stripTabs,
        heredoc.descriptor,
        heredoc.body.text,
      ]),
    ).toEqual([
      ['A', false, false, '3', 'a\n'],
      ['B C', true, true, '', 'b\n'],
      ['D', true, false, '', 'd\n'],
    ]);
  });

  test('stripped tabs are missing in the map too', () => {
    const text = lines('FROM a', 'RUN <<-EOF', '\t\tone', 'two', '\t\t three\t', '\tEOF');
    const body = only(text, 'run').heredocs[0]?.body;
    expect(body?.text).toBe('one\ntwo\n three\t\n');
    expect(body && wrongWays(body, text)).toEqual([]);
    expect(body && toSource(body, 4)).toBe(text.indexOf('two'));
  });

  test('without the dash the delimiter must start its line', () => {
    const text = lines('FROM a', 'RUN <<EOF', '\tEOF', 'EOF ', 'EOF');
    expect(only(text, 'run').heredocs[0]?.body.text).toBe('\tEOF\nEOF \n');
  });

  test('delimiters may hold quotes and slashes', () => {
    const text = lines('FROM a', "COPY <<E'O'F <<a/b.txt /d/", 'x', 'EOF', 'y', 'a/b.txt');
    const { sources, destination, heredocs } = only(text, 'copy');
    expect([sources, destination?.text]).toEqual([[], '/d/']);
    expect(heredocs.map(({ delimiter, quoted, body }) => [delimiter, quoted, body.text])).toEqual([
      ['EOF', true, 'x\n'],
      ['a/b.txt', false, 'y\n'],
    ]);
  });

  test('CRLF stays in the body, not in the delimiter', () => {
    const text = 'FROM a\r\nRUN <<EOF\r\na\r\nEOF\r\nUSER b\r\n';
    expect(only(text, 'run').heredocs[0]?.body.text).toBe('a\r\n');
    expect(parseDockerfile(text).problems).toEqual([]);
  });

  test('a continued line may start them', () => {
    const text = lines('FROM a', 'RUN cat <<A \\', '  <<B', 'a', 'A', 'b', 'B');
    expect(only(text, 'run').heredocs.map((heredoc) => heredoc.body.text)).toEqual(['a\n', 'b\n']);
  });

  test('an unterminated one takes the rest, with a problem at its word', () => {
    const text = 'FROM a\nRUN cat <<A <<B\na\nA\nb';
    expect(problems(text)).toEqual(['<<B | No line `B` ends this heredoc; BuildKit refuses the file.']);
    expect(only(text, 'run').heredocs.map((heredoc) => heredoc.body.text)).toEqual(['a\n', 'b']);
    expect(problems('FROM a\nRUN <<EOF')).toHaveLength(1);
  });

  test.each([
    'RUN cat<<EOF',
    'RUN cat <<<EOF',
    'RUN echo $((1<<2))',
    "RUN echo it's <<EOF",
    'RUN echo "<<EOF"',
    'RUN cat << EOF',
    'RUN cat <<""',
    'RUN ["cat", "<<EOF"]',
    'CMD cat <<EOF',
    'ENV A=b <<EOF=c',
    'HEALTHCHECK CMD cat <<EOF',
  ])('%s starts none', (text) => {
    const tree = parseDockerfile(lines('FROM a', text, 'USER b'));
    expect([tree.problems, tree.instructions.length]).toEqual([[], 3]);
  });

  test('ONBUILD hands them to its trigger', () => {
    const text = lines('FROM a', 'ONBUILD RUN <<EOF', 'a', 'EOF', 'USER b');
    const { trigger, span } = only(text, 'onbuild');
    expect(trigger?.kind === 'run' && trigger.heredocs.map((heredoc) => heredoc.body.text)).toEqual(['a\n']);
    expect(trigger?.span.end).toBe(span.end);
  });

  test('ADD may mix them with files; a destination they cannot be', () => {
    const text = lines('FROM a', 'ADD b <<c /d', 'x', 'c');
    const { sources, heredocs } = only(text, 'add');
    expect([sources.map((word) => word.text), heredocs.length]).toEqual([['b'], 1]);
    expect(problems(lines('FROM a', 'COPY b <<c', 'x', 'c'))).toEqual([
      '<<c | The destination of COPY cannot be a heredoc; BuildKit refuses it.',
    ]);
  });
});
