import type { Condition } from '../../value/diagram.js';
import { inputsOf, render, type Text, type Texts } from '../../value/text.js';

/** At most so many builds or deployments are told apart for one service. */
export const VARIANT_LIMIT = 64;

/** Texts that have no choices left, and where they are these. */
export interface Variant {
  readonly when: Condition;
  readonly texts: readonly Text[];
}

/**
 * Splits a condition so that in each part every text is flat. Earlier texts are told apart first; one that would make more
 * parts than are told apart is unknown in all of them, which `onLimit` is told.
 */
export function splitVariants(
  texts: Texts,
  when: Condition,
  fields: readonly Text[],
  onLimit: (field: number) => void,
): readonly Variant[] {
  const { space } = texts;
  let variants: Variant[] = when === space.false ? [] : [{ when, texts: [] }];
  for (const [field, text] of fields.entries()) {
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
      if (next.length > VARIANT_LIMIT) {
        tooMany = true;
        break;
      }
    }
    if (tooMany) {
      const unknown = texts.symbol(`${render(text)}#${text.id}`, inputsOf(text));
      variants = variants.map((variant) => ({ when: variant.when, texts: [...variant.texts, unknown] }));
      onLimit(field);
    } else variants = next;
  }
  return variants;
}
