/*
 * The jobs of a workflow, in the order in which they need each other.
 *
 * A job is evaluated once for each row of its matrix, and once for each environment that its `environment:` may name: then
 * what it deploys has one environment, also where that depends on the branch.
 */

import type { Link } from '../../model/delivery.js';
import { parseWorkflow } from '../../syntax/workflow/parse.js';
import type { Job } from '../../syntax/workflow/tree.js';
import { normalizePath } from '../../text/files.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { EnvironmentValue } from '../delivery/delivered.js';
import { boundInputs, outcome, stepScope, unitScope } from './contexts.js';
import { evidenceOf, withoutWeaker } from './evidence.js';
import { type Scope, spanOf, templateText, valueOf } from './expression.js';
import { matrixRows } from './matrix.js';
import { mentionWorkflow } from './mentions.js';
import { type JobResult, LIMITS, note, outputSymbol, placeIn, type Seat, type Unit } from './state.js';
import { conditionOf, givenValue, runSteps, withEnv } from './step.js';
import { mapOf, NULL, openValue, pickValue, textOf, textValue, type Value } from './value.js';

/** Runs the jobs of a workflow. */
export function runJobs(unit: Unit): ReadonlyMap<string, JobResult> {
  const { machine, workflow } = unit;
  const results = new Map<string, JobResult>();
  const known = new Set(workflow.jobs.map(({ id }) => id));
  let waiting = [...workflow.jobs];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ needs }) => needs.every((id) => results.has(id) || !known.has(id)));
    if (ready.length === 0) {
      for (const { span, id } of waiting) note(machine, placeIn(unit.file, span), `the job ${id} waits for itself`);
      break;
    }
    for (const job of ready) results.set(job.id, runWithin(unit, job, results));
    const done = new Set(ready);
    waiting = waiting.filter((job) => !done.has(job));
  }
  return results;
}

/** A job whose conditions cost too much is given up, the others are not. */
function runWithin(unit: Unit, job: Job, results: ReadonlyMap<string, JobResult>): JobResult {
  const { machine } = unit;
  const done = machine.texts.space.attempt(JOB_WORK, () => runJob(unit, job, results));
  if (done !== undefined) return done.value;
  note(machine, placeIn(unit.file, job.span), `the job ${job.id} is too large to be evaluated to its end`);
  return { ran: unit.when, succeeded: unit.when, outputs: new Map() };
}

/** A job may ask for so many diagram nodes. */
const JOB_WORK = 2_000_000;

function needsContext(unit: Unit, ids: readonly string[], results: ReadonlyMap<string, JobResult>): Value {
  const { texts } = unit.machine;
  return mapOf(
    ids.flatMap((id): readonly (readonly [string, Value])[] => {
      const result = results.get(id);
      if (result === undefined) return [];
      const outputs = mapOf(
        [...result.outputs].map(([name, value]) => [name, pickValue(texts, result.ran, value, NULL)]),
      );
      const state = textValue(outcome(unit.machine, result.ran, result.succeeded));
      return [
        [
          id,
          mapOf([
            ['outputs', outputs],
            ['result', state],
          ]),
        ],
      ];
    }),
  );
}

function runJob(unit: Unit, job: Job, results: ReadonlyMap<string, JobResult>): JobResult {
  const { machine } = unit;
  const { texts } = machine;
  const { space } = texts;
  const succeeded = job.needs.reduce((all, id) => {
    const result = results.get(id);
    return result === undefined ? all : space.and(all, result.succeeded);
  }, unit.when);
  const needs = needsContext(unit, job.needs, results);
  const scope = unitScope(unit, needs, succeeded);
  const ran = space.and(unit.when, conditionOf(scope, job.condition, succeeded));
  if (ran === space.false) return { ran, succeeded: ran, outputs: new Map() };
  const rows = rowsOf(unit, job, scope);
  let alive: Condition = space.true;
  let covered: Condition = space.false;
  const outputs = new Map<string, Value>();
  for (const { when: there, item: matrix } of rows) {
    const inRow = space.and(ran, there);
    if (inRow === space.false) continue;
    const own = unitScope(unit, needs, succeeded, matrix);
    const named = job.environment === undefined ? undefined : templateText(own, job.environment);
    for (const { when, item: environment } of environmentsOf(texts, named, inRow)) {
      const part = runInstance(unit, job, own, { when, matrix, needs, environment });
      alive = space.and(alive, space.or(space.not(when), part.succeeded));
      joinOutputs(unit, job, outputs, part.outputs, when, covered);
      covered = space.or(covered, when);
    }
  }
  return { ran, succeeded: space.and(ran, job.forgives ? space.true : alive), outputs };
}

function rowsOf(unit: Unit, job: Job, scope: Scope): readonly Guarded<Value>[] {
  const { machine } = unit;
  if (job.matrix === undefined) return [{ when: machine.texts.space.true, item: NULL }];
  const { rows, complete } = matrixRows(scope, job.matrix);
  if (!complete)
    note(
      machine,
      placeIn(unit.file, job.matrix.span),
      `this matrix has more than ${LIMITS.instances} rows; the others are not evaluated`,
    );
  return rows.length > 0 ? rows : [{ when: machine.texts.space.true, item: openValue(machine.texts, 'matrix') }];
}

