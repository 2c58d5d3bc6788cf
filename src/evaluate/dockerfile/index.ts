/*
 * Dockerfiles: instruction by instruction, as BuildKit dispatches them (frontend/dockerfile/dockerfile2llb/convert.go),
 * for all environments at once. semantics.md 2.4 has the rules of ARG and ENV: one map for both, the later instruction
 * wins, a global ARG is invisible in a stage until it is declared there again.
 *
 * A build argument is a selector: unset where nobody passes it. An instruction that fails in some environments leaves
 * those without an image; they are taken out of everything that is said about it.
 */

import type { Build } from '../../model/build.js';
import { parseDockerfile } from '../../syntax/dockerfile/parse.js';
import type { FromInstruction, Instruction } from '../../syntax/dockerfile/tree.js';
import { spanToSource } from '../../text/mapped.js';
import type { Condition, Guarded, Variational } from '../../value/diagram.js';
import { knownPart, render } from '../../value/text.js';
import type { Dialect } from '../shell/index.js';
import { declareArguments, setVariables } from './argument.js';
import { imageState } from './base.js';
import { addSetting, type Builder, type BuildInput, createBuilder, expand, joinCwd, placeOf } from './builder.js';
import { joinPath } from './context.js';
import { copyFiles } from './copy.js';
import { shipping } from './flow.js';
import { runInstruction } from './run.js';
import { type ImageState, joinStates, type Trigger } from './state.js';

/** Evaluates a Dockerfile. Undefined when it has no stage of the target's name. */
export function evaluateDockerfile(input: BuildInput): Build {
  return resultOf(buildAll(input, 0));
}

function buildAll(input: BuildInput, depth: number): Builder {
  const tree = parseDockerfile(input.text);
  const builder = createBuilder(input, tree, depth);
  for (const problem of tree.problems)
    builder.notes.push({ place: placeOf(builder, problem.at), message: problem.message });
  for (const instruction of tree.instructions) {
    if (instruction.kind === 'from') startStage(builder, instruction);
    else if (builder.state === undefined) evaluateBeforeFrom(builder, instruction);
    else {
      evaluateInstruction(builder, instruction);
      builder.last = placeOf(builder, instruction.span);
    }
  }
  finishStage(builder);
  return builder;
}

function resultOf(builder: Builder): Build {
  const { space } = builder.texts;
  const named = builder.input.target?.toLowerCase();
  const target =
    named === undefined
      ? builder.stages.length - 1
      : builder.stages.findLastIndex((stage) => stage.name === named || String(stage.index) === named);
  const feasible = builder.feasible;
  const simplify = (when: Condition): Condition =>
    feasible === space.false ? when : space.assume(space.and(when, feasible), feasible);
  const steps = builder.steps.map((step) => ({ ...step, when: simplify(step.when) }));
  const { ships, reached } = shipping(builder.texts, builder.stages, steps, target);
  return {
    kind: 'dockerfile',
    file: builder.input.file,
    texts: builder.texts,
    stages: builder.stages.map((stage, i) => ({ ...stage, reached: reached[i] ?? space.false })),
    target,
    feasible,
    steps: steps.map((step, i) => ({ ...step, ships: ships[i] ?? space.false })),
    arguments: builder.arguments,
    reads: builder.reads,
    traps: builder.traps,
    decisions: builder.decisions,
    failures: builder.failures,
    notes: builder.notes,
    included: [...builder.included],
    origins: builder.origins,
  };
}

function evaluateBeforeFrom(builder: Builder, instruction: Instruction): void {
  if (instruction.kind === 'arg') declareArguments(builder, instruction, builder.globals, builder.globals, -1);
}

