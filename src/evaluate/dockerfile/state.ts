import type { Instruction } from '../../syntax/dockerfile/tree.js';
import type { Place } from '../../text/span.js';
import type { Condition, Guarded, Variational } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { Binding, Dialect } from '../shell/index.js';
import type { Mapping } from './context.js';

/** A trigger of a base image, with the file that it stands in. */
export interface Trigger {
  readonly instruction: Instruction;
  readonly file: string;
  readonly escape: '\\' | '`';
}

/** The state of a stage after some of its instructions: BuildKit's dispatch state. */
export interface ImageState {
  /** Where the stage is built at all. */
  readonly live: Condition;
  /** ARG and ENV are one environment for RUN; the later instruction wins. */
  readonly variables: ReadonlyMap<string, Binding>;
  /** What ENV put into the image's own configuration. */
  readonly config: ReadonlyMap<string, { readonly text: Text; readonly place: Place | undefined }>;
  readonly dialect: Variational<Dialect>;
  /** What `/bin/sh` is in the image. */
  readonly sh: Variational<Dialect>;
  /** Options of the SHELL instruction. */
  readonly options: readonly string[];
  /** False for PowerShell, cmd and other shells that are not evaluated. */
  readonly evaluable: boolean;
  readonly cwd: Text;
  readonly mappings: readonly Mapping[];
  readonly triggers: readonly Trigger[];
  /** True when every variable of the base image is known. */
  readonly knownBase: boolean;
}

/** The state that holds where each alternative's condition does. */
export function joinStates(texts: Texts, states: readonly Guarded<ImageState>[]): ImageState | undefined {
  let joined: ImageState | undefined;
  for (const { when, item } of states) {
    joined = joined === undefined ? item : joinTwo(texts, when, item, joined);
  }
  return joined;
}

function joinTwo(texts: Texts, when: Condition, a: ImageState, b: ImageState): ImageState {
  const { space } = texts;
  const variables = new Map<string, Binding>();
  for (const name of new Set([...a.variables.keys(), ...b.variables.keys()])) {
    const [x, y] = [a.variables.get(name), b.variables.get(name)];
    const set = space.pick(when, x?.set ?? space.false, y?.set ?? space.false);
    variables.set(name, { set, text: texts.pick(when, x?.text ?? texts.empty, y?.text ?? texts.empty), exported: set });
  }
  const config = new Map(b.config);
  for (const [name, value] of a.config) {
    config.set(name, {
      text: texts.pick(when, value.text, b.config.get(name)?.text ?? texts.empty),
      place: value.place,
    });
  }
  return {
    live: space.pick(when, a.live, b.live),
    variables,
    config,
    dialect: space.pick(when, a.dialect, b.dialect),
    sh: space.pick(when, a.sh, b.sh),
    options: a.options.filter((option) => b.options.includes(option)),
    evaluable: a.evaluable && b.evaluable,
    cwd: texts.pick(when, a.cwd, b.cwd),
    mappings: [...b.mappings, ...a.mappings],
    triggers: a.triggers.length > 0 ? a.triggers : b.triggers,
    knownBase: a.knownBase && b.knownBase,
  };
}
