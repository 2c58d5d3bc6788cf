import type { Condition } from '../../value/diagram.js';
import { inputsOf, type Text, type Texts } from '../../value/text.js';

/** At most so many builds or deployments are told apart for one service. */
export const VARIANT_LIMIT = 64;

/** Texts that have no choices left, and where they are these. */
export interface Variant {
  readonly when: Condition;
  readonly texts: readonly Text[];
}

/** A text that is to be flat, and how many parts there may be when it is told apart. */
export interface Field {
  readonly text: Text;
  readonly limit: number;
}

/**
 * Splits a condition so that in each part every text is flat. Earlier texts are told apart first; one that would make more
 * parts than are told apart is unknown in all of them, which `onLimit` is told.
 */
export function splitVariants(
  texts: Texts,
  when: Condition,
  fields: readonly Field[],
  onLimit: (field: number) => void,
): readonly Variant[] {
  const { space } = texts;
  let variants: Variant[] = when === space.false ? [] : [{ when, texts: [] }];
  for (const [field, { text, limit }] of fields.entries()) {
    const next: Variant[] = [];
    let tooMany = false;
    for (const variant of variants) {
      const flat = texts.flatten(texts.assume(text, variant.when));
      if (flat === undefined) {
        tooMany = true;
        break;
      }
      for (const { when: where, item } of space.leaves(flat)) {
        const both = space.and(variant.when, where);
        if (both !== space.false) next.push({ when: both, texts: [...variant.texts, item] });
      }
      if (next.length > limit && next.length > variants.length) {
        tooMany = true;
        break;
      }
    }
    if (tooMany) {
      const inputs = inputsOf(text);
      const names = [...inputs].map(({ name }) => `$${name}`);
      const unknown = texts.symbol(`${names.join(' ')}#${text.id}`, inputs);
      variants = variants.map((variant) => ({ when: variant.when, texts: [...variant.texts, unknown] }));
      onLimit(field);
    } else variants = next;
  }
  return variants;
}
