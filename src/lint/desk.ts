import type { BoundBuild } from '../model/delivery.js';

/** Whether only developers run what a build makes. */
export function isForDevelopment({ request, evidence }: BoundBuild): boolean {
  return request.development || evidence[0]?.kind === 'development';
}

/**
 * Whether arguments are the desk's own: a compose override or a devcontainer passes each of them, and whoever else builds
 * the image leaves all of them to what the Dockerfile declares as their defaults, so that what is tested and what ships is
 * the same. Beside an override, the files that it lies over are who else builds.
 */
export function areDesksOwn(builds: readonly BoundBuild[], names: ReadonlySet<string>): boolean {
  const others = builds.filter((bound) => !isForDevelopment(bound));
  const atTheDesk = builds.filter(({ request }) => request.development);
  if (names.size === 0 || (others.length === 0 && atTheDesk.some(({ caller }) => caller.kind !== 'compose')))
    return false;
  return [...names].every((name) => {
    const passed = atTheDesk.flatMap((bound) => bound.arguments.get(name) ?? []);
    const isOver = passed.some(({ replaces }) => replaces !== undefined);
    const hasDefault = builds.some(({ image }) =>
      image?.arguments.some((argument) => argument.name === name && argument.fallback !== undefined),
    );
    return hasDefault && passed.length > 0 && !isOver && !others.some((bound) => bound.arguments.has(name));
  });
}
