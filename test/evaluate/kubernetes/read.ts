import { evaluateKubernetes } from '../../../src/evaluate/kubernetes/index.js';
import type { Caller, Deployment } from '../../../src/model/delivery.js';
import { render } from '../../../src/value/text.js';
import { filesOf } from '../makefile/run.js';

/** A project by its files' paths. */
export type Table = Readonly<Record<string, string>>;

/** What the Kubernetes files of a project deliver. */
export function callersOf(table: Table): readonly Caller[] {
  return evaluateKubernetes(Object.keys(table), filesOf(table));
}

/** Every deployment as one line: `image @ environments`, with `dev` where it is for developers only. */
export function deployed(table: Table): readonly string[] {
  return callersOf(table).flatMap(({ deployments }) => deployments.map(line));
}

function line({ image, evidence, development }: Deployment): string {
  const said = evidence.map(({ name, source }) => `${source} ${name}`).join(', ');
  return `${render(image)}${said === '' ? '' : ` @ ${said}`}${development ? ' (dev)' : ''}`;
}

/** The characters at the place of each deployment. */
export function placed(table: Table): readonly string[] {
  return callersOf(table).flatMap(({ deployments }) =>
    deployments.map(({ place }) => `${place.file}: ${(table[place.file] ?? '').slice(place.start, place.end)}`),
  );
}

/** What there is to say about the files of a project. */
export function notesOf(table: Table): readonly string[] {
  return callersOf(table).flatMap(({ notes }) => notes.map(({ message, place }) => `${place.file}: ${message}`));
}
