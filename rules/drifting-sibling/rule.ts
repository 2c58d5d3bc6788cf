import { defineRule, environmentOf, listed } from 'envariant/plugin';

export default defineRule({
  id: 'drifting-sibling',
  summary: 'A Dockerfile for another environment makes another image than the one beside it',
  category: 'sibling-drift',
  severity: 'warning',
  since: '0.1.0',
  subject: 'sibling',
  *check({ at, build, other, variant, differences, chosen }) {
    const whats = [...new Set(differences.map(({ what }) => what))];
    yield {
      at,
      ...(environmentOf(variant) === undefined ? { severity: 'info' as const } : {}),
      message: `${build.file} and ${other.file} have drifted apart: ${listed(whats)} ${whats.length === 1 ? 'differs' : 'differ'}, so the image for ${variant} is not the one that the other file makes.`,
      rows: [
        { when: { file: [build.file] }, value: differences.map(({ left }) => left).join('; ') },
        { when: { file: [other.file] }, value: differences.map(({ right }) => right).join('; ') },
      ],
      related: [
        ...(chosen === undefined ? [] : [{ at: chosen, message: 'the caller chooses between the two files' }]),
        ...differences.map(({ place, what }) => ({ at: place, message: `another ${what}` })),
        ...build.stages.map(({ place }) => ({ at: place, message: 'a stage of this file' })),
        ...other.stages.slice(-1).map(({ place }) => ({ at: place, message: 'the image of the other file' })),
      ],
      effect: 'What is found in one image need not be there in the other, faults included.',
      help: 'Build both from one Dockerfile with stages for what differs on purpose.',
    };
  },
});
