import { defineRule, differsOnlyByReads, fixRead, varyingReads } from 'envariant/plugin';

export default defineRule({
  id: 'implicit-environment',
  summary: 'A tool reads the environment from a variable that the command does not mention',
  category: 'conditional-build',
  severity: 'warning',
  since: '0.1.0',
  subject: ['program', 'dependencies'],
  *check(subject, { selecting }) {
    if (!differsOnlyByReads(subject, selecting) || (subject.kind === 'dependencies' && !subject.readsDecide)) return;
    const names = varyingReads(subject);
    if (names.length === 0) return;
    const command = [subject.call.command, subject.call.subcommand].join(' ').trim();
    yield {
      at: subject.at,
      value: subject.value,
      message: `What \`${command}\` makes depends on {selector}: it reads ${names.join(' and ')}, which the line does not show.`,
      effect: 'Two environments run the same line and get different artifacts.',
      help: fixRead(names[0] ?? '', command),
    };
  },
});
