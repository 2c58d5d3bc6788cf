import type { FlagFact } from '../knowledge/flags.js';

/** "with `-race`", or "without `--release`" for a fact about what is missing. */
export function withFlag(fact: FlagFact): string {
  const missing = /^\(no (.*)\)$/.exec(fact.flag)?.[1];
  return missing === undefined ? `with \`${fact.flag}\`` : `without \`${missing}\``;
}
