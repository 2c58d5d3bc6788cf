import { defineRule } from 'envariant/plugin';

export default defineRule({
  id: 'conditional-steps',
  summary: 'A step changes the image for some environments only',
  category: 'conditional-build',
  severity: 'warning',
  since: '0.1.0',
  subject: 'steps',
  *check(steps) {
    const { space } = steps.build.texts;
    const first = steps.members.find((step) => step.ships !== space.true) ?? steps.members[0];
    yield {
      at: first?.place ?? steps.at,
      value: steps.value,
      message: 'What this step puts into the image depends on {selector}.',
      effect: 'An image that was tested for one environment has other contents than the one that ships to another.',
      help: 'Do the same in every environment and decide at run time, or give the environments that need more a stage of their own.',
    };
  },
});
