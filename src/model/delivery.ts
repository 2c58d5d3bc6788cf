/*
 * The delivery path: which image builds the files of a project ask for, where images run, and which get a second name.
 *
 * A *caller* is one entry point that is evaluated by itself: a workflow, a makefile, a compose file, a script. All that it
 * leads to (a workflow's `run: make image`, the bake file that the makefile calls) is evaluated in the caller's own space,
 * so one caller's texts and conditions may be combined, and two callers' may not.
 *
 * Texts here are flat: where a tag or an argument differs between environments, there is one build for each text, with the
 * condition under which it is that one.
 */
import type { EnvironmentKind } from '../knowledge/environments.js';
import type { Place } from '../text/span.js';
import type { Condition } from '../value/diagram.js';
import type { Text, Texts } from '../value/text.js';
import type { Build, CommandStep, Note } from './build.js';

export interface Caller {
  readonly file: string;
  readonly kind: CallerKind;
  readonly texts: Texts;
  readonly builds: readonly ImageBuild[];
  readonly deployments: readonly Deployment[];
  readonly promotions: readonly Promotion[];
  /** Images that go to a registry by a command of their own. */
  readonly pushes?: readonly Push[];
  readonly notes: readonly Note[];
  /** Files that were evaluated on the way, the caller's own first. */
  readonly files: readonly string[];
  /** Commands that may run a script of a package. */
  readonly scripts?: readonly CommandStep[];
  /** Inputs that the file has a value for which only a command line beats (`ENV := production`); empty but for makefiles. */
  readonly settled?: ReadonlySet<string>;
}

export type CallerKind =
  | 'makefile'
  | 'script'
  | 'compose'
  | 'bake'
  | 'workflow'
  | 'gitlab'
  | 'pipeline'
  | 'package'
  | 'kubernetes'
  | 'dockerfile';

/** How a build, deployment or promotion came about: what was called, outermost first (`make image`, `job deploy`). */
export interface Link {
  readonly place: Place;
  readonly message: string;
}

/** What says which environment something is for (semantics 5.9). */
export interface Evidence {
  /** As it is written: `prod-eu-1`. */
  readonly name: string;
  readonly kind: EnvironmentKind | undefined;
  /** What said so, weakest last: see `SOURCES`. */
  readonly source: EvidenceSource;
  readonly place: Place;
}

/** Evidence in the order of its weight, the strongest first. */
export const SOURCES = [
  'environment key',
  'deployment tier',
  'build argument',
  'namespace',
  'overlay',
  'values file',
  'compose file',
  'profile',
  'job',
  'target',
  'branch',
  'tag',
] as const;
export type EvidenceSource = (typeof SOURCES)[number];

/** An image build that a caller asks for. */
export interface ImageBuild {
  readonly place: Place;
  readonly when: Condition;
  /** Relative to the project's root; a text that is not known is not followed. */
  readonly dockerfile: Text;
  /** A folder relative to the project's root (`''` is the root); undefined when it is none (stdin, a git URL). */
  readonly context: Text | undefined;
  /** The stage; undefined for the last. */
  readonly target: Text | undefined;
  readonly arguments: readonly PassedArgument[];
  /** Variables that only the builder's command is given (`ENV=testing docker build .`): no Dockerfile sees them. */
  readonly clientVariables?: readonly PassedArgument[];
  /** Variables that the call of make behind it is given, and that the makefile assigns itself. */
  readonly overruled?: readonly OverruledVariable[];
  readonly tags: readonly ImageTag[];
  /** Named contexts: names to what stands for them. */
  readonly contexts: readonly { readonly name: string; readonly value: Text }[];
  /** The identity of its digest output (`steps.build.outputs.digest`), when something can refer to it. */
  readonly digest: Text | undefined;
  readonly evidence: readonly Evidence[];
  /** True for what only developers run: a compose override, a devcontainer, `docker compose up` by hand. */
  readonly development: boolean;
  readonly pushed: boolean;
  readonly chain: readonly Link[];
  /** A name for people: `docker build`, `service web`, `target app`. */
  readonly by: string;
  /** The Dockerfile, where the caller itself writes it. */
  readonly generated?: GeneratedDockerfile;
}

