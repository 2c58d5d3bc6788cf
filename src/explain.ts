/*
 * What stands at a place of a build file, in every environment: the value of a variable, of a word, or of a whole command.
 * For editors that show it where somebody points at it.
 */
import { evaluateDockerfile } from './evaluate/dockerfile/index.js';
import { evaluateMakefileBuild } from './evaluate/makefile/build.js';
import type { Makefile } from './evaluate/makefile/index.js';
import { evaluateShellFile } from './evaluate/script.js';
import { callersIn } from './links.js';
import { commandText } from './lint/command.js';
import { findWitness, type Row, rowsOf, type Value } from './lint/divergence.js';
import { rootOf } from './lint/environment.js';
import type { Build, CommandStep, Step, VariableRead } from './model/build.js';
import type { Caller, ImageBuild } from './model/delivery.js';
import { languageOf } from './recognise.js';
import type { Files } from './text/files.js';
import type { Place, Span } from './text/span.js';
import { type Condition, Space } from './value/diagram.js';
import { render, type Text, Texts } from './value/text.js';

/** What stands at a place, with its value in each environment. */
export interface Explanation {
  readonly kind: 'variable' | 'argument' | 'word' | 'command' | 'files' | 'setting' | 'base';
  /** What it is called: a variable's name, the words as they are written, the name of a setting. */
  readonly name: string;
  readonly place: Place;
  /** One row where all environments agree; undefined is unset, or not there at all. */
  readonly rows: readonly Row[];
}

/**
 * What stands at an offset of a Dockerfile, makefile or shell script, or what a compose file, a pipeline or the like passes,
 * names, runs or builds there; undefined where nothing is evaluated. Never throws.
 */
export function explainAt(path: string, offset: number, files: Files): Explanation | undefined {
  const read = files.read(path);
  if (read?.kind !== 'text') return undefined;
  try {
    const evaluated = evaluatedOf(path, read.text, files);
    if (evaluated === undefined) return deliveredAt(path, read.text, offset, files);
    const { build, makefile } = evaluated;
    return (
      variableAt(build, path, read.text, offset) ??
      wordAt(build, path, read.text, offset) ??
      stepAt(build, path, read.text, offset) ??
      argumentAt(build, path, offset) ??
      assignedAt(build, makefile, path, read.text, offset)
    );
  } catch {
    // Whoever points at something while it is being written gets an answer when it can be evaluated again.
    return undefined;
  }
}

function evaluatedOf(
  file: string,
  text: string,
  files: Files,
): { readonly build: Build; readonly makefile?: Makefile } | undefined {
  const texts = new Texts(new Space());
  const fixed = new Map<string, string | undefined>();
  const nothing = new Map<never, never>();
  switch (languageOf(file, text)) {
    case 'dockerfile':
      return { build: evaluateDockerfile({ file, text, files, texts, fixed, target: undefined }) };
    case 'shell':
      return evaluateShellFile({ file, text, files, texts, fixed, dialect: undefined });
    case 'makefile':
      return evaluateMakefileBuild({
        file,
        text,
        files,
        texts,
        environment: nothing,
        commandLine: nothing,
        goals: undefined,
      });
    default:
      return undefined;
  }
}

/** The value of the variable that is read here. */
function variableAt(build: Build, file: string, text: string, offset: number): Explanation | undefined {
  const name = nameAt(text, offset);
  if (name === undefined) return undefined;
  const reads = build.reads.filter((read) => read.name === name.text && contains(read.place, file, offset));
  const [nearest] = [...reads].sort((a, b) => lengthOf(a.place) - lengthOf(b.place));
  if (nearest === undefined) return undefined;
  const same = reads.filter((read) => lengthOf(read.place) === lengthOf(nearest.place));
  return readsExplained(build, same, name, file);
}

/** What a name stands for where it is read. */
function readsExplained(build: Build, reads: readonly VariableRead[], name: Name, file: string): Explanation {
  const where = unite(
    build,
    reads.map(({ when }) => when),
  );
  const rows = rowsFor(build, valueOfReads(build, reads), where);
  return { kind: 'variable', name: name.text, place: { file, ...name.span }, rows };
}

function valueOfReads({ texts }: Build, reads: readonly VariableRead[]): Value {
  const { space } = texts;
  let value: Value = space.one<Text | undefined>(undefined);
  for (const { when, unset, text } of reads) {
    const set = space.and(when, space.not(unset));
    if (text !== undefined) value = space.pick<Text | undefined>(set, flatOf(texts, text), value);
  }
  return value;
}

