import type { Pipeline, Work } from '../../../src/evaluate/pipeline/caller.js';
import type { CommandStep } from '../../../src/model/build.js';
import type { Files } from '../../../src/text/files.js';
import type { Place } from '../../../src/text/span.js';
import { type Answer, type Condition, type Selector, type Space, supportOf } from '../../../src/value/diagram.js';
import { render, type Text, type Texts } from '../../../src/value/text.js';

/** A table as the files of a project. */
export function filesOf(table: Readonly<Record<string, string>>): Files {
  return {
    read: (path) => {
      const text = table[path];
      return text === undefined ? undefined : { kind: 'text', text };
    },
    list: (folder) => {
      const names = new Set<string>();
      for (const path of Object.keys(table)) {
        if (folder !== '' && !path.startsWith(`${folder}/`)) continue;
        const rest = folder === '' ? path : path.slice(folder.length + 1);
        const slash = rest.indexOf('/');
        names.add(slash === -1 ? rest : rest.slice(0, slash + 1));
      }
      return names.size === 0 ? undefined : [...names];
    },
  };
}

export type Answers = Readonly<Record<string, Answer>>;

/** A condition where inputs have these answers and are unset otherwise: true, false, or `?` for what cannot be known. */
export function holdsIn(space: Space, condition: Condition, answers: Answers): boolean | '?' {
  const left = restricted(space, condition, answers);
  return left.kind === 'one' ? left.value : '?';
}

function restricted(space: Space, condition: Condition, answers: Answers): Condition {
  let left = condition;
  const inputs = new Set<Selector>(Object.keys(answers).map((name) => space.input(name)));
  for (const selector of supportOf(condition)) if (selector.kind === 'input') inputs.add(selector);
  for (const selector of inputs) left = space.given(left, selector, answers[selector.name]);
  return left;
}

/** A text there, as far as it matters under a condition. */
export function textIn(texts: Texts, text: Text, answers: Answers, when = texts.space.true): string {
  let left = text;
  const inputs = new Set<Selector>(Object.keys(answers).map((name) => texts.space.input(name)));
  for (const selector of text.holds) if (selector.kind === 'input') inputs.add(selector);
  for (const selector of inputs) left = left.given(selector, answers[selector.name]);
  return render(texts.assume(left, restricted(texts.space, when, answers)));
}

/** The commands of a pipeline there, each with the job that it is of; `?` marks those that may not run. */
export function commandsIn(pipeline: Pipeline, answers: Answers = {}): readonly string[] {
  return pipeline.work.flatMap((work) =>
    work.steps.flatMap((step) => {
      const holds = holdsIn(pipeline.texts.space, step.when, answers);
      return holds === false
        ? []
        : [`${jobOf(work)}: ${holds === '?' ? '? ' : ''}${commandIn(pipeline, step, answers)}`];
    }),
  );
}

function commandIn({ texts }: Pipeline, step: CommandStep, answers: Answers): string {
  return step.words
    .filter(({ when }) => holdsIn(texts.space, when, answers) !== false)
    .map(({ item }) => textIn(texts, item.text, answers, step.when))
    .map((word) => (word === '' || /\s/.test(word) ? `'${word}'` : word))
    .join(' ');
}

/** The job that a piece of work belongs to. */
export function jobOf({ standing }: Work): string {
  return standing.chain[standing.chain.length - 1]?.message.replace(/^\w+ /, '') ?? '';
}

/** The evidence of each piece of work. */
export function evidenceOf(pipeline: Pipeline): readonly string[] {
  return pipeline.work.map(
    (work) =>
      `${jobOf(work)}: ${work.standing.evidence.map(({ source, name, kind }) => `${source} ${name} ${kind ?? '-'}`).join(', ')}`,
  );
}

/** A place as the text that stands there. */
export function textAt(place: Place, files: Files): string {
  const read = files.read(place.file);
  return read?.kind === 'text' ? read.text.slice(place.start, place.end) : '';
}
