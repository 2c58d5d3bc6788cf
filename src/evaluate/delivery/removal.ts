/*
 * Taking a build argument away where it is passed to no purpose. What is taken away has to pass this argument and nothing
 * else, and what is left has to mean what it meant before; where that is not certain, nothing is taken away.
 */
import type { BoundBuild, WrittenArgument } from '../../model/delivery.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import type { YamlMap, YamlNode } from '../../syntax/yaml/tree.js';
import type { Files } from '../../text/files.js';
import { type Place, placeKey, type Span } from '../../text/span.js';

/** The builds with what takes their unread arguments away; what another build may read from the same place stays. */
export function withRemovals(builds: readonly BoundBuild[], files: Files): readonly BoundBuild[] {
  const needed = new Set<string>();
  for (const bound of builds)
    for (const [name, { written }] of bound.arguments)
      if (written !== undefined && !isUnread(bound, name)) needed.add(placeKey(written.place));
  return builds.map((bound) => {
    const removals = [...bound.arguments].flatMap(([name, { written }]): readonly (readonly [string, Place])[] => {
      if (written === undefined || !isUnread(bound, name) || needed.has(placeKey(written.place))) return [];
      const { file } = written.place;
      const read = files.read(file);
      const span = read?.kind === 'text' ? removalOf(read.text, file, name, written) : undefined;
      return span === undefined ? [] : [[name, { file, ...span }]];
    });
    return removals.length === 0 ? bound : { ...bound, removals: new Map(removals) };
  });
}

function isUnread({ image }: BoundBuild, name: string): boolean {
  return image?.arguments.every((declared) => declared.name !== name) === true;
}

