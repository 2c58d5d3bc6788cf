import { defineRule, differsOnlyByReads } from 'envariant/plugin';

export default defineRule({
  id: 'bundler-mode',
  summary: 'A front-end bundle is built in another mode for other environments',
  category: 'bundler-mode',
  severity: 'warning',
  since: '0.1.0',
  subject: 'program',
  *check(program) {
    if (!differsOnlyByReads(program) || program.call.toolchain !== 'npm') return;
    const names = [...new Set(program.reads.filter((read) => read.text.holds.size > 0).map((read) => read.name))];
    if (names.length === 0) return;
    yield {
      at: program.at,
      value: program.value,
      message: `The bundle is built with ${names.join(' and ')} from {selector}: bundlers and frameworks take their mode from it.`,
      effect: 'A development bundle is larger and slower, and runs other code paths than the one that was tested.',
      help: `Fix the mode where the bundle is built (\`${names[0] ?? 'NODE_ENV'}=production\`), and read what differs at run time.`,
    };
  },
});
