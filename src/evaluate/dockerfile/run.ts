import type { CommandStep } from '../../model/build.js';
import { addOrigins } from '../../model/build.js';
import type { RunInstruction } from '../../syntax/dockerfile/tree.js';
import { spanToSource } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import { givesChoices, makeCallOf, runMakeCall } from '../makefile/call.js';
import { evaluateScript } from '../shell/index.js';
import { type Builder, placeOf, prune } from './builder.js';
import { fileAt, type Mapping } from './context.js';
import { mountFiles } from './copy.js';
import { refusalsOf } from './refusal.js';
import { scriptOf } from './script.js';
import type { ImageState } from './state.js';
import { commandStep } from './step.js';

/** RUN: its commands, what they read and decide, and the environments in which it fails. */
export function runInstruction(builder: Builder, instruction: RunInstruction, state: ImageState, place: Place): void {
  const { space } = builder.texts;
  const stage = builder.stages.length - 1;
  const script = scriptOf(instruction, state, builder.texts);
  if (script === undefined) {
    if (instruction.command.kind === 'shell')
      builder.notes.push({
        place,
        message: 'this RUN is for a shell that is not evaluated (only sh, bash, dash and BusyBox ash are)',
      });
    return;
  }
  const mappings = [...state.mappings, ...mountFiles(builder, instruction, state, place)];
  const variables = new Map(state.variables);
  for (const flag of instruction.flags) {
    const secret = flag.name === 'mount' ? /(?:^|,)env=([A-Za-z_]\w*)/.exec(flag.value?.text ?? '')?.[1] : undefined;
    if (secret !== undefined)
      variables.set(secret, { set: space.true, text: builder.texts.symbol(`$${secret}`), exported: space.true });
  }
  const outcome = evaluateScript({
    text: script.text.text,
    file: builder.file,
    place: (span) => placeOf(builder, spanToSource(script.text, span)),
    texts: builder.texts,
    host: {
      script: (path) => fileAt(path, mappings, builder.input.files, builder.input.file),
      exists: () => undefined,
      missing: () => false,
    },
    variables,
    dialect: script.dialect,
    sh: state.sh,
    cwd: state.cwd,
    options: script.options,
    when: state.live,
    positional: [],
    zero: '/bin/sh',
    capture: false,
  });
  const dialect = script.dialect.kind === 'one' ? script.dialect.value : 'sh';
  for (const execution of outcome.executions) {
    const step = commandStep(builder.texts, execution, place, stage);
    const own = { ...step, runs: space.and(step.runs, builder.feasible) };
    builder.steps.push(runMake(builder, own, mappings, place) ? withoutResult(own) : own);
  }
  for (const read of outcome.reads) {
    builder.reads.push({
      name: read.name,
      stage,
      place: read.place,
      unset: space.and(read.when, space.not(read.set)),
      when: read.when,
      guarded: read.guarded,
      decides: read.decides,
      local: read.local,
      text: read.text,
      builder: false,
      instruction: place,
    });
  }
  for (const { place: at, holds } of outcome.decisions)
    builder.decisions.push({ place: at, holds, instruction: place });
  for (const trap of outcome.traps) builder.traps.push({ ...trap, stage, dialect });
  for (const [symbol, places] of outcome.origins) addOrigins(builder.origins, symbol, places);
  for (const { place: at, message } of outcome.notes) builder.notes.push({ place: at, message });
  for (const execution of outcome.executions) {
    for (const { when, item } of refusalsOf(builder.texts, execution)) {
      prune(builder, space.not(when), state.live, execution.place, stage, false, item);
    }
  }
  const deliberate =
    outcome.executions.length === 0 ||
    space.and(
      space.not(outcome.ended),
      space.map(outcome.status, (n) => n !== 0),
    ) === space.false;
  prune(
    builder,
    space.map(outcome.status, (n) => n === 0),
    state.live,
    place,
    stage,
    deliberate,
  );
}

/** Adds the recipes of a makefile that COPY brought, where a command runs make; true when that is all that it does. */
function runMake(builder: Builder, step: CommandStep, mappings: readonly Mapping[], place: Place): boolean {
  const call = makeCallOf(builder.texts, step);
  // What is the same in every environment is told where the makefile is linted.
  if (call === undefined || !givesChoices(call)) return false;
  const { files, file } = builder.input;
  const find = (path: string): { readonly file: string; readonly text: string } | undefined =>
    fileAt(path, mappings, files, file);
  const called = runMakeCall(
    { texts: builder.texts, files, find, depth: 0, inner: true, caller: undefined },
    call,
    step,
  );
  if (called === undefined) return false;
  for (const inner of called.steps) builder.steps.push({ ...inner, instruction: place });
  builder.notes.push(...called.notes);
  for (const included of [called.file, ...called.included]) builder.included.add(included);
  return called.steps.length > 0 && called.notes.length === 0;
}

/** A call of make whose recipes are steps of their own: itself it makes nothing. */
function withoutResult(step: CommandStep): CommandStep {
  return step.call === undefined ? step : { ...step, call: { ...step.call, role: 'check' } };
}
