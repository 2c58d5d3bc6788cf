import type { RunInstruction } from '../../syntax/dockerfile/tree.js';
import type { MappedText, Segment } from '../../text/mapped.js';
import type { Variational } from '../../value/diagram.js';
import { render, type Text, type Texts } from '../../value/text.js';
import type { Dialect } from '../shell/index.js';
import type { ImageState } from './state.js';

/** The script that a RUN gives to a shell. */
export interface RunScript {
  readonly text: MappedText;
  readonly dialect: Variational<Dialect>;
  readonly options: readonly string[];
}

/** The script of a RUN; undefined when its shell is not one that is evaluated. */
export function scriptOf(run: RunInstruction, state: ImageState, texts: Texts): RunScript | undefined {
  const { space } = texts;
  if (run.command.kind === 'exec') {
    // No shell and no expansion: the words are quoted, so that the evaluator runs just this command.
    const parts = run.command.words.map(
      (word): MappedText => ({ text: quote(word.value), segments: [{ at: 0, source: word.span.start }] }),
    );
    return { text: joinMapped(parts, ' '), dialect: space.one<Dialect>('dash'), options: [] };
  }
  if (!state.evaluable) return undefined;
  const { text } = run.command;
  const heredocs = run.heredocs.map((heredoc) => ({ ...heredoc, body: withoutReturns(heredoc.body) }));
  const [only, another] = heredocs;
  if (only === undefined) return { text, dialect: state.dialect, options: state.options };
  if (another === undefined && /^\s*\d*<<-?\s*(["']?)[^\s"']+\1\s*$/.test(text.text)) {
    const shebang = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?(.*)/.exec(only.body.text);
    if (shebang === null) return { text: only.body, dialect: state.dialect, options: state.options };
    const named = shebang[1]?.endsWith('/env') === true ? (shebang[2] ?? '') : (shebang[1] ?? '');
    const dialect = dialectNamed(named, state, space);
    if (dialect === undefined) return undefined;
    return {
      text: only.body,
      dialect,
      options: [shebang[2] ?? '', ...(shebang[3] ?? '').split(/\s+/)].filter((word) => word.startsWith('-')),
    };
  }
  const [, program, words = ''] = SHELL_WITH_HEREDOC.exec(text.text.replace(HEREDOC_WORD, ' ')) ?? [];
  const dialect = program === undefined ? undefined : dialectNamed(program, state, space);
  if (another === undefined && dialect !== undefined && (only.quoted || survivesExpansion(only.body.text)))
    return { text: only.body, dialect, options: words.split(/\s+/).filter((word) => word !== '') };
  // The outer shell gets the line with its here-documents and expands the bodies, unless their delimiters are quoted.
  const parts = [text];
  for (const heredoc of heredocs) parts.push({ ...heredoc.body, text: `${heredoc.body.text}${heredoc.delimiter}` });
  return { text: joinMapped(parts, '\n'), dialect: state.dialect, options: state.options };
}

/** `RUN <<EOF` and the delimiter, in a line that starts a shell. */
const HEREDOC_WORD = /\d*<<-?\s*(["']?)[^\s"'<>|&;]+\1/;
/** Nothing but a shell and its options, which then reads its script from the here-document. */
const SHELL_WITH_HEREDOC =
  /^\s*(\S*\b(?:sh|bash|dash|ash))((?:\s+-[a-z]+(?:\s+(?:pipefail|errexit|nounset|xtrace))?)*)\s*$/;

function dialectNamed(program: string, state: ImageState, space: Texts['space']): Variational<Dialect> | undefined {
  switch (program.replace(/^.*\//, '')) {
    case 'sh':
      return state.sh;
    case 'bash':
      return space.one<Dialect>('bash');
    case 'dash':
      return space.one<Dialect>('dash');
    case 'ash':
      return space.one<Dialect>('ash');
    default:
      return undefined;
  }
}

/**
 * Whether an unquoted here-document reaches the shell that reads it as it stands, as far as that shell can tell: the outer
 * shell replaces variables first, which makes no difference unless the script sets them itself, or escapes something.
 */
function survivesExpansion(body: string): boolean {
  if (/[\\`]|\$\(|\$[^A-Za-z_{]|\$\{[^A-Za-z_]/.test(body)) return false;
  const read = new Set([...body.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name));
  return ![
    ...body.matchAll(/([A-Za-z_]\w*)(?:\+?=|\[)|\b(?:for|read|getopts|local|export)\s+(?:-\w+\s+)*([A-Za-z_]\w*)/g),
  ].some(([, assigned, declared]) => read.has(assigned) || read.has(declared));
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A body with the line ends that the repository has: a checkout on Windows may have given it CRLF, which no shell takes. */
function withoutReturns(body: MappedText): MappedText {
  const cuts = [...body.text.matchAll(/\r(?=\n)/g)].map(({ index }) => index);
  if (cuts.length === 0) return body;
  const segments: Segment[] = [];
  let cut = 0;
  for (const [i, { at, source }] of body.segments.entries()) {
    const end = body.segments[i + 1]?.at ?? body.text.length;
    segments.push({ at: at - cut, source });
    for (let next = cuts[cut]; next !== undefined && next < end; next = cuts[cut]) {
      segments.push({ at: next - cut, source: source + next + 1 - at });
      cut += 1;
    }
  }
  return { text: body.text.replace(/\r(?=\n)/g, ''), segments };
}

function joinMapped(parts: readonly MappedText[], separator: string): MappedText {
  let text = '';
  const segments: Segment[] = [];
  for (const [i, part] of parts.entries()) {
    if (i > 0) text += separator;
    for (const segment of part.segments) segments.push({ at: text.length + segment.at, source: segment.source });
    text += part.text;
  }
  return { text, segments: segments.length === 0 ? [{ at: 0, source: 0 }] : segments };
}

/** One text for a variational one, to look a command up by: what it is where no selector has a mentioned answer. */
export function representative(texts: Texts, text: Text): string {
  if (text.flat) return render(text);
  return text.pieces
    .map((piece) => {
      if (piece.kind !== 'choice') return render(texts.join([piece]));
      let value: Variational<Text> = piece.value;
      while (value.kind === 'choice') value = value.otherwise;
      return representative(texts, value.value);
    })
    .join('');
}
