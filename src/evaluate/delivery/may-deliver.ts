/* Which commands are looked at for what they deliver: a cheap look, before their words are told apart. */
import type { CommandStep } from '../../model/build.js';
import type { Piece, Text, Texts } from '../../value/text.js';
import { leafTexts } from '../shell/fields.js';

/** The names of programs that build, move or deploy images. */
const PROGRAMS =
  /(?:^|\/)(?:docker(?:-compose)?|podman(?:-compose)?|nerdctl|buildah|depot|img|executor|kaniko|buildctl|az|gcloud|aws|kubectl|oc|kustomize|helm|helmfile|argocd|crane|skopeo|regctl|oras|ctr|cosign|flyctl|fly|heroku|nomad|k)$/;

/** What may stand behind the last slash of such a name. */
const NAME = /^[a-z-]*$/;

/** Whether a command may run one of these programs, by itself or behind a wrapper such as `sudo`. */
export function mayDeliver(step: CommandStep, texts: Texts): boolean {
  // A compiler or an installer builds no image, whatever its many options are.
  if (step.call !== undefined && step.call.role !== 'run') return false;
  return step.words.slice(0, 12).some(({ item }) => {
    const constant = texts.constant(item.text);
    if (constant !== undefined) return PROGRAMS.test(constant);
    if (!item.text.pieces.some(({ kind }) => kind === 'choice')) return false;
    if (!mayEndAsName(item.text.pieces)) return false;
    const flat = texts.flatten(item.text);
    return flat?.kind === 'choice' && leafTexts(flat).some((leaf) => PROGRAMS.test(texts.constant(leaf) ?? ''));
  });
}

/**
 * Whether a text may be known somewhere and end as a program's name does: it is read from its end, and not flattened. An
 * answer is known where a choice in the same text asks for it.
 */
function mayEndAsName(pieces: readonly Piece[]): boolean {
  for (let at = pieces.length - 1; at >= 0; at -= 1) {
    const piece = pieces[at];
    if (piece?.kind === 'literal') {
      if (piece.text.includes('/')) return NAME.test(piece.text.slice(piece.text.lastIndexOf('/') + 1));
      if (!NAME.test(piece.text)) return false;
    } else if (piece?.kind === 'choice') {
      const leaves: readonly Text[] = leafTexts(piece.value);
      if (leaves.some((leaf) => leaf.pieces.length > 0 && mayEndAsName(leaf.pieces))) return true;
      if (leaves.every((leaf) => leaf.pieces.length > 0)) return false;
    } else return piece?.kind === 'answer';
  }
  return true;
}
