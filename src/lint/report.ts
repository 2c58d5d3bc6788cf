import type { Fix } from './fix.js';

/** The published, versioned contract of `--format json`; see README.md, "The JSON report". */
export interface Report {
  readonly version: 1;
  readonly findings: readonly ReportFinding[];
  /** What is not among the findings because it is accepted; absent when that was not asked for. */
  readonly suppressed?: readonly SuppressedFinding[];
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

/** A finding that a comment or the baseline accepts. */
export interface SuppressedFinding extends ReportFinding {
  readonly suppression: Suppression;
}

/** By what a finding is accepted; the reason of a comment is empty when it has none. */
export type Suppression =
  | { readonly kind: 'comment'; readonly reason: string; readonly location: Location }
  | { readonly kind: 'baseline' };

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
  /** Whose fault it is where the project is not to blame: a plugin's, or ours. */
  readonly fault?: 'plugin' | 'envariant';
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

/** The published contract of `plan --format json` for a project: who builds which image, with what, and where it runs. */
export interface ProjectPlan {
  readonly version: 1;
  readonly images: readonly PlannedImage[];
  /** Names given to images that no build of the project makes. */
  readonly retags: readonly Omit<PlannedRetag, 'builds'>[];
  /** Where images run that no build of the project makes. */
  readonly deployments: readonly Omit<PlannedDeployment, 'builds' | 'through'>[];
  readonly problems: readonly ReportProblem[];
}

/** A stage of a Dockerfile with all that the project does with it. */
export interface PlannedImage {
  /** Its path; as the callers write it where there is no such file. */
  readonly dockerfile: string;
  /** Null for the last stage when it has no name. */
  readonly stage: string | null;
  /** Whether the Dockerfile is in the project. */
  readonly known: boolean;
  readonly builds: readonly PlannedBuild[];
  readonly retags: readonly PlannedRetag[];
  readonly deployments: readonly PlannedDeployment[];
  readonly differences: readonly PlannedDifference[];
}

/** One request for a build in one environment of its caller. */
export interface PlannedBuild {
  /** Who asks, for people: `Makefile make image ENV=testing`. */
  readonly caller: string;
  readonly location: Location;
  /** What was called on the way, outermost first. */
  readonly chain: readonly RelatedLocation[];
  readonly arguments: readonly PlannedArgument[];
  /** An unknown is written `⟨text of the expression⟩`. */
  readonly tags: readonly string[];
  /** What says which environment the image is for, the strongest first. */
  readonly environments: readonly PlannedEvidence[];
  readonly development: boolean;
  readonly pushed: boolean;
  /** Builds of one image with equal letters make the same; null where the Dockerfile or an argument that matters is not known. */
  readonly contents: string | null;
}

export interface PlannedArgument {
  readonly name: string;
  /** passed: a known value; unknown: passed, but only its expression is known; default: the Dockerfile's; unset: none. */
  readonly kind: 'passed' | 'unknown' | 'default' | 'unset';
  /** The value or the expression; null when unset. */
  readonly value: string | null;
  /** Whether another value would make another image of another environment. */
  readonly matters: boolean;
}

export interface PlannedEvidence {
  /** As it is written: `prod-eu-1`. */
  readonly name: string;
  /** What the name means; null when it is not one of the usual names. */
  readonly kind: string | null;
  /** What says so: `build argument`, `namespace`, `branch`… */
  readonly source: string;
  readonly location: Location;
}

export interface PlannedRetag {
  readonly from: string;
  readonly to: string;
  readonly location: Location;
  readonly environments: readonly PlannedEvidence[];
  /** Which builds of the image get the name: positions in `builds`. */
  readonly builds: readonly number[];
}

export interface PlannedDeployment {
  /** What runs it, for people: `deployment web`. */
  readonly by: string;
  /** The reference that it names. */
  readonly image: string;
  readonly location: Location;
  readonly environments: readonly PlannedEvidence[];
  readonly development: boolean;
  /** Which builds of the image it may run: positions in `builds`. */
  readonly builds: readonly number[];
  /** The retags between the builds and the deployment. */
  readonly through: readonly Location[];
}

/** Something that two builds of an image make differently; null: not at all. */
export interface PlannedDifference {
  /** Positions in `builds`. */
  readonly builds: readonly [number, number];
  readonly location: Location;
  readonly values: readonly [string | null, string | null];
}
