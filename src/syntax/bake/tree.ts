import type { Problem, Span } from '../../text/span.js';

/** A piece of a bake file; the texts of all tokens, one after the other, are the file. */
export interface Token extends Span {
  readonly kind: TokenKind;
}

export type TokenKind =
  | 'space'
  | 'newline'
  | 'comment'
  | 'identifier'
  | 'number'
  /** A punctuator: `=`, `==`, `{`, `...`. */
  | 'operator'
  /** A quote that opens or closes a template. */
  | 'quote-open'
  | 'quote-close'
  /** `<<EOT` or `<<-EOT` with the end of its line. */
  | 'heredoc-open'
  /** The marker that ends a heredoc, with the blanks before it. */
  | 'heredoc-close'
  /** Characters of a template that stand for themselves, escapes included. */
  | 'text'
  /** `${` or `${~`. */
  | 'interpolation-open'
  /** `%{` or `%{~`. */
  | 'directive-open'
  /** The `}` or `~}` that ends an interpolation or a directive. */
  | 'template-close'
  | 'invalid';

/** A bake file in either syntax. */
export interface BakeFile {
  readonly body: Body;
  /** Of JSON there are none: its package does not keep them. */
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
}

export interface Body {
  readonly span: Span;
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

/** `name = value`. */
export interface Attribute {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Expression;
}

/** `type "label" { … }`. */
export interface Block {
  readonly type: string;
  readonly typeSpan: Span;
  readonly labels: readonly Label[];
  readonly body: Body;
}

export interface Label {
  readonly text: string;
  readonly span: Span;
}

export type Expression =
  | LiteralExpression
  | TemplateExpression
  | TupleExpression
  | ObjectExpression
  | ForExpression
  | ConditionalExpression
  | BinaryExpression
  | UnaryExpression
  | CallExpression
  | VariableExpression
  | AttributeExpression
  | IndexExpression
  | SplatExpression
  | InvalidExpression;

interface Node {
  readonly span: Span;
}

export interface LiteralExpression extends Node {
  readonly kind: 'literal';
  readonly value: number | boolean | null;
}

/** A quoted text, a heredoc or a string of JSON. */
export interface TemplateExpression extends Node {
  readonly kind: 'template';
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly span: Span }
  | { readonly kind: 'interpolation'; readonly value: Expression; readonly span: Span }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: readonly TemplatePart[];
      readonly otherwise: readonly TemplatePart[];
      readonly span: Span;
    }
  | {
      readonly kind: 'for';
      readonly key: string | undefined;
      readonly value: string;
      readonly collection: Expression;
      readonly body: readonly TemplatePart[];
      readonly span: Span;
    };

/** `[a, b]`. */
export interface TupleExpression extends Node {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
}

/** `{ a = b }`; a key that is a plain name is a template of its text. */
export interface ObjectExpression extends Node {
  readonly kind: 'object';
  readonly entries: readonly ObjectEntry[];
}

export interface ObjectEntry {
  readonly key: Expression;
  readonly value: Expression;
}

/** `[for k, v in c : x if y]` or `{for k, v in c : x => y...}`. */
export interface ForExpression extends Node {
  readonly kind: 'for';
  readonly keyName: string | undefined;
  readonly valueName: string;
  readonly collection: Expression;
  /** Undefined for a tuple. */
  readonly key: Expression | undefined;
  readonly value: Expression;
  readonly condition: Expression | undefined;
  /** True when values of the same key are put in a list (`...`). */
  readonly grouped: boolean;
}

export interface ConditionalExpression extends Node {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/' | '%';

export interface BinaryExpression extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface UnaryExpression extends Node {
  readonly kind: 'unary';
  readonly operator: '-' | '!';
  readonly operand: Expression;
}

export interface CallExpression extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: readonly Expression[];
  /** True when the last argument is a list that stands for several arguments (`f(list...)`). */
  readonly spread: boolean;
}

export interface VariableExpression extends Node {
  readonly kind: 'variable';
  readonly name: string;
}

/** `of.name`. */
export interface AttributeExpression extends Node {
  readonly kind: 'attribute';
  readonly of: Expression;
  readonly name: string;
}

/** `of[key]`. */
export interface IndexExpression extends Node {
  readonly kind: 'index';
  readonly of: Expression;
  readonly key: Expression;
}

/** `of[*].a.b` or `of.*.a`: what `each` makes of every item, where the item is the variable of that name. */
export interface SplatExpression extends Node {
  readonly kind: 'splat';
  readonly of: Expression;
  readonly each: Expression;
}

/** The name that stands for the item inside a splat; no name of a file can be equal to it. */
export const SPLAT_ITEM = '[*]';

/** What could not be read. */
export interface InvalidExpression extends Node {
  readonly kind: 'invalid';
}
