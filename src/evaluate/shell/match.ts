import type { Answer, Condition } from '../../value/diagram.js';
import { render, symbolsOf, type Text } from '../../value/text.js';
import { patternString } from './fields.js';
import { lengthOf } from './limits.js';
import { compilePattern, hasWildcard, isTooHard, literalOf } from './pattern.js';
import { type Shell, unite } from './state.js';

/** Where a text matches a shell pattern, which may itself differ between environments. */
export function matchPattern(shell: Shell, subject: Text, pattern: Text): Condition {
  const { texts } = shell.machine;
  return (
    texts.testFlat(pattern, (flat) => matchFlat(shell, subject, flat)) ?? texts.unknown('matches', subject, pattern)
  );
}

function matchFlat(shell: Shell, subject: Text, pattern: Text): Condition {
  const { texts, words } = shell.machine;
  const constant = texts.constant(pattern);
  if (constant !== undefined) return matchConstant(shell, subject, patternString(constant));
  const plain = words.splitter.reveal(pattern);
  if (pattern.pieces.some((piece) => piece.kind === 'literal' && HAS_WILDCARD.test(piece.text))) {
    return (
      texts.testFlat(subject, (flat) => matchAnswers(shell, flat, pattern)) ?? texts.unknown('matches', subject, plain)
    );
  }
  // A text that is not known is compared as it stands; the answers that are mentioned may be patterns.
  let result = texts.equal(subject, plain) ?? texts.unknown('matches', subject, plain);
  for (const { when, known } of mentionedTexts(shell, pattern)) {
    if (HAS_WILDCARD.test(known))
      result = shell.machine.space.pick(when, matchConstant(shell, subject, patternString(known)), result);
  }
  return result;
}

/** Where two texts that hold answers of one selector match. */
function matchAnswers(shell: Shell, subject: Text, pattern: Text): Condition {
  const { space, texts } = shell.machine;
  const [selector, another] = unite(subject.holds, pattern.holds);
  const name = `${render(subject)} matches ${render(pattern)}`;
  if (
    selector === undefined ||
    another !== undefined ||
    symbolsOf(subject).length > 0 ||
    symbolsOf(pattern).length > 0
  ) {
    return texts.unknown('matches', subject, pattern);
  }
  return space.test(selector, name, (answer) => {
    const [text, known] = [
      texts.constant(subject.given(selector, answer)),
      texts.constant(pattern.given(selector, answer)),
    ];
    return text !== undefined && known !== undefined && compilePattern(patternString(known))(text);
  });
}

const HAS_WILDCARD = /[*?[\\]/;

function matchConstant(shell: Shell, subject: Text, pattern: string): Condition {
  const { space, texts } = shell.machine;
  if (!hasWildcard(pattern)) {
    const literal = texts.literal(literalOf(pattern));
    return texts.equal(subject, literal) ?? texts.unknown('=', subject, literal);
  }
  if (/^\*+$/.test(pattern)) return space.true;
  if (isTooHard(lengthOf(subject), pattern)) return texts.unknown(`matches ${pattern.slice(0, 100)}`, subject);
  const examples = pattern.includes('[')
    ? []
    : [pattern.replace(/\\(.)|[*?]/gs, (_, c: string | undefined) => c ?? '')];
  return (
    texts.matches(subject, `matches ${pattern}`, compilePattern(pattern), examples) ??
    texts.unknown(`matches ${pattern}`, subject)
  );
}

/** The texts that a flat text is for those answers of its selectors that are mentioned, where no other unknown is in it. */
export function mentionedTexts(
  shell: Shell,
  text: Text,
): readonly { readonly when: Condition; readonly known: string; readonly answer: Answer }[] {
  const { space, texts } = shell.machine;
  const [selector, another] = text.holds;
  if (selector === undefined || another !== undefined) return [];
  return [...selector.mentioned].flatMap((answer) => {
    const known = texts.constant(text.given(selector, answer));
    return known === undefined ? [] : [{ when: space.is(selector, answer), known, answer }];
  });
}
