/*
 * What the services of a compose project deliver.
 *
 * A service with a build delivers an image build for every different combination of its texts, tagged with its image, or
 * with `<project>-<service>` when it names none. `up` and `run` deploy: the image of a service that has no build, and the
 * image of one that has both, since what was built is run there.
 */
import {
  type EnvironmentKind,
  environmentOf,
  isEnvironmentSelector,
  isNeverSelector,
} from '../../knowledge/environments.js';
import type { Note } from '../../model/build.js';
import type {
  Deployment,
  Evidence,
  GeneratedDockerfile,
  ImageBuild,
  Link,
  PassedArgument,
} from '../../model/delivery.js';
import type { Files } from '../../text/files.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { evaluateGenerated } from '../delivery/generated.js';
import { type Field, splitVariants, VARIANT_LIMIT } from './flat.js';
import { isDeveloperOverride } from './names.js';
import { isInside, joinPath, resolvePath } from './paths.js';
import type { Service, ServiceBuild } from './service.js';

/** What all services of one call have in common. */
export interface Delivery {
  readonly texts: Texts;
  readonly files: Files;
  readonly notes: Note[];
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  readonly development: boolean;
  /** The name that images without one begin with. */
  readonly project: Text;
  /** The arguments of the command line; they go before those of the files. */
  readonly buildArguments: readonly PassedArgument[];
}

/** A name and the kind of environment that it means, when a word does. */
export function evidenceOf(
  texts: Texts,
  text: Text,
  source: Evidence['source'],
  place: Evidence['place'],
): readonly (Evidence & { readonly kind: EnvironmentKind })[] {
  const name = texts.constant(text);
  const kind = name === undefined ? undefined : environmentOf(name);
  return name === undefined || kind === undefined ? [] : [{ name, kind, source, place }];
}

/** The builds of a service, one for each combination of texts. */
export function deliverBuilds(delivery: Delivery, service: Service, when: Condition): readonly ImageBuild[] {
  const { build } = service;
  if (build === undefined) return [];
  const { texts, notes } = delivery;
  const passed = overriddenArguments(texts, build.arguments, delivery.buildArguments);
  const tags = tagsOf(delivery, service, build);
  // What tells environments apart goes first, for what comes last is unknown when there are too many combinations.
  const fields: readonly Wanted[] = [
    { text: build.context, what: 'context' },
    { text: build.dockerfile, what: 'Dockerfile' },
    { text: build.target, what: 'target' },
    ...passed.map(({ text, name }) => ({ text, what: `argument ${name}`, rank: rankOf(name) })),
    ...tags.map(({ text }) => ({ text, what: 'image name' })),
    ...build.contexts.map(({ value, name }) => ({ text: value, what: `context ${name}` })),
  ].map((field) => ({ rank: 1, ...field, limit: 'rank' in field && field.rank > 1 ? MINOR_LIMIT : VARIANT_LIMIT }));
  const order = fields.map((_, i) => i).sort((a, b) => (fields[a]?.rank ?? 0) - (fields[b]?.rank ?? 0) || a - b);
  const variants = splitVariants(
    texts,
    when,
    order.flatMap((i) => fields[i] ?? []),
    (at) => {
      const field = fields[order[at] ?? 0];
      // A version or a user's number is no environment; that it is not told apart costs nothing.
      if (field === undefined || field.rank > 1) return;
      notes.push({
        place: build.place,
        message: `the ${field.what} of the service ${service.name} is not told apart between environments: there are more than ${VARIANT_LIMIT} combinations`,
      });
    },
  );
  const generated = generatedFor(delivery, build, passed, when);
  const development = delivery.development || [...build.files].some(isDeveloperOverride);
  return variants.map((variant): ImageBuild => {
    const chosen = fields.map((_, i) => variant.texts[order.indexOf(i)] ?? texts.empty);
    const [context = texts.empty, dockerfile = texts.empty, target = texts.empty, ...rest] = chosen;
    const names = rest.slice(passed.length, passed.length + tags.length);
    const more = rest.slice(passed.length + tags.length);
    const argumentsHere = passed.flatMap((one, i): readonly PassedArgument[] => {
      // Where the variant is, it may be passed always or never.
      const set = delivery.texts.space.assume(one.set, variant.when);
      return set === texts.space.false ? [] : [{ ...one, set, text: rest[i] ?? one.text }];
    });
    const path = texts.constant(context);
    const inside = path === undefined || isInside(path);
    return {
      place: build.place,
      when: variant.when,
      dockerfile:
        build.inline !== undefined
          ? texts.symbol(`the Dockerfile in ${build.inline.place.file}:${build.inline.place.start}`)
          : dockerfilePath(texts, inside ? context : undefined, dockerfile, service.name),
      context: inside ? context : undefined,
      target: target === texts.empty ? undefined : target,
      arguments: argumentsHere,
      tags: tags.map(({ place }, i) => ({ text: names[i] ?? texts.empty, place })),
      contexts: build.contexts.map(({ name }, i) => ({ name, value: more[i] ?? texts.empty })),
      digest: undefined,
      evidence: [
        ...delivery.evidence,
        ...argumentsHere.flatMap(({ name, text, place }) =>
          isEnvironmentSelector(name) ? evidenceOf(texts, text, 'build argument', place) : [],
        ),
      ],
      development,
      pushed: false,
      chain: delivery.chain,
      by: `service ${service.name}`,
      ...(generated === undefined ? {} : { generated }),
    };
  });
}

