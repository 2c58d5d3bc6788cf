import { forEachChild, type Statement, type SyntaxNode } from '../../syntax/shell/parse.js';
import type { Condition } from '../../value/diagram.js';
import { type Dialect, inDialect, type Shell } from './state.js';

/**
 * Where the shell refuses a script that bash reads. dash 0.5.12 and BusyBox 1.35 ash, by running them
 * (test/vectors/shell-vectors.json): arrays, `;&`, `<<<`, process substitution, `for ((`, `select`, `coproc`.
 */
export function syntaxErrorIn(shell: Shell, statements: readonly Statement[]): Condition {
  const { space } = shell.machine;
  if (inDialect(shell, 'bash') === space.true) return space.false;
  const refusing = statements.flatMap((statement) => [...refusingDialects(statement)]);
  return refusing.length === 0 ? space.false : inDialect(shell, ...refusing);
}

const refusingBy = new WeakMap<Statement, ReadonlySet<Dialect>>();

function refusingDialects(statement: Statement): ReadonlySet<Dialect> {
  const known = refusingBy.get(statement);
  if (known !== undefined) return known;
  const refusing = new Set<Dialect>();
  const visit = (node: SyntaxNode): undefined => {
    for (const dialect of refusedBy(node)) refusing.add(dialect);
    forEachChild(node, visit);
    return undefined;
  };
  visit(statement);
  refusingBy.set(statement, refusing);
  return refusing;
}

const BOTH: readonly Dialect[] = ['dash', 'ash'];
const NONE: readonly Dialect[] = [];

function refusedBy(node: SyntaxNode): readonly Dialect[] {
  switch (node.type) {
    case 'ArrayValue':
    case 'ArithmeticFor':
    case 'Select':
    case 'Coproc':
      return BOTH;
    case 'TestGroup':
    case 'ProcessSubstitution':
    case 'HereString':
      return BOTH;
    case 'CaseItem':
      return node.terminator === ';&' || node.terminator === ';;&' ? BOTH : NONE;
    default:
      return NONE;
  }
}
