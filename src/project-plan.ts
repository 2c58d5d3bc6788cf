/*
 * `plan` of a whole project: which images there are, who builds each and with what, which names they get, and where they run.
 *
 * It says what the rules about the delivery path look at, and judges nothing. Builds of one stage are lettered by what they
 * make: two builds have different letters when their contents differ for certain (`differencesOf`).
 */
import type { MakefileBuild } from './evaluate/makefile/build.js';
import { isNeverSelector } from './knowledge/environments.js';
import { distinctBuilds, pipelinesFirst } from './lint/build-pairs.js';
import { callerName } from './lint/callers.js';
import type { Given } from './lint/command.js';
import { type Difference, differencesOf, givenBy } from './lint/contents.js';
import { deploymentsOf } from './lint/deployments.js';
import { isForDevelopment } from './lint/desk.js';
import type {
  Location,
  PlannedArgument,
  PlannedBuild,
  PlannedDeployment,
  PlannedDifference,
  PlannedEvidence,
  PlannedImage,
  PlannedRetag,
  ProjectPlan,
  ReportProblem,
} from './lint/report.js';
import { Lines } from './locate.js';
import type { Build } from './model/build.js';
import type { BoundBuild, Caller, Deployment, Evidence, Promotion } from './model/delivery.js';
import { type EvaluatedProject, evaluateProject, Images, inReadingOrder, readMakefile } from './project.js';
import { languageOf, recognise } from './recognise.js';
import type { Files } from './text/files.js';
import { placeKey } from './text/span.js';
import type { Answer } from './value/diagram.js';
import { render } from './value/text.js';

/** The picture of a project; `paths` and `around` are what a walk finds, relative to the root of `files`. */
export function planProject(paths: readonly string[], files: Files, around: readonly string[] = []): ProjectPlan {
  const lines = new Lines(files);
  const problems: ReportProblem[] = [];
  const failed = (path: string, error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    const location = lines.locate({ file: path, start: 0, end: 0 });
    problems.push({ location, message: `this file could not be planned: ${message}` });
  };
  const images = new Images(files);
  const isCaller = (path: string): boolean => recognise(path) === 'delivery' || recognise(path) === 'shell';
  const project = evaluateProject({
    files,
    images,
    makefiles: makefilesOf(paths, files, failed),
    dockerfiles: paths.flatMap((path) => (recognise(path) === 'dockerfile' ? (images.of(path, undefined) ?? []) : [])),
    around: [...new Set([...around, ...paths.filter(isCaller)])],
    failed,
  });
  for (const { place, message } of project.notes) problems.push({ location: lines.locate(place), message });
  return { version: 1, ...pictureOf(project, images, lines), problems: distinctProblems(problems) };
}

function makefilesOf(
  paths: readonly string[],
  files: Files,
  failed: (path: string, error: unknown) => void,
): readonly MakefileBuild[] {
  const made: MakefileBuild[] = [];
  for (const file of inReadingOrder(paths)) {
    const read = files.read(file);
    if (read?.kind !== 'text' || languageOf(file, read.text) !== 'makefile') continue;
    try {
      readMakefile(file, read.text, files, made);
    } catch (error) {
      failed(file, error);
    }
  }
  return made;
}

function distinctProblems(problems: readonly ReportProblem[]): readonly ReportProblem[] {
  return [
    ...new Map(
      problems.map((one) => [`${one.location.file}:${one.location.line}:${one.message}`, one] as const),
    ).values(),
  ];
}

/** A stage with the builds of it, all bound to the same evaluation. */
interface Group {
  readonly dockerfile: string;
  readonly stage: string | null;
  readonly image: Build | undefined;
  readonly builds: BoundBuild[];
}

function pictureOf(
  project: EvaluatedProject,
  images: Images,
  lines: Lines,
): Pick<ProjectPlan, 'images' | 'retags' | 'deployments'> {
  const groups = groupsOf(project, images);
  const retagged = new Set<Promotion>();
  const deployed = new Set<Deployment>();
  const planned = groups.map((group) => imageOf(group, project.callers, lines, retagged, deployed));
  // What a FROM names that nobody here builds is an image of others.
  const retags = project.callers.flatMap(({ kind, promotions }) =>
    (kind === 'dockerfile' ? [] : promotions).filter((one) => !retagged.has(one)).map((one) => retagOf(one, lines)),
  );
  const deployments = project.callers.flatMap((caller) =>
    caller.deployments.filter((one) => !deployed.has(one)).map((one) => deploymentOf(one, lines)),
  );
  return { images: planned, retags: distinctBy(retags), deployments: distinctBy(deployments) };
}

