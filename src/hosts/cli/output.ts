import { resolve } from 'node:path';
import type { FormatContext, Formatter } from '../../lint/formatter.js';
import { nearest } from '../../lint/nearest.js';
import type { Report } from '../../lint/report.js';
import { writeAtomically } from '../output.js';
import type { LintRequest, OutputChoice } from './arguments.js';
import { complain, type Io, wantsColour, widthOf } from './io.js';
import { version } from './version.js';

/** Writes every output; false when a format is unknown, fails or could not be written (the others are). */
export function writeReport(
  report: Report,
  request: LintRequest,
  known: readonly Formatter[],
  { textOf, rules }: Pick<FormatContext, 'textOf' | 'rules'>,
  io: Io,
): boolean {
  let good = true;
  for (const output of request.outputs) {
    const formatter = known.find(({ name }) => name === output.format);
    if (formatter === undefined) {
      const names = known.map(({ name }) => name);
      const near = nearest(output.format, names);
      const hint = near === undefined ? undefined : `Did you mean --format ${near}?`;
      complain(io, `there is no format ${output.format}`, hint);
      good = false;
      continue;
    }
    const isFile = output.file !== undefined;
    const context: FormatContext = {
      width: isFile ? 80 : widthOf(io.stdout),
      colour: isFile ? request.colour === true : wantsColour(request.colour, io.env, io.stdout),
      textOf,
      rules,
      version,
    };
    const text = output.format.includes('/')
      ? foreignText(formatter, report, context, io)
      : formatter.format(report, context);
    good = text !== undefined && writeOutput(output, text, io) && good;
  }
  return good;
}

/** A plugin's format may fail; that is its fault and not ours. */
function foreignText(formatter: Formatter, report: Report, context: FormatContext, io: Io): string | undefined {
  try {
    // What a plugin does to its copy is nothing to the other formats and the exit status.
    const text: unknown = formatter.format(structuredClone(report), context);
    if (typeof text === 'string') return text;
    complain(io, `the format ${formatter.name} gave no text`, undefined);
  } catch (error) {
    complain(
      io,
      `the format ${formatter.name} failed: ${error instanceof Error ? error.message : String(error)}`,
      undefined,
    );
  }
  return undefined;
}

function writeOutput(output: OutputChoice, text: string, io: Io): boolean {
  if (output.file === undefined) {
    if (text !== '') io.stdout.write(text);
    return true;
  }
  try {
    writeAtomically(resolve(io.cwd, output.file), text);
    return true;
  } catch (error) {
    complain(io, error instanceof Error ? error.message : String(error), undefined);
    return false;
  }
}
