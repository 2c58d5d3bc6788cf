/*
 * What deploying commands come to, in the order in which they are run: `kustomize edit set image` changes what the `kubectl apply -k`
 * after it builds, and `kustomize build | kubectl apply -f -` is one deployment.
 */
import type { Deployment, Evidence, Promotion, Push } from '../../model/delivery.js';
import { folderOf, normalizePath } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Text } from '../../value/text.js';
import { imagesInValues, isChart, setValue } from '../kubernetes/chart.js';
import { deliverResources, deliverSource, deliverTask, folderResources } from '../kubernetes/deliver.js';
import { evidenceOf, fileEvidence, folderEvidence, inOrder, isApart, tagEvidence } from '../kubernetes/evidence.js';
import { helmfileSources } from '../kubernetes/helmfile.js';
import { type ImageChange, imageChange } from '../kubernetes/images.js';
import { kustomize } from '../kubernetes/kustomize.js';
import { type Deploying, resourcesOf } from '../kubernetes/manifest.js';
import { newReading, type Reading, readDocuments, type Trees } from '../kubernetes/reading.js';
import { valuesEvidence } from '../kubernetes/sources.js';
import { emptyMap, scalar, type Value } from '../kubernetes/value.js';
import type { DeployCommand } from './command-deploy.js';
import type { DeployWord } from './command-words.js';
import { type Delivered, NOTHING, type Standing } from './delivered.js';

/** A command with where it stands. */
export interface StandingCommand {
  readonly command: DeployCommand;
  readonly place: Place;
  readonly standing: Standing;
}

interface Run {
  readonly reading: Reading;
  /** Images that were set in kustomizations, by their folders, and where that was last done. */
  readonly edits: Map<string, readonly ImageChange[]>;
  readonly edited: Map<string, StandingCommand>;
  /** What was printed last and not applied yet. */
  pending: StandingCommand | undefined;
  readonly deployments: Deployment[];
  readonly promotions: Promotion[];
  readonly pushes: Push[];
}

/** What the commands of one script or job deliver, in their order; all stand in one space. */
export function deliverCommands(commands: readonly StandingCommand[], trees: Trees = new Map()): Delivered {
  const [first] = commands;
  if (first === undefined) return NOTHING;
  const reading = newReading(first.standing.texts, first.standing.files, trees);
  const run: Run = {
    reading,
    edits: new Map(),
    edited: new Map(),
    pending: undefined,
    deployments: [],
    promotions: [],
    pushes: [],
  };
  for (const one of commands) deliver(run, one);
  // What is changed and not applied here is committed for a tool that watches the repository.
  for (const [folder, one] of run.edited) {
    const built = kustomize(reading, folder, run.edits);
    if (built !== undefined)
      run.deployments.push(...deliverResources(reading, built.resources, at(one, folder, built.evidence, undefined)));
  }
  return {
    builds: [],
    deployments: run.deployments,
    promotions: run.promotions,
    pushes: run.pushes,
    notes: reading.notes,
    files: [...reading.used],
  };
}

/** What everything that a command deploys has in common. */
function at(
  one: StandingCommand,
  path: string,
  own: readonly Evidence[],
  target: { readonly namespace: DeployWord | undefined; readonly context: DeployWord | undefined } | undefined,
): Deploying {
  const { standing, place } = one;
  const folder = standing.files.list(path) === undefined ? folderOf(path) : path;
  return {
    when: standing.when,
    chain: standing.chain,
    evidence: inOrder([
      ...own,
      ...targetEvidence(standing, target),
      ...(folder === path ? [] : fileEvidence(path, 'overlay', place)),
      ...folderEvidence(folder, place),
      ...standing.evidence,
    ]),
    development: standing.development || isApart(`${folder}/x`),
  };
}

function targetEvidence(
  { texts }: Standing,
  target: { readonly namespace: DeployWord | undefined; readonly context: DeployWord | undefined } | undefined,
): readonly Evidence[] {
  return [target?.namespace, target?.context].flatMap((word) => {
    const name = word === undefined ? undefined : texts.constant(word.text);
    return word === undefined || name === undefined ? [] : evidenceOf(name, 'namespace', word.place);
  });
}

