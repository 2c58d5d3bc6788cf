/*
 * Dockerfiles: instruction by instruction, as BuildKit dispatches them (frontend/dockerfile/dockerfile2llb/convert.go),
 * for all environments at once. semantics.md 2.4 has the rules of ARG and ENV: one map for both, the later instruction
 * wins, a global ARG is invisible in a stage until it is declared there again.
 *
 * A build argument is a selector: unset where nobody passes it. An instruction that fails in some environments leaves
 * those without an image; they are taken out of everything that is said about it.
 */

import { environmentOfImage, isOfficialImage, shellOf } from '../../knowledge/base-images.js';
import { environmentOf } from '../../knowledge/environments.js';
import type {
  Build,
  BuildArgument,
  CommandStep,
  CopyStep,
  Decision,
  Failure,
  Note,
  ShellTrap,
  Stage,
  Step,
  VariableRead,
} from '../../model/build.js';
import { addOrigins } from '../../model/build.js';
import { parseDockerfile } from '../../syntax/dockerfile/parse.js';
import type {
  ArgInstruction,
  CopyInstruction,
  DockerfileTree,
  EnvInstruction,
  Flag,
  FromInstruction,
  Instruction,
  RunInstruction,
} from '../../syntax/dockerfile/tree.js';
import { parseBody, parseWord } from '../../syntax/dockerfile/word.js';
import { type Files, folderOf } from '../../text/files.js';
import { type MappedText, spanToSource } from '../../text/mapped.js';
import type { Place, Span } from '../../text/span.js';
import type { Answer, Condition, Guarded, Variational } from '../../value/diagram.js';
import { render, type Text, type TextSymbol, type Texts } from '../../value/text.js';
import { givesChoices, makeCallOf, runMakeCall } from '../makefile/call.js';
import { type Binding, type Dialect, evaluateScript } from '../shell/index.js';
import { contextsOf, fileAt, joinPath, type Mapping } from './context.js';
import { expandTemplate } from './expand.js';
import { shipping } from './flow.js';
import { refusalsOf } from './refusal.js';
import { scriptOf } from './script.js';
import { type ImageState, joinStates, type Trigger } from './state.js';
import { commandStep } from './step.js';

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

/** Evaluates a Dockerfile. Undefined when it has no stage of the target's name. */
export function evaluateDockerfile(input: BuildInput): Build {
  const tree = parseDockerfile(input.text);
  const build = new DockerfileBuild(input, tree);
  return build.run();
}

