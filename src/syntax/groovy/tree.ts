import type { MappedText } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';

/** As much of Groovy as pipelines are written in: calls, closures, assignments, conditions and strings. */
export type GroovyNode =
  | GroovyString
  | { readonly kind: 'constant'; readonly span: Span; readonly value: number | boolean | null }
  | { readonly kind: 'name'; readonly span: Span; readonly name: string }
  | { readonly kind: 'member'; readonly span: Span; readonly of: GroovyNode; readonly name: string }
  | { readonly kind: 'index'; readonly span: Span; readonly of: GroovyNode; readonly at: GroovyNode | undefined }
  | GroovyCall
  | { readonly kind: 'list'; readonly span: Span; readonly items: readonly GroovyNode[] }
  | { readonly kind: 'map'; readonly span: Span; readonly entries: readonly GroovyArgument[] }
  | GroovyClosure
  | { readonly kind: 'not'; readonly span: Span; readonly of: GroovyNode }
  | {
      readonly kind: 'binary';
      readonly span: Span;
      readonly operator: string;
      readonly left: GroovyNode;
      readonly right: GroovyNode;
    }
  | {
      readonly kind: 'ternary';
      readonly span: Span;
      readonly condition: GroovyNode;
      /** Undefined for `a ?: b`. */
      readonly consequent: GroovyNode | undefined;
      readonly otherwise: GroovyNode;
    }
  | { readonly kind: 'assignment'; readonly span: Span; readonly target: GroovyNode; readonly value: GroovyNode }
  | {
      readonly kind: 'if';
      readonly span: Span;
      readonly condition: GroovyNode;
      readonly consequent: readonly GroovyNode[];
      readonly otherwise: readonly GroovyNode[];
    }
  | {
      readonly kind: 'function';
      readonly span: Span;
      readonly name: string;
      readonly parameters: readonly string[];
      readonly body: readonly GroovyNode[];
    }
  | { readonly kind: 'return'; readonly span: Span; readonly value: GroovyNode | undefined };

/** A string; `parts` are its characters and what stands in `${…}`. */
export interface GroovyString {
  readonly kind: 'string';
  readonly span: Span;
  readonly parts: readonly GroovyPart[];
}

export type GroovyPart =
  | { readonly kind: 'text'; readonly text: MappedText }
  | { readonly kind: 'value'; readonly span: Span; readonly value: GroovyNode };

/** A call, with or without parentheses, and the closure that follows it. */
export interface GroovyCall {
  readonly kind: 'call';
  readonly span: Span;
  readonly target: GroovyNode;
  readonly arguments: readonly GroovyArgument[];
  readonly block: GroovyClosure | undefined;
}

/** An argument; `name` for `name: value`. */
export interface GroovyArgument {
  readonly name: string | undefined;
  readonly value: GroovyNode;
}

/** A block of statements, with the names of its parameters. */
export interface GroovyClosure {
  readonly kind: 'closure';
  readonly span: Span;
  readonly parameters: readonly string[];
  readonly body: readonly GroovyNode[];
}

export interface GroovyTree {
  readonly statements: readonly GroovyNode[];
  readonly problems: readonly Problem[];
}
