/*
 * Which files of a project belong together: who builds a Dockerfile, with which arguments. For editors, which link and lint
 * what belongs together.
 */
import { callersOf, makefileCaller, mayDeliver, scriptCaller } from './evaluate/delivery/callers.js';
import { evaluateMakefileBuild } from './evaluate/makefile/build.js';
import type { Caller } from './model/delivery.js';
import { parseReference } from './model/reference.js';
import { recognise } from './recognise.js';
import { parseDockerfile } from './syntax/dockerfile/parse.js';
import type { Files } from './text/files.js';
import type { Place } from './text/span.js';
import { Space } from './value/diagram.js';
import { type Text, Texts } from './value/text.js';

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
  /** The names of images that it builds or gives, without tags. */
  readonly makes: readonly string[];
  /** The names of images that it runs or names anew. */
  readonly uses: readonly string[];
}

/** The names that a Dockerfile declares as arguments, and its stages. */
export interface DockerfileOutline {
  readonly arguments: readonly { readonly name: string; readonly place: Place; readonly stage: number }[];
  /** The FROM instructions. */
  readonly stages: readonly { readonly name: string | undefined; readonly place: Place }[];
}

/** The image builds that a file asks for, and what it includes; never throws. */
export function linksOf(path: string, files: Files): FileLinks {
  const builds = new Map<string, LinkedBuild>();
  const included = new Set<string>();
  const makes = new Set<string>();
  const uses = new Set<string>();
  for (const caller of callersIn(path, files)) {
    for (const file of caller.files) if (file !== path) included.add(file);
    const name = (text: Text): readonly string[] => {
      const known = caller.texts.constant(parseReference(caller.texts, text).name);
      return known === undefined || known === '' ? [] : [known];
    };
    for (const { tags } of caller.builds) for (const { text } of tags) for (const one of name(text)) makes.add(one);
    for (const { image } of caller.deployments) for (const one of name(image)) uses.add(one);
    for (const { from, to } of caller.promotions) {
      for (const one of name(from)) uses.add(one);
      for (const one of name(to)) makes.add(one);
    }
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
  return { file: path, builds: [...builds.values()], included: [...included], makes: [...makes], uses: [...uses] };
}

/** The callers that a file is, or has a part in; a file that is being written is none for as long as it cannot be evaluated. */
export function callersIn(path: string, files: Files): readonly Caller[] {
  const read = files.read(path);
  if (read?.kind !== 'text') return [];
  const { text } = read;
  try {
    switch (recognise(path)) {
      case 'delivery':
        return callersOf([path], files, () => {}).filter((caller) => caller.files.includes(path));
      case 'makefile':
        return mayDeliver(text) ? [callerOfMakefile(path, text, files)] : [];
      case 'shell':
        return mayDeliver(text) ? [scriptCaller(path, text, files)] : [];
      default:
        return [];
    }
  } catch {
    return [];
  }
}

function callerOfMakefile(file: string, text: string, files: Files): Caller {
  const texts = new Texts(new Space());
  const nothing = new Map<never, never>();
  const input = { file, text, files, texts, environment: nothing, commandLine: nothing, goals: undefined };
  return makefileCaller(evaluateMakefileBuild(input), files);
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
