import { type ComposeInput, evaluateCompose, openEnvironment } from '../../../src/evaluate/compose/index.js';
import type { Delivered, EnvironmentOf } from '../../../src/evaluate/delivery/delivered.js';
import { memoryFiles } from '../../../src/hosts/testing.js';
import type { ImageBuild } from '../../../src/model/delivery.js';
import { type Answer, type Condition, Space } from '../../../src/value/diagram.js';
import { render, Texts } from '../../../src/value/text.js';

export type Project = Readonly<Record<string, string>>;

/** What differs from `docker compose build` in the root. */
export type Options = Partial<Omit<ComposeInput, 'environment' | 'profiles' | 'buildArguments'>> & {
  /** The environment; names that are not in it are open, or unset with `closed`. */
  readonly environment?: Readonly<Record<string, Answer>>;
  readonly closed?: boolean;
  readonly profiles?: readonly string[];
  readonly buildArguments?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly development?: boolean;
};

export interface Evaluated extends Delivered {
  readonly space: Space;
  readonly texts: Texts;
}

export function compose(project: Project, options: Options = {}): Evaluated {
  const space = new Space();
  const texts = new Texts(space);
  const place = { file: 'call', start: 0, end: 0 };
  const open = openEnvironment(texts);
  const { environment: given, closed, profiles, buildArguments, folder, development, ...rest } = options;
  const environment: EnvironmentOf = (name) => {
    if (given !== undefined && Object.hasOwn(given, name)) {
      const answer = given[name];
      return answer === undefined ? undefined : { set: space.true, text: texts.literal(answer) };
    }
    return closed === true ? undefined : open(name);
  };
  const delivered = evaluateCompose({
    paths: [],
    standing: {
      texts,
      files: memoryFiles(new Map(Object.entries(project))),
      folder: folder ?? '',
      when: space.true,
      chain: [],
      evidence: [],
      development: development ?? false,
      depth: 0,
    },
    place,
    envFiles: undefined,
    services: [],
    command: 'build',
    ...rest,
    environment,
    profiles: (profiles ?? []).map((name) => texts.literal(name)),
    buildArguments: Object.entries(buildArguments ?? {}).map(([name, value]) => ({
      name,
      place,
      set: space.true,
      text: texts.literal(value),
    })),
  });
  return { ...delivered, space, texts };
}

/** A build as a line: where it is, what it builds with what, and its names. */
export function line(build: ImageBuild): string {
  const parts = [
    build.by.replace(/^service /, ''),
    `${build.context === undefined ? '-' : `/${render(build.context)}`}:${render(build.dockerfile)}`,
    ...(build.target === undefined ? [] : [`target=${render(build.target)}`]),
    ...build.arguments.map(({ name, text }) => `${name}=${render(text)}`),
    ...build.tags.map(({ text }) => `-t ${render(text)}`),
    ...build.contexts.map(({ name, value }) => `${name}:${render(value)}`),
  ];
  return parts.join(' ');
}

/** Whether a condition holds for these answers; names that are not given are unset. */
export function holds(space: Space, when: Condition, answers: Readonly<Record<string, Answer>>): boolean {
  let rest = when;
  while (rest.kind === 'choice') {
    const selector = rest.selector.about?.selector ?? rest.selector;
    rest = space.given(rest, selector, answers[selector.name]);
  }
  return rest.value;
}

/** The lines of all builds in an environment. */
export function lines(evaluated: Evaluated, answers: Readonly<Record<string, Answer>> = {}): readonly string[] {
  return evaluated.builds.filter(({ when }) => holds(evaluated.space, when, answers)).map(line);
}

export function messages({ notes }: { readonly notes: Delivered['notes'] }): readonly string[] {
  return notes.map(({ message }) => message);
}
