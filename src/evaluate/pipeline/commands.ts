/*
 * Commands of CI jobs.
 *
 * The text that a job gives to its shell is put together: from the items of `script:` lists, from included files, from
 * words of a plugin's settings (`docker build` with the plugin's arguments is what the plugin runs). A *part* is a piece
 * of such a text with its way back to a file, so that places are exact whatever a command is made of.
 *
 * The project's root is `/` to these scripts, as it is to scripts that stand alone (evaluate/script.ts).
 */
import type { CommandStep, Note } from '../../model/build.js';
import type { Files } from '../../text/files.js';
import { type MappedText, type Segment, sliceMapped, spanToSource } from '../../text/mapped.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition, Variational } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { fileAt } from '../dockerfile/context.js';
import { commandStep } from '../dockerfile/step.js';
import { type Binding, type Dialect, evaluateScript } from '../shell/index.js';
import { HOLE } from '../shell/parameters.js';

/** A piece of a text that a file has a part in. */
export interface Part {
  readonly text: MappedText;
  readonly file: string;
  /** Where all of the piece is said to stand, when it does not stand in the file as it is. */
  readonly at?: Span;
}

/** A piece that stands in no file as it is; `near` is what it comes from. */
export function constantPart(text: string, near: Place): Part {
  return {
    text: { text, segments: [{ at: 0, source: near.start }] },
    file: near.file,
    at: { start: near.start, end: near.end },
  };
}

/** A text for a shell, with the way back. */
export interface Script {
  readonly text: string;
  readonly place: (span: Span) => Place;
}

/** Puts a script together. */
export function scriptOf(parts: readonly Part[], fallback: Place): Script {
  const starts: number[] = [];
  let text = '';
  for (const part of parts) {
    starts.push(text.length);
    text += part.text.text;
  }
  const indexAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const within = (index: number, from: number, to: number): Place => {
    const part = parts[index];
    if (part === undefined) return fallback;
    if (part.at !== undefined) return { file: part.file, ...part.at };
    const start = Math.max(0, from - (starts[index] ?? 0));
    const end = Math.min(part.text.text.length, to - (starts[index] ?? 0));
    return { file: part.file, ...spanToSource(part.text, { start, end: Math.max(start, end) }) };
  };
  const place = (span: Span): Place => {
    // Separators and other constants at the ends say nothing about where a command stands.
    let first = indexAt(span.start);
    let last = span.end > span.start ? indexAt(span.end - 1) : first;
    const isBlank = (index: number): boolean => parts[index]?.text.text.trim() === '';
    while (first < last && isBlank(first)) first += 1;
    while (last > first && isBlank(last)) last -= 1;
    const begin = within(first, span.start, span.end);
    const finish = within(last, span.start, span.end);
    if (begin.file !== finish.file || finish.end < begin.start) return begin;
    return { file: begin.file, start: begin.start, end: Math.max(begin.end, finish.end) };
  };
  return { text, place };
}

/** Parts with a constant between them. */
export function joinedBy(separator: string, groups: readonly (readonly Part[])[]): readonly Part[] {
  const out: Part[] = [];
  for (const group of groups) {
    const [first] = group;
    if (first === undefined) continue;
    if (out.length > 0)
      out.push(constantPart(separator, { file: first.file, start: first.text.segments[0]?.source ?? 0, end: 0 }));
    out.push(...group);
  }
  return out;
}

/** What a template inside a text stands for; undefined leaves it as it is written. */
export type Resolve = (found: RegExpExecArray) => Text | undefined;

/** Texts that scripts see as variables, by name. */
export type Holes = Map<string, Text>;

/**
 * Replaces the templates of a CI system (`<< parameters.env >>`, `$(tag)`), which is done before any shell sees the text.
 * What is the same everywhere is put in as it is; what is not becomes a variable of the shell, quoted where the template
 * stands in single quotes.
 */
