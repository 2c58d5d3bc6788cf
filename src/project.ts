/*
 * The project as a whole: the callers among its files, the Dockerfiles that they lead to, and what rules say of both
 * together. A fault in one caller becomes a problem and hides no other.
 */
import { attempt, type Failed } from './evaluate/delivery/attempt.js';
import { bindBuilds, type ImageSource } from './evaluate/delivery/bind.js';
import {
  callersOf,
  deliveryLanguageOf,
  makefileCaller,
  mayDeliver,
  scriptCaller,
} from './evaluate/delivery/callers.js';
import { evaluateForm, type Form } from './evaluate/delivery/generated.js';
import { withRemovals } from './evaluate/delivery/removal.js';
import { evaluateDockerfile } from './evaluate/dockerfile/index.js';
import { evaluateMakefileBuild, type MakefileBuild } from './evaluate/makefile/build.js';
import { callerName } from './lint/callers.js';
import { areDesksOwn, isForDevelopment } from './lint/desk.js';
import { inheritances } from './lint/inheritance.js';
import { areInstrumented } from './lint/instrumented.js';
import { type Project, projectSubjects } from './lint/project.js';
import type { AnyRule } from './lint/rule.js';
import { type BuildFindings, type Finding, type RunContext, runRules } from './lint/run.js';
import type { Build, Note } from './model/build.js';
import type { BoundBuild, Caller } from './model/delivery.js';
import type { Files } from './text/files.js';
import { placeKey } from './text/span.js';
import { Space } from './value/diagram.js';
import { Texts } from './value/text.js';

/** Evaluates Dockerfiles once for each stage that somebody builds. */
export class Images implements ImageSource {
  readonly #files: Files;
  readonly #known = new Map<string, Build | undefined>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The build of a Dockerfile's stage; undefined when there is no such file or stage. */
  of(file: string, target: string | undefined): Build | undefined {
    const build = this.whole(file, target);
    return build === undefined || build.target === -1 ? undefined : build;
  }

  /** The same for a file that may have no stage at all. */
  whole(file: string, target: string | undefined): Build | undefined {
    return this.#once(`${file}\0${target ?? ''}`, () => {
      const read = this.#files.read(file);
      if (read?.kind !== 'text') return undefined;
      const texts = new Texts(new Space());
      return evaluateDockerfile({ file, text: read.text, files: this.#files, texts, fixed: new Map(), target });
    });
  }

  /** The same for a Dockerfile that a caller writes. */
  written(form: Form, target: string | undefined): Build | undefined {
    const { path, written, text, parts } = form;
    const key = JSON.stringify([path, placeKey(written.place), text, [...parts], target]);
    return this.#once(key, () => {
      const build = evaluateForm(form, this.#files, target);
      return build.target === -1 ? undefined : build;
    });
  }

  #once(key: string, make: () => Build | undefined): Build | undefined {
    if (this.#known.has(key)) return this.#known.get(key);
    const made = make();
    this.#known.set(key, made);
    return made;
  }
}

/** A part of a makefile is read with the makefile that includes it, so that those come first. */
export function inReadingOrder(paths: readonly string[]): readonly string[] {
  const isPart = (path: string): boolean => /\.(?:mk|mak|make)$/.test(path);
  return [...paths].sort((a, b) => Number(isPart(a)) - Number(isPart(b)));
}

/** Evaluates a makefile and adds it to those that are known; undefined for a part that one of them has included. */
export function readMakefile(
  file: string,
  text: string,
  files: Files,
  known: MakefileBuild[],
): MakefileBuild | undefined {
  if (known.some(({ build }) => build.included.includes(file))) return undefined;
  const nothing = new Map();
  const texts = new Texts(new Space());
  const given = { environment: nothing, commandLine: nothing, goals: undefined };
  const made = evaluateMakefileBuild({ file, text, files, texts, ...given });
  known.push(made);
  return made;
}

/** The pipelines among some files, evaluated once and only when they are asked for. */
export class Pipelines {
  readonly #paths: readonly string[];
  readonly #evaluate: (path: string) => readonly Caller[];
  readonly #known = new Map<string, readonly Caller[]>();

  constructor(around: readonly string[], files: Files, failed: Failed) {
    this.#paths = around.filter(isPipeline);
    this.#evaluate = (path) => callersOf([path], files, failed);
  }

  all(): readonly Caller[] {
    return this.#paths.flatMap((path) => this.of(path));
  }

  of(path: string): readonly Caller[] {
    const known = this.#known.get(path) ?? this.#evaluate(path);
    this.#known.set(path, known);
    return known;
  }
}

function isPipeline(path: string): boolean {
  const language = deliveryLanguageOf(path);
  return language === 'workflow' || language === 'pipeline';
}

