import type { Note } from '../../model/build.js';
import type { Evidence, ImageBuild, Link } from '../../model/delivery.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import { yamlEntries, yamlItems, yamlScalar, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode, YamlTree } from '../../syntax/yaml/tree.js';
import type { Files } from '../../text/files.js';
import type { Place, Span } from '../../text/span.js';
import { type Condition, Space } from '../../value/diagram.js';
import { type Text, Texts } from '../../value/text.js';
import type { Binding, Dialect } from '../shell/index.js';
import type { Pipeline, Work } from './caller.js';
import { constantPart, type Holes, type Part, runCommands } from './commands.js';

/** A file of a CI system while it is evaluated; what is found is added to it. */
export interface Runner {
  readonly file: string;
  readonly files: Files;
  readonly texts: Texts;
  readonly roots: readonly YamlNode[];
  readonly work: Work[];
  readonly builds: ImageBuild[];
  readonly notes: Note[];
  /** Files that were read, the runner's own first. */
  readonly read: Set<string>;
}

/** Starts the evaluation of a file that is YAML. */
export function runnerOf(file: string, text: string, files: Files): Runner {
  return runnerWith(file, files, parseYaml(text));
}

/** The same for a file that was read as such a tree. */
export function runnerWith(file: string, files: Files, tree: YamlTree): Runner {
  return {
    file,
    files,
    texts: new Texts(new Space()),
    roots: tree.documents.flatMap(({ root }) => (root === undefined ? [] : [root])),
    work: [],
    builds: [],
    notes: tree.problems.map(({ at, message }) => ({ place: { file, ...at }, message })),
    read: new Set([file]),
  };
}

/** What was found. */
export function pipelineFrom(runner: Runner): Pipeline {
  const { texts, work, builds, notes, read } = runner;
  return { texts, work, builds, notes, files: [...read] };
}

/** A place in the runner's file, or in another. */
export function placeIn(runner: Runner, { span }: { readonly span: Span }, file = runner.file): Place {
  return { file, ...span };
}

/** A scalar as a part of a script; none for a map or a list. */
export function partsOf(node: YamlNode | undefined, file: string): readonly Part[] {
  const scalar = yamlScalar(node);
  return scalar === undefined ? [] : [{ text: scalar.text, file }];
}

/** A part of a script that stands for a node, with other words. */
export function wordsFor(text: string, node: YamlNode, file: string): Part {
  return constantPart(text, { file, ...node.span });
}

/** The entries of `environment:`, which is a map or a list of `NAME=value`. */
export function assignmentsOf(node: YamlNode | undefined): readonly { name: string; value: string; node: YamlNode }[] {
  if (node?.kind === 'map')
    return yamlEntries(node).map(({ key, value }) => ({
      name: key.text.text,
      value: yamlText(value) ?? '',
      node: value,
    }));
  return yamlItems(node).flatMap((item) => {
    if (item.kind === 'map') return assignmentsOf(item);
    const [, name, value = ''] = /^(\w+)=([\s\S]*)$/.exec(yamlText(item) ?? '') ?? [];
    return name === undefined ? [] : [{ name, value, node: item }];
  });
}

/** A script of a job, and where it stands. */
export interface Shell {
  readonly script: readonly Part[];
  readonly variables: ReadonlyMap<string, Binding>;
  readonly inherited: (name: string) => Binding | undefined;
  readonly holes?: Holes;
  readonly dialect?: Dialect;
  readonly options?: readonly string[];
  readonly folder?: string;
  readonly when: Condition;
  readonly at: Place;
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  readonly depth?: number;
}

/** Runs a script and keeps what it does. */
export function runShell(runner: Runner, shell: Shell): ReadonlyMap<string, Binding> {
  const { texts, files } = runner;
  const folder = shell.folder ?? '';
  const { steps, notes, variables } = runCommands({
    texts,
    files,
    script: shell.script,
    variables: shell.variables,
    inherited: shell.inherited,
    ...(shell.holes === undefined ? {} : { holes: shell.holes }),
    dialect: texts.space.one<Dialect>(shell.dialect ?? 'bash'),
    options: shell.options ?? ['-e', 'pipefail'],
    folder,
    when: shell.when,
    at: shell.at,
  });
  runner.notes.push(...notes);
  const { when, chain, evidence } = shell;
  if (steps.length > 0)
    runner.work.push({
      steps,
      standing: { texts, files, folder, when, chain, evidence, development: false, depth: shell.depth ?? 0 },
    });
  return variables;
}

/** A text with templates replaced. */
export function filled(
  texts: Texts,
  written: string,
  pattern: RegExp,
  resolve: (found: RegExpExecArray) => Text | undefined,
): Text {
  const parts: Text[] = [];
  const matcher = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`);
  let at = 0;
  for (let found = matcher.exec(written); found !== null; found = matcher.exec(written)) {
    const value = resolve(found);
    if (found[0] === '') matcher.lastIndex += 1;
    if (value === undefined) continue;
    parts.push(texts.literal(written.slice(at, found.index)), value);
    at = found.index + found[0].length;
  }
  parts.push(texts.literal(written.slice(at)));
  return texts.concat(...parts);
}
