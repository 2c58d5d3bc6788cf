/*
 * What a build produces, for every environment at once: stages with steps, and what of them ships.
 *
 * Rules see this, not syntax trees. A step is one command, copy or setting with guarded words, a place and a condition;
 * `ships` says where its result reaches the image. Steps that stand in for each other in different environments (the
 * two branches of an `if`, or three RUNs for three values of BUILD_ENV) are one `Subject`, whose value differs.
 */
import type { ToolCall } from '../knowledge/tools.js';
import type { Place } from '../text/span.js';
import type { Condition, Guarded, Selector, Variational } from '../value/diagram.js';
import type { Text, TextSymbol, Texts } from '../value/text.js';

/** The name of the selector that says which target of a makefile is made. */
export const GOAL = 'goal';

/** Everything that one build file says about the image that it makes. */
export interface Build {
  /** What the build is written in. Only a Dockerfile makes an image; of the others, programs and installed sets count. */
  readonly kind: 'dockerfile' | 'makefile' | 'script' | 'bundler';
  readonly file: string;
  readonly texts: Texts;
  readonly stages: readonly Stage[];
  /** The stage that is built when nobody names one: the last. */
  readonly target: number;
  /** The environments in which the image builds at all. */
  readonly feasible: Condition;
  readonly steps: readonly Step[];
  readonly arguments: readonly BuildArgument[];
  readonly reads: readonly VariableRead[];
  readonly traps: readonly ShellTrap[];
  readonly decisions: readonly Decision[];
  readonly failures: readonly Failure[];
  readonly notes: readonly Note[];
  /** Other files that were read as a part of this one. */
  readonly included: readonly string[];
  /** Where unknowns of the build machine were asked for: the `date` of `BUILT=$(date)`. */
  readonly origins: Origins;
}

/** The places that unknowns come from; one that equals itself (`$(hostname)`) may come from several. */
export type Origins = ReadonlyMap<TextSymbol, readonly Place[]>;

/** Adds places that an unknown comes from. */
export function addOrigins(
  origins: Map<TextSymbol, readonly Place[]>,
  symbol: TextSymbol,
  places: readonly Place[],
): void {
  const known = origins.get(symbol) ?? [];
  const added = places.filter((at) => !known.some(({ file, start }) => file === at.file && start === at.start));
  if (added.length > 0) origins.set(symbol, [...known, ...added]);
}

export interface Stage {
  readonly index: number;
  readonly name: string | undefined;
  readonly place: Place;
  /** The base as it is written, expanded: an image reference or a stage's name. */
  readonly base: Text;
  /** Stages that the base may be, with the condition. */
  readonly parents: readonly Guarded<number>[];
  /** Where the target needs this stage. */
  readonly reached: Condition;
  /** True when the environment of the base image is known, so that an undeclared variable is certainly unset. */
  readonly knownBase: boolean;
  /** Its last instruction; absent where a stage FROM this one could not stand behind it: triggers would run, or numbers change. */
  readonly last?: Place;
}

interface StepBase {
  readonly stage: number;
  /** The whole instruction. */
  readonly instruction: Place;
  readonly place: Place;
  readonly when: Condition;
  /** Where the step is run in fact: also in environments in which a later step fails. */
  readonly runs: Condition;
  /** Where the result of the step reaches the image that ships. */
  readonly ships: Condition;
}

/** The stage of what has none: all of a script or a makefile. */
export function onlyStage({ empty, space }: Texts, place: Place): Stage {
  return { index: 0, name: undefined, place, base: empty, parents: [], reached: space.true, knownBase: true };
}

/** A build of which nothing is known but its file, and where it succeeds. */
export function blankBuild(kind: Build['kind'], file: string, texts: Texts, feasible = texts.space.true): Build {
  const none = { stages: [], steps: [], arguments: [], reads: [], traps: [], decisions: [], failures: [], notes: [] };
  return { kind, file, texts, target: 0, feasible, included: [], origins: new Map(), ...none };
}

/** A command that RUN executes, itself or by a script. */
export interface CommandStep extends StepBase {
  readonly kind: 'command';
  readonly words: readonly Guarded<Word>[];
  /** What the command is, from its words with every option that any environment gives it. */
  readonly call: ToolCall | undefined;
  /** Variables in the command's environment. */
  readonly environment: ReadonlyMap<string, Variable>;
  /** The variables of these that are assigned before the command, for it alone (`X=1 cmd`). */
  readonly prefixed: ReadonlySet<string>;
  readonly cwd: Text;
  /** Calls that led here, outermost first. */
  readonly chain: readonly Place[];
  readonly captured: boolean;
  /** Files that standard output is written to. */
  readonly outputs: readonly Text[];
  readonly builtin: boolean;
  /** True when the output is added to what a file has (`>>`). */
  readonly appends: boolean;
  /** What a pipeline or here-document gives it to read, where that is known. */
  readonly input: Text | undefined;
  /** What it writes to its outputs, where that is known. */
  readonly written?: Text;
}