/** The environments that a name may be, one for each text and for each answer that the project mentions. */
function environmentsOf(texts: Texts, name: Text | undefined, when: Condition): readonly Guarded<Text | undefined>[] {
  const { space } = texts;
  if (name === undefined) return [{ when, item: undefined }];
  const flat = texts.flatten(texts.assume(name, when));
  if (flat === undefined) return [{ when, item: name }];
  const found: Guarded<Text | undefined>[] = [];
  for (const leaf of space.leaves(flat)) {
    let rest = space.and(when, leaf.when);
    for (const piece of leaf.item.pieces) {
      if (piece.kind !== 'answer') continue;
      for (const answer of [...piece.selector.mentioned]) {
        if (answer === undefined || answer === '') continue;
        const here = space.and(rest, space.is(piece.selector, answer));
        if (here === space.false) continue;
        found.push({ when: here, item: leaf.item.given(piece.selector, answer) });
        rest = space.and(rest, space.not(here));
      }
    }
    if (rest !== space.false) found.push({ when: rest, item: texts.assume(leaf.item, rest) });
  }
  if (found.length > LIMITS.environments) return [{ when, item: name }];
  return found.map(({ when: here, item }) => ({ when: here, item: item === texts.empty ? undefined : item }));
}

interface Instance {
  readonly when: Condition;
  readonly matrix: Value;
  readonly needs: Value;
  readonly environment: Text | undefined;
}

interface Part {
  readonly succeeded: Condition;
  readonly outputs: ReadonlyMap<string, Value>;
}

function runInstance(unit: Unit, job: Job, scope: Scope, instance: Instance): Part {
  const { machine, workflow } = unit;
  const { texts } = machine;
  const { space } = texts;
  const link: Link = { place: placeIn(unit.file, job.span), message: `job ${job.id}` };
  const evidence = evidenceOf(unit, job, scope, instance);
  const seat: Seat = {
    unit,
    job,
    file: unit.file,
    when: instance.when,
    matrix: instance.matrix,
    needs: instance.needs,
    inputs: unit.inputs,
    environment: instance.environment,
    chain: [...unit.chain, link],
    evidence,
    variables: new Map(),
    steps: new Map(),
    tasks: new Map(),
    depth: unit.depth,
    alive: instance.when,
  };
  if (job.uses !== undefined) return callWorkflow(unit, job, scope, seat);
  // `env` of the workflow cannot see the job's environment, but what is there is the same.
  const shared: ReadonlyMap<string, EnvironmentValue> = withEnv(scope, new Map(), workflow.env);
  for (const [name, value] of withEnv(stepScope(seat, shared), shared, job.env)) seat.variables.set(name, value);
  runSteps(seat, job.steps, [job.defaults, workflow.defaults]);
  const final = stepScope(seat, seat.variables);
  const outputs = new Map(job.outputs.map((entry) => [entry.name, valueOf(final, entry.value)] as const));
  return { succeeded: space.and(instance.when, seat.alive), outputs };
}

/** Outputs of several instances: each its own where no other is, unknown where two differ. */
function joinOutputs(
  unit: Unit,
  job: Job,
  into: Map<string, Value>,
  outputs: ReadonlyMap<string, Value>,
  when: Condition,
  covered: Condition,
): void {
  const { machine } = unit;
  const { texts } = machine;
  const apart = texts.space.and(when, covered) === texts.space.false;
  for (const [name, value] of outputs) {
    const old = into.get(name);
    if (old === undefined) into.set(name, value);
    else if (apart) into.set(name, pickValue(texts, when, value, old));
    else if (textOf(texts, old) !== textOf(texts, value)) {
      const signature = `${unit.file} ${job.id}`;
      into.set(name, textValue(outputSymbol(machine, `needs.${job.id}.outputs.${name}`, signature)));
    }
  }
}

function callWorkflow(unit: Unit, job: Job, scope: Scope, seat: Seat): Part {
  const { machine } = unit;
  const { texts } = machine;
  const nothing: Part = { succeeded: seat.when, outputs: new Map() };
  const uses = job.uses === undefined ? undefined : texts.constant(templateText(scope, job.uses));
  const file = uses === undefined || !uses.startsWith('./') ? undefined : normalizePath(`${machine.root}/${uses}`);
  const read = file === undefined ? undefined : machine.files.read(file);
  if (file === undefined || read?.kind !== 'text') return nothing;
  const place = placeIn(unit.file, job.uses === undefined ? job.span : spanOf(job.uses));
  machine.fuel -= 10;
  if (unit.depth >= LIMITS.depth || machine.fuel < 0) {
    note(machine, place, 'workflows call each other too deeply here; this one is not followed');
    return nothing;
  }
  const workflow = parseWorkflow(read.text);
  machine.read.add(file);
  for (const { at, message } of workflow.problems) note(machine, placeIn(file, at), message);
  mentionWorkflow(machine, workflow);
  const trigger = workflow.triggers.find(({ event }) => event === 'workflow_call');
  const given = new Map(job.with.map((entry) => [entry.name.toLowerCase(), givenValue(scope, entry)] as const));
  const called: Unit = {
    machine,
    file,
    workflow,
    when: seat.when,
    chain: seat.chain,
    evidence: withoutWeaker(seat.evidence, job.with, given, unit.file, texts),
    github: unit.github,
    inputs: boundInputs(machine, trigger?.inputs ?? [], given, scope),
    depth: unit.depth + 1,
  };
  const results = runJobs(called);
  const all = [...results.keys()];
  const final = unitScope(called, needsContext(called, all, results), called.when);
  const { space } = texts;
  // A job that was skipped does not make the call fail.
  const succeeded = [...results.values()].reduce(
    (good, { ran, succeeded: own }) => space.and(good, space.or(space.not(ran), own)),
    seat.when,
  );
  const outputs = new Map((trigger?.outputs ?? []).map((entry) => [entry.name, valueOf(final, entry.value)] as const));
  return { succeeded, outputs };
}
