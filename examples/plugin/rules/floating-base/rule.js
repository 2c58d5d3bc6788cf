// @ts-check
import { defineRule, render } from 'envariant/plugin';

const FLOATING = ['latest', 'edge'];

export default defineRule({
  id: 'floating-base',
  summary: 'A base image whose tag moves',
  category: 'base-selection',
  severity: 'warning',
  since: '1.0.0',
  subject: 'base',
  // What settings may give it: ["warning", { "tags": ["nightly"] }]. All else is an error that names the nearest option.
  options: { tags: { type: 'strings', summary: 'Tags that move, too', default: [] } },
  *check({ at, step }, { options }) {
    const image = render(step.text);
    const tag = /:([\w.-]+)$/.exec(image)?.[1];
    if (tag === undefined || ![...FLOATING, ...options.tags].includes(tag)) return;
    yield {
      at,
      message: `\`${image}\` is another image tomorrow.`,
      help: 'Name a version, or better a digest.',
    };
  },
});
