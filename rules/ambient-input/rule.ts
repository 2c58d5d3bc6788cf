import { ambientOf, type CommandStep, defineRule, render, symbolsOf } from 'envariant/plugin';

const WHAT: Readonly<Record<string, string>> = {
  clock: 'the time of the build',
  host: 'the machine that builds',
  user: 'the person who builds',
  random: 'a random value',
};

/** The kernel's name and the processor say the platform, which builds are made for on purpose; a temporary file's name is gone. */
const PLATFORM = /\b(?:uname|arch|mktemp)\b/;

export default defineRule({
  id: 'ambient-input',
  summary: 'The time, the machine or the user of the build gets into what ships',
  category: 'ambient-input',
  severity: 'info',
  since: '0.1.0',
  subject: ['program', 'steps'],
  *check(subject) {
    for (const step of subject.members) {
      const source = ambientSource(step);
      if (source === undefined || (subject.kind === 'steps' && step.outputs.length === 0)) continue;
      const origin = subject.build.origins.get(source.expression);
      yield {
        at: origin ?? step.place,
        ...(origin === undefined ? {} : { related: [{ at: step.place, message: 'it gets in here' }] }),
        when: step.ships,
        message: `What this command makes contains ${WHAT[source.source] ?? 'something of the build machine'} (\`${source.expression}\`), so two builds of one commit differ.`,
        effect: 'An image that cannot be rebuilt bit by bit cannot be compared with the one that runs.',
        help: 'Pass the value as a build argument from the commit (SOURCE_DATE_EPOCH, the revision), or leave it out.',
      };
    }
  },
});

function ambientSource(step: CommandStep): { readonly source: string; readonly expression: string } | undefined {
  const words = step.words.map(({ item }) => render(item.text));
  const own = step.outputs.length > 0 ? ambientOf(words) : undefined;
  if (own !== undefined && Object.hasOwn(WHAT, own.source) && !PLATFORM.test(words[0] ?? ''))
    return { source: own.source, expression: words.join(' ') };
  for (const { item } of step.words) {
    for (const symbol of symbolsOf(item.text)) {
      if (Object.hasOwn(WHAT, symbol.source) && !PLATFORM.test(symbol.expression)) return symbol;
    }
  }
  return undefined;
}
