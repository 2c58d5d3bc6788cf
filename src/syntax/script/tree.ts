import type { File } from '@babel/types';
import type { Problem } from '../../text/span.js';

/** A parsed JavaScript or TypeScript file; positions in `file` are offsets into the text that was parsed. */
export interface ScriptTree {
  readonly text: string;
  /** Undefined when nothing could be read. */
  readonly file: File | undefined;
  readonly problems: readonly Problem[];
}

/** Reads JavaScript or TypeScript; hosts hand it in, because the parser is loaded only where a file needs it. */
export type ParseScript = (text: string, path: string) => ScriptTree;

export type {
  ArrayPattern,
  AssignmentExpression,
  CallExpression,
  Expression,
  File,
  LVal,
  MemberExpression,
  NewExpression,
  Node,
  ObjectExpression,
  ObjectPattern,
  OptionalCallExpression,
  OptionalMemberExpression,
  SpreadElement,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from '@babel/types';