export function withTemplates(part: Part, pattern: RegExp, resolve: Resolve, texts: Texts, holes: Holes): Part[] {
  const { text } = part.text;
  const out: Part[] = [];
  let at = 0;
  let quote = '';
  const matcher = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`);
  const put = (end: number): void => {
    if (end > at) out.push(slicePart(part, at, end));
    quote = quoteAfter(text.slice(at, end), quote);
  };
  for (let found = matcher.exec(text); found !== null; found = matcher.exec(text)) {
    if (found[0] === '') {
      matcher.lastIndex += 1;
      continue;
    }
    const value = resolve(found);
    if (value === undefined) continue;
    put(found.index);
    at = found.index + found[0].length;
    const near = { file: part.file, ...(part.at ?? spanToSource(part.text, { start: found.index, end: at })) };
    const constant = texts.constant(value);
    if (constant !== undefined) {
      if (constant !== '') out.push(constantPart(constant, near));
      quote = quoteAfter(constant, quote);
      continue;
    }
    const name = holeFor(value, holes);
    out.push(constantPart(quote === "'" ? `'"\${${name}}"'` : `\${${name}}`, near));
  }
  put(text.length);
  return out;
}

/** The variable that stands for a text. */
export function holeFor(value: Text, holes: Holes): string {
  for (const [name, known] of holes) if (known === value) return name;
  const name = `${HOLE}p${holes.size}`;
  holes.set(name, value);
  return name;
}

/** A part of a part. */
export function slicePart(part: Part, start: number, end: number): Part {
  const text = sliceMapped(part.text, start, end);
  return part.at === undefined ? { text, file: part.file } : { text, file: part.file, at: part.at };
}

function quoteAfter(text: string, before: string): string {
  let quote = before;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (c === '\\' && quote !== "'") i += 1;
    else if (c === "'" || c === '"') {
      if (quote === '') quote = c;
      else if (quote === c) quote = '';
    }
  }
  return quote;
}

/** One word for a shell, in which nothing is special but the variables that stand for texts. */
export function quoted(parts: readonly Part[]): readonly Part[] {
  const [first] = parts;
  if (first === undefined) return [];
  const near = { file: first.file, start: first.text.segments[0]?.source ?? 0, end: 0 };
  const at = first.at ?? { start: near.start, end: near.start };
  const mark = (text: string): Part => constantPart(text, { file: first.file, ...at });
  const out: Part[] = [];
  for (const part of parts) {
    if (isHole(part.text.text)) out.push({ ...part, text: { ...part.text, text: `"${part.text.text}"` } });
    else out.push(mark("'"), ...escaped(part), mark("'"));
  }
  return out;
}

function isHole(text: string): boolean {
  return text.startsWith(`\${${HOLE}`) && text.endsWith('}');
}

function escaped(part: Part): readonly Part[] {
  return [rewritten(part, /'/g, () => "'\\''")];
}

/** What stands between double quotes of a shell: `${NAME}` is a variable there, and nothing else is special. */
export function expandable(part: Part): readonly Part[] {
  return [rewritten(part, /["\\`]|\$(?!\{?\w)/g, (found) => `\\${found}`)];
}

function rewritten(part: Part, pattern: RegExp, replace: (found: string) => string): Part {
  const { text } = part;
  let out = '';
  const segments: Segment[] = [];
  let at = 0;
  const put = (end: number, as?: string): void => {
    if (end === at) return;
    const slice = sliceMapped(text, at, end);
    for (const segment of as === undefined ? slice.segments : slice.segments.slice(0, 1))
      segments.push({ at: out.length + segment.at, source: segment.source });
    out += as ?? slice.text;
    at = end;
  };
  for (const found of text.text.matchAll(pattern)) {
    put(found.index);
    put(found.index + found[0].length, replace(found[0]));
  }
  put(text.text.length);
  return segments.length === 0 ? part : { ...part, text: { text: out, segments } };
}

/** A script of a CI job and what it is run with. */
export interface Job {
  readonly texts: Texts;
  readonly files: Files;
  readonly script: readonly Part[];
  readonly variables: ReadonlyMap<string, Binding>;
  /** Variables that nobody lists. */
  readonly inherited: (name: string) => Binding | undefined;
  readonly holes?: Holes;
  readonly dialect: Variational<Dialect>;
  /** The letters of `set`, and the names of `set -o`. */
  readonly options: readonly string[];
  /** Relative to the project's root. */
  readonly folder: string;
  readonly when: Condition;
  /** The job itself, for what has no place of its own. */
  readonly at: Place;
}

/** What the commands of a job do. */
export interface Ran {
  readonly steps: readonly CommandStep[];
  readonly notes: readonly Note[];
  readonly output: Text;
  readonly variables: ReadonlyMap<string, Binding>;
}

/** Evaluates the script of a CI job. */
export function runCommands(job: Job, capture = false): Ran {
  const { texts } = job;
  const { space } = texts;
  if (job.when === space.false || job.script.length === 0)
    return { steps: [], notes: [], output: texts.empty, variables: new Map() };
  const script = scriptOf(job.script, job.at);
  const variables = new Map(job.variables);
  // `--build-arg X` takes X from the environment, where only what is listed can be seen.
  for (const [, name] of script.text.matchAll(/--build-arg[ =]+["']?([A-Za-z_]\w*)(?![\w=])/g)) {
    const binding = name === undefined || variables.has(name) ? undefined : job.inherited(name);
    if (name !== undefined && binding !== undefined) variables.set(name, binding);
  }
  for (const [name, text] of job.holes ?? []) variables.set(name, { set: space.true, text, exported: space.false });
  const outcome = evaluateScript({
    text: script.text,
    file: job.at.file,
    place: script.place,
    texts,
    host: {
      script: (path) =>
        fileAt(path, [{ destination: '/', source: '', isFolder: true, content: undefined }], job.files, job.at.file),
      exists: () => undefined,
      missing: () => false,
    },
    variables,
    inherited: job.inherited,
    dialect: job.dialect,
    sh: job.dialect,
    cwd: texts.literal(`/${job.folder}`),
    options: job.options,
    when: job.when,
    positional: [],
    zero: 'sh',
    capture,
  });
  return {
    steps: outcome.executions.map((execution) => {
      const step = commandStep(texts, execution, job.at, 0);
      return { ...step, ships: step.when };
    }),
    notes: outcome.notes,
    output: outcome.output,
    variables: outcome.variables,
  };
}
