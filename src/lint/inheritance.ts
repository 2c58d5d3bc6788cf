/*
 * Images that are built on images of the same project: `FROM app:testing` takes all of that image along, so it is promotion
 * by inheritance (semantics 5.8).
 */
import type { BoundBuild, Caller, Promotion } from '../model/delivery.js';
import type { Texts } from '../value/text.js';
import { givenBy } from './contents.js';
import { groupBy } from './group.js';
import { baseNameOf } from './images.js';

/** Dockerfiles as callers, one for each space: what their FROM names goes on under the names of what they build. */
export function inheritances(builds: readonly BoundBuild[]): readonly Caller[] {
  const found = builds.flatMap((bound) => {
    const { caller, image, tags } = bound;
    const base = image === undefined ? undefined : baseNameOf({ image, given: givenBy(bound) });
    if (base === undefined) return [];
    const promotions = tags.map(({ text }) => ({
      ...promotionOf(bound, caller.texts, base.name, base.place),
      to: text,
    }));
    return [{ file: base.place.file, texts: caller.texts, promotions }];
  });
  return [...groupBy(found, ({ texts }) => texts).entries()].flatMap(([texts, all]) =>
    [...groupBy(all, ({ file }) => file)].map(([file, some]): Caller => {
      const promotions = some.flatMap((one) => one.promotions);
      return { kind: 'dockerfile', file, texts, builds: [], deployments: [], promotions, notes: [], files: [] };
    }),
  );
}

function promotionOf(
  { request }: BoundBuild,
  texts: Texts,
  name: string,
  place: Promotion['place'],
): Omit<Promotion, 'to'> {
  return { place, when: request.when, from: texts.literal(name), evidence: [], chain: request.chain };
}
