import { defineRule, supportOf } from 'envariant/plugin';

export default defineRule({
  id: 'failing-environment',
  summary: 'A step fails for environments that should build',
  category: 'dead-selector',
  severity: 'warning',
  since: '0.1.0',
  subject: 'build',
  *check({ build }, { selecting }) {
    const { space } = build.texts;
    for (const failure of build.failures) {
      if (failure.deliberate || build.stages[failure.stage]?.reached === space.false) continue;
      const names = [
        ...new Set([...supportOf(failure.when)].filter(selecting.isEnvironmental).map(({ name }) => name)),
      ];
      const whose =
        names.length === 0
          ? 'No environment gets an image'
          : `Environments get no image, depending on ${names.join(' and ')}`;
      if (failure.refusal !== undefined) {
        yield {
          at: failure.place,
          message: `${whose}: ${failure.refusal}.`,
          effect: 'The command fails, and with it the build.',
          help: 'Give the command words that it takes in every environment; quote a variable only when it is never empty.',
        };
      } else if (names.length > 0) {
        yield {
          at: failure.place,
          message: `This step fails unless its condition on ${names.join(' and ')} holds, so every other environment gets no image at all.`,
          effect: '`[ … ] && command` ends with status 1 where the test is false, and RUN fails.',
          help: 'Write `if [ … ]; then command; fi`.',
        };
      }
    }
  },
});