/** What is known of a project before its callers are. */
export interface ProjectInput {
  readonly files: Files;
  readonly images: Images;
  readonly makefiles: readonly MakefileBuild[];
  /** The Dockerfiles that are linted. */
  readonly dockerfiles: readonly Build[];
  /** Files that may be callers: pipelines, compose files, manifests, scripts. */
  readonly around: readonly string[];
  /** The pipelines among them, where somebody has asked for these already. */
  readonly pipelines?: Pipelines;
  /** Told of a caller that could not be evaluated. */
  readonly failed: Failed;
}

/** A project with what callers could not make of their files. */
export interface EvaluatedProject extends Project {
  readonly notes: readonly Note[];
}

/** Evaluates the callers and binds their builds to the Dockerfiles. */
export function evaluateProject(input: ProjectInput): EvaluatedProject {
  const { files, images, around, failed } = input;
  const callers: Caller[] = [];
  for (const makefile of input.makefiles)
    attempt(makefile.build.file, failed, () => callers.push(makefileCaller(makefile, files)));
  for (const path of around) {
    const read = /\.sh$/.test(path) ? files.read(path) : undefined;
    if (read?.kind === 'text' && mayDeliver(read.text))
      attempt(path, failed, () => callers.push(scriptCaller(path, read.text, files)));
  }
  const pipelines = input.pipelines ?? new Pipelines(around, files, failed);
  callers.push(...callersOf(around, files, failed, (path) => (isPipeline(path) ? pipelines.of(path) : undefined)));
  const builds: BoundBuild[] = [];
  for (const caller of callers) attempt(caller.file, failed, () => builds.push(...bindBuilds(caller, files, images)));
  callers.push(...inheritances(builds));
  return {
    builds: withRemovals(builds, files),
    callers,
    dockerfiles: input.dockerfiles.filter(({ target }) => target !== -1),
    stageOf: (file, stage) => images.of(file, stage),
    notes: callers.flatMap(({ notes }) => notes),
  };
}

/** What rules say of the project. */
export function lintProject(
  project: Project,
  rules: readonly AnyRule[],
  context: (file: string) => RunContext,
): BuildFindings {
  const findings: Finding[] = [];
  const faults = new Map<string, BuildFindings['faults'][number]>();
  for (const subject of projectSubjects(project)) {
    const active = rules.filter((rule) => rule.subjects.includes(subject.kind) && !faults.has(rule.id));
    const result = runRules(subject.build, active, context(subject.at.file), [subject]);
    findings.push(...result.findings);
    for (const fault of result.faults) faults.set(fault.rule, fault);
  }
  return { findings, faults: [...faults.values()] };
}

/** Builds that are not linted as files: other stages that ship, and Dockerfiles that only callers name. */
export function builtBesides(project: Project, linted: ReadonlySet<string>): readonly Build[] {
  const builds = new Set<Build>();
  for (const bound of project.builds) {
    const isFile = bound.target === undefined && linted.has(bound.dockerfile);
    if (isForDevelopment(bound)) continue;
    if (bound.request.generated !== undefined) builds.add(bound.request.generated.build);
    else if (bound.image !== undefined && !isFile) builds.add(bound.image);
  }
  return [...builds];
}

/** Whether a finding is about arguments of a Dockerfile that only the desk passes, or that are told where they are passed. */
export function isToldElsewhere({ rows, at }: Finding, project: Project): boolean {
  const names = new Set(rows.flatMap(({ when }) => (when === 'otherwise' ? [] : Object.keys(when))));
  const builds = project.builds.filter(({ dockerfile }) => dockerfile === at.file);
  return areDesksOwn(builds, names) || areInstrumented(builds, names);
}

/** At most so many callers are named beside a finding. */
const NAMED = 6;

/** A finding about a Dockerfile, with the callers that answer what it depends on. */
export function withCallers(finding: Finding, project: Project): Finding {
  const names = new Set(finding.rows.flatMap(({ when }) => (when === 'otherwise' ? [] : Object.keys(when))));
  const passed = project.builds
    .filter(({ dockerfile }) => dockerfile === finding.at.file)
    .flatMap((bound) =>
      [...bound.arguments].flatMap(([name, argument]) =>
        names.has(name) && argument.kind === 'passed' ? [{ bound, name, argument }] : [],
      ),
    );
  // One line that passes a variable on is told once, with its usual value.
  const unique = new Map(
    [...passed].reverse().map((one) => [`${one.argument.place.file}:${one.argument.place.start}:${one.name}`, one]),
  );
  const related = [...unique.values()].reverse().map(({ bound, name, argument }) => ({
    at: argument.place,
    message: `${callerName(bound)} passes ${name}=${argument.value}`,
  }));
  return related.length === 0 ? finding : { ...finding, related: [...finding.related, ...related.slice(0, NAMED)] };
}
