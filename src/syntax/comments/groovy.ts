import type { Span } from '../../text/span.js';
import { tokensOf } from '../groovy/tokens.js';
import type { CommentedText } from './index.js';
import { Brackets } from './units.js';

/** The comments of a Jenkinsfile: what is between its tokens and is no blank; what is in brackets is a unit. */
export function groovyComments(text: string): CommentedText {
  const out: Span[] = [];
  const brackets = new Brackets();
  let from = 0;
  for (const { kind, text: token, span } of tokensOf(text)) {
    if (kind === 'punctuation') brackets.take(token, span.start);
    for (const { 0: comment, index } of text.slice(from, span.start).matchAll(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g))
      out.push({ start: from + index, end: from + index + comment.length });
    from = span.end;
  }
  return { comments: out, units: brackets.units };
}
