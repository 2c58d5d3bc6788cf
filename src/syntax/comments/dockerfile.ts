import { type MappedText, spanToSource } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import type { Instruction } from '../dockerfile/tree.js';
import type { CommentedText } from './index.js';
import { shellComments } from './shell.js';

/** The comments of a Dockerfile and of the shell in its RUNs; an instruction is a unit. */
export function dockerfileComments(text: string): CommentedText {
  const { comments, instructions } = parseDockerfile(text);
  const found = [...comments, ...instructions.flatMap(inInstruction)];
  return { comments: found.sort((a, b) => a.start - b.start), units: instructions.map(({ span }) => span) };
}

function inInstruction(instruction: Instruction): readonly Span[] {
  if (instruction.kind === 'onbuild')
    return instruction.trigger === undefined ? [] : inInstruction(instruction.trigger);
  if (instruction.kind !== 'run' || instruction.command.kind !== 'shell') return [];
  const { text } = instruction.command;
  const isScript = /^\s*(?:\S*\/)?(?:(?:ba|da|a|k|z)?sh\b[^<]*)?<</.test(text.text);
  return [text, ...(isScript ? instruction.heredocs.map(({ body }) => body) : [])].flatMap(inShell);
}

/** The comments of shell text that was put together from pieces of a file. */
export function inShell(text: MappedText): readonly Span[] {
  return shellComments(text.text).map((span) => spanToSource(text, span));
}
