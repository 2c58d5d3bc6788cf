import { choosesFiles, defineRule, differsOnlyByReads } from 'envariant/plugin';

export default defineRule({
  id: 'conditional-dependencies',
  summary: 'Another set of dependencies is installed for other environments',
  category: 'conditional-build',
  severity: 'warning',
  since: '0.1.0',
  subject: 'dependencies',
  *check(installed, { selecting }) {
    if (differsOnlyByReads(installed, selecting) || choosesFiles(installed)) return;
    yield {
      at: installed.at,
      value: installed.value,
      message:
        'Which dependencies are installed depends on {selector}, so tests run with packages that production does not have, or the other way round.',
      effect:
        'A package that only one environment has can hide a missing dependency until the image runs in another one.',
      help: 'Install the production set in the stage that ships, and the development set in a stage of its own that only tests use.',
    };
  },
});
