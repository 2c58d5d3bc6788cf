import type { Problem, Span } from '../../text/span.js';
import { splitCommand } from './head.js';
import { heredocStarts, readHeredoc } from './heredoc.js';
import { checkWhole, readInstruction, takesHeredocs, unterminated } from './instruction.js';
import { lineAt, readHead, readLogicalLine, tooLongLine } from './lines.js';
import { skipSpace } from './split.js';
import type { DockerfileTree, Heredoc, Instruction } from './tree.js';

/**
 * Reads a Dockerfile as BuildKit does, but never gives up: what BuildKit refuses is a problem, and reading goes on.
 *
 * Takes any text and never throws; its time is linear in the length of the text. Problems are in file order.
 */
export function parseDockerfile(text: string): DockerfileTree {
  const instructions: Instruction[] = [];
  const comments: Span[] = [];
  const problems: Problem[] = [];
  const head = readHead(text, problems);
  let empty = true;
  let at = head.next;
  while (at < text.length) {
    const line = lineAt(text, at);
    const start = skipSpace(text, line.start, line.end);
    at = line.next;
    if (start === line.end) continue;
    if (text[start] === '#') {
      comments.push({ start, end: line.end });
      continue;
    }
    empty = false;
    const logical = readLogicalLine(text, start, head.escape, comments);
    at = logical.next;
    let { end } = logical;
    const command = splitCommand(logical.text, { start: 0, end: logical.text.text.length });
    const heredocs: Heredoc[] = [];
    if (takesHeredocs(logical.text, command)) {
      for (const heredocStart of heredocStarts(logical.text.text)) {
        const read = readHeredoc(text, at, heredocStart);
        heredocs.push(read.heredoc);
        at = read.next;
        end = Math.max(end, read.end);
        if (!read.terminated) {
          problems.push(unterminated(logical.text, heredocStart.delimiter, heredocStart.range));
        }
      }
    }
    const instruction = readInstruction({ line: logical.text, escape: head.escape, end, heredocs, problems }, command);
    if (instruction !== undefined) instructions.push(instruction);
  }
  checkWhole(instructions, empty, text.length, problems);
  const tooLong = tooLongLine(text);
  if (tooLong !== undefined) {
    problems.push({ at: tooLong, message: 'This line is longer than 65,535 bytes; BuildKit refuses to read it.' });
  }
  problems.sort((a, b) => a.at.start - b.at.start);
  const { escape: escapeChar, directives } = head;
  return { kind: 'dockerfile', escape: escapeChar, directives, instructions, comments, problems };
}
