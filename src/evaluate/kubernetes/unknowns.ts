/*
 * What stands for something else in a manifest until a tool fills it in: `${TAG}` for envsubst, `{{ tag }}` for a template,
 * `IMAGE_PLACEHOLDER` for sed. Each is a symbol that its expression names, so the same expression is the same unknown.
 */
import type { Piece, Text, Texts } from '../../value/text.js';

const EXPRESSION =
  /\$\{\{[^}]*\}\}|\$\{([A-Za-z_]\w*)\}|\$\{[^}]*\}|\$\(([^()]*)\)|\$([A-Za-z_]\w*)|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|#\{([^}]*)\}#?|<%?=?\s*[A-Za-z][\w .-]*\s*%?>|%%?[A-Z][A-Z0-9_]*%%?|@@?[A-Z][A-Z0-9_]*@@?|__[A-Za-z]\w*?__/g;

/** Words in capitals that are put in the place of something; tags such as `RELEASE` are none. */
const PLACEHOLDER = /PLACEHOLDER|IMAGE|TAG|VERSION|REPLACE|CHANGE|COMMIT|SHA|DIGEST|REGISTRY|REPOSITORY|TODO|XXX/;

/** The text with a symbol for each expression that is to be filled in. */
export function withUnknowns(texts: Texts, text: Text): Text {
  if (text.pieces.every((piece) => piece.kind !== 'literal')) return text;
  return texts.join(text.pieces.flatMap((piece) => (piece.kind === 'literal' ? piecesOf(texts, piece.text) : [piece])));
}

function piecesOf(texts: Texts, text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(EXPRESSION)) {
    pieces.push(...words(texts, text.slice(at, found.index)));
    const name = found[1] ?? found[3];
    const expression = name === undefined ? found[0].replace(/\s+/g, ' ') : `$${name}`;
    pieces.push(...texts.symbol(expression).pieces);
    at = found.index + found[0].length;
  }
  pieces.push(...words(texts, text.slice(at)));
  return pieces;
}

/** Components of an image reference that are placeholders: those of a path have no capitals in a real one. */
function words(texts: Texts, text: string): readonly Piece[] {
  return text.split(/([/:@])/).map((word, index, all): Piece => {
    const isTag = all[index - 1] === ':' || all[index - 1] === '@';
    const isPlaceholder =
      /^[A-Z][A-Z0-9_-]*[A-Z0-9]$/.test(word) &&
      (isTag || index === 0 || all[index - 1] === '/') &&
      PLACEHOLDER.test(word);
    const [piece] = isPlaceholder ? texts.symbol(word).pieces : [];
    return piece ?? { kind: 'literal', text: word };
  });
}
