import { type CST, Parser } from 'yaml';
import type { Span } from '../../text/span.js';
import { maskTemplates } from '../yaml/template.js';
import type { CommentedText } from './index.js';
import { continuedLines, shellComments } from './shell.js';

/** The comments of a YAML file, and those of the scripts in its block scalars; a key with its block is a unit, and so are lines that a backslash joins. */
export function yamlComments(text: string): CommentedText {
  const comments: Span[] = [];
  const units: Span[] = [];
  for (const token of new Parser().parse(maskTemplates(text))) visitToken(token, text, comments, units);
  // A line of templates is a comment to the parser, and none to people.
  const own = comments.filter(({ start }) => text[start] === '#');
  return { comments: own.sort((a, b) => a.start - b.start), units };
}

/** Tokens are walked with a list of our own: a file may nest deeper than the stack. */
function visitToken(root: CST.Token, text: string, comments: Span[], units: Span[]): void {
  const open: (CST.Token | CST.CollectionItem)[] = [root];
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    if (!('type' in token)) {
      open.push(...(token.start ?? []), ...(token.sep ?? []));
      if (token.key) open.push(token.key);
      if (token.value) open.push(token.value);
      if (token.key && token.value?.type === 'block-scalar') {
        const { start, end } = blockOf(token.value, text);
        if (end > start) units.push({ start: token.key.offset, end });
      }
      continue;
    }
    if (token.type === 'comment') comments.push({ start: token.offset, end: token.offset + token.source.length });
    if ('start' in token && Array.isArray(token.start)) open.push(...token.start);
    if (token.type === 'flow-collection') open.push(token.start);
    if ('end' in token && token.end !== undefined) open.push(...token.end);
    if ('items' in token) open.push(...token.items);
    if (token.type === 'document' && token.value) open.push(token.value);
    if (token.type === 'block-scalar') {
      open.push(...token.props);
      const { start, end } = blockOf(token, text);
      const script = text.slice(start, end);
      const inFile = (inner: Span): Span => ({ start: start + inner.start, end: start + inner.end });
      comments.push(...shellComments(script).map(inFile));
      units.push(...continuedLines(script).map(inFile));
    }
  }
}

/** Where the text of a block scalar stands. */
function blockOf(token: CST.BlockScalar, text: string): Span {
  const header = token.props.find(({ type }) => type === 'block-scalar-header');
  const feed = text.indexOf('\n', header?.offset ?? token.offset);
  const start = feed === -1 ? text.length : feed + 1;
  return { start, end: Math.min(text.length, start + token.source.length) };
}
