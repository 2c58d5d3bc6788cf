import type { Fix } from './fix.js';

/** The published, versioned contract of `--format json`; see README.md, "The JSON report". */
export interface Report {
  readonly version: 1;
  readonly findings: readonly ReportFinding[];
  readonly problems: readonly ReportProblem[];
  readonly summary: Summary;
}

export type Severity = 'error' | 'warning' | 'info';
/** proven: both values are known; assumed: true unless a base image or an unseen setting says otherwise; possible: an unknown takes part. */
export type Confidence = 'proven' | 'assumed' | 'possible';

export interface ReportFinding {
  readonly rule: string;
  readonly category: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What differs, why it matters, and what to do: sentences, no line breaks. */
  readonly message: string;
  readonly location: Location;
  readonly related: readonly RelatedLocation[];
  readonly variants: readonly Variant[];
  /** Why it matters, with the figure; empty when `message` says it all. */
  readonly effect: string;
  /** What to do about it. */
  readonly help: string;
  readonly url: string;
  /** What repairs it; absent when nothing does so by itself. */
  readonly fixes?: readonly Fix[];
}

/** 1-based; columns count UTF-16 units; `endColumn` is exclusive; the file is relative to the working directory, with forward slashes. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface RelatedLocation {
  readonly location: Location;
  readonly message: string;
}

/**
 * Selector names to answers: these, any but these, or any for which all these facts hold (`matches test*`, for patterns
 * that no list of answers decides). `null` is unset, which is never the same as the empty string.
 */
export type When = {
  readonly [selector: string]:
    | readonly (string | null)[]
    | { readonly not: readonly (string | null)[] }
    | { readonly where: readonly string[] };
};

export interface Variant {
  /** The environments, or the literal `otherwise` for all that no other variant names. */
  readonly when: When | 'otherwise';
  /** What these environments get; `null` when there is nothing (the step does not run). */
  readonly value: string | null;
  /** The environments of the settings that are among these, by their names; absent when none is. */
  readonly environments?: readonly string[];
}

export interface ReportProblem {
  readonly location: Location;
  readonly message: string;
}

export interface Summary {
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly problems: number;
  /** Findings that are not in the report because a comment or the baseline suppresses them. */
  readonly suppressed?: number;
}

/** The published contract of `plan --format json`. */
export interface Plan {
  readonly version: 1;
  readonly file: string;
  readonly environments: readonly PlanEnvironment[];
  readonly problems: readonly ReportProblem[];
}

export interface PlanEnvironment {
  readonly when: When;
  readonly buildable: boolean;
  readonly commands: readonly PlanCommand[];
  /** The exit status of a script; null when it is not known. For a Dockerfile 0 or, when the build fails, that of the failing step. */
  readonly exit: number | null;
}

export interface PlanCommand {
  /** The words as the program gets them; an unknown is written `⟨text of the expression⟩`. */
  readonly argv: readonly string[];
  readonly stage: string | null;
  /** Only names that the catalogue knows as build inputs. */
  readonly env: { readonly [name: string]: string };
  readonly location: Location;
}
