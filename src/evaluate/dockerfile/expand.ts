import type { WordTemplate } from '../../syntax/dockerfile/tree.js';
import { applyOperator } from '../../syntax/dockerfile/word.js';
import type { Condition } from '../../value/diagram.js';
import { inputsOf, type Text, type Texts } from '../../value/text.js';

/** A variable as the builder sees it. */
export interface BuilderVariable {
  readonly set: Condition;
  readonly text: Text;
}

/** What a word becomes, and where expanding it is an error that fails the build. */
export interface Expanded {
  readonly text: Text;
  readonly fails: Condition;
}

/** Expands a word as BuildKit does (frontend/dockerfile/shell/lex.go), for all environments at once. */
export function expandTemplate(
  template: WordTemplate,
  texts: Texts,
  lookup: (name: string) => BuilderVariable | undefined,
): Expanded {
  const { space } = texts;
  let text = texts.empty;
  let fails: Condition = space.false;
  for (const part of template) {
    if (part.kind === 'text') text = texts.concat(text, texts.literal(part.text));
    else if (part.kind === 'error') fails = space.true;
    else {
      const variable = lookup(part.name) ?? { set: space.false, text: texts.empty };
      // The word after an operator is always expanded, so its errors count even where it is not used.
      const operand = expandTemplate(part.operand, texts, lookup);
      const replacement = expandTemplate(part.replacement, texts, lookup);
      fails = space.or(fails, space.or(operand.fails, replacement.fails));
      const empty = texts.isEmpty(variable.text);
      const filled = part.operator.startsWith(':') ? space.and(variable.set, space.not(empty)) : variable.set;
      switch (part.operator) {
        case '':
          text = texts.concat(text, variable.text);
          break;
        case '-':
        case ':-':
          text = texts.concat(text, texts.pick(filled, variable.text, operand.text));
          break;
        case '+':
        case ':+':
          text = texts.concat(text, texts.pick(filled, operand.text, texts.empty));
          break;
        case '?':
        case ':?':
          fails = space.or(fails, space.not(filled));
          text = texts.concat(text, variable.text);
          break;
        default: {
          const { operator, name } = part;
          const pattern = texts.constant(operand.text);
          const by = texts.constant(replacement.text);
          const changed =
            pattern === undefined || by === undefined
              ? undefined
              : texts.transform(variable.text, `${operator}${pattern} `, (value) => {
                  const applied = applyOperator(operator, value, pattern, by, name);
                  return applied.kind === 'text' ? applied.text : value;
                });
          if (
            pattern !== undefined &&
            by !== undefined &&
            applyOperator(operator, '', pattern, by, name).kind === 'error'
          )
            fails = space.true;
          text = texts.concat(text, changed ?? texts.symbol(`\${${name}${operator}…}`, inputsOf(variable.text)));
        }
      }
    }
  }
  return { text, fails };
}
