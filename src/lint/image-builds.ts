/*
 * The Dockerfiles of a project, each with all the builds of it that callers ask for.
 */
import { environmentOf, isBuildToggle, isSelectorName } from '../knowledge/environments.js';
import type { BoundBuild, ImageBuild, OverruledVariable } from '../model/delivery.js';
import { type Place, placeKey } from '../text/span.js';
import type { Text } from '../value/text.js';
import {
  answerEnvironments,
  contentDifferences,
  type Divergence,
  distinctBuilds,
  type ProjectBuilds,
} from './build-pairs.js';
import { differingArguments, requestKey } from './callers.js';
import { type Difference, differencesOf, givenBy } from './contents.js';
import { readsArgument } from './contested.js';
import { deploymentsOf } from './deployments.js';
import { areDesksOwn, isForDevelopment } from './desk.js';
import { groupBy } from './group.js';
import { type InstrumentedBuild, instrumentedBuilds } from './instrumented.js';
import { type MissingArgument, missingArguments } from './missing.js';
import { type SubjectBase, wholeSubject } from './subjects.js';
import { isTested, type UntestedImage, untestedImages } from './untested.js';

/** A Dockerfile, with all the builds of it that callers ask for. */
export interface ImageSubject extends SubjectBase {
  readonly kind: 'image';
  readonly dockerfile: string;
  readonly builds: readonly BoundBuild[];
  /** Two requests that never build the same, with what differs first; one pair for each request that stands apart. */
  readonly divergences: readonly Divergence[];
  /** Arguments that the Dockerfile needs and that a build does not pass; no divergence is due to them alone. */
  readonly missing: readonly MissingArgument[];
  /** What a pipeline tests in another form than it ships; what is tested so has no divergence. */
  readonly untested: readonly UntestedImage[];
  /** Variables that a builder's command is given and does not pass, where the image would be another one if it did. */
  readonly unpassed: readonly Unpassed[];
  /** Variables that a call of make is given and that lose to the makefile, where the image would be another one with them. */
  readonly overruled: readonly Overruled[];
  /** What ships an instrumented program because of what it passes. */
  readonly instrumented: readonly InstrumentedBuild[];
}

/** A variable that is given to the builder's command alone. */
export interface Unpassed {
  readonly bound: BoundBuild;
  readonly name: string;
  readonly value: string;
  readonly place: Place;
  /** What is built is `left`, what would be if the variable were passed is `right`. */
  readonly differences: readonly Difference[];
}

/** A variable that loses to a makefile, with what is built (`left`) and what would be with the call's value (`right`). */
export interface Overruled extends Omit<OverruledVariable, 'asked'> {
  readonly bound: BoundBuild;
  readonly differences: readonly Difference[];
}

/** The Dockerfiles that somebody builds. */
export function imageSubjects({ builds, callers }: ProjectBuilds): readonly ImageSubject[] {
  const byFile = groupBy(
    builds.filter(({ image }) => image !== undefined),
    ({ dockerfile }) => dockerfile,
  );
  return [...byFile].flatMap(([dockerfile, all]): readonly ImageSubject[] => {
    const image = all[0]?.image;
    if (image === undefined) return [];
    const distinct = distinctBuilds(all);
    const unpassed = distinct.flatMap(unpassedOf);
    // `X=prod docker build .` is told as such.
    const missing = missingArguments(all, isForDevelopment).filter(
      ({ name }) => !unpassed.some((variable) => variable.name === name),
    );
    const isDeployed = (bound: BoundBuild): boolean =>
      deploymentsOf(bound, callers).some(({ deployment }) => !deployment.development);
    const untested = untestedImages(all, isDeployed).filter(
      ({ tested, shipped }) => !isOfMissing(tested, shipped, missing),
    );
    const divergences = [...groupBy(distinct, (bound) => bound.image).values()]
      .flatMap(divergencesOf)
      .filter(
        ({ left, right }) =>
          !isOfMissing(left, right, missing) &&
          !isTested([left, right], untested) &&
          !areDesksOwn(distinct, differingArguments(left, right)),
      );
    const place: Place = { file: image.file, start: 0, end: 0 };
    return [
      {
        ...wholeSubject(image, place),
        kind: 'image',
        dockerfile,
        builds: distinct,
        divergences,
        missing,
        untested,
        unpassed,
        overruled: overruledIn(all),
        instrumented: instrumentedBuilds(distinct, isDeployed),
      },
    ];
  });
}

function unpassedOf(bound: BoundBuild): readonly Unpassed[] {
  const { image } = bound;
  if (image === undefined) return [];
  const given = givenBy(bound);
  return [...bound.clientVariables].flatMap(([name, variable]) => {
    if (variable.kind === 'unknown' || !given.has(name)) return [];
    const { value, place } = variable;
    const differences = differencesOf(image, given, new Map([...given, [name, value] as const]));
    return differences.length === 0 ? [] : [{ bound, name, value, place, differences }];
  });
}

/** What loses to one assignment is told once, for the first build that lacks it. */
function overruledIn(builds: readonly BoundBuild[]): readonly Overruled[] {
  const found = new Map<string, Overruled>();
  for (const bound of builds) {
    if (isForDevelopment(bound)) continue;
    for (const { asked, ...variable } of bound.request.overruled ?? []) {
      const key = `${variable.name} ${placeKey(variable.assigned)}`;
      const differences = found.has(key) ? [] : [...askedOtherwise(bound, asked), ...askedContents(bound, asked)];
      if (differences.length > 0) found.set(key, { ...variable, bound, differences });
    }
  }
  return [...found.values()];
}

