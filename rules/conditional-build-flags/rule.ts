import {
  absenceFact,
  type CommandStep,
  type Condition,
  defineRule,
  differsOnlyByReads,
  environmentByDefault,
  type FlagFact,
  flagOf,
  isInput,
  lacksCompiler,
  modeOption,
  type Program,
  supportOf,
  takesValue,
  withFlag,
  withoutConditionalFlags,
} from 'envariant/plugin';

export default defineRule({
  id: 'conditional-build-flags',
  summary: 'A program that ships is built with other options for other environments',
  category: 'conditional-build',
  severity: 'warning',
  since: '0.1.0',
  subject: 'program',
  *check(program, { selecting }) {
    // What only decides which values are written into a bundle is told by the rule about those.
    if (modeOption(program) !== undefined) return;
    const facts = differingFacts(program);
    const tags = facts.length === 0 ? switchedTags(program) : undefined;
    if (tags !== undefined) {
      yield {
        at: program.at,
        value: program.value,
        message:
          'Which source files are compiled into this program depends on {selector}, so the program that was tested is not the one that ships.',
        selectors: 'any',
        severity: 'info',
        effect: tags.effect,
        help: 'Compile all of it into what ships, and let configuration at run time make the difference; or give the other program a name of its own.',
      };
      return;
    }
    // What a script alone does in one environment only is its trade, but for what has a price.
    const isScript = program.build.kind === 'script';
    if (facts.length === 0 && (isScript || differsOnlyByReads(program, selecting))) return;
    const worst =
      facts.find((fact) => fact.severity === 'error') ?? facts.find((fact) => fact.severity === 'warning') ?? facts[0];
    // A flag with a price is worth a word whatever the selector is called; anything else only when it says the environment.
    const grave = worst?.severity === 'error' || (worst?.severity === 'warning' && worst.polarity === 'development');
    const always = program.members.length > 1 || program.ships === program.build.texts.space.true;
    const plain = always ? 'How this program is built' : 'Whether this program is built';
    const what = worst === undefined ? plain : `Whether this program is built ${withFlag(worst)}`;
    const fixes = withoutConditionalFlags(program);
    yield {
      at: program.at,
      value: program.value,
      message: `${what} depends on {selector}, so the ${program.build.kind === 'dockerfile' ? 'image' : 'program'} that was tested is not the one that ships.`,
      selectors: grave ? 'any' : 'environment',
      ...(worst?.severity === 'error' ? { severity: 'error' as const } : {}),
      ...(worst !== undefined && lacksCompiler(program, worst) ? { confidence: 'assumed' as const } : {}),
      ...(worst === undefined ? {} : { effect: worst.effect }),
      ...(fixes.length === 0 ? {} : { fixes }),
      help:
        worst?.polarity === 'development'
          ? 'Build what ships with the same options for every environment; move the development options to a stage of their own that only tests use.'
          : 'Build what ships with the same options for every environment, and let configuration at run time make the difference.',
    };
  },
});

/** The catalogued flags that are given, or missing, in some environments only; those for development first. */
function differingFacts(program: Program): readonly FlagFact[] {
  const { space } = program.build.texts;
  const given = new Map<FlagFact, Condition>();
  for (const { call, word, when } of program.options) {
    const fact = flagOf(call.toolchain, call.subcommand, word);
    if (fact !== undefined && fact.polarity !== 'neutral')
      given.set(fact, space.or(given.get(fact) ?? space.false, when));
  }
  // What only unknown facts decide is the same in all environments.
  const facts = [...given].flatMap(([fact, when]) =>
    !space.implies(program.ships, when) && [...supportOf(when)].some(isInput) ? [fact] : [],
  );
  for (const step of program.members) {
    const fact = missingFact(program, step);
    if (fact !== undefined) facts.push(fact);
  }
  return facts.sort((a, b) => Number(b.polarity === 'development') - Number(a.polarity === 'development'));
}

/** Answers of a switch that is on or off. */
const SWITCH = new Set<string | undefined>(['0', '1', 'true', 'false', 'yes', 'no', 'on', 'off']);

/**
 * Build tags of Go that a switch of a makefile turns on (`ifeq ($(FAILPOINT),1)`). Unlike the features of a C program,
 * which whoever installs it configures, the program of a Go module is built by those who ship it, under one name. What
 * callers write as tags themselves, or choose by platform or edition, is no switch.
 */
function switchedTags({ call, focus, options, ships, build }: Program): FlagFact | undefined {
  const { space } = build.texts;
  if (call.toolchain !== 'go' || focus === undefined) return undefined;
  const values = [...focus.mentioned].filter((answer) => answer !== undefined && answer !== '');
  if (values.length === 0 || !values.every((answer) => SWITCH.has(answer))) return undefined;
  for (const option of options) {
    if (!supportOf(option.when).has(focus) || space.implies(ships, option.when)) continue;
    const fact = flagOf(option.call.toolchain, option.call.subcommand, option.word);
    if (fact?.category === 'build-tags') return fact;
  }
  return undefined;
}

/** What some environments leave out; a word that is not known may be just that. */
function missingFact(program: Program, step: CommandStep): FlagFact | undefined {
  const { texts } = program.build;
  const always = step.words.every(({ when }) => when === texts.space.true) && step.ships === program.ships;
  if (step.call === undefined || (always && program.members.length === 1)) return undefined;
  const words: string[] = [];
  for (const { when, item } of step.words.slice(1)) {
    if (when !== texts.space.true) continue;
    const word = texts.constant(item.text);
    const isValue = takesValue(step.call, words[words.length - 1] ?? '');
    if (word === undefined && (!isValue || words[words.length - 1] === '--profile')) return undefined;
    words.push(word ?? '…');
  }
  return absenceFact(step.call.toolchain, step.call.subcommand, words, environmentByDefault(program.build, step));
}
