import { defineRule } from 'envariant/plugin';

export default defineRule({
  id: 'environment-base-image',
  summary: 'The base image or stage is chosen by the environment',
  category: 'base-selection',
  severity: 'warning',
  since: '0.1.0',
  subject: 'base',
  *check(base) {
    yield {
      at: base.at,
      value: base.value,
      absence: false,
      message: 'What this stage is built on depends on {selector}.',
      effect: 'Libraries, users and tools of the base differ, so tests on one say little about the other.',
      help: 'Build all environments on one base, and add what tests need in a stage after it.',
    };
  },
});
