import { type Expression, stringsOf } from '../../syntax/workflow/expression.js';
import type { Template } from '../../syntax/workflow/template.js';
import type { Action, Step, Workflow, WorkflowEntry, WorkflowValue } from '../../syntax/workflow/tree.js';
import { mention } from './contexts.js';
import type { Machine } from './state.js';

/** Remembers the strings of a workflow's expressions, before any of them is evaluated. */
export function mentionWorkflow(machine: Machine, workflow: Workflow): void {
  visitValue(machine, workflow.env);
  for (const { inputs } of workflow.triggers)
    for (const input of inputs) {
      for (const option of input.options) mention(machine, option);
      visitValue(machine, input.fallback);
    }
  for (const job of workflow.jobs) {
    for (const template of [job.condition, job.environment, job.name]) visitTemplate(machine, template);
    visitValue(machine, job.matrix);
    visitValue(machine, job.env);
    visitEntries(machine, job.outputs);
    visitEntries(machine, job.with);
    visitSteps(machine, job.steps);
  }
}

/** The same for an action. */
export function mentionAction(machine: Machine, action: Action): void {
  visitEntries(machine, action.outputs);
  visitSteps(machine, action.steps);
}

function visitSteps(machine: Machine, steps: readonly Step[]): void {
  for (const step of steps) {
    for (const template of [step.condition, step.run, step.name, step.uses]) visitTemplate(machine, template);
    visitEntries(machine, step.with);
    visitValue(machine, step.env);
  }
}

function visitEntries(machine: Machine, entries: readonly WorkflowEntry[]): void {
  for (const { value } of entries) visitValue(machine, value);
}

function visitValue(machine: Machine, value: WorkflowValue | undefined): void {
  if (value?.kind === 'text') visitTemplate(machine, value.template);
  else if (value?.kind === 'list') for (const item of value.items) visitValue(machine, item);
  else if (value?.kind === 'map') visitEntries(machine, value.entries);
}

function visitTemplate(machine: Machine, template: Template | undefined): void {
  for (const part of template?.parts ?? []) {
    if (part.kind !== 'expression' || part.tree === undefined) continue;
    for (const text of stringsOf(part.tree)) mention(machine, text);
    visitPrefixes(machine, part.tree);
  }
}

function visitPrefixes(machine: Machine, expression: Expression): void {
  switch (expression.kind) {
    case 'not':
      visitPrefixes(machine, expression.of);
      break;
    case 'compare':
      visitPrefixes(machine, expression.left);
      visitPrefixes(machine, expression.right);
      break;
    case 'logical':
      for (const part of expression.parts) visitPrefixes(machine, part);
      break;
    case 'call': {
      const [, prefix] = expression.parts;
      if (expression.name === 'startswith' && prefix?.kind === 'literal' && typeof prefix.value === 'string')
        if (prefix.value.startsWith('refs/')) machine.prefixes.add(prefix.value);
      for (const part of expression.parts) visitPrefixes(machine, part);
      break;
    }
    default:
      break;
  }
}
