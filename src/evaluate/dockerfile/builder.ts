import type {
  BuildArgument,
  Decision,
  Failure,
  Note,
  ShellTrap,
  Stage,
  Step,
  VariableRead,
} from '../../model/build.js';
import type { DockerfileTree } from '../../syntax/dockerfile/tree.js';
import { parseWord } from '../../syntax/dockerfile/word.js';
import type { Files } from '../../text/files.js';
import { type MappedText, spanToSource } from '../../text/mapped.js';
import type { Place, Span } from '../../text/span.js';
import type { Answer, Condition } from '../../value/diagram.js';
import type { Text, TextSymbol, Texts } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import { joinPath } from './context.js';
import { expandTemplate } from './expand.js';
import { neededStages, usesOf } from './stages.js';
import type { ImageState } from './state.js';

/** What a build is evaluated with. */
export interface BuildInput {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
  readonly texts: Texts;
  /** Build arguments that are fixed; undefined is "not passed". */
  readonly fixed: ReadonlyMap<string, Answer>;
  /** The stage to build; undefined for the last. */
  readonly target: string | undefined;
  /** Who writes the Dockerfile itself and then builds it, in the same space. */
  readonly writer?: Writer;
}

/** What a caller knows of a Dockerfile that it writes. */
export interface Writer {
  /** The arguments that it passes, and no others; absent where they stay open. */
  readonly arguments?: ReadonlyMap<string, { readonly set: Condition; readonly text: Text }>;
  /** Names in the text that stand for what differs between the caller's environments. */
  readonly parts: ReadonlyMap<string, Text>;
  /** Where a part of the text is written. */
  place(span: Span): Place;
}

/** Names that the builder knows without ARG before the first FROM (semantics 2.4); their values are the platform's. */
export const PLATFORM_ARGS = [
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETARCH',
  'TARGETVARIANT',
  'TARGETOSVERSION',
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDARCH',
  'BUILDVARIANT',
  'BUILDOSVERSION',
  'TARGETSTAGE',
];

/** One build of a Dockerfile, as far as it has come. The lists are what it has found; see `Build` for what they hold. */
export interface Builder {
  readonly input: BuildInput;
  readonly texts: Texts;
  readonly globals: Map<string, Binding>;
  readonly stages: Stage[];
  /** The state at the end of each stage that is done. */
  readonly states: ImageState[];
  readonly steps: Step[];
  readonly arguments: BuildArgument[];
  readonly reads: VariableRead[];
  readonly traps: ShellTrap[];
  readonly decisions: Decision[];
  readonly failures: Failure[];
  readonly notes: Note[];
  readonly origins: Map<TextSymbol, readonly Place[]>;
  readonly included: Set<string>;
  /** Stages that the target may need, whatever the environment. */
  readonly needed: ReadonlySet<number>;
  /** Whether a stage is named by its number, which changes when there is another one before it. */
  readonly countsStages: boolean;
  /** How many other Dockerfiles are between the one that is linted and this one. */
  readonly depth: number;
  /** Where the build has not failed. */
  feasible: Condition;
  /** Undefined before the first FROM. */
  state: ImageState | undefined;
  /** The last instruction of the stage. */
  last: Place | undefined;
  /** The file of the instruction: another one for the triggers of a base image. */
  file: string;
  escape: '\\' | '`';
}

export function createBuilder(input: BuildInput, tree: DockerfileTree, depth: number): Builder {
  const { texts, file } = input;
  const { space } = texts;
  const builder: Builder = {
    input,
    texts,
    globals: new Map(),
    stages: [],
    states: [],
    steps: [],
    arguments: [],
    reads: [],
    traps: [],
    decisions: [],
    failures: [],
    notes: [],
    origins: new Map(),
    included: new Set(),
    needed: neededStages(tree, input.target),
    countsStages: tree.instructions.some((one) => usesOf(one).some((name) => /^\d+$|\$/.test(name))),
    depth,
    feasible: space.true,
    state: undefined,
    last: undefined,
    file,
    escape: tree.escape,
  };
  for (const name of PLATFORM_ARGS)
    builder.globals.set(name, { set: space.true, text: texts.answer(space.input(name)), exported: space.true });
  for (const [name, part] of partsOf(builder)) builder.globals.set(name, part);
  return builder;
}