/** Callers that lead to each other's files say one thing more than once. */
function distinctBy<T extends object>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item] as const)).values()];
}

function groupsOf({ builds, dockerfiles }: EvaluatedProject, images: Images): readonly Group[] {
  const groups = new Map<string, Group>();
  // Each form of a Dockerfile that its caller writes is an image of its own.
  const forms: Build[] = [];
  const group = (dockerfile: string, target: string | undefined, own: Build | undefined): Group => {
    const last = images.of(dockerfile, undefined);
    // The last stage is the same image whether it is named or not.
    const image = own !== undefined && last !== undefined && own.target === last.target ? last : own;
    const stage = image?.stages[image.target]?.name ?? target ?? null;
    if (image !== undefined && last === undefined && !forms.includes(image)) forms.push(image);
    const form = image === undefined ? -1 : forms.indexOf(image);
    const key = JSON.stringify([dockerfile, image === undefined ? stage : image.target, form]);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const made: Group = { dockerfile, stage, image, builds: [] };
    groups.set(key, made);
    return made;
  };
  for (const bound of distinctBuilds(pipelinesFirst(builds)))
    group(bound.dockerfile, bound.target, bound.image).builds.push(bound);
  const built = new Set([...groups.values()].map(({ dockerfile }) => dockerfile));
  for (const image of dockerfiles) if (!built.has(image.file)) group(image.file, undefined, image);
  const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...groups.values()].sort(
    (a, b) => byName(a.dockerfile, b.dockerfile) || (a.image?.target ?? 0) - (b.image?.target ?? 0),
  );
}

interface Run {
  readonly builds: number[];
  readonly through: Map<string, Location>;
}

function imageOf(
  { dockerfile, stage, image, builds: all }: Group,
  callers: readonly Caller[],
  lines: Lines,
  retagged: Set<Promotion>,
  deployed: Set<Deployment>,
): PlannedImage {
  const builds = withoutRepeats(all, image);
  const { letters, differences } = compare(image, builds, lines);
  const retags = new Map<Promotion, readonly number[]>();
  const runs = new Map<Deployment, Run>();
  for (const [i, bound] of builds.entries()) {
    const reached = deploymentsOf(bound, callers, (promotion) => {
      retagged.add(promotion);
      const known: readonly number[] = retags.get(promotion) ?? [];
      if (!known.includes(i)) retags.set(promotion, [...known, i]);
    });
    for (const { deployment, through } of reached) {
      deployed.add(deployment);
      const known: Run = runs.get(deployment) ?? { builds: [], through: new Map() };
      if (!known.builds.includes(i)) known.builds.push(i);
      for (const place of through) known.through.set(placeKey(place), lines.locate(place));
      runs.set(deployment, known);
    }
  }
  return {
    dockerfile,
    stage,
    known: image !== undefined,
    builds: builds.map((bound, i) => buildOf(bound, image, letters[i] ?? null, lines)),
    retags: distinctBy([...retags].map(([one, of]): PlannedRetag => ({ ...retagOf(one, lines), builds: of }))),
    deployments: distinctBy(
      [...runs].map(
        ([one, { builds: of, through }]): PlannedDeployment => ({
          ...deploymentOf(one, lines),
          builds: of,
          through: [...through.values()],
        }),
      ),
    ),
    differences,
  };
}

