/*
 * Where an image runs: by the names that it is built with, and those that it gets afterwards (semantics 5.8).
 */
import type { BoundBuild, Caller, Deployment, Promotion } from '../model/delivery.js';
import { mayBeSame, parseReference } from '../model/reference.js';
import { type Place, placeKey } from '../text/span.js';
import { render, type Text } from '../value/text.js';
import { groupBy } from './group.js';

/** A deployment of an image, with the retags that lead to it. */
export interface Reached {
  readonly caller: Caller;
  readonly deployment: Deployment;
  readonly through: readonly Place[];
}

/** A name that an image has or gets. */
export interface ReachedName extends Named {
  /** Retags that lead to it. */
  readonly through: readonly Place[];
  /** Where it gets this name. */
  readonly place: Place;
}

/** The names that an image is built with and those that it gets afterwards; `onRetag` is told of what gives them. */
export function namesOf(
  bound: BoundBuild,
  callers: readonly Caller[],
  onRetag?: (promotion: Promotion) => void,
): readonly ReachedName[] {
  const { caller } = bound;
  const names: ReachedName[] = bound.tags.map(({ text, place }) => ({ caller, text, place, through: [] }));
  const { digest, place: built } = bound.request;
  if (digest !== undefined) names.push({ caller, text: digest, place: built, through: [] });
  const seen = new Set<string>();
  const index = indexOf(callers);
  for (let at = 0; at < names.length && at < NAMES; at += 1) {
    const name = names[at];
    for (const { caller: other, promotion } of name === undefined ? [] : index.promotionsOf(name)) {
      const { to, place } = promotion;
      const key = `${placeKey(place)} ${render(to)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      onRetag?.(promotion);
      names.push({ caller: other, text: to, place, through: [...(name?.through ?? []), place] });
    }
  }
  return names;
}

/** More names of one image than these are not followed. */
const NAMES = 200;

/** Where an image runs, by all its names; `onRetag` is told of what gives these. */
export function deploymentsOf(
  bound: BoundBuild,
  callers: readonly Caller[],
  onRetag?: (promotion: Promotion) => void,
): readonly Reached[] {
  const index = indexOf(callers);
  return namesOf(bound, callers, onRetag)
    .slice(0, NAMES)
    .flatMap((name) => index.deploymentsOf(name).map((one) => ({ ...one, through: name.through })));
}

/** Whether an image goes to a registry under this name: by the build itself, by a retag there, or by a push. */
export function isPushed(bound: BoundBuild, name: ReachedName): boolean {
  const { pushes = [] } = name.caller;
  const isOwn = name.through.length === 0;
  return (isOwn && bound.request.pushed) || pushes.some(({ image }) => isSame(name, image));
}

/** A name of an image, as its caller says it. */
interface Named {
  readonly caller: Caller;
  readonly text: Text;
}

/** Who uses a name: callers of the same space are asked one by one, others by how the name is written. */
interface Index {
  promotionsOf(name: Named): readonly { readonly caller: Caller; readonly promotion: Promotion }[];
  deploymentsOf(name: Named): readonly { readonly caller: Caller; readonly deployment: Deployment }[];
}

const indexes = new WeakMap<readonly Caller[], Index>();

/** Comparing each name with each use would take the square of the project's size. */
function indexOf(callers: readonly Caller[]): Index {
  const known = indexes.get(callers);
  if (known !== undefined) return known;
  const bySpace = groupBy(callers, ({ texts }) => texts);
  const promotions = groupBy(
    callers.flatMap((caller) => caller.promotions.map((promotion) => ({ caller, promotion }))),
    ({ caller, promotion }) => tagKey(caller, promotion.from),
  );
  const deployments = groupBy(
    callers.flatMap((caller) => caller.deployments.map((deployment) => ({ caller, deployment }))),
    ({ caller, deployment }) => tagKey(caller, deployment.image),
  );
  const elsewhere = <T extends { readonly caller: Caller }>(
    uses: ReadonlyMap<string | undefined, readonly T[]>,
    { caller, text }: Named,
  ): readonly T[] => {
    const key = tagKey(caller, text);
    return key === undefined ? [] : (uses.get(key) ?? []).filter((use) => use.caller.texts !== caller.texts);
  };
  const made: Index = {
    promotionsOf: (name) => [
      ...(bySpace.get(name.caller.texts) ?? []).flatMap((caller) =>
        caller.promotions.flatMap((promotion) => (isSame(name, promotion.from) ? [{ caller, promotion }] : [])),
      ),
      ...elsewhere(promotions, name),
    ],
    deploymentsOf: (name) => [
      ...(bySpace.get(name.caller.texts) ?? []).flatMap((caller) =>
        caller.deployments.flatMap((deployment) =>
          isSame(name, deployment.image) || isDigest(name, deployment.image) ? [{ caller, deployment }] : [],
        ),
      ),
      ...elsewhere(deployments, name),
    ],
  };
  indexes.set(callers, made);
  return made;
}

/** Whether two names of one space are the same image. */
function isSame({ caller, text }: Named, other: Text): boolean {
  return mayBeSame(caller.texts, text, other) === 'same';
}

/** `app@${{ steps.build.outputs.digest }}` is what that step built. */
function isDigest({ caller, text }: Named, other: Text): boolean {
  const { digest } = parseReference(caller.texts, other);
  return digest !== undefined && digest === text;
}

/** Equal keys are the same name; a name of which a part is not known is only the same within its caller. */
export function tagKey({ texts, file }: Caller, text: Text): string | undefined {
  const { name, tag, digest } = parseReference(texts, text);
  if (digest !== undefined) return undefined;
  const key = `${render(name)}:${tag === undefined ? 'latest' : render(tag)}`;
  // Where nobody says what is built (`$(NAMESPACE)/$(APP)`), there is no name.
  if (/(?:^|\/)(?:\/|:)|:$/.test(key)) return undefined;
  if (/^⟨[^⟩]*⟩:/.test(key) && tag === undefined) return undefined;
  return key.includes('⟨') ? `${file}\0${key}` : `\0${key}`;
}
