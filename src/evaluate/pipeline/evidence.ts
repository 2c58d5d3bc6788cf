import { environmentOf } from '../../knowledge/environments.js';
import type { Evidence, EvidenceSource } from '../../model/delivery.js';
import type { Place } from '../../text/span.js';
import type { Condition, Selector } from '../../value/diagram.js';
import { knownPart, render, type Text, type Texts } from '../../value/text.js';

/** Evidence by a name; none when the name says no environment, unless the source is one that only names environments. */
export function evidenceBy(source: EvidenceSource, name: string, place: Place, texts?: Text): readonly Evidence[] {
  const kind = environmentOf(texts === undefined ? name : literalsOf(texts));
  const authoritative = source === 'environment key' || source === 'deployment tier';
  return kind === undefined && !authoritative ? [] : [{ name, kind, source, place }];
}

/** Evidence by a name that is put together from texts: what is not known of it says nothing. */
export function evidenceByText(source: EvidenceSource, text: Text, place: Place): readonly Evidence[] {
  return evidenceBy(source, render(text), place, text);
}

function literalsOf(text: Text): string {
  return knownPart(text, '-x-');
}

/** What the branch or tag that something is limited to says, weakly: main and tags mean production, develop staging. */
export function evidenceByBranch(
  texts: Texts,
  when: Condition,
  branch: Selector,
  tag: Selector | undefined,
  place: Place,
): readonly Evidence[] {
  const { space } = texts;
  if (tag !== undefined && space.implies(when, space.not(space.is(tag, undefined))) && when !== space.false)
    return [{ name: 'tags', kind: 'production', source: 'branch', place }];
  for (const name of branch.mentioned) {
    if (name === undefined || name === '') continue;
    // A name that is a branch's or a tag's is most likely a branch's.
    const named = space.or(space.is(branch, name), tag === undefined ? space.false : space.is(tag, name));
    if (!space.implies(when, named)) continue;
    if (name.startsWith('refs/tags/')) return [{ name: 'tags', kind: 'production', source: 'branch', place }];
    const short = name.replace(/^refs\/heads\//, '');
    const kind = /^(?:main|master|trunk)$|^releases?\b/.test(short)
      ? 'production'
      : /^develop(?:ment)?$/.test(short)
        ? 'staging'
        : environmentOf(short);
    return kind === undefined ? [] : [{ name: short, kind, source: 'branch', place }];
  }
  return [];
}
