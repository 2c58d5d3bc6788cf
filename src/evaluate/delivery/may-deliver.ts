/* Which commands are looked at for what they deliver: a cheap look, before their words are told apart. */
import type { CommandStep } from '../../model/build.js';
import type { AnswerPiece, Piece, Texts } from '../../value/text.js';
import { leafTexts } from '../shell/fields.js';

/** The names of programs that build, move or deploy images. */
const PROGRAMS =
  'docker docker-compose podman podman-compose nerdctl buildah depot img executor kaniko buildctl az gcloud aws kubectl oc kustomize helm helmfile argocd crane skopeo regctl oras ctr cosign flyctl fly heroku nomad k'.split(
    ' ',
  );
const PROGRAM = new RegExp(`(?:^|/)(?:${PROGRAMS.join('|')})$`);

/** Whether a command may run one of these programs, by itself or behind a wrapper such as `sudo`. */
export function mayDeliver(step: CommandStep, texts: Texts): boolean {
  // A compiler or an installer builds no image, whatever its many options are.
  if (step.call !== undefined && step.call.role !== 'run') return false;
  return step.words.slice(0, 12).some(({ item }) => {
    const constant = texts.constant(item.text);
    if (constant !== undefined) return PROGRAM.test(constant);
    if (!item.text.pieces.some(({ kind }) => kind === 'choice')) return false;
    if (endingOf(item.text.pieces) !== 'name') return false;
    const flat = texts.flatten(item.text);
    return flat?.kind === 'choice' && leafTexts(flat).some((leaf) => PROGRAM.test(texts.constant(leaf) ?? ''));
  });
}

/** What a text may end as where it is known: it is read from its end, and not flattened. */
function endingOf(pieces: readonly Piece[]): 'name' | 'nothing' | 'other' {
  for (const piece of [...pieces].reverse()) {
    // What is not known is no name.
    if (piece.kind === 'symbol') return 'other';
    const endings =
      piece.kind === 'choice'
        ? leafTexts(piece.value).map((leaf) => endingOf(leaf.pieces))
        : (piece.kind === 'literal' ? [piece.text] : answersOf(piece)).map((text) =>
            text === '' ? 'nothing' : isEndOfName(text) ? 'name' : 'other',
          );
    if (endings.includes('name')) return 'name';
    if (!endings.includes('nothing')) return 'other';
  }
  return 'nothing';
}

/** An answer is known where a choice in the same text asks for it. */
function answersOf({ selector, derivation }: AnswerPiece): readonly string[] {
  return [...selector.mentioned].map((answer) => derivation?.of(answer ?? '') ?? answer ?? '');
}

function isEndOfName(text: string): boolean {
  return text.includes('/') ? PROGRAM.test(text) : PROGRAMS.some((name) => name.endsWith(text));
}