/** A variable of the environment of make that loses to an assignment in the makefile. */
export interface OverruledVariable {
  readonly name: string;
  /** What the call gives, and what make takes. */
  readonly value: string;
  readonly kept: string;
  /** Where the makefile assigns it. */
  readonly assigned: Place;
  /** The call of make. */
  readonly call: Link;
  /** The build as it would be with the call's value. */
  readonly asked: ImageBuild;
}

/** A Dockerfile that is not there until its caller writes it. */
export interface GeneratedDockerfile {
  /** In all its forms, in the caller's space, with what the caller passes. */
  readonly build: Build;
  /** Where it is written to, for the files around it. */
  readonly path: string;
  readonly written: WrittenText;
}

/** A text that a caller writes. */
export interface WrittenText {
  readonly text: Text;
  /** What wrote it last. */
  readonly place: Place;
  /** Where its lines stand: the template, or what wrote it. */
  readonly source: Place;
}

/** A `--build-arg`, or an entry of `args`. */
export interface PassedArgument {
  readonly name: string;
  readonly place: Place;
  /** Where it is passed at all: `--build-arg X` passes nothing where the caller's X is unset. */
  readonly set: Condition;
  readonly text: Text;
  /** What another file of the same caller passes, where this one takes its place. */
  readonly replaces?: Place;
  /** What passes it and nothing else; absent where that is a part of something larger. */
  readonly written?: WrittenArgument;
}

/** How an argument is written: an option (`--build-arg X=y`), an entry of a map or list, or a line of a text. */
export interface WrittenArgument {
  readonly as: 'option' | 'entry' | 'line';
  readonly place: Place;
}

/** A name that an image gets: `registry/app:tag` as it is written, expanded. */
export interface ImageTag {
  readonly text: Text;
  readonly place: Place;
  /** True where whoever builds tags each image anew and deploys it by that tag and its digest: the name alone is never shared. */
  readonly fresh?: boolean;
}

/** An image that runs somewhere. */
export interface Deployment {
  readonly place: Place;
  readonly when: Condition;
  readonly image: Text;
  readonly evidence: readonly Evidence[];
  readonly development: boolean;
  readonly chain: readonly Link[];
  /** A name for people: `deployment web`, `service api`. */
  readonly by: string;
}

/** An image that gets another name: a retag, a copy between registries, `FROM app:testing`. */
export interface Promotion {
  readonly place: Place;
  readonly when: Condition;
  readonly from: Text;
  readonly to: Text;
  readonly evidence: readonly Evidence[];
  readonly chain: readonly Link[];
}

/** An image that goes to a registry: `docker push app:1`. */
export interface Push {
  readonly place: Place;
  readonly when: Condition;
  readonly image: Text;
  readonly chain: readonly Link[];
}

/** What a build argument is in one bound build. */
export type BoundArgument = Pick<PassedArgument, 'place' | 'written' | 'replaces'> &
  ({ readonly kind: 'passed'; readonly value: string } | { readonly kind: 'unknown'; readonly text: string });

/** An image build in one environment of its caller, with the Dockerfile that it leads to. */
export interface BoundBuild {
  readonly caller: Caller;
  readonly request: ImageBuild;
  /** The caller's environment: answers of the inputs that decide about the build. */
  readonly answers: ReadonlyMap<string, string | undefined>;
  /** The Dockerfile's path; its text where it is not known; its path and who writes it where it is generated. */
  readonly dockerfile: string;
  /** The Dockerfile, evaluated for the stage that is asked for, with all arguments open; undefined when it is not in the project. */
  readonly image: Build | undefined;
  /** The stage; undefined for the last. */
  readonly target: string | undefined;
  /** Arguments that are passed, by their names; those of the caller's environment that are not set are left out. */
  readonly arguments: ReadonlyMap<string, BoundArgument>;
  /** What to take away so that an argument is passed no more, for those that nobody reads who gets them. */
  readonly removals?: ReadonlyMap<string, Place>;
  /** Variables that the builder's command is given and does not pass. */
  readonly clientVariables: ReadonlyMap<string, BoundArgument>;
  /** The names that the image gets in this environment. */
  readonly tags: readonly ImageTag[];
  /** What says which environment the image is for, the strongest first. */
  readonly evidence: readonly Evidence[];
}
