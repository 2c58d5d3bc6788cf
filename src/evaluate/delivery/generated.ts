/*
 * Dockerfiles that a caller writes itself and then builds: `cat > Dockerfile <<EOF`, `sed … Dockerfile.in > Dockerfile`,
 * `docker build - <<EOF`.
 *
 * The text differs between the caller's environments. It is cut into the texts that it may be; each is evaluated in the
 * caller's space under the condition that it is that one, and what they have in common becomes one step with one variational
 * value again. What stands for any other answer of a variable, or for a part that is not known, is a name in the
 * Dockerfile (`${ENVARIANT_0}`) whose value is that part.
 *
 * That build is what the file's own rules are asked about. Where it is compared with other builds, each form stands for
 * itself, in a space of its own and with open arguments, as a Dockerfile that lies in the project does.
 */
import type { Build, Note, Step } from '../../model/build.js';
import type { GeneratedDockerfile, PassedArgument, WrittenText } from '../../model/delivery.js';
import type { Files } from '../../text/files.js';
import type { Place, Span } from '../../text/span.js';
import { type Condition, Space } from '../../value/diagram.js';
import { render, type Text, Texts } from '../../value/text.js';
import { evaluateDockerfile } from '../dockerfile/index.js';

/** A Dockerfile that was written, and how it is built. */
export interface GeneratedInput {
  readonly texts: Texts;
  readonly files: Files;
  /** Where it is written to, for the files around it. */
  readonly path: string;
  readonly written: WrittenText;
  readonly when: Condition;
  readonly target: string | undefined;
  readonly arguments: readonly PassedArgument[];
}

/** A Dockerfile that a caller writes; undefined, and a note, where its text is not known. */
export interface GeneratedBuild {
  readonly dockerfile: GeneratedDockerfile | undefined;
  readonly notes: readonly Note[];
}

/** More texts than this are not told apart. */
const LEAVES = 16;

/** Evaluates a Dockerfile in all the forms that its caller writes. */
export function evaluateGenerated(input: GeneratedInput): GeneratedBuild {
  const { texts, when } = input;
  const { space } = texts;
  const written = { ...input.written, text: texts.assume(input.written.text, when) };
  const unknown = (why: string): GeneratedBuild => ({
    dockerfile: undefined,
    notes: [{ place: written.place, message: `the Dockerfile that is written here is not evaluated: ${why}` }],
  });
  const flat = texts.flatten(written.text);
  if (flat === undefined) return unknown('it differs in too many ways');
  const leaves = space.leaves(flat).flatMap((leaf) => {
    const both = space.and(leaf.when, when);
    // Whether it is built at all is no matter of what it makes.
    return both === space.false ? [] : [{ when: space.assume(both, when), text: leaf.item }];
  });
  if (leaves.length > LEAVES) return unknown('it differs in too many ways');
  const parts: { readonly when: Condition; readonly build: Build }[] = [];
  for (const { when: here, text } of leaves) {
    const template = templateOf(texts, text);
    if (template === undefined) return unknown('not all of its lines are known');
    const build = evaluateTemplate(input, template);
    if (build.target === -1) return unknown('it has no such stage');
    parts.push({ when: here, build });
  }
  const build = merged(texts, parts, written.place.file);
  const dockerfile = build === undefined ? undefined : { build, path: input.path, written };
  return { dockerfile, notes: build?.notes ?? [] };
}

/** One of the forms of a Dockerfile that a caller writes. */
export interface Form {
  readonly path: string;
  readonly written: WrittenText;
  readonly text: string;
  /** What the names in the text stand for that are no part of it. */
  readonly parts: ReadonlyMap<string, string>;
}

/** A Dockerfile as it is written where nothing but this text is; undefined where its lines are not all known. */
export function formOf(texts: Texts, { path, written }: GeneratedDockerfile, text: Text): Form | undefined {
  const template = templateOf(texts, text);
  if (template === undefined) return undefined;
  const parts = new Map([...template.parts].map(([name, part]) => [name, render(part)] as const));
  return { path, written, text: template.text, parts };
}

/** A form in a space of its own, with open arguments. */
export function evaluateForm({ path, written, text, parts }: Form, files: Files, target: string | undefined): Build {
  const texts = new Texts(new Space());
  const symbols = new Map([...parts].map(([name, part]) => [name, texts.symbol(part)] as const));
  const writer = { parts: symbols, place: placing(files, written, text) };
  const build = evaluateDockerfile({ file: path, text, files, texts, fixed: new Map(), target, writer });
  return { ...build, file: written.place.file };
}

/** A text with names for what is not a literal of it. */
interface Template {
  readonly text: string;
  readonly parts: ReadonlyMap<string, Text>;
}

/** Undefined where a line begins with something unknown: that may be any instruction, or many. */
function templateOf(texts: Texts, text: Text): Template | undefined {
  const parts = new Map<string, Text>();
  let source = '';
  for (const piece of text.pieces) {
    if (piece.kind === 'literal') {
      source += piece.text;
      continue;
    }
    if (piece.kind === 'choice' || /(?:^|\n)[ \t]*$/.test(source)) return undefined;
    const name = `ENVARIANT_${parts.size}`;
    parts.set(name, texts.join([piece]));
    source += `\${${name}}`;
  }
  return { text: source, parts };
}

function evaluateTemplate(input: GeneratedInput, { text, parts }: Template): Build {
  const { texts, files, path, written } = input;
  const { space } = texts;
  const passed = new Map<string, { readonly set: Condition; readonly text: Text }>();
  for (const { name, set, text: value } of input.arguments) {
    const below = passed.get(name);
    passed.set(name, {
      set: space.or(set, below?.set ?? space.false),
      text: texts.pick(set, value, below?.text ?? texts.empty),
    });
  }
  const place = placing(files, written, text);
  const writer = { arguments: passed, parts, place };
  return evaluateDockerfile({ file: path, text, files, texts, fixed: new Map(), target: input.target, writer });
}

