/*
 * What a command gives to a configuration: the environment with what the tool puts into it, the words that a script may look
 * for, and the arguments that a configuration which is a function is called with.
 */
import type { Bundler } from '../../knowledge/bundlers.js';
import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';
import type { Run } from './runs.js';
import type { JsObject, Value, Values } from './value.js';

export interface Invocation {
  readonly environment: (name: string) => Value;
  readonly flag: (word: string) => Value;
  readonly arguments: readonly Value[];
}

const NOWHERE: Place = { file: '', start: 0, end: 0 };

/**
 * How much of what nothing in the project gives is an input: all of it, also what the tool would fill in (`free`: can the
 * configuration differ at all?), the environment of the host (`host`), or nothing, as in a Dockerfile (`closed`).
 */
export type Openness = 'free' | 'host' | 'closed';

/** Reads a command. */
export function readInvocation(values: Values, bundler: Bundler, run: Run, openness: Openness): Invocation {
  const { texts, space } = values;
  const isKnown = run.words.length > 0;
  const free = openness === 'free';
  const open = openness !== 'closed';
  const nodeEnvBy = free ? 'open' : bundler.nodeEnv;
  const modeNames = bundler.calling === 'webpack' ? ['--mode'] : ['--mode', '-m'];
  const written = option(run.words, modeNames);
  const mode = modeOf(values, bundler, written, isKnown || !open);
  const own = new Map<string, Value>();
  const nodeEnv = option(run.words, ['--node-env']);
  if (nodeEnv !== undefined) own.set('NODE_ENV', values.string(nodeEnv));
  for (const [name, value] of rollupEnvironment(run.words)) own.set(name, values.string(value));
  const outside = (name: string): Value => {
    const binding = run.environment(name);
    if (binding === undefined) return values.undefined;
    // Nobody has BABEL_ENV set by chance; who sets it, sets it in the script.
    if (name === 'BABEL_ENV' && openness === 'host' && binding.set.kind === 'choice') return values.undefined;
    // A host's NODE_ENV counts only where the tool has no mode of its own for a build.
    if (name === 'NODE_ENV' && open && nodeEnvBy !== 'open') return values.undefined;
    return space.pick(space.and(binding.set, binding.exported), values.text(binding.text), values.undefined);
  };
  const environment = (name: string): Value => {
    const given = own.get(name);
    if (given !== undefined) return given;
    if (nodeEnvBy === 'forced' && name === 'NODE_ENV') return values.string('production');
    const found = outside(name);
    if (name !== 'NODE_ENV' || nodeEnvBy === 'open') return found;
    const fallback =
      nodeEnvBy === 'mode' && written !== undefined && written !== 'production' ? 'development' : 'production';
    return space.pick(values.truthy(found), found, values.string(fallback));
  };
  const flag = (word: string): Value => {
    if (run.words.includes(word)) return values.one(true);
    if (isKnown || !open) return values.one(false);
    return values.boolean(space.not(space.is(space.input(word), undefined)));
  };
  const object = (properties: Readonly<Record<string, Value>>): Value => {
    const made: JsObject = {
      kind: 'object',
      properties: new Map(Object.entries(properties).map(([key, value]) => [key, { value, place: NOWHERE }])),
      rest: undefined,
    };
    return values.one(made);
  };
  const no = values.one(false);
  switch (bundler.calling) {
    case 'webpack':
      return { environment, flag, arguments: [webpackEnv(values, run, isKnown), object({ mode })] };
    case 'vite':
      return {
        environment,
        flag,
        arguments: [object({ mode, command: values.string('build'), ssrBuild: no, isSsrBuild: no, isPreview: no })],
      };
    case 'rollup':
      return { environment, flag, arguments: [object(configFlags(values, run.words))] };
    case 'next':
      return { environment, flag, arguments: [values.string('phase-production-build'), values.unknown('defaults')] };
    case 'babel':
      return { environment, flag, arguments: [values.unknown('api')] };
    case 'angular':
    case 'script':
    case 'plain':
      return { environment, flag, arguments: [values.unknown(`the arguments of ${bundler.name}`)] };
  }

  function modeOf(all: Values, tool: Bundler, given: string | undefined, closed: boolean): Value {
    if (given !== undefined) return all.text(optionText(texts, run, modeNames) ?? texts.literal(given));
    if (tool.calling === 'vite' && !free) return all.string('production');
    if (closed) return all.undefined;
    // Nothing is known about the command: it may have the option or not.
    if (!free) return all.unknown('mode');
    const selector = space.input('mode');
    return space.pick(space.is(selector, undefined), all.undefined, all.text(texts.answer(selector)));
  }
}

/** The value of an option, in the next word or after `=`. */
export function option(words: readonly string[], names: readonly string[]): string | undefined {
  for (const [i, word] of words.entries()) {
    const [name = '', value] = word.split('=', 2);
    if (names.includes(name)) return value ?? words[i + 1];
  }
  return undefined;
}

/** The same, as it is in every environment. */
export function optionText(texts: Texts, run: Run, names: readonly string[]): Text | undefined {
  for (const [i, word] of run.words.entries()) {
    const [name = '', glued] = word.split('=', 2);
    if (!names.includes(name)) continue;
    if (glued === undefined) return run.texts[i + 1];
    const [first, ...rest] = run.texts[i]?.pieces ?? [];
    if (first?.kind !== 'literal') return undefined;
    return texts.join([{ kind: 'literal', text: first.text.slice(name.length + 1) }, ...rest]);
  }
  return undefined;
}

/** `--env production --env API=x` of webpack; also `--env.production` of its older command line. */
function webpackEnv(values: Values, run: Run, isKnown: boolean): Value {
  if (!isKnown) return values.unknown('env');
  const properties = new Map<string, { value: Value; place: Place }>();
  for (const [i, word] of run.words.entries()) {
    const old = /^--env\.([^=]+)(?:=(.*))?$/.exec(word);
    const given =
      old !== null ? `${old[1]}${old[2] === undefined ? '' : `=${old[2]}`}` : afterEnv(word, run.words[i + 1]);
    if (given === undefined) continue;
    const at = given.indexOf('=');
    const name = at === -1 ? given : given.slice(0, at);
    const value = at === -1 ? values.one(true) : values.string(given.slice(at + 1));
    properties.set(name, { value, place: NOWHERE });
  }
  return values.one({ kind: 'object', properties, rest: undefined });
}

function afterEnv(word: string, next: string | undefined): string | undefined {
  if (word === '--env') return next;
  return word.startsWith('--env=') ? word.slice('--env='.length) : undefined;
}

/** `--environment BUILD:production,DEBUG` of Rollup. */
function rollupEnvironment(words: readonly string[]): readonly (readonly [string, string])[] {
  const given = option(words, ['--environment']);
  if (given === undefined) return [];
  return given.split(',').map((part) => {
    const at = part.indexOf(':');
    return at === -1 ? [part, 'true'] : [part.slice(0, at), part.slice(at + 1)];
  });
}

/** `--configProduction` of Rollup. */
function configFlags(values: Values, words: readonly string[]): Readonly<Record<string, Value>> {
  const flags: Record<string, Value> = {};
  for (const word of words) {
    const [name = '', value] = word.split('=', 2);
    if (/^--config\w+$/.test(name))
      flags[name.slice(2)] = value === undefined ? values.one(true) : values.string(value);
  }
  return flags;
}
