import type { Flag } from '../../syntax/dockerfile/tree.js';
import { type MappedText, sliceMapped, spanToSource } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';

/** A bind mount of RUN, as it is written. */
export interface BindMount {
  /** A stage or an image; undefined for the build context. */
  readonly from: MappedText | undefined;
  /** Undefined for all of it. */
  readonly source: MappedText | undefined;
  /** Relative to WORKDIR. */
  readonly target: MappedText;
  readonly span: Span;
}

/** Other names of a mount's fields (https://docs.docker.com/reference/dockerfile/#run---mounttypebind). */
const NAMES: Readonly<Record<string, string>> = { src: 'source', dst: 'target', destination: 'target' };

/** The bind mount that a flag of RUN asks for, at most one: `--mount=from=build,source=/out,target=/out`. */
export function bindMountOf({ name, value, span }: Flag): readonly BindMount[] {
  if (name !== 'mount' || value === undefined) return [];
  const fields = new Map<string, MappedText>();
  for (const { index, 1: key = '', 2: assigned } of value.text.matchAll(/([^,=]+)(=[^,]*)?/g))
    fields.set(
      NAMES[key] ?? key,
      sliceMapped(
        value,
        index + key.length + (assigned === undefined ? 0 : 1),
        index + key.length + (assigned ?? '').length,
      ),
    );
  const target = fields.get('target');
  if (target === undefined || (fields.get('type')?.text ?? 'bind') !== 'bind') return [];
  const at = spanToSource(value, { start: 0, end: value.text.length });
  return [{ from: fields.get('from'), source: fields.get('source'), target, span: { start: span.start, end: at.end } }];
}
