import { defineRule, type Steps } from 'envariant/plugin';

export default defineRule({
  id: 'conditional-steps',
  summary: 'A step changes the image for some environments only',
  category: 'conditional-build',
  severity: 'warning',
  since: '0.1.0',
  subject: 'steps',
  *check(steps) {
    // A script alone makes no image; who runs it for one is asked about the image.
    if (steps.build.kind === 'script') return;
    const { space } = steps.build.texts;
    const first = steps.members.find((step) => step.ships !== space.true) ?? steps.members[0];
    const opaque = isOpaque(steps);
    yield {
      at: first?.place ?? steps.at,
      value: steps.value,
      message: opaque
        ? 'This command is given {selector}, and what it does with it is not known.'
        : 'What this step puts into the image depends on {selector}.',
      ...(opaque ? { severity: 'info' as const, confidence: 'possible' as const } : {}),
      effect: 'An image that was tested for one environment has other contents than the one that ships to another.',
      help: 'Do the same in every environment and decide at run time, or give the environments that need more a stage of their own.',
    };
  },
});

/** Whether all that differs is a word that a program of unknown effect is given. */
function isOpaque(steps: Steps): boolean {
  const { space } = steps.build.texts;
  const varying = steps.members.filter(
    (step) => step.words.some(({ item }) => item.text.holds.size > 0) || step.ships !== space.true,
  );
  return (
    varying.length > 0 &&
    varying.every((step) => step.ships === space.true && (step.call === undefined || step.call.role === 'run'))
  );
}
