/*
 * Builds that depend on the environment and run in another one than they were made for.
 */
import { environmentOf } from '../knowledge/environments.js';
import type { Build } from '../model/build.js';
import type { BoundBuild, Deployment, Evidence } from '../model/delivery.js';
import { type Place, placeKey } from '../text/span.js';
import { YES } from '../value/diagram.js';
import { inputsOf } from '../value/text.js';
import type { Given } from './command.js';
import { type Difference, differencesOf, givenBy, isBuildable } from './contents.js';
import { OTHER, pathTo } from './divergence.js';
import type { RunningBuild } from './running.js';
import { type SubjectBase, wholeSubject } from './subjects.js';

/** A build that runs in another environment than it was made for. */
export interface PromotionSubject extends SubjectBase {
  readonly kind: 'promotion';
  readonly bound: BoundBuild;
  /** The argument that says the environment, with its value. */
  readonly argument: { readonly name: string; readonly value: string; readonly place: Place | undefined };
  readonly deployment: Deployment;
  readonly environment: Evidence;
  /** Retags between the build and the deployment. */
  readonly through: readonly Place[];
  /** What the image would contain if it had been made for the environment that it runs in. */
  readonly differences: readonly Difference[];
}

/** The builds among what runs that are promoted; each argument of a request once. */
export function promotionSubjects(running: readonly RunningBuild[]): readonly PromotionSubject[] {
  const subjects = new Map<string, PromotionSubject>();
  for (const { bound, deployment, environments, through } of running) {
    for (const environment of environments) {
      for (const { image, own, argument } of openTo(bound)) {
        if (!isElsewhere(environment, argument.value)) continue;
        const differences = differencesElsewhere(image, own, argument.name, environment);
        if (differences.length === 0) continue;
        // One build that is promoted through all environments is one cause; production is its worst end.
        const key = `${placeKey(bound.request.place)} ${argument.name}`;
        const known = subjects.get(key);
        const here = { deployment, environment, through };
        if (known !== undefined && environment.kind !== 'production') {
          subjects.set(key, { ...known, others: addPlace(known.others, deployment.place) });
          continue;
        }
        if (known?.environment.kind === 'production') continue;
        const earlier = known === undefined ? [] : addPlace(known.others, known.deployment.place);
        subjects.set(key, {
          ...wholeSubject(image, bound.request.place),
          kind: 'promotion',
          bound: inRunOf(bound, deployment),
          argument,
          ...here,
          differences,
          others: earlier,
        });
      }
    }
  }
  return [...subjects.values()];
}

/** Whether this is another environment than the one that is named. Whoever tests what is made for customers tests what ships. */
function isElsewhere({ kind, source }: Evidence, made: string): boolean {
  const madeFor = environmentOf(made);
  if (kind === undefined || kind === 'development' || kind === madeFor) return false;
  return !(kind === 'testing' && source === 'job' && (madeFor === 'production' || madeFor === 'staging'));
}

/**
 * A build with the answers of a run of its caller that makes just this and deploys it: a pipeline for a tag, where builds
 * for tags and for merge requests are the same, and only the former are deployed.
 */
function inRunOf(bound: BoundBuild, deployment: Deployment): BoundBuild {
  const { caller, request, arguments: passed } = bound;
  const { texts, deployments } = caller;
  const { space } = texts;
  if (!deployments.includes(deployment)) return bound;
  let both = space.and(request.when, deployment.when);
  for (const { name, text, set } of request.arguments) {
    const argument = passed.get(name);
    if (argument?.kind === 'unknown') continue;
    const same = argument === undefined ? space.not(set) : texts.equal(text, texts.literal(argument.value));
    both = space.and(both, same ?? space.true);
  }
  if (both === space.false) return bound;
  const answers = new Map<string, string>();
  for (const [{ kind, name, about }, answer] of pathTo(space, both)) {
    if (kind === 'input' && answer !== undefined) answers.set(name, answer === OTHER ? '…' : answer);
    // `github.ref` of which only a pattern is known.
    const asked = about?.selector.name;
    if (asked !== undefined && answer === YES) answers.set(asked, `(${name.slice(asked.length + 1)})`);
  }
  return { ...bound, answers };
}

function addPlace(places: readonly Place[], place: Place): readonly Place[] {
  return places.some((other) => placeKey(other) === placeKey(place)) ? places : [...places, place];
}

/** An image with what it is given, of which something says an environment. */
interface Made {
  readonly image: Build;
  readonly own: Given;
  readonly argument: PromotionSubject['argument'];
}

/**
 * What of a build says an environment: arguments that are passed or have a default, and, where the caller writes the
 * Dockerfile for each environment, its own answers.
 */
function openTo(bound: BoundBuild): readonly Made[] {
  const { image, arguments: passed, answers } = bound;
  const { generated, place: asked } = bound.request;
  const found = new Map<string, Made>();
  for (const { name } of generated === undefined ? [] : inputsOf(generated.written.text)) {
    const value = answers.get(name) ?? '';
    if (generated !== undefined && environmentOf(value) !== undefined)
      found.set(name, { image: generated.build, own: answers, argument: { name, value, place: asked } });
  }
  if (image === undefined) return [...found.values()];
  const own = givenBy(bound);
  for (const { name, fallback, place } of image.arguments) {
    const argument = passed.get(name);
    if (argument?.kind === 'unknown') continue;
    const value = argument?.value ?? (fallback === undefined ? undefined : image.texts.constant(fallback));
    if (value !== undefined && environmentOf(value) !== undefined && !found.has(name))
      found.set(name, { image, own, argument: { name, value, place: argument?.place ?? place } });
  }
  return [...found.values()];
}

/** What would differ if the argument named the environment that the image runs in. */
function differencesElsewhere(image: Build, own: Given, name: string, environment: Evidence): readonly Difference[] {
  const selector = image.texts.space.input(name);
  const answers = [...selector.mentioned].filter(
    (answer) => answer !== undefined && environmentOf(answer) === environment.kind,
  );
  for (const answer of answers.length > 0 ? answers : [environment.name]) {
    const there: Given = new Map([...own, [name, answer] as const]);
    if (!isBuildable(image, there)) continue;
    const differences = differencesOf(image, own, there);
    if (differences.length > 0) return differences;
  }
  return [];
}