/** Where a build asks for another file, stage or name than it would. */
function askedOtherwise({ request, caller: { texts } }: BoundBuild, asked: ImageBuild): readonly Difference[] {
  const options = ({ dockerfile, target, tags }: ImageBuild): readonly (readonly [string, Text | undefined])[] => [
    ['-f', dockerfile],
    ['--target', target],
    ...tags.map(({ text }) => ['-t', text] as const),
  ];
  const others = options(asked);
  return options(request).flatMap(([option, text], i): readonly Difference[] => {
    const [left, right] = [text, others[i]?.[1]].map((one) => (one === undefined ? undefined : texts.constant(one)));
    if (left === undefined || right === undefined || left === right) return [];
    return [{ place: request.place, left: `${option} ${left}`, right: `${option} ${right}` }];
  });
}

/** What the image contains, and would contain with other arguments. */
function askedContents(bound: BoundBuild, asked: ImageBuild): readonly Difference[] {
  const { image, caller } = bound;
  if (image === undefined) return [];
  const given = givenBy(bound);
  const others = asked.arguments.flatMap(({ name, text }) => {
    const value = caller.texts.constant(text);
    return value === undefined || !given.has(name) ? [] : [[name, value] as const];
  });
  return differencesOf(image, given, new Map([...given, ...others]));
}

/** Whether two builds differ only in that one of them lacks what it needs. */
function isOfMissing(left: BoundBuild, right: BoundBuild, missing: readonly MissingArgument[]): boolean {
  const requests = [left, right].map(({ request }) => placeKey(request.place));
  const isLacked = (name: string): boolean =>
    missing.some(
      (one) => one.name === name && one.lacking.some(({ bound }) => requests.includes(placeKey(bound.request.place))),
    );
  const names = [...differingArguments(left, right)];
  return names.length > 0 && names.every(isLacked);
}

/**
 * Requests that never make the same image. One request in several environments of its caller is a matter of the Dockerfile,
 * which its own rules tell; and a request that can be told to build what the other one builds does not diverge from it.
 */
function divergencesOf(builds: readonly BoundBuild[]): readonly Divergence[] {
  const requests = [...groupBy(builds, ({ request }) => placeKey(request.place)).values()];
  const [first, ...others] = requests;
  if (first === undefined) return [];
  const found: Divergence[] = requests.flatMap(divergencesWithin);
  for (const other of others) {
    const pairs = first.flatMap((left) =>
      other.map((right) => ({ left, right, differences: contentDifferences(left, right) })),
    );
    const [example] = pairs;
    if (example !== undefined && !pairs.some(areEditions) && pairs.every(({ differences }) => differences.length > 0))
      found.push(example);
  }
  return found;
}

/**
 * What one command passes for one environment only, in an argument of which the Dockerfile does not know that it says the
 * environment (`GOFLAGS=-race` for `ENV=testing`, or in the job for staging); the first pair.
 */
function divergencesWithin(builds: readonly BoundBuild[]): readonly Divergence[] {
  for (const [i, left] of builds.entries()) {
    for (const right of builds.slice(i + 1)) {
      const names = [...differingArguments(left, right)];
      const known = answerEnvironments(left, right) ? readsItself : areCalledApart(left, right) ? asksFor : undefined;
      if (
        names.length === 0 ||
        known === undefined ||
        names.some((name) => isSelectorName(name) || known(left, right, name))
      )
        continue;
      const differences = contentDifferences(left, right);
      if (differences.length > 0) return [{ left, right, differences }];
    }
  }
  return [];
}

/** Whether jobs for different environments call one command, each with what it passes; who runs it by hand can say the same. */
function areCalledApart(left: BoundBuild, right: BoundBuild): boolean {
  const called = [left, right].every(({ caller, request }) => caller.file !== request.place.file);
  return called && requestKey(left) !== requestKey(right) && left.evidence[0]?.kind !== right.evidence[0]?.kind;
}

/** Whether a Dockerfile's own rules tell what an argument decides: where it reads it, and does not leave that to its tools. */
function readsItself({ image }: BoundBuild, _: BoundBuild, name: string): boolean {
  return image === undefined || readsArgument(image, name);
}

/** Whether a Dockerfile's own rules tell what an argument decides since it asks for one of the values. */
function asksFor(left: BoundBuild, right: BoundBuild, name: string): boolean {
  const mentioned = left.image?.texts.space.input(name).mentioned;
  return [left, right].some(({ arguments: passed }) => {
    const argument = passed.get(name);
    return argument?.kind === 'passed' && argument.value !== '' && mentioned?.has(argument.value) === true;
  });
}

/**
 * Whether one job makes both, under different names, and nothing says that they are for different environments: editions of
 * a product (`app:1-slim` and `app:1-full`), each of which is tested as it ships.
 */
function areEditions({ left, right }: { readonly left: BoundBuild; readonly right: BoundBuild }): boolean {
  if (left.caller !== right.caller || left.evidence[0]?.kind !== right.evidence[0]?.kind) return false;
  const { space } = left.caller.texts;
  if (space.and(left.request.when, right.request.when) === space.false) return false;
  const [a, b] = [left, right].map(({ request: { chain } }) =>
    chain
      .slice(0, -1)
      .map(({ place }) => placeKey(place))
      .join(),
  );
  const names = new Set(left.tags.map(({ text }) => text));
  if (
    a === '' ||
    a !== b ||
    names.size === 0 ||
    right.tags.length === 0 ||
    right.tags.some(({ text }) => names.has(text))
  )
    return false;
  return [...differingArguments(left, right)].every((name) => {
    const values = [left, right].map(({ arguments: passed }) => passed.get(name));
    const says = values.some((value) => value?.kind === 'passed' && environmentOf(value.value) !== undefined);
    return !says && !isBuildToggle(name);
  });
}
