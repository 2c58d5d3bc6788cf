/*
 * Builds beside each other: which of them are one, and what two of them make differently.
 */
import { isEnvironmentSelector } from '../knowledge/environments.js';
import { isRefSelector } from '../knowledge/runs.js';
import type { BoundBuild, Caller, CallerKind } from '../model/delivery.js';
import { placeKey } from '../text/span.js';
import { render } from '../value/text.js';
import { argumentText, differingArguments, requestKey } from './callers.js';
import { type Difference, differencesOf, givenBy } from './contents.js';
import { partDifferences } from './images.js';

/** Two builds of different requests, and what they make differently. */
export interface Divergence {
  readonly left: BoundBuild;
  readonly right: BoundBuild;
  readonly differences: readonly Difference[];
}

/** All builds of a project, with who asks for them. */
export interface ProjectBuilds {
  readonly builds: readonly BoundBuild[];
  readonly callers: readonly Caller[];
}

/** Two requests, whichever comes first. */
export function requestsOf({ left, right }: Divergence): string {
  return [left, right].map(requestKey).sort().join(' ');
}

/** Callers that read each other's files ask for one build more than once. */
export function distinctBuilds(builds: readonly BoundBuild[]): readonly BoundBuild[] {
  const seen = new Set<string>();
  return builds.filter((bound) => {
    const key = `${placeKey(bound.request.place)} ${bound.dockerfile} ${bound.target} ${argumentText(bound)} ${bound.tags.map(({ text }) => render(text)).join()}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** What a pipeline really does before what a file can be told to do: of two that ask for one thing it is the better witness. */
export function pipelinesFirst(builds: readonly BoundBuild[]): readonly BoundBuild[] {
  return [...builds.filter(isOfPipeline), ...builds.filter((bound) => !isOfPipeline(bound))];
}

const PIPELINES: ReadonlySet<CallerKind> = new Set(['workflow', 'gitlab', 'pipeline']);

/** Whether a pipeline asks for a build. */
export function isOfPipeline({ caller }: BoundBuild): boolean {
  return PIPELINES.has(caller.kind);
}

/** Whether two builds of one caller are for different answers of what says the environment, or the branch. */
export function answerEnvironments(a: BoundBuild, b: BoundBuild): boolean {
  if (a.caller !== b.caller) return false;
  return [...new Set([...a.answers.keys(), ...b.answers.keys()])].some(
    (name) => (isEnvironmentSelector(name) || isRefSelector(name)) && a.answers.get(name) !== b.answers.get(name),
  );
}

/** At most so many differences between two images are told. */
const TOLD = 4;

/** What two builds make differently, also if they are of different Dockerfiles or stages. */
export function contentDifferences(a: BoundBuild, b: BoundBuild): readonly Difference[] {
  if (a.image !== undefined && a.image === b.image) return differencesOf(a.image, givenBy(a), givenBy(b), TOLD);
  if (a.image !== undefined && b.image !== undefined)
    return partDifferences({ image: a.image, given: givenBy(a) }, { image: b.image, given: givenBy(b) }).slice(0, TOLD);
  const describe = (bound: BoundBuild): string =>
    [
      bound.dockerfile,
      ...(bound.target === undefined ? [] : [`--target ${bound.target}`]),
      // Of a Dockerfile that is not here, only what it is given is known.
      ...(bound.image === undefined ? [argumentText(bound, differingArguments(a, b))] : []),
    ].join(' ');
  if (describe(a) === describe(b)) return [];
  return [{ place: a.request.place, left: describe(a), right: describe(b) }];
}