function startStage(builder: Builder, instruction: FromInstruction): void {
  finishStage(builder);
  const { space } = builder.texts;
  const index = builder.stages.length;
  const place = placeOf(builder, instruction.span);
  const base = expand(builder, instruction.image, builder.globals, place, -1);
  const parents: Guarded<number>[] = [];
  const alternatives: Guarded<ImageState>[] = [];
  const flat = builder.texts.flatten(base) ?? space.one(builder.texts.symbol(render(base)));
  const leaves = space.leaves(flat);
  const names = new Set(builder.stages.flatMap(({ name }) => name ?? []));
  const namesStage = leaves.some(({ item }) => names.has(builder.texts.constant(item) ?? ''));
  for (const { when, item } of leaves) {
    let rest = when;
    // A reference that is an argument from end to end names a stage only if its default does.
    const mayBeStage = item.pieces.some(({ kind }) => kind === 'literal') || namesStage;
    for (const stage of mayBeStage ? [...builder.stages].reverse() : []) {
      // `base-${ENV}` is the stage base-dev where ENV is dev; the latest stage of a name wins.
      const named = stage.name === undefined ? undefined : builder.texts.equal(item, builder.texts.literal(stage.name));
      const here = named === undefined ? space.false : space.and(rest, named);
      const state = builder.states[stage.index];
      if (here === space.false || state === undefined) continue;
      parents.push({ when: here, item: stage.index });
      alternatives.push({ when: here, item: state });
      rest = space.and(rest, space.not(here));
    }
    // No registry has a `base-other` beside the stages base-dev and base-prod: that build fails and tells nothing new.
    const isTemplate =
      !item.pieces.every(({ kind }) => kind === 'literal') && /^[^/:@]*\w[^/:@]*$/.test(knownPart(item));
    if (rest !== space.false && !(isTemplate && parents.length > 0))
      alternatives.push({ when: rest, item: imageState(builder, render(item), buildAll) });
  }
  const joined = joinStates(builder.texts, alternatives) ?? imageState(builder, 'scratch', buildAll);
  builder.stages.push({
    index,
    name: instruction.alias?.name,
    place,
    base,
    parents,
    reached: space.false,
    knownBase: joined.knownBase,
  });
  builder.state = { ...joined, triggers: [] };
  builder.steps.push({
    kind: 'base',
    stage: index,
    instruction: place,
    place: placeOf(builder, spanToSource(instruction.image, { start: 0, end: instruction.image.text.length })),
    when: space.true,
    runs: builder.feasible,
    ships: space.false,
    text: base,
  });
  for (const trigger of joined.triggers) runTrigger(builder, trigger);
}

function finishStage(builder: Builder): void {
  const stage = builder.stages[builder.stages.length - 1];
  if (builder.state !== undefined) builder.states.push(builder.state);
  if (
    stage !== undefined &&
    builder.last !== undefined &&
    builder.state?.triggers.length === 0 &&
    !builder.countsStages
  )
    builder.stages[stage.index] = { ...stage, last: builder.last };
  builder.state = undefined;
  builder.last = undefined;
}

function runTrigger(builder: Builder, trigger: Trigger): void {
  const [file, escapeCharacter] = [builder.file, builder.escape];
  builder.file = trigger.file;
  builder.escape = trigger.escape;
  evaluateInstruction(builder, trigger.instruction);
  builder.file = file;
  builder.escape = escapeCharacter;
}

function evaluateInstruction(builder: Builder, instruction: Instruction): void {
  const state = builder.state;
  if (state === undefined) return;
  const place = placeOf(builder, instruction.span);
  switch (instruction.kind) {
    case 'arg': {
      const variables = new Map(state.variables);
      declareArguments(builder, instruction, variables, builder.globals, builder.stages.length - 1);
      builder.state = { ...state, variables };
      return;
    }
    case 'env':
      setVariables(builder, instruction, state, place);
      return;
    case 'run':
      runInstruction(builder, instruction, state, place);
      return;
    case 'copy':
    case 'add':
      copyFiles(builder, instruction, state, place);
      return;
    case 'workdir': {
      const word = instruction.words[0];
      if (word === undefined) return;
      const text = expand(builder, word, state.variables, place);
      const cwd =
        builder.texts.transform(joinCwd(builder, state.cwd, text), 'path ', (path) => joinPath('/', path)) ?? text;
      builder.state = { ...state, cwd };
      addSetting(builder, place, 'WORKDIR', '', text, word);
      return;
    }
    case 'user':
    case 'stopsignal':
    case 'expose':
    case 'volume':
      for (const word of instruction.words)
        addSetting(
          builder,
          place,
          instruction.kind.toUpperCase(),
          '',
          expand(builder, word, state.variables, place),
          word,
        );
      return;
    case 'shell':
      setShell(
        builder,
        instruction.words.map((word) => word.value),
        state,
      );
      return;
    case 'onbuild':
      if (instruction.trigger !== undefined) {
        builder.state = {
          ...state,
          triggers: [
            ...state.triggers,
            { instruction: instruction.trigger, file: builder.file, escape: builder.escape },
          ],
        };
      }
      return;
    default:
      return;
  }
}

function setShell(builder: Builder, words: readonly string[], state: ImageState): void {
  const { space } = builder.texts;
  const name = (words[0] ?? '').replace(/^.*\//, '');
  const known: Readonly<Record<string, Variational<Dialect>>> = {
    sh: state.sh,
    bash: space.one<Dialect>('bash'),
    dash: space.one<Dialect>('dash'),
    ash: space.one<Dialect>('ash'),
    busybox: space.one<Dialect>('ash'),
  };
  const dialect = Object.hasOwn(known, name) ? known[name] : undefined;
  builder.state = {
    ...state,
    dialect: dialect ?? state.dialect,
    options: words.slice(1),
    evaluable: dialect !== undefined,
  };
}
