/*
 * The delivery path as subjects: what rules are asked about that needs more than one file.
 *
 * - An *image* is a Dockerfile with all the builds of it that callers ask for (`image-builds.ts`).
 * - A *tag* is a name of an image with the builds that write it (`tags.ts`).
 * - A *promotion* is a build that depends on the environment and runs in another one than it was made for
 *   (`promotions.ts`).
 * - A *deployed stage* is a stage for work that runs somewhere else (`deployed-stages.ts`).
 * - A *sibling* is a Dockerfile that stands beside another one for another environment (`siblings.ts`).
 */
import type { Build } from '../model/build.js';
import { type ProjectBuilds, requestsOf } from './build-pairs.js';
import { type DeployedStageSubject, deployedStageSubjects } from './deployed-stages.js';
import { type ImageSubject, imageSubjects } from './image-builds.js';
import { type PromotionSubject, promotionSubjects } from './promotions.js';
import { runningBuilds } from './running.js';
import { pairKey, type SiblingSubject, siblingSubjects } from './siblings.js';
import { type TagSubject, tagSubjects } from './tags.js';

/** All that the files of a project say about its images. */
export interface Project extends ProjectBuilds {
  /** The Dockerfiles of the project, each for its last stage. */
  readonly dockerfiles: readonly Build[];
  /** A Dockerfile evaluated for a stage, or for its last one; undefined when there is none. */
  readonly stageOf: (file: string, stage: string | undefined) => Build | undefined;
}

export type ProjectSubject = ImageSubject | TagSubject | PromotionSubject | DeployedStageSubject | SiblingSubject;

/** The subjects of a project. */
export function projectSubjects(project: Project): readonly ProjectSubject[] {
  const images = imageSubjects(project);
  const tags = tagSubjects(
    project,
    images.flatMap(({ untested }) => untested),
  );
  // What writes one name is told with that name, which says why it matters.
  const pairs = new Set(tags.flatMap(({ divergences }) => divergences.map(requestsOf)));
  const told = new Set(
    tags.flatMap(({ divergences }) => divergences.map(({ left, right }) => pairKey(left.dockerfile, right.dockerfile))),
  );
  const running = runningBuilds(project);
  return [
    ...images.map((image) => ({
      ...image,
      divergences: image.divergences.filter((pair) => !pairs.has(requestsOf(pair))),
    })),
    ...tags,
    ...promotionSubjects(running),
    ...deployedStageSubjects(running, project.stageOf),
    ...siblingSubjects(project, told),
  ];
}
