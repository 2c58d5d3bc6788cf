/*
 * What runs: builds that somebody makes, with the places where they are deployed.
 */
import { environmentOf } from '../knowledge/environments.js';
import { GOAL } from '../model/build.js';
import type { BoundBuild, Caller, Deployment, Evidence } from '../model/delivery.js';
import { parseReference } from '../model/reference.js';
import type { Place } from '../text/span.js';
import { render } from '../value/text.js';
import { distinctBuilds, type ProjectBuilds } from './build-pairs.js';
import { deploymentsOf, isPushed, namesOf } from './deployments.js';

/** A build with a place where it runs. */
export interface RunningBuild {
  readonly bound: BoundBuild;
  /** Who deploys it. */
  readonly caller: Caller;
  readonly deployment: Deployment;
  /** The strongest that is known of the environment; empty where nothing is. */
  readonly environments: readonly Evidence[];
  readonly through: readonly Place[];
}

/** Builds that somebody makes, each with every place where it runs. */
export function runningBuilds({ builds, callers }: ProjectBuilds): readonly RunningBuild[] {
  const distinct = distinctBuilds(builds.filter((bound) => !isSupposed(bound, callers)));
  return distinct.flatMap((bound) => [
    ...deploymentsOf(bound, callers).flatMap(({ caller, deployment, through }): readonly RunningBuild[] =>
      deployment.development || isServedElsewhere(bound, deployment, distinct)
        ? []
        : [{ bound, caller, deployment, through, environments: strongest(deployment.evidence) }],
    ),
    ...pushedForProduction(bound, callers),
  ]);
}

/**
 * What goes to a registry under a name that says production runs there: the weakest evidence (semantics 5.9), so only a
 * whole part of the name counts, and only this environment. Whoever gives a second name goes on to push it.
 */
function pushedForProduction(bound: BoundBuild, callers: readonly Caller[]): readonly RunningBuild[] {
  const { request } = bound;
  if (request.development) return [];
  return namesOf(bound, callers).flatMap((name): readonly RunningBuild[] => {
    const { caller, text, place, through } = name;
    const { registry, tag } = parseReference(caller.texts, text);
    const words = [tag === undefined ? undefined : caller.texts.constant(tag), registry];
    const said = words.find((word) => word !== undefined && environmentOf(word) === 'production');
    if (said === undefined || !(through.length > 0 || isPushed(bound, name))) return [];
    const evidence: readonly Evidence[] = [{ name: said, kind: 'production', source: 'tag', place }];
    const common = { place, when: request.when, chain: request.chain, development: false };
    const deployment = { ...common, image: text, evidence, by: `pushed as ${render(text)}` };
    return [{ bound, caller, deployment, through, environments: evidence }];
  });
}

/**
 * Whether nothing in the project says that this build is made: somebody would have to give the caller an answer that only
 * the Dockerfile mentions, or to run a file by itself that another caller runs with what it passes.
 */
function isSupposed(bound: BoundBuild, callers: readonly Caller[]): boolean {
  const { caller, answers } = bound;
  const { space } = caller.texts;
  if ([...answers].some(([name, answer]) => name !== GOAL && !space.input(name).mentioned.has(answer))) return true;
  return isReadByAnother(bound, callers);
}

/** Whether a file is run by a caller that passes what it is given, so that nobody has to run it by itself. */
export function isReadByAnother({ caller }: BoundBuild, callers: readonly Caller[]): boolean {
  const isPart = caller.kind === 'bake' || caller.kind === 'compose';
  return isPart && callers.some((other) => other.kind !== caller.kind && other.files.includes(caller.file));
}

/**
 * Whether a caller never runs what a build makes where it makes it, and runs another build of the same name there: built
 * for tests on all branches but `main`, deployed on `main`. Where no other build has the name, an earlier run has made it.
 */
function isServedElsewhere(bound: BoundBuild, deployment: Deployment, builds: readonly BoundBuild[]): boolean {
  const { caller } = bound;
  const isOwn = caller.deployments.includes(deployment);
  if (!isOwn || meet(bound, deployment)) return false;
  const names = new Set(bound.tags.map(({ text }) => text));
  return builds.some(
    (other) => other.caller === caller && other.tags.some(({ text }) => names.has(text)) && meet(other, deployment),
  );
}

/** Whether one run of their caller may both build and deploy. */
function meet({ caller, request, answers }: BoundBuild, deployment: Deployment): boolean {
  const { space } = caller.texts;
  let both = space.and(request.when, deployment.when);
  for (const [name, answer] of answers) both = space.given(both, space.input(name), answer);
  return both !== space.false;
}

/** Evidence of the strongest source that names an environment. */
function strongest(evidence: readonly Evidence[]): readonly Evidence[] {
  const named = evidence.filter(({ kind }) => kind !== undefined);
  const [first] = named;
  return first === undefined ? [] : named.filter(({ source }) => source === first.source);
}
