// @ts-check
import { defineRule, render } from 'envariant/plugin';

/** Images whose tag is looked for: an option, so that a project can add its own. */
const FLOATING = ['latest', 'edge'];

export default defineRule({
  id: 'floating-base',
  summary: 'A base image whose tag moves',
  category: 'base-selection',
  severity: 'warning',
  since: '1.0.0',
  subject: 'base',
  *check({ at, step }, { options }) {
    const more = Array.isArray(options.tags) ? options.tags : [];
    const image = render(step.text);
    const tag = /:([\w.-]+)$/.exec(image)?.[1];
    if (tag === undefined || ![...FLOATING, ...more].includes(tag)) return;
    yield {
      at,
      message: `\`${image}\` is another image tomorrow.`,
      help: 'Name a version, or better a digest.',
    };
  },
});
