import { type FlagFact, flagOf } from '../knowledge/flags.js';
import type { Program } from './subjects.js';

/**
 * The option by which alone a program differs, where this only chooses the files whose values become text of the bundle:
 * `--mode` of vite leaves NODE_ENV and what it decides as they are.
 */
export function modeOption({ build, call, members, options, ships }: Program): FlagFact | undefined {
  const { space } = build.texts;
  if (call.toolchain !== 'vite' || ships !== space.true) return undefined;
  const differing = options.filter(({ word, when }) => word.endsWith('…') || !space.implies(ships, when));
  // The value of an option stands there a second time, as a word of its own.
  const own = differing.filter(({ word }) => !differing.some((other) => other.word.endsWith(` ${word}`)));
  const facts = own.map(({ call: tool, word }) => flagOf(tool.toolchain, tool.subcommand, word.replace('…', 'x')));
  const sameTool = members.every((step) => step.call?.subcommand === call.subcommand);
  const [fact] = facts;
  return sameTool && fact !== undefined && facts.every((one) => one?.category === 'embedded-configuration')
    ? fact
    : undefined;
}
