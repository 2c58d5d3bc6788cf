import { argumentText, callerName, defineRule, differingArguments, isForDevelopment, listed } from 'envariant/plugin';

export default defineRule({
  id: 'divergent-build-arguments',
  summary: 'Two callers build one Dockerfile with arguments that make different images',
  category: 'build-args',
  severity: 'warning',
  since: '0.1.0',
  subject: 'image',
  *check({ dockerfile, divergences }) {
    const [divergence] = divergences;
    if (divergence === undefined) return;
    const { left, right, differences } = divergence;
    const names = differingArguments(left, right);
    const places = divergences.flatMap((one) => [one.left, one.right]);
    const at = [...left.arguments].find(([name]) => names.has(name))?.[1].place ?? left.request.place;
    yield {
      at,
      ...(divergences.every((one) => isForDevelopment(one.left) || isForDevelopment(one.right))
        ? { severity: 'info' as const }
        : {}),
      message: `Callers build ${dockerfile} with different values of ${listed([...names])}, and the images differ: what one caller tests is not what the other one makes.`,
      rows: [left, right].map((bound, i) => ({
        when: { 'built by': [callerName(bound)] },
        value: `${argumentText(bound, names)} → ${differences.map((one) => (i === 0 ? one.left : one.right) ?? '(not run)').join('; ')}`,
      })),
      related: [
        ...places.map((bound) => ({ at: bound.request.place, message: `built by ${callerName(bound)}` })),
        ...places.flatMap((bound) =>
          [...bound.arguments].flatMap(([name, { place }]) =>
            names.has(name) && place.start !== bound.request.place.start && place !== at
              ? [{ at: place, message: `passes ${name} here` }]
              : [],
          ),
        ),
        ...differences.map(({ place }) => ({ at: place, message: 'what differs' })),
      ],
      effect: 'Callers that look alike build different things from one file.',
      help: `Pass ${listed([...names]) || 'the same arguments'} alike everywhere, or make the Dockerfile's default the value that ships.`,
    };
  },
});
