/*
 * Arguments whose values say the environment although their names do not. Where the build for staging passes
 * `WITH_LINTERS=1` and that for production does not, `WITH_LINTERS` selects an environment: the surest of the tests that
 * semantics 5.9 names, since it asks for no names at all. Builds of developers do not count, their images are other ones
 * on purpose; a build that says nothing is no other than one for tests; an argument whose value some caller does not know
 * says nothing. One caller may also choose the value itself (`--build-arg BASE=$(BASE_$(ENV))`).
 */
import { isNeverSelector, isSelectorName } from '../knowledge/environments.js';
import { isRefSelector } from '../knowledge/runs.js';
import type { Build } from '../model/build.js';
import type { BoundBuild } from '../model/delivery.js';
import { placeKey } from '../text/span.js';
import { isForDevelopment } from './desk.js';
import { groupBy } from './group.js';

/** The names of such arguments, by Dockerfile. */
export function contestedArguments(builds: readonly BoundBuild[]): ReadonlyMap<string, ReadonlySet<string>> {
  const shipping = builds.filter((bound) => !isForDevelopment(bound));
  const files = groupBy(shipping, ({ dockerfile }) => dockerfile);
  return new Map([...files].map(([file, all]) => [file, contestedAmong(all)]));
}

function contestedAmong(builds: readonly BoundBuild[]): ReadonlySet<string> {
  const names = new Set(builds.flatMap((bound) => [...bound.arguments.keys()]));
  return new Set(
    [...names].filter((name) => !isNeverSelector(name) && (isContested(builds, name) || isChosen(builds, name))),
  );
}

/** Whether a Dockerfile reads an argument itself, in an instruction or a script: a tool may read it, too. */
export function readsArgument(image: Build, name: string): boolean {
  return image.reads.some((read) => read.name === name);
}

/**
 * Whether a caller that is asked for an environment passes other values for other answers, of an argument that the
 * Dockerfile reads: what its tools alone read (`GOFLAGS`) is told where the caller chooses it.
 */
function isChosen(builds: readonly BoundBuild[], name: string): boolean {
  const reading = builds.filter(({ image }) => image !== undefined && readsArgument(image, name));
  const requests = groupBy(reading, ({ request }) => placeKey(request.place));
  return [...requests.values()].some((all) => {
    const valueFor = new Map<string, string>();
    for (const bound of all) {
      const argument = bound.arguments.get(name);
      if (argument?.kind === 'passed') valueFor.set(askedOf(bound), argument.value);
    }
    return new Set(valueFor.values()).size > 1;
  });
}

/** What a caller was asked for to make a build. */
function askedOf({ answers }: BoundBuild): string {
  const asked = [...answers].filter(([name]) => isSelectorName(name) || isRefSelector(name));
  return JSON.stringify(asked);
}

/** Whether builds for different environments have no value of an argument in common. */
function isContested(builds: readonly BoundBuild[], name: string): boolean {
  const values = new Map<string, Set<string | undefined>>();
  for (const bound of builds) {
    const argument = bound.arguments.get(name);
    if (argument?.kind === 'unknown') return false;
    const kind = kindOf(bound);
    values.set(kind, (values.get(kind) ?? new Set()).add(argument?.value));
  }
  const sets = [...values.values()];
  return sets.some((a, i) => sets.slice(i + 1).some((b) => ![...a].some((value) => b.has(value))));
}

/** The environment that a build is for; one that says nothing is no other than one for tests. */
function kindOf({ evidence }: BoundBuild): string {
  const kind = evidence[0]?.kind;
  return kind === undefined || kind === 'testing' ? 'any' : kind;
}
