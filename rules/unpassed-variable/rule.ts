import { callerName, defineRule } from 'envariant/plugin';

export default defineRule({
  id: 'unpassed-variable',
  summary: 'A variable is set for the command that builds an image, and never reaches the Dockerfile',
  category: 'build-args',
  severity: 'warning',
  since: '0.1.0',
  subject: 'image',
  *check({ dockerfile, unpassed, overruled }) {
    for (const { bound, name, value, place, differences } of unpassed) {
      yield {
        at: place,
        message: `\`${name}=${value}\` is for the builder alone: ${dockerfile} declares ${name} and is not given it, so the image is the one that is built without.`,
        rows: [
          { when: { [name]: [value] }, value: differences.map(({ right }) => right ?? '(not run)').join('; ') },
          { when: { [name]: [null] }, value: differences.map(({ left }) => left ?? '(not run)').join('; ') },
        ],
        related: [
          { at: bound.request.place, message: `built by ${callerName(bound)}` },
          ...differences.map((difference) => ({ at: difference.place, message: 'what is built without it' })),
        ],
        effect: 'A builder takes build arguments from its options only; its own environment stays outside.',
        help: `Pass it (\`--build-arg ${name}\` takes the value of the environment), or do not set it.`,
      };
    }
    for (const { bound, name, value, kept, assigned, call, differences } of overruled) {
      yield {
        at: assigned,
        message: `Make takes \`${name} = ${kept}\` from here, although \`${call.message}\` is run with ${name}=${value} in its environment: what it asks for is not what is built.`,
        rows: [
          { when: { [name]: [value] }, value: differences.map(({ right }) => right ?? '(not run)').join('; ') },
          { when: { [name]: [kept] }, value: differences.map(({ left }) => left ?? '(not run)').join('; ') },
        ],
        related: [
          { at: call.place, message: `is given ${name}=${value}` },
          { at: bound.request.place, message: `built by ${callerName(bound)}` },
          ...differences
            .filter(({ place }) => place !== bound.request.place)
            .map(({ place }) => ({ at: place, message: `what is built with ${name}=${kept}` })),
        ],
        effect: 'A variable of the environment loses to an assignment in the makefile; only `?=` leaves it as it is.',
        help: `Assign it with \`?=\`, or give it to make itself: \`${call.message} ${name}=${value}\`.`,
      };
    }
  },
});
