import { environmentOfImage, isOfficialImage, shellOf } from '../../knowledge/base-images.js';
import type { Condition, Variational } from '../../value/diagram.js';
import type { Binding, Dialect } from '../shell/index.js';
import { type Builder, type BuildInput, partsOf } from './builder.js';
import { contextsOf } from './context.js';
import type { ImageState } from './state.js';

/** Evaluates the Dockerfile of a base image of the project; `depth` counts the Dockerfiles on the way. */
export type EvaluateBase = (input: BuildInput, depth: number) => Builder;

/** The state that a base image of another file brings: its environment and its shell. */
export function imageState(builder: Builder, image: string, evaluate: EvaluateBase): ImageState {
  const { space } = builder.texts;
  const own = ownBase(builder, image, evaluate);
  if (own !== undefined) return own;
  const variables = new Map<string, Binding>();
  for (const [name, value] of Object.entries(environmentOfImage(image))) {
    const text = value === true ? builder.texts.symbol(`$${name}`) : builder.texts.literal(value);
    variables.set(name, { set: space.true, text, exported: space.true });
  }
  if (!variables.has('PATH'))
    variables.set('PATH', { set: space.true, text: builder.texts.symbol('$PATH'), exported: space.true });
  for (const [name, part] of partsOf(builder)) variables.set(name, part);
  const shell = shellOf(image);
  const dialect = shell === undefined || shell === 'none' ? unknownDialect(builder, image) : space.one<Dialect>(shell);
  return {
    live: space.true,
    variables,
    config: new Map(),
    dialect,
    sh: dialect,
    options: [],
    evaluable: !/windows|nanoserver|servercore/i.test(image),
    cwd: builder.texts.literal('/'),
    mappings: [],
    triggers: [],
    knownBase: isOfficialImage(image),
  };
}

function unknownDialect(builder: Builder, image: string): Variational<Dialect> {
  const { space } = builder.texts;
  const is = (name: string): Condition => space.holds(space.opaque(`the shell of ${image} is ${name}`));
  return space.pick<Dialect>(
    is('dash'),
    space.one<Dialect>('dash'),
    space.pick<Dialect>(is('bash'), space.one<Dialect>('bash'), space.one<Dialect>('ash')),
  );
}

/** A base that the project itself builds: `FROM app-base` with app-base/Dockerfile or Dockerfile.app-base in the project. */
function ownBase(builder: Builder, image: string, evaluate: EvaluateBase): ImageState | undefined {
  if (isOfficialImage(image) || image === '' || builder.input.file.length > 1000) return undefined;
  const reference = /^(?:.*\/)?([^/:@]+)(?::([^/@]+))?(?:@.*)?$/.exec(image);
  const names = [reference?.[1], reference?.[2]].filter(
    (name): name is string => name !== undefined && name !== 'latest',
  );
  for (const folder of contextsOf(builder.input.file)) {
    for (const name of names) {
      for (const path of [`${name}/Dockerfile`, `Dockerfile.${name}`, `${name}.dockerfile`, `${name}.Dockerfile`]) {
        const file = folder === '' ? path : `${folder}/${path}`;
        const found = file === builder.input.file ? undefined : builder.input.files.read(file);
        if (found?.kind !== 'text' || builder.depth > 3) continue;
        const { states } = evaluate({ ...builder.input, file, text: found.text, target: undefined }, builder.depth + 1);
        const last = states[states.length - 1];
        // An image brings what ENV says, not the arguments that it was built with.
        if (last !== undefined) return { ...last, variables: configVariables(builder, last), mappings: [] };
      }
    }
  }
  return undefined;
}

function configVariables(builder: Builder, state: ImageState): ReadonlyMap<string, Binding> {
  const { space } = builder.texts;
  const variables = new Map<string, Binding>();
  for (const [name, { text }] of state.config) variables.set(name, { set: space.true, text, exported: space.true });
  return variables;
}
