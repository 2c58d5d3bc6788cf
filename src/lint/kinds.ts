import { flagOf } from '../knowledge/flags.js';
import { takesValue } from '../knowledge/tools.js';
import type { CommandStep } from '../model/build.js';
import type { Selector } from '../value/diagram.js';
import type { Text, Texts } from '../value/text.js';
import { rootOf } from './environment.js';

/** Values by which tools are told to build for development. */
const KINDS = ['debug', 'Debug', 'dev', 'development', 'dbg', 'test'];

/**
 * The selectors whose answer is what a tool takes for the kind of build: `--profile $P`, `-DCMAKE_BUILD_TYPE=$T`,
 * `assemble$FLAVOR`. They select an environment whatever they are called.
 */
export function kindSelectors(texts: Texts, members: readonly CommandStep[]): ReadonlySet<Selector> {
  const found = new Set<Selector>();
  for (const { call, words } of members) {
    if (call === undefined) continue;
    for (const [i, { item }] of words.entries()) {
      if (item.text.holds.size === 0) continue;
      const option = i === 0 ? undefined : texts.constant(words[i - 1]?.item.text ?? texts.empty);
      const before = option !== undefined && takesValue(call, option) ? `${option} ` : '';
      for (const { prefix, selector } of answersAtTheEnd(texts, item.text)) {
        const saysKind = KINDS.some((kind) => {
          const fact = flagOf(call.toolchain, call.subcommand, `${before}${prefix}${kind}`);
          return fact?.polarity === 'development' && fact.severity !== 'info';
        });
        if (saysKind) found.add(selector);
      }
    }
  }
  return found;
}

/** The selectors whose answer is all that follows a constant. */
function answersAtTheEnd(
  texts: Texts,
  text: Text,
): readonly { readonly prefix: string; readonly selector: Selector }[] {
  const flat = texts.flatten(text);
  if (flat === undefined) return [];
  return texts.space.leaves(flat).flatMap(({ item }) => {
    const [first, second, third] = item.pieces;
    const [prefix, answer] = first?.kind === 'literal' ? [first.text, second] : ['', first];
    const rest = first?.kind === 'literal' ? third : second;
    if (answer?.kind !== 'answer' || rest !== undefined) return [];
    const selector = rootOf(answer.selector);
    return selector === undefined ? [] : [{ prefix, selector }];
  });
}