/** A word as a path of the project. */
function pathOf({ standing }: StandingCommand, word: DeployWord | undefined): string | undefined {
  const path = word === undefined ? undefined : standing.texts.constant(word.text);
  if (path === undefined || /^[a-z][a-z+]*:\/\//.test(path) || path.startsWith('/')) return undefined;
  return normalizePath(`${standing.folder}/${path}`);
}

function deliver(run: Run, one: StandingCommand): void {
  const { command, standing } = one;
  const { reading } = run;
  const { texts } = reading;
  switch (command.kind) {
    case 'image':
      for (const image of command.images)
        run.deployments.push(deployment(one, image, command.by, targetEvidence(standing, command)));
      return;
    case 'run': {
      const own = targetEvidence(standing, { namespace: undefined, context: command.context });
      // A container that is run somewhere in a job is mostly a tool; on a named host or in a named environment it is a deployment.
      const isMeant = standing.evidence.some(
        ({ source }) => source === 'environment key' || source === 'deployment tier',
      );
      if (command.remote || isMeant) run.deployments.push(deployment(one, command.image, 'docker run', own));
      return;
    }
    case 'push': {
      const { image, as = image } = command;
      const { when, chain } = standing;
      run.pushes.push({ place: as.place, when, image: as.text, chain });
      if (as !== image) run.promotions.push(promotion(one, image, as));
      return;
    }
    case 'promotions':
      for (const { from, to } of command.retags) {
        for (const name of to) run.promotions.push(promotion(one, from, name));
      }
      return;
    case 'set-image': {
      const folder = standing.folder;
      const changes = command.images.flatMap(({ text, place }) => imageChange(texts, text, place) ?? []);
      const before = (run.edits.get(folder) ?? []).filter(
        ({ name }) => !changes.some((change) => change.name === name),
      );
      run.edits.set(folder, [...before, ...changes]);
      run.edited.set(folder, one);
      return;
    }
    case 'apply':
      apply(run, one, command);
      return;
    case 'helm':
      if (!command.rendered) helm(run, one, command);
      else run.pending = one;
      return;
    case 'helmfile': {
      const file = helmfileOf(run, one, command.file);
      if (file === undefined) return;
      const asked = command.environment === undefined ? undefined : texts.constant(command.environment.text);
      for (const source of helmfileSources(reading, file, asked))
        run.deployments.push(...deliverSource(reading, source, at(one, '', [], undefined)));
      return;
    }
    case 'application': {
      const deploying = at(one, '', nameEvidence(one, command.application), command);
      const images = command.images.flatMap((word) => newImage(run, word) ?? []);
      for (const image of [
        ...images,
        ...imagesInValues(texts, valuesOf(one, command.set)).map(({ text, place }) => ({ text, place })),
      ])
        run.deployments.push(deployment(one, image, 'argocd app set', deploying.evidence));
      return;
    }
    case 'task': {
      const file = pathOf(one, command.file);
      for (const document of file === undefined ? [] : (readDocuments(reading, file) ?? []))
        run.deployments.push(...(deliverTask(reading, document, at(one, file ?? '', [], undefined)) ?? []));
      return;
    }
    case 'stack':
      // The files are compose's; whoever follows compose files reads them.
      return;
  }
}

function nameEvidence({ standing }: StandingCommand, word: DeployWord): readonly Evidence[] {
  const name = standing.texts.constant(word.text);
  return name === undefined ? [] : evidenceOf(name, 'job', word.place);
}

function deployment(one: StandingCommand, image: DeployWord, by: string, own: readonly Evidence[]): Deployment {
  const { standing } = one;
  return {
    place: image.place,
    when: standing.when,
    image: image.text,
    evidence: inOrder([...own, ...standing.evidence, ...tagEvidence(standing.texts, image.text, image.place)]),
    development: standing.development,
    chain: standing.chain,
    by,
  };
}

function promotion({ standing }: StandingCommand, from: DeployWord, to: DeployWord): Promotion {
  const { texts, when, chain, evidence } = standing;
  const own = tagEvidence(texts, to.text, to.place);
  return { place: to.place, when, from: from.text, to: to.text, evidence: inOrder([...evidence, ...own]), chain };
}

/** The image that `name=new:tag` brings. */
function newImage(run: Run, word: DeployWord): DeployWord | undefined {
  const { texts } = run.reading;
  const change = imageChange(texts, word.text, word.place);
  if (change === undefined) return undefined;
  const name = change.newName?.text ?? texts.literal(change.name);
  const tag = change.newTag === undefined ? [] : [texts.literal(':'), change.newTag.text];
  const digest = change.digest === undefined ? [] : [texts.literal('@'), change.digest.text];
  return { text: texts.concat(name, ...tag, ...digest), place: word.place };
}

function apply(run: Run, one: StandingCommand, command: DeployCommand & { readonly kind: 'apply' }): void {
  const { reading } = run;
  if (command.rendered) {
    run.pending = one;
    return;
  }
  if (command.input && run.pending !== undefined) {
    const { pending } = run;
    run.pending = undefined;
    const { command: printed } = pending;
    const target = { namespace: command.namespace, context: command.context };
    if (printed.kind === 'apply')
      apply(
        run,
        { ...pending, command: { ...printed, ...target, rendered: false, input: false } },
        { ...printed, ...target, rendered: false, input: false },
      );
    else if (printed.kind === 'helm')
      helm(run, pending, {
        ...printed,
        namespace: command.namespace ?? printed.namespace,
        context: command.context ?? printed.context,
      });
  }
  for (const word of command.paths) {
    const path = pathOf(one, word);
    if (path === undefined) continue;
    if (command.kustomize) {
      const built = kustomize(reading, path, run.edits);
      run.edited.delete(path);
      if (built !== undefined)
        run.deployments.push(...deliverResources(reading, built.resources, at(one, path, built.evidence, command)));
      continue;
    }
    const resources =
      reading.files.list(path) === undefined
        ? resourcesOf(reading.texts, readDocuments(reading, path) ?? [])
        : folderResources(reading, path, run.edits, command.recursive);
    run.deployments.push(...deliverResources(reading, resources, at(one, path, [], command)));
  }
}

function helm(run: Run, one: StandingCommand, command: DeployCommand & { readonly kind: 'helm' }): void {
  const { reading } = run;
  const path = pathOf(one, command.chart);
  const files = command.values.flatMap((word) => {
    const file = pathOf(one, word);
    return file === undefined ? [] : [{ file, place: word.place }];
  });
  const deploying = at(one, '', [], command);
  run.deployments.push(
    ...deliverSource(
      reading,
      {
        place: command.chart.place,
        by: 'helm upgrade',
        path: path !== undefined && isChart(reading, path) ? path : undefined,
        recursive: false,
        namespace:
          command.namespace === undefined ? undefined : scalar(command.namespace.text, command.namespace.place),
        images: [],
        valuesFiles: files,
        values: [valuesOf(one, command.set)],
        evidence: [
          ...files.flatMap(({ file, place }) => valuesEvidence(file, place)),
          ...(command.release === undefined ? [] : nameEvidence(one, command.release)),
        ],
      },
      deploying,
    ),
  );
}

function valuesOf(
  { place }: StandingCommand,
  set: readonly { readonly name: string; readonly value: { readonly text: Text; readonly place: Place } }[],
): Value {
  return set.reduce(
    (values: Value, { name, value }) => setValue(values, name, scalar(value.text, value.place)),
    emptyMap(place),
  );
}

function helmfileOf(run: Run, one: StandingCommand, given: DeployWord | undefined): string | undefined {
  if (given !== undefined) return pathOf(one, given);
  const prefix = one.standing.folder === '' ? '' : `${one.standing.folder}/`;
  return ['helmfile.yaml', 'helmfile.yml', 'helmfile.yaml.gotmpl']
    .map((name) => `${prefix}${name}`)
    .find((path) => run.reading.files.read(path) !== undefined);
}
