import { sliceMapped } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';
import { parseMakefile } from '../makefile/parse.js';
import type { Statement } from '../makefile/tree.js';
import { inShell } from './dockerfile.js';
import type { CommentedText } from './index.js';

/** The comments of a makefile and of the shell in its recipes; a statement with its continued lines is a unit. */
export function makefileComments(text: string): CommentedText {
  const { comments, statements } = parseMakefile(text);
  const found: Span[] = [...comments];
  const units: Span[] = [];
  const visit = (statement: Statement): void => {
    if (statement.kind === 'conditional') {
      for (const { body } of statement.branches) for (const inner of body) visit(inner);
      return;
    }
    // A statement has its line break.
    units.push({ start: statement.span.start, end: Math.max(statement.span.start, statement.span.end - 1) });
    const recipe =
      statement.kind === 'recipe' ? statement.text : statement.kind === 'rule' ? statement.recipe : undefined;
    if (recipe === undefined) return;
    const prefix = /^[@+\-\s]*/.exec(recipe.text)?.[0].length ?? 0;
    found.push(...inShell(sliceMapped(recipe, prefix)));
  };
  for (const statement of statements) visit(statement);
  return { comments: found.sort((a, b) => a.start - b.start), units };
}
