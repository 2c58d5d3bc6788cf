/*
 * Builds for people: who asks for one, and what is passed.
 */
import { GOAL } from '../model/build.js';
import type { BoundBuild } from '../model/delivery.js';
import { type Place, placeKey } from '../text/span.js';

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

/** What one command of a caller asks for is one request, in all environments of the caller; who calls it twice asks twice. */
export function requestKey({ caller, request }: BoundBuild): string {
  return [caller.file, placeKey(request.place), ...request.chain.map(({ place }) => placeKey(place))].join(' ');
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
