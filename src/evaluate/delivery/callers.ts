/*
 * The entry points of a project: every file that asks for image builds, runs images or names them, by the language that it
 * is written in. Each is a caller with a space of its own.
 */
import { environmentOf } from '../../knowledge/environments.js';
import type { Caller, CallerKind, Evidence, Link } from '../../model/delivery.js';
import { type Files, folderOf } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import { Space } from '../../value/diagram.js';
import { Texts } from '../../value/text.js';
import { evaluateBake, evaluateBakeFile, isBakeFile } from '../bake/index.js';
import { evaluateComposeProject, isComposeByContent, isComposeFile, openEnvironment } from '../compose/index.js';
import { evaluateKubernetes } from '../kubernetes/index.js';
import type { MakefileBuild } from '../makefile/build.js';
import { fromEnvironment } from '../makefile/variables.js';
import { evaluatePipeline, pipelineOf } from '../pipeline/index.js';
import { evaluateShellFile } from '../script.js';
import type { BakeRequest } from '../workflow/index.js';
import { evaluateWorkflow } from '../workflow/index.js';
import { attempt, type Failed } from './attempt.js';
import { type Delivered, type Standing, together } from './delivered.js';
import { pathFrom } from './docker.js';
import { bakeSetting, composeTargetsIn, followSteps } from './follow.js';

/** What a file of the delivery path is written in. */
export type DeliveryLanguage = 'compose' | 'bake' | 'workflow' | 'pipeline' | 'manifest';

/** The language of a file of the delivery path, by its path; `manifest` is any other YAML. */
export function deliveryLanguageOf(path: string): DeliveryLanguage | undefined {
  if (isComposeFile(path)) return 'compose';
  if (isBakeFile(path)) return 'bake';
  if (/(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path)) return 'workflow';
  if (pipelineOf(path) !== undefined) return 'pipeline';
  return /\.ya?ml$/.test(path) || /(?:^|\/)Kustomization$/.test(path) ? 'manifest' : undefined;
}

/**
 * The callers among some files of the delivery path. A fault in one is told by `failed` and hides no other; `known` are
 * those that have been evaluated already.
 */
export function callersOf(
  paths: readonly string[],
  files: Files,
  failed: Failed,
  known: (path: string) => readonly Caller[] | undefined = () => undefined,
): readonly Caller[] {
  const callers: Caller[] = [];
  const add = (path: string, make: () => readonly Caller[]): void =>
    attempt(path, failed, () => callers.push(...make()));
  const folders = new Map<string, string>();
  const manifests: string[] = [];
  for (const path of paths) {
    const language = deliveryLanguageOf(path);
    if (language === 'compose') folders.set(folderOf(path), path);
    else if (language === 'manifest') {
      if (isComposeByContent(path, files)) folders.set(folderOf(path), path);
      else if (looksLikeManifest(path, files)) manifests.push(path);
    } else if (language !== undefined) add(path, () => known(path) ?? callerOf(language, path, files));
  }
  for (const [folder, path] of folders) add(path, () => evaluateComposeProject(folder, files));
  const [first] = manifests;
  if (first !== undefined) add(first, () => evaluateKubernetes(manifests, files));
  return callers;
}

function callerOf(language: 'bake' | 'workflow' | 'pipeline', path: string, files: Files): readonly Caller[] {
  const read = files.read(path);
  if (read?.kind !== 'text') return [];
  if (language === 'bake') {
    const texts = new Texts(new Space());
    return [evaluateBakeFile(path, files, texts, composeTargetsIn(files, texts, openEnvironment(texts)))];
  }
  if (language === 'workflow') return [evaluateWorkflow({ file: path, text: read.text, files, bake: bakeFor })];
  const system = pipelineOf(path);
  if (system === 'package' && !mayDeliver(read.text)) return [];
  return system === undefined ? [] : [evaluatePipeline(system, path, read.text, files)];
}

/** `docker/bake-action`. */
function bakeFor(request: BakeRequest, standing: Standing): Delivered {
  const { texts, folder } = standing;
  const { place, environment } = request;
  const context = { texts, place, folder, environment };
  const set = request.set.flatMap((given) => bakeSetting(context, given) ?? []);
  if (request.pushed) set.push({ pattern: '*', key: 'push', value: texts.literal('true'), append: false, place });
  return evaluateBake({
    paths: request.files.flatMap((file) => texts.constant(pathFrom(context, file)) ?? []),
    standing: { ...standing, depth: standing.depth + 1 },
    place,
    environment,
    targets: request.targets.flatMap((target) => texts.constant(target) ?? []),
    set,
    variables: new Map(),
    composeTargets: composeTargetsIn(standing.files, texts, environment),
  });
}

function looksLikeManifest(path: string, files: Files): boolean {
  if (/(?:^|\/)(?:kustomization\.ya?ml|Kustomization|Chart\.yaml|helmfile\.ya?ml)$/.test(path)) return true;
  const read = files.read(path);
  return read?.kind === 'text' && /^\s*(?:-\s+)?["']?(?:apiVersion|kind)["']?\s*:/m.test(read.text);
}

/** Whether a script may build, name or deploy images: a look at its words. */
export function mayDeliver(text: string): boolean {
  return /\b(?:docker|podman|buildah|nerdctl|kaniko|buildctl|kubectl|helm|kustomize|skopeo|crane|az\s+acr|gcloud)\b/.test(
    text,
  );
}

/** What the recipes of a makefile deliver. */
export function makefileCaller({ build, makefile, variants }: MakefileBuild, files: Files): Caller {
  const { texts, file } = build;
  const { machine } = makefile;
  const parts = variants.map(({ target, goals, steps, place }): Delivered => {
    const [first] = goals;
    const goal = goals.some(({ item }) => item === target) ? target : (first?.item ?? target);
    const standing: Standing = {
      ...standingIn(texts, files, machine.folder),
      chain: [{ place, message: `make ${goal}` }],
      evidence: evidenceIn(goal, 'target', place),
      environment: (name) => fromEnvironment(machine, name),
    };
    return followSteps(steps, standing);
  });
  return { ...toCaller('makefile', file, texts, together(parts)), settled: machine.settled };
}

/** What a script delivers when it is run by itself. */
export function scriptCaller(file: string, text: string, files: Files): Caller {
  const texts = new Texts(new Space());
  const { build } = evaluateShellFile({ file, text, files, texts, fixed: new Map(), dialect: undefined });
  const steps = build.steps.flatMap((step) => (step.kind === 'command' ? [step] : []));
  const place: Place = { file, start: 0, end: 0 };
  const name = file.slice(file.lastIndexOf('/') + 1);
  const delivered = followSteps(steps, {
    ...standingIn(texts, files, ''),
    evidence: evidenceIn(name, 'target', place),
    environment: openEnvironment(texts),
  });
  return toCaller('script', file, texts, delivered);
}

function standingIn(texts: Texts, files: Files, folder: string): Standing {
  const chain: readonly Link[] = [];
  return { texts, files, folder, when: texts.space.true, chain, evidence: [], development: false, depth: 0 };
}

function evidenceIn(name: string, source: Evidence['source'], place: Place): readonly Evidence[] {
  const kind = environmentOf(name.replace(/\.\w+$/, ''));
  return kind === undefined ? [] : [{ name, kind, source, place }];
}

function toCaller(kind: CallerKind, file: string, texts: Texts, delivered: Delivered): Caller {
  return { kind, file, texts, ...delivered, files: [...new Set([file, ...delivered.files])] };
}