/**
 * Where a line is written: the line of the script or the template that begins like it, as what differs stands further on
 * (the second of two equal lines for the second); or else the command that writes the file.
 */
function placing(files: Files, { place, source }: WrittenText, text: string): (span: Span) => Place {
  const read = files.read(source.file);
  const original = read?.kind === 'text' ? read.text.slice(source.start) : '';
  // Pipelines indent their scripts.
  const candidates = [...original.matchAll(/\S.*/g)].map((found) => ({
    at: source.start + found.index,
    line: found[0],
  }));
  return ({ start, end }) => {
    const head = text.lastIndexOf('\n', start - 1) + 1;
    const stop = text.indexOf('\n', head);
    const line = text.slice(head, stop === -1 ? text.length : stop);
    let found: typeof candidates = [];
    let common = line.search(/\s|$/) + 1;
    for (const candidate of candidates) {
      const length = commonLength(candidate.line, line);
      if (length > common) [found, common] = [[candidate], length];
      else if (length === common) found.push(candidate);
    }
    const earlier = text.slice(0, head).split('\n');
    const best = found[earlier.filter((one) => one === line).length] ?? found[0];
    if (best === undefined) return place;
    const from = Math.min(start - head, best.line.length);
    const to = Math.min(Math.max(end - head, from), best.line.length);
    return { file: source.file, start: best.at + from, end: best.at + to };
  };
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

// -------------------------------------------------------------------------------------------------- merging

interface Part {
  readonly when: Condition;
  readonly build: Build;
}

/** The forms of a Dockerfile as one build; undefined when there is none. */
function merged(texts: Texts, parts: readonly Part[], file: string): Build | undefined {
  const { space } = texts;
  const [first, ...others] = parts;
  if (first === undefined) return undefined;
  if (others.length === 0) return { ...first.build, file };
  const under = <T extends { readonly when: Condition }>(pick: (build: Build) => readonly T[]): readonly T[] =>
    parts.flatMap(({ when, build }) => pick(build).map((one) => ({ ...one, when: space.and(one.when, when) })));
  const longest = parts.reduce((a, b) => (b.build.stages.length > a.build.stages.length ? b : a)).build;
  const anywhere = (of: (build: Build) => Condition): Condition =>
    parts.reduce<Condition>((all, { when, build }) => space.or(all, space.and(when, of(build))), space.false);
  return {
    ...longest,
    file,
    stages: longest.stages.map((stage) => ({
      ...stage,
      reached: anywhere((build) => build.stages[stage.index]?.reached ?? space.false),
    })),
    feasible: anywhere(({ feasible }) => feasible),
    steps: mergedSteps(texts, parts),
    arguments: distinctBy(
      parts.flatMap(({ build }) => build.arguments),
      ({ name, place }) => `${name} ${place.start}`,
    ),
    reads: parts.flatMap(({ when, build }) =>
      build.reads.map((read) => ({ ...read, when: space.and(read.when, when), unset: space.and(read.unset, when) })),
    ),
    traps: under((build) => build.traps),
    decisions: parts.flatMap(({ build }) => build.decisions),
    failures: under((build) => build.failures),
    notes: parts.flatMap(({ build }) => build.notes),
  };
}

function distinctBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** Bases, copies and settings that stand in for each other become one; commands are put together where subjects are made. */
function mergedSteps(texts: Texts, parts: readonly Part[]): readonly Step[] {
  const { space } = texts;
  const merged: Step[] = [];
  const slots = new Map<string, number>();
  for (const { when, build } of parts) {
    const counts = new Map<string, number>();
    for (const step of build.steps) {
      const own = {
        ...step,
        when: space.and(step.when, when),
        runs: space.and(step.runs, when),
        ships: space.and(step.ships, when),
      };
      const kind = kindOf(step);
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      const slot = slots.get(`${kind} ${count}`);
      const old = slot === undefined ? undefined : merged[slot];
      const both = old === undefined ? undefined : joined(texts, old, own, when);
      if (slot !== undefined && both !== undefined) merged[slot] = both;
      else {
        if (step.kind !== 'command') slots.set(`${kind} ${count}`, merged.length);
        merged.push(own);
      }
    }
  }
  return merged;
}

/** What a step is, so that its counterpart in another form of the file is found. */
function kindOf(step: Step): string {
  if (step.kind === 'setting') return `${step.stage} ${step.setting} ${step.name}`;
  return step.kind === 'copy' ? `${step.stage} copy ${step.sources.length}` : `${step.stage} ${step.kind}`;
}

function joined(texts: Texts, old: Step, own: Step, when: Condition): Step | undefined {
  const { space } = texts;
  const where = {
    when: space.or(old.when, own.when),
    runs: space.or(old.runs, own.runs),
    ships: space.or(old.ships, own.ships),
  };
  if (old.kind === 'base' && own.kind === 'base')
    return { ...old, ...where, text: texts.pick(when, own.text, old.text) };
  if (old.kind === 'setting' && own.kind === 'setting')
    return { ...old, ...where, text: texts.pick(when, own.text, old.text) };
  if (old.kind !== 'copy' || own.kind !== 'copy' || JSON.stringify(old.from) !== JSON.stringify(own.from))
    return undefined;
  return {
    ...old,
    ...where,
    sources: old.sources.map((source, i) => texts.pick(when, own.sources[i] ?? source, source)),
    destination: texts.pick(when, own.destination, old.destination),
    written: texts.pick(when, own.written, old.written),
  };
}
