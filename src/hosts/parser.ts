import { createRequire } from 'node:module';
import type { ParseScript } from '../index.js';

/** The parser of JavaScript is a bundle of its own beside the caller's, which is loaded with the first file that needs it. */
export const parseScript: ParseScript = (text, path) => {
  const parser: { readonly parseScript: ParseScript } = createRequire(import.meta.url)('./script-parser.cjs');
  return parser.parseScript(text, path);
};
