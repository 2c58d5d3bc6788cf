/* What the server answers about a place in a file: values, definitions, links, hints. */
import {
  type DocumentLink,
  type Hover,
  type InlayHint,
  MarkupKind,
  type Position,
  type Location as ProtocolLocation,
  type Range,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Report } from '../../lint/report.js';
import { environmentNames } from '../../report/environments.js';
import { explanationMarkdown, variantsMarkdown } from '../../report/explanation.js';
import { LineTable, type Place } from '../../text/span.js';
import { rangeOf, shortened } from './convert.js';
import { linksIn, type Surroundings } from './navigate.js';
import type { LanguageCore, Project } from './project.js';
import type { FileAt } from './workspace.js';

/** So much of an environment's name is shown behind a line; the tooltip has all of it. */
const NAME_LIMIT = 40;

/** A file that is asked about. */
export interface Asked extends FileAt {
  readonly text: string;
}

/** The URI of a file of the project that is asked about. */
export type UriOf = (path: string) => string;

/** A file as the editor has it, or else the disk; undefined when it cannot be read. */
export function textOf(project: Project, path: string): string | undefined {
  const read = project.store.recorded().files.read(path);
  return read?.kind === 'text' ? read.text : undefined;
}

/** The reports that a file has a part in. */
export function reportsOn({ project, path }: FileAt): readonly Report[] {
  return project.componentsOf(path).map((component) => project.lint(component));
}

/** The value of what stands at a position, in each environment. */
export function hoverAt(core: LanguageCore, { project, path, text }: Asked, position: Position): Hover | null {
  if (!project.knows(path)) return null;
  const { files } = project.store.recorded();
  const explanation = core.explainAt(path, offsetAt(text, position), files);
  if (explanation === undefined) return null;
  return {
    contents: { kind: MarkupKind.Markdown, value: explanationMarkdown(explanation) },
    range: rangeIn(text, explanation.place),
  };
}

/** Where what stands at a position is defined or used, as `find` says. */
export function placesFrom(
  core: LanguageCore,
  { project, path, text }: Asked,
  position: Position,
  find: (file: string, text: string, offset: number, surroundings: Surroundings) => readonly Place[],
  uriOf: UriOf,
): ProtocolLocation[] {
  return find(path, text, offsetAt(text, position), surroundingsIn(core, project)).map((place) => ({
    uri: uriOf(place.file),
    range: rangeIn(textOf(project, place.file) ?? '', place),
  }));
}

/** The links of a file. */
export function documentLinks(core: LanguageCore, { project, path, text }: Asked, uriOf: UriOf): DocumentLink[] {
  return linksIn(path, text, surroundingsIn(core, project)).map(({ start, end, file, at: target, tooltip }) => {
    const { line } = new LineTable(textOf(project, file) ?? '').position(target);
    return { range: rangeIn(text, { start, end }), target: `${uriOf(file)}#L${line}`, tooltip };
  });
}

/** The names of the environments behind each command that differs between them, from one line to another, counted from 0. */
export function hintsIn(asked: Asked, from: number, to: number): InlayHint[] {
  const table = new LineTable(asked.text);
  const hints: InlayHint[] = [];
  for (const { location, variants } of reportsOn(asked).flatMap(({ findings }) => findings)) {
    const line = location.line - 1;
    if (location.file !== asked.path || variants.length < 2 || line < from || line > to) continue;
    const names = environmentNames(variants.map(({ when }) => when));
    const shown = names
      .slice(0, 3)
      .map((name) => shortened(name, NAME_LIMIT))
      .join(' ≠ ');
    hints.push({
      position: { line, character: table.line(location.line).length },
      label: `${shown}${names.length > 3 ? ' ≠ …' : ''}`,
      paddingLeft: true,
      tooltip: { kind: MarkupKind.Markdown, value: variantsMarkdown(variants) },
    });
  }
  return hints;
}

function surroundingsIn(core: LanguageCore, project: Project): Surroundings {
  project.followOpen();
  const { builds } = project;
  return {
    builds,
    textOf: (file) => textOf(project, file),
    outlineOf: (file) => {
      const isDockerfile =
        core.recognise(file) === 'dockerfile' || builds.some(({ dockerfile }) => dockerfile === file);
      const text = isDockerfile ? textOf(project, file) : undefined;
      return text === undefined ? undefined : core.outlineOf(file, text);
    },
  };
}

function offsetAt(text: string, position: Position): number {
  return TextDocument.create('', '', 0, text).offsetAt(position);
}

function rangeIn(text: string, { start, end }: { readonly start: number; readonly end: number }): Range {
  const table = new LineTable(text);
  const [from, to] = [table.position(start), table.position(end)];
  return rangeOf({ file: '', line: from.line, column: from.column, endLine: to.line, endColumn: to.column });
}
