import type { Token } from './tree.js';

/** The text of all tokens, one after the other: the file that they were scanned from. */
export function printTokens(text: string, tokens: readonly Token[]): string {
  return tokens.map(({ start, end }) => text.slice(start, end)).join('');
}