/** A word that differs between environments. */
function wordAt(build: Build, file: string, text: string, offset: number): Explanation | undefined {
  const { texts } = build;
  const { space } = texts;
  const steps = commandsAt(build, file, offset);
  for (const step of steps) {
    const place = step.words.find(({ item }) => contains(item.place, file, offset))?.item.place;
    if (place === undefined) continue;
    const parts = steps.flatMap((other) => {
      const fields = other.words.filter(({ item }) => isSame(item.place, place));
      return fields.length === 0 ? [] : [{ runs: other.runs, text: joined(texts, fields) }];
    });
    let value: Value = space.one<Text | undefined>(undefined);
    for (const part of parts) value = space.pick<Text | undefined>(part.runs, flatOf(texts, part.text), value);
    const rows = rowsFor(
      build,
      value,
      unite(
        build,
        parts.map(({ runs }) => runs),
      ),
    );
    if (rows.length > 1) return { kind: 'word', name: text.slice(place.start, place.end), place, rows };
  }
  return undefined;
}

function joined(texts: Texts, fields: CommandStep['words']): Text {
  const { space } = texts;
  let text = texts.empty;
  let any: Condition = space.false;
  for (const { when, item } of fields) {
    const between = texts.pick(any, texts.literal(' '), texts.empty);
    text = texts.concat(text, texts.pick(when, texts.concat(between, item.text), texts.empty));
    any = space.or(any, when);
  }
  return text;
}

/** The command, copy or setting that stands here. */
function stepAt(build: Build, file: string, text: string, offset: number): Explanation | undefined {
  const { texts } = build;
  const { space } = texts;
  const around = build.steps.filter((step) => contains(step.place, file, offset));
  const [nearest] = [...around].sort((a, b) => lengthOf(a.place) - lengthOf(b.place));
  if (nearest === undefined) return undefined;
  const same = around.filter((step) => isSame(step.place, nearest.place) && step.kind === nearest.kind);
  let value: Value = space.one<Text | undefined>(undefined);
  for (const step of same)
    value = space.pick<Text | undefined>(step.runs, flatOf(texts, textOfStep(texts, step)), value);
  const kind = nearest.kind === 'copy' ? 'files' : nearest.kind;
  const written = text.slice(nearest.place.start, nearest.place.end).split('\n')[0] ?? '';
  const name = nearest.kind === 'setting' ? `${nearest.setting} ${nearest.name}`.trim() : written;
  return { kind, name, place: nearest.place, rows: rowsFor(build, value, space.true) };
}

function textOfStep(texts: Texts, step: Step): Text {
  switch (step.kind) {
    case 'command':
      return commandText(texts, step, true);
    case 'copy':
      return texts.concat(
        texts.empty,
        ...[...step.sources, step.written].flatMap((word, i) => (i === 0 ? [word] : [texts.literal(' '), word])),
      );
    case 'setting':
    case 'base':
      return step.text;
  }
}

/** The value of the argument that is declared here, as the first command after it sees it. */
function argumentAt(build: Build, file: string, offset: number): Explanation | undefined {
  const argument = build.arguments.find(({ place }) => contains(place, file, offset));
  if (argument === undefined) return undefined;
  const { texts } = build;
  const { space } = texts;
  const step = build.steps.find(
    (one) => one.kind === 'command' && one.stage === argument.stage && one.place.start > argument.place.start,
  );
  const variable = step?.kind === 'command' ? step.environment.get(argument.name) : undefined;
  if (variable === undefined) return undefined;
  const absent: Value = space.one<Text | undefined>(undefined);
  const value = space.pick<Text | undefined>(variable.set, flatOf(texts, variable.text), absent);
  return { kind: 'argument', name: argument.name, place: argument.place, rows: rowsFor(build, value, space.true) };
}

/**
 * The value of the variable that is assigned here: in a makefile what it is in the end, in a script what whoever reads it
 * next sees, since that is what the line is there for.
 */
function assignedAt(
  build: Build,
  makefile: Makefile | undefined,
  file: string,
  text: string,
  offset: number,
): Explanation | undefined {
  const name = nameAt(text, offset);
  if (name === undefined || !ASSIGNS.test(text.slice(name.span.end, name.span.end + 40))) return undefined;
  const variable = makefile?.names.includes(name.text) ? makefile.variable(name.text) : undefined;
  if (variable?.places.some((place) => contains(place, file, offset))) {
    const rows = rowsFor(build, flatOf(build.texts, variable.value), build.texts.space.true);
    return { kind: 'variable', name: name.text, place: { file, ...name.span }, rows };
  }
  const later = build.reads.filter(
    ({ name: other, place }) => other === name.text && place.file === file && place.start >= name.span.end,
  );
  const [next] = [...later].sort((a, b) => a.place.start - b.place.start || lengthOf(a.place) - lengthOf(b.place));
  if (next === undefined) return undefined;
  return readsExplained(
    build,
    later.filter(({ place }) => isSame(place, next.place)),
    name,
    file,
  );
}

/** What follows a name where it is assigned, in a shell or a makefile. */
const ASSIGNS = /^(?:\+?=(?!=)|[ \t]*(?::{0,3}|[?+!])=)/;

