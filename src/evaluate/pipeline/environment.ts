import { isNeverSelector } from '../../knowledge/environments.js';
import type { Answer } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { Binding } from '../shell/index.js';

/** Variables that a login or the shell itself sets. */
export const SYSTEM =
  /^(?:PATH|HOME|PWD|OLDPWD|SHELL|TERM|USER|LOGNAME|HOSTNAME|LANG|LC_\w+|TMPDIR|EUID|UID|PPID|RANDOM|SECONDS|LINENO|BASH\w*|PS\d|OPTARG|OPTIND|REPLY|FUNCNAME|PIPESTATUS)$/;

/** A variable with the same text wherever the job runs. */
export function bound(texts: Texts, text: Text): Binding {
  return { set: texts.space.true, text, exported: texts.space.true };
}

/**
 * A variable that no file sets. It is an input when it may choose what is built; what a CI system fills in by itself
 * (`facts`), a version or a password is an unknown that equals itself.
 */
export function outside(texts: Texts, name: string, facts: RegExp): Binding | undefined {
  const { space } = texts;
  if (!/^[A-Za-z_]\w*$/.test(name) || name === 'IFS') return undefined;
  if (SYSTEM.test(name) || facts.test(name)) return bound(texts, texts.symbol(`$${name}`, undefined, sourceOf(name)));
  const selector = space.input(name);
  const set = space.not(space.is(selector, undefined));
  const text = isNeverSelector(name) ? texts.pick(set, texts.symbol(`$${name}`), texts.empty) : texts.answer(selector);
  return { set, text, exported: set };
}

function sourceOf(name: string): string {
  return /SHA\d?$|COMMIT$|REVISION|SOURCE_VERSION|SOURCEVERSION/i.test(name) ? 'checkout' : '';
}

/** An input that has one of these answers; all others, and unset, stand for the first or the default. */
export function chosenOf(texts: Texts, name: string, options: readonly string[], fallback: string): Text {
  const { space } = texts;
  const selector = space.input(name);
  if (options.length === 0) {
    const given = texts.answer(selector);
    return texts.pick(space.is(selector, undefined), texts.literal(fallback), given);
  }
  const cases = options.map((option): readonly [Answer, ReturnType<typeof space.one<Text>>] => [
    option,
    space.one(texts.literal(option)),
  ]);
  return texts.from(space.choice(selector, cases, space.one(texts.literal(fallback))));
}
