import { type MappedText, sliceMapped } from '../../text/mapped.js';
import type { Span } from '../../text/span.js';
import { parseMakefile } from '../makefile/parse.js';
import type { Statement } from '../makefile/tree.js';
import { inShell } from './dockerfile.js';
import type { CommentedText } from './index.js';

/** The comments of a makefile and of the shell in its recipes; a statement is a unit, and so is a rule with its recipe. */
export function makefileComments(text: string): CommentedText {
  const { comments, statements } = parseMakefile(text);
  const found: Span[] = [...comments];
  const units: Span[] = [];
  const takeShell = (recipe: MappedText): void => {
    const prefix = /^[@+\-\s]*/.exec(recipe.text)?.[0].length ?? 0;
    const inner = inShell(sliceMapped(recipe, prefix));
    found.push(...inner.comments);
    units.push(...inner.units);
  };
  const visit = (all: readonly Statement[]): void => {
    let rule: number | undefined;
    for (const statement of all) {
      const { start, end } = statement.span;
      if (statement.kind === 'rule') rule = start;
      else if (!isInRecipe(statement)) rule = undefined;
      // A statement has its line break.
      const last = start + text.slice(start, end).trimEnd().length;
      units.push({ start, end: last });
      // A rule has the lines of its recipe one by one.
      if (rule !== undefined && statement.kind !== 'rule' && statement.kind !== 'blank')
        units.push({ start: rule, end: last });
      if (statement.kind === 'conditional') for (const { body } of statement.branches) visit(body);
      if (statement.kind === 'recipe') takeShell(statement.text);
      if (statement.kind === 'rule' && statement.recipe !== undefined) takeShell(statement.recipe);
    }
  };
  visit(statements);
  return { comments: found.sort((a, b) => a.start - b.start), units };
}

/** Whether a statement behind a rule does not end its recipe. */
function isInRecipe(statement: Statement): boolean {
  if (statement.kind === 'conditional')
    return statement.branches.every(({ body }) => body.every((inner) => isInRecipe(inner)));
  return statement.kind === 'recipe' || statement.kind === 'blank';
}
