import { defineRule } from 'envariant/plugin';

export default defineRule({
  id: 'environment-files',
  summary: 'The files that are copied into the image are chosen by the environment',
  category: 'file-selection',
  severity: 'warning',
  since: '0.1.0',
  subject: 'files',
  *check(files) {
    yield {
      at: files.at,
      value: files.value,
      message: 'Which files get into the image depends on {selector}, so the image fits one environment only.',
      effect: 'An image that carries one environment\'s files cannot be promoted to another.',
      help: 'Mount the file or pass its settings when the container is started, and keep it out of the image.',
    };
  },
});
