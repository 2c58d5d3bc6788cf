export { type ComposeTarget, type ComposeTargets, composeBakeTargets } from './bake.js';
export { type ComposeCommand, type ComposeInput, evaluateCompose } from './call.js';
export { looksLikeCompose } from './load.js';
export { isComposeFile } from './names.js';
export { composeFilesIn, evaluateComposeProject, isComposeByContent, openEnvironment } from './project.js';