/** The Dockerfile that stands in the compose file, in all its forms. */
function generatedFor(
  { texts, files, notes }: Delivery,
  { inline, context, target }: ServiceBuild,
  passed: readonly PassedArgument[],
  when: Condition,
): GeneratedDockerfile | undefined {
  const stage = texts.constant(texts.assume(target, when));
  if (inline === undefined || stage === undefined) return undefined;
  const folder = texts.constant(context) ?? '';
  const made = evaluateGenerated({
    texts,
    files,
    path: joinPath(folder, 'Dockerfile') ?? 'Dockerfile',
    written: { ...inline, source: inline.place },
    when,
    target: stage === '' ? undefined : stage,
    arguments: passed,
  });
  notes.push(...made.notes);
  return made.dockerfile;
}

/** The path of a Dockerfile from the project's root; a symbol when it is not one of the project's files. */
function dockerfilePath(texts: Texts, context: Text | undefined, dockerfile: Text, service: string): Text {
  const outside = (): Text => texts.symbol(`the Dockerfile of the service ${service}`);
  if (context === undefined) return outside();
  const [folder, file] = [texts.constant(context), texts.constant(dockerfile)];
  if (folder !== undefined) {
    if (file === undefined) return resolvePath(texts, folder, dockerfile);
    const path = joinPath(folder, file);
    return path === undefined ? outside() : texts.literal(path);
  }
  if (file !== undefined && /^(?:\/|~|\.\.)/.test(file)) return outside();
  return texts.concat(
    context,
    texts.literal('/'),
    file === undefined ? dockerfile : texts.literal(file.replace(/^(?:\.\/)+/, '')),
  );
}

/** A text that is to be told apart, and how much it matters: a smaller rank matters more. */
interface Wanted extends Field {
  readonly what: string;
  readonly rank: number;
}

/** What never tells environments apart makes at most so many combinations. */
const MINOR_LIMIT = 8;

/** Arguments that say which environment it is come first; versions, and then users, come last. */
function rankOf(name: string): number {
  if (/(?:^|_)(?:U|G)ID$|USER|GROUP/i.test(name)) return 3;
  if (isNeverSelector(name)) return 2;
  return isEnvironmentSelector(name) ? 0 : 1;
}

function overriddenArguments(
  texts: Texts,
  file: readonly PassedArgument[],
  given: readonly PassedArgument[],
): readonly PassedArgument[] {
  const { space } = texts;
  const passed = new Map(file.map((one) => [one.name, one]));
  for (const one of given) {
    const below = passed.get(one.name);
    if (one.set === space.false) continue;
    passed.set(one.name, {
      ...one,
      set: below === undefined ? one.set : space.or(one.set, below.set),
      text: below === undefined ? one.text : texts.pick(one.set, one.text, below.text),
    });
  }
  return [...passed.values()];
}

function tagsOf({ texts, project }: Delivery, service: Service, build: ServiceBuild): ServiceBuild['tags'] {
  const own = service.image ?? {
    text: texts.concat(project, texts.literal(`-${service.name}`)),
    place: build.place,
  };
  return [own, ...build.tags];
}

/** The deployments of a service's image, one for each text. */
export function deliverDeployments(delivery: Delivery, service: Service, when: Condition): readonly Deployment[] {
  const { image, build } = service;
  if (image === undefined) return [];
  const { texts, notes } = delivery;
  const variants = splitVariants(texts, when, [{ text: image.text, limit: VARIANT_LIMIT }], () => {
    notes.push({
      place: image.place,
      message: `the image of the service ${service.name} is not told apart between environments: there are more than ${VARIANT_LIMIT} of them`,
    });
  });
  const development =
    delivery.development ||
    isDeveloperOverride(image.place.file) ||
    (build !== undefined && [...build.files].some(isDeveloperOverride));
  return variants.map((variant) => ({
    place: image.place,
    when: variant.when,
    image: variant.texts[0] ?? image.text,
    evidence: delivery.evidence,
    development,
    chain: delivery.chain,
    by: `service ${service.name}`,
  }));
}
