import { absenceFact, defineRule, type FlagFact, flagOf, isInput, supportOf, variableFact } from 'envariant/plugin';

export default defineRule({
  id: 'instrumented-image',
  summary: 'Every image ships an instrumented or debug build',
  category: 'instrumentation',
  severity: 'error',
  since: '0.1.0',
  subject: 'program',
  *check(program) {
    const { space } = program.build.texts;
    if ([...supportOf(program.ships)].some(isInput)) return;
    const found: FlagFact[] = [];
    for (const option of program.options) {
      const fact = space.implies(program.ships, option.when) ? flagOf(option.call.toolchain, option.call.subcommand, option.word) : undefined;
      if (fact !== undefined) found.push(fact);
    }
    for (const read of program.reads) {
      const value = program.build.texts.constant(read.text);
      const fact = read.set === space.true && value !== undefined ? variableFact(program.call.toolchain, read.name, value) : undefined;
      if (fact !== undefined) found.push(fact);
    }
    const [only, another] = program.members;
    if (another === undefined && only !== undefined && only.words.every(({ when }) => when === space.true)) {
      const fact = absenceFact(program.call.toolchain, program.call.subcommand, only.words.map(({ item }) => program.build.texts.constant(item.text) ?? '…'));
      if (fact !== undefined) found.push(fact);
    }
    const worst = found.filter((fact) => fact.polarity === 'development' || fact.kind === 'absence').find((fact) => fact.severity === 'error');
    if (worst === undefined) return;
    const what = worst.kind === 'absence' ? `without \`${worst.flag}\`` : `with \`${worst.flag}\``;
    yield {
      at: program.at,
      when: program.ships,
      message: `The program that ships is built ${what}, in every environment.`,
      effect: worst.effect,
      help: 'Build what ships without it; keep it in a stage that only tests use.',
    };
  },
});
