import picomatch from 'picomatch';
import type { Condition, Selector } from '../../value/diagram.js';
import type { Texts } from '../../value/text.js';
import { isTame } from '../shell/regexp.js';

/** Names of branches and tags are shorter; patterns are not tried on longer texts. */
export const LENGTH_LIMIT = 100;

/** Where a branch or tag is the one that is written: a name, or `/pattern/` that matches all of it. */
export function matchReference(texts: Texts, selector: Selector, written: string): Condition {
  const { space } = texts;
  const [, source] = /^\/(.*)\/[a-z]*$/s.exec(written) ?? [];
  if (source === undefined) return space.is(selector, written);
  if (source === '.*') return space.not(space.is(selector, undefined));
  const pattern = isTame(source, LENGTH_LIMIT) ? compiled(source) : undefined;
  if (pattern === undefined)
    return space.holds(space.opaque(`${selector.name} matches ${written}`, new Set([selector])));
  return space.test(
    selector,
    `matches ${written}`,
    (answer) => answer !== undefined && answer.length <= LENGTH_LIMIT && pattern.test(answer),
  );
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return undefined;
  }
}

/** Where a branch or tag matches a shell pattern (`release/*`). */
export function matchGlob(texts: Texts, selector: Selector, written: string): Condition {
  const { space } = texts;
  if (!/[*?[{]/.test(written)) return space.is(selector, written);
  const matches = picomatch(written, { dot: true });
  return space.test(selector, `matches ${written}`, (answer) => answer !== undefined && matches(answer));
}