function rowsFor(
  { texts, feasible }: Pick<Build, 'texts' | 'feasible'>,
  value: Value,
  where: Condition,
): readonly Row[] {
  const { space } = texts;
  const both = space.and(feasible, where);
  const within = both === space.false ? where : both;
  const witness = findWitness(texts, value, within, (selector) => rootOf(selector) !== undefined, true);
  const only = witness === undefined ? space.assume(value, within) : value;
  if (only.kind === 'one')
    return [{ when: 'otherwise', value: only.value === undefined ? undefined : render(only.value) }];
  const none = { selectors: [], shared: new Map(), opaque: false, unknown: false };
  const rows = rowsOf(texts, value, within, witness ?? none, true);
  return rows.length === 1 ? rows.map((row) => ({ when: 'otherwise', value: row.value })) : rows;
}

/** A text that a caller gives at a place, where it does. */
interface Delivered {
  readonly kind: 'argument' | 'word' | 'command';
  readonly name: string;
  readonly place: Place;
  /** Where the build or the deployment takes place. */
  readonly within: Condition;
  /** Where the text is given to it. */
  readonly when: Condition;
  readonly text: Text;
}

/** What a caller passes, names, runs or builds here: the innermost of these, with its value in each environment. */
function deliveredAt(path: string, text: string, offset: number, files: Files): Explanation | undefined {
  for (const caller of callersIn(path, files)) {
    const { texts } = caller;
    const here = deliveredBy(caller, text).filter(({ place }) => contains(place, path, offset));
    const [nearest] = here.sort((a, b) => lengthOf(a.place) - lengthOf(b.place));
    if (nearest === undefined) continue;
    const { kind, name, place } = nearest;
    const same = here.filter((one) => one.kind === kind && one.name === name && isSame(one.place, place));
    let value: Value = texts.space.one<Text | undefined>(undefined);
    for (const one of same) value = texts.space.pick<Text | undefined>(one.when, flatOf(texts, one.text), value);
    const within = unite(
      caller,
      same.map((one) => one.within),
    );
    return { kind, name, place, rows: rowsFor({ texts, feasible: texts.space.true }, value, within) };
  }
  return undefined;
}

function deliveredBy({ texts, builds, deployments }: Caller, text: string): Delivered[] {
  const { space } = texts;
  const written = (place: Place): string => text.slice(place.start, place.end).split('\n')[0] ?? '';
  const word = (place: Place, when: Condition, value: Text): Delivered => ({
    kind: 'word',
    name: written(place),
    place,
    within: when,
    when,
    text: value,
  });
  return [
    ...builds.flatMap((build): readonly Delivered[] => [
      ...build.arguments.map(
        ({ name, place, set, text: value }): Delivered => ({
          kind: 'argument',
          name,
          place,
          within: build.when,
          when: space.and(build.when, set),
          text: value,
        }),
      ),
      ...build.tags.map((tag) => word(tag.place, build.when, tag.text)),
      { ...word(build.place, build.when, buildText(texts, build)), kind: 'command', name: build.by },
    ]),
    ...deployments.map(({ place, when, image }) => word(place, when, image)),
  ];
}

/** A build as `docker build` would be told, without the context. */
function buildText(texts: Texts, { dockerfile, target, arguments: passed }: ImageBuild): Text {
  const literal = (word: string): Text => texts.literal(word);
  const words = [literal('docker build -f '), dockerfile];
  if (target !== undefined) words.push(literal(' --target '), target);
  for (const { name, set, text } of passed)
    words.push(texts.pick(set, texts.concat(literal(` --build-arg ${name}=`), text), texts.empty));
  return texts.concat(...words);
}

/** A text as a diagram; one with too many variants stays as it is written. */
function flatOf(texts: Texts, text: Text): Value {
  const { space } = texts;
  return texts.flatten(text) ?? space.one<Text | undefined>(text);
}

function unite({ texts }: Pick<Build, 'texts'>, conditions: readonly Condition[]): Condition {
  const { space } = texts;
  return conditions.reduce((all, one) => space.or(all, one), space.false);
}

function commandsAt(build: Build, file: string, offset: number): readonly CommandStep[] {
  return build.steps.filter(
    (step): step is CommandStep => step.kind === 'command' && contains(step.place, file, offset),
  );
}

/** The name of a variable around an offset, with the `$` and brace before it. */
interface Name {
  readonly text: string;
  readonly span: Span;
}

function nameAt(text: string, offset: number): Name | undefined {
  const isName = (at: number): boolean => /\w/.test(text[at] ?? '');
  let at = offset;
  while (text[at] === '$' || text[at] === '{') at += 1;
  if (!isName(at)) return undefined;
  let start = at;
  while (isName(start - 1)) start -= 1;
  let end = at;
  while (isName(end)) end += 1;
  return { text: text.slice(start, end), span: { start, end } };
}

function contains(place: Place | undefined, file: string, offset: number): boolean {
  return (
    place !== undefined && place.file === file && place.start <= offset && offset < Math.max(place.end, place.start + 1)
  );
}

function lengthOf(place: Place): number {
  return place.end - place.start;
}

function isSame(place: Place | undefined, other: Place): boolean {
  return place !== undefined && place.file === other.file && place.start === other.start && place.end === other.end;
}
