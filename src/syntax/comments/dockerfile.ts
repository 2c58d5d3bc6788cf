import { type MappedText, spanToSource } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import type { Instruction } from '../dockerfile/tree.js';
import type { CommentedText } from './index.js';
import { shellComments, shellUnits } from './shell.js';

/** The comments of a Dockerfile and of the shell in its RUNs; an instruction is a unit, and so are the statements of the shell. */
export function dockerfileComments(text: string): CommentedText {
  const { comments, instructions } = parseDockerfile(text);
  const inner = instructions.flatMap(inInstruction);
  const found = [...comments, ...inner.flatMap((one) => one.comments)];
  const units = [...instructions.map(({ span }) => span), ...inner.flatMap((one) => one.units)];
  return { comments: found.sort((a, b) => a.start - b.start), units };
}

function inInstruction(instruction: Instruction): readonly CommentedText[] {
  if (instruction.kind === 'onbuild')
    return instruction.trigger === undefined ? [] : inInstruction(instruction.trigger);
  if (instruction.kind !== 'run' || instruction.command.kind !== 'shell') return [];
  const { text } = instruction.command;
  const isScript = /^\s*(?:\S*\/)?(?:(?:ba|da|a|k|z)?sh\b[^<]*)?<</.test(text.text);
  return [text, ...(isScript ? instruction.heredocs.map(({ body }) => body) : [])].map(inShell);
}

/** The comments of shell text that was put together from pieces of a file. */
export function inShell(text: MappedText): CommentedText {
  const inFile = (span: Span): Span => spanToSource(text, span);
  return { comments: shellComments(text.text).map(inFile), units: shellUnits(text.text).map(inFile) };
}