/** What to take away from a file's text so that an argument is passed no more; undefined where that is not certain. */
export function removalOf(text: string, file: string, name: string, written: WrittenArgument): Span | undefined {
  const { place } = written;
  const own = text.slice(place.start, place.end);
  const escaped = name.replace(/\W/g, '\\$&');
  const starts = (pattern: string): boolean => new RegExp(pattern).test(own);
  switch (written.as) {
    case 'option':
      return starts(`^--${OPTIONS.replaceAll(' ', `(?:=|${BLANKS})["']?`)}${escaped}(?:["'=]|$)`)
        ? withBlanksBefore(text, place)
        : undefined;
    case 'line':
      return starts(`^(?:${SETTING})?${escaped}(?:=|$)`) ? lineRemoval(text, place) : undefined;
    case 'entry': {
      if (!starts(`^["']?${escaped}["']?\\s*(?:[=:]|$)`)) return undefined;
      if (/\.(?:hcl|json)$/.test(file)) return separatedEntry(text, place);
      // What an alias refers to is needed elsewhere.
      return /(?:^|\s)&\S/.test(own) ? undefined : yamlRemoval(text, place);
    }
  }
}

/** What stands before the name of an argument that `docker/bake-action` sets. */
const SETTING = '[^\\s=]+\\.args\\.';
/** Before the name in options of docker, bake and buildctl; a blank is what parts an option from its value. */
const OPTIONS = `(?:build-arg |set [^\\s"'=]+\\.args\\.|opt build-arg:)`;

/** What may stand between two words of a command: blanks, and line feeds that are none to the shell. */
const BLANKS = '(?:\\s|\\\\\\r?\\n)+';

function withBlanksBefore(text: string, { start, end }: Span): Span | undefined {
  const before = new RegExp(`${BLANKS}$`).exec(text.slice(0, start));
  return before === null ? undefined : { start: before.index, end };
}

/** The whole lines that a span has for itself, but for what may follow it there; undefined when it shares them. */
function wholeLines(text: string, { start, end }: Span, before: RegExp, after: RegExp): Span | undefined {
  const first = text.lastIndexOf('\n', start - 1) + 1;
  const feed = text.indexOf('\n', end);
  const last = feed === -1 ? text.length : feed;
  if (!before.test(text.slice(first, start)) || !after.test(text.slice(end, last))) return undefined;
  // Without a line feed behind it, the one before it goes.
  if (feed === -1 && first > 0) return { start: first - (text[first - 2] === '\r' ? 2 : 1), end: last };
  return { start: first, end: feed === -1 ? last : feed + 1 };
}

const BLANK = /^[ \t]*$/;

/** A line of a block of lines; the only one goes with the key that has the block. */
function lineRemoval(text: string, place: Place): Span | undefined {
  const path = yamlPath(text, place);
  const scalar = path[path.length - 1];
  if (scalar?.kind !== 'scalar') return undefined;
  const others = `${text.slice(scalar.span.start, place.start)}${text.slice(place.end, scalar.span.end)}`;
  // The header of a block is no line of it.
  const isAlone = others.replace(/^[|>][^\n]*/, '').trim() === '';
  return isAlone ? ownerRemoval(text, path) : wholeLines(text, place, BLANK, /^[ \t\r]*$/);
}

/** An entry of `{ a = 1, b = 2 }`, of HCL or JSON, with the comma or the line feed that parts it from another. */
function separatedEntry(text: string, place: Span): Span | undefined {
  const { start, end } = place;
  const after = /^\s*,/.exec(text.slice(end));
  const lines = wholeLines(text, place, BLANK, /^[ \t]*,?[ \t\r]*(?:(?:#|\/\/)[^\n]*)?$/);
  if (after !== null) return lines ?? { start, end: end + (/^\s*,[ \t]*/.exec(text.slice(end))?.[0].length ?? 0) };
  const before = /,\s*$/.exec(text.slice(0, start));
  return before === null ? (lines ?? { start, end }) : { start: before.index, end };
}

/** The nodes of a YAML file from its root to the innermost one that has a place. */
function yamlPath(text: string, place: Span): readonly YamlNode[] {
  for (const { root } of parseYaml(text).documents) {
    const path: YamlNode[] = [];
    for (let node: YamlNode | undefined = root; node !== undefined; node = childAt(node, place)) path.push(node);
    if (path[0] !== undefined && contains(path[0].span, place)) return path;
  }
  return [];
}

function childAt(node: YamlNode, place: Span): YamlNode | undefined {
  if (node.kind === 'scalar') return undefined;
  const children = node.kind === 'list' ? node.items : ownEntries(node).map(({ value }) => value);
  // An alias is the node that it names, which stands elsewhere.
  return children.find(({ span }) => contains(span, place) && contains(node.span, span));
}

function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** The entries that stand in a map itself; what `<<` brings stands elsewhere. */
function ownEntries({ entries, span }: YamlMap): YamlMap['entries'] {
  return entries.filter(({ key }) => contains(span, key.span));
}

/** An entry of a map or an item of a list. */
function yamlRemoval(text: string, place: Place): Span | undefined {
  const path = yamlPath(text, place);
  // The value of an entry may be the innermost node; what has the entry is above it.
  const at = path.findLastIndex(
    (node) => node.kind !== 'scalar' && membersOf(node).some(({ start }) => start === place.start),
  );
  const owner = path[at];
  return owner === undefined ? undefined : memberRemoval(text, path.slice(0, at + 1), place.start);
}

/** The entry that the innermost node of a path is the value of. */
function ownerRemoval(text: string, path: readonly YamlNode[]): Span | undefined {
  const inner = path[path.length - 1];
  const owner = path[path.length - 2];
  if (inner === undefined || owner?.kind !== 'map') return undefined;
  const entry = ownEntries(owner).find(({ value }) => value === inner);
  const own = entry === undefined ? '' : text.slice(entry.key.span.end, inner.span.end);
  if (entry === undefined || /(?:^|\s)&\S/.test(own)) return undefined;
  return memberRemoval(text, path.slice(0, -1), entry.key.span.start);
}

/** The spans of a map's entries, or of a list's items. */
function membersOf(node: YamlNode): readonly Span[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'list') return node.items.map(({ span }) => span);
  return ownEntries(node).map(({ key, value }) => ({
    start: key.span.start,
    end: contains(node.span, value.span) ? Math.max(key.span.end, value.span.end) : key.span.end,
  }));
}

/** The member that begins at an offset, of the innermost node of a path. */
function memberRemoval(text: string, path: readonly YamlNode[], start: number): Span | undefined {
  const node = path[path.length - 1];
  const members = node === undefined ? [] : membersOf(node);
  const member = members.find((one) => one.start === start);
  if (node === undefined || member === undefined) return undefined;
  if (/^[{[]/.test(text.slice(node.span.start))) return separatedEntry(text, member);
  // A block without anything in it would be another value: it goes as a whole, as long as something is left beside it.
  if (members.length === 1) return ownerRemoval(text, path);
  const end = text[member.end - 1] === '\n' ? member.end - 1 : member.end;
  return wholeLines(text, { start, end }, node.kind === 'list' ? /^[ \t]*-[ \t]+$/ : BLANK, /^[ \t\r]*(?:#[^\n]*)?$/);
}
