import { type ParsedScript, parse } from 'unbash';
import type { Problem } from '../../text/span.js';

/** A parsed script; positions in `script` are offsets into the text that was parsed. */
export interface ShellTree {
  readonly kind: 'shell';
  readonly text: string;
  readonly script: ParsedScript;
  readonly problems: readonly Problem[];
}

export type {
  AndOr,
  ArithmeticExpression,
  Assignment,
  Case,
  Command,
  CompoundList,
  For,
  HereDoc,
  If,
  ParameterExpansionPart,
  ParsedScript,
  Pipeline,
  Redirection,
  Script,
  Statement,
  SyntaxNode,
  TestExpression,
  While,
  Word,
  WordPart,
} from 'unbash';
export { forEachChild } from 'unbash';

/** Scripts longer than this are not parsed: nothing that a person wrote is, and nesting in a blob of data costs too much. */
export const SCRIPT_LIMIT = 2_000_000;

/**
 * The trees of the last scripts. One recipe is read for each target that has it, and an editor reads a file again for every
 * keystroke, of which nearly all is as it was.
 */
const known = new Map<string, ShellTree>();
/** The scripts whose trees are kept have so many characters together; a tree takes some hundred bytes for each. */
const KEPT = 100_000;
let kept = 0;

/** Reads a shell script; what cannot be read is a problem, and the rest is still in the tree. */
export function parseShell(text: string): ShellTree {
  const found = known.get(text);
  if (found !== undefined) return found;
  const tree = readShell(text);
  if (text.length > KEPT) return tree;
  kept += text.length;
  if (kept > KEPT) {
    known.clear();
    kept = text.length;
  }
  known.set(text, tree);
  return tree;
}

function readShell(text: string): ShellTree {
  if (text.length > SCRIPT_LIMIT)
    return failed(text, `this script is longer than ${SCRIPT_LIMIT} characters and is not evaluated`);
  try {
    const script = parse(text);
    const problems = (script.errors ?? []).map((error) => ({
      at: { start: error.pos, end: Math.min(text.length, error.pos + 1) },
      message: `the shell cannot read this: ${error.message}`,
    }));
    return { kind: 'shell', text, script, problems: [...carriageReturn(text), ...problems] };
  } catch (error) {
    return failed(text, `the shell cannot read this: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What explains all that is wrong with a script from Windows; it is read as a shell on Linux reads it. */
function carriageReturn(text: string): readonly Problem[] {
  const start = text.indexOf('\r\n');
  const message =
    'this line ends with a carriage return, which a shell takes for a part of the last word; write the script with the line ends of Unix (.gitattributes: *.sh text eol=lf)';
  return start === -1 ? [] : [{ at: { start, end: start + 1 }, message }];
}

function failed(text: string, message: string): ShellTree {
  const script: ParsedScript = { type: 'Script', pos: 0, end: text.length, shebang: undefined, commands: [] };
  return { kind: 'shell', text, script, problems: [{ at: { start: 0, end: Math.min(1, text.length) }, message }] };
}
