/*
 * Stages for development or tests that run elsewhere: `docker build --target test` under a name that is deployed. What such
 * a stage has more than the one that is meant for the environment is expected of it, but not where it runs.
 */
import { type EnvironmentKind, environmentOf } from '../knowledge/environments.js';
import type { Build } from '../model/build.js';
import type { BoundBuild, Caller, Deployment, Evidence } from '../model/delivery.js';
import { type Place, placeKey } from '../text/span.js';
import { givenBy } from './contents.js';
import { type PartDifference, partDifferences } from './images.js';
import type { RunningBuild } from './running.js';
import { type SubjectBase, wholeSubject } from './subjects.js';

/** A stage for development or tests that runs somewhere else. */
export interface DeployedStageSubject extends SubjectBase {
  readonly kind: 'deployed-stage';
  readonly bound: BoundBuild;
  /** The stage's name, and what it says. */
  readonly name: string;
  readonly madeFor: EnvironmentKind;
  /** The name of the stage that is meant to run there; undefined for the last one, if it has no name. */
  readonly meant: string | undefined;
  readonly deployment: Deployment;
  /** Where it runs; undefined where only a deployment is known. */
  readonly environment: Evidence | undefined;
  readonly through: readonly Place[];
  /** What the stage that is meant has is `right`. */
  readonly differences: readonly PartDifference[];
}

/** Environments from the desk to the customer. */
const RANKS: readonly EnvironmentKind[] = ['development', 'testing', 'staging', 'production'];

/** The stages among what runs that are meant for less; each request once, where it goes furthest. */
export function deployedStageSubjects(
  running: readonly RunningBuild[],
  stageOf: (file: string, stage: string | undefined) => Build | undefined,
): readonly DeployedStageSubject[] {
  const subjects = new Map<string, DeployedStageSubject>();
  for (const one of running) {
    const subject = deployedStage(one, stageOf);
    if (subject === undefined) continue;
    const key = `${placeKey(subject.at)} ${subject.name}`;
    const known = subjects.get(key);
    if (known === undefined || rankOf(known.environment) < rankOf(subject.environment)) subjects.set(key, subject);
  }
  return [...subjects.values()];
}

function rankOf(environment: Evidence | undefined): number {
  return environment?.kind === undefined ? -1 : RANKS.indexOf(environment.kind);
}

function deployedStage(
  { bound, caller, deployment, environments, through }: RunningBuild,
  stageOf: (file: string, stage: string | undefined) => Build | undefined,
): DeployedStageSubject | undefined {
  const { image, target: name } = bound;
  const madeFor = environmentOf(name ?? '');
  if (image === undefined || name === undefined || (madeFor !== 'development' && madeFor !== 'testing'))
    return undefined;
  const environment = environments.find((one) => rankOf(one) > RANKS.indexOf(madeFor));
  if (environment === undefined && (environments.length > 0 || !deploys(caller, deployment))) return undefined;
  const meant = meantFor(image, environment?.kind ?? 'production', bound.dockerfile, stageOf);
  if (meant === undefined || meant.target === image.target) return undefined;
  const differences = partDifferences({ image, given: givenBy(bound) }, { image: meant, given: givenBy(bound) });
  if (differences.length === 0) return undefined;
  return {
    ...wholeSubject(image, bound.request.place),
    kind: 'deployed-stage',
    bound,
    name,
    madeFor,
    meant: meant.stages[meant.target]?.name,
    deployment,
    environment,
    through,
    differences,
  };
}

/** Whether an image is deployed where nothing says the environment: by a command or a manifest. A compose file is for the desk then. */
function deploys({ kind, file }: Caller, { place }: Deployment): boolean {
  return kind === 'kubernetes' || (kind !== 'compose' && place.file === file);
}

/** The stage that is named for the environment, or for production; the last one, unless its name says that it is for work. */
function meantFor(
  image: Build,
  kind: EnvironmentKind,
  file: string,
  stageOf: (file: string, stage: string | undefined) => Build | undefined,
): Build | undefined {
  const named = (wanted: EnvironmentKind): string | undefined =>
    image.stages.findLast(({ name }) => environmentOf(name ?? '') === wanted)?.name;
  const name = named(kind) ?? named('production');
  if (name !== undefined) return stageOf(file, name);
  const last = environmentOf(image.stages[image.stages.length - 1]?.name ?? '');
  return last === 'development' || last === 'testing' ? undefined : stageOf(file, undefined);
}
