import type { MappedText } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';

/**
 * A parsed makefile: its statements in file order, before anything is expanded.
 *
 * Every character belongs to exactly one statement, or to the first or last line of a conditional: see `print`.
 */
export interface MakefileTree {
  readonly kind: 'makefile';
  readonly text: string;
  readonly statements: readonly Statement[];
  /** Comments without their line breaks, in file order; those of recipe lines belong to the shell and are not here. */
  readonly comments: readonly Span[];
  readonly problems: readonly Problem[];
}

interface StatementBase {
  /** All lines of the statement, with their line breaks. */
  readonly span: Span;
}

/** A line without content: empty, or a comment only. */
export interface BlankStatement extends StatementBase {
  readonly kind: 'blank';
}

export type AssignmentOperator = '=' | ':=' | '::=' | ':::=' | '?=' | '+=' | '!=';
export type Modifier = 'export' | 'unexport' | 'override' | 'private';

/** What a variable is given: the same for global, target-specific and multi-line definitions. */
export interface Definition {
  readonly modifiers: readonly Modifier[];
  /** The name as it is written: a template. */
  readonly name: MappedText;
  readonly operator: AssignmentOperator;
  /** The place of the operator; empty behind the name for `define NAME` without one. */
  readonly operatorAt: Span;
  /** The value as it is written, trailing blanks and all: a template. */
  readonly value: MappedText;
}

/** `NAME = value`, or `define NAME … endef`. */
export interface AssignmentStatement extends StatementBase {
  readonly kind: 'assignment';
  readonly definition: Definition;
  /** True for `define`. */
  readonly multiline: boolean;
}

/** `undefine NAME`. */
export interface UndefineStatement extends StatementBase {
  readonly kind: 'undefine';
  readonly modifiers: readonly Modifier[];
  readonly name: MappedText;
}

/** `targets: NAME = value`; with `%` in a target it is pattern-specific. */
export interface TargetAssignmentStatement extends StatementBase {
  readonly kind: 'target-assignment';
  readonly targets: MappedText;
  readonly definition: Definition;
}

/** `targets: prerequisites`, with what may follow on the line; recipe lines are statements of their own. */
export interface RuleStatement extends StatementBase {
  readonly kind: 'rule';
  readonly targets: MappedText;
  /** The place of `:`, `::`, `&:` or `&::`. */
  readonly separator: Span;
  readonly doubleColon: boolean;
  readonly grouped: boolean;
  /** The target pattern of a static pattern rule. */
  readonly pattern: MappedText | undefined;
  readonly prerequisites: MappedText;
  /** What stands behind `|`. */
  readonly orderOnly: MappedText | undefined;
  /** A recipe behind `;`. */
  readonly recipe: MappedText | undefined;
}

/** A recipe line: the text behind the prefix character, with backslash-newlines as they are. */
export interface RecipeStatement extends StatementBase {
  readonly kind: 'recipe';
  readonly text: MappedText;
}

export type Test =
  | { readonly kind: 'equal'; readonly negated: boolean; readonly left: MappedText; readonly right: MappedText }
  | { readonly kind: 'defined'; readonly negated: boolean; readonly name: MappedText };

/** One part of a conditional, with the line that leads it: `ifeq …`, `else ifdef …` or `else`. */
export interface Branch {
  /** The leading line with its line break. */
  readonly head: Span;
  /** The directive on it, e.g. `ifeq ($(A),b)`. */
  readonly directive: Span;
  /** Undefined for a plain `else`, and for a test that cannot be read. */
  readonly test: Test | undefined;
  readonly plain: boolean;
  readonly body: readonly Statement[];
}

export interface ConditionalStatement extends StatementBase {
  readonly kind: 'conditional';
  readonly branches: readonly Branch[];
  /** The line of `endif`; undefined when it is missing. */
  readonly end: Span | undefined;
}

/** `include`, `-include` or `sinclude`. */
export interface IncludeStatement extends StatementBase {
  readonly kind: 'include';
  readonly optional: boolean;
  readonly files: MappedText;
}

/** `export` or `unexport`, with names or for all variables. */
export interface ExportStatement extends StatementBase {
  readonly kind: 'export';
  readonly exporting: boolean;
  /** Undefined when all variables are meant. */
  readonly names: MappedText | undefined;
}

/** `vpath`, `load` and `-load`, with their arguments. */
export interface DirectiveStatement extends StatementBase {
  readonly kind: 'directive';
  readonly name: 'vpath' | 'load' | '-load';
  readonly arguments: MappedText;
}

/** A line that is only read after its references are expanded: `$(eval …)`, `$(call rules,…)`, `$(info …)`. */
export interface ExpressionStatement extends StatementBase {
  readonly kind: 'expression';
  readonly text: MappedText;
}

/** A line that make refuses; the problem says why. */
export interface UnreadableStatement extends StatementBase {
  readonly kind: 'unreadable';
}

export type Statement =
  | BlankStatement
  | AssignmentStatement
  | UndefineStatement
  | TargetAssignmentStatement
  | RuleStatement
  | RecipeStatement
  | ConditionalStatement
  | IncludeStatement
  | ExportStatement
  | DirectiveStatement
  | ExpressionStatement
  | UnreadableStatement;
