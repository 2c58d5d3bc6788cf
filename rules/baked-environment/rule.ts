import { defineRule, environmentOf, textByDefault } from 'envariant/plugin';

export default defineRule({
  id: 'baked-environment',
  summary: 'A variable of the image is fixed by a build argument that says the environment',
  category: 'baked-environment',
  severity: 'info',
  since: '0.1.0',
  subject: 'setting',
  *check(setting) {
    if (setting.step.setting !== 'ENV') return;
    const { build, step } = setting;
    const byDefault = environmentOf(textByDefault(build.texts, step.text) ?? '');
    const risky = byDefault === 'development' || byDefault === 'testing';
    yield {
      at: setting.at,
      value: setting.value,
      message: `The image fixes ${step.name} when it is built, from the build argument {selector}.${risky ? ` Whoever builds without the argument ships a ${byDefault} image.` : ''}`,
      ...(risky ? { severity: 'warning' as const } : {}),
      effect: 'A container starts with the value of the environment that the image was built for, wherever it runs.',
      help: `Set ${step.name} where the container is started; if the image needs a default, make it the production value.`,
    };
  },
});
