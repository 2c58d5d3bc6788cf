import type { MappedText } from '../../text/mapped.js';
import type { Problem, Span } from '../../text/span.js';

/** A parsed Dockerfile: what stands in it, with exact places, before any word is expanded. */
export interface DockerfileTree {
  readonly kind: 'dockerfile';
  /** The character that continues lines and escapes in words (BuildKit's `# escape=` directive). */
  readonly escape: '\\' | '`';
  /** Parser directives of the leading block by lower-cased key, e.g. `syntax`, `escape`, `check`. */
  readonly directives: ReadonlyMap<string, string>;
  readonly instructions: readonly Instruction[];
  /** Whole-line comments, without the line break, in file order. */
  readonly comments: readonly Span[];
  readonly problems: readonly Problem[];
}

interface InstructionBase {
  /** The whole instruction with its continuation lines and heredoc bodies. */
  readonly span: Span;
  /** The place of the keyword. */
  readonly keyword: Span;
  readonly flags: readonly Flag[];
}

/** `--name` or `--name=value` directly after a keyword. */
export interface Flag {
  readonly name: string;
  /** Undefined for a bare `--name`. */
  readonly value: MappedText | undefined;
  readonly span: Span;
}

/** One heredoc of a RUN, COPY or ADD instruction. */
export interface Heredoc {
  /** The delimiter without quotes, e.g. `EOF`. */
  readonly delimiter: string;
  /** True when the delimiter was quoted, so that the builder or the shell does not expand the body. */
  readonly quoted: boolean;
  /** True for `<<-`: leading tabs were removed from the body. */
  readonly stripTabs: boolean;
  /** The file descriptor before `<<`, if any. */
  readonly descriptor: string;
  /** The body, each line ended by a newline, tabs stripped where `<<-` says so. */
  readonly body: MappedText;
}

export interface NamedValue {
  readonly name: MappedText;
  /** Undefined when there is no `=` at all (`ARG X`). The raw word: quotes and `$` still in it. */
  readonly value: MappedText | undefined;
  readonly span: Span;
}

/** A word of an exec form: its value after JSON's escapes are undone, and its place with the quotes. */
export interface ExecWord {
  readonly value: string;
  readonly span: Span;
}

/** The command of RUN, CMD, ENTRYPOINT or HEALTHCHECK. */
export type CommandForm =
  | { readonly kind: 'exec'; readonly words: readonly ExecWord[] }
  /** The text as the shell gets it: continuation lines joined, comment lines dropped; heredoc bodies are not in it. */
  | { readonly kind: 'shell'; readonly text: MappedText };

export interface FromInstruction extends InstructionBase {
  readonly kind: 'from';
  /** The raw word of the base: an image reference or the name of a stage. */
  readonly image: MappedText;
  /** The stage's name, lower-cased as BuildKit does. */
  readonly alias: { readonly name: string; readonly span: Span } | undefined;
}
export interface ArgInstruction extends InstructionBase {
  readonly kind: 'arg';
  readonly pairs: readonly NamedValue[];
}
export interface EnvInstruction extends InstructionBase {
  readonly kind: 'env';
  readonly pairs: readonly NamedValue[];
  /** True for the old form `ENV NAME value with blanks`. */
  readonly legacy: boolean;
}
export interface LabelInstruction extends InstructionBase {
  readonly kind: 'label';
  readonly pairs: readonly NamedValue[];
}
export interface RunInstruction extends InstructionBase {
  readonly kind: 'run';
  readonly command: CommandForm;
  readonly heredocs: readonly Heredoc[];
}
export interface CommandInstruction extends InstructionBase {
  readonly kind: 'cmd' | 'entrypoint';
  readonly command: CommandForm;
}
export interface HealthcheckInstruction extends InstructionBase {
  readonly kind: 'healthcheck';
  /** Undefined for `HEALTHCHECK NONE`. */
  readonly command: CommandForm | undefined;
}
export interface CopyInstruction extends InstructionBase {
  readonly kind: 'copy' | 'add';
  /** Raw source words; heredoc sources are in `heredocs` instead. */
  readonly sources: readonly MappedText[];
  readonly destination: MappedText | undefined;
  readonly heredocs: readonly Heredoc[];
}
export interface ShellInstruction extends InstructionBase {
  readonly kind: 'shell';
  readonly words: readonly ExecWord[];
}
export interface OnbuildInstruction extends InstructionBase {
  readonly kind: 'onbuild';
  /** Undefined when the trigger cannot be read or is not allowed (FROM, MAINTAINER, ONBUILD). */
  readonly trigger: Instruction | undefined;
}
/** Instructions with plain words: WORKDIR, USER, STOPSIGNAL, MAINTAINER have one, EXPOSE and VOLUME several. */
export interface WordsInstruction extends InstructionBase {
  readonly kind: 'workdir' | 'user' | 'stopsignal' | 'expose' | 'volume' | 'maintainer';
  readonly words: readonly MappedText[];
}
export type Instruction =
  | FromInstruction
  | ArgInstruction
  | EnvInstruction
  | LabelInstruction
  | RunInstruction
  | CommandInstruction
  | HealthcheckInstruction
  | CopyInstruction
  | ShellInstruction
  | OnbuildInstruction
  | WordsInstruction;

/**
 * A word as BuildKit's lexer reads it (frontend/dockerfile/shell/lex.go), before variables have values.
 * An error is a part of its own, so that evaluation fails exactly when BuildKit's would.
 */
export type WordTemplate = readonly TemplatePart[];
export type TemplatePart =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** true inside quotes or after an escape: never split */
      readonly quoted: boolean;
    }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly quoted: boolean;
      /** `''` for `$X` and `${X}`; else one of `-` `:-` `+` `:+` `?` `:?` `#` `##` `%` `%%` `/` `//`. */
      readonly operator: VariableOperator;
      /** The word after the operator (for `/` and `//`: the pattern); empty when there is none. */
      readonly operand: WordTemplate;
      /** The replacement of `/` and `//`. */
      readonly replacement: WordTemplate;
      /** Offsets into the word's text. */
      readonly span: Span;
    }
  | { readonly kind: 'error'; readonly message: string; readonly span: Span };
export type VariableOperator = '' | '-' | ':-' | '+' | ':+' | '?' | ':?' | '#' | '##' | '%' | '%%' | '/' | '//';
