import type { Span } from '../../text/span.js';
import { tokensOf } from '../groovy/tokens.js';

/** The comments of a Jenkinsfile: what is between its tokens and is no blank. */
export function groovyComments(text: string): readonly Span[] {
  const out: Span[] = [];
  let from = 0;
  for (const { span } of tokensOf(text)) {
    for (const { 0: comment, index } of text.slice(from, span.start).matchAll(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g))
      out.push({ start: from + index, end: from + index + comment.length });
    from = span.end;
  }
  return out;
}
