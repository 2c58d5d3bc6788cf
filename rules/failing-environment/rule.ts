import { defineRule, isEnvironmental, supportOf } from 'envariant/plugin';

export default defineRule({
  id: 'failing-environment',
  summary: 'A step fails for all environments but the ones that it names',
  category: 'dead-selector',
  severity: 'warning',
  since: '0.1.0',
  subject: 'build',
  *check({ build }) {
    const { space } = build.texts;
    for (const failure of build.failures) {
      if (failure.deliberate || failure.when.kind === 'one' || build.stages[failure.stage]?.reached === space.false)
        continue;
      if (![...supportOf(failure.when)].some(isEnvironmental)) continue;
      const names = [...supportOf(failure.when)].filter(isEnvironmental).map((selector) => selector.name);
      yield {
        at: failure.place,
        when: failure.when,
        message: `This step fails unless its condition on ${names.join(' and ')} holds, so every other environment gets no image at all.`,
        effect: '`[ … ] && command` ends with status 1 where the test is false, and RUN fails.',
        help: 'Write `if [ … ]; then command; fi`.',
      };
    }
  },
});
