/*
 * What says which environment a job is for: its `environment:`, the row of the matrix, its name, the workflow's name, and,
 * weakly, the branch that it is run for.
 */
import { type EnvironmentKind, environmentOf, isEnvironmentSelector } from '../../knowledge/environments.js';
import type { Evidence } from '../../model/delivery.js';
import type { Job, WorkflowEntry } from '../../syntax/workflow/tree.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import { render, type Text, type Texts } from '../../value/text.js';
import { type Scope, spanOf, templateText } from './expression.js';
import { refSelector } from './ref.js';
import { placeIn, type Unit } from './state.js';
import { beginsWith } from './triggers.js';
import { textOf, type Value } from './value.js';

/** The evidence that holds for all steps of an instance of a job. */
export function evidenceOf(
  unit: Unit,
  job: Job,
  scope: Scope,
  instance: { readonly when: Condition; readonly matrix: Value; readonly environment: Text | undefined },
): readonly Evidence[] {
  const { machine, workflow, file } = unit;
  const { texts } = machine;
  const own: Evidence[] = [];
  const at = (span: Job['span']): Place => placeIn(file, span);
  if (instance.environment !== undefined && job.environment !== undefined) {
    const name = texts.constant(instance.environment);
    const shown = name ?? render(instance.environment);
    const kind = name === undefined ? undefined : environmentOf(name);
    own.push({ name: shown, kind, source: 'environment key', place: at(spanOf(job.environment)) });
  }
  const named: Evidence[] = [];
  if (instance.matrix.kind === 'map' && job.matrix !== undefined)
    for (const { name, value } of instance.matrix.entries.values())
      if (isEnvironmentSelector(name)) named.push(...nameEvidence(texts, textOf(texts, value), at(job.matrix.span)));
  if (named.length === 0) {
    const title = job.name === undefined ? undefined : templateText(scope, job.name);
    named.push(
      ...(title === undefined || job.name === undefined ? [] : nameEvidence(texts, title, at(spanOf(job.name)))),
    );
  }
  if (named.length === 0) named.push(...nameEvidence(texts, texts.literal(job.id), at(job.span)));
  if (named.length === 0 && workflow.name !== undefined && !unit.evidence.some(({ source }) => source === 'job'))
    named.push(...nameEvidence(texts, templateText(scope, workflow.name), at(spanOf(workflow.name))));
  // What a job of a called workflow says about itself is nearer than what its caller is called.
  const inherited = unit.evidence.filter(({ source }) => source !== 'job' || named.length === 0);
  const branch = inherited.some(({ source }) => source === 'branch') ? [] : branchEvidence(unit, job, instance.when);
  return [...own, ...inherited, ...named, ...branch];
}

/**
 * What a name that people give to a workflow, job or step says. `CI` is no environment here, and of a list of things to do
 * (`build, test and push`) the testing is one.
 */
export function kindOfTitle(title: string): EnvironmentKind | undefined {
  const kind = environmentOf(title.replace(/\bCI\b/gi, ' '));
  return kind === 'testing' && /\band\b|[&,+]/i.test(title) ? undefined : kind;
}

function nameEvidence(texts: Texts, text: Text, place: Place): readonly Evidence[] {
  const name = texts.constant(text);
  const kind = name === undefined ? undefined : kindOfTitle(name);
  return name === undefined || kind === undefined ? [] : [{ name, kind, source: 'job', place }];
}

/** The evidence of a called workflow: inputs that name an environment say more than the caller's job's name. */
export function withoutWeaker(
  evidence: readonly Evidence[],
  entries: readonly WorkflowEntry[],
  given: ReadonlyMap<string, Value>,
  file: string,
  texts: Texts,
): readonly Evidence[] {
  const found = entries.flatMap((entry): readonly Evidence[] => {
    const value = given.get(entry.name.toLowerCase());
    if (value === undefined || !isEnvironmentSelector(entry.name)) return [];
    return nameEvidence(texts, textOf(texts, value), placeIn(file, entry.value.span));
  });
  return found.length === 0 ? evidence : [...evidence.filter(({ source }) => source !== 'job'), ...found];
}

function branchEvidence(unit: Unit, job: Job, when: Condition): readonly Evidence[] {
  const { machine, workflow } = unit;
  const { texts } = machine;
  const { space } = texts;
  const ref = texts.constant(texts.assume(texts.answer(refSelector(texts)), when));
  const place = (name: string): Place => {
    const patterns = workflow.triggers.flatMap(({ branches = [], tags = [] }) => [...branches, ...tags]);
    const span = patterns.find(({ text }) => text === name)?.span;
    if (span !== undefined) return placeIn(unit.file, span);
    return placeIn(unit.file, job.condition === undefined ? job.span : spanOf(job.condition));
  };
  if (ref !== undefined) {
    const name = ref.replace(/^refs\/(?:heads|tags)\//, '');
    const kind = ref.startsWith('refs/tags/') ? 'production' : kindOfBranch(name);
    return kind === undefined ? [] : [{ name, kind, source: 'branch', place: place(name) }];
  }
  if (!space.implies(when, beginsWith(machine, 'refs/tags/'))) return [];
  return [
    { name: 'tags', kind: 'production', source: 'branch', place: place(workflow.triggers[0]?.tags?.[0]?.text ?? '') },
  ];
}

function kindOfBranch(name: string): EnvironmentKind | undefined {
  if (/^(?:main|master|trunk|release|releases)$|^release[s]?\//.test(name)) return 'production';
  if (/^(?:develop|development|next)$/.test(name)) return 'staging';
  return environmentOf(name);
}
