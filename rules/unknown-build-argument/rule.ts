import { callerName, defineRule, isBuildToggle, isEnvironmentSelector } from 'envariant/plugin';

/** Arguments that every builder knows without a declaration. */
const PREDEFINED =
  /^(?:https?_proxy|ftp_proxy|no_proxy|all_proxy|BUILDKIT_.*|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT|OSVERSION|STAGE))$/i;

export default defineRule({
  id: 'unknown-build-argument',
  summary: 'A caller passes a build argument that the Dockerfile never declares',
  category: 'build-args',
  severity: 'warning',
  since: '0.1.0',
  subject: 'image',
  options: {
    allow: {
      type: 'strings',
      summary: 'Arguments that may be passed to Dockerfiles that do not declare them',
      default: [],
    },
  },
  *check({ builds, dockerfile }, { options }) {
    for (const bound of builds) {
      const declared = new Set((bound.image?.arguments ?? []).map(({ name }) => name));
      const stage = bound.image?.stages[bound.image.target];
      for (const [name, { place }] of bound.arguments) {
        if (declared.has(name) || PREDEFINED.test(name) || options.allow.includes(name)) continue;
        const removal = bound.removals?.get(name);
        yield {
          at: place,
          ...(isEnvironmentSelector(name) || isBuildToggle(name) ? {} : { severity: 'info' as const }),
          message: `${dockerfile} declares no argument ${name}, so passing it has no effect.`,
          related: [
            { at: bound.request.place, message: `built by ${callerName(bound)}` },
            ...(stage === undefined ? [] : [{ at: stage.place, message: `this stage does not declare ${name}` }]),
          ],
          effect:
            'The builder accepts it with a warning at most; whoever passes it believes in a difference that is not there.',
          ...(removal === undefined
            ? {}
            : { fixes: [{ title: `Stop passing ${name}`, safe: true, edits: [{ ...removal, text: '' }] }] }),
          help: `Declare it (\`ARG ${name}\`) in the stage that reads it, or stop passing it.`,
        };
      }
    }
  },
});
