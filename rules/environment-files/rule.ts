import { choosesFiles, defineRule } from 'envariant/plugin';

export default defineRule({
  id: 'environment-files',
  summary: 'The files that are copied into the image are chosen by the environment',
  category: 'file-selection',
  severity: 'warning',
  since: '0.1.0',
  subject: ['files', 'dependencies'],
  *check(files) {
    const installs = files.kind === 'dependencies';
    if (installs && !choosesFiles(files)) return;
    yield {
      at: files.at,
      value: files.value,
      // A copy is always made: that nothing of it ships where nobody reads it is told of what reads it.
      absence: installs,
      message: installs
        ? 'Which file says what is installed depends on {selector}, so tests run with packages that production does not have.'
        : 'Which files get into the image depends on {selector}, so the image fits one environment only.',
      effect: 'An image that carries the files of one environment cannot be promoted to another.',
      help: installs
        ? 'Install the production file in the stage that ships, and the others in a stage of their own that only tests use.'
        : 'Mount the file or pass its settings when the container is started, and keep it out of the image.',
    };
  },
});
