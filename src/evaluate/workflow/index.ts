import type { Caller, Evidence, ImageBuild, Link } from '../../model/delivery.js';
import { parseWorkflow } from '../../syntax/workflow/parse.js';
import type { Workflow } from '../../syntax/workflow/tree.js';
import { type Files, folderOf, normalizePath } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import { type Condition, Space } from '../../value/diagram.js';
import { Texts } from '../../value/text.js';
import { together } from '../delivery/delivered.js';
import { followSteps } from '../delivery/follow.js';
import { githubContext, startedInputs, unitScope } from './contexts.js';
import { runJobs } from './job.js';
import { mentionWorkflow } from './mentions.js';
import { type Bake, type Follow, LIMITS, type Machine, note, placeIn, type Unit } from './state.js';
import { startCondition } from './triggers.js';
import { NULL } from './value.js';

export type { Bake, BakeRequest, Follow } from './state.js';

/** What a workflow is evaluated with. */
export interface WorkflowInput {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
  /** Evaluates what `docker/bake-action` builds; without it such a step builds nothing. */
  readonly bake?: Bake;
  /** Finds out what the commands of `run` steps deliver, when it is not `followSteps`. */
  readonly follow?: Follow;
}

/** Evaluates a workflow of GitHub Actions: everything that its jobs build, deploy and promote. */
export function evaluateWorkflow(input: WorkflowInput): Caller {
  const { file } = input;
  const texts = new Texts(new Space());
  const machine: Machine = {
    texts,
    terms: { texts, spellings: new Map() },
    files: input.files,
    root: rootOf(file),
    bake: input.bake,
    follow: input.follow ?? followSteps,
    parts: [],
    notes: [],
    read: new Set([file]),
    names: new Map(),
    prefixes: new Set(),
    fuel: LIMITS.steps,
  };
  const workflow = parseWorkflow(input.text);
  for (const { at, message } of workflow.problems) note(machine, placeIn(file, at), message);
  const called = workflow.triggers.length > 0 && workflow.triggers.every(({ event }) => event === 'workflow_call');
  if (!called || !isCalled(input.files, file)) {
    try {
      start(machine, file, workflow, called);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      note(machine, placeIn(file, workflow.span), 'this workflow is too large to be evaluated to its end');
    }
  }
  const { space } = texts;
  const { builds, deployments, promotions, pushes = [], notes, files, scripts = [] } = together(machine.parts);
  return {
    file,
    kind: 'workflow',
    texts,
    builds: merged(space, builds, keyOfBuild),
    deployments: merged(space, deployments, ({ image }) => String(image.id)),
    promotions: merged(space, promotions, ({ from, to }) => `${from.id} ${to.id}`),
    pushes,
    notes: [...machine.notes, ...notes],
    files: [...new Set([...machine.read, ...files])],
    scripts,
  };
}

function start(machine: Machine, file: string, workflow: Workflow, called: boolean): void {
  const { space } = machine.texts;
  mentionWorkflow(machine, workflow);
  const { triggers } = workflow;
  const before: Unit = {
    machine,
    file,
    workflow,
    when: space.true,
    chain: [],
    evidence: [],
    github: githubContext(machine, triggers, NULL),
    inputs: NULL,
    depth: 0,
  };
  const inputs = startedInputs(machine, triggers, unitScope(before, NULL, space.true), called);
  runJobs({
    ...before,
    when: startCondition(machine, triggers),
    github: githubContext(machine, triggers, inputs),
    inputs,
  });
}

/** The folder of a workflow's repository: `examples/app` for a workflow in `examples/app/.github/workflows`. */
function rootOf(file: string): string {
  return /^(.*)\/\.github\//.exec(file)?.[1] ?? '';
}

/** Whether another workflow of the repository calls this one. */
function isCalled(files: Files, file: string): boolean {
  const folder = folderOf(file);
  return (files.list(folder) ?? []).some((name) => {
    const other = folder === '' ? name : `${folder}/${name}`;
    if (other === file || !/\.ya?ml$/.test(name)) return false;
    const read = files.read(other);
    if (read?.kind !== 'text' || !read.text.includes(file.slice(folder.length))) return false;
    return parseWorkflow(read.text).jobs.some(({ uses }) => {
      const written = uses?.text.text ?? '';
      return written.startsWith('./') && normalizePath(`${rootOf(file)}/${written}`) === file;
    });
  });
}

function keyOfBuild(build: ImageBuild): string {
  return [
    build.dockerfile.id,
    build.context?.id,
    build.target?.id,
    build.digest?.id,
    build.pushed,
    ...build.tags.map(({ text }) => `t${text.id}`),
    ...build.arguments.map(({ name, text, set }) => `${name} ${text.id} ${set.id}`),
    ...build.contexts.map(({ name, value }) => `${name} ${value.id}`),
  ].join(',');
}

interface Item {
  readonly place: Place;
  readonly when: Condition;
  readonly evidence: readonly Evidence[];
  readonly chain: readonly Link[];
}

/** What several rows of a matrix deliver alike, at one place, is one. */
function merged<T extends Item>(space: Space, items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const found = new Map<string, T>();
  for (const item of items) {
    const evidence = distinct(item.evidence);
    const said = evidence.map(({ name, source }) => `${source} ${name}`);
    const links = item.chain.map(({ message, place }) => `${place.file} ${place.start} ${message}`);
    const key = [item.place.file, item.place.start, keyOf(item), ...said, ...links].join('\0');
    const known = found.get(key);
    found.set(key, known === undefined ? { ...item, evidence } : { ...known, when: space.or(known.when, item.when) });
  }
  return [...found.values()];
}

function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.filter(
    ({ name, source, place }, i) =>
      evidence.findIndex((e) => e.name === name && e.source === source && e.place.start === place.start) === i,
  );
}
