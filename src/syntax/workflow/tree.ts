import type { Problem, Span } from '../../text/span.js';
import type { Template } from './template.js';

/** A YAML value in which texts may have expressions. */
export type WorkflowValue =
  | { readonly kind: 'text'; readonly span: Span; readonly template: Template; readonly plain: Plain }
  | { readonly kind: 'list'; readonly span: Span; readonly items: readonly WorkflowValue[] }
  | { readonly kind: 'map'; readonly span: Span; readonly entries: readonly WorkflowEntry[] };

/** The value of a scalar by YAML's core schema. */
export type Plain = string | number | boolean | null;

/** An entry of a map. */
export interface WorkflowEntry {
  readonly name: string;
  readonly key: Span;
  readonly value: WorkflowValue;
}

/** A workflow file. */
export interface Workflow {
  readonly kind: 'workflow';
  readonly span: Span;
  readonly name: Template | undefined;
  readonly triggers: readonly Trigger[];
  readonly env: WorkflowValue | undefined;
  readonly defaults: RunDefaults;
  readonly jobs: readonly Job[];
  readonly problems: readonly Problem[];
}

/** An event that starts the workflow. */
export interface Trigger {
  readonly event: string;
  readonly span: Span;
  readonly branches: readonly Pattern[] | undefined;
  readonly branchesIgnore: readonly Pattern[] | undefined;
  readonly tags: readonly Pattern[] | undefined;
  readonly tagsIgnore: readonly Pattern[] | undefined;
  readonly inputs: readonly Input[];
  /** For `workflow_call`: the outputs by name. */
  readonly outputs: readonly WorkflowEntry[];
}

/** A pattern for names of branches or tags. */
export interface Pattern {
  readonly text: string;
  readonly span: Span;
}

/** An input of a workflow or an action. */
export interface Input {
  readonly name: string;
  readonly span: Span;
  /** `string`, `boolean`, `choice`, `environment` or `number`. */
  readonly type: string;
  readonly fallback: WorkflowValue | undefined;
  readonly required: boolean;
  readonly options: readonly string[];
}

/** What `run` steps have when they do not say it themselves. */
export interface RunDefaults {
  readonly shell: Template | undefined;
  readonly workingDirectory: Template | undefined;
}

/** A job of a workflow. */
export interface Job {
  readonly id: string;
  /** The job's key. */
  readonly span: Span;
  readonly name: Template | undefined;
  readonly needs: readonly string[];
  readonly condition: Template | undefined;
  /** The name of the environment. */
  readonly environment: Template | undefined;
  readonly matrix: WorkflowValue | undefined;
  readonly env: WorkflowValue | undefined;
  readonly defaults: RunDefaults;
  readonly outputs: readonly WorkflowEntry[];
  /** True when the steps are run in a container. */
  readonly container: boolean;
  readonly runsOn: Template | undefined;
  readonly forgives: boolean;
  /** A reusable workflow. */
  readonly uses: Template | undefined;
  readonly with: readonly WorkflowEntry[];
  readonly steps: readonly Step[];
}

/** A step of a job or of a composite action. */
export interface Step {
  readonly id: string | undefined;
  readonly span: Span;
  readonly name: Template | undefined;
  readonly condition: Template | undefined;
  readonly run: Template | undefined;
  readonly shell: Template | undefined;
  readonly workingDirectory: Template | undefined;
  readonly uses: Template | undefined;
  readonly with: readonly WorkflowEntry[];
  readonly env: WorkflowValue | undefined;
  /** True for `continue-on-error: true`. */
  readonly forgives: boolean;
}

/** An `action.yml`. */
export interface Action {
  readonly kind: 'action';
  readonly span: Span;
  /** `composite`, `docker`, `node20`, … */
  readonly using: string;
  readonly inputs: readonly Input[];
  readonly outputs: readonly WorkflowEntry[];
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
}
