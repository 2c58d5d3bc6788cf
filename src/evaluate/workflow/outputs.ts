/*
 * What a step hands on: lines that its script writes to the files of `GITHUB_OUTPUT` and `GITHUB_ENV`, and the old
 * `::set-output` on standard output. A value of several lines is `name<<DELIMITER`, its lines, and the delimiter.
 */
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { EnvironmentValue } from '../delivery/delivered.js';
import type { Execution } from '../shell/index.js';
import { linesOf } from './lines.js';

/** Where the runner's files are in the machine that runs a job. */
export const OUTPUT_FILE = '/github/file_commands/output';
/** The same for variables. */
export const ENV_FILE = '/github/file_commands/env';

interface Open {
  readonly name: string;
  readonly delimiter: Text;
  readonly lines: Text[];
}

/** The values that a script's commands write to one of the files. */
export function valuesWritten(
  texts: Texts,
  executions: readonly Execution[],
  file: string,
  restore: (text: Text) => Text,
): Map<string, EnvironmentValue> {
  const values = new Map<string, EnvironmentValue>();
  let open: Open | undefined;
  for (const execution of executions) {
    const written = writtenTo(texts, execution, file);
    if (written === undefined) continue;
    const lines = linesOf(texts, restore(written));
    // The last line feed ends a line and begins none.
    if (lines[lines.length - 1] === texts.empty) lines.slice(0, -1).forEach(add(execution.when));
    else lines.forEach(add(execution.when));
  }
  return values;

  function add(when: Condition): (line: Text) => void {
    return (line) => {
      if (open !== undefined) {
        if (line === open.delimiter) {
          const value = texts.concat(...open.lines.flatMap((one, i) => (i === 0 ? [one] : [texts.literal('\n'), one])));
          setValue(texts, values, open.name, value, when);
          open = undefined;
        } else open.lines.push(line);
        return;
      }
      open = readLine(texts, values, line, when);
    };
  }
}

function readLine(texts: Texts, values: Map<string, EnvironmentValue>, line: Text, when: Condition): Open | undefined {
  const { space } = texts;
  const [first, ...rest] = line.pieces;
  if (first?.kind === 'choice') {
    const flat = texts.flatten(line);
    for (const leaf of flat === undefined ? [] : space.leaves(flat)) {
      const both = space.and(when, leaf.when);
      if (both !== space.false) readLine(texts, values, leaf.item, both);
    }
    return undefined;
  }
  const [, name, operator, value] = first?.kind === 'literal' ? (/^([^=<\s]+)(=|<<)(.*)$/s.exec(first.text) ?? []) : [];
  if (name === undefined || value === undefined) return undefined;
  const text = texts.join([{ kind: 'literal', text: value }, ...rest]);
  if (operator === '<<') return { name, delimiter: text, lines: [] };
  setValue(texts, values, name, text, when);
  return undefined;
}

/** Sets a value where a condition holds; keeps it as it was elsewhere. */
export function setValue(
  texts: Texts,
  values: Map<string, EnvironmentValue>,
  name: string,
  text: Text,
  when: Condition,
): void {
  const old = values.get(name);
  values.set(name, {
    set: texts.space.or(old?.set ?? texts.space.false, when),
    text: texts.pick(when, text, old?.text ?? texts.empty),
  });
}

function writtenTo(texts: Texts, execution: Execution, file: string): Text | undefined {
  const [output] = execution.outputs;
  if (output !== undefined && texts.constant(output) === file) return execution.written;
  const words = execution.words.map(({ item }) => texts.constant(item.text));
  if (words[0] === 'tee' && words.includes(file)) return execution.input;
  return undefined;
}

/** The values of `::set-output` in what a script prints. */
export function valuesPrinted(texts: Texts, output: Text, when: Condition): Map<string, EnvironmentValue> {
  const values = new Map<string, EnvironmentValue>();
  const read = (line: Text, where: Condition): void => {
    // What a command prints before is unknown, and ends its line.
    const at = line.pieces.findIndex((piece) => piece.kind === 'literal' && piece.text.startsWith('::set-output'));
    const [first, ...rest] = line.pieces.slice(Math.max(0, at));
    if (first?.kind === 'choice') {
      const flat = texts.flatten(line);
      for (const leaf of flat === undefined ? [] : texts.space.leaves(flat))
        for (const one of linesOf(texts, leaf.item)) read(one, texts.space.and(where, leaf.when));
      return;
    }
    const [, name, value] =
      first?.kind === 'literal' ? (/^::set-output\s+name=([^:]+)::(.*)$/s.exec(first.text) ?? []) : [];
    if (name === undefined || value === undefined || where === texts.space.false) return;
    setValue(texts, values, name, texts.join([{ kind: 'literal', text: value }, ...rest]), where);
  };
  for (const line of linesOf(texts, output)) read(line, when);
  return values;
}
