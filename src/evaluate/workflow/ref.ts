import type { Condition, Selector } from '../../value/diagram.js';
import type { Texts } from '../../value/text.js';

/** The selector of `github.ref`. */
export function refSelector(texts: Texts): Selector {
  return texts.space.input('github.ref');
}

/**
 * Where the ref begins so. What a ref begins with are questions that do not know of each other, so they are asked in one
 * order, each where the ones before say no: a ref is a branch, else a tag, else that of a pull request.
 */
export function refBegins(texts: Texts, prefix: string): Condition {
  const { space } = texts;
  const ask = (asked: string): Condition =>
    space.test(refSelector(texts), `starts with ${asked}`, (ref) => (ref ?? '').toLowerCase().startsWith(asked));
  const lower = prefix.toLowerCase();
  if ('refs/'.startsWith(lower)) return space.true;
  const branch = ask('refs/heads/');
  const tag = space.and(space.not(branch), ask('refs/tags/'));
  const pull = space.not(space.or(branch, tag));
  for (const [kind, when] of [
    ['refs/heads/', branch],
    ['refs/tags/', tag],
    ['refs/pull/', pull],
  ] as const) {
    if (kind.startsWith(lower)) return when;
    if (lower.startsWith(kind)) return space.and(when, ask(lower));
  }
  return space.false;
}
