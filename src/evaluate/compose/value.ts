import type { YamlNode, YamlScalar } from '../../syntax/yaml/tree.js';
import type { MappedText } from '../../text/mapped.js';
import type { Place, Span } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';

/** A value of a compose file with its variables filled in. */
export type ComposeValue = ComposeMap | ComposeList | ComposeScalar;

interface Common {
  readonly place: Place;
  /** `!reset`, `!override`; empty for none. */
  readonly tag: string;
  /** The folder that relative paths in it start from, relative to the project's root. */
  readonly folder: string;
}

export interface ComposeMap extends Common {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, ComposeEntry>;
}

export interface ComposeEntry {
  /** The key and its value, or the item of a list that was turned into an entry. */
  readonly place: Place;
  readonly value: ComposeValue;
  /** The entry of another file whose value this one takes the place of. */
  readonly replaces?: Place;
}

export interface ComposeList extends Common {
  readonly kind: 'list';
  readonly items: readonly ComposeValue[];
}

export interface ComposeScalar extends Common {
  readonly kind: 'scalar';
  /** Empty for null. */
  readonly text: Text;
  readonly isNull: boolean;
}

/** What turns YAML into values. */
export interface Conversion {
  readonly texts: Texts;
  readonly file: string;
  readonly folder: string;
  /** Fills in the variables of a string. */
  readonly interpolate: (text: MappedText, place: (span: Span) => Place) => Text;
}

/** A YAML node as a value; aliased nodes become one value. */
export function convertYaml(conversion: Conversion, root: YamlNode): ComposeValue {
  const known = new Map<YamlNode, ComposeValue>();
  const { file, folder } = conversion;
  const convert = (node: YamlNode): ComposeValue => {
    const found = known.get(node);
    if (found !== undefined) return found;
    const common = { place: { file, ...node.span }, tag: node.tag, folder };
    let made: ComposeValue;
    if (node.kind === 'scalar') {
      const isNull = node.value === null;
      made = { kind: 'scalar', ...common, text: scalarText(conversion, node), isNull };
    } else if (node.kind === 'list') made = { kind: 'list', ...common, items: node.items.map(convert) };
    else {
      const entries = new Map<string, ComposeEntry>();
      for (const { key, value } of node.entries)
        entries.set(key.text.text, { place: entryPlace(file, key.span, value.span), value: convert(value) });
      made = { kind: 'map', ...common, entries };
    }
    known.set(node, made);
    return made;
  };
  return convert(root);
}

/** From the key to the end of its value, when the value stands right there and is not an alias or a block of lines. */
function entryPlace(file: string, key: Span, value: Span): Place {
  const near = value.start >= key.end && value.start - key.end < 40;
  return { file, start: key.start, end: near ? Math.max(key.end, value.end) : key.end };
}

function scalarText({ texts, file, interpolate }: Conversion, node: YamlScalar): Text {
  // Numbers and truth values have no variables, and compose writes them its own way: 3.10 is 3.1.
  if (typeof node.value === 'number' && /^[-+]?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(node.text.text))
    return texts.literal(
      Number.isSafeInteger(node.value) ? node.text.text.replace(/\.0*$/, '').replace(/^\+/, '') : String(node.value),
    );
  if (typeof node.value === 'boolean') return texts.literal(String(node.value));
  if (node.value === null) return texts.empty;
  return interpolate(node.text, (span) => ({ file, ...span }));
}

/** The value of a key of a map; undefined when it is no map or has no such key. */
export function getValue(value: ComposeValue | undefined, ...path: readonly string[]): ComposeValue | undefined {
  let at = value;
  for (const key of path) at = at?.kind === 'map' ? at.entries.get(key)?.value : undefined;
  return at;
}

/** The text of a scalar; undefined for null, maps and lists. */
export function textOf(value: ComposeValue | undefined): Text | undefined {
  return value?.kind === 'scalar' && !value.isNull ? value.text : undefined;
}

/** The items of a list; a single value is a list of itself, null and nothing are empty. */
export function itemsOf(value: ComposeValue | undefined): readonly ComposeValue[] {
  if (value === undefined || (value.kind === 'scalar' && value.isNull)) return [];
  return value.kind === 'list' ? value.items : [value];
}

/** Whether a value is there and is not null. */
export function isGiven(value: ComposeValue | undefined): value is ComposeValue {
  return value !== undefined && !(value.kind === 'scalar' && value.isNull);
}