/** One request in environments that differ in nothing that matters is one build. */
function withoutRepeats(builds: readonly BoundBuild[], image: Build | undefined): readonly BoundBuild[] {
  const seen = new Set<string>();
  return builds.filter((bound) => {
    const own = argumentsOf(bound, image).filter(({ matters }) => matters || image === undefined);
    const tags = bound.tags.map(({ text }) => render(text));
    const key = JSON.stringify([placeKey(bound.request.place), own, tags, isForDevelopment(bound)]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function buildOf(bound: BoundBuild, image: Build | undefined, contents: string | null, lines: Lines): PlannedBuild {
  const { request, tags, evidence } = bound;
  return {
    caller: callerName(bound),
    location: lines.locate(request.place),
    chain: request.chain.map(({ place, message }) => ({ location: lines.locate(place), message })),
    arguments: argumentsOf(bound, image),
    tags: [...new Set(tags.map(({ text }) => render(text)))],
    environments: evidenceOf(evidence, lines),
    development: isForDevelopment(bound),
    pushed: request.pushed,
    contents,
  };
}

/** What is passed, and the arguments that matter although nobody passes them. */
function argumentsOf(bound: BoundBuild, image: Build | undefined): readonly PlannedArgument[] {
  const given = givenBy(bound);
  const found = new Map<string, PlannedArgument>();
  for (const [name, argument] of bound.arguments) {
    const matters = image !== undefined && isDecisive(image, given, name);
    const value = argument.kind === 'passed' ? argument.value : argument.text;
    found.set(name, { name, kind: argument.kind, value, matters });
  }
  for (const { name, fallback } of image?.arguments ?? []) {
    if (image === undefined || found.has(name) || !isDecisive(image, given, name)) continue;
    const value = fallback === undefined ? null : render(fallback);
    found.set(name, { name, kind: value === null ? 'unset' : 'default', value, matters: true });
  }
  return [...found.values()].sort((a, b) => Number(b.matters) - Number(a.matters));
}

/** Stands for a value that no Dockerfile mentions. */
const ANY_OTHER = 'any-other-value';

/** Whether another value of an argument would make another image, all else being equal. */
function isDecisive(image: Build, given: Given, name: string): boolean {
  if (isNeverSelector(name) || !image.arguments.some((argument) => argument.name === name)) return false;
  const { space } = image.texts;
  const answers: readonly Answer[] = [...new Set([undefined, ...space.input(name).mentioned, ANY_OTHER])];
  const withAnswer = (answer: Answer): Given => new Map([...given, [name, answer] as const]);
  const [own, ...others] = given.has(name) ? [given.get(name), ...answers] : answers;
  return others.some((answer) => differencesOf(image, withAnswer(own), withAnswer(answer), 1).length > 0);
}

/** Letters for what builds make, and what differs between the first build of each letter and the first of all. */
function compare(
  image: Build | undefined,
  builds: readonly BoundBuild[],
  lines: Lines,
): { readonly letters: readonly (string | null)[]; readonly differences: readonly PlannedDifference[] } {
  if (image === undefined) return { letters: [], differences: [] };
  const kinds: { readonly at: number; readonly given: Given }[] = [];
  const differences: PlannedDifference[] = [];
  const letters = builds.map((bound, at): string | null => {
    const given = givenBy(bound);
    // What such an argument is decides about the contents, and is not known.
    const isOpen = [...bound.arguments].some(
      ([name, { kind }]) => kind === 'unknown' && isDecisive(image, given, name),
    );
    if (isOpen) return null;
    const same = kinds.findIndex((kind) => differencesOf(image, kind.given, given, 1).length === 0);
    if (same !== -1) return letterOf(same);
    const [first] = kinds;
    if (first !== undefined)
      for (const difference of differencesOf(image, first.given, given))
        differences.push(differenceOf([first.at, at], difference, lines));
    kinds.push({ at, given });
    return letterOf(kinds.length - 1);
  });
  return { letters, differences };
}

/** A, B, …, Z, A1, B1, … */
function letterOf(index: number): string {
  const round = Math.floor(index / 26);
  return `${String.fromCharCode(65 + (index % 26))}${round === 0 ? '' : round}`;
}

function differenceOf(builds: readonly [number, number], difference: Difference, lines: Lines): PlannedDifference {
  const { place, left, right } = difference;
  return { builds, location: lines.locate(place), values: [left ?? null, right ?? null] };
}

function retagOf(promotion: Promotion, lines: Lines): Omit<PlannedRetag, 'builds'> {
  const { from, to, place, evidence } = promotion;
  return {
    from: render(from),
    to: render(to),
    location: lines.locate(place),
    environments: evidenceOf(evidence, lines),
  };
}

function deploymentOf(deployment: Deployment, lines: Lines): Omit<PlannedDeployment, 'builds' | 'through'> {
  const { by, image, place, evidence, development } = deployment;
  return {
    by,
    image: render(image),
    location: lines.locate(place),
    environments: evidenceOf(evidence, lines),
    development,
  };
}

function evidenceOf(evidence: readonly Evidence[], lines: Lines): readonly PlannedEvidence[] {
  return distinctBy(
    evidence.map(({ name, kind, source, place }) => ({
      name,
      kind: kind ?? null,
      source,
      location: lines.locate(place),
    })),
  );
}
