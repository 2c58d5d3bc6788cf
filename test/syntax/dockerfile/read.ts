import { parseDockerfile } from '../../../src/syntax/dockerfile/parse.js';
import type { CommandForm, Instruction } from '../../../src/syntax/dockerfile/tree.js';
import type { MappedText } from '../../../src/text/mapped.js';
import { toSource } from '../../../src/text/mapped.js';

type OfKind<K extends Instruction['kind']> = Instruction & { readonly kind: K };

/** The only instruction of that kind in a text. */
export function only<K extends Instruction['kind']>(text: string, kind: K): OfKind<K> {
  const found = parseDockerfile(text).instructions.filter(
    (instruction): instruction is OfKind<K> => instruction.kind === kind,
  );
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} instructions ${kind} in ${text}`);
  return first;
}

/** The messages of a text's problems, each after the text that it stands at. */
export function problems(text: string): readonly string[] {
  return parseDockerfile(text).problems.map(({ at, message }) => `${text.slice(at.start, at.end)} | ${message}`);
}

/** A command in one line: words in brackets for an exec form, else the text. */
export function show(command: CommandForm | undefined): string | readonly string[] | undefined {
  return command?.kind === 'exec' ? command.words.map((word) => word.value) : command?.text.text;
}

/** The offsets at which a mapped text says something else than the file, as `offset: has ≠ file`. */
export function wrongWays(mapped: MappedText, file: string): readonly string[] {
  const wrong: string[] = [];
  for (let at = 0; at < mapped.text.length; at++) {
    const there = file[toSource(mapped, at)];
    if (there !== mapped.text[at]) wrong.push(`${at}: ${mapped.text[at]} ≠ ${there}`);
  }
  return wrong;
}

/** Every text of an instruction that must lead back to the file character by character. */
export function mappedTexts(instruction: Instruction): readonly MappedText[] {
  const texts: (MappedText | undefined)[] = instruction.flags.map((flag) => flag.value);
  switch (instruction.kind) {
    case 'from':
      texts.push(instruction.image);
      break;
    case 'arg':
    case 'env':
    case 'label':
      for (const pair of instruction.pairs) texts.push(pair.name, pair.value);
      break;
    case 'run':
      if (instruction.command.kind === 'shell') texts.push(instruction.command.text);
      texts.push(...instruction.heredocs.map((heredoc) => heredoc.body));
      break;
    case 'cmd':
    case 'entrypoint':
    case 'healthcheck':
      if (instruction.command?.kind === 'shell') texts.push(instruction.command.text);
      break;
    case 'copy':
    case 'add':
      texts.push(...instruction.sources, instruction.destination);
      texts.push(...instruction.heredocs.map((heredoc) => heredoc.body));
      break;
    case 'shell':
      break;
    case 'onbuild':
      if (instruction.trigger !== undefined) texts.push(...mappedTexts(instruction.trigger));
      break;
    default:
      texts.push(...instruction.words);
  }
  return texts.filter((text) => text !== undefined);
}
