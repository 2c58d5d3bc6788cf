import type { Caller } from '../../model/delivery.js';
import type { Files } from '../../text/files.js';
import { evaluateGitlab } from '../gitlab/index.js';
import { evaluateAzure } from './azure.js';
import { evaluateBitbucket } from './bitbucket.js';
import { evaluateCircle } from './circle.js';
import { evaluateCloudBuild } from './cloudbuild.js';
import { evaluateDrone } from './drone.js';
import { evaluateJenkins } from './jenkins.js';
import { evaluatePackage } from './package.js';
import { evaluatePlain } from './plain.js';
import { evaluateDevcontainer, evaluateFly, evaluateHeroku, evaluateRender } from './platform.js';
import { evaluateSkaffold } from './skaffold.js';

/** A CI system or build driver whose files are evaluated. */
export type PipelineSystem =
  | 'gitlab'
  | 'jenkins'
  | 'circle'
  | 'azure'
  | 'cloudbuild'
  | 'bitbucket'
  | 'drone'
  | 'woodpecker'
  | 'travis'
  | 'codebuild'
  | 'buildkite'
  | 'skaffold'
  | 'devcontainer'
  | 'package'
  | 'heroku'
  | 'fly'
  | 'render';

const NAMES: readonly (readonly [PipelineSystem, RegExp])[] = [
  ['gitlab', /(?:^|\/|\.)gitlab-ci\.ya?ml$/],
  ['jenkins', /(?:^|\/)(?:Jenkinsfile(?:[.-][\w.-]+)?|[\w-]+\.[Jj]enkinsfile)$/],
  ['circle', /(?:^|\/)\.circleci\/config\.ya?ml$/],
  ['azure', /(?:^|\/)\.?azure-pipelines[\w.-]*\.ya?ml$/],
  ['cloudbuild', /(?:^|\/)cloudbuild[\w.-]*\.(?:ya?ml|json)$/],
  ['bitbucket', /(?:^|\/)bitbucket-pipelines\.ya?ml$/],
  ['drone', /(?:^|\/)\.drone\.ya?ml$/],
  ['woodpecker', /(?:^|\/)\.woodpecker(?:\.ya?ml|\/[^/]+\.ya?ml)$/],
  ['travis', /(?:^|\/)\.travis\.ya?ml$/],
  ['codebuild', /(?:^|\/)buildspec[\w.-]*\.ya?ml$/],
  ['buildkite', /(?:^|\/)\.buildkite\/pipeline[\w.-]*\.ya?ml$/],
  ['skaffold', /(?:^|\/)skaffold[\w.-]*\.ya?ml$/],
  ['devcontainer', /(?:^|\/)(?:\.devcontainer\/(?:[^/]+\/)?devcontainer|\.devcontainer)\.json$/],
  ['package', /(?:^|\/)package\.json$/],
  ['heroku', /(?:^|\/)heroku\.ya?ml$/],
  ['fly', /(?:^|\/)fly(?:\.[\w-]+)?\.toml$/],
  ['render', /(?:^|\/)render\.ya?ml$/],
];

/** The system that a file is for, by its path; undefined for all other files. */
export function pipelineOf(path: string): PipelineSystem | undefined {
  return NAMES.find(([, pattern]) => pattern.test(path))?.[0];
}

/** Evaluates a file of one of these systems. */
export function evaluatePipeline(system: PipelineSystem, file: string, text: string, files: Files): Caller {
  switch (system) {
    case 'gitlab':
      return evaluateGitlab({ file, text, files });
    case 'jenkins':
      return evaluateJenkins(file, text, files);
    case 'circle':
      return evaluateCircle(file, text, files);
    case 'azure':
      return evaluateAzure(file, text, files);
    case 'cloudbuild':
      return evaluateCloudBuild(file, text, files);
    case 'bitbucket':
      return evaluateBitbucket(file, text, files);
    case 'drone':
    case 'woodpecker':
      return evaluateDrone(file, text, files);
    case 'travis':
    case 'codebuild':
    case 'buildkite':
      return evaluatePlain(file, text, files);
    case 'skaffold':
      return evaluateSkaffold(file, text, files);
    case 'devcontainer':
      return evaluateDevcontainer(file, text, files);
    case 'package':
      return evaluatePackage(file, text, files);
    case 'heroku':
      return evaluateHeroku(file, text, files);
    case 'fly':
      return evaluateFly(file, text, files);
    case 'render':
      return evaluateRender(file, text, files);
  }
}
