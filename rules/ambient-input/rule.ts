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
    // A stamp that is made in several ways is one stamp.
    const told = new Set<string>();
    for (const step of subject.members) {
      if (subject.kind === 'steps' && step.outputs.length === 0) continue;
      for (const { source, expression } of ambientSources(step)) {
        const { origins } = subject.build;
        const origin = origins.get(expression);
        const { file, start } = origin ?? step.place;
        const key = `${source} ${file}:${start}`;
        if (told.has(key)) continue;
        told.add(key);
        // What a shell made of other unknowns comes from where these do.
        const inner = [...origins].filter(([other]) => other !== expression && expression.includes(other));
        yield {
          at: origin ?? step.place,
          related: [
            ...inner.map(([, at]) => ({ at, message: 'it comes from here' })),
            ...(origin === undefined ? [] : [{ at: step.place, message: 'it gets in here' }]),
          ],
          when: step.ships,
          message: `What this command makes contains ${WHAT[source] ?? 'something of the build machine'} (\`${expression}\`), so two builds of one commit differ.`,
          effect: 'An image that cannot be rebuilt bit by bit cannot be compared with the one that runs.',
          help: 'Pass the value as a build argument from the commit (SOURCE_DATE_EPOCH, the revision), or leave it out.',
        };
      }
    }
  },
});

/** What of the build machine gets into what a step makes; one for each kind, so that one stamp is told once. */
function ambientSources(step: CommandStep): Iterable<{ readonly source: string; readonly expression: string }> {
  const words = step.words.map(({ item }) => render(item.text));
  const own = step.outputs.length > 0 ? ambientOf(words) : undefined;
  if (own !== undefined && Object.hasOwn(WHAT, own.source) && !PLATFORM.test(words[0] ?? ''))
    return [{ source: own.source, expression: words.join(' ') }];
  const found = new Map<string, { readonly source: string; readonly expression: string }>();
  for (const symbol of step.words.flatMap(({ item }) => symbolsOf(item.text))) {
    const { source, expression } = symbol;
    if (Object.hasOwn(WHAT, source) && !PLATFORM.test(expression) && !found.has(source)) found.set(source, symbol);
  }
  return found.values();
}
