/*
 * Where an image runs: by the names that it is built with, and those that it gets afterwards (semantics 5.8).
 */
import type { BoundBuild, Caller, Deployment, Promotion } from '../model/delivery.js';
import { identityOf, parseReference } from '../model/reference.js';
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
export function isPushed(bound: BoundBuild, { caller, text, through }: ReachedName): boolean {
  if (through.length === 0 && bound.request.pushed) return true;
  const identity = identityOf(caller.texts, text);
  return identity !== undefined && pushedBy(caller).has(identity);
}

const pushed = new WeakMap<Caller, ReadonlySet<string>>();

/** The identities of what a caller pushes. */
function pushedBy(caller: Caller): ReadonlySet<string> {
  const known = pushed.get(caller);
  if (known !== undefined) return known;
  const made = new Set((caller.pushes ?? []).flatMap(({ image }) => identityOf(caller.texts, image) ?? []));
  pushed.set(caller, made);
  return made;
}

/** A name of an image, as its caller says it. */
interface Named {
  readonly caller: Caller;
  readonly text: Text;
}

/** Who uses a name: callers of the same space by the identity of what it means, others by how it is written. */
interface Index {
  promotionsOf(name: Named): readonly { readonly caller: Caller; readonly promotion: Promotion }[];
  deploymentsOf(name: Named): readonly { readonly caller: Caller; readonly deployment: Deployment }[];
}

const indexes = new WeakMap<readonly Caller[], Index>();

/** Comparing each name with each use would take the square of the project's size. */
function indexOf(callers: readonly Caller[]): Index {
  const known = indexes.get(callers);
  if (known !== undefined) return known;
  const promotions = callers.flatMap((caller) => caller.promotions.map((promotion) => ({ caller, promotion })));
  const deployments = callers.flatMap((caller) => caller.deployments.map((deployment) => ({ caller, deployment })));
  const promoted = usesBy(promotions, ({ promotion }) => promotion.from);
  const deployed = usesBy(deployments, ({ deployment }) => deployment.image);
  // `app@${{ steps.build.outputs.digest }}` is what that step built.
  const byDigest = groupBy(
    deployments,
    ({ caller, deployment }) => parseReference(caller.texts, deployment.image).digest,
  );
  const made: Index = {
    promotionsOf: promoted,
    deploymentsOf: (name) => [...deployed(name), ...(byDigest.get(name.text) ?? [])],
  };
  indexes.set(callers, made);
  return made;
}

/** Finds the uses of a name, by the text that each is a use of. */
function usesBy<T extends { readonly caller: Caller }>(
  uses: readonly T[],
  textOf: (use: T) => Text,
): (name: Named) => readonly T[] {
  const inSpace = new Map(
    [...groupBy(uses, ({ caller }) => caller.texts)].map(([texts, all]) => [
      texts,
      groupBy(all, (use) => identityOf(texts, textOf(use))),
    ]),
  );
  const written = groupBy(uses, (use) => tagKey(use.caller, textOf(use)));
  return ({ caller, text }) => {
    const [identity, key] = [identityOf(caller.texts, text), tagKey(caller, text)];
    const own = identity === undefined ? [] : (inSpace.get(caller.texts)?.get(identity) ?? []);
    const others = key === undefined ? [] : (written.get(key) ?? []);
    return [...own, ...others.filter((use) => use.caller.texts !== caller.texts)];
  };
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
