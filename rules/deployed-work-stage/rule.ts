import { callerName, defineRule } from 'envariant/plugin';

export default defineRule({
  id: 'deployed-work-stage',
  summary: 'A stage for development or tests runs in another environment',
  category: 'base-selection',
  severity: 'error',
  since: '0.1.0',
  subject: 'deployed-stage',
  *check({ at, bound, name, madeFor, meant, deployment, environment, through, differences }) {
    const { dockerfile, request } = bound;
    const where = environment === undefined ? 'is deployed' : `runs in ${environment.name}`;
    const instead = meant === undefined ? 'the last stage' : `\`${meant}\``;
    const shown = differences.slice(0, 4);
    yield {
      at,
      ...(environment === undefined ? { severity: 'warning' as const, confidence: 'possible' as const } : {}),
      message: `The stage \`${name}\` of ${dockerfile} is for ${madeFor}, and ${where} instead of ${instead}.`,
      rows: [
        { when: { target: [name] }, value: shown.map(({ left }) => left ?? '(nothing)').join('; ') },
        { when: { target: [meant ?? null] }, value: shown.map(({ right }) => right ?? '(nothing)').join('; ') },
      ],
      related: [
        ...request.chain.map(({ place, message }) => ({ at: place, message })),
        { at: request.place, message: `built by ${callerName(bound)}` },
        ...shown.map(({ place }) => ({ at: place, message: 'what differs' })),
        ...through.map((place) => ({ at: place, message: 'gets another name here' })),
        { at: deployment.place, message: `runs here (${deployment.by})` },
      ],
      effect:
        'Tools and dependencies for work make an image larger, slower and easier to attack, and the stage that was meant to run is never tested.',
      help: `Build ${instead} for what is deployed, and test that; keep \`${name}\` where it belongs.`,
    };
  },
});
