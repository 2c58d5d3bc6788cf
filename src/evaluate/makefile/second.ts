/*
 * `.SECONDEXPANSION`: prerequisites in which a `$` is left are expanded once more for each target, with its variables and
 * automatic ones (`$$@`, `$$*`, `$$(@D)`). make does so for explicit rules before it makes anything (file.c: expand_deps), so
 * that they see no variable of a target that needs them, and for pattern rules word by word when it tries them.
 */
import { endOfReference, isBlank } from '../../syntax/makefile/lines.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { leafTexts } from '../shell/fields.js';
import { automaticScope } from './automatics.js';
import { byClass, expandString, withHoles } from './expand.js';
import { fileWords } from './files.js';
import { automatic } from './functions.js';
import { type Machine, only, type Scope, within } from './state.js';
import type { RuleNeeds } from './targets.js';
import { joinTexts, splitPipe } from './words.js';

/** Prerequisites as they are after the first expansion, and where there is a second one. */
export interface Later {
  readonly when: Condition;
  readonly text: Text;
}

/** What prerequisites are expanded for. */
export interface LaterFor {
  readonly target: Text;
  readonly scope: Scope;
  /** `$*`. */
  readonly stem: Text;
  /** Whether `%` stands for it. */
  readonly isPattern: boolean;
  /** For a pattern rule, the folder that its pattern leaves out: it is put before each word that has a `%`. */
  readonly folder: Text | undefined;
  /** The prerequisites that are known already. */
  readonly known: readonly Guarded<Text>[];
  /** Whether `$<` is among them. */
  readonly first: boolean;
}

/** Whether a text has a `$` left. */
export function hasReference(text: Text): boolean {
  return text.pieces.some((piece) => {
    if (piece.kind === 'literal') return piece.text.includes('$');
    return piece.kind === 'choice' && leafTexts(piece.value).some(hasReference);
  });
}

/** The prerequisites that the second expansion gives, where there is one. */
export function laterNeeds(machine: Machine, later: Later, when: Condition, asked: LaterFor): RuleNeeds {
  const { space, texts } = machine;
  const { target, known, stem } = asked;
  const here = space.and(later.when, when);
  if (here === space.false) return { normal: [], orderOnly: [] };
  return only(machine, here, () => {
    const scope = automaticScope(machine, target, asked.scope, stem, { normal: known, orderOnly: [] });
    if (!asked.first) scope.set.set('<', automatic(machine, texts.empty));
    const expanded = within(machine, scope, () =>
      byClass(machine, later.text, 'a list of prerequisites', (flat) =>
        expandOnce(machine, withHoles(machine, flat), asked),
      ),
    );
    const [normal, orderOnly] = splitPipe(machine, expanded).map((text) =>
      fileWords(machine, text).map((word) => ({ when: space.and(here, word.when), item: word.item.text })),
    );
    return { normal: normal ?? [], orderOnly: orderOnly ?? [] };
  });
}

function expandOnce(machine: Machine, text: string, { isPattern, folder }: LaterFor): Text {
  const { texts } = machine;
  if (folder === undefined) return expandString(machine, isPattern ? text.replaceAll('%', '$*') : text);
  const words = wordsAround(text).map((word) => {
    const hasStem = word.includes('%');
    const expanded = expandString(machine, word.replace('%', '$(*F)'));
    if (!hasStem || folder === texts.empty) return expanded;
    const files = fileWords(machine, expanded).map(({ when, item }) => ({
      when,
      item: texts.concat(folder, item.text),
    }));
    return joinTexts(machine, files);
  });
  return joinTexts(
    machine,
    words.map((item) => ({ when: machine.space.true, item })),
  );
}

/** Words with blanks between them that are in no reference. */
function wordsAround(text: string): readonly string[] {
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at < text.length; at += 1) {
    if (isBlank(text[at])) {
      if (start !== -1) words.push(text.slice(start, at));
      start = -1;
      continue;
    }
    if (start === -1) start = at;
    if (text[at] === '$') at = endOfReference(text, at) - 1;
  }
  if (start !== -1) words.push(text.slice(start));
  return words;
}
