/*
 * What a pipeline tests, and what it ships.
 *
 * A pipeline that builds twice tests the image that ships only if both builds make the same. Stages and Dockerfiles of their
 * own for tests are expected to differ and are not compared; two builds of one stage are. That a build is for tests is
 * what its job says, or that the pipeline starts what is meant for the desk (`docker compose up` takes the override along
 * when it is given no file).
 */
import type { BoundBuild } from '../model/delivery.js';
import { DEFAULT_REGISTRY, parseReference } from '../model/reference.js';
import { placeKey } from '../text/span.js';
import { isOfPipeline } from './build-pairs.js';
import { requestKey } from './callers.js';
import { type Difference, differencesOf, givenBy } from './contents.js';
import { isPushed, namesOf } from './deployments.js';
import { groupBy } from './group.js';

/** A build that a pipeline tests, and one that ships in its place; they never make the same. */
export interface UntestedImage {
  readonly tested: BoundBuild;
  readonly shipped: BoundBuild;
  readonly differences: readonly Difference[];
}

/**
 * What is tested in another form than it ships; one pair for each stage. `isDeployed` says whether something that is not
 * for development runs what a build makes.
 */
export function untestedImages(
  builds: readonly BoundBuild[],
  isDeployed: (bound: BoundBuild) => boolean,
): readonly UntestedImage[] {
  return [...groupBy(builds, ({ image }) => image).values()].flatMap((all): readonly UntestedImage[] => {
    const requests = [...groupBy(all, requestKey).values()];
    const isTest = (request: readonly BoundBuild[]): boolean => request.some(isForTests);
    const tests = requests.filter(
      (request) => isTest(request) && !request.some((bound) => bound.request.pushed || isDeployed(bound)),
    );
    if (tests.length === 0) return [];
    const products = requests.filter(
      (request) => !isTest(request) && request.some((bound) => isShipped(bound) || isDeployed(bound)),
    );
    const tested = tests.find((test) => products.every((product) => alwaysDiffer(test, product)))?.find(isForTests);
    const shipped = products.find((product) => tests.every((test) => alwaysDiffer(test, product)))?.[0];
    return tested === undefined || shipped === undefined
      ? []
      : [{ tested, shipped, differences: differencesBetween(tested, shipped) }];
  });
}

function isForTests(bound: BoundBuild): boolean {
  const { request, evidence } = bound;
  const [strongest] = evidence;
  if (!isOfPipeline(bound)) return false;
  return strongest?.kind === 'testing' || (request.development && strongest?.kind !== 'production');
}

/** Whether a build says of itself that it is for more than the machine it is made on. */
export function isShipped(bound: BoundBuild): boolean {
  const { request, evidence, tags, caller } = bound;
  if (request.development) return false;
  const [strongest] = evidence;
  if (namesOf(bound, [caller]).some((name) => isPushed(bound, name))) return true;
  if (request.pushed || strongest?.kind === 'production' || strongest?.kind === 'staging') return true;
  return tags.some(({ text }) => {
    const { registry } = parseReference(caller.texts, text);
    return registry !== undefined && registry !== DEFAULT_REGISTRY;
  });
}

function alwaysDiffer(some: readonly BoundBuild[], others: readonly BoundBuild[]): boolean {
  return some.every((one) => others.every((other) => differencesBetween(one, other).length > 0));
}

function differencesBetween(a: BoundBuild, b: BoundBuild): readonly Difference[] {
  return a.image === undefined ? [] : differencesOf(a.image, givenBy(a), givenBy(b));
}

/** Whether one of some builds is tested in another form than it ships. */
export function isTested(builds: readonly BoundBuild[], untested: readonly UntestedImage[]): boolean {
  const requests = builds.map(({ request }) => placeKey(request.place));
  return untested.some(({ tested }) => requests.includes(placeKey(tested.request.place)));
}
