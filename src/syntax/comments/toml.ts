import type { Span } from '../../text/span.js';

/** Strings of all four kinds, and comments; a string that does not end on its line is damaged, and ends with it. */
const TOKEN =
  /"""(?:[^"\\]|\\[\s\S]|"(?!""))*(?:"""|$)|'''(?:[^']|'(?!''))*(?:'''|$)|"(?:[^"\\\n]|\\[^\n])*"?|'[^'\n]*'?|#[^\n]*/g;

/** The comments of a TOML file. */
export function tomlComments(text: string): readonly Span[] {
  return [...text.matchAll(TOKEN)].flatMap(({ 0: token, index }) =>
    token.startsWith('#') ? [{ start: index, end: index + token.length }] : [],
  );
}
