/** The parser of JavaScript and TypeScript, which is loaded when the first configuration asks for it. */
export { parseScript } from './syntax/script/parse.js';
