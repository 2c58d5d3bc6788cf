/*
 * The delivery path as subjects: what rules are asked about that needs more than one file.
 *
 * - An *image* is a Dockerfile with all the builds of it that callers ask for.
 * - A *tag* is a name of an image with the builds that write it.
 * - A *promotion* is a build that depends on the environment and runs in another one than it was made for.
 * - A *sibling* is a Dockerfile that stands beside another one for another environment.
 */
import {
  type EnvironmentKind,
  environmentOf,
  isBuildToggle,
  isEnvironmentSelector,
} from '../knowledge/environments.js';
import { type Build, blankBuild, GOAL } from '../model/build.js';
import type { BoundBuild, Caller, Deployment, Evidence, Promotion } from '../model/delivery.js';
import { mayBeSame, parseReference } from '../model/reference.js';
import { type Place, placeKey } from '../text/span.js';
import { YES } from '../value/diagram.js';
import { render, type Text } from '../value/text.js';
import type { Given } from './command.js';
import { type Difference, differencesOf, givenBy, isBuildable } from './contents.js';
import { type DeployedStageSubject, deployedStageSubjects, type RunningBuild } from './deployed-stages.js';
import { areDesksOwn, isForDevelopment } from './desk.js';
import { OTHER, pathTo } from './divergence.js';
import { groupBy } from './group.js';
import { partDifferences } from './images.js';
import { type MissingArgument, missingArguments } from './missing.js';
import { mayOverwrite } from './overwriting.js';
import { pairKey, type SiblingSubject, siblingSubjects } from './siblings.js';
import { type SubjectBase, wholeSubject } from './subjects.js';
import { type UntestedImage, untestedImages } from './untested.js';

/** All that the files of a project say about its images. */
export interface Project {
  readonly builds: readonly BoundBuild[];
  readonly callers: readonly Caller[];
  /** The Dockerfiles of the project, each for its last stage. */
  readonly dockerfiles: readonly Build[];
  /** A Dockerfile evaluated for a stage, or for its last one; undefined when there is none. */
  readonly stageOf: (file: string, stage: string | undefined) => Build | undefined;
}

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

/** Two builds of different requests, and what they make differently. */
export interface Divergence {
  readonly left: BoundBuild;
  readonly right: BoundBuild;
  readonly differences: readonly Difference[];
}

/** A name of an image that different builds write. */
export interface TagSubject extends SubjectBase {
  readonly kind: 'tag';
  readonly tag: string;
  readonly place: Place;
  readonly divergences: readonly Divergence[];
}

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

export type ProjectSubject = ImageSubject | TagSubject | PromotionSubject | DeployedStageSubject | SiblingSubject;

/** The subjects of a project. */
export function projectSubjects(project: Project): readonly ProjectSubject[] {
  const images = imageSubjects(project);
  const tags = tagSubjects(
    project.builds,
    images.flatMap(({ untested }) => untested),
  );
  // What writes one name is told with that name, which says why it matters.
  const pairs = new Set(tags.flatMap(({ divergences }) => divergences.map(requestsOf)));
  const told = new Set(
    tags.flatMap(({ divergences }) => divergences.map(({ left, right }) => pairKey(left.dockerfile, right.dockerfile))),
  );
  const running = runningBuilds(project);
  return [
    ...images.map((image) => ({
      ...image,
      divergences: image.divergences.filter((pair) => !pairs.has(requestsOf(pair))),
    })),
    ...tags,
    ...promotionSubjects(running),
    ...deployedStageSubjects(running, project.stageOf),
    ...siblingSubjects(project, told),
  ];
}

// -------------------------------------------------------------------------------------------------- images

/** Two requests, whichever comes first. */
function requestsOf({ left, right }: Divergence): string {
  return [left, right]
    .map(({ request }) => placeKey(request.place))
    .sort()
    .join(' ');
}

