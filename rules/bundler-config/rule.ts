import { defineRule, isEnvironmentSelector } from 'envariant/plugin';

export default defineRule({
  id: 'bundler-config',
  summary:
    "A bundler's configuration builds something else for other environments, and nothing that ships it fixes which",
  category: 'bundler-mode',
  severity: 'warning',
  since: '0.1.0',
  subject: 'bundle',
  *check({ at, bundle, selectors, settings, value }) {
    const [name = 'NODE_ENV'] = selectors;
    const isMode = selectors.some((selector) => isEnvironmentSelector(selector) || selector === 'mode');
    yield {
      at,
      value,
      // A switch such as DEBUG is off unless somebody asks for it; a mode has to be something.
      severity: isMode ? 'warning' : 'info',
      ...(bundle.command === undefined ? { confidence: 'assumed' as const } : {}),
      message: `What ${bundle.tool} builds with this configuration depends on {selector}, which the build that ships does not fix.`,
      effect: 'The bundle that was tested and the one that ships differ in more than their settings at run time.',
      help:
        name === 'mode'
          ? 'Give the mode where the bundle is built: `--mode production`.'
          : `Fix the variable ${/\W/.test(name) ? 'in the step that builds' : `in the script that builds (\`${name}=production …\`)`}, or give both environments the same settings.`,
      related: [
        ...bundle.chain,
        ...settings.slice(0, 6).map(({ path, place }) => ({ at: place, message: `${path} differs` })),
      ],
    };
  },
});
