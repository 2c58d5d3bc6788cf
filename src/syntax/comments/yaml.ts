import { type CST, Parser } from 'yaml';
import type { Span } from '../../text/span.js';
import { maskTemplates } from '../yaml/template.js';
import type { CommentedText } from './index.js';
import { shellComments, shellUnits } from './shell.js';
import { writtenEnd } from './units.js';

/**
 * The comments of a YAML file, and those of the scripts in its block scalars; an entry is a unit, be it a key or an item of a
 * list, with all that is in it, and so are the statements of scripts.
 */
export function yamlComments(text: string): CommentedText {
  const comments: Span[] = [];
  const units: Span[] = [];
  const tokens = [...new Parser().parse(maskTemplates(text))];
  for (const [i, token] of tokens.entries())
    visitToken({ token, limit: tokens[i + 1]?.offset ?? text.length }, text, comments, units);
  // A line of templates is a comment to the parser, and none to people.
  const own = comments.filter(({ start }) => text[start] === '#');
  return { comments: own.sort((a, b) => a.start - b.start), units };
}

/** A token, and where what is behind it begins. */
interface Open {
  readonly token: CST.Token | CST.CollectionItem;
  readonly limit: number;
}

/** Tokens are walked with a list of our own: a file may nest deeper than the stack. */
function visitToken(root: Open, text: string, comments: Span[], units: Span[]): void {
  const open = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, limit } = next;
    const push = (tokens: readonly CST.Token[]): void =>
      void open.push(...tokens.map((one) => ({ token: one, limit })));
    if (!('type' in token)) {
      push([
        ...token.start,
        ...(token.sep ?? []),
        ...(token.key ? [token.key] : []),
        ...(token.value ? [token.value] : []),
      ]);
      const start = beginOf(token);
      if (start !== undefined) units.push({ start, end: writtenEnd(text, start, limit) });
      continue;
    }
    if (token.type === 'comment') comments.push({ start: token.offset, end: token.offset + token.source.length });
    if ('start' in token && Array.isArray(token.start)) push(token.start);
    if (token.type === 'flow-collection') push([token.start]);
    if ('end' in token && token.end !== undefined) push(token.end);
    if ('items' in token)
      for (const [i, item] of token.items.entries())
        open.push({ token: item, limit: followerOf(token.items, i) ?? limit });
    if (token.type === 'document' && token.value) push([token.value]);
    if (token.type === 'block-scalar') {
      push(token.props);
      const { start, end } = blockOf(token, text);
      const script = text.slice(start, end);
      const inFile = (inner: Span): Span => ({ start: start + inner.start, end: start + inner.end });
      comments.push(...shellComments(script).map(inFile));
      units.push(...shellUnits(script).map(inFile));
    }
  }
}

/** Where an entry begins: at the hyphen of an item, or at a key. */
function beginOf({ start, key }: CST.CollectionItem): number | undefined {
  return start.find(({ type }) => type === 'seq-item-ind')?.offset ?? key?.offset;
}

function followerOf(items: readonly CST.CollectionItem[], index: number): number | undefined {
  const next = items[index + 1];
  return next === undefined ? undefined : beginOf(next);
}

/** Where the text of a block scalar stands. */
function blockOf(token: CST.BlockScalar, text: string): Span {
  const header = token.props.find(({ type }) => type === 'block-scalar-header');
  const feed = text.indexOf('\n', header?.offset ?? token.offset);
  const start = feed === -1 ? text.length : feed + 1;
  return { start, end: Math.min(text.length, start + token.source.length) };
}