function imageSubjects({ builds, callers }: Project): readonly ImageSubject[] {
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
    const untested = untestedImages(all, (bound) =>
      deploymentsOf(bound, callers).some(({ deployment }) => !deployment.development),
    ).filter(({ tested, shipped }) => !isOfMissing(tested, shipped, missing));
    const divergences = [...groupBy(distinct, (bound) => bound.image).values()]
      .flatMap(divergencesOf)
      .filter(
        ({ left, right }) =>
          !isOfMissing(left, right, missing) &&
          !isTested([left, right], untested) &&
          !areDesksOwn(distinct, differingArguments(left, right)),
      );
    const place: Place = { file: dockerfile, start: 0, end: 0 };
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

/** Whether one of some builds is tested in another form than it ships. */
function isTested(builds: readonly BoundBuild[], untested: readonly UntestedImage[]): boolean {
  const requests = builds.map(({ request }) => placeKey(request.place));
  return untested.some(({ tested }) => requests.includes(placeKey(tested.request.place)));
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

/**
 * Requests that never make the same image. One request in several environments of its caller is a matter of the Dockerfile,
 * which its own rules tell; and a request that can be told to build what the other one builds does not diverge from it.
 */
function divergencesOf(builds: readonly BoundBuild[]): readonly Divergence[] {
  const requests = [...groupBy(builds, ({ request }) => placeKey(request.place)).values()];
  const [first, ...others] = requests;
  if (first === undefined) return [];
  const found: Divergence[] = [];
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

// -------------------------------------------------------------------------------------------------- tags

function tagSubjects(builds: readonly BoundBuild[], untested: readonly UntestedImage[]): readonly TagSubject[] {
  const named = distinctBuilds(builds).flatMap((bound) =>
    bound.tags.flatMap(({ text, place, fresh }) => {
      const key = tagKey(bound.caller, text);
      return key === undefined || fresh === true ? [] : [{ key, text, bound, place }];
    }),
  );
  const subjects: TagSubject[] = [];
  // One pair of builds is one cause, however many names they share.
  const told = new Set<string>();
  for (const all of groupBy(named, (one) => one.key).values()) {
    const [first, ...others] = all;
    if (first === undefined) continue;
    const divergences: Divergence[] = [];
    const seen = new Set<string>();
    for (const { bound } of others) {
      if (
        !differInEnvironment(first.bound, bound) ||
        isTested([first.bound, bound], untested) ||
        !mayOverwrite(first.bound, bound, first.text)
      )
        continue;
      const differences = contentDifferences(first.bound, bound);
      const where = `${placeKey(bound.request.place)} ${bound.target}`;
      if (differences.length > 0 && !seen.has(where))
        divergences.push({ left: first.bound, right: bound, differences });
      seen.add(where);
    }
    const pairs = divergences.map(requestsOf);
    if (pairs.every((one) => told.has(one))) continue;
    for (const one of pairs) told.add(one);
    const at = first.place;
    subjects.push({
      ...wholeSubject(first.bound.image ?? blankBuild('dockerfile', at.file, first.bound.caller.texts), at),
      kind: 'tag',
      tag: render(first.text),
      place: at,
      divergences,
    });
  }
  return subjects;
}

/** Equal keys are the same name; a name of which a part is not known is only the same within its caller. */
function tagKey({ texts, file }: Caller, text: Text): string | undefined {
  const { name, tag, digest } = parseReference(texts, text);
  if (digest !== undefined) return undefined;
  const key = `${render(name)}:${tag === undefined ? 'latest' : render(tag)}`;
  // Where nobody says what is built (`$(NAMESPACE)/$(APP)`), there is no name.
  if (/(?:^|\/)(?:\/|:)|:$/.test(key)) return undefined;
  if (/^⟨[^⟩]*⟩:/.test(key) && tag === undefined) return undefined;
  return key.includes('⟨') ? `${file}\0${key}` : `\0${key}`;
}

/** Whether a part of a path is not known but for the name of a variable that says the environment: `Dockerfile.⟨$ENV⟩`. */
function isChosenByEnvironment(path: string): boolean {
  return [...path.matchAll(/⟨[^⟩]*?\$\{?([A-Za-z_]\w*)/g)].some(([, name = '']) => isEnvironmentSelector(name));
}

/** Whether two builds are for different environments, by what they pass, build or say. */
function differInEnvironment(a: BoundBuild, b: BoundBuild): boolean {
  for (const name of differingArguments(a, b)) {
    if (isEnvironmentSelector(name) || isBuildToggle(name)) return true;
    const values = [a, b].map(({ arguments: passed }) => passed.get(name));
    // What only one of two Dockerfiles is asked for tells nothing about the other one.
    if (a.dockerfile !== b.dockerfile && values.includes(undefined)) continue;
    if (values.some((value) => value?.kind === 'passed' && environmentOf(value.value) !== undefined)) return true;
  }
  // `Dockerfile.$ENV` is another file for each environment.
  const answersEnvironment = ({ answers }: BoundBuild): boolean => [...answers.keys()].some(isEnvironmentSelector);
  if (a.dockerfile !== b.dockerfile && (answersEnvironment(a) || answersEnvironment(b))) return true;
  if (a.dockerfile !== b.dockerfile && [a, b].some(({ dockerfile }) => isChosenByEnvironment(dockerfile))) return true;
  const says = (bound: BoundBuild): readonly (EnvironmentKind | undefined)[] => [
    environmentOf(bound.dockerfile),
    environmentOf(bound.target ?? ''),
    isForDevelopment(bound) ? 'development' : bound.evidence[0]?.kind,
  ];
  const [x, y] = [says(a), says(b)];
  // A build that says nothing is no other environment than one for tests, but another one than production.
  return x.some((one, i) => {
    const other = y[i];
    return (
      one !== other && (one === 'production' || other === 'production' || (one !== undefined && other !== undefined))
    );
  });
}

/** At most so many differences between two images are told. */
const TOLD = 4;

/** What two builds make differently, also if they are of different Dockerfiles or stages. */
function contentDifferences(a: BoundBuild, b: BoundBuild): readonly Difference[] {
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

// -------------------------------------------------------------------------------------------------- promotions

/** Builds that somebody makes, each with every place where it runs. */
function runningBuilds({ builds, callers }: Project): readonly RunningBuild[] {
  const distinct = distinctBuilds(builds.filter((bound) => !isSupposed(bound, callers)));
  return distinct.flatMap((bound) =>
    deploymentsOf(bound, callers).flatMap(({ caller, deployment, through }): readonly RunningBuild[] =>
      deployment.development || isServedElsewhere(bound, deployment, distinct)
        ? []
        : [{ bound, caller, deployment, through, environments: strongest(deployment.evidence) }],
    ),
  );
}

function promotionSubjects(running: readonly RunningBuild[]): readonly PromotionSubject[] {
  const subjects = new Map<string, PromotionSubject>();
  for (const { bound, deployment, environments, through } of running) {
    const { image } = bound;
    if (image === undefined) continue;
    for (const environment of environments) {
      for (const argument of environmentArguments(bound)) {
        if (environment.kind === undefined || environment.kind === environmentOf(argument.value)) continue;
        if (environment.kind === 'development') continue;
        const differences = differencesElsewhere(image, bound, argument.name, environment);
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

/**
 * Whether nothing in the project says that this build is made: somebody would have to give the caller an answer that only
 * the Dockerfile mentions, or to run a file by itself that another caller runs with what it passes.
 */
function isSupposed({ caller, answers }: BoundBuild, callers: readonly Caller[]): boolean {
  const { space } = caller.texts;
  if ([...answers].some(([name, answer]) => name !== GOAL && !space.input(name).mentioned.has(answer))) return true;
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

/** Evidence of the strongest source that names an environment. */
function strongest(evidence: readonly Evidence[]): readonly Evidence[] {
  const named = evidence.filter(({ kind }) => kind !== undefined);
  const [first] = named;
  return first === undefined ? [] : named.filter(({ source }) => source === first.source);
}

/** The arguments of a build that say an environment: passed, or by the Dockerfile's default. */
function environmentArguments({ image, arguments: passed }: BoundBuild): readonly PromotionSubject['argument'][] {
  const found = new Map<string, PromotionSubject['argument']>();
  if (image === undefined) return [];
  for (const { name, fallback, place } of image.arguments) {
    const argument = passed.get(name);
    if (argument?.kind === 'unknown') continue;
    const value = argument?.value ?? (fallback === undefined ? undefined : image.texts.constant(fallback));
    if (value !== undefined && environmentOf(value) !== undefined && !found.has(name))
      found.set(name, { name, value, place: argument?.place ?? place });
  }
  return [...found.values()];
}

/** What would differ if the argument named the environment that the image runs in. */
function differencesElsewhere(
  image: Build,
  bound: BoundBuild,
  name: string,
  environment: Evidence,
): readonly Difference[] {
  const own = givenBy(bound);
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

/** A deployment of an image, with the retags that lead to it. */
export interface Reached {
  readonly caller: Caller;
  readonly deployment: Deployment;
  readonly through: readonly Place[];
}

/** Where an image runs, by the names that it is built with and those that it gets afterwards; `onRetag` is told of these. */
export function deploymentsOf(
  bound: BoundBuild,
  callers: readonly Caller[],
  onRetag?: (promotion: Promotion) => void,
): readonly Reached[] {
  const names: { readonly caller: Caller; readonly text: Text; readonly through: readonly Place[] }[] = bound.tags.map(
    ({ text }) => ({ caller: bound.caller, text, through: [] }),
  );
  const digest = bound.request.digest;
  if (digest !== undefined) names.push({ caller: bound.caller, text: digest, through: [] });
  const reached: Reached[] = [];
  const seen = new Set<string>();
  const index = indexOf(callers);
  for (let at = 0; at < names.length && at < 200; at += 1) {
    const name = names[at];
    if (name === undefined) break;
    for (const { caller, promotion } of index.promotionsOf(name)) {
      const { to, place } = promotion;
      const key = `${placeKey(place)} ${render(to)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      onRetag?.(promotion);
      names.push({ caller, text: to, through: [...name.through, place] });
    }
    for (const { caller, deployment } of index.deploymentsOf(name))
      reached.push({ caller, deployment, through: name.through });
  }
  return reached;
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

// -------------------------------------------------------------------------------------------------- wording

/**
 * Who asks for a build, for people, from the entry point on: `compose.yaml service web`, `Makefile make image ENV=prod`,
 * `.github/workflows/ci.yml job test, step Build, make image`.
 */
export function callerName({ caller, request, answers }: BoundBuild): string {
  const { chain, by, place } = request;
  // A call of compose with one file says no more than that file.
  const links = chain
    .map(({ message }) => message)
    .filter((message) => !/^docker compose -f \S+(?: \w+)?$/.test(message));
  const isPart = /^(?:service|target|artifact) /.test(by);
  const parts = links.length === 0 || isPart ? [...links, by] : links;
  const set = [...answers].filter(([name]) => name !== GOAL).map(([name, value]) => `${name}=${value}`);
  const last = parts[parts.length - 1] ?? '';
  const given = set.length === 0 ? '' : `${last.startsWith('make ') ? ' ' : ' with '}${set.join(' ')}`;
  // An override is read behind the file that it is for.
  const file = caller.kind === 'compose' ? place.file : caller.file;
  return `${file} ${parts.join(', ')}${given}`.trim();
}

/** Where a build passes these arguments, for those that are not passed where it is asked for. */
export function argumentPlaces(
  { request, arguments: passed }: BoundBuild,
  names: ReadonlySet<string>,
): readonly { readonly at: Place; readonly message: string }[] {
  return [...passed].flatMap(([name, { place }]) =>
    names.has(name) && placeKey(place) !== placeKey(request.place)
      ? [{ at: place, message: `passes ${name} here` }]
      : [],
  );
}

/** The arguments of a build that decide about an image, as they would be passed. */
export function argumentText(bound: BoundBuild, names?: ReadonlySet<string>): string {
  const passed = [...bound.arguments].filter(([name]) => names === undefined || names.has(name));
  if (passed.length === 0) return 'no --build-arg';
  return passed
    .map(([name, argument]) => `--build-arg ${name}=${argument.kind === 'passed' ? argument.value : argument.text}`)
    .join(' ');
}

/** The names of the arguments that two builds pass differently. */
export function differingArguments(a: BoundBuild, b: BoundBuild): ReadonlySet<string> {
  const value = ({ arguments: passed }: BoundBuild, name: string): string | undefined => {
    const argument = passed.get(name);
    return argument === undefined ? undefined : argument.kind === 'passed' ? `=${argument.value}` : argument.text;
  };
  return new Set([...a.arguments.keys(), ...b.arguments.keys()].filter((name) => value(a, name) !== value(b, name)));
}
