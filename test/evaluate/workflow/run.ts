import { NOTHING, type Standing } from '../../../src/evaluate/delivery/delivered.js';
import { type Bake, evaluateWorkflow } from '../../../src/evaluate/workflow/index.js';
import type { CommandStep } from '../../../src/model/build.js';
import type { Caller } from '../../../src/model/delivery.js';
import type { Files } from '../../../src/text/files.js';
import type { Condition } from '../../../src/value/diagram.js';
import { render, type Text, type Texts } from '../../../src/value/text.js';

/** A step that a workflow gave to whoever follows commands. */
export interface Followed {
  readonly texts: Texts;
  readonly step: CommandStep;
  readonly standing: Standing;
}

export interface Evaluated {
  readonly caller: Caller;
  readonly followed: readonly Followed[];
}

export const FILE = '.github/workflows/ci.yml';

/** Files by their path, as a host. */
export function tableOf(table: Readonly<Record<string, string>>): Files {
  return {
    read: (path) => {
      const text = Object.hasOwn(table, path) ? table[path] : undefined;
      return text === undefined ? undefined : { kind: 'text', text };
    },
    list: (folder) => {
      const prefix = folder === '' ? '' : `${folder}/`;
      const names = Object.keys(table).flatMap((path) =>
        path.startsWith(prefix) ? [path.slice(prefix.length).replace(/\/.*/s, '/')] : [],
      );
      return names.length === 0 ? undefined : [...new Set(names)];
    },
  };
}

/** Evaluates a workflow of a project; the table may have more files. */
export function evaluate(text: string, table: Readonly<Record<string, string>> = {}, bake?: Bake): Evaluated {
  const followed: Followed[] = [];
  const caller = evaluateWorkflow({
    file: FILE,
    text,
    files: tableOf({ ...table, [FILE]: text }),
    ...(bake === undefined ? {} : { bake }),
    follow: (steps, standing) => {
      for (const step of steps) followed.push({ texts: standing.texts, step, standing });
      return NOTHING;
    },
  });
  return { caller, followed };
}

/** Answers of selectors, by name. */
export type Answers = Readonly<Record<string, string>>;

/** A condition in one environment; what is left open counts as true. */
export function holds(texts: Texts, when: Condition, answers: Answers): boolean {
  const { space } = texts;
  let left = when;
  for (const [name, answer] of Object.entries(answers)) left = space.given(left, space.input(name), answer);
  return left !== space.false;
}

/** A text in one environment. */
export function shown(texts: Texts, text: Text, answers: Answers): string {
  let left = text;
  for (const [name, answer] of Object.entries(answers)) left = left.given(texts.space.input(name), answer);
  return render(left);
}

/** The builds of one environment, each as a line. */
export function buildsAt({ caller }: Evaluated, answers: Answers): readonly string[] {
  const { texts } = caller;
  const show = (text: Text): string => shown(texts, text, answers);
  return caller.builds
    .filter(({ when }) => holds(texts, when, answers))
    .map((build) =>
      [
        show(build.dockerfile),
        build.target === undefined ? '' : `--target ${show(build.target)}`,
        ...build.arguments.map(({ name, text }) => `${name}=${show(text)}`),
        ...build.tags.map(({ text }) => show(text)),
        build.pushed ? 'pushed' : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    );
}

/** The deployments of one environment, each as a line with the evidence. */
export function deploymentsAt({ caller }: Evaluated, answers: Answers): readonly string[] {
  const { texts } = caller;
  return caller.deployments
    .filter(({ when }) => holds(texts, when, answers))
    .map(({ image, evidence }) =>
      [shown(texts, image, answers), ...evidence.map(({ name, kind, source }) => `${source}:${name}=${kind}`)].join(
        ' ',
      ),
    );
}

/** The commands that run in one environment, each as a line. */
export function commandsAt({ followed }: Evaluated, answers: Answers): readonly string[] {
  return followed
    .filter(({ texts, step }) => holds(texts, step.when, answers))
    .map(({ texts, step }) =>
      step.words
        .filter(({ when }) => holds(texts, when, answers))
        .map(({ item }) => shown(texts, item.text, answers))
        .join(' '),
    );
}