/** Names that the builder knows without ARG before the first FROM (semantics 2.4); their values are the platform's. */
const PLATFORM_ARGS = [
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

/** Arguments whose values may be called `test` or `dev` without saying an environment. */
const NO_ENVIRONMENT =
  /NAME|USER|DB|DATABASE|HOST|PASS|BRANCH|REF|DOMAIN|CHANNEL|PREFIX|DIR|PATH|ORG|REPO|GROUP|LABEL/i;

/** The stages and images that an instruction copies from or mounts. */
function usesOf({ flags }: Instruction): readonly string[] {
  return flags.flatMap(
    ({ name, value }) => (name === 'from' ? value?.text : /(?:^|,)from=([^,]+)/.exec(value?.text ?? '')?.[1]) ?? [],
  );
}

/** The stages that a target may need in some environment: what it is FROM, copies from or mounts. */
function neededStages(tree: DockerfileTree, target: string | undefined): ReadonlySet<number> {
  const stages: { readonly name: string | undefined; readonly image: string; readonly uses: string[] }[] = [];
  for (const instruction of tree.instructions) {
    if (instruction.kind === 'from')
      stages.push({ name: instruction.alias?.name, image: instruction.image.text, uses: [] });
    stages[stages.length - 1]?.uses.push(...usesOf(instruction));
  }
  const find = (name: string, before: number): number =>
    stages.findLastIndex((stage, i) => i < before && (stage.name === name.toLowerCase() || String(i) === name));
  const needed = new Set<number>();
  const visit = (index: number): void => {
    const stage = stages[index];
    if (stage === undefined || needed.has(index)) return;
    needed.add(index);
    if (stage.image.includes('$')) for (let i = 0; i < index; i += 1) visit(i);
    else visit(find(stage.image, index));
    for (const use of stage.uses) visit(find(use, index));
  };
  visit(target === undefined ? stages.length - 1 : find(target, stages.length));
  return needed;
}

class DockerfileBuild {
  readonly #input: BuildInput;
  readonly #tree: DockerfileTree;
  readonly #texts: Texts;
  readonly #globals = new Map<string, Binding>();
  readonly #stages: Stage[] = [];
  readonly #states: ImageState[] = [];
  readonly #steps: Step[] = [];
  readonly #arguments: BuildArgument[] = [];
  readonly #reads: VariableRead[] = [];
  readonly #traps: ShellTrap[] = [];
  readonly #decisions: Decision[] = [];
  readonly #failures: Failure[] = [];
  readonly #notes: Note[] = [];
  readonly #origins = new Map<TextSymbol, readonly Place[]>();
  readonly #included = new Set<string>();
  /** Stages that the target may need, whatever the environment. */
  readonly #needed: ReadonlySet<number>;
  /** Whether a stage is named by its number, which changes when there is another one before it. */
  readonly #countsStages: boolean;
  #feasible: Condition;
  #state: ImageState | undefined;
  /** The last instruction of the stage. */
  #last: Place | undefined;
  #file: string;
  #escape: '\\' | '`';

  constructor(input: BuildInput, tree: DockerfileTree) {
    this.#input = input;
    this.#tree = tree;
    this.#texts = input.texts;
    this.#feasible = input.texts.space.true;
    this.#needed = neededStages(tree, input.target);
    this.#countsStages = tree.instructions.some((one) => usesOf(one).some((name) => /^\d+$|\$/.test(name)));
    this.#file = input.file;
    this.#escape = tree.escape;
    for (const name of PLATFORM_ARGS) {
      const text = this.#texts.answer(this.#texts.space.input(name));
      this.#globals.set(name, { set: this.#texts.space.true, text, exported: this.#texts.space.true });
    }
    for (const [name, part] of this.#parts()) this.#globals.set(name, part);
  }

  #parts(): readonly (readonly [string, Binding])[] {
    const { space } = this.#texts;
    return [...(this.#input.writer?.parts ?? [])].map(([name, text]) => [
      name,
      { set: space.true, text, exported: space.true },
    ]);
  }

  run(): Build {
    for (const problem of this.#tree.problems)
      this.#notes.push({ place: this.#place(problem.at), message: problem.message });
    for (const instruction of this.#tree.instructions) {
      if (instruction.kind === 'from') this.#from(instruction);
      else if (this.#state === undefined) this.#beforeFrom(instruction);
      else {
        this.#instruction(instruction);
        this.#last = this.#place(instruction.span);
      }
    }
    this.#finishStage();
    return this.#result();
  }

  #result(): Build {
    const { space } = this.#texts;
    const named = this.#input.target?.toLowerCase();
    const target =
      named === undefined
        ? this.#stages.length - 1
        : this.#stages.findLastIndex((stage) => stage.name === named || String(stage.index) === named);
    const feasible = this.#feasible;
    const simplify = (when: Condition): Condition =>
      feasible === space.false ? when : space.assume(space.and(when, feasible), feasible);
    const steps = this.#steps.map((step) => ({ ...step, when: simplify(step.when) }));
    const { ships, reached } = shipping(this.#texts, this.#stages, steps, target);
    return {
      kind: 'dockerfile',
      file: this.#input.file,
      texts: this.#texts,
      stages: this.#stages.map((stage, i) => ({ ...stage, reached: reached[i] ?? space.false })),
      target,
      feasible,
      steps: steps.map((step, i) => ({ ...step, ships: ships[i] ?? space.false })),
      arguments: this.#arguments,
      reads: this.#reads,
      traps: this.#traps,
      decisions: this.#decisions,
      failures: this.#failures,
      notes: this.#notes,
      included: [...this.#included],
      origins: this.#origins,
    };
  }

  #place(span: Span): Place {
    const { writer, file } = this.#input;
    if (writer !== undefined && this.#file === file) return writer.place(span);
    return { file: this.#file, start: span.start, end: span.end };
  }

  // ------------------------------------------------------------------------------------------------ stages

  #beforeFrom(instruction: Instruction): void {
    if (instruction.kind === 'arg') this.#arg(instruction, this.#globals, this.#globals, -1);
  }

  #from(instruction: FromInstruction): void {
    this.#finishStage();
    const { space } = this.#texts;
    const index = this.#stages.length;
    const place = this.#place(instruction.span);
    const base = this.#expand(instruction.image, this.#globals, place, -1);
    const parents: Guarded<number>[] = [];
    const alternatives: Guarded<ImageState>[] = [];
    const flat = this.#texts.flatten(base) ?? space.one(this.#texts.symbol(render(base)));
    const leaves = space.leaves(flat);
    const names = new Set(this.#stages.flatMap(({ name }) => name ?? []));
    const namesStage = leaves.some(({ item }) => names.has(this.#texts.constant(item) ?? ''));
    for (const { when, item } of leaves) {
      let rest = when;
      // A reference that is an argument from end to end names a stage only if its default does.
      const mayBeStage = item.pieces.some(({ kind }) => kind === 'literal') || namesStage;
      for (const stage of mayBeStage ? [...this.#stages].reverse() : []) {
        // `base-${ENV}` is the stage base-dev where ENV is dev; the latest stage of a name wins.
        const named = stage.name === undefined ? undefined : this.#texts.equal(item, this.#texts.literal(stage.name));
        const here = named === undefined ? space.false : space.and(rest, named);
        const state = this.#states[stage.index];
        if (here === space.false || state === undefined) continue;
        parents.push({ when: here, item: stage.index });
        alternatives.push({ when: here, item: state });
        rest = space.and(rest, space.not(here));
      }
      if (rest !== space.false) alternatives.push({ when: rest, item: this.#imageState(render(item)) });
    }
    const joined = joinStates(this.#texts, alternatives) ?? this.#imageState('scratch');
    this.#stages.push({
      index,
      name: instruction.alias?.name,
      place,
      base,
      parents,
      reached: space.false,
      knownBase: joined.knownBase,
    });
    this.#state = { ...joined, triggers: [] };
    this.#steps.push({
      kind: 'base',
      stage: index,
      instruction: place,
      place: this.#place(spanToSource(instruction.image, { start: 0, end: instruction.image.text.length })),
      when: space.true,
      runs: this.#feasible,
      ships: space.false,
      text: base,
    });
    for (const trigger of joined.triggers) this.#trigger(trigger);
  }

  #finishStage(): void {
    const stage = this.#stages[this.#stages.length - 1];
    if (this.#state !== undefined) this.#states.push(this.#state);
    if (stage !== undefined && this.#last !== undefined && this.#state?.triggers.length === 0 && !this.#countsStages)
      this.#stages[stage.index] = { ...stage, last: this.#last };
    this.#state = undefined;
    this.#last = undefined;
  }

  /** The state that a base image of another file brings: its environment and its shell. */
  #imageState(image: string): ImageState {
    const { space } = this.#texts;
    const own = this.#ownBase(image);
    if (own !== undefined) return own;
    const variables = new Map<string, Binding>();
    for (const [name, value] of Object.entries(environmentOfImage(image))) {
      const text = value === true ? this.#texts.symbol(`$${name}`) : this.#texts.literal(value);
      variables.set(name, { set: space.true, text, exported: space.true });
    }
    if (!variables.has('PATH'))
      variables.set('PATH', { set: space.true, text: this.#texts.symbol('$PATH'), exported: space.true });
    for (const [name, part] of this.#parts()) variables.set(name, part);
    const shell = shellOf(image);
    const dialect = shell === undefined || shell === 'none' ? this.#unknownDialect(image) : space.one<Dialect>(shell);
    return {
      live: space.true,
      variables,
      config: new Map(),
      dialect,
      sh: dialect,
      options: [],
      evaluable: !/windows|nanoserver|servercore/i.test(image),
      cwd: this.#texts.literal('/'),
      mappings: [],
      triggers: [],
      knownBase: isOfficialImage(image),
    };
  }

  #unknownDialect(image: string): Variational<Dialect> {
    const { space } = this.#texts;
    const is = (name: string): Condition => space.holds(space.opaque(`the shell of ${image} is ${name}`));
    return space.pick<Dialect>(
      is('dash'),
      space.one<Dialect>('dash'),
      space.pick<Dialect>(is('bash'), space.one<Dialect>('bash'), space.one<Dialect>('ash')),
    );
  }

  /** A base that the project itself builds: `FROM app-base` with app-base/Dockerfile or Dockerfile.app-base in the project. */
  #ownBase(image: string): ImageState | undefined {
    if (isOfficialImage(image) || image === '' || this.#input.file.length > 1000) return undefined;
    const reference = /^(?:.*\/)?([^/:@]+)(?::([^/@]+))?(?:@.*)?$/.exec(image);
    const names = [reference?.[1], reference?.[2]].filter(
      (name): name is string => name !== undefined && name !== 'latest',
    );
    for (const folder of contextsOf(this.#input.file)) {
      for (const name of names) {
        for (const path of [`${name}/Dockerfile`, `Dockerfile.${name}`, `${name}.dockerfile`, `${name}.Dockerfile`]) {
          const file = folder === '' ? path : `${folder}/${path}`;
          const found = file === this.#input.file ? undefined : this.#input.files.read(file);
          if (found?.kind !== 'text' || this.#depth > 3) continue;
          const inner = new DockerfileBuild(
            { ...this.#input, file, text: found.text, target: undefined },
            parseDockerfile(found.text),
          );
          inner.#depth = this.#depth + 1;
          inner.run();
          const last = inner.#states[inner.#states.length - 1];
          // An image brings what ENV says, not the arguments that it was built with.
          if (last !== undefined) return { ...last, variables: inner.#configVariables(last), mappings: [] };
        }
      }
    }
    return undefined;
  }

  #depth = 0;

  #configVariables(state: ImageState): ReadonlyMap<string, Binding> {
    const { space } = this.#texts;
    const variables = new Map<string, Binding>();
    for (const [name, { text }] of state.config) variables.set(name, { set: space.true, text, exported: space.true });
    return variables;
  }

  #trigger(trigger: Trigger): void {
    const [file, escapeCharacter] = [this.#file, this.#escape];
    this.#file = trigger.file;
    this.#escape = trigger.escape;
    this.#instruction(trigger.instruction);
    this.#file = file;
    this.#escape = escapeCharacter;
  }

  // ------------------------------------------------------------------------------------------------ instructions

  #instruction(instruction: Instruction): void {
    const state = this.#state;
    if (state === undefined) return;
    const place = this.#place(instruction.span);
    switch (instruction.kind) {
      case 'arg': {
        const variables = new Map(state.variables);
        this.#arg(instruction, variables, this.#globals, this.#stages.length - 1);
        this.#state = { ...state, variables };
        return;
      }
      case 'env':
        this.#env(instruction, state, place);
        return;
      case 'run':
        this.#run(instruction, state, place);
        return;
      case 'copy':
      case 'add':
        this.#copy(instruction, state, place);
        return;
      case 'workdir': {
        const word = instruction.words[0];
        if (word === undefined) return;
        const text = this.#expand(word, state.variables, place);
        const cwd =
          this.#texts.transform(this.#joinCwd(state.cwd, text), 'path ', (path) => joinPath('/', path)) ?? text;
        this.#state = { ...state, cwd };
        this.#setting(place, 'WORKDIR', '', text, word);
        return;
      }
      case 'user':
      case 'stopsignal':
      case 'expose':
      case 'volume':
        for (const word of instruction.words)
          this.#setting(place, instruction.kind.toUpperCase(), '', this.#expand(word, state.variables, place), word);
        return;
      case 'shell':
        this.#shell(
          instruction.words.map((word) => word.value),
          state,
        );
        return;
      case 'onbuild':
        if (instruction.trigger !== undefined) {
          this.#state = {
            ...state,
            triggers: [...state.triggers, { instruction: instruction.trigger, file: this.#file, escape: this.#escape }],
          };
        }
        return;
      default:
        return;
    }
  }

  #joinCwd(cwd: Text, path: Text): Text {
    const head = path.pieces[0];
    if (head?.kind === 'literal' && head.text.startsWith('/')) return path;
    return this.#texts.concat(cwd, this.#texts.literal('/'), path);
  }

  #setting(instruction: Place, setting: string, name: string, text: Text, word: MappedText): void {
    const place = this.#place(spanToSource(word, { start: 0, end: word.text.length }));
    this.#steps.push({
      kind: 'setting',
      stage: this.#stages.length - 1,
      instruction,
      place,
      when: this.#state?.live ?? this.#texts.space.true,
      runs: this.#feasible,
      ships: this.#texts.space.false,
      setting,
      name,
      text,
    });
  }

  #shell(words: readonly string[], state: ImageState): void {
    const { space } = this.#texts;
    const name = (words[0] ?? '').replace(/^.*\//, '');
    const known: Readonly<Record<string, Variational<Dialect>>> = {
      sh: state.sh,
      bash: space.one<Dialect>('bash'),
      dash: space.one<Dialect>('dash'),
      ash: space.one<Dialect>('ash'),
      busybox: space.one<Dialect>('ash'),
    };
    const dialect = Object.hasOwn(known, name) ? known[name] : undefined;
    this.#state = {
      ...state,
      dialect: dialect ?? state.dialect,
      options: words.slice(1),
      evaluable: dialect !== undefined,
    };
  }

  /** ARG, in a stage (`scope` is the stage's environment) or before the first FROM (`scope` is the globals). */
  #arg(
    instruction: ArgInstruction,
    scope: Map<string, Binding>,
    globals: ReadonlyMap<string, Binding>,
    stage: number,
  ): void {
    const { space } = this.#texts;
    for (const pair of instruction.pairs) {
      const place = this.#place(pair.span);
      const name = render(this.#expand(pair.name, scope, place));
      const fallback = pair.value === undefined ? undefined : this.#expand(pair.value, scope, place);
      const global = stage === -1 ? undefined : globals.get(name);
      const old = scope.get(name);
      const hides =
        stage !== -1 && this.#state?.config.get(name) !== undefined ? this.#state.config.get(name)?.place : undefined;
      this.#arguments.push({ name, place, stage, fallback, overwritten: undefined, hides });
      const fixed = this.#input.fixed.has(name);
      this.#mentionDefault(name, fallback);
      if (PLATFORM_ARGS.includes(name) && fallback === undefined && !fixed) {
        scope.set(
          name,
          globals.get(name) ?? { set: space.true, text: this.#texts.symbol(`$${name}`), exported: space.true },
        );
        continue;
      }
      const { set: passed, text: given } = this.#passed(name);
      // Passed beats the default; a stage's default beats the global value; without either the name keeps what it had.
      const kept = old ?? { set: space.false, text: this.#texts.empty };
      const inherited =
        global === undefined
          ? kept
          : { set: space.or(global.set, kept.set), text: this.#texts.pick(global.set, global.text, kept.text) };
      const otherwise = fallback ?? inherited.text;
      const set = fallback !== undefined ? space.true : space.or(passed, inherited.set);
      scope.set(name, { set, text: this.#texts.pick(passed, given, otherwise), exported: set });
    }
  }

  /** What the builder is given for an argument, and where. */
  #passed(name: string): { readonly set: Condition; readonly text: Text } {
    const { space } = this.#texts;
    const { fixed, writer } = this.#input;
    const nothing = { set: space.false, text: this.#texts.empty };
    if (writer?.arguments !== undefined) return writer.arguments.get(name) ?? nothing;
    if (fixed.has(name)) {
      const answer = fixed.get(name);
      return answer === undefined ? nothing : { set: space.true, text: this.#texts.literal(answer) };
    }
    const selector = space.input(name);
    return { set: space.not(space.is(selector, undefined)), text: this.#texts.answer(selector) };
  }

  /** `ARG FLAVOR=production`: a default that is the name of an environment says what the argument is for. */
  #mentionDefault(name: string, fallback: Text | undefined): void {
    const value = fallback === undefined ? undefined : this.#texts.constant(fallback);
    if (value === undefined || !/^[A-Za-z]+$/.test(value) || environmentOf(value) === undefined) return;
    if (NO_ENVIRONMENT.test(name)) return;
    this.#texts.space.input(name).mentioned.add(value);
  }

  #env(instruction: EnvInstruction, state: ImageState, place: Place): void {
    const { space } = this.#texts;
    const variables = new Map(state.variables);
    const config = new Map(state.config);
    for (const pair of instruction.pairs) {
      if (pair.value === undefined) continue;
      const name = render(this.#expand(pair.name, state.variables, place));
      const text = this.#expand(pair.value, state.variables, place);
      variables.set(name, { set: space.true, text, exported: space.true });
      config.set(name, { text, place });
      this.#setting(place, 'ENV', name, text, pair.value);
      this.#noteOverwritten(name, text, place);
    }
    this.#state = { ...state, variables, config };
  }

  /** `ARG ENV` and then `ENV ENV=testing`: whatever is passed for the argument has no effect. */
  #noteOverwritten(name: string, text: Text, place: Place): void {
    const stage = this.#stages.length - 1;
    const at = this.#arguments.findLastIndex((argument) => argument.name === name && argument.stage === stage);
    const argument = this.#arguments[at];
    if (argument === undefined || text.holds.size > 0) return;
    const used = this.#reads.some(
      (read) => read.name === name && read.stage === stage && read.place.start > argument.place.start,
    );
    if (!used) this.#arguments[at] = { ...argument, overwritten: place };
  }

  #copy(instruction: CopyInstruction, state: ImageState, place: Place): void {
    const sources = instruction.sources.map((source) => this.#expand(source, state.variables, place));
    const destination =
      instruction.destination === undefined
        ? this.#texts.empty
        : this.#expand(instruction.destination, state.variables, place);
    const target =
      this.#texts.transform(
        this.#joinCwd(state.cwd, destination),
        'path ',
        (path) => `${joinPath('/', path)}${/\/\.?$/.test(path) ? '/' : ''}`,
      ) ?? destination;
    const from = this.#copyFrom(instruction.flags);
    const stage = this.#stages.length - 1;
    const first = instruction.sources[0] ?? instruction.destination;
    const last = instruction.destination ?? first;
    const span =
      first === undefined || last === undefined
        ? instruction.span
        : {
            start: spanToSource(first, { start: 0, end: 1 }).start,
            end: spanToSource(last, { start: 0, end: last.text.length }).end,
          };
    const copy: CopyStep = {
      kind: 'copy',
      stage,
      instruction: place,
      place: this.#place(span),
      when: state.live,
      runs: this.#feasible,
      ships: this.#texts.space.false,
      sources,
      destination: target,
      written: destination,
      from,
    };
    this.#steps.push(copy);
    const mappings: Mapping[] = [...state.mappings, ...this.#mappingsOf(copy, instruction, state)];
    this.#state = { ...state, mappings };
  }

  #copyFrom(flags: readonly Flag[]): CopyStep['from'] {
    const name = flags.find((flag) => flag.name === 'from')?.value?.text;
    if (name === undefined) return { kind: 'context' };
    const lower = name.toLowerCase();
    const index = this.#stages.findLastIndex(
      (stage, i) => i < this.#stages.length - 1 && (stage.name === lower || String(i) === name),
    );
    return index === -1 ? { kind: 'image', name } : { kind: 'stage', index, name };
  }

  #mappingsOf(copy: CopyStep, instruction: CopyInstruction, state: ImageState): Mapping[] {
    const destination = this.#texts.constant(copy.destination);
    if (destination === undefined) return [];
    const out: Mapping[] = [];
    for (const heredoc of instruction.heredocs) {
      const text = heredoc.quoted
        ? this.#texts.literal(heredoc.body.text)
        : expandTemplate(parseBody(heredoc.body.text), this.#texts, (name) => state.variables.get(name)).text;
      const content = this.#texts.constant(text);
      const path = destination.endsWith('/') ? `${destination}${heredoc.delimiter}` : destination;
      if (content !== undefined) out.push({ destination: path, source: '', content });
    }
    if (copy.from.kind === 'image') return out;
    for (const source of copy.sources) {
      const path = this.#texts.constant(source);
      if (path === undefined) continue;
      if (copy.from.kind === 'stage') out.push(...this.#carried(this.#states[copy.from.index], path, destination));
      else out.push(...this.#fromContext(path, destination));
    }
    return out;
  }

  /** What a stage had from the context, under its new path. */
  #carried(state: ImageState | undefined, source: string, destination: string): Mapping[] {
    const from = joinPath('/', source);
    return (state?.mappings ?? []).flatMap((mapping): Mapping[] => {
      if (mapping.destination === from)
        return [
          {
            ...mapping,
            destination: destination.endsWith('/')
              ? `${destination}${from.slice(from.lastIndexOf('/') + 1)}`
              : destination,
          },
        ];
      if (mapping.destination.startsWith(`${from}/`))
        return [{ ...mapping, destination: joinPath(destination, mapping.destination.slice(from.length + 1)) }];
      if (!from.startsWith(`${mapping.destination.replace(/\/$/, '')}/`)) return [];
      const rest = from.slice(mapping.destination.replace(/\/$/, '').length + 1);
      return [
        {
          ...mapping,
          source: mapping.source === '' ? rest : `${mapping.source}/${rest}`,
          destination: destination.replace(/\/$/, '') || '/',
        },
      ];
    });
  }

  #fromContext(source: string, destination: string): Mapping[] {
    const path = source
      .replace(/^\.?\/+/, '')
      .replace(/\/+$/, '')
      .replace(/^\.$/, '');
    const folder = destination.replace(/(?<=.)\/$/, '');
    for (const context of contextsOf(this.#input.file)) {
      const full = [context, path].filter((part) => part !== '').join('/');
      if (this.#input.files.list(full) !== undefined)
        return [{ destination: folder, source: path, content: undefined }];
      if (this.#input.files.read(full) !== undefined) {
        const name = path.slice(path.lastIndexOf('/') + 1);
        return [
          {
            destination: destination.endsWith('/') ? joinPath(folder, name) : destination,
            source: path,
            content: undefined,
          },
        ];
      }
    }
    return /[*?[]/.test(path) ? [{ destination: folder, source: folderOf(path), content: undefined }] : [];
  }

  // ------------------------------------------------------------------------------------------------ RUN

  /** Adds the recipes of a makefile that COPY brought, where a command runs make; true when that is all that it does. */
  #runMake(step: CommandStep, state: ImageState, place: Place): boolean {
    const call = makeCallOf(this.#texts, step);
    // What is the same in every environment is told where the makefile is linted.
    if (call === undefined || !givesChoices(call)) return false;
    const { files, file } = this.#input;
    const find = (path: string): { readonly file: string; readonly text: string } | undefined =>
      fileAt(path, state.mappings, files, file);
    const called = runMakeCall(
      { texts: this.#texts, files, find, depth: 0, inner: true, caller: undefined },
      call,
      step,
    );
    if (called === undefined) return false;
    for (const inner of called.steps) this.#steps.push({ ...inner, instruction: place });
    this.#notes.push(...called.notes);
    for (const included of [called.file, ...called.included]) this.#included.add(included);
    return called.steps.length > 0 && called.notes.length === 0;
  }

  #run(instruction: RunInstruction, state: ImageState, place: Place): void {
    const { space } = this.#texts;
    const stage = this.#stages.length - 1;
    const script = scriptOf(instruction, state, this.#texts);
    if (script === undefined) {
      if (instruction.command.kind === 'shell')
        this.#notes.push({
          place,
          message: 'this RUN is for a shell that is not evaluated (only sh, bash, dash and BusyBox ash are)',
        });
      return;
    }
    const variables = new Map(state.variables);
    for (const flag of instruction.flags) {
      const secret = flag.name === 'mount' ? /(?:^|,)env=([A-Za-z_]\w*)/.exec(flag.value?.text ?? '')?.[1] : undefined;
      if (secret !== undefined)
        variables.set(secret, { set: space.true, text: this.#texts.symbol(`$${secret}`), exported: space.true });
    }
    const outcome = evaluateScript({
      text: script.text.text,
      file: this.#file,
      place: (span) => this.#place(spanToSource(script.text, span)),
      texts: this.#texts,
      host: {
        script: (path) => fileAt(path, state.mappings, this.#input.files, this.#input.file),
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
      const step = commandStep(this.#texts, execution, place, stage);
      const own = { ...step, runs: space.and(step.runs, this.#feasible) };
      this.#steps.push(this.#runMake(own, state, place) ? withoutResult(own) : own);
    }
    for (const read of outcome.reads) {
      this.#reads.push({
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
      this.#decisions.push({ place: at, holds, instruction: place });
    for (const trap of outcome.traps) this.#traps.push({ ...trap, stage, dialect });
    for (const [symbol, places] of outcome.origins) addOrigins(this.#origins, symbol, places);
    for (const { place: at, message } of outcome.notes) this.#notes.push({ place: at, message });
    for (const execution of outcome.executions) {
      for (const { when, item } of refusalsOf(this.#texts, execution)) {
        this.#prune(space.not(when), state.live, execution.place, stage, false, item);
      }
    }
    const deliberate =
      outcome.executions.length === 0 ||
      space.and(
        space.not(outcome.ended),
        space.map(outcome.status, (n) => n !== 0),
      ) === space.false;
    this.#prune(
      space.map(outcome.status, (n) => n === 0),
      state.live,
      place,
      stage,
      deliberate,
    );
  }

  /** Environments in which a step fails get no image; a step that fails in all of them is told, and believed in none. */
  #prune(
    succeeds: Condition,
    live: Condition,
    place: Place,
    stage: number,
    deliberate: boolean,
    refusal?: string,
  ): void {
    const { space } = this.#texts;
    const failing = space.and(live, space.not(succeeds));
    // BuildKit does not run a stage that the target does not need, so nothing fails there.
    if (failing === space.false || (stage >= 0 && !this.#needed.has(stage))) return;
    this.#failures.push({ place, when: failing, stage, deliberate, refusal });
    const rest = space.and(this.#feasible, space.not(failing));
    // Whoever fixes the arguments asks about just these environments.
    if (rest !== space.false || this.#input.fixed.size > 0) this.#feasible = rest;
    else this.#notes.push({ place, message: 'this step fails in every environment, as far as it can be evaluated' });
  }

  // ------------------------------------------------------------------------------------------------ words

  /** Expands a word of an instruction; records what it reads, and takes out the environments where that is an error. */
  #expand(
    word: MappedText,
    scope: ReadonlyMap<string, Binding>,
    instruction: Place,
    stage = this.#stages.length - 1,
  ): Text {
    const { space } = this.#texts;
    const template = parseWord(word.text, this.#escape);
    const place = this.#place(spanToSource(word, { start: 0, end: word.text.length }));
    const live = stage === -1 ? space.true : (this.#state?.live ?? space.true);
    const guarded = new Set(
      template.flatMap((part) => (part.kind === 'variable' && part.operator !== '' ? [part.name] : [])),
    );
    const { text, fails } = expandTemplate(template, this.#texts, (name) => {
      const variable = scope.get(name);
      const unset = space.and(live, space.not(variable?.set ?? space.false));
      this.#reads.push({
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
      const at = this.#place(spanToSource(word, broken.span));
      this.#notes.push({ place: at, message: `the builder cannot read this: ${broken.message}` });
    } else if (fails !== space.false) this.#prune(space.not(fails), live, place, stage, true);
    return text;
  }
}

/** A call of make whose recipes are steps of their own: itself it makes nothing. */
function withoutResult(step: CommandStep): CommandStep {
  return step.call === undefined ? step : { ...step, call: { ...step.call, role: 'check' } };
}
