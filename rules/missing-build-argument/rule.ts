import { callerName, defineRule, isForDevelopment } from 'envariant/plugin';

export default defineRule({
  id: 'missing-build-argument',
  summary: 'A caller does not pass a build argument that the Dockerfile needs',
  category: 'build-args',
  severity: 'warning',
  since: '0.1.0',
  subject: 'image',
  options: {
    allow: { type: 'strings', summary: 'Arguments that callers may leave out', default: [] },
  },
  *check({ dockerfile, missing }, { options }) {
    for (const { name, declared, lacking, passing } of missing) {
      const [first] = lacking;
      if (first === undefined || options.allow.includes(name)) continue;
      const { bound, hole } = first;
      const others = passing === undefined ? 'no caller passes it' : 'this build does not pass it';
      const given = { when: { 'built by': [callerName(bound)] }, value: `no ${name} → ${hole.text}` };
      yield {
        at: bound.request.place,
        ...(lacking.every((one) => isForDevelopment(one.bound)) ? { severity: 'info' as const } : {}),
        message: hole.broken
          ? `${dockerfile} has no default for ${name} and does not work without it, but ${others}.`
          : `${dockerfile} has no default for ${name}, and ${others}: what it puts into the image is empty.`,
        rows:
          passing === undefined
            ? [given]
            : [
                { when: { 'built by': [callerName(passing.bound)] }, value: `${name} is passed → ${passing.text}` },
                given,
              ],
        related: [
          { at: declared, message: `${name} is declared here, without a default` },
          { at: hole.place, message: 'what needs it' },
          ...lacking.slice(1).map((one) => ({
            at: one.bound.request.place,
            message: `${callerName(one.bound)} does not pass it either`,
          })),
        ],
        effect: 'The builder does not ask: an argument that nobody passes is an empty text.',
        help: `Pass ${name} here too, or give it the default that ships (\`ARG ${name}=…\`).`,
      };
    }
  },
});
