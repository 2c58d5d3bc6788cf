/*
 * The names of images that different builds write.
 */
import {
  type EnvironmentKind,
  environmentOf,
  isEnvironmentSelector,
  isSelectorName,
} from '../knowledge/environments.js';
import { blankBuild } from '../model/build.js';
import type { BoundBuild } from '../model/delivery.js';
import { type Place, placeKey } from '../text/span.js';
import { render } from '../value/text.js';
import {
  answerEnvironments,
  contentDifferences,
  type Divergence,
  distinctBuilds,
  type ProjectBuilds,
  pipelinesFirst,
  requestsOf,
} from './build-pairs.js';
import { differingArguments } from './callers.js';
import { tagKey } from './deployments.js';
import { isForDevelopment } from './desk.js';
import { groupBy } from './group.js';
import { mayOverwrite } from './overwriting.js';
import { isReadByAnother } from './running.js';
import { type SubjectBase, wholeSubject } from './subjects.js';
import { isTested, type UntestedImage } from './untested.js';

/** A name of an image that different builds write. */
export interface TagSubject extends SubjectBase {
  readonly kind: 'tag';
  readonly tag: string;
  readonly place: Place;
  /** Further names that these builds share. */
  readonly aliases: readonly { readonly tag: string; readonly place: Place }[];
  readonly divergences: readonly Divergence[];
}

/** The names that different builds write for different environments; what is tested in another form is told as such. */
export function tagSubjects(project: ProjectBuilds, untested: readonly UntestedImage[]): readonly TagSubject[] {
  const builds = project.builds.filter((bound) => !isReadByAnother(bound, project.callers));
  const named = distinctBuilds(pipelinesFirst(builds)).flatMap((bound) =>
    bound.tags.flatMap(({ text, place, fresh }) => {
      const key = tagKey(bound.caller, text);
      return key === undefined || fresh === true ? [] : [{ key, text, bound, place }];
    }),
  );
  const subjects: TagSubject[] = [];
  // One pair of builds is one cause, however many names they share.
  const told = new Map<string, { readonly tag: string; readonly place: Place }[]>();
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
    const at = first.place;
    const tag = render(first.text);
    for (const one of pairs) told.get(one)?.push({ tag, place: at });
    if (pairs.every((one) => told.has(one))) continue;
    const aliases: { readonly tag: string; readonly place: Place }[] = [];
    for (const one of pairs) if (!told.has(one)) told.set(one, aliases);
    subjects.push({
      ...wholeSubject(first.bound.image ?? blankBuild('dockerfile', at.file, first.bound.caller.texts), at),
      kind: 'tag',
      tag,
      place: at,
      aliases,
      divergences,
    });
  }
  return subjects;
}

/** Whether a part of a path is not known but for the name of a variable that says the environment: `Dockerfile.⟨$ENV⟩`. */
function isChosenByEnvironment(path: string): boolean {
  return [...path.matchAll(/⟨[^⟩]*?\$\{?([A-Za-z_]\w*)/g)].some(([, name = '']) => isEnvironmentSelector(name));
}

/** Whether two builds are for different environments, by what they pass, build or say. */
function differInEnvironment(a: BoundBuild, b: BoundBuild): boolean {
  for (const name of differingArguments(a, b)) {
    if (isSelectorName(name)) return true;
    const values = [a, b].map(({ arguments: passed }) => passed.get(name));
    // What only one of two Dockerfiles is asked for tells nothing about the other one.
    if (a.dockerfile !== b.dockerfile && values.includes(undefined)) continue;
    if (values.some((value) => value?.kind === 'passed' && environmentOf(value.value) !== undefined)) return true;
  }
  if (differingArguments(a, b).size > 0 && answerEnvironments(a, b)) return true;
  // `Dockerfile.$ENV` is another file for each environment.
  const answersEnvironment = ({ answers }: BoundBuild): boolean => [...answers.keys()].some(isEnvironmentSelector);
  if (a.dockerfile !== b.dockerfile && (answersEnvironment(a) || answersEnvironment(b))) return true;
  if (a.dockerfile !== b.dockerfile && [a, b].some(({ dockerfile }) => isChosenByEnvironment(dockerfile))) return true;
  const says = (bound: BoundBuild): readonly (EnvironmentKind | undefined)[] => [
    environmentOf(bound.request.generated?.path ?? bound.dockerfile),
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
