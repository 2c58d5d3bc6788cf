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
  const [only, another] = run.heredocs;
  if (only === undefined) return { text, dialect: state.dialect, options: state.options };
  if (another === undefined && /^\s*\d*<<-?\s*(["']?)[^\s"']+\1\s*$/.test(text.text)) {
    const shebang = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?(.*)/.exec(only.body.text);
    if (shebang === null) return { text: only.body, dialect: state.dialect, options: state.options };
    const named = shebang[1]?.endsWith('/env') === true ? (shebang[2] ?? '') : (shebang[1] ?? '');
    const dialects: Readonly<Record<string, Variational<Dialect>>> = {
      sh: state.sh,
      bash: space.one<Dialect>('bash'),
      dash: space.one<Dialect>('dash'),
      ash: space.one<Dialect>('ash'),
    };
    const dialect = dialects[named.replace(/^.*\//, '')];
    if (dialect === undefined) return undefined;
    return {
      text: only.body,
      dialect,
      options: [shebang[2] ?? '', ...(shebang[3] ?? '').split(/\s+/)].filter((word) => word.startsWith('-')),
    };
  }
  // The outer shell gets the line with its here-documents and expands the bodies, unless their delimiters are quoted.
  const parts = [text];
  for (const heredoc of run.heredocs) parts.push({ ...heredoc.body, text: `${heredoc.body.text}${heredoc.delimiter}` });
  return { text: joinMapped(parts, '\n'), dialect: state.dialect, options: state.options };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
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
