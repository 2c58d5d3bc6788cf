import type { MappedText } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';

/**
 * A YAML value. Aliases are the node that they name (so nodes may be shared, never circular), and merge keys are resolved:
 * `entries` has what `<<` brings where the map does not say it itself.
 */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: 'map';
  readonly span: Span;
  /** `!reset`, `!override`, `!reference`; empty for none. */
  readonly tag: string;
  /** In file order; of keys that are given twice, the last one. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly kind: 'list';
  readonly span: Span;
  readonly tag: string;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly tag: string;
  /** The characters of the value without quotes, folded or not as YAML says, with the way back to the file. */
  readonly text: MappedText;
  /** The value by the core schema: `true`, `1` and `null` are no strings unless they are quoted. */
  readonly value: string | number | boolean | null;
  /** True when it is neither quoted nor a block. */
  readonly plain: boolean;
}

export interface YamlDocument {
  /** Undefined when the document is empty. */
  readonly root: YamlNode | undefined;
}

export interface YamlTree {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly Problem[];
}
