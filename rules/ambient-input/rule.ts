import {
  ambientOf,
  type Build,
  type CommandStep,
  defineRule,
  type Place,
  render,
  symbolsOf,
  type TextSymbol,
} from 'envariant/plugin';

const WHAT: Readonly<Record<string, string>> = {
  clock: 'the time of the build',
  host: 'the machine that builds',
  user: 'the person who builds',
  random: 'a random value',
};

/**
 * The kernel's name and the processor say the platform, which builds are made for on purpose (`uname -n` is the host's
 * name); a temporary file's name is gone.
 */
const PLATFORM = /\b(?:uname(?! -\w*[an])|arch|mktemp)\b/;

/** A second, as SOURCE_DATE_EPOCH has it. */
const EPOCH = '1700000000';

export default defineRule({
  id: 'ambient-input',
  summary: 'The time, the machine or the user of the build gets into what ships',
  category: 'ambient-input',
  severity: 'info',
  since: '0.1.0',
  subject: ['program', 'steps'],
  options: {
    allow: {
      type: 'strings',
      summary: 'What of the build machine may get into what ships',
      default: [],
      values: ['clock', 'host', 'user', 'random'],
    },
  },
  *check(subject, { options }) {
    for (const step of subject.members) {
      if (subject.kind === 'steps' && step.outputs.length === 0) continue;
      for (const { source, expression, symbols } of ambientInputs(subject.build, step)) {
        if (options.allow.includes(source)) continue;
        const [origin, ...others] = originsOf(subject.build, symbols);
        const apart = origin !== undefined && !contains(step.place, origin);
        yield {
          at: origin ?? step.place,
          related: [
            ...others.map((at) => ({ at, message: 'it comes from here, too' })),
            ...(apart ? [{ at: step.place, message: 'it gets in here' }] : []),
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

interface AmbientInput {
  readonly source: string;
  readonly expression: string;
  readonly symbols: readonly TextSymbol[];
}

/** What of the build machine gets into what a step makes; one for each kind, so that one stamp is told once. */
function ambientInputs({ texts }: Build, step: CommandStep): readonly AmbientInput[] {
  const words = step.words.map(({ item }) => render(item.text));
  const own = step.outputs.length > 0 ? ambientOf(words) : undefined;
  if (own !== undefined && Object.hasOwn(WHAT, own.source) && !PLATFORM.test(words[0] ?? ''))
    return [{ source: own.source, expression: words.join(' '), symbols: [] }];
  const all = step.words
    .flatMap(({ item }) => symbolsOf(item.text))
    .filter((symbol) => !PLATFORM.test(symbol.expression));
  // Whoever sets SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/) gets the same time again:
  // the clock is there for those who do not ask for more.
  const epoch = texts.space.input('SOURCE_DATE_EPOCH');
  const lasting = new Set(
    step.words
      .filter(({ when }) => texts.space.given(when, epoch, EPOCH) !== texts.space.false)
      .flatMap(({ item }) => symbolsOf(item.text.given(epoch, EPOCH))),
  );
  return Object.keys(WHAT).flatMap((source) => {
    const symbols = all.filter((symbol) => symbol.source === source && (source !== 'clock' || lasting.has(symbol)));
    return symbols[0] === undefined ? [] : [{ source, expression: symbols[0].expression, symbols }];
  });
}

/** Where unknowns were asked for; what was computed from others comes from where these do, too. */
function originsOf({ origins }: Build, symbols: readonly TextSymbol[]): readonly Place[] {
  const places = symbols.flatMap((symbol) => [
    ...(origins.get(symbol) ?? []),
    ...[...origins].flatMap(([{ expression }, at]) => (isPart(expression, symbol.expression) ? at : [])),
  ]);
  return places.filter((at, i) => places.findIndex(({ file, start }) => file === at.file && start === at.start) === i);
}

function isPart(part: string, whole: string): boolean {
  return part !== whole && whole.includes(part);
}

function contains(outer: Place, inner: Place): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;
}
