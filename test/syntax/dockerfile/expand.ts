import { isSpace } from '../../../src/syntax/dockerfile/split.js';
import type { WordTemplate } from '../../../src/syntax/dockerfile/tree.js';
import { applyOperator } from '../../../src/syntax/dockerfile/word.js';

/** What BuildKit's lexer returns for a word in one environment. */
export interface Expanded {
  readonly word: string;
  readonly words: readonly string[];
  readonly unmatched: readonly string[];
  readonly error: string | undefined;
}

class Failure extends Error {}

/** Evaluates a template in one environment, as BuildKit's ProcessWordWithMatches and ProcessWords do. */
export function expand(template: WordTemplate, env: ReadonlyMap<string, string>): Expanded {
  const unmatched = new Set<string>();
  try {
    const pieces = evaluate(template, env, unmatched);
    const word = pieces.map((piece) => piece.text).join('');
    return { word, words: split(pieces), unmatched: [...unmatched], error: undefined };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { word: '', words: [], unmatched: [...unmatched], error: error.message };
  }
}

interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}

function evaluate(template: WordTemplate, env: ReadonlyMap<string, string>, unmatched: Set<string>): Piece[] {
  const join = (operand: WordTemplate) =>
    evaluate(operand, env, unmatched)
      .map((piece) => piece.text)
      .join('');
  return template.map((part) => {
    if (part.kind === 'text') return part;
    if (part.kind === 'error') throw new Failure(part.message);
    const operand = join(part.operand);
    const replacement = join(part.replacement);
    const value = env.get(part.name);
    if (value === undefined) unmatched.add(part.name);
    const applied = applyOperator(part.operator, value, operand, replacement, part.name);
    if (applied.kind === 'error') throw new Failure(applied.message);
    return { text: applied.text, quoted: part.quoted };
  });
}

function split(pieces: readonly Piece[]): string[] {
  const words: string[] = [];
  let word = '';
  for (const { text, quoted } of pieces) {
    for (const char of text) {
      if (quoted || !isSpace(char.charCodeAt(0))) word += char;
      else if (word !== '') {
        words.push(word);
        word = '';
      }
    }
  }
  return word === '' ? words : [...words, word];
}
