import { defineRule } from 'envariant/plugin';

export default defineRule({
  id: 'conditional-settings',
  summary: 'USER, WORKDIR, EXPOSE, VOLUME or STOPSIGNAL of the image differ between environments',
  category: 'conditional-build',
  severity: 'warning',
  since: '0.1.0',
  subject: 'setting',
  *check(setting) {
    if (setting.step.setting === 'ENV') return;
    yield {
      at: setting.at,
      value: setting.value,
      message: `${setting.step.setting} of the image depends on {selector}.`,
      effect: 'Permissions and paths that worked where the image was tested can fail where it runs.',
      help: 'Use one value for every environment; what must differ can be set when the container is started.',
    };
  },
});