export interface Word {
  readonly text: Text;
  readonly many: boolean;
  /** What gives this word, or this one and others, and nothing else; absent where it stands nowhere by itself. */
  readonly place?: Place;
}

export interface Variable {
  readonly set: Condition;
  readonly text: Text;
  readonly exported: Condition;
}

/** COPY or ADD. */
export interface CopyStep extends StepBase {
  readonly kind: 'copy';
  /** A bind mount of RUN: there for the commands of its instruction only. */
  readonly mounted: boolean;
  readonly sources: readonly Text[];
  /** The absolute path. */
  readonly destination: Text;
  /** The destination as it is written there, expanded. */
  readonly written: Text;
  /** A stage's index, an image, or the build context. */
  readonly from:
    | { readonly kind: 'stage'; readonly index: number; readonly name: string }
    | { readonly kind: 'image'; readonly name: string }
    | { readonly kind: 'context' };
}

/** A copy or a mount as it is written, with its texts in their places. */
export function copyParts({ mounted, from, sources, written }: CopyStep): readonly (string | Text)[] {
  if (mounted) {
    const head = `RUN --mount=type=bind${from.kind === 'context' ? '' : `,from=${from.name}`}`;
    return [`${head},source=`, ...sources, ',target=', written];
  }
  const head = from.kind === 'context' ? 'COPY' : `COPY --from=${from.name}`;
  return [head, ...[...sources, written].flatMap((word) => [' ', word])];
}

/** A setting of the image: ENV, USER, WORKDIR and the like. */
export interface SettingStep extends StepBase {
  readonly kind: 'setting';
  /** The instruction in capitals: `ENV`, `USER`, … */
  readonly setting: string;
  /** The variable of an ENV; empty otherwise. */
  readonly name: string;
  readonly text: Text;
}

/** The base of a stage. */
export interface BaseStep extends StepBase {
  readonly kind: 'base';
  readonly text: Text;
}

export type Step = CommandStep | CopyStep | SettingStep | BaseStep;

/** An ARG instruction's name. */
export interface BuildArgument {
  readonly name: string;
  readonly place: Place;
  /** The stage, or -1 before the first FROM. */
  readonly stage: number;
  /** The default as it is written there; undefined when there is none. */
  readonly fallback: Text | undefined;
  /** Another instruction that gives the name a fixed value before anything reads it. */
  readonly overwritten: Place | undefined;
  /** An ENV before it that the argument hides while the image is built, but not in the image. */
  readonly hides: Place | undefined;
}

/** A read of a variable by a script or by the builder. */
export interface VariableRead {
  readonly name: string;
  readonly stage: number;
  readonly place: Place;
  /** Where it is read and not set. */
  readonly unset: Condition;
  readonly when: Condition;
  /** True when the read has a default or asks whether the variable is set. */
  readonly guarded: boolean;
  /** True when the read decides what is run. */
  readonly decides: boolean;
  /** True when the script itself assigns the name. */
  readonly local: boolean;
  /** What it gives, where it is set. */
  readonly text?: Text;
  /** True when the builder reads it, not a shell. */
  readonly builder: boolean;
  /** The instruction's text, for messages. */
  readonly instruction: Place;
}

export interface ShellTrap {
  readonly kind: string;
  readonly place: Place;
  readonly when: Condition;
  readonly wrong: Condition;
  readonly text: string;
  readonly stage: number;
  readonly dialect: string;
  /** What would make the shell do what the text says; absent where that is not known. */
  readonly repair?: readonly Replacement[];
}

/** A text that should stand somewhere else than it does. */
export interface Replacement {
  readonly place: Place;
  readonly text: string;
}

/** A test that decides what a script runs. */
export interface Decision {
  readonly place: Place;
  readonly holds: Condition;
  readonly instruction: Place;
}

/** Environments in which a step fails, so that they get no image. */
export interface Failure {
  readonly place: Place;
  readonly when: Condition;
  readonly stage: number;
  /** True when the step says so itself (`exit 1`, `${X:?}`), or only asks whether a name is given. */
  readonly deliberate: boolean;
  /** Why a program refuses its words, when that is what fails. */
  readonly refusal: string | undefined;
}

export interface Note {
  readonly place: Place;
  readonly message: string;
}

/** A value that may differ between environments; undefined where its subject does not exist. */
export type Value = Variational<string | undefined>;

export type { Condition, Selector, Text };
