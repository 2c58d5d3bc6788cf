import {
  type Binding,
  type Dialect,
  evaluateScript,
  type ScriptInput,
  type ScriptOutcome,
} from '../../src/evaluate/shell/index.js';
import { Space } from '../../src/value/diagram.js';
import { Texts } from '../../src/value/text.js';

/** An evaluated script with the tables that its conditions and texts are in. */
export interface Evaluated extends ScriptOutcome {
  readonly space: Space;
  readonly texts: Texts;
}

/** Evaluates a script in which the selectors are exported variables that may be unset. */
export function evaluateWith(
  text: string,
  selectors: readonly string[],
  dialect: Dialect = 'dash',
  more: Partial<ScriptInput> = {},
): Evaluated {
  const space = new Space();
  const texts = new Texts(space);
  const variables = new Map<string, Binding>();
  for (const name of selectors) {
    const selector = space.input(name);
    const set = space.not(space.is(selector, undefined));
    variables.set(name, { set, text: texts.answer(selector), exported: set });
  }
  const outcome = evaluateScript({
    text,
    file: 'script',
    place: (span) => ({ file: 'script', ...span }),
    texts,
    host: { script: () => undefined, exists: () => undefined, missing: (name) => name.startsWith('nosuch') },
    variables,
    dialect: space.one(dialect),
    sh: space.one(dialect === 'bash' ? 'dash' : dialect),
    cwd: texts.literal('/work'),
    options: [],
    when: space.true,
    positional: [],
    zero: dialect,
    capture: false,
    ...more,
  });
  return { ...outcome, space, texts };
}
