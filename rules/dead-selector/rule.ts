import {
  ambientVariable,
  type Build,
  type BuildArgument,
  type Draft,
  defineRule,
  type Fix,
  type Selecting,
  type VariableRead,
} from 'envariant/plugin';

export default defineRule({
  id: 'dead-selector',
  summary: 'A build argument that is read where it can never have a value, or that never has an effect',
  category: 'dead-selector',
  severity: 'warning',
  since: '0.1.0',
  subject: 'build',
  *check({ build }, { selecting }) {
    const groups = new Map<string, VariableRead[]>();
    for (const read of build.reads) {
      if (read.unset !== read.when || read.local || isAmbient(read.name)) continue;
      if (build.stages[read.stage]?.reached === build.texts.space.false) continue;
      const key = `${read.name} ${read.stage}`;
      groups.set(key, [...(groups.get(key) ?? []), read]);
    }
    for (const reads of groups.values()) {
      const draft = explain(build, reads, selecting);
      if (draft !== undefined) yield draft;
    }
    for (const argument of build.arguments) yield* ineffective(build, argument, selecting);
  },
});

/** Says why a name is never set where it is read; undefined where that may be meant or cannot be known. */
function explain(build: Build, reads: readonly VariableRead[], selecting: Selecting): Draft | undefined {
  const [first] = reads;
  if (first === undefined) return undefined;
  const { name, stage } = first;
  const main = reads.find((read) => read.decides) ?? first;
  const own = build.arguments.filter((argument) => argument.name === name);
  const later = own.find((argument) => argument.stage === stage && argument.place.start > main.place.start);
  const global = own.find((argument) => argument.stage === -1);
  const other = own.find((argument) => argument.stage !== stage && argument.stage !== -1);
  const related = reads
    .filter((read) => read !== main)
    .map((read) => ({ at: read.place, message: `${name} is read here too` }));
  const common = { at: main.place, effect: `\`--build-arg ${name}=…\` has no effect here, and no error tells so.` };
  const never = main.decides ? 'this condition is the same in every build' : 'it is always empty here';
  if (later !== undefined) {
    return {
      ...common,
      message: `${name} is read before \`ARG ${name}\` declares it, so ${never}.`,
      help: `Move \`ARG ${name}\` above this instruction.`,
      related: [...related, { at: later.place, message: `${name} is declared only here` }],
    };
  }
  if (global !== undefined) {
    return {
      ...common,
      message: `${name} is declared before FROM and not again in this stage, so ${never}.`,
      help: `Add \`ARG ${name}\` to this stage.`,
      related: [...related, { at: global.place, message: 'visible in FROM lines only' }],
      ...declaration(build, reads, true),
    };
  }
  const known = build.stages[stage]?.knownBase === true;
  if (!known || main.guarded || (!main.decides && !(main.builder && selecting.isEnvironmentName(name))))
    return undefined;
  if (other !== undefined) {
    return {
      ...common,
      message: `${name} is declared in another stage only, so ${never}.`,
      help: `Add \`ARG ${name}\` to this stage.`,
      related: [...related, { at: other.place, message: `${name} is declared here` }],
      ...declaration(build, reads, false),
    };
  }
  // A script asks for what those give it who run it elsewhere.
  if (main.place.file !== build.file) return undefined;
  return {
    ...common,
    message: `${name} is declared nowhere in this file, so ${never}.`,
    help: `Declare it in this stage (\`ARG ${name}\`), or remove the condition.`,
    related,
    ...declaration(build, reads, false),
  };
}

/** Declares a name right before the first instruction of the stage that reads it, where it disturbs the fewest cached steps. */
function declaration(build: Build, reads: readonly VariableRead[], safe: boolean): { readonly fixes?: readonly Fix[] } {
  const [first] = [...reads].sort((a, b) => a.instruction.start - b.instruction.start);
  if (first === undefined || build.kind !== 'dockerfile' || first.instruction.file !== build.file) return {};
  const { file, start } = first.instruction;
  const edits = [{ file, start, end: start, text: `ARG ${first.name}\n` }];
  return { fixes: [{ title: `Declare ${first.name} in this stage`, safe, edits }] };
}

function* ineffective(build: Build, argument: BuildArgument, selecting: Selecting): Iterable<Draft> {
  const { name, place, stage } = argument;
  if (!selecting.isEnvironmentName(name)) return;
  if (argument.overwritten !== undefined) {
    yield {
      at: place,
      message: `\`ENV ${name}\` gives ${name} a fixed value right after \`ARG ${name}\`, so the argument never has an effect.`,
      effect: `\`--build-arg ${name}=…\` is accepted and ignored.`,
      help: `Use the argument (\`ENV ${name}=$${name}\`), or remove it.`,
      related: [{ at: argument.overwritten, message: 'the value that wins' }],
    };
  }
  if (argument.hides !== undefined) {
    yield {
      at: place,
      confidence: 'assumed',
      message: `\`ARG ${name}\` hides the \`ENV ${name}\` before it while the image is built, but containers start with the value of ENV.`,
      effect:
        'The image is built for one environment and says that it is another. The legacy builder and old kaniko let ENV win instead.',
      help: `Put \`ARG ${name}\` first and \`ENV ${name}=$${name}\` after it.`,
      related: [{ at: argument.hides, message: 'the value that containers get' }],
    };
  }
  const global = build.arguments.find((other) => other.name === name && other.stage === -1);
  const [own, outer] = [argument.fallback, global?.fallback].map((text) =>
    text === undefined ? undefined : build.texts.constant(text),
  );
  if (stage >= 0 && global !== undefined && own !== undefined && outer !== undefined && own !== outer) {
    yield {
      at: place,
      message: `${name} is \`${own}\` by default in this stage, although the file says \`${outer}\` before FROM.`,
      effect: 'A default in a stage beats the global one, so a build without the argument mixes two environments.',
      help: `Write \`ARG ${name}\` without a default here.`,
      related: [{ at: global.place, message: `the default ${outer}` }],
    };
  }
}

/** Variables that are set without a declaration: by the builder, the shell or the system. */
function isAmbient(name: string): boolean {
  return (
    /^(?:https?|ftp|no|all)_proxy$/i.test(name) ||
    /^(?:PATH|HOME|PWD|OLDPWD|SHELL|IFS|TERM|LANG|LC_\w+|PS\d|PPID|LINENO|OPT(?:ARG|IND)|REPLY|SHLVL|BASH\w*|EUID|UID|HOSTNAME|USER|LOGNAME|TMPDIR|RANDOM|SECONDS|_)$/.test(
      name,
    ) ||
    ambientVariable(name) !== undefined
  );
}