export function partsOf(builder: Builder): readonly (readonly [string, Binding])[] {
  const { space } = builder.texts;
  return [...(builder.input.writer?.parts ?? [])].map(([name, text]) => [
    name,
    { set: space.true, text, exported: space.true },
  ]);
}

export function placeOf(builder: Builder, span: Span): Place {
  const { writer, file } = builder.input;
  if (writer !== undefined && builder.file === file) return writer.place(span);
  return { file: builder.file, start: span.start, end: span.end };
}

/** Environments in which a step fails get no image; a step that fails in all of them is told, and believed in none. */
export function prune(
  builder: Builder,
  succeeds: Condition,
  live: Condition,
  place: Place,
  stage: number,
  deliberate: boolean,
  refusal?: string,
): void {
  const { space } = builder.texts;
  const failing = space.and(live, space.not(succeeds));
  // BuildKit does not run a stage that the target does not need, so nothing fails there.
  if (failing === space.false || (stage >= 0 && !builder.needed.has(stage))) return;
  builder.failures.push({ place, when: failing, stage, deliberate, refusal });
  const rest = space.and(builder.feasible, space.not(failing));
  // Whoever fixes the arguments asks about just these environments.
  if (rest !== space.false || builder.input.fixed.size > 0) builder.feasible = rest;
  else builder.notes.push({ place, message: 'this step fails in every environment, as far as it can be evaluated' });
}

/** Expands a word of an instruction; records what it reads, and takes out the environments where that is an error. */
export function expand(
  builder: Builder,
  word: MappedText,
  scope: ReadonlyMap<string, Binding>,
  instruction: Place,
  stage = builder.stages.length - 1,
): Text {
  const { space } = builder.texts;
  const template = parseWord(word.text, builder.escape);
  const place = placeOf(builder, spanToSource(word, { start: 0, end: word.text.length }));
  const live = stage === -1 ? space.true : (builder.state?.live ?? space.true);
  const guarded = new Set(
    template.flatMap((part) => (part.kind === 'variable' && part.operator !== '' ? [part.name] : [])),
  );
  const { text, fails } = expandTemplate(template, builder.texts, (name) => {
    const variable = scope.get(name);
    const unset = space.and(live, space.not(variable?.set ?? space.false));
    builder.reads.push({
      name,
      stage,
      place,
      unset,
      when: live,
      guarded: guarded.has(name),
      decides: false,
      local: false,
      ...(variable === undefined ? {} : { text: variable.text }),
      builder: true,
      instruction,
    });
    return variable;
  });
  const broken = template.find((part) => part.kind === 'error');
  if (broken !== undefined) {
    // No environment gets past this; it is a slip of the pen rather than a fact about environments.
    const at = placeOf(builder, spanToSource(word, broken.span));
    builder.notes.push({ place: at, message: `the builder cannot read this: ${broken.message}` });
  } else if (fails !== space.false) prune(builder, space.not(fails), live, place, stage, true);
  return text;
}

/** Notes what an instruction says about the image itself, once for each of its words. */
export function addSetting(
  builder: Builder,
  instruction: Place,
  setting: string,
  name: string,
  text: Text,
  word: MappedText,
): void {
  const place = placeOf(builder, spanToSource(word, { start: 0, end: word.text.length }));
  builder.steps.push({
    kind: 'setting',
    stage: builder.stages.length - 1,
    instruction,
    place,
    when: builder.state?.live ?? builder.texts.space.true,
    runs: builder.feasible,
    ships: builder.texts.space.false,
    setting,
    name,
    text,
  });
}

export function joinCwd(builder: Builder, cwd: Text, path: Text): Text {
  const head = path.pieces[0];
  if (head?.kind === 'literal' && head.text.startsWith('/')) return path;
  return builder.texts.concat(cwd, builder.texts.literal('/'), path);
}

/** A path of the image from its root on; a slash at the end, which says that it is a folder, stays. */
export function absolute(builder: Builder, path: Text, state: ImageState): Text {
  const clean = (joined: string): string => `${joinPath('/', joined)}${/\/\.?$/.test(joined) ? '/' : ''}`;
  return builder.texts.transform(joinCwd(builder, state.cwd, path), 'path ', clean) ?? path;
}
