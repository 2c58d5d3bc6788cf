import type { Problem, Span } from '../../text/span.js';

/** A Go template as Helm uses it. */
export interface Template {
  readonly nodes: readonly TemplateNode[];
  readonly problems: readonly Problem[];
}

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string; readonly span: Span }
  | { readonly kind: 'action'; readonly value: Expression; readonly span: Span }
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expression; readonly span: Span }
  | Conditional
  | Scoped
  | { readonly kind: 'define'; readonly name: string; readonly body: readonly TemplateNode[]; readonly span: Span };

/** `if`, with its branches in order; the last may have no condition. */
export interface Conditional {
  readonly kind: 'if';
  readonly branches: readonly { readonly condition: Expression | undefined; readonly body: readonly TemplateNode[] }[];
  readonly span: Span;
}

/** `with` and `range`: a body that sees another dot. */
export interface Scoped {
  readonly kind: 'with' | 'range';
  /** Names that the body sees: of `range`, the key and the item, or the item alone. */
  readonly names: readonly string[];
  readonly value: Expression;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
  readonly span: Span;
}

export type Expression =
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly value: string; readonly span: Span }
  | { readonly kind: 'word'; readonly value: 'true' | 'false' | 'nil'; readonly span: Span }
  /** `.a.b` of the dot, `$.a` of the root, `$x.a` of a variable; `of` for `(…).a`. */
  | {
      readonly kind: 'field';
      readonly of: Expression | undefined;
      readonly variable: string | undefined;
      readonly path: readonly string[];
      readonly span: Span;
    }
  /** A function, what stands before a `|` being its last argument. */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[]; readonly span: Span };
