import type { Note } from '../../model/build.js';
import type { ImageTag, PassedArgument } from '../../model/delivery.js';
import { type Files, folderOf } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { EnvironmentOf } from '../delivery/delivered.js';
import { exampleValues, projectEnvironment, type Reading, readDotenv } from './environment.js';
import { loadFiles } from './load.js';
import { distinct } from './notes.js';
import { type ServiceBuild, servicesOf } from './service.js';
import { getValue, itemsOf, textOf } from './value.js';

/** A service with a build, as a target of `docker buildx bake`. */
export interface ComposeTarget {
  /** As bake names it: dots are underscores. */
  readonly name: string;
  readonly place: Place;
  /** Relative to the project's root; a URL or what is outside of the project is as it is written. */
  readonly context: Text;
  /** Relative to the context; undefined for one that is written in the compose file. */
  readonly dockerfile: Text | undefined;
  readonly inline: ServiceBuild['inline'];
  /** The stage; undefined for the last. */
  readonly target: Text | undefined;
  readonly arguments: readonly PassedArgument[];
  /** The names of the image; none when the service has none. */
  readonly tags: readonly ImageTag[];
  readonly contexts: readonly { readonly name: string; readonly value: Text }[];
}

/** What bake takes from a compose file. Texts may differ between environments. */
export interface ComposeTargets {
  readonly targets: readonly ComposeTarget[];
  /** Where compose does not stop. */
  readonly when: Condition;
  readonly notes: readonly Note[];
  readonly files: readonly string[];
}

/** The services with a build in a compose file, whatever their profiles, for `docker buildx bake`. */
export function composeBakeTargets(
  path: string,
  files: Files,
  texts: Texts,
  environment: EnvironmentOf,
): ComposeTargets {
  const { space } = texts;
  const notes: Note[] = [];
  let when: Condition = space.true;
  const reading: Reading = {
    texts,
    files,
    notes,
    read: new Set(),
    stop: (where) => {
      when = space.and(when, space.not(where));
    },
  };
  const folder = folderOf(path);
  const place = { file: path, start: 0, end: 0 };
  const bare = projectEnvironment(texts, environment, []);
  const layer = readDotenv(reading, [folder === '' ? '.env' : `${folder}/.env`], bare);
  const project = projectEnvironment(
    texts,
    environment,
    layer === undefined ? [] : [layer],
    exampleValues(reading, folder),
  );
  const document = loadFiles({ reading, environment: project, folder, stack: [] }, [path], () => {
    notes.push({ place, message: `there is no compose file ${path}` });
  });
  const targets = servicesOf(project, folder, document, notes).flatMap((service): readonly ComposeTarget[] => {
    const { build, image, name, value } = service;
    if (build === undefined) return [];
    const extra = getValue(value, 'build', 'x-bake', 'tags') ?? getValue(value, 'x-bake', 'tags');
    const tags = itemsOf(extra).flatMap((item) => {
      const text = textOf(item);
      return text === undefined ? [] : [{ text, place: item.place }];
    });
    return [
      {
        name: name.replaceAll('.', '_'),
        place: build.place,
        context: build.context,
        dockerfile: build.inline === undefined ? build.dockerfile : undefined,
        inline: build.inline,
        target: build.target === texts.empty ? undefined : build.target,
        arguments: build.arguments,
        tags: tags.length > 0 ? tags : [...(image === undefined ? [] : [image]), ...build.tags],
        contexts: build.contexts,
      },
    ];
  });
  return { targets, when, notes: distinct(notes), files: [...reading.read] };
}
