import type { Note } from '../../model/build.js';
import type { PassedArgument } from '../../model/delivery.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { ProjectEnvironment } from './environment.js';
import { resolvePath } from './paths.js';
import { type ComposeMap, type ComposeValue, getValue, isGiven, itemsOf, textOf } from './value.js';

/** A service of the merged files. */
export interface Service {
  readonly name: string;
  readonly value: ComposeMap;
  readonly build: ServiceBuild | undefined;
  readonly image: { readonly text: Text; readonly place: Place } | undefined;
  /** Its profiles; a service without any is always there. */
  readonly profiles: readonly Text[];
  /** The services that are started with it. */
  readonly needs: readonly string[];
}

/** How a service's image is built. */
export interface ServiceBuild {
  /** The `build` node of the file that says it last. */
  readonly place: Place;
  /** The files that any part of it, or the image's name, is from. */
  readonly files: ReadonlySet<string>;
  /** Relative to the project's root; a URL or what is outside of the project is as it is written. */
  readonly context: Text;
  /** Relative to the context. */
  readonly dockerfile: Text;
  /** The Dockerfile, where it is written in the compose file. */
  readonly inline: { readonly text: Text; readonly place: Place } | undefined;
  /** The stage; empty for the last. */
  readonly target: Text;
  readonly arguments: readonly PassedArgument[];
  readonly tags: readonly { readonly text: Text; readonly place: Place }[];
  readonly contexts: readonly { readonly name: string; readonly value: Text }[];
  /** The services whose images it builds on. */
  readonly bases: readonly string[];
}

/** The services of merged files, in file order. */
export function servicesOf(
  environment: ProjectEnvironment,
  folder: string,
  document: ComposeMap | undefined,
  notes: Note[],
): readonly Service[] {
  const found: Service[] = [];
  const services = getValue(document, 'services');
  if (services?.kind !== 'map') return found;
  for (const [name, { value }] of services.entries)
    if (value.kind === 'map') found.push(serviceOf(environment, folder, name, value, notes));
  return found;
}

function serviceOf(
  environment: ProjectEnvironment,
  folder: string,
  name: string,
  value: ComposeMap,
  notes: Note[],
): Service {
  const { texts } = environment;
  const imageValue = getValue(value, 'image');
  const image = textOf(imageValue);
  const build = getValue(value, 'build');
  const dependsOn = getValue(value, 'depends_on');
  return {
    name,
    value,
    build: build?.kind === 'map' ? buildOf(environment, folder, build, imageValue, notes) : undefined,
    image:
      image === undefined || imageValue === undefined || texts.constant(image) === ''
        ? undefined
        : { text: image, place: imageValue.place },
    profiles: itemsOf(getValue(value, 'profiles')).flatMap((item) => textOf(item) ?? []),
    needs: dependsOn?.kind === 'map' ? [...dependsOn.entries.keys()] : [],
  };
}

function buildOf(
  environment: ProjectEnvironment,
  folder: string,
  build: ComposeMap,
  image: ComposeValue | undefined,
  notes: Note[],
): ServiceBuild {
  const { texts } = environment;
  const contextValue = getValue(build, 'context');
  const context = textOf(contextValue) ?? texts.literal('.');
  const contexts = contextsOf(texts, getValue(build, 'additional_contexts'));
  const inline = getValue(build, 'dockerfile_inline');
  const inlineText = textOf(inline);
  return {
    place: build.place,
    files: filesOf(build, image),
    context: resolvePath(texts, contextValue?.folder ?? folder, context),
    dockerfile: textOf(getValue(build, 'dockerfile')) ?? texts.literal('Dockerfile'),
    inline: inlineText === undefined || !isGiven(inline) ? undefined : { text: inlineText, place: inline.place },
    target: textOf(getValue(build, 'target')) ?? texts.empty,
    arguments: argumentsOf(environment, getValue(build, 'args'), notes),
    tags: itemsOf(getValue(build, 'tags')).flatMap((item) => {
      const text = textOf(item);
      return text === undefined ? [] : [{ text, place: item.place }];
    }),
    contexts,
    bases: contexts.flatMap(({ value }) => /^service:(.+)/.exec(texts.constant(value) ?? '')?.[1] ?? []),
  };
}

/** What args pass: a value, or for a name alone the value of the project's environment where it has one. */
function argumentsOf(
  { texts, lookup }: ProjectEnvironment,
  args: ComposeValue | undefined,
  notes: Note[],
): readonly PassedArgument[] {
  const passed: PassedArgument[] = [];
  if (args?.kind !== 'map') {
    if (isGiven(args)) notes.push({ place: args.place, message: 'args is a map or a list of NAME=value' });
    return passed;
  }
  for (const [name, { place, value, replaces }] of args.entries) {
    if (value.kind !== 'scalar') {
      notes.push({ place, message: `the argument ${name} is no text` });
      continue;
    }
    const { set, text } = value.isNull ? lookup(name) : { set: texts.space.true, text: value.text };
    const below = replaces === undefined ? {} : { replaces };
    if (set !== texts.space.false)
      passed.push({ name, place, set, text: texts.assume(text, set), written: { as: 'entry', place }, ...below });
  }
  return passed;
}

function contextsOf(
  texts: Texts,
  value: ComposeValue | undefined,
): readonly { readonly name: string; readonly value: Text }[] {
  if (value?.kind !== 'map') return [];
  return [...value.entries].flatMap(([name, entry]) => {
    const text = textOf(entry.value);
    return text === undefined ? [] : [{ name, value: resolvePath(texts, entry.value.folder, text) }];
  });
}

function filesOf(...values: readonly (ComposeValue | undefined)[]): ReadonlySet<string> {
  const files = new Set<string>();
  const walk = (value: ComposeValue): void => {
    files.add(value.place.file);
    if (value.kind === 'list') for (const item of value.items) walk(item);
    else if (value.kind === 'map') for (const entry of value.entries.values()) walk(entry.value);
  };
  for (const value of values) if (value !== undefined) walk(value);
  return files;
}

/** Where a service is active: always without profiles, else where one of them is. */
export function activeWhere(texts: Texts, { profiles }: Service, active: readonly Text[]): Condition {
  const { space } = texts;
  if (profiles.length === 0) return space.true;
  let where: Condition = space.false;
  for (const one of active) {
    if (texts.constant(one) === '*') return space.true;
    for (const profile of profiles)
      where = space.or(where, texts.equal(profile, one) ?? texts.unknown('=', profile, one));
  }
  return where;
}
