import { environmentOf } from '../../knowledge/environments.js';
import type { ArgInstruction, EnvInstruction } from '../../syntax/dockerfile/tree.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import { render, type Text } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import { addSetting, type Builder, expand, PLATFORM_ARGS, placeOf } from './builder.js';
import type { ImageState } from './state.js';

/** Arguments whose values may be called `test` or `dev` without saying an environment. */
const NO_ENVIRONMENT =
  /NAME|USER|DB|DATABASE|HOST|PASS|BRANCH|REF|DOMAIN|CHANNEL|PREFIX|DIR|PATH|ORG|REPO|GROUP|LABEL/i;

/** ARG, in a stage (`scope` is the stage's environment) or before the first FROM (`scope` is the globals). */
export function declareArguments(
  builder: Builder,
  instruction: ArgInstruction,
  scope: Map<string, Binding>,
  globals: ReadonlyMap<string, Binding>,
  stage: number,
): void {
  const { space } = builder.texts;
  for (const pair of instruction.pairs) {
    const place = placeOf(builder, pair.span);
    const name = render(expand(builder, pair.name, scope, place));
    const fallback = pair.value === undefined ? undefined : expand(builder, pair.value, scope, place);
    const global = stage === -1 ? undefined : globals.get(name);
    const old = scope.get(name);
    const hides =
      stage !== -1 && builder.state?.config.get(name) !== undefined ? builder.state.config.get(name)?.place : undefined;
    builder.arguments.push({ name, place, stage, fallback, overwritten: undefined, hides });
    const fixed = builder.input.fixed.has(name);
    mentionDefault(builder, name, fallback);
    if (PLATFORM_ARGS.includes(name) && fallback === undefined && !fixed) {
      scope.set(
        name,
        globals.get(name) ?? { set: space.true, text: builder.texts.symbol(`$${name}`), exported: space.true },
      );
      continue;
    }
    const { set: passed, text: given } = passedTo(builder, name);
    // Passed beats the default; a stage's default beats the global value; without either the name keeps what it had.
    const kept = old ?? { set: space.false, text: builder.texts.empty };
    const inherited =
      global === undefined
        ? kept
        : { set: space.or(global.set, kept.set), text: builder.texts.pick(global.set, global.text, kept.text) };
    const otherwise = fallback ?? inherited.text;
    const set = fallback !== undefined ? space.true : space.or(passed, inherited.set);
    scope.set(name, { set, text: builder.texts.pick(passed, given, otherwise), exported: set });
  }
}

/** What the builder is given for an argument, and where. */
function passedTo(builder: Builder, name: string): { readonly set: Condition; readonly text: Text } {
  const { space } = builder.texts;
  const { fixed, writer } = builder.input;
  const nothing = { set: space.false, text: builder.texts.empty };
  if (writer?.arguments !== undefined) return writer.arguments.get(name) ?? nothing;
  if (fixed.has(name)) {
    const answer = fixed.get(name);
    return answer === undefined ? nothing : { set: space.true, text: builder.texts.literal(answer) };
  }
  const selector = space.input(name);
  return { set: space.not(space.is(selector, undefined)), text: builder.texts.answer(selector) };
}

/** `ARG FLAVOR=production`: a default that is the name of an environment says what the argument is for. */
function mentionDefault(builder: Builder, name: string, fallback: Text | undefined): void {
  const value = fallback === undefined ? undefined : builder.texts.constant(fallback);
  if (value === undefined || !/^[A-Za-z]+$/.test(value) || environmentOf(value) === undefined) return;
  if (NO_ENVIRONMENT.test(name)) return;
  builder.texts.space.input(name).mentioned.add(value);
}

/** ENV: for the instructions behind it and for the image. */
export function setVariables(builder: Builder, instruction: EnvInstruction, state: ImageState, place: Place): void {
  const { space } = builder.texts;
  const variables = new Map(state.variables);
  const config = new Map(state.config);
  for (const pair of instruction.pairs) {
    if (pair.value === undefined) continue;
    const name = render(expand(builder, pair.name, state.variables, place));
    const text = expand(builder, pair.value, state.variables, place);
    variables.set(name, { set: space.true, text, exported: space.true });
    config.set(name, { text, place });
    addSetting(builder, place, 'ENV', name, text, pair.value);
    noteOverwritten(builder, name, text, place);
  }
  builder.state = { ...state, variables, config };
}

/** `ARG ENV` and then `ENV ENV=testing`: whatever is passed for the argument has no effect. */
function noteOverwritten(builder: Builder, name: string, text: Text, place: Place): void {
  const stage = builder.stages.length - 1;
  const at = builder.arguments.findLastIndex((argument) => argument.name === name && argument.stage === stage);
  const argument = builder.arguments[at];
  if (argument === undefined || text.holds.size > 0) return;
  const used = builder.reads.some(
    (read) => read.name === name && read.stage === stage && read.place.start > argument.place.start,
  );
  if (!used) builder.arguments[at] = { ...argument, overwritten: place };
}
