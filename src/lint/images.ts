/*
 * What two images contain that are of different Dockerfiles, or of different stages: their parts, each with what it does,
 * compared by effect and not by text.
 *
 * Two spaces have nothing in common, so both images are taken where their builds put them: the arguments that a caller
 * passes, and the defaults for all others.
 */
import { environmentOfImage } from '../knowledge/base-images.js';
import { describeCall, isNeutralWord, type ToolCall, takesValue } from '../knowledge/tools.js';
import type { Build, CommandStep, Step } from '../model/build.js';
import { copyParts } from '../model/build.js';
import type { Place } from '../text/span.js';
import type { Text } from '../value/text.js';
import { environmentByDefault, type Given, implicitReadsOf, settle, textByDefault, wordsByDefault } from './command.js';
import type { Difference } from './contents.js';

/** An image: a Dockerfile evaluated for a stage, with the arguments that a caller passes. */
export interface Made {
  readonly image: Build;
  readonly given: Given;
}

/** What an image is made of. */
export type Part = 'base image' | 'user' | 'program' | 'dependencies' | 'variable' | 'file' | 'step';

/** A part that two images do not have alike. */
export interface PartDifference extends Difference {
  readonly what: Part;
}

interface Item {
  readonly what: Part;
  /** What of the image this is; equal keys are compared. */
  readonly key: string;
  /** What it comes to: equal effects are the same, however they are written. */
  readonly effect: string;
  readonly text: string;
  readonly place: Place;
}

/** What two images make differently, in the order of the first; what only one of them has is `undefined` on the other side. */
export function partDifferences(a: Made, b: Made): readonly PartDifference[] {
  const [left, right] = [itemsOf(a), itemsOf(b)];
  const found: PartDifference[] = [];
  for (const [key, one] of left) {
    const other = right.get(key);
    if (other?.effect !== one.effect)
      found.push({ what: one.what, place: one.place, left: one.text, right: other?.text });
  }
  for (const [key, other] of right)
    if (!left.has(key)) found.push({ what: other.what, place: other.place, left: undefined, right: other.text });
  return found;
}

/** The parts of an image by their keys; commands of one kind are one part. */
function itemsOf({ image, given }: Made): ReadonlyMap<string, Item> {
  const items = new Map<string, Item>();
  const stage = image.stages[image.target];
  if (stage === undefined) return items;
  const base = `FROM ${textOf(image, baseOf(image, image.target, given), given)}`;
  const all: Item[] = [
    { what: 'base image', key: 'base image', effect: base, text: base, place: stage.place },
    { what: 'user', key: 'user', effect: 'root', text: 'USER root', place: stage.place },
  ];
  for (const step of image.steps)
    if (settle(image.texts, step.ships, given) === true) all.push(...itemOf(image, step, given));
  for (const item of all) {
    const known = items.get(item.key);
    const adds = known !== undefined && (item.what === 'program' || item.what === 'dependencies');
    items.set(
      item.key,
      adds ? { ...known, effect: `${known.effect}; ${item.effect}`, text: `${known.text}; ${item.text}` } : item,
    );
  }
  return items;
}

function textOf({ texts }: Build, text: Text, given: Given): string {
  return textByDefault(texts, text, given) ?? '…';
}

function itemOf(image: Build, step: Step, given: Given): readonly Item[] {
  const { place } = step;
  if (step.kind === 'command') return commandItem(image, step, given);
  if (step.kind === 'setting') {
    const value = textOf(image, step.text, given);
    if (step.setting === 'USER') return [{ what: 'user', key: 'user', effect: value, text: `USER ${value}`, place }];
    if (step.setting !== 'ENV') return [];
    const text = `ENV ${step.name}=${value}`;
    return [{ what: 'variable', key: `ENV ${step.name}`, effect: value, text, place }];
  }
  // What another stage made is a part of its own.
  if (step.kind !== 'copy' || step.from.kind === 'stage') return [];
  const text = copyParts(step)
    .map((part) => (typeof part === 'string' ? part : textOf(image, part, given)))
    .join('');
  return [{ what: 'file', key: text, effect: text, text, place }];
}

function commandItem(image: Build, step: CommandStep, given: Given): readonly Item[] {
  const words = wordsByDefault(image, step, given);
  if (step.captured || words === undefined) return [];
  const environment = environmentByDefault(image, step, given);
  const call = step.outputs.length > 0 ? undefined : describeCall(words, environment);
  const { place } = step;
  const outputs = step.outputs.map((output) => ` > ${textOf(image, output, given)}`);
  const plain = `${words.join(' ')}${outputs.join('')}`;
  if (call?.role === 'test' || call?.role === 'check' || call?.role === 'clean') return [];
  if (call?.role === 'compile' || call?.role === 'generate') {
    const reads = readsOf(image, step, given, environment);
    const text = [...reads, plain].join(' ');
    const effect = [...reads, ...tellingWords(call, words)].join('\0');
    return [{ what: 'program', key: `${call.toolchain} ${call.subcommand}`, effect, text, place }];
  }
  if (call?.role === 'install-dependencies') {
    const effect = call.dependencyScope ?? tellingWords(call, words).join('\0');
    return [{ what: 'dependencies', key: call.toolchain, effect, text: plain, place }];
  }
  return [{ what: 'step', key: plain, effect: plain, text: plain, place }];
}

/** The variables that a tool reads, but for those that it has of the base image. */
export function readsOf(
  image: Build,
  step: CommandStep,
  given: Given,
  environment: (name: string) => string | undefined,
): readonly string[] {
  const base = environmentOfImage(textOf(image, baseOf(image, step.stage, given), given));
  return implicitReadsOf(image.texts, step).flatMap(({ name, text }) => {
    const value = environment(name);
    // A variable of the base image of which only the name is known is the base's, too.
    const isKnown = text.pieces.some(({ kind }) => kind !== 'symbol');
    const isOwn = isKnown && value !== undefined && value !== base[name] && textOf(image, text, given) !== '';
    return isOwn ? [`${name}=${value}`] : [];
  });
}

/** The words of a command without those that say how it runs, or where its result is put. */
function tellingWords(call: ToolCall, words: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    const value = takesValue(call, word) ? words[i + 1] : undefined;
    if (value !== undefined) i += 1;
    const [, glued] = /^-[^=]*=(.*)$/s.exec(word) ?? [];
    const isOutput = call.outputs.includes(value ?? glued ?? '\0');
    if (isOutput || isNeutralWord(call, value === undefined ? word : `${word} ${value}`)) continue;
    kept.push(word, ...(value === undefined ? [] : [value]));
  }
  return kept;
}

/** The name of the image that an image is built on, and where that is said; undefined where it is not known. */
export function baseNameOf({ image, given }: Made): { readonly name: string; readonly place: Place } | undefined {
  const base = baseOf(image, image.target, given);
  const name = textByDefault(image.texts, base, given);
  const step = image.steps.find((one) => one.kind === 'base' && one.text === base);
  return name === undefined || step === undefined || name === '' || /[⟨…]/.test(name)
    ? undefined
    : { name, place: step.place };
}

/** The image that a stage starts from in the end. */
function baseOf(build: Build, index: number, given: Given): Text {
  let stage = build.stages[index];
  for (let turn = 0; stage !== undefined && turn < 50; turn += 1) {
    const parent = stage.parents.find(({ when }) => settle(build.texts, when, given) === true);
    const next = parent === undefined ? undefined : build.stages[parent.item];
    if (next === undefined) return stage.base;
    stage = next;
  }
  return build.texts.empty;
}
