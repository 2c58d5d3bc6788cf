import { argumentText, callerName, defineRule } from 'envariant/plugin';

export default defineRule({
  id: 'promoted-image',
  summary: 'An image that depends on the environment runs in another one than it was built for',
  category: 'shared-image',
  severity: 'error',
  since: '0.1.0',
  subject: 'promotion',
  *check({ bound, argument, deployment, environment, through, differences, others }) {
    const { request } = bound;
    yield {
      at: request.place,
      message: `This image is built for ${argument.value} (${argument.name}) and runs in ${environment.name}, but what it contains depends on ${argument.name}.`,
      rows: [
        {
          when: { [argument.name]: [argument.value] },
          value: differences.map(({ left }) => left ?? '(not run)').join('; '),
        },
        {
          when: { [argument.name]: [environment.name] },
          value: differences.map(({ right }) => right ?? '(not run)').join('; '),
        },
      ],
      related: [
        ...request.chain.map(({ place, message }) => ({ at: place, message })),
        { at: argument.place ?? request.place, message: `built with ${argumentText(bound)} by ${callerName(bound)}` },
        ...differences.map(({ place }) => ({ at: place, message: 'what differs' })),
        ...through.map((at) => ({ at, message: 'gets another name here' })),
        { at: deployment.place, message: `runs in ${environment.name} (${deployment.by})` },
        ...others.map((at) => ({ at, message: 'runs here before that' })),
      ],
      effect: 'Build once and promote is sound only for an image that is the same for every environment.',
      help: `Make the image independent of ${argument.name}, or build one for ${environment.name} and deploy that.`,
    };
  },
});
