import {
  absenceFact,
  callerName,
  type Dependencies,
  type Draft,
  defineRule,
  describeCall,
  environmentByDefault,
  type FlagFact,
  flagFactsOf,
  type ImageSubject,
  type ImplicitRead,
  type InstrumentedBuild,
  isWorkFile,
  lacksCompiler,
  type Program,
  supportOf,
  variableFact,
  withFlag,
  wordsByDefault,
} from 'envariant/plugin';

export default defineRule({
  id: 'instrumented-image',
  summary: 'The image ships an instrumented or debug build, or development dependencies, unless told otherwise',
  category: 'instrumentation',
  severity: 'error',
  since: '0.1.0',
  subject: ['program', 'dependencies', 'image'],
  *check(subject, { selecting }) {
    if (subject.kind === 'image') {
      yield* checkBuilds(subject);
      return;
    }
    // A script alone makes no image; who runs it for one is asked about the image.
    if (subject.build.kind === 'script') return;
    // What is for tests or development is told where it ships.
    if (subject.build.kind === 'dockerfile' && isWorkFile(subject.build.file)) return;
    // What only some environments ship is told by the rules about differences.
    if ([...supportOf(subject.ships)].some(selecting.isInput)) return;
    const draft = subject.kind === 'program' ? checkProgram(subject) : checkDependencies(subject);
    if (draft !== undefined) yield { at: subject.at, when: subject.ships, ...draft };
  },
});

/** What callers ask for. */
function* checkBuilds({ instrumented }: ImageSubject): Generator<Draft> {
  const told = new Set<string>();
  for (const one of instrumented) {
    const { bound, passed, fact, place, command } = one;
    const at = passed?.argument.place ?? bound.request.place;
    const key = `${at.file}:${at.start} ${passed?.name}`;
    if (told.has(key)) continue;
    told.add(key);
    yield {
      at,
      ...saidOf(one),
      severity: fact.severity === 'error' ? 'error' : 'warning',
      related: [
        ...bound.request.chain.map((link) => ({ at: link.place, message: link.message })),
        { at: bound.request.place, message: `built by ${callerName(bound)}` },
        { at: place, message: passed === undefined ? `\`${command}\`` : 'the command that gets it' },
      ],
      effect: fact.effect,
    };
  }
}

function saidOf({ bound, passed, fact, command }: InstrumentedBuild): Pick<Draft, 'message' | 'rows' | 'help'> {
  const built = `the program in it is built ${withFlag(fact)}.`;
  if (passed === undefined)
    return {
      message: `This build ships ${bound.dockerfile}, which is for tests or development: ${built}`,
      help: 'Ship what the Dockerfile for production makes.',
    };
  const { name, argument, plain } = passed;
  return {
    message: `This build ships, and passes ${name}=${argument.value}: ${built}`,
    rows: [
      { when: { [name]: [argument.value] }, value: command },
      { when: { [name]: [null] }, value: plain },
    ],
    help: `Pass ${name} for tests only, in a build of their own.`,
  };
}

function checkProgram(program: Program): Omit<Draft, 'at'> | undefined {
  const [step, another] = program.members;
  if (
    step === undefined ||
    another !== undefined ||
    step.words.some(({ when, item }) => when.kind === 'choice' || item.text.holds.size > 0)
  )
    return undefined;
  const { texts } = program.build;
  const { toolchain, subcommand } = program.call;
  const words = step.words.map(({ item }) => texts.constant(item.text) ?? '…').slice(1);
  const env = environmentByDefault(program.build, step);
  const fixed = new Map(
    program.reads.flatMap((read) => {
      const value = isArgument(read) ? env(read.name) : texts.constant(read.text);
      return read.set === texts.space.true || isArgument(read) ? [[read.name, value] as const] : [];
    }),
  );
  const facts: (FlagFact | undefined)[] = [
    ...flagFactsOf(toolchain, subcommand, words),
    absenceFact(toolchain, subcommand, words, env),
  ];
  for (const [name, value] of fixed) if (value !== undefined) facts.push(variableFact(toolchain, name, value));
  const worst =
    facts.find((fact) => fact !== undefined && fact.polarity !== 'production' && fact.severity === 'error') ??
    facts.find((fact) => fact?.kind === 'absence' && fact.severity === 'error');
  if (worst === undefined) return undefined;
  const isByDefault = program.reads.some((read) => isArgument(read) && worst.names.includes(read.name));
  return {
    ...(hasPlainTwin(program) ? { severity: 'info' as const } : {}),
    ...(lacksCompiler(program, worst) ? { confidence: 'assumed' as const } : {}),
    message: `The program that ships is built ${withFlag(worst)}, ${isByDefault ? 'unless told otherwise' : 'in every environment'}.`,
    effect: worst.effect,
    help: 'Build what ships without it; keep it in a stage that only tests use.'.replace(
      'without it',
      worst.kind === 'absence' ? 'for release' : 'without it',
    ),
  };
}

/** Whether a variable is an argument of its own name, so that its default counts where nobody passes it. */
function isArgument({ name, text, set }: ImplicitRead): boolean {
  const deciding = [...text.holds, ...supportOf(set)];
  return deciding.length > 0 && deciding.every((selector) => (selector.about?.selector ?? selector).name === name);
}

/** Development sets that the command asks for by name; that a tool installs everything unless told otherwise is no finding. */
function checkDependencies(installed: Dependencies): Omit<Draft, 'at'> | undefined {
  // What a builder stage installs ships only as far as it is copied, which its dependencies seldom are.
  if (installed.stage !== installed.build.target) return undefined;
  const last = installed.members[installed.members.length - 1];
  const prunes = installed.build.steps.some(
    (step) =>
      step.kind === 'command' &&
      step.stage === installed.stage &&
      step.place.start > (last?.place.start ?? 0) &&
      (/\bprune\b/.test(step.call?.subcommand ?? '') || step.call?.includesDevelopment === false),
  );
  if (prunes) return undefined;
  for (const step of installed.members) {
    const words = wordsByDefault(installed.build, step);
    const asked = words?.find((word) =>
      /^(?:--)?(?:dev|development|test|tests|testing)$|^--(?:group|with|extra|only|include)=.*\bdev/.test(word),
    );
    if (
      words === undefined ||
      asked === undefined ||
      describeCall(words, () => undefined)?.includesDevelopment !== true
    )
      continue;
    const deciding = new Set(
      step.words.flatMap(({ when, item }) => [...item.text.holds, ...supportOf(when)]).map((selector) => selector.name),
    );
    const declared = installed.build.arguments.filter(
      (argument) => argument.fallback !== undefined && deciding.has(argument.name),
    );
    return {
      severity: 'warning',
      related: declared.map((argument) => ({ at: argument.place, message: `the default of ${argument.name}` })),
      message: `Unless told otherwise, the image is built with development dependencies (\`${asked}\`).`,
      effect: 'Tools for tests and debugging make the image larger and give an attacker more to work with.',
      help: 'Leave the development set out by default, and let the build for tests ask for it.',
    };
  }
  return undefined;
}

/** Whether the same package is built without the flag beside it: then a folder was copied that has both. */
function hasPlainTwin(program: Program): boolean {
  const [own] = program.members;
  return program.build.steps.some(
    (step) =>
      step.kind === 'command' &&
      step !== own &&
      step.stage === own?.stage &&
      step.ships === own.ships &&
      step.call?.toolchain === program.call.toolchain &&
      step.call.subcommand === program.call.subcommand &&
      step.call.operands.join(' ') === program.call.operands.join(' '),
  );
}
