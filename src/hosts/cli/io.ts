import { visible } from '../../report/cells.js';

/** One of the two output streams. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** The width of the terminal; undefined when there is none. */
  readonly columns: number | undefined;
}

/** The world around a run of the command line; tests replace it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
  /** All of the standard input. */
  readonly readInput?: () => string;
}

/** The width to write at: the terminal's, or 80. */
export function widthOf(output: Output): number {
  return output.isTTY && output.columns !== undefined && output.columns > 0 ? output.columns : 80;
}

/** Whether to colour: the option, then NO_COLOR, then FORCE_COLOR, then whether a terminal listens. */
export function wantsColour(choice: boolean | undefined, env: Io['env'], output: Output): boolean {
  if (choice !== undefined) return choice;
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return output.isTTY && env.TERM !== 'dumb';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** Says on the error stream what is wrong, and what to do about it. */
export function complain(io: Io, message: string, hint: string | undefined): void {
  io.stderr.write(`envariant: ${visible(message)}\n${hint === undefined ? '' : `  ${visible(hint)}\n`}`);
}
