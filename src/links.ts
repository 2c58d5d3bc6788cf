/*
 * Which files of a project belong together: who builds a Dockerfile, with which arguments. For editors, which link and lint
 * what belongs together.
 */
import { evaluateBakeFile, isBakeFile } from './evaluate/bake/index.js';
import { evaluateComposeProject, isComposeFile } from './evaluate/compose/index.js';
import { evaluatePipeline, pipelineOf } from './evaluate/pipeline/index.js';
import { evaluateWorkflow } from './evaluate/workflow/index.js';
import type { Caller } from './model/delivery.js';
import { parseDockerfile } from './syntax/dockerfile/parse.js';
import { type Files, folderOf } from './text/files.js';
import type { Place } from './text/span.js';
import { Space } from './value/diagram.js';
import { Texts } from './value/text.js';

/** An image build that a file asks for. */
export interface LinkedBuild {
  readonly place: Place;
  /** A file that is there. */
  readonly dockerfile: string;
  /** The stage; undefined for the last, or where it is not known. */
  readonly target: string | undefined;
  /** A name for people: `service web`. */
  readonly by: string;
  readonly arguments: readonly { readonly name: string; readonly place: Place }[];
}

/** What a file leads to. */
export interface FileLinks {
  readonly file: string;
  readonly builds: readonly LinkedBuild[];
  /** Files that are read as a part of this one. */
  readonly included: readonly string[];
}

/** The names that a Dockerfile declares as arguments, and its stages. */
export interface DockerfileOutline {
  readonly arguments: readonly { readonly name: string; readonly place: Place; readonly stage: number }[];
  /** The FROM instructions. */
  readonly stages: readonly { readonly name: string | undefined; readonly place: Place }[];
}

/** Whether a file may ask for image builds, by its path. */
export function isCaller(path: string): boolean {
  return isWorkflow(path) || isComposeFile(path) || isBakeFile(path) || pipelineOf(path) !== undefined;
}

function isWorkflow(path: string): boolean {
  return /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** The image builds that a file asks for, and what it includes; never throws. */
export function linksOf(path: string, files: Files): FileLinks {
  const builds = new Map<string, LinkedBuild>();
  const included = new Set<string>();
  for (const caller of callersOf(path, files)) {
    for (const file of caller.files) if (file !== path) included.add(file);
    for (const build of caller.builds) {
      const dockerfile = caller.texts.constant(build.dockerfile);
      if (dockerfile === undefined || files.read(dockerfile)?.kind !== 'text') continue;
      const target = build.target === undefined ? undefined : caller.texts.constant(build.target);
      const key = [build.place.file, build.place.start, build.place.end, dockerfile, target].join('\0');
      const known = builds.get(key);
      const passed = new Map(
        [...(known?.arguments ?? []), ...build.arguments].map(({ name, place }) => [
          `${name} ${place.file} ${place.start}`,
          { name, place },
        ]),
      );
      builds.set(key, { place: build.place, dockerfile, target, by: build.by, arguments: [...passed.values()] });
    }
  }
  return { file: path, builds: [...builds.values()], included: [...included] };
}

function callersOf(path: string, files: Files): readonly Caller[] {
  const read = files.read(path);
  if (read?.kind !== 'text') return [];
  const { text } = read;
  try {
    if (isWorkflow(path)) return [evaluateWorkflow({ file: path, text, files })];
    if (isComposeFile(path))
      return evaluateComposeProject(folderOf(path), files).filter((caller) => caller.files.includes(path));
    if (isBakeFile(path)) return [bakeCaller(path, files)];
    const system = pipelineOf(path);
    return system === undefined ? [] : [evaluatePipeline(system, path, text, files)];
  } catch {
    // A file that is being written links to nothing for as long as it cannot be evaluated.
    return [];
  }
}

function bakeCaller(path: string, files: Files): Caller {
  return evaluateBakeFile(path, files, new Texts(new Space()));
}

/** The arguments and stages of a Dockerfile, as they are written. */
export function outlineOf(file: string, text: string): DockerfileOutline {
  const args: { name: string; place: Place; stage: number }[] = [];
  const stages: { name: string | undefined; place: Place }[] = [];
  for (const instruction of parseDockerfile(text).instructions) {
    const place = { file, start: instruction.span.start, end: instruction.span.end };
    if (instruction.kind === 'from') stages.push({ name: instruction.alias?.name, place });
    if (instruction.kind !== 'arg') continue;
    for (const { name, span } of instruction.pairs)
      args.push({ name: name.text, stage: stages.length - 1, place: { file, start: span.start, end: span.end } });
  }
  return { arguments: args, stages };
}
