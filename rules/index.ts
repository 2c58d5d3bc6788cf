// Written by `node build.mjs --rules` from the folders; do not edit.
import type { AnyRule } from 'envariant/plugin';
import ambientInput from './ambient-input/rule.js';
import bakedEnvironment from './baked-environment/rule.js';
import bundlerConfig from './bundler-config/rule.js';
import bundlerMode from './bundler-mode/rule.js';
import conditionalBuildFlags from './conditional-build-flags/rule.js';
import conditionalDependencies from './conditional-dependencies/rule.js';
import conditionalSettings from './conditional-settings/rule.js';
import conditionalSteps from './conditional-steps/rule.js';
import deadSelector from './dead-selector/rule.js';
import deployedWorkStage from './deployed-work-stage/rule.js';
import divergentBuildArguments from './divergent-build-arguments/rule.js';
import driftingSibling from './drifting-sibling/rule.js';
import environmentBaseImage from './environment-base-image/rule.js';
import environmentFiles from './environment-files/rule.js';
import environmentTarget from './environment-target/rule.js';
import failingEnvironment from './failing-environment/rule.js';
import implicitEnvironment from './implicit-environment/rule.js';
import instrumentedImage from './instrumented-image/rule.js';
import makefileTrap from './makefile-trap/rule.js';
import missingBuildArgument from './missing-build-argument/rule.js';
import overwrittenImageTag from './overwritten-image-tag/rule.js';
import promotedImage from './promoted-image/rule.js';
import shellTrap from './shell-trap/rule.js';
import unknownBuildArgument from './unknown-build-argument/rule.js';
import unpassedVariable from './unpassed-variable/rule.js';
import untestedImage from './untested-image/rule.js';

/** Every rule of the project, in the order of their names. */
export const rules: readonly AnyRule[] = [
  ambientInput,
  bakedEnvironment,
  bundlerConfig,
  bundlerMode,
  conditionalBuildFlags,
  conditionalDependencies,
  conditionalSettings,
  conditionalSteps,
  deadSelector,
  deployedWorkStage,
  divergentBuildArguments,
  driftingSibling,
  environmentBaseImage,
  environmentFiles,
  environmentTarget,
  failingEnvironment,
  implicitEnvironment,
  instrumentedImage,
  makefileTrap,
  missingBuildArgument,
  overwrittenImageTag,
  promotedImage,
  shellTrap,
  unknownBuildArgument,
  unpassedVariable,
  untestedImage,
];
