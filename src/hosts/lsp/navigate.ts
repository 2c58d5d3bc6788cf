/*
 * Going from callers to what they build and back: `--build-arg X`, or an entry of `args`, is defined by `ARG X`, and a FROM is
 * reached from whoever builds its stage.
 */
import type { DockerfileOutline, LinkedBuild } from '../../index.js';
import type { Place } from '../../text/span.js';

/** A place that leads to a file. */
export interface FileLink {
  readonly start: number;
  readonly end: number;
  readonly file: string;
  /** The offset in the other file. */
  readonly at: number;
  readonly tooltip: string;
}

/** What is known of a project for going around in it. */
export interface Surroundings {
  readonly builds: readonly LinkedBuild[];
  readonly outlineOf: (file: string) => DockerfileOutline | undefined;
  readonly textOf: (file: string) => string | undefined;
}

/** Where what stands at an offset is defined, or who passes it. */
export function definitionsAt(
  file: string,
  text: string,
  offset: number,
  { builds, outlineOf, textOf }: Surroundings,
): readonly Place[] {
  const isHere = (place: Place): boolean => place.file === file && place.start <= offset && offset <= place.end;
  const found = new Map<string, Place>();
  const add = (place: Place): void => void found.set(`${place.file}:${place.start}`, place);
  const passed = builds.flatMap((build) =>
    build.arguments.flatMap(({ name, place }) => (isHere(place) ? [{ name, dockerfile: build.dockerfile }] : [])),
  );
  // A command passes several at one place: the one whose name stands here is meant.
  const several = new Set(passed.map(({ name }) => name)).size > 1;
  for (const { name, dockerfile } of passed) {
    if (several && nameAt(text, offset) !== name) continue;
    for (const argument of outlineOf(dockerfile)?.arguments ?? []) if (argument.name === name) add(argument.place);
  }
  if (found.size > 0) return [...found.values()];
  const own = builds.filter(({ dockerfile }) => dockerfile === file);
  const outline = outlineOf(file);
  const declared = outline?.arguments.find(({ place }) => isHere(place));
  if (declared !== undefined) {
    for (const build of own)
      for (const { name, place } of build.arguments)
        if (name === declared.name) add(narrowed(place, name, textOf(place.file)));
    return [...found.values()];
  }
  const stage = outline?.stages.findIndex(({ place }) => isHere(place)) ?? -1;
  if (outline !== undefined && stage !== -1) {
    for (const build of own) if (stageOf(build, outline) === stage) add(build.place);
    return [...found.values()];
  }
  // A read: the declarations that come before it.
  const name = nameAt(text, offset);
  for (const argument of outline?.arguments ?? [])
    if (argument.name === name && argument.place.start < offset) add(argument.place);
  return [...found.values()];
}

/** Who passes an argument or builds a stage, and where it is declared: everything that belongs to what stands here. */
export function referencesAt(file: string, text: string, offset: number, surroundings: Surroundings): readonly Place[] {
  const found = new Map<string, Place>();
  const add = (place: Place): void => void found.set(`${place.file}:${place.start}`, place);
  for (const place of definitionsAt(file, text, offset, surroundings)) {
    add(place);
    for (const other of definitionsAt(place.file, surroundings.textOf(place.file) ?? '', place.start, surroundings))
      add(other);
  }
  return [...found.values()];
}

/** The links of a file: from what builds an image to the Dockerfile, and from a FROM to the first that builds its stage. */
export function linksIn(file: string, text: string, { builds, outlineOf }: Surroundings): readonly FileLink[] {
  const links = new Map<string, FileLink>();
  for (const build of builds) {
    const { place, dockerfile } = build;
    if (place.file !== file) continue;
    const outline = outlineOf(dockerfile);
    const stage = outline?.stages[stageOf(build, outline)];
    const { start, end } = written(text, place, dockerfile);
    links.set(`${start} ${dockerfile}`, {
      start,
      end,
      file: dockerfile,
      at: stage?.place.start ?? 0,
      tooltip: dockerfile,
    });
  }
  const outline = outlineOf(file);
  for (const [i, stage] of outline?.stages.entries() ?? []) {
    const callers = builds.filter(
      (build) => build.dockerfile === file && outline !== undefined && stageOf(build, outline) === i,
    );
    const [first] = callers;
    if (first === undefined) continue;
    const { start } = stage.place;
    const names = [...new Set(callers.map(({ by, place }) => `${by} in ${place.file}`))];
    links.set(`${start}`, {
      start,
      end: start + 'FROM'.length,
      file: first.place.file,
      at: first.place.start,
      tooltip: `built by ${names.join(', ')}`,
    });
  }
  return [...links.values()];
}

/** The stage that a build makes: the named one, a number, or the last. */
function stageOf({ target }: LinkedBuild, { stages }: DockerfileOutline): number {
  if (target === undefined) return stages.length - 1;
  const named = stages.findIndex(({ name }) => name?.toLowerCase() === target.toLowerCase());
  return named === -1 && /^\d+$/.test(target) ? Number(target) : named;
}

/** Where a caller names the Dockerfile, or else the first line of what builds it. */
function written(text: string, place: Place, dockerfile: string): { readonly start: number; readonly end: number } {
  const part = text.slice(place.start, place.end);
  const name = dockerfile.slice(dockerfile.lastIndexOf('/') + 1);
  const at = part.lastIndexOf(name);
  if (at !== -1) {
    // The path before it belongs to the name.
    let start = at;
    while (/[\w./@-]/.test(part[start - 1] ?? '')) start -= 1;
    return { start: place.start + start, end: place.start + at + name.length };
  }
  const line = /^[^\n]*\S/.exec(part)?.[0] ?? part;
  return { start: place.start, end: place.start + line.length };
}

function nameAt(text: string, offset: number): string | undefined {
  let start = offset;
  while (text[start] === '$' || text[start] === '{') start += 1;
  let end = start;
  while (/\w/.test(text[start - 1] ?? '')) start -= 1;
  while (/\w/.test(text[end] ?? '')) end += 1;
  return end > start ? text.slice(start, end) : undefined;
}

/** The place of a name inside of the command that passes it. */
function narrowed(place: Place, name: string, text: string | undefined): Place {
  const escaped = name.replace(/\W/g, '\\$&');
  const at = text?.slice(place.start, place.end).search(new RegExp(`(?<![\\w$])${escaped}(?!\\w)`)) ?? -1;
  return at === -1 ? place : { file: place.file, start: place.start + at, end: place.start + at + name.length };
}
