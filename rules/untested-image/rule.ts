import {
  argumentText,
  type BoundBuild,
  callerName,
  defineRule,
  differingArguments,
  listed,
  type Place,
} from 'envariant/plugin';

/** What the pipeline runs; the files that it hands to compose or make are further on. */
function stepOf({ caller, request }: BoundBuild): Place {
  if (request.place.file === caller.file) return request.place;
  return request.chain.findLast(({ place }) => place.file === caller.file)?.place ?? request.place;
}

export default defineRule({
  id: 'untested-image',
  summary: 'A pipeline tests one build of an image and ships another one that differs',
  category: 'build-args',
  severity: 'warning',
  since: '0.1.0',
  subject: 'image',
  *check({ dockerfile, untested }) {
    for (const { tested, shipped, differences } of untested) {
      const names = differingArguments(tested, shipped);
      const roles = [
        ['tested', tested],
        ['shipped', shipped],
      ] as const;
      yield {
        at: stepOf(tested),
        message: `The pipeline tests ${dockerfile} with one value of ${listed([...names])} and ships it with another, so what ships is not what was tested.`,
        rows: roles.map(([role, bound], i) => ({
          when: { [`${role} as built by`]: [callerName(bound)] },
          value: `${argumentText(bound, names)} → ${differences.map((one) => (i === 0 ? one.left : one.right) ?? '(not run)').join('; ')}`,
        })),
        related: [
          ...roles.flatMap(([role, { request }]) => [
            ...request.chain.slice(0, 2).map(({ place, message }) => ({ at: place, message: `${role} by ${message}` })),
            { at: request.place, message: `${role} as it is built here` },
          ]),
          ...differences.map(({ place }) => ({ at: place, message: 'what differs' })),
        ],
        effect: 'What only the shipped build does wrong is found where it runs.',
        help: 'Build the image once, test that one and push it; or give both builds the same arguments (`docker compose` without `-f` takes the override along).',
      };
    }
  },
});
